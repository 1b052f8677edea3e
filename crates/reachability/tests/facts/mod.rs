//! Networks and instances as the files of `tests/reachability` give them.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::Path;

use chrono::{DateTime, Utc};
use reachability::read::{self, Resource};
use reachability::{
    Instance, Interface, Listing, Network, Reachability, State, SubnetGroup, Unread, evaluate,
    open_to_exactly_the_world,
};
use rule_core::Json;
use serde::Deserialize;
use serde_json::{Map, Value};

pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// An instance in a network, and the expected result.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) description: String,
    /// The private addresses by which its interfaces are found; those of the ordinary network if it is not given.
    #[serde(default)]
    pub(crate) addresses: Option<Vec<Ipv4Addr>>,
    /// The instance, if its interfaces are not known.
    #[serde(default)]
    pub(crate) subnet_group: Option<GivenSubnetGroup>,
    /// Responses by the command of the AWS CLI, and `configuration`s by the type in AWS Config, in which the case differs
    /// from the ordinary network; null is a fact that is not known.
    #[serde(default)]
    pub(crate) facts: Map<String, Value>,
    pub(crate) expect: Expectation,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GivenSubnetGroup {
    #[serde(default)]
    subnets: Option<Vec<String>>,
    #[serde(default)]
    vpc: Option<String>,
    #[serde(default)]
    is_multi_az: bool,
    #[serde(default)]
    groups: Option<Vec<String>>,
    #[serde(default)]
    has_public_ipv4: Option<bool>,
    #[serde(default)]
    has_public_ipv6: Option<bool>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Expectation {
    /// The line.
    pub(crate) line: String,
    /// The facts that are missing, in words, if the line does not have all of them.
    #[serde(default)]
    pub(crate) gaps: Option<Vec<String>>,
    /// The closures of all ways, in words.
    #[serde(default)]
    pub(crate) closures: Option<Vec<String>>,
    /// The group that is open to exactly the world, `no`, or the id and reason.
    #[serde(default)]
    pub(crate) exactly_the_world: Option<String>,
}

/// Returns the facts of the ordinary network and the cases of a file.
pub(crate) fn read_cases(file: &Path) -> Result<(Map<String, Value>, Vec<Case>)> {
    let ordinary = serde_json::from_str(&std::fs::read_to_string(file.with_file_name("ordinary.json"))?)?;
    Ok((ordinary, serde_json::from_str(&std::fs::read_to_string(file)?)?))
}

impl Case {
    /// Returns the facts of the ordinary network with the differences of the case. A text is JSON itself, for what [`Value`]
    /// cannot hold: members that are given twice.
    pub(crate) fn all_facts(&self, ordinary: &Map<String, Value>) -> Result<Facts> {
        let given = ordinary.iter().chain(&self.facts).map(|(name, value)| {
            let fact = match value {
                Value::String(text) => serde_json::from_str(text)?,
                value => serde_json::from_value(value.clone())?,
            };
            Ok((name.clone(), fact))
        });
        Ok(Facts { given: given.collect::<Result<_>>()? })
    }

    /// Returns the instance, the network and the result.
    pub(crate) fn evaluate(&self, facts: &Facts) -> Result<(Instance, Network, Reachability)> {
        let network = facts.network()?;
        let instance = if let Some(group) = &self.subnet_group {
            Instance::SubnetGroup(subnet_group(group.clone()))
        } else {
            let addresses = self.addresses.clone().unwrap_or_else(|| vec![Ipv4Addr::new(10, 0, 1, 10)]);
            let interfaces: Listing<Interface> =
                facts.listing("describe-network-interfaces", "AWS::EC2::NetworkInterface")?;
            Instance::Interfaces(read::with_addresses(&interfaces, &addresses, Some("vpc-1")))
        };
        let result = evaluate(&instance, &network);
        Ok((instance, network, result))
    }

    /// Returns the pairs of an actual and an expected text that differ.
    pub(crate) fn differences(&self, ordinary: &Map<String, Value>) -> Result<Vec<(String, String)>> {
        let (instance, network, result) = self.evaluate(&self.all_facts(ordinary)?)?;
        let expect = self.expect.clone();
        let (gaps, closures) = match &result.state {
            State::Open(opening) => (words(&opening.gaps), Vec::new()),
            State::Closed(closures) => (Vec::new(), words(closures)),
            State::Unknown(gaps) => (words(gaps), Vec::new()),
        };
        let mut pairs = vec![(result.to_string(), expect.line)];
        if pairs.iter().any(|(line, _)| line.chars().count() > 120) {
            return Err("a line of more than 120 characters".into());
        }
        pairs.extend(expect.gaps.map(|expected| (gaps.join(" | "), expected.join(" | "))));
        pairs.extend(expect.closures.map(|expected| (closures.join(" | "), expected.join(" | "))));
        if let Some(expected) = expect.exactly_the_world {
            let groups = match &instance {
                Instance::Interfaces(interfaces) => {
                    interfaces.items.first().and_then(|one| one.groups.clone().ok())
                }
                Instance::SubnetGroup(group) => group.groups.clone().ok(),
            };
            let groups = groups.unwrap_or_default();
            let actual = match open_to_exactly_the_world(&groups, &network.security_groups) {
                Ok(Some(id)) => id.to_owned(),
                Ok(None) => "no".to_owned(),
                Err((id, reason)) => format!("{id} {reason}"),
            };
            pairs.push((actual, expected));
        }
        Ok(pairs.into_iter().filter(|(actual, expected)| actual != expected).collect())
    }
}

fn words<T: ToString>(all: &[T]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}

fn subnet_group(given: GivenSubnetGroup) -> SubnetGroup {
    fn known<T>(given: Option<T>) -> std::result::Result<T, Unread> {
        given.ok_or_else(Unread::not_recorded)
    }
    SubnetGroup {
        subnets: known(given.subnets),
        vpc: given.vpc,
        is_multi_az: given.is_multi_az,
        groups: known(given.groups),
        has_public_ipv4: known(given.has_public_ipv4),
        has_public_ipv6: known(given.has_public_ipv6),
        captured: None,
    }
}

/// The facts of a case, by command or recorded type.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) given: BTreeMap<String, Json>,
}

