use std::fmt;

/// A part of a network that lets nothing of the Internet through, with its id.
///
/// The variants are in the order in which a packet from the Internet meets them. (EC2 sends the reply along a route; that
/// there is none is counted as met before the network ACL.)
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Barrier {
    /// There is no public address; the interface, if it is known.
    NoAddress(Option<String>),
    /// The interface drops what comes from internet gateways.
    InterfaceDenies(String),
    /// VPC Block Public Access.
    BlockPublicAccess,
    /// The route table has no active route to the Internet.
    NotRouted(String),
    /// The network ACL lets nothing in, or no reply out.
    NetworkAcl(String),
    /// The security groups let nothing in.
    SecurityGroups(Vec<String>),
}

impl Barrier {
    /// Returns the ids, as they are shown: `acl-0a1`.
    pub(crate) fn ids(&self) -> String {
        match self {
            Self::NoAddress(interface) => interface.clone().unwrap_or_else(|| "no public address".to_owned()),
            Self::InterfaceDenies(id) | Self::NotRouted(id) | Self::NetworkAcl(id) => id.clone(),
            Self::BlockPublicAccess => "VPC BPA".to_owned(),
            Self::SecurityGroups(ids) => match ids.as_slice() {
                [one, two, _, rest @ ..] => format!("{one}, {two} and {} more", rest.len() + 1),
                few => few.join(", "),
            },
        }
    }
}

/// Writes the barrier as a state: `FILTERED BY acl-0a1`, `NOT ROUTED (rtb-0a1)`.
impl fmt::Display for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAddress(None) => f.write_str("NO PUBLIC ADDRESS"),
            Self::NoAddress(Some(id)) => write!(f, "NO PUBLIC ADDRESS ({id})"),
            Self::InterfaceDenies(id) => write!(f, "NOT ROUTED ({id} denies internet gateways)"),
            Self::BlockPublicAccess => f.write_str("BLOCKED BY VPC BPA"),
            Self::NotRouted(id) => write!(f, "NOT ROUTED ({id})"),
            Self::NetworkAcl(_) | Self::SecurityGroups(_) => write!(f, "FILTERED BY {}", self.ids()),
        }
    }
}

/// The reason why nothing of the Internet enters on one path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Closure {
    /// The barrier at which the last packet stops.
    pub by: Barrier,
    /// Further barriers. If `is_joint`, they stop the rest of the packets; else each of them, like `by`, stops all alone.
    pub others: Vec<Barrier>,
    /// True if no barrier alone stops every packet.
    pub is_joint: bool,
}

/// Writes the closure in words: `FILTERED BY acl-0a1; also closed by sg-0a1`.
impl fmt::Display for Closure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.by)?;
        let others: Vec<String> = self.others.iter().map(Barrier::ids).collect();
        match others.as_slice() {
            [] => Ok(()),
            others if self.is_joint => write!(f, " together with {}", others.join(", ")),
            others => write!(f, "; also closed by {}", others.join(", ")),
        }
    }
}
