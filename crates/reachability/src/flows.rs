//! Sets of addresses, and of flows: of a protocol, to a port, with a peer.

use crate::cidr::{Cidr, IpVersion};
use crate::region::{Layers, Region};

/// A set of addresses of one version, each as a number.
pub type Addresses = Layers<u128, bool>;

/// A set of flows: for each protocol and each port, the addresses of the peers.
///
/// TCP and UDP have ports. The port of ICMP and ICMPv6 is `type * 256 + code`. Any other protocol has all ports or none.
pub type Flows = Layers<u8, Layers<u16, Addresses>>;

/// The number of the protocol ICMP.
pub const ICMP: u8 = 1;
/// The number of the protocol TCP.
pub const TCP: u8 = 6;
/// The number of the protocol UDP.
pub const UDP: u8 = 17;
/// The number of the protocol ICMPv6.
pub const ICMPV6: u8 = 58;

/// The first port from which a client opens a connection: those below are of services (RFC 6335). Clients of all
/// systems use some part of 1024-65535 (VPC user guide, "Ephemeral ports").
pub const FIRST_EPHEMERAL_PORT: u16 = 1024;

/// The protocols and ports that a rule is about, each from a first to a last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Traffic {
    /// The first and the last protocol.
    pub protocols: (u8, u8),
    /// The first and the last port.
    pub ports: (u16, u16),
}

impl Traffic {
    /// Every protocol, with every port.
    pub const ALL: Self = Self { protocols: (u8::MIN, u8::MAX), ports: (u16::MIN, u16::MAX) };

    /// Returns the traffic of one protocol to a range of ports.
    #[must_use]
    pub fn new(protocol: u8, ports: (u16, u16)) -> Self {
        Self { protocols: (protocol, protocol), ports }
    }
}

/// Returns the addresses of a block; empty for one of the other version.
#[must_use]
pub fn addresses(cidr: Cidr, version: IpVersion) -> Addresses {
    if cidr.version() == version {
        Addresses::block(cidr.first(), cidr.last(), true)
    } else {
        Addresses::empty()
    }
}

/// Returns the number of addresses; the greatest number if it is greater.
#[must_use]
pub fn count(addresses: &Addresses) -> u128 {
    let counts = addresses.parts().iter().map(|part| (part.last - part.first).saturating_add(1));
    counts.fold(0, u128::saturating_add)
}

/// Returns the flows of `traffic` with each of the addresses.
#[must_use]
pub fn flows(traffic: Traffic, addresses: Addresses) -> Flows {
    let ports = Layers::block(traffic.ports.0, traffic.ports.1, addresses);
    Flows::block(traffic.protocols.0, traffic.protocols.1, ports)
}

/// Returns the addresses with which there is any flow.
#[must_use]
pub fn peers(flows: &Flows) -> Addresses {
    let parts = flows.parts().iter().flat_map(|part| part.value.parts());
    Addresses::union_all(parts.map(|part| part.value.clone()).collect())
}

/// Returns the flows to which a peer can get a reply, if these are what may leave.
///
/// The reply has the protocol and the peer of the flow. Of TCP and UDP, it goes to one port at least from
/// [`FIRST_EPHEMERAL_PORT`] up: a client that is free to choose takes that one. Of other protocols, any packet is a reply.
#[must_use]
pub fn with_reply(leaving: &Flows) -> Flows {
    let service = (u16::MIN, FIRST_EPHEMERAL_PORT - 1);
    let no_reply = [TCP, UDP].map(|protocol| flows(Traffic::new(protocol, service), Addresses::full()));
    let replies = leaving.difference(&Flows::union_all(no_reply.to_vec()));
    let parts = replies.parts().iter().map(|part| {
        let peers = part.value.parts().iter().map(|ports| ports.value.clone()).collect();
        let traffic = Traffic { protocols: (part.first, part.last), ..Traffic::ALL };
        flows(traffic, Addresses::union_all(peers))
    });
    Flows::union_all(parts.collect())
}
