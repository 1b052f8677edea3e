use crate::text::TOOL;

/// Returns the ARN of the default product of an account, as which it imports findings of its own.
pub(super) fn product_arn(partition: &str, region: &str, account: &str) -> String {
    format!("arn:{partition}:securityhub:{region}:{account}:product/{account}/default")
}

/// Returns the generator of the findings of a rule, or of those about runs.
pub(super) fn generator(name: &str) -> String {
    format!("{TOOL}/{name}")
}
