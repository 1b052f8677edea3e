//! The scan of an aggregator of AWS Config: one query. Facts that are not in its items cannot be looked up.

use aws_client::Error;
use aws_client::scan::{AggregatorContent, Caller, FailedSource};
use rule_core::{ConfigurationItem, ErrorKind, Facts, Input, ResourceType, RuleParameters};

use super::event::Event;
use super::plan::Plan;

/// Evaluates everything that an aggregator holds, and reports each step.
///
/// # Errors
/// Returns the error of the query.
pub(crate) async fn scan(
    plan: &Plan,
    caller: &Caller,
    name: &str,
    on: &mut impl FnMut(Event),
) -> Result<(), Error> {
    let region = plan.regions.first().map_or_else(|| caller.region(), String::as_str);
    let (recorded, others): (Vec<_>, Vec<_>) =
        plan.resource_types().into_iter().partition(|resource_type| resource_type.is_recorded());
    if !others.is_empty() {
        let names = names(&others).join(", ");
        on(Event::Note(format!(
            "AWS Config does not record {names}, so no aggregator has them; scan the accounts for those"
        )));
    }
    on(Event::Places(1));
    let AggregatorContent { items, failed_sources } =
        caller.aggregator_content(name, region, &names(&recorded)).await?;
    for (index, text) in items.iter().enumerate() {
        match ConfigurationItem::from_json(text) {
            Ok(item) => evaluate(plan, &item, on),
            Err(error) => on(Event::Failure {
                account_id: None,
                region: None,
                kind: ErrorKind::Internal,
                message: format!("result {} of aggregator {name} cannot be evaluated: {error}", index + 1),
            }),
        }
    }
    for FailedSource { account_id, region, error } in &failed_sources {
        on(Event::failure(Some(account_id), region.as_deref(), error));
    }
    on(Event::PlaceDone {
        account_id: format!("aggregator {name}"),
        region: region.to_owned(),
        resources: items.len(),
    });
    Ok(())
}

fn evaluate(plan: &Plan, item: &ConfigurationItem, on: &mut impl FnMut(Event)) {
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
