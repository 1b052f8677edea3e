//! The program `dms-rule` as its user runs it.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod check;
mod deployment;
mod faults;
mod invoke;
mod manual;
mod reading;
mod readme;
mod rules;
mod scan;
mod support;
