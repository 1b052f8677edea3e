use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::barrier::Closure;
use crate::cidr::IpVersion;
use crate::exposure::Exposure;
use crate::flows::{Addresses, Flows};
use crate::gap::{Gap, Kind};
use crate::instance::{Instance, Interface, SubnetGroup};
use crate::listing::{Listing, Unread};
use crate::network::Network;
use crate::opening::{Opening, add_entries};
use crate::path::{Path, Spot, path};
use crate::region::Region;

/// The result for one instance.
#[derive(Clone, Debug, PartialEq)]
pub struct Reachability {
    /// The state with its evidence.
    pub state: State,
    /// The time of the oldest fact that was read; `None` if that of any of them is not known.
    pub oldest: Option<DateTime<Utc>>,
}

/// The state of an instance towards the Internet.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// Something enters from the Internet, whatever the facts are that are not known.
    Open(Opening),
    /// Nothing enters from the Internet, whatever the facts are that are not known. There is a closure for each way in: on
    /// the first one, a packet comes farthest.
    Closed(Vec<Closure>),
    /// Something may enter. The facts are needed to decide it.
    Unknown(Vec<Gap>),
}

/// Returns the flows that reach the instance from the Internet, or the reason why there are none.
#[must_use]
pub fn evaluate(instance: &Instance, network: &Network) -> Reachability {
    let (spots, captured, extra) = match instance {
        Instance::Interfaces(interfaces) => (
            interfaces.items.iter().map(interface_spot).collect(),
            interfaces.captured,
            no_interface(interfaces),
        ),
        Instance::SubnetGroup(group) => (group_spots(group), group.captured, no_subnet(group)),
    };
    let needed = match instance {
        Instance::Interfaces(_) => 1,
        Instance::SubnetGroup(group) => {
            let places = if group.is_multi_az { 2 } else { 1 };
            (spots.len() + 1).saturating_sub(places).max(1)
        }
    };
    let mut is_possible = extra.is_some();
    let mut gaps: BTreeSet<Gap> = extra.into_iter().collect();
    let (mut exposures, mut entries) = (Vec::new(), Vec::new());
    let mut closures = Vec::new();
    for version in IpVersion::ALL {
        let paths: Vec<Path> = spots.iter().map(|spot| path(spot, network, version)).collect();
        let certain = in_at_least(needed, &paths);
        let possible = Flows::union_all(paths.iter().map(|path| path.possible.clone()).collect());
        if possible != certain {
            is_possible = true;
            let undecided = paths.iter().filter(|path| path.possible != path.certain);
            gaps.extend(undecided.flat_map(|path| path.gaps.iter().cloned()));
            if needed > 1 && paths.iter().any(|path| path.certain != possible) {
                let reason = Unread::new("is not known, and the subnets differ");
                gaps.insert(Gap::belonging_to("the instance", Kind::Subnet, &reason));
            }
        }
        if !certain.is_empty() {
            for (spot, path) in spots.iter().zip(&paths) {
                add_entries(&mut entries, spot, &path.certain.intersection(&certain), version, network);
            }
            let internet = Addresses::union_all(paths.iter().map(|path| path.internet.clone()).collect());
            exposures.push(Exposure::new(version, certain, internet));
        }
        closures.extend(paths.into_iter().filter_map(|path| path.closure));
    }
    let oldest = network.oldest().zip(captured).map(|(one, two)| one.min(two));
    let gaps = gaps.into_iter().collect();
    let state = if !exposures.is_empty() {
        State::Open(Opening { exposures, entries, gaps })
    } else if is_possible {
        State::Unknown(gaps)
    } else {
        State::Closed(ordered(closures))
    };
    Reachability { state, oldest }
}

/// Returns the flows that are certain on at least `needed` of the paths.
fn in_at_least(needed: usize, paths: &[Path]) -> Flows {
    // The sets of flows that are on at least 0, 1, 2... of the paths so far.
    let mut on = vec![Flows::full()];
    for path in paths {
        let next: Vec<Flows> = on.iter().map(|set| set.intersection(&path.certain)).collect();
        on.push(Flows::empty());
        for (count, more) in next.iter().enumerate() {
            if let Some(set) = on.get_mut(count + 1) {
                *set = set.union(more);
            }
        }
    }
    on.into_iter().nth(needed).unwrap_or_else(Flows::empty)
}

/// Returns the closures without repetition: first the one on whose way a packet comes farthest, of those with one barrier
/// the one with the fewest others.
fn ordered(mut closures: Vec<Closure>) -> Vec<Closure> {
    closures.sort_by(|one, two| {
        two.by.cmp(&one.by).then(one.others.len().cmp(&two.others.len())).then_with(|| one.cmp(two))
    });
    closures.dedup();
    closures
}

fn interface_spot(interface: &Interface) -> Spot<'_> {
    Spot {
        interface: Some(&interface.id),
        subnet: interface.subnet.as_deref().map_err(Clone::clone),
        vpc: interface.vpc.as_deref(),
        groups: interface.groups.as_deref().map_err(Clone::clone),
        has_public_ipv4: interface.has_public_ipv4.clone(),
        has_public_ipv6: interface.has_public_ipv6.clone(),
        denies_internet: interface.denies_internet.clone(),
    }
}

fn group_spots(group: &SubnetGroup) -> Vec<Spot<'_>> {
    let spot = |subnet| Spot {
        interface: None,
        subnet,
        vpc: group.vpc.as_deref(),
        groups: group.groups.as_deref().map_err(Clone::clone),
        has_public_ipv4: group.has_public_ipv4.clone(),
        has_public_ipv6: group.has_public_ipv6.clone(),
        denies_internet: Ok(false),
    };
    match &group.subnets {
        Ok(subnets) => {
            let subnets: BTreeSet<&str> = subnets.iter().map(String::as_str).collect();
            subnets.into_iter().map(|subnet| spot(Ok(subnet))).collect()
        }
        Err(reason) => vec![spot(Err(reason.clone()))],
    }
}

/// Returns the gap of an instance that may have an interface that is not known.
fn no_interface(interfaces: &Listing<Interface>) -> Option<Gap> {
    let none = interfaces.items.is_empty().then(Unread::not_recorded);
    let reason = interfaces.incomplete.clone().or(none)?;
    Some(Gap::belonging_to("the instance", Kind::NetworkInterface, &reason))
}

/// Returns the gap of a subnet group of which no subnet is known.
fn no_subnet(group: &SubnetGroup) -> Option<Gap> {
    let is_empty = group.subnets.as_ref().is_ok_and(Vec::is_empty);
    is_empty.then(|| Gap::belonging_to("the instance", Kind::Subnet, &Unread::not_recorded()))
}
