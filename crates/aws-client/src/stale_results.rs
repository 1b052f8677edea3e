//! Finds earlier results of resources that no longer exist, with `GetComplianceDetailsByConfigRule`.

use std::pin::pin;

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;
use rule_core::{ComplianceType, ResourceType, parse_timestamp};
use serde::Deserialize;
use serde_json::Value;

use crate::error::Error;
use crate::pages::pages;
use crate::session::Session;
use crate::wire::Wire;

const OPERATION: &str = "GetComplianceDetailsByConfigRule";

/// The number of ids to hold before those of found resources are dropped for the first time.
const HELD_AT_FIRST: usize = 500;

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
    /// Returns true if a run of the time `at` may clear the result: it is of this type, not yet cleared, and
    /// was submitted before the run began. A later one is of a resource that was seen after the listing.
    fn is_stale(&self, resource_type: ResourceType, at: DateTime<Utc>) -> bool {
        let identifier = &self.evaluation_result_identifier;
        identifier.evaluation_result_qualifier.resource_type == resource_type.name()
            && self.compliance_type.as_deref() != Some(ComplianceType::NotApplicable.as_str())
            && parse_timestamp(&identifier.ordering_timestamp).is_some_and(|time| time < at)
    }

    fn into_id(self) -> String {
        self.evaluation_result_identifier.evaluation_result_qualifier.resource_id
    }
}

impl Session {
    /// Lists the resource ids of all results of a rule that a run of the time `at` may clear. When they
    /// become many, those for which `was_found` is true by then are dropped.
    ///
    /// # Errors
    /// Returns the error of `GetComplianceDetailsByConfigRule`.
    pub async fn stale_results(
        &self,
        rule_name: &str,
        resource_type: ResourceType,
        at: DateTime<Utc>,
        was_found: impl Fn(&str) -> bool,
    ) -> Result<Vec<String>, Error> {
        let subject = &format!("of {rule_name}");
        let mut pages = pin!(pages(OPERATION, |position| async move {
            let wire = Wire::raw(OPERATION, self.journal());
            let request = self
                .clients()
                .config_service()
                .get_compliance_details_by_config_rule()
                .config_rule_name(rule_name)
                .limit(100)
                .set_next_token(position.token);
            let result = request.customize().interceptor(wire.clone()).send().await;
            let page: ResultsPage = wire.read(subject, result)?;
            Ok((page.evaluation_results, page.next_token))
        }));
        let mut held = Vec::new();
        let mut many = HELD_AT_FIRST;
        while let Some(results) = pages.try_next().await? {
            let stale = results.into_iter().filter(|result| result.is_stale(resource_type, at));
            held.extend(stale.map(EvaluationResult::into_id));
            if held.len() > many {
                held.retain(|id: &String| !was_found(id));
                many = (2 * held.len()).max(HELD_AT_FIRST);
            }
        }
        Ok(held)
    }
}
