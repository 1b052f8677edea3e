#![doc = include_str!("dms_replication_task_targetdb_logging.md")]

use crate::rules::task_logging;
use crate::{Finding, Input, Need, Requirement, ResourceType, Rule, Severity, Stop, Theme};

/// The rule `dms-replication-task-targetdb-logging`.
pub static RULE: Rule = Rule {
    identifier: "dms-replication-task-targetdb-logging",
    resource_type: ResourceType::ReplicationTask,
    severity: Severity::Medium,
    theme: Theme::Operation,
    property: task_logging::SETTINGS,
    wanted: "settings with EnableLogging, and TARGET_APPLY and TARGET_LOAD at LOGGER_SEVERITY_DEFAULT",
    reads: &[],
    needs: &[Need::List, Need::Describe],
    schedule_only: false,
    parameters: &[],
    requirements: &[
        Requirement { framework: "Security Hub", ids: &["DMS.7"] },
        Requirement { framework: "AWS Config managed rule", ids: &["DMS_REPLICATION_TASK_TARGETDB_LOGGING"] },
        Requirement { framework: "NIST SP 800-53 r5", ids: &["AC-2(4)", "SI-7(8)"] },
        Requirement { framework: "PCI DSS v4.0.1", ids: &["10.4.2"] },
    ],
    page: include_str!("dms_replication_task_targetdb_logging.md"),
    unknown_fix: task_logging::MODIFY,
    command: None,
    check,
};

fn check(input: &Input) -> Result<Finding, Stop> {
    task_logging::check(input, &task_logging::TARGET)
}
