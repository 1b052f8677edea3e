//! The plan as scripts of a POSIX shell with the AWS CLI, version 1 or 2.
//!
//! Each part begins by observing, as [`crate::next`] does, and can be run again after an interruption anywhere. It keeps
//! what `next` has in its memory in a folder beside the scripts: the id of the run, which the new instance carries as a
//! tag; the creation, written just before it is requested; two markers of each task that is stopped for the move, the
//! second one written just before the stop; the consent; the way back; the end.
//!
//! The parts that are the same for every plan are files of their own (`shell/*.sh`). Values of the plan are in single
//! quotes, once, and parameters are JSON in ASCII, so that nothing in them is expanded or read as an option.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::action::Action;
use crate::formats::found;
use crate::formats::words::{ascii_json, shown, single_quoted};
use crate::instance::Instance;
use crate::note::Weight;
use crate::plan::Plan;
use crate::task::Task;

const LIBRARY: &str = include_str!("shell/library.sh");
const PREPARE: &str = include_str!("shell/prepare.sh");
const MOVE: &str = include_str!("shell/move.sh");
const DELETE: &str = include_str!("shell/delete.sh");
const BACK: &str = include_str!("shell/back.sh");

/// The names of all scripts.
pub const SCRIPT_NAMES: [&str; 4] = ["1-prepare.sh", "2-move.sh", "3-delete.sh", "back.sh"];

/// The beginning of the line in the first lines of a script by which it is known.
pub const SCRIPT_ORIGIN: &str = "# Made by dms-rule from the plan for the DMS replication instance ";

/// A script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// The name of its file, such as `1-prepare.sh`.
    pub name: &'static str,
    /// Its text.
    pub text: String,
}

/// Returns the scripts in the order in which they are run; the last one is the way back. The first one creates the private
/// instance, proves it and tests every endpoint: it touches neither the old instance nor a task.
///
/// A plan that something blocks has one script, which prints what blocks and does nothing.
#[must_use]
pub fn shell(plan: &Plan) -> Vec<Script> {
    if !plan.is_ready() {
        return vec![Script { name: "1-prepare.sh", text: refusal(plan) }];
    }
    let values = values(plan);
    let warnings = warnings(plan);
    let part = |name: &'static str, title: &str, body: &str| {
        let text = format!("{}{warnings}\n{values}\n{LIBRARY}\n{body}", head(plan, name, title));
        Script { name, text }
    };
    let mut parts =
        vec![part("1-prepare.sh", "creates the private instance and tests every endpoint from it", PREPARE)];
    if !plan.tasks.is_empty() {
        parts.push(part("2-move.sh", "stops, moves and resumes the tasks, one by one", MOVE));
    }
    parts.push(part("3-delete.sh", "deletes the old instance, if no task is left on it", DELETE));
    parts.push(part("back.sh", "moves the tasks back, and deletes the private instance", BACK));
    parts
}

fn refusal(plan: &Plan) -> String {
    let (word, sentence) = found::verdict(plan);
    let mut text =
        format!("#!/bin/sh\nprintf '%s\\n' {} >&2\n", single_quoted(&shown(&format!("{word}: {sentence}"))));
    for note in found::notes(plan, Weight::Blocks) {
        let _ = writeln!(text, "printf '%s\\n' {} >&2", single_quoted(&shown(&format!("  {note}"))));
    }
    text.push_str("exit 1\n");
    text
}

fn head(plan: &Plan, name: &str, title: &str) -> String {
    format!(
        "#!/bin/sh\n\
         # {name}: {title}.\n\
         #\n\
         {SCRIPT_ORIGIN}{}.\n\
         # It can be run again after an interruption anywhere. The AWS CLI takes credentials as always.\n\
         #\n\
         # Values are quoted so that nothing in them is expanded, and not every part uses all of them:\n\
         # shellcheck disable=SC2016,SC2034,SC2317\n\
         set -eu\n",
        shown(plan.instance.identifier())
    )
}

