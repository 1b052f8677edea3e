#![doc = include_str!("dms_serverless_customer_managed_key.md")]

use crate::rules::customer_key::{self, CustomerKey, KMS_KEY_ARNS, Missing};
use crate::{Finding, Input, Need, Property, ResourceType, Rule, Severity, Stop, Theme};

/// The rule `dms-serverless-customer-managed-key`.
pub static RULE: Rule = Rule {
    identifier: "dms-serverless-customer-managed-key",
    resource_type: ResourceType::ReplicationConfig,
    severity: Severity::High,
    theme: Theme::Encryption,
    property: KEY.property,
    wanted: "the ARN of a customer managed key",
    reads: &[],
    needs: &[Need::List, Need::Describe, Need::Key],
    schedule_only: false,
    parameters: &[&KMS_KEY_ARNS],
    requirements: &[],
    page: include_str!("dms_serverless_customer_managed_key.md"),
    unknown_fix: customer_key::FIND_OUT,
    command: None,
    check,
};

const KEY: CustomerKey = CustomerKey {
    property: Property::text("ComputeConfig.KmsKeyId", Some("compute_config.kms_key_id")),
    fix: "create a replication config with KmsKeyId in --compute-config, start it in place of this one, delete this one",
    describe: "check KmsKeyId with describe-replication-configs",
};

fn check(input: &Input) -> Result<Finding, Stop> {
    let compute = match input.configuration() {
        Ok(configuration) => configuration.group("ComputeConfig"),
        Err(unknown) => return Ok(KEY.unknown(unknown)),
    };
    match compute.readable("ComputeConfig") {
        // Only DMS itself lists the type, so that a key that is missing is its default one (`ComputeConfig`, "KmsKeyId").
        Ok(compute) => KEY.check(input, compute, Missing::IsDefault),
        Err(unknown) => Ok(KEY.unknown(unknown)),
    }
}
