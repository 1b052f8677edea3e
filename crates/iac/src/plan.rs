use std::collections::BTreeMap;

use chrono::DateTime;
use rule_core::text::snake_case;
use rule_core::{
    Change, Configuration, ConfigurationItem, ConfigurationItemStatus, Finding, Possibility, ResourceType,
    Rule,
};

use crate::error::{Error, Position};

/// The DMS resources that a file plans.
#[derive(Debug, Default)]
pub struct Plan {
    /// The resources of the types that rules evaluate.
    pub resources: Vec<PlannedResource>,
    /// The parts that cannot be read: resources may be missing from the plan.
    pub failures: Vec<Error>,
}

/// A resource that a deployment may create.
#[derive(Debug)]
pub struct PlannedResource {
    /// The logical id or the Terraform address.
    pub id: String,
    /// The type, which decides the rules that apply.
    pub resource_type: ResourceType,
    /// The resource in each combination of the decisions that deployment makes; empty if it is never created.
    pub possibilities: Vec<Possibility>,
    /// The positions of the resource and its properties, by their paths. Terraform plans have none.
    pub(crate) positions: Vec<(String, Position)>,
    pub(crate) language: Language,
}

/// The language in which a resource is written, which spells the names of properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    CloudFormation,
    /// Terraform with the provider aws.
    Terraform,
    /// Terraform with the provider awscc, which is generated from the schemas of CloudFormation.
    CloudControl,
}

impl PlannedResource {
    /// Returns the position of a property such as `RedisSettings.SslSecurityProtocol`. If it is not written, that
    /// of its group, else that of the resource; `None` if the file has no positions.
    #[must_use]
    pub fn position_of(&self, path: &str) -> Option<Position> {
        let mut part = Some(path);
        while let Some(path) = part {
            if let Some((_, position)) = self.positions.iter().find(|(written, _)| written == path) {
                return Some(*position);
            }
            part = path.rsplit_once('.').map(|(group, _)| group);
        }
        self.positions.iter().find(|(written, _)| written.is_empty()).map(|(_, position)| *position)
    }

    /// Returns the change to the file, in its language, that is the remedy of a finding of the rule.
    #[must_use]
    pub fn fix(&self, rule: &Rule, finding: &Finding) -> String {
        let (property, wanted) = match finding.change {
            None => (rule.property, rule.wanted),
            Some(Change::Set(property, wanted)) => (property, wanted),
            Some(Change::AfterDeployment(step)) => return format!("after deployment: {step}"),
        };
        let path = property.path;
        let is_word = !wanted.contains(' ');
        let name = match self.language {
            Language::CloudFormation if is_word => return format!("set {path}: {wanted}"),
            Language::CloudFormation => return format!("set {path} to {wanted}"),
            Language::Terraform => property.terraform.map(str::to_owned),
            Language::CloudControl => None,
        };
        let name = name.unwrap_or_else(|| snake_case(path));
        match wanted {
            "true" | "false" => format!("set {name} = {wanted}"),
            _ if is_word => format!("set {name} = \"{wanted}\""),
            _ => format!("set {name} to {wanted}"),
        }
    }
}

/// Builds the item of one possibility.
pub(crate) fn item(
    resource_type: ResourceType,
    id: &str,
    configuration: Configuration,
    tags: Option<BTreeMap<String, String>>,
) -> ConfigurationItem {
    ConfigurationItem {
        resource_type: resource_type.name().to_owned(),
        resource_id: id.to_owned(),
        resource_name: Some(id.to_owned()),
        arn: None,
        account_id: None,
        aws_region: None,
        configuration_item_status: ConfigurationItemStatus::Ok,
        configuration_item_capture_time: DateTime::UNIX_EPOCH,
        configuration_state_id: None,
        configuration,
        tags,
    }
}
