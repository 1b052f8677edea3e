use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use rule_core::{Json, is_private};

use super::object::{Object, missing, odd_word};
use super::resource::Resource;
use crate::instance::Interface;
use crate::listing::{Listing, Unread};

/// The description of the interfaces of replication instances (DMS user guide, "Setting up a network for a replication
/// instance").
pub const DESCRIPTION: &str = "DMSNetworkInterface";

impl Resource for Interface {
    const LIST: &'static str = "NetworkInterfaces";
    const RECORDED: &'static str = "AWS::EC2::NetworkInterface";

    fn read(resource: &Json) -> Result<Self, Unread> {
        let interface = Object::new(resource)?;
        Ok(Self {
            id: interface.id("NetworkInterfaceId")?.to_owned(),
            subnet: interface.id("SubnetId").map(str::to_owned),
            vpc: interface.optional_id("VpcId").ok().flatten().map(str::to_owned),
            groups: groups(interface),
            private_addresses: private_addresses(interface),
            has_public_ipv4: has_public_ipv4(interface),
            has_public_ipv6: has_public_ipv6(interface),
            // EC2 sends it only where it is set.
            denies_internet: interface.optional_flag("DenyAllIgwTraffic").map(|flag| flag == Some(true)),
        })
    }
}

/// Returns the interfaces with one of the private addresses of an instance, in the VPC of the instance if that is known.
///
/// The listing is incomplete if it lacks an address, or if the VPC is not known and two of them have the addresses.
#[must_use]
pub fn with_addresses(
    interfaces: &Listing<Interface>,
    addresses: &[Ipv4Addr],
    vpc: Option<&str>,
) -> Listing<Interface> {
    let mut incomplete = None;
    let mut items: Vec<Interface> = Vec::new();
    let mut found: Vec<Ipv4Addr> = Vec::new();
    for interface in &interfaces.items {
        let is_elsewhere = vpc.is_some_and(|vpc| interface.vpc.as_deref().is_some_and(|own| own != vpc));
        match &interface.private_addresses {
            _ if is_elsewhere => {}
            Ok(own) if own.iter().any(|address| addresses.contains(address)) => {
                found.extend(own);
                items.push(interface.clone());
            }
            Ok(_) => {}
            Err(reason) => incomplete = Some(Unread::new(format!("may be {}, which {reason}", interface.id))),
        }
    }
    if addresses.is_empty() {
        incomplete = Some(Unread::new("is not known, as its addresses are not"));
    } else if addresses.iter().any(|address| !found.contains(address)) {
        incomplete =
            incomplete.or_else(|| interfaces.incomplete.clone()).or_else(|| Some(Unread::not_recorded()));
    }
    let first = items.first().map(|interface| interface.vpc.clone());
    if items.iter().any(|interface| Some(&interface.vpc) != first.as_ref()) {
        let reason = Unread::new("is not known: two VPCs have its address");
        return Listing { captured: interfaces.captured, ..Listing::unread(reason) };
    }
    Listing { items, incomplete, captured: interfaces.captured }
}

fn groups(interface: Object<'_>) -> Result<Vec<String>, Unread> {
    let groups = interface.list("Groups")?.iter();
    groups.map(|group| Object::new(group)?.id("GroupId").map(str::to_owned)).collect()
}

/// Returns the private addresses with what each is associated with.
fn privates(interface: Object<'_>) -> Result<Vec<Object<'_>>, Unread> {
    interface.list("PrivateIpAddresses")?.iter().map(Object::new).collect()
}

fn private_addresses(interface: Object<'_>) -> Result<Vec<Ipv4Addr>, Unread> {
    let addresses = privates(interface)?.into_iter().map(|private| {
        let text = private.text("PrivateIpAddress")?;
        text.parse().map_err(|_| odd_word("PrivateIpAddress", text))
    });
    addresses.collect()
}

fn has_public_ipv4(interface: Object<'_>) -> Result<bool, Unread> {
    let mut associations: Vec<Object<'_>> = interface.object("Association")?.into_iter().collect();
    for private in privates(interface)? {
        associations.extend(private.object("Association")?);
    }
    for association in &associations {
        if let Some(text) = association.optional_text("PublicIp")? {
            let address: Ipv4Addr = text.parse().map_err(|_| odd_word("PublicIp", text))?;
            if is_private(IpAddr::V4(address)) {
                return Err(odd_word("PublicIp", text));
            }
        } else if !association.has("CarrierIp") && !association.has("CustomerOwnedIp") {
            return Err(missing("PublicIp"));
        }
    }
    Ok(associations.iter().any(|association| association.has("PublicIp")))
}

fn has_public_ipv6(interface: Object<'_>) -> Result<bool, Unread> {
    let mut texts: Vec<&str> = interface.optional_text("Ipv6Address")?.into_iter().collect();
    for element in interface.list("Ipv6Addresses")? {
        texts.push(Object::new(element)?.text("Ipv6Address")?);
    }
    let mut has_public = false;
    for text in texts {
        let address: Ipv6Addr = text.parse().map_err(|_| odd_word("Ipv6Address", text))?;
        has_public |= !is_private(IpAddr::V6(address));
    }
    if !has_public && interface.has("Ipv6Prefixes") && !interface.list("Ipv6Prefixes")?.is_empty() {
        return Err(Unread::new("has a prefix of IPv6, of which it may use an address"));
    }
    Ok(has_public)
}
