//! The JSON that `terraform show -json` prints of a plan or a state (Terraform's "JSON Output Format").

use std::collections::HashSet;

use rule_core::Json;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::error::Error;

/// The deepest nesting of modules.
const DEPTH_MAXIMUM: usize = 64;

/// A plan or a state.
#[derive(Deserialize)]
pub(super) struct Document {
    format_version: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(super) planned_values: Option<Values>,
    #[serde(default, deserialize_with = "present")]
    pub(super) values: Option<Values>,
    #[serde(default)]
    pub(super) resource_changes: Vec<ResourceChange>,
    #[serde(default)]
    pub(super) deferred_changes: Vec<DeferredChange>,
    #[serde(default)]
    pub(super) errored: bool,
    pub(super) complete: Option<bool>,
    /// The configuration from which the plan was made.
    pub(super) configuration: Option<Value>,
    pub(super) prior_state: Option<PriorState>,
    /// The values of the variables of the root module.
    pub(super) variables: Option<Value>,
}

/// The values of all modules.
#[derive(Default, Deserialize)]
pub(super) struct Values {
    root_module: Module,
}

/// The state before a plan.
#[derive(Deserialize)]
pub(super) struct PriorState {
    pub(super) values: Option<Values>,
}

#[derive(Default, Deserialize)]
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
    /// The source of the provider, such as `registry.terraform.io/hashicorp/aws`.
    pub(super) provider_name: Option<String>,
    /// The key of an object that was replaced, and that Terraform could not delete yet.
    #[serde(alias = "deposed")]
    pub(super) deposed_key: Option<String>,
    /// An object with the attributes; `None` if the document does not hold them.
    pub(super) values: Option<Value>,
}

#[derive(Deserialize)]
pub(super) struct DeferredChange {
    pub(super) resource_change: Option<ResourceChange>,
}

/// A planned change of a resource.
#[derive(Clone, Deserialize)]
pub(super) struct ResourceChange {
    pub(super) address: String,
    pub(super) mode: Option<String>,
    #[serde(rename = "type")]
    pub(super) type_name: String,
    pub(super) provider_name: Option<String>,
    pub(super) deposed: Option<String>,
    pub(super) change: Option<Change>,
}

#[derive(Clone, Default, Deserialize)]
pub(super) struct Change {
    #[serde(default)]
    pub(super) actions: Vec<String>,
    pub(super) before: Option<Value>,
    pub(super) after: Option<Value>,
    pub(super) after_unknown: Option<Value>,
}

impl Document {
    /// Parses the output of `terraform show -json`.
    ///
    /// # Errors
    /// Returns an error if the text is something else, gives a member twice, or has a version that is not known.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let document: Self = serde_json::from_str(text)
            .map_err(|error| Error::new(format!("not the output of `terraform show -json`: {error}")))?;
        if serde_json::from_str::<Json>(text).is_ok_and(|json| repeats_a_member(&json)) {
            return Err(Error::new("a member is given twice, and it cannot be known which value counts"));
        }
        let version = document.format_version.as_deref();
        if version.is_some_and(|version| !version.starts_with("0.") && !version.starts_with("1.")) {
            return Err(Error::new("its format_version is not known: expected 0.x or 1.x"));
        }
        Ok(document)
    }

    /// Returns true if the document has a part that only plans have.
    pub(super) fn is_plan(&self) -> bool {
        self.planned_values.is_some()
            || !self.resource_changes.is_empty()
            || !self.deferred_changes.is_empty()
    }

    /// Returns true if the document has what each state has, also one without resources.
    pub(super) fn is_state(&self) -> bool {
        !self.is_plan() && (self.values.is_some() || self.format_version.is_some())
    }
}

impl Values {
    /// Collects the resources of all modules, data sources included.
    pub(super) fn resources(self, failures: &mut Vec<Error>) -> Vec<Resource> {
        let mut resources = Vec::new();
        self.root_module.collect(0, &mut resources, failures);
        resources
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

/// The key of an object that is forgotten while a new one takes its address.
pub(super) const FORGOTTEN: &str = "forgotten";

/// The key of the values that a change has where the planned values are others.
pub(super) const OTHERWISE: &str = "as its change has it";

impl Resource {
    /// Returns the resource of a change, with these values.
    pub(super) fn changed(change: ResourceChange, values: Option<Value>) -> Self {
        let ResourceChange { address, mode, type_name, provider_name, deposed, .. } = change;
        Self { address, mode, type_name, provider_name, deposed_key: deposed, values }
    }

    /// Returns true for a resource that Terraform manages; a data source is only read.
    pub(super) fn is_managed(&self) -> bool {
        self.mode.as_deref() != Some("data")
    }

    /// Returns the address, with the key of a deposed object.
    pub(super) fn id(&self) -> String {
        match &self.deposed_key {
            Some(key) if [FORGOTTEN, OTHERWISE].contains(&key.as_str()) => {
                format!("{} ({key})", self.address)
            }
            Some(key) => format!("{} (deposed {key})", self.address),
            None => self.address.clone(),
        }
    }

    /// Returns the text of an attribute; `None` for anything else.
    pub(super) fn text(&self, attribute: &str) -> Option<&str> {
        self.values.as_ref()?.get(attribute)?.as_str()
    }
}

/// Deserializes a member that is there: null is not the same as a missing one.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
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
