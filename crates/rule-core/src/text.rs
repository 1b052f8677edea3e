//! Text that fits where it is shown: one line, no longer than its place allows, in the spelling of its language.

/// Returns `text` on one line: control characters and line breaks, which would hide what follows them on a
/// dashboard or in a terminal, and marks that turn the direction of writing, become single spaces.
#[must_use]
pub fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c == ' ' || c.is_whitespace() || c.is_control() || turns_direction(c));
    let mut line = String::with_capacity(text.len());
    for word in words.filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Returns true for a character of Unicode that has no shape and changes the direction of what follows it ("Unicode Bidirectional
/// Algorithm", UAX 9).
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns `text`, or as many whole characters of it as leave room for `…` within `maximum` UTF-16 units.
///
/// A character has one or two units, so that the result never has more than `maximum` characters either.
#[must_use]
pub fn cut(text: &str, maximum: usize) -> String {
    if text.encode_utf16().count() <= maximum {
        return text.to_owned();
    }
    let mut units = 1; // the ellipsis
    let fits = |c: &char| {
        units += c.len_utf16();
        units <= maximum
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

/// Spells a name or path of CloudFormation as the provider awscc does (terraform-provider-awscc,
/// `internal/naming/naming.go`): `MultiAZ` is `multi_az`, `IbmDb2Settings` is `ibm_db_2_settings`, and `GcpMySQLSettings` is
/// `gcp_my_sql_settings`.
///
/// A word begins at a capital letter behind a small letter or a digit, or before a small letter, and at a digit behind a small
/// letter.
#[must_use]
pub fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    let mut before: Option<char> = None;
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_word = match before {
            None | Some('.') => false,
            Some(before) if letter.is_ascii_uppercase() => {
                !before.is_ascii_uppercase() || letters.peek().is_some_and(char::is_ascii_lowercase)
            }
            Some(before) => letter.is_ascii_digit() && before.is_ascii_lowercase(),
        };
        if is_word {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
        before = Some(letter);
    }
    snake
}

/// Returns true if the letters and digits of two names are the same, whatever their case: the names differ in nothing but
/// case, underscores and other marks.
#[must_use]
pub fn is_same_name(name: &str, other: &str) -> bool {
    fn letters(name: &str) -> impl Iterator<Item = char> {
        name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
    }
    fn bytes(name: &str) -> impl Iterator<Item = u8> {
        name.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase())
    }
    // Most names are ASCII, and an event has many.
    if name.is_ascii() && other.is_ascii() {
        return bytes(name).eq(bytes(other));
    }
    letters(name).eq(letters(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_at_the_limit_is_kept_and_longer_text_is_cut_on_a_character() {
        assert_eq!(cut("äöüß", 4), "äöüß");
        assert_eq!(cut("äöüßx", 4), "äöü…");
        assert_eq!(cut("𝄞𝄞𝄞", 5), "𝄞𝄞…");
    }

    #[test]
    fn control_characters_become_spaces() {
        assert_eq!(one_line("a\u{1b}[31m\r\nb\0c "), "a [31m b c");
        assert_eq!(one_line(" \u{a0}ä\u{85}\u{2028}ö "), "ä ö");
        assert_eq!(one_line("\t \n"), "");
    }

    #[test]
    fn names_are_the_same_whatever_their_case_and_marks() {
        for (name, other, same) in [
            ("PubliclyAccessible", "publicly_accessible", true),
            ("MultiAZ", "MultiAZone", false),
            ("ünder-Scan", "ÜnderScan", true),
            ("KmsKeyId", "\u{212a}msKeyId", true), // the sign of the kelvin
            ("Tag", "Tàg", false),
        ] {
            assert_eq!(is_same_name(name, other), same, "{name} {other}");
        }
    }
}
