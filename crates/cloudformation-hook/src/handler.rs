//! The flow of one event: event → planned resource → rules → response.

use chrono::{DateTime, Utc};
use rule_core::Json;

use crate::evaluation::{RuleResult, State, evaluate};
use crate::event::{self, HookEvent, Operation, Write};
use crate::invalid_event::InvalidEvent;
use crate::response::{Annotation, AnnotationStatus, Response};
use crate::settings::{Settings, UnknownResult};

/// Returns the response to the payload of one invocation, at that time. Every payload gets one.
#[must_use]
pub fn respond(payload: &str, settings: &Settings, at: DateTime<Utc>) -> Response {
    match event::parse(payload) {
        Ok(event) => respond_to(&event, settings, at),
        Err(error) => Response::internal_failure(None, &error.to_string()),
    }
}

/// Returns the response to an event that is JSON.
pub(crate) fn respond_to(event: &Json, settings: &Settings, at: DateTime<Utc>) -> Response {
    let token = match event::token(event) {
        Ok(token) => token,
        Err(error) => return Response::internal_failure(None, &error.to_string()),
    };
    match evaluated(event, &token, settings, at) {
        Ok(response) => response,
        Err(error) => Response::internal_failure(Some(token), &error.to_string()),
    }
}

fn evaluated(
    event: &Json,
    token: &str,
    settings: &Settings,
    at: DateTime<Utc>,
) -> Result<Response, InvalidEvent> {
    let event = HookEvent::read(event)?;
    let success = |message: &str| Ok(Response::success(token.to_owned(), message, Vec::new()));
    match &event.operation {
        Operation::Delete => success("nothing is evaluated before a deletion"),
        Operation::Other { resource_type } => success(&format!("no rule evaluates {resource_type}")),
        Operation::Write(write) => {
            let name = event.logical_id.as_deref().unwrap_or("without logical id");
            let results = evaluate(write, &write.properties, (name, event.has_stack), &settings.rules, at)?;
            let earlier = earlier(write, event.has_stack, settings, at);
            Ok(response(token, (write, name), &results, &earlier, settings.unknown))
        }
    }
}

/// Returns the names of the rules that the resource violated before an update. Properties that cannot be read violate
/// none: the text of a message alone depends on it.
fn earlier(write: &Write, has_stack: bool, settings: &Settings, at: DateTime<Utc>) -> Vec<&'static str> {
    let Some(previous @ Json::Object(_)) = &write.previous else { return Vec::new() };
    let results = evaluate(write, previous, ("", has_stack), &settings.rules, at).unwrap_or_default();
    let violated = results.iter().filter(|result| result.state == State::Failed);
    violated.map(|result| result.rule.identifier).collect()
}

fn response(
    token: &str,
    (write, name): (&Write, &str),
    results: &[RuleResult],
    earlier: &[&str],
    unknown: UnknownResult,
) -> Response {
    let annotations: Vec<Annotation> = results
        .iter()
        .map(|result| {
            let is_old = result.state == State::Failed && earlier.contains(&result.rule.identifier);
            annotation(result, is_old, unknown)
        })
        .collect();
    let count = |status| annotations.iter().filter(|annotation| annotation.status() == status).count();
    let subject = format!("{} {name}", write.type_name);
    let token = token.to_owned();
    match count(AnnotationStatus::Failed) {
        0 => {}
        1 => return Response::non_compliant(token, &format!("{subject}: 1 rule fails."), annotations),
        failed => {
            return Response::non_compliant(token, &format!("{subject}: {failed} rules fail."), annotations);
        }
    }
    let passed = match count(AnnotationStatus::Passed) {
        1 => "1 rule passes".to_owned(),
        passed => format!("{passed} rules pass"),
    };
    let let_through: Vec<String> = results
        .iter()
        .filter(|result| !matches!(result.state, State::Passed | State::NotApplicable))
        .map(|result| format!("{}: {}", result.rule.identifier, result.reason))
        .collect();
    let message = if results.is_empty() {
        format!("{subject}: none of the rules of this hook evaluates the type")
    } else if let_through.is_empty() {
        format!("{subject}: {passed}")
    } else {
        format!("{subject}: {passed}, {} let through: {}", let_through.len(), let_through.join(" "))
    };
    Response::success(token, &message, annotations)
}

fn annotation(result: &RuleResult, is_old: bool, unknown: UnknownResult) -> Annotation {
    let RuleResult { rule, state, reason, fix } = result;
    let status = match (state, unknown) {
        (State::Passed, _) => AnnotationStatus::Passed,
        (State::Failed, _) | (State::Unknown, UnknownResult::Fail) => AnnotationStatus::Failed,
        (State::Unknown, UnknownResult::Warn)
        | (State::Exempt | State::NotApplicable | State::NotEvaluated, _) => AnnotationStatus::Skipped,
    };
    if is_old {
        let reason = format!("{reason} It was so before this update.");
        return Annotation::new(rule, status, &reason, fix);
    }
    Annotation::new(rule, status, reason, fix)
}
