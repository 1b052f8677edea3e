//! A run over every resource that exists.
//!
//! Pages are evaluated and put while the next are listed. A second look at the same resource, and the results of
//! resources that are gone, wait until the listing has ended without an error: a run that fails clears nothing.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use futures_util::{StreamExt, TryStreamExt, future, stream};
use rule_core::{ComplianceType, ConfigurationItem, Rule};
use tokio::sync::{OnceCell, Semaphore};

use crate::aws::{HeldResult, RecordedIds, Session};
use crate::evaluation::Evaluation;
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
        claims: Mutex::default(),
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
                    result.is_stale(rule.resource_type, at) && !live.contains(result.resource_id.as_str())
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
            "every instance was evaluated, but the event has no configRuleName, so the results of deleted ones could not be cleared",
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
    /// Which listed resource is reported under which id: two must never share one, or one of them would be lost.
    claims: Mutex<HashMap<String, String>>,
    at_once: Semaphore,
}

#[derive(Default)]
struct Reported {
    ids: Vec<String>,
    /// Worse verdicts on resources that were listed twice: put last, so that they stand.
    corrections: Vec<Evaluation>,
}

impl Pages<'_> {
    async fn report_all(&self) -> Result<Reported, Error> {
        let mut seen: HashMap<String, ComplianceType> = HashMap::new();
        let pages = self
            .session
            .resources(self.rule.resource_type, self.at)
            .map_ok(|mut items| {
                // Of two looks on one page only the worse is put at all.
                items.sort_by_key(|item| std::cmp::Reverse(self.verdict(item)));
                let mut again = Vec::new();
                items.retain(|item| {
                    let found = self.verdict(item);
                    match seen.get_mut(&item.resource_id) {
                        None => {
                            seen.insert(item.resource_id.clone(), found);
                            true
                        }
                        Some(before) => {
                            if found > *before {
                                *before = found;
                                again.push(item.clone());
                            }
                            false
                        }
                    }
                });
                self.report(items, again)
            })
            .try_buffer_unordered(usize::MAX);
        pages
            .try_fold(Reported::default(), |mut all, page| {
                all.ids.extend(page.ids);
                all.corrections.extend(page.corrections);
                future::ok(all)
            })
            .await
    }

    fn verdict(&self, item: &ConfigurationItem) -> ComplianceType {
        self.rule.evaluate(item, &self.event.rule_parameters, Some(self.at)).compliance_type
    }

    /// Evaluates one page and puts it.
    async fn report(
        &self,
        items: Vec<ConfigurationItem>,
        again: Vec<ConfigurationItem>,
    ) -> Result<Reported, Error> {
        if items.is_empty() && again.is_empty() {
            return Ok(Reported::default());
        }
        let ids = self.ids.get_or_try_init(|| self.session.recorded_ids(self.rule.resource_type)).await?;
        let _turn = self.at_once.acquire().await.map_err(|_| Error::internal("the run was closed"))?;
        let evaluations = self.evaluations(items, ids).await?;
        let reported =
            evaluations.iter().map(|evaluation| evaluation.compliance_resource_id.clone()).collect();
        for batch in evaluations.chunks(BATCH_MAXIMUM) {
            self.session.put_evaluations(&self.event.result_token, batch.to_vec()).await?;
        }
        Ok(Reported { ids: reported, corrections: self.evaluations(again, ids).await? })
    }

    async fn evaluations(
        &self,
        mut items: Vec<ConfigurationItem>,
        ids: &RecordedIds,
    ) -> Result<Vec<Evaluation>, Error> {
        if self.event.rule_parameters.exemption_tag.is_some() {
            self.read_tags(&mut items).await?;
        }
        let mut evaluations: Vec<Evaluation> = Vec::with_capacity(items.len());
        for mut item in items {
            let verdict = self.rule.evaluate(&item, &self.event.rule_parameters, Some(self.at));
            item.resource_id = self.claim(ids.id_of(&item), &item.resource_id);
            evaluations.push(Evaluation::new(&item, &verdict));
        }
        Ok(evaluations)
    }

    /// The recorder's id, unless another resource of this run is reported under it already; then the resource's own.
    fn claim(&self, recorded: String, own: &str) -> String {
        let mut claims = self.claims.lock().unwrap_or_else(PoisonError::into_inner);
        let holder = claims.entry(recorded.clone()).or_insert_with(|| own.to_owned());
        if holder == own { recorded } else { own.to_owned() }
    }

    /// Tags are read only for resources that an exemption could help.
    async fn read_tags(&self, items: &mut [ConfigurationItem]) -> Result<(), Error> {
        let wanted: Vec<&str> = items
            .iter()
            .filter(|item| self.verdict(item) == ComplianceType::NonCompliant)
            .filter_map(|item| item.arn.as_deref())
            .collect();
        let mut tags = self.session.tags(&wanted).await?;
        for item in items {
            if let Some(tags) = item.arn.as_ref().and_then(|arn| tags.remove(arn)) {
                item.tags = tags;
            }
        }
        Ok(())
    }
}
