//! Finds earlier results of resources that no longer exist, with `GetComplianceDetailsByConfigRule`.

use std::pin::pin;

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;
use rule_core::{ComplianceType, ResourceType, parse_timestamp};
use serde::Deserialize;
use serde_json::Value;

use crate::compliance_details::{self, OPERATION};
use crate::error::Error;
use crate::pages::pages;
use crate::session::Session;
use crate::wire::Wire;

/// The most characters of a rule's name that the service model allows in this operation, although it allows 128 where
/// a rule is created. It is not documented whether AWS enforces this.
const NAME_MAXIMUM: usize = 64;

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
    /// If AWS rejects a name of more than 64 characters, as AWS Config itself makes them of a rule in a conformance
    /// pack or an organization, no operation lists the results of the rule. Then these are the resources that the
    /// recorder knows to be deleted. That misses results of resources that the recorder never knew or has
    /// forgotten, and those under an id that is no longer used.
    ///
    /// # Errors
    /// Returns any other error of `GetComplianceDetailsByConfigRule`, or that of `ListDiscoveredResources`.
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
            let client = self.clients().config_service();
            let request = compliance_details::request(client, rule_name, position.token);
            let result = request.customize().interceptor(wire.clone()).send().await;
            match wire.read::<ResultsPage, _, _>(subject, result) {
                Err(error) if position.number == 1 && is_about_the_length(&error, rule_name) => {
                    Ok((None, None))
                }
                page => page.map(|page| (Some(page.evaluation_results), page.next_token)),
            }
        }));
        let mut held = Vec::new();
        let mut many = HELD_AT_FIRST;
        while let Some(page) = pages.try_next().await? {
            let Some(results) = page else {
                if !resource_type.is_recorded() {
                    return Ok(Vec::new());
                }
                return self.deleted_ids(resource_type, at).await;
            };
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

/// Returns true if AWS rejects the request, and the name is longer than its model allows.
fn is_about_the_length(error: &Error, rule_name: &str) -> bool {
    rule_name.chars().count() > NAME_MAXIMUM
        && matches!(error.code(), Some("ValidationException" | "InvalidParameterValueException"))
}
