use std::fmt;

use chrono::{DateTime, Utc};
use rule_core::{ComplianceType, Exemption, Rule, Severity, Verdict};

/// Everything that a run found.
#[derive(Clone, Debug)]
pub struct Report {
    /// When the run began; exemptions and expiry are judged by it.
    pub at: DateTime<Utc>,
    /// What was run, without its options: `check` or `scan`.
    pub command: &'static str,
    /// What was looked at, in order.
    pub looked_at: Vec<Looked>,
    /// A resource and a rule each, worst first after [`Report::sort`].
    pub judged: Vec<Judged>,
    /// What could not be read or asked. With any, the report is not complete.
    pub failures: Vec<Failure>,
}

/// One input of a check, or one account and Region of a scan.
#[derive(Clone, Debug)]
pub struct Looked {
    /// The file as it was given, or `123456789012 eu-west-1`.
    pub name: String,
    /// What it was taken for, in words: `CloudFormation template`, `AWS DMS, live`.
    pub kind: &'static str,
    /// How many DMS resources it holds that a rule judges.
    pub resources: usize,
}

/// What a rule says of a resource.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The rule.
    pub rule: &'static Rule,
    /// The answer, exemption and all.
    pub verdict: Verdict,
    /// Of what.
    pub resource: Resource,
    /// Where it was found.
    pub source: Source,
}

/// Whom a verdict is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// For example `AWS::DMS::ReplicationInstance`.
    pub resource_type: String,
    /// The recorder's id or the ARN; of a planned resource, its logical id or address.
    pub id: String,
    /// What a person calls it.
    pub name: String,
    /// The ARN, where it is known.
    pub arn: Option<String>,
    /// The account, where it is known.
    pub account_id: Option<String>,
    /// The Region, where it is known.
    pub region: Option<String>,
}

/// Where a resource was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// As in [`Looked::name`].
    pub name: String,
    /// As in [`Looked::kind`]; ends with `live` where it is no file.
    pub kind: &'static str,
    /// Of the property that decides; where it is not set, of the resource. Only in files that a person writes.
    pub position: Option<Position>,
    /// When the recorder or DMS said it; none for a planned resource.
    pub recorded_at: Option<DateTime<Utc>>,
    /// For a planned resource: what to write there, such as `PubliclyAccessible: false`.
    pub planned_fix: Option<String>,
}

/// A place in a text file, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in it.
    pub column: usize,
}

/// What could not be read or asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// As in [`Looked::name`].
    pub source: String,
    /// Who must act.
    pub kind: FailureKind,
    /// What was tried, what was said, and what to do next.
    pub message: String,
    /// The account, for a scan.
    pub account_id: Option<String>,
    /// The Region, for a scan.
    pub region: Option<String>,
}

/// Who must act on a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailureKind {
    /// Whoever gave the input.
    BadInput,
    /// Whoever owns the role.
    Denied,
    /// Nobody: run it again, later.
    Throttled,
    /// Nobody at first: run it again.
    Internal,
}

impl Source {
    /// Whether it is no file: an account and Region that were asked, whose [kind](Self::kind) ends with `live`.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.kind.ends_with("live")
    }
}

