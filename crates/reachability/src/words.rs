//! Results in words: one line that fits into an annotation.

use std::fmt;

use rule_core::text::cut;

use crate::barrier::{Barrier, Closure};
use crate::cidr::{Cidr, IpVersion};
use crate::exposure::{Exposure, Range};
use crate::flows::{Addresses, ICMP, ICMPV6, TCP, Traffic, UDP, addresses, count};
use crate::gap::Gap;
use crate::opening::Opening;
use crate::reachability::{Reachability, State};
use crate::region::Region;

/// The most characters of a line.
const MAXIMUM: usize = 120;

/// The most blocks of addresses that are written out, the most ports and the most groups.
const FEW: usize = 2;

/// Writes the state in one line of 120 characters at most: `OPEN: tcp 5432 from 203.0.113.0/24 (256 addresses) by sg-0a1`.
impl fmt::Display for Reachability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.state.fmt(f)
    }
}

impl Reachability {
    /// Returns the line with the day of the oldest fact: `NOT ROUTED (rtb-1), recorded 2026-10-01`.
    #[must_use]
    pub fn dated(&self) -> String {
        match self.oldest {
            Some(oldest) => format!("{self}, recorded {}", oldest.format("%Y-%m-%d")),
            None => format!("{self}, age unknown"),
        }
    }
}

/// Writes the state in one line of 120 characters at most.
impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = match self {
            Self::Open(opening) => open(opening),
            Self::Closed(closures) => closed(closures),
            Self::Unknown(gaps) => format!("UNKNOWN ({})", missing(gaps)),
        };
        f.write_str(&cut(&line, MAXIMUM))
    }
}

fn missing(gaps: &[Gap]) -> String {
    match gaps {
        [] => "facts are missing".to_owned(),
        [gap] => gap.to_string(),
        [gap, rest @ ..] => format!("{gap}; {} more", rest.len()),
    }
}

fn closed(closures: &[Closure]) -> String {
    let Some((first, rest)) = closures.split_first() else { return "NO PUBLIC ADDRESS".to_owned() };
    let rest: Vec<String> = rest
        .iter()
        .filter(|closure| !matches!(closure.by, Barrier::NoAddress(_)) && closure.by != first.by)
        .map(|closure| closure.by.to_string())
        .collect();
    let line = first.to_string();
    if rest.is_empty() {
        return line;
    }
    let whole = format!("{line}; other ways: {}", rest.join(", "));
    if whole.chars().count() <= MAXIMUM { whole } else { line }
}

fn open(opening: &Opening) -> String {
    let mut exposures: Vec<(&Exposure, Vec<Range>)> =
        opening.exposures.iter().map(|exposure| (exposure, exposure.ranges())).collect();
    // The broadest first; of equal ones IPv4.
    exposures.sort_by_key(|(exposure, _)| {
        std::cmp::Reverse(crate::exposure::Breadth::new(std::slice::from_ref(*exposure)))
    });
    let ranges: usize = exposures.iter().map(|(_, ranges)| ranges.len()).sum();
    let mut firsts = exposures.iter().filter_map(|(exposure, ranges)| Some((*exposure, ranges.first()?)));
    let Some((exposure, range)) = firsts.next() else { return "OPEN".to_owned() };
    let mut from = vec![peers(&range.peers, exposure)];
    let same = firsts.filter(|(_, other)| other.traffic == range.traffic);
    from.extend(same.map(|(exposure, range)| peers(&range.peers, exposure)));
    let at_least = if opening.gaps.is_empty() { "" } else { "at least " };
    let more = match ranges.saturating_sub(from.len()) {
        0 => String::new(),
        more => format!("; {more} more"),
    };
    let (traffic, from) = (traffic_words(&range.traffic), from.join(" and "));
    format!("OPEN: {at_least}{traffic} from {from} by {}{more}", few(&opening.groups()))
}

/// Lists at most [`FEW`] words, and the number of the rest.
fn few(words: &[String]) -> String {
    match words.split_at_checked(FEW) {
        Some((first, rest)) if !rest.is_empty() => format!("{} and {} more", first.join(", "), rest.len()),
        _ => words.join(", "),
    }
}

