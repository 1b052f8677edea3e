//! One generated input of a rule, in the terms of the pages.

use crate::node::Node;
use crate::reading::Group;

/// The verdict that a page states.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Expected {
    /// COMPLIANT; an empty state is one that the page does not name.
    Good(&'static str),
    /// `NON_COMPLIANT` with this state.
    Bad(&'static str),
    /// `NON_COMPLIANT` with the state UNKNOWN.
    Unknown,
    /// `NON_COMPLIANT`: the page leaves open which of its rows counts.
    NotGood,
    NotApplicable,
    /// Anything but COMPLIANT: the page leaves open more than that.
    AnythingButGood,
    /// Anything: the page leaves it open. Counted, so that it stays rare.
    Open,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Status {
    Ok,
    ResourceDiscovered,
    ResourceNotRecorded,
    ResourceDeleted,
    ResourceDeletedNotRecorded,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Type {
    OfTheRule,
    InAnotherCase,
    Other(&'static str),
    /// A name in the namespace of DMS that no type has.
    Doubtful(&'static str),
}

/// The source of an item, and so of what it lacks.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// DMS listed it.
    Listed,
    /// AWS Config recorded it, and DMS describes it so.
    Described(Node),
    /// AWS Config recorded it, and DMS cannot be called.
    Recorded,
    /// A template or plan.
    Planned,
}

/// A key as KMS describes it.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) manager: Option<&'static str>,
    pub(crate) arn: &'static str,
    pub(crate) aliases: Vec<&'static str>,
}

/// The tags, read.
pub(crate) type Tags = Vec<(String, String)>;

/// Everything on which a verdict depends.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) status: Status,
    pub(crate) of_type: Type,
    /// `None` if the item has no such member.
    pub(crate) configuration: Option<Node>,
    pub(crate) source: Source,
    /// The member as it is written, `None` if there is none.
    pub(crate) tags: Option<Node>,
    /// The meaning of the member, `None` if nothing can be known from it.
    pub(crate) known_tags: Option<Tags>,
    /// The tags in DMS, `None` if they cannot be read.
    pub(crate) listed_tags: Option<Tags>,
    pub(crate) may_get_more_tags: bool,
    pub(crate) key: Option<Key>,
    /// Versions as DMS lists them: the version, `Lifecycle`, days to the end of life, days to the last day for new ones.
    pub(crate) versions: Option<Vec<Version>>,
    pub(crate) classes: Option<Vec<Option<&'static str>>>,
    pub(crate) database: Database,
    pub(crate) exemption: Option<Exemption>,
    /// The parameter of the rule with its value.
    pub(crate) parameter: Option<(&'static str, &'static str)>,
    /// True if the notification has a time: that of `clock::now`.
    pub(crate) has_time: bool,
}

/// The only DB instance, as AWS Config records it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Database {
    Denied,
    NotClear,
    Public,
    Private,
}

#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub(crate) name: &'static str,
    pub(crate) lifecycle: Option<&'static str>,
    pub(crate) days_to_end: Option<i64>,
    pub(crate) days_to_last_new: Option<i64>,
}

/// The parameters `exemptionTagKey` and `exemptionCompliance`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exemption {
    pub(crate) key: &'static str,
    pub(crate) is_compliant: bool,
}

impl World {
    /// Returns the properties of the item.
    pub(crate) fn properties(&self) -> Group<'_> {
        self.configuration.as_ref().map_or(Group::Missing, Group::read)
    }

    pub(crate) fn is_planned(&self) -> bool {
        matches!(self.source, Source::Planned)
    }

    /// Returns the value of the rule's own parameter, if it is given.
    pub(crate) fn parameter(&self, name: &str) -> Option<&'static str> {
        self.parameter.filter(|(given, _)| *given == name).map(|(_, value)| value)
    }

    /// Returns the same resource as if DMS had listed it with these properties.
    pub(crate) fn listed(&self, configuration: Node) -> Self {
        Self { configuration: Some(configuration), source: Source::Listed, ..self.clone() }
    }
}
