#![doc = include_str!("lib.md")]

mod evaluation;
mod event;
mod handler;
mod invalid_event;
mod log;
mod resolved;
mod response;
mod runtime;
mod settings;

pub use handler::respond;
pub use response::Response;
pub use runtime::run;
pub use settings::{InvalidSetting, Settings};
