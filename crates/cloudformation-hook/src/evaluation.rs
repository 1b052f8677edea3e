//! Evaluates a planned resource by every rule of its type.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use iac::{PlannedResource, Template, add_validity};
use rule_core::text::is_same_name;
use rule_core::{
    ComplianceType, Configuration, ConfigurationItem, Fact, Facts, Json, Kind, Outcome, ParameterValues,
    Possibility, ResourceType, Rule, RuleParameters, Verdict,
};

use crate::event::Write;
use crate::invalid_event::InvalidEvent;
use crate::resolved::{has_plain_tags, resolved};

/// The result of one rule.
#[derive(Clone, Debug)]
pub(crate) struct RuleResult {
    pub(crate) rule: &'static Rule,
    pub(crate) state: State,
    /// The reason, on one line.
    pub(crate) reason: String,
    /// The remedy; empty unless the resource violates the rule, or may.
    pub(crate) fix: String,
}

/// The state of a resource by one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It is explicitly as the rule wants it.
    Passed,
    /// It violates the rule.
    Failed,
    /// It cannot be known.
    Unknown,
    /// It is exempt from the rule.
    Exempt,
    /// The rule does not apply to it.
    NotApplicable,
    /// No event can hold what the rule needs.
    NotEvaluated,
}

/// The reason why a documented default is no fact here.
const NO_DEFAULT: &str = "a hook reads nothing else of the resource";

/// Evaluates a resource by those of the rules that are for its type.
///
/// # Errors
/// Returns [`InvalidEvent::Resource`] if the properties are not those of one resource.
pub(crate) fn evaluate(
    write: &Write,
    properties: &Json,
    (name, has_stack): (&str, bool),
    rules: &[RuleParameters],
    at: DateTime<Utc>,
) -> Result<Vec<RuleResult>, InvalidEvent> {
    let planned = planned(write, &resolved(properties, write.resource_type), name, has_stack)?;
    let for_its_type = rules.iter().filter(|parameters| parameters.rule.resource_type == write.resource_type);
    let takes_exemptions = has_plain_tags(properties);
    let results = for_its_type.map(|parameters| {
        let exemption_tag = parameters.values.exemption_tag.clone().filter(|_| takes_exemptions);
        let values = ParameterValues { exemption_tag, ..parameters.values.clone() };
        result(&planned, &RuleParameters { values, ..parameters.clone() }, at)
    });
    Ok(results.collect())
}

/// Plans the resource as a template with it and nothing else.
fn planned(
    write: &Write,
    properties: &Json,
    name: &str,
    has_stack: bool,
) -> Result<PlannedResource, InvalidEvent> {
    let object = |members: Vec<(&str, Json)>| {
        Json::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    };
    let resource =
        object(vec![("Type", Json::Text(write.type_name.clone())), ("Properties", properties.clone())]);
    let template = Template::from_json(object(vec![("Resources", object(vec![("Resource", resource)]))]));
    // It is not documented that the properties have the tags of the stack.
    let stack_tags = if has_stack { None } else { Some(BTreeMap::new()) };
    let settings = iac::Settings { stack_tags, ..iac::Settings::default() };
    let mut plan = template.plan(&settings).map_err(|_| InvalidEvent::Resource)?;
    let (Some(mut planned), None, true) =
        (plan.resources.pop(), plan.resources.pop(), plan.failures.is_empty())
    else {
        return Err(InvalidEvent::Resource);
    };
    if planned.resource_type != write.resource_type || planned.possibilities.is_empty() {
        return Err(InvalidEvent::Resource);
    }
    // The logical id is given now: in a template it may be a function.
    name.clone_into(&mut planned.id);
    for possibility in &mut planned.possibilities {
        name.clone_into(&mut possibility.item.resource_id);
        possibility.item.resource_name = Some(name.to_owned());
        add_validity(&mut possibility.item);
    }
    Ok(planned)
}

fn result(planned: &PlannedResource, parameters: &RuleParameters, at: DateTime<Utc>) -> RuleResult {
    let RuleParameters { rule, values } = parameters;
    if let Some(what) = not_in_cloudformation(rule) {
        let reason = format!(
            "NOT EVALUATED: CloudFormation cannot set {what} of a certificate, so AWS Config evaluates the rule once the \
             certificate exists"
        );
        return RuleResult { rule, state: State::NotEvaluated, reason, fix: String::new() };
    }
    let verdict = without_defaults(planned, parameters, at)
        .unwrap_or_else(|| rule.evaluate_planned(&planned.possibilities, values, Some(at)));
    let state = state(&verdict);
    let is_bad = matches!(state, State::Failed | State::Unknown);
    let fix = if is_bad { planned.fix(rule, &verdict.finding) } else { String::new() };
    RuleResult { rule, state, reason: verdict.text_with_fix(None), fix }
}

/// Returns the property of a rule in words, if the type does not have it in CloudFormation (CloudFormation Template Reference,
/// `AWS::DMS::Certificate`).
fn not_in_cloudformation(rule: &Rule) -> Option<&'static str> {
    match (rule.resource_type, rule.property.kind, rule.property.path) {
        (ResourceType::Certificate, Kind::Tags, _) => Some("tags"),
        (ResourceType::Certificate, _, "KmsKeyId") => Some("the key"),
        _ => None,
    }
}

/// Returns the verdict on the resource as one of which nothing is known beside its properties, if that is unknown and it
/// would pass by a default of DMS; `None` if no default decides.
fn without_defaults(
    planned: &PlannedResource,
    RuleParameters { rule, values }: &RuleParameters,
    at: DateTime<Utc>,
) -> Option<Verdict> {
    let by_default = rule.evaluate_planned(&planned.possibilities, values, Some(at));
    if by_default.finding.outcome > Outcome::Compliant {
        return None;
    }
    let facts = |facts: &Facts| Facts {
        description: Fact::Unavailable(NO_DEFAULT.to_owned()),
        planned: false,
        ..facts.clone()
    };
    let possibilities: Vec<Possibility> = planned
        .possibilities
        .iter()
        .map(|one| Possibility {
            facts: facts(&one.facts),
            item: without_extra_attributes(&one.item),
            ..one.clone()
        })
        .collect();
    let verdict = rule.evaluate_planned(&possibilities, values, Some(at));
    (verdict.finding.outcome > Outcome::Compliant).then_some(verdict)
}

/// Returns the item with empty extra connection attributes, if it has none: the properties of the event are all that CloudFormation
/// sends to DMS.
fn without_extra_attributes(item: &ConfigurationItem) -> ConfigurationItem {
    let mut item = item.clone();
    if let Configuration::Properties(members) = &mut item.configuration
        && !members.iter().any(|(name, _)| is_same_name(name, EXTRA_ATTRIBUTES))
    {
        members.push((EXTRA_ATTRIBUTES.to_owned(), Json::Text(String::new())));
    }
    item
}

/// The property of an endpoint that holds further settings in one text.
const EXTRA_ATTRIBUTES: &str = "ExtraConnectionAttributes";

fn state(verdict: &Verdict) -> State {
    match verdict.finding.outcome {
        _ if verdict.exemption.is_in_force() && verdict.finding.outcome > Outcome::Compliant => State::Exempt,
        Outcome::Compliant if verdict.compliance_type == ComplianceType::Compliant => State::Passed,
        Outcome::NotApplicable => State::NotApplicable,
        Outcome::Compliant | Outcome::Unknown => State::Unknown,
        Outcome::NonCompliant => State::Failed,
    }
}
