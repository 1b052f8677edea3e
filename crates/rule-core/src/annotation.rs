//! The text of a verdict. No other file writes one.

use std::fmt;

use crate::text::{cut, one_line};
use crate::{ComplianceType, Evidence, Exemption, Finding, Verdict};

/// The maximum length of `Evaluation.Annotation` in AWS Config's service model: 256 characters.
///
/// Counted here in UTF-16 units. A character has one or two of them, so a text within this limit is accepted
/// whichever of the two AWS Config counts.
pub const ANNOTATION_MAXIMUM: usize = 256;

/// The maximum length of a remedy, with the words that introduce it, that is never cut: the reason needs the rest.
const FIX_MAXIMUM: usize = 176;

/// The text beside a result in the AWS Config dashboard: 1 to 256 characters on one line.
///
/// The grammar is fixed. The most important part comes first, since a long text is cut with `…` before the remedy, which stays
/// whole, or at its end if there is none:
///
/// ```text
/// [EXEMPT until DATE[ (REASON)]: ] STATE: FACT {; EVIDENCE} [; EXEMPTION NOTE] ; SUBJECT. [ Fix: WORDS.]
///
/// STATE           UNKNOWN | NOT APPLICABLE | a rule's own words in capitals, such as PUBLIC or PRIVATE
/// EXEMPTION NOTE  exemption expired on DATE[ (REASON)]
///               | exemption tag value "VALUE" is malformed: it must start with YYYY-MM-DD
///               | exemption until DATE not applied: the event carries no notification time
///               | exemption not applied: the tags are unknown (CAUSE)
///               | exemption not applied: the value of its tag is not known before deployment
/// SUBJECT         the noun of the type, and the name of the resource
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation(String);

impl Annotation {
    /// Joins the lines of `text` and cuts it, on a character boundary, to [`ANNOTATION_MAXIMUM`].
    ///
    /// An empty text becomes `-`: AWS Config rejects an empty annotation (its service model has a minimum of
    /// 1).
    #[must_use]
    pub fn new(text: &str) -> Self {
        let line = one_line(text);
        Self(if line.is_empty() { "-".to_owned() } else { cut(&line, ANNOTATION_MAXIMUM) })
    }

    /// Returns the text, 1 to 256 characters.
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

impl Finding {
    /// Returns state and fact: `PUBLIC: PubliclyAccessible=true`.
    #[must_use]
    pub fn reason(&self) -> String {
        format!("{}: {}", self.state, self.fact)
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        if self.value.is_empty() { Ok(()) } else { write!(f, " {}", self.value) }
    }
}

impl Exemption {
    /// Returns the exemption in words, `None` if the resource has no exemption tag.
    #[must_use]
    pub fn note(&self) -> Option<String> {
        let bracketed = |reason: &str| if reason.is_empty() { String::new() } else { format!(" ({reason})") };
        Some(match self {
            Self::None => return None,
            Self::Until { day, reason } => format!("EXEMPT until {day}{}", bracketed(reason)),
            Self::Expired { day, reason } => format!("exemption expired on {day}{}", bracketed(reason)),
            Self::TimeUnknown { day } => {
                format!("exemption until {day} not applied: the event carries no notification time")
            }
            Self::TagsUnknown { cause } => format!("exemption not applied: the tags are unknown ({cause})"),
            Self::NotYetKnown => {
                "exemption not applied: the value of its tag is not known before deployment".to_owned()
            }
            Self::Malformed { value } => {
                format!("exemption tag value {value:?} is malformed: it must start with YYYY-MM-DD")
            }
        })
    }
}

impl Verdict {
    /// Returns the whole text of the result on one line, in the order of [`Annotation`], never cut.
    #[must_use]
    pub fn text(&self) -> String {
        self.text_with_fix(self.finding.fix)
    }

    /// Returns the [text](Self::text) with another remedy, such as the line to write in a template, or with none. Only a
    /// verdict of NON_COMPLIANT has a remedy.
    #[must_use]
    pub fn text_with_fix(&self, fix: Option<&str>) -> String {
        let note = self.exemption.note();
        let (exempt, note) = if self.exemption.is_in_force() { (note, None) } else { (None, note) };
        let reason = exempt.into_iter().chain([self.finding.reason()]).collect::<Vec<_>>().join(": ");
        let mut parts = vec![reason];
        parts.extend(self.finding.evidence.iter().map(Evidence::to_string));
        parts.extend(note);
        if !self.subject.is_empty() {
            parts.push(self.subject.clone());
        }
        let fix = fix.filter(|_| self.compliance_type == ComplianceType::NonCompliant);
        let fix = fix.map(|fix| format!(" Fix: {fix}.")).unwrap_or_default();
        one_line(&format!("{}.{fix}", parts.join("; ")))
    }

    /// Returns the text for the dashboard of AWS Config, cut to its limit.
    #[must_use]
    pub fn annotation(&self) -> Annotation {
        self.annotation_with_fix(self.finding.fix)
    }

    /// Returns the [annotation](Self::annotation) with another remedy. A remedy that begins with what to do and ends with what
    /// not to do is dangerous in halves, so what is before it is cut.
    #[must_use]
    pub fn annotation_with_fix(&self, fix: Option<&str>) -> Annotation {
        let whole = self.text_with_fix(fix);
        let before = self.text_with_fix(None);
        let end = whole.get(before.len()..).filter(|end| {
            let units = end.encode_utf16().count();
            whole.starts_with(&before) && units > 0 && units <= FIX_MAXIMUM
        });
        match end {
            Some(end) => {
                let room = ANNOTATION_MAXIMUM - end.encode_utf16().count();
                Annotation::new(&format!("{}{end}", cut(&before, room)))
            }
            None => Annotation::new(&whole),
        }
    }
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

    #[test]
    fn only_a_verdict_of_non_compliant_has_a_fix() {
        let text = |finding| Verdict::new(finding, String::new()).text_with_fix(Some("do it"));
        assert_eq!(text(Finding::compliant("A", "b")), "A: b.");
        assert_eq!(text(Finding::not_applicable("b")), "NOT APPLICABLE: b.");
        assert_eq!(text(Finding::unknown("b")), "UNKNOWN: b. Fix: do it.");
        assert_eq!(text(Finding::non_compliant("A", "b", "c")), "A: b. Fix: do it.");
    }

    #[test]
    fn a_remedy_is_whole_and_what_is_before_it_is_cut() {
        let verdict =
            |fact: &str, fix| Verdict::new(Finding::non_compliant("A", fact, fix), "instance b".to_owned());
        let long = verdict(&"x".repeat(300), "do this; never that").annotation();
        assert_eq!(
            long.as_str(),
            format!("A: {}…. Fix: do this; never that.", "x".repeat(226)).replace("…. ", "… ")
        );
        assert_eq!(long.as_str().chars().count(), ANNOTATION_MAXIMUM);
        let short = verdict("c", "do this; never that").annotation();
        assert_eq!(short.as_str(), "A: c; instance b. Fix: do this; never that.");
    }

    proptest! {
        #[test]
        fn any_text_becomes_one_line_that_aws_config_takes(text in "([\\PC\u{202e}\u{2066}\u{200f}\n\u{1b}]|.){0,400}") {
            let annotation = Annotation::new(&text);
            let units = annotation.as_str().encode_utf16().count();
            prop_assert!((1..=ANNOTATION_MAXIMUM).contains(&units));
            prop_assert!(!annotation.as_str().chars().any(char::is_control));
            let turns = ['\u{202e}', '\u{2066}', '\u{200f}'];
            prop_assert!(!annotation.as_str().contains(turns));
        }
    }
}
