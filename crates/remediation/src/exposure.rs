//! The part of the Internet that reaches the public instance, and the commands that close it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The part of the Internet that reaches an instance, as facts about its network show. It decides nothing in the plan: it is
/// what can be closed at once.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Exposure {
    /// One line with the state first: `OPEN: tcp 5432 from 0.0.0.0/0 by sg-0a1, recorded 2026-11-01`.
    pub state: String,
    /// True if nothing enters, whatever the facts are that are not known.
    pub is_closed: bool,
    /// The rules of security groups that let something in; empty if nothing enters for certain.
    #[serde(default)]
    pub rules: Vec<IngressRule>,
    /// The facts for which more may enter, each in words.
    #[serde(default)]
    pub unknown: Vec<String>,
}

/// A rule of a security group with one source, in the shape of EC2's `SecurityGroupRule`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct IngressRule {
    /// The group.
    pub group_id: String,
    /// `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for all.
    pub ip_protocol: String,
    /// The first port, or the type of ICMP; absent for a protocol without ports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_port: Option<i32>,
    /// The last port, or the code of ICMP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_port: Option<i32>,
    /// The source, if it is a block of IPv4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr_ipv4: Option<String>,
    /// The source, if it is a block of IPv6.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr_ipv6: Option<String>,
    /// The source, if it is a prefix list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix_list_id: Option<String>,
}

impl Exposure {
    /// Returns the commands, each as its words, that revoke the rules: one for each group.
    pub(crate) fn revocations(&self) -> Vec<Vec<String>> {
        let mut groups: Vec<(&str, Vec<Value>)> = Vec::new();
        for rule in &self.rules {
            match groups.iter_mut().find(|(id, _)| *id == rule.group_id) {
                Some((_, permissions)) => permissions.push(rule.permission()),
                None => groups.push((&rule.group_id, vec![rule.permission()])),
            }
        }
        let command = |(id, permissions): (&str, Vec<Value>)| {
            let permissions = Value::Array(permissions).to_string();
            let words = ["aws", "ec2", "revoke-security-group-ingress", "--group-id", id, "--ip-permissions"];
            words.into_iter().map(str::to_owned).chain([permissions]).collect()
        };
        groups.into_iter().map(command).collect()
    }
}

impl IngressRule {
    /// Returns the rule as an `IpPermission`, which a request to revoke it takes.
    fn permission(&self) -> Value {
        let mut permission = Map::new();
        permission.insert("IpProtocol".to_owned(), json!(self.ip_protocol));
        for (name, port) in [("FromPort", self.from_port), ("ToPort", self.to_port)] {
            permission.extend(port.map(|port| (name.to_owned(), json!(port))));
        }
        for (list, member, source) in [
            ("IpRanges", "CidrIp", &self.cidr_ipv4),
            ("Ipv6Ranges", "CidrIpv6", &self.cidr_ipv6),
            ("PrefixListIds", "PrefixListId", &self.prefix_list_id),
        ] {
            permission.extend(source.iter().map(|source| (list.to_owned(), json!([{member: source}]))));
        }
        Value::Object(permission)
    }
}
