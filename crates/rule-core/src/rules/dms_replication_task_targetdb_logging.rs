#![doc = include_str!("dms_replication_task_targetdb_logging.md")]

use crate::{Check, Finding, Input, Lookup, Property, Requirement, Rule, Severity, resource_type, rules::task_logging};

/// The rule.
pub static RULE: Rule = Rule {
    identifier: "dms-replication-task-targetdb-logging",
    resource_type: &resource_type::REPLICATION_TASK,
    severity: Severity::Medium,
    property: Property { path: "ReplicationTaskSettings", wanted: "settings with EnableLogging, and TARGET_APPLY and TARGET_LOAD at LOGGER_SEVERITY_DEFAULT" },
    parameters: &[],
    requirements: &[
        Requirement { framework: "Security Hub", ids: &["DMS.7"] },
        Requirement { framework: "AWS Config managed rule", ids: &["DMS_REPLICATION_TASK_TARGETDB_LOGGING"] },
        Requirement { framework: "NIST SP 800-53 r5", ids: &["AC-2(4)", "SI-7(8)"] },
        Requirement { framework: "PCI DSS v4.0.1", ids: &["10.4.2"] },
    ],
    page: include_str!("dms_replication_task_targetdb_logging.md"),
    check: Check::WithFacts(check),
};

fn check(input: &Input) -> Result<Finding, Lookup> {
    task_logging::check(input, &["TARGET_APPLY", "TARGET_LOAD"])
}
