//! Renders the pages of the rules for a terminal: the headings, paragraphs, lists, tables and code of Markdown.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use textwrap::{Options as Wrap, fill};

const BOLD: &str = "\x1b[1m";
const PLAIN: &str = "\x1b[0m";

/// Renders a page in lines of at most `width` columns; a word is not broken. Tables become lists of their rows, since
/// their cells are sentences.
pub(crate) fn render(page: &str, width: usize) -> String {
    let mut renderer = Renderer { width: width.clamp(40, 120), ..Renderer::default() };
    for event in Parser::new_ext(page, Options::ENABLE_TABLES) {
        renderer.add(event);
    }
    renderer.page
}

#[derive(Default)]
struct Renderer {
    page: String,
    width: usize,
    /// The text of the current paragraph, item or cell.
    text: String,
    in_item: bool,
    in_code: bool,
    row: Vec<String>,
}

impl Renderer {
    fn add(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) if self.in_code => {
                text.lines().for_each(|line| self.block(line, "    ", "    "));
            }
            Event::Text(text) | Event::Code(text) => self.text.push_str(&text),
            Event::SoftBreak | Event::HardBreak => self.text.push(' '),
            Event::Start(Tag::CodeBlock(_)) => self.in_code = true,
            Event::End(TagEnd::CodeBlock) => {
                self.in_code = false;
                self.page.push('\n');
            }
            Event::End(TagEnd::Heading(_)) => {
                let heading = std::mem::take(&mut self.text);
                self.page.extend([BOLD, &heading, PLAIN, "\n"]);
            }
            Event::End(TagEnd::Paragraph) if !self.in_item => {
                self.flush("", "");
                self.page.push('\n');
            }
            Event::Start(Tag::Item) => self.in_item = true,
            Event::End(TagEnd::Item) => {
                self.flush("- ", "  ");
                self.in_item = false;
            }
            Event::End(TagEnd::List(_) | TagEnd::Table) => self.page.push('\n'),
            Event::End(TagEnd::TableCell) => {
                let cell = std::mem::take(&mut self.text);
                self.row.push(cell);
            }
            Event::End(TagEnd::TableHead) => self.row.clear(),
            Event::End(TagEnd::TableRow) => self.table_row(),
            _ => {}
        }
    }

    /// Renders a row: the first cell, and its meaning beside it, or under it if the cell is long.
    fn table_row(&mut self) {
        let row = std::mem::take(&mut self.row);
        match row.as_slice() {
            [name, value] if name.len() <= 12 => {
                self.block(value, &format!("  {name:12}  "), "                ");
            }
            [name, value] => {
                self.block(name, "  ", "  ");
                self.block(&format!("→ {value}"), "      ", "        ");
            }
            [name, default, meaning] => {
                let default = if default == "none" { String::new() } else { format!(" (default {default})") };
                self.block(&format!("{name}{default}"), "  ", "  ");
                self.block(meaning, "      ", "      ");
            }
            other => self.block(&other.join("  "), "  ", "  "),
        }
    }

    fn flush(&mut self, first: &str, next: &str) {
        let text = std::mem::take(&mut self.text);
        self.block(&text, first, next);
    }

    fn block(&mut self, text: &str, first: &str, next: &str) {
        let wrap = Wrap::new(self.width)
            .initial_indent(first)
            .subsequent_indent(next)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .break_words(false);
        self.page.push_str(&fill(text, wrap));
        self.page.push('\n');
    }
}
