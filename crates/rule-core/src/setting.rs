use crate::configuration::{Given, misspelled};
use crate::text::cut;
use crate::{Configuration, Json};

/// A property that holds one of a few words, as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// One word, in lower case and however long it is.
    Is(String),
    /// The property is missing.
    Absent,
    /// The property is not one word, or two different ones, or its name is misspelled; the text, behind the name
    /// and `is`, describes it.
    Unreadable(String),
}

impl Setting {
    /// Reads the property. Case is ignored; white space around the word makes it unreadable.
    #[must_use]
    pub fn read(configuration: &Configuration, property: &str) -> Self {
        configuration.given(property).map(Self::from_given).fold(Self::Absent, |setting, other| match setting
        {
            Self::Absent => other,
            same if same == other => same,
            Self::Unreadable(what) => Self::Unreadable(what),
            Self::Is(word) => Self::Unreadable(match other {
                Self::Is(other) => format!("given as both {:?} and {:?}", shown(&word), shown(&other)),
                _ => format!("given as {:?} and as something else", shown(&word)),
            }),
        })
    }

    fn from_given(given: Given) -> Self {
        match given {
            Given::Value(Json::Text(text)) if !text.is_empty() && text.trim() == text => {
                Self::Is(text.to_ascii_lowercase())
            }
            Given::Value(odd) => Self::Unreadable(odd.in_words()),
            Given::Misspelled(name, _) => Self::Unreadable(misspelled(name)),
        }
    }
}

/// Returns as much of a word as a message has room for; what is compared is never cut.
pub(crate) fn shown(word: &str) -> String {
    cut(word, 32)
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
            r#"{"SSLMode":"require"}"#,
            r#"{"SslMode":"require","ssl_mode":"require"}"#,
        ] {
            assert!(matches!(read(json), Setting::Unreadable(_)), "{json}");
        }
        let long = "x".repeat(40);
        let json = format!(r#"{{"SslMode":"{long}1","SslMode":"{long}2"}}"#);
        assert!(matches!(read(&json), Setting::Unreadable(_)), "{json}");
    }
}
