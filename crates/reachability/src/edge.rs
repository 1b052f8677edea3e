use crate::cidr::{Cidr, IpVersion};
use crate::gap::{Gap, Kind};
use crate::listing::{Listing, Unread};
use crate::route_table::{Destination, RouteTable, Target};

/// Returns the reasons why it is not certain that a gateway sends what it receives for a subnet straight there.
///
/// A route table that is associated with the gateway (an edge table) may send it to an appliance instead.
pub(crate) fn edge_gaps(
    gateway: &str,
    tables: &Listing<RouteTable>,
    subnet: Option<&[Cidr]>,
    version: IpVersion,
) -> Vec<Gap> {
    let mut gaps = Vec::new();
    if let Some(reason) = &tables.incomplete {
        gaps.push(Gap::belonging_to(gateway, Kind::RouteTable, reason));
    }
    for table in &tables.items {
        if let Some(reason) = &table.associations_incomplete {
            gaps.push(Gap::new(Kind::RouteTable, &table.id, reason));
        }
        if !table.gateways.iter().any(|one| one == gateway) {
            continue;
        }
        if let Some(reason) = &table.routes_incomplete {
            gaps.push(Gap::new(Kind::RouteTable, &table.id, reason));
        }
        let diverts = table.routes.iter().any(|route| {
            route.target != Ok(Target::Local)
                && match &route.destination {
                    Ok(Destination::Cidr(cidr)) => overlaps_any(*cidr, subnet, version),
                    Ok(Destination::PrefixList(_)) | Err(_) => true,
                }
        });
        if diverts {
            let reason = Unread::new("may send what comes from the Internet to an appliance");
            gaps.push(Gap::new(Kind::RouteTable, &table.id, &reason));
        }
    }
    gaps
}

fn overlaps_any(cidr: Cidr, subnet: Option<&[Cidr]>, version: IpVersion) -> bool {
    cidr.version() == version
        && subnet.is_none_or(|blocks| {
            blocks.iter().any(|block| {
                block.version() == version && block.first() <= cidr.last() && cidr.first() <= block.last()
            })
        })
}
