//! AWS as a person with credentials of their own reaches it.

mod aggregator;
mod caller;
mod organization;
mod regions;

pub use aggregator::{AggregatorContent, FailedSource};
pub use caller::{Account, Caller};
pub use organization::Organization;
