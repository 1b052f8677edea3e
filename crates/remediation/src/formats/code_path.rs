//! The path for an instance that code manages, as blocks that every format for a person writes in its own way.

use crate::managed::{Change, Effect, ManagedPath, ManagedStep};
use crate::steps::State;

/// A block of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    /// The title of a step.
    Title(String),
    /// A sentence without a final period.
    Sentence(String),
    /// An entry of a list.
    Item(String),
    /// Lines of code, in a language such as `yaml`.
    Lines(&'static str, String),
    /// A command, as its words.
    Command(Vec<String>),
    /// A sentence with a name before it.
    Labeled(&'static str, String),
}

/// Returns the heading of a path.
pub(crate) fn heading(path: &ManagedPath) -> String {
    format!("The way through {}", path.code)
}

/// Returns the blocks of a path.
pub(crate) fn blocks(path: &ManagedPath) -> Vec<Block> {
    let mut blocks = vec![Block::Labeled("Never", path.never.clone())];
    if !path.names.is_empty() {
        blocks.push(Block::Sentence("Names in the lines below:".to_owned()));
        blocks.extend(path.names.iter().cloned().map(Block::Item));
    }
    for step in &path.steps {
        add_step(&mut blocks, step, path.language);
    }
    for (sentence, entries) in [("The price:", &path.price), ("Afterwards:", &path.afterwards)] {
        if !entries.is_empty() {
            blocks.push(Block::Sentence(sentence.to_owned()));
            blocks.extend(entries.iter().cloned().map(Block::Item));
        }
    }
    for recreation in &path.recreations {
        blocks.push(Block::Sentence(format!(
            "The task {} in code again: {}",
            recreation.task, recreation.text
        )));
        if let Some(lines) = &recreation.lines {
            blocks.push(Block::Lines(path.language, lines.clone()));
        }
    }
    blocks
}

fn add_step(blocks: &mut Vec<Block>, step: &ManagedStep, language: &'static str) {
    let interrupts = if step.interrupts { " (data does not flow meanwhile)" } else { "" };
    blocks.push(Block::Title(format!("{}. {}{interrupts}", step.number, step.title)));
    blocks.extend(step.instructions.iter().cloned().map(Block::Item));
    if let Some(edit) = &step.edit {
        if !edit.lines.is_empty() {
            blocks.push(Block::Sentence("write into the code:".to_owned()));
            blocks.push(Block::Lines(language, edit.lines.clone()));
        }
        if !edit.removed.is_empty() {
            blocks.push(Block::Sentence(format!("take out of the code: {}", edit.removed.join(", "))));
        }
    }
    blocks.extend(step.commands.iter().cloned().map(Block::Command));
    if !step.states.is_empty() {
        let states: Vec<&str> = step.states.iter().copied().map(State::word).collect();
        let text =
            format!("the steps of this plan for: {}, with the new instance of the code", states.join(", "));
        blocks.push(Block::Sentence(text));
    }
    if !step.preview.is_empty() {
        let changes: Vec<String> = step.preview.iter().map(change).collect();
        blocks.push(Block::Labeled("The preview shows only", changes.join(", ")));
    }
    for (name, text) in [("Done when", &step.done), ("If it fails", &step.fails), ("Way back", &step.back)] {
        if !text.is_empty() {
            blocks.push(Block::Labeled(name, text.clone()));
        }
    }
}

fn change(change: &Change) -> String {
    let effect = match change.effect {
        Effect::Create => "created",
        Effect::Update => "updated in place",
        Effect::Leave => "no longer in the code, not deleted",
        Effect::Delete => "deleted",
    };
    format!("{} {effect}", change.resource)
}
