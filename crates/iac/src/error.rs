use std::fmt;

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line, counted from 1.
    pub line: usize,
    /// The character in the line, counted from 1.
    pub column: usize,
}

impl Position {
    /// The first character of a text.
    pub(crate) const START: Self = Self { line: 1, column: 1 };
}

/// The reason why a text, or a part of it, is not a template or plan that can be evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The defect, in words for the author of the text.
    pub message: String,
    /// The place of the error; `None` where it concerns the whole text.
    pub position: Option<Position>,
}

impl Error {
    /// Returns an error of the whole text.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), position: None }
    }

    /// Returns an error at one place of the text.
    pub(crate) fn at(position: Position, message: impl Into<String>) -> Self {
        Self { message: message.into(), position: Some(position) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Position { line, column }) = self.position {
            write!(f, "line {line}, column {column}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
