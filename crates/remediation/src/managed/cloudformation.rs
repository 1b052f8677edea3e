//! The path of an instance that a stack of CloudFormation owns.
//!
//! CloudFormation cannot import instances or tasks of DMS (user guide, "Resource type support"), and replaces both if
//! `PubliclyAccessible` or `ReplicationInstanceArn` changes (`createOnlyProperties` of their schemas). So the private instance is
//! a second resource, and the tasks leave the stack: they are moved by the API.

use std::fmt::Write;

use super::path::{Change, Edit, Effect, ManagedPath, ManagedStep, words};
use super::recreation::recreation;
use super::subject::Subject;
use super::text::{distinct, logical_id, value, yaml};
use crate::step::State;

/// The properties of `AWS::DMS::ReplicationInstance` that have the names of `CreateReplicationInstance`.
const PROPERTIES: [&str; 14] = [
    "AllocatedStorage",
    "AutoMinorVersionUpgrade",
    "AvailabilityZone",
    "DnsNameServers",
    "EngineVersion",
    "KmsKeyId",
    "MultiAZ",
    "NetworkType",
    "PreferredMaintenanceWindow",
    "PubliclyAccessible",
    "ReplicationInstanceClass",
    "ReplicationInstanceIdentifier",
    "ReplicationSubnetGroupIdentifier",
    "VpcSecurityGroupIds",
];

/// The beginning of a dynamic reference, which CloudFormation would resolve wherever it is written.
const DYNAMIC: &str = "{{";

/// The parts of the path: the stack, and the names of its resources.
struct Stack<'a> {
    subject: &'a Subject,
    name: &'a str,
    old: String,
    new: String,
    tasks: Vec<String>,
}

/// Returns the path; `logical_id` is that of the instance, empty if it is not known.
#[must_use]
pub fn cloudformation(subject: &Subject, stack: &str, logical_id: &str) -> ManagedPath {
    let old =
        self::logical_id(if logical_id.is_empty() { &subject.identifier } else { logical_id }, "Instance");
    let ids = [old.clone(), format!("{old}Private")];
    let tasks = subject.tasks.iter().map(|task| self::logical_id(&task.identifier, "Task"));
    let all = distinct(ids.into_iter().chain(tasks));
    let (ids, tasks) = all.split_at(2);
    let new = ids.last().cloned().unwrap_or_default();
    let stack = Stack { subject, name: stack, old, new, tasks: tasks.to_vec() };
    let mut steps = vec![stack.add(), stack.test()];
    if !stack.tasks.is_empty() {
        steps.extend([stack.transfer(), stack.release()]);
    }
    steps.push(stack.remove());
    ManagedPath {
        code: "CloudFormation",
        language: "yaml",
        never: "do not set PubliclyAccessible of the old instance, nor ReplicationInstanceArn of a task: CloudFormation replaces \
                the instance and every task, a replaced task has no checkpoint and loads again, and an instance with a name of its \
                own collides with itself"
            .to_owned(),
        names: stack.names(logical_id),
        steps,
        price: stack.price(),
        afterwards: stack.afterwards(),
        recreations: subject
            .tasks
            .iter()
            .zip(&stack.tasks)
            .map(|(task, name)| recreation(task, name, &stack.new))
            .collect(),
    }
    .numbered()
}

