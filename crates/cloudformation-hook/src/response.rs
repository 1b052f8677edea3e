//! The response of a Lambda Hook (CloudFormation Hooks user guide, "Create Lambda functions to evaluate resources for
//! Lambda Hooks"; CloudFormation API reference, `Annotation`).

use rule_core::text::{cut, one_line};
use rule_core::{Rule, Severity};
use serde::Serialize;

/// The characters of a message that every reader gets: Cloud Control API cuts it there, and so does `HookStatusReason`.
/// CloudFormation shows 4,096.
const MESSAGE_MAXIMUM: usize = 1024;

/// The characters of a text of an annotation (CloudFormation API reference, `Annotation`, StatusMessage).
const TEXT_MAXIMUM: usize = 16_384;

/// The address that the pages of the rules are under; empty until the project has one.
const HOMEPAGE: &str = env!("CARGO_PKG_HOMEPAGE");

/// The response to one invocation.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    hook_status: HookStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<ErrorCode>,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_request_token: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    annotations: Vec<Annotation>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
enum HookStatus {
    Success,
    Failed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
enum ErrorCode {
    NonCompliant,
    InternalFailure,
}

/// The result of one rule.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Annotation {
    #[serde(rename = "annotationName")]
    name: &'static str,
    status: AnnotationStatus,
    status_message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remediation_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remediation_link: Option<String>,
    severity_level: &'static str,
    #[serde(skip)]
    severity: Severity,
}

/// The status of an annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum AnnotationStatus {
    /// The resource is as the rule wants it.
    Passed,
    /// The resource fails the hook.
    Failed,
    /// The rule decides nothing.
    Skipped,
}

impl Annotation {
    /// Returns the annotation of a rule. A remedy is one sentence without a full stop, empty if there is none.
    pub(crate) fn new(rule: &'static Rule, status: AnnotationStatus, reason: &str, fix: &str) -> Self {
        let has_fix = !fix.is_empty();
        Self {
            name: rule.identifier,
            status,
            status_message: cut(&one_line(reason), TEXT_MAXIMUM),
            remediation_message: has_fix.then(|| cut(&one_line(fix), TEXT_MAXIMUM)),
            remediation_link: (has_fix && !HOMEPAGE.is_empty())
                .then(|| format!("{HOMEPAGE}/{}", rule.identifier)),
            severity_level: rule.severity.as_str(),
            severity: rule.severity,
        }
    }

    pub(crate) fn status(&self) -> AnnotationStatus {
        self.status
    }

    /// Returns severity, rule, reason and remedy in one line.
    fn line(&self) -> String {
        let fix = self.remediation_message.as_ref().map(|fix| format!(" Fix: {fix}.")).unwrap_or_default();
        format!("{} {}: {}{fix}", self.severity_level, self.name, self.status_message)
    }
}

impl Response {
    /// Returns the response to an operation that may go on, with the results of the rules that ran.
    pub(crate) fn success(token: String, message: &str, annotations: Vec<Annotation>) -> Self {
        // No failed annotation may be in a success: nothing would show which of the two counts.
        if annotations.iter().any(|annotation| annotation.status == AnnotationStatus::Failed) {
            return Self::non_compliant(token, message, annotations);
        }
        Self {
            hook_status: HookStatus::Success,
            error_code: None,
            message: shortened(message),
            client_request_token: Some(token),
            annotations,
        }
    }

    /// Returns the response to an operation that rules fail: the message, then each failed rule, the most severe first.
    pub(crate) fn non_compliant(token: String, message: &str, mut annotations: Vec<Annotation>) -> Self {
        annotations.sort_by_key(|annotation| {
            (annotation.status != AnnotationStatus::Failed, std::cmp::Reverse(annotation.severity))
        });
        let failed = annotations.iter().filter(|annotation| annotation.status == AnnotationStatus::Failed);
        let lines: Vec<String> =
            [message.to_owned()].into_iter().chain(failed.map(Annotation::line)).collect();
        Self {
            hook_status: HookStatus::Failed,
            error_code: Some(ErrorCode::NonCompliant),
            message: shortened(&lines.join(" ")),
            client_request_token: Some(token),
            annotations,
        }
    }

    /// Returns the response to an event that was not evaluated.
    pub(crate) fn internal_failure(token: Option<String>, reason: &str) -> Self {
        Self {
            hook_status: HookStatus::Failed,
            error_code: Some(ErrorCode::InternalFailure),
            message: shortened(&format!("not evaluated: {reason}")),
            client_request_token: token,
            annotations: Vec::new(),
        }
    }

    /// Returns true if the operation may go on.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.hook_status == HookStatus::Success
    }

    /// Returns `NonCompliant` or `InternalFailure`; `None` for a success.
    #[must_use]
    pub fn error_code(&self) -> Option<&'static str> {
        self.error_code.map(|code| match code {
            ErrorCode::NonCompliant => "NonCompliant",
            ErrorCode::InternalFailure => "InternalFailure",
        })
    }

    /// Returns the message, of 1 to 1,024 characters.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the number of annotations with that status.
    pub(crate) fn count(&self, status: AnnotationStatus) -> usize {
        self.annotations.iter().filter(|annotation| annotation.status == status).count()
    }
}

fn shortened(text: &str) -> String {
    cut(&one_line(text), MESSAGE_MAXIMUM)
}
