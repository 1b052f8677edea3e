//! A run over every resource that exists.
//!
//! Pages are evaluated and put while the next are listed. A second look at the same resource, and the results of
//! resources that are gone, wait until the listing has ended without an error: a run that fails clears nothing.
//! What the recorder calls the resources is listed meanwhile; a page waits for no more of that than it needs.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use futures_util::{StreamExt, TryStreamExt, future, stream};
use rule_core::{ComplianceType, Configuration, ConfigurationItem, Rule, Verdict};
use tokio::sync::{Semaphore, watch};

use crate::aws::{Page, RecordedIds, Session};
use crate::evaluation::Evaluation;
use crate::fingerprint::{Fingerprint, Fingerprints};
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
    let (corrections, (), held) =
        future::try_join3(pages.report_all(), pages.list_ids(), pages.held_results()).await?;

    let mut last = corrections;
    // Of several the worst: one call takes an id once.
    last.sort_by_key(|evaluation| std::cmp::Reverse(evaluation.compliance_type));
    let mut corrected = HashSet::new();
    last.retain(|evaluation| corrected.insert(evaluation.compliance_resource_id.clone()));
    let gone = held?.into_iter().filter(|id| !pages.is_live(id));
    last.extend(gone.map(|id| Evaluation::gone(rule.resource_type.name, &id, at)));
    let batches =
        last.chunks(BATCH_MAXIMUM).map(|batch| session.put_evaluations(&event.result_token, batch.to_vec()));
    stream::iter(batches.collect::<Vec<_>>()).buffer_unordered(PAGES_AT_ONCE).try_collect::<()>().await
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

/// What was put so far; ids by their fingerprints.
#[derive(Default)]
struct Seen {
    fingerprints: Fingerprints,
    /// The worst answer under each id that something was put under.
    worst: HashMap<Fingerprint, ComplianceType>,
    /// Of resources that are not put under their own id, the id; settled at the first look.
    elsewhere: HashMap<Fingerprint, Box<str>>,
}

impl Seen {
    /// The id that a resource is put under, at every look: the recorder's, unless another resource of this run is put
    /// under that already; then its own. Where that is taken too, the two share it, and the worse answer stands.
    fn id_of(&mut self, own: &str, recorded: String) -> String {
        let resource = self.fingerprints.of(own);
        if let Some(id) = self.elsewhere.get(&resource) {
            return id.to_string();
        }
        let wanted = self.fingerprints.of(&recorded);
        if self.worst.contains_key(&resource) || self.worst.contains_key(&wanted) {
            return own.to_owned();
        }
        if wanted != resource {
            self.elsewhere.insert(resource, recorded.as_str().into());
        }
        recorded
    }

    /// The worst answer under an id before this one; none at the first.
    fn worst_before(&mut self, id: &str, found: ComplianceType) -> Option<ComplianceType> {
        let id = self.fingerprints.of(id);
        let before = self.worst.get(&id).copied();
        self.worst.insert(id, before.map_or(found, |before| before.max(found)));
        before
    }
}

impl Pages<'_> {
    /// Judges and puts every page. What comes back is to be put last, so that it stands: worse verdicts on resources
    /// that were listed twice.
    async fn report_all(&self) -> Result<Vec<Evaluation>, Error> {
        let corrections = self
            .session
            .pages(self.rule.resource_type)
            .map_ok(|page| self.report(page))
            .try_buffer_unordered(usize::MAX)
            .try_concat()
            .await?;
        self.begin(Listing::Ended); // unless it has begun
        Ok(corrections)
    }

    /// The ids of what AWS Config still holds for the rule. A failure here must not keep verdicts from being put: it is
    /// told, as the inner result, when they are.
    async fn held_results(&self) -> Result<Result<Vec<String>, Error>, Error> {
        if self.event.result_token.is_test_mode() {
            return Ok(Ok(Vec::new())); // nothing is stored, so there is nothing to clear
        }
        let Some(rule_name) = &self.event.config_rule_name else {
            return Ok(Err(Error::bad_input(
                "every resource was evaluated, but the event has no configRuleName, so the results of deleted ones could not be cleared",
            )));
        };
        let resource_type = self.rule.resource_type.name;
        Ok(self.session.stale_results(rule_name, resource_type, self.at, |id| self.is_live(id)).await)
    }

    /// Whether something was put under this id.
    fn is_live(&self, id: &str) -> bool {
        let seen = self.seen();
        seen.worst.contains_key(&seen.fingerprints.of(id))
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// Judges one page and puts it, but for what [`report_all`](Self::report_all) puts last.
    async fn report(&self, page: Page) -> Result<Vec<Evaluation>, Error> {
        tokio::task::yield_now().await; // the request for the next page goes out before this one is read
        let items = self.session.items(self.rule.resource_type, &page, self.at)?;
        drop(page);
        if items.is_empty() {
            return Ok(Vec::new());
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
            let (evaluation, worst) = self.evaluation(item, &verdict);
            match worst {
                None => evaluations.push(evaluation),
                Some(worst) if verdict.compliance_type > worst => corrections.push(evaluation),
                Some(_) => {}
            }
        }
        for batch in evaluations.chunks(BATCH_MAXIMUM) {
            self.session.put_evaluations(&self.event.result_token, batch.to_vec()).await?;
        }
        Ok(corrections)
    }

    /// The evaluation of a resource, and the worst answer before this one; none at its first look.
    fn evaluation(
        &self,
        mut item: ConfigurationItem,
        verdict: &Verdict,
    ) -> (Evaluation, Option<ComplianceType>) {
        let recorded = self.ids.lock().unwrap_or_else(PoisonError::into_inner).id_of(&item);
        let mut seen = self.seen();
        item.resource_id = seen.id_of(&item.resource_id, recorded);
        let before = seen.worst_before(&item.resource_id, verdict.compliance_type);
        (Evaluation::new(&item, verdict), before)
    }
}

/// Of a judged resource only what names it: many may wait for their ids.
fn judged_item(case: Case) -> ConfigurationItem {
    ConfigurationItem { configuration: Configuration::Absent, ..case.item }
}

fn closed() -> Error {
    Error::internal("the run was closed")
}
