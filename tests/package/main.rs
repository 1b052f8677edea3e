//! Tests of the function's build, of the binaries that are rejected, of the zip, and of the channels of a release.
//!
//! Those in `command` run a script instead of Cargo; those in `function` build the function as it ships.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed test panics")]

mod archive;
mod binary;
mod channels;
mod command;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod function;
mod programs;
mod release;
