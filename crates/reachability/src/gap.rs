use std::fmt;

use crate::listing::Unread;

/// A fact that is needed and not known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// The type of the resource.
    pub kind: Kind,
    /// The resource.
    pub subject: Subject,
    /// The reason why the fact is not known.
    pub reason: Unread,
}

impl Gap {
    /// Creates the gap of a resource that is known by its id.
    pub(crate) fn new(kind: Kind, id: &str, reason: &Unread) -> Self {
        Self { kind, subject: Subject::Resource(id.to_owned()), reason: reason.clone() }
    }

    /// Creates the gap of a resource that is known only by what it belongs to.
    pub(crate) fn belonging_to(owner: &str, kind: Kind, reason: &Unread) -> Self {
        Self { kind, subject: Subject::BelongsTo(owner.to_owned()), reason: reason.clone() }
    }
}

/// Writes the gap in words: `sg-0a1 is not recorded`.
impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.subject {
            Subject::Resource(id) => write!(f, "{id} {}", self.reason),
            Subject::BelongsTo(owner) => write!(f, "the {} of {owner} {}", self.kind.noun(), self.reason),
        }
    }
}

/// The resource of a [`Gap`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The resource with this id.
    Resource(String),
    /// The resource of something with this id: its own is not known.
    BelongsTo(String),
}

/// A type of resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An interface of the instance.
    NetworkInterface,
    /// A subnet.
    Subnet,
    /// VPC Block Public Access.
    BlockPublicAccess,
    /// An exclusion from it.
    BlockPublicAccessExclusion,
    /// A route table.
    RouteTable,
    /// An internet gateway.
    InternetGateway,
    /// An appliance in the path, such as a firewall.
    Appliance,
    /// A network ACL.
    NetworkAcl,
    /// A security group.
    SecurityGroup,
    /// A prefix list.
    PrefixList,
}

impl Kind {
    /// Returns the name of the type in AWS Config; `None` for an appliance, which can be of several types.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::NetworkInterface => "AWS::EC2::NetworkInterface",
            Self::Subnet => "AWS::EC2::Subnet",
            Self::BlockPublicAccess => "AWS::EC2::VPCBlockPublicAccessOptions",
            Self::BlockPublicAccessExclusion => "AWS::EC2::VPCBlockPublicAccessExclusion",
            Self::RouteTable => "AWS::EC2::RouteTable",
            Self::InternetGateway => "AWS::EC2::InternetGateway",
            Self::Appliance => return None,
            Self::NetworkAcl => "AWS::EC2::NetworkAcl",
            Self::SecurityGroup => "AWS::EC2::SecurityGroup",
            Self::PrefixList => "AWS::EC2::PrefixList",
        })
    }

    fn noun(self) -> &'static str {
        match self {
            Self::NetworkInterface => "network interface",
            Self::Subnet => "subnet",
            Self::BlockPublicAccess => "Block Public Access",
            Self::BlockPublicAccessExclusion => "Block Public Access exclusion",
            Self::RouteTable => "route table",
            Self::InternetGateway => "internet gateway",
            Self::Appliance => "appliance",
            Self::NetworkAcl => "network ACL",
            Self::SecurityGroup => "security group",
            Self::PrefixList => "prefix list",
        }
    }
}
