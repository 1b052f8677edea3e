//! The version of the program.

/// Returns the version for `--version`: `0.2.0 (7a52e77f1c20 2026-11-27)`, with the commit and its day that
/// `cargo run -p package -- release` gives; any other build says that it is one.
pub(crate) fn version() -> String {
    let number = env!("CARGO_PKG_VERSION");
    match (option_env!("DMS_RULE_COMMIT"), option_env!("DMS_RULE_DATE")) {
        (Some(commit), Some(date)) => format!("{number} ({commit} {date})"),
        _ => format!("{number} (built from source)"),
    }
}
