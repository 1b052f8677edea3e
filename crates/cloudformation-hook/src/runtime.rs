//! Lambda's side of an invocation: the deadline, panics, payloads that are no JSON, the log line.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, Utc};
use lambda_runtime::tower::util::MapRequestLayer;
use lambda_runtime::{Diagnostic, LambdaEvent, LambdaInvocation, Runtime, service_fn};
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::event;
use crate::handler;
use crate::log;
use crate::response::Response;
use crate::settings::{InvalidSetting, Settings};

/// The longest time for one event: a hook waits 30 seconds for its response (CloudFormation Hooks user guide, "Developing a
/// Lambda Hook").
const TIME_MAXIMUM: Duration = Duration::from_secs(20);

/// Serves invocations until the runtime ends. Each one gets a response: an error of the invocation would show the user of a
/// stack nothing but that the hook has failed.
///
/// # Errors
/// Returns the error of the Runtime API if it cannot be reached.
pub async fn run() -> Result<(), lambda_runtime::Error> {
    log::init();
    let settings = Arc::new(Settings::from_env());
    let service = service_fn(move |invocation: LambdaEvent<Box<RawValue>>| {
        let settings = Arc::clone(&settings);
        async move { Ok::<_, Diagnostic>(serve(invocation, settings).await) }
    });
    // The runtime makes an error of a payload that is no JSON before it calls the service.
    let readable = MapRequestLayer::new(|mut invocation: LambdaInvocation| {
        let is_json = serde_json::from_slice::<IgnoredAny>(&invocation.body).is_ok()
            && std::str::from_utf8(&invocation.body).is_ok();
        if !is_json {
            invocation.body = "null".into();
        }
        invocation
    });
    Runtime::new(service).layer(readable).run().await
}

async fn serve(
    invocation: LambdaEvent<Box<RawValue>>,
    settings: Arc<Result<Settings, InvalidSetting>>,
) -> Response {
    let began = Instant::now();
    let limit = time_left(invocation.context.deadline());
    let now = DateTime::<Utc>::from(SystemTime::now());
    let payload = invocation.payload;
    let response = within(limit, move |token| respond(payload.get(), &settings, now, token)).await;
    log::invocation(&response, began.elapsed());
    response
}

/// Returns the response to a payload, and gives its token away as soon as it is read.
fn respond(
    payload: &str,
    settings: &Result<Settings, InvalidSetting>,
    now: DateTime<Utc>,
    token: &OnceLock<String>,
) -> Response {
    let event = match event::parse(payload) {
        Ok(event) => event,
        Err(error) => return Response::internal_failure(None, &error.to_string()),
    };
    if let Ok(read) = event::token(&event) {
        let _ = token.set(read); // it is set once
    }
    match settings {
        Ok(settings) => handler::respond_to(&event, settings, now),
        Err(error) => Response::internal_failure(token.get().cloned(), &error.to_string()),
    }
}

/// Returns the response of some work; a failure if it panics or is not done within the time.
async fn within(
    limit: Duration,
    work: impl FnOnce(&OnceLock<String>) -> Response + Send + 'static,
) -> Response {
    let token = Arc::new(OnceLock::new());
    let its_own = Arc::clone(&token);
    let work = tokio::task::spawn_blocking(move || work(&its_own));
    let late = format!("there was no result within {} ms", limit.as_millis());
    let reason = match tokio::time::timeout(limit, work).await {
        // No time was left for it, however soon it was done.
        Ok(Ok(_)) if limit.is_zero() => late,
        Ok(Ok(response)) => return response,
        Ok(Err(_)) => "the function panicked, and its log has the place".to_owned(),
        Err(_) => late,
    };
    Response::internal_failure(token.get().cloned(), &reason)
}

/// Returns the time until the deadline, less a tenth of it or a second: the response must still reach Lambda.
fn time_left(deadline: SystemTime) -> Duration {
    let left = deadline.duration_since(SystemTime::now()).unwrap_or_default();
    left.saturating_sub((left / 10).min(Duration::from_secs(1))).min(TIME_MAXIMUM)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
    }

    fn json(response: &Response) -> serde_json::Value {
        serde_json::to_value(response).unwrap()
    }

    #[test]
    fn work_that_panics_or_takes_too_long_is_a_failure_with_the_token() {
        let panicking = within(Duration::from_secs(5), |token| {
            token.set("t".to_owned()).unwrap();
            let secret = "hunter2";
            assert_eq!(secret, "", "{secret}");
            Response::success("t".to_owned(), "passes", Vec::new())
        });
        let slow = within(Duration::from_millis(5), |token| {
            token.set("t".to_owned()).unwrap();
            std::thread::sleep(Duration::from_millis(100));
            Response::success("t".to_owned(), "passes", Vec::new())
        });
        let runtime = runtime();
        for response in [runtime.block_on(panicking), runtime.block_on(slow)] {
            let json = json(&response);
            assert_eq!(json["hookStatus"], "FAILED", "{json}");
            assert_eq!(json["errorCode"], "InternalFailure", "{json}");
            assert_eq!(json["clientRequestToken"], "t", "{json}");
            assert!(!json.to_string().contains("hunter2"), "{json}");
        }
    }

    #[test]
    fn the_response_comes_before_the_deadline_and_before_a_hook_ends_its_wait() {
        let left = |seconds| time_left(SystemTime::now() + Duration::from_secs(seconds));
        assert!(left(10) < Duration::from_secs(10) && left(10) > Duration::from_secs(8));
        assert_eq!(left(900), TIME_MAXIMUM);
        assert_eq!(time_left(SystemTime::UNIX_EPOCH), Duration::ZERO);
    }
}
