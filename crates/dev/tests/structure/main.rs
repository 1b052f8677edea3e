//! Rules about the tree that no compiler checks.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod documents;
mod module_uses;
mod rules;
mod source;
mod texts;
