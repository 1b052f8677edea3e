//! Text in places that it must not leave: a line, a word of a shell, a string of JSON.

use std::fmt::Write;

use serde::Serialize;
use serde_json::Value;

/// Returns a text on one line: control characters, and those that are not visible or turn the direction of the text,
/// are written as escapes such as `\n` or `\u{202e}`.
#[must_use]
pub fn shown(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_visible(letter) {
            line.push(letter);
        } else {
            line.extend(letter.escape_default());
        }
    }
    line
}

/// Returns true for a character that is seen as itself. Controls, line ends, those of Unicode's category Cf (17.0,
/// `DerivedGeneralCategory.txt`) and letters without a width or a mark are not.
pub(crate) fn is_visible(letter: char) -> bool {
    let is_format = matches!(letter,
        '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}'
        | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}');
    let is_blank = matches!(
        letter,
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}'
    );
    !letter.is_control() && !is_format && !is_blank
}

/// Quotes a word for a POSIX shell: nothing in it is expanded.
pub(crate) fn single_quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Quotes a word for the shell of a person, where it needs quotes, on one line. A word with characters that are not
/// visible becomes `$'...'`, which bash, zsh and POSIX of 2024 read.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:,=@%+".contains(c);
    if !word.chars().all(is_visible) {
        let mut text = String::from("$'");
        for letter in word.chars() {
            match letter {
                '\'' | '\\' => text.extend(['\\', letter]),
                '\n' => text.push_str("\\n"),
                letter if is_visible(letter) => text.push(letter),
                letter => {
                    let mut bytes = [0; 4];
                    for byte in letter.encode_utf8(&mut bytes).bytes() {
                        let _ = write!(text, "\\{byte:03o}");
                    }
                }
            }
        }
        text.push('\'');
        text
    } else if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        single_quoted(word)
    }
}

/// Returns JSON on one line in ASCII, with the escapes that Python's `json.dumps` writes. So the function `to_string` of
/// the AWS CLI's queries writes equal values equally.
pub(crate) fn ascii_json(value: &Value) -> String {
    let text = value.to_string();
    let mut ascii = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, ' '..='~') {
            ascii.push(letter);
        } else {
            let mut units = [0; 2];
            for unit in letter.encode_utf16(&mut units) {
                let _ = write!(ascii, "\\u{unit:04x}");
            }
        }
    }
    ascii
}

/// Returns a value as JSON, indented, with a line break at the end. Characters that are not visible are escaped: on a terminal
/// some are commands, or turn the direction of the text.
///
/// # Errors
/// Returns an error of the serializer.
pub(crate) fn pretty(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let text = serde_json::to_string_pretty(value)?;
    let mut visible = String::with_capacity(text.len() + 1);
    for letter in text.chars() {
        // A line end in a text is escaped already: this one is between two members.
        if letter == '\n' || is_visible(letter) {
            visible.push(letter);
        } else {
            let mut units = [0; 2];
            for unit in letter.encode_utf16(&mut units) {
                let _ = write!(visible, "\\u{unit:04x}");
            }
        }
    }
    visible.push('\n');
    Ok(visible)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn words_in(shell: &str, quoted: &str) -> Vec<u8> {
        let script = format!("printf '%s' {quoted}");
        Command::new(shell).args(["-c", &script]).output().unwrap().stdout
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_quoted_word_is_one_word_for_a_shell(word in "[^\0]{0,40}") {
            prop_assert_eq!(words_in("sh", &single_quoted(&word)), word.as_bytes());
            let quoted = quoted(&word);
            prop_assert!(quoted.chars().all(is_visible), "{:?}", quoted);
            prop_assert_eq!(words_in("bash", &quoted), word.as_bytes());
        }

        #[test]
        fn a_shown_text_is_one_visible_line(text in any::<String>()) {
            prop_assert!(shown(&text).chars().all(is_visible));
        }
    }

    #[test]
    fn characters_that_are_not_visible_are_named() {
        assert_eq!(shown("a\nb\u{202e}c\u{1b}[2Jé"), r"a\nb\u{202e}c\u{1b}[2Jé");
    }

    #[test]
    fn json_has_visible_characters_only_and_the_same_value() {
        let value = json!({"a\u{9b}": ["\u{202e}x\u{e0041}\u{7f}\u{85}", "é \n", 3]});
        let text = pretty(&value).unwrap();
        assert!(text.chars().all(|letter| letter == '\n' || is_visible(letter)), "{text:?}");
        assert!(text.contains(r"\u009b") && text.contains(r"\u202ex\udb40\udc41\u007f\u0085"), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }

    #[test]
    fn json_is_that_of_python() {
        let text = "é \u{7f} \u{1f600} \u{1} \"\\\n\u{8}/";
        let python = r#"["\u00e9 \u007f \ud83d\ude00 \u0001 \"\\\n\b/",null,true,3]"#;
        assert_eq!(ascii_json(&json!([text, null, true, 3])), python);
    }
}
