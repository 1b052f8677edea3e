use chrono::{DateTime, Utc};

use crate::{ConfigurationItem, ConfigurationItemStatus, RuleParameters, Verdict};

/// How bad a NON_COMPLIANT result is; the words of Security Hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Tidiness.
    Low,
    /// A weakness.
    Medium,
    /// A serious weakness.
    High,
    /// An open door.
    Critical,
}

impl Severity {
    /// The word in upper case, as findings carry it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "LOW",
            Self::Medium => "MEDIUM",
            Self::High => "HIGH",
            Self::Critical => "CRITICAL",
        }
    }
}

/// One rule: a static value in the list [`rules::RULES`](crate::rules::RULES).
#[derive(Debug)]
pub struct Rule {
    /// Its name, as in the rule parameter `ruleIdentifier`.
    pub identifier: &'static str,
    /// The type of the resources it judges.
    pub resource_type: &'static str,
    /// The noun and the property by which a person knows one of them.
    pub subject: (&'static str, &'static str),
    /// How bad a NON_COMPLIANT result is.
    pub severity: Severity,
    /// Its page, in Markdown: `# identifier`, one sentence, then fixed headings.
    pub page: &'static str,
    /// The judgement of an existing resource of the right type.
    pub check: fn(&ConfigurationItem) -> Verdict,
}

impl Rule {
    /// The verdict on `item`: every item gets one.
    ///
    /// `at` is the time of the notification, for exemptions that end; without it no exemption holds.
    #[must_use]
    pub fn evaluate(
        &self,
        item: &ConfigurationItem,
        parameters: &RuleParameters,
        at: Option<DateTime<Utc>>,
    ) -> Verdict {
        let not_applicable = |why: &str| Verdict::not_applicable(why, self.subject(item));
        match item.configuration_item_status {
            ConfigurationItemStatus::ResourceDeleted => not_applicable("the resource was deleted"),
            ConfigurationItemStatus::ResourceDeletedNotRecorded => {
                not_applicable("the resource was deleted and is not recorded")
            }
            ConfigurationItemStatus::ResourceNotRecorded => {
                not_applicable("AWS Config does not record the resource")
            }
            ConfigurationItemStatus::Ok | ConfigurationItemStatus::ResourceDiscovered => {
                if !self.judges(item) {
                    return not_applicable(&format!("the rule judges {}", self.resource_type));
                }
                let verdict = (self.check)(item);
                match &parameters.exemption_tag {
                    Some(tag) => verdict.with_exemption(item, tag, at),
                    None => verdict,
                }
            }
        }
    }

    /// Whether `item` is of the type that this rule judges, however its case is spelt: an odd spelling is no way out.
    #[must_use]
    pub fn judges(&self, item: &ConfigurationItem) -> bool {
        item.resource_type.eq_ignore_ascii_case(self.resource_type)
    }

    /// The verdict on a resource that left the scope of the AWS Config rule.
    #[must_use]
    pub fn left_scope(&self, item: &ConfigurationItem) -> Verdict {
        Verdict::not_applicable("the resource left the scope of the rule", self.subject(item))
    }

    /// Whom a verdict on `item` is about, for example `instance orders-migration`.
    #[must_use]
    pub fn subject(&self, item: &ConfigurationItem) -> String {
        let (noun, identifier_property) = self.subject;
        let noun = if self.judges(item) { noun } else { item.resource_type.as_str() };
        format!("{noun} {}", crate::annotation::cut(item.display_name(identifier_property), 72))
    }

    /// The sentence under the title of the page.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.page.lines().nth(2).unwrap_or_default()
    }
}
