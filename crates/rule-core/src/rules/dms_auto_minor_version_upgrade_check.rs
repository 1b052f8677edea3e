#![doc = include_str!("dms_auto_minor_version_upgrade_check.md")]

use crate::{Check, Finding, Flag, Input, Property, Requirement, Rule, Severity, resource_type};

/// The rule.
pub static RULE: Rule = Rule {
    identifier: "dms-auto-minor-version-upgrade-check",
    resource_type: &resource_type::REPLICATION_INSTANCE,
    severity: Severity::Medium,
    property: Property { path: "AutoMinorVersionUpgrade", wanted: "true" },
    parameters: &[],
    requirements: &[
        Requirement { framework: "Security Hub", ids: &["DMS.6"] },
        Requirement { framework: "AWS Config managed rule", ids: &["DMS_AUTO_MINOR_VERSION_UPGRADE_CHECK"] },
        Requirement { framework: "NIST SP 800-53 r5", ids: &["SI-2", "SI-2(2)", "SI-2(4)", "SI-2(5)"] },
        Requirement { framework: "PCI DSS v4.0.1", ids: &["6.3.3"] },
    ],
    page: include_str!("dms_auto_minor_version_upgrade_check.md"),
    check: Check::OfItem(check),
};

const MODIFY: &str = "modify-replication-instance --auto-minor-version-upgrade.";

fn check(input: &Input) -> Finding {
    let flag = input
        .configuration()
        .map(|configuration| Flag::read(configuration, "AutoMinorVersionUpgrade", true));
    match flag.and_then(|flag| match flag {
        // DMS documents this default; of an instance that exists, its absence tells nothing.
        Flag::Absent if input.facts.planned => Ok(true),
        flag => flag.known("AutoMinorVersionUpgrade"),
    }) {
        Ok(true) => Finding::compliant("UPGRADED: AutoMinorVersionUpgrade=true"),
        Ok(false) => Finding::non_compliant("NOT UPGRADED: AutoMinorVersionUpgrade=false", MODIFY),
        Err(why) => Finding::unknown(why, MODIFY),
    }
}
