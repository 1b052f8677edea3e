use std::fmt;

use chrono::{DateTime, Utc};

/// The reason why a fact is not known, in words that follow the name of a resource: `is not recorded`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread(String);

impl Unread {
    /// Creates a reason from words that follow the name of a resource, such as `cannot be read (AccessDenied)`.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }

    /// Returns the reason of a resource of which there is no record.
    #[must_use]
    pub fn not_recorded() -> Self {
        Self::new("is not recorded")
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A resource that its id identifies.
pub trait Identified {
    /// Returns the id, such as `sg-0a1`.
    fn id(&self) -> &str;
}

/// The resources of one type, as far as they are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing<T> {
    /// The resources that are known.
    pub items: Vec<T>,
    /// The reason why there may be more; `None` if these are all that there are.
    pub incomplete: Option<Unread>,
    /// The time of the oldest of the facts; `None` if it is not known.
    pub captured: Option<DateTime<Utc>>,
}

impl<T> Listing<T> {
    /// Creates a listing of all the resources that there are, at a time that is not known.
    #[must_use]
    pub fn complete(items: Vec<T>) -> Self {
        Self { items, incomplete: None, captured: None }
    }

    /// Creates a listing of which nothing is known.
    #[must_use]
    pub fn unread(reason: Unread) -> Self {
        Self { items: Vec::new(), incomplete: Some(reason), captured: None }
    }

    /// Returns true if nothing was read.
    #[must_use]
    pub fn is_unread(&self) -> bool {
        self.items.is_empty() && self.incomplete.is_some()
    }

    /// Adds what another listing of the same type knows: one is complete if both are, and as old as the older.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.captured = match (self.is_unread(), other.is_unread()) {
            (true, _) => other.captured,
            (_, true) => self.captured,
            (false, false) => self.captured.zip(other.captured).map(|(one, two)| one.min(two)),
        };
        self.items.extend(other.items);
        self.incomplete = self.incomplete.or(other.incomplete);
        self
    }
}

impl<T> Default for Listing<T> {
    fn default() -> Self {
        Self::unread(Unread::not_recorded())
    }
}

impl<T: Identified + PartialEq> Listing<T> {
    /// Returns the resource with this id.
    ///
    /// # Errors
    /// Returns the reason if there is no record of it, or there are two that differ.
    pub fn find(&self, id: &str) -> Result<&T, Unread> {
        let mut found = self.items.iter().filter(|item| item.id() == id);
        match found.next() {
            None => Err(self.incomplete.clone().unwrap_or_else(Unread::not_recorded)),
            Some(one) if found.all(|other| other == one) => Ok(one),
            Some(_) => Err(Unread::new("is given twice, differently")),
        }
    }
}
