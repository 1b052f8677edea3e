//! Makes a plan from facts.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::arn;
use crate::endpoint::Endpoint;
use crate::facts::Facts;
use crate::instance::Instance;
use crate::note::Weight;
use crate::owner::Owner;
use crate::plan::{Choices, Plan, SCHEMA_VERSION, Target};
use crate::preflight::preflight;
use crate::task::{Condition, Task};
use crate::{dependents, network};

/// The most characters of an identifier (API reference of DMS, `CreateReplicationInstance`).
const IDENTIFIER_MAXIMUM: usize = 63;
const SUFFIX: &str = "-private";
/// The tag without which the role of `apply` cannot delete the old instance (`rule-templates/iam/apply.json`).
pub(crate) const MAY_BE_DELETED_TAG: &str = "dms-rule:may-be-deleted";

/// Makes the plan: what was found, the private instance, the order of the tasks, and what blocks. It never fails: what
/// is unknown or odd becomes a note that blocks.
#[must_use]
pub fn plan(facts: &Facts, choices: Choices, region: &str, planned_at: Option<String>) -> Plan {
    let instance = facts.instance.clone();
    let tags = facts.tags.clone().unwrap_or_default();
    let endpoints = endpoints(facts);
    let mut plan = Plan {
        schema_version: SCHEMA_VERSION,
        planned_at,
        account_id: arn::account(instance.arn()).map(str::to_owned),
        region: region.to_owned(),
        target: target(&instance, &choices),
        owner: Owner::from_tags(&tags),
        tags: tags.into_iter().filter(|(key, _)| is_copied(key)).collect(),
        tasks: ordered(distinct(tasks_on(facts, instance.arn()))),
        endpoints,
        exposure: facts.exposure.clone(),
        choices,
        notes: Vec::new(),
        instance,
    };
    let mut notes = preflight(facts, &plan);
    notes.extend(network::notes(&facts.network, &plan));
    notes.extend(dependents::notes(facts, &plan));
    notes.sort_by_key(|note| match note.weight {
        Weight::Blocks => 0,
        Weight::Warns => 1,
        Weight::Dependent => 2,
    });
    plan.notes = notes;
    plan
}

/// Returns true for a tag that can be given to another resource, and is not of a run: neither its own nor the one that
/// lets the role of `apply` delete the old instance.
pub(crate) fn is_copied(key: &str) -> bool {
    let is_of_a_run = [crate::RUN_TAG, crate::REPLACES_TAG, MAY_BE_DELETED_TAG].contains(&key);
    !is_of_a_run && !key.to_ascii_lowercase().starts_with("aws:")
}

/// Builds the private instance: every attribute of the old one that `CreateReplicationInstance` takes, with the flag
/// and automatic upgrades off. With automatic upgrades, DMS would create the default version instead of this one, and
/// there would be no way back.
pub(crate) fn target(old: &Instance, choices: &Choices) -> Target {
    let identifier = new_name(old, choices.name.as_deref());
    let mut parameters = Map::new();
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            parameters.insert(name.to_owned(), value);
        }
    };
    let text =
        |value: &Option<String>| value.as_ref().filter(|value| !value.is_empty()).map(|value| json!(value));
    set("ReplicationInstanceIdentifier", Some(json!(identifier)));
    set("ReplicationInstanceClass", text(&old.replication_instance_class));
    set("AllocatedStorage", choices.allocated_storage.or(old.allocated_storage).map(Value::from));
    set("EngineVersion", text(&old.engine_version));
    set("AutoMinorVersionUpgrade", Some(json!(false)));
    set("PubliclyAccessible", Some(json!(false)));
    set("MultiAZ", old.multi_az.map(Value::from));
    if old.multi_az == Some(false) {
        // DMS refuses a zone together with MultiAZ.
        set("AvailabilityZone", text(&old.availability_zone));
    }
    set("ReplicationSubnetGroupIdentifier", old.subnet_group().map(Value::from));
    set("VpcSecurityGroupIds", old.active_security_groups().map(|groups| json!(groups)));
    set("KmsKeyId", text(&old.kms_key_id));
    set("PreferredMaintenanceWindow", text(&old.preferred_maintenance_window));
    set("DnsNameServers", text(&old.dns_name_servers));
    set("NetworkType", text(&old.network_type));
    let kerberos = old.kerberos_authentication_settings.clone().unwrap_or_default();
    let given: Map<_, _> = kerberos.into_iter().filter(|(_, value)| !value.is_null()).collect();
    set("KerberosAuthenticationSettings", (!given.is_empty()).then_some(Value::Object(given)));
    Target { identifier, parameters }
}

/// Returns the name of the new instance: the chosen one, else that of the old one with `-private`, cut so that it stays
/// within what DMS allows.
#[must_use]
pub fn new_name(old: &Instance, chosen: Option<&str>) -> String {
    let room = IDENTIFIER_MAXIMUM - SUFFIX.len();
    let head: String = old.identifier().chars().take(room).collect();
    chosen.map_or_else(|| format!("{}{SUFFIX}", head.trim_end_matches('-')), str::to_lowercase)
}

/// Returns the tasks that are on an instance, or that DMS moves to it or away from it.
fn tasks_on<'a>(facts: &'a Facts, arn: &'a str) -> impl Iterator<Item = &'a Task> {
    facts.tasks.iter().flatten().filter(move |task| task.is_tied_to(arn))
}

/// Returns each task once. Two of one ARN that differ are both kept, and block the plan.
fn distinct<'a>(tasks: impl Iterator<Item = &'a Task>) -> Vec<Task> {
    let mut distinct: Vec<Task> = Vec::new();
    for task in tasks {
        if !distinct.contains(task) {
            distinct.push(task.clone());
        }
    }
    distinct
}

/// Orders the tasks: those at rest first, then those with the fewest tables, so that the first move risks least.
pub(crate) fn ordered(mut tasks: Vec<Task>) -> Vec<Task> {
    let tables = |task: &Task| {
        let stats = task.replication_task_stats.as_ref()?;
        Some(
            stats
                .tables_loaded?
                .saturating_add(stats.tables_loading.unwrap_or(0))
                .saturating_add(stats.tables_queued.unwrap_or(0)),
        )
    };
    tasks.sort_by_cached_key(|task| {
        (
            task.condition() == Condition::Running,
            tables(task).unwrap_or(i64::MAX),
            task.identifier().to_owned(),
        )
    });
    tasks
}

/// Returns each distinct endpoint of the tasks, with what DMS describes of it.
fn endpoints(facts: &Facts) -> Vec<Endpoint> {
    let described: BTreeMap<&str, &Value> = facts
        .endpoints
        .iter()
        .flatten()
        .filter_map(|endpoint| Some((endpoint.get("EndpointArn")?.as_str()?, endpoint)))
        .collect();
    let arns = endpoint_arns(tasks_on(facts, facts.instance.arn()));
    arns.into_iter().map(|arn| Endpoint::read(arn, described.get(arn).copied())).collect()
}

/// Returns the ARN of each distinct endpoint of tasks.
pub(crate) fn endpoint_arns<'a>(tasks: impl IntoIterator<Item = &'a Task>) -> Vec<&'a str> {
    let mut arns: Vec<&str> = Vec::new();
    for arn in tasks.into_iter().flat_map(Task::endpoints) {
        if !arns.contains(&arn) {
            arns.push(arn);
        }
    }
    arns
}
