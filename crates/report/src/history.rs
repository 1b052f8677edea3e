//! History: from when to when each resource was NON_COMPLIANT, by the records that AWS Config keeps of it.
//!
//! [`periods`] makes periods of records, [`History`] is the model, [`table`], [`json`] and [`csv`] write it. No clock is read:
//! a period that has not ended lasts to the end of the data. What is not known is a period of its own, and never compliant.

mod condition;
pub mod csv;
mod duration;
pub mod json;
mod model;
mod observation;
mod period;
mod resource_history;
pub mod table;
mod totals;

#[cfg(test)]
mod tests;

pub use condition::Condition;
pub use model::{End, History};
pub use observation::Observation;
pub use period::{Period, periods};
pub use resource_history::ResourceHistory;
pub use totals::Totals;
