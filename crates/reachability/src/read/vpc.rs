use rule_core::Json;

use super::Resource;
use super::object::{Object, odd_word};
use crate::cidr::Cidr;
use crate::listing::Unread;
use crate::network::{InternetGateway, Subnet, Vpc};

impl Resource for Vpc {
    const LIST: &'static str = "Vpcs";

    fn read(resource: &Json) -> Result<Self, Unread> {
        let vpc = Object::new(resource)?;
        Ok(Self { id: vpc.text("VpcId")?.to_owned(), owner: owner(vpc), cidrs: cidrs(vpc) })
    }
}

impl Resource for Subnet {
    const LIST: &'static str = "Subnets";

    fn read(resource: &Json) -> Result<Self, Unread> {
        let subnet = Object::new(resource)?;
        Ok(Self {
            id: subnet.text("SubnetId")?.to_owned(),
            vpc: subnet.optional_text("VpcId").ok().flatten().map(str::to_owned),
            owner: owner(subnet),
            cidrs: cidrs(subnet),
            has_private_ipv6: has_private_ipv6(subnet).unwrap_or(true),
        })
    }
}

impl Resource for InternetGateway {
    const LIST: &'static str = "InternetGateways";

    fn read(resource: &Json) -> Result<Self, Unread> {
        let gateway = Object::new(resource)?;
        Ok(Self { id: gateway.text("InternetGatewayId")?.to_owned(), vpcs: attachments(gateway) })
    }
}

fn owner(object: Object<'_>) -> Option<String> {
    object.optional_text("OwnerId").ok().flatten().map(str::to_owned)
}

/// Reads the blocks of a VPC or a subnet, but those that are no longer associated.
fn cidrs(object: Object<'_>) -> Result<Vec<Cidr>, Unread> {
    let mut texts: Vec<&str> = object.optional_text("CidrBlock")?.into_iter().collect();
    for (list, member, state) in [
        ("CidrBlockAssociationSet", "CidrBlock", "CidrBlockState"),
        ("Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock", "Ipv6CidrBlockState"),
    ] {
        if !object.has(list) {
            continue;
        }
        for association in object.list(list)? {
            let association = Object::new(association)?;
            let state = match association.object(state)? {
                Some(state) => state.optional_text("State")?,
                None => None,
            };
            if matches!(state, None | Some("associated")) {
                texts.push(association.text(member)?);
            }
        }
    }
    texts.into_iter().map(|text| Cidr::parse(text).ok_or_else(|| odd_word("CidrBlock", text))).collect()
}

/// Returns true if a block is not known to be advertised on the Internet.
fn has_private_ipv6(subnet: Object<'_>) -> Result<bool, Unread> {
    if !subnet.has("Ipv6CidrBlockAssociationSet") {
        return Ok(false);
    }
    for association in subnet.list("Ipv6CidrBlockAssociationSet")? {
        let attribute = Object::new(association)?.optional_text("Ipv6AddressAttribute")?;
        if !matches!(attribute, None | Some("public")) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Reads the VPCs that a gateway is attached to.
///
/// # Errors
/// Returns the reason if an attachment is being changed or cannot be read.
fn attachments(gateway: Object<'_>) -> Result<Vec<String>, Unread> {
    let mut vpcs = Vec::new();
    for attachment in gateway.list("Attachments")? {
        let attachment = Object::new(attachment)?;
        match attachment.text("State")? {
            "available" | "attached" => vpcs.push(attachment.text("VpcId")?.to_owned()),
            "detached" => {}
            other => return Err(odd_word("state of an attachment", other)),
        }
    }
    Ok(vpcs)
}
