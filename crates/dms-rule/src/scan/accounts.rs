//! The scan of accounts and Regions.
//!
//! Accounts and Regions are scanned at the same time, up to a bound; within one of them a call follows the
//! other. DMS accepts 200 calls at once and 8 a second after that, for each account and Region (AWS DMS user
//! guide, "Quotas for AWS Database Migration Service"), and a scan makes some tens there.

use std::collections::BTreeMap;

use aws_client::scan::{Account, Caller, Organization};
use aws_client::{Cause, Error, ItemWithFacts, Session};
use futures_util::{StreamExt, TryStreamExt, stream};
use report::Role;
use rule_core::ResourceType;

use super::event::{Event, Extent};
use super::plan::{Accounts, Plan};
use super::regions;

/// The accounts and Regions of a plan.
#[derive(Debug)]
pub(crate) struct Places {
    /// Each account with each of its Regions.
    pub(crate) entered: Vec<(Account, String)>,
    /// The accounts that could not be entered, each with the error.
    pub(crate) failed: Vec<(String, Error)>,
}

/// Enters each account of the plan and lists its Regions. Reports the names of accounts and, with `None`, why there is nothing
/// to read.
///
/// # Errors
/// Returns the error of the listing of accounts.
pub(crate) async fn places(
    plan: &Plan,
    caller: &Caller,
    on: &impl Fn(Event),
) -> Result<Option<Places>, Error> {
    let is_own_account = plan.accounts == Accounts::Own;
    if !regions::check(caller, &plan.regions, &plan.excluded_regions, is_own_account, on).await {
        return Ok(None);
    }
    let ids = account_ids(plan, caller, on).await?;
    if ids.is_empty() {
        on(no_accounts(plan));
        return Ok(None);
    }
    let mut places = Places { entered: Vec::new(), failed: Vec::new() };
    let mut accounts = stream::iter(ids)
        .map(|id| async move { (places_of(plan, caller, &id).await, id) })
        .buffered(plan.at_once);
    while let Some((found, id)) = accounts.next().await {
        match found {
            Ok(found) => places.entered.extend(found),
            Err(error) => places.failed.push((id, error)),
        }
    }
    if places.entered.is_empty() && places.failed.is_empty() {
        on(Event::refused(
            "no Region is left: --exclude-region names all of them".to_owned(),
            "leave out fewer Regions".to_owned(),
        ));
        return Ok(None);
    }
    Ok(Some(places))
}

/// Scans every account and Region of the plan, and reports each step as it is done.
///
/// Returns the accounts, with their credentials, and Regions that were entered.
///
/// # Errors
/// Returns the error of the listing of accounts. Each later failure is an [`Event::Failure`].
pub(crate) async fn scan(
    plan: &Plan,
    caller: &Caller,
    on: &impl Fn(Event),
) -> Result<Vec<(Account, String)>, Error> {
    let Some(Places { entered: places, failed }) = places(plan, caller, on).await? else {
        return Ok(Vec::new());
    };
    failed.iter().for_each(|(id, error)| on(Event::failure(Some(id), None, error)));
    let role = |account: &Account| {
        let arn = account.role_arn()?.to_owned();
        Some((account.id().to_owned(), Role { arn, external_id: caller.external_id().map(str::to_owned) }))
    };
    on(Event::Roles(places.iter().filter_map(|(account, _)| role(account)).collect()));
    on(Event::Places {
        places: places.iter().map(|(account, region)| (account.id().to_owned(), region.clone())).collect(),
        listings: plan.resource_types().len(),
    });
    stream::iter(&places)
        .map(|(account, region)| async move { scan_place(plan, caller, account, region, on).await })
        .buffer_unordered(plan.at_once)
        .collect::<()>()
        .await;
    Ok(places)
}

/// Lists the ids of the accounts to scan, and reports the names that AWS Organizations has for them.
async fn account_ids(plan: &Plan, caller: &Caller, on: &impl Fn(Event)) -> Result<Vec<String>, Error> {
    let Organization { active, inactive, names } = match &plan.accounts {
        Accounts::Own => of_ids(vec![caller.account_id().to_owned()]),
        Accounts::Listed(ids) => of_ids(ids.clone()),
        Accounts::Organization => caller.organization().await?,
        Accounts::Units(ids) => caller.organizational_units(ids).await?,
    };
    let is_excluded = |id: &String| plan.excluded_accounts.contains(id);
    let inactive: Vec<String> = inactive.into_iter().filter(|id| !is_excluded(id)).collect();
    if !inactive.is_empty() {
        on(Event::Note(format!("left out, since not active: {}", inactive.join(", "))));
    }
    let ids: Vec<String> = active.into_iter().filter(|id| !is_excluded(id)).collect();
    let scanned: BTreeMap<String, String> = names.into_iter().filter(|(id, _)| ids.contains(id)).collect();
    on(Event::AccountNames(scanned));
    Ok(ids)
}

