//! Terraform states: records of resources that exist.

use rule_core::{Arn, Configuration, ConfigurationItem, Json, Kind, KmsKey, ResourceType, tags};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::document::{Document, Resource};
use super::holders::holder;
use super::keys::Keys;
use super::login::{block_with_secret, with_secret};
use super::s3_endpoint::{is_s3_endpoint, with_block};
use super::types::resource_type;
use crate::contained::{Holder, HolderKind};
use crate::error::Error;
use crate::plan::{Elsewhere, Plan, item};
use crate::properties::Properties;
use crate::settings::Settings;
use crate::template::planning::plan_within;

/// The DMS resources that a state records.
#[derive(Debug, Default)]
pub struct State {
    /// The resources of the types that rules evaluate.
    pub resources: Vec<StateResource>,
    /// The parts that cannot be read: resources may be missing from the state.
    pub failures: Vec<Error>,
    /// The stacks whose templates the state does not hold.
    pub elsewhere: Vec<Elsewhere>,
}

/// A resource that a state records.
#[derive(Debug)]
pub struct StateResource {
    /// The resource under its ARN, or under its address if the state does not hold the ARN. Its capture time is the
    /// beginning of the Unix epoch: a state does not hold it.
    pub item: ConfigurationItem,
    /// The KMS key that the resource names, if the state shows its manager.
    pub kms_key: Option<KmsKey>,
}

/// Reads the DMS resources in what `terraform show -json` prints of a state. One without resources has no `values`.
///
/// # Errors
/// Returns an error if the text is no state, or gives a member twice. Parts that cannot be read are failures of the state.
pub fn terraform_state(text: &str) -> Result<State, Error> {
    let document = Document::parse(text)?;
    if !document.is_state() {
        return Err(Error::new("not a state: it has neither values nor a format_version, or is a plan"));
    }
    let mut state = State::default();
    let values = document.values.unwrap_or_default();
    let resources = values.resources(&mut state.failures);
    let mut keys = Keys::default();
    keys.add(resources.iter());
    for resource in resources.iter().filter(|resource| resource.is_managed()) {
        if let Some(resource_type) = resource_type(&resource.type_name) {
            state.resources.push(recorded(resource, resource_type, &keys));
        } else if let Some((kind, properties)) = holder(resource, None) {
            add_held(resource, kind, &properties, &mut state);
        }
    }
    Ok(state)
}

fn recorded(resource: &Resource, resource_type: ResourceType, keys: &Keys) -> StateResource {
    let values = match &resource.values {
        Some(values) if is_s3_endpoint(resource) => Some(with_block(values)),
        values => values.clone(),
    };
    let values = match (values, block_with_secret(resource)) {
        (Some(values), Some(block)) => Some(with_secret(&values, &block)),
        (values, _) => values,
    };
    let configuration = match &values {
        Some(Value::Object(values)) => {
            let mut members = members(values, &Properties::for_type(resource_type));
            if is_s3_endpoint(resource) {
                members.retain(|(name, _)| name != "EngineName");
                members.push(("EngineName".to_owned(), Json::Text("s3".to_owned())));
            }
            Configuration::Properties(members)
        }
        Some(_) => Configuration::Unreadable("its values are not an object".to_owned()),
        None => Configuration::Absent,
    };
    let tags = ["tags_all", "tags"].into_iter().find_map(|name| {
        let value = resource.values.as_ref()?.get(name)?;
        // Tags of the resource alone may lack the default tags of the provider.
        let is_whole = name == "tags_all" || value.as_array().is_some() || has_entries(value);
        is_whole.then(|| tags::read(&Json::deserialize(value).ok()?)).flatten()
    });
    StateResource {
        kms_key: keys.of_resource(resource),
        item: identified(item(resource_type, &resource.id(), configuration, tags), resource_type, resource),
    }
}

fn has_entries(value: &Value) -> bool {
    value.as_object().is_some_and(|entries| !entries.is_empty())
}

/// Returns the item under the ARN of the resource, and with its name, if the state holds them.
fn identified(
    item: ConfigurationItem,
    resource_type: ResourceType,
    resource: &Resource,
) -> ConfigurationItem {
    let name = item.configuration.text(resource_type.identifier().path).map(str::to_owned);
    let item = ConfigurationItem { resource_name: name.or(item.resource_name), ..item };
    let Some(text) = arn(resource_type, resource) else { return item };
    let (account_id, aws_region) = match Arn::parse(text) {
        Some(arn) => (arn.account_id().map(str::to_owned), arn.region().map(str::to_owned)),
        None => (None, None),
    };
    let arn = Some(text.to_owned());
    ConfigurationItem { resource_id: text.to_owned(), arn, account_id, aws_region, ..item }
}

