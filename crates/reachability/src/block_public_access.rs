use chrono::{DateTime, Utc};

use crate::listing::{Identified, Listing, Unread};

/// VPC Block Public Access of one account and Region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockPublicAccess {
    /// The mode that is in force; an error while it is being changed.
    pub mode: Result<BlockMode, Unread>,
    /// The account, which must be the one that owns the network; `None` if the caller has seen to that.
    pub account: Option<String>,
    /// False if an organization allows no exclusions, or may not.
    pub allows_exclusions: bool,
    /// The time of these facts; `None` if it is not known.
    pub captured: Option<DateTime<Utc>>,
}

/// The mode of VPC Block Public Access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BlockMode {
    /// Nothing is blocked.
    Off,
    /// Connections from the Internet are blocked.
    Ingress,
    /// All traffic of internet gateways is blocked.
    Bidirectional,
}

/// An exclusion from VPC Block Public Access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    /// The id, such as `vpcbpa-exclude-0a1`.
    pub id: String,
    /// The VPC or the subnet that is excluded.
    pub resource: Result<ExcludedResource, Unread>,
    /// The traffic that is excluded.
    pub mode: Result<ExclusionMode, Unread>,
    /// True if it is in force; an error while it is being changed.
    pub is_in_force: Result<bool, Unread>,
}

impl Identified for Exclusion {
    fn id(&self) -> &str {
        &self.id
    }
}

/// The resource that is excluded from VPC Block Public Access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExcludedResource {
    /// A VPC with all its subnets.
    Vpc(String),
    /// A subnet.
    Subnet(String),
}

/// The traffic that is excluded from VPC Block Public Access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExclusionMode {
    /// All traffic.
    Bidirectional,
    /// Connections to the Internet only: those from there remain blocked.
    Egress,
}

/// The exclusions of one account and Region.
pub type Exclusions = Listing<Exclusion>;
