//! The checks that need nothing but the plan: a plan that is read again gives the same notes.

use serde_json::Value;

use crate::arn;
use crate::note::{Note, Weight};
use crate::owner::Owner;
use crate::plan::Plan;
use crate::task::{Condition, Task};

/// The most tags of a resource (DMS user guide, "Tagging resources in AWS DMS").
const TAGS_MAXIMUM: usize = 50;
/// The tags by which a run knows the instance that it created.
const OWN_TAGS: usize = 2;

/// The codes of the warnings of these checks. A block needs no list: a plan that has one is not applied.
pub(crate) const WARNINGS: [&str; 9] = [
    "kerberos",
    "owner-not-seen",
    "managed-by-cloudformation",
    "managed-by-terraform",
    "managed-by-other",
    "task-loading",
    "task-failed",
    "task-ready",
    "task-stop-position",
];

/// Returns the notes that follow from the plan alone.
pub(crate) fn notes(plan: &Plan) -> Vec<Note> {
    let mut notes = Vec::new();
    for check in [instance, owner, name, tasks, endpoints] {
        check(plan, &mut notes);
    }
    notes
}

/// Builds a note that blocks.
pub(crate) fn blocks(code: &str, subject: &str, text: impl Into<String>, next: impl Into<String>) -> Note {
    Note::new(Weight::Blocks, code, subject, text.into(), next.into())
}

/// Builds a note that the reader decides about.
pub(crate) fn warns(code: &str, subject: &str, text: impl Into<String>, next: impl Into<String>) -> Note {
    Note::new(Weight::Warns, code, subject, text.into(), next.into())
}

/// Adds notes on the instance.
pub(crate) fn instance(plan: &Plan, notes: &mut Vec<Note>) {
    let instance = &plan.instance;
    match instance.publicly_accessible {
        Some(true) => {}
        Some(false) => {
            notes.push(blocks("already-private", "", "the instance is private", "nothing is to be done"));
        }
        None => notes.push(blocks(
            "public-unknown",
            "",
            "DMS did not say if the instance is public",
            "describe the instance again",
        )),
    }
    match instance.status() {
        "available" => {}
        "storage-full" if plan.choices.allocated_storage.is_some() => {}
        "storage-full" => notes.push(blocks(
            "storage-full",
            "",
            "the storage of the instance is full",
            "name more storage for the new instance with --allocated-storage",
        )),
        "" => notes.push(blocks(
            "status-unknown",
            "",
            "the status of the instance is not known",
            "describe it again",
        )),
        status => notes.push(blocks(
            "not-available",
            "",
            format!("the instance is in the status {status}"),
            "wait until it is available, then plan again",
        )),
    }
    if let (Some(chosen), Some(old)) = (plan.choices.allocated_storage, instance.allocated_storage)
        && chosen < old
    {
        let text = format!(
            "{chosen} GiB are less than the {old} GiB of the old instance, and lack of storage makes moves fail"
        );
        notes.push(blocks("storage-smaller", "", text, "name at least as much with --allocated-storage"));
    }
    for storage in [instance.allocated_storage, plan.choices.allocated_storage].into_iter().flatten() {
        if storage <= 0 {
            let text = format!("no instance has a storage of {storage} GiB");
            notes.push(blocks(
                "storage-odd",
                "",
                text,
                "describe the instance again, or name its storage with --allocated-storage",
            ));
        }
    }
    if instance.has_pending_changes() {
        let text = "DMS has changes of the instance that it has not applied yet";
        notes.push(blocks("pending-changes", "", text, "let DMS apply them, then plan again"));
    }
    let members: [(&str, bool); 8] = [
        ("ReplicationInstanceIdentifier", instance.identifier().is_empty()),
        ("ReplicationInstanceArn", instance.arn().is_empty()),
        ("ReplicationInstanceClass", instance.replication_instance_class.is_none()),
        ("AllocatedStorage", instance.allocated_storage.is_none()),
        ("EngineVersion", instance.engine_version.is_none()),
        ("AutoMinorVersionUpgrade", instance.auto_minor_version_upgrade.is_none()),
        ("MultiAZ", instance.multi_az.is_none()),
        ("ReplicationSubnetGroup", instance.subnet_group().is_none()),
    ];
    let missing: Vec<&str> =
        members.into_iter().filter(|(_, missing)| *missing).map(|(name, _)| name).collect();
    if !missing.is_empty() {
        let text =
            format!("DMS did not give these attributes, so they cannot be copied: {}", missing.join(", "));
        notes.push(blocks("incomplete", "", text, "describe the instance again"));
    }
    if instance.active_security_groups().is_none() {
        let text = "the security groups are not known, or one of them is not active";
        notes.push(blocks("security-groups", "", text, "wait until all are active, then plan again"));
    }
    let group = instance.replication_subnet_group.as_ref();
    if group.and_then(|group| group.is_read_only) == Some(true) {
        let text = "the subnet group belongs to a zero-ETL integration";
        notes.push(blocks(
            "zero-etl",
            "",
            text,
            "change the integration instead; no other instance may use its group",
        ));
    }
    let kerberos = instance.kerberos_authentication_settings.as_ref();
    if let Some(settings) = kerberos.filter(|settings| !settings.is_empty())
        && !settings.get("Krb5FileContents").is_some_and(Value::is_string)
    {
        let text = "the instance uses Kerberos, and DMS did not give the contents of its krb5.conf";
        let next = "add Krb5FileContents to target.parameters.KerberosAuthenticationSettings of the JSON plan, or set it on the new instance before the test";
        notes.push(warns("kerberos", "", text, next));
    }
    arns(plan, notes);
    tags(plan, notes);
}

