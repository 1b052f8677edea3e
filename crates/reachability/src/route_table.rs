use crate::cidr::Cidr;
use crate::listing::{Identified, Unread};

/// A route table of a subnet, of a gateway, or of the subnets of its VPC that have no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteTable {
    /// The id, such as `rtb-0a1`.
    pub id: String,
    /// The VPC; `None` if it is not known.
    pub vpc: Option<String>,
    /// The account that owns it and its VPC; `None` if it is not known.
    pub owner: Option<String>,
    /// True if the subnets of the VPC without a table of their own have this one.
    pub is_main: bool,
    /// The subnets that it is explicitly associated with.
    pub subnets: Vec<String>,
    /// The gateways that it is associated with: it routes what enters the VPC through them (an edge table).
    pub gateways: Vec<String>,
    /// The reason why there may be other associations, or why it may be the main table.
    pub associations_incomplete: Option<Unread>,
    /// The routes.
    pub routes: Vec<Route>,
    /// The reason why there may be other routes.
    pub routes_incomplete: Option<Unread>,
}

impl Identified for RouteTable {
    fn id(&self) -> &str {
        &self.id
    }
}

/// A route. The one with the longest prefix that has an address decides about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The addresses that it is for.
    pub destination: Result<Destination, Unread>,
    /// The next hop.
    pub target: Result<Target, Unread>,
    /// The state.
    pub state: Result<RouteState, Unread>,
    /// The way in which it came into the table.
    pub origin: Result<Origin, Unread>,
    /// True if a firewall in the internet gateway, whose rules are not read, filters what takes it.
    pub has_firewall: Result<bool, Unread>,
}

/// The addresses that a route is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A block of addresses.
    Cidr(Cidr),
    /// The entries of a prefix list.
    PrefixList(String),
}

/// The next hop of a route.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// The VPC itself.
    Local,
    /// An internet gateway, such as `igw-0a1`.
    InternetGateway(String),
    /// A VPC endpoint: a Gateway Load Balancer, or the endpoint of a service for a prefix list of AWS.
    VpcEndpoint(String),
    /// A network interface or an EC2 instance, which may be an appliance that passes packets on.
    Appliance(String),
    /// A next hop through which no connection from the Internet comes in: NAT gateway, egress-only internet gateway,
    /// virtual private, transit, local or carrier gateway, peering connection, core network.
    Elsewhere(String),
}

/// The state of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RouteState {
    /// Packets take it.
    Active,
    /// The target does not exist any more: packets are dropped.
    Blackhole,
}

/// The way in which a route came into its table. Of two with the same destination, one of a lower variant decides (VPC
/// user guide, "How route priority works").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// By a person or with the table.
    Static,
    /// By a virtual private gateway or a route server.
    Propagated,
}
