use crate::cidr::Cidr;
use crate::flows::Traffic;
use crate::listing::{Identified, Unread};

/// A security group: what its rules let in. The rules for what leaves decide nothing here, as groups let replies out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityGroup {
    /// The id, such as `sg-0a1`.
    pub id: String,
    /// The ingress rules; all of them allow.
    pub ingress: Vec<GroupRule>,
    /// The reason why there may be more rules.
    pub incomplete: Option<Unread>,
}

impl Identified for SecurityGroup {
    fn id(&self) -> &str {
        &self.id
    }
}

/// A rule of a security group: one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRule {
    /// The protocols and ports that may enter.
    pub traffic: Result<Traffic, Unread>,
    /// The peers that they may come from.
    pub source: Source,
}

/// The peers that a rule of a security group lets in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A block of addresses.
    Cidr(Cidr),
    /// The entries of a prefix list.
    PrefixList(String),
    /// The interfaces that have a group: by their private addresses, so that none is on the Internet.
    Group(String),
    /// A source that cannot be read.
    Unread(Unread),
}
