//! What the accounts hold.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::dms::KINDS;
use crate::policy::Policy;
use crate::signature::Signed;

/// One account in one Region.
#[derive(Clone, Debug)]
pub struct Account {
    /// What exists in DMS.
    pub dms: Fleet,
    /// The KMS keys of this Region.
    pub kms_keys: Vec<KmsKey>,
    /// What the recorder knows.
    pub discovered_resources: Vec<DiscoveredResource>,
    /// Whether there is a recorder.
    pub recorder: bool,
    /// Configuration items in the shape of the API; `configuration` may be an object, a time may be text.
    pub history: Vec<Value>,
    /// The most ARNs that one ListTagsForResource takes.
    pub tag_list_maximum: Option<usize>,
    /// Roles that may be assumed, by name with its path; of the account, whatever the Region.
    pub role_names: BTreeSet<String>,
    /// What the role may do with which calls to this account are signed; none: everything.
    pub policy: Option<Policy>,
    /// Aggregators of AWS Config, by name.
    pub aggregators: BTreeMap<String, Aggregator>,
    results: BTreeMap<String, BTreeMap<(String, String), EvaluationResult>>,
    tokens: BTreeMap<String, String>,
    /// Where in `dms` each resource is, by its ARN: made at the first question after a change.
    by_arn: OnceLock<HashMap<String, (&'static str, usize)>>,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            dms: Fleet::new(),
            kms_keys: Vec::new(),
            discovered_resources: Vec::new(),
            recorder: true,
            history: Vec::new(),
            tag_list_maximum: None,
            role_names: BTreeSet::new(),
            policy: None,
            aggregators: BTreeMap::new(),
            results: BTreeMap::new(),
            tokens: BTreeMap::new(),
            by_arn: OnceLock::new(),
        }
    }
}

/// An aggregator of AWS Config.
#[derive(Clone, Debug, Default)]
pub struct Aggregator {
    /// What a query gives: items as text.
    pub results: Vec<String>,
    /// Account, Region and LastUpdateStatus of its sources.
    pub sources: Vec<(String, String, String)>,
}

/// DMS resources by the list of the API that holds them, such as `ReplicationInstances`; as the API would answer them,
/// or not: a test leaves out what it likes. A member `TagList` holds the tags and is not sent with them.
pub type Fleet = BTreeMap<String, Vec<Value>>;

/// A key.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct KmsKey {
    /// Its ARN.
    pub arn: String,
    /// CUSTOMER or AWS.
    pub key_manager: String,
    /// Their names, such as `alias/dms`.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// A resource in the recorder's inventory.
#[derive(Clone, Debug)]
pub struct DiscoveredResource {
    /// For example `AWS::DMS::ReplicationInstance`.
    pub resource_type: String,
    /// The recorder's id.
    pub resource_id: String,
    /// The resource's name, if it has one.
    pub resource_name: Option<String>,
}

/// A result as AWS Config shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluationResult {
    /// Of which type the resource is.
    pub resource_type: String,
    /// Its id.
    pub resource_id: String,
    /// COMPLIANT, NON_COMPLIANT or NOT_APPLICABLE.
    pub compliance_type: String,
    /// Why.
    pub annotation: Option<String>,
    /// Orders the results of one resource.
    pub ordering_timestamp: DateTime<Utc>,
}

/// An evaluation that AWS Config took.
#[derive(Clone, Debug)]
pub struct AcceptedEvaluation {
    /// The account that signed.
    pub account_id: String,
    /// The Region that was asked.
    pub region: String,
    /// The rule of the token; none in test mode.
    pub rule: Option<String>,
    /// Validated, not stored.
    pub test_mode: bool,
    /// What was put.
    pub result: EvaluationResult,
    /// The request, as an index into [`calls`](crate::LocalAws::calls).
    pub call: usize,
}

/// A request to AWS.
#[derive(Clone, Debug)]
pub struct Call {
    /// config, dms or sts.
    pub service: &'static str,
    /// For example `PutEvaluations`.
    pub operation: String,
    /// The account that signed; empty if the signature was refused.
    pub account_id: String,
    /// The Region that was asked; empty if the signature was refused.
    pub region: String,
    /// The body.
    pub request: Value,
    /// None: the connection was dropped.
    pub status: Option<u16>,
    /// AWS's code, if it failed.
    pub error_code: Option<String>,
    /// In the answer's header.
    pub request_id: String,
    /// Which TCP connection it came on.
    pub connection: u64,
    /// Until the answer was ready.
    pub duration: Duration,
}

