//! The scan of an aggregator of AWS Config: one query, and two for the networks of public instances where they are wanted.
//! Facts that are not in its items cannot be looked up.

use std::collections::BTreeSet;

use aws_client::Error;
use aws_client::scan::{AggregatorContent, AggregatorNetworks, Caller, FailedSource};
use rule_core::{ConfigurationItem, ErrorKind, Fact, Facts, Input, ResourceType, RuleParameters};

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
    let mut open = Vec::new();
    let mut extent = if failed_sources.is_empty() { Extent::Complete } else { Extent::Partial };
    for (index, text) in items.iter().enumerate() {
        match ConfigurationItem::from_json(text) {
            Ok(item) => evaluate(plan, &item, &mut open, on),
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
    for FailedSource { account_id, region, error, .. } in &failed_sources {
        on(Event::failure(Some(account_id), region.as_deref(), error));
    }
    if !open.is_empty() {
        let accounts: BTreeSet<&str> = open.iter().filter_map(|one| one.item.account_id.as_deref()).collect();
        let accounts: Vec<&str> = accounts.into_iter().collect();
        let networks = caller.aggregator_networks(name, region, &accounts).await;
        if let Err(error) = &networks {
            extent = Extent::Partial;
            on(Event::failure(None, None, error));
        }
        for Open { item, parameters: RuleParameters { rule, values } } in open {
            let facts = Facts { reachability: reachability(&item, &networks, &failed_sources), ..facts() };
            let input = Input { item: &item, facts: &facts, parameters: values, at: Some(plan.at) };
            let verdict = rule.evaluate_without_lookups(&input);
            on(Event::Evaluation(Box::new((item, rule, verdict))));
        }
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

/// An instance that a rule evaluates when its network is known.
struct Open<'a> {
    item: ConfigurationItem,
    parameters: &'a RuleParameters,
}

fn facts() -> Facts {
    Facts::unavailable("an aggregator does not have it")
}

/// Evaluates an item by every rule. Those that need the reachability of the item are added to `open` instead.
fn evaluate<'a>(plan: &'a Plan, item: &ConfigurationItem, open: &mut Vec<Open<'a>>, on: &impl Fn(Event)) {
    let facts = Facts { reachability: Fact::NotRead, ..facts() };
    for parameters in &plan.rules {
        let RuleParameters { rule, values } = parameters;
        if rule.applies_to(item) {
            let input = Input { item, facts: &facts, parameters: values, at: Some(plan.at) };
            match rule.evaluate(&input) {
                Ok(verdict) => on(Event::Evaluation(Box::new((item.clone(), rule, verdict)))),
                Err(_) => open.push(Open { item: item.clone(), parameters }),
            }
        }
    }
}

/// Returns what of the Internet reaches an instance. It is evidence, so that an error leaves the instance its verdict.
fn reachability(
    item: &ConfigurationItem,
    networks: &Result<AggregatorNetworks, Error>,
    failed_sources: &[FailedSource],
) -> Fact<String> {
    let place = item.account_id.as_deref().zip(item.aws_region.as_deref());
    match (networks, place) {
        (Err(error), _) => Fact::Unavailable(format!("{} failed ({})", error.operation(), error.kind())),
        (Ok(_), Some((account, region)))
            if failed_sources.iter().any(|one| one.may_hold(account, region)) =>
        {
            Fact::Unavailable("the aggregator did not read that account and Region to the end".to_owned())
        }
        (Ok(networks), _) => networks.line(item),
    }
}

fn names(types: &[ResourceType]) -> Vec<&'static str> {
    types.iter().map(|resource_type| resource_type.name()).collect()
}
