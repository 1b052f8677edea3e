//! The paths of an instance that Terraform manages, by the version of its provider aws.
//!
//! The provider replaces the instance if `publicly_accessible` changes, in every version, by default deleting it first. Since
//! 5.32.0 it moves a task whose `replication_instance_arn` changes; before, it deletes and creates it (provider aws,
//! `internal/service/dms/replication_task.go` and pull request 30721). `start_replication_task` decides if a moved task runs.

use std::fmt::Write;

use serde_json::Value;

use super::path::{Change, Edit, Effect, ManagedPath, ManagedStep, words};
use super::subject::{ManagedTask, Subject};
use super::text::{distinct, hcl, terraform_name, value};
use crate::step::State;

const INSTANCE: &str = "aws_dms_replication_instance";
const TASK: &str = "aws_dms_replication_task";

/// The arguments of `aws_dms_replication_instance`, by the parameters of `CreateReplicationInstance`.
const ARGUMENTS: [(&str, &str); 14] = [
    ("AllocatedStorage", "allocated_storage"),
    ("AutoMinorVersionUpgrade", "auto_minor_version_upgrade"),
    ("AvailabilityZone", "availability_zone"),
    ("DnsNameServers", "dns_name_servers"),
    ("EngineVersion", "engine_version"),
    ("KmsKeyId", "kms_key_arn"),
    ("MultiAZ", "multi_az"),
    ("NetworkType", "network_type"),
    ("PreferredMaintenanceWindow", "preferred_maintenance_window"),
    ("PubliclyAccessible", "publicly_accessible"),
    ("ReplicationInstanceClass", "replication_instance_class"),
    ("ReplicationInstanceIdentifier", "replication_instance_id"),
    ("ReplicationSubnetGroupIdentifier", "replication_subnet_group_id"),
    ("VpcSecurityGroupIds", "vpc_security_group_ids"),
];
/// The arguments of its block `kerberos_authentication_settings`, all of which are required.
const KERBEROS: [(&str, &str); 3] = [
    ("KeyCacheSecretIamArn", "key_cache_secret_iam_arn"),
    ("KeyCacheSecretId", "key_cache_secret_id"),
    ("Krb5FileContents", "krb5_file_contents"),
];

/// The names of the resources in the configuration.
struct Configuration<'a> {
    subject: &'a Subject,
    old: String,
    new: String,
    tasks: Vec<String>,
}

/// Returns the path with the provider aws from 5.32.0 on, which moves tasks.
#[must_use]
pub fn terraform(subject: &Subject) -> ManagedPath {
    let configuration = Configuration::new(subject);
    let mut steps = vec![configuration.add(), configuration.test()];
    if !configuration.tasks.is_empty() {
        steps.push(configuration.point());
    }
    steps.push(configuration.remove());
    configuration.path("Terraform with provider aws 5.32 or later", steps)
}

/// Returns the path with an older provider aws, which would re-create tasks: the API moves them.
#[must_use]
pub fn terraform_before_5_32(subject: &Subject) -> ManagedPath {
    let configuration = Configuration::new(subject);
    let mut steps = vec![configuration.add(), configuration.test()];
    if !configuration.tasks.is_empty() {
        steps.extend([configuration.transfer(), configuration.follow()]);
    }
    steps.push(configuration.remove());
    configuration.path("Terraform with provider aws below 5.32", steps)
}

impl<'a> Configuration<'a> {
    fn new(subject: &'a Subject) -> Self {
        let old = terraform_name(&subject.identifier, "instance");
        let tasks = subject.tasks.iter().map(|task| terraform_name(&task.identifier, "task"));
        Self { subject, new: format!("{old}_private"), old, tasks: distinct(tasks) }
    }

