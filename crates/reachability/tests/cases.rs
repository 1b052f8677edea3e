//! The cases under `tests/reachability`: a test for each file, which is a list of networks with the expected words.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::net::Ipv4Addr;
use std::path::Path;

use chrono::{DateTime, Utc};
use datatest_stable::Result;
use reachability::read::{self, Resource};
use reachability::{
    Instance, Interface, Listing, Network, State, SubnetGroup, Unread, evaluate, open_to_exactly_the_world,
};
use rule_core::Json;
use serde::Deserialize;
use serde_json::{Map, Value};

// `ordinary.json` holds the facts of the network that every case differs from.
datatest_stable::harness! {
    { test = every_case_has_its_words, root = "../../tests/reachability", pattern = r"^(?!.*ordinary\.json$).*\.json$" },
}

/// An instance in a network, and the expected result.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Case {
    description: String,
    /// The private addresses by which its interfaces are found; those of the ordinary network if it is not given.
    #[serde(default)]
    addresses: Option<Vec<Ipv4Addr>>,
    /// The instance, if its interfaces are not known.
    #[serde(default)]
    subnet_group: Option<GivenSubnetGroup>,
    /// Responses by the command of the AWS CLI, and `configuration`s by the type in AWS Config, in which the case differs
    /// from the ordinary network; null is a fact that is not known.
    #[serde(default)]
    facts: Map<String, Value>,
    expect: Expectation,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct GivenSubnetGroup {
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

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Expectation {
    /// The line.
    line: String,
    /// The facts that are missing, in words, if the line does not have all of them.
    #[serde(default)]
    gaps: Option<Vec<String>>,
    /// The closures of all ways, in words.
    #[serde(default)]
    closures: Option<Vec<String>>,
    /// The group that is open to exactly the world, `no`, or the id and reason.
    #[serde(default)]
    exactly_the_world: Option<String>,
}

fn every_case_has_its_words(file: &Path) -> Result<()> {
    let text = std::fs::read_to_string(file.with_file_name("ordinary.json"))?;
    let ordinary: Map<String, Value> = serde_json::from_str(&text)?;
    let cases: Vec<Case> = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    let mut wrong = String::new();
    for case in cases {
        let description = case.description.clone();
        for (actual, expected) in
            compare(&ordinary, case).map_err(|error| format!("{description}: {error}"))?
        {
            if actual != expected {
                write!(wrong, "\n{description}\n  is       {actual}\n  expected {expected}")?;
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Box::new(WrongCases(wrong))) }
}

/// The cases of a file whose result is not the expected one. The harness prints its `Debug` form.
struct WrongCases(String);

impl fmt::Debug for WrongCases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for WrongCases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WrongCases {}

/// Returns pairs of an actual and an expected text.
fn compare(ordinary: &Map<String, Value>, case: Case) -> Result<Vec<(String, String)>> {
    let mut facts = Facts { given: ordinary.clone() };
    facts.given.extend(case.facts);
    let network = facts.network()?;
    let instance = if let Some(group) = case.subnet_group {
        Instance::SubnetGroup(subnet_group(group))
    } else {
        let addresses = case.addresses.unwrap_or_else(|| vec![Ipv4Addr::new(10, 0, 1, 10)]);
        let interfaces: Listing<Interface> =
            facts.listing("describe-network-interfaces", "AWS::EC2::NetworkInterface")?;
        Instance::Interfaces(read::with_addresses(interfaces, &addresses, Some("vpc-1")))
    };
    let result = evaluate(&instance, &network);
    let (gaps, closures) = match &result.state {
        State::Open(opening) => (words(&opening.gaps), Vec::new()),
        State::Closed(closures) => (Vec::new(), words(closures)),
        State::Unknown(gaps) => (words(gaps), Vec::new()),
    };
    let mut pairs = vec![(result.to_string(), case.expect.line)];
    if pairs.iter().any(|(line, _)| line.chars().count() > 120) {
        return Err("a line of more than 120 characters".into());
    }
    pairs.extend(case.expect.gaps.map(|expected| (gaps.join(" | "), expected.join(" | "))));
    pairs.extend(case.expect.closures.map(|expected| (closures.join(" | "), expected.join(" | "))));
    if let Some(expected) = case.expect.exactly_the_world {
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
    Ok(pairs)
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

/// The facts of a case.
struct Facts {
    given: Map<String, Value>,
}

impl Facts {
    /// Returns a fact; a text is JSON itself, for what [`Value`] cannot hold: members that are given twice.
    fn json(&self, name: &str) -> Result<Option<Json>> {
        match self.given.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(serde_json::from_str(text)?)),
            Some(value) => Ok(Some(serde_json::from_value(value.clone())?)),
        }
    }

    /// Returns the resources of the response, or those that AWS Config recorded if there is no response.
    fn listing<T: Resource>(&self, command: &str, recorded_type: &str) -> Result<Listing<T>> {
        if let Some(document) = self.json(command)? {
            return Ok(read::response(&document, None));
        }
        match self.json(recorded_type)? {
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
        let entries = self.given.get("get-managed-prefix-list-entries").cloned().unwrap_or_default();
        let entries: BTreeMap<String, Json> = serde_json::from_value(entries).unwrap_or_default();
        for (id, document) in &entries {
            prefix_lists = read::with_entries(prefix_lists, id, document);
        }
        let options = self.json("describe-vpc-block-public-access-options")?;
        let recorded = self.json("AWS::EC2::VPCBlockPublicAccessOptions")?;
        Ok(Network {
            security_groups: self.listing("describe-security-groups", "AWS::EC2::SecurityGroup")?,
            prefix_lists,
            network_acls: self.listing("describe-network-acls", "AWS::EC2::NetworkAcl")?,
            route_tables: self.listing("describe-route-tables", "AWS::EC2::RouteTable")?,
            internet_gateways: self.listing("describe-internet-gateways", "AWS::EC2::InternetGateway")?,
            vpcs: self.listing("describe-vpcs", "AWS::EC2::VPC")?,
            subnets: self.listing("describe-subnets", "AWS::EC2::Subnet")?,
            block_public_access: match options.or(recorded) {
                Some(document) => read::block_public_access(&document, None),
                None => Err(Unread::not_recorded()),
            },
            exclusions: self.listing(
                "describe-vpc-block-public-access-exclusions",
                "AWS::EC2::VPCBlockPublicAccessExclusion",
            )?,
        })
    }
}
