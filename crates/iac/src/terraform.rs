//! Terraform plans and states, with the providers aws and awscc.

mod changes;
mod configuration;
mod document;
mod holders;
mod keys;
mod login;
mod s3_endpoint;
pub(crate) mod state;
mod types;
mod values;

use rule_core::{Configuration as Properties, Fact, Facts, Json, KmsKey, Possibility, ResourceType};
use serde_json::{Map, Value};

use crate::contained::{Holder, HolderKind};
use crate::decisions::{Decisions, in_every_combination};
use crate::error::Error;
use crate::plan::{Language, Plan, PlannedResource, has_tags, item};
use crate::properties;
use crate::settings::Settings;
use crate::template::planning::plan_within;
use changes::Planned;
use configuration::{Address, Configuration};
use document::Document;
use holders::{holder, makes_dms_resources, overrides_parameters};
use keys::Keys;
use login::{block_with_secret, members_with_secret, with_secret};
use s3_endpoint::{is_s3_endpoint, members_with_block, with_block};
use types::{is_unknown_type, language, resource_type};
use values::Attributes;

/// Plans the DMS resources in what `terraform show -json` prints of a plan, and those of the templates that its resources
/// hold.
///
/// # Errors
/// Returns an error if the text is no plan, or gives a member twice. Parts that cannot be read are failures of the plan.
pub fn terraform_plan(text: &str) -> Result<Plan, Error> {
    let mut document = Document::parse(text)?;
    if !document.is_plan() {
        return Err(Error::new("not a plan: it has neither planned_values nor resource_changes"));
    }
    if document.values.is_some() {
        return Err(Error::new("both a plan and a state: it has planned_values and values"));
    }
    let mut plan = Plan::default();
    let prior = document.prior_state.take().and_then(|prior| prior.values);
    let prior = prior.map(|values| values.resources(&mut plan.failures)).unwrap_or_default();
    let mut keys = Keys::default();
    keys.add(prior.iter());
    let planned = changes::planned(&mut document, prior, &mut plan.failures);
    keys.add(planned.iter().map(|planned| &planned.resource));
    let configuration = document.configuration.take();
    let addresses = planned.iter().map(|planned| planned.resource.address.as_str());
    let variables = document.variables.take();
    let configuration = Configuration::new(configuration.as_ref(), variables.as_ref(), addresses);
    let has_overrides =
        planned.iter().any(|planned| overrides_parameters(&planned.resource, planned.unknown.as_ref()));
    let reader = PlanReader { configuration, keys, has_overrides };
    planned.iter().for_each(|planned| reader.add(planned, &mut plan));
    Ok(plan)
}

/// The parts of a plan beside the values of its resources.
struct PlanReader<'a> {
    configuration: Configuration<'a>,
    keys: Keys,
    /// True if a resource gives stacks of a set parameters of their own.
    has_overrides: bool,
}

