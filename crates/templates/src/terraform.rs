use std::collections::{BTreeMap, HashMap, HashSet};

use rule_core::{Configuration, Json, Possibility, ResourceType, resource_type};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::planned::{Language, Plan, Planned, Unreadable, is_flag, item, matters, matters_in_group};
use crate::world::{World, in_every_way};

/// Modules within modules.
const DEPTH_MAXIMUM: usize = 64;

/// Attributes whose names are not those of the API in another spelling.
const RENAMED: [(&str, &str); 8] = [
    ("replication_instance_id", "ReplicationInstanceIdentifier"),
    ("endpoint_id", "EndpointIdentifier"),
    ("replication_task_id", "ReplicationTaskIdentifier"),
    ("certificate_id", "CertificateIdentifier"),
    ("replication_subnet_group_id", "ReplicationSubnetGroupIdentifier"),
    ("name", "CustSubscriptionId"),
    ("subscription_name", "CustSubscriptionId"),
    ("kms_key_arn", "KmsKeyId"),
];

/// Properties that an attribute may be, in the spelling of the API.
const PROPERTIES: [&str; 21] = [
    "PubliclyAccessible",
    "MultiAZ",
    "AutoMinorVersionUpgrade",
    "KmsKeyId",
    "EngineName",
    "SslMode",
    "MongoDbSettings",
    "DocDbSettings",
    "RedisSettings",
    "NeptuneSettings",
    "KafkaSettings",
    "ReplicationTaskSettings",
    "CertificatePem",
    "ReplicationInstanceIdentifier",
    "InstanceProfileName",
    "EndpointIdentifier",
    "AuthType",
    "AuthMechanism",
    "SslSecurityProtocol",
    "SecurityProtocol",
    "IamAuthEnabled",
];

#[derive(Deserialize)]
struct File {
    planned_values: Option<Values>,
    values: Option<Values>,
    #[serde(default)]
    resource_changes: Vec<ResourceChange>,
    #[serde(default)]
    deferred_changes: Vec<Deferred>,
    #[serde(default)]
    errored: bool,
    complete: Option<bool>,
}

#[derive(Deserialize)]
struct Values {
    root_module: Option<Module>,
}

#[derive(Deserialize)]
struct Module {
    #[serde(default)]
    resources: Vec<Resource>,
    #[serde(default)]
    child_modules: Vec<Module>,
}

#[derive(Deserialize)]
struct Resource {
    address: String,
    mode: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    values: Option<Value>,
}

#[derive(Deserialize)]
struct Deferred {
    resource_change: Option<ResourceChange>,
}

#[derive(Deserialize)]
struct ResourceChange {
    address: String,
    mode: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    change: Option<Change>,
}

#[derive(Deserialize)]
struct Change {
    #[serde(default)]
    actions: Vec<String>,
    after: Option<Value>,
    after_unknown: Option<Value>,
}

