//! The plan as Markdown: a change request.
//!
//! Values are in code spans and texts are escaped, so that no value ends its cell, line, span or fence, or becomes a link,
//! an image or HTML (GitHub Flavored Markdown Spec, sections 4.5, 4.10, 6.1, 6.3, 6.9).

use std::fmt::Write as _;

use crate::formats::code::{API_STEPS, Block, CODE_FIRST, api_steps, blocks, is_in_code};
use crate::formats::found;
use crate::formats::instruction::{NEW_INSTANCE_WORD, Piece, RUN_WORD, lines, pieces, printed};
use crate::formats::words::shown;
use crate::note::{Note, Weight};
use crate::plan::Plan;
use crate::step::Step;

/// The width of commands.
const WIDTH: usize = 100;

/// Returns the plan as a change request.
#[must_use]
pub fn markdown(plan: &Plan) -> String {
    let mut page = String::new();
    let (word, sentence) = found::headline(plan);
    let name = code(plan.instance.identifier());
    line(&mut page, &format!("# Make the DMS replication instance {name} private"));
    line(&mut page, &format!("**{word}**: {}.", escaped(&sentence)));
    if let Some(at) = &plan.planned_at {
        line(&mut page, &format!("Planned at {}.", code(at)));
    }
    if found::is_private(plan) {
        attributes(&mut page, plan);
        return page;
    }
    if is_in_code(plan) {
        line(&mut page, &format!("{}.", escaped(CODE_FIRST)));
    }
    notes(&mut page, "Do first", &found::first(plan), &plan.region);
    let refusals: Vec<&Note> = plan.refusals().collect();
    notes(&mut page, "What blocks", &refusals, &plan.region);
    attributes(&mut page, plan);
    for (weight, title) in
        [(Weight::Warns, "Know before you begin"), (Weight::Dependent, "Changes for others")]
    {
        notes(&mut page, title, &found::others(plan, weight), &plan.region);
    }
    line(&mut page, "## Interruption");
    line(&mut page, &escaped(&found::interruption(plan)));
    if is_in_code(plan) {
        blocks(plan).iter().for_each(|one| block(&mut page, one));
        line(&mut page, &format!("## {API_STEPS}"));
        let words =
            format!("Replace `{NEW_INSTANCE_WORD}` by the ARN of the instance that the code created.");
        line(&mut page, &words);
    } else {
        line(&mut page, if plan.is_ready() { "## Steps" } else { "## Steps, once nothing blocks" });
        let words = format!(
            "Replace `{NEW_INSTANCE_WORD}` by the ARN that the creation prints, and `{RUN_WORD}` by a word of your own, such \
             as the number of this change."
        );
        line(&mut page, &words);
    }
    for one in api_steps(plan) {
        step(&mut page, &one, &plan.region);
    }
    if !is_in_code(plan) {
        blocks(plan).iter().for_each(|one| block(&mut page, one));
    }
    page
}

fn block(page: &mut String, block: &Block) {
    match block {
        Block::Path(title) => line(page, &format!("## {}", escaped(title))),
        Block::Step(number, title) => line(page, &format!("### {number}. {}", escaped(title))),
        Block::Sentence("", text) => line(page, &format!("{}.", escaped(text))),
        Block::Sentence(label, text) => line(page, &format!("**{}** {}.", escaped(label), escaped(text))),
        Block::Lines(language, lines) => {
            fence(page, language, &lines.lines().map(str::to_owned).collect::<Vec<_>>());
        }
        Block::Command(groups) => fence(page, "sh", &lines(groups, WIDTH)),
    }
}

/// Adds a block and the empty line after it.
fn line(page: &mut String, block: &str) {
    page.push_str(block);
    page.push_str("\n\n");
}

fn attributes(page: &mut String, plan: &Plan) {
    line(page, "## What was found");
    let rows: Vec<[String; 2]> =
        found::instance(plan).into_iter().map(|(name, value)| [name.to_owned(), value]).collect();
    table(page, ["Attribute", "Value"], &rows);
    if !plan.tasks.is_empty() {
        table(
            page,
            found::TASK_COLUMNS,
            &plan.tasks.iter().map(|task| found::task(plan, task)).collect::<Vec<_>>(),
        );
        table(page, found::ENDPOINT_COLUMNS, &plan.endpoints.iter().map(found::endpoint).collect::<Vec<_>>());
    }
}

