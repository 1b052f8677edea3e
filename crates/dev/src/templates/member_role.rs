use rule_core::rules::RULES;

use super::policies::{Regions, role};
use super::{conditions, parameters};
use crate::document::Document;
use crate::yaml::indent;
use crate::{Error, Repository};

/// Returns the template for the role of a member account. Its parameters are those of the same name in the template
/// for one account.
pub(super) fn template(repository: &Repository, single_account: &Document) -> Result<Document, Error> {
    let settings = [
        single_account.entry("Rules")?,
        single_account.entry("Rights")?,
        single_account.entry("ExemptionTagKey")?,
        single_account.entry("Reachability")?,
    ];
    let role = role(repository, "trust-member-role", &[("evaluate", None)], Regions::All)?;
    repository
        .document("rule-templates/cloudformation/organization-member-role.yaml")?
        .with_block("rule settings", &settings.concat())?
        .with_text("Default: OfRules", "Default: All")?
        .with_block("names", &parameters::names_block(&["all", "none"], RULES))?
        .with_block("conditions", &conditions::block(RULES))?
        .with_block("role", &indent(6, &role))
}
