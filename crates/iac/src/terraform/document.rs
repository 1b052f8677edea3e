//! The JSON that `terraform show -json` prints of a plan or a state (Terraform's "JSON Output Format").

use std::collections::{HashMap, HashSet};

use rule_core::Json;
use serde::Deserialize;
use serde_json::Value;

use crate::error::Error;

/// The deepest nesting of modules.
const DEPTH_MAXIMUM: usize = 64;

/// A plan or a state.
#[derive(Deserialize)]
pub(super) struct Document {
    planned_values: Option<Values>,
    values: Option<Values>,
    #[serde(default)]
    resource_changes: Vec<ResourceChange>,
    #[serde(default)]
    deferred_changes: Vec<DeferredChange>,
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

/// A resource with its values.
#[derive(Deserialize)]
pub(super) struct Resource {
    /// The address, such as `module.m.aws_dms_endpoint.e[0]`.
    pub(super) address: String,
    mode: Option<String>,
    /// The type with the prefix of its provider, such as `aws_dms_endpoint`.
    #[serde(rename = "type")]
    pub(super) type_name: String,
    /// An object with the attributes; `None` if the document does not hold them.
    pub(super) values: Option<Value>,
}

#[derive(Deserialize)]
struct DeferredChange {
    resource_change: Option<ResourceChange>,
}

#[derive(Deserialize)]
struct ResourceChange {
    address: String,
    mode: Option<String>,
    #[serde(rename = "type")]
    type_name: String,
    change: Option<Change>,
}

#[derive(Deserialize)]
struct Change {
    #[serde(default)]
    actions: Vec<String>,
    after: Option<Value>,
    after_unknown: Option<Value>,
}

/// The resources of a document.
pub(super) struct Resources {
    /// The managed resources, those of changes that are not among the values included.
    pub(super) managed: Vec<Resource>,
    /// The marks of values that are known only after apply, by the address of the resource.
    pub(super) unknown: HashMap<String, Value>,
    /// Reasons why resources may be missing.
    pub(super) failures: Vec<Error>,
}

impl Document {
    /// Parses a plan or a state.
    ///
    /// # Errors
    /// Returns an error if the text is neither, or gives a member twice.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let document: Self = serde_json::from_str(text)
            .map_err(|error| Error::new(format!("not the output of `terraform show -json`: {error}")))?;
        if serde_json::from_str::<Json>(text).is_ok_and(|json| repeats_a_member(&json)) {
            return Err(Error::new("a member is given twice, and it cannot be known which value counts"));
        }
        let Self { planned_values, values, resource_changes, deferred_changes, .. } = &document;
        let has_values = planned_values.is_some() || values.is_some();
        if !has_values && resource_changes.is_empty() && deferred_changes.is_empty() {
            return Err(Error::new("neither a plan nor a state: it has neither planned_values nor values"));
        }
        Ok(document)
    }

    /// Collects the resources of all modules and changes.
    pub(super) fn resources(self) -> Resources {
        let mut failures = Vec::new();
        if self.errored || self.complete == Some(false) {
            failures.push(Error::new(
                "the plan is errored or not complete, so resources may be missing from it; plan again",
            ));
        }
        let mut resources = Vec::new();
        for values in [self.planned_values, self.values].into_iter().flatten() {
            if let Some(module) = values.root_module {
                module.collect(0, &mut resources, &mut failures);
            }
        }
        let deferred = self.deferred_changes.into_iter().filter_map(|deferred| deferred.resource_change);
        let mut unknown = HashMap::new();
        for change in self.resource_changes.into_iter().chain(deferred) {
            let ResourceChange { address, mode, type_name, change } = change;
            let (actions, after, after_unknown) = change
                .map_or_else(Default::default, |change| (change.actions, change.after, change.after_unknown));
            let remains = actions.is_empty()
                || actions.iter().any(|action| !matches!(action.as_str(), "delete" | "forget"));
            unknown.extend(after_unknown.map(|marks| (address.clone(), marks)));
            // Values lack what is deferred, and what comes after the error of a plan.
            if remains && !resources.iter().any(|known| known.address == address) {
                resources.push(Resource { address, mode, type_name, values: after });
            }
        }
        resources.retain(|resource| resource.mode.as_deref().is_none_or(|mode| mode == "managed"));
        Resources { managed: resources, unknown, failures }
    }
}

impl Module {
    fn collect(self, depth: usize, resources: &mut Vec<Resource>, failures: &mut Vec<Error>) {
        if depth > DEPTH_MAXIMUM {
            failures.push(Error::new("modules are nested too deeply"));
            return;
        }
        resources.extend(self.resources);
        for child in self.child_modules {
            child.collect(depth + 1, resources, failures);
        }
    }
}

/// Returns true if an object gives a member twice. Terraform never does, and a map would hide it.
fn repeats_a_member(json: &Json) -> bool {
    match json {
        Json::Object(members) => {
            let names: HashSet<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
            names.len() < members.len() || members.iter().any(|(_, value)| repeats_a_member(value))
        }
        Json::List(list) => list.iter().any(repeats_a_member),
        _ => false,
    }
}
