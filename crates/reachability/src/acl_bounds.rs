use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::bounds::Bounds;
use crate::cidr::IpVersion;
use crate::flows::{Addresses, Flows, Traffic, addresses, flows, with_reply};
use crate::gap::{Gap, Kind};
use crate::listing::Unread;
use crate::network::Network;
use crate::network_acl::{AclEntry, Direction, NetworkAcl};
use crate::region::Region;

/// The flows that a network ACL lets enter, and to which it lets replies leave.
pub(crate) struct AclBounds {
    /// The id; `None` if it is not known which one the subnet has.
    pub(crate) id: Option<String>,
    pub(crate) bounds: Bounds,
}

/// Returns the flows that the network ACL of a subnet lets through. A subnet is always associated with one.
pub(crate) fn acl_bounds(subnet: &str, network: &Network, version: IpVersion) -> AclBounds {
    let listing = &network.network_acls;
    let mut found = listing.items.iter().filter(|acl| acl.subnets.iter().any(|one| one == subnet));
    let reason = match found.next() {
        Some(acl) if found.all(|other| other == acl) => {
            let bounds = both_directions(acl, version);
            return AclBounds { id: Some(acl.id.clone()), bounds };
        }
        Some(_) => Unread::new("is given twice, differently"),
        None => listing.incomplete.clone().unwrap_or_else(Unread::not_recorded),
    };
    let gap = Gap::belonging_to(subnet, Kind::NetworkAcl, &reason);
    AclBounds { id: None, bounds: Bounds::unknown(vec![gap]) }
}

fn both_directions(acl: &NetworkAcl, version: IpVersion) -> Bounds {
    let entering = one_direction(acl, Direction::Ingress, version);
    let leaving = one_direction(acl, Direction::Egress, version);
    let mut gaps = entering.gaps;
    gaps.extend(leaving.gaps);
    Bounds {
        certain: entering.certain.intersection(&with_reply(&leaving.certain)),
        possible: entering.possible.intersection(&with_reply(&leaving.possible)),
        gaps,
    }
}

/// Returns the packets that the entries of one direction let through.
///
/// The entries are applied in descending order of their numbers, so that each takes precedence over those before. An
/// entry whose place or action is not known takes away from what is certain, and adds to what is possible, whatever the
/// others do: it is applied last.
fn one_direction(acl: &NetworkAcl, direction: Direction, version: IpVersion) -> Bounds {
    let mut bounds = Bounds::known(false);
    let entries = acl.entries.iter().filter(|entry| entry.direction != Ok(opposite(direction)));
    let mut ordered: BTreeMap<Reverse<u32>, Vec<&AclEntry>> = BTreeMap::new();
    let mut loose = Vec::new();
    for entry in entries {
        match &entry.number {
            Ok(number) if entry.direction.is_ok() => ordered.entry(Reverse(*number)).or_default().push(entry),
            _ => loose.push(entry),
        }
    }
    for same_number in ordered.values() {
        // EC2 has one entry of a number in each direction. Equal ones are one; of others it is not known which holds.
        match same_number.as_slice() {
            [first, rest @ ..] if rest.iter().all(|other| other == first) => {
                apply(first, version, &mut bounds);
            }
            several => loose.extend(several),
        }
    }
    for entry in loose {
        let reason = entry.number.as_ref().err().or(entry.direction.as_ref().err()).cloned();
        let reason = reason.unwrap_or_else(|| Unread::new("has two entries of one number"));
        bounds.gaps.push(Gap::new(Kind::NetworkAcl, &acl.id, &reason));
        let (_, matched) = matches(entry, version);
        if entry.allows != Ok(true) {
            bounds.certain = bounds.certain.difference(&matched);
        }
        if entry.allows != Ok(false) {
            bounds.possible = bounds.possible.union(&matched);
        }
    }
    let odd = acl.entries.iter().flat_map(|entry| {
        [entry.allows.as_ref().err(), entry.traffic.as_ref().err(), entry.peers.as_ref().err()]
    });
    for reason in odd.flatten().chain(&acl.incomplete) {
        bounds.gaps.push(Gap::new(Kind::NetworkAcl, &acl.id, reason));
    }
    if acl.incomplete.is_some() {
        return Bounds::unknown(bounds.gaps);
    }
    bounds
}

fn opposite(direction: Direction) -> Direction {
    match direction {
        Direction::Ingress => Direction::Egress,
        Direction::Egress => Direction::Ingress,
    }
}

/// Applies an entry that takes precedence over all that were applied before.
fn apply(entry: &AclEntry, version: IpVersion, bounds: &mut Bounds) {
    let (surely, perhaps) = matches(entry, version);
    match entry.allows {
        Ok(true) => {
            bounds.certain = bounds.certain.union(&surely);
            bounds.possible = bounds.possible.union(&perhaps);
        }
        Ok(false) => {
            bounds.certain = bounds.certain.difference(&perhaps);
            bounds.possible = bounds.possible.difference(&surely);
        }
        Err(_) => {
            bounds.certain = bounds.certain.difference(&perhaps);
            bounds.possible = bounds.possible.union(&perhaps);
        }
    }
}

/// Returns the packets that an entry matches: those that are certain, and those that are possible.
fn matches(entry: &AclEntry, version: IpVersion) -> (Flows, Flows) {
    let peers = entry.peers.as_ref().map_or_else(|_| Addresses::full(), |cidr| addresses(*cidr, version));
    let traffic = *entry.traffic.as_ref().unwrap_or(&Traffic::ALL);
    let perhaps = flows(traffic, peers);
    let is_exact = entry.peers.is_ok() && entry.traffic.is_ok();
    (if is_exact { perhaps.clone() } else { Flows::empty() }, perhaps)
}
