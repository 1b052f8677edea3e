//! The content of one account in one Region.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::fleet::{Fleet, KmsKey};
use crate::kinds::KINDS;
use crate::policy::Policy;
use crate::recorder::{DeletedResource, DiscoveredResource};
use crate::security_hub::SecurityHub;
use crate::signature::Caller;
use crate::simulation::Simulation;

/// One account in one Region.
#[derive(Clone, Debug)]
pub struct Account {
    /// The resources of DMS.
    pub dms: Fleet,
    /// The settings of the simulated DMS.
    pub simulation: Simulation,
    /// The KMS keys of this Region.
    pub kms_keys: Vec<KmsKey>,
    /// The recorder's inventory.
    pub discovered_resources: Vec<DiscoveredResource>,
    /// The deleted resources that the recorder still holds.
    pub deleted_resources: Vec<DeletedResource>,
    /// The most characters of a rule's name in `GetComplianceDetailsByConfigRule`, as in the service model; `None`
    /// for no limit. It is not documented whether AWS enforces the limit: rules have names of up to 128.
    pub rule_name_maximum: Option<usize>,
    /// True if the account has a configuration recorder.
    pub recorder: bool,
    /// The members in which the recorder differs from one that records all types continuously, in the shape of
    /// `ConfigurationRecorder`; null for a member that it lacks.
    pub recorder_settings: Map<String, Value>,
    /// The members in which the recorder's status differs from that of one that works, in the shape of
    /// `ConfigurationRecorderStatus`; null for a member that it lacks.
    pub recorder_status: Map<String, Value>,
    /// The rules, in the shape of `ConfigRule`.
    pub config_rules: Vec<Value>,
    /// The statuses of rules, in the shape of `ConfigRuleEvaluationStatus`; a time may be RFC 3339 text.
    pub rule_statuses: Vec<Value>,
    /// Configuration items in the shape of `GetResourceConfigHistory`; `configuration` may be an object instead of
    /// JSON text, and the capture time may be RFC 3339 text.
    pub history: Vec<Value>,
    /// The most ARNs that one `ListTagsForResource` accepts; `None` for no limit. The DMS API reference states none.
    pub tag_list_maximum: Option<usize>,
    /// The roles that may be assumed, by name with path. A role exists in all Regions of the account.
    pub role_names: BTreeSet<String>,
    /// The policy of the role that signs the calls to this account; `None` allows everything.
    pub policy: Option<Policy>,
    /// The results of `SelectResourceConfig` by the resource type that the expression names: items as JSON text.
    pub recorded: BTreeMap<String, Vec<String>>,
    /// The aggregators of AWS Config, by name.
    pub aggregators: BTreeMap<String, Aggregator>,
    /// Security Hub.
    pub security_hub: SecurityHub,
    /// The result that AWS Config keeps of two of one resource.
    pub precedence: Precedence,
    /// The stored results, by rule and then by type and id of the resource.
    results: BTreeMap<String, BTreeMap<(String, String), EvaluationResult>>,
    /// The rule of each result token.
    tokens: BTreeMap<String, String>,
    /// The list and position of each DMS resource by ARN; built at the first look-up after a change.
    dms_index: OnceLock<HashMap<String, (&'static str, usize)>>,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            dms: Fleet::new(),
            simulation: Simulation::default(),
            kms_keys: Vec::new(),
            discovered_resources: Vec::new(),
            deleted_resources: Vec::new(),
            rule_name_maximum: Some(64),
            recorder: true,
            recorder_settings: Map::new(),
            recorder_status: Map::new(),
            config_rules: Vec::new(),
            rule_statuses: Vec::new(),
            history: Vec::new(),
            tag_list_maximum: None,
            role_names: BTreeSet::new(),
            policy: None,
            recorded: BTreeMap::new(),
            aggregators: BTreeMap::new(),
            security_hub: SecurityHub::default(),
            precedence: Precedence::default(),
            results: BTreeMap::new(),
            tokens: BTreeMap::new(),
            dms_index: OnceLock::new(),
        }
    }
}

