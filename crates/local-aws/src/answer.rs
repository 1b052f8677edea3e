//! What a service answers, before it is put on the wire.

use serde_json::{Value, json};

/// An answer of a JSON service, or its error.
pub(crate) type Answer = Result<Value, AwsError>;

/// An error in AWS's words.
#[derive(Clone, Debug)]
pub(crate) struct AwsError {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl AwsError {
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// An error of the caller.
    pub(crate) fn client(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(400, code, message)
    }

    pub(crate) fn json(&self) -> Value {
        json!({"__type": self.code, "message": self.message})
    }

    pub(crate) fn xml(&self, request_id: &str) -> String {
        let kind = if self.status < 500 { "Sender" } else { "Receiver" };
        format!(
            "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>{kind}</Type><Code>{}</Code><Message>{}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>",
            self.code,
            self.message.replace('&', "&amp;").replace('<', "&lt;")
        )
    }
}

/// A list and, where there is one, the token of what follows, each under its name; `json!` would copy the list.
pub(crate) fn listing(name: &str, list: Vec<Value>, next: Option<(&str, String)>) -> Value {
    let next = next.map(|(name, token)| (name.to_owned(), token.into()));
    Value::Object(std::iter::once((name.to_owned(), list.into())).chain(next).collect())
}

/// Reads a request; a member that the model does not know is refused, since a test double must not hide a typo.
pub(crate) fn request<T: serde::de::DeserializeOwned>(body: &Value) -> Result<T, AwsError> {
    T::deserialize(body).map_err(|error| AwsError::client("ValidationException", error.to_string()))
}

/// A page of `all`, and the token of the next one. Tokens are positions behind a word, so that a made-up one is
/// noticed.
pub(crate) fn page<T: Clone>(
    all: &[T],
    size: usize,
    token: Option<&str>,
    invalid: &'static str,
) -> Result<(Vec<T>, Option<String>), AwsError> {
    let start = match token {
        None | Some("") => 0,
        Some(token) => token
            .strip_prefix("page-from-")
            .and_then(|from| from.parse().ok())
            .filter(|&from: &usize| from <= all.len())
            .ok_or_else(|| AwsError::client(invalid, "the token is not one that was given"))?,
    };
    let page: Vec<T> = all.iter().skip(start).take(size).cloned().collect();
    let end = start + page.len();
    Ok((page, (end < all.len()).then(|| format!("page-from-{end}"))))
}
