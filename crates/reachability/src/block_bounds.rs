use std::collections::BTreeSet;

use crate::block_public_access::{BlockMode, ExcludedResource, Exclusion, ExclusionMode};
use crate::bounds::Bounds;
use crate::gap::{Gap, Kind};
use crate::listing::Unread;
use crate::network::Network;

/// Returns the flows that VPC Block Public Access lets through to a subnet: all or none, or it is not known.
pub(crate) fn block_bounds(subnet: Option<&str>, vpc: Option<&str>, network: &Network) -> Bounds {
    let unknown = |reason: &Unread| {
        let subject = "VPC Block Public Access";
        Bounds::unknown(vec![Gap::new(Kind::BlockPublicAccess, subject, reason)])
    };
    let options = match &network.block_public_access {
        Ok(options) => options,
        Err(reason) => return unknown(reason),
    };
    if let Some(account) = options.account.as_deref() {
        let owners = owners(subnet, vpc, network);
        if let Some(owner) = owners.iter().find(|owner| **owner != account) {
            return unknown(&Unread::new(format!("of {owner}, which owns the network, is not recorded")));
        }
        if owners.is_empty() {
            return unknown(&Unread::new(
                "may be that of another account: the owner of the VPC is not known",
            ));
        }
    }
    match &options.mode {
        Err(reason) => unknown(reason),
        Ok(BlockMode::Off) => Bounds::known(true),
        Ok(BlockMode::Ingress | BlockMode::Bidirectional) => {
            excluded(subnet, vpc, options.allows_exclusions, network)
        }
    }
}

/// Returns the accounts that own the network, as far as they are known: a subnet can be shared, and its owner's settings
/// decide.
fn owners<'a>(subnet: Option<&str>, vpc: Option<&str>, network: &'a Network) -> BTreeSet<&'a str> {
    let of_subnet = subnet.and_then(|id| network.subnets.find(id).ok()).and_then(|one| one.owner.as_deref());
    let of_vpc = vpc.and_then(|id| network.vpcs.find(id).ok()).and_then(|one| one.owner.as_deref());
    let tables = network.route_tables.items.iter().filter(|table| {
        vpc.is_some_and(|vpc| table.vpc.as_deref() == Some(vpc))
            || subnet.is_some_and(|subnet| table.subnets.iter().any(|own| own == subnet))
    });
    tables.filter_map(|table| table.owner.as_deref()).chain(of_subnet).chain(of_vpc).collect()
}

/// Returns the bounds in a mode that blocks. An exclusion of egress changes nothing for what comes from the Internet.
fn excluded(subnet: Option<&str>, vpc: Option<&str>, is_allowed: bool, network: &Network) -> Bounds {
    let mut gaps = Vec::new();
    let (mut opens, mut closes) = (false, false);
    for exclusion in &network.exclusions.items {
        match applies(exclusion, subnet, vpc) {
            Ok(false) => {}
            Ok(true) => match &exclusion.mode {
                Ok(ExclusionMode::Bidirectional) if is_allowed => opens = true,
                Ok(ExclusionMode::Bidirectional) => {
                    let reason = Unread::new("is in force although no exclusions are allowed");
                    gaps.push(Gap::new(Kind::BlockPublicAccessExclusion, &exclusion.id, &reason));
                }
                Ok(ExclusionMode::Egress) => closes = true,
                Err(reason) => {
                    gaps.push(Gap::new(Kind::BlockPublicAccessExclusion, &exclusion.id, reason));
                }
            },
            Err(_) if exclusion.mode == Ok(ExclusionMode::Egress) => closes = true,
            Err(reason) => gaps.push(Gap::new(Kind::BlockPublicAccessExclusion, &exclusion.id, &reason)),
        }
    }
    if let Some(reason) = &network.exclusions.incomplete {
        let subject = "an exclusion from VPC Block Public Access";
        gaps.push(Gap::new(Kind::BlockPublicAccessExclusion, subject, reason));
    }
    if opens && closes {
        // AWS documents no precedence between the exclusion of a VPC and that of its subnet.
        let reason = Unread::new("has two exclusions that differ");
        gaps.push(Gap::new(Kind::BlockPublicAccess, "VPC Block Public Access", &reason));
    }
    match (opens, gaps.is_empty()) {
        (true, true) => Bounds::known(true),
        (false, true) => Bounds::known(false),
        // An exclusion that is not known to be in force can only add to one that is, unless it is of egress alone.
        (_, false) => Bounds::unknown(gaps),
    }
}

/// Returns true if an exclusion is in force for the subnet.
///
/// # Errors
/// Returns the reason if that is not known.
fn applies(exclusion: &Exclusion, subnet: Option<&str>, vpc: Option<&str>) -> Result<bool, Unread> {
    let is_about = match &exclusion.resource {
        Ok(ExcludedResource::Subnet(id)) => subnet.map(|subnet| subnet == id),
        Ok(ExcludedResource::Vpc(id)) => vpc.map(|vpc| vpc == id),
        Err(reason) if exclusion.is_in_force != Ok(false) => return Err(reason.clone()),
        Err(_) => Some(false),
    };
    match (is_about, &exclusion.is_in_force) {
        (Some(false), _) | (_, Ok(false)) => Ok(false),
        (Some(true), Ok(true)) => Ok(true),
        (_, Err(reason)) => Err(reason.clone()),
        (None, Ok(true)) => Err(Unread::new("may be about the subnet, whose VPC or id is not known")),
    }
}