fn table<const N: usize>(page: &mut String, head: [&str; N], rows: &[[String; N]]) {
    let mut add = |cells: Vec<String>| {
        page.push_str("| ");
        page.push_str(&cells.join(" | "));
        page.push_str(" |\n");
    };
    add(head.iter().map(|&name| name.to_owned()).collect());
    add(head.iter().map(|_| "---".to_owned()).collect());
    for row in rows {
        let cells = row.iter().enumerate();
        // The first column of attributes has words of this program.
        add(cells
            .map(|(column, cell)| if N == 2 && column == 0 { escaped(cell) } else { self::cell(cell) })
            .collect());
    }
    page.push('\n');
}

fn notes(page: &mut String, title: &str, notes: &[&Note], region: &str) {
    if notes.is_empty() {
        return;
    }
    line(page, &format!("## {title}"));
    for note in notes {
        let subject =
            if note.subject.is_empty() { String::new() } else { format!("{}: ", code(&note.subject)) };
        let next =
            if note.next.is_empty() { String::new() } else { format!(" Next: {}.", escaped(&note.next)) };
        let _ = writeln!(page, "- {subject}{}.{next}", escaped(&note.text));
    }
    page.push('\n');
    let commands: Vec<String> = notes
        .iter()
        .flat_map(|note| &note.commands)
        .flat_map(|words| lines(&printed(words, region), WIDTH))
        .collect();
    if !commands.is_empty() {
        fence(page, "sh", &commands);
    }
}

fn step(page: &mut String, step: &Step, region: &str) {
    line(page, &format!("### {}. {}", step.number, escaped(&step.title)));
    if let Some(consent) = step.consent {
        line(page, &format!("**This step needs a consent of its own: {}.**", found::consent(consent)));
    }
    if step.interrupts {
        line(page, "**Data does not flow during this step.**");
    }
    for piece in pieces(step, region) {
        match piece {
            Piece::Sentence(text) => line(page, &format!("{}.", escaped(&text))),
            Piece::Command { groups, then } => {
                fence(page, "sh", &lines(&groups, WIDTH));
                if !then.is_empty() {
                    line(page, &format!("({}.)", escaped(&then)));
                }
            }
        }
    }
    for (name, text) in [("Done when", &step.done), ("If it fails", &step.fails), ("Way back", &step.back)] {
        let _ = writeln!(page, "- **{name}**: {}.", escaped(text));
    }
    page.push('\n');
}

/// Adds lines in a fence that none of them closes.
fn fence(page: &mut String, language: &str, lines: &[String]) {
    let longest = lines.iter().map(|line| longest_run(line)).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let lines: Vec<String> = lines.iter().map(|line| shown(line)).collect();
    line(page, &format!("{fence}{language}\n{}\n{fence}", lines.join("\n")));
}

fn longest_run(text: &str) -> usize {
    text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0)
}

/// Returns a value as a code span, in which nothing is read as Markdown.
fn code(text: &str) -> String {
    let text = shown(text);
    if text.trim().is_empty() {
        return "(empty)".to_owned();
    }
    let ticks = "`".repeat(longest_run(&text) + 1);
    let space = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{ticks}{space}{text}{space}{ticks}")
}

/// Returns a value for a cell of a table: as a code span, unless it has a bar. Readers differ on a backslash before a bar
/// in a span, so such a value is text with a reference to the character.
fn cell(text: &str) -> String {
    if text.contains('|') { escaped(text) } else { code(text) }
}

/// Returns a text with nothing in it that Markdown reads.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    let mut is_start = true;
    for letter in shown(text).trim().chars() {
        match letter {
            '|' => out.push_str("&#124;"),
            ',' | ';' | '(' | '/' | '\'' | '"' | '%' | '?' | ':' | '.' | ')' | '-' | '+' | '='
                if !is_start =>
            {
                out.push(letter);
            }
            letter if letter.is_ascii_punctuation() => out.extend(['\\', letter]),
            letter => out.push(letter),
        }
        // A list begins with a mark, or with digits and a mark.
        is_start = is_start && letter.is_ascii_digit();
    }
    // Addresses become links without any brackets (GFM, section 6.9).
    out.replace("://", "&#58;//").replace("www.", "www&#46;").replace("WWW.", "WWW&#46;")
}
