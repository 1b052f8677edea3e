//! The Lambda Runtime API ("Using the Lambda runtime API for custom runtimes" in the Lambda developer guide).

use hyper::Method;

use crate::http::{HttpResponse, ResponseBody, response};
use crate::invocation::{InvocationQueue, PendingInvocation};

/// The start of every path of the Runtime API.
pub(crate) const PREFIX: &str = "/2018-06-01/runtime/";

/// Responds to a request of the function. `path` is the path after [`PREFIX`].
pub(crate) async fn respond(
    method: &Method,
    path: &str,
    body: &[u8],
    invocations: &InvocationQueue,
) -> HttpResponse {
    let segments: Vec<&str> = path.split('/').collect();
    match (method, segments.as_slice()) {
        (&Method::GET, ["invocation", "next"]) => next(invocations.next().await),
        (&Method::POST, ["invocation", request_id, "response"]) => {
            acknowledge(invocations.succeed(request_id, body))
        }
        (&Method::POST, ["invocation", request_id, "error"]) => {
            acknowledge(invocations.fail(request_id, body))
        }
        (&Method::POST, ["init", "error"]) => {
            invocations.fail_all(body);
            acknowledge(true)
        }
        _ => response(404, &[], ResponseBody::whole("")),
    }
}

fn next(PendingInvocation { request_id, deadline, invocation }: PendingInvocation) -> HttpResponse {
    let mut headers = vec![
        ("content-type", "application/json".to_owned()),
        ("lambda-runtime-aws-request-id", request_id),
        ("lambda-runtime-deadline-ms", deadline.to_string()),
        ("lambda-runtime-trace-id", "Root=1-00000000-000000000000000000000000;Sampled=0".to_owned()),
    ];
    headers.extend(invocation.function_arn.map(|arn| ("lambda-runtime-invoked-function-arn", arn)));
    response(200, &headers, ResponseBody::whole(invocation.payload))
}

/// Responds with 202 if the report was accepted, else with 400.
fn acknowledge(is_accepted: bool) -> HttpResponse {
    response(if is_accepted { 202 } else { 400 }, &[], ResponseBody::whole(r#"{"status":"OK"}"#))
}
