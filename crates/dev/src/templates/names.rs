use rule_core::Rule;

use crate::yaml::pascal_case;

/// The Regions in which AWS Config records none of the types ("Resource coverage by Region availability", 2026).
pub(crate) const REGIONS_WITHOUT_RECORDING: [&str; 2] = ["ca-west-1", "mx-central-1"];

/// The longest name of a rule, in bytes: that of an organization rule is the shortest of all limits
/// (PutOrganizationConfigRule, OrganizationConfigRuleName).
pub(crate) const LONGEST_NAME: usize = 64;

/// The messages by which AWS Config reports a change to a rule.
pub(super) const CHANGE_MESSAGES: [&str; 2] =
    ["ConfigurationItemChangeNotification", "OversizedConfigurationItemChangeNotification"];

/// The words that a whole generated file names its generator with.
pub(super) const GENERATED_BY: &str = "by cargo dev generate";

/// Returns the logical id of a rule in every template, for example `DmsEndpointTagged`.
pub(super) fn logical_id(rule: &Rule) -> String {
    pascal_case(rule.identifier)
}
