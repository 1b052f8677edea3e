//! Networks at random, of few addresses and ports, in which every fact is known.

use fastrand::Rng;
use reachability::flows::Traffic;
use reachability::{
    AclEntry, BlockMode, BlockPublicAccess, Cidr, Destination, Direction, ExcludedResource, Exclusion,
    ExclusionMode, GroupRule, Interface, InternetGateway, IpVersion, Listing, Network, NetworkAcl, Origin,
    PrefixList, Route, RouteState, RouteTable, SecurityGroup, Source, Subnet, Target, Vpc,
};

/// An instance and its network.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) interfaces: Vec<Interface>,
    pub(crate) network: Network,
}

pub(crate) const PROTOCOLS: [u8; 5] = [1, 6, 17, 50, 58];

/// The ports at which ranges begin and end, so that each interval has one that is enumerated.
pub(crate) const PORTS: [u16; 9] = [0, 22, 23, 769, 1023, 1024, 2048, 5432, 65535];

/// A port in each interval that two of [`PORTS`] can bound.
pub(crate) const REPLY_PORTS: [u16; 16] =
    [0, 1, 22, 23, 24, 769, 770, 1023, 1024, 1025, 2048, 2049, 5432, 5433, 40000, 65535];

pub(crate) const GATEWAY: &str = "igw-1";
pub(crate) const VPC: &str = "vpc-1";
pub(crate) const SUBNETS: [&str; 3] = ["subnet-1", "subnet-2", "subnet-3"];
pub(crate) const GROUPS: [&str; 3] = ["sg-1", "sg-2", "sg-3"];
pub(crate) const LISTS: [&str; 3] = ["pl-1", "pl-2", "pl-3"];

/// Returns the peers: a block of 16 of IPv4 and 8 of IPv6, and one for each further set of addresses that the blocks of
/// [`cidr`] can tell apart, of the VPC and not public ones among them.
pub(crate) fn peers() -> Vec<(IpVersion, u128)> {
    let v4 = (0xcb00_7100..0xcb00_7110).chain([
        0x0808_0808,
        0x0a00_0001,
        0xc0a8_0001,
        0x6440_0001,
        0x0b00_0001,
        0x0b01_0001,
        0xd000_0001,
    ]);
    let v6 = (0..8).map(|host| (0x2001_0db8 << 96) | host);
    let v6 = v6.chain([0x2400 << 112, 0x2600 << 112, (0x2600_1f00 << 96) | 1, 0xfd00 << 112]);
    let v4 = v4.map(|address| (IpVersion::V4, address));
    v4.chain(v6.map(|address| (IpVersion::V6, address))).collect()
}

fn one<T: Clone>(rng: &mut Rng, values: &[T]) -> T {
    values[rng.usize(..values.len())].clone()
}

fn parsed(text: &str) -> Cidr {
    Cidr::parse(text).unwrap()
}

