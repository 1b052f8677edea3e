/// The subject of a rule. Packs and templates choose rules by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Theme {
    /// The Internet, or everyone, can reach it.
    Exposure,
    /// Connections: encryption on the way, identities and logins.
    Connections,
    /// Encryption at rest, and whose keys.
    Encryption,
    /// Support, availability, logs and health.
    Operation,
    /// Tags, which name an owner.
    Ownership,
}

impl Theme {
    /// Returns the name as it is written in `rules.json`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exposure => "exposure",
            Self::Connections => "connections",
            Self::Encryption => "encryption",
            Self::Operation => "operation",
            Self::Ownership => "ownership",
        }
    }
}
