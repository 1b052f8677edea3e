//! JSON whose objects keep what is given twice, as it is generated. Nothing here reads JSON.

use std::fmt;

/// A value of a generated document.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    Number(i64),
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
    /// A document as text in a document.
    Document(Box<Node>),
}

/// A value in a table.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Word {
    T(&'static str),
    B(bool),
    N(i64),
}

impl From<Word> for Node {
    fn from(word: Word) -> Self {
        match word {
            Word::T(text) => Self::Text(text.to_owned()),
            Word::B(flag) => Self::Bool(flag),
            Word::N(number) => Self::Number(number),
        }
    }
}

impl Node {
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns true for a value that holds nothing at any depth.
    pub(crate) fn holds_nothing(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.trim().is_empty(),
            Self::List(values) => values.iter().all(Self::holds_nothing),
            Self::Object(members) => members.iter().all(|(_, value)| value.holds_nothing()),
            Self::Bool(_) | Self::Number(_) | Self::Document(_) => false,
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(flag) => write!(f, "{flag}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => write_text(text, f),
            Self::Document(inner) => write_text(&inner.to_string(), f),
            Self::List(values) => {
                f.write_str("[")?;
                for (index, value) in values.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { "," })?;
                    value.fmt(f)?;
                }
                f.write_str("]")
            }
            Self::Object(members) => {
                f.write_str("{")?;
                for (index, (name, value)) in members.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { "," })?;
                    write_text(name, f)?;
                    f.write_str(":")?;
                    value.fmt(f)?;
                }
                f.write_str("}")
            }
        }
    }
}

fn write_text(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(&serde_json::to_string(text).map_err(|_| fmt::Error)?)
}
