//! The scan of an aggregator of AWS Config: one query. Facts that are not in its items cannot be looked up.

use aws_client::Error;
use aws_client::scan::{AggregatorContent, Caller, FailedSource};
use rule_core::{ConfigurationItem, ErrorKind, Facts, Input, ResourceType, RuleParameters};

use super::event::{Event, Extent};
use super::plan::Plan;
use super::regions;

/// The reason why rules are not evaluated by what an aggregator holds.
const NOT_RECORDED: &str =
    "AWS Config does not record the type, so no aggregator holds it; scan the accounts without --aggregator";

/// Evaluates everything that an aggregator holds, and reports each step.
///
/// # Errors
/// Returns the error of the query.
pub(crate) async fn scan(plan: &Plan, caller: &Caller, name: &str, on: &impl Fn(Event)) -> Result<(), Error> {
    if !regions::check(caller, &plan.regions, &[], true, on).await {
        return Ok(());
    }
    let region = plan.regions.first().map_or_else(|| caller.region(), String::as_str);
    let (recorded, others): (Vec<_>, Vec<_>) =
        plan.resource_types().into_iter().partition(|resource_type| resource_type.is_recorded());
    for RuleParameters { rule, .. } in others.iter().flat_map(|&resource_type| plan.rules_on(resource_type)) {
        on(Event::NotEvaluated { rule, reason: NOT_RECORDED });
    }
    if recorded.is_empty() {
        on(Event::refused(
            format!("AWS Config does not record {}, so no aggregator holds it", names(&others).join(", ")),
            "scan the accounts without --aggregator".to_owned(),
        ));
        return Ok(());
    }
    let aggregator = format!("aggregator {name}");
    on(Event::Places { places: vec![(aggregator.clone(), region.to_owned())], listings: 1 });
    let AggregatorContent { items, failed_sources } =
        caller.aggregator_content(name, region, &names(&recorded)).await?;
    let mut extent = if failed_sources.is_empty() { Extent::Complete } else { Extent::Partial };
    for (index, text) in items.iter().enumerate() {
        match ConfigurationItem::from_json(text) {
            Ok(item) => evaluate(plan, &item, on),
            Err(error) => {
                extent = Extent::Partial;
                on(Event::Failure {
                    account_id: None,
                    region: None,
                    kind: ErrorKind::Internal,
                    message: format!("result {} of {aggregator} cannot be evaluated: {error}", index + 1),
                    cause: format!("a result of {aggregator} cannot be evaluated: {error}"),
                    next: None,
                });
            }
        }
    }
    for FailedSource { account_id, region, error } in &failed_sources {
        on(Event::failure(Some(account_id), region.as_deref(), error));
    }
    on(Event::Listed(items.len()));
    on(Event::PlaceDone {
        account_id: aggregator,
        region: region.to_owned(),
        resources: items.len(),
        extent,
    });
    Ok(())
}

fn evaluate(plan: &Plan, item: &ConfigurationItem, on: &impl Fn(Event)) {
    let facts = Facts::unavailable("an aggregator does not have it");
    for RuleParameters { rule, values } in &plan.rules {
        if rule.applies_to(item) {
            let input = Input { item, facts: &facts, parameters: values, at: Some(plan.at) };
            let verdict = rule.evaluate_without_lookups(&input);
            on(Event::Evaluation(Box::new((item.clone(), rule, verdict))));
        }
    }
}

fn names(types: &[ResourceType]) -> Vec<&'static str> {
    types.iter().map(|resource_type| resource_type.name()).collect()
}