/// Adds a note if the tags of the old instance and those of the run are more than DMS takes.
fn tags(plan: &Plan, notes: &mut Vec<Note>) {
    let count = plan.tags.len() + OWN_TAGS;
    if count > TAGS_MAXIMUM {
        let text = format!(
            "the new instance would have {count} tags, those of the old one and {OWN_TAGS} of the run, and DMS takes \
             {TAGS_MAXIMUM}"
        );
        let next = "remove a tag of the old instance that the new one does not need (which one is for you to choose), \
                    then plan again";
        notes.push(blocks("too-many-tags", "", text, next));
    }
}

/// Adds a note for each ARN that is not one of DMS, or is of another place than the plan.
fn arns(plan: &Plan, notes: &mut Vec<Note>) {
    let arn = plan.instance.arn();
    let place = arn::place(arn, "rep");
    let is_here = |(_, region, account): (&str, &str, &str)| {
        region == plan.region && plan.account_id.as_deref() == Some(account)
    };
    if !place.is_some_and(is_here) {
        if !arn.is_empty() {
            let text = format!("{arn} is not the ARN of a replication instance in {}", plan.region);
            notes.push(blocks("arn-odd", "", text, "describe the instance again"));
        }
        return;
    }
    for task in &plan.tasks {
        let endpoints = task.endpoints().map(|arn| (arn, "endpoint"));
        for (arn, kind) in [(task.arn(), "task")].into_iter().chain(endpoints) {
            if !arn.is_empty() && arn::place(arn, kind) != place {
                let text = format!("{arn} is not the ARN of a DMS {kind} beside the instance");
                notes.push(blocks("arn-odd", task.identifier(), text, "describe the tasks again"));
            }
        }
    }
}

/// Adds the note on the owner, as far as the tags show one.
pub(crate) fn owner(plan: &Plan, notes: &mut Vec<Note>) {
    let (code, who) = match &plan.owner {
        Owner::NotSeen => {
            let text = "no tag says that code manages the instance; Terraform leaves no tag of its own";
            let next =
                format!("if Terraform manages it, tag it {}=terraform and plan again", crate::OPT_OUT_TAG);
            notes.push(warns("owner-not-seen", "", text, next));
            return;
        }
        Owner::CloudFormation { stack, .. } => {
            ("managed-by-cloudformation", format!("the CloudFormation stack {stack}"))
        }
        Owner::Terraform => ("managed-by-terraform", "Terraform".to_owned()),
        Owner::Other { name } => ("managed-by-other", name.clone()),
    };
    if plan.choices.managed {
        let text = format!("the instance is managed by {who}, which will not know of the new one");
        notes.push(warns(code, "", text, "change the code as the plan's last part says"));
    } else {
        let text =
            format!("the instance is managed by {who}: a replacement beside it would be undone or forgotten");
        let next = "follow the steps for its code below; --managed plans the move by API all the same";
        notes.push(blocks(code, "", text, next));
    }
}

