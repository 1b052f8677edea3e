//! The resources that are there after a plan was applied.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::document::{Change, Document, FORGOTTEN, OTHERWISE, Resource, ResourceChange};
use crate::error::Error;
use crate::replacement::Existence;

/// A resource that is there after apply.
pub(super) struct Planned {
    pub(super) resource: Resource,
    /// The marks of values that are known only after apply.
    pub(super) unknown: Option<Value>,
    /// True if apply creates it: the provider then sends its own value for what is not given.
    pub(super) is_created: bool,
    /// Existing if it, or what it replaces, is there before apply.
    pub(super) existence: Existence,
}

/// The address of a change, and the key of a deposed object. One address may have an object and several deposed ones.
type Key = (String, Option<String>);

/// Collects the managed resources of a plan, those of its `prior` state that it leaves alone included, and the reasons why
/// some may be missing.
pub(super) fn planned(
    document: &mut Document,
    prior: Vec<Resource>,
    failures: &mut Vec<Error>,
) -> Vec<Planned> {
    if document.errored || document.complete == Some(false) {
        failures.push(Error::new(
            "the plan is errored or not complete, so resources may be missing from it; plan again",
        ));
    }
    let values = document.planned_values.take();
    let mut resources = values.map(|values| values.resources(failures)).unwrap_or_default();
    let left = left_alone(prior, &document.resource_changes, &resources);
    let planned: HashMap<Key, usize> =
        resources.iter().enumerate().map(|(index, one)| (key(one), index)).collect();
    let mut known: HashSet<Key> = planned.keys().cloned().collect();
    let mut unknown: HashMap<Key, Value> = HashMap::new();
    // False for what one of its changes does not create.
    let mut created: HashMap<Key, bool> = HashMap::new();
    let mut existences: HashMap<Key, Existence> = HashMap::new();
    // The values of each change that leaves a resource: a second change of one address may have others.
    let mut changed: HashMap<Key, Vec<Option<Value>>> = HashMap::new();
    let deferred = std::mem::take(&mut document.deferred_changes);
    let deferred = deferred.into_iter().filter_map(|deferred| deferred.resource_change);
    for mut change in std::mem::take(&mut document.resource_changes).into_iter().chain(deferred) {
        let Change { actions: own, before, after, after_unknown } = change.change.take().unwrap_or_default();
        let key = (change.address.clone(), change.deposed.clone());
        if let Some(marks) = after_unknown {
            let all = unknown.entry(key.clone()).or_insert(Value::Null);
            *all = merged(std::mem::take(all), marks);
        }
        if !own.is_empty() && own.iter().all(|action| action == "delete") {
            continue;
        }
        let is_created = own.is_empty() || own.iter().any(|action| action == "create");
        *created.entry(key.clone()).or_insert(true) &= is_created;
        let existence = existences.entry(key.clone()).or_insert(Existence::New);
        if before.is_some() || own.iter().any(|action| action != "create") {
            *existence = Existence::Existing;
        } else if own.is_empty() && *existence == Existence::New {
            *existence = Existence::Unknown;
        }
        // What is forgotten, and a deposed object that is not deleted, stay as they are.
        let is_forgotten = own.iter().any(|action| action == "forget");
        let values = if is_forgotten && is_created {
            // The old object stays beside the new one.
            let mut old = change.clone();
            old.deposed = Some(FORGOTTEN.to_owned());
            resources.push(Resource::changed(old, before));
            after
        } else if is_forgotten {
            before
        } else if key.1.is_some() {
            after.or(before)
        } else {
            after
        };
        let others = changed.entry(key.clone()).or_default();
        let is_new = !others.contains(&values);
        others.push(values.clone());
        // Values lack what is deferred, and what comes after the error of a plan. If both are there and differ, it cannot be
        // known which of them apply leaves.
        let planned_values = planned.get(&key).and_then(|index| resources.get(*index)).map(|one| &one.values);
        let is_contradicted = others.len() == 1
            && planned_values.is_some_and(|planned| contradict(planned.as_ref(), values.as_ref()));
        if is_contradicted {
            change.deposed = Some(OTHERWISE.to_owned());
        }
        if known.insert(key) || (is_new && others.len() > 1) || is_contradicted {
            resources.push(Resource::changed(change, values));
        } else if let Some(provider) = change.provider_name {
            add_provider(&mut resources, &change.address, provider);
        }
    }
    // The provider sends nothing for what it does not create.
    created.extend(left.iter().map(|one| (key(one), false)));
    existences.extend(left.iter().map(|one| (key(one), Existence::Existing)));
    let managed = resources.into_iter().chain(left).filter(Resource::is_managed);
    managed
        .map(|resource| {
            let key = key(&resource);
            let unknown = unknown.get(&key).cloned();
            let is_created = created.get(&key).copied().unwrap_or(true);
            let is_forgotten = resource.deposed_key.as_deref() == Some(FORGOTTEN);
            let unlisted = if is_forgotten { Existence::Existing } else { Existence::Unknown };
            let existence = existences.get(&key).copied().unwrap_or(unlisted);
            Planned { resource, unknown, is_created, existence }
        })
        .collect()
}

/// Returns true if two objects give one attribute different values.
fn contradict(one: Option<&Value>, other: Option<&Value>) -> bool {
    let (Some(Value::Object(one)), Some(Value::Object(other))) = (one, other) else { return false };
    one.iter().any(|(name, value)| other.get(name).is_some_and(|theirs| theirs != value))
}

/// Returns the resources that the prior state has and the plan does not speak of: a plan of some targets leaves them alone.
fn left_alone(mut prior: Vec<Resource>, changes: &[ResourceChange], planned: &[Resource]) -> Vec<Resource> {
    let planned = planned.iter().map(|resource| resource.address.as_str());
    let spoken_of: HashSet<&str> =
        changes.iter().map(|change| change.address.as_str()).chain(planned).collect();
    prior.retain(|one| !spoken_of.contains(one.address.as_str()));
    prior
}

fn key(resource: &Resource) -> Key {
    (resource.address.clone(), resource.deposed_key.clone())
}

/// Completes the name of a provider that the values lack.
fn add_provider(resources: &mut [Resource], address: &str, provider: String) {
    if let Some(resource) = resources.iter_mut().find(|one| one.address == address) {
        resource.provider_name.get_or_insert(provider);
    }
}

/// Merges the marks of two changes: a value is unknown if one of them says so.
fn merged(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Bool(true), _) | (_, Value::Bool(true)) => Value::Bool(true),
        (Value::Object(one), Value::Object(other)) => {
            let mut all: Map<String, Value> = one;
            for (name, mark) in other {
                let known = all.remove(&name).unwrap_or(Value::Null);
                all.insert(name, merged(known, mark));
            }
            Value::Object(all)
        }
        (Value::Array(one), Value::Array(other)) => {
            let length = one.len().max(other.len());
            let mut pairs = (one.into_iter(), other.into_iter());
            let marks = (0..length).map(|_| {
                merged(pairs.0.next().unwrap_or(Value::Null), pairs.1.next().unwrap_or(Value::Null))
            });
            Value::Array(marks.collect())
        }
        (one @ (Value::Object(_) | Value::Array(_)), _) => one,
        (_, other) => other,
    }
}
