//! The facts of a plan from saved output of the AWS CLI, and from items of AWS Config.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

use aws_client::migration::document;
use reachability::Unread;
use reachability::read::Place;
use remediation::formats::shown;
use remediation::{Exposure, Facts, Instance, Network, Task, in_api_shape};
use rule_core::Arn;
use rule_core::text::is_same_name;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::exposure::exposure;
use super::instance_name::{InstanceName, wanted};
use super::records::{maintenance_of, read};
use crate::check::network::Networks;
use crate::tag_list::tags;

/// The lists that a plan reads, by the member of a response that holds each.
const LISTS: [&str; 14] = [
    "ReplicationInstances",
    "ReplicationTasks",
    "Endpoints",
    "OrderableReplicationInstances",
    "EngineVersions",
    "AccountQuotas",
    "PendingMaintenanceActions",
    "EventSubscriptionsList",
    "TagList",
    "RouteTables",
    "VpcEndpoints",
    "MetricAlarms",
    "ReplicationSubnetGroups",
    "Connections",
];

/// The markers of a response that was cut short: another page follows. AWS, its command lines and its SDKs spell them in
/// several ways.
const MARKERS: [&str; 6] = ["Marker", "NextMarker", "NextToken", "StartingToken", "IsTruncated", "Truncated"];

/// The other members of the responses that have these lists, and of a file that AWS Config delivers (output of each operation in
/// the API models of DMS, EC2, CloudWatch and AWS Config), with the one that the SDK for Python adds.
const COMPANIONS: [&str; 6] = [
    "UniqueAccountIdentifier",
    "CompositeAlarms",
    "QueryInfo",
    "fileVersion",
    "configSnapshotId",
    "ResponseMetadata",
];

/// The lists of items of AWS Config, by the member of a response that holds each: those of `get-resource-config-history`,
/// `batch-get-resource-config`, `batch-get-aggregate-resource-config`, and of both queries (API model of AWS Config).
const ITEMS: [&str; 4] =
    ["configurationItems", "baseConfigurationItems", "BaseConfigurationItems", "Results"];

/// The members of a response that name what was requested and is not in it (API model of AWS Config).
const UNANSWERED: [&str; 2] = ["unprocessedResourceKeys", "UnprocessedResourceIdentifiers"];

/// The lists whose entries have a name that is unique in all Regions and files, with the members that are it: two entries of
/// one name are one, or a contradiction. A tag has the ARN of its resource if tags of several were requested.
const NAMES: [(&str, [&str; 2]); 4] = [
    ("ReplicationInstances", ["ReplicationInstanceArn", ""]),
    ("ReplicationTasks", ["ReplicationTaskArn", ""]),
    ("Endpoints", ["EndpointArn", ""]),
    ("TagList", ["Key", "ResourceArn"]),
];

/// The saved responses: each list, from all files that have it.
#[derive(Debug, Default)]
pub(crate) struct Saved {
    lists: BTreeMap<&'static str, Vec<Value>>,
    networks: Networks,
    /// True if any file is about a network.
    has_networks: bool,
}

impl Saved {
    /// Reads files and the `.json` files of folders.
    ///
    /// # Errors
    /// Returns a message if a path cannot be read, a file is no JSON, gives a member twice, holds none of the lists, or
    /// was cut short.
    pub(crate) fn read(paths: &[PathBuf]) -> Result<Self, Box<dyn Error>> {
        let mut saved = Self::default();
        for path in paths {
            for file in files(path)? {
                saved.add(&file).map_err(|error| format!("{}: {error}", file.display()))?;
            }
        }
        Ok(saved)
    }

    fn add(&mut self, file: &Path) -> Result<(), String> {
        let text = std::fs::read(file).map_err(|error| error.to_string())?;
        let json = serde_json::from_slice(&text).map_err(|error| format!("not JSON: {error}"))?;
        let added = self.networks.add_response(&json, file.to_str().unwrap_or_default());
        let document = document(json)?;
        let mut found = false;
        for list in LISTS {
            let Some(value) = document.get(list) else { continue };
            let Value::Array(entries) = value else { return Err(format!("{list} is no list")) };
            if list == "TagList" && self.lists.contains_key(list) {
                return Err("a second list of tags: give the tags of the instance alone".to_owned());
            }
            found = true;
            self.add_entries(list, entries)?;
        }
        found |= self.add_items(&document)?;
        if found {
            check_members(&document)?;
        }
        let words =
            |reasons: Vec<Unread>| reasons.iter().map(Unread::to_string).collect::<Vec<_>>().join("; ");
        let is_network = added.map_err(words)?;
        self.has_networks |= is_network;
        if !found && !is_network {
            return Err(format!("none of the lists that a plan reads: {}", LISTS.join(", ")));
        }
        Ok(())
    }