/// A reading of the API reference of AWS Config, which does not document the result that stays of two of one resource.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precedence {
    /// The one with the later `OrderingTimestamp`; of equal ones the later call.
    #[default]
    LaterTimestamp,
    /// That of the later call.
    LaterCall,
}

/// An aggregator of AWS Config.
#[derive(Clone, Debug, Default)]
pub struct Aggregator {
    /// The items as JSON text. A query returns those of the types, accounts and descriptions that it names.
    pub results: Vec<String>,
    /// Account, Region and LastUpdateStatus of each source.
    pub sources: Vec<(String, String, String)>,
}

/// The result of an evaluation as AWS Config stores it.
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluationResult {
    /// The type of the resource.
    pub resource_type: String,
    /// The id of the resource.
    pub resource_id: String,
    /// COMPLIANT, NON_COMPLIANT or NOT_APPLICABLE.
    pub compliance_type: String,
    /// The reason for the compliance type.
    pub annotation: Option<String>,
    /// The time that orders the results of one resource.
    pub ordering_timestamp: DateTime<Utc>,
}

impl Account {
    /// Creates `rule` if it does not exist, and a result token of it.
    pub fn expect_token(&mut self, rule: &str, token: &str) {
        self.results.entry(rule.to_owned()).or_default();
        self.tokens.insert(token.to_owned(), rule.to_owned());
    }

    /// Returns the stored results of `rule`, ordered by type and id of the resource.
    #[must_use]
    pub fn results(&self, rule: &str) -> Vec<EvaluationResult> {
        self.stored_results(rule).cloned().collect()
    }

    /// Stores a result, unless the stored one of the same resource has [precedence](Precedence).
    pub fn hold_result(&mut self, rule: &str, result: EvaluationResult) {
        let is_always_kept = self.precedence == Precedence::LaterCall;
        let stored = self.results.entry(rule.to_owned()).or_default();
        let key = (result.resource_type.clone(), result.resource_id.clone());
        let is_later = |stored: &EvaluationResult| stored.ordering_timestamp <= result.ordering_timestamp;
        if is_always_kept || stored.get(&key).is_none_or(is_later) {
            stored.insert(key, result);
        }
    }

    pub(crate) fn stored_results(&self, rule: &str) -> impl Iterator<Item = &EvaluationResult> {
        self.results.get(rule).into_iter().flat_map(BTreeMap::values)
    }

    pub(crate) fn rule_exists(&self, rule: &str) -> bool {
        let is_named = |one: &Value| one.get("ConfigRuleName").and_then(Value::as_str) == Some(rule);
        self.results.contains_key(rule) || self.config_rules.iter().any(is_named)
    }

    pub(crate) fn rule_of_token(&self, token: &str) -> Option<&String> {
        self.tokens.get(token)
    }

    /// Returns the DMS resource with this ARN; the first one if several have it.
    pub(crate) fn dms_resource(&self, arn: &str, caller: &Caller) -> Option<&Value> {
        let (list, index) = self.dms_index.get_or_init(|| self.build_dms_index(caller)).get(arn)?;
        self.dms.get(*list)?.get(*index)
    }

    fn build_dms_index(&self, caller: &Caller) -> HashMap<String, (&'static str, usize)> {
        let mut positions = HashMap::new();
        for kind in &KINDS {
            for (index, resource) in self.dms.get(kind.list).into_iter().flatten().enumerate() {
                if let Some(arn) = kind.arn(resource, &caller.account_id, &caller.region) {
                    positions.entry(arn).or_insert((kind.list, index));
                }
            }
        }
        positions
    }

    /// Drops the index of the DMS resources. Must be called before `dms` is changed.
    pub(crate) fn drop_dms_index(&mut self) {
        self.dms_index = OnceLock::new();
    }
}
