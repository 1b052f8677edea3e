use chrono::{DateTime, Utc};

use crate::block_public_access::{BlockPublicAccess, Exclusions};
use crate::cidr::Cidr;
use crate::listing::{Identified, Listing, Unread};
use crate::network_acl::NetworkAcl;
use crate::prefix_list::PrefixList;
use crate::route_table::RouteTable;
use crate::security_group::SecurityGroup;

/// The facts about a network. A default one has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// The security groups.
    pub security_groups: Listing<SecurityGroup>,
    /// The prefix lists.
    pub prefix_lists: Listing<PrefixList>,
    /// The network ACLs.
    pub network_acls: Listing<NetworkAcl>,
    /// The route tables. A subnet without one of its own has the main one only if these are all of its VPC.
    pub route_tables: Listing<RouteTable>,
    /// The internet gateways, if they are known: the state of a route decides where they are not.
    pub internet_gateways: Listing<InternetGateway>,
    /// The VPCs, if they are known.
    pub vpcs: Listing<Vpc>,
    /// The subnets: nothing is certain about IPv6 without them.
    pub subnets: Listing<Subnet>,
    /// VPC Block Public Access.
    pub block_public_access: Result<BlockPublicAccess, Unread>,
    /// The exclusions from it.
    pub exclusions: Exclusions,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            security_groups: Listing::default(),
            prefix_lists: Listing::default(),
            network_acls: Listing::default(),
            route_tables: Listing::default(),
            internet_gateways: Listing::default(),
            vpcs: Listing::default(),
            subnets: Listing::default(),
            block_public_access: Err(Unread::not_recorded()),
            exclusions: Listing::default(),
        }
    }
}

impl Network {
    /// Returns the time of the oldest fact; `None` if that of any fact is not known.
    #[must_use]
    pub fn oldest(&self) -> Option<DateTime<Utc>> {
        let listings = [
            (self.security_groups.is_unread(), self.security_groups.captured),
            (self.prefix_lists.is_unread(), self.prefix_lists.captured),
            (self.network_acls.is_unread(), self.network_acls.captured),
            (self.route_tables.is_unread(), self.route_tables.captured),
            (self.internet_gateways.is_unread(), self.internet_gateways.captured),
            (self.vpcs.is_unread(), self.vpcs.captured),
            (self.subnets.is_unread(), self.subnets.captured),
            (
                self.block_public_access.is_err(),
                self.block_public_access.as_ref().ok().and_then(|options| options.captured),
            ),
            (self.exclusions.is_unread(), self.exclusions.captured),
        ];
        let mut read = listings.into_iter().filter(|(is_unread, _)| !is_unread).map(|(_, captured)| captured);
        let first = read.next()??;
        read.try_fold(first, |oldest, captured| captured.map(|captured| oldest.min(captured)))
    }
}

/// An internet gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InternetGateway {
    /// The id, such as `igw-0a1`.
    pub id: String,
    /// The VPCs that it is attached to.
    pub vpcs: Result<Vec<String>, Unread>,
}

impl Identified for InternetGateway {
    fn id(&self) -> &str {
        &self.id
    }
}

/// A VPC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vpc {
    /// The id, such as `vpc-0a1`.
    pub id: String,
    /// The account that owns it; `None` if it is not known.
    pub owner: Option<String>,
    /// The blocks of its addresses: a peer that has one of them is not on the Internet.
    pub cidrs: Result<Vec<Cidr>, Unread>,
}

impl Identified for Vpc {
    fn id(&self) -> &str {
        &self.id
    }
}

/// A subnet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subnet {
    /// The id, such as `subnet-0a1`.
    pub id: String,
    /// The VPC; `None` if it is not known.
    pub vpc: Option<String>,
    /// The account that owns it; `None` if it is not known.
    pub owner: Option<String>,
    /// The blocks of its addresses.
    pub cidrs: Result<Vec<Cidr>, Unread>,
    /// True if all its IPv6 addresses are ones that AWS advertises on the Internet, as `Ipv6AddressAttribute` says.
    pub advertises_ipv6: bool,
}

impl Identified for Subnet {
    fn id(&self) -> &str {
        &self.id
    }
}
