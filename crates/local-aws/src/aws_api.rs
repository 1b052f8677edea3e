//! The endpoint of AWS: one HTTP request from its signature to the bytes of its response.

use std::io;
use std::time::{Duration, Instant};

use hyper::HeaderMap;

use crate::fault::{FaultCounter, FaultKind};
use crate::http::{HttpResponse, ResponseBody, response};
use crate::received::ReceivedRequest;
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
    let received = ReceivedRequest::read(headers, path, body, shared);
    let caller = received.caller.as_ref().ok();
    let mut call = Call {
        service: received.target.service,
        operation: received.target.operation.clone(),
        account_id: caller.map(|caller| caller.account_id.clone()).unwrap_or_default(),
        region: caller.map(|caller| caller.region.clone()).unwrap_or_default(),
        request: received.parameters.clone(),
        status: None,
        error_code: None,
        request_id: received.request_id.clone(),
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
    let text = received.respond(&mut shared.state(), fault.as_ref(), index);
    let is_dropped = fault.as_ref().is_some_and(FaultKind::is_dropped);
    let is_silent = fault.as_ref().is_some_and(FaultKind::is_silent);
    call.status = (!is_dropped && !is_silent).then_some(text.status);
    call.error_code = text.error_code;
    call.duration = start.elapsed();
    if let Some(entry) = shared.state().calls.get_mut(index) {
        *entry = call;
    }
    if is_silent {
        wait_for_the_end_of_silence(shared).await;
    }
    if is_dropped || is_silent {
        return Err(io::Error::other("dropped by a fault"));
    }
    response(text.status, &text.headers, distort(text.body, fault.as_ref()))
}

/// Waits until the faults that keep clients waiting are cleared. The client may close the connection before.
async fn wait_for_the_end_of_silence(shared: &Shared) {
    while shared.state().faults.iter().any(FaultCounter::is_silent) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Returns the body that is sent for `body` under a fault.
fn distort(body: String, fault: Option<&FaultKind>) -> ResponseBody {
    match fault.and_then(FaultKind::body) {
        Some(other) => ResponseBody::whole(other),
        None if fault == Some(&FaultKind::CutShort) => ResponseBody::first_half(body),
        None => ResponseBody::whole(body),
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
