//! The checks before anything is done: what blocks, and what the reader should know.

use serde_json::Value;

use crate::facts::{Facts, Quota};
use crate::note::{Note, Weight};
use crate::observation::REPLACES_TAG;
use crate::owner::Owner;
use crate::plan::Plan;
use crate::task::{Condition, Task};
use crate::version::Version;

/// Returns all notes that come from DMS alone.
pub(crate) fn preflight(facts: &Facts, plan: &Plan) -> Vec<Note> {
    let mut notes = Vec::new();
    instance(facts, plan, &mut notes);
    owner(facts, plan, &mut notes);
    name(facts, plan, &mut notes);
    tasks(facts, plan, &mut notes);
    orderable(facts, plan, &mut notes);
    dates(facts, plan, &mut notes);
    quotas(facts, plan, &mut notes);
    maintenance(facts, &mut notes);
    notes
}

fn blocks(code: &str, subject: &str, text: impl Into<String>, next: impl Into<String>) -> Note {
    Note::new(Weight::Blocks, code, subject, text.into(), next.into())
}

fn warns(code: &str, subject: &str, text: impl Into<String>, next: impl Into<String>) -> Note {
    Note::new(Weight::Warns, code, subject, text.into(), next.into())
}

fn instance(facts: &Facts, plan: &Plan, notes: &mut Vec<Note>) {
    let instance = &facts.instance;
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
        let next = "add Krb5FileContents to target.parameters of the JSON plan, or set it on the new instance before the test";
        notes.push(warns("kerberos", "", text, next));
    }
}

