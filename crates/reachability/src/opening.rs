use crate::cidr::IpVersion;
use crate::exposure::{Breadth, Exposure};
use crate::flows::Flows;
use crate::gap::Gap;
use crate::group_bounds::certain_flows;
use crate::network::Network;
use crate::path::Spot;
use crate::region::Region;
use crate::security_group::GroupRule;

/// The flows that enter.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    /// The flows by IP version; a version of which nothing enters is left out.
    pub exposures: Vec<Exposure>,
    /// Each rule of a security group that lets in some of them. Without these, none of them enters.
    pub entries: Vec<Entry>,
    /// The facts for which more may enter; empty if nothing else does.
    pub gaps: Vec<Gap>,
}

/// A rule of a security group that lets in something of the Internet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The id of the group.
    pub group: String,
    /// The rule.
    pub rule: GroupRule,
}

impl Opening {
    /// Returns the part of the Internet that reaches something.
    #[must_use]
    pub fn breadth(&self) -> Breadth {
        Breadth::new(&self.exposures)
    }

    /// Returns the security groups that let in some of the flows, each once.
    #[must_use]
    pub fn groups(&self) -> Vec<String> {
        let mut groups: Vec<String> = Vec::new();
        for entry in &self.entries {
            if !groups.contains(&entry.group) {
                groups.push(entry.group.clone());
            }
        }
        groups
    }
}

/// Adds each rule of a group of the place that certainly lets in some of the flows, unless it is there already.
pub(crate) fn add_entries(
    entries: &mut Vec<Entry>,
    spot: &Spot<'_>,
    flows: &Flows,
    version: IpVersion,
    network: &Network,
) {
    for id in spot.groups.as_ref().ok().copied().into_iter().flatten() {
        let rules = network.security_groups.find(id).map(|group| group.ingress.as_slice());
        for rule in rules.unwrap_or_default() {
            let lets_in = !certain_flows(rule, network, version).intersection(flows).is_empty();
            let entry = Entry { group: id.clone(), rule: rule.clone() };
            if lets_in && !entries.contains(&entry) {
                entries.push(entry);
            }
        }
    }
}
