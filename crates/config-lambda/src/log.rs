use std::time::Duration;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::journal::Entries;
use crate::{ConfigEvent, Error};

/// Sends our own lines, and only those, to standard output as JSON: the SDK and the runtime write payloads at their
/// lower levels. The level is Lambda's `AWS_LAMBDA_LOG_LEVEL`, INFO if it is not set.
pub(crate) fn init() {
    let level = std::env::var("AWS_LAMBDA_LOG_LEVEL").ok().and_then(|level| match level.as_str() {
        "FATAL" => Some(LevelFilter::ERROR),
        other => other.parse().ok(),
    });
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_target(false);
    let ours = Targets::new().with_target("config_lambda", level.unwrap_or(LevelFilter::INFO));
    // A second initialisation can only be a test's; the first stays.
    let _ = tracing_subscriber::registry().with(ours).with(lines).try_init();
}

/// The one line of an invocation.
pub(crate) fn invocation(
    event: Option<&ConfigEvent>,
    entries: &Entries,
    duration: Duration,
    error: Option<&Error>,
) {
    let message_type = event.map(|event| event.invoking_event.message_type());
    let rule = event.map(|event| event.rule_parameters.rule.identifier);
    let config_rule_name = event.and_then(|event| event.config_rule_name.as_deref());
    let account = event.and_then(ConfigEvent::account);
    let count = |word: &str| entries.accepted.get(word).copied().unwrap_or_default();
    let calls = entries
        .calls
        .iter()
        .map(|(operation, times)| format!("{operation}:{times}"))
        .collect::<Vec<_>>()
        .join(" ");
    let milliseconds = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    macro_rules! line {
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
        None => line!(info, "evaluated"),
        Some(error) => line!(error, errorType = error.kind().as_str(), error = %error, "failed"),
    }
}