fn peers(peers: &Addresses, exposure: &Exposure) -> String {
    let version = exposure.version();
    if peers == exposure.internet() {
        return match version {
            IpVersion::V4 => "0.0.0.0/0".to_owned(),
            IpVersion::V6 => "::/0".to_owned(),
        };
    }
    let (number, all) = (count(peers), count(exposure.internet()));
    let excepted = all.saturating_sub(number);
    if excepted <= all / 16 && version == IpVersion::V4 {
        return format!("0.0.0.0/0 but {}", addresses_in_words(excepted));
    }
    let blocks: Vec<String> =
        blocks(peers, exposure.internet(), version, FEW + 1).iter().map(ToString::to_string).collect();
    match (version, blocks.as_slice()) {
        (IpVersion::V6, few) if few.len() <= FEW => few.join(" and "),
        (IpVersion::V6, [first, ..]) => format!("{first} and other blocks"),
        (IpVersion::V4, few) if few.len() <= FEW => {
            format!("{} ({})", few.join(" and "), addresses_in_words(number))
        }
        (IpVersion::V4, [first, ..]) => format!("{} ({first} and others)", addresses_in_words(number)),
        (_, []) => addresses_in_words(number),
    }
}

fn addresses_in_words(number: u128) -> String {
    if number == 1 { "1 address".to_owned() } else { format!("{number} addresses") }
}

/// Returns blocks that have all the peers and no other address of the Internet, ascending, and no more than `maximum`.
fn blocks(peers: &Addresses, internet: &Addresses, version: IpVersion, maximum: usize) -> Vec<Cidr> {
    let mut found = Vec::new();
    let mut rest: Vec<Cidr> = Cidr::new(version, 0, 0).into_iter().collect();
    while let Some(block) = rest.pop() {
        if found.len() == maximum {
            break;
        }
        let all = addresses(block, version);
        let inside = peers.intersection(&all);
        if inside.is_empty() {
            continue;
        }
        if inside == internet.intersection(&all) {
            found.push(smallest(&inside, block));
        } else {
            // The lower half is on top.
            rest.extend(block.halves().into_iter().flatten().rev());
        }
    }
    found
}

/// Returns the smallest block within `block` that has all the addresses.
fn smallest(peers: &Addresses, block: Cidr) -> Cidr {
    let mut smallest = block;
    while let Some(halves) = smallest.halves()
        && let Some(half) =
            halves.into_iter().find(|half| peers.difference(&addresses(*half, half.version())).is_empty())
    {
        smallest = half;
    }
    smallest
}

fn traffic_words(traffic: &[Traffic]) -> String {
    if traffic == [Traffic::ALL] {
        return "all ports".to_owned();
    }
    let mut words: Vec<String> = Vec::new();
    let mut before = None;
    for one in traffic {
        let is_ports = one.ports != Traffic::ALL.ports && !is_icmp(*one);
        match words.last_mut() {
            Some(last) if is_ports && before == Some(one.protocols) => {
                if last.matches(',').count() < 3 {
                    last.push_str(", ");
                    last.push_str(&port_words(one.ports));
                } else if !last.ends_with("...") {
                    last.push_str(", ...");
                }
            }
            _ => words.push(one_traffic(*one)),
        }
        before = is_ports.then_some(one.protocols);
    }
    few(&words)
}

fn one_traffic(traffic: Traffic) -> String {
    let (first, last) = traffic.protocols;
    let name = if first == last { protocol_name(first) } else { format!("protocols {first}-{last}") };
    match (traffic.ports == Traffic::ALL.ports, first) {
        (true, TCP | UDP) if first == last => format!("all {name} ports"),
        (true, _) => name,
        (false, _) if is_icmp(traffic) => format!("{name} {}", icmp_words(traffic.ports)),
        (false, _) => format!("{name} {}", port_words(traffic.ports)),
    }
}

fn is_icmp(traffic: Traffic) -> bool {
    traffic.protocols.0 == traffic.protocols.1 && matches!(traffic.protocols.0, ICMP | ICMPV6)
}

fn port_words((first, last): (u16, u16)) -> String {
    if first == last { first.to_string() } else { format!("{first}-{last}") }
}

fn icmp_words((first, last): (u16, u16)) -> String {
    let ([first_type, first_code], [last_type, last_code]) = (first.to_be_bytes(), last.to_be_bytes());
    match (first_type == last_type, first_code, last_code) {
        (true, 0, u8::MAX) => format!("type {first_type}"),
        (true, one, other) if one == other => format!("type {first_type} code {one}"),
        (true, one, other) => format!("type {first_type} codes {one}-{other}"),
        (false, _, _) => format!("types {first_type}-{last_type}"),
    }
}

/// Returns the name of a protocol as people write it (IANA's "Protocol Numbers").
fn protocol_name(number: u8) -> String {
    match number {
        ICMP => "icmp".to_owned(),
        TCP => "tcp".to_owned(),
        UDP => "udp".to_owned(),
        47 => "gre".to_owned(),
        50 => "esp".to_owned(),
        51 => "ah".to_owned(),
        ICMPV6 => "icmpv6".to_owned(),
        132 => "sctp".to_owned(),
        other => format!("protocol {other}"),
    }
}
