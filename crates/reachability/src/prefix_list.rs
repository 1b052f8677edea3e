use crate::cidr::{Cidr, IpVersion};
use crate::listing::{Identified, Unread};

/// A managed prefix list: blocks of addresses under one id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrefixList {
    /// The id, such as `pl-0a1`.
    pub id: String,
    /// The version of all its addresses; `None` if it is not known.
    pub version: Option<IpVersion>,
    /// True if AWS owns the list: its entries are the addresses of a service of AWS.
    pub is_owned_by_aws: bool,
    /// The blocks.
    pub entries: Vec<Cidr>,
    /// The reason why there may be other blocks.
    pub incomplete: Option<Unread>,
}

impl Identified for PrefixList {
    fn id(&self) -> &str {
        &self.id
    }
}
