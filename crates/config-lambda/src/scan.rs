//! The rules over what exists now: every account and Region that a person can look at.
//!
//! Accounts and Regions are asked at once, up to a bound; within one of them a call follows the other. DMS takes 200
//! calls at once and 8 a second after that, for each account and Region, and a scan makes some tens there.

use chrono::{DateTime, Utc};
use futures_util::{StreamExt, TryStreamExt, stream};
use rule_core::{ConfigurationItem, Facts, Input, ResourceType, Rule, RuleParameters, Verdict};

use crate::aws::{Aggregated, Live, Member};
use crate::lookup::{self, Case};
use crate::{Error, ErrorKind};

/// What to look at, and with what.
#[derive(Debug)]
pub struct Scan {
    /// The rules.
    pub rules: Vec<RuleParameters>,
    /// By which exemptions and certificates are judged.
    pub at: DateTime<Utc>,
    /// The profile of the AWS CLI; none: its default.
    pub profile: Option<String>,
    /// Which accounts.
    pub accounts: Accounts,
    /// The role to assume in each account but one's own.
    pub role_name: Option<String>,
    /// These Regions; none: all that are enabled.
    pub regions: Vec<String>,
    /// Ask this aggregator of AWS Config instead.
    pub aggregator: Option<String>,
    /// Accounts and Regions that are looked at together.
    pub at_once: usize,
}

/// Which accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accounts {
    /// That of the credentials.
    Own,
    /// Those with these ids.
    These(Vec<String>),
    /// All active ones of the organization.
    Organization,
}

