#![doc = include_str!("dms_serverless_multi_az_enabled.md")]

use crate::{Finding, Flag, Input, Need, Property, ResourceType, Rule, Severity, Stop, Theme};

/// The rule `dms-serverless-multi-az-enabled`.
pub static RULE: Rule = Rule {
    identifier: "dms-serverless-multi-az-enabled",
    resource_type: ResourceType::ReplicationConfig,
    severity: Severity::Medium,
    theme: Theme::Operation,
    property: Property::flag("ComputeConfig.MultiAZ", Some("compute_config.multi_az")),
    wanted: "true",
    reads: &[],
    needs: &[Need::List, Need::Describe],
    schedule_only: false,
    parameters: &[],
    requirements: &[],
    page: include_str!("dms_serverless_multi_az_enabled.md"),
    unknown_fix: MODIFY,
    command: None,
    check,
};

const MODIFY: &str = concat!(
    "stop the replication, modify-replication-config --compute-config with MultiAZ=true and no AvailabilityZone, ",
    "start it"
);

fn check(input: &Input) -> Result<Finding, Stop> {
    let compute = input.configuration()?.group("ComputeConfig");
    let compute = compute.readable("ComputeConfig")?;
    Ok(if Flag::read(compute, "MultiAZ", true).known("MultiAZ in ComputeConfig")? {
        Finding::compliant("MULTI-AZ", "MultiAZ=true")
    } else {
        Finding::non_compliant("SINGLE-AZ", "MultiAZ=false", MODIFY)
    })
}
