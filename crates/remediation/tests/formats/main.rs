//! The formats of a plan: what they are for a realistic instance, and that hostile values stay values.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod fixes;
mod golden;
mod hostile;
mod sample;
mod scripts;
