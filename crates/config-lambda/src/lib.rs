#![doc = include_str!("lib.md")]

mod accounts;
mod error;
mod event;
mod handler;
mod invalid_event;
mod log;
mod periodic;
mod reported_ids;
mod runtime;

pub use event::{ConfigEvent, ConfigurationItemSummary, InvokingEvent};
pub use invalid_event::InvalidEvent;
pub use runtime::run;
