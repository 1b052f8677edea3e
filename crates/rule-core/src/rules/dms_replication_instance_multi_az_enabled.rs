#![doc = include_str!("dms_replication_instance_multi_az_enabled.md")]

use crate::{Check, Finding, Flag, Input, Property, Requirement, Rule, Severity, resource_type};

/// The rule.
pub static RULE: Rule = Rule {
    identifier: "dms-replication-instance-multi-az-enabled",
    resource_type: &resource_type::REPLICATION_INSTANCE,
    severity: Severity::Medium,
    property: Property { path: "MultiAZ", wanted: "true" },
    parameters: &[],
    requirements: &[
        Requirement { framework: "Security Hub", ids: &["DMS.13"] },
        Requirement { framework: "AWS Config managed rule", ids: &["DMS_REPLICATION_INSTANCE_MULTI_AZ_ENABLED"] },
        Requirement { framework: "Trend Conformity", ids: &["DMS-003"] },
    ],
    page: include_str!("dms_replication_instance_multi_az_enabled.md"),
    check: Check::OfItem(check),
};

const MODIFY: &str = "modify-replication-instance --multi-az.";

fn check(input: &Input) -> Finding {
    let flag = input
        .configuration()
        .and_then(|configuration| Flag::read(configuration, "MultiAZ", true).known("MultiAZ"));
    match flag {
        Ok(true) => Finding::compliant("MULTI-AZ: MultiAZ=true"),
        Ok(false) => Finding::non_compliant("SINGLE-AZ: MultiAZ=false", MODIFY),
        Err(why) => Finding::unknown(why, MODIFY),
    }
}
