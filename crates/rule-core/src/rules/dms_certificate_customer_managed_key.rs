#![doc = include_str!("dms_certificate_customer_managed_key.md")]

use crate::rules::customer_key::{self, CustomerKey, KMS_KEY_ARNS, Missing};
use crate::{Finding, Input, Need, Property, ResourceType, Rule, Severity, Stop, Theme};

/// The rule `dms-certificate-customer-managed-key`.
pub static RULE: Rule = Rule {
    identifier: "dms-certificate-customer-managed-key",
    resource_type: ResourceType::Certificate,
    severity: Severity::Medium,
    theme: Theme::Encryption,
    property: KEY.property,
    wanted: "the ARN of a customer managed key",
    reads: &[],
    needs: &[Need::List, Need::Describe, Need::Key],
    schedule_only: false,
    parameters: &[&KMS_KEY_ARNS],
    requirements: &[],
    page: include_str!("dms_certificate_customer_managed_key.md"),
    unknown_fix: customer_key::FIND_OUT,
    command: None,
    check,
};

const KEY: CustomerKey = CustomerKey {
    property: Property::text("KmsKeyId", None),
    fix: "import-certificate it again with --kms-key-id, modify-endpoint --certificate-arn, delete-certificate this one",
    describe: "check KmsKeyId with describe-certificates",
};

fn check(input: &Input) -> Result<Finding, Stop> {
    let configuration = match input.configuration() {
        Ok(configuration) => configuration,
        Err(unknown) => return Ok(KEY.unknown(unknown)),
    };
    // The description by DMS, and a resource that does not exist yet, leave nothing out.
    KEY.check(input, KEY.holder(input, configuration)?, Missing::IsDefault)
}
