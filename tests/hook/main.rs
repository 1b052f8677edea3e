//! The function of the CloudFormation hook: cases, every rule by every operation, and the program on a Lambda Runtime API.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod cases;
mod matrix;
mod program;
mod support;
