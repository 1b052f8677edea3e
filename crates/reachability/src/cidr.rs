use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A version of the Internet Protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IpVersion {
    /// Addresses of 32 bits.
    V4,
    /// Addresses of 128 bits.
    V6,
}

impl IpVersion {
    /// Both versions.
    pub const ALL: [Self; 2] = [Self::V4, Self::V6];

    /// Returns the number of bits of an address.
    #[must_use]
    pub fn bits(self) -> u8 {
        match self {
            Self::V4 => 32,
            Self::V6 => 128,
        }
    }
}

impl fmt::Display for IpVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        })
    }
}

/// A block of addresses, such as `203.0.113.0/24`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cidr {
    version: IpVersion,
    first: u128,
    length: u8,
}

impl Cidr {
    /// Returns the block of the addresses that share the first `length` bits with `address`; `None` if the version has
    /// fewer bits.
    #[must_use]
    pub fn new(version: IpVersion, address: u128, length: u8) -> Option<Self> {
        let spare = version.bits().checked_sub(length)?;
        let in_range = version == IpVersion::V6 || address <= u128::from(u32::MAX);
        let first = address & u128::MAX.checked_shl(u32::from(spare)).unwrap_or(0);
        in_range.then_some(Self { version, first, length })
    }

    /// Reads a block in CIDR notation. Bits behind the prefix are cleared, as EC2 does. `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let digits = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
        let length = length.parse().ok().filter(|_| digits)?;
        match address.parse().ok()? {
            IpAddr::V4(address) => Self::new(IpVersion::V4, u32::from(address).into(), length),
            IpAddr::V6(address) => Self::new(IpVersion::V6, address.into(), length),
        }
    }

    /// Returns the version of the addresses.
    #[must_use]
    pub fn version(self) -> IpVersion {
        self.version
    }

    /// Returns the number of bits that all addresses share.
    #[must_use]
    pub fn length(self) -> u8 {
        self.length
    }

    /// Returns the first address, as a number.
    #[must_use]
    pub fn first(self) -> u128 {
        self.first
    }

    /// Returns the last address, as a number.
    #[must_use]
    pub fn last(self) -> u128 {
        let spare = u32::from(self.version.bits().saturating_sub(self.length));
        self.first | !u128::MAX.checked_shl(spare).unwrap_or(0)
    }

    /// Returns the lower and the upper half; `None` for a single address.
    #[must_use]
    pub fn halves(self) -> Option<[Self; 2]> {
        let length = self.length.checked_add(1)?;
        let lower = Self::new(self.version, self.first, length)?;
        let upper = Self::new(self.version, self.last(), length)?;
        Some([lower, upper])
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.version, u32::try_from(self.first)) {
            (IpVersion::V4, Ok(first)) => write!(f, "{}/{}", Ipv4Addr::from(first), self.length),
            _ => write!(f, "{}/{}", Ipv6Addr::from(self.first), self.length),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_read_from_cidr_notation_and_nothing_else() {
        for (text, first, last) in [
            ("0.0.0.0/0", 0, 0xffff_ffff),
            ("203.0.113.9/24", 0xcb00_7100, 0xcb00_71ff),
            ("203.0.113.9/32", 0xcb00_7109, 0xcb00_7109),
            ("::/0", 0, u128::MAX),
            ("2000::/3", 0x2000 << 112, (0x4000 << 112) - 1),
        ] {
            let cidr = Cidr::parse(text).unwrap();
            assert_eq!((cidr.first(), cidr.last()), (first, last), "{text}");
        }
        for text in
            ["", "10.0.0.0", "10.0.0.0/33", "10.0.0.0/+8", "10.0.0/8", "::/129", " ::/0", "::/0 ", "/8"]
        {
            assert_eq!(Cidr::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_halves_of_a_block_make_it_up() {
        let [lower, upper] = Cidr::parse("::/0").unwrap().halves().unwrap();
        assert_eq!((lower.to_string(), upper.to_string()), ("::/1".to_owned(), "8000::/1".to_owned()));
        assert_eq!(Cidr::parse("192.0.2.1/32").unwrap().halves(), None);
    }
}
