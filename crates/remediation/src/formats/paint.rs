//! Lines for a terminal: wrapped, aligned and colored, or plain.

use textwrap::core::display_width;

use crate::formats::instruction::{Piece, lines};
use crate::formats::words::shown;

pub(crate) const BOLD: &str = "1";
pub(crate) const DIM: &str = "2";
pub(crate) const RED: &str = "1;31";
pub(crate) const GREEN: &str = "1;32";
pub(crate) const YELLOW: &str = "33";

/// The width of commands where the width of the terminal is not known.
const COMMAND_WIDTH: usize = 100;
/// The maximum width of a column but the last. A longer text is not cut; it shifts the columns of its row.
const COLUMN_MAXIMUM: usize = 40;

/// The text so far. All text that is given is escaped; the escape sequences are its own.
#[derive(Debug)]
pub(crate) struct Page {
    text: String,
    width: Option<usize>,
    color: bool,
}

impl Page {
    pub(crate) fn new(width: Option<usize>, color: bool) -> Self {
        Self { text: String::new(), width, color }
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }

    pub(crate) fn blank(&mut self) {
        self.text.push('\n');
    }

    pub(crate) fn heading(&mut self, text: &str) {
        self.blank();
        let text = self.painted(BOLD, text);
        self.push(&text);
    }

    /// Adds a word in color and a sentence.
    pub(crate) fn verdict(&mut self, style: &str, word: &str, sentence: &str) {
        let word = self.painted(style, word);
        let rest = shown(sentence);
        self.wrapped(&format!("{word}: {rest}"), "", "  ");
    }

    /// Adds a text, wrapped; its lines begin with `first` and `rest`.
    pub(crate) fn paragraph(&mut self, first: &str, rest: &str, text: &str) {
        self.wrapped(&shown(text), first, rest);
    }

    /// Adds a text after a label.
    pub(crate) fn labeled(&mut self, indent: &str, label: &str, style: &str, text: &str) {
        let label = self.painted(style, label);
        let rest = format!("{indent}  ");
        self.wrapped(&format!("{label} {}", shown(text)), indent, &rest);
    }

    /// Adds names and values in two columns.
    pub(crate) fn pairs(&mut self, pairs: &[(&str, String)]) {
        let widest = pairs.iter().map(|(name, _)| display_width(name)).max().unwrap_or(0);
        for (name, value) in pairs {
            let first = format!("  {}  ", padded(name, widest));
            self.wrapped(&shown(value), &first, &" ".repeat(widest + 4));
        }
    }

    /// Adds a table. The last column is wrapped.
    pub(crate) fn table<const N: usize>(&mut self, head: [&str; N], rows: &[[String; N]]) {
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|cell| shown(cell)).collect()).collect();
        let head: Vec<String> = head.iter().map(|&name| name.to_owned()).collect();
        let widths: Vec<usize> = (0..N)
            .map(|column| {
                let cells = std::iter::once(&head).chain(&rows).filter_map(|row| row.get(column));
                cells.map(|cell| display_width(cell)).max().unwrap_or(0).min(COLUMN_MAXIMUM)
            })
            .collect();
        let indent: usize = widths.iter().take(N - 1).map(|width| width + 2).sum::<usize>() + 2;
        for (number, row) in std::iter::once(&head).chain(&rows).enumerate() {
            let mut first = String::from("  ");
            for (cell, width) in row.iter().zip(&widths).take(N - 1) {
                first.push_str(&padded(cell, *width));
                first.push_str("  ");
            }
            let last = row.last().map(String::as_str).unwrap_or_default();
            if number == 0 {
                let line = self.painted(DIM, &format!("{}{last}", first.trim_start()));
                self.push(&format!("  {line}"));
            } else {
                self.wrapped(last, &first, &" ".repeat(indent));
            }
        }
    }

    /// Adds a command or a sentence of a step.
    pub(crate) fn piece(&mut self, indent: &str, piece: &Piece) {
        match piece {
            Piece::Sentence(text) => self.paragraph(indent, indent, text),
            Piece::Command { groups, then } => {
                self.command(indent, groups);
                if !then.is_empty() {
                    let deeper = format!("{indent}  ");
                    self.paragraph(&deeper, &deeper, then);
                }
            }
        }
    }

    /// Adds a command, which can be copied: it is broken only between its options, with backslashes.
    pub(crate) fn command(&mut self, indent: &str, groups: &[Vec<String>]) {
        let width = self.width.unwrap_or(COMMAND_WIDTH).saturating_sub(indent.len());
        for line in lines(groups, width) {
            let line = self.painted(DIM, &line);
            self.push(&format!("{indent}{line}"));
        }
    }

    /// Adds lines as they are.
    pub(crate) fn verbatim(&mut self, indent: &str, lines: &str) {
        for line in lines.lines() {
            self.push(&format!("{indent}{}", shown(line)));
        }
    }

    fn painted(&self, style: &str, text: &str) -> String {
        let text = shown(text);
        if self.color { format!("\x1b[{style}m{text}\x1b[0m") } else { text }
    }

    /// Adds a line that has been escaped.
    fn push(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn wrapped(&mut self, escaped: &str, first: &str, rest: &str) {
        let Some(width) = self.width else { return self.push(&format!("{first}{escaped}")) };
        let options = textwrap::Options::new(width.max(20))
            .initial_indent(first)
            .subsequent_indent(rest)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .break_words(false);
        for line in textwrap::wrap(escaped, options) {
            self.push(&line);
        }
    }
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(display_width(text))))
}
