//! The report of a run over DMS resources, and the formats it is written in.
//!
//! [`Report`] is the model. [`Format`] lists the formats and writes a report in one of them.
//!
//! ```
//! use report::{Command, Format, Layout, Report};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let report = Report::new(Command::Check, "2026-10-01T06:00:00Z".parse()?);
//! let mut out = Vec::new();
//! Format::Table.write(&report, &mut out, Layout::default())?;
//! assert_eq!(out, b"No DMS resources found.\n");
//! # Ok(())
//! # }
//! ```

pub mod asff;
mod commands;
mod comparison;
pub mod coverage;
pub mod csv;
mod earlier_run;
mod entrance;
mod evaluation;
mod exception;
mod exception_effect;
mod failure;
mod failure_group;
mod filter;
mod fingerprint;
mod format;
pub mod github;
pub mod gitlab;
pub mod history;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
mod not_evaluated;
mod nulls;
pub mod ocsf;
pub mod oscal;
mod path;
mod resource;
mod run;
pub mod sarif;
mod security_hub;
mod settings;
mod source;
mod summary;
pub mod table;
mod text;
mod totals;

#[cfg(test)]
extern crate self as report; // the sample names the crate as its users do
#[cfg(test)]
#[path = "../examples/sample/findings.rs"]
mod sample;

pub use commands::commands;
pub use comparison::{Change, Comparison, Fate, Past};
pub use earlier_run::EarlierRun;
pub use evaluation::Evaluation;
pub use exception::{Exception, ExceptionState, ExceptionUse, RefusedException};
pub use failure::Failure;
pub use failure_group::{FailureGroup, by_cause};
pub use filter::Filter;
pub use format::Format;
pub use not_evaluated::NotEvaluated;
pub use resource::Resource;
pub use run::{Command, Report, SelectedRule};
pub use security_hub::SecurityHubImport;
pub use settings::{Setting, Settings, SettingsFile};
pub use source::{Position, Role, STANDARD_INPUT, Source, SourceKind, SourceSummary};
pub use summary::Summary;
pub use table::Layout;
pub use text::quoted;
pub use totals::{Group, Totals};
