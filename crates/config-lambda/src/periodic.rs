//! A run over every resource that exists.
//!
//! Pages are evaluated and put while the next are listed. A second look at the same resource, and the results of
//! resources that are gone, wait until the listing has ended without an error: a run that fails clears nothing.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use futures_util::{StreamExt, TryStreamExt, future, stream};
use rule_core::{ComplianceType, ConfigurationItem, Rule, Verdict};
use tokio::sync::{OnceCell, Semaphore};

use crate::aws::{HeldResult, RecordedIds, Session};
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
        ids: OnceCell::new(),
        seen: Mutex::default(),
        at_once: Semaphore::new(PAGES_AT_ONCE),
    };
    let (reported, held) = future::try_join(pages.report_all(), held_results(event, session)).await?;

    let mut last = reported.corrections;
    if !event.result_token.is_test_mode() {
        let live: HashSet<&str> = reported.ids.iter().map(String::as_str).collect();
        last.extend(
            held?
                .into_iter()
                .filter(|result| {
                    result.is_stale(rule.resource_type.name, at)
                        && !live.contains(result.resource_id.as_str())
                })
                .map(|result| Evaluation::gone(&result.resource_type, &result.resource_id, at)),
        );
    }
    let batches =
        last.chunks(BATCH_MAXIMUM).map(|batch| session.put_evaluations(&event.result_token, batch.to_vec()));
    stream::iter(batches.collect::<Vec<_>>()).buffer_unordered(PAGES_AT_ONCE).try_collect::<()>().await
}

/// What AWS Config still holds for the rule. A failure here must not keep verdicts from being put: it is told, as
/// the inner result, when they are.
async fn held_results(
    event: &ConfigEvent,
    session: &Session,
) -> Result<Result<Vec<HeldResult>, Error>, Error> {
    if event.result_token.is_test_mode() {
        return Ok(Ok(Vec::new())); // nothing is stored, so there is nothing to clear
    }
    let Some(rule_name) = &event.config_rule_name else {
        return Ok(Err(Error::bad_input(
            "every resource was evaluated, but the event has no configRuleName, so the results of deleted ones could not be cleared",
        )));
    };
    Ok(session.held_results(rule_name).await)
}

struct Pages<'a> {
    event: &'a ConfigEvent,
    session: &'a Session,
    rule: &'static Rule,
    at: DateTime<Utc>,
    /// Asked for with the first resource, so that a Region without any costs no call.
    ids: OnceCell<RecordedIds>,
    seen: Mutex<Seen>,
    at_once: Semaphore,
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
        self.session
            .resources(self.rule.resource_type, self.at)
            .map_ok(|items| self.report(items))
            .try_buffer_unordered(usize::MAX)
            .try_fold(Reported::default(), |mut all, page| {
                all.ids.extend(page.ids);
                all.corrections.extend(page.corrections);
                future::ok(all)
            })
            .await
    }

    /// Judges one page and puts it.
    async fn report(&self, items: Vec<ConfigurationItem>) -> Result<Reported, Error> {
        if items.is_empty() {
            return Ok(Reported::default());
        }
        let ids = self.ids.get_or_try_init(|| self.recorded_ids()).await?;
        let _turn = self.at_once.acquire().await.map_err(|_| Error::internal("the run was closed"))?;
        let cases = items.into_iter().map(Case::listed).collect();
        let mut judged =
            lookup::verdicts(&self.event.rule_parameters, Some(self.at), cases, self.session).await?;
        // Of two looks on one page only the worse is put at all.
        judged.sort_by_key(|(_, verdict)| std::cmp::Reverse(verdict.compliance_type));
        let mut evaluations = Vec::with_capacity(judged.len());
        let mut corrections = Vec::new();
        for (Case { item, .. }, verdict) in judged {
            match self.seen_worst(&item, verdict.compliance_type) {
                None => evaluations.push(self.evaluation(item, &verdict, ids)),
                Some(worst) if verdict.compliance_type > worst => {
                    corrections.push(self.evaluation(item, &verdict, ids));
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

    /// What AWS Config does not record, nobody else names.
    async fn recorded_ids(&self) -> Result<RecordedIds, Error> {
        if self.rule.resource_type.recorded {
            self.session.recorded_ids(self.rule.resource_type.name).await
        } else {
            Ok(RecordedIds::default())
        }
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
    fn evaluation(&self, mut item: ConfigurationItem, verdict: &Verdict, ids: &RecordedIds) -> Evaluation {
        let recorded = ids.id_of(&item);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let holder = seen.claims.entry(recorded.clone()).or_insert_with(|| item.resource_id.clone());
        if *holder == item.resource_id {
            item.resource_id = recorded;
        }
        Evaluation::new(&item, verdict)
    }
}
