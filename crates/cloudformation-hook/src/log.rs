use std::time::Duration;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::response::{AnnotationStatus, Response};

/// Sends our own lines, and no others, to standard output as JSON: the runtime writes payloads at its lower levels, and
/// they hold passwords. The level is Lambda's `AWS_LAMBDA_LOG_LEVEL`, INFO if it is not set (AWS Lambda developer guide,
/// "Configuring advanced logging controls"). A panic is a line with its place alone: its message may quote a property.
pub(crate) fn init() {
    let level = std::env::var("AWS_LAMBDA_LOG_LEVEL").ok().and_then(|level| match level.as_str() {
        "FATAL" => Some(LevelFilter::ERROR),
        other => other.parse().ok(),
    });
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_target(false);
    let ours = Targets::new().with_target("cloudformation_hook", level.unwrap_or(LevelFilter::INFO));
    // Only a test initialises twice; the first initialisation holds.
    let _ = tracing_subscriber::registry().with(ours).with(lines).try_init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "panicked");
    }));
}

/// Writes the one line of an invocation. The message has no value of a property that no rule reads.
pub(crate) fn invocation(response: &Response, duration: Duration) {
    let milliseconds = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    // A macro, since the level of an event of `tracing` is a constant.
    macro_rules! write_line {
        ($level:ident, $message:literal) => {
            tracing::$level!(
                errorCode = response.error_code(),
                reason = response.message(),
                passed = response.count(AnnotationStatus::Passed),
                failed = response.count(AnnotationStatus::Failed),
                skipped = response.count(AnnotationStatus::Skipped),
                durationMs = milliseconds,
                $message
            )
        };
    }
    match response.error_code() {
        None => write_line!(info, "succeeded"),
        Some("NonCompliant") => write_line!(warn, "non-compliant"),
        Some(_) => write_line!(error, "failed"),
    }
}
