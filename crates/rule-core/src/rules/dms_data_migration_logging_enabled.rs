#![doc = include_str!("dms_data_migration_logging_enabled.md")]

use crate::{Finding, Flag, Input, Need, Property, ResourceType, Rule, Severity, Stop, Theme};

/// The rule `dms-data-migration-logging-enabled`.
pub static RULE: Rule = Rule {
    identifier: "dms-data-migration-logging-enabled",
    resource_type: ResourceType::DataMigration,
    severity: Severity::Medium,
    theme: Theme::Operation,
    property: Property::flag("DataMigrationSettings.CloudwatchLogsEnabled", None),
    wanted: "true",
    reads: &[],
    needs: &[Need::List],
    schedule_only: false,
    parameters: &[],
    requirements: &[],
    page: include_str!("dms_data_migration_logging_enabled.md"),
    unknown_fix: MODIFY,
    command: Some(
        "aws dms modify-data-migration --data-migration-identifier {arn} --enable-cloudwatch-logs --region {region}",
    ),
    check,
};

const MODIFY: &str = "modify-data-migration --enable-cloudwatch-logs, while it does not run";

fn check(input: &Input) -> Result<Finding, Stop> {
    let settings = input.configuration()?.group("DataMigrationSettings");
    let settings = settings.readable("DataMigrationSettings")?;
    Ok(if Flag::read(settings, "CloudwatchLogsEnabled", true).known("CloudwatchLogsEnabled")? {
        Finding::compliant("LOGGED", "CloudwatchLogsEnabled=true")
    } else {
        Finding::non_compliant("NOT LOGGED", "CloudwatchLogsEnabled=false", MODIFY)
    })
}