    /// Adds the entries of a list, each once.
    ///
    /// # Errors
    /// Returns a message if an entry differs from another one of the same name: it cannot be known which one is right.
    fn add_entries(&mut self, list: &'static str, entries: &[Value]) -> Result<(), String> {
        let known = self.lists.entry(list).or_default();
        let Some((_, members)) = NAMES.iter().find(|(name, _)| *name == list) else {
            known.extend(entries.iter().cloned());
            return Ok(());
        };
        for entry in entries {
            let [named, _] = name(entry, members);
            let is_it = |other: &&Value| name(other, members) == name(entry, members);
            let other = named.and_then(|_| known.iter().find(is_it));
            match (other, named) {
                (Some(other), _) if other == entry => {}
                (Some(_), Some(named)) => {
                    return Err(format!("{list} has {named} twice, and the two differ: save one response"));
                }
                _ => known.push(entry.clone()),
            }
        }
        Ok(())
    }

    /// Adds the items of AWS Config that a document holds. Returns false if it has items and none that a plan reads. An
    /// empty list adds nothing: it does not say what was requested.
    fn add_items(&mut self, saved: &Value) -> Result<bool, String> {
        let lists: Vec<&Vec<Value>> = ITEMS.iter().filter_map(|list| saved.get(*list)?.as_array()).collect();
        let mut found = !lists.is_empty() && lists.iter().all(|list| list.is_empty());
        for item in lists.into_iter().flatten() {
            let item = parsed(item)?;
            let is_network = self.networks.add_item(item.to_string().as_bytes())?;
            self.has_networks |= is_network;
            found |= is_network;
            let list = match item.get("resourceType").and_then(Value::as_str) {
                Some("AWS::EC2::RouteTable") => "RouteTables",
                Some("AWS::EC2::VPCEndpoint") => "VpcEndpoints",
                _ => continue,
            };
            let configuration = item.get("configuration").map(parsed).transpose()?.unwrap_or_default();
            self.lists.entry(list).or_default().push(in_api_shape(&configuration));
            found = true;
        }
        Ok(found)
    }

    /// Returns true if any file is about a network.
    pub(crate) fn has_networks(&self) -> bool {
        self.has_networks
    }

    /// Returns the part of the Internet that reaches an instance; `None` if no file describes a network. `described` are the
    /// instances as DMS describes them.
    pub(crate) fn exposure(
        &self,
        instance: &Instance,
        region: &str,
        described: &[Value],
    ) -> Option<Exposure> {
        if !self.has_networks {
            return None;
        }
        let account = Arn::parse(instance.arn()).map(|arn| arn.account_id.to_owned());
        let place = Place { account, region: Some(region.to_owned()) };
        exposure(instance, described, |description| self.networks.reachability(place, description))
    }

    fn list(&self, name: &str) -> Option<Vec<Value>> {
        self.lists.get(name).cloned()
    }

    fn typed<T: DeserializeOwned>(&self, name: &str) -> Result<Option<Vec<T>>, Box<dyn Error>> {
        let read = self.list(name).map(read).transpose();
        read.map_err(|error| format!("{name}: {error}").into())
    }

    /// Returns the network.
    pub(crate) fn network(&self) -> Network {
        Network { route_tables: self.list("RouteTables"), vpc_endpoints: self.list("VpcEndpoints") }
    }

    /// Returns the alarms.
    pub(crate) fn alarms(&self) -> Option<Vec<Value>> {
        self.list("MetricAlarms")
    }

    /// Returns the resource with an ARN; `None` for a kind of which the fix of a rule needs no description.
    ///
    /// # Errors
    /// Returns a message if no file has it.
    pub(crate) fn resource(&self, arn: &str, word: &str) -> Result<Option<Value>, Box<dyn Error>> {
        let (list, member) = match word {
            "rep" => ("ReplicationInstances", "ReplicationInstanceArn"),
            "endpoint" => ("Endpoints", "EndpointArn"),
            "task" => ("ReplicationTasks", "ReplicationTaskArn"),
            _ => return Ok(None),
        };
        let is_it = |value: &&Value| value.get(member).and_then(Value::as_str) == Some(arn);
        let found = self.lists.get(list).into_iter().flatten().find(is_it);
        found.cloned().map(Some).ok_or_else(|| format!("no file has {arn} in {list}").into())
    }

