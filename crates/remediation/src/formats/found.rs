//! The facts that were found, as names and values, for every format that a person reads.

use crate::instance::Instance;
use crate::next::Gate;
use crate::note::{Note, Weight};
use crate::owner::Owner;
use crate::plan::Plan;
use crate::task::{Condition, Task};

/// Returns the attributes of the instance. What DMS did not give is "unknown".
pub(crate) fn instance(plan: &Plan) -> Vec<(&'static str, String)> {
    let one = &plan.instance;
    let text = |value: &Option<String>| value.clone().unwrap_or_else(unknown);
    let yes = |value: Option<bool>, yes: &str, no: &str| match value {
        Some(true) => yes.to_owned(),
        Some(false) => no.to_owned(),
        None => unknown(),
    };
    let list = |values: Vec<&str>| if values.is_empty() { "none".to_owned() } else { values.join(", ") };
    let mut rows = vec![
        ("Instance", one.identifier().to_owned()),
        ("ARN", one.arn().to_owned()),
        ("Place", format!("{} {}", plan.account_id.as_deref().unwrap_or("unknown account"), plan.region)),
        ("Public access", public(one)),
        ("Status", if one.status().is_empty() { unknown() } else { one.status().to_owned() }),
        (
            "Class, storage",
            format!(
                "{}, {}",
                text(&one.replication_instance_class),
                one.allocated_storage.map_or_else(unknown, |size| format!("{size} GiB"))
            ),
        ),
        (
            "Engine",
            format!(
                "{}, automatic minor upgrades {}",
                text(&one.engine_version),
                yes(one.auto_minor_version_upgrade, "on", "off")
            ),
        ),
        (
            "Zone",
            format!(
                "{}{}",
                text(&one.availability_zone),
                yes(one.multi_az, ", with a standby in another (Multi-AZ)", ", no standby")
            ),
        ),
        ("Network", network(one)),
        (
            "Security groups",
            one.active_security_groups().map_or_else(|| "unknown, or not active".to_owned(), list),
        ),
        ("From the Internet", exposure(plan)),
        ("Private address", list(one.private_addresses())),
        ("Key", text(&one.kms_key_id)),
        ("Maintenance", text(&one.preferred_maintenance_window)),
    ];
    let optional = [("Name servers", &one.dns_name_servers), ("Network type", &one.network_type)];
    rows.extend(optional.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))));
    if one.kerberos_authentication_settings.as_ref().is_some_and(|settings| !settings.is_empty()) {
        rows.push(("Kerberos", "configured".to_owned()));
    }
    let tags: Vec<String> = plan.tags.iter().map(|(key, value)| format!("{key}={value}")).collect();
    rows.push(("Tags to copy", if tags.is_empty() { "none".to_owned() } else { tags.join(", ") }));
    rows.push(("Managed by", owner(&plan.owner)));
    rows
}

/// Returns the notes of a weight, each as [`note`] words it.
pub(crate) fn notes(plan: &Plan, weight: Weight) -> Vec<String> {
    plan.notes.iter().filter(|note| note.weight == weight).map(note).collect()
}

/// Returns a note as its subject, its fact and what to do about it.
pub(crate) fn note(note: &Note) -> String {
    format!("{}; {}", note.statement(), note.next)
}

/// Returns the word of a consent: the one that `dms-rule apply` requests before it stops the tasks is that of the deed.
pub(crate) fn consent(word: &str) -> &str {
    if word == Gate::Stop.word() { "move" } else { word }
}

fn unknown() -> String {
    "unknown".to_owned()
}

fn public(one: &Instance) -> String {
    let addresses = one.public_addresses();
    let flag = match one.publicly_accessible {
        Some(true) => "PubliclyAccessible is true",
        Some(false) => "PubliclyAccessible is false",
        None => "PubliclyAccessible is unknown",
    };
    if addresses.is_empty() { flag.to_owned() } else { format!("{flag}, address {}", addresses.join(", ")) }
}

fn exposure(plan: &Plan) -> String {
    plan.exposure.as_ref().map_or_else(unknown, |exposure| exposure.state.clone())
}

fn network(one: &Instance) -> String {
    let group = one.replication_subnet_group.as_ref();
    let vpc = group.and_then(|group| group.vpc_id.as_deref()).unwrap_or("unknown VPC");
    let subnets: Vec<&str> = group
        .and_then(|group| group.subnets.as_ref())
        .into_iter()
        .flatten()
        .filter_map(|subnet| subnet.subnet_identifier.as_deref())
        .collect();
    let subnets = if subnets.is_empty() { String::new() } else { format!(" ({})", subnets.join(", ")) };
    format!("{vpc}, subnet group {}{subnets}", one.subnet_group().unwrap_or("unknown"))
}

fn owner(owner: &Owner) -> String {
    match owner {
        Owner::NotSeen => "no tag says that code manages it".to_owned(),
        Owner::CloudFormation { stack, logical_id } if logical_id.is_empty() => {
            format!("the CloudFormation stack {stack}")
        }
        Owner::CloudFormation { stack, logical_id } => {
            format!("the CloudFormation stack {stack}, as {logical_id}")
        }
        Owner::Terraform => "Terraform".to_owned(),
        Owner::Other { name } => name.clone(),
    }
}

