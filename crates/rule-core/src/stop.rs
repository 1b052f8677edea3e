use crate::{Lookup, Unknown};

/// A reason for which a rule ends before the property that decides is read. `?` passes it on from where it is
/// met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// A fact must be looked up first.
    LookUp(Lookup),
    /// The property cannot be known: [`Outcome::Unknown`](crate::Outcome::Unknown).
    Unknown(Unknown),
    /// The rule does not apply to the resource; the text says why.
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
