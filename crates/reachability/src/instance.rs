use std::net::Ipv4Addr;

use chrono::{DateTime, Utc};

use crate::listing::{Identified, Listing, Unread};

/// A replication instance, as its place in the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instance {
    /// An instance whose network interfaces are known. Each of them counts.
    Interfaces(Listing<Interface>),
    /// An instance of which only the subnet group is known.
    SubnetGroup(SubnetGroup),
}

/// A network interface of an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// The id, such as `eni-0a1`.
    pub id: String,
    /// The subnet.
    pub subnet: Result<String, Unread>,
    /// The VPC; `None` if it is not known.
    pub vpc: Option<String>,
    /// The security groups.
    pub groups: Result<Vec<String>, Unread>,
    /// The private IPv4 addresses, by which an instance is found.
    pub private_addresses: Result<Vec<Ipv4Addr>, Unread>,
    /// True if it has a public IPv4 address.
    pub has_public_ipv4: Result<bool, Unread>,
    /// True if it has a global IPv6 address.
    pub has_public_ipv6: Result<bool, Unread>,
    /// True if it drops all traffic of internet gateways (`DenyAllIgwTraffic`).
    pub denies_internet: Result<bool, Unread>,
}

impl Identified for Interface {
    fn id(&self) -> &str {
        &self.id
    }
}

/// The subnets in which an instance may be, and its own properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubnetGroup {
    /// The ids of all subnets of the subnet group.
    pub subnets: Result<Vec<String>, Unread>,
    /// The VPC; `None` if it is not known.
    pub vpc: Option<String>,
    /// True if the instance is in two of the subnets, of which a failover makes either the active one.
    pub is_multi_az: bool,
    /// The security groups of the instance.
    pub groups: Result<Vec<String>, Unread>,
    /// True if the instance has a public IPv4 address.
    pub has_public_ipv4: Result<bool, Unread>,
    /// True if the instance has a global IPv6 address.
    pub has_public_ipv6: Result<bool, Unread>,
    /// The time of these facts; `None` if it is not known.
    pub captured: Option<DateTime<Utc>>,
}