/// The names of the columns of [`task()`].
pub(crate) const TASK_COLUMNS: [&str; 5] = ["Task", "Status", "Type", "Full load", "In the move"];

/// Returns the row of a task.
pub(crate) fn task(plan: &Plan, task: &Task) -> [String; 5] {
    let load = task.replication_task_stats.as_ref().and_then(|stats| stats.full_load_progress_percent);
    let what = match task.condition() {
        Condition::Running if !task.is_loading() => "stopped, moved, resumed",
        Condition::Running if plan.choices.reload => "stopped, moved, resumed; tables load again",
        Condition::Running => "nothing while it loads tables",
        Condition::AtRest | Condition::FailedMove => "moved, not started",
        Condition::Busy | Condition::Moving => "nothing until it is settled",
    };
    [
        task.identifier().to_owned(),
        task.status().to_owned(),
        task.migration_type.clone().unwrap_or_else(unknown),
        load.map_or_else(|| "-".to_owned(), |percent| format!("{percent} %")),
        what.to_owned(),
    ]
}

/// The names of the columns of [`endpoint()`].
pub(crate) const ENDPOINT_COLUMNS: [&str; 4] = ["Endpoint", "Side", "Engine", "Server"];

/// Returns the row of an endpoint.
pub(crate) fn endpoint(endpoint: &crate::Endpoint) -> [String; 4] {
    let or_unknown = |text: &str| if text.is_empty() { unknown() } else { text.to_owned() };
    let server = match (endpoint.server.is_empty(), endpoint.secret) {
        (true, true) => "in Secrets Manager".to_owned(),
        (true, false) => "-".to_owned(),
        (false, true) => format!("{} (credentials in Secrets Manager)", endpoint.server),
        (false, false) => endpoint.server.clone(),
    };
    [endpoint.name().to_owned(), or_unknown(&endpoint.endpoint_type), or_unknown(&endpoint.engine), server]
}

/// Returns the expected interruption in sentences.
pub(crate) fn interruption(plan: &Plan) -> String {
    let running = plan.tasks.iter().filter(|task| task.condition() == Condition::Running).count();
    match (plan.tasks.len(), running) {
        (0, _) => "No task is on the instance: nothing is interrupted.".to_owned(),
        (_, 0) => "No task runs: nothing is interrupted.".to_owned(),
        (all, running) => {
            let rest = match all - running {
                0 => String::new(),
                1 => "; 1 at rest is moved and not started".to_owned(),
                rest => format!("; {rest} at rest are moved and not started"),
            };
            format!(
                "{running} of {all} {} stopped, moved and resumed, one at a time{rest}. For each, the time to stop, \
                 move and start: minutes, unmeasured (AWS publishes no figure). Until then, and between two tasks, data flows.",
                if all == 1 { "task is" } else { "tasks are" },
            )
        }
    }
}

/// The codes of the warnings that an endpoint may not be reached: what they say is done before the test.
const FIRST: [&str; 2] = ["server-outside", "vpc-endpoint"];

/// Lists the warnings of a ready plan that are to be done first: without them, the test of an endpoint may fail.
pub(crate) fn first(plan: &Plan) -> Vec<&Note> {
    let is_first = |note: &&Note| note.weight == Weight::Warns && FIRST.contains(&note.code.as_str());
    if plan.is_ready() { plan.warnings().filter(is_first).collect() } else { Vec::new() }
}

/// Lists the other notes of a weight that does not block.
pub(crate) fn others(plan: &Plan, weight: Weight) -> Vec<&Note> {
    let first = first(plan);
    plan.warnings().filter(|note| note.weight == weight && !first.contains(note)).collect()
}

/// Returns the words before what is to be done first, such as `3 things to do first`.
pub(crate) fn things_first(count: usize) -> String {
    format!("{count} {} to do first", if count == 1 { "thing" } else { "things" })
}

/// Returns the answer in a few words and a sentence.
pub(crate) fn headline(plan: &Plan) -> (String, String) {
    let (word, sentence) = verdict(plan);
    match first(plan).len() {
        0 => (word.to_owned(), sentence),
        count => (format!("{word}, {}", things_first(count)), sentence),
    }
}

/// Returns the answer in a word and a sentence.
pub(crate) fn verdict(plan: &Plan) -> (&'static str, String) {
    let (name, new) = (plan.instance.identifier(), &plan.target.identifier);
    let blocks = plan.refusals().count();
    if is_private(plan) {
        ("PRIVATE", format!("{name} is not public: nothing is to be done"))
    } else if blocks == 0 {
        ("READY", format!("{name} can be replaced by the private instance {new}"))
    } else {
        let things = if blocks == 1 { "1 thing comes" } else { &format!("{blocks} things come") };
        ("BLOCKED", format!("{things} before {name} can be replaced by a private instance"))
    }
}

/// Returns true if the instance needs no plan.
pub(crate) fn is_private(plan: &Plan) -> bool {
    plan.refusals().any(|note| note.code == "already-private")
}
