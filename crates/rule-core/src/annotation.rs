use std::fmt;

/// The most characters that AWS Config takes in `Evaluation.Annotation`.
///
/// Counted here in UTF-16 units, which is never fewer than characters: whichever of the two AWS Config counts, a
/// text within this limit is taken.
pub const ANNOTATION_MAXIMUM: usize = 256;

/// The words that stand beside a result in the AWS Config dashboard: 1 to 256 characters on one line.
///
/// The grammar is fixed; the most important part comes first, since a long text is cut at its end with `…`:
///
/// ```text
/// [EXEMPT until DATE[ (REASON)]: ] STATE: FACT {; EVIDENCE} [; EXEMPTION NOTE] ; SUBJECT. [ Fix: WORDS.]
///
/// STATE           UNKNOWN | NOT APPLICABLE | a rule's own words in capitals, such as PUBLIC or PRIVATE
/// EXEMPTION NOTE  exemption expired on DATE[ (REASON)]
///               | exemption tag value "VALUE" is malformed: it must start with YYYY-MM-DD
///               | exemption until DATE not applied: the event carries no notification time
///               | exemption not applied: the tags are unknown (WHY)
/// SUBJECT         what the type is called, and the name of the resource
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation(String);

impl Annotation {
    /// Makes one line of `text` and cuts it, on a character boundary, to [`ANNOTATION_MAXIMUM`].
    ///
    /// An empty text becomes `-`: AWS Config refuses an empty annotation.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let line = one_line(text);
        Self(if line.is_empty() { "-".to_owned() } else { cut(&line, ANNOTATION_MAXIMUM) })
    }

    /// The text, 1 to 256 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Annotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `text` without control characters and line breaks, which would hide what follows them on a dashboard.
fn one_line(text: &str) -> String {
    let visible: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `text`, or as many whole characters of it as leave room for `…` within `maximum` UTF-16 units.
pub(crate) fn cut(text: &str, maximum: usize) -> String {
    if text.encode_utf16().count() <= maximum {
        return text.to_owned();
    }
    let mut units = 1; // the ellipsis
    let mut short: String = text
        .chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= maximum
        })
        .collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_of_exactly_the_limit_is_kept_and_one_more_is_cut() {
        assert_eq!(Annotation::new(&"x".repeat(256)).as_str(), "x".repeat(256));
        assert_eq!(Annotation::new(&"x".repeat(257)).as_str(), format!("{}…", "x".repeat(255)));
        assert_eq!(Annotation::new(&"𝄞".repeat(200)).as_str(), format!("{}…", "𝄞".repeat(127)));
        assert_eq!(Annotation::new(" \n\t").as_str(), "-");
    }

    proptest! {
        #[test]
        fn any_text_becomes_one_line_that_aws_config_takes(text in any::<String>()) {
            let annotation = Annotation::new(&text);
            let units = annotation.as_str().encode_utf16().count();
            prop_assert!((1..=ANNOTATION_MAXIMUM).contains(&units));
            prop_assert!(!annotation.as_str().chars().any(char::is_control));
        }
    }
}
