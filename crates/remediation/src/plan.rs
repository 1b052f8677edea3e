//! The plan: what was found, and what is to be done.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::endpoint::Endpoint;
use crate::exposure::Exposure;
use crate::instance::Instance;
use crate::note::Note;
use crate::owner::Owner;
use crate::task::Task;

/// The version of the plan's shape.
pub const SCHEMA_VERSION: u32 = 1;

/// The plan for one public instance: facts, decisions, and what blocks. It is the input of every later step.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// The version of this shape; an `apply` accepts its own only.
    pub schema_version: u32,
    /// The time of planning in RFC 3339; absent if the facts came from files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_at: Option<String>,
    /// The account; absent if the instance's ARN does not name one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// The Region.
    pub region: String,
    /// The public instance as DMS described it.
    pub instance: Instance,
    /// The tags of the public instance that are copied: those of AWS cannot be.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// The private instance.
    pub target: Target,
    /// The tasks in the order in which they are moved: those at rest first, then the smallest.
    #[serde(default)]
    pub tasks: Vec<Task>,
    /// Each distinct endpoint of the tasks.
    #[serde(default)]
    pub endpoints: Vec<Endpoint>,
    /// The part of the Internet that reaches the instance; absent if nothing is known about its network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposure: Option<Exposure>,
    /// The owner of the instance, if code manages it.
    #[serde(default)]
    pub owner: Owner,
    /// The choices of the person who planned.
    #[serde(default)]
    pub choices: Choices,
    /// The notes: what blocks the plan, and what the reader should know.
    #[serde(default)]
    pub notes: Vec<Note>,
}

/// The private instance.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// The name.
    pub identifier: String,
    /// The parameters of `CreateReplicationInstance` without tags.
    pub parameters: Map<String, Value>,
}

/// The choices of the person who plans.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Choices {
    /// The name of the new instance; absent for the old one's with `-private`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// True if tables whose load is not complete may be loaded again.
    pub reload: bool,
    /// True if the new instance gets the name of the old one in the end.
    pub rename: bool,
    /// The storage of the new instance in GiB, if more than the old one's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocated_storage: Option<i64>,
    /// True if the instance is to be moved by API although code manages it: the code is changed by hand.
    pub managed: bool,
}

impl Plan {
    /// Returns true if nothing blocks the plan.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.notes.iter().all(|note| !note.blocks())
    }

    /// Returns the notes that block.
    pub fn refusals(&self) -> impl Iterator<Item = &Note> {
        self.notes.iter().filter(|note| note.blocks())
    }

    /// Returns the notes that do not block.
    pub fn warnings(&self) -> impl Iterator<Item = &Note> {
        self.notes.iter().filter(|note| !note.blocks())
    }
}
