use crate::{Lookup, Unknown};

/// A reason to end a check before the property that decides is read; `?` returns it to the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// A fact must be looked up first.
    LookUp(Lookup),
    /// The property cannot be known: [`Outcome::Unknown`](crate::Outcome::Unknown).
    Unknown(Unknown),
    /// The rule does not apply to the resource; the text is the reason.
    NotApplicable(String),
}

impl From<Unknown> for Stop {
    fn from(unknown: Unknown) -> Self {
        Self::Unknown(unknown)
    }
}

impl From<Lookup> for Stop {
    fn from(lookup: Lookup) -> Self {
        Self::LookUp(lookup)
    }
}