/// What a scan tells while it goes on.
#[derive(Debug)]
pub enum Seen {
    /// How many accounts × Regions there are to look at.
    Places(usize),
    /// A verdict.
    Judged(Box<(ConfigurationItem, &'static Rule, Verdict)>),
    /// One account and Region is done.
    Place {
        /// The account, or the aggregator.
        account_id: String,
        /// The Region.
        region: String,
        /// How many resources were found.
        resources: usize,
    },
    /// Something could not be asked: what it is about is missing from the results.
    Failed {
        /// The account, if it is about one.
        account_id: Option<String>,
        /// The Region, if it is about one.
        region: Option<String>,
        /// Who must act.
        kind: ErrorKind,
        /// What was tried, what AWS said, what to do.
        message: String,
    },
    /// Something to know that is no failure.
    Note(String),
}

fn failed(account_id: Option<&str>, region: Option<&str>, error: &Error) -> Seen {
    // The words are the function's; here a person runs it.
    let message = error
        .to_string()
        .replace("Lambda invokes again", "run the scan again")
        .replace("the role that the function works with", "the role that the scan works with")
        .replace("the account of the rule", "that account")
        .replace("this function's role, which needs", "your credentials, which need")
        .replace("the rule parameter ExecutionRoleName", "--role-name")
        .replace("raise the function's timeout or the rule's interval", "scan fewer accounts at once");
    let message = if message.starts_with("ListRegions") && error.kind() == ErrorKind::Denied {
        format!("{message}, or name the Regions with --region")
    } else {
        message
    };
    Seen::Failed {
        account_id: account_id.map(str::to_owned),
        region: region.map(str::to_owned),
        kind: error.kind(),
        message,
    }
}

/// Looks at everything and tells what it sees.
///
/// # Errors
/// It could not begin: no credentials, no organization, no aggregator. What fails later is [`Seen::Failed`].
pub async fn run(scan: &Scan, mut on: impl FnMut(Seen)) -> Result<(), Error> {
    let live = Live::load(scan.profile.as_deref()).await?;
    if let Some(name) = &scan.aggregator {
        return aggregator(scan, &live, name, &mut on).await;
    }
    let ids = match &scan.accounts {
        Accounts::Own => vec![live.own.clone()],
        Accounts::These(ids) => ids.clone(),
        Accounts::Organization => {
            let (active, others) = live.organization().await?;
            if !others.is_empty() {
                on(Seen::Note(format!("not scanned, since not active: {}", others.join(", "))));
            }
            active
        }
    };
    let mut places: Vec<(Member, String)> = Vec::new();
    let live = &live;
    let mut members = stream::iter(ids)
        .map(|id| async move {
            let places = async {
                let member = live.member(&id, scan.role_name.as_deref()).await?;
                let regions =
                    if scan.regions.is_empty() { live.regions(&member).await? } else { scan.regions.clone() };
                Ok::<_, Error>(regions.into_iter().map(|region| (member.clone(), region)).collect::<Vec<_>>())
            };
            (places.await, id)
        })
        .buffered(scan.at_once);
    while let Some((found, id)) = members.next().await {
        match found {
            Ok(found) => places.extend(found),
            Err(error) => on(failed(Some(&id), None, &error)),
        }
    }
    on(Seen::Places(places.len()));
    let mut looks = stream::iter(places)
        .map(|(member, region)| async move { look(scan, live, &member, &region).await })
        .buffer_unordered(scan.at_once);
    while let Some(seen) = looks.next().await {
        seen.into_iter().for_each(&mut on);
    }
    Ok(())
}

/// The types that the rules need, each once.
fn types(scan: &Scan) -> Vec<&'static ResourceType> {
    let mut types: Vec<&ResourceType> = Vec::new();
    for parameters in &scan.rules {
        if !types.iter().any(|known| known.name == parameters.rule.resource_type.name) {
            types.push(parameters.rule.resource_type);
        }
    }
    types
}

/// One account in one Region: each type is listed once, for all its rules.
async fn look(scan: &Scan, live: &Live, member: &Member, region: &str) -> Vec<Seen> {
    let account_id = &member.account_id;
    let session = live.session(member, region);
    let mut seen = Vec::new();
    let mut resources = 0;
    let place = |error: &Error| failed(Some(account_id), Some(region), error);
    for of in types(scan) {
        let mut cases: Vec<Case> = Vec::new();
        {
            let read = |page| session.items(of, &page, scan.at);
            let mut pages = Box::pin(session.pages(of).map(|page| page.and_then(read)));
            // What was listed before a page failed is judged all the same.
            loop {
                match pages.try_next().await {
                    Ok(Some(items)) => cases.extend(items.into_iter().map(Case::listed)),
                    Ok(None) => break,
                    Err(error) => {
                        seen.push(place(&error));
                        break;
                    }
                }
            }
        }
        resources += cases.len();
        for parameters in scan.rules.iter().filter(|parameters| parameters.rule.resource_type.name == of.name)
        {
            // What was looked up for one rule serves the next.
            let given = cases
                .iter()
                .map(|case| Case { item: case.item.clone(), facts: case.facts.clone() })
                .collect();
            match lookup::verdicts(parameters, Some(scan.at), given, &session).await {
                Ok(judged) => {
                    cases.clear();
                    for (case, verdict) in judged {
                        seen.push(Seen::Judged(Box::new((case.item.clone(), parameters.rule, verdict))));
                        cases.push(case);
                    }
                }
                Err(error) => {
                    let error = Error::new(error.kind(), format!("{}: {error}", parameters.rule.identifier));
                    seen.push(place(&error));
                }
            }
        }
    }
    if let Err(error) = session.end() {
        seen.push(place(&error));
    }
    seen.push(Seen::Place { account_id: account_id.clone(), region: region.to_owned(), resources });
    seen
}

/// What AWS Config gathered, in one query; nothing more can be looked up.
async fn aggregator(scan: &Scan, live: &Live, name: &str, on: &mut impl FnMut(Seen)) -> Result<(), Error> {
    let region = scan.regions.first().cloned().unwrap_or_else(|| live.region());
    let (recorded, others): (Vec<_>, Vec<_>) = types(scan).into_iter().partition(|of| of.recorded);
    if !others.is_empty() {
        let names: Vec<_> = others.iter().map(|of| of.name).collect();
        on(Seen::Note(format!(
            "AWS Config does not record {}, so no aggregator holds them; scan the accounts for those",
            names.join(", ")
        )));
    }
    on(Seen::Places(1));
    let types: Vec<&str> = recorded.iter().map(|of| of.name).collect();
    let Aggregated { results, stale } = live.aggregated(name, &region, &types).await?;
    let facts = Facts::unavailable("an aggregator does not tell it");
    let resources = results.len();
    for (number, text) in results.iter().enumerate() {
        let item = match ConfigurationItem::from_json(text) {
            Ok(item) => item,
            Err(why) => {
                let why = format!("result {} of aggregator {name} cannot be judged: {why}", number + 1);
                on(failed(None, None, &Error::internal(why)));
                continue;
            }
        };
        for parameters in scan.rules.iter().filter(|parameters| parameters.rule.judges(&item)) {
            let input = Input { item: &item, facts: &facts, parameters, at: Some(scan.at) };
            match parameters.rule.evaluate(&input) {
                Ok(verdict) => on(Seen::Judged(Box::new((item.clone(), parameters.rule, verdict)))),
                Err(lookup) => {
                    let why = format!("{}: {lookup:?} was asked for", parameters.rule.identifier);
                    on(failed(item.account_id.as_deref(), item.aws_region.as_deref(), &Error::internal(why)));
                }
            }
        }
    }
    for (account_id, source, why) in stale {
        let why = Error::internal(format!(
            "aggregator {name} could not read this source to the end ({why}): its items may be old or missing. Next: look at the aggregator's sources in AWS Config"
        ));
        on(failed(Some(&account_id), Some(source.as_str()).filter(|source| !source.is_empty()), &why));
    }
    on(Seen::Place { account_id: format!("aggregator {name}"), region, resources });
    Ok(())
}
