use crate::configuration::{Given, misspelled};
use crate::{Configuration, Json, Unknown};

/// A property that is true or false, as it was recorded. Only [`Flag::Is`] is a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flag {
    /// An explicit boolean, or the text "true" or "false" in any case.
    Is(bool),
    /// The property is missing.
    Absent,
    /// The property is null.
    Null,
    /// The property is neither true nor false, or its name is misspelled; the text, behind the name and `is`,
    /// describes it.
    Unreadable(String),
}

impl Flag {
    /// Reads the property. `safe` is the value that a rule wants: it counts only where every value given is
    /// `safe`, without white space around it, while the other value counts beside anything.
    #[must_use]
    pub fn read(configuration: &Configuration, property: &str, safe: bool) -> Self {
        configuration
            .given(property)
            .map(|given| match given {
                Given::Value(value) => Self::from_value(value, safe),
                Given::Misspelled(name, _) => Self::Unreadable(misspelled(name)),
            })
            .fold(Self::Absent, |flag, other| flag.worse(other, safe))
    }

    fn from_value(value: &Json, safe: bool) -> Self {
        match value {
            Json::Bool(value) => Self::Is(*value),
            Json::Null => Self::Null,
            Json::Text(text) if text.eq_ignore_ascii_case(word(safe)) => Self::Is(safe),
            Json::Text(text) if text.trim().eq_ignore_ascii_case(word(!safe)) => Self::Is(!safe),
            odd => Self::Unreadable(format!("{}, neither true nor false", odd.in_words())),
        }
    }

    fn worse(self, other: Self, safe: bool) -> Self {
        match (self, other) {
            (Self::Absent, flag) => flag,
            (Self::Is(value), _) | (_, Self::Is(value)) if value != safe => Self::Is(value),
            (Self::Is(_), other) => other,
            (odd, _) => odd,
        }
    }

    /// Returns the value.
    ///
    /// # Errors
    /// Returns the reason if the property is missing, null, or neither true nor false.
    pub fn known(self, property: &str) -> Result<bool, Unknown> {
        match self {
            Self::Is(value) => Ok(value),
            Self::Absent => Err(Unknown::new(format!("{property} is missing"))),
            Self::Null => Err(Unknown::new(format!("{property} is null"))),
            Self::Unreadable(what) => Err(Unknown::new(format!("{property} is {what}"))),
        }
    }
}

fn word(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str, safe: bool) -> Flag {
        Flag::read(&serde_json::from_str(json).unwrap(), "MultiAZ", safe)
    }

    /// Replaces T by the safe value and U by the other, as JSON and in capitals.
    fn spelt(json: &str, safe: bool) -> String {
        json.replace("'T'", &format!("\"{}\"", word(safe).to_uppercase()))
            .replace("'U'", &format!("\"{}\"", word(!safe).to_uppercase()))
            .replace("' T'", &format!("\" {}\"", word(safe)))
            .replace("' U '", &format!("\" {} \"", word(!safe)))
            .replace(":T", &format!(":{}", word(safe)))
            .replace(":U", &format!(":{}", word(!safe)))
            .replace("[T]", &format!("[{}]", word(safe)))
    }

    #[test]
    fn the_safe_value_is_read_only_where_nothing_else_is_given() {
        for safe in [true, false] {
            for json in [r#"{"MultiAZ":T}"#, r#"{"multiAZ":'T'}"#, r#"{"MultiAZ":T,"multiAZ":'T'}"#] {
                assert_eq!(read(&spelt(json, safe), safe), Flag::Is(safe), "{json} {safe}");
            }
            for json in [
                "{}",
                r#"{"MultiAZ":null}"#,
                r#"{"MultiAZ":0}"#,
                r#"{"MultiAZ":1}"#,
                r#"{"MultiAZ":""}"#,
                r#"{"MultiAZ":"no"}"#,
                r#"{"MultiAZ":"yes"}"#,
                r#"{"MultiAZ":' T'}"#,
                r#"{"MultiAZ":[T]}"#,
                r#"{"MultiAZ":{"Value":T}}"#,
                r#"{"MultiAZ":T,"multiAZ":null}"#,
                r#"{"multiAZ":1,"MultiAZ":T}"#,
                r#"{"multiAZ":null,"MultiAZ":T}"#,
                r#"{"MultiAZ":T,"MultiAZ":U}"#,
                r#"{"MultiAZ":U,"MultiAZ":T}"#,
                r#"{"MULTIAZ":T}"#,
                r#"{"MultiAZ":T,"multi_az":T}"#,
                r#"{"multi-az":null,"MultiAZ":T}"#,
            ] {
                assert_ne!(read(&spelt(json, safe), safe), Flag::Is(safe), "{json} {safe}");
            }
        }
    }

    #[test]
    fn the_other_value_is_read_in_any_spelling_and_beside_anything() {
        for safe in [true, false] {
            for json in [
                r#"{"MultiAZ":'U'}"#,
                r#"{"MultiAZ":' U '}"#,
                r#"{"MultiAZ":T,"multiAZ":U}"#,
                r#"{"MultiAZ":null,"multiAZ":U}"#,
                r#"{"multiAZ":U,"MultiAZ":null}"#,
                r#"{"multiAZ":U,"MultiAZ":1}"#,
                r#"{"Multi AZ":T,"MultiAZ":U}"#,
            ] {
                assert_eq!(read(&spelt(json, safe), safe), Flag::Is(!safe), "{json} {safe}");
            }
        }
    }

    #[test]
    fn a_property_without_a_value_is_described() {
        let why = |json: &str| read(json, true).known("MultiAZ").unwrap_err().0;
        assert_eq!(why("{}"), "MultiAZ is missing");
        assert_eq!(why(r#"{"MultiAZ":null}"#), "MultiAZ is null");
        assert_eq!(why(r#"{"MultiAZ":[]}"#), "MultiAZ is a list, neither true nor false");
        assert_eq!(why(r#"{"MultiAZ":null,"MultiAZ":[]}"#), "MultiAZ is null");
        assert_eq!(why(r#"{"multi_az":true}"#), "MultiAZ is spelled \"multi_az\"");
    }
}
