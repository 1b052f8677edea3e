use chrono::{DateTime, Utc};

use crate::{
    Change, ComplianceType, Configuration, ConfigurationItem, ConfigurationItemStatus, Fact, Facts, Finding,
    Flag, Kind, Lookup, Need, Outcome, Parameter, ParameterValues, Property, ResourceType, Severity, Stop,
    Theme, Unknown, Verdict, text,
};

/// One rule: a static value in the list [`rules::RULES`](crate::rules::RULES).
#[derive(Debug)]
pub struct Rule {
    /// The name, as in the rule parameter `ruleIdentifier`.
    pub identifier: &'static str,
    /// The type of the resources that the rule evaluates.
    pub resource_type: ResourceType,
    /// The severity of a NON_COMPLIANT result.
    pub severity: Severity,
    /// The subject.
    pub theme: Theme,
    /// The property that decides, as a template or a DMS response names it.
    pub property: Property,
    /// The value that the property should have: one word, or a description.
    pub wanted: &'static str,
    /// The other properties that the rule reads. A property that is neither here nor in `property` does not reach
    /// the rule from a template.
    pub reads: &'static [Property],
    /// The calls of AWS that the rule needs; the rights of the function's role follow from them.
    pub needs: &'static [Need],
    /// True if the rule is about a state that changes without a configuration item, so that only a schedule triggers
    /// it.
    pub schedule_only: bool,
    /// The rule parameters that it takes beside [those of every rule](crate::parameter::COMMON).
    pub parameters: &'static [&'static Parameter],
    /// The published requirements that the rule maps to, the most specific first.
    pub requirements: &'static [Requirement],
    /// The page in Markdown: `# identifier`, one sentence, then fixed headings.
    pub page: &'static str,
    /// The remedy where the outcome is [`Unknown`](Outcome::Unknown), in words without a full stop.
    pub unknown_fix: &'static str,
    /// The command of the AWS CLI that changes the property, or shows what else must be changed, or the `dms-rule plan` that
    /// plans a change of several steps; `None` where the values that it needs differ from resource to resource. `{arn}` and
    /// `{region}` stand for those of the resource.
    pub command: Option<&'static str>,
    /// The evaluation of an existing resource of the right type.
    pub check: fn(&Input) -> Result<Finding, Stop>,
}

/// The requirements of one framework.
#[derive(Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The framework, for example `PCI DSS v4.0.1`.
    pub framework: &'static str,
    /// The ids of the requirements.
    pub ids: &'static [&'static str],
}

/// Everything that a verdict depends on.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The resource, as AWS Config, DMS or a template describes it.
    pub item: &'a ConfigurationItem,
    /// The facts that were looked up for it.
    pub facts: &'a Facts,
    /// The parameters of the AWS Config rule.
    pub parameters: &'a ParameterValues,
    /// The time of the notification, by which exemptions and certificates end; without it no exemption holds.
    pub at: Option<DateTime<Utc>>,
}

impl Input<'_> {
    /// Returns the properties of the resource.
    ///
    /// # Errors
    /// Returns the reason if they are missing or unreadable.
    pub fn configuration(&self) -> Result<&Configuration, Unknown> {
        self.item.configuration.readable("the configuration")
    }
}

impl Rule {
    /// Returns the verdict on an item. Every item gets one.
    ///
    /// # Errors
    /// Returns a [`Lookup`] if a fact that is [not read](crate::Fact::NotRead) must be looked up first. A fact
    /// that is known or unavailable is never requested, so there are at most as many such returns as there are facts.
    pub fn evaluate(&self, input: &Input) -> Result<Verdict, Lookup> {
        let Input { item, facts, parameters, at } = *input;
        let finding = match item.configuration_item_status {
            ConfigurationItemStatus::ResourceDeleted => Finding::not_applicable("the resource was deleted"),
            ConfigurationItemStatus::ResourceDeletedNotRecorded => {
                Finding::not_applicable("the resource was deleted and is not recorded")
            }
            ConfigurationItemStatus::ResourceNotRecorded => {
                Finding::not_applicable("AWS Config does not record the resource")
            }
            ConfigurationItemStatus::Ok | ConfigurationItemStatus::ResourceDiscovered => {
                if self.applies_to(item) {
                    self.finding(input)?
                } else if ResourceType::is_doubtful(&item.resource_type) {
                    // An odd spelling of a type is no way around its rules.
                    Finding {
                        fix: Some(NAME_TYPE),
                        ..Finding::unknown("no resource type is known by this name")
                    }
                } else {
                    Finding::not_applicable(format!("the rule evaluates {}", self.resource_type))
                }
            }
        };
        let verdict = self.verdict(item, finding);
        match &parameters.exemption_tag {
            Some(tag) => verdict.with_exemption(item, facts, tag, at, self.is_of_description(input)),
            None => Ok(verdict),
        }
    }

    /// Returns the verdict on an item where nothing more can be looked up: a fact that is not read is
    /// unavailable.
    #[must_use]
    pub fn evaluate_without_lookups(&self, input: &Input) -> Verdict {
        self.evaluate(input).unwrap_or_else(|lookup| {
            let finding = Finding::unknown(format!("{lookup} cannot be looked up here"));
            self.verdict(input.item, self.with_remedy(finding, input.item))
        })
    }

    /// Returns true if `item` is of the type that this rule evaluates, however its case is spelled: an odd
    /// spelling is no way around the rule.
    #[must_use]
    pub fn applies_to(&self, item: &ConfigurationItem) -> bool {
        ResourceType::from_name(&item.resource_type) == Some(self.resource_type)
    }

