use std::collections::BTreeMap;

use crate::bounds::Bounds;
use crate::cidr::{Cidr, IpVersion};
use crate::edge::edge_gaps;
use crate::flows::{Addresses, addresses};
use crate::gap::{Gap, Kind};
use crate::listing::{Listing, Unread};
use crate::network::Network;
use crate::prefix_list_entries::entries;
use crate::region::Region;
use crate::route_table::{Destination, Origin, Route, RouteState, RouteTable, Target};

/// The peers that the route table of a subnet sends to the Internet.
pub(crate) struct RouteBounds {
    /// The id of the route table; `None` if it is not known which one the subnet has.
    pub(crate) id: Option<String>,
    pub(crate) bounds: Bounds,
}

/// The way from a subnet to the addresses of a route.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Through an internet gateway.
    Internet,
    /// Perhaps from the Internet: through an appliance, or along a route that is not wholly known.
    Undecided,
    /// Not from the Internet.
    Closed,
}

/// The addresses that a route table sends to the Internet, as far as it is known.
struct AddressBounds {
    certain: Addresses,
    possible: Addresses,
}

/// Precedence among routes: the longer prefix, then static before prefix list before propagated.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    length: u8,
    origin: u8,
    first: u128,
}

/// Returns the peers to which the route table of the subnet has a route through an internet gateway.
pub(crate) fn route_bounds(
    subnet: &str,
    vpc: Option<&str>,
    network: &Network,
    version: IpVersion,
) -> RouteBounds {
    match route_table(subnet, vpc, &network.route_tables) {
        Ok(table) => {
            let subnet_cidrs = network.subnets.find(subnet).and_then(|found| found.cidrs.clone()).ok();
            let mut evaluation = Evaluation { network, vpc, version, subnet_cidrs, gaps: Vec::new() };
            let addresses = evaluation.table(table);
            let bounds = Bounds::by_address(addresses.certain, addresses.possible, evaluation.gaps);
            RouteBounds { id: Some(table.id.clone()), bounds }
        }
        Err(reason) => {
            let gap = Gap::belonging_to(subnet, Kind::RouteTable, &reason);
            RouteBounds { id: None, bounds: Bounds::unknown(vec![gap]) }
        }
    }
}

/// Returns the route table of a subnet: its own, else the main one of its VPC if no other can be its own.
///
/// # Errors
/// Returns the reason if it is not known which one it is.
fn route_table<'a>(
    subnet: &str,
    vpc: Option<&str>,
    tables: &'a Listing<RouteTable>,
) -> Result<&'a RouteTable, Unread> {
    let own = only(tables.items.iter().filter(|table| table.subnets.iter().any(|one| one == subnet)))?;
    if let Some(own) = own {
        return Ok(own);
    }
    let unread = tables.items.iter().find_map(|table| table.associations_incomplete.as_ref());
    if let Some(reason) = tables.incomplete.as_ref().or(unread) {
        return Err(reason.clone());
    }
    let vpc = vpc.ok_or_else(|| Unread::new("is not known, as its VPC is not"))?;
    let main = tables.items.iter().filter(|table| table.is_main && table.vpc.as_deref() == Some(vpc));
    only(main)?.ok_or_else(Unread::not_recorded)
}

fn only<'a>(mut found: impl Iterator<Item = &'a RouteTable>) -> Result<Option<&'a RouteTable>, Unread> {
    match found.next() {
        None => Ok(None),
        Some(one) if found.all(|other| other == one) => Ok(Some(one)),
        Some(_) => Err(Unread::new("is given twice, differently")),
    }
}

struct Evaluation<'a> {
    network: &'a Network,
    vpc: Option<&'a str>,
    version: IpVersion,
    subnet_cidrs: Option<Vec<Cidr>>,
    gaps: Vec<Gap>,
}

