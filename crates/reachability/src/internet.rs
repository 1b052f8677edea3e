use crate::cidr::{Cidr, IpVersion};
use crate::flows::{Addresses, addresses};
use crate::region::{Layers, Region};

/// The blocks of IPv4 that no packet from the Internet has as its source (RFC 6890, and multicast and reserved ones).
/// Blocks for documentation are not among them: in examples they represent real addresses.
const NOT_INTERNET: [&str; 11] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "224.0.0.0/4",
    "240.0.0.0/4",
];

/// The global unicast addresses of IPv6 (RFC 4291, section 2.4; the only block that IANA allocates from).
const GLOBAL_UNICAST: &str = "2000::/3";

/// Returns the addresses that a host on the Internet can have.
#[must_use]
pub fn internet(version: IpVersion) -> Addresses {
    let union = |blocks: &[&str]| {
        let blocks = blocks.iter().filter_map(|text| Cidr::parse(text));
        Addresses::union_all(blocks.map(|cidr| addresses(cidr, version)).collect())
    };
    match version {
        IpVersion::V4 => Layers::block(0, u32::MAX.into(), true).difference(&union(&NOT_INTERNET)),
        IpVersion::V6 => union(&[GLOBAL_UNICAST]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flows::count;

    #[test]
    fn the_internet_has_every_address_that_is_not_reserved() {
        assert_eq!(count(&internet(IpVersion::V6)), 1 << 125);
        let has = |text: &str| {
            let block = Cidr::parse(text).unwrap();
            let whole = addresses(block, block.version());
            whole.intersection(&internet(block.version())) == whole
        };
        for text in [
            "1.0.0.0/8",
            "8.8.8.8/32",
            "203.0.113.0/24",
            "172.32.0.0/11",
            "223.255.255.255/32",
            "2001:db8::/32",
        ] {
            assert!(has(text), "{text}");
        }
        for text in NOT_INTERNET.into_iter().chain(["fd00::/8", "fe80::/10", "::1/128", "10.0.0.0/7"]) {
            assert!(!has(text), "{text}");
        }
    }
}
