//! Reads facts from the responses of EC2, as the AWS CLI prints them, and from what AWS Config recorded of the same
//! resources. Names are the same in any case; a member that is given twice, odd or missing is unknown, never absent.

mod block_public_access;
mod interface;
mod network_acl;
mod object;
mod prefix_list;
mod recorded;
mod replication_instance;
mod resource;
mod route_table;
mod saved;
mod security_group;
mod traffic;
mod vpc;

pub use block_public_access::{RECORDED_OPTIONS, block_public_access};
pub use interface::{DESCRIPTION as INTERFACE_DESCRIPTION, with_addresses};
pub use prefix_list::with_entries;
pub use recorded::Place;
pub use replication_instance::replication_instance;
pub use resource::{Resource, records, response};
pub use saved::SavedNetworks;
