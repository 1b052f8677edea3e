//! What a run over DMS resources found, and the formats that it is told in.
//!
//! [`Report`] is the one thing that every format is made of.

mod model;

pub use model::{Failure, FailureKind, Judged, Looked, Position, Report, Resource, Source, Summary};