    fn path(&self, code: &'static str, steps: Vec<ManagedStep>) -> ManagedPath {
        let Self { old, new, .. } = self;
        let mut price = vec!["two instances are paid for until the last step".to_owned()];
        if !self.tasks.is_empty() {
            price.push(
                "each task stands still while it is stopped, moved and resumed: minutes, unmeasured"
                    .to_owned(),
            );
        }
        ManagedPath {
            code,
            language: "hcl",
            never: "do not set publicly_accessible on the old instance: every version of the provider aws replaces it, by default \
                    deleting it first, which DMS rejects while it has tasks; below 5.32 the provider also deletes and creates each \
                    task whose replication_instance_arn changes, so that it loads again and its checkpoint is lost"
                .to_owned(),
            names: vec![
                "the names of the resources are made from those in DMS: write those of the configuration, which terraform state list \
                 prints, and its own references for ids of groups, keys and networks"
                    .to_owned(),
                "terraform version prints the version of the provider aws".to_owned(),
            ],
            steps,
            price,
            afterwards: vec![
                format!(
                    "for the old name in the configuration, rename the resource {new} to {old} and add: moved {{ from = \
                     {INSTANCE}.{new}, to = {INSTANCE}.{old} }} (one argument a line); the plan must show no change"
                ),
                "prevent_destroy may stay on the tasks: it rejects every plan that would replace one".to_owned(),
            ],
            recreations: Vec::new(),
        }
        .numbered()
    }

    fn add(&self) -> ManagedStep {
        let Self { subject, new, .. } = self;
        let argument = |name: &str| {
            ARGUMENTS
                .iter()
                .find(|(parameter, _)| *parameter == name)
                .map(|(_, argument)| (*argument).to_owned())
        };
        let mut arguments: Vec<(String, String)> = subject
            .attributes(argument)
            .filter_map(|(name, given)| Some((name, value(given, hcl)?)))
            .collect();
        arguments.sort();
        let mut lines = format!("resource \"{INSTANCE}\" \"{new}\" {{\n{}", aligned(&arguments, 2));
        if !subject.tags.is_empty() {
            let tags: Vec<_> = subject.tags.iter().map(|(key, value)| (hcl(key), hcl(value))).collect();
            let _ = write!(lines, "\n  tags = {{\n{}  }}\n", aligned(&tags, 4));
        }
        let mut instructions =
            vec!["add the resource; leave out tags that default_tags of the provider gives".to_owned()];
        let kerberos = subject.parameters.get("KerberosAuthenticationSettings").and_then(Value::as_object);
        if let Some(settings) = kerberos {
            let given = KERBEROS.iter().filter_map(|(name, argument)| {
                Some(((*argument).to_owned(), value(settings.get(*name)?, hcl)?))
            });
            let given: Vec<_> = given.collect();
            if given.len() == KERBEROS.len() {
                let _ =
                    write!(lines, "\n  kerberos_authentication_settings {{\n{}  }}\n", aligned(&given, 4));
            } else {
                instructions.push(
                    "DMS did not give all settings of Kerberos: copy the block kerberos_authentication_settings of the old instance"
                        .to_owned(),
                );
            }
        }
        lines.push_str("}\n");
        for task in &self.tasks {
            let _ = write!(
                lines,
                "\nresource \"{TASK}\" \"{task}\" {{\n  lifecycle {{\n    prevent_destroy = true\n  }}\n}}\n"
            );
        }
        if !self.tasks.is_empty() {
            instructions.push(
                "add prevent_destroy to every task: a plan that would replace one is then an error"
                    .to_owned(),
            );
        }
        if subject.parameters.contains_key("DnsNameServers") {
            instructions.push(
                "a provider that does not know dns_name_servers cannot set it, and DMS cannot change it later: create the instance \
                 with a newer provider"
                    .to_owned(),
            );
        }
        ManagedStep {
            title: "Add the private instance to the configuration".to_owned(),
            instructions,
            edit: Some(Edit { lines, removed: Vec::new() }),
            commands: apply(&[]),
            preview: vec![Change::new(&format!("{INSTANCE}.{new}"), Effect::Create)],
            done: "the instance is available, and a new plan shows no change".to_owned(),
            fails: "the error names the cause: quota, capacity, version, network or key; no task was touched"
                .to_owned(),
            back: "take the resource out again, and apply".to_owned(),
            ..ManagedStep::default()
        }
    }

