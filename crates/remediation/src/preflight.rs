//! The checks before anything is done: what blocks, and what the reader should know.

use serde_json::Value;

use crate::checks::{self, blocks, warns};
use crate::facts::Facts;
use crate::instance::Instance;
use crate::note::Note;
use crate::observation::REPLACES_TAG;
use crate::plan::Plan;
use crate::task::Task;
use crate::version::Version;

/// Returns all notes that come from DMS alone.
pub(crate) fn preflight(facts: &Facts, plan: &Plan) -> Vec<Note> {
    let mut notes = Vec::new();
    checks::instance(plan, &mut notes);
    owner(facts, plan, &mut notes);
    name(facts, plan, &mut notes);
    tasks(facts, plan, &mut notes);
    orderable(facts, plan, &mut notes);
    dates(facts, plan, &mut notes);
    quotas(facts, plan, &mut notes);
    maintenance(facts, &mut notes);
    notes
}

fn owner(facts: &Facts, plan: &Plan, notes: &mut Vec<Note>) {
    if facts.tags.is_none() {
        let arn = plan.instance.arn();
        let command = ["aws", "dms", "list-tags-for-resource", "--resource-arn", arn];
        notes.push(Note::unknown("tags-unknown", "the owner of the instance (its tags)", &command));
        return;
    }
    checks::owner(plan, notes);
}

/// Adds notes if the name of the new instance is taken.
fn name(facts: &Facts, plan: &Plan, notes: &mut Vec<Note>) {
    checks::name(plan, notes);
    let name = &plan.target.identifier;
    let Some(instances) = &facts.instances else {
        notes.push(Note::unknown(
            "instances-unknown",
            "if the name of the new instance is free",
            &["aws", "dms", "describe-replication-instances"],
        ));
        return;
    };
    let lower = name.to_lowercase();
    let is_namesake = |instance: &&Instance| {
        instance.identifier().to_lowercase() == lower && instance.arn() != plan.instance.arn()
    };
    let Some(namesake) = instances.iter().find(is_namesake) else { return };
    let replaces = facts.namesake_tags.as_ref().and_then(|tags| tags.get(REPLACES_TAG));
    let is_ours = replaces.map(String::as_str) == Some(plan.instance.arn());
    let on_it = |task: &Task| task.is_tied_to(namesake.arn());
    let has_tasks = facts.tasks.as_ref().is_none_or(|tasks| tasks.iter().any(on_it));
    if is_ours && !has_tasks {
        let text = format!("an unfinished run created {name}, and has moved nothing to it");
        let next = "dms-rule apply FILE goes on with it, and dms-rule apply FILE --back deletes it; FILE is its plan, beside its \
                    journal";
        notes.push(warns("unfinished", name, text, next));
    } else if is_ours {
        let text = format!("a run has moved tasks to {name}");
        let next = "go on with the file of that run's plan, beside its journal: dms-rule apply FILE; or take the run back: dms-rule \
                    apply FILE --back";
        notes.push(blocks("under-way", name, text, next));
    } else {
        notes.push(checks::name_taken(name));
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
    checks::tasks(plan, notes);
    if facts.endpoints.is_none() && !plan.tasks.is_empty() {
        let command = ["aws", "dms", "describe-endpoints"];
        notes.push(Note::unknown("endpoints-unknown", "what the endpoints of the tasks are", &command));
    } else {
        checks::endpoints(plan, notes);
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
        // Saved output may have the quotas of several Regions: the least room counts.
        let named = quotas.iter().filter(|quota| quota.account_quota_name.as_deref() == Some(name));
        let room = named.filter_map(|quota| Some(quota.max?.saturating_sub(quota.used?).max(0))).min();
        if let Some(room) = room.filter(|room| *room < needed) {
            let text = format!("the quota {name} has room for {room} more, and {needed} are needed");
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
