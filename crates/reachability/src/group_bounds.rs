use crate::bounds::Bounds;
use crate::cidr::IpVersion;
use crate::flows::{Addresses, Flows, Traffic, addresses, flows};
use crate::gap::{Gap, Kind};
use crate::network::Network;
use crate::prefix_list_entries::entries;
use crate::region::Region;
use crate::security_group::{GroupRule, SecurityGroup, Source};

/// Returns the flows that any of the groups lets in.
pub(crate) fn group_bounds(ids: &[String], network: &Network, version: IpVersion) -> Bounds {
    let mut gaps = Vec::new();
    let (mut certain, mut possible) = (Vec::new(), Vec::new());
    for id in ids {
        let bounds = match network.security_groups.find(id) {
            Ok(group) => one_group(group, network, version),
            Err(reason) => Bounds::unknown(vec![Gap::new(Kind::SecurityGroup, id, &reason)]),
        };
        certain.push(bounds.certain);
        possible.push(bounds.possible);
        gaps.extend(bounds.gaps);
    }
    Bounds { certain: Flows::union_all(certain), possible: Flows::union_all(possible), gaps }
}

fn one_group(group: &SecurityGroup, network: &Network, version: IpVersion) -> Bounds {
    let mut gaps = Vec::new();
    let (mut certain, mut possible) = (Vec::new(), Vec::new());
    for rule in &group.ingress {
        let (surely, perhaps) = sources(rule, &group.id, network, version, &mut gaps);
        match &rule.traffic {
            Ok(traffic) => {
                certain.push(flows(*traffic, surely));
                possible.push(flows(*traffic, perhaps));
            }
            Err(reason) if !perhaps.is_empty() => {
                gaps.push(Gap::new(Kind::SecurityGroup, &group.id, reason));
                possible.push(flows(Traffic::ALL, perhaps));
            }
            Err(_) => {}
        }
    }
    if let Some(reason) = &group.incomplete {
        gaps.push(Gap::new(Kind::SecurityGroup, &group.id, reason));
        possible.push(Flows::full());
    }
    Bounds { certain: Flows::union_all(certain), possible: Flows::union_all(possible), gaps }
}

/// Returns the flows that a rule lets in whatever the facts are that are not known.
pub(crate) fn certain_flows(rule: &GroupRule, network: &Network, version: IpVersion) -> Flows {
    let Ok(traffic) = rule.traffic else { return Flows::empty() };
    flows(traffic, sources(rule, "", network, version, &mut Vec::new()).0)
}

/// Returns the peers of a rule: those that are certain, and those that are possible.
fn sources(
    rule: &GroupRule,
    group: &str,
    network: &Network,
    version: IpVersion,
    gaps: &mut Vec<Gap>,
) -> (Addresses, Addresses) {
    match &rule.source {
        Source::Cidr(cidr) => {
            let block = addresses(*cidr, version);
            (block.clone(), block)
        }
        Source::PrefixList(id) => {
            let list = entries(&network.prefix_lists, id, version, gaps);
            let blocks = list.blocks.iter().map(|block| addresses(*block, version));
            let known = Addresses::union_all(blocks.collect());
            (known.clone(), if list.is_whole { known } else { Addresses::full() })
        }
        Source::Group(_) => (Addresses::empty(), Addresses::empty()),
        Source::Unread(reason) => {
            gaps.push(Gap::new(Kind::SecurityGroup, group, reason));
            (Addresses::empty(), Addresses::full())
        }
    }
}