impl Stack<'_> {
    fn names(&self, logical_id: &str) -> Vec<String> {
        let mut names = Vec::new();
        if logical_id.is_empty() {
            names.push(format!(
                "{}: no tag gives the logical id of the instance; the template has it",
                self.old
            ));
        }
        if !self.tasks.is_empty() {
            let tasks = self.tasks.join(", ");
            names.push(format!(
                "{tasks}: made from the names of the tasks; aws cloudformation describe-stack-resources --physical-resource-id \
                 with the ARN of a task prints its logical id, and its stack, which may be another: the lines go into that one"
            ));
        }
        names.push(
            "where the template has Ref, GetAtt or a parameter for a value of the old instance, write the same for the new one; a \
             template that CDK, SAM or another program makes is changed in its source"
                .to_owned(),
        );
        names
    }

    fn add(&self) -> ManagedStep {
        let mut lines = String::from("Resources:\n");
        let new = &self.new;
        let _ = write!(lines, "  {new}:\n    Type: AWS::DMS::ReplicationInstance\n    Properties:\n");
        let rename = |name: &str| PROPERTIES.contains(&name).then(|| name.to_owned());
        let mut left_out = Vec::new();
        for (name, given) in self.subject.attributes(rename) {
            // The API takes a list of addresses as one text; so does the property.
            match value(given, yaml).filter(|text| !text.contains(DYNAMIC)) {
                Some(text) => {
                    let _ = writeln!(lines, "      {name}: {text}");
                }
                None => left_out.push(name),
            }
        }
        let tags: Vec<_> = self.subject.tags.iter().collect();
        let (written, dynamic): (Vec<_>, Vec<_>) =
            tags.into_iter().partition(|(key, value)| !key.contains(DYNAMIC) && !value.contains(DYNAMIC));
        if !written.is_empty() {
            lines.push_str("      Tags:\n");
        }
        for (key, value) in written {
            let _ = write!(lines, "        - Key: {}\n          Value: {}\n", yaml(key), yaml(value));
        }
        for task in &self.tasks {
            let _ = write!(lines, "  {task}:\n    DeletionPolicy: Retain\n    UpdateReplacePolicy: Retain\n");
        }
        let mut instructions = vec![
            "save the template as it is: it is the way back".to_owned(),
            "add --parameters ParameterKey=NAME,UsePreviousValue=true for each parameter of the stack to the first command, and \
             --capabilities if it has roles; here and in every later step, execute only a change set that shows the changes that \
             are listed, and no replacement of an instance, an endpoint or a task"
                .to_owned(),
        ];
        instructions.push(if self.tasks.is_empty() {
            "add the resource".to_owned()
        } else {
            "add the resource, and the two policies to every task: with them a task that leaves the template, or is replaced by \
             mistake, is not deleted"
                .to_owned()
        });
        if self.subject.parameters.contains_key("KerberosAuthenticationSettings") {
            instructions.push(
                "CloudFormation has no property for Kerberos: set it by aws dms modify-replication-instance \
                 --kerberos-authentication-settings before the next step"
                    .to_owned(),
            );
        }
        if !left_out.is_empty() || !dynamic.is_empty() {
            instructions.push(format!(
                "{} and {} tags are left out, since CloudFormation would resolve {DYNAMIC} in them or cannot hold them: set them \
                 by hand",
                if left_out.is_empty() { "no property".to_owned() } else { left_out.join(", ") },
                dynamic.len()
            ));
        }
        ManagedStep {
            title: format!("Add the private instance to the stack {}", self.name),
            instructions,
            edit: Some(Edit { lines, removed: Vec::new() }),
            commands: self.update("private-1"),
            preview: vec![Change::new(new, Effect::Create)],
            done: "the stack is UPDATE_COMPLETE, the instance available, and aws cloudformation get-template shows both policies \
                   on every task"
                .to_owned(),
            fails: "the stack rolls back, and its events name the cause: quota, capacity, version, network or key; no task was \
                    touched. A preview that lists a task with a replacement is not executed"
                .to_owned(),
            back: format!("take {new} out of the template again and update the stack; the policies may stay"),
            ..ManagedStep::default()
        }
    }

    fn test(&self) -> ManagedStep {
        let mut states = vec![State::Private];
        states.extend((!self.tasks.is_empty()).then_some(State::Reachable));
        ManagedStep {
            title: "Prove that it is private, and test every endpoint from it".to_owned(),
            instructions: vec![format!(
                "do these steps of the plan with the ARN of {}, which the command prints",
                self.new
            )],
            commands: vec![self.arn_of_new()],
            states,
            done: "the instance is private and as planned, and every connection successful".to_owned(),
            fails:
                "the message of the connection names the cause; the old instance and its tasks are untouched"
                    .to_owned(),
            back: format!("take {} out of the template again and update the stack", self.new),
            ..ManagedStep::default()
        }
    }

    fn transfer(&self) -> ManagedStep {
        ManagedStep {
            title: "Stop, move and resume the tasks by the API".to_owned(),
            instructions: vec![
                "do these steps of the plan with the ARN of the new instance".to_owned(),
                "update the stack for nothing else until the tasks have left it: its template still names the old instance"
                    .to_owned(),
            ],
            commands: vec![self.arn_of_new()],
            states: vec![State::Approved, State::Moved, State::Verified],
            done: "every task is on the new instance, those that ran are running, those that were stopped are stopped".to_owned(),
            fails: "as in those steps".to_owned(),
            back: "move the tasks back by the API, as in those steps: the stack has not changed".to_owned(),
            interrupts: true,
            ..ManagedStep::default()
        }
    }

    fn release(&self) -> ManagedStep {
        ManagedStep {
            title: "Take the tasks out of the template".to_owned(),
            instructions: vec![
                "take out the tasks, and write the ARN of a task wherever the template refers to it (a move does not change it)"
                    .to_owned(),
            ],
            edit: Some(Edit { lines: String::new(), removed: self.tasks.clone() }),
            commands: self.update("private-2"),
            preview: self.tasks.iter().map(|task| Change::new(task, Effect::Leave)).collect(),
            done: "the stack is UPDATE_COMPLETE and has no task, and aws dms describe-replication-tasks shows each of them with the \
                   status that it had"
                .to_owned(),
            fails: "a preview that removes a task without the policy action Retain is not executed: delete it, and do the first step \
                    again"
                .to_owned(),
            back: "none for the stack: CloudFormation cannot import a task; the tasks go on as they are".to_owned(),
            ..ManagedStep::default()
        }
    }

    fn remove(&self) -> ManagedStep {
        let (old, new) = (&self.old, &self.new);
        let mut preview = vec![Change::new(old, Effect::Delete)];
        let mut lines = String::new();
        if self.subject.upgrades {
            lines = format!("Resources:\n  {new}:\n    Properties:\n      AutoMinorVersionUpgrade: true\n");
            preview.push(Change::new(new, Effect::Update));
        }
        let filter = format!("Name=replication-instance-arn,Values={}", self.subject.arn);
        let region = self.subject.region.as_str();
        let mut commands = vec![words(&[
            "aws",
            "dms",
            "describe-replication-tasks",
            "--filters",
            &filter,
            "--region",
            region,
        ])];
        commands.extend(self.update("private-3"));
        ManagedStep {
            title: "Take the public instance out of the template, with a consent of its own".to_owned(),
            instructions: vec![
                "go on only if the first command fails with ResourceNotFoundFault: no task is left on the old instance".to_owned(),
                format!("take out {old}, and what refers to it; write {new} in its place in outputs and alarms"),
            ],
            edit: Some(Edit { lines, removed: vec![old.clone()] }),
            commands,
            preview,
            done: "the stack is UPDATE_COMPLETE, and DMS responds to a description of the old instance with \
                   ResourceNotFoundFault"
                .to_owned(),
            fails: "if CloudFormation cannot delete the instance, it is no longer in the stack but still there: see the events, and \
                    delete it by the API. A deletion policy Retain of its own leaves it, too"
                .to_owned(),
            back: "none: from here it cannot be undone".to_owned(),
            ..ManagedStep::default()
        }
    }

    fn price(&self) -> Vec<String> {
        let mut price = vec!["two instances are paid for until the last step".to_owned()];
        if !self.tasks.is_empty() {
            price.push(
                "the tasks are managed by no stack from then on: no stack can take them in again, and they are changed by the \
                 console, the AWS CLI or the API"
                    .to_owned(),
            );
            price.push(
                "each task stands still while it is stopped, moved and resumed: minutes, unmeasured"
                    .to_owned(),
            );
        }
        price
    }

    fn afterwards(&self) -> Vec<String> {
        if self.tasks.is_empty() {
            return Vec::new();
        }
        vec![
            "record for their owners that the tasks are no longer in the stack, and tag them: a change of the stack reaches them no \
             more, and neither does its deletion"
                .to_owned(),
        ]
    }

    fn arn_of_new(&self) -> Vec<String> {
        let filter = format!("Name=replication-instance-id,Values={}", self.subject.new_identifier());
        words(&[
            "aws",
            "dms",
            "describe-replication-instances",
            "--filters",
            &filter,
            "--query",
            "ReplicationInstances[0].ReplicationInstanceArn",
            "--output",
            "text",
            "--region",
            &self.subject.region,
        ])
    }

    /// Returns the commands of an update by a change set, which is read before it is executed.
    fn update(&self, name: &str) -> Vec<Vec<String>> {
        let on_set = |operation: &str| {
            let more =
                ["--stack-name", self.name, "--change-set-name", name, "--region", &self.subject.region];
            words(&[&["aws", "cloudformation", operation][..], &more[..]].concat())
        };
        let mut create = on_set("create-change-set");
        create.extend(words(&["--template-body", "file://template.yaml"]));
        let mut wait = on_set("wait");
        wait.insert(3, "change-set-create-complete".to_owned());
        let mut describe = on_set("describe-change-set");
        let query = "Changes[].ResourceChange.[Action,LogicalResourceId,Replacement,PolicyAction]";
        describe.extend(words(&["--query", query, "--output", "table"]));
        vec![create, wait, describe, on_set("execute-change-set")]
    }
}
