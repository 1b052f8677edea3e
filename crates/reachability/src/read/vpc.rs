use rule_core::Json;

use super::object::{Object, odd_word};
use super::resource::Resource;
use crate::cidr::Cidr;
use crate::listing::Unread;
use crate::network::{InternetGateway, Subnet, Vpc};

impl Resource for Vpc {
    const LIST: &'static str = "Vpcs";
    const RECORDED: &'static str = "AWS::EC2::VPC";

    fn read(resource: &Json) -> Result<Self, Unread> {
        let vpc = Object::new(resource)?;
        Ok(Self { id: vpc.id("VpcId")?.to_owned(), owner: owner(vpc), cidrs: cidrs(vpc) })
    }
}

impl Resource for Subnet {
    const LIST: &'static str = "Subnets";
    const RECORDED: &'static str = "AWS::EC2::Subnet";

    fn read(resource: &Json) -> Result<Self, Unread> {
        let subnet = Object::new(resource)?;
        Ok(Self {
            id: subnet.id("SubnetId")?.to_owned(),
            vpc: subnet.optional_id("VpcId").ok().flatten().map(str::to_owned),
            owner: owner(subnet),
            cidrs: subnet_cidrs(subnet),
            advertises_ipv6: advertises_ipv6(subnet).unwrap_or(false),
        })
    }
}

impl Resource for InternetGateway {
    const LIST: &'static str = "InternetGateways";
    const RECORDED: &'static str = "AWS::EC2::InternetGateway";

    fn read(resource: &Json) -> Result<Self, Unread> {
        let gateway = Object::new(resource)?;
        Ok(Self { id: gateway.id("InternetGatewayId")?.to_owned(), vpcs: attachments(gateway) })
    }
}

fn owner(object: Object<'_>) -> Option<String> {
    object.optional_id("OwnerId").ok().flatten().map(str::to_owned)
}

/// Reads the blocks of a subnet.
///
/// # Errors
/// Returns the reason if it may have others: one without IPv4 says so.
fn subnet_cidrs(subnet: Object<'_>) -> Result<Vec<Cidr>, Unread> {
    if subnet.optional_flag("Ipv6Native")? != Some(true) {
        subnet.text("CidrBlock")?;
    }
    subnet.list("Ipv6CidrBlockAssociationSet")?;
    cidrs(subnet)
}

/// Reads the blocks of a VPC or a subnet that are associated.
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

/// Returns true if the subnet has blocks of IPv6, and AWS advertises them. Only where they may be private, EC2 says so.
fn advertises_ipv6(subnet: Object<'_>) -> Result<bool, Unread> {
    let associations = subnet.list("Ipv6CidrBlockAssociationSet")?;
    for association in associations {
        let attribute = Object::new(association)?.optional_text("Ipv6AddressAttribute")?;
        if !matches!(attribute, None | Some("public")) {
            return Ok(false);
        }
    }
    Ok(!associations.is_empty())
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
            "available" | "attached" => vpcs.push(attachment.id("VpcId")?.to_owned()),
            "detached" => {}
            other => return Err(odd_word("state of an attachment", other)),
        }
    }
    Ok(vpcs)
}
