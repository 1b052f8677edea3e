use std::cmp::Reverse;

use crate::cidr::IpVersion;
use crate::flows::{Addresses, Flows, Traffic, count, peers};
use crate::region::Region;

/// The flows of one IP version that enter from the Internet.
#[derive(Clone, Debug, PartialEq)]
pub struct Exposure {
    version: IpVersion,
    flows: Flows,
    internet: Addresses,
}

/// Peers, and all that each of them may send.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// The addresses of the peers.
    pub peers: Addresses,
    /// The protocols and ports that every one of them reaches, sorted, none twice.
    pub traffic: Vec<Traffic>,
}

impl Exposure {
    pub(crate) fn new(version: IpVersion, flows: Flows, internet: Addresses) -> Self {
        Self { version, flows, internet }
    }

    /// Returns the IP version.
    #[must_use]
    pub fn version(&self) -> IpVersion {
        self.version
    }

    /// Returns the flows that enter.
    #[must_use]
    pub fn flows(&self) -> &Flows {
        &self.flows
    }

    /// Returns every address that counts as one of the Internet.
    #[must_use]
    pub fn internet(&self) -> &Addresses {
        &self.internet
    }

    /// Returns true if nothing enters.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.flows.is_empty()
    }

    /// Returns true if every address of the Internet reaches something, though not all of them the same.
    #[must_use]
    pub fn is_world(&self) -> bool {
        !self.is_empty() && peers(&self.flows) == self.internet
    }

    /// Returns the number of addresses that reach something.
    #[must_use]
    pub fn addresses(&self) -> u128 {
        count(&peers(&self.flows))
    }

    /// Returns the ranges of peers that reach the same, the one with most addresses first.
    #[must_use]
    pub fn ranges(&self) -> Vec<Range> {
        let mut sets: Vec<Addresses> = Vec::new();
        for part in self.flows.parts().iter().flat_map(|protocol| protocol.value.parts()) {
            if !sets.contains(&part.value) {
                sets.push(part.value.clone());
            }
        }
        sets.sort_by_key(|set| (Reverse(count(set)), set.parts().first().map(|part| part.first)));
        sets.into_iter().map(|peers| Range { traffic: self.traffic(&peers), peers }).collect()
    }

    /// Returns what all of these peers reach.
    fn traffic(&self, peers: &Addresses) -> Vec<Traffic> {
        let mut found: Vec<Traffic> = Vec::new();
        for protocols in self.flows.parts() {
            for ports in protocols.value.parts() {
                if peers.difference(&ports.value).is_empty() {
                    let (protocol, port) = ((protocols.first, protocols.last), (ports.first, ports.last));
                    match found.last_mut() {
                        Some(last)
                            if last.protocols == protocol && last.ports.1.checked_add(1) == Some(port.0) =>
                        {
                            last.ports.1 = port.1;
                        }
                        _ => found.push(Traffic { protocols: protocol, ports: port }),
                    }
                }
            }
        }
        // Protocols that are next to each other are one if their ports are the same and only.
        let mut merged: Vec<Traffic> = Vec::new();
        for one in found {
            match merged.last_mut() {
                Some(last)
                    if last.protocols.1.checked_add(1) == Some(one.protocols.0)
                        && (last.ports, one.ports) == (Traffic::ALL.ports, Traffic::ALL.ports) =>
                {
                    last.protocols.1 = one.protocols.1;
                }
                _ => merged.push(one),
            }
        }
        merged
    }
}

/// The part of the Internet that reaches something, for a priority: more is greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Breadth {
    /// A number of networks: each address of IPv4 counts as one, and so does each block of 2^64 addresses of IPv6, which
    /// is that of one network.
    Networks(u128),
    /// Every address of an IP version.
    World,
}

impl Breadth {
    /// Returns the breadth of all exposures.
    #[must_use]
    pub fn new(exposures: &[Exposure]) -> Self {
        if exposures.iter().any(Exposure::is_world) {
            return Self::World;
        }
        let networks = exposures.iter().map(|exposure| match exposure.version {
            IpVersion::V4 => exposure.addresses(),
            IpVersion::V6 => exposure.addresses().div_ceil(1 << 64),
        });
        Self::Networks(networks.fold(0, u128::saturating_add))
    }
}
