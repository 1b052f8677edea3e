//! A run over every resource that exists.
//!
//! Pages are evaluated and put while the next are listed. A second look at the same resource, and the results of
//! resources that are gone, wait until the listing has ended without an error: a run that fails clears nothing.
//! What the recorder calls the resources is listed meanwhile; a page waits for no more of that than it needs.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use futures_util::{StreamExt, TryStreamExt, future, stream};
use rule_core::{ComplianceType, Configuration, ConfigurationItem, Rule, Verdict};
use tokio::sync::{Semaphore, watch};

use crate::aws::{RecordedIds, Session};
use crate::evaluation::Evaluation;
use crate::lookup::{self, Case};
use crate::{ConfigEvent, Error};

/// The most evaluations that one PutEvaluations call takes.
const BATCH_MAXIMUM: usize = 100;

/// Pages whose tags and evaluations are on the wire at once; listing goes on meanwhile.
const PAGES_AT_ONCE: usize = 4;

pub(crate) async fn run(event: &ConfigEvent, session: &Session) -> Result<(), Error> {
    let Some(at) = event.notification_creation_time else {
        return Err(Error::bad_input(
            "the scheduled event has no notificationCreationTime, so its evaluations could not be ordered",
        ));
    };
    let rule = event.rule_parameters.rule;
    let pages = Pages {
        event,
        session,
        rule,
        at,
        ids: Mutex::default(),
        listing: watch::Sender::new(Listing::NotBegun),
        seen: Mutex::default(),
        at_once: Semaphore::new(PAGES_AT_ONCE),
    };
    let (reported, (), held) =
        future::try_join3(pages.report_all(), pages.list_ids(), held_results(event, rule, at, session))
            .await?;

    let mut last = reported.corrections;
    if !event.result_token.is_test_mode() {
        let live: HashSet<&str> = reported.ids.iter().map(String::as_str).collect();
        last.extend(
            held?
                .into_iter()
                .filter(|id| !live.contains(id.as_str()))
                .map(|id| Evaluation::gone(rule.resource_type.name, &id, at)),
        );
    }
    let batches =
        last.chunks(BATCH_MAXIMUM).map(|batch| session.put_evaluations(&event.result_token, batch.to_vec()));
    stream::iter(batches.collect::<Vec<_>>()).buffer_unordered(PAGES_AT_ONCE).try_collect::<()>().await
}

/// The ids of what AWS Config still holds for the rule. A failure here must not keep verdicts from being put: it is told, as
/// the inner result, when they are.
async fn held_results(
    event: &ConfigEvent,
    rule: &Rule,
    at: DateTime<Utc>,
    session: &Session,
) -> Result<Result<Vec<String>, Error>, Error> {
    if event.result_token.is_test_mode() {
        return Ok(Ok(Vec::new())); // nothing is stored, so there is nothing to clear
    }
    let Some(rule_name) = &event.config_rule_name else {
        return Ok(Err(Error::bad_input(
            "every resource was evaluated, but the event has no configRuleName, so the results of deleted ones could not be cleared",
        )));
    };
    Ok(session.stale_results(rule_name, rule.resource_type.name, at).await)
}

struct Pages<'a> {
    event: &'a ConfigEvent,
    session: &'a Session,
    rule: &'static Rule,
    at: DateTime<Utc>,
    ids: Mutex<RecordedIds>,
    /// How far the listing of `ids` has come. It begins with the first resource, so that a Region without any costs no
    /// call.
    listing: watch::Sender<Listing>,
    seen: Mutex<Seen>,
    at_once: Semaphore,
}

#[derive(Clone, Copy, PartialEq)]
enum Listing {
    NotBegun,
    Begun,
    Ended,
}

/// What was put so far.
#[derive(Default)]
struct Seen {
    /// The worst answer for each listed resource.
    worst: HashMap<String, ComplianceType>,
    /// Which listed resource is reported under which id: two must never share one, or one of them would be lost.
    claims: HashMap<String, String>,
}

#[derive(Default)]
struct Reported {
    ids: Vec<String>,
    /// Worse verdicts on resources that were listed twice: put last, so that they stand.
    corrections: Vec<Evaluation>,
}

