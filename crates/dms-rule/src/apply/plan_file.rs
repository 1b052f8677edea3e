//! The file of a plan: it is applied only as `dms-rule plan` wrote it.

use std::fmt::Write as _;
use std::path::Path;

use aws_client::migration::document;
use remediation::formats::{self, shown};
use remediation::{Note, Plan, SCHEMA_VERSION};
use serde_json::Value;

/// The most faults of a plan that are listed.
const FAULTS_MAXIMUM: usize = 10;

/// Reads a plan.
///
/// # Errors
/// Returns a message with the file's name if it is no plan of this version, lacks a member, has another one or one twice.
pub(super) fn read(path: &Path) -> Result<Plan, String> {
    let name = path.display();
    let bytes = std::fs::read(path).map_err(|error| format!("{name}: {error}"))?;
    let json = serde_json::from_slice(&bytes).map_err(|error| format!("{name}: not JSON: {error}"))?;
    let document = document(json).map_err(|error| shown(&format!("{name}: not a plan: {error}")))?;
    let version = document.get("schemaVersion").and_then(Value::as_u64);
    if version != Some(SCHEMA_VERSION.into()) {
        return Err(format!(
            "{name}: not a plan with the schemaVersion {SCHEMA_VERSION}; make one with `dms-rule plan --format json`"
        ));
    }
    formats::read(document).map_err(|faults| {
        format!(
            "{name}: not a plan: it is not as `dms-rule plan` wrote it. Make a new plan:{}",
            list(&faults)
        )
    })
}

/// Checks that nothing blocks a plan.
///
/// # Errors
/// Returns a message with everything that blocks.
pub(super) fn check_ready(plan: &Plan) -> Result<(), String> {
    if plan.is_ready() {
        return Ok(());
    }
    let next =
        |note: &Note| if note.next.is_empty() { String::new() } else { format!(". Next: {}", note.next) };
    let blocks: Vec<String> =
        plan.refusals().map(|note| format!("{}{}", note.statement(), next(note))).collect();
    Err(format!("the plan is blocked, so nothing was done:{}", list(&blocks)))
}

/// Checks that a plan follows from its own facts.
///
/// # Errors
/// Returns a message with each member that does not.
pub(super) fn check_agreement(plan: &Plan) -> Result<(), String> {
    let faults = plan.contradictions();
    if faults.is_empty() {
        return Ok(());
    }
    Err(format!(
        "the plan contradicts itself, so nothing was done: it was changed or damaged. Make a new plan:{}",
        list(&faults)
    ))
}

/// Returns each text on a line of its own.
fn list(texts: &[String]) -> String {
    let mut list = String::new();
    for text in texts.iter().take(FAULTS_MAXIMUM) {
        let _ = write!(list, "\n  {}", shown(text)); // writing to a text does not fail
    }
    if let Some(more) = texts.len().checked_sub(FAULTS_MAXIMUM).filter(|more| *more > 0) {
        let _ = write!(list, "\n  and {more} more");
    }
    list
}
