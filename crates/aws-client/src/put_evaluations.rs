//! Submits evaluations in batches, and again if AWS Config rejects some of them.

use std::collections::HashSet;
use std::fmt;
use std::time::Duration;

use aws_sdk_config::types;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};

use crate::error::{Cause, Error};
use crate::evaluation::Evaluation;
use crate::session::Session;
use crate::time::sdk_time;
use crate::wire::{ERROR_TYPE, Wire};

const OPERATION: &str = "PutEvaluations";

/// The most evaluations of one call (API reference of AWS Config, `PutEvaluations`).
pub const BATCH_MAXIMUM: usize = 100;

/// The maximum of submissions of evaluations that come back in `FailedEvaluations`.
const ATTEMPTS: u32 = 4;

/// The opaque token that binds evaluations to an invocation. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct ResultToken(String);

impl ResultToken {
    /// Wraps the token of an event.
    #[must_use]
    pub fn new(token: String) -> Self {
        Self(token)
    }

    /// Returns the token as it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns true for `TESTMODE`: AWS Config validates the evaluations and stores none (the Rule
    /// Development Kit's convention for `TestMode`).
    #[must_use]
    pub fn is_test_mode(&self) -> bool {
        self.0 == "TESTMODE"
    }

    /// Returns `text` with the token replaced.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        if self.is_test_mode() { text.to_owned() } else { text.replace(&self.0, "[result token]") }
    }
}

impl fmt::Debug for ResultToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResultToken(..)")
    }
}

/// An evaluation that AWS Config rejected.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct FailedEvaluation {
    compliance_resource_id: String,
}

/// Reads the response: the resource ids of rejected evaluations.
///
/// Only a response that has nothing against it is a success: it is empty, or has the list. An error in the body of
/// a response of the status 200, or an object of another operation, is an error.
struct RejectedSeed;

impl<'de> DeserializeSeed<'de> for RejectedSeed {
    type Value = HashSet<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RejectedSeed {
    type Value = HashSet<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with FailedEvaluations")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        const LIST: &str = "FailedEvaluations";
        let (mut list, mut has_others) = (None, false);
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                LIST => {
                    if list.replace(map.next_value::<Option<Vec<FailedEvaluation>>>()?).is_some() {
                        return Err(A::Error::duplicate_field(LIST));
                    }
                }
                ERROR_TYPE => return Err(A::Error::unknown_field(ERROR_TYPE, &[LIST])),
                _ => {
                    has_others = true;
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if list.is_none() && has_others {
            return Err(A::Error::missing_field(LIST));
        }
        Ok(list
            .flatten()
            .unwrap_or_default()
            .into_iter()
            .map(|failed| failed.compliance_resource_id)
            .collect())
    }
}

impl Session {
    /// Submits evaluations, at most [`BATCH_MAXIMUM`], and submits again those that AWS Config rejects.
    /// Returns `Ok` if it accepted every one.
    ///
    /// # Errors
    /// Returns the error of `PutEvaluations`, or [`Cause::RejectedEvaluations`] after the last attempt.
    pub async fn put_evaluations(
        &self,
        token: &ResultToken,
        mut pending: Vec<Evaluation>,
    ) -> Result<(), Error> {
        for attempt in 1..=ATTEMPTS {
            let rejected = self.put_once(token, &pending).await?;
            let (again, accepted): (Vec<_>, Vec<_>) =
                pending.into_iter().partition(|evaluation| rejected.contains(&evaluation.resource_id));
            accepted.iter().for_each(|evaluation| self.journal().count_accepted(evaluation.compliance_type));
            pending = again;
            if pending.is_empty() {
                return Ok(());
            }
            if attempt < ATTEMPTS {
                tokio::time::sleep(Duration::from_millis(fastrand::u64(1..=200 << attempt))).await;
            }
        }
        let first = pending.first().map(|evaluation| evaluation.resource_id.clone()).unwrap_or_default();
        let cause = Cause::RejectedEvaluations { count: pending.len(), attempts: ATTEMPTS, first };
        Err(Error::new(OPERATION, "", cause))
    }

    /// Submits evaluations once and returns the resource ids of those that AWS Config rejects.
    async fn put_once(
        &self,
        token: &ResultToken,
        evaluations: &[Evaluation],
    ) -> Result<HashSet<String>, Error> {
        let wire = Wire::raw(OPERATION, self.journal());
        let subject = format!("of {} evaluations", evaluations.len());
        let result = self
            .clients()
            .config_service()
            .put_evaluations()
            .result_token(token.as_str())
            .set_evaluations(Some(evaluations.iter().map(sdk_evaluation).collect::<Result<_, _>>()?))
            .set_test_mode(token.is_test_mode().then_some(true))
            .customize()
            .interceptor(wire.clone())
            .send()
            .await;
        wire.check(&subject, result).map_err(|error| error.map_message(|message| token.redact(message)))?;
        let rejected = wire.parse_with(RejectedSeed)?;
        let is_submitted = |id: &String| evaluations.iter().any(|evaluation| evaluation.resource_id == *id);
        if rejected.iter().all(is_submitted) {
            return Ok(rejected);
        }
        // An id came back that was not submitted: all are submitted again, which does no harm.
        Ok(evaluations.iter().map(|evaluation| evaluation.resource_id.clone()).collect())
    }
}

fn sdk_evaluation(evaluation: &Evaluation) -> Result<types::Evaluation, Error> {
    types::Evaluation::builder()
        .compliance_resource_type(&evaluation.resource_type)
        .compliance_resource_id(&evaluation.resource_id)
        .compliance_type(types::ComplianceType::from(evaluation.compliance_type.as_str()))
        .annotation(evaluation.annotation.as_str())
        .ordering_timestamp(sdk_time(evaluation.ordering_timestamp))
        .build()
        .map_err(|_| Error::new(OPERATION, "", Cause::NotSent))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<HashSet<String>, Error> {
        Wire::with_body(OPERATION, text).parse_with(RejectedSeed)
    }

    #[test]
    fn a_response_with_anything_against_it_is_no_success() {
        for text in ["{}", r#"{"FailedEvaluations": []}"#, r#"{"FailedEvaluations": null, "New": 1}"#] {
            assert!(read(text).unwrap().is_empty(), "{text}");
        }
        let one = r#"{"FailedEvaluations": [{"ComplianceResourceId": "a", "Annotation": null}]}"#;
        assert_eq!(read(one).unwrap(), HashSet::from(["a".to_owned()]));
        for text in [
            r#"{"__type": "InternalFailure"}"#,
            r#"{"FailedEvaluations": [], "__type": "com.amazonaws.config#InternalFailure"}"#,
            r#"{"message": "Rate exceeded"}"#,
            r#"{"Error": {"Code": "AccessDenied"}}"#,
            r#"{"EvaluationResults": []}"#,
            r#"{"FailedEvaluations": {}}"#,
            r#"{"FailedEvaluations": "none"}"#,
            r#"{"FailedEvaluations": 0}"#,
            r#"{"FailedEvaluations": false}"#,
            r#"{"FailedEvaluations": [null]}"#,
            r#"{"FailedEvaluations": ["a"]}"#,
            r#"{"FailedEvaluations": [{}]}"#,
            r#"{"FailedEvaluations": [{"ComplianceResourceId": null}]}"#,
            r#"{"FailedEvaluations": [{"ComplianceResourceId": "a"}], "FailedEvaluations": []}"#,
            "[]",
            "[[]]",
            "null",
            "true",
            "",
            "{",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
