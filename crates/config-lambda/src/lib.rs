#![doc = include_str!("lib.md")]

mod accounts;
mod assignment;
mod error;
mod event;
mod handler;
mod invalid_event;
mod log;
mod periodic;
mod recorded_ids;
mod reported_ids;
mod runtime;
mod waiting;

pub use event::{ConfigEvent, ConfigurationItemSummary, InvokingEvent};
pub use handler::Report;
pub use invalid_event::InvalidEvent;
pub use runtime::{respond, run};
