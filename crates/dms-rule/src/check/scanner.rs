//! Reads JSON documents of any size piece by piece.
//!
//! The text of a document is held until a list of resources begins in it: what is recognized only at its end, such as a
//! template, can then be read from its text, and one that turns out not to be JSON can be read as something else. From
//! that list on, memory is bounded by the largest piece, not by the document.

use std::io::{self, Read};

/// The bytes that are read at once.
const CHUNK: usize = 256 * 1024;

/// The largest text that is held in memory, in bytes: a piece, or a document before its first list.
pub(super) const HELD_MAXIMUM: usize = 256 * 1024 * 1024;

/// A piece of a document.
#[derive(Clone, Copy, Debug)]
pub(super) enum Piece<'a> {
    /// A member of the object at the top.
    Member(&'a str, &'a [u8]),
    /// The beginning of a list.
    List(&'a str),
    /// An element of a list: of a member of the object at the top, or of the list at the top, whose name is empty.
    Element(&'a str, &'a [u8]),
}

/// An error behind which a document cannot be read further. Positions count bytes from 0.
#[derive(Debug, thiserror::Error)]
pub(super) enum ScanError {
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    #[error("cut short: at byte {position}, expected {expected}")]
    End { position: u64, expected: &'static str },
    #[error("cut short: the value that begins at byte {position} has no end")]
    ValueEnd { position: u64 },
    #[error("not JSON: at byte {position}, expected {expected}")]
    Unexpected { position: u64, expected: &'static str },
    #[error("not JSON: {0}")]
    Name(#[from] serde_json::Error),
    #[error("a value or document of more than {} MiB; split it", HELD_MAXIMUM >> 20)]
    TooLarge,
}

/// Reads the pieces of the documents in a byte stream.
pub(super) struct Scanner<R> {
    reader: R,
    buffer: Vec<u8>,
    /// The index of the next byte in the buffer.
    next: usize,
    /// The number of bytes before the buffer.
    before: u64,
    /// The index of the first byte of the document, while its text is held.
    held: Option<usize>,
    at_end: bool,
}

impl<R: Read> Scanner<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, buffer: Vec::new(), next: 0, before: 0, held: Some(0), at_end: false }
    }

