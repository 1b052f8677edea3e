//! The rules. A rule is one file here, its page beside it, and one entry in [`RULES`].

use crate::Rule;

pub mod dms_replication_not_public;

/// Every rule.
pub static RULES: &[&Rule] = &[&dms_replication_not_public::RULE];

/// The rule with this identifier.
#[must_use]
pub fn find(identifier: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.identifier == identifier)
}
