#![doc = include_str!("lib.md")]

mod acl_bounds;
mod barrier;
mod block_bounds;
mod block_public_access;
mod bounds;
mod cidr;
mod edge;
mod exposure;
pub mod flows;
mod gap;
mod group_bounds;
mod instance;
mod internet;
mod listing;
mod network;
mod network_acl;
mod opening;
mod path;
mod permission;
mod prefix_list;
mod prefix_list_entries;
mod reachability;
pub mod read;
pub mod region;
mod route_bounds;
mod route_table;
mod security_group;
mod words;
mod world;

pub use barrier::{Barrier, Closure};
pub use block_public_access::{
    BlockMode, BlockPublicAccess, ExcludedResource, Exclusion, ExclusionMode, Exclusions,
};
pub use cidr::{Cidr, IpVersion};
pub use exposure::{Breadth, Exposure, Range};
pub use gap::{Gap, Kind, Subject};
pub use instance::{Instance, Interface, SubnetGroup};
pub use internet::internet;
pub use listing::{Identified, Listing, Unread};
pub use network::{InternetGateway, Network, Subnet, Vpc};
pub use network_acl::{AclEntry, Direction, NetworkAcl};
pub use opening::{Entry, Opening};
pub use permission::Permission;
pub use prefix_list::PrefixList;
pub use reachability::{Reachability, State, evaluate};
pub use route_table::{Destination, Origin, Route, RouteState, RouteTable, Target};
pub use security_group::{GroupRule, SecurityGroup, Source};
pub use world::open_to_exactly_the_world;
