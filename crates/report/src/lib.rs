//! What a run over DMS resources found, and the formats that it is told in.
//!
//! [`Report`] is the one thing that every format is made of.

pub mod asff;
pub mod csv;
mod fingerprint;
mod format;
pub mod html;
pub mod json;
pub mod junit;
mod known;
mod model;
pub mod ocsf;
pub mod sarif;
mod words;

#[cfg(test)]
extern crate self as report; // the sample names the crate as a user of it does
#[cfg(test)]
#[path = "../examples/sample/findings.rs"]
mod sample;

pub use format::Format;
pub use model::{Failure, FailureKind, Judged, Looked, Position, Report, Resource, Source, Summary};