    /// Returns true for a finding that only DMS could decide, by what it supports and offers today: nothing in a file would.
    #[must_use]
    pub fn is_decided_by_dms_alone(&self, finding: &Finding) -> bool {
        let has_offers =
            self.needs.iter().any(|need| matches!(need, Need::EngineVersions | Need::OrderableInstances));
        has_offers
            && finding.outcome == Outcome::Unknown
            && matches!(finding.change, Some(Change::AfterDeployment(_)))
    }

    /// Returns the verdict on a resource that left the scope of the AWS Config rule.
    #[must_use]
    pub fn left_scope(&self, item: &ConfigurationItem) -> Verdict {
        self.verdict(item, Finding::not_applicable("the resource left the scope of the rule"))
    }

    /// Returns the IAM actions that the rule's [needs](Need) call for, each once, in their order.
    #[must_use]
    pub fn actions(&self) -> Vec<&'static str> {
        let mut actions = Vec::new();
        for action in self.needs.iter().flat_map(|need| need.actions(self.resource_type)) {
            if !actions.contains(&action) {
                actions.push(action);
            }
        }
        actions
    }

    /// Returns true if a change of a resource can trigger the rule: AWS Config records the type, and the state that the
    /// rule is about.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        self.resource_type.is_recorded() && !self.schedule_only
    }

    /// Returns the triggers of an AWS Config rule for it, in words.
    #[must_use]
    pub fn triggers(&self) -> &'static str {
        if self.has_changes() { "change, schedule" } else { "schedule" }
    }

    /// Returns the sentence under the title of the page.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.page.lines().nth(2).unwrap_or_default()
    }

    fn finding(&self, input: &Input) -> Result<Finding, Lookup> {
        let flag = self.resource_type.zero_etl_flag();
        let of_zero_etl = |flag| {
            Finding::not_applicable(format!(
                "{flag}=true: a zero-ETL integration owns it, and it cannot be changed"
            ))
        };
        if let Some(flag) = flag.filter(|flag| is_true(&input.item.configuration, flag)) {
            return Ok(of_zero_etl(flag));
        }
        let finding = match (self.check)(input) {
            Ok(finding) => self.with_remedy(finding, input.item),
            Err(Stop::LookUp(lookup)) => return Err(lookup),
            Err(Stop::Unknown(Unknown(reason))) => self.with_remedy(Finding::unknown(reason), input.item),
            Err(Stop::NotApplicable(reason)) => Finding::not_applicable(reason),
        };
        // AWS Config does not document that it records the flag, so its absence from an item proves nothing.
        let is_open = |flag: &&str| input.item.configuration.given(flag).next().is_none();
        match flag.filter(is_open) {
            Some(flag) if finding.outcome.compliance_type() == ComplianceType::NonCompliant => {
                match input.facts.description.get(|| Lookup::Description)? {
                    Ok(description) if is_true(description, flag) => Ok(of_zero_etl(flag)),
                    Ok(_) | Err(_) => Ok(finding),
                }
            }
            _ => Ok(finding),
        }
    }

    /// Returns true if the item lacks the property that decides, so that a later description decides, even by lacking it too.
    fn is_of_description(&self, input: &Input) -> bool {
        let name = self.property.path.split('.').next().unwrap_or_default();
        let is_recorded = input.item.configuration.given(name).next().is_some();
        let is_described =
            matches!(&input.facts.description, Fact::Known(found) if *found != Configuration::Absent);
        self.property.kind != Kind::Tags && !is_recorded && is_described
    }

    /// Returns the finding with the remedy of the rule if it is unknown, or with the remedy for a property that cannot be
    /// read since its name is misspelled or given twice.
    fn with_remedy(&self, finding: Finding, item: &ConfigurationItem) -> Finding {
        if finding.outcome != Outcome::Unknown {
            return finding;
        }
        let read = [self.property].into_iter().chain(self.reads.iter().copied());
        match read.into_iter().find(|property| is_ambiguous(&item.configuration, property)) {
            Some(property) => {
                Finding { fix: Some(GIVE_ONCE), ..finding }.with_change(Change::set(property, ONE_VALUE))
            }
            None => Finding { fix: finding.fix.or(Some(self.unknown_fix)), ..finding },
        }
    }

    fn verdict(&self, item: &ConfigurationItem, finding: Finding) -> Verdict {
        let noun =
            if self.applies_to(item) { self.resource_type.noun() } else { item.resource_type.as_str() };
        Verdict::new(finding, format!("{noun} {}", text::cut(item.name(), 72)))
    }
}

const NAME_TYPE: &str = "name the type as AWS does; if this is its name, limit the scope of the rule to the type that it evaluates";
const GIVE_ONCE: &str =
    "give the property once, under the name by which AWS knows it, and evaluate the resource again";
const ONE_VALUE: &str = "one value, given once and under this very name";

/// Returns true if the name of the property, or of its group, is misspelled, or given twice with different values.
fn is_ambiguous(configuration: &Configuration, property: &Property) -> bool {
    match property.group() {
        None => configuration.only(property.path).is_err(),
        Some(group) => match configuration.only(group) {
            Ok(_) => configuration.group(group).only(property.name()).is_err(),
            Err(_) => true,
        },
    }
}

/// Returns true if the flag is explicitly true, and nothing else is given for it.
fn is_true(configuration: &Configuration, flag: &str) -> bool {
    Flag::read(configuration, flag, true) == Flag::Is(true)
}
