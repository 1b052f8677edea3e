//! Errors as AWS sends them.

use std::borrow::Cow;

use serde_json::{Value, json};

/// An error response of AWS: HTTP status, error code and message.
#[derive(Clone, Debug)]
pub(crate) struct AwsError {
    pub(crate) status: u16,
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: String,
}

impl AwsError {
    pub(crate) fn new(status: u16, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into() }
    }

    /// Builds an error with HTTP status 400, the status of errors that the caller can correct.
    pub(crate) fn client(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(400, code, message)
    }

    /// Builds the error of AWS Config and DMS for a parameter that they reject.
    pub(crate) fn invalid_parameter(message: impl Into<String>) -> Self {
        Self::client("InvalidParameterValueException", message)
    }

    /// Builds the error for an operation that this server does not have.
    pub(crate) fn unknown_operation() -> Self {
        Self::client("UnknownOperationException", "this local AWS does not have the operation")
    }

    /// Builds the error for a member longer than `maximum` characters or items.
    pub(crate) fn too_long(member: &str, maximum: usize) -> Self {
        Self::constraint(member, "less than or equal to", maximum)
    }

    /// Builds the error for a member shorter than `minimum` characters or items.
    pub(crate) fn too_short(member: &str, minimum: usize) -> Self {
        Self::constraint(member, "greater than or equal to", minimum)
    }

    fn constraint(member: &str, relation: &str, length: usize) -> Self {
        let message = format!(
            "1 validation error detected: Value at '{member}' failed to satisfy constraint: \
             Member must have length {relation} {length}"
        );
        Self::client("ValidationException", message)
    }

    /// Builds the error for a call without permission. The status and code of STS differ from those of the JSON
    /// services.
    pub(crate) fn access_denied(service: &str, message: impl Into<String>) -> Self {
        match service {
            "sts" => Self::new(403, "AccessDenied", message),
            _ => Self::client("AccessDeniedException", message),
        }
    }

    /// Returns the body of the JSON protocols.
    pub(crate) fn json(&self) -> Value {
        json!({"__type": self.code, "message": self.message})
    }

    /// Returns the body of the query protocol, which STS uses.
    pub(crate) fn xml(&self, request_id: &str) -> String {
        let blamed = if self.status < 500 { "Sender" } else { "Receiver" };
        let message = self.message.replace('&', "&amp;").replace('<', "&lt;");
        format!(
            concat!(
                "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">",
                "<Error><Type>{}</Type><Code>{}</Code><Message>{}</Message></Error>",
                "<RequestId>{}</RequestId></ErrorResponse>"
            ),
            blamed, self.code, message, request_id
        )
    }
}
