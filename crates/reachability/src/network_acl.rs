use crate::cidr::Cidr;
use crate::flows::Traffic;
use crate::listing::{Identified, Unread};

/// A network ACL. The entry with the lowest number that matches a packet decides; a packet that none matches is denied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkAcl {
    /// The id, such as `acl-0a1`.
    pub id: String,
    /// The subnets that it is associated with.
    pub subnets: Vec<String>,
    /// The entries of both directions, in any order.
    pub entries: Vec<AclEntry>,
    /// The reason why there may be other entries.
    pub incomplete: Option<Unread>,
}

impl Identified for NetworkAcl {
    fn id(&self) -> &str {
        &self.id
    }
}

/// An entry of a network ACL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AclEntry {
    /// The place in the order; lower numbers decide first.
    pub number: Result<u32, Unread>,
    /// The packets that it is about: those that enter the subnet, or those that leave it.
    pub direction: Result<Direction, Unread>,
    /// True if it allows what it matches, false if it denies it.
    pub allows: Result<bool, Unread>,
    /// The protocols, and the ports to which a packet goes.
    pub traffic: Result<Traffic, Unread>,
    /// The addresses of the peer: the source of what enters, the destination of what leaves.
    pub peers: Result<Cidr, Unread>,
}

/// A direction through the bounds of a subnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// Into the subnet.
    Ingress,
    /// Out of the subnet.
    Egress,
}