    fn test(&self) -> ManagedStep {
        let mut states = vec![State::Private];
        states.extend((!self.tasks.is_empty()).then_some(State::Reachable));
        ManagedStep {
            title: "Prove that it is private, and test every endpoint from it".to_owned(),
            instructions: vec!["do these steps of the plan with the ARN that the command prints".to_owned()],
            commands: vec![self.arn_of_new()],
            states,
            done: "the instance is private and as planned, and every connection successful".to_owned(),
            fails:
                "the message of the connection names the cause; the old instance and its tasks are untouched"
                    .to_owned(),
            back: "take the new resource out again, and apply".to_owned(),
            ..ManagedStep::default()
        }
    }

    /// Lets the provider move the tasks.
    fn point(&self) -> ManagedStep {
        let mut lines = String::new();
        for (task, name) in self.subject.tasks.iter().zip(&self.tasks) {
            let separator = if lines.is_empty() { "" } else { "\n" };
            lines.push_str(separator);
            lines.push_str(&self.pointed(name, Some(task)));
        }
        let mut commands = vec![self.tasks_of_old()];
        if let [first, _, ..] = self.tasks.as_slice() {
            commands.extend(apply(&[&format!("-target={TASK}.{first}")]));
        }
        commands.extend(apply(&["-parallelism=1"]));
        ManagedStep {
            title: "Point the tasks to it: the provider stops, moves and starts them".to_owned(),
            instructions: vec![
                "save what the first command prints: the status and the RecoveryCheckpoint of each task".to_owned(),
                "set start_replication_task as in the lines: true for a task that runs now and false for one that does not, since the \
                 provider starts a moved task only if it is true, and then also one that was stopped"
                    .to_owned(),
                "apply only a plan that shows each task as updated in place; the least important task goes first, and only one at a \
                 time"
                    .to_owned(),
            ],
            edit: Some(Edit { lines, removed: Vec::new() }),
            commands,
            preview: self.tasks.iter().map(|task| Change::new(&format!("{TASK}.{task}"), Effect::Update)).collect(),
            done: "every task is on the new instance, those that ran are running, those that were stopped are stopped, and no table \
                   has a new error"
                .to_owned(),
            fails: "must be replaced, or an error of prevent_destroy: the provider is older than 5.32, use its path. A task that \
                    stays failed-move: solve its cause, and apply again. The provider moves without a test, so that the step before \
                    is the only one"
                .to_owned(),
            back: "set replication_instance_arn to the old instance again, and apply: possible while both have one engine version"
                .to_owned(),
            interrupts: true,
            ..ManagedStep::default()
        }
    }

    /// Lets the API move the tasks.
    fn transfer(&self) -> ManagedStep {
        ManagedStep {
            title: "Stop, move and resume the tasks by the API".to_owned(),
            instructions: vec![
                "do these steps of the plan with the ARN of the new instance".to_owned(),
                "apply nothing until the next step is done: the configuration still names the old instance, and the provider would \
                 replace the tasks; prevent_destroy makes that an error"
                    .to_owned(),
            ],
            commands: vec![self.arn_of_new()],
            states: vec![State::Approved, State::Moved, State::Verified],
            done: "every task is on the new instance, those that ran are running, those that were stopped are stopped".to_owned(),
            fails: "as in those steps".to_owned(),
            back: "move the tasks back by the API, as in those steps: configuration and state have not changed".to_owned(),
            interrupts: true,
            ..ManagedStep::default()
        }
    }

