//! `--security-hub`: imports the findings of a scan, each account its own, and archives those whose resource is gone.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;

use aws_client::scan::{Account, SecurityHub};
use aws_client::{Error, Reader};
use futures_util::{StreamExt, TryStreamExt, stream};
use indicatif::ProgressStyle;
use report::asff::{self, Archive};
use report::{Failure, Report, SecurityHubImport};
use rule_core::arn::partition_of_region;
use rule_core::rules::RULES;
use rule_core::{ErrorKind, Rule};
use serde_json::{Value, json};

use crate::terminal::progress_bar;

/// An account, with credentials that work in it, and one of its Regions.
pub(crate) type Place = (Account, String);

/// The cause of the failures of what was not imported, since a signal ended the import.
const INTERRUPTED: &str = "interrupted before its findings were imported into Security Hub";

/// The effect of the import in one account and Region.
#[derive(Debug, Default)]
struct Effect {
    imported: usize,
    archived: usize,
    /// True if AWS Config sends results of these rules too.
    is_twice: bool,
    errors: Vec<Error>,
}

/// Imports the findings of a report, which has its exceptions already, and adds the effect and each failure to it.
///
/// Findings of earlier runs are archived only if the report has no failure: a resource that could not be read is not gone. The
/// finding about the run comes last, so that it states what could not be imported.
pub(crate) async fn import<I: Future<Output = ()> + Clone + Unpin>(
    report: &mut Report,
    places: &[Place],
    at_once: usize,
    interrupted: I,
) {
    let results = asff::result_findings(report);
    let mut failures = without_credentials(results.keys().copied(), places);
    let archives = report.is_complete() && failures.is_empty() && !places.is_empty();
    let effects = in_each(places, at_once, interrupted.clone(), |(account, region)| {
        let findings = results.get(&(account.id(), region.as_str())).cloned().unwrap_or_default();
        let hub = account.security_hub(region);
        let archive = archives.then(|| Archive::new(report, (account.id(), region), &findings));
        async move { import_results(&hub, (account.id(), region), findings, archive.as_ref()).await }
    })
    .await;
    let mut total = SecurityHubImport { archives, ..SecurityHubImport::default() };
    let mut reached = BTreeSet::new();
    for ((account, region), effect) in places.iter().zip(effects) {
        let place = (account.id(), region.as_str());
        add(&mut total, &mut reached, &mut failures, place, effect);
    }
    report.failures.append(&mut failures);
    let runs: BTreeMap<(String, String), Value> = asff::run_findings(report)
        .into_iter()
        .map(|((account, region), finding)| ((account.to_owned(), region.to_owned()), finding))
        .collect();
    let effects = in_each(places, at_once, interrupted, |(account, region)| {
        let finding = runs.get(&(account.id().to_owned(), region.clone())).cloned();
        let hub = account.security_hub(region);
        async move {
            let mut effect = Effect::default();
            let findings: Vec<Value> = finding.into_iter().collect();
            effect.imported += import_all(&hub, findings, &mut effect.errors).await;
            effect
        }
    })
    .await;
    for ((account, region), effect) in places.iter().zip(effects) {
        let mut failures = Vec::new();
        add(&mut total, &mut reached, &mut failures, (account.id(), region.as_str()), effect);
        // What keeps the results from a place mostly keeps the finding about the run from it too.
        failures.retain(|one| !is_known(&report.failures, one));
        report.failures.append(&mut failures);
    }
    total.places = reached.len();
    report.failures.sort_by(|a, b| a.source.cmp(&b.source));
    report.security_hub = Some(total);
}

/// Adds the effect in a place to the total; `None` for one that was interrupted.
fn add<'a>(
    total: &mut SecurityHubImport,
    reached: &mut BTreeSet<(&'a str, &'a str)>,
    failures: &mut Vec<Failure>,
    place: (&'a str, &'a str),
    effect: Option<Effect>,
) {
    let Some(Effect { imported, archived, is_twice, errors }) = effect else {
        failures.push(own_failure(place, INTERRUPTED.to_owned(), "run the scan again"));
        return;
    };
    total.imported += imported;
    total.archived += archived;
    if imported + archived > 0 {
        reached.insert(place);
    }
    if is_twice {
        total.twice.push(name(place));
    }
    failures.extend(errors.iter().map(|error| Failure {
        kind: error.kind(),
        message: error.to_string(),
        cause: error.without_request(),
        ..own_failure(place, String::new(), &error.next_step(Reader::Person))
    }));
}

