use std::fmt;

use chrono::{DateTime, Utc};
use rule_core::ResourceType;
use serde::{Serialize, Serializer};

/// A file that was read by a check, or an account and Region that a scan listed. Serialized for [`json`](crate::json).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceSummary {
    /// The path as it was given, or `123456789012 eu-west-1`.
    pub name: String,
    /// The kind of document the file holds; [`SourceKind::LiveDms`] for an account and Region.
    pub kind: SourceKind,
    /// The number of DMS resources whose type has a rule, and whose results are from this source.
    pub resources: usize,
    /// The number of records of DMS resources in it that a newer record of the same resource replaces.
    pub superseded: usize,
    /// The SHA-256 of the bytes of the file, in hexadecimal digits. `None` for what is no file, or was not read.
    pub sha256: Option<String>,
    /// False if a part of an account and Region could not be read: resources of it may be missing. True for a file, whose
    /// parts that cannot be read are failures.
    pub is_complete: bool,
}

impl SourceSummary {
    /// Returns the summary of a source with so many resources, none of them superseded.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: SourceKind, resources: usize) -> Self {
        Self { name: name.into(), kind, resources, superseded: 0, sha256: None, is_complete: true }
    }
}

/// The place a resource was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The name of the source, as in [`SourceSummary::name`].
    pub name: String,
    /// The kind of the source, as in [`SourceSummary::kind`].
    pub kind: SourceKind,
    /// The position of the property that decides, or of the resource if the property is not set. `None` except in
    /// templates that people write.
    pub position: Option<Position>,
    /// The time AWS Config recorded the resource or DMS described it. `None` for a planned resource.
    pub recorded_at: Option<DateTime<Utc>>,
    /// The remedy in the terms of the source, where it is not that of the rule: the line of a template or plan, such as
    /// `set MultiAZ: true`, and what it replaces where the resource may exist.
    pub own_fix: Option<String>,
    /// The role with which the resource was read. `None` for a file, and with the caller's own credentials.
    pub role: Option<Role>,
}

/// A role in another account, as an option of a command names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// The ARN.
    pub arn: String,
    /// The external id that its trust policy requires, as far as it was given.
    pub external_id: Option<String>,
}

/// A position in a text file; both numbers count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

/// The kind of document a resource was read from, or live AWS. [`Display`](fmt::Display) gives the words of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// An event that AWS Config sends to a custom rule.
    ConfigEvent,
    /// A notification of AWS Config, as SNS or EventBridge deliver it.
    ConfigNotification,
    /// A list of such notifications.
    ConfigNotifications,
    /// One configuration item.
    ConfigurationItem,
    /// A list of configuration items.
    ConfigurationItems,
    /// A snapshot or history file, as AWS Config delivers it to S3.
    ConfigFile,
    /// The output of `aws configservice get-resource-config-history`.
    ConfigHistory,
    /// The output of `aws configservice batch-get-resource-config`, for an aggregator or not.
    ConfigBatch,
    /// The output of `aws configservice select-resource-config`, for an aggregator or not.
    ConfigQuery,
    /// The output of the describe command of DMS for a resource type.
    DmsDescription(ResourceType),
    /// One resource of such an output.
    DmsResource,
    /// A list of such resources.
    DmsResources,
    /// A CloudFormation template.
    CloudFormationTemplate,
    /// A Terraform plan, as `terraform show -json` prints it.
    TerraformPlan,
    /// A Terraform state, as `terraform show -json` prints it.
    TerraformState,
    /// A list without entries.
    EmptyList,
    /// The configuration of Terraform, of which a plan in the same run has the resources.
    TerraformConfiguration,
    /// A binary file of `terraform plan -out`, of which a plan in the same run has the resources.
    TerraformPlanFile,
    /// A file in which the CDK describes templates that are in the same run.
    CdkMetadata,
    /// A report that this program wrote.
    Report,
    /// A file that does not mention a DMS resource.
    WithoutDms,
    /// A file that could not be evaluated; a failure says why.
    NotEvaluated,
    /// A file or folder that `--exclude` names.
    Excluded,
    /// A folder of build output, of downloads or of a version control system, by the mark that its tool leaves in it.
    Output,
    /// The API of DMS in one account and Region, or an aggregator's record of it.
    LiveDms,
}

impl SourceKind {
    /// Returns true if the resource was read from an account and Region instead of a file.
    #[must_use]
    pub fn is_live(self) -> bool {
        match self {
            Self::LiveDms => true,
            Self::ConfigEvent
            | Self::ConfigNotification
            | Self::ConfigNotifications
            | Self::ConfigurationItem
            | Self::ConfigurationItems
            | Self::ConfigFile
            | Self::ConfigHistory
            | Self::ConfigBatch
            | Self::ConfigQuery
            | Self::DmsDescription(_)
            | Self::DmsResource
            | Self::DmsResources
            | Self::CloudFormationTemplate
            | Self::TerraformPlan
            | Self::TerraformState
            | Self::EmptyList
            | Self::TerraformConfiguration
            | Self::TerraformPlanFile
            | Self::CdkMetadata
            | Self::Report
            | Self::WithoutDms
            | Self::NotEvaluated
            | Self::Excluded
            | Self::Output => false,
        }
    }
}

impl SourceKind {
    /// Returns true if the source was not read at all.
    #[must_use]
    pub fn is_left_out(self) -> bool {
        matches!(self, Self::Excluded | Self::Output)
    }
}

impl fmt::Display for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ConfigEvent => "AWS Config event",
            Self::ConfigNotification => "AWS Config notification",
            Self::ConfigNotifications => "AWS Config notifications",
            Self::ConfigurationItem => "configuration item",
            Self::ConfigurationItems => "configuration items",
            Self::ConfigFile => "AWS Config snapshot or history file",
            Self::ConfigHistory => "get-resource-config-history",
            Self::ConfigBatch => "batch-get-resource-config",
            Self::ConfigQuery => "AWS Config query result",
            Self::DmsDescription(resource_type) => {
                return f.write_str(&kebab_case(resource_type.listing().operation));
            }
            Self::DmsResource => "AWS DMS resource",
            Self::DmsResources => "AWS DMS resources",
            Self::CloudFormationTemplate => "CloudFormation template",
            Self::TerraformPlan => "Terraform plan",
            Self::TerraformState => "Terraform state",
            Self::EmptyList => "empty list",
            Self::TerraformConfiguration => "Terraform configuration, see the plan",
            Self::TerraformPlanFile => "binary Terraform plan, see the JSON plan",
            Self::CdkMetadata => "CDK metadata, see the templates",
            Self::Report => "report of dms-rule",
            Self::WithoutDms => "no mention of AWS DMS",
            Self::NotEvaluated => "not evaluated, see the failures",
            Self::Excluded => "left out by --exclude",
            Self::Output => "left out as output of a build or download",
            Self::LiveDms => "AWS DMS, live",
        })
    }
}

impl Serialize for SourceKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Spells an API operation as the AWS CLI does: `DescribeEndpoints` becomes `describe-endpoints`.
pub(crate) fn kebab_case(operation: &str) -> String {
    let mut command = String::with_capacity(operation.len() + 4);
    for letter in operation.chars() {
        if letter.is_ascii_uppercase() && !command.is_empty() {
            command.push('-');
        }
        command.push(letter.to_ascii_lowercase());
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_spelled_as_the_command_of_the_aws_cli() {
        assert_eq!(kebab_case("DescribeReplicationSubnetGroups"), "describe-replication-subnet-groups");
    }
}
