//! Words why something could not be read: the same words in every place that has the same cause.

use aws_client::{Cause, Error, Reader};
use report::coverage::NotRead;
use rule_core::ErrorKind;

/// Words an error. `names` are those of its place, which the reason leaves out.
pub(super) fn not_read(error: &Error, names: &[&str]) -> NotRead {
    NotRead {
        operation: error.operation(),
        kind: error.kind(),
        reason: without(&reason(error), names),
        message: error.to_string(),
        next: error.next_step(Reader::Person),
    }
}

fn reason(error: &Error) -> String {
    match error.cause() {
        Cause::Service { message, .. } if error.kind() == ErrorKind::Denied => {
            match denying_policy(message) {
                Some(policy) => format!("denied by {policy}"),
                None if error.operation() == "AssumeRole" => "the role cannot be assumed".to_owned(),
                None if message.contains("is not authorized to perform") => {
                    "no policy allows the call".to_owned()
                }
                None => error.cause().to_string(),
            }
        }
        cause => cause.to_string(),
    }
}

/// Returns the kind of policy with an explicit deny, as AWS names it at the end of a message ("Troubleshoot access
/// denied error messages" in the IAM User Guide): `a service control policy`. `None` if no policy denies explicitly.
fn denying_policy(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("with an explicit deny in ")?;
    let words = rest.split([':', ',', '.', '(']).next().unwrap_or(rest).trim();
    (!words.is_empty()).then(|| words.to_owned())
}

/// Replaces the names of a place in AWS's words.
fn without(text: &str, names: &[&str]) -> String {
    names.iter().fold(text.to_owned(), |text, name| text.replace(name, "..."))
}

/// Joins an error code and its message; `None` if there is neither.
pub(super) fn joined(code: Option<String>, message: Option<String>) -> Option<String> {
    let words: Vec<String> = [code, message].into_iter().flatten().filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| words.join(": "))
}