impl FailureKind {
    /// The word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadInput => "BadInput",
            Self::Denied => "Denied",
            Self::Throttled => "Throttled",
            Self::Internal => "Internal",
        }
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Judged {
    /// The answer.
    #[must_use]
    pub fn compliance_type(&self) -> ComplianceType {
        self.verdict.compliance_type
    }

    /// NON_COMPLIANT because it cannot be known.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.compliance_type() == ComplianceType::NonCompliant && self.verdict.finding.is_unknown()
    }

    /// NON_COMPLIANT, known or not.
    #[must_use]
    pub fn is_non_compliant(&self) -> bool {
        self.compliance_type() == ComplianceType::NonCompliant
    }

    /// How bad it is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.rule.severity
    }

    /// What decided: `PUBLIC: PubliclyAccessible=true`.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.verdict.finding.reason
    }

    /// What else was seen, a line each: `public IP 203.0.113.10`.
    #[must_use]
    pub fn evidence(&self) -> Vec<String> {
        let words = |evidence: &rule_core::Evidence| format!("{} {}", evidence.name, evidence.value);
        self.verdict.finding.evidence.iter().map(|evidence| words(evidence).trim_end().to_owned()).collect()
    }

    /// What to do, in words; nothing where there is nothing to do.
    #[must_use]
    pub fn fix(&self) -> Option<String> {
        if !self.is_non_compliant() {
            return None;
        }
        self.source.planned_fix.clone().or_else(|| self.verdict.finding.fix.map(str::to_owned))
    }

    /// What the exemption tag says, in words; nothing where there is none.
    #[must_use]
    pub fn exemption(&self) -> Option<String> {
        let bracketed = |reason: &str| if reason.is_empty() { String::new() } else { format!(" ({reason})") };
        match &self.verdict.exemption {
            Exemption::None => None,
            Exemption::Until { day, reason } => Some(format!("exempt until {day}{}", bracketed(reason))),
            Exemption::Expired { day, reason } => {
                Some(format!("exemption expired on {day}{}", bracketed(reason)))
            }
            Exemption::TimeUnknown { day } => {
                Some(format!("exemption until {day} not applied: no time is known"))
            }
            Exemption::TagsUnknown { why } => {
                Some(format!("exemption not applied: the tags are unknown ({why})"))
            }
            Exemption::Malformed { value } => Some(format!("exemption tag value {value:?} is malformed")),
        }
    }

    /// What identifies this finding from run to run: rule, and resource with its account and Region or its file.
    #[must_use]
    pub fn key(&self) -> String {
        let Resource { resource_type, id, account_id, region, .. } = &self.resource;
        let place = match (self.source.position, account_id, region) {
            (Some(_), _, _) | (None, None, None) => self.source.name.clone(),
            (None, _, _) => {
                [account_id.as_deref(), region.as_deref()].map(Option::unwrap_or_default).join("/")
            }
        };
        format!("{}/{place}/{resource_type}/{id}", self.rule.identifier)
    }
}

/// Results by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Known to be not as the rule wants it.
    pub non_compliant: usize,
    /// Cannot be known; reported as NON_COMPLIANT.
    pub unknown: usize,
    /// As the rule wants it, or exempt and reported so.
    pub compliant: usize,
    /// Nothing to judge.
    pub not_applicable: usize,
}

impl Summary {
    /// Counts.
    pub fn of<'a>(judged: impl IntoIterator<Item = &'a Judged>) -> Self {
        let mut summary = Self::default();
        for one in judged {
            let count = match one.compliance_type() {
                ComplianceType::NonCompliant if one.is_unknown() => &mut summary.unknown,
                ComplianceType::NonCompliant => &mut summary.non_compliant,
                ComplianceType::Compliant => &mut summary.compliant,
                ComplianceType::NotApplicable => &mut summary.not_applicable,
            };
            *count += 1;
        }
        summary
    }
}

impl Report {
    /// The rules that judged something, each once, in the order of the results.
    #[must_use]
    pub fn rules(&self) -> Vec<&'static Rule> {
        let mut rules: Vec<&'static Rule> = Vec::new();
        for Judged { rule, .. } in &self.judged {
            if !rules.iter().any(|known| known.identifier == rule.identifier) {
                rules.push(rule);
            }
        }
        rules
    }

    /// Worst first: NON_COMPLIANT before COMPLIANT before NOT_APPLICABLE, then by severity, known before unknown, then
    /// by rule, account, Region, file and name.
    pub fn sort(&mut self) {
        self.judged.sort_by(|a, b| order(a).cmp(&order(b)));
    }
}

type Order<'a> = (
    std::cmp::Reverse<ComplianceType>,
    std::cmp::Reverse<Severity>,
    bool,
    &'a str,
    Option<&'a str>,
    Option<&'a str>,
    &'a str,
    &'a str,
    Option<Position>,
);

fn order(judged: &Judged) -> Order<'_> {
    (
        std::cmp::Reverse(judged.compliance_type()),
        std::cmp::Reverse(judged.severity()),
        judged.is_unknown(),
        judged.rule.identifier,
        judged.resource.account_id.as_deref(),
        judged.resource.region.as_deref(),
        &judged.source.name,
        &judged.resource.name,
        judged.source.position,
    )
}

impl Resource {
    /// Of an item.
    #[must_use]
    pub fn of(item: &rule_core::ConfigurationItem) -> Self {
        let arn =
            item.arn.clone().or_else(|| Some(item.resource_id.clone()).filter(|id| id.starts_with("arn:")));
        let part =
            |index| arn.as_deref()?.split(':').nth(index).filter(|part| !part.is_empty()).map(str::to_owned);
        Self {
            resource_type: item.resource_type.clone(),
            id: item.resource_id.clone(),
            name: item.name().to_owned(),
            account_id: item.account_id.clone().or_else(|| part(4)),
            region: item.aws_region.clone().or_else(|| part(3)),
            arn,
        }
    }
}
