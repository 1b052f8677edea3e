//! The fix of a finding of another rule, for a terminal and for programs.

use serde::Serialize;

use crate::correction::{Correction, Fix};
use crate::formats::instruction::{Piece, lines, pieces_in, printed};
use crate::formats::paint::{BOLD, DIM, GREEN, Page, YELLOW};
use crate::formats::words::pretty;

/// Returns a fix as text for a terminal. `width` is the number of columns, `None` to not wrap; `color` adds escape
/// sequences.
#[must_use]
pub fn fix_terminal(
    fix: &Fix,
    rule: &str,
    arn: &str,
    region: &str,
    width: Option<usize>,
    color: bool,
) -> String {
    let mut page = Page::new(width, color);
    match fix {
        Fix::NotOneStep { because, next, commands } => {
            page.verdict(YELLOW, "NOT ONE STEP", because);
            page.paragraph("    -> ", "       ", next);
            for command in commands {
                page.command("       ", &printed(command, region));
            }
        }
        Fix::Correction(Correction { title, interruption, instructions, done, back }) => {
            page.verdict(GREEN, "ONE STEP", title);
            page.pairs(&[
                ("Rule", rule.to_owned()),
                ("Resource", arn.to_owned()),
                ("Region", region.to_owned()),
            ]);
            page.labeled("  ", "interrupts:", BOLD, interruption);
            page.blank();
            for piece in pieces_in(instructions, 1, region) {
                page.piece("     ", &piece);
            }
            page.labeled("     ", "done when:", DIM, done);
            page.labeled("     ", "way back:", DIM, back);
        }
    }
    page.finish()
}

#[derive(Serialize)]
struct Document<'a> {
    rule: &'a str,
    arn: &'a str,
    region: &'a str,
    #[serde(flatten)]
    fix: &'a Fix,
    commands: Vec<String>,
}

/// Returns a fix as JSON, indented, with a line break at the end. `commands` are those of a person, in order.
///
/// # Errors
/// Returns an error of the serializer; no fix is known that has one.
pub fn fix_json(fix: &Fix, rule: &str, arn: &str, region: &str) -> Result<String, serde_json::Error> {
    let commands = match fix {
        Fix::NotOneStep { commands, .. } => {
            commands.iter().map(|words| lines(&printed(words, region), usize::MAX).concat()).collect()
        }
        Fix::Correction(Correction { instructions, .. }) => {
            pieces_in(instructions, 1, region).iter().filter_map(Piece::command).collect()
        }
    };
    pretty(&Document { rule, arn, region, fix, commands })
}
