//! The things that hang on the name, ARN or address of the old instance.

use serde_json::Value;

use crate::facts::Facts;
use crate::note::{Note, Weight};
use crate::plan::Plan;

/// Returns what must be repaired after the move: found where a response shows it, listed where none can.
pub(crate) fn notes(facts: &Facts, plan: &Plan) -> Vec<Note> {
    let old = plan.instance.identifier();
    let new = plan.target.identifier.as_str();
    let mut notes = Vec::new();
    let mut add = |code: &str, subject: &str, text: String, next: &str| {
        let next = if plan.choices.rename {
            format!("{next}, or check it after the rename")
        } else {
            next.to_owned()
        };
        notes.push(Note::new(Weight::Dependent, code, subject, text, next));
    };
    for name in named(facts.subscriptions.as_ref(), "SourceIdsList", old, "CustSubscriptionId") {
        let text =
            format!("the event subscription names {old} as a source, and DMS cannot change the sources");
        add("event-subscription", &name, text, "delete the subscription and create it with the new name");
    }
    if facts.subscriptions.is_none() {
        let text = "if event subscriptions name the instance is not known".to_owned();
        add("event-subscription", "", text, "list them with aws dms describe-event-subscriptions");
    }
    let alarms: Vec<&Value> = facts.alarms.iter().flatten().filter(|alarm| watches(alarm, old)).collect();
    for alarm in &alarms {
        let name = alarm.get("AlarmName").and_then(Value::as_str).unwrap_or("an alarm");
        let text = format!("the alarm watches metrics of {old}; the new instance has metrics of its own");
        add("alarm", name, text, "create it for the new name");
    }
    if facts.alarms.is_none() {
        let text = format!("alarms and dashboards on metrics of {old} show nothing of the new instance");
        add("alarm", "", text, "list them with these commands, and create them for the new name");
    }
    let text = format!(
        "the log group dms-tasks-{old} ends; dms-tasks-{new} begins without its retention, filters, subscriptions and key"
    );
    add(
        "log-group",
        "",
        text,
        "list the settings with these commands, and copy them once the new group exists",
    );
    let text = format!(
        "IAM policies, EventBridge rules and cost reports that name {} end to match",
        plan.instance.arn()
    );
    add("arn", "", text, "change them to the new ARN");
    for note in &mut notes {
        note.commands = commands(note, old);
    }
    notes
}

/// Returns the commands that find what a note lists.
fn commands(note: &Note, old: &str) -> Vec<Vec<String>> {
    let group = format!("dms-tasks-{old}");
    let dimension = format!("Name=ReplicationInstanceIdentifier,Value={old}");
    let all: Vec<Vec<&str>> = match (note.code.as_str(), note.subject.as_str()) {
        ("event-subscription", "") => vec![vec!["aws", "dms", "describe-event-subscriptions"]],
        ("alarm", "") => {
            ["CPUUtilization", "FreeableMemory", "FreeStorageSpace", "CDCLatencySource", "CDCLatencyTarget"]
                .into_iter()
                .map(|metric| {
                    vec![
                        "aws",
                        "cloudwatch",
                        "describe-alarms-for-metric",
                        "--namespace",
                        "AWS/DMS",
                        "--metric-name",
                        metric,
                        "--dimensions",
                        &dimension,
                    ]
                })
                .collect()
        }
        ("log-group", _) => vec![
            vec!["aws", "logs", "describe-log-groups", "--log-group-name-prefix", &group],
            vec!["aws", "logs", "describe-metric-filters", "--log-group-name", &group],
            vec!["aws", "logs", "describe-subscription-filters", "--log-group-name", &group],
        ],
        _ => Vec::new(),
    };
    all.into_iter().map(|words| words.into_iter().map(str::to_owned).collect()).collect()
}

/// Returns the names of the objects that name `old` in one of their lists.
fn named(objects: Option<&Vec<Value>>, list: &str, old: &str, name: &str) -> Vec<String> {
    let names = |object: &&Value| {
        let entries = object.get(list).and_then(Value::as_array);
        entries.is_some_and(|entries| entries.iter().any(|entry| entry.as_str() == Some(old)))
    };
    let text =
        |object: &Value| object.get(name).and_then(Value::as_str).unwrap_or("a subscription").to_owned();
    objects.into_iter().flatten().filter(names).map(text).collect()
}

/// Returns true if an alarm has the instance among its dimensions, also those of the metrics of an expression.
fn watches(alarm: &Value, old: &str) -> bool {
    let is_its = |dimension: &Value| {
        dimension.get("Name").and_then(Value::as_str) == Some("ReplicationInstanceIdentifier")
            && dimension.get("Value").and_then(Value::as_str) == Some(old)
    };
    match alarm {
        Value::Object(members) => is_its(alarm) || members.values().any(|value| watches(value, old)),
        Value::Array(entries) => entries.iter().any(|value| watches(value, old)),
        _ => false,
    }
}
