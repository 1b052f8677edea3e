use serde::de::{Deserialize, Deserializer};

use crate::text::{cut, is_same_name};
use crate::{Json, Unknown, spelling};

/// A value in an object, beside the name of the property for which it was read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Given<'a> {
    /// A value under the property's own name.
    Value(&'a Json),
    /// A value under a name that differs from the property's in case, `_`, `-`, white space or the like: it may be
    /// meant for it, and AWS never writes it so.
    Misspelled(&'a str, &'a Json),
}

/// The properties of a resource, or of a group of its settings: an object in events, often a JSON string in
/// API responses.
#[derive(Clone, Debug, PartialEq)]
pub enum Configuration {
    /// The properties in the order in which they came. A name given twice, or once in each spelling, shows
    /// both its values.
    Properties(Vec<(String, Json)>),
    /// Absent, null, or empty text.
    Absent,
    /// Something else than an object; the text describes it.
    Unreadable(String),
}

impl Configuration {
    /// Returns every value given for a property, under its `PascalCase` name (as CloudFormation and AWS Config spell
    /// it, or as the [API](spelling::api_name) does) or the same name in `camelCase` (as some recorded types do).
    pub fn values<'a>(&'a self, pascal_case: &'a str) -> impl Iterator<Item = &'a Json> {
        self.given(pascal_case).filter_map(|given| match given {
            Given::Value(value) => Some(value),
            Given::Misspelled(..) => None,
        })
    }

    /// Returns every value given for a property, those under a misspelled name too.
    pub(crate) fn given<'a>(&'a self, pascal_case: &'a str) -> impl Iterator<Item = Given<'a>> {
        let properties: &[(String, Json)] = match self {
            Self::Properties(properties) => properties,
            Self::Absent | Self::Unreadable(_) => &[],
        };
        given(properties, pascal_case)
    }

    /// Returns the value of a property, `None` if it is not given.
    ///
    /// # Errors
    /// Returns the reason, in words behind the name and `is`, if it is given under a misspelled name or twice with
    /// different values.
    pub(crate) fn only<'a>(&'a self, pascal_case: &'a str) -> Result<Option<&'a Json>, String> {
        let mut only = None;
        for given in self.given(pascal_case) {
            match (given, only) {
                (Given::Value(value), None) => only = Some(value),
                (Given::Value(value), Some(before)) if value == before => {}
                (Given::Misspelled(name, _), None) => return Err(misspelled(name)),
                _ => return Err("given twice, differently".to_owned()),
            }
        }
        Ok(only)
    }

    /// Returns the first non-empty text given for a property: for names that are shown and decide nothing.
    #[must_use]
    pub fn text<'a>(&'a self, pascal_case: &'a str) -> Option<&'a str> {
        self.values(pascal_case).find_map(|value| value.as_str().filter(|text| !text.is_empty()))
    }

    /// Returns a group of settings within this one. A group that is misspelled, or given twice with different
    /// content, is unreadable.
    #[must_use]
    pub fn group(&self, pascal_case: &str) -> Self {
        match self.only(pascal_case) {
            Ok(None) => Self::Absent,
            Ok(Some(value)) => Self::from_value(value.clone()),
            Err(what) => Self::Unreadable(what),
        }
    }

    /// Returns true if no member holds anything: a null, empty text, and lists and objects of such.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Properties(properties) => properties.iter().all(|(_, value)| is_empty(value)),
            Self::Absent => true,
            Self::Unreadable(_) => false,
        }
    }

    /// Returns the configuration, called `name` in the message, if it holds properties.
    ///
    /// # Errors
    /// Returns the reason if it is missing or unreadable.
    pub(crate) fn readable(&self, name: &str) -> Result<&Self, Unknown> {
        match self {
            Self::Properties(_) => Ok(self),
            Self::Absent => Err(Unknown::new(format!("{name} is missing"))),
            Self::Unreadable(what) => Err(Unknown::new(format!("{name} is unreadable ({})", cut(what, 60)))),
        }
    }

    fn from_value(value: Json) -> Self {
        match value {
            Json::Object(properties) => Self::Properties(properties),
            Json::Null => Self::Absent,
            Json::Text(text) if text.trim().is_empty() => Self::Absent,
            Json::Text(text) => match serde_json::from_str(&text) {
                Ok(Json::Text(_)) => Self::Unreadable("a string within a string".to_owned()),
                Ok(value) => Self::from_value(value),
                Err(error) => Self::Unreadable(format!("a string that is not JSON: {error}")),
            },
            Json::List(_) => Self::Unreadable("a list".to_owned()),
            Json::Bool(_) => Self::Unreadable("a boolean".to_owned()),
            Json::Number(_) => Self::Unreadable("a number".to_owned()),
            Json::Undecided(_) | Json::Created { .. } => Self::Unreadable(value.in_words()),
        }
    }
}

/// Returns every value of the member `pascal_case`, in either spelling, and those under a misspelled name.
pub(crate) fn given<'a>(
    object: &'a [(String, Json)],
    pascal_case: &'a str,
) -> impl Iterator<Item = Given<'a>> {
    object.iter().filter_map(move |(name, value)| {
        if is_spelling_of(name, pascal_case) {
            Some(Given::Value(value))
        } else {
            is_same_name(name, pascal_case).then_some(Given::Misspelled(name, value))
        }
    })
}

