//! Submits evaluations in batches, and again if AWS Config rejects some of them.

use std::collections::HashSet;
use std::fmt;
use std::time::Duration;

use aws_sdk_config::types;
use serde::Deserialize;

use crate::error::{Cause, Error};
use crate::evaluation::Evaluation;
use crate::session::Session;
use crate::time::sdk_time;
use crate::wire::Wire;

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

/// Checks only that the response is a whole JSON object; the SDK parses its members.
#[derive(Deserialize)]
struct PutEvaluationsResponse {}

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
        let wire = Wire::typed(OPERATION, self.journal());
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
        let response = result
            .map_err(|error| wire.error(&subject, &error).map_message(|message| token.redact(message)))?;
        wire.parse::<PutEvaluationsResponse>()?;
        let rejected: HashSet<String> = response
            .failed_evaluations()
            .iter()
            .map(|rejected| rejected.compliance_resource_id().to_owned())
            .collect();
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
