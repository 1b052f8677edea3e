use chrono::{DateTime, SecondsFormat, Utc};
use rule_core::{Exemption, Requirement};

use crate::{Judged, Source};

/// The name of the tool in every format.
pub(crate) const TOOL: &str = "dms-rule";

/// Its version.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// All that there is to say of a result on one line, in the order of the annotation but never cut.
pub(crate) fn all(judged: &Judged) -> String {
    let exempt = exempt(judged).map(|words| words.replacen("exempt", "EXEMPT", 1));
    let mut parts =
        vec![exempt.iter().map(String::as_str).chain([judged.reason()]).collect::<Vec<_>>().join(": ")];
    parts.extend(judged.evidence());
    parts.extend(judged.exemption().filter(|_| exempt.is_none()));
    if !judged.verdict.subject.is_empty() {
        parts.push(judged.verdict.subject.clone());
    }
    let fix = judged.fix().map(|fix| format!(" Fix: {fix}")).unwrap_or_default();
    one_line(&format!("{}.{fix}", parts.join("; ")))
}

/// The exemption in words, if one is in force.
pub(crate) fn exempt(judged: &Judged) -> Option<String> {
    matches!(judged.verdict.exemption, Exemption::Until { .. }).then(|| judged.exemption()).flatten()
}

/// `stack.yaml:12:7`, or the name alone.
pub(crate) fn place(source: &Source) -> String {
    match source.position {
        Some(position) => format!("{}:{}:{}", source.name, position.line, position.column),
        None => source.name.clone(),
    }
}

/// Framework and id, one text each: `PCI DSS v4.0.1 1.4.4`.
pub(crate) fn requirements(requirements: &[Requirement]) -> Vec<String> {
    requirements
        .iter()
        .flat_map(|Requirement { framework, ids }| ids.iter().map(move |id| format!("{framework} {id}")))
        .collect()
}

/// `2026-10-01T15:03:11.636Z`.
pub(crate) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// `text` without control characters and line breaks.
pub(crate) fn one_line(text: &str) -> String {
    let visible: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `text`, or as many whole characters as leave room for `…` within `maximum` UTF-16 units, which are never fewer than
/// characters.
pub(crate) fn cut(text: &str, maximum: usize) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_the_limit_is_kept_and_a_longer_one_cut_on_a_character() {
        assert_eq!(cut("äöüß", 4), "äöüß");
        assert_eq!(cut("äöüßx", 4), "äöü…");
        assert_eq!(cut("𝄞𝄞𝄞", 5), "𝄞𝄞…");
    }

    #[test]
    fn no_control_character_hides_what_follows() {
        assert_eq!(one_line("a\u{1b}[31m\r\nb\0c "), "a [31m b c");
    }
}