/// Finds the ARN of the resource among its attributes: the one that begins as ARNs of its type do. Other attributes name
/// other resources.
fn arn(resource_type: ResourceType, resource: &Resource) -> Option<&str> {
    let Some(Value::Object(values)) = &resource.values else { return None };
    let is_own = |text: &&str| {
        Arn::parse(text).is_some_and(|arn| {
            let word = arn.resource.split(':').next();
            arn.service == "dms" && word == Some(resource_type.arn_word())
        })
    };
    let mut found = values.values().filter_map(Value::as_str).filter(is_own);
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

/// Reads the attributes that rules read, as they are recorded: null is null.
fn members(values: &Map<String, Value>, properties: &Properties) -> Vec<(String, Json)> {
    let mut members = Vec::new();
    for (name, value) in values {
        let Some(attribute) = properties.attribute(name) else { continue };
        let is_group = attribute.kind.is_none_or(|kind| kind == Kind::Group);
        let group = match value {
            Value::Array(list) if is_group => match list.as_slice() {
                [] => continue, // a block that is not given
                [Value::Object(group)] => Some(group),
                _ => None,
            },
            Value::Object(group) if is_group => Some(group),
            _ => None,
        };
        let value = match group {
            Some(group) => {
                let mut inner = self::members(group, &attribute.members);
                // A setting that the state lacks is not known: no default stands in for it.
                let lacking =
                    attribute.members.names().filter(|name| inner.iter().all(|(known, _)| known != name));
                let lacking: Vec<_> = lacking.map(|name| (name.to_owned(), Json::Null)).collect();
                inner.extend(lacking);
                // The other members show that the group is not empty.
                for (name, value) in group {
                    if attribute.members.attribute(name).is_none() && !value.is_null() {
                        inner.extend(json(value).map(|value| (name.clone(), value)));
                    }
                }
                Some(Json::Object(inner))
            }
            None => json(value),
        };
        members.extend(value.map(|value| (attribute.name.to_owned(), value)));
    }
    members
}

fn json(value: &Value) -> Option<Json> {
    Json::deserialize(value).ok()
}

/// Adds what a resource holds that a state does not record one by one. Cloud Control records the properties of its
/// resource; a stack, only its template.
fn add_held(resource: &Resource, kind: HolderKind, properties: &[(String, Json)], state: &mut State) {
    let id = resource.id();
    let mut fail = |what: &str| state.failures.push(Error::new(format!("{id}: {what}")));
    if kind == HolderKind::CloudControl {
        let Some(type_name) = resource.text("type_name") else {
            return fail("the type of the resource that it made is missing");
        };
        let Some(resource_type) = ResourceType::from_name(type_name.trim()) else {
            // What it holds in turn is not recorded.
            if HolderKind::from_type(type_name).is_some() {
                fail("the resources that it made are not recorded; scan the account for them");
            }
            return;
        };
        let recorded = resource.text("properties").and_then(|text| serde_json::from_str::<Json>(text).ok());
        let Some(Json::Object(members)) = recorded else {
            return fail(
                "its properties are no JSON object, so the resource that it made cannot be evaluated",
            );
        };
        let names = Properties::for_type(resource_type);
        let tags =
            members.iter().find(|(name, _)| name == "Tags").and_then(|(_, tags)| tags::read_list(tags));
        let spelled = members
            .into_iter()
            .map(|(name, value)| (names.api_name(&name).map_or(name, str::to_owned), value));
        let configuration = Configuration::Properties(spelled.collect());
        let item = item(resource_type, &id, configuration, tags);
        let name = item.configuration.text(resource_type.identifier().path).map(str::to_owned);
        let item = ConfigurationItem { resource_name: name.or(item.resource_name), ..item };
        state.resources.push(StateResource { item, kms_key: None });
        return;
    }
    let mut plan = Plan::default();
    let settings = Settings::default();
    Holder { id: &id, position: None, kind, properties, file: None, depth: 0, settings: &settings }
        .add_to(&mut plan, plan_within);
    if !plan.resources.is_empty() {
        fail("the DMS resources of its template are not recorded; scan the account for them");
    }
    state.failures.extend(plan.failures);
    state.elsewhere.extend(plan.elsewhere);
}
