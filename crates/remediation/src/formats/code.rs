//! The steps for an instance that code manages, as blocks for every format that a person reads.

use crate::formats::instruction::printed;
use crate::managed::{Effect, ManagedPath, ManagedStep, managed_paths};
use crate::plan::Plan;
use crate::step::{State, Step};

/// A part of the text, in the order in which it is read.
pub(crate) enum Block {
    /// The beginning of a path.
    Path(String),
    /// The beginning of a step: its number and title.
    Step(usize, String),
    /// A sentence, with a label in front of it or an empty one.
    Sentence(&'static str, String),
    /// Lines of code in a language, and what they are.
    Lines(&'static str, String),
    /// A command, as groups of words.
    Command(Vec<Vec<String>>),
}

/// The sentence at the beginning of a plan whose steps are those in the code.
pub(crate) const CODE_FIRST: &str = "code manages the instance: follow \"Steps in the code\", which create and delete the instances; of the steps by API, \
     do only those that they name, where they name them";
/// The heading of those steps by API.
pub(crate) const API_STEPS: &str = "Steps by API that the steps in the code name";

/// Returns true if the steps are those in the code: an owner is seen, and a person did not choose the API all the same.
pub(crate) fn is_in_code(plan: &Plan) -> bool {
    !plan.choices.managed && !managed_paths(plan).is_empty()
}

/// Returns the steps by API: all or, of an instance that code manages, those that the steps in the code name.
pub(crate) fn api_steps(plan: &Plan) -> Vec<Step> {
    let paths = managed_paths(plan);
    let is_named = |step: &Step| {
        let mut states = paths.iter().flat_map(|path| &path.steps).flat_map(|step| &step.states);
        states.any(|state| *state == step.state)
    };
    let steps = plan.steps().into_iter();
    steps.filter(|step| !is_in_code(plan) || is_named(step)).collect()
}

/// Returns the blocks of all paths for the owner of the instance; empty if its tags show none.
pub(crate) fn blocks(plan: &Plan) -> Vec<Block> {
    managed_paths(plan).iter().flat_map(|path| path_blocks(plan, path)).collect()
}

fn path_blocks(plan: &Plan, path: &ManagedPath) -> Vec<Block> {
    let mut blocks = vec![Block::Path(format!("Steps in the code: {}", path.code))];
    let place = if is_in_code(plan) { "below" } else { "above" };
    let text = format!(
        "with these, the code creates and deletes the instances, and not the API; the steps {place} count where they are named"
    );
    blocks.push(Block::Sentence("", text));
    blocks.push(Block::Sentence("never:", path.never.clone()));
    blocks.extend(path.price.iter().map(|text| Block::Sentence("price:", text.clone())));
    blocks.extend(path.names.iter().map(|text| Block::Sentence("names:", text.clone())));
    for step in &path.steps {
        step_blocks(plan, path, step, &mut blocks);
    }
    blocks.extend(path.afterwards.iter().map(|text| Block::Sentence("afterwards:", text.clone())));
    for recreation in &path.recreations {
        blocks.push(Block::Sentence(
            "afterwards:",
            format!("the task {}: {}", recreation.task, recreation.text),
        ));
        blocks.extend(recreation.lines.iter().map(|lines| Block::Lines(path.language, lines.clone())));
    }
    blocks
}

fn step_blocks(plan: &Plan, path: &ManagedPath, step: &ManagedStep, blocks: &mut Vec<Block>) {
    let interrupts = if step.interrupts { " [interrupts]" } else { "" };
    blocks.push(Block::Step(step.number, format!("{}{interrupts}", step.title)));
    blocks.extend(step.instructions.iter().map(|text| Block::Sentence("", text.clone())));
    if let Some(edit) = &step.edit {
        if !edit.lines.is_empty() {
            blocks.push(Block::Lines(path.language, edit.lines.clone()));
        }
        if !edit.removed.is_empty() {
            blocks.push(Block::Sentence("take out:", edit.removed.join(", ")));
        }
    }
    blocks.extend(step.commands.iter().map(|words| Block::Command(printed(words, &plan.region))));
    if !step.states.is_empty() {
        let label = if is_in_code(plan) { "steps by API below:" } else { "steps of the plan above:" };
        blocks.push(Block::Sentence(label, numbers(plan, &step.states)));
    }
    if step.edit.is_some() {
        let changes: Vec<String> = step
            .preview
            .iter()
            .map(|change| format!("{} {}", change.resource, effect(change.effect)))
            .collect();
        let changes = if changes.is_empty() { "no change".to_owned() } else { changes.join(", ") };
        blocks.push(Block::Sentence("the preview shows only:", changes));
    }
    for (label, text) in
        [("done when:", &step.done), ("if it fails:", &step.fails), ("way back:", &step.back)]
    {
        blocks.push(Block::Sentence(label, text.clone()));
    }
}

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Create => "is created",
        Effect::Update => "is updated in place",
        Effect::Leave => "is removed and retained",
        Effect::Delete => "is deleted",
    }
}

/// Returns the numbers of the plan's own steps that reach the states, such as `3, 4`.
fn numbers(plan: &Plan, states: &[State]) -> String {
    let steps = plan.steps();
    let numbers =
        steps.iter().filter(|step| states.contains(&step.state)).map(|step| step.number.to_string());
    numbers.collect::<Vec<_>>().join(", ")
}
