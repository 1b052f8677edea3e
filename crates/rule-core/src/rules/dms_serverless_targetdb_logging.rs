#![doc = include_str!("dms_serverless_targetdb_logging.md")]

use crate::rules::task_logging;
use crate::{Finding, Input, Need, ResourceType, Rule, Severity, Stop, Theme};

/// The rule `dms-serverless-targetdb-logging`.
pub static RULE: Rule = Rule {
    identifier: "dms-serverless-targetdb-logging",
    resource_type: ResourceType::ReplicationConfig,
    severity: Severity::Medium,
    theme: Theme::Operation,
    property: task_logging::SERVERLESS_SETTINGS,
    wanted: "settings with EnableLogging, and TARGET_APPLY and TARGET_LOAD at LOGGER_SEVERITY_DEFAULT",
    reads: &[],
    needs: &[Need::List, Need::Describe],
    schedule_only: false,
    parameters: &[],
    requirements: &[],
    page: include_str!("dms_serverless_targetdb_logging.md"),
    unknown_fix: task_logging::MODIFY_SERVERLESS,
    command: None,
    check,
};

fn check(input: &Input) -> Result<Finding, Stop> {
    task_logging::check_serverless(input, &task_logging::TARGET)
}
