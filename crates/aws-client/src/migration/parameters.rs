use std::collections::BTreeSet;

use aws_sdk_dms::types::{KerberosAuthenticationSettings, Tag};
use serde_json::{Map, Value};

use crate::error::Cause;

/// The parameters of a request in the shape of the API, taken one by one.
///
/// A parameter that is not taken, or has another type, is an error at the [end](Self::finish), before anything is sent: a
/// parameter that gets lost would be replaced by a default of DMS, which for `PubliclyAccessible` is `true`.
pub(crate) struct Parameters<'a> {
    given: &'a Map<String, Value>,
    left: BTreeSet<&'a str>,
    defect: Option<String>,
}

impl<'a> Parameters<'a> {
    pub(crate) fn new(given: &'a Map<String, Value>) -> Self {
        Self { given, left: given.keys().map(String::as_str).collect(), defect: None }
    }

    /// Ends the request.
    ///
    /// # Errors
    /// Returns [`Cause::InvalidRequest`] if a parameter was not taken, or has another type than the API's.
    pub(crate) fn finish(self) -> Result<(), Cause> {
        if let Some(reason) = self.defect {
            return Err(Cause::invalid_request(reason));
        }
        match self.left.first() {
            None => Ok(()),
            Some(name) => Err(Cause::invalid_request(format!("the parameter {name} is not known"))),
        }
    }

    /// Returns a text; `None` if it is not given.
    pub(crate) fn text(&mut self, name: &'static str) -> Option<String> {
        self.take(name, "a text", |value| value.as_str().map(str::to_owned))
    }

    /// Returns a text, which must be given.
    pub(crate) fn required_text(&mut self, name: &'static str) -> Option<String> {
        let text = self.text(name).filter(|text| !text.is_empty());
        if text.is_none() {
            self.reject(format!("the parameter {name} is missing"));
        }
        text
    }

    /// Returns a text, which must be given and have this value: any other would do something else than is meant.
    pub(crate) fn exact_text(&mut self, name: &'static str, wanted: &'static str) -> Option<String> {
        let text = self.required_text(name).filter(|text| text == wanted);
        if text.is_none() {
            self.reject(format!("the parameter {name} is not {wanted}"));
        }
        text
    }

    pub(crate) fn flag(&mut self, name: &'static str) -> Option<bool> {
        self.take(name, "true or false", Value::as_bool)
    }

    pub(crate) fn number(&mut self, name: &'static str) -> Option<i32> {
        self.take(name, "a number", |value| value.as_i64().and_then(|number| number.try_into().ok()))
    }

    pub(crate) fn texts(&mut self, name: &'static str) -> Option<Vec<String>> {
        self.take(name, "a list of texts", |value| {
            value.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
        })
    }

    pub(crate) fn tags(&mut self, name: &'static str) -> Option<Vec<Tag>> {
        self.take(name, "a list of tags", |value| value.as_array()?.iter().map(tag).collect())
    }

    pub(crate) fn kerberos(&mut self, name: &'static str) -> Option<KerberosAuthenticationSettings> {
        self.take(name, "Kerberos settings", kerberos)
    }

    /// Records that the request must not be sent.
    pub(crate) fn reject(&mut self, reason: String) {
        self.defect.get_or_insert(reason);
    }

    fn take<T>(
        &mut self,
        name: &'static str,
        wanted: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Option<T> {
        self.left.remove(name);
        let value = read(self.given.get(name)?);
        if value.is_none() {
            self.reject(format!("the parameter {name} is not {wanted}"));
        }
        value
    }
}

fn tag(value: &Value) -> Option<Tag> {
    let tag = value.as_object()?;
    if tag.len() != 2 {
        return None;
    }
    let text = |name| tag.get(name).and_then(Value::as_str);
    Some(Tag::builder().key(text("Key")?).value(text("Value")?).build())
}

fn kerberos(value: &Value) -> Option<KerberosAuthenticationSettings> {
    let mut settings = KerberosAuthenticationSettings::builder();
    for (name, value) in value.as_object()? {
        let value = value.as_str()?;
        settings = match name.as_str() {
            "KeyCacheSecretId" => settings.key_cache_secret_id(value),
            "KeyCacheSecretIamArn" => settings.key_cache_secret_iam_arn(value),
            "Krb5FileContents" => settings.krb5_file_contents(value),
            _ => return None,
        };
    }
    Some(settings.build())
}
