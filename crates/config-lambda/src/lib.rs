#![doc = include_str!("lib.md")]

mod aws;
mod error;
mod evaluation;
mod event;
mod fingerprint;
mod handler;
mod journal;
mod log;
mod lookup;
mod periodic;
mod runtime;
#[cfg(feature = "scan")]
pub mod scan;

pub use error::{Error, ErrorKind};
pub use event::{ConfigEvent, ConfigurationItemSummary, InvokingEvent, ResultToken};
pub use handler::Report;
pub use runtime::run;