    /// Lets the configuration follow the tasks.
    fn follow(&self) -> ManagedStep {
        let lines: Vec<String> = self.tasks.iter().map(|name| self.pointed(name, None)).collect();
        let mut commands = vec![words(&["terraform", "plan"])];
        for (task, name) in self.subject.tasks.iter().zip(&self.tasks) {
            let address = format!("{TASK}.{name}");
            commands.push(words(&["terraform", "state", "rm", &address]));
            commands.push(words(&["terraform", "import", &address, &task.identifier]));
        }
        ManagedStep {
            title: "Let the configuration follow the tasks".to_owned(),
            instructions: vec![
                "set replication_instance_arn of every task; a refresh reads the new ARN into the state, so that the plan shows no \
                 change"
                    .to_owned(),
                "only for a task that the plan would replace: take it out of the state, which deletes nothing, and import it by its \
                 name, with the last commands"
                    .to_owned(),
                "start_replication_task as it is: a plan that changes it starts or stops the task".to_owned(),
            ],
            edit: Some(Edit { lines: lines.join("\n"), removed: Vec::new() }),
            commands,
            preview: Vec::new(),
            done: "the plan shows no change of any task".to_owned(),
            fails: "a plan that replaces or deletes a task is not applied".to_owned(),
            back: "import a task again: its own state in DMS does not change".to_owned(),
            ..ManagedStep::default()
        }
    }

    fn remove(&self) -> ManagedStep {
        let Self { subject, old, new, .. } = self;
        let mut preview = vec![Change::new(&format!("{INSTANCE}.{old}"), Effect::Delete)];
        let mut lines = String::new();
        if subject.upgrades {
            lines =
                format!("resource \"{INSTANCE}\" \"{new}\" {{\n  auto_minor_version_upgrade = true\n}}\n");
            preview.push(Change::new(&format!("{INSTANCE}.{new}"), Effect::Update));
        }
        let mut commands = vec![self.tasks_of_old()];
        commands.extend(apply(&[]));
        ManagedStep {
            title: "Take the public instance out of the configuration, with a consent of its own".to_owned(),
            instructions: vec![
                "go on only if the first command fails with ResourceNotFoundFault: no task is left on the old instance".to_owned(),
                format!("take out {INSTANCE}.{old}, and write {INSTANCE}.{new} in its place in outputs and alarms"),
            ],
            edit: Some(Edit { lines, removed: vec![format!("{INSTANCE}.{old}")] }),
            commands,
            preview,
            done: "the apply destroyed one resource, and DMS responds to a description of the old instance with \
                   ResourceNotFoundFault"
                .to_owned(),
            fails: "InvalidResourceStateFault: a task is left on the old instance".to_owned(),
            back: "none: from here it cannot be undone".to_owned(),
            ..ManagedStep::default()
        }
    }

    /// Returns the arguments that point a task to the new instance.
    fn pointed(&self, name: &str, task: Option<&ManagedTask>) -> String {
        let arn = format!("{INSTANCE}.{}.replication_instance_arn", self.new);
        let mut arguments = vec![("replication_instance_arn".to_owned(), arn)];
        arguments.extend(task.map(|task| ("start_replication_task".to_owned(), task.runs.to_string())));
        format!("resource \"{TASK}\" \"{name}\" {{\n{}}}\n", aligned(&arguments, 2))
    }

    fn tasks_of_old(&self) -> Vec<String> {
        let filter = format!("Name=replication-instance-arn,Values={}", self.subject.arn);
        words(&[
            "aws",
            "dms",
            "describe-replication-tasks",
            "--filters",
            &filter,
            "--region",
            &self.subject.region,
        ])
    }

    fn arn_of_new(&self) -> Vec<String> {
        let address = format!("{INSTANCE}.{}", self.new);
        words(&["terraform", "state", "show", &address])
    }
}

/// Returns the commands that plan, show and apply; the plan that was read is the one that is applied.
fn apply(options: &[&str]) -> Vec<Vec<String>> {
    let (plan, apply): (Vec<&str>, Vec<&str>) =
        options.iter().partition(|option| option.starts_with("-target"));
    let plan = [&["terraform", "plan", "-out=private.tfplan"], &plan[..]].concat();
    let apply = [&["terraform", "apply"], &apply[..], &["private.tfplan"]].concat();
    vec![words(&plan), words(&apply)]
}

/// Writes arguments, one a line, with their values in one column, as `terraform fmt` does.
fn aligned(arguments: &[(String, String)], indent: usize) -> String {
    let width = arguments.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let mut lines = String::new();
    for (name, value) in arguments {
        let _ = writeln!(lines, "{:indent$}{name:width$} = {value}", "");
    }
    lines
}
