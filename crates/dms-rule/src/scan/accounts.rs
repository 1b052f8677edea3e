//! The scan of accounts and Regions.
//!
//! Accounts and Regions are scanned at the same time, up to a bound; within one of them a call follows the
//! other. DMS accepts 200 calls at once and 8 a second after that, for each account and Region (AWS DMS user
//! guide, "Quotas for AWS Database Migration Service"), and a scan makes some tens there.

use aws_client::scan::{Account, Caller};
use aws_client::{Error, ItemWithFacts, Session};
use futures_util::{StreamExt, TryStreamExt, stream};
use rule_core::ResourceType;

use super::event::Event;
use super::plan::{Accounts, Plan};

/// Scans every account and Region of the plan, and reports each step.
///
/// # Errors
/// Returns the error of `ListAccounts`. Each later failure is an [`Event::Failure`].
pub(crate) async fn scan(plan: &Plan, caller: &Caller, on: &mut impl FnMut(Event)) -> Result<(), Error> {
    let ids = match &plan.accounts {
        Accounts::Own => vec![caller.account_id().to_owned()],
        Accounts::Listed(ids) => ids.clone(),
        Accounts::Organization => {
            let organization = caller.organization().await?;
            if !organization.inactive.is_empty() {
                let inactive = organization.inactive.join(", ");
                on(Event::Note(format!("not scanned, since not active: {inactive}")));
            }
            organization.active
        }
    };
    let mut places: Vec<(Account, String)> = Vec::new();
    let mut accounts = stream::iter(ids)
        .map(|id| async move { (places_of(plan, caller, &id).await, id) })
        .buffered(plan.at_once);
    while let Some((found, id)) = accounts.next().await {
        match found {
            Ok(found) => places.extend(found),
            Err(error) => on(Event::failure(Some(&id), None, &error)),
        }
    }
    on(Event::Places(places.len()));
    let mut scans = stream::iter(places)
        .map(|(account, region)| async move { scan_place(plan, caller, &account, &region).await })
        .buffer_unordered(plan.at_once);
    while let Some(events) = scans.next().await {
        events.into_iter().for_each(&mut *on);
    }
    Ok(())
}

/// Lists the Regions of an account to scan.
async fn places_of(plan: &Plan, caller: &Caller, id: &str) -> Result<Vec<(Account, String)>, Error> {
    let account = caller.account(id, plan.role_name.as_deref()).await?;
    let regions =
        if plan.regions.is_empty() { caller.regions(&account).await? } else { plan.regions.clone() };
    Ok(regions.into_iter().map(|region| (account.clone(), region)).collect())
}

/// Scans one Region of an account: lists each type once for all its rules.
async fn scan_place(plan: &Plan, caller: &Caller, account: &Account, region: &str) -> Vec<Event> {
    let session = caller.session(account, region);
    let mut events = Vec::new();
    let mut resources = 0;
    let failure = |error: &Error| Event::failure(Some(account.id()), Some(region), error);
    for resource_type in plan.resource_types() {
        let (mut items, error) = list(plan, &session, resource_type).await;
        events.extend(error.iter().map(failure));
        resources += items.len();
        for parameters in plan.rules_on(resource_type) {
            let rule = parameters.rule;
            match session.evaluate(parameters, Some(plan.at), items.clone()).await {
                Ok(evaluated) => {
                    items.clear(); // the next rule reuses the facts that were looked up for this one
                    for (item, verdict) in evaluated {
                        events.push(Event::Evaluation(Box::new((item.item.clone(), rule, verdict))));
                        items.push(item);
                    }
                }
                Err(error) => {
                    let mut event = failure(&error);
                    if let Event::Failure { message, .. } = &mut event {
                        *message = format!("{}: {message}", rule.identifier);
                    }
                    events.push(event);
                }
            }
        }
    }
    if let Err(error) = session.finish() {
        events.push(failure(&error));
    }
    events.push(Event::PlaceDone {
        account_id: account.id().to_owned(),
        region: region.to_owned(),
        resources,
    });
    events
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
