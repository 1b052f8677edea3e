//! Finds comments in what is meant to be JSON.

/// Returns the line of the first comment in a text that begins as JSON or with a comment, counted from 1; `None` for a text
/// without one, and for YAML, whose comments are others.
pub(super) fn comment(text: &str) -> Option<usize> {
    let start = text.trim_start();
    if !["{", "[", "//", "/*"].iter().any(|beginning| start.starts_with(beginning)) {
        return None;
    }
    let (mut line, mut in_string, mut escaped, mut before) = (1, false, false, ' ');
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\n' => line += 1,
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            // Behind a letter it is part of a word, such as a URL in YAML.
            '/' if !(in_string || before.is_alphanumeric() || before == ':' || before == '/') => {
                if matches!(letters.peek(), Some('/' | '*')) {
                    return Some(line);
                }
            }
            _ => {}
        }
        before = letter;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_found_outside_of_strings_only() {
        for (text, line) in [
            ("{\"a\": 1, // b\n}", Some(1)),
            ("\n// a\n{}", Some(2)),
            ("{\n\"a\":\n /* b */ 1}", Some(3)),
            ("[1,//a\n2]", Some(1)),
            ("{\"a\": \"// \\\" // b\"}", None),
            ("{Url: http://example.com/a//b}", None),
            ("a: 1 // b", None),
        ] {
            assert_eq!(comment(text), line, "{text}");
        }
    }
}
