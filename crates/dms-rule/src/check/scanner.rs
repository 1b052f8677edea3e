//! JSON documents of any size, read piece by piece: memory is bounded by the largest piece, not by the file.

use std::fmt;
use std::io::{self, Read};

/// How much is read at once.
const CHUNK: usize = 256 * 1024;

/// The largest piece. AWS Config's items are some kilobytes, DMS's answers some megabytes.
const PIECE_MAXIMUM: usize = 64 * 1024 * 1024;

/// A piece of a document.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Piece<'a> {
    /// A member of the object at the top.
    Member(&'a str, &'a [u8]),
    /// Such a list begins.
    List(&'a str),
    /// An element of a list: of the one at the top, whose name is empty, or of a named member of the object at the top.
    Element(&'a str, &'a [u8]),
}

/// Why a document cannot be read on.
#[derive(Debug)]
pub(crate) struct Unreadable(String);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        Self(format!("cannot be read: {error}"))
    }
}

pub(crate) struct Scanner<R> {
    reader: R,
    buffer: Vec<u8>,
    /// Where in the buffer the next byte is.
    next: usize,
    /// How many bytes lie before the buffer.
    before: u64,
    at_end: bool,
}

impl<R: Read> Scanner<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, buffer: Vec::new(), next: 0, before: 0, at_end: false }
    }

    /// Reads one document and hands out its pieces. The elements of a list whose name is `listed` come one by one.
    /// `false`: there is none left.
    pub(crate) fn document(
        &mut self,
        listed: impl Fn(&str) -> bool,
        mut on: impl FnMut(Piece<'_>),
    ) -> Result<bool, Unreadable> {
        if self.before == 0 && self.next == 0 {
            self.skip_byte_order_mark()?;
        }
        match self.peek()? {
            None => Ok(false),
            Some(b'{') => {
                self.members(&listed, &mut on)?;
                Ok(true)
            }
            Some(b'[') => {
                self.elements("", &mut on)?;
                Ok(true)
            }
            Some(_) => Err(self.odd("a JSON object or list")),
        }
    }

    fn members(
        &mut self,
        listed: &impl Fn(&str) -> bool,
        on: &mut impl FnMut(Piece<'_>),
    ) -> Result<(), Unreadable> {
        self.next += 1;
        if self.peek()? == Some(b'}') {
            self.next += 1;
            return Ok(());
        }
        loop {
            if self.peek()? != Some(b'"') {
                return Err(self.odd("the name of a member"));
            }
            let name = self.value()?;
            let name: String =
                serde_json::from_slice(name).map_err(|error| Unreadable(format!("not JSON: {error}")))?;
            if self.peek()? != Some(b':') {
                return Err(self.odd("a colon"));
            }
            self.next += 1;
            if listed(&name) && self.peek()? == Some(b'[') {
                self.elements(&name, on)?;
            } else {
                self.peek()?;
                on(Piece::Member(&name, self.value()?));
            }
            if !self.goes_on(b'}')? {
                return Ok(());
            }
        }
    }

    fn elements(&mut self, name: &str, on: &mut impl FnMut(Piece<'_>)) -> Result<(), Unreadable> {
        on(Piece::List(name));
        self.next += 1;
        if self.peek()? == Some(b']') {
            self.next += 1;
            return Ok(());
        }
        loop {
            self.peek()?;
            on(Piece::Element(name, self.value()?));
            if !self.goes_on(b']')? {
                return Ok(());
            }
        }
    }

    /// Whether a comma follows, and not the end.
    fn goes_on(&mut self, end: u8) -> Result<bool, Unreadable> {
        let byte = self.peek()?;
        if byte != Some(b',') && byte != Some(end) {
            return Err(self.odd("a comma or the end"));
        }
        self.next += 1;
        Ok(byte == Some(b','))
    }

    /// The whole next value.
    fn value(&mut self) -> Result<&[u8], Unreadable> {
        let mut end = ValueEnd::default();
        let mut seen = 0;
        let length = loop {
            let unseen = self.buffer.get(self.next + seen..).unwrap_or_default();
            if let Some(more) = end.find(unseen) {
                break seen + more;
            }
            seen += unseen.len();
            if seen > PIECE_MAXIMUM {
                return Err(Unreadable(format!("a value of more than {} MiB", PIECE_MAXIMUM >> 20)));
            }
            if !self.fill()? {
                return Err(Unreadable(format!(
                    "cut short: the value that begins at byte {} has no end",
                    self.position()
                )));
            }
        };
        if length == 0 {
            return Err(self.odd("a value"));
        }
        let value = self.next..self.next + length;
        self.next += length;
        Ok(self.buffer.get(value).unwrap_or_default())
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Result<Option<u8>, Unreadable> {
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

    /// Reads more behind what is there, and forgets what is done. `false`: there is no more.
    fn fill(&mut self) -> io::Result<bool> {
        if self.at_end {
            return Ok(false);
        }
        self.before += self.next as u64;
        self.buffer.drain(..self.next);
        self.next = 0;
        let had = self.buffer.len();
        // Doubling keeps the copying of a large value linear.
        let room = CHUNK.max(had) as u64;
        let read = (&mut self.reader).take(room).read_to_end(&mut self.buffer)?;
        self.at_end = (read as u64) < room;
        Ok(self.buffer.len() > had)
    }

    fn skip_byte_order_mark(&mut self) -> io::Result<()> {
        self.fill()?;
        if self.buffer.starts_with(b"\xef\xbb\xbf") {
            self.next = 3;
        }
        Ok(())
    }

    fn position(&self) -> u64 {
        self.before + self.next as u64
    }

    fn odd(&self, wanted: &str) -> Unreadable {
        let position = self.position();
        match self.buffer.get(self.next) {
            None => Unreadable(format!("cut short: at byte {position} there should be {wanted}")),
            Some(_) => Unreadable(format!("not JSON: at byte {position} there should be {wanted}")),
        }
    }
}

/// Finds the end of a value whose text comes in parts. Whether it is well-formed is left to whoever parses it.
#[derive(Default)]
struct ValueEnd {
    depth: usize,
    in_string: bool,
    escaped: bool,
    begun: bool,
}

impl ValueEnd {
    /// How far the value goes into `text`; none: further.
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
    fn what_is_cut_short_or_no_json_is_told_with_its_place() {
        for (text, why) in [
            (
                &b"{\"items\":[{\"a\":1}, {\"b\":"[..],
                "cut short: the value that begins at byte 19 has no end",
            ),
            (b"{\"items\":[1", "cut short: the value that begins at byte 10"),
            (b"{\"a\":1", "cut short: the value that begins at byte 5"),
            (b"{\"a\":1 ", "cut short: at byte 7 there should be a comma or the end"),
            (b"{\"a\" 1}", "not JSON: at byte 5 there should be a colon"),
            (b"{a:1}", "not JSON: at byte 1 there should be the name of a member"),
            (b"Resources:\n  X: 1", "not JSON: at byte 0 there should be a JSON object or list"),
            (b"[1 2]", "not JSON: at byte 3 there should be a comma or the end"),
            (b"[,]", "not JSON: at byte 1 there should be a value"),
        ] {
            let told = pieces(text, 3).unwrap_err();
            assert!(told.starts_with(why), "{told}");
        }
    }
}