/// Reads what `terraform show -json` prints of a plan or a state.
///
/// # Errors
/// It is not that.
pub fn terraform(text: &str) -> Result<Plan, Unreadable> {
    let file: File = serde_json::from_str(text)
        .map_err(|error| Unreadable::new(format!("not what `terraform show -json` prints: {error}")))?;
    if serde_json::from_str::<Json>(text).is_ok_and(|json| says_twice(&json)) {
        return Err(Unreadable::new("a member is given twice, and which of them holds cannot be known"));
    }
    let is_empty = file.planned_values.is_none() && file.values.is_none();
    if is_empty && file.resource_changes.is_empty() && file.deferred_changes.is_empty() {
        return Err(Unreadable::new("neither a plan nor a state: it has neither planned_values nor values"));
    }
    let mut plan = Plan::default();
    if file.errored || file.complete == Some(false) {
        plan.failures.push(
            "the plan did not end well (errored, or not complete), so what it plans may not be all: plan again"
                .to_owned(),
        );
    }
    let mut resources = Vec::new();
    for values in [file.planned_values, file.values].into_iter().flatten() {
        if let Some(module) = values.root_module {
            collect(module, 0, &mut resources, &mut plan.failures);
        }
    }
    let deferred = file.deferred_changes.into_iter().filter_map(|deferred| deferred.resource_change);
    let changes: Vec<ResourceChange> = file.resource_changes.into_iter().chain(deferred).collect();
    // What is planned but does not stand among the values: a plan that was broken off, or put off.
    for change in &changes {
        let is_made = change.change.as_ref().is_none_or(|change| {
            change.actions.is_empty()
                || change.actions.iter().any(|action| !matches!(action.as_str(), "delete" | "forget"))
        });
        if is_made && !resources.iter().any(|known| known.address == change.address) {
            resources.push(Resource {
                address: change.address.clone(),
                mode: change.mode.clone(),
                kind: change.kind.clone(),
                values: change.change.as_ref().and_then(|change| change.after.clone()),
            });
        }
    }
    let unknown: HashMap<&str, &Value> = changes
        .iter()
        .filter_map(|change| Some((change.address.as_str(), change.change.as_ref()?.after_unknown.as_ref()?)))
        .collect();
    for resource in &resources {
        if resource.mode.as_deref().is_some_and(|mode| mode != "managed") {
            continue;
        }
        if let Some(of) = type_of(&resource.kind) {
            plan.resources.push(planned(resource, of, unknown.get(resource.address.as_str()).copied()));
        }
    }
    Ok(plan)
}

/// Terraform never does; a map would hide it.
fn says_twice(json: &Json) -> bool {
    match json {
        Json::Object(members) => {
            let names: HashSet<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
            names.len() < members.len() || members.iter().any(|(_, value)| says_twice(value))
        }
        Json::List(list) => list.iter().any(says_twice),
        _ => false,
    }
}

fn collect(module: Module, depth: usize, resources: &mut Vec<Resource>, failures: &mut Vec<String>) {
    if depth > DEPTH_MAXIMUM {
        failures.push("modules are nested too deeply".to_owned());
        return;
    }
    resources.extend(module.resources);
    for child in module.child_modules {
        collect(child, depth + 1, resources, failures);
    }
}

/// `aws_dms_replication_instance`, and `awscc_...` of the provider that is made from CloudFormation's types.
fn type_of(kind: &str) -> Option<&'static ResourceType> {
    let kind = kind.to_ascii_lowercase();
    let name = kind.strip_prefix("aws_dms_").or_else(|| kind.strip_prefix("awscc_dms_"))?;
    let name = if name == "s3_endpoint" { "endpoint" } else { name }.replace('_', "");
    resource_type::ALL
        .into_iter()
        .find(|of| of.name.rsplit(':').next().is_some_and(|last| last.eq_ignore_ascii_case(&name)))
}

fn property_of(attribute: &str) -> Option<&'static str> {
    let renamed = RENAMED.iter().find(|(name, _)| *name == attribute).map(|(_, property)| *property);
    renamed.or_else(|| {
        let plain = attribute.replace('_', "");
        PROPERTIES.into_iter().find(|property| property.eq_ignore_ascii_case(&plain))
    })
}

fn planned(resource: &Resource, of: &'static ResourceType, unknown: Option<&Value>) -> Planned {
    let ways = in_every_way(|world| {
        let (configuration, tags) = match &resource.values {
            Some(Value::Object(values)) => {
                let mut members = worked_out(values, unknown, world, |name| matters(of, name));
                if resource.kind.ends_with("_s3_endpoint") {
                    members.push(("EngineName".to_owned(), Json::Text("s3".to_owned())));
                }
                (Configuration::Properties(members), tags(values, unknown))
            }
            Some(_) => (Configuration::Unreadable("its values are no object".to_owned()), None),
            None => (Configuration::Unreadable("the plan does not tell its values".to_owned()), None),
        };
        item(of, &resource.address, configuration, tags)
    });
    Planned {
        id: resource.address.clone(),
        resource_type: of,
        ways: ways.into_iter().map(|(when, item)| Possibility { when, item }).collect(),
        positions: Vec::new(),
        language: if resource.kind.starts_with("awscc_") {
            Language::CloudControl
        } else {
            Language::Terraform
        },
    }
}

