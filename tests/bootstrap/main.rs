//! The function `bootstrap`, end to end: the real binary, the real SDK, real HTTP.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod changes;
mod environment;
mod errors;
mod faults;
mod log;
mod periodic;
mod reachability;
mod resource_ids;
mod rules;
mod runtime;
mod scenarios;
mod support;
mod tls;