pub(crate) fn cidr(rng: &mut Rng) -> Cidr {
    match rng.u8(..20) {
        0..=4 => parsed("0.0.0.0/0"),
        5..=7 => parsed("::/0"),
        8 => {
            one(rng, &["0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "11.0.0.0/8", "192.168.0.0/16"].map(parsed))
        }
        9 => one(rng, &["2000::/3", "2600::/16", "2600:1f00::/32", "fd00::/8", "::/1"].map(parsed)),
        10..=16 => Cidr::new(IpVersion::V4, 0xcb00_7100 + u128::from(rng.u8(..16)), rng.u8(28..=32)).unwrap(),
        _ => Cidr::new(IpVersion::V6, (0x2001_0db8 << 96) + u128::from(rng.u8(..8)), rng.u8(125..=128))
            .unwrap(),
    }
}

pub(crate) fn traffic(rng: &mut Rng) -> Traffic {
    if rng.u8(..4) == 0 {
        return Traffic::ALL;
    }
    let protocol = one(rng, &[6, 6, 6, 17, 1, 58, 50]);
    if protocol == 50 || rng.u8(..4) == 0 {
        return Traffic::new(protocol, Traffic::ALL.ports);
    }
    let (first, last) = (one(rng, &PORTS), one(rng, &PORTS));
    Traffic::new(protocol, (first.min(last), first.max(last)))
}

pub(crate) fn source(rng: &mut Rng) -> Source {
    match rng.u8(..8) {
        0 => Source::PrefixList(one(rng, &LISTS).to_owned()),
        1 => Source::Group(one(rng, &GROUPS).to_owned()),
        _ => Source::Cidr(cidr(rng)),
    }
}

pub(crate) fn group_rule(rng: &mut Rng) -> GroupRule {
    GroupRule { traffic: Ok(traffic(rng)), source: source(rng) }
}

pub(crate) fn acl_entry(rng: &mut Rng, number: u32) -> AclEntry {
    AclEntry {
        number: Ok(number),
        direction: Ok(one(rng, &[Direction::Ingress, Direction::Egress])),
        allows: Ok(rng.u8(..3) > 0),
        traffic: Ok(if rng.bool() { Traffic::ALL } else { traffic(rng) }),
        peers: Ok(cidr(rng)),
    }
}

pub(crate) fn route_state(rng: &mut Rng) -> RouteState {
    if rng.u8(..8) == 0 { RouteState::Blackhole } else { RouteState::Active }
}

pub(crate) fn target(rng: &mut Rng) -> Target {
    match rng.u8(..16) {
        0 => Target::VpcEndpoint("vpce-1".to_owned()),
        1 => Target::Appliance("eni-9".to_owned()),
        2..=4 => Target::Elsewhere(one(rng, &["nat-1", "tgw-1", "cagw-1", "lgw-1", "eigw-1"]).to_owned()),
        _ => Target::InternetGateway(GATEWAY.to_owned()),
    }
}

pub(crate) fn destination(rng: &mut Rng) -> Destination {
    if rng.u8(..6) == 0 {
        Destination::PrefixList(one(rng, &LISTS).to_owned())
    } else {
        Destination::Cidr(cidr(rng))
    }
}

pub(crate) fn route(rng: &mut Rng) -> Route {
    let target = target(rng);
    // Only a virtual private gateway or a route server propagates routes, and neither leads to an internet gateway.
    let may_propagate = matches!(target, Target::Elsewhere(_)) && rng.u8(..3) == 0;
    Route {
        destination: Ok(destination(rng)),
        target: Ok(target),
        state: Ok(route_state(rng)),
        origin: Ok(if may_propagate { Origin::Propagated } else { Origin::Static }),
        has_firewall: Ok(rng.u8(..20) == 0),
    }
}

pub(crate) fn entries(rng: &mut Rng) -> Vec<Cidr> {
    (0..rng.u8(..4)).map(|_| cidr(rng)).collect()
}

pub(crate) fn mode(rng: &mut Rng) -> BlockMode {
    one(rng, &[BlockMode::Off, BlockMode::Off, BlockMode::Off, BlockMode::Ingress, BlockMode::Bidirectional])
}

pub(crate) fn exclusion(rng: &mut Rng) -> Exclusion {
    Exclusion {
        id: "vpcbpa-exclude-1".to_owned(),
        resource: Ok(excluded(rng)),
        mode: Ok(exclusion_mode(rng)),
        is_in_force: Ok(rng.u8(..4) > 0),
    }
}

pub(crate) fn excluded(rng: &mut Rng) -> ExcludedResource {
    if rng.bool() {
        ExcludedResource::Vpc(one(rng, &[VPC, "vpc-2"]).to_owned())
    } else {
        ExcludedResource::Subnet(one(rng, &SUBNETS).to_owned())
    }
}

pub(crate) fn exclusion_mode(rng: &mut Rng) -> ExclusionMode {
    one(rng, &[ExclusionMode::Bidirectional, ExclusionMode::Bidirectional, ExclusionMode::Egress])
}

pub(crate) fn group_ids(rng: &mut Rng) -> Vec<String> {
    let mut ids: Vec<String> = GROUPS.iter().map(|id| (*id).to_owned()).collect();
    rng.shuffle(&mut ids);
    ids.truncate(rng.usize(1..=2));
    ids
}

pub(crate) fn interface(rng: &mut Rng, id: &str) -> Interface {
    Interface {
        id: id.to_owned(),
        subnet: Ok(one(rng, &SUBNETS).to_owned()),
        vpc: Some(VPC.to_owned()),
        groups: Ok(group_ids(rng)),
        private_addresses: Ok(Vec::new()),
        has_public_ipv4: Ok(rng.u8(..10) > 0),
        has_public_ipv6: Ok(rng.u8(..3) > 0),
        denies_internet: Ok(rng.u8(..20) == 0),
    }
}

pub(crate) fn security_group(rng: &mut Rng, id: &str) -> SecurityGroup {
    let rules = rng.usize(..4);
    SecurityGroup {
        id: id.to_owned(),
        ingress: (0..rules).map(|_| group_rule(rng)).collect(),
        incomplete: None,
    }
}

pub(crate) fn prefix_list(rng: &mut Rng, id: &str) -> PrefixList {
    PrefixList {
        id: id.to_owned(),
        version: None,
        is_owned_by_aws: id == LISTS[2],
        entries: entries(rng),
        incomplete: None,
    }
}

pub(crate) fn acl(rng: &mut Rng, id: &str, subnets: &[&str]) -> NetworkAcl {
    let mut entries: Vec<AclEntry> = (0..rng.u32(..6)).map(|number| acl_entry(rng, number * 10)).collect();
    // Most ACLs end with entries that allow all.
    if rng.u8(..3) > 0 {
        for (number, direction) in [(90, Direction::Ingress), (91, Direction::Egress)] {
            for all in ["0.0.0.0/0", "::/0"] {
                entries.push(AclEntry {
                    number: Ok(number + u32::from(all == "::/0") * 2),
                    direction: Ok(direction),
                    allows: Ok(true),
                    traffic: Ok(Traffic::ALL),
                    peers: Ok(parsed(all)),
                });
            }
        }
    }
    rng.shuffle(&mut entries);
    NetworkAcl { id: id.to_owned(), subnets: owned(subnets), entries, incomplete: None }
}

fn owned(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

pub(crate) fn route_table(rng: &mut Rng, id: &str, subnets: &[&str], is_main: bool) -> RouteTable {
    let mut routes = vec![Route {
        destination: Ok(Destination::Cidr(parsed("11.0.0.0/16"))),
        target: Ok(Target::Local),
        state: Ok(RouteState::Active),
        origin: Ok(Origin::Static),
        has_firewall: Ok(false),
    }];
    for _ in 0..rng.u8(..5) {
        let new = route(rng);
        // EC2 has one route of a destination and origin.
        let is_new = routes.iter().all(|old| old.destination != new.destination || old.origin != new.origin);
        if is_new {
            routes.push(new);
        }
    }
    RouteTable {
        id: id.to_owned(),
        vpc: Some(VPC.to_owned()),
        owner: None,
        is_main,
        subnets: owned(subnets),
        gateways: Vec::new(),
        associations_incomplete: None,
        routes,
        routes_incomplete: None,
    }
}

/// Returns the table of the gateway: one with a local route, and at times one to an appliance.
pub(crate) fn edge(rng: &mut Rng) -> RouteTable {
    let mut table = route_table(rng, "rtb-9", &[], false);
    table.gateways = vec![GATEWAY.to_owned()];
    table.routes.truncate(1);
    if rng.u8(..3) == 0 {
        let to = one(rng, &["11.0.1.0/24", "11.0.2.0/24", "2600:1f00:0:1::/64"]);
        table.routes.push(Route {
            destination: Ok(Destination::Cidr(parsed(to))),
            target: Ok(Target::VpcEndpoint("vpce-1".to_owned())),
            state: Ok(RouteState::Active),
            origin: Ok(Origin::Static),
            has_firewall: Ok(false),
        });
    }
    table
}

pub(crate) fn world(rng: &mut Rng) -> World {
    let own: &[&str] = if rng.bool() { &["subnet-2"] } else { &[] };
    let mut tables = vec![
        route_table(rng, "rtb-1", &["subnet-1"], false),
        route_table(rng, "rtb-2", own, false),
        route_table(rng, "rtb-3", &[], true),
    ];
    if rng.u8(..4) == 0 {
        tables.push(edge(rng));
    }
    rng.shuffle(&mut tables);
    let subnets = (1_u8..).zip(SUBNETS).map(|(number, id)| Subnet {
        id: id.to_owned(),
        vpc: Some(VPC.to_owned()),
        owner: None,
        cidrs: Ok(vec![
            parsed(&format!("11.0.{number}.0/24")),
            parsed(&format!("2600:1f00:0:{number}::/64")),
        ]),
        advertises_ipv6: true,
    });
    let interfaces = if rng.u8(..4) == 0 { 2 } else { 1 };
    let network = Network {
        security_groups: Listing::complete(GROUPS.map(|id| security_group(rng, id)).to_vec()),
        prefix_lists: Listing::complete(LISTS.map(|id| prefix_list(rng, id)).to_vec()),
        network_acls: Listing::complete(vec![
            acl(rng, "acl-1", &["subnet-1", "subnet-3"]),
            acl(rng, "acl-2", &["subnet-2"]),
        ]),
        route_tables: Listing::complete(tables),
        internet_gateways: Listing::complete(vec![InternetGateway {
            id: GATEWAY.to_owned(),
            vpcs: Ok(vec![VPC.to_owned()]),
        }]),
        vpcs: Listing::complete(vec![Vpc {
            id: VPC.to_owned(),
            owner: None,
            cidrs: Ok(vec![parsed("11.0.0.0/16"), parsed("2600:1f00::/32")]),
        }]),
        subnets: Listing::complete(subnets.collect()),
        block_public_access: Ok(BlockPublicAccess {
            mode: Ok(mode(rng)),
            account: None,
            allows_exclusions: true,
            captured: None,
        }),
        exclusions: Listing::complete((0..rng.u8(..3)).map(|_| exclusion(rng)).collect()),
    };
    World {
        interfaces: (0..interfaces).map(|number| interface(rng, &format!("eni-{number}"))).collect(),
        network,
    }
}
