//! The steps for an instance that code manages, as blocks for every format that a person reads.

use crate::formats::instruction::printed;
use crate::managed::{Effect, ManagedPath, ManagedStep, managed_paths};
use crate::plan::Plan;
use crate::steps::State;

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

/// Returns the blocks of all paths for the owner of the instance; empty if its tags show none.
pub(crate) fn blocks(plan: &Plan) -> Vec<Block> {
    managed_paths(plan).iter().flat_map(|path| path_blocks(plan, path)).collect()
}

fn path_blocks(plan: &Plan, path: &ManagedPath) -> Vec<Block> {
    let mut blocks = vec![Block::Path(format!("Steps in the code: {}", path.code))];
    let text = "with these, the code creates and deletes the instances, and not the API; the steps above count where they are named";
    blocks.push(Block::Sentence("", text.to_owned()));
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
        blocks.push(Block::Sentence("steps of the plan above:", numbers(plan, &step.states)));
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