/// Does something in each place, some at once. A place that was not done when the signal came has `None`.
async fn in_each<'a, T, F: Future<Output = T>>(
    places: &'a [Place],
    at_once: usize,
    mut interrupted: impl Future<Output = ()> + Unpin,
    act: impl Fn(&'a Place) -> F,
) -> Vec<Option<T>> {
    let mut done: Vec<Option<T>> = places.iter().map(|_| None).collect();
    let acts = places.iter().enumerate().map(|(index, place)| {
        let act = act(place);
        async move { (index, act.await) }
    });
    let mut acts = stream::iter(acts).buffer_unordered(at_once);
    let bar = progress_bar(Some(places.len() as u64));
    if let Ok(style) = ProgressStyle::with_template("{pos}/{len} imports into Security Hub {wide_bar}") {
        bar.set_style(style);
    }
    loop {
        let next = tokio::select! {
            biased;
            () = &mut interrupted => None,
            next = acts.next() => next,
        };
        let Some((index, result)) = next else { break };
        bar.inc(1);
        if let Some(place) = done.get_mut(index) {
            *place = Some(result);
        }
    }
    bar.finish_and_clear();
    done
}

/// Imports the findings about the results in a place. With an archive, and if all were accepted, archives those that are gone
/// and finds out if AWS Config sends the same.
async fn import_results(
    hub: &SecurityHub,
    place: (&str, &str),
    findings: Vec<Value>,
    archive: Option<&Archive>,
) -> Effect {
    let mut effect = Effect::default();
    effect.imported = import_all(hub, findings, &mut effect.errors).await;
    let Some(archive) = archive.filter(|_| effect.errors.is_empty()) else { return effect };
    match gone(hub, archive).await {
        Ok(gone) => effect.archived = import_all(hub, gone, &mut effect.errors).await,
        Err(error) => {
            effect.errors.push(error);
            return effect;
        }
    }
    match is_sent_by_config(hub, place).await {
        Ok(is_twice) => effect.is_twice = is_twice,
        Err(error) => effect.errors.push(error),
    }
    effect
}

/// Imports findings in batches, and returns the number that was accepted. After a batch that was not sent, no other is.
async fn import_all(hub: &SecurityHub, findings: Vec<Value>, errors: &mut Vec<Error>) -> usize {
    let mut accepted = 0;
    for batch in asff::split(findings) {
        let import = hub.import(&batch).await;
        accepted += import.accepted;
        if let Some(error) = import.error {
            let is_sent = import.accepted > 0;
            errors.push(error);
            if !is_sent {
                break;
            }
        }
    }
    accepted
}

/// Lists what is archived: nothing unless the listing ended.
async fn gone(hub: &SecurityHub, archive: &Archive) -> Result<Vec<Value>, Error> {
    let filters = archive.filters();
    let stored: Vec<Vec<Value>> = hub.findings(&filters).try_collect().await?;
    Ok(stored.iter().flatten().filter_map(|stored| archive.archived(stored)).collect())
}

/// Returns true if AWS Config sends results of a rule with the name of one of these.
///
/// The title of such a finding is the name of the rule in AWS Config ("AWS service integrations with Security Hub" in the user
/// guide of Security Hub).
async fn is_sent_by_config(hub: &SecurityHub, (account, region): (&str, &str)) -> Result<bool, Error> {
    let product = format!("arn:{}:securityhub:{region}::product/aws/config", partition_of_region(region));
    let one = |value: &str| json!([{ "Value": value, "Comparison": "EQUALS" }]);
    let filters = json!({
        "ProductArn": one(&product),
        "AwsAccountId": one(account),
        "RecordState": one("ACTIVE"),
        "Title": [{ "Value": "dms-", "Comparison": "PREFIX" }],
    });
    let is_rule = |title: &str| RULES.iter().any(|Rule { identifier, .. }| title.starts_with(identifier));
    let is_same = |finding: &Value| {
        let text = |name: &str| finding.get(name).and_then(Value::as_str);
        text("ProductArn") == Some(&product)
            && text("AwsAccountId") == Some(account)
            && text("Title").is_some_and(is_rule)
    };
    let mut pages = std::pin::pin!(hub.findings(&filters));
    while let Some(page) = pages.try_next().await? {
        if page.iter().any(is_same) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns a failure for each place of findings in which the scan was not. It is about every place: which one listed the
/// resource is not known.
fn without_credentials<'a>(
    found: impl Iterator<Item = (&'a str, &'a str)>,
    places: &[Place],
) -> Vec<Failure> {
    let is_entered = |place: &(&str, &str)| {
        places.iter().any(|(account, region)| (account.id(), region.as_str()) == *place)
    };
    let message = "its findings are not imported into Security Hub: the scan has no credentials there";
    found
        .filter(|place| !is_entered(place))
        .map(|place| Failure {
            account_id: None,
            region: None,
            ..own_failure(place, message.to_owned(), "check the ARNs of its resources")
        })
        .collect()
}

fn own_failure(place: (&str, &str), message: String, next: &str) -> Failure {
    Failure {
        source: name(place),
        kind: ErrorKind::Internal,
        cause: message.clone(),
        message,
        next: Some(next.to_owned()),
        account_id: Some(place.0.to_owned()),
        region: Some(place.1.to_owned()),
    }
}

/// Returns true if the failures have one in the same place for the same cause.
fn is_known(failures: &[Failure], one: &Failure) -> bool {
    failures.iter().any(|known| known.source == one.source && known.cause == one.cause)
}

fn name((account, region): (&str, &str)) -> String {
    format!("{account} {region}")
}
