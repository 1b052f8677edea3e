//! Lambda's side of an invocation: the deadline, the log line, the error response.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use aws_client::{Aws, Journal};
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde_json::value::RawValue;

use crate::error::Error;
use crate::event::ConfigEvent;
use crate::handler::{self, Report};
use crate::log;

/// Serves invocations until the runtime ends. A panic in one becomes its error response; the next finds the
/// function alive.
///
/// # Errors
/// Returns the error of the Runtime API if it cannot be reached.
pub async fn run() -> Result<(), lambda_runtime::Error> {
    log::init();
    // An unusable environment is the error of every invocation: Lambda would not show the reason of an init error.
    let aws = Aws::from_env();
    let aws = &aws;
    lambda_runtime::run(service_fn(move |invocation: LambdaEvent<Box<RawValue>>| serve(invocation, aws)))
        .await
}

async fn serve(
    invocation: LambdaEvent<Box<RawValue>>,
    aws: &Result<Aws, aws_client::Error>,
) -> Result<Report, Diagnostic> {
    let LambdaEvent { payload, context } = invocation;
    respond(payload.get(), &context.invoked_function_arn, time_left(context.deadline()), aws).await
}

/// Responds to one event, within this time.
///
/// # Errors
/// Returns the error that Lambda shows and counts.
pub async fn respond(
    payload: &str,
    function_arn: &str,
    time_left: Duration,
    aws: &Result<Aws, aws_client::Error>,
) -> Result<Report, Diagnostic> {
    let began = Instant::now();
    let journal = Arc::new(Journal::default());
    let (event, result) = match ConfigEvent::from_json(payload) {
        Ok(event) => {
            let result = handle_in_time(&event, function_arn, time_left, aws, &journal).await;
            (Some(event), result)
        }
        Err(error) => (None, Err(error.into())),
    };
    let result = result.map_err(|error| diagnostic(&error, event.as_ref()));
    log::invocation(event.as_ref(), &journal.snapshot(), began.elapsed(), result.as_ref().err());
    result
}

async fn handle_in_time(
    event: &ConfigEvent,
    function_arn: &str,
    time_left: Duration,
    aws: &Result<Aws, aws_client::Error>,
    journal: &Arc<Journal>,
) -> Result<Report, Error> {
    let aws = aws.as_ref().map_err(Clone::clone)?;
    let flow = handler::handle(event, function_arn, aws, journal);
    match tokio::time::timeout(time_left, flow).await {
        Ok(result) => result,
        Err(_) => Err(out_of_time(journal)),
    }
}

/// Returns the time until the deadline, less a tenth of it or a second: the response must still reach Lambda.
fn time_left(deadline: SystemTime) -> Duration {
    let left = deadline.duration_since(SystemTime::now()).unwrap_or_default();
    left.saturating_sub((left / 10).min(Duration::from_secs(1)))
}

fn out_of_time(journal: &Journal) -> Error {
    let entries = journal.snapshot();
    Error::OutOfTime {
        listed: entries.listed,
        accepted: entries.accepted_total(),
        last_failure: entries.last_failure,
    }
}

/// Returns the error as Lambda takes it. The result token is removed: AWS may repeat a request in its message.
fn diagnostic(error: &Error, event: Option<&ConfigEvent>) -> Diagnostic {
    let message = error.to_string();
    let error_message = match event {
        Some(event) => event.result_token.redact(&message),
        None => message,
    };
    Diagnostic { error_type: error.kind().as_str().to_owned(), error_message }
}
