use rule_core::Rule;

use crate::Error;
use crate::yaml::pascal_case;

/// The longest name of a rule that AWS Config takes in every operation, in bytes: that of an organization rule
/// (PutOrganizationConfigRule, OrganizationConfigRuleName), and of a rule whose results are listed
/// (GetComplianceDetailsByConfigRule, ConfigRuleName).
const LONGEST_NAME: usize = 64;

/// The room for what AWS Config adds to a name in the accounts of a pack or an organization. A pack adds
/// `-conformance-pack-` and an id of 9 characters, an organization `OrgConfigRule-`, a hyphen and an id of 8. No page
/// of AWS states either.
const ROOM: usize = 27;

/// Returns the name of a rule in a conformance pack or an organization: its identifier, shortened if there would be
/// no room for what AWS Config adds. The word `replication` goes first, then words from the end.
///
/// # Errors
/// Returns [`Error::OverLimit`] if no name is short enough.
pub(crate) fn short_name(identifier: &str) -> Result<String, Error> {
    let limit = LONGEST_NAME - ROOM;
    let mut name = identifier.to_owned();
    if name.len() > limit {
        name = name.replace("-replication-", "-");
    }
    if name.len() > limit
        && let Some((start, _)) = name.rsplit_once('-')
        && start.contains('-')
    {
        name = start.to_owned();
    }
    if name.len() > limit {
        let subject = format!("the number of characters of the name {name}");
        let page = "GetComplianceDetailsByConfigRule, ConfigRuleName, less what AWS Config adds";
        return Err(Error::OverLimit { subject, actual: name.len(), limit, page });
    }
    Ok(name)
}

/// The messages by which AWS Config reports a change to a rule.
pub(super) const CHANGE_MESSAGES: [&str; 2] =
    ["ConfigurationItemChangeNotification", "OversizedConfigurationItemChangeNotification"];

/// The words that a whole generated file names its generator with.
pub(super) const GENERATED_BY: &str = "by cargo dev generate";

/// Returns the logical id of a rule in every template, for example `DmsEndpointTagged`.
pub(super) fn logical_id(rule: &Rule) -> String {
    pascal_case(rule.identifier)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rule_core::rules::RULES;

    use super::*;

    #[test]
    fn every_short_name_is_short_and_of_one_rule() {
        let names: BTreeSet<String> = RULES.iter().map(|rule| short_name(rule.identifier).unwrap()).collect();
        assert_eq!(names.len(), RULES.len());
        for name in &names {
            assert!(name.starts_with("dms-") && name.len() <= 37, "{name}");
            let others = RULES.iter().filter(|rule| rule.identifier == name);
            assert!(others.count() <= 1, "{name}");
        }
        assert_eq!(short_name("dms-endpoint-tagged").unwrap(), "dms-endpoint-tagged");
        assert!(short_name(&format!("dms-{}-word", "x".repeat(40))).is_err());
    }
}
