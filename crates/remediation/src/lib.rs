#![doc = include_str!("../README.md")]

mod action;
mod backward;
mod connection;
mod endpoint;
mod forward;
mod instance;
mod memory;
mod next;
mod note;
mod observation;
mod owner;
mod place;
mod plan;
mod proof;
mod request;
mod task;
mod transfer;
mod transition;
mod version;

pub use action::{Action, Side};
pub use connection::Connection;
pub use endpoint::Endpoint;
pub use instance::{AvailabilityZone, Instance, SecurityGroup, Subnet, SubnetGroup};
pub use memory::{Attempts, Consent, Interruption, Memory};
pub use next::{Direction, End, Gate, Next, Refusal, Remedy, Situation, Wait};
pub use note::{Note, Weight};
pub use observation::{NewInstance, Observation, REPLACES_TAG, RUN_TAG};
pub use owner::{OPT_OUT_TAG, Owner};
pub use plan::{Choices, Plan, SCHEMA_VERSION, Target};
pub use proof::{can_receive, differences, not_private};
pub use request::Request;
pub use task::{Condition, Stats, Task};
pub use transition::next;
pub use version::Version;
