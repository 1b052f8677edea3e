#![doc = include_str!("dms_auto_minor_version_upgrade_check.md")]

use crate::{Finding, Flag, Input, Need, Property, Requirement, ResourceType, Rule, Severity, Stop, Theme};

/// The rule `dms-auto-minor-version-upgrade-check`.
pub static RULE: Rule = Rule {
    identifier: "dms-auto-minor-version-upgrade-check",
    resource_type: ResourceType::ReplicationInstance,
    severity: Severity::Medium,
    theme: Theme::Operation,
    property: Property::flag("AutoMinorVersionUpgrade", Some("auto_minor_version_upgrade")),
    wanted: "true",
    reads: &[],
    needs: &[Need::List],
    schedule_only: false,
    parameters: &[],
    requirements: &[
        Requirement { framework: "Security Hub", ids: &["DMS.6"] },
        Requirement { framework: "AWS Config managed rule", ids: &["DMS_AUTO_MINOR_VERSION_UPGRADE_CHECK"] },
        Requirement { framework: "NIST SP 800-53 r5", ids: &["SI-2", "SI-2(2)", "SI-2(4)", "SI-2(5)"] },
        Requirement { framework: "PCI DSS v4.0.1", ids: &["6.3.3"] },
    ],
    page: include_str!("dms_auto_minor_version_upgrade_check.md"),
    unknown_fix: MODIFY,
    command: Some(
        "aws dms modify-replication-instance --replication-instance-arn {arn} --auto-minor-version-upgrade --region {region}",
    ),
    check,
};

const MODIFY: &str = "modify-replication-instance --auto-minor-version-upgrade";

fn check(input: &Input) -> Result<Finding, Stop> {
    let is_upgraded = match Flag::read(input.configuration()?, "AutoMinorVersionUpgrade", true) {
        // DMS documents this default (CreateReplicationInstance). For an instance that exists, absence proves
        // nothing.
        Flag::Absent if input.facts.planned => true,
        flag => flag.known("AutoMinorVersionUpgrade")?,
    };
    Ok(if is_upgraded {
        Finding::compliant("UPGRADED", "AutoMinorVersionUpgrade=true")
    } else {
        Finding::non_compliant("NOT UPGRADED", "AutoMinorVersionUpgrade=false", MODIFY)
    })
}
