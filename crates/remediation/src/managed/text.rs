//! Values as YAML and HCL write them, and names that both take: whatever a name or tag holds is a value and nothing else.

use std::fmt::Write;

use serde_json::Value;

/// The number of a code point from which on escapes have eight digits.
const WIDE: u32 = 0x1_0000;

/// Writes a text in double quotes for YAML. Every character that is not plainly visible is escaped.
pub(super) fn yaml(text: &str) -> String {
    quoted(text, |_, _| false)
}

/// Writes a text in double quotes for HCL: no `${` or `%{` in it begins a template.
pub(super) fn hcl(text: &str) -> String {
    quoted(text, |before, letter| letter == '{' && matches!(before, Some('$' | '%')))
}

/// Writes a value as YAML or HCL writes it on one line; both read this notation of flags, numbers and lists.
pub(super) fn value(value: &Value, quote: fn(&str) -> String) -> Option<String> {
    match value {
        Value::String(text) => Some(quote(text)),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(entries) => {
            let entries: Option<Vec<String>> = entries.iter().map(|one| self::value(one, quote)).collect();
            Some(format!("[{}]", entries?.join(", ")))
        }
        Value::Null | Value::Object(_) => None,
    }
}

fn quoted(text: &str, must_escape: fn(Option<char>, char) -> bool) -> String {
    let mut quoted = String::from("\"");
    let mut before = None;
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            _ if must_escape(before, letter) || !is_visible(letter) => {
                let code = u32::from(letter);
                let _ = if code < WIDE {
                    write!(quoted, "\\u{code:04x}")
                } else {
                    write!(quoted, "\\U{code:08x}")
                };
            }
            _ => quoted.push(letter),
        }
        before = Some(letter);
    }
    quoted.push('"');
    quoted
}

/// Returns false for controls, line ends of Unicode, marks that change the direction of a text, and what has no width.
fn is_visible(letter: char) -> bool {
    let is_hidden = letter.is_control()
        || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || (u32::from(letter) & 0xfffe) == 0xfffe;
    !is_hidden
}

/// Returns a name as CloudFormation takes it for a resource, such as `OrdersCdc` for `orders-cdc`; letters and digits stay.
pub(super) fn logical_id(name: &str, otherwise: &str) -> String {
    let mut id = String::new();
    let mut is_start = true;
    for letter in name.chars() {
        if letter.is_ascii_alphanumeric() {
            id.push(if is_start { letter.to_ascii_uppercase() } else { letter });
        }
        is_start = !letter.is_ascii_alphanumeric();
    }
    let id: String = id.chars().take(200).collect();
    if id.is_empty() { otherwise.to_owned() } else { id }
}

/// Returns a name as Terraform takes it for a resource, such as `orders_cdc` for `orders-cdc`.
pub(super) fn terraform_name(name: &str, otherwise: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' };
    let name: String = name.chars().map(plain).take(200).collect();
    let name = name.trim_matches('_');
    match name.chars().next() {
        None => otherwise.to_owned(),
        Some(first) if first.is_ascii_digit() => format!("{otherwise}_{name}"),
        Some(_) => name.to_owned(),
    }
}

/// Makes names differ that would be the same, by a number behind the later ones.
pub(super) fn distinct(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for name in names {
        let mut candidate = name.clone();
        let mut number = 1;
        while distinct.contains(&candidate) {
            number += 1;
            candidate = format!("{name}{number}");
        }
        distinct.push(candidate);
    }
    distinct
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_leaves_its_quotes() {
        let hostile = "a\"\n${file(\"/x\")} %{ if true } $${y} \\ \u{2028}\u{85}\u{202e}";
        let yaml = yaml(hostile);
        assert_eq!(serde_json::from_str::<String>(&yaml).unwrap(), hostile);
        assert!(
            !yaml.chars().any(|letter| letter.is_control() || letter == '\u{2028}' || letter == '\u{202e}')
        );
        let hcl = hcl(hostile);
        assert!(!hcl.contains("${") && !hcl.contains("%{"), "{hcl}");
        assert_eq!(serde_json::from_str::<String>(&hcl).unwrap(), hostile);
    }

    #[test]
    fn names_are_plain_and_distinct() {
        assert_eq!(logical_id("orders-cdc", "Task"), "OrdersCdc");
        assert_eq!(logical_id("$(x): \n", "Task"), "X");
        assert_eq!(logical_id("-\"", "Task"), "Task");
        assert_eq!(terraform_name("Orders-CDC", "task"), "orders_cdc");
        assert_eq!(terraform_name("1-a", "task"), "task_1_a");
        assert_eq!(terraform_name("\"}", "task"), "task");
        let names = ["A", "A", "A2", "A"].map(str::to_owned).into_iter();
        assert_eq!(distinct(names), ["A", "A2", "A22", "A3"]);
    }
}
