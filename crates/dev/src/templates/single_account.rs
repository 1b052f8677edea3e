use super::policies::{Regions, role};
use super::{conditions, config_rules, parameters};
use crate::document::Document;
use crate::yaml::indent;
use crate::{Error, Repository};

const POLICIES: [(&str, Option<&str>); 5] = [
    ("function", None),
    ("evaluate", Some("UsesItsOwnRole")),
    ("function-kms", Some("HasKey")),
    ("function-vpc", Some("IsInVpc")),
    ("assume-execution-role", Some("HasExecutionRole")),
];

/// Returns the template for one account and Region, from which others are derived.
pub(super) fn template(repository: &Repository) -> Result<Document, Error> {
    let role = role(repository, "trust-function", &POLICIES, Regions::OfStack)?;
    repository
        .document("rule-templates/cloudformation/single-account.yaml")?
        .with_block("names", &parameters::names_block(&["all", "none"]))?
        .with_block("parameters", &parameters::block())?
        .with_block("recording", &conditions::recording_block())?
        .with_block("conditions", &conditions::block()?)?
        .with_block("role", &indent(6, &role))?
        .with_block("rules", &config_rules::block())
}