impl Facts {
    fn json(&self, name: &str) -> Option<&Json> {
        self.given.get(name).filter(|value| **value != Json::Null)
    }

    /// Returns the resources of the response, or those that AWS Config recorded if there is no response.
    fn listing<T: Resource>(&self, command: &str, recorded_type: &str) -> Result<Listing<T>> {
        if let Some(document) = self.json(command) {
            return Ok(read::response(document, None));
        }
        match self.json(recorded_type) {
            Some(Json::List(configurations)) => {
                let records = configurations.iter().map(|one| (one, None::<DateTime<Utc>>));
                Ok(read::records(records, None))
            }
            Some(_) => Err(format!("{recorded_type} is no list").into()),
            None => Ok(Listing::default()),
        }
    }

    fn network(&self) -> Result<Network> {
        let mut prefix_lists = self.listing("describe-managed-prefix-lists", "AWS::EC2::PrefixList")?;
        if let Some(Json::Object(entries)) = self.json("get-managed-prefix-list-entries") {
            for (id, document) in entries {
                prefix_lists = read::with_entries(prefix_lists, id, document);
            }
        }
        let options = self.json("describe-vpc-block-public-access-options");
        let recorded = self.json("AWS::EC2::VPCBlockPublicAccessOptions");
        Ok(Network {
            security_groups: self.listing("describe-security-groups", "AWS::EC2::SecurityGroup")?,
            prefix_lists,
            network_acls: self.listing("describe-network-acls", "AWS::EC2::NetworkAcl")?,
            route_tables: self.listing("describe-route-tables", "AWS::EC2::RouteTable")?,
            internet_gateways: self.listing("describe-internet-gateways", "AWS::EC2::InternetGateway")?,
            vpcs: self.listing("describe-vpcs", "AWS::EC2::VPC")?,
            subnets: self.listing("describe-subnets", "AWS::EC2::Subnet")?,
            block_public_access: match options.or(recorded) {
                Some(document) => read::block_public_access(document, None),
                None => Err(Unread::not_recorded()),
            },
            exclusions: self.listing(
                "describe-vpc-block-public-access-exclusions",
                "AWS::EC2::VPCBlockPublicAccessExclusion",
            )?,
        })
    }
}