/// Adds a note if DMS does not allow the name of the new instance, or the old one has it.
pub(crate) fn name(plan: &Plan, notes: &mut Vec<Note>) {
    let name = &plan.target.identifier;
    let is_allowed = name.len() <= 63
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
        && !name.ends_with('-')
        && !name.contains("--");
    if !is_allowed {
        let text = format!("DMS does not allow the name {name:?}");
        let next = "name the new instance with --name: 1 to 63 letters, digits and hyphens, a letter first, no hyphen last \
                    and no two together";
        notes.push(blocks("name-not-allowed", "", text, next));
    }
    if name.to_lowercase() == plan.instance.identifier().to_lowercase() {
        notes.push(name_taken(name));
    }
}

/// Builds the note on a name that another instance has.
pub(crate) fn name_taken(name: &str) -> Note {
    blocks("name-taken", name, format!("an instance named {name} exists"), "name another with --name")
}

/// Adds notes on the tasks.
pub(crate) fn tasks(plan: &Plan, notes: &mut Vec<Note>) {
    for (number, task) in plan.tasks.iter().enumerate() {
        let is_again = plan.tasks.iter().take(number).any(|other| other.arn() == task.arn());
        if is_again && !task.arn().is_empty() {
            let text = "the task is given twice, and the two differ";
            notes.push(blocks("task-twice", task.identifier(), text, "describe the tasks again"));
        }
        one_task(task, plan, notes);
    }
}

/// Adds notes on the endpoints of the tasks.
pub(crate) fn endpoints(plan: &Plan, notes: &mut Vec<Note>) {
    for endpoint in plan.endpoints.iter().filter(|endpoint| endpoint.engine.is_empty()) {
        let text = "DMS describes no endpoint with this ARN, or not its engine";
        notes.push(blocks("endpoint-unknown", &endpoint.arn, text, "describe the endpoints again"));
    }
}

fn one_task(task: &Task, plan: &Plan, notes: &mut Vec<Note>) {
    let name = task.identifier();
    if task.arn().is_empty() || task.replication_instance_arn.as_deref() != Some(plan.instance.arn()) {
        let text = "DMS did not give the ARN of the task, or not this instance as its own";
        notes.push(blocks("task-incomplete", name, text, "describe the tasks again"));
    }
    if task.endpoints().count() != 2 {
        let text = "DMS did not give both endpoints of the task, so they cannot be tested";
        notes.push(blocks("task-incomplete", name, text, "describe the tasks again"));
    }
    match task.condition() {
        Condition::Busy | Condition::Moving => notes.push(blocks(
            "task-busy",
            name,
            format!("the task is in the status {}", task.status()),
            "wait until it runs or is stopped, then plan again",
        )),
        Condition::Running if task.is_loading() && !plan.choices.reload => notes.push(blocks(
            "task-loading",
            name,
            "the task is loading tables; those that are not complete would begin again, with the preparation of the target",
            "wait until the load is complete, or accept it with --reload",
        )),
        Condition::Running if task.is_loading() => notes.push(warns(
            "task-loading",
            name,
            "tables whose load is not complete begin again, with the preparation of the target",
            "accepted with --reload",
        )),
        Condition::FailedMove | Condition::AtRest if matches!(task.status(), "failed" | "failed-move") => {
            let message = task.last_failure_message.as_deref().unwrap_or("DMS gives no reason");
            notes.push(warns(
                "task-failed",
                name,
                format!("the task is in the status {}: {message}", task.status()),
                "it is moved and left stopped",
            ));
        }
        Condition::AtRest if task.status() == "ready" => notes.push(warns(
            "task-ready",
            name,
            "the task never ran; AWS does not say if such a task can be moved",
            "if DMS refuses, create it again on the new instance: it has no checkpoint to lose",
        )),
        Condition::Running | Condition::AtRest | Condition::FailedMove => {}
    }
    if let Some(position) = task.cdc_stop_position.as_deref().filter(|position| !position.is_empty()) {
        let text = format!("the task stops by itself at {position}");
        notes.push(warns(
            "task-stop-position",
            name,
            text,
            "a time that passes during the move stops it at once",
        ));
    }
}
