//! Tools for contributors, run as `cargo dev`.
//!
//! * [`generate`] writes what follows from the rules: blocks of their pages and of the README, `rules.json`, and the
//!   templates in `rule-templates`.
//! * [`new_rule`] makes the files of a new rule.
//! * [`site`] builds the documents as a book.

mod calls;
mod costs;
mod document;
mod error;
mod exemption_policy;
pub mod generate;
mod generated_file;
pub mod new_rule;
mod pages;
mod python;
mod readme;
mod repository;
mod rules_json;
pub mod site;
mod templates;
mod terraform;
mod yaml;

pub use error::Error;
pub use generated_file::GeneratedFile;
pub use repository::Repository;