impl Pages<'_> {
    async fn report_all(&self) -> Result<Reported, Error> {
        let reported = self
            .session
            .resources(self.rule.resource_type, self.at)
            .map_ok(|items| self.report(items))
            .try_buffer_unordered(usize::MAX)
            .try_fold(Reported::default(), |mut all, page| {
                all.ids.extend(page.ids);
                all.corrections.extend(page.corrections);
                future::ok(all)
            })
            .await?;
        self.begin(Listing::Ended); // unless it has begun
        Ok(reported)
    }

    fn begin(&self, listing: Listing) {
        self.listing.send_if_modified(|now| {
            let first = *now == Listing::NotBegun;
            if first {
                *now = listing;
            }
            first
        });
    }

    /// Lists what the recorder calls the resources, once there is one. What AWS Config does not record, nobody else
    /// names.
    async fn list_ids(&self) -> Result<(), Error> {
        let begun = self.listing.subscribe().wait_for(|now| *now != Listing::NotBegun).await.map(|now| *now);
        if matches!(begun, Ok(Listing::Begun)) && self.rule.resource_type.recorded {
            let more = || self.listing.send_modify(|_| {});
            self.session.recorded_ids(self.rule.resource_type.name, &self.ids, more).await?;
        }
        self.listing.send_replace(Listing::Ended);
        Ok(())
    }

    /// Waits until nothing that is still to be listed can change the ids of these.
    async fn named(&self, judged: &[(ConfigurationItem, Verdict)]) -> Result<(), Error> {
        let certain = |now: &Listing| {
            *now == Listing::Ended || {
                let ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
                judged.iter().all(|(item, _)| ids.is_certain_of(item))
            }
        };
        self.listing.subscribe().wait_for(certain).await.map(drop).map_err(|_| closed())
    }

    /// Judges one page and puts it.
    async fn report(&self, items: Vec<ConfigurationItem>) -> Result<Reported, Error> {
        if items.is_empty() {
            return Ok(Reported::default());
        }
        self.begin(Listing::Begun);
        let mut judged = {
            let _turn = self.at_once.acquire().await.map_err(|_| closed())?;
            let cases = items.into_iter().map(Case::listed).collect();
            let judged =
                lookup::verdicts(&self.event.rule_parameters, Some(self.at), cases, self.session).await?;
            judged.into_iter().map(|(case, verdict)| (judged_item(case), verdict)).collect::<Vec<_>>()
        };
        self.named(&judged).await?;
        let _turn = self.at_once.acquire().await.map_err(|_| closed())?;
        // Of two looks on one page only the worse is put at all.
        judged.sort_by_key(|(_, verdict)| std::cmp::Reverse(verdict.compliance_type));
        let mut evaluations = Vec::with_capacity(judged.len());
        let mut corrections = Vec::new();
        for (item, verdict) in judged {
            match self.seen_worst(&item, verdict.compliance_type) {
                None => evaluations.push(self.evaluation(item, &verdict)),
                Some(worst) if verdict.compliance_type > worst => {
                    corrections.push(self.evaluation(item, &verdict));
                }
                Some(_) => {}
            }
        }
        let reported =
            evaluations.iter().map(|evaluation| evaluation.compliance_resource_id.clone()).collect();
        for batch in evaluations.chunks(BATCH_MAXIMUM) {
            self.session.put_evaluations(&self.event.result_token, batch.to_vec()).await?;
        }
        Ok(Reported { ids: reported, corrections })
    }

    /// The worst answer so far for a resource, before this one; none at its first look.
    fn seen_worst(&self, item: &ConfigurationItem, found: ComplianceType) -> Option<ComplianceType> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let before = seen.worst.get(&item.resource_id).copied();
        if before.is_none_or(|before| found > before) {
            seen.worst.insert(item.resource_id.clone(), found);
        }
        before
    }

    /// Under the recorder's id, unless another resource of this run is reported under it already; then under the
    /// resource's own.
    fn evaluation(&self, mut item: ConfigurationItem, verdict: &Verdict) -> Evaluation {
        let recorded = self.ids.lock().unwrap_or_else(PoisonError::into_inner).id_of(&item);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let holder = seen.claims.entry(recorded.clone()).or_insert_with(|| item.resource_id.clone());
        if *holder == item.resource_id {
            item.resource_id = recorded;
        }
        Evaluation::new(&item, verdict)
    }
}

/// Of a judged resource only what names it: many may wait for their ids.
fn judged_item(case: Case) -> ConfigurationItem {
    ConfigurationItem { configuration: Configuration::Absent, ..case.item }
}

fn closed() -> Error {
    Error::internal("the run was closed")
}
