//! The files of a new rule.

use crate::{Error, Repository};

/// What a new rule is about.
#[derive(Clone, Debug, clap::Args)]
pub struct NewRule {
    /// The name of the rule, for example dms-endpoint-tagged
    pub name: String,
}

impl NewRule {
    /// Returns the next steps.
    #[must_use]
    pub fn next_steps(&self) -> String {
        String::new()
    }
}

/// Makes it.
///
/// # Errors
/// Returns
pub fn create(_repository: &Repository, _rule: &NewRule) -> Result<Vec<String>, Error> {
    Ok(Vec::new())
}
