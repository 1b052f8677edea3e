use rule_core::Json;

use super::object::{Object, is_id, odd, odd_word};
use super::resource::Resource;
use super::traffic::group_traffic;
use crate::cidr::Cidr;
use crate::listing::Unread;
use crate::security_group::{GroupRule, SecurityGroup, Source};

impl Resource for SecurityGroup {
    const LIST: &'static str = "SecurityGroups";
    const RECORDED: &'static str = "AWS::EC2::SecurityGroup";

    fn read(resource: &Json) -> Result<Self, Unread> {
        let group = Object::new(resource)?;
        let id = group.id("GroupId")?.to_owned();
        let (ingress, incomplete) = match group.list("IpPermissions") {
            Ok(permissions) => (permissions.iter().flat_map(rules).collect(), None),
            Err(reason) => (Vec::new(), Some(reason)),
        };
        Ok(Self { id, ingress, incomplete })
    }
}

/// Reads a permission, which has a source in each of several lists.
fn rules(permission: &Json) -> Vec<GroupRule> {
    let permission = match Object::new(permission) {
        Ok(permission) => permission,
        Err(reason) => {
            return vec![GroupRule { traffic: Err(reason.clone()), source: Source::Unread(reason) }];
        }
    };
    let traffic = group_traffic(permission);
    // AWS Config writes the blocks of IPv4 as a list of texts, and beside it under a name of its own.
    let mut sources: Vec<Source> = Vec::new();
    let of_v4: Vec<&str> =
        ["IpRanges", "Ipv4Ranges"].into_iter().filter(|name| permission.has(name)).collect();
    let of_v4 = if of_v4.is_empty() { vec!["IpRanges"] } else { of_v4 };
    let blocks = of_v4.into_iter().map(|list| (list, "CidrIp")).chain([("Ipv6Ranges", "CidrIpv6")]);
    for (list, member) in blocks {
        sources.extend(elements(permission, list, member, |text| {
            Cidr::parse(text).map_or_else(|| Source::Unread(odd_word(member, text)), Source::Cidr)
        }));
    }
    let prefix_lists = elements(permission, "PrefixListIds", "PrefixListId", |id| {
        if is_id(id) {
            Source::PrefixList(id.to_owned())
        } else {
            Source::Unread(odd_word("PrefixListId", id))
        }
    });
    sources.extend(prefix_lists);
    if permission.has("UserIdGroupPairs") {
        let groups = elements(permission, "UserIdGroupPairs", "GroupId", |id| Source::Group(id.to_owned()));
        // A group that cannot be read is still a group.
        sources.extend(groups.into_iter().filter(|source| matches!(source, Source::Group(_))));
    }
    sources.into_iter().map(|source| GroupRule { traffic: traffic.clone(), source }).collect()
}

/// Reads the elements of a list: texts, or objects with the text in `member`.
fn elements(
    permission: Object<'_>,
    list: &str,
    member: &str,
    source: impl Fn(&str) -> Source,
) -> Vec<Source> {
    let elements = match permission.list(list) {
        Ok(elements) => elements,
        Err(reason) => return vec![Source::Unread(reason)],
    };
    let read = |element: &Json| match element {
        Json::Text(text) => source(text),
        Json::Object(_) => match Object::new(element).and_then(|object| object.text(member)) {
            Ok(text) => source(text),
            Err(reason) => Source::Unread(reason),
        },
        other => Source::Unread(odd(member, other)),
    };
    elements.iter().map(read).collect()
}
