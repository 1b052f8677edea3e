//! The operation that lists the results of a rule.

use aws_sdk_config::Client;
use aws_sdk_config::operation::get_compliance_details_by_config_rule::builders::GetComplianceDetailsByConfigRuleFluentBuilder;

/// The name of the operation.
pub(crate) const OPERATION: &str = "GetComplianceDetailsByConfigRule";

/// The most results on a page that the service model allows.
const PAGE_SIZE: i32 = 100;

/// Builds the request for a page of the results of a rule; the first page has no token.
pub(crate) fn request(
    client: &Client,
    rule_name: &str,
    token: Option<String>,
) -> GetComplianceDetailsByConfigRuleFluentBuilder {
    client
        .get_compliance_details_by_config_rule()
        .config_rule_name(rule_name)
        .limit(PAGE_SIZE)
        .set_next_token(token)
}
