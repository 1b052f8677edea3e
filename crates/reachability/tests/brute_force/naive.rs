//! A second implementation, flow by flow and rule by rule, from the pages of the VPC user guide: "Network ACL rules",
//! "Security group rules", "How route priority works", "Gateway route tables", "VPC Block Public Access". It has nothing
//! of the evaluator but the structures of its facts, of which it takes every value as known.

use std::net::{Ipv4Addr, Ipv6Addr};

use reachability::flows::Traffic;
use reachability::{
    BlockMode, Cidr, Destination, Direction, ExcludedResource, ExclusionMode, Interface, IpVersion, Network,
    Origin, Route, RouteState, RouteTable, SecurityGroup, Source, Target,
};

/// A flow from a peer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flow {
    pub(crate) version: IpVersion,
    pub(crate) peer: u128,
    pub(crate) protocol: u8,
    pub(crate) port: u16,
}

/// The parts that a packet passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Address,
    Interface,
    Block,
    Routes,
    Acl,
    Groups,
}

pub(crate) const PARTS: [Part; 6] =
    [Part::Address, Part::Interface, Part::Block, Part::Routes, Part::Acl, Part::Groups];

/// The network, with a choice for all that facts cannot decide: if `lets_pass`, appliances and firewalls let everything
/// through, and of two routes of one rank the better holds.
pub(crate) struct Naive<'a> {
    pub(crate) network: &'a Network,
    pub(crate) lets_pass: bool,
    /// Ports to which replies may go: one at least in each interval that any rule of the universe can tell apart.
    pub(crate) reply_ports: &'a [u16],
}

