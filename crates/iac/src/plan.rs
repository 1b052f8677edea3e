use std::collections::BTreeMap;

use chrono::DateTime;
use rule_core::text::snake_case;
use rule_core::{
    Change, Choice, Configuration, ConfigurationItem, ConfigurationItemStatus, Finding, Json, Kind,
    Possibility, Property, ResourceType, Rule,
};

use crate::error::{Error, Position};
use crate::properties::is_key_of_certificate;
use crate::replacement::{Effect, Existence};

/// The DMS resources that a file plans.
#[derive(Debug, Default)]
pub struct Plan {
    /// The resources of the types that rules evaluate.
    pub resources: Vec<PlannedResource>,
    /// The parts that cannot be read: resources may be missing from the plan.
    pub failures: Vec<Error>,
    /// The templates that are in other files, or that AWS keeps: their resources are missing from the plan.
    pub elsewhere: Vec<Elsewhere>,
}

/// A template that a resource names, and that is not in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// The logical id or the Terraform address of the resource.
    pub resource: String,
    /// The URL or path of the template; `None` if it is not known, or has none.
    pub location: Option<String>,
    /// The position of the resource; `None` if the text has no positions.
    pub position: Option<Position>,
}

impl Plan {
    /// Adds everything of another plan.
    pub(crate) fn append(&mut self, mut other: Self) {
        self.resources.append(&mut other.resources);
        self.elsewhere.append(&mut other.elsewhere);
        self.failures.append(&mut other.failures);
    }

    /// Adds a plan to which these choices lead: a resource that is in several of them has the possibilities of each.
    pub(crate) fn add_variant(&mut self, variant: Self, choices: &[Choice]) {
        for mut resource in variant.resources {
            for possibility in &mut resource.possibilities {
                possibility.choices.splice(0..0, choices.iter().cloned());
            }
            let is_same = |known: &&mut PlannedResource| {
                known.id == resource.id && known.resource_type == resource.resource_type
            };
            match self.resources.iter_mut().find(is_same).filter(|_| !choices.is_empty()) {
                Some(known) => {
                    known.possibilities.append(&mut resource.possibilities);
                    // An exception holds for all variants or for none.
                    known.exceptions.retain(|one| resource.exceptions.contains(one));
                }
                None => self.resources.push(resource),
            }
        }
        self.elsewhere.extend(variant.elsewhere);
        for failure in variant.failures {
            if !self.failures.contains(&failure) {
                self.failures.push(failure);
            }
        }
    }
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
    /// The exceptions that stand beside it, as they are written: in the `Metadata` of a template, in its own tags in Terraform.
    pub exceptions: Vec<WrittenException>,
    /// The positions of the resource and its properties, by their paths. Terraform plans have none.
    pub(crate) positions: Vec<(String, Position)>,
    pub(crate) language: Language,
    pub(crate) existence: Existence,
}

/// The beginning of the key of a tag that is an exception in Terraform; the name of a rule follows.
pub const EXCEPTION_TAG: &str = "dms-rule:exception:";

/// An exception beside a resource, as it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct WrittenException {
    /// The rule that the key of a tag names; `None` in `Metadata`, where the value names it.
    pub rule: Option<String>,
    /// The value.
    pub value: Json,
    /// Its position.
    pub position: Option<Position>,
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

    /// Returns the change to the file, in its language, that is the remedy of a finding of the rule; what to do after
    /// deployment, if the language cannot express it. A change that would replace a resource that exists, and its tasks, is
    /// the remedy of a new one alone.
    #[must_use]
    pub fn fix(&self, rule: &Rule, finding: &Finding) -> String {
        let (property, wanted) = match &finding.change {
            None => (rule.property, rule.wanted),
            Some(Change::Set(property, wanted)) => (*property, wanted.as_ref()),
            Some(Change::AfterDeployment(step)) => return format!("after deployment: {step}"),
        };
        let Some(path) = self.spelled(&property) else {
            return format!("after deployment: {}", finding.fix.unwrap_or(rule.unknown_fix));
        };
        let set = self.setting(&path, wanted);
        match Effect::by(&property, self.resource_type, self.language == Language::Terraform) {
            Some(effect) => effect.remedy(self.existence, set, &path),
            None => set,
        }
    }

    /// Writes the line that gives a property a value: one word, or a description.
    fn setting(&self, path: &str, wanted: &str) -> String {
        let is_word = !wanted.contains(' ');
        if self.language == Language::CloudFormation {
            return if is_word { format!("set {path}: {wanted}") } else { format!("set {path} to {wanted}") };
        }
        let assigned = |name: &str| match wanted {
            "true" | "false" => format!("{name} = {wanted}"),
            _ => format!("{name} = \"{wanted}\""),
        };
        match path.split_once('.') {
            _ if !is_word => format!("set {path} to {wanted}"),
            None => format!("set {}", assigned(path)),
            // A group is a block with the provider aws, and an object with awscc.
            Some((group, name)) if self.language == Language::Terraform => {
                format!("set {group} {{ {} }}", assigned(name))
            }
            Some((group, name)) => format!("set {group} = {{ {} }}", assigned(name)),
        }
    }

    /// Spells the path of a property in the language; `None` if resources of the type do not have it there.
    fn spelled(&self, property: &Property) -> Option<String> {
        match self.language {
            Language::CloudFormation | Language::CloudControl if !is_given(self.resource_type, property) => {
                None
            }
            Language::CloudFormation => Some(property.path.to_owned()),
            Language::CloudControl => Some(snake_case(property.path)),
            // The provider spells all its names for instance profiles as the API does.
            Language::Terraform if self.resource_type == ResourceType::InstanceProfile => {
                Some(snake_case(property.path))
            }
            // They are arguments of aws_dms_s3_endpoint itself.
            Language::Terraform if property.group() == Some("S3Settings") => {
                Some(snake_case(property.name()))
            }
            // One argument for the settings of every engine.
            Language::Terraform if property.name() == "SecretsManagerSecretId" => {
                Some("secrets_manager_arn".to_owned())
            }
            Language::Terraform => property.terraform.map(str::to_owned),
        }
    }
}

/// Returns false for a type that has no `Tags` in CloudFormation, and so none in the provider awscc (CloudFormation
/// Template Reference, `AWS::DMS::Certificate`).
pub(crate) fn has_tags(resource_type: ResourceType) -> bool {
    resource_type != ResourceType::Certificate
}

/// Returns false for a property that CloudFormation does not have, nor the provider awscc (resource schema of
/// `AWS::DMS::Certificate`).
fn is_given(resource_type: ResourceType, property: &Property) -> bool {
    (property.kind != Kind::Tags || has_tags(resource_type))
        && !is_key_of_certificate(resource_type, property.path)
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
