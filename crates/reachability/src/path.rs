use crate::acl_bounds::acl_bounds;
use crate::barrier::{Barrier, Closure};
use crate::block_bounds::block_bounds;
use crate::bounds::Bounds;
use crate::cidr::IpVersion;
use crate::flows::{Addresses, Flows, Traffic, addresses, flows};
use crate::gap::{Gap, Kind};
use crate::group_bounds::group_bounds;
use crate::internet::internet;
use crate::listing::Unread;
use crate::network::Network;
use crate::region::Region;
use crate::route_bounds::route_bounds;

/// A place in the network where an instance is, or may be.
#[derive(Clone, Debug)]
pub(crate) struct Spot<'a> {
    /// The interface; `None` if it is not known.
    pub(crate) interface: Option<&'a str>,
    pub(crate) subnet: Result<&'a str, Unread>,
    pub(crate) vpc: Option<&'a str>,
    pub(crate) groups: Result<&'a [String], Unread>,
    pub(crate) has_public_ipv4: Result<bool, Unread>,
    pub(crate) has_public_ipv6: Result<bool, Unread>,
    pub(crate) denies_internet: Result<bool, Unread>,
}

impl Spot<'_> {
    /// Returns the words that name the interface.
    fn name(&self) -> &str {
        self.interface.unwrap_or("the instance")
    }
}

/// The flows of one IP version that enter at one place.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    /// The flows that enter whatever the unknown facts are.
    pub(crate) certain: Flows,
    /// The flows of which it is not certain that they do not enter.
    pub(crate) possible: Flows,
    /// The facts for which the two differ.
    pub(crate) gaps: Vec<Gap>,
    /// The addresses that count as those of the Internet.
    pub(crate) internet: Addresses,
    /// The reason if nothing enters.
    pub(crate) closure: Option<Closure>,
}

/// A part of the network that every packet passes.
struct Stage {
    /// The barrier that it is if it lets nothing through; `None` if its id is not known.
    barrier: Option<Barrier>,
    bounds: Bounds,
}

/// Returns the flows of the version that enter at the place.
pub(crate) fn path(spot: &Spot<'_>, network: &Network, version: IpVersion) -> Path {
    let vpc = spot.vpc.or_else(|| {
        let subnet = network.subnets.find(spot.subnet.as_ref().ok()?).ok()?;
        subnet.vpc.as_deref()
    });
    let stages = stages(spot, vpc, network, version);
    let internet = peers(vpc, network, version);
    let world = flows(Traffic::ALL, internet.clone());
    let (mut certain, mut possible) = (world.clone(), world.clone());
    for stage in &stages {
        certain = certain.intersection(&stage.bounds.certain);
        possible = possible.intersection(&stage.bounds.possible);
    }
    let gaps = stages.iter().filter(|stage| !possible.difference(&stage.bounds.certain).is_empty());
    let gaps = gaps.flat_map(|stage| stage.bounds.gaps.iter().cloned()).collect();
    let closure = if possible.is_empty() { closure(&stages, &world) } else { None };
    Path { certain, possible, gaps, internet, closure }
}

/// Returns the addresses of the peers that count: those of the Internet that are not the VPC's own.
///
/// Every route table has local routes for the blocks of its VPC, so that nothing depends on these facts if they are
/// missing.
fn peers(vpc: Option<&str>, network: &Network, version: IpVersion) -> Addresses {
    let vpc = vpc.and_then(|id| network.vpcs.find(id).ok());
    let blocks = vpc.and_then(|vpc| vpc.cidrs.as_ref().ok()).into_iter().flatten();
    blocks.fold(internet(version), |peers, block| peers.difference(&addresses(*block, version)))
}

