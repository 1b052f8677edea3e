//! A run over every resource that exists.
//!
//! Pages are evaluated and submitted while the next are listed. Re-evaluations of resources that were listed
//! twice, and deletions, are submitted only after a complete listing: a run that fails clears nothing. The
//! recorder's ids are listed meanwhile; a page whose ARNs are recorded waits for no more of them than it needs.
//! The other resources wait for the end of both lists.

use std::collections::{BTreeSet, HashSet};
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_client::{BATCH_MAXIMUM, Evaluation, ItemWithFacts, ResourcePage, Session};
use chrono::{DateTime, Utc};
use futures_util::{FutureExt, StreamExt, TryStreamExt, future, stream};
use rule_core::{Configuration, ConfigurationItem, Rule, Verdict};
use tokio::sync::{Semaphore, watch};

use crate::error::Error;
use crate::event::ConfigEvent;
use crate::invalid_event::InvalidEvent;
use crate::recorded_ids::RecordedIds;
use crate::reported_ids::ReportedIds;
use crate::waiting::Waiting;

/// Pages whose tags and evaluations are on the wire at once; listing goes on meanwhile.
const PAGES_AT_ONCE: usize = 4;

/// Evaluates every resource of the rule's type, and clears the results of those that no longer exist.
pub(crate) async fn run(event: &ConfigEvent, session: &Session) -> Result<(), Error> {
    let at = event.notification_creation_time.ok_or(InvalidEvent::NoNotificationTime)?;
    let rule = event.rule_parameters.rule;
    let run = Run {
        event,
        session,
        rule,
        at,
        recorded: Mutex::default(),
        id_listing: watch::Sender::new(IdListing::NotBegun),
        reported: Mutex::default(),
        waiting: Mutex::default(),
        turns: Semaphore::new(PAGES_AT_ONCE),
    };
    let (corrections, (), earlier) =
        future::try_join3(run.report_all(), run.list_ids(), run.earlier_results().map(Ok::<_, Error>))
            .await?;
    // That earlier results could not be listed is the error of the run only once its evaluations are
    // submitted.
    let (earlier, failure) = match earlier {
        Ok(ids) => (ids, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    let mut last = worst_of_each(corrections);
    let (waited, kept) = run.waited();
    last.extend(waited);
    let deleted = earlier.into_iter().filter(|id| !run.is_reported(id) && !kept.contains(id));
    last.extend(deleted.map(|id| Evaluation::for_deleted_resource(rule.resource_type, &id, at)));
    let batches =
        last.chunks(BATCH_MAXIMUM).map(|batch| session.put_evaluations(&event.result_token, batch.to_vec()));
    stream::iter(batches.collect::<Vec<_>>()).buffer_unordered(PAGES_AT_ONCE).try_collect::<()>().await?;
    failure.map_or(Ok(()), Err)
}

/// Keeps the worst evaluation of each resource: one call takes an id once.
fn worst_of_each(mut evaluations: Vec<Evaluation>) -> Vec<Evaluation> {
    evaluations.sort_by_key(|evaluation| std::cmp::Reverse(evaluation.compliance_type()));
    let mut ids = HashSet::new();
    evaluations.retain(|evaluation| ids.insert(evaluation.resource_id().to_owned()));
    evaluations
}

struct Run<'a> {
    event: &'a ConfigEvent,
    session: &'a Session,
    rule: &'static Rule,
    at: DateTime<Utc>,
    recorded: Mutex<RecordedIds>,
    id_listing: watch::Sender<IdListing>,
    reported: Mutex<ReportedIds>,
    waiting: Mutex<Waiting>,
    turns: Semaphore,
}

/// The progress of the listing of the recorder's ids. It begins with the first resource, so that a Region
/// without any costs no call.
#[derive(Clone, Copy, PartialEq)]
enum IdListing {
    NotBegun,
    Begun,
    Ended,
}

impl Run<'_> {
    /// Evaluates and submits every page. Returns the evaluations to submit last, so that AWS Config keeps
    /// them: worse verdicts on resources that were listed twice.
    async fn report_all(&self) -> Result<Vec<Evaluation>, Error> {
        let corrections = self
            .session
            .resources(self.rule.resource_type)
            .map_err(Error::from)
            .map_ok(|page| self.report(page))
            .try_buffer_unordered(usize::MAX)
            .try_concat()
            .await?;
        self.begin(IdListing::Ended); // unless it has begun
        Ok(corrections)
    }

    /// Lists the ids of the results that AWS Config still holds for the rule.
    async fn earlier_results(&self) -> Result<Vec<String>, Error> {
        if self.event.result_token.is_test_mode() {
            return Ok(Vec::new()); // nothing is stored, so there is nothing to clear
        }
        let rule_name = self.event.config_rule_name.as_deref().ok_or(InvalidEvent::NoRuleName)?;
        let resource_type = self.rule.resource_type;
        Ok(self.session.stale_results(rule_name, resource_type, self.at, |id| self.is_reported(id)).await?)
    }

    fn is_reported(&self, id: &str) -> bool {
        self.reported().contains(id)
    }

    fn reported(&self) -> MutexGuard<'_, ReportedIds> {
        self.reported.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn recorded(&self) -> MutexGuard<'_, RecordedIds> {
        self.recorded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the listing of ids on, if it has not begun.
    fn begin(&self, progress: IdListing) {
        self.id_listing.send_if_modified(|now| {
            let is_first = *now == IdListing::NotBegun;
            if is_first {
                *now = progress;
            }
            is_first
        });
    }

    /// Waits until the progress of the listing of ids is such.
    async fn wait_for(&self, is_such: impl FnMut(&IdListing) -> bool) {
        // An error would mean that the sender is gone, and it is `self.id_listing`.
        let _ = self.id_listing.subscribe().wait_for(is_such).await;
    }

    /// Lists the recorder's ids, once there is a resource. Types that AWS Config does not record have none.
    async fn list_ids(&self) -> Result<(), Error> {
        self.wait_for(|now| *now != IdListing::NotBegun).await;
        let has_resources = *self.id_listing.borrow() == IdListing::Begun;
        if has_resources && self.rule.resource_type.is_recorded() {
            let mut pages = pin!(self.session.recorded_ids(self.rule.resource_type));
            while let Some(page) = pages.try_next().await? {
                page.into_iter().for_each(|recorded| self.recorded().add(recorded));
                self.id_listing.send_modify(|_| {});
            }
        }
        self.id_listing.send_replace(IdListing::Ended);
        Ok(())
    }

    /// Waits until the own id of each of these resources is recorded, or the recorder's list has ended.
    async fn wait_for_ids(&self, evaluated: &[(ConfigurationItem, Verdict)]) {
        let are_certain = |now: &IdListing| {
            *now == IdListing::Ended || {
                let recorded = self.recorded();
                evaluated.iter().all(|(item, _)| recorded.contains(&item.resource_id))
            }
        };
        self.wait_for(are_certain).await;
    }

    /// Returns true if the own id of a resource is its id: it is recorded, or the recorder has no id that may be
    /// the resource's instead.
    fn has_own_id(&self, item: &ConfigurationItem) -> bool {
        let recorded = self.recorded();
        recorded.others().is_empty() || recorded.contains(&item.resource_id)
    }

    /// Returns the evaluations of the resources that waited for both lists, and the recorded ids that are not to be
    /// cleared although no resource is reported under them.
    fn waited(&self) -> (Vec<Evaluation>, BTreeSet<String>) {
        let mut recorded = self.recorded().others().clone();
        recorded.retain(|id, _| !self.is_reported(id));
        let (evaluations, kept) = self.waiting().evaluations(&recorded);
        let mut reported = self.reported();
        for evaluation in &evaluations {
            reported.add(evaluation.resource_id(), evaluation.compliance_type());
        }
        (evaluations, kept)
    }

    /// Evaluates one page and submits it, except for resources that wait for both lists, and for what
    /// [`report_all`](Self::report_all) returns.
    async fn report(&self, page: ResourcePage) -> Result<Vec<Evaluation>, Error> {
        tokio::task::yield_now().await; // the request for the next page is sent before this one is parsed
        let items = self.session.items(self.rule.resource_type, &page, self.at)?;
        drop(page);
        if items.is_empty() {
            return Ok(Vec::new());
        }
        self.begin(IdListing::Begun);
        let mut evaluated = {
            let _turn = self.turns.acquire().await;
            let items = items.into_iter().map(ItemWithFacts::listed).collect();
            let evaluated = self.session.evaluate(&self.event.rule_parameters, Some(self.at), items).await?;
            evaluated.into_iter().map(|(item, verdict)| (identity(item), verdict)).collect::<Vec<_>>()
        };
        self.wait_for_ids(&evaluated).await;
        let _turn = self.turns.acquire().await;
        // Of two evaluations of a resource on one page only the worse is submitted at all.
        evaluated.sort_by_key(|(_, verdict)| std::cmp::Reverse(verdict.compliance_type));
        let mut evaluations = Vec::with_capacity(evaluated.len());
        let mut corrections = Vec::new();
        for (item, verdict) in evaluated {
            if !self.has_own_id(&item) {
                self.waiting().add(item, verdict);
                continue;
            }
            let evaluation = Evaluation::new(&item, &verdict);
            let worst = self.reported().add(&item.resource_id, verdict.compliance_type);
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
}

/// Drops everything of an evaluated resource but what identifies it: many may wait for their ids.
fn identity(evaluated: ItemWithFacts) -> ConfigurationItem {
    ConfigurationItem { configuration: Configuration::Absent, ..evaluated.item }
}
