use std::path::Path;

use crate::{Error, GeneratedFile};

/// A text with named blocks. A block is the text between two lines that are comments: in Markdown
/// `<!-- NAME: ... -->` and `<!-- end of NAME -->`, in YAML `# NAME: ...` and `# end of NAME`.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    path: String,
    text: String,
}

/// A document in pieces: each mark is a whole line with its line break.
struct Pieces<'a> {
    before: String,
    start: &'a str,
    end: &'a str,
    after: String,
}

impl Document {
    pub(crate) fn new(path: &str, text: String) -> Self {
        Self { path: path.to_owned(), text }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Returns the same text as the document at `path`.
    pub(crate) fn at(self, path: &str) -> Self {
        Self { path: path.to_owned(), ..self }
    }

    /// Replaces the contents of a block. `contents` has its own indentation and ends with a line break.
    pub(crate) fn with_block(self, name: &str, contents: &str) -> Result<Self, Error> {
        let Pieces { before, start, end, after, .. } = self.pieces(name)?;
        let text = [&before, start, contents, end, &after].concat();
        Ok(Self { text, ..self })
    }

    /// Replaces a block and its marks.
    pub(crate) fn with_text_for_block(self, name: &str, text: &str) -> Result<Self, Error> {
        let Pieces { before, after, .. } = self.pieces(name)?;
        let text = [&before, text, &after].concat();
        Ok(Self { text, ..self })
    }

    /// Returns an entry of a YAML mapping that is indented by two spaces: its key and everything below it that is
    /// indented more.
    pub(crate) fn entry(&self, key: &str) -> Result<String, Error> {
        let first = format!("  {key}:\n");
        let mut lines = self.text.split_inclusive('\n').skip_while(|line| *line != first);
        let key = lines.next().ok_or_else(|| self.not_once(&first))?;
        let value = lines.take_while(|line| line.starts_with("   "));
        Ok(std::iter::once(key).chain(value).collect())
    }

    /// Replaces a text that the document contains exactly once.
    pub(crate) fn with_text(self, text: &str, replacement: &str) -> Result<Self, Error> {
        if self.text.matches(text).count() != 1 {
            return Err(self.not_once(text));
        }
        Ok(Self { text: self.text.replace(text, replacement), ..self })
    }

    fn not_once(&self, text: &str) -> Error {
        let (path, count) = (self.path.clone(), self.text.matches(text).count());
        Error::NotOnce { path, text: text.to_owned(), count }
    }

    fn pieces(&self, name: &str) -> Result<Pieces<'_>, Error> {
        let is_markdown = Path::new(&self.path).extension().is_some_and(|extension| extension == "md");
        let (open, close) = if is_markdown { ("<!--", " -->") } else { ("#", "") };
        let (start, end) = (format!("{open} {name}:"), format!("{open} end of {name}{close}"));
        let lines: Vec<&str> = self.text.split_inclusive('\n').collect();
        let mut before = lines.splitn(2, |line| line.trim_start().starts_with(&start));
        let (before, rest) = (before.next().unwrap_or_default(), before.next());
        let pieces = rest.and_then(|rest| {
            let mut parts = rest.splitn(2, |line| line.trim() == end);
            let (block, after) = (parts.next()?, parts.next()?);
            Some(Pieces {
                before: before.concat(),
                start: lines.get(before.len())?,
                end: rest.get(block.len())?,
                after: after.concat(),
            })
        });
        pieces.ok_or_else(|| Error::NoBlock { path: self.path.clone(), name: name.to_owned(), start, end })
    }
}

impl From<Document> for GeneratedFile {
    fn from(Document { path, text }: Document) -> Self {
        Self { path, text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const YAML: &str =
        "Parameters:\n  # names: of rules\n  A: 1\n    # end of names\n  B:\n    C: 2\n  # D\n";

    fn document() -> Document {
        Document::new("template.yaml", YAML.to_owned())
    }

    #[test]
    fn a_block_is_replaced_with_or_without_its_marks() {
        let replaced = document().with_block("names", "  E: 3\n").unwrap().text;
        assert_eq!(replaced, YAML.replace("  A: 1\n", "  E: 3\n"));
        let replaced = document().with_text_for_block("names", "  E: 3\n").unwrap().text;
        assert_eq!(replaced, "Parameters:\n  E: 3\n  B:\n    C: 2\n  # D\n");
    }

    #[test]
    fn a_block_without_its_end_is_an_error_that_names_the_marks() {
        let document = Document::new("page.md", "<!-- facts: x -->\n<!-- end of fact -->\n".to_owned());
        assert_eq!(
            document.with_block("facts", "").unwrap_err().to_string(),
            concat!(
                "page.md has no block `facts`: expected a line `<!-- facts:` and, below it, ",
                "a line `<!-- end of facts -->`"
            )
        );
    }

    #[test]
    fn an_entry_ends_where_the_indentation_does() {
        assert_eq!(document().entry("B").unwrap(), "  B:\n    C: 2\n");
    }

    #[test]
    fn a_text_that_is_not_found_once_is_not_replaced() {
        assert!(document().with_text("  B:", "  F:").is_ok());
        assert!(document().with_text("missing", "").is_err());
        assert!(document().with_text("names", "").is_err());
    }
}
