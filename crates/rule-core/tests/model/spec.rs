//! The form of a row in the table of rules.

use crate::choices::Choices;
use crate::node::{Node, Word};
use crate::world::{Expected, World};

/// A property that a page names, with words that decide there: the first is one that passes.
#[derive(Clone, Copy)]
pub(crate) struct Member {
    /// Empty for a property that is in no group.
    pub(crate) group: &'static str,
    pub(crate) name: &'static str,
    pub(crate) words: &'static [Word],
}

/// A function that builds members of a configuration.
type Builder = fn(&mut Choices) -> Vec<(String, Node)>;

/// A rule as its page describes it.
#[derive(Clone, Copy)]
pub(crate) struct Spec {
    pub(crate) identifier: &'static str,
    pub(crate) resource_type: &'static str,
    /// True if a zero-ETL integration may own such a resource.
    pub(crate) may_be_owned: bool,
    pub(crate) members: &'static [Member],
    /// Builds what is no word.
    pub(crate) more: Option<Builder>,
    /// The parameters of the rule with values.
    pub(crate) parameters: &'static [(&'static str, &'static str)],
    pub(crate) check: fn(&World) -> Expected,
}

/// A row from which others are made.
pub(crate) const ROW: Spec = Spec {
    identifier: "",
    resource_type: "",
    may_be_owned: false,
    members: &[],
    more: None,
    parameters: &[],
    check: |_| Expected::Open,
};

pub(crate) const fn member(name: &'static str, words: &'static [Word]) -> Member {
    Member { group: "", name, words }
}

pub(crate) const fn within(group: &'static str, name: &'static str, words: &'static [Word]) -> Member {
    Member { group, name, words }
}
