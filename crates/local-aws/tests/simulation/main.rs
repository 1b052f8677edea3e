//! The simulated DMS behaves as AWS documents it, in shapes that AWS's service model has.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

#[path = "../client/mod.rs"]
mod client;
mod dms;
mod faults;
mod instances;
mod life;
mod lockstep;
mod model;
mod requests;
mod task_creation;
mod tasks;