impl Account {
    /// Makes `token` one that binds evaluations to `rule`, which exists from now on.
    pub fn expect_token(&mut self, rule: &str, token: &str) {
        self.results.entry(rule.to_owned()).or_default();
        self.tokens.insert(token.to_owned(), rule.to_owned());
    }

    /// What AWS Config shows for `rule`, by type and id.
    #[must_use]
    pub fn results(&self, rule: &str) -> Vec<EvaluationResult> {
        self.results.get(rule).map(|results| results.values().cloned().collect()).unwrap_or_default()
    }

    /// The resource of DMS that has this ARN there; the first of several.
    pub(crate) fn dms_resource(&self, arn: &str, place: &Signed) -> Option<&Value> {
        let by_arn = self.by_arn.get_or_init(|| {
            let mut by_arn = HashMap::new();
            for kind in &KINDS {
                for (index, resource) in self.dms.get(kind.list).into_iter().flatten().enumerate() {
                    if let Some(arn) = kind.arn_of(resource, &place.account_id, &place.region) {
                        by_arn.entry(arn).or_insert((kind.list, index));
                    }
                }
            }
            by_arn
        });
        let (list, index) = by_arn.get(arn)?;
        self.dms.get(*list)?.get(*index)
    }

    /// What was made of its content no longer holds.
    pub(crate) fn changed(&mut self) {
        self.by_arn = OnceLock::new();
    }

    /// Stores a result, unless a later one is held.
    pub fn hold_result(&mut self, rule: &str, result: EvaluationResult) {
        let held = self.results.entry(rule.to_owned()).or_default();
        let key = (result.resource_type.clone(), result.resource_id.clone());
        if held.get(&key).is_none_or(|held| held.ordering_timestamp <= result.ordering_timestamp) {
            held.insert(key, result);
        }
    }

    pub(crate) fn held(&self, rule: &str) -> impl Iterator<Item = &EvaluationResult> {
        self.results.get(rule).into_iter().flat_map(BTreeMap::values)
    }

    pub(crate) fn rule_exists(&self, rule: &str) -> bool {
        self.results.contains_key(rule)
    }

    pub(crate) fn rule_of_token(&self, token: &str) -> Option<&String> {
        self.tokens.get(token)
    }
}

/// Reads the DMS resources of a file: the output of an `aws dms describe-...`, several of them in one object, or a
/// bare list of instances.
///
/// # Errors
/// What the text is instead.
pub fn parse_fleet(text: &str) -> Result<Fleet, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))?;
    let lists = match value {
        Value::Object(members) => members,
        list => Map::from_iter([("ReplicationInstances".to_owned(), list)]),
    };
    let mut fleet = Fleet::new();
    for (name, list) in lists {
        let known = KINDS.iter().any(|kind| kind.list == name);
        match list {
            Value::Array(resources) if known && resources.iter().all(Value::is_object) => {
                fleet.insert(name, resources);
            }
            _ if known => return Err(format!("{name} is no list of objects")),
            _ => {} // a marker, or what another service says
        }
    }
    if fleet.is_empty() {
        return Err("neither the output of an `aws dms describe-...` nor a list of instances".to_owned());
    }
    Ok(fleet)
}

/// The KMS keys that such a file may hold in `KmsKeys`: `[{"Arn": "...", "KeyManager": "CUSTOMER", "Aliases": ["alias/..."]}]`.
///
/// # Errors
/// What stands there instead.
pub fn parse_keys(text: &str) -> Result<Vec<KmsKey>, String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct File {
        #[serde(default)]
        kms_keys: Vec<KmsKey>,
    }
    if text.trim_start().starts_with('[') {
        return Ok(Vec::new()); // a bare list of instances
    }
    serde_json::from_str(text).map(|File { kms_keys }| kms_keys).map_err(|error| format!("KmsKeys: {error}"))
}

