#![doc = include_str!("dms_replication_instance_multi_az_enabled.md")]

use crate::{Finding, Flag, Input, Need, Property, Requirement, ResourceType, Rule, Severity, Stop, Theme};

/// The rule `dms-replication-instance-multi-az-enabled`.
pub static RULE: Rule = Rule {
    identifier: "dms-replication-instance-multi-az-enabled",
    resource_type: ResourceType::ReplicationInstance,
    severity: Severity::Medium,
    theme: Theme::Operation,
    property: Property::flag("MultiAZ", Some("multi_az")),
    wanted: "true",
    reads: &[],
    needs: &[Need::List],
    schedule_only: false,
    parameters: &[],
    requirements: &[
        Requirement { framework: "Security Hub", ids: &["DMS.13"] },
        Requirement {
            framework: "AWS Config managed rule",
            ids: &["DMS_REPLICATION_INSTANCE_MULTI_AZ_ENABLED"],
        },
        Requirement { framework: "Trend Conformity", ids: &["DMS-003"] },
    ],
    page: include_str!("dms_replication_instance_multi_az_enabled.md"),
    unknown_fix: MODIFY,
    command: Some(
        "aws dms modify-replication-instance --replication-instance-arn {arn} --multi-az --region {region}",
    ),
    check,
};

const MODIFY: &str = "modify-replication-instance --multi-az";

fn check(input: &Input) -> Result<Finding, Stop> {
    Ok(if Flag::read(input.configuration()?, "MultiAZ", true).known("MultiAZ")? {
        Finding::compliant("MULTI-AZ", "MultiAZ=true")
    } else {
        Finding::non_compliant("SINGLE-AZ", "MultiAZ=false", MODIFY)
    })
}