/// Returns the comment that has what a person knows before the scripts are run.
fn warnings(plan: &Plan) -> String {
    let notes = found::notes(plan, Weight::Warns);
    let mut lines = if notes.is_empty() { String::new() } else { "\n# Know before you begin:\n".to_owned() };
    for note in notes {
        let _ = writeln!(lines, "# - {}", shown(&note));
    }
    lines
}

/// Returns the assignments and functions that hold the values of the plan.
fn values(plan: &Plan) -> String {
    let old = plan.instance.arn();
    let name = &plan.target.identifier;
    let text = |text: &str| ascii_json(&json!(text));
    let old_filter = json!({"Filters": [{"Name": "replication-instance-arn", "Values": [old]}]});
    let (old_query, old_facts) = query(&old_facts(&plan.instance));
    let (new_query, new_facts) = query(&new_facts(plan));
    let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
    let values = [
        ("region", shown(&plan.region)),
        // An ARN with characters that are not visible is equal to nothing that DMS gives: the scripts stop.
        ("old", shown(old)),
        ("old_json", text(old)),
        ("old_name", shown(plan.instance.identifier())),
        ("old_name_json", text(plan.instance.identifier())),
        ("name", shown(name)),
        // DMS stores names in lower case, and a filter compares what is stored.
        ("name_json", text(&name.to_lowercase())),
        ("folder", format!("dms-rule-{}", file_name(plan.instance.identifier(), old))),
        ("old_filter", ascii_json(&old_filter)),
        ("old_query", old_query),
        ("old_facts", old_facts),
        ("new_query", new_query),
        ("new_facts", new_facts),
        ("task_facts", task_facts(&plan.tasks)),
        ("reload", yes(plan.choices.reload)),
        ("rename", yes(plan.choices.rename)),
        ("upgrades", yes(plan.instance.auto_minor_version_upgrade == Some(true))),
        ("next", if plan.tasks.is_empty() { "3-delete.sh" } else { "2-move.sh" }.to_owned()),
    ];
    let mut lines = String::from("# ---- The plan\n\n");
    for (name, value) in values {
        let _ = writeln!(lines, "{name}={}", single_quoted(&value));
    }
    let _ = write!(lines, "\ncreate() {{\n  act create-replication-instance {}\n}}\n", create(plan));
    let endpoints = plan.endpoints.iter().map(|endpoint| [text(&endpoint.arn), shown(endpoint.name())]);
    lines.push_str(&each("each_endpoint", &endpoints.collect::<Vec<_>>()));
    let endpoint = |arn: Option<&String>| text(arn.map(String::as_str).unwrap_or_default());
    let task = |task: &Task| {
        [
            text(task.arn()),
            format!("task-{}", file_name(task.arn(), task.arn())),
            shown(task.identifier()),
            endpoint(task.source_endpoint_arn.as_ref()),
            endpoint(task.target_endpoint_arn.as_ref()),
            shown(task.status()),
        ]
    };
    let mut tasks: Vec<_> = plan.tasks.iter().map(task).collect();
    lines.push_str(&each("each_task", &tasks));
    tasks.reverse();
    lines.push_str(&each("each_task_back", &tasks));
    lines
}

/// Returns a function that calls the function that it is given with each row.
fn each<const N: usize>(name: &str, rows: &[[String; N]]) -> String {
    let mut text = format!("\n{name}() {{\n");
    for row in rows {
        let words: Vec<String> = row.iter().map(|word| single_quoted(word)).collect();
        let _ = writeln!(text, "  \"$1\" {}", words.join(" "));
    }
    if rows.is_empty() {
        text.push_str("  :\n");
    }
    text.push_str("}\n");
    text
}

/// Returns the parameters of the creation as a word of the shell, with the id of the run in its place.
fn create(plan: &Plan) -> String {
    let parameters = |run: &str| {
        let request = Action::Create.request(plan, run);
        ascii_json(&request.map_or(Value::Null, |request| Value::Object(request.parameters)))
    };
    // A word that is nowhere in the plan.
    let (mut word, others) = ("RUN".to_owned(), parameters(""));
    while others.contains(&word) {
        word.push('0');
    }
    parameters(&word).split(&word).map(single_quoted).collect::<Vec<_>>().join("\"$run\"")
}

