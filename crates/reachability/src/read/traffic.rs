use rule_core::Json;

use super::object::{Object, missing, odd, odd_word};
use crate::flows::{ICMP, ICMPV6, TCP, Traffic, UDP};
use crate::listing::Unread;

/// A pair of ports, or the type and code of ICMP, as a rule gives them.
type Pair = (Option<i64>, Option<i64>);

/// Returns the protocol in a member: one of the names and numbers that EC2 takes; `None` is all of them (`-1`).
pub(super) fn protocol(object: Object<'_>, name: &str) -> Result<Option<u8>, Unread> {
    let value = object.member(name)?.ok_or_else(|| missing(name))?;
    let number = match value {
        Json::Number(number) => number.as_i64(),
        Json::Text(text) => match text.to_ascii_lowercase().as_str() {
            "tcp" => Some(TCP.into()),
            "udp" => Some(UDP.into()),
            "icmp" => Some(ICMP.into()),
            "icmpv6" => Some(ICMPV6.into()),
            "all" => Some(-1),
            digits => digits.parse().ok(),
        },
        _ => None,
    };
    match number {
        Some(-1) => Ok(None),
        Some(number) => u8::try_from(number).map(Some).map_err(|_| odd(name, value)),
        None => Err(odd(name, value)),
    }
}

/// Returns the protocols and ports of a rule of a security group: of ICMP, `FromPort` is the type and `ToPort` the code.
pub(super) fn group_traffic(rule: Object<'_>) -> Result<Traffic, Unread> {
    let pair = || Ok((rule.optional_number("FromPort")?, rule.optional_number("ToPort")?));
    match protocol(rule, "IpProtocol")? {
        None => Ok(Traffic::ALL),
        Some(number @ (TCP | UDP)) => ports(number, pair()?),
        Some(ICMPV6) if pair()? == (None, None) => Ok(Traffic::new(ICMPV6, Traffic::ALL.ports)),
        Some(number @ (ICMP | ICMPV6)) => type_and_code(number, pair()?),
        // EC2 allows all ports of any other protocol, whatever is given.
        Some(number) => Ok(Traffic::new(number, Traffic::ALL.ports)),
    }
}

/// Returns the protocols and ports of an entry of a network ACL.
pub(super) fn acl_traffic(entry: Object<'_>) -> Result<Traffic, Unread> {
    let pair = |group: &str, first: &str, second: &str| {
        let group = entry.object(group)?.ok_or_else(|| missing(group))?;
        Ok((group.optional_number(first)?, group.optional_number(second)?))
    };
    match protocol(entry, "Protocol")? {
        None => Ok(Traffic::ALL),
        Some(number @ (TCP | UDP)) => ports(number, pair("PortRange", "From", "To")?),
        Some(number @ (ICMP | ICMPV6)) => type_and_code(number, pair("IcmpTypeCode", "Type", "Code")?),
        Some(number) => Ok(Traffic::new(number, Traffic::ALL.ports)),
    }
}

fn ports(protocol: u8, (from, to): Pair) -> Result<Traffic, Unread> {
    let port = |number: Option<i64>| number.and_then(|number| u16::try_from(number).ok());
    match (port(from), port(to)) {
        (Some(from), Some(to)) if from <= to => Ok(Traffic::new(protocol, (from, to))),
        _ => Err(odd_word("a range of ports", &shown(from, to))),
    }
}

fn type_and_code(protocol: u8, (kind, code): Pair) -> Result<Traffic, Unread> {
    let number = |number: Option<i64>| number.and_then(|number| u8::try_from(number).ok());
    let ports = match (kind, code) {
        (Some(-1), Some(-1)) => Some(Traffic::ALL.ports),
        (kind, Some(-1)) => number(kind).map(|kind| (at(kind, u8::MIN), at(kind, u8::MAX))),
        (kind, code) => number(kind).zip(number(code)).map(|(kind, code)| (at(kind, code), at(kind, code))),
    };
    ports
        .map(|ports| Traffic::new(protocol, ports))
        .ok_or_else(|| odd_word("type and code", &shown(kind, code)))
}

fn at(kind: u8, code: u8) -> u16 {
    u16::from_be_bytes([kind, code])
}

fn shown(first: Option<i64>, second: Option<i64>) -> String {
    let text = |number: Option<i64>| number.map_or_else(|| "?".to_owned(), |number| number.to_string());
    format!("{}-{}", text(first), text(second))
}
