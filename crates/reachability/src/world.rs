use crate::listing::{Listing, Unread};
use crate::security_group::{SecurityGroup, Source};

/// Returns the first of the groups that has an ingress rule from exactly `0.0.0.0/0` or `::/0`; `None` if none has.
///
/// This is the only question of some other tools, Prowler among them: no port, range, network ACL, route or Block Public
/// Access changes its result. Where [`evaluate`](crate::evaluate) comes to another, one of these is the reason.
///
/// # Errors
/// Returns the id of a group that is not wholly known and the reason, if no other has such a rule.
pub fn open_to_exactly_the_world<'a>(
    ids: &'a [String],
    groups: &Listing<SecurityGroup>,
) -> Result<Option<&'a str>, (&'a str, Unread)> {
    let mut unknown = None;
    for id in ids {
        match groups.find(id) {
            Ok(group) if group.ingress.iter().any(|rule| is_world(&rule.source)) => return Ok(Some(id)),
            Ok(group) => {
                let unread = group.ingress.iter().find_map(|rule| match &rule.source {
                    Source::Unread(reason) => Some(reason),
                    Source::Cidr(_) | Source::PrefixList(_) | Source::Group(_) => None,
                });
                unknown = unknown
                    .or(unread.or(group.incomplete.as_ref()).cloned().map(|reason| (id.as_str(), reason)));
            }
            Err(reason) => unknown = unknown.or(Some((id, reason))),
        }
    }
    unknown.map_or(Ok(None), Err)
}

fn is_world(source: &Source) -> bool {
    matches!(source, Source::Cidr(cidr) if cidr.length() == 0)
}
