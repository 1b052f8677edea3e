use rule_core::Json;
use rule_core::text::{cut, is_same_name};

use crate::listing::Unread;

/// A JSON object whose members are found in any case of their names.
#[derive(Clone, Copy)]
pub(super) struct Object<'a> {
    members: &'a [(String, Json)],
}

impl<'a> Object<'a> {
    /// # Errors
    /// Returns the reason if the value is no object.
    pub(super) fn new(value: &'a Json) -> Result<Self, Unread> {
        match value {
            Json::Object(members) => Ok(Self { members }),
            other => Err(Unread::new(format!("is {} and not an object", other.in_words()))),
        }
    }

    /// Returns the value of a member; `None` if it is not given, or null.
    ///
    /// # Errors
    /// Returns the reason if it is given twice with different values.
    pub(super) fn member(self, name: &str) -> Result<Option<&'a Json>, Unread> {
        let mut values =
            self.members.iter().filter(|(own, _)| is_same_name(own, name)).map(|(_, value)| value);
        let first = values.next();
        if values.any(|other| Some(other) != first) {
            return Err(Unread::new(format!("has {name} twice, differently")));
        }
        Ok(first.filter(|value| **value != Json::Null))
    }

    /// Returns true if any value is given for the member.
    pub(super) fn has(self, name: &str) -> bool {
        self.member(name) != Ok(None)
    }

    /// Returns the text of a member that may be missing or empty: `None` is either.
    ///
    /// # Errors
    /// Returns the reason if it is given twice, or is no text.
    pub(super) fn optional_text(self, name: &str) -> Result<Option<&'a str>, Unread> {
        match self.member(name)? {
            None => Ok(None),
            Some(Json::Text(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            Some(other) => Err(odd(name, other)),
        }
    }

    /// Returns the text of a member.
    ///
    /// # Errors
    /// Returns the reason if it is missing, empty, given twice or no text.
    pub(super) fn text(self, name: &str) -> Result<&'a str, Unread> {
        self.optional_text(name)?.ok_or_else(|| missing(name))
    }

    /// Returns the id in a member that may be missing or empty: `None` is either.
    ///
    /// # Errors
    /// Returns the reason if it is given twice, or has characters that no id of EC2 has.
    pub(super) fn optional_id(self, name: &str) -> Result<Option<&'a str>, Unread> {
        match self.optional_text(name)? {
            Some(text) if !is_id(text) => Err(odd_word(name, text)),
            id => Ok(id),
        }
    }

    /// Returns the id in a member.
    ///
    /// # Errors
    /// Returns the reason if it is missing, given twice, or has characters that no id of EC2 has.
    pub(super) fn id(self, name: &str) -> Result<&'a str, Unread> {
        self.optional_id(name)?.ok_or_else(|| missing(name))
    }

    /// Returns the elements of a member.
    ///
    /// # Errors
    /// Returns the reason if it is missing, given twice or no list.
    pub(super) fn list(self, name: &str) -> Result<&'a [Json], Unread> {
        match self.member(name)? {
            None => Err(missing(name)),
            Some(Json::List(elements)) => Ok(elements),
            Some(other) => Err(odd(name, other)),
        }
    }

    /// Returns the object in a member; `None` if it is not given.
    ///
    /// # Errors
    /// Returns the reason if it is given twice or is no object.
    pub(super) fn object(self, name: &str) -> Result<Option<Self>, Unread> {
        match self.member(name)? {
            None => Ok(None),
            Some(value) => Self::new(value).map(Some).map_err(|_| odd(name, value)),
        }
    }

    /// Returns the flag in a member; `None` if it is not given.
    ///
    /// # Errors
    /// Returns the reason if it is given twice or is no boolean.
    pub(super) fn optional_flag(self, name: &str) -> Result<Option<bool>, Unread> {
        match self.member(name)? {
            None => Ok(None),
            Some(Json::Bool(flag)) => Ok(Some(*flag)),
            Some(other) => Err(odd(name, other)),
        }
    }

    /// Returns the whole number in a member; `None` if it is not given.
    ///
    /// # Errors
    /// Returns the reason if it is given twice or is no whole number.
    pub(super) fn optional_number(self, name: &str) -> Result<Option<i64>, Unread> {
        match self.member(name)? {
            None => Ok(None),
            Some(value @ Json::Number(number)) => number.as_i64().map(Some).ok_or_else(|| odd(name, value)),
            Some(other) => Err(odd(name, other)),
        }
    }

    /// Returns the reason why there are further pages.
    pub(super) fn cut_short(self) -> Option<Unread> {
        match self.optional_text("NextToken") {
            Ok(None) => None,
            Ok(Some(_)) | Err(_) => Some(Unread::new("may be in a further page: the output is cut short")),
        }
    }
}

/// Returns true for a text that can be an id: lower case, digits and hyphens. White space or another case would make it
/// differ from the id that it means.
pub(super) fn is_id(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Returns the reason of a member that is missing.
pub(super) fn missing(name: &str) -> Unread {
    Unread::new(format!("has no {name}"))
}

/// Returns the reason of a member that has a value of another type, or one that is not known.
pub(super) fn odd(name: &str, value: &Json) -> Unread {
    Unread::new(format!("has {} as {name}", value.in_words()))
}

/// Returns the reason of a member that has a word that is not known.
pub(super) fn odd_word(name: &str, word: &str) -> Unread {
    Unread::new(format!("has {:?} as {name}", cut(word, 24)))
}
