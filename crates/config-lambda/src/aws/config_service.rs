use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_sdk_config::primitives::DateTime as SdkDateTime;
use aws_sdk_config::types;
use chrono::{DateTime, Utc};
use rule_core::{ComplianceType, ConfigurationItem, parse_timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::clients::Session;
use super::failure;
use super::wire::Wire;
use crate::evaluation::Evaluation;
use crate::fingerprint::{Fingerprint, Fingerprints};
use crate::{ConfigurationItemSummary, Error, ResultToken};

/// How often evaluations that come back in `FailedEvaluations` are put again.
const FAILED_EVALUATIONS_ATTEMPTS: u32 = 4;

/// A listing that is longer than this is one that never ends.
const PAGES_MAXIMUM: usize = 10_000;

/// So many ids of earlier results are held before those of living resources are first let go.
const HELD_AT_FIRST: usize = 500;

/// The ids under which the recorder knows the resources of a type.
#[derive(Debug, Default)]
pub(crate) struct RecordedIds {
    fingerprints: Fingerprints,
    ids: HashSet<Fingerprint>,
    by_name: HashMap<String, String>,
}

impl RecordedIds {
    /// Adds one. A name that is given again is that of the last resource; those whose id is an ARN are never found by
    /// their name, so that it is not kept.
    fn add(&mut self, id: String, name: Option<String>) {
        self.ids.insert(self.fingerprints.of(&id));
        if let Some(name) = name {
            if id.starts_with("arn:") {
                self.by_name.remove(&name);
            } else {
                self.by_name.insert(name, id);
            }
        }
    }

    fn knows(&self, id: &str) -> bool {
        self.ids.contains(&self.fingerprints.of(id))
    }

    /// Whether the rest of a listing can change nothing about a resource: it is known by its ARN.
    pub(crate) fn is_certain_of(&self, item: &ConfigurationItem) -> bool {
        self.knows(item.arn.as_deref().unwrap_or(&item.resource_id))
    }

    /// The recorder's id of a listed resource: the one that is its ARN, or the last part of it, else the one whose
    /// name is the resource's; if the recorder does not know it, the ARN.
    pub(crate) fn id_of(&self, item: &ConfigurationItem) -> String {
        let arn = item.arn.as_deref().unwrap_or(&item.resource_id);
        let known = |id: &str| self.knows(id).then(|| id.to_owned());
        known(arn)
            .or_else(|| known(arn.rsplit(':').next()?))
            .or_else(|| {
                let name = item.resource_name.as_deref()?;
                // Names are given again: an id that is the ARN of another resource is that other resource.
                known(name).or_else(|| self.by_name.get(name).cloned())
            })
            .unwrap_or_else(|| item.resource_id.clone())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HistoryPage {
    configuration_items: Vec<Value>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DiscoveredPage {
    resource_identifiers: Vec<Discovered>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Discovered {
    resource_id: Option<String>,
    resource_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ResultsPage {
    evaluation_results: Vec<EvaluationResult>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct EvaluationResult {
    evaluation_result_identifier: EvaluationResultIdentifier,
    compliance_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct EvaluationResultIdentifier {
    evaluation_result_qualifier: EvaluationResultQualifier,
    #[serde(default)]
    ordering_timestamp: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct EvaluationResultQualifier {
    resource_type: String,
    resource_id: String,
}

impl EvaluationResult {
    /// Whether the result may be cleared by a run of the time `at`: not one already cleared, of another type, or put
    /// since the run began (then the resource was seen after we listed).
    fn is_stale(&self, resource_type: &str, at: DateTime<Utc>) -> bool {
        let identifier = &self.evaluation_result_identifier;
        identifier.evaluation_result_qualifier.resource_type == resource_type
            && self.compliance_type.as_deref() != Some(ComplianceType::NotApplicable.as_str())
            && parse_timestamp(&identifier.ordering_timestamp).is_some_and(|time| time < at)
    }
}

/// Only that the answer is a whole JSON object; its members come typed from the SDK.
#[derive(Deserialize)]
struct PutAnswer {}

/// Follows a listing's tokens: an empty page with a token is no end, the token just used is an endless listing.
pub(super) fn next_page(
    wire: &Wire,
    sent: Option<&str>,
    next: Option<String>,
    page: usize,
) -> Result<Option<String>, Error> {
    let next = next.filter(|token| !token.is_empty());
    if next.is_some() && (next.as_deref() == sent || page >= PAGES_MAXIMUM) {
        return Err(Error::internal(format!(
            "{}: the listing does not end: page {page} leads to itself. Next: Lambda invokes again; nothing was cleared",
            wire.operation()
        )));
    }
    Ok(next)
}

impl Session {
    /// The item that an oversized notification speaks of, under the type and id of the notification.
    pub(crate) async fn configuration_item(
        &self,
        summary: &ConfigurationItemSummary,
    ) -> Result<ConfigurationItem, Error> {
        let wanted = &summary.item;
        let wire = Wire::unread("GetResourceConfigHistory", &self.journal);
        let about = format!("of {}", wanted.resource_id);
        // A second later than the item: whether the bound is inclusive to the millisecond is not documented.
        let later = sdk_time(wanted.configuration_item_capture_time + chrono::TimeDelta::seconds(1));
        let mut token: Option<String> = None;
        for page in 1.. {
            let answer = self
                .config_service()
                .get_resource_config_history()
                .resource_type(types::ResourceType::from(wanted.resource_type.as_str()))
                .resource_id(&wanted.resource_id)
                .later_time(later)
                .set_next_token(token.clone())
                .customize()
                .interceptor(wire.clone())
                .send()
                .await;
            let HistoryPage { configuration_items, next_token } = wire.listing(&about, answer)?;
            for mut item in configuration_items {
                if let Value::Object(members) = &mut item {
                    members.insert("resourceType".to_owned(), wanted.resource_type.clone().into());
                    members.insert("resourceId".to_owned(), wanted.resource_id.clone().into());
                }
                let item: ConfigurationItem = serde_json::from_value(item).map_err(|error| {
                    Error::internal(format!(
                        "{} {about}: the answer holds an item that cannot be read: {error}",
                        wire.operation()
                    ))
                })?;
                if summary.speaks_of(&item) {
                    return Ok(item);
                }
                if item.configuration_item_capture_time < wanted.configuration_item_capture_time {
                    return Err(not_held(&about, wanted)); // newest first: what follows is older still
                }
            }
            token = next_page(&wire, token.as_deref(), next_token, page)?;
            if token.is_none() {
                break;
            }
        }
        Err(not_held(&about, wanted))
    }

    /// How the recorder calls the resources of a type, page by page; `more` is told of each. None, where nothing is
    /// recorded.
    pub(crate) async fn recorded_ids(
        &self,
        resource_type: &str,
        recorded: &Mutex<RecordedIds>,
        more: impl Fn(),
    ) -> Result<(), Error> {
        let wire = Wire::unread("ListDiscoveredResources", &self.journal);
        let mut token: Option<String> = None;
        for page in 1.. {
            let answer = self
                .config_service()
                .list_discovered_resources()
                .resource_type(types::ResourceType::from(resource_type))
                .limit(100)
                .set_next_token(token.clone())
                .customize()
                .interceptor(wire.clone())
                .send()
                .await;
            if let Err(error) = &answer {
                use aws_sdk_config::error::ProvideErrorMetadata;
                // No recorder, or not of this type in this Region: nobody else names the resource.
                let unrecorded = ["NoAvailableConfigurationRecorderException", "ValidationException"];
                if page == 1 && error.code().is_some_and(|code| unrecorded.contains(&code)) {
                    return Ok(());
                }
            }
            let DiscoveredPage { resource_identifiers, next_token } =
                wire.listing(&format!("of {resource_type}"), answer)?;
            {
                let mut recorded = recorded.lock().unwrap_or_else(PoisonError::into_inner);
                for Discovered { resource_id, resource_name } in resource_identifiers {
                    if let Some(id) = resource_id {
                        recorded.add(id, resource_name);
                    }
                }
            }
            more();
            token = next_page(&wire, token.as_deref(), next_token, page)?;
            if token.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// The ids of all results that AWS Config holds for the rule and that a run of the time `at` may clear. Where they
    /// become many, those that are `live` by then are let go.
    pub(crate) async fn stale_results(
        &self,
        rule_name: &str,
        resource_type: &str,
        at: DateTime<Utc>,
        live: impl Fn(&str) -> bool,
    ) -> Result<Vec<String>, Error> {
        let wire = Wire::unread("GetComplianceDetailsByConfigRule", &self.journal);
        let mut held = Vec::new();
        let mut many = HELD_AT_FIRST;
        let mut token: Option<String> = None;
        for page in 1.. {
            let answer = self
                .config_service()
                .get_compliance_details_by_config_rule()
                .config_rule_name(rule_name)
                .limit(100)
                .set_next_token(token.clone())
                .customize()
                .interceptor(wire.clone())
                .send()
                .await;
            let ResultsPage { evaluation_results, next_token } =
                wire.listing(&format!("of {rule_name}"), answer)?;
            let stale = evaluation_results.into_iter().filter(|result| result.is_stale(resource_type, at));
            held.extend(
                stale.map(|result| {
                    result.evaluation_result_identifier.evaluation_result_qualifier.resource_id
                }),
            );
            if held.len() > many {
                held.retain(|id: &String| !live(id));
                many = (2 * held.len()).max(HELD_AT_FIRST);
            }
            token = next_page(&wire, token.as_deref(), next_token, page)?;
            if token.is_none() {
                break;
            }
        }
        Ok(held)
    }

    /// Puts at most 100 evaluations, and again those that AWS Config could not take. `Ok`: it took every one.
    pub(crate) async fn put_evaluations(
        &self,
        token: &ResultToken,
        mut pending: Vec<Evaluation>,
    ) -> Result<(), Error> {
        for attempt in 1..=FAILED_EVALUATIONS_ATTEMPTS {
            let failed = self.put_once(token, &pending).await?;
            let (again, accepted): (Vec<_>, Vec<_>) = pending
                .into_iter()
                .partition(|evaluation| failed.contains(&evaluation.compliance_resource_id));
            accepted.iter().for_each(|evaluation| self.journal.accepted(evaluation.compliance_type));
            pending = again;
            if pending.is_empty() {
                return Ok(());
            }
            if attempt < FAILED_EVALUATIONS_ATTEMPTS {
                tokio::time::sleep(Duration::from_millis(fastrand::u64(1..=200 << attempt))).await;
            }
        }
        let first =
            pending.first().map(|evaluation| evaluation.compliance_resource_id.as_str()).unwrap_or_default();
        Err(Error::internal(format!(
            "PutEvaluations: FailedEvaluations: AWS Config did not take {} evaluations in {FAILED_EVALUATIONS_ATTEMPTS} attempts, the first of {first}. Next: Lambda invokes again",
            pending.len()
        )))
    }

    /// The ids of the evaluations that came back.
    async fn put_once(
        &self,
        token: &ResultToken,
        evaluations: &[Evaluation],
    ) -> Result<HashSet<String>, Error> {
        let wire = Wire::new("PutEvaluations", &self.journal);
        let about = format!("of {} evaluations", evaluations.len());
        let answer = self
            .config_service()
            .put_evaluations()
            .result_token(token.as_str())
            .set_evaluations(Some(evaluations.iter().map(sdk_evaluation).collect::<Result<_, _>>()?))
            .set_test_mode(token.is_test_mode().then_some(true))
            .customize()
            .interceptor(wire.clone())
            .send()
            .await;
        let answer = answer.map_err(|error| failure::error(wire.operation(), &about, &error))?;
        wire.answer::<PutAnswer>()?;
        let failed: HashSet<String> = answer
            .failed_evaluations()
            .iter()
            .map(|failed| failed.compliance_resource_id().to_owned())
            .collect();
        let ours =
            |id: &String| evaluations.iter().any(|evaluation| evaluation.compliance_resource_id == *id);
        if failed.iter().all(ours) {
            return Ok(failed);
        }
        // One came back that cannot be told: all of them are put again, which does no harm.
        Ok(evaluations.iter().map(|evaluation| evaluation.compliance_resource_id.clone()).collect())
    }
}

fn not_held(about: &str, wanted: &ConfigurationItem) -> Error {
    Error::internal(format!(
        "GetResourceConfigHistory {about}: AWS Config does not hold the item of {} that the notification speaks of. Next: Lambda invokes again",
        wanted.configuration_item_capture_time.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
    ))
}

fn sdk_evaluation(evaluation: &Evaluation) -> Result<types::Evaluation, Error> {
    types::Evaluation::builder()
        .compliance_resource_type(&evaluation.compliance_resource_type)
        .compliance_resource_id(&evaluation.compliance_resource_id)
        .compliance_type(types::ComplianceType::from(evaluation.compliance_type.as_str()))
        .annotation(evaluation.annotation.as_str())
        .ordering_timestamp(sdk_time(evaluation.ordering_timestamp))
        .build()
        .map_err(|error| {
            Error::internal(format!("PutEvaluations: the evaluation could not be built: {error}"))
        })
}

fn sdk_time(time: DateTime<Utc>) -> SdkDateTime {
    SdkDateTime::from_millis(time.timestamp_millis())
}