impl Evaluation<'_> {
    /// Returns the addresses for which the table has a route through an internet gateway.
    fn table(&mut self, table: &RouteTable) -> AddressBounds {
        let mut routes: BTreeMap<Rank, Way> = BTreeMap::new();
        let mut contested: Vec<Cidr> = Vec::new();
        let mut add = |cidr: &Cidr, origin: u8, way: Way| {
            let rank = Rank { length: cidr.length(), origin, first: cidr.first() };
            let same = routes.entry(rank).or_insert(way);
            if *same != way {
                *same = Way::Undecided;
                contested.push(*cidr);
            }
        };
        let (mut may_lead_in, mut may_lead_away) = (false, false);
        for route in &table.routes {
            if let Ok(Destination::Cidr(cidr)) = &route.destination
                && cidr.version() != self.version
            {
                continue;
            }
            let way = self.way(route, table);
            let is_everywhere = match &route.destination {
                Ok(Destination::Cidr(cidr)) => {
                    add(cidr, if route.origin == Ok(Origin::Propagated) { 0 } else { 2 }, way);
                    false
                }
                Ok(Destination::PrefixList(id)) => {
                    let list = entries(&self.network.prefix_lists, id, self.version, &mut self.gaps);
                    list.blocks.iter().for_each(|entry| add(entry, 1, way));
                    !list.is_whole
                }
                Err(reason) => {
                    self.gaps.push(Gap::new(Kind::RouteTable, &table.id, reason));
                    true
                }
            };
            may_lead_in |= is_everywhere && way != Way::Closed;
            may_lead_away |= is_everywhere && way != Way::Internet;
        }
        if let Some(reason) = &table.routes_incomplete {
            self.gaps.push(Gap::new(Kind::RouteTable, &table.id, reason));
            (may_lead_in, may_lead_away) = (true, true);
        }
        for cidr in contested {
            let reason = Unread::new(format!("has two routes to {cidr} that differ"));
            self.gaps.push(Gap::new(Kind::RouteTable, &table.id, &reason));
        }
        let mut bounds = AddressBounds { certain: Addresses::empty(), possible: Addresses::empty() };
        for (rank, way) in routes {
            self.apply(rank, way, &mut bounds);
        }
        if may_lead_in {
            bounds.possible = Addresses::full();
        }
        if may_lead_away {
            bounds.certain = Addresses::empty();
        }
        bounds
    }

    /// Applies a route that takes precedence over all that were applied before.
    fn apply(&self, rank: Rank, way: Way, bounds: &mut AddressBounds) {
        let Some(cidr) = Cidr::new(self.version, rank.first, rank.length) else { return };
        let block = addresses(cidr, self.version);
        bounds.certain = match way {
            Way::Internet => bounds.certain.union(&block),
            Way::Undecided | Way::Closed => bounds.certain.difference(&block),
        };
        bounds.possible = match way {
            Way::Internet | Way::Undecided => bounds.possible.union(&block),
            Way::Closed => bounds.possible.difference(&block),
        };
    }

    fn way(&mut self, route: &Route, table: &RouteTable) -> Way {
        if let Err(reason) = &route.origin {
            return self.undecided(Kind::RouteTable, &table.id, reason);
        }
        match &route.state {
            Ok(RouteState::Blackhole) => return Way::Closed,
            Ok(RouteState::Active) => {}
            Err(reason) => return self.undecided(Kind::RouteTable, &table.id, reason),
        }
        match &route.target {
            Ok(Target::Local | Target::Elsewhere(_)) => Way::Closed,
            Ok(Target::VpcEndpoint(_)) if self.is_list_of_aws(route) => Way::Closed,
            Ok(Target::VpcEndpoint(id) | Target::Appliance(id)) => {
                let reason = Unread::new("may pass on what comes from the Internet");
                self.undecided(Kind::Appliance, id, &reason)
            }
            Ok(Target::InternetGateway(id)) => self.through_gateway(route, table, id),
            Err(reason) => self.undecided(Kind::RouteTable, &table.id, reason),
        }
    }

    fn through_gateway(&mut self, route: &Route, table: &RouteTable, gateway: &str) -> Way {
        match &route.has_firewall {
            Ok(false) => {}
            Ok(true) => {
                let reason = Unread::new("has a firewall whose rules are not read");
                return self.undecided(Kind::InternetGateway, gateway, &reason);
            }
            Err(reason) => return self.undecided(Kind::RouteTable, &table.id, reason),
        }
        if let Some(reason) = self.detachment(gateway) {
            return self.undecided(Kind::InternetGateway, gateway, &reason);
        }
        let gaps = edge_gaps(gateway, &self.network.route_tables, self.subnet_cidrs.as_deref(), self.version);
        if gaps.is_empty() {
            return Way::Internet;
        }
        self.gaps.extend(gaps);
        Way::Undecided
    }

    /// Returns the reason why it is not certain that the gateway is attached to the VPC, though the route is active.
    fn detachment(&self, gateway: &str) -> Option<Unread> {
        let gateways = &self.network.internet_gateways;
        if gateways.is_unread() && gateways.incomplete == Some(Unread::not_recorded()) {
            return None; // the state of the route decides
        }
        match gateways.find(gateway).and_then(|found| found.vpcs.clone()) {
            Ok(vpcs) if self.vpc.is_some_and(|vpc| !vpcs.iter().any(|one| one == vpc)) => {
                Some(Unread::new("is attached to another VPC or to none, although a route to it is active"))
            }
            Ok(_) => None,
            Err(reason) => Some(reason),
        }
    }

    /// Returns true if the route is for a prefix list of AWS: the endpoint is one of a service, not of a load balancer.
    fn is_list_of_aws(&self, route: &Route) -> bool {
        let Ok(Destination::PrefixList(id)) = &route.destination else { return false };
        self.network.prefix_lists.find(id).is_ok_and(|list| list.is_owned_by_aws)
    }

    fn undecided(&mut self, kind: Kind, id: &str, reason: &Unread) -> Way {
        self.gaps.push(Gap::new(kind, id, reason));
        Way::Undecided
    }
}
