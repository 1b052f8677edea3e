//! The plan for an instance: what it copies, what blocks it, what it says.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod agreement;
mod facts;
mod notes;
mod target;
