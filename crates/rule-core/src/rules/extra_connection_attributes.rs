//! The settings in an endpoint's extra connection attributes: one text such as `bucketName=lake;encryptionMode=SSE_KMS;`.

use crate::text::is_same_name;
use crate::{Configuration, Json};

use super::endpoint::EXTRA_CONNECTION_ATTRIBUTES;

/// Returns the value of the attribute `name`, `None` if it is not given. Case, and white space around name and value, are
/// ignored, as DMS documents the names in several cases.
///
/// # Errors
/// Returns the reason, in words behind the name and `is`, if the text cannot be read, mentions the attribute in another way, or
/// gives it twice with different values.
pub(super) fn value(configuration: &Configuration, name: &str) -> Result<Option<String>, String> {
    let Some(text) = text(configuration)? else { return Ok(None) };
    let given: Vec<&str> = text
        .split(';')
        .filter_map(|entry| entry.split_once('='))
        .filter(|(given, _)| is_same_name(given, name))
        .map(|(_, value)| value.trim())
        .collect();
    // One that another separator hides is not read as if it were absent.
    if mentions(&text, name) != given.len() {
        return Err("given in an odd way".to_owned()); // the text, which is not shown, may hold a password
    }
    match given.split_first() {
        None => Ok(None),
        Some((value, others)) if others.iter().all(|other| other == value) => Ok(Some((*value).to_owned())),
        Some(_) => Err("given twice, differently".to_owned()),
    }
}

/// Returns true if the endpoint has such attributes.
pub(super) fn are_given(configuration: &Configuration) -> bool {
    text(configuration).is_ok_and(|text| text.is_some())
}

/// Returns true if the endpoint has the property, with a text that may be empty: then there are no others.
pub(super) fn are_text(configuration: &Configuration) -> bool {
    matches!(configuration.only(EXTRA_CONNECTION_ATTRIBUTES.path), Ok(Some(Json::Text(_))))
}

/// Returns the text, `None` if it is missing or empty.
fn text(configuration: &Configuration) -> Result<Option<String>, String> {
    let name = EXTRA_CONNECTION_ATTRIBUTES.path;
    match configuration.only(name).map_err(|what| format!("not known, since {name} is {what}"))? {
        None => Ok(None),
        Some(Json::Text(text)) => Ok(Some(text.clone()).filter(|text| !text.trim().is_empty())),
        Some(other) => Err(format!("not known, since {name} is {}", other.in_words())),
    }
}

/// Counts how often the letters of a name are in a text.
fn mentions(text: &str, name: &str) -> usize {
    let letters = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    letters(text).matches(&letters(name)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<String>, String> {
        let json = serde_json::json!({ "ExtraConnectionAttributes": text }).to_string();
        value(&serde_json::from_str(&json).unwrap(), "CannedAclForObjects")
    }

    #[test]
    fn an_attribute_is_read_in_any_case_and_with_spaces() {
        for text in [
            "cannedAclForObjects=PUBLIC_READ;",
            "CannedAclForObjects=PUBLIC_READ",
            "bucketName=a; CANNEDACLFOROBJECTS = PUBLIC_READ ;x=y",
            " canned_acl_for_objects=PUBLIC_READ",
            "cannedAclForObjects=PUBLIC_READ;cannedaclforobjects=PUBLIC_READ",
        ] {
            assert_eq!(read(text), Ok(Some("PUBLIC_READ".to_owned())), "{text}");
        }
        for text in ["", " ", ";;", "bucketName=a;", "acl=public-read"] {
            assert_eq!(read(text), Ok(None), "{text}");
        }
        assert_eq!(read("cannedAclForObjects="), Ok(Some(String::new())));
    }

    #[test]
    fn an_attribute_that_is_given_in_an_odd_way_is_not_absent() {
        for text in [
            "cannedAclForObjects:public-read",
            "cannedAclForObjects",
            "bucketName=a,cannedAclForObjects=public-read",
            "bucketName=a&cannedAclForObjects=public-read;",
            "cannedAclForObjects=none;cannedAclForObjects=public-read",
            "{\"cannedAclForObjects\":\"public-read\"}",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn attributes_that_are_no_text_are_not_absent() {
        for json in [
            r#"{"ExtraConnectionAttributes":null}"#,
            r#"{"ExtraConnectionAttributes":["a=b"]}"#,
            r#"{"extra_connection_attributes":"a=b"}"#,
            r#"{"ExtraConnectionAttributes":"a=b","extraConnectionAttributes":"a=c"}"#,
        ] {
            assert!(value(&serde_json::from_str(json).unwrap(), "A").is_err(), "{json}");
        }
    }
}