fn owner(facts: &Facts, plan: &Plan, notes: &mut Vec<Note>) {
    if facts.tags.is_none() {
        let arn = plan.instance.arn();
        let command = ["aws", "dms", "list-tags-for-resource", "--resource-arn", arn];
        notes.push(Note::unknown("tags-unknown", "the owner of the instance (its tags)", &command));
        return;
    }
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

/// Adds notes if the name of the new instance is taken or not allowed.
fn name(facts: &Facts, plan: &Plan, notes: &mut Vec<Note>) {
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
    let Some(instances) = &facts.instances else {
        notes.push(Note::unknown(
            "instances-unknown",
            "if the name of the new instance is free",
            &["aws", "dms", "describe-replication-instances"],
        ));
        return;
    };
    let lower = name.to_lowercase();
    let Some(namesake) = instances.iter().find(|instance| instance.identifier().to_lowercase() == lower)
    else {
        return;
    };
    let replaces = facts.namesake_tags.as_ref().and_then(|tags| tags.get(REPLACES_TAG));
    let is_ours = replaces.map(String::as_str) == Some(plan.instance.arn());
    let on_it = |task: &Task| task.replication_instance_arn.as_deref() == Some(namesake.arn());
    let has_tasks = facts.tasks.as_ref().is_none_or(|tasks| tasks.iter().any(on_it));
    if is_ours && !has_tasks {
        let text = format!("an unfinished run created {name}, and has moved nothing to it");
        let next = "apply goes on with it; apply --back deletes it";
        notes.push(warns("unfinished", name, text, next));
    } else if is_ours {
        let text = format!("a run has moved tasks to {name}");
        let next = "go on with the plan of that run, or take it back with dms-rule apply --back";
        notes.push(blocks("under-way", name, text, next));
    } else {
        let text = format!("an instance named {name} exists");
        notes.push(blocks("name-taken", name, text, "name another with --name"));
    }
}

fn tasks(facts: &Facts, plan: &Plan, notes: &mut Vec<Note>) {
    let arn = plan.instance.arn();
    if facts.tasks.is_none() {
        let filter = format!("Name=replication-instance-arn,Values={arn}");
        let command = ["aws", "dms", "describe-replication-tasks", "--filters", &filter];
        notes.push(Note::unknown("tasks-unknown", "which tasks are on the instance", &command));
        return;
    }
    for task in &plan.tasks {
        one_task(task, plan, notes);
    }
    if facts.endpoints.is_none() && !plan.tasks.is_empty() {
        let command = ["aws", "dms", "describe-endpoints"];
        notes.push(Note::unknown("endpoints-unknown", "what the endpoints of the tasks are", &command));
    } else {
        for endpoint in plan.endpoints.iter().filter(|endpoint| endpoint.engine.is_empty()) {
            let text = "DMS describes no endpoint with this ARN, or not its engine";
            notes.push(blocks("endpoint-unknown", &endpoint.arn, text, "describe the endpoints again"));
        }
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

fn orderable(facts: &Facts, plan: &Plan, notes: &mut Vec<Note>) {
    let instance = &plan.instance;
    let (Some(version), Some(class)) = (&instance.engine_version, &instance.replication_instance_class)
    else {
        return;
    };
    let Some(orderable) = &facts.orderable else {
        notes.push(warns(
            "orderable-unknown",
            "",
            "if the class and version can still be ordered is not known",
            "the creation shows it, before anything else is touched",
        ));
        return;
    };
    let with_version: Vec<_> =
        orderable.iter().filter(|one| one.engine_version.as_ref() == Some(version)).collect();
    if with_version.is_empty() {
        let arn = instance.arn();
        let later = later_versions(facts, version, class);
        let Some(first) = later.first() else {
            let text = format!("no version from {version} on can be ordered with the class {class}");
            notes.push(blocks(
                "version-not-orderable",
                "",
                text,
                "choose another class for the old instance first",
            ));
            return;
        };
        let text = format!(
            "DMS no longer creates instances of version {version}; a move to a later one has no way back"
        );
        let next = format!(
            "upgrade the old instance to {first} first, let it prove itself, then plan again: the move is between \
             equal versions"
        );
        notes.push(blocks("version-not-orderable", "", text, next).with_command([
            "aws",
            "dms",
            "modify-replication-instance",
            "--replication-instance-arn",
            arn,
            "--engine-version",
            first,
            "--allow-major-version-upgrade",
            "--apply-immediately",
        ]));
        return;
    }
    let matching: Vec<_> =
        with_version.iter().filter(|one| one.replication_instance_class.as_ref() == Some(class)).collect();
    if matching.is_empty() {
        let text = format!("the class {class} cannot be ordered with version {version}");
        let next = "change the class of the old instance to one that can be ordered, then plan again";
        notes.push(blocks("class-not-orderable", class, text, next));
        return;
    }
    if let (Some(false), Some(zone)) = (instance.multi_az, &instance.availability_zone) {
        let zones: Vec<&String> =
            matching.iter().flat_map(|one| one.availability_zones.iter().flatten()).collect();
        if !zones.is_empty() && !zones.contains(&zone) {
            let text =
                format!("the class {class} with version {version} cannot be ordered in the zone {zone}");
            notes.push(blocks(
                "zone-not-orderable",
                zone,
                text,
                "change the class of the old instance, then plan again",
            ));
        }
    }
}

/// Returns the later versions that can be ordered with this class, the nearest first.
fn later_versions(facts: &Facts, version: &str, class: &str) -> Vec<String> {
    let Some(old) = Version::parse(version) else { return Vec::new() };
    let mut versions: Vec<(Version, String)> = facts
        .orderable
        .iter()
        .flatten()
        .filter(|one| one.replication_instance_class.as_deref() == Some(class))
        .filter_map(|one| {
            let text = one.engine_version.clone()?;
            Some((Version::parse(&text)?, text))
        })
        .filter(|(parsed, _)| *parsed > old)
        .collect();
    versions.sort();
    versions.dedup();
    versions.into_iter().map(|(_, text)| text).collect()
}

fn dates(facts: &Facts, plan: &Plan, notes: &mut Vec<Note>) {
    let Some(version) = &plan.instance.engine_version else { return };
    let known = facts.engine_versions.iter().flatten().find(|one| one.version.as_ref() == Some(version));
    let date = |value: &Option<Value>| match value {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(seconds)) => seconds.as_f64().map(day),
        _ => None,
    };
    if let Some(known) = known {
        for (value, what) in [
            (&known.deprecation_date, "no instance of this version can be created after"),
            (&known.force_upgrade_date, "DMS upgrades this version by itself on"),
        ] {
            if let Some(date) = date(value) {
                let next = "plan the upgrade after the move";
                notes.push(warns("version-date", version, format!("{what} {date}"), next));
            }
        }
    }
}

/// Returns the day of a time in seconds since 1970, as the API sends it, in the form `2027-01-31` (the algorithm
/// `civil_from_days` of Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms").
fn day(seconds: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "a day of this era is small")]
    let days = (seconds / 86_400.0).floor() as i64 + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

fn quotas(facts: &Facts, plan: &Plan, notes: &mut Vec<Note>) {
    let Some(quotas) = &facts.quotas else {
        let text = "the quotas of the account are not known";
        notes.push(warns(
            "quotas-unknown",
            "",
            text,
            "the creation shows it, before anything else is touched",
        ));
        return;
    };
    let storage = plan.choices.allocated_storage.or(plan.instance.allocated_storage).unwrap_or_default();
    for (name, needed) in [("ReplicationInstances", 1), ("AllocatedStorage", storage)] {
        let quota = quotas.iter().find(|quota| quota.account_quota_name.as_deref() == Some(name));
        if let Some(&Quota { used: Some(used), max: Some(max), .. }) = quota
            && used.saturating_add(needed) > max
        {
            let text = format!(
                "the quota {name} has room for {} more, and {needed} are needed",
                max.saturating_sub(used).max(0)
            );
            notes.push(blocks(
                "quota",
                name,
                text,
                "request a higher quota in Service Quotas, then plan again",
            ));
        }
    }
}

fn maintenance(facts: &Facts, notes: &mut Vec<Note>) {
    if facts.maintenance.as_ref().is_some_and(|pending| !pending.is_empty()) {
        let text = "DMS has pending maintenance for the instance";
        notes.push(warns("maintenance", "", text, "do not move within the maintenance window"));
    }
}
