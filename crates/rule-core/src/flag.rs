use serde_json::Value;

use crate::Configuration;
use crate::annotation::cut;

/// A yes-or-no property as it was recorded. Only [`Flag::False`] and [`Flag::True`] are answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flag {
    /// An explicit `true`, or the text "true" in any case; also if another value stands beside it.
    True,
    /// Nothing but an explicit `false`, or the text "false" in any case.
    False,
    /// Not there.
    Absent,
    /// There, and null.
    Null,
    /// There, and neither true nor false; the text says what it is.
    Unreadable(String),
}

impl Flag {
    /// Reads the property; of several values, `true` wins, and `false` only stands alone.
    #[must_use]
    pub fn read(configuration: &Configuration, property: &str) -> Self {
        configuration.values(property).map(Self::of).fold(Self::Absent, Self::worse)
    }

    fn of(value: &Value) -> Self {
        match value {
            Value::Bool(true) => Self::True,
            Value::Bool(false) => Self::False,
            Value::Null => Self::Null,
            Value::String(text) if text.eq_ignore_ascii_case("false") => Self::False,
            Value::String(text) if text.trim().eq_ignore_ascii_case("true") => Self::True,
            Value::String(text) => Self::Unreadable(format!("the text {:?}", cut(text, 24))),
            Value::Number(number) => Self::Unreadable(format!("the number {}", cut(&number.to_string(), 24))),
            Value::Array(_) => Self::Unreadable("a list".to_owned()),
            Value::Object(_) => Self::Unreadable("an object".to_owned()),
        }
    }

    fn worse(self, other: Self) -> Self {
        match (self, other) {
            (Self::Absent, flag) => flag,
            (Self::True, _) | (_, Self::True) => Self::True,
            (Self::False, Self::False) => Self::False,
            (Self::False, odd) | (odd, _) => odd,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Flag {
        Flag::read(&serde_json::from_str(json).unwrap(), "MultiAZ")
    }

    #[test]
    fn false_is_read_only_where_nothing_else_is_said() {
        for json in
            [r#"{"MultiAZ":false}"#, r#"{"multiAZ":"False"}"#, r#"{"MultiAZ":false,"multiAZ":"FALSE"}"#]
        {
            assert_eq!(read(json), Flag::False, "{json}");
        }
        for json in [
            "{}",
            r#"{"MultiAZ":null}"#,
            r#"{"MultiAZ":0}"#,
            r#"{"MultiAZ":""}"#,
            r#"{"MultiAZ":"no"}"#,
            r#"{"MultiAZ":" false"}"#,
            r#"{"MultiAZ":[false]}"#,
            r#"{"MultiAZ":{"Value":false}}"#,
            r#"{"MultiAZ":false,"multiAZ":null}"#,
            r#"{"multiAZ":1,"MultiAZ":false}"#,
            r#"{"MultiAZ":false,"MultiAZ":true}"#,
            r#"{"MultiAZ":true,"MultiAZ":false}"#,
            r#"{"MULTIAZ":false}"#,
        ] {
            assert_ne!(read(json), Flag::False, "{json}");
        }
    }

    #[test]
    fn true_is_read_in_any_spelling_and_beside_anything() {
        for json in
            [r#"{"MultiAZ":"TRUE"}"#, r#"{"MultiAZ":" true "}"#, r#"{"MultiAZ":false,"multiAZ":true}"#]
        {
            assert_eq!(read(json), Flag::True, "{json}");
        }
    }
}
