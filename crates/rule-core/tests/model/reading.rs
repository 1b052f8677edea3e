//! How the pages read a property: its names, and values that are missing, odd or given twice.

use crate::node::Node;

/// The properties of a resource, or of a group of its settings.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Group<'a> {
    Missing,
    Odd,
    Members(&'a [(String, Node)]),
}

/// A property of which one value counts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Given<'a> {
    Missing,
    /// Under a misspelled name, or given twice with different values.
    Odd,
    One(&'a Node),
}

/// A property that is true or false.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Truth {
    Missing,
    Odd,
    Is(bool),
}

/// A property that holds one of a few words.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Term {
    Missing,
    Null,
    Odd,
    /// In lower case.
    Is(String),
}

/// Returns true for the names under which AWS has a property: `PascalCase`, `camelCase`, and the API's name of four groups.
fn is_own(name: &str, property: &str) -> bool {
    let api = match property {
        "MySqlSettings" => "MySQLSettings",
        "PostgreSqlSettings" => "PostgreSQLSettings",
        "IbmDb2Settings" => "IBMDb2Settings",
        "MicrosoftSqlServerSettings" => "MicrosoftSQLServerSettings",
        other => other,
    };
    let is_camel = |full: &str| {
        name.get(1..) == full.get(1..) && name.get(..1).map(str::to_uppercase).as_deref() == full.get(..1)
    };
    is_camel(property) || is_camel(api)
}

fn folded(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase)
}

impl<'a> Group<'a> {
    /// Reads what is an object or the text of one.
    pub(crate) fn read(node: &'a Node) -> Self {
        match node {
            Node::Null => Self::Missing,
            Node::Text(text) if text.trim().is_empty() => Self::Missing,
            Node::Object(members) => Self::Members(members),
            Node::Document(inner) => match &**inner {
                Node::Document(_) => Self::Odd,
                inner => Self::read(inner),
            },
            Node::Bool(_) | Node::Number(_) | Node::Text(_) | Node::List(_) => Self::Odd,
        }
    }

    /// Returns each value that may be meant for the property: true for those under a name of AWS.
    fn meant(self, property: &'a str) -> impl Iterator<Item = (bool, &'a Node)> {
        let members = match self {
            Self::Members(members) => members,
            Self::Missing | Self::Odd => &[],
        };
        members
            .iter()
            .filter(|(name, _)| folded(name).eq(folded(property)))
            .map(|(name, value)| (is_own(name, property), value))
    }

    pub(crate) fn one(self, property: &'static str) -> Given<'a> {
        let mut given = Given::Missing;
        for (is_own, value) in self.meant(property) {
            given = match given {
                Given::Missing if is_own => Given::One(value),
                Given::One(before) if is_own && before == value => given,
                _ => return Given::Odd,
            };
        }
        given
    }

    pub(crate) fn group(self, property: &'static str) -> Self {
        match self.one(property) {
            Given::Missing => Self::Missing,
            Given::Odd => Self::Odd,
            Given::One(value) => Self::read(value),
        }
    }

    /// Reads a property that is true or false. The value that is not `safe` counts in any spelling, and beside anything under
    /// the property's own name.
    pub(crate) fn truth(self, property: &'static str, safe: bool) -> Truth {
        let is = |node: &Node, wanted: bool, trim: bool| match node {
            Node::Bool(flag) => *flag == wanted,
            Node::Text(text) => {
                let text = if trim { text.trim() } else { text };
                text.eq_ignore_ascii_case(if wanted { "true" } else { "false" })
            }
            _ => false,
        };
        let mut found = Truth::Missing;
        for (is_own, value) in self.meant(property) {
            if is_own && is(value, !safe, true) {
                return Truth::Is(!safe);
            }
            let is_safe = is_own && is(value, safe, false);
            found = if is_safe && found != Truth::Odd { Truth::Is(safe) } else { Truth::Odd };
        }
        found
    }

    pub(crate) fn term(self, property: &'static str) -> Term {
        let mut found = Term::Missing;
        for (is_own, value) in self.meant(property) {
            let term = match value {
                Node::Null if is_own => Term::Null,
                Node::Text(text) if is_own && !text.is_empty() && text.trim() == text => {
                    Term::Is(text.to_lowercase())
                }
                _ => Term::Odd,
            };
            found = if found == Term::Missing || found == term { term } else { Term::Odd };
        }
        found
    }

    /// Returns true if no member holds anything.
    pub(crate) fn is_empty(self) -> bool {
        match self {
            Self::Members(members) => members.iter().all(|(_, value)| value.holds_nothing()),
            Self::Missing => true,
            Self::Odd => false,
        }
    }
}