    /// Returns the facts of the instance, or of every public one, each with its Region.
    ///
    /// # Errors
    /// Returns a message if the instance is not among them, or a list is not readable.
    pub(crate) fn facts(
        &self,
        name: Option<&InstanceName>,
        region: Option<&str>,
    ) -> Result<Vec<(String, Facts)>, Box<dyn Error>> {
        let instances: Vec<Instance> = self
            .typed("ReplicationInstances")?
            .ok_or("no file has ReplicationInstances: save aws dms describe-replication-instances")?;
        let wanted = wanted(name, &instances)?;
        if let (Some(name), []) = (name, wanted.as_slice()) {
            let names: Vec<&str> = instances.iter().map(Instance::identifier).take(10).collect();
            return Err(
                format!("no file has the instance {}; they have: {}", name.text(), names.join(", ")).into()
            );
        }
        let tasks: Option<Vec<Task>> = self.typed("ReplicationTasks")?;
        let described = self.list("ReplicationInstances").unwrap_or_default();
        let mut all = Vec::new();
        for instance in wanted {
            let found = remediation::region(instance.arn());
            let region = region.or(found).ok_or("the Region is not known: name it with --region")?;
            if found.is_some_and(|found| found != region) {
                return Err(format!("the instance is not in {region}: its ARN is {}", instance.arn()).into());
            }
            let tag_list = self.list("TagList").and_then(|list| tags_of(&list, instance));
            let in_region = |other: &&Instance| remediation::region(other.arn()) == Some(region);
            let same_region: Vec<Instance> = instances.iter().filter(in_region).cloned().collect();
            let facts = Facts {
                instance: instance.clone(),
                tags: tag_list.as_deref().and_then(tags),
                instances: Some(same_region),
                namesake_tags: None,
                tasks: tasks.clone(),
                endpoints: self.list("Endpoints"),
                orderable: self.typed("OrderableReplicationInstances")?,
                engine_versions: self.typed("EngineVersions")?,
                quotas: self.typed("AccountQuotas")?,
                maintenance: self.list("PendingMaintenanceActions").map(|all| maintenance_of(instance, &all)),
                subscriptions: self.list("EventSubscriptionsList"),
                alarms: self.alarms(),
                network: self.network(),
                exposure: self.exposure(instance, region, &described),
            };
            all.push((region.to_owned(), facts));
        }
        Ok(all)
    }
}

fn name<'a>(entry: &'a Value, members: &[&str; 2]) -> [Option<&'a str>; 2] {
    members.map(|member| entry.get(member)?.as_str())
}

/// Checks that a document has no member but those of the responses that a plan reads: another one may say that more
/// follows, or be a list under a name that is not read.
///
/// # Errors
/// Returns a message with the member.
fn check_members(document: &Value) -> Result<(), String> {
    let members = document.as_object().into_iter().flatten();
    for (name, value) in members.filter(|(_, value)| !value.is_null()) {
        let lists = [LISTS.as_slice(), &COMPANIONS, &ITEMS];
        let is_known = lists.iter().any(|names| names.contains(&name.as_str()));
        if is_marker(name) || UNANSWERED.contains(&name.as_str()) {
            if is_set(value) {
                return Err(format!(
                    "cut short: it has {name}, so another page follows or something is missing; save the whole response"
                ));
            }
        } else if !is_known {
            return Err(format!(
                "{} is no member of a response that a plan reads: save the response as the AWS CLI prints it",
                shown(name)
            ));
        }
    }
    Ok(())
}

/// Returns true for the name of a marker, in whatever spelling.
fn is_marker(name: &str) -> bool {
    MARKERS.iter().any(|marker| is_same_name(marker, name))
}

/// Returns true unless a marker says that nothing follows.
fn is_set(marker: &Value) -> bool {
    match marker {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(entries) => !entries.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Bool(true) | Value::Number(_) => true,
    }
}

/// Returns a value, or the JSON that its text is: AWS Config writes items and configurations as text.
fn parsed(value: &Value) -> Result<Value, String> {
    match value {
        Value::String(text) => {
            let json = serde_json::from_str(text).map_err(|error| format!("an item is not JSON: {error}"))?;
            document(json)
        }
        value => Ok(value.clone()),
    }
}

/// Returns the tags of an instance; `None` if they are not known. Tags without an ARN are those of the one resource that was
/// requested. Of several, one that has no tag is not in the response, as one that was not requested.
fn tags_of(tags: &[Value], instance: &Instance) -> Option<Vec<Value>> {
    let arn = |tag: &Value| tag.get("ResourceArn").and_then(Value::as_str).map(str::to_owned);
    let (named, unnamed): (Vec<&Value>, Vec<&Value>) = tags.iter().partition(|tag| arn(tag).is_some());
    if named.is_empty() {
        return Some(tags.to_vec());
    }
    let own = named.into_iter().filter(|tag| arn(tag).as_deref() == Some(instance.arn())).cloned();
    let own: Vec<Value> = own.collect();
    (unnamed.is_empty() && !own.is_empty()).then_some(own)
}

/// Returns a file, or the `.json` files of a folder in their order.
fn files(path: &Path) -> Result<Vec<PathBuf>, String> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries =
        std::fs::read_dir(path).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    let mut files: Vec<PathBuf> = entries.map_err(|error| format!("{}: {error}", path.display()))?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    if files.is_empty() {
        return Err(format!("{}: no .json file is in the folder", path.display()));
    }
    Ok(files)
}