/// What the recorder would know of them, by their ARNs.
#[must_use]
pub fn discovered(fleet: &Fleet, account_id: &str, region: &str) -> Vec<DiscoveredResource> {
    KINDS
        .iter()
        .filter(|kind| kind.resource_type != "AWS::DMS::InstanceProfile")
        .flat_map(|kind| fleet.get(kind.list).into_iter().flatten().map(move |resource| (kind, resource)))
        .filter_map(|(kind, resource)| {
            Some(DiscoveredResource {
                resource_type: kind.resource_type.to_owned(),
                resource_id: kind.arn_of(resource, account_id, region)?,
                resource_name: resource.get(kind.identifier).and_then(Value::as_str).map(str::to_owned),
            })
        })
        .collect()
}

/// The properties that the recorder keeps of an instance.
const RECORDED: [&str; 12] = [
    "AllocatedStorage",
    "AutoMinorVersionUpgrade",
    "AvailabilityZone",
    "EngineVersion",
    "KmsKeyId",
    "MultiAZ",
    "NetworkType",
    "PreferredMaintenanceWindow",
    "PubliclyAccessible",
    "ReplicationInstanceClass",
    "ReplicationInstanceIdentifier",
    "DnsNameServers",
];

/// What the recorder may leave out.
const NOT_RECORDED: [&str; 3] = ["TagList", "ReplicationTaskSettings", "ValidToDate"];

/// What the recorder would hold of a DMS resource, in the shape of the API: IP lists as text, the ARN as id. A type
/// that is not known gives an item without a name.
#[must_use]
pub fn configuration_item_of(
    resource_type: &str,
    instance: &Value,
    account_id: &str,
    region: &str,
    captured: DateTime<Utc>,
) -> Value {
    let text = |name: &str| instance.get(name).and_then(Value::as_str).unwrap_or_default();
    let kind = KINDS.iter().find(|kind| kind.resource_type == resource_type);
    let arn = kind.and_then(|kind| kind.arn_of(instance, account_id, region)).unwrap_or_default();
    let mut configuration = Map::new();
    configuration.insert("Id".to_owned(), arn.as_str().into());
    for (name, value) in instance.as_object().into_iter().flatten() {
        let recorded = if resource_type == "AWS::DMS::ReplicationInstance" {
            RECORDED.contains(&name.as_str())
        } else {
            !NOT_RECORDED.contains(&name.as_str())
        };
        if recorded {
            configuration.insert(name.clone(), value.clone());
        }
    }
    for name in ["ReplicationInstancePublicIpAddresses", "ReplicationInstancePrivateIpAddresses"] {
        if let Some(addresses) = instance.get(name).and_then(Value::as_array) {
            let addresses: Vec<&str> = addresses.iter().filter_map(Value::as_str).collect();
            configuration.insert(name.to_owned(), addresses.join(",").into());
        }
    }
    let tags: Map<String, Value> = instance
        .get("TagList")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|tag| Some((tag.get("Key")?.as_str()?.to_owned(), tag.get("Value")?.clone())))
        .collect();
    json!({
        "version": "1.3",
        "accountId": account_id,
        "configurationItemCaptureTime": epoch_seconds(captured),
        "configurationItemStatus": "OK",
        "configurationStateId": captured.timestamp_millis().to_string(),
        "configurationItemMD5Hash": "",
        "arn": arn,
        "resourceType": resource_type,
        "resourceId": arn,
        "resourceName": text(kind.map(|kind| kind.identifier).unwrap_or_default()),
        "awsRegion": region,
        "tags": tags,
        "relatedEvents": [],
        "relationships": [],
        "configuration": Value::Object(configuration).to_string(),
        "supplementaryConfiguration": {},
    })
}

/// A time as AWS JSON 1.1 writes it.
#[expect(clippy::cast_precision_loss, reason = "milliseconds of this epoch fit in 53 bits")]
pub(crate) fn epoch_seconds(time: DateTime<Utc>) -> f64 {
    time.timestamp_millis() as f64 / 1000.0
}

/// Text that is a time becomes epoch seconds; anything else stays.
pub(crate) fn on_the_wire(value: &Value) -> Value {
    let time = value.as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok());
    time.map_or_else(|| value.clone(), |time| json!(epoch_seconds(time.to_utc())))
}