/// Returns the query of JMESPath that prints the facts of one instance as JSON, and what it is to print.
fn query(facts: &[(String, Value)]) -> (String, String) {
    let members: Vec<&str> = facts.iter().map(|(member, _)| member.as_str()).collect();
    let wanted: Vec<&Value> = facts.iter().map(|(_, wanted)| wanted).collect();
    (format!("to_string(ReplicationInstances[].[{}])", members.join(",")), ascii_json(&json!([wanted])))
}

const GROUPS: &str = "sort(VpcSecurityGroups[].join(' ',[VpcSecurityGroupId,Status]))";
const SUBNET_GROUP: &str = "ReplicationSubnetGroup.ReplicationSubnetGroupIdentifier";

fn groups(instance: &Instance) -> Value {
    let groups = instance.active_security_groups().unwrap_or_default();
    json!(groups.iter().map(|id| format!("{id} active")).collect::<Vec<_>>())
}

/// Returns the facts that must be as they were when the plan was made.
fn old_facts(old: &Instance) -> Vec<(String, Value)> {
    let facts = [
        ("ReplicationInstanceStatus", json!(old.replication_instance_status)),
        ("PubliclyAccessible", json!(old.publicly_accessible)),
        ("ReplicationInstanceClass", json!(old.replication_instance_class)),
        ("EngineVersion", json!(old.engine_version)),
        ("AllocatedStorage", json!(old.allocated_storage)),
        ("MultiAZ", json!(old.multi_az)),
        (SUBNET_GROUP, json!(old.subnet_group())),
        (GROUPS, groups(old)),
        ("KmsKeyId", json!(old.kms_key_id)),
        ("PendingModifiedValues.* || 'none'", json!("none")),
    ];
    facts.map(|(member, wanted)| (member.to_owned(), wanted)).into()
}

/// Returns the facts of the new instance that the plan promises, as [`crate::differences`] compares them.
fn new_facts(plan: &Plan) -> Vec<(String, Value)> {
    let old = &plan.instance;
    let mut facts = vec![
        ("ReplicationInstanceClass", json!(old.replication_instance_class)),
        ("EngineVersion", json!(old.engine_version)),
        ("AutoMinorVersionUpgrade", json!(false)),
        ("MultiAZ", json!(old.multi_az)),
        (SUBNET_GROUP, json!(old.subnet_group())),
        (GROUPS, groups(old)),
    ];
    let optional = [
        ("AvailabilityZone", old.availability_zone.as_ref().filter(|_| old.multi_az == Some(false))),
        ("KmsKeyId", old.kms_key_id.as_ref()),
    ];
    facts.extend(optional.into_iter().filter_map(|(member, wanted)| Some((member, json!(wanted?)))));
    let mut facts: Vec<(String, Value)> =
        facts.into_iter().map(|(member, wanted)| (member.to_owned(), wanted)).collect();
    // An unknown storage is a comparison with null, which is never true.
    let storage = json!(plan.choices.allocated_storage.or(old.allocated_storage));
    facts.push((format!("AllocatedStorage >= `{storage}`"), json!(true)));
    facts
}

/// Returns the facts of the tasks, one a line, in the order of `LC_ALL=C sort`.
fn task_facts(tasks: &[Task]) -> String {
    let facts = |task: &Task| {
        ascii_json(&json!([
            task.replication_task_arn,
            task.status,
            task.migration_type,
            task.source_endpoint_arn,
            task.target_endpoint_arn,
        ]))
    };
    let mut lines: Vec<String> = tasks.iter().map(facts).collect();
    lines.sort();
    lines.join("\n")
}

/// Returns a name of a file: the last part of a name or ARN as far as it is plain, and a number that differs for others.
fn file_name(name: &str, unique: &str) -> String {
    let last = name.rsplit(':').next().unwrap_or(name);
    let plain: String = last.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(40).collect();
    // FNV-1a.
    let number = unique.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{plain}-{number:016x}")
}
