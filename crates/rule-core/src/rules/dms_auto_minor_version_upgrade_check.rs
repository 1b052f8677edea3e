#![doc = include_str!("dms_auto_minor_version_upgrade_check.md")]

use crate::{Check, Finding, Flag, Input, Requirement, Rule, Severity, resource_type};

/// The rule.
pub static RULE: Rule = Rule {
    identifier: "dms-auto-minor-version-upgrade-check",
    resource_type: &resource_type::REPLICATION_INSTANCE,
    severity: Severity::Medium,
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
        .and_then(|configuration| Flag::read(configuration, "AutoMinorVersionUpgrade", true).known("AutoMinorVersionUpgrade"));
    match flag {
        Ok(true) => Finding::compliant("UPGRADED: AutoMinorVersionUpgrade=true"),
        Ok(false) => Finding::non_compliant("NOT UPGRADED: AutoMinorVersionUpgrade=false", MODIFY),
        Err(why) => Finding::unknown(why, MODIFY),
    }
}