impl Naive<'_> {
    /// Returns for each flow if it comes in through all parts. Of flows with the same peer, and with the same protocol,
    /// what is the same for all of them is found once.
    pub(crate) fn entering(&self, interface: &Interface, flows: &[Flow]) -> Vec<bool> {
        let mut bits = Vec::with_capacity(flows.len());
        for same_peer in flows.chunk_by(|one, other| (one.version, one.peer) == (other.version, other.peer)) {
            let parts = [Part::Address, Part::Interface, Part::Block, Part::Routes];
            let comes_in = self.counts(interface, same_peer[0])
                && parts.iter().all(|part| self.passes(*part, interface, same_peer[0]));
            for same_protocol in same_peer.chunk_by(|one, other| one.protocol == other.protocol) {
                let comes_in = comes_in && self.has_reply(interface, same_protocol[0]);
                bits.extend(same_protocol.iter().map(|flow| {
                    comes_in
                        && self.groups(interface, *flow)
                        && self.acl_allows(interface, Direction::Ingress, *flow)
                }));
            }
        }
        bits
    }

    /// Returns true if the peer is on the Internet and not in the VPC.
    pub(crate) fn counts(&self, interface: &Interface, flow: Flow) -> bool {
        let vpc = self.network.vpcs.items.iter().find(|vpc| Some(&vpc.id) == interface.vpc.as_ref());
        let own = vpc.is_some_and(|vpc| vpc.cidrs.as_ref().unwrap().iter().any(|cidr| has(*cidr, flow)));
        !own && is_public(flow)
    }

    pub(crate) fn passes(&self, part: Part, interface: &Interface, flow: Flow) -> bool {
        match part {
            Part::Address => *match flow.version {
                IpVersion::V4 => interface.has_public_ipv4.as_ref().unwrap(),
                IpVersion::V6 => interface.has_public_ipv6.as_ref().unwrap(),
            },
            Part::Interface => !interface.denies_internet.as_ref().unwrap(),
            Part::Block => !self.is_blocked(interface),
            Part::Routes => self.is_routed(interface, flow),
            Part::Acl => self.acl(interface, flow),
            Part::Groups => self.groups(interface, flow),
        }
    }

    fn is_blocked(&self, interface: &Interface) -> bool {
        let options = self.network.block_public_access.as_ref().unwrap();
        if *options.mode.as_ref().unwrap() == BlockMode::Off {
            return false;
        }
        // Only a bidirectional exclusion lets a connection from the Internet in. Precedence over one of egress alone, for
        // the other of VPC and subnet, is not documented.
        let (mut is_excluded, mut is_egress_only) = (false, false);
        for exclusion in &self.network.exclusions.items {
            let is_about = match exclusion.resource.as_ref().unwrap() {
                ExcludedResource::Vpc(id) => Some(id) == interface.vpc.as_ref(),
                ExcludedResource::Subnet(id) => id == interface.subnet.as_ref().unwrap(),
            };
            if is_about && *exclusion.is_in_force.as_ref().unwrap() {
                match exclusion.mode.as_ref().unwrap() {
                    ExclusionMode::Bidirectional => is_excluded = true,
                    ExclusionMode::Egress => is_egress_only = true,
                }
            }
        }
        !is_excluded || (is_egress_only && !self.lets_pass)
    }

    fn is_routed(&self, interface: &Interface, flow: Flow) -> bool {
        let subnet = interface.subnet.as_ref().unwrap();
        let tables = &self.network.route_tables.items;
        let explicit = tables.iter().find(|table| table.subnets.contains(subnet));
        let Some(table) =
            explicit.or_else(|| tables.iter().find(|table| table.is_main && table.vpc == interface.vpc))
        else {
            return false;
        };
        let mut best: Option<(u8, u8)> = None;
        let mut ways: Vec<bool> = Vec::new();
        for route in &table.routes {
            for (length, precedence) in self.matches(route, flow) {
                if best.is_none_or(|before| (length, precedence) > before) {
                    best = Some((length, precedence));
                    ways.clear();
                }
                if best == Some((length, precedence)) {
                    ways.push(self.leads_in(route, subnet, flow.version));
                }
            }
        }
        if self.lets_pass { ways.contains(&true) } else { !ways.is_empty() && !ways.contains(&false) }
    }

    /// Returns the length of each prefix of the route that has the peer, and its precedence among equal ones.
    fn matches(&self, route: &Route, flow: Flow) -> Vec<(u8, u8)> {
        match route.destination.as_ref().unwrap() {
            Destination::Cidr(cidr) if has(*cidr, flow) => {
                let precedence = if *route.origin.as_ref().unwrap() == Origin::Static { 3 } else { 1 };
                vec![(cidr.length(), precedence)]
            }
            Destination::Cidr(_) => Vec::new(),
            Destination::PrefixList(id) => {
                let list = self.network.prefix_lists.items.iter().find(|list| list.id == *id).unwrap();
                list.entries
                    .iter()
                    .filter(|entry| has(**entry, flow))
                    .map(|entry| (entry.length(), 2))
                    .collect()
            }
        }
    }

    fn leads_in(&self, route: &Route, subnet: &str, version: IpVersion) -> bool {
        if *route.state.as_ref().unwrap() == RouteState::Blackhole {
            return false;
        }
        match route.target.as_ref().unwrap() {
            Target::Local | Target::Elsewhere(_) => false,
            Target::Appliance(_) => self.lets_pass,
            Target::VpcEndpoint(_) => {
                let of_service = matches!(route.destination.as_ref().unwrap(), Destination::PrefixList(id)
                    if self.network.prefix_lists.items.iter().any(|list| list.id == *id && list.is_owned_by_aws));
                !of_service && self.lets_pass
            }
            Target::InternetGateway(id) => {
                let is_filtered = *route.has_firewall.as_ref().unwrap();
                let edges =
                    self.network.route_tables.items.iter().filter(|table| table.gateways.contains(id));
                let is_diverted = edges.into_iter().any(|edge| self.diverts(edge, subnet, version));
                (!is_filtered && !is_diverted) || self.lets_pass
            }
        }
    }

    fn diverts(&self, edge: &RouteTable, subnet: &str, version: IpVersion) -> bool {
        let subnet = self.network.subnets.items.iter().find(|one| one.id == subnet).unwrap();
        edge.routes.iter().any(|route| {
            let Destination::Cidr(to) = route.destination.as_ref().unwrap() else { return true };
            *route.target.as_ref().unwrap() != Target::Local
                && to.version() == version
                && subnet.cidrs.as_ref().unwrap().iter().any(|own| {
                    own.version() == version && own.first() <= to.last() && to.first() <= own.last()
                })
        })
    }

    fn acl(&self, interface: &Interface, flow: Flow) -> bool {
        self.acl_allows(interface, Direction::Ingress, flow) && self.has_reply(interface, flow)
    }

    fn has_reply(&self, interface: &Interface, flow: Flow) -> bool {
        let has_ports = flow.protocol == 6 || flow.protocol == 17;
        let mut ports = self.reply_ports.iter().filter(|port| !has_ports || **port >= 1024);
        ports.any(|port| self.acl_allows(interface, Direction::Egress, Flow { port: *port, ..flow }))
    }

    /// Returns the action of the matching entry with the lowest number.
    fn acl_allows(&self, interface: &Interface, direction: Direction, flow: Flow) -> bool {
        let subnet = interface.subnet.as_ref().unwrap();
        let acl = self.network.network_acls.items.iter().find(|acl| acl.subnets.contains(subnet)).unwrap();
        let mut lowest: Option<(u32, bool)> = None;
        for entry in &acl.entries {
            let number = *entry.number.as_ref().unwrap();
            let matches = *entry.direction.as_ref().unwrap() == direction
                && has(*entry.peers.as_ref().unwrap(), flow)
                && fits(*entry.traffic.as_ref().unwrap(), flow);
            if matches && lowest.is_none_or(|(before, _)| number < before) {
                lowest = Some((number, *entry.allows.as_ref().unwrap()));
            }
        }
        lowest.is_some_and(|(_, allows)| allows)
    }

    fn groups(&self, interface: &Interface, flow: Flow) -> bool {
        let ids = interface.groups.as_ref().unwrap();
        self.network
            .security_groups
            .items
            .iter()
            .any(|group| ids.contains(&group.id) && self.group(group, flow))
    }

    fn group(&self, group: &SecurityGroup, flow: Flow) -> bool {
        group.ingress.iter().any(|rule| {
            fits(*rule.traffic.as_ref().unwrap(), flow)
                && match &rule.source {
                    Source::Cidr(cidr) => has(*cidr, flow),
                    Source::PrefixList(id) => {
                        let list =
                            self.network.prefix_lists.items.iter().find(|list| list.id == *id).unwrap();
                        list.entries.iter().any(|entry| has(*entry, flow))
                    }
                    Source::Group(_) => false,
                    Source::Unread(reason) => panic!("the model knows every fact: {reason}"),
                }
        })
    }
}

fn has(cidr: Cidr, flow: Flow) -> bool {
    if cidr.version() != flow.version {
        return false;
    }
    let width = if flow.version == IpVersion::V4 { 32 } else { 128 };
    let spare = width - u32::from(cidr.length());
    spare == 128 || (cidr.first() ^ flow.peer) >> spare == 0
}

fn fits(traffic: Traffic, flow: Flow) -> bool {
    (traffic.protocols.0..=traffic.protocols.1).contains(&flow.protocol)
        && (traffic.ports.0..=traffic.ports.1).contains(&flow.port)
}

/// Returns true for an address that is routed on the Internet, from what the standard library says of it.
fn is_public(flow: Flow) -> bool {
    match flow.version {
        IpVersion::V4 => {
            let address = Ipv4Addr::from(u32::try_from(flow.peer).unwrap());
            let [a, b, c, _] = address.octets();
            !(address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || a == 0
                || a >= 224
                || (a == 100 && b >> 6 == 1)
                || (a == 198 && b >> 1 == 9)
                || (a == 192 && b == 0 && c == 0))
        }
        IpVersion::V6 => Ipv6Addr::from(flow.peer).segments()[0] >> 13 == 1,
    }
}
