use rule_core::Json;

use super::object::{Object, missing, odd_word};
use super::resource::Resource;
use super::traffic::acl_traffic;
use crate::cidr::{Cidr, IpVersion};
use crate::listing::Unread;
use crate::network_acl::{AclEntry, Direction, NetworkAcl};

impl Resource for NetworkAcl {
    const LIST: &'static str = "NetworkAcls";
    const RECORDED: &'static str = "AWS::EC2::NetworkAcl";

    fn read(resource: &Json) -> Result<Self, Unread> {
        let acl = Object::new(resource)?;
        let id = acl.id("NetworkAclId")?.to_owned();
        let (entries, incomplete) = match acl.list("Entries") {
            Ok(entries) => (entries.iter().map(entry).collect(), None),
            Err(reason) => (Vec::new(), Some(reason)),
        };
        let associations = acl.list("Associations")?.iter();
        let subnets = associations.map(|one| Object::new(one)?.id("SubnetId").map(str::to_owned));
        Ok(Self { id, subnets: subnets.collect::<Result<_, _>>()?, entries, incomplete })
    }
}

fn entry(entry: &Json) -> AclEntry {
    match Object::new(entry) {
        Ok(entry) => AclEntry {
            number: number(entry),
            direction: direction(entry),
            allows: allows(entry),
            traffic: acl_traffic(entry),
            peers: peers(entry),
        },
        Err(reason) => AclEntry {
            number: Err(reason.clone()),
            direction: Err(reason.clone()),
            allows: Err(reason.clone()),
            traffic: Err(reason.clone()),
            peers: Err(reason),
        },
    }
}

fn number(entry: Object<'_>) -> Result<u32, Unread> {
    let number = entry.optional_number("RuleNumber")?.ok_or_else(|| missing("RuleNumber"))?;
    u32::try_from(number).map_err(|_| odd_word("RuleNumber", &number.to_string()))
}

fn direction(entry: Object<'_>) -> Result<Direction, Unread> {
    let is_egress = entry.optional_flag("Egress")?.ok_or_else(|| missing("Egress"))?;
    Ok(if is_egress { Direction::Egress } else { Direction::Ingress })
}

fn allows(entry: Object<'_>) -> Result<bool, Unread> {
    match entry.text("RuleAction")? {
        "allow" => Ok(true),
        "deny" => Ok(false),
        other => Err(odd_word("RuleAction", other)),
    }
}

fn peers(entry: Object<'_>) -> Result<Cidr, Unread> {
    let read = |name, version| match entry.optional_text(name)? {
        None => Ok(None),
        Some(text) => match Cidr::parse(text).filter(|cidr| cidr.version() == version) {
            Some(cidr) => Ok(Some(cidr)),
            None => Err(odd_word(name, text)),
        },
    };
    match (read("CidrBlock", IpVersion::V4)?, read("Ipv6CidrBlock", IpVersion::V6)?) {
        (Some(cidr), None) | (None, Some(cidr)) => Ok(cidr),
        (None, None) => Err(missing("CidrBlock")),
        (Some(_), Some(_)) => Err(Unread::new("has an entry for two blocks")),
    }
}