impl PlanReader<'_> {
    fn add(&self, planned: &Planned, plan: &mut Plan) {
        let Planned { resource, unknown, .. } = planned;
        if let Some(resource_type) = resource_type(&resource.type_name) {
            plan.resources.push(self.resource(planned, resource_type));
        } else if let Some((kind, mut properties)) = holder(resource, unknown.as_ref()) {
            if self.has_overrides && kind == HolderKind::StackSet {
                let group = Json::Undecided("the overrides of its instances".to_owned());
                properties.push(("StackInstancesGroup".to_owned(), group));
            }
            let (id, properties) = (&resource.id(), &properties);
            let settings = &Settings::default();
            Holder { id, position: None, kind, properties, file: None, depth: 0, settings }
                .add_to(plan, plan_within);
        } else if is_unknown_type(&resource.type_name) {
            let what = format!(
                "{} is of a type of AWS DMS that is not known: {}",
                resource.id(),
                resource.type_name
            );
            plan.failures.push(Error::new(what));
        } else if makes_dms_resources(resource) {
            let what = format!("{} may create DMS resources, which are not evaluated", resource.id());
            plan.failures.push(Error::new(what));
        }
    }

    fn resource(&self, planned: &Planned, resource_type: ResourceType) -> PlannedResource {
        let Planned { resource, unknown, is_created, existence } = planned;
        let language = language(&resource.type_name);
        let address = Address::parse(&resource.address).filter(|_| resource.deposed_key.is_none());
        let mut arguments = address.as_ref().and_then(|address| self.arguments(address, planned, language));
        let (mut values, mut marks) = (resource.values.clone(), unknown.clone());
        if is_s3_endpoint(resource) {
            arguments = arguments.as_ref().map(members_with_block);
            values = values.as_ref().map(with_block);
            marks = marks.as_ref().map(with_block);
        }
        if let Some(block) = block_with_secret(resource) {
            arguments = arguments.map(|arguments| members_with_secret(&arguments, &block));
            values = values.map(|values| with_secret(&values, &block));
            marks = marks.map(|marks| with_secret(&marks, &block));
        }
        let attributes = match &values {
            _ if marks == Some(Value::Bool(true)) => Err("all of it is known only after apply"),
            Some(Value::Object(values)) => Ok(Attributes {
                values,
                unknown: marks.as_ref(),
                arguments: arguments.as_ref(),
                is_created: *is_created,
                language,
                is_group: false,
            }),
            Some(_) => Err("its values are not an object"),
            None => Err("the plan does not hold its values"),
        };
        let (tags, more_tags) = attributes.map_or((None, None), |attributes| attributes.tags());
        let exceptions = attributes.map(|attributes| attributes.exceptions()).unwrap_or_default();
        let more_tags = if language == Language::CloudControl && !has_tags(resource_type) {
            Some(format!("the provider awscc cannot set tags of a {}", resource_type.noun()))
        } else {
            more_tags
        };
        let properties = properties::Properties::for_type(resource_type);
        let combinations = in_every_combination(|decisions| match attributes {
            Ok(attributes) => {
                let members = self.members(&attributes, planned, address.as_ref(), &properties, decisions);
                Properties::Properties(members)
            }
            Err(reason) => Properties::Unreadable(reason.to_owned()),
        });
        let id = resource.id();
        let facts = Facts { more_tags, ..facts(self.keys.of_resource(resource)) };
        PlannedResource {
            exceptions,
            possibilities: combinations
                .into_iter()
                .map(|(choices, configuration)| Possibility {
                    choices,
                    item: item(resource_type, &id, configuration, tags.clone()),
                    facts: facts.clone(),
                })
                .collect(),
            id,
            resource_type,
            positions: Vec::new(),
            language,
            existence: *existence,
        }
    }

    /// Returns the arguments that the configuration gives, if it is known what the provider does with the others.
    fn arguments(
        &self,
        address: &Address,
        planned: &Planned,
        language: Language,
    ) -> Option<Map<String, Value>> {
        let provider = planned.resource.provider_name.as_deref();
        let provider = provider.or_else(|| self.configuration.provider(address))?;
        let wanted = if language == Language::CloudControl { "hashicorp/awscc" } else { "hashicorp/aws" };
        let is_known = provider == wanted || provider.ends_with(&format!("/{wanted}"));
        let mut arguments = is_known.then(|| self.configuration.arguments(address)).flatten()?.clone();
        let is_unknown = |name: &str| {
            planned.unknown.as_ref().and_then(|marks| marks.get(name)) == Some(&Value::Bool(true))
        };
        arguments.retain(|name, given| !(is_unknown(name) && self.configuration.is_null(address, given)));
        Some(arguments)
    }

    /// Returns the properties of a resource. A key that is not known yet may be one that the plan makes or keeps.
    fn members(
        &self,
        attributes: &Attributes<'_>,
        planned: &Planned,
        address: Option<&Address>,
        properties: &properties::Properties,
        decisions: &mut Decisions,
    ) -> Vec<(String, Json)> {
        let mut members = attributes.members(properties, decisions);
        for (name, value) in &mut members {
            match (name.as_str(), value) {
                ("KmsKeyId", value) => self.decide_key(value, address, &["kms_key_arn", "kms_key_id"]),
                (group @ ("S3Settings" | "RedshiftSettings"), Json::Object(settings)) => {
                    let argument = match group {
                        "S3Settings" if is_s3_endpoint(&planned.resource) => SSE_KEY.to_owned(),
                        "S3Settings" => format!("s3_settings.{SSE_KEY}"),
                        _ => format!("redshift_settings.{SSE_KEY}"),
                    };
                    for (_, value) in
                        settings.iter_mut().filter(|(name, _)| name == "ServerSideEncryptionKmsKeyId")
                    {
                        self.decide_key(value, address, &[&argument]);
                    }
                }
                _ => {}
            }
        }
        if is_s3_endpoint(&planned.resource) {
            // The type has no argument for either.
            members.retain(|(name, _)| name != "EngineName" && name != "ExtraConnectionAttributes");
            members.push(("EngineName".to_owned(), Json::Text("s3".to_owned())));
        }
        members
    }

    /// Replaces an undecided value by a created key, if one of the arguments leads to keys that the plan makes or keeps.
    fn decide_key(&self, value: &mut Json, address: Option<&Address>, arguments: &[&str]) {
        if matches!(value, Json::Undecided(_)) {
            let key = arguments.iter().find_map(|name| self.configuration.key(address?, name));
            if let Some(by) = key {
                *value = Json::Created { resource_type: "AWS::KMS::Key".to_owned(), by };
            }
        }
    }
}

/// The argument for the key with which S3 encrypts.
const SSE_KEY: &str = "server_side_encryption_kms_key_id";

/// Returns the facts about a planned resource, with its key if the plan shows the manager.
fn facts(kms_key: Option<KmsKey>) -> Facts {
    let facts = Facts::planned();
    match kms_key {
        Some(key) => Facts { kms_key: Fact::Known(key), ..facts },
        None => facts,
    }
}
