use chrono::{DateTime, Utc};

use crate::{
    Configuration, ConfigurationItem, ConfigurationItemStatus, Facts, Finding, Lookup, Parameter,
    ResourceType, RuleParameters, Verdict,
};

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

/// What a rule answers: the ids of one framework.
#[derive(Debug, PartialEq, Eq)]
pub struct Requirement {
    /// For example `PCI DSS v4.0.1`.
    pub framework: &'static str,
    /// Its ids.
    pub ids: &'static [&'static str],
}

/// A property of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Property {
    /// Its name as the API and CloudFormation spell it, behind that of its group: `RedisSettings.SslSecurityProtocol`.
    pub path: &'static str,
    /// What it should be, in words.
    pub wanted: &'static str,
}

/// One rule: a static value in the list [`rules::RULES`](crate::rules::RULES).
#[derive(Debug)]
pub struct Rule {
    /// Its name, as in the rule parameter `ruleIdentifier`.
    pub identifier: &'static str,
    /// The type of the resources it judges.
    pub resource_type: &'static ResourceType,
    /// How bad a NON_COMPLIANT result is.
    pub severity: Severity,
    /// What decides, where somebody writes a resource down before it is made.
    pub property: Property,
    /// The rule parameters that it takes beside [those of every rule](crate::parameter::COMMON).
    pub parameters: &'static [Parameter],
    /// What it answers, most telling first.
    pub requirements: &'static [Requirement],
    /// Its page, in Markdown: `# identifier`, one sentence, then fixed headings.
    pub page: &'static str,
    /// The judgement of an existing resource of the right type.
    pub check: Check,
}

/// How a rule judges.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// By what the item says.
    OfItem(fn(&Input) -> Finding),
    /// By facts beside it too, which may have to be looked up first.
    WithFacts(fn(&Input) -> Result<Finding, Lookup>),
}

/// Everything that a verdict is a function of.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The resource.
    pub item: &'a ConfigurationItem,
    /// What was looked up beside it.
    pub facts: &'a Facts,
    /// What the AWS Config rule was given.
    pub parameters: &'a RuleParameters,
    /// The time of the notification, for what ends; without it no exemption holds.
    pub at: Option<DateTime<Utc>>,
}

impl Input<'_> {
    /// The properties of the resource.
    ///
    /// # Errors
    /// They are missing or unreadable; the text says so.
    pub fn configuration(&self) -> Result<&Configuration, String> {
        readable("the configuration", &self.item.configuration)
    }
}

/// `configuration`, if it holds properties; else the words for what it is.
pub(crate) fn readable<'a>(
    name: &str,
    configuration: &'a Configuration,
) -> Result<&'a Configuration, String> {
    match configuration {
        Configuration::Properties(_) => Ok(configuration),
        Configuration::Absent => Err(format!("{name} is missing")),
        Configuration::Unreadable(what) => {
            Err(format!("{name} is unreadable ({})", crate::annotation::cut(what, 60)))
        }
    }
}

impl Rule {
    /// The verdict on an item: every item gets one.
    ///
    /// # Errors
    /// A fact that is [not read](crate::Fact::NotRead) must be looked up first. One that is known or unavailable is
    /// never asked for, so there are at most as many answers of this kind as there are facts.
    pub fn evaluate(&self, input: &Input) -> Result<Verdict, Lookup> {
        let Input { item, facts, parameters, at } = *input;
        let not_applicable = |why: &str| Ok(self.verdict(item, Finding::not_applicable(why)));
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
                    return not_applicable(&format!("the rule judges {}", self.resource_type.name));
                }
                let finding = match self.check {
                    Check::OfItem(check) => check(input),
                    Check::WithFacts(check) => check(input)?,
                };
                let verdict = self.verdict(item, finding);
                match &parameters.exemption_tag {
                    Some(tag) => verdict.with_exemption(item, facts, tag, at),
                    None => Ok(verdict),
                }
            }
        }
    }

    /// Whether `item` is of the type that this rule judges, however its case is spelt: an odd spelling is no way out.
    #[must_use]
    pub fn judges(&self, item: &ConfigurationItem) -> bool {
        item.resource_type.eq_ignore_ascii_case(self.resource_type.name)
    }

    /// The verdict on a resource that left the scope of the AWS Config rule.
    #[must_use]
    pub fn left_scope(&self, item: &ConfigurationItem) -> Verdict {
        self.verdict(item, Finding::not_applicable("the resource left the scope of the rule"))
    }

    fn verdict(&self, item: &ConfigurationItem, finding: Finding) -> Verdict {
        let ResourceType { noun, identifier, .. } = self.resource_type;
        let noun = if self.judges(item) { noun } else { item.resource_type.as_str() };
        let name = crate::annotation::cut(item.display_name(identifier), 72);
        Verdict::new(finding, format!("{noun} {name}"))
    }

    /// What triggers an AWS Config rule for it, in words.
    #[must_use]
    pub fn triggers(&self) -> &'static str {
        if self.resource_type.recorded { "change, schedule" } else { "schedule" }
    }

    /// The sentence under the title of the page.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.page.lines().nth(2).unwrap_or_default()
    }
}
