//! The part of the Internet that reaches the instance of a plan.

use reachability::{Entry, IpVersion, Reachability, Source, State};
use remediation::{Exposure, IngressRule, Instance};
use rule_core::Configuration;
use serde_json::Value;

/// Returns the part of the Internet that reaches an instance; `None` if no description is its. `evaluate` evaluates its network.
pub(super) fn exposure(
    instance: &Instance,
    descriptions: &[Value],
    evaluate: impl FnOnce(&Configuration) -> Reachability,
) -> Option<Exposure> {
    let is_its =
        |value: &&Value| value.get("ReplicationInstanceArn").and_then(Value::as_str) == Some(instance.arn());
    let description: Configuration =
        serde_json::from_value(descriptions.iter().find(is_its)?.clone()).ok()?;
    Some(in_words(&evaluate(&description)))
}

fn in_words(reachability: &Reachability) -> Exposure {
    let state = reachability.dated();
    match &reachability.state {
        State::Open(opening) => Exposure {
            state,
            is_closed: false,
            // One that cannot be named is no reason to name the others alone.
            rules: opening.entries.iter().map(rule).collect::<Option<_>>().unwrap_or_default(),
            unknown: opening.gaps.iter().map(ToString::to_string).collect(),
        },
        State::Closed(_) => Exposure { state, is_closed: true, ..Exposure::default() },
        State::Unknown(_) => Exposure { state, ..Exposure::default() },
    }
}

/// Returns a rule in the words of EC2; `None` if it has none.
fn rule(entry: &Entry) -> Option<IngressRule> {
    let permission = entry.rule.permission()?;
    let mut rule = IngressRule {
        group_id: entry.group.clone(),
        ip_protocol: permission.ip_protocol,
        from_port: permission.ports.map(|(first, _)| first),
        to_port: permission.ports.map(|(_, last)| last),
        ..IngressRule::default()
    };
    let source = match &entry.rule.source {
        Source::Cidr(cidr) if cidr.version() == IpVersion::V4 => (&mut rule.cidr_ipv4, cidr.to_string()),
        Source::Cidr(cidr) => (&mut rule.cidr_ipv6, cidr.to_string()),
        Source::PrefixList(id) => (&mut rule.prefix_list_id, id.clone()),
        Source::Group(_) | Source::Unread(_) => return None,
    };
    *source.0 = Some(source.1);
    Some(rule)
}
