use std::collections::HashMap;
use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// Each text once, in the order of its first use. The first is empty.
pub(super) struct Strings {
    pub(super) list: Vec<String>,
    indices: HashMap<String, usize>,
}

impl Strings {
    pub(super) fn new() -> Self {
        Self { list: vec![String::new()], indices: HashMap::from([(String::new(), 0)]) }
    }

    /// Returns the index of a text in the list, which has it from now on.
    pub(super) fn index(&mut self, text: impl Into<String>) -> usize {
        let text = text.into();
        if let Some(index) = self.indices.get(&text) {
            return *index;
        }
        self.list.push(text.clone());
        self.indices.insert(text, self.list.len() - 1);
        self.list.len() - 1
    }
}

/// Returns a value as JSON that may be in a script element: it has no `<`, `>`, `&` and no line separator.
///
/// # Errors
/// Returns the error of the serializer.
pub(super) fn script_safe(value: &impl Serialize) -> io::Result<String> {
    let mut bytes = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut bytes, ScriptSafe))?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// Writes JSON whose strings have escapes for the characters that could end a script element or a line of its text.
struct ScriptSafe;

impl Formatter for ScriptSafe {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, text: &str) -> io::Result<()> {
        for part in text.split_inclusive(['<', '>', '&', '\u{2028}', '\u{2029}']) {
            let mut characters = part.chars();
            match characters.next_back() {
                Some(last @ ('<' | '>' | '&' | '\u{2028}' | '\u{2029}')) => {
                    write!(writer, "{}\\u{:04x}", characters.as_str(), u32::from(last))?;
                }
                _ => writer.write_all(part.as_bytes())?,
            }
        }
        Ok(())
    }
}
