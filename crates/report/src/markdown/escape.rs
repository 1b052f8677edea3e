//! Texts of others in Markdown: they are shown as they are, format nothing, link to nothing and notify nobody.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use rule_core::text::{cut, one_line};

/// The maximum number of characters of a text in a cell; a longer one ends in `…`.
const TEXT_MAXIMUM: usize = 400;

/// The characters to encode in an address between `<` and `>`.
const ADDRESS: &AsciiSet =
    &CONTROLS.add(b' ').add(b'<').add(b'>').add(b'\\').add(b'`').add(b'|').add(b'[').add(b']').add(b'"');

/// Returns a text for a paragraph or a cell, on one line.
pub(super) fn text(raw: &str) -> String {
    long_text(raw, TEXT_MAXIMUM)
}

/// Returns a text of up to `maximum` characters for a paragraph or a cell, on one line.
pub(super) fn long_text(raw: &str, maximum: usize) -> String {
    let line = plain(raw, maximum);
    let mut escaped = String::with_capacity(line.len() + 8);
    let mut before = ' ';
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            // A reference is no sign to any reader: a backslash before `|` is, to some.
            '|' => escaped.push_str("&#124;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            // A name after the sign would notify its bearer, and make an address of mail.
            '@' => escaped.push_str("@\u{200b}"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '{' | '}' | '#' | '~' | '!' | '$' => {
                escaped.extend(['\\', c]);
            }
            ':' if chars.peek() == Some(&'/') => escaped.push_str("\\:"),
            '.' if before.eq_ignore_ascii_case(&'w') => escaped.push_str("\\."),
            c => escaped.push(c),
        }
        before = c;
    }
    escaped
}

/// Returns a name or a command in the type of code, or as a text if a reader could take a sign of it for its end.
pub(super) fn code(raw: &str) -> String {
    let line = plain(raw, TEXT_MAXIMUM);
    if line.is_empty() || line.contains(['`', '|', '\\']) { text(raw) } else { format!("`{line}`") }
}

/// Returns a link to an address, or the command that prints the page as code.
pub(super) fn page(name: &str, place: &str, is_address: bool) -> String {
    if is_address {
        format!("[{}](<{}>)", text(name), utf8_percent_encode(place, ADDRESS))
    } else {
        code(place)
    }
}

/// Returns a text on one line, cut to its maximum.
fn plain(raw: &str, maximum: usize) -> String {
    cut(&one_line(raw), maximum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_formats_links_or_notifies() {
        assert_eq!(text("a|b\n\\| `c` *d* _e_"), r"a&#124;b \\&#124; \`c\` \*d\* \_e\_");
        assert_eq!(text("<img src=x> &lt;"), "&lt;img src=x&gt; &amp;lt;");
        assert_eq!(text("@org/team a@b.example"), "@\u{200b}org/team a@\u{200b}b.example");
        assert_eq!(text("[x](http://y) www.z.w"), r"\[x\](http\://y) www\.z.w");
        assert_eq!(text("a\u{202e}b"), "a b");
        assert_eq!(text(&"x".repeat(500)).chars().count(), 400);
    }

    #[test]
    fn code_with_a_sign_that_ends_it_is_a_text() {
        assert_eq!(code("orders *x* <b> @you"), "`orders *x* <b> @you`");
        assert_eq!(code("a`b"), r"a\`b");
        assert_eq!(code("a|b"), "a&#124;b");
        assert_eq!(code("a\\"), r"a\\");
        assert_eq!(code(""), "");
    }

    #[test]
    fn an_address_ends_no_link() {
        let place = "https://x.example/a)> [b](c)|d";
        assert_eq!(page("rule", place, true), "[rule](<https://x.example/a)%3E%20%5Bb%5D(c)%7Cd>)");
        assert_eq!(page("rule", "dms-rule rules x", false), "`dms-rule rules x`");
    }
}
