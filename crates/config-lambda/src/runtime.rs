//! Lambda's side of an invocation: the deadline, the log line, the error answer.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::value::RawValue;

use crate::aws::Aws;
use crate::journal::Journal;
use crate::{ConfigEvent, Error, ErrorKind, Report, handler, log};

/// Serves invocations until the runtime ends. A panic in one becomes its error answer; the next finds the function
/// alive.
///
/// # Errors
/// The Runtime API cannot be reached.
pub async fn run() -> Result<(), lambda_runtime::Error> {
    log::init();
    let aws = Aws::from_env();
    let aws = &aws;
    lambda_runtime::run(service_fn(move |invocation: LambdaEvent<Box<RawValue>>| serve(invocation, aws)))
        .await
}

async fn serve(invocation: LambdaEvent<Box<RawValue>>, aws: &Aws) -> Result<Report, Error> {
    let began = Instant::now();
    let journal = Arc::new(Journal::default());
    let event = ConfigEvent::from_json(invocation.payload.get());
    let outcome = match &event {
        Err(_) => None,
        Ok(event) => {
            let left = time_left(invocation.context.deadline());
            let flow = handler::handle(event, &invocation.context.invoked_function_arn, aws, &journal);
            Some(tokio::time::timeout(left, flow).await.unwrap_or_else(|_| Err(out_of_time(&journal))))
        }
    };
    let (event, outcome) = match (event, outcome) {
        (Ok(event), Some(outcome)) => {
            let outcome = outcome
                .map_err(|error| Error::new(error.kind(), event.result_token.redact(&error.to_string())));
            (Some(event), outcome)
        }
        (Ok(event), None) => (Some(event), Err(Error::internal("the event was not handled"))),
        (Err(error), _) => (None, Err(error)),
    };
    log::invocation(event.as_ref(), &journal.snapshot(), began.elapsed(), outcome.as_ref().err());
    outcome
}

/// Until the deadline, less a tenth of it or a second: the answer must still reach Lambda.
fn time_left(deadline: SystemTime) -> Duration {
    let left = deadline.duration_since(SystemTime::now()).unwrap_or_default();
    left.saturating_sub((left / 10).min(Duration::from_secs(1)))
}

fn out_of_time(journal: &Journal) -> Error {
    let entries = journal.snapshot();
    let (last, kind) =
        entries.last_failure.clone().unwrap_or_else(|| ("none".to_owned(), ErrorKind::Internal));
    Error::new(
        kind,
        format!(
            "out of time: {} resources listed, {} evaluations accepted by AWS Config; last failed attempt: {last}. Next: Lambda invokes again; if it goes on, raise the function's timeout",
            entries.listed,
            entries.accepted_in_all(),
        ),
    )
}