/// Returns what a packet passes, in the order of [`Barrier`].
fn stages(spot: &Spot<'_>, vpc: Option<&str>, network: &Network, version: IpVersion) -> Vec<Stage> {
    let mut stages = address_stages(spot, network, version);
    let subnet = spot.subnet.as_ref().ok().copied();
    stages.push(Stage {
        barrier: Some(Barrier::BlockPublicAccess),
        bounds: block_bounds(subnet, vpc, network),
    });
    match &spot.subnet {
        Ok(subnet) => {
            let routes = route_bounds(subnet, vpc, network, version);
            stages.push(Stage { barrier: routes.id.map(Barrier::NotRouted), bounds: routes.bounds });
            let acl = acl_bounds(subnet, network, version);
            stages.push(Stage { barrier: acl.id.map(Barrier::NetworkAcl), bounds: acl.bounds });
        }
        Err(reason) => {
            let gap = Gap::belonging_to(spot.name(), Kind::Subnet, reason);
            stages.push(Stage { barrier: None, bounds: Bounds::unknown(vec![gap]) });
        }
    }
    stages.push(match &spot.groups {
        Ok([]) => unknown_groups(spot, &Unread::new("is missing: the list is empty")),
        Ok(ids) => Stage {
            barrier: Some(Barrier::SecurityGroups(ids.to_vec())),
            bounds: group_bounds(ids, network, version),
        },
        Err(reason) => unknown_groups(spot, reason),
    });
    stages
}

fn unknown_groups(spot: &Spot<'_>, reason: &Unread) -> Stage {
    let gap = Gap::belonging_to(spot.name(), Kind::SecurityGroup, reason);
    Stage { barrier: None, bounds: Bounds::unknown(vec![gap]) }
}

fn address_stages(spot: &Spot<'_>, network: &Network, version: IpVersion) -> Vec<Stage> {
    let unknown = |reason: &Unread| {
        Bounds::unknown(vec![match spot.interface {
            Some(id) => Gap::new(Kind::NetworkInterface, id, reason),
            None => Gap::belonging_to(spot.name(), Kind::NetworkInterface, reason),
        }])
    };
    let presence = match version {
        IpVersion::V4 => spot.has_public_ipv4.clone(),
        IpVersion::V6 => spot.has_public_ipv6.clone().and_then(|has| {
            let subnet = spot.subnet.as_ref().ok().and_then(|id| network.subnets.find(id).ok());
            if has && !subnet.is_some_and(|subnet| subnet.advertises_ipv6) {
                return Err(Unread::new("may have an IPv6 address that is not advertised on the Internet"));
            }
            Ok(has)
        }),
    };
    let address = match presence {
        Ok(has) => Bounds::known(has),
        Err(reason) => unknown(&reason),
    };
    let interface = match &spot.denies_internet {
        Ok(denies) => Bounds::known(!denies),
        Err(reason) => unknown(reason),
    };
    vec![
        Stage { barrier: Some(Barrier::NoAddress(spot.interface.map(str::to_owned))), bounds: address },
        Stage {
            barrier: spot.interface.map(|id| Barrier::InterfaceDenies(id.to_owned())),
            bounds: interface,
        },
    ]
}

/// Returns the barriers of a path on which nothing is possible.
fn closure(stages: &[Stage], world: &Flows) -> Option<Closure> {
    let alone = stages.iter().filter(|stage| stage.bounds.possible.intersection(world).is_empty());
    let mut alone: Vec<Barrier> = alone.filter_map(|stage| stage.barrier.clone()).collect();
    if !alone.is_empty() {
        let by = alone.remove(0);
        return Some(Closure { by, others: alone, is_joint: false });
    }
    // Each stage stops some packets. The last of them is the one behind which there are none.
    let mut rest = world.clone();
    let mut joint: Vec<Barrier> = Vec::new();
    for stage in stages {
        let through = rest.intersection(&stage.bounds.possible);
        if through != rest {
            joint.extend(stage.barrier.clone());
        }
        rest = through;
        if rest.is_empty() {
            break;
        }
    }
    let by = joint.pop()?;
    Some(Closure { by, others: joint, is_joint: true })
}
