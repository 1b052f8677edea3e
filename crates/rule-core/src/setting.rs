use crate::text::cut;
use crate::{Configuration, Json};

/// A property that holds one of a few words, as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// One word, in lower case.
    Is(String),
    /// The property is missing.
    Absent,
    /// The property is not one word, or two different ones; the text describes it.
    Unreadable(String),
}

impl Setting {
    /// Reads the property. Case is ignored; white space around the word makes it unreadable.
    #[must_use]
    pub fn read(configuration: &Configuration, property: &str) -> Self {
        configuration.values(property).map(Self::from_value).fold(
            Self::Absent,
            |setting, other| match setting {
                Self::Absent => other,
                same if same == other => same,
                Self::Unreadable(what) => Self::Unreadable(what),
                Self::Is(word) => Self::Unreadable(match other {
                    Self::Is(other) => format!("given as both {word:?} and {other:?}"),
                    _ => format!("given as {word:?} and as something else"),
                }),
            },
        )
    }

    fn from_value(value: &Json) -> Self {
        match value {
            Json::Text(text) if !text.is_empty() && text.trim() == text => {
                Self::Is(cut(&text.to_ascii_lowercase(), 32))
            }
            odd => Self::Unreadable(odd.in_words()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_word_is_a_setting() {
        let read = |json: &str| Setting::read(&serde_json::from_str(json).unwrap(), "SslMode");
        assert_eq!(read(r#"{"SslMode":"Require"}"#), Setting::Is("require".to_owned()));
        assert_eq!(read(r#"{"SslMode":"require","sslMode":"REQUIRE"}"#), Setting::Is("require".to_owned()));
        assert_eq!(read("{}"), Setting::Absent);
        for json in [
            r#"{"SslMode":null}"#,
            r#"{"SslMode":""}"#,
            r#"{"SslMode":" require"}"#,
            r#"{"SslMode":["require"]}"#,
            r#"{"SslMode":true}"#,
            r#"{"SslMode":"require","sslMode":"none"}"#,
            r#"{"SslMode":"require","sslMode":null}"#,
            r#"{"SslMode":null,"sslMode":"require"}"#,
            r#"{"SslMode":"none","sslMode":"require","SslMode":"require"}"#,
        ] {
            assert!(matches!(read(json), Setting::Unreadable(_)), "{json}");
        }
    }
}