/// Describes a property that is given under a misspelled name, in words behind its name and `is`.
pub(crate) fn misspelled(name: &str) -> String {
    format!("spelled {:?}", cut(name, 40))
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Text(text) => text.trim().is_empty(),
        Json::List(values) => values.iter().all(is_empty),
        Json::Object(members) => members.iter().all(|(_, value)| is_empty(value)),
        Json::Bool(_) | Json::Number(_) | Json::Undecided(_) | Json::Created { .. } => false,
    }
}

fn is_spelling_of(name: &str, pascal_case: &str) -> bool {
    fn is_in_either_case(name: &str, pascal_case: &str) -> bool {
        let mut name = name.chars();
        let mut pascal_case = pascal_case.chars();
        match (name.next(), pascal_case.next()) {
            (Some(first), Some(upper)) => {
                (first == upper || first == upper.to_ascii_lowercase())
                    && name.as_str() == pascal_case.as_str()
            }
            _ => false,
        }
    }
    is_in_either_case(name, pascal_case) || is_in_either_case(name, spelling::api_name(pascal_case))
}

impl<'de> Deserialize<'de> for Configuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Json::deserialize(deserializer).map(Self::from_value)
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
        let text = r#"{"PubliclyAccessible":false,"MultiAZ":true,"Port":[1,-1,1.5,null,"x"]}"#;
        assert_eq!(read(text), read(&serde_json::to_string(text).unwrap()));
    }

    #[test]
    fn a_name_given_twice_or_in_both_spellings_shows_every_value() {
        let configuration = read(r#"{"MultiAZ":true,"multiAZ":false,"MultiAZ":null,"MULTIAZ":1}"#);
        let values: Vec<_> = configuration.values("MultiAZ").cloned().collect();
        assert_eq!(values, [Json::Bool(true), Json::Bool(false), Json::Null]);
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

    #[test]
    fn a_group_is_an_object_or_its_text_and_only_one() {
        let group = |json: &str| read(json).group("RedisSettings");
        let wanted = read(r#"{"Port":1}"#);
        assert_eq!(group(r#"{"RedisSettings":{"Port":1}}"#), wanted);
        assert_eq!(group(r#"{"redisSettings":"{\"Port\":1}"}"#), wanted);
        assert_eq!(group(r#"{"RedisSettings":{"Port":1},"redisSettings":{"Port":1}}"#), wanted);
        assert_eq!(group("{}"), Configuration::Absent);
        assert_eq!(group(r#"{"RedisSettings":null}"#), Configuration::Absent);
        for json in [
            r#"{"RedisSettings":{"Port":1},"redisSettings":{"Port":2}}"#,
            r#"{"RedisSettings":{"Port":1},"redisSettings":null}"#,
            r#"{"RedisSettings":[{"Port":1}]}"#,
        ] {
            assert!(matches!(group(json), Configuration::Unreadable(_)), "{json}");
        }
    }

    #[test]
    fn a_misspelled_name_makes_a_group_unreadable() {
        for name in
            ["REDISSETTINGS", "redis_settings", "redis-settings", "Redis Settings", "Redis\u{200b}Settings"]
        {
            let alone = format!(r#"{{"{name}":{{"Port":1}}}}"#);
            let beside = format!(r#"{{"RedisSettings":{{"Port":1}},"{name}":{{"Port":1}}}}"#);
            for json in [alone, beside] {
                assert!(matches!(read(&json).group("RedisSettings"), Configuration::Unreadable(_)), "{json}");
            }
        }
        assert_eq!(read(r#"{"RedisSetting":{}}"#).group("RedisSettings"), Configuration::Absent);
    }

    #[test]
    fn a_group_is_found_as_cloudformation_spells_it_and_as_the_api_does() {
        let group = |json: &str| read(json).group("MySqlSettings");
        let wanted = read(r#"{"Port":1}"#);
        for name in ["MySqlSettings", "MySQLSettings", "mySqlSettings", "mySQLSettings"] {
            assert_eq!(group(&format!(r#"{{"{name}":{{"Port":1}}}}"#)), wanted, "{name}");
        }
        for json in [
            r#"{"MySqlSettings":{"Port":1},"MySQLSettings":{"Port":2}}"#,
            r#"{"MYSQLSettings":{"Port":1}}"#,
            r#"{"MySqlsettings":{"Port":1}}"#,
            r#"{"mysql_settings":{"Port":1}}"#,
        ] {
            assert!(matches!(group(json), Configuration::Unreadable(_)), "{json}");
        }
        assert_eq!(group(r#"{"GcpMySQLSettings":{"Port":1}}"#), Configuration::Absent);
    }

    #[test]
    fn a_group_that_holds_nothing_is_empty() {
        for json in ["{}", r#"{"Port":null}"#, r#"{"A":"","B":[null],"C":{"D":null}}"#] {
            assert!(read(json).is_empty(), "{json}");
        }
        for json in [r#"{"Port":0}"#, r#"{"A":null,"B":false}"#, "[]"] {
            assert!(!read(json).is_empty(), "{json}");
        }
    }

    #[test]
    fn members_given_twice_are_kept_at_every_depth() {
        let group = read(r#"{"Logging":{"EnableLogging":true,"EnableLogging":false}}"#).group("Logging");
        assert_eq!(group.values("EnableLogging").count(), 2);
    }
}
