//! The server that an endpoint names.

use std::fmt;
use std::net::IpAddr;

use crate::is_private;

/// The longest name of a host (RFC 1035, "Size limits").
const NAME_MAXIMUM: usize = 253;

/// The ends of the addresses of DB instances, in all partitions (Amazon RDS user guide, "Finding the connection information";
/// botocore's `partitions.json`, `dnsSuffix`).
const DATABASE_ENDS: [&str; 7] = [
    ".rds.amazonaws.com",
    ".rds.amazonaws.com.cn",
    ".rds.amazonaws.eu",
    ".rds.c2s.ic.gov",
    ".rds.sc2s.sgov.gov",
    ".rds.cloud.adc-e.uk",
    ".rds.csp.hci.ic.gov",
];

/// A server, as far as its text alone shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Host {
    /// An IP address.
    Address(IpAddr),
    /// The address of a DB instance of Amazon RDS, in lower case.
    Database(String),
    /// Another name, in lower case.
    Name(String),
    /// Neither.
    Odd,
}

impl Host {
    /// Reads a text with one server, or several with commas between them, as MongoDB has; each may have a port.
    pub(super) fn read_all(text: &str) -> Vec<Self> {
        text.split(',').map(Self::read).collect()
    }

    /// Reads the server of Oracle's ASM, which may have a port and a service behind it: `10.0.0.1:1521/+ASM`.
    pub(super) fn read_asm(text: &str) -> Vec<Self> {
        Self::read_all(text.split_once('/').map_or(text, |(server, _)| server))
    }

    fn read(text: &str) -> Self {
        let name = match text.split_once(':') {
            Some((name, port)) if is_port(port) => name,
            _ => text,
        };
        if let Some(address) = address(text).or_else(|| address(name)) {
            // 0.0.0.0 and :: are the addresses of no server.
            return if address.is_unspecified() { Self::Odd } else { Self::Address(address) };
        }
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        let is_label = |label: &str| {
            !label.is_empty()
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        // A last label that begins with a digit may be another way to write an address: `0xCB00710A`, `203.113`.
        let last = name.rsplit('.').next().unwrap_or_default();
        if name.len() > NAME_MAXIMUM
            || !name.split('.').all(is_label)
            || last.starts_with(|first: char| first.is_ascii_digit())
        {
            return Self::Odd;
        }
        if DATABASE_ENDS.iter().any(|end| name.ends_with(end)) && !name.contains('_') {
            return Self::Database(name);
        }
        Self::Name(name)
    }

    /// Returns the address, if the Internet may have a route to it.
    pub(super) fn public_address(&self) -> Option<IpAddr> {
        match self {
            Self::Address(address) => Some(*address).filter(|address| !is_private(*address)),
            Self::Database(_) | Self::Name(_) | Self::Odd => None,
        }
    }

    /// Returns the address of a DB instance.
    pub(super) fn database(&self) -> Option<&str> {
        match self {
            Self::Database(name) => Some(name),
            Self::Address(_) | Self::Name(_) | Self::Odd => None,
        }
    }

    /// Returns a name that is not that of a DB instance.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            Self::Address(_) | Self::Database(_) | Self::Odd => None,
        }
    }
}

/// Reads an IP address, which may be in brackets, with a port behind them.
fn address(text: &str) -> Option<IpAddr> {
    let inner = match text.strip_prefix('[') {
        Some(rest) => match rest.split_once(']')? {
            (inner, "") => inner,
            (inner, port) => port.strip_prefix(':').filter(|port| is_port(port)).map(|_| inner)?,
        },
        None => text,
    };
    inner.parse().ok()
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Database(name) | Self::Name(name) => f.write_str(name),
            Self::Odd => f.write_str("-"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_an_address_a_database_a_name_or_odd() {
        for (text, wanted) in [
            ("203.0.113.10", "Address"),
            ("203.0.113.10:3306", "Address"),
            ("2001:db8::1", "Address"),
            ("[2001:db8::1]", "Address"),
            ("[2001:db8::1]:3306", "Address"),
            ("orders.abc.us-east-1.rds.amazonaws.com", "Database"),
            ("Orders.ABC.us-east-1.RDS.amazonaws.com.", "Database"),
            ("orders.abc.cn-north-1.rds.amazonaws.com.cn:3306", "Database"),
            ("orders.abc.eusc-de-east-1.rds.amazonaws.eu", "Database"),
            ("orders.abc.us-iso-east-1.rds.c2s.ic.gov", "Database"),
            ("rds.amazonaws.com.example.com", "Name"),
            ("db.example.com", "Name"),
            ("db", "Name"),
            ("db_1.example.com:27017", "Name"),
            ("orders_1.abc.us-east-1.rds.amazonaws.com", "Name"),
            ("203.0.113", "Odd"),
            ("3405803786", "Odd"),
            ("0xCB00710A", "Odd"),
            ("0313.0.0161.012", "Odd"),
            ("203.0.113.256", "Odd"),
            (" 10.0.0.1", "Odd"),
            ("db example", "Odd"),
            ("db' OR 'a'='a", "Odd"),
            ("mongodb://db.example.com", "Odd"),
            ("user@db.example.com", "Odd"),
            ("db..example.com", "Odd"),
            ("d\u{e4}tabase.example.com", "Odd"),
            (":3306", "Odd"),
            ("[10.0.0.1", "Odd"),
            ("[10.0.0.1]x", "Odd"),
            ("", "Odd"),
        ] {
            let host = Host::read(text);
            assert!(format!("{host:?}").starts_with(wanted), "{text}: {host:?}");
        }
        for text in ["203.0.113.10", "203.0.113.10:1521", "203.0.113.10:1521/+ASM", "203.0.113.10/+ASM"] {
            assert_eq!(Host::read_asm(text), [Host::Address([203, 0, 113, 10].into())], "{text}");
        }
        assert_eq!(Host::read_asm("/+ASM"), [Host::Odd]);
        assert_eq!(Host::read_all("10.0.0.1:27017,203.0.113.10:27017").len(), 2);
    }
}
