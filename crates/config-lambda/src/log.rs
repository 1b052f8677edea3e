use std::time::Duration;

use aws_client::Entries;
use lambda_runtime::Diagnostic;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::event::ConfigEvent;

/// Sends our own lines, and no others, to standard output as JSON: the SDK and the runtime write payloads at
/// their lower levels. The level is Lambda's `AWS_LAMBDA_LOG_LEVEL`, INFO if it is not set (AWS Lambda
/// developer guide, "Configuring advanced logging controls").
pub(crate) fn init() {
    let level = std::env::var("AWS_LAMBDA_LOG_LEVEL").ok().and_then(|level| match level.as_str() {
        "FATAL" => Some(LevelFilter::ERROR),
        other => other.parse().ok(),
    });
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_target(false);
    let ours = Targets::new().with_target("config_lambda", level.unwrap_or(LevelFilter::INFO));
    // Only a test initialises twice; the first initialisation holds.
    let _ = tracing_subscriber::registry().with(ours).with(lines).try_init();
}

/// Writes the one line of an invocation.
pub(crate) fn invocation(
    event: Option<&ConfigEvent>,
    entries: &Entries,
    duration: Duration,
    error: Option<&Diagnostic>,
) {
    let message_type = event.map(|event| event.invoking_event.message_type());
    let rule = event.map(|event| event.rule_parameters.rule.identifier);
    let config_rule_name = event.and_then(|event| event.config_rule_name.as_deref());
    let account = event.and_then(ConfigEvent::account);
    let count = |compliance_type: &str| entries.accepted.get(compliance_type).copied().unwrap_or_default();
    let calls = entries
        .calls
        .iter()
        .map(|(operation, times)| format!("{operation}:{times}"))
        .collect::<Vec<_>>()
        .join(" ");
    let milliseconds = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    // A macro, since the level of an event of `tracing` is a constant.
    macro_rules! write_line {
        ($level:ident, $($more:tt)*) => {
            tracing::$level!(
                messageType = message_type,
                rule,
                configRuleName = config_rule_name,
                account,
                listed = entries.listed,
                compliant = count("COMPLIANT"),
                nonCompliant = count("NON_COMPLIANT"),
                notApplicable = count("NOT_APPLICABLE"),
                awsCalls = entries.calls.values().sum::<usize>(),
                calls,
                durationMs = milliseconds,
                $($more)*
            )
        };
    }
    match error {
        None => write_line!(info, "evaluated"),
        Some(error) => {
            write_line!(error, errorType = error.error_type.as_str(), error = %error.error_message, "failed");
        }
    }
}
