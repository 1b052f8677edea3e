use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::configuration::Given;
use crate::text::cut;
use crate::{Configuration, Json};

/// The public addresses that a replication instance has in its two properties for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublicAddresses {
    /// Addresses that anyone on the Internet could be routed to, in the order recorded, none twice.
    pub public: Vec<IpAddr>,
    /// Entries that are not IP addresses.
    pub unreadable: Vec<String>,
}

impl PublicAddresses {
    /// Reads `ReplicationInstancePublicIpAddress` and `ReplicationInstancePublicIpAddresses`, however they are
    /// spelled: an address speaks against a resource under any name.
    ///
    /// Each may be a text (one address, or several with commas or spaces, as AWS Config records them), a
    /// list, or null. Null, empty and [private](is_private) entries are no evidence of anything.
    #[must_use]
    pub fn read(configuration: &Configuration) -> Self {
        let mut addresses = Self::default();
        for property in ["ReplicationInstancePublicIpAddress", "ReplicationInstancePublicIpAddresses"] {
            configuration.given(property).for_each(|given| {
                let (Given::Value(value) | Given::Misspelled(_, value)) = given;
                addresses.add(value);
            });
        }
        addresses
    }

    fn add(&mut self, value: &Json) {
        match value {
            Json::Null => {}
            Json::Text(text) => {
                text.split([',', ';', ' ', '\t', '[', ']', '"', '\'']).for_each(|entry| self.add_text(entry));
            }
            Json::List(values) => values.iter().for_each(|value| self.add(value)),
            Json::Bool(_) | Json::Number(_) | Json::Object(_) | Json::Undecided(_) | Json::Created { .. } => {
                self.add_unreadable(&value.in_words());
            }
        }
    }

    fn add_text(&mut self, entry: &str) {
        if entry.is_empty() || entry.eq_ignore_ascii_case("null") || entry.eq_ignore_ascii_case("none") {
            return; // the words of an empty list that was written as text
        }
        match entry.parse::<IpAddr>() {
            Ok(address) if is_private(address) || self.public.contains(&address) => {}
            Ok(address) => self.public.push(address),
            Err(_) => self.add_unreadable(entry),
        }
    }

    fn add_unreadable(&mut self, entry: &str) {
        self.unreadable.push(cut(entry, 40));
    }
}

/// Returns true if the Internet has no route to `address`: RFC 1918, the shared space
/// 100.64.0.0/10, loopback, link-local, IPv6 unique-local, and the unspecified address.
///
/// Documentation ranges count as public: in examples they represent real addresses.
#[must_use]
pub fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_unspecified() || is_shared(v4)
        }
        IpAddr::V6(v6) => {
            v6.is_loopback()
                || v6.is_unicast_link_local()
                || v6.is_unique_local()
                || v6 == Ipv6Addr::UNSPECIFIED
        }
    }
}

/// Returns true for 100.64.0.0/10 (RFC 6598).
fn is_shared(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    a == 100 && (64..128).contains(&b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_ranges_end_where_they_should() {
        let private = [
            "10.0.0.0",
            "10.255.255.255",
            "172.16.0.0",
            "172.31.255.255",
            "192.168.0.0",
            "192.168.255.255",
            "100.64.0.0",
            "100.127.255.255",
            "127.0.0.1",
            "169.254.0.1",
            "0.0.0.0",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fdff::1",
            "::ffff:10.0.0.1",
        ];
        let public = [
            "9.255.255.255",
            "11.0.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.255.255",
            "192.169.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "128.0.0.1",
            "169.253.0.1",
            "203.0.113.10",
            "2600:1f18::1",
            "2001:db8::1",
            "::ffff:203.0.113.10",
            "fec0::1",
        ];
        for address in private {
            assert!(is_private(address.parse().unwrap()), "{address}");
        }
        for address in public {
            assert!(!is_private(address.parse().unwrap()), "{address}");
        }
    }
}