    /// Reads one document and passes on its pieces. The elements of a list whose name is `listed` come one by one.
    ///
    /// Returns false if there is no further document.
    ///
    /// # Errors
    /// Returns an error if the document is not JSON or has no end; its pieces before that have been passed on.
    pub(super) fn document(
        &mut self,
        listed: impl Fn(&str) -> bool,
        mut on: impl FnMut(Piece<'_>),
    ) -> Result<bool, ScanError> {
        if self.before > 0 || self.next > 0 {
            self.held = Some(self.next);
        }
        match self.first()? {
            None => Ok(false),
            Some(b'{') => {
                self.members(&listed, &mut on)?;
                Ok(true)
            }
            Some(b'[') => {
                self.elements("", &mut on)?;
                Ok(true)
            }
            Some(_) => Err(self.unexpected("a JSON object or list")),
        }
    }

    /// Returns the first byte of the next document that is not white space, without reading it; `None` at the end.
    ///
    /// # Errors
    /// Returns an error if the bytes cannot be read.
    pub(super) fn first(&mut self) -> Result<Option<u8>, ScanError> {
        if self.before == 0 && self.next == 0 {
            self.skip_byte_order_mark()?;
        }
        self.peek()
    }

    /// Returns the text of the document as far as it was read, if it is held.
    pub(super) fn text(&self) -> Option<&[u8]> {
        self.buffer.get(self.held?..self.next)
    }

    /// Returns the text of the document and all that follows it, if it is held.
    ///
    /// # Errors
    /// Returns an error if the bytes cannot be read, or are too many.
    pub(super) fn rest(mut self) -> Result<Option<Vec<u8>>, ScanError> {
        while self.held.is_some() && self.fill()? {}
        Ok(self.held.map(|held| self.buffer.split_off(held)))
    }

    /// Returns true if a part of the bytes that are still to come is such. Parts overlap by some hundred bytes.
    ///
    /// # Errors
    /// Returns an error if the bytes cannot be read.
    pub(super) fn any_of_the_rest(mut self, is_such: impl Fn(&[u8]) -> bool) -> Result<bool, ScanError> {
        const OVERLAP: usize = 512;
        self.held = None;
        loop {
            if is_such(self.buffer.get(self.next..).unwrap_or_default()) {
                return Ok(true);
            }
            self.next = self.next.max(self.buffer.len().saturating_sub(OVERLAP));
            if !self.fill()? {
                return Ok(false);
            }
        }
    }

    fn members(
        &mut self,
        listed: &impl Fn(&str) -> bool,
        on: &mut impl FnMut(Piece<'_>),
    ) -> Result<(), ScanError> {
        self.next += 1;
        if self.peek()? == Some(b'}') {
            self.next += 1;
            return Ok(());
        }
        loop {
            if self.peek()? != Some(b'"') {
                return Err(self.unexpected("the name of a member"));
            }
            let name = self.value()?;
            let name: String = serde_json::from_slice(name)?;
            if self.peek()? != Some(b':') {
                return Err(self.unexpected("a colon"));
            }
            self.next += 1;
            if listed(&name) && self.peek()? == Some(b'[') {
                self.elements(&name, on)?;
            } else {
                self.peek()?;
                on(Piece::Member(&name, self.value()?));
            }
            if !self.continues(b'}')? {
                return Ok(());
            }
        }
    }

    fn elements(&mut self, name: &str, on: &mut impl FnMut(Piece<'_>)) -> Result<(), ScanError> {
        self.held = None;
        on(Piece::List(name));
        self.next += 1;
        if self.peek()? == Some(b']') {
            self.next += 1;
            return Ok(());
        }
        loop {
            self.peek()?;
            on(Piece::Element(name, self.value()?));
            if !self.continues(b']')? {
                return Ok(());
            }
        }
    }

    /// Returns true if a comma follows, false if the end does.
    fn continues(&mut self, end: u8) -> Result<bool, ScanError> {
        let byte = self.peek()?;
        if byte != Some(b',') && byte != Some(end) {
            return Err(self.unexpected("a comma or the end"));
        }
        self.next += 1;
        Ok(byte == Some(b','))
    }

    /// Reads the next value whole.
    fn value(&mut self) -> Result<&[u8], ScanError> {
        let mut end = ValueEnd::default();
        let mut seen = 0;
        let length = loop {
            let unseen = self.buffer.get(self.next + seen..).unwrap_or_default();
            if let Some(more) = end.find(unseen) {
                break seen + more;
            }
            seen += unseen.len();
            if seen > HELD_MAXIMUM {
                return Err(ScanError::TooLarge);
            }
            if !self.fill()? {
                return Err(ScanError::ValueEnd { position: self.position() });
            }
        };
        if length == 0 {
            return Err(self.unexpected("a value"));
        }
        let value = self.next..self.next + length;
        self.next += length;
        Ok(self.buffer.get(value).unwrap_or_default())
    }

    /// Returns the next byte that is not white space, without reading it.
    fn peek(&mut self) -> Result<Option<u8>, ScanError> {
        loop {
            while let Some(&byte) = self.buffer.get(self.next) {
                if !byte.is_ascii_whitespace() {
                    return Ok(Some(byte));
                }
                self.next += 1;
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    /// Reads more bytes, and drops those that are done with. Returns false at the end.
    fn fill(&mut self) -> Result<bool, ScanError> {
        if self.at_end {
            return Ok(false);
        }
        let done = self.held.unwrap_or(self.next);
        self.before += done as u64;
        self.buffer.drain(..done);
        self.next -= done;
        self.held = self.held.map(|_| 0);
        let had = self.buffer.len();
        if had > HELD_MAXIMUM {
            return Err(ScanError::TooLarge);
        }
        // Doubling keeps the copying of a large value linear.
        let room = CHUNK.max(had) as u64;
        let read = (&mut self.reader).take(room).read_to_end(&mut self.buffer)?;
        self.at_end = (read as u64) < room;
        Ok(self.buffer.len() > had)
    }

    fn skip_byte_order_mark(&mut self) -> Result<(), ScanError> {
        self.fill()?;
        if self.buffer.starts_with(b"\xef\xbb\xbf") {
            self.next = 3;
            self.held = Some(3);
        }
        Ok(())
    }

    fn position(&self) -> u64 {
        self.before + self.next as u64
    }

    fn unexpected(&self, expected: &'static str) -> ScanError {
        let position = self.position();
        match self.buffer.get(self.next) {
            None => ScanError::End { position, expected },
            Some(_) => ScanError::Unexpected { position, expected },
        }
    }
}

/// Finds the end of a value whose text comes in parts. It does not check that the value is well-formed.
#[derive(Default)]
struct ValueEnd {
    depth: usize,
    in_string: bool,
    escaped: bool,
    begun: bool,
}

impl ValueEnd {
    /// Returns the length of the value's part in `text`; `None` if the value continues behind it.
    fn find(&mut self, text: &[u8]) -> Option<usize> {
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            at += 1;
            if self.escaped {
                self.escaped = false;
            } else if self.in_string {
                match byte {
                    b'\\' => self.escaped = true,
                    b'"' if self.depth == 0 => return Some(at),
                    b'"' => self.in_string = false,
                    _ => {
                        let rest = text.get(at..).unwrap_or_default();
                        at += memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
                    }
                }
            } else {
                match byte {
                    b'"' => self.in_string = true,
                    b'{' | b'[' => self.depth += 1,
                    b'}' | b']' if self.depth > 1 => self.depth -= 1,
                    b'}' | b']' if self.depth == 1 => return Some(at),
                    b'}' | b']' | b',' | b':' if self.depth == 0 => return Some(at - 1),
                    _ if byte.is_ascii_whitespace() && self.depth == 0 && self.begun => return Some(at - 1),
                    _ => {}
                }
                self.begun = true;
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A megabyte of gzip may hold a gigabyte of one value.
    #[test]
    fn a_value_without_an_end_is_not_read_for_ever() {
        let mut scanner = Scanner::new(b"{\"a\": \"".chain(io::repeat(b'x')));
        let read = scanner.document(|_| false, |_| ());
        assert!(matches!(read, Err(ScanError::TooLarge)), "{read:?}");
        assert!(scanner.buffer.len() <= 2 * (HELD_MAXIMUM + CHUNK));
    }

    fn pieces(text: &[u8], step: usize) -> Result<Vec<String>, String> {
        struct Slow<'a>(&'a [u8], usize);
        impl Read for Slow<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let length = self.1.min(self.0.len()).min(buffer.len());
                let (now, later) = self.0.split_at(length);
                buffer[..length].copy_from_slice(now);
                self.0 = later;
                Ok(length)
            }
        }
        let mut scanner = Scanner::new(Slow(text, step));
        let mut found = Vec::new();
        while scanner
            .document(
                |name| name == "items",
                |piece| {
                    found.push(match piece {
                        Piece::Member(name, value) => format!("{name}={}", String::from_utf8_lossy(value)),
                        Piece::List(name) => format!("{name}[]"),
                        Piece::Element(_, value) => String::from_utf8_lossy(value).into_owned(),
                    });
                },
            )
            .map_err(|error| error.to_string())?
        {}
        Ok(found)
    }

    #[test]
    fn pieces_are_found_however_the_bytes_come() {
        let text = br#" {"a": "x\\\"]}", "items": [1, {"b":[{"c":"}"}]} ,"y", null ], "d":{"items":[2]}, "e" : -1.5e3}
            [ [3], {} ]  {} "#;
        for step in [1, 2, 3, 7, 1000] {
            assert_eq!(
                pieces(text, step).unwrap(),
                [
                    r#"a="x\\\"]}""#,
                    "items[]",
                    "1",
                    r#"{"b":[{"c":"}"}]}"#,
                    r#""y""#,
                    "null",
                    r#"d={"items":[2]}"#,
                    "e=-1.5e3",
                    "[]",
                    "[3]",
                    "{}"
                ],
                "{step}"
            );
        }
        assert_eq!(pieces(b"\xef\xbb\xbf{\"a\":1}", 2).unwrap(), ["a=1"]);
        assert_eq!(pieces(b"  ", 1).unwrap(), [""; 0]);
    }

    #[test]
    fn an_error_names_the_position_and_what_was_expected() {
        for (text, why) in [
            (
                &b"{\"items\":[{\"a\":1}, {\"b\":"[..],
                "cut short: the value that begins at byte 19 has no end",
            ),
            (b"{\"items\":[1", "cut short: the value that begins at byte 10"),
            (b"{\"a\":1", "cut short: the value that begins at byte 5"),
            (b"{\"a\":1 ", "cut short: at byte 7, expected a comma or the end"),
            (b"{\"a\" 1}", "not JSON: at byte 5, expected a colon"),
            (b"{a:1}", "not JSON: at byte 1, expected the name of a member"),
            (b"Resources:\n  X: 1", "not JSON: at byte 0, expected a JSON object or list"),
            (b"[1 2]", "not JSON: at byte 3, expected a comma or the end"),
            (b"[,]", "not JSON: at byte 1, expected a value"),
        ] {
            let error = pieces(text, 3).unwrap_err();
            assert!(error.starts_with(why), "{error}");
        }
    }
}
