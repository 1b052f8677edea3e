//! The endpoint of AWS: one HTTP request from its signature to the bytes of its response.

use std::io;
use std::time::{Duration, Instant};

use hyper::HeaderMap;
use hyper::header::CONTENT_TYPE;

use crate::dispatch;
use crate::fault::{FaultCounter, FaultKind};
use crate::http::{HttpResponse, ResponseBody, response};
use crate::request::{AwsRequest, Target};
use crate::signature;
use crate::state::{Call, Shared};

/// Responds to a request and records it as a [`Call`].
///
/// # Errors
/// Returns an error if a fault closes the connection.
pub(crate) async fn respond(
    headers: &HeaderMap,
    path: &str,
    body: &[u8],
    shared: &Shared,
    connection: u64,
) -> HttpResponse {
    let start = Instant::now();
    let target = Target::read(headers, path, body);
    let find = |key: &str| shared.state().credentials.get(key).cloned();
    let caller = signature::verify(headers, path, target.service, body, find);
    let mut call = Call {
        service: target.service,
        operation: target.operation.clone(),
        account_id: caller.as_ref().map(|caller| caller.account_id.clone()).unwrap_or_default(),
        region: caller.as_ref().map(|caller| caller.region.clone()).unwrap_or_default(),
        request: target.parameters(body),
        status: None,
        error_code: None,
        request_id: shared.next_request_id(),
        connection,
        duration: Duration::ZERO,
    };
    let (index, fault, delay) = {
        let mut state = shared.state();
        state.calls.push(call.clone()); // now, so that the list has the order of arrival
        let fault = state.fault(&call);
        (state.calls.len() - 1, fault, state.delay)
    };
    sleep(delay + slowness(fault.as_ref())).await;
    let result = caller.and_then(|caller| {
        target.check_content_type(headers)?;
        let request = AwsRequest {
            service: target.service,
            operation: target.operation.clone(),
            parameters: call.request.clone(),
            caller,
            request_id: call.request_id.clone(),
        };
        dispatch::respond(&mut shared.state(), &request, fault.as_ref(), index)
    });
    let is_dropped = matches!(fault, Some(FaultKind::DropConnection | FaultKind::DropAfter));
    let is_silent = fault.as_ref().is_some_and(FaultKind::is_silent);
    let status = result.as_ref().map_or_else(|error| error.status, |_| 200);
    call.status = (!is_dropped && !is_silent).then_some(status);
    call.error_code = result.as_ref().err().map(|error| error.code.to_string());
    call.duration = start.elapsed();
    let request_id = call.request_id.clone();
    if let Some(entry) = shared.state().calls.get_mut(index) {
        *entry = call;
    }
    if is_silent {
        wait_for_the_end_of_silence(shared).await;
    }
    if is_dropped || is_silent {
        return Err(io::Error::other("dropped by a fault"));
    }
    let error_type = result.as_ref().err().map(|error| ("x-amzn-errortype", error.code.to_string()));
    let body = result.unwrap_or_else(|error| {
        if target.uses_query_protocol() { error.xml(&request_id) } else { error.json().to_string() }
    });
    let content_type = if target.uses_query_protocol() { "text/xml" } else { "application/x-amz-json-1.1" };
    let mut headers =
        vec![(CONTENT_TYPE.as_str(), content_type.to_owned()), ("x-amzn-requestid", request_id)];
    headers.extend(error_type.filter(|_| target.service == "securityhub")); // REST-JSON has the code here
    response(status, &headers, distort(body, fault.as_ref()))
}

/// Waits until the faults that keep clients waiting are cleared. The client may close the connection before.
async fn wait_for_the_end_of_silence(shared: &Shared) {
    while shared.state().faults.iter().any(FaultCounter::is_silent) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Returns the body that is sent for `body` under a fault.
fn distort(body: String, fault: Option<&FaultKind>) -> ResponseBody {
    match fault {
        Some(FaultKind::Garbage) => ResponseBody::whole("<html>a proxy was here</html>"),
        Some(FaultKind::EmptyBody) => ResponseBody::whole(""),
        Some(FaultKind::EmptyObject) => ResponseBody::whole("{}"),
        Some(FaultKind::ErrorWithSuccess) => ResponseBody::whole(r#"{"__type": "InternalFailure"}"#),
        Some(FaultKind::CutShort) => ResponseBody::first_half(body),
        _ => ResponseBody::whole(body),
    }
}

fn slowness(fault: Option<&FaultKind>) -> Duration {
    match fault {
        Some(FaultKind::Slow { milliseconds }) => Duration::from_millis(*milliseconds),
        _ => Duration::ZERO,
    }
}

/// Sleeps on a thread of the blocking pool: Tokio's timers can fire 1 ms late, which a benchmark would measure as
/// latency of the caller.
async fn sleep(duration: Duration) {
    if duration.is_zero() {
        return;
    }
    let end = Instant::now() + duration;
    let sleep = move || std::thread::sleep(end.saturating_duration_since(Instant::now()));
    let _ = tokio::task::spawn_blocking(sleep).await; // fails only if the closure panics
}