/// The attributes of which something depends, as they are in this way. Null is not set.
fn worked_out(
    values: &Map<String, Value>,
    unknown: Option<&Value>,
    world: &mut World,
    matters: impl Fn(&str) -> bool,
) -> Vec<(String, Json)> {
    let unknown_of = |name: &str| unknown.and_then(|unknown| unknown.get(name));
    let mut names: Vec<&String> = values.keys().collect();
    if let Some(Value::Object(unknown)) = unknown {
        names.extend(unknown.keys().filter(|name| !values.contains_key(*name)));
    }
    let mut members = Vec::new();
    for attribute in names {
        let Some(property) = property_of(attribute).filter(|property| matters(property)) else { continue };
        let value = values.get(attribute).filter(|value| !value.is_null());
        let value = if is_open(unknown_of(attribute)) {
            let by = format!("{attribute} (known after apply)");
            let flag = is_flag(property).then(|| world.decide_flag(&by, &by)).flatten();
            Some(flag.map_or(Json::Undecided(by), Json::Bool))
        } else {
            value.and_then(|value| group_or_value(value, unknown_of(attribute), world))
        };
        members.extend(value.map(|value| (property.to_owned(), value)));
    }
    members
}

/// The value is not known; an object or list there tells which parts of it are not.
fn is_open(unknown: Option<&Value>) -> bool {
    unknown == Some(&Value::Bool(true))
}

/// A block of settings is a list of one.
fn group_or_value(value: &Value, unknown: Option<&Value>, world: &mut World) -> Option<Json> {
    let (group, unknown) = match value {
        Value::Array(list) => match list.as_slice() {
            [] => return None,
            [Value::Object(group)] => (group, unknown.and_then(|unknown| unknown.get(0))),
            _ => return json(value),
        },
        Value::Object(group) => (group, unknown),
        other => return json(other),
    };
    let mut members = worked_out(group, unknown, world, matters_in_group);
    // What else the group holds says that it is there.
    for (name, value) in group {
        if property_of(name).is_none() && !value.is_null() {
            members.extend(json(value).map(|value| (name.clone(), value)));
        }
    }
    Some(Json::Object(members))
}

fn json(value: &Value) -> Option<Json> {
    Json::deserialize(value).ok()
}

/// With the default tags of the provider, where the plan tells them.
fn tags(values: &Map<String, Value>, unknown: Option<&Value>) -> Option<BTreeMap<String, String>> {
    let given = ["tags_all", "tags"].into_iter().find(|name| {
        values.get(*name).is_some_and(|value| !value.is_null()) || is_open(unknown.and_then(|u| u.get(*name)))
    });
    let Some(name) = given else { return Some(BTreeMap::new()) };
    let unknown = unknown.and_then(|unknown| unknown.get(name));
    if is_open(unknown) {
        return None;
    }
    let mut tags = BTreeMap::new();
    match values.get(name)? {
        Value::Object(map) => {
            for (key, value) in map {
                tags.insert(key.clone(), value.as_str().unwrap_or_default().to_owned());
            }
        }
        Value::Array(list) => {
            for tag in list {
                let value = tag.get("value").and_then(Value::as_str).unwrap_or_default();
                tags.insert(tag.get("key")?.as_str()?.to_owned(), value.to_owned());
            }
        }
        _ => return None,
    }
    // Tags whose values are not known yet have their keys all the same.
    if let Some(Value::Object(unknown)) = unknown {
        for (key, _) in unknown.iter().filter(|(_, mark)| is_open(Some(mark))) {
            tags.entry(key.clone()).or_insert_with(|| "known after apply".to_owned());
        }
    }
    Some(tags)
}