fn of_ids(active: Vec<String>) -> Organization {
    Organization { active, ..Organization::default() }
}

/// Reports that there is no account to scan.
fn no_accounts(plan: &Plan) -> Event {
    let (message, next) = if plan.excluded_accounts.is_empty() {
        (
            "AWS Organizations lists no active account",
            "check the organizational unit, or name accounts with --accounts",
        )
    } else {
        ("no account is left: --exclude-account names all of them", "leave out fewer accounts")
    };
    Event::refused(message.to_owned(), next.to_owned())
}

/// Lists the Regions of an account to scan.
async fn places_of(plan: &Plan, caller: &Caller, id: &str) -> Result<Vec<(Account, String)>, Error> {
    let account = caller.account(id, plan.role_name.as_deref()).await?;
    let regions =
        if plan.regions.is_empty() { caller.regions(&account).await? } else { plan.regions.clone() };
    let is_included = |region: &String| !plan.excluded_regions.contains(region);
    Ok(regions.into_iter().filter(is_included).map(|region| (account.clone(), region)).collect())
}

/// Scans one Region of an account: lists each type once for all its rules.
async fn scan_place(plan: &Plan, caller: &Caller, account: &Account, region: &str, on: &impl Fn(Event)) {
    let session = caller.session(account, region);
    let (mut resources, mut failed_listings, mut has_failed) = (0, 0, false);
    let failure = |error: &Error| Event::failure(Some(account.id()), Some(region), error);
    let types = plan.resource_types();
    for (index, &resource_type) in types.iter().enumerate() {
        let (mut items, error) = list(plan, &session, resource_type).await;
        let is_unreachable =
            error.as_ref().is_some_and(|error| matches!(error.cause(), Cause::NoConnection(_)));
        if let Some(error) = error {
            failed_listings += usize::from(items.is_empty());
            has_failed = true;
            let mut event = failure(&error);
            if let (true, Event::Failure { message, .. }) = (is_unreachable, &mut event) {
                *message = format!("{message}; no further type was listed there");
            }
            on(event);
        }
        resources += items.len();
        on(Event::Listed(items.len()));
        for parameters in plan.rules_on(resource_type) {
            let rule = parameters.rule;
            match session.evaluate(parameters, Some(plan.at), items.clone()).await {
                Ok(evaluated) => {
                    items.clear(); // the next rule reuses the facts that were looked up for this one
                    for (item, verdict) in evaluated {
                        on(Event::Evaluation(Box::new((item.item.clone(), rule, verdict))));
                        items.push(item);
                    }
                }
                Err(error) => {
                    has_failed = true;
                    let mut event = failure(&error);
                    if let Event::Failure { message, .. } = &mut event {
                        *message = format!("{}: {message}", rule.identifier);
                    }
                    on(event);
                }
            }
        }
        // The connection to the same endpoint was tried ten times. The failure is about all types that are left.
        if is_unreachable {
            let left = types.len() - index - 1;
            failed_listings += left;
            (0..left).for_each(|_| on(Event::Listed(0)));
            break;
        }
    }
    if let Err(error) = session.finish() {
        has_failed = true;
        on(failure(&error));
    }
    let extent = match (has_failed, failed_listings == types.len()) {
        (_, true) => Extent::Nothing,
        (true, false) => Extent::Partial,
        (false, false) => Extent::Complete,
    };
    on(Event::PlaceDone {
        account_id: account.id().to_owned(),
        region: region.to_owned(),
        resources,
        extent,
    });
}

/// Lists the resources of a type, and returns the error that ended the listing: what was listed before is
/// evaluated all the same.
async fn list(
    plan: &Plan,
    session: &Session,
    resource_type: ResourceType,
) -> (Vec<ItemWithFacts>, Option<Error>) {
    let mut listed = Vec::new();
    let items = |page| session.items(resource_type, &page, plan.at);
    let mut pages = Box::pin(session.resources(resource_type).map(|page| page.and_then(items)));
    loop {
        match pages.try_next().await {
            Ok(Some(items)) => listed.extend(items.into_iter().map(ItemWithFacts::listed)),
            Ok(None) => return (listed, None),
            Err(error) => return (listed, Some(error)),
        }
    }
}
