use super::names::GENERATED_BY;
use super::part::Part;
use super::policies::{Regions, role_for};
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

const PATH: &str = "rule-templates/cloudformation/single-account.yaml";

/// Returns the template for one account and Region with the rules of a part, from which others are derived.
pub(super) fn template(repository: &Repository, part: Part) -> Result<Document, Error> {
    let rules = part.rules();
    let role = role_for(&rules, repository, "trust-function", &POLICIES, Regions::OfStack)?;
    let template = repository
        .document(PATH)?
        .with_block("names", &parameters::names_block(&["all", "none"], &rules))?
        .with_block("parameters", &parameters::block(&rules))?
        .with_block("recording", &conditions::recording_block())?
        .with_block("conditions", &conditions::block(&rules))?
        .with_block("role", &indent(6, &role))?
        .with_block("rules", &config_rules::block(&rules))?;
    match part {
        Part::Security => Ok(template),
        Part::Operations => template
            .at(&part.path(PATH))
            .with_text(Part::Security.default_rules(), part.default_rules())?
            .with_text(
                "AWS Config rules for AWS DMS: function, role, permission and rules for one account and Region",
                "AWS Config rules on the operation and the tags of AWS DMS: function, role, permission and rules for one account and Region",
            )?
            .with_text(
                "AWSTemplateFormatVersion",
                &format!("# Generated from single-account.yaml {GENERATED_BY}\nAWSTemplateFormatVersion"),
            ),
    }
}
