#![doc = include_str!("dms_replication_instance_customer_managed_key.md")]

use crate::rules::customer_key::{self, CustomerKey, KMS_KEY_ARNS, Missing};
use crate::{Finding, Input, Need, Property, Requirement, ResourceType, Rule, Severity, Stop, Theme};

/// The rule `dms-replication-instance-customer-managed-key`.
pub static RULE: Rule = Rule {
    identifier: "dms-replication-instance-customer-managed-key",
    resource_type: ResourceType::ReplicationInstance,
    severity: Severity::High,
    theme: Theme::Encryption,
    property: KEY.property,
    wanted: "the ARN of a customer managed key",
    reads: &[],
    needs: &[Need::List, Need::Key],
    schedule_only: false,
    parameters: &[&KMS_KEY_ARNS],
    requirements: &[Requirement { framework: "Trend Conformity", ids: &["DMS-004"] }],
    page: include_str!("dms_replication_instance_customer_managed_key.md"),
    unknown_fix: customer_key::FIND_OUT,
    command: None,
    check,
};

const KEY: CustomerKey = CustomerKey {
    property: Property::text("KmsKeyId", Some("kms_key_arn")),
    fix: "create an instance with --kms-key-id, move the tasks, delete this one; a new key in code can replace tasks",
    describe: "check KmsKeyId with describe-replication-instances",
};

fn check(input: &Input) -> Result<Finding, Stop> {
    // Every instance that exists has a key.
    let missing = if input.facts.planned { Missing::IsDefault } else { Missing::IsUnknown };
    match input.configuration() {
        Ok(configuration) => KEY.check(input, configuration, missing),
        Err(unknown) => Ok(KEY.unknown(unknown)),
    }
}
