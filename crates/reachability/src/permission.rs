use crate::flows::{ICMP, ICMPV6, TCP, Traffic, UDP};
use crate::security_group::GroupRule;

/// The protocol and ports of a rule in the words of EC2's API (`IpPermission`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// `tcp`, `udp`, `icmp`, `icmpv6`, the number of another protocol, or `-1` for all of them.
    pub ip_protocol: String,
    /// The first and the last port; of ICMP the type and the code, each `-1` for all. `None` for a protocol without ports.
    pub ports: Option<(i32, i32)>,
}

impl GroupRule {
    /// Returns the protocol and ports in EC2's words, so that a request can name the rule. `None` if they are not known, or
    /// are none that a rule can have.
    #[must_use]
    pub fn permission(&self) -> Option<Permission> {
        let traffic = *self.traffic.as_ref().ok()?;
        if traffic == Traffic::ALL {
            return Some(Permission { ip_protocol: "-1".to_owned(), ports: None });
        }
        let (protocol, last) = traffic.protocols;
        if protocol != last {
            return None;
        }
        let (ip_protocol, ports) = match protocol {
            TCP => ("tcp".to_owned(), Some((traffic.ports.0.into(), traffic.ports.1.into()))),
            UDP => ("udp".to_owned(), Some((traffic.ports.0.into(), traffic.ports.1.into()))),
            ICMP => ("icmp".to_owned(), Some(type_and_code(traffic)?)),
            ICMPV6 => ("icmpv6".to_owned(), Some(type_and_code(traffic)?)),
            other if traffic.ports == Traffic::ALL.ports => (other.to_string(), None),
            _ => return None,
        };
        Some(Permission { ip_protocol, ports })
    }
}

fn type_and_code(traffic: Traffic) -> Option<(i32, i32)> {
    if traffic.ports == Traffic::ALL.ports {
        return Some((-1, -1));
    }
    let ([kind, code], [last_kind, last_code]) =
        (traffic.ports.0.to_be_bytes(), traffic.ports.1.to_be_bytes());
    match (code, last_code) {
        _ if kind != last_kind => None,
        (u8::MIN, u8::MAX) => Some((kind.into(), -1)),
        _ if code == last_code => Some((kind.into(), code.into())),
        _ => None,
    }
}
