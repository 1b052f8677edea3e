//! Coverage: if AWS Config evaluates the rules in each account and Region, so that silence is known to be health.
//!
//! [`Coverage`] is the model, [`table`], [`json`] and [`csv`] write it. A place is [`State::Healthy`] only if everything
//! that decides could be read: a recorder that records the types, each rule there, and a recent success of each.

pub mod csv;
pub mod json;
mod model;
mod place;
mod problems;
mod state;
pub mod table;

pub use model::{Conditions, Coverage, Group, Row};
pub use place::{DeployedRule, Facts, NotRead, Place, Reading, Recorder, RecorderStatus, Runs};
pub use state::{Problem, State};
