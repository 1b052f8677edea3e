//! The path from a public to a private instance that code manages, as data.

use serde::Serialize;

use crate::step::State;

/// The path for an instance that code manages.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ManagedPath {
    /// The code, such as `CloudFormation`.
    pub code: &'static str,
    /// The language of the lines: `yaml` or `hcl`.
    pub language: &'static str,
    /// The change that must never be made, and its effect.
    pub never: String,
    /// The names in the lines that must be replaced by those of the code, if they are not known.
    pub names: Vec<String>,
    /// The steps in order.
    pub steps: Vec<ManagedStep>,
    /// The price of the path.
    pub price: Vec<String>,
    /// The things to do afterwards.
    pub afterwards: Vec<String>,
    /// The ways to have the tasks in code again, one for each task that is left without.
    pub recreations: Vec<Recreation>,
}

/// One step of a path.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ManagedStep {
    /// The number, from 1.
    pub number: usize,
    /// The step in a few words.
    pub title: String,
    /// The things to do, in order, each a sentence without a final period.
    pub instructions: Vec<String>,
    /// The change to the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edit: Option<Edit>,
    /// Commands, each as its words.
    pub commands: Vec<Vec<String>>,
    /// The states of the plan's own steps that are reached here, with the new instance that the code created.
    pub states: Vec<State>,
    /// The changes that the preview must show, and no others.
    pub preview: Vec<Change>,
    /// The condition under which the step is done.
    pub done: String,
    /// The failures, and what then.
    pub fails: String,
    /// The way back.
    pub back: String,
    /// True if data does not flow during the step.
    pub interrupts: bool,
}

/// A change to the code.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Edit {
    /// The lines to write. A resource that is there already gets these attributes, and keeps its others; any other is new.
    pub lines: String,
    /// The resources that are taken out.
    pub removed: Vec<String>,
}

/// A change that a preview shows: a change set of CloudFormation, or a plan of Terraform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The resource.
    pub resource: String,
    /// The change.
    pub effect: Effect,
}

/// The effect of a change on a resource. No step replaces one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Effect {
    /// The resource is created.
    Create,
    /// The resource is changed in place.
    Update,
    /// The resource leaves the code, and goes on.
    Leave,
    /// The resource is deleted.
    Delete,
}

/// The way to have a task in the stack again.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Recreation {
    /// The task.
    pub task: String,
    /// The way and its price, or the reason why there is none.
    pub text: String,
    /// The lines of a task that takes over from the checkpoint; `None` if a task cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lines: Option<String>,
}

impl ManagedPath {
    /// Numbers the steps from 1.
    pub(super) fn numbered(mut self) -> Self {
        for (index, step) in self.steps.iter_mut().enumerate() {
            step.number = index + 1;
        }
        self
    }
}

impl Change {
    pub(super) fn new(resource: &str, effect: Effect) -> Self {
        Self { resource: resource.to_owned(), effect }
    }
}

/// Returns a command as its words.
pub(super) fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
