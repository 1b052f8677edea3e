//! The plan for a person at a terminal. It begins with the answer.

use crate::formats::code::{API_STEPS, Block, CODE_FIRST, api_steps, blocks, is_in_code};
use crate::formats::found;
use crate::formats::instruction::{NEW_INSTANCE_WORD, RUN_WORD, pieces, printed};
use crate::formats::paint::{BOLD, DIM, GREEN, Page, RED, YELLOW};
use crate::note::{Note, Weight};
use crate::plan::Plan;
use crate::step::Step;

/// Returns the plan as text for a terminal: if it is ready, else what blocks; what was found; what changes for others;
/// the interruption; the steps. `width` is the number of columns, `None` to not wrap; `color` adds escape sequences.
#[must_use]
pub fn terminal(plan: &Plan, width: Option<usize>, color: bool) -> String {
    let mut page = Page::new(width, color);
    let (word, sentence) = found::headline(plan);
    let first = found::first(plan);
    let style = match plan.is_ready() || found::is_private(plan) {
        true if first.is_empty() => GREEN,
        true => YELLOW,
        false => RED,
    };
    page.verdict(style, &word, &sentence);
    for (number, note) in first.into_iter().enumerate() {
        add_note(&mut page, note, &plan.region, &format!("{}.", number + 1), YELLOW);
    }
    if !found::is_private(plan) {
        for (number, note) in plan.refusals().enumerate() {
            add_note(&mut page, note, &plan.region, &format!("{}.", number + 1), RED);
        }
    }
    if is_in_code(plan) && !found::is_private(plan) {
        page.paragraph("    -> ", "       ", CODE_FIRST);
    }
    if plan.is_ready() {
        let text = "nothing is changed yet; save the plan and run it, or follow the steps below";
        page.paragraph("    -> ", "       ", text);
        for command in
            [save_command(plan), vec!["dms-rule".to_owned(), "apply".to_owned(), "plan.json".to_owned()]]
        {
            page.command("       ", &[command]);
        }
    }
    page.heading("Found");
    page.pairs(&found::instance(plan));
    if !plan.tasks.is_empty() {
        page.blank();
        let rows: Vec<_> = plan.tasks.iter().map(|task| found::task(plan, task)).collect();
        page.table(found::TASK_COLUMNS, &rows);
        page.blank();
        let rows: Vec<_> = plan.endpoints.iter().map(found::endpoint).collect();
        page.table(found::ENDPOINT_COLUMNS, &rows);
    }
    if found::is_private(plan) {
        return page.finish();
    }
    for (weight, title) in [
        (Weight::Warns, "Know before you begin"),
        (Weight::Dependent, "Changes for others: the new instance has another name, ARN and address"),
    ] {
        let notes = found::others(plan, weight);
        if !notes.is_empty() {
            page.heading(title);
            notes.into_iter().for_each(|note| add_note(&mut page, note, &plan.region, "-", YELLOW));
        }
    }
    page.heading("Interruption");
    page.paragraph("  ", "  ", &found::interruption(plan));
    if is_in_code(plan) {
        blocks(plan).iter().for_each(|block| add_block(&mut page, block));
        page.heading(API_STEPS);
        let words = format!("Replace {NEW_INSTANCE_WORD} by the ARN of the instance that the code created.");
        page.paragraph("  ", "  ", &words);
    } else {
        page.heading(if plan.is_ready() { "Steps" } else { "Steps, once nothing blocks" });
        let words = format!(
            "Replace {NEW_INSTANCE_WORD} by the ARN that the creation prints, and {RUN_WORD} by a word of your own, such as \
             the number of your change."
        );
        page.paragraph("  ", "  ", &words);
    }
    for step in api_steps(plan) {
        add_step(&mut page, &step, &plan.region);
    }
    if !is_in_code(plan) {
        blocks(plan).iter().for_each(|block| add_block(&mut page, block));
    }
    page.finish()
}

/// Returns the command that saves the plan, with the choices that it was made with.
fn save_command(plan: &Plan) -> Vec<String> {
    let mut words = vec!["dms-rule".to_owned(), "plan".to_owned(), plan.instance.arn().to_owned()];
    let choices = &plan.choices;
    if let Some(name) = &choices.name {
        words.push(format!("--name={name}"));
    }
    if let Some(storage) = choices.allocated_storage {
        words.push(format!("--allocated-storage={storage}"));
    }
    for (chosen, option) in
        [(choices.rename, "--rename"), (choices.reload, "--reload"), (choices.managed, "--managed")]
    {
        if chosen {
            words.push(option.to_owned());
        }
    }
    words.extend(["--output".to_owned(), "json=plan.json".to_owned()]);
    words
}

fn add_note(page: &mut Page, note: &Note, region: &str, mark: &str, style: &str) {
    page.labeled("  ", mark, style, &note.statement());
    if !note.next.is_empty() {
        page.paragraph("    -> ", "       ", &note.next);
    }
    for command in &note.commands {
        page.command("       ", &printed(command, region));
    }
}

fn add_step(page: &mut Page, step: &Step, region: &str) {
    page.blank();
    let number = format!("{}.", step.number);
    page.labeled("  ", &number, BOLD, &title(step));
    for piece in pieces(step, region) {
        page.piece("     ", &piece);
    }
    page.labeled("     ", "done when:", DIM, &step.done);
    page.labeled("     ", "if it fails:", DIM, &step.fails);
    page.labeled("     ", "way back:", DIM, &step.back);
}

fn add_block(page: &mut Page, block: &Block) {
    match block {
        Block::Path(title) => page.heading(title),
        Block::Step(number, title) => {
            page.blank();
            page.labeled("  ", &format!("{number}."), BOLD, title);
        }
        Block::Sentence("", text) => page.paragraph("     ", "     ", text),
        Block::Sentence(label, text) => page.labeled("     ", label, DIM, text),
        Block::Lines(_, lines) => page.verbatim("       ", lines),
        Block::Command(groups) => page.command("       ", groups),
    }
}

fn title(step: &Step) -> String {
    let consent =
        step.consent.map(|word| format!(" [needs consent: {}]", found::consent(word))).unwrap_or_default();
    let interrupts = if step.interrupts { " [interrupts]" } else { "" };
    format!("{}{interrupts}{consent}", step.title)
}
