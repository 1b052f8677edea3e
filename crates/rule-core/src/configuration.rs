use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// The resource inside a configuration item: an object in events, a JSON string in API answers.
///
/// The properties stay a list, so that a name given twice, or once in each spelling, shows both its values: which
/// one is right cannot be known, and a rule must not be satisfied by one of them.
#[derive(Clone, Debug, PartialEq)]
pub enum Configuration {
    /// The properties of the resource in the order in which they came.
    Properties(Vec<(String, Value)>),
    /// No configuration: the member is absent or null.
    Absent,
    /// Something else than an object; the text says what.
    Unreadable(String),
}

impl Configuration {
    /// Every value given for a property, under its `PascalCase` name (as the API and AWS Config spell it) or the
    /// same name in `camelCase` (as some recorded types do).
    pub fn values<'a>(&'a self, pascal_case: &'a str) -> impl Iterator<Item = &'a Value> {
        let properties: &[(String, Value)] = match self {
            Self::Properties(properties) => properties,
            Self::Absent | Self::Unreadable(_) => &[],
        };
        properties.iter().filter(move |(name, _)| is_spelling_of(name, pascal_case)).map(|(_, value)| value)
    }

    /// The first non-empty text given for a property: for names that are shown, not judged.
    #[must_use]
    pub fn text<'a>(&'a self, pascal_case: &'a str) -> Option<&'a str> {
        self.values(pascal_case).find_map(|value| value.as_str().filter(|text| !text.is_empty()))
    }
}

fn is_spelling_of(name: &str, pascal_case: &str) -> bool {
    let mut name = name.chars();
    let mut pascal_case = pascal_case.chars();
    match (name.next(), pascal_case.next()) {
        (Some(first), Some(upper)) => {
            (first == upper || first == upper.to_ascii_lowercase()) && name.as_str() == pascal_case.as_str()
        }
        _ => false,
    }
}

impl<'de> Deserialize<'de> for Configuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ConfigurationVisitor { in_string: false })
    }
}

/// `in_string`: already inside the JSON string; a string within it is no configuration.
struct ConfigurationVisitor {
    in_string: bool,
}

impl<'de> Visitor<'de> for ConfigurationVisitor {
    type Value = Configuration;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a configuration")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Configuration, A::Error> {
        let mut properties = Vec::with_capacity(map.size_hint().unwrap_or(24).min(64));
        while let Some(property) = map.next_entry()? {
            properties.push(property);
        }
        Ok(Configuration::Properties(properties))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Configuration, E> {
        if self.in_string {
            return Ok(Configuration::Unreadable("a string within a string".to_owned()));
        }
        if text.trim().is_empty() {
            return Ok(Configuration::Absent);
        }
        let mut json = serde_json::Deserializer::from_str(text);
        let configuration = json.deserialize_any(ConfigurationVisitor { in_string: true });
        Ok(match configuration.and_then(|configuration| json.end().map(|()| configuration)) {
            Ok(configuration) => configuration,
            Err(error) => Configuration::Unreadable(format!("a string that is not JSON: {error}")),
        })
    }

    fn visit_unit<E: Error>(self) -> Result<Configuration, E> {
        Ok(Configuration::Absent)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Configuration, A::Error> {
        while list.next_element::<serde::de::IgnoredAny>()?.is_some() {}
        Ok(Configuration::Unreadable("a list".to_owned()))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Configuration, E> {
        Ok(Configuration::Unreadable("a boolean".to_owned()))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Configuration, E> {
        Ok(Configuration::Unreadable("a number".to_owned()))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Configuration, E> {
        Ok(Configuration::Unreadable("a number".to_owned()))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Configuration, E> {
        Ok(Configuration::Unreadable("a number".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Configuration {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn an_object_and_the_same_object_in_a_string_are_one_configuration() {
        let text = r#"{"PubliclyAccessible":false,"MultiAZ":true}"#;
        assert_eq!(read(text), read(&serde_json::to_string(text).unwrap()));
    }

    #[test]
    fn a_name_given_twice_or_in_both_spellings_shows_every_value() {
        let configuration = read(r#"{"MultiAZ":true,"multiAZ":false,"MultiAZ":null,"MULTIAZ":1}"#);
        let values: Vec<_> = configuration.values("MultiAZ").cloned().collect();
        assert_eq!(values, [Value::Bool(true), Value::Bool(false), Value::Null]);
    }

    #[test]
    fn anything_but_an_object_is_absent_or_unreadable() {
        for json in ["null", r#""""#, r#"" ""#, r#""null""#] {
            assert_eq!(read(json), Configuration::Absent, "{json}");
        }
        for json in [
            "[]",
            r#"[{"PubliclyAccessible":false}]"#,
            "true",
            "1",
            "-1",
            "1.5",
            r#""{""#,
            r#""{} {}""#,
            r#""\"{}\"""#,
        ] {
            assert!(matches!(read(json), Configuration::Unreadable(_)), "{json}");
        }
    }
}
