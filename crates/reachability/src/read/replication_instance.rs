use std::net::{IpAddr, Ipv4Addr};

use chrono::{DateTime, Utc};
use rule_core::{Configuration, Json, is_private};

use super::interface::with_addresses;
use super::object::{Object, odd_word};
use crate::instance::{Instance, Interface, SubnetGroup};
use crate::listing::{Listing, Unread};

/// Reads the place of a replication instance in the network, as DMS describes it: its interfaces, found by its private
/// addresses, else the subnets of its subnet group. What the description lacks is not known.
#[must_use]
pub fn replication_instance(
    description: &Configuration,
    interfaces: &Listing<Interface>,
    captured: Option<DateTime<Utc>>,
) -> Instance {
    let members = match description {
        Configuration::Properties(members) => members.clone(),
        Configuration::Absent | Configuration::Unreadable(_) => Vec::new(),
    };
    let json = Json::Object(members);
    let Ok(instance) = Object::new(&json) else { return Instance::Interfaces(interfaces.clone()) };
    let group = instance.object("ReplicationSubnetGroup").ok().flatten();
    let vpc = group.and_then(|group| group.optional_id("VpcId").ok().flatten()).map(str::to_owned);
    let created = created(instance);
    if let Ok(addresses) = private_addresses(instance)
        && !addresses.is_empty()
        && !interfaces.is_unread()
    {
        let mut interfaces = with_addresses(interfaces, &addresses, vpc.as_deref());
        let has_public = has_public(
            instance,
            &["ReplicationInstancePublicIpAddress"],
            "ReplicationInstancePublicIpAddresses",
        );
        // The two are of different times: neither is known to hold now.
        if has_public == Ok(true) && interfaces.items.iter().all(|one| one.has_public_ipv4 == Ok(false)) {
            for interface in &mut interfaces.items {
                interface.has_public_ipv4 = Err(Unread::new("lacks the public address that DMS shows"));
            }
        }
        if let Err(reason) = &created {
            for interface in interfaces.items.iter_mut().filter(|one| one.has_public_ipv4 == Ok(false)) {
                interface.has_public_ipv4 = Err(reason.clone());
            }
        }
        return Instance::Interfaces(interfaces);
    }
    Instance::SubnetGroup(SubnetGroup {
        subnets: subnets(group),
        vpc,
        is_multi_az: !matches!(instance.optional_flag("MultiAZ"), Ok(Some(false))),
        groups: groups(instance),
        has_public_ipv4: settled(
            has_public(
                instance,
                &["ReplicationInstancePublicIpAddress"],
                "ReplicationInstancePublicIpAddresses",
            ),
            &created,
        ),
        has_public_ipv6: settled(has_public(instance, &[], "ReplicationInstanceIpv6Addresses"), &created),
        captured,
    })
}

/// Returns the reason why an instance may get addresses that it does not have yet: it is being created, or has none at all.
fn created(instance: Object<'_>) -> Result<(), Unread> {
    let is_created = match instance.optional_text("ReplicationInstanceStatus") {
        Ok(status) => status.is_none_or(|status| !status.trim().eq_ignore_ascii_case("creating")),
        Err(_) => false,
    };
    let has_address = private_addresses(instance).is_ok_and(|addresses| !addresses.is_empty());
    if is_created && has_address { Ok(()) } else { Err(Unread::new("may not have its addresses yet")) }
}

/// Returns that there is no public address only if the instance has the addresses that it gets.
fn settled(has_public: Result<bool, Unread>, created: &Result<(), Unread>) -> Result<bool, Unread> {
    match (has_public, created) {
        (Ok(false), Err(reason)) => Err(reason.clone()),
        (has_public, _) => has_public,
    }
}

/// Returns the texts of a member that is one text, and of one that is a list; nulls in the list are none, as DMS sends them. AWS
/// Config records the list as one text.
fn addresses<'a>(instance: Object<'a>, single: &[&str], list: &str) -> Result<Vec<&'a str>, Unread> {
    let mut texts = Vec::new();
    for name in single {
        texts.extend(instance.optional_text(name)?);
    }
    if let Ok(Some(text)) = instance.optional_text(list) {
        texts.extend(text.split([',', ' ']).filter(|text| !text.is_empty()));
    } else if instance.has(list) {
        for element in instance.list(list)? {
            match element {
                Json::Text(text) if !text.is_empty() => texts.push(text.as_str()),
                Json::Null => {}
                _ => return Err(Unread::new(format!("has an odd element in {list}"))),
            }
        }
    }
    Ok(texts)
}

fn private_addresses(instance: Object<'_>) -> Result<Vec<Ipv4Addr>, Unread> {
    let texts = addresses(
        instance,
        &["ReplicationInstancePrivateIpAddress"],
        "ReplicationInstancePrivateIpAddresses",
    )?;
    let mut parsed = Vec::new();
    for text in texts {
        let address = text.parse().map_err(|_| odd_word("ReplicationInstancePrivateIpAddress", text))?;
        if !parsed.contains(&address) {
            parsed.push(address);
        }
    }
    Ok(parsed)
}

/// Returns true if any of the addresses is one of the Internet. That none is given is no proof that there is none.
fn has_public(instance: Object<'_>, single: &[&str], list: &str) -> Result<bool, Unread> {
    if single.iter().all(|name| !instance.has(name)) && !instance.has(list) {
        return Err(Unread::new(format!("has no {list}")));
    }
    let mut has_public = false;
    for text in addresses(instance, single, list)? {
        let address: IpAddr = text.parse().map_err(|_| odd_word(list, text))?;
        has_public |= !is_private(address);
    }
    Ok(has_public)
}

fn groups(instance: Object<'_>) -> Result<Vec<String>, Unread> {
    let groups = instance.list("VpcSecurityGroups")?.iter();
    groups.map(|group| Object::new(group)?.id("VpcSecurityGroupId").map(str::to_owned)).collect()
}

fn subnets(group: Option<Object<'_>>) -> Result<Vec<String>, Unread> {
    let group = group.ok_or_else(|| Unread::new("has no ReplicationSubnetGroup"))?;
    group
        .list("Subnets")?
        .iter()
        .map(|subnet| Object::new(subnet)?.id("SubnetIdentifier").map(str::to_owned))
        .collect()
}
