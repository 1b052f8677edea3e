//! The rules of AWS Config in an account and Region, and when they last ran.

use std::pin::pin;

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;
use rule_core::parse_timestamp;
use serde::{Deserialize, Deserializer, de};
use serde_json::Value;

use super::config_service::ConfigService;
use crate::compliance_details::{self, OPERATION};
use crate::error::Error;
use crate::pages::pages;
use crate::wire::Wire;

const RULES: &str = "DescribeConfigRules";
const STATUS: &str = "DescribeConfigRuleEvaluationStatus";

/// The most names in a request (service model, `ConfigRuleNames`).
const NAMES_MAXIMUM: usize = 25;

/// A rule of AWS Config.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ConfigRule {
    /// The name.
    #[serde(rename = "ConfigRuleName")]
    pub name: String,
    /// The parameters that the rule's function gets, a JSON object as text.
    pub input_parameters: Option<String>,
    #[serde(rename = "ConfigRuleState")]
    state: Option<String>,
    source: Source,
    evaluation_modes: Option<Vec<EvaluationMode>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Source {
    owner: String,
    #[serde(rename = "SourceIdentifier")]
    identifier: Option<String>,
    #[serde(rename = "SourceDetails")]
    details: Option<Vec<SourceDetail>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SourceDetail {
    message_type: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct EvaluationMode {
    mode: Option<String>,
}

impl ConfigRule {
    /// Returns the ARN of the function of a custom Lambda rule; `None` for any other rule.
    #[must_use]
    pub fn function_arn(&self) -> Option<&str> {
        (self.source.owner == "CUSTOM_LAMBDA").then_some(self.source.identifier.as_deref()).flatten()
    }

    /// Returns true if the rule evaluates existing resources: it is not being deleted, and is not proactive only.
    #[must_use]
    pub fn is_in_force(&self) -> bool {
        let is_detective = |modes: &Vec<EvaluationMode>| {
            modes.is_empty() || modes.iter().any(|mode| mode.mode.as_deref() == Some("DETECTIVE"))
        };
        self.state.as_deref() != Some("DELETING") && self.evaluation_modes.as_ref().is_none_or(is_detective)
    }

    /// Returns true if changes of resources trigger the rule.
    #[must_use]
    pub fn is_triggered_by_changes(&self) -> bool {
        self.message_types().any(|message| message == "ConfigurationItemChangeNotification")
    }

    /// Returns true if the rule is triggered although nothing changes: by a schedule, or by each snapshot.
    #[must_use]
    pub fn is_scheduled(&self) -> bool {
        let periodic = ["ScheduledNotification", "ConfigurationSnapshotDeliveryCompleted"];
        self.message_types().any(|message| periodic.contains(&message))
    }

    fn message_types(&self) -> impl Iterator<Item = &str> {
        self.source.details.iter().flatten().filter_map(|detail| detail.message_type.as_deref())
    }
}

/// The status of a rule. A time is `None` if it never happened.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RuleStatus {
    /// The name of the rule.
    #[serde(rename = "ConfigRuleName")]
    pub name: String,
    /// The time at which AWS Config last called the function with success.
    #[serde(default, rename = "LastSuccessfulInvocationTime", deserialize_with = "time")]
    pub successful_invocation: Option<DateTime<Utc>>,
    /// The time at which AWS Config last failed to call the function.
    #[serde(default, rename = "LastFailedInvocationTime", deserialize_with = "time")]
    pub failed_invocation: Option<DateTime<Utc>>,
    /// The time at which the rule last evaluated resources with success.
    #[serde(default, rename = "LastSuccessfulEvaluationTime", deserialize_with = "time")]
    pub successful_evaluation: Option<DateTime<Utc>>,
    /// The time at which the rule last failed to evaluate resources.
    #[serde(default, rename = "LastFailedEvaluationTime", deserialize_with = "time")]
    pub failed_evaluation: Option<DateTime<Utc>>,
    /// The time at which the rule was first active.
    #[serde(default, rename = "FirstActivatedTime", deserialize_with = "time")]
    pub first_activated: Option<DateTime<Utc>>,
    /// The code of the last failure.
    pub last_error_code: Option<String>,
    /// The message of the last failure.
    pub last_error_message: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RulesPage {
    config_rules: Vec<ConfigRule>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StatusPage {
    config_rules_evaluation_status: Vec<RuleStatus>,
    next_token: Option<String>,
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
    #[serde(default, deserialize_with = "time")]
    result_recorded_time: Option<DateTime<Utc>>,
}

/// Reads a time; null is none, and anything else that is no time an error.
fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        value => parse_timestamp(&value).map(Some).ok_or_else(|| de::Error::custom("not a time")),
    }
}

impl ConfigService {
    /// Lists all rules, in force or not, managed or custom.
    ///
    /// # Errors
    /// Returns the error of `DescribeConfigRules`.
    pub async fn config_rules(&self) -> Result<Vec<ConfigRule>, Error> {
        let pages = pages(RULES, |position| async move {
            let wire = Wire::raw(RULES, self.journal());
            let request = self.client().describe_config_rules().set_next_token(position.token);
            let result = request.customize().interceptor(wire.clone()).send().await;
            let page: RulesPage = wire.read(self.subject(), result)?;
            Ok((page.config_rules, page.next_token))
        });
        pages.try_concat().await
    }

    /// Lists the statuses of the rules with these names. A rule of which AWS Config returns no status is left out: the
    /// service model states that there is none of rules with a Lambda function (`ConfigRuleEvaluationStatus`).
    ///
    /// # Errors
    /// Returns the error of `DescribeConfigRuleEvaluationStatus`, but none for a rule that does not exist for it.
    pub async fn rule_statuses(&self, names: &[String]) -> Result<Vec<RuleStatus>, Error> {
        let mut statuses = Vec::new();
        for names in names.chunks(NAMES_MAXIMUM) {
            let pages = pages(STATUS, |position| async move {
                let wire = Wire::raw(STATUS, self.journal());
                let request = self
                    .client()
                    .describe_config_rule_evaluation_status()
                    .set_config_rule_names(Some(names.to_vec()))
                    .set_next_token(position.token);
                let result = request.customize().interceptor(wire.clone()).send().await;
                let page: StatusPage = wire.read(self.subject(), result)?;
                Ok((page.config_rules_evaluation_status, page.next_token))
            });
            match pages.try_concat().await {
                Ok(some) => statuses.extend(some),
                Err(error) if error.code() == Some("NoSuchConfigRuleException") => {}
                Err(error) => return Err(error),
            }
        }
        Ok(statuses)
    }

    /// Returns the time at which AWS Config last recorded a result of a rule; `None` if it holds none. Stops at the
    /// first page with a time that is not before `enough`.
    ///
    /// # Errors
    /// Returns the error of `GetComplianceDetailsByConfigRule`.
    pub async fn last_result(
        &self,
        rule_name: &str,
        enough: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, Error> {
        let subject = &format!("of {rule_name} {}", self.subject());
        let mut pages = pin!(pages(OPERATION, |position| async move {
            let wire = Wire::raw(OPERATION, self.journal());
            let request = compliance_details::request(self.client(), rule_name, position.token);
            let result = request.customize().interceptor(wire.clone()).send().await;
            let page: ResultsPage = wire.read(subject, result)?;
            Ok((page.evaluation_results, page.next_token))
        }));
        let mut last = None;
        while let Some(results) = pages.try_next().await? {
            last = results.into_iter().map(|result| result.result_recorded_time).max().flatten().max(last);
            if last >= Some(enough) {
                break;
            }
        }
        Ok(last)
    }
}
