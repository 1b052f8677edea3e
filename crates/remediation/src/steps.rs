//! The plan as numbered steps.

use serde_json::{Value, json};

use crate::action::{Action, Side};
use crate::next::Gate;
use crate::place::UNUSABLE;
use crate::plan::Plan;
use crate::planning::MAY_BE_DELETED_TAG;
use crate::request::Request;
use crate::step::{Instruction, NEW_INSTANCE, RUN, State, Step, words};
use crate::task::{Condition, Task};

impl Plan {
    /// Returns the steps. An instance that is not ready has the same steps: its notes say what comes first.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        let mut steps = vec![self.contain(), self.create(), self.prove()];
        if !self.tasks.is_empty() {
            steps.extend([self.test(), self.approve()]);
            steps.extend(self.tasks.iter().map(|task| self.transfer(task)));
            steps.push(self.verify());
        }
        steps.push(self.delete());
        steps.extend(self.restore());
        for (index, step) in steps.iter_mut().enumerate() {
            step.number = index + 1;
        }
        steps
    }

    fn create(&self) -> Step {
        let mut step =
            Step::new(State::Created, format!("Create the private instance {}", self.target.identifier));
        step.instructions = vec![
            Instruction::Call(self.call(&Action::Create)),
            Instruction::WaitFor {
                query: self.describe_new(),
                member: "ReplicationInstances[0].ReplicationInstanceStatus",
                wanted: words(&["available"]),
                failed: words(&UNUSABLE),
                every_seconds: 60,
                budget_minutes: 60,
            },
        ];
        step.outcome(
            "its status is available (10 to 60 minutes)",
            "DMS names the cause: quota, capacity, zones, key, role dms-vpc-role; nothing else was touched",
            self.delete_new_words(),
        );
        step
    }

    fn prove(&self) -> Step {
        let mut step = Step::new(State::Private, "Prove that it is private and as planned");
        let query = || self.describe_new();
        let prove = |member, wanted| Instruction::Prove { query: query(), member, wanted };
        step.instructions = vec![
            prove("ReplicationInstances[0].PubliclyAccessible", json!(false)),
            prove("ReplicationInstances[0].ReplicationInstancePublicIpAddress", Value::Null),
            prove("ReplicationInstances[0].EngineVersion", json!(self.instance.engine_version)),
            prove("ReplicationInstances[0].AutoMinorVersionUpgrade", json!(false)),
            prove(
                "ReplicationInstances[0].ReplicationInstanceClass",
                json!(self.instance.replication_instance_class),
            ),
        ];
        let done = format!(
            "PubliclyAccessible is literally false, no public address, version {}: equal versions keep the \
             way back open",
            self.instance.engine_version.as_deref().unwrap_or("unknown")
        );
        step.outcome(done, "any difference: take the way back, and plan again", self.delete_new_words());
        step
    }

    fn test(&self) -> Step {
        let title = match self.endpoints.len() {
            1 => "Test the endpoint from it".to_owned(),
            count => format!("Test all {count} endpoints from it"),
        };
        let mut step = Step::new(State::Reachable, title);
        for endpoint in &self.endpoints {
            let test = Action::Test { endpoint: endpoint.arn.clone(), instance: NEW_INSTANCE.to_owned() };
            step.instructions.push(Instruction::Call(self.call(&test)));
            step.instructions.push(Instruction::WaitFor {
                query: Request::new(
                    "DescribeConnections",
                    [(
                        "Filters",
                        json!([
                            {"Name": "replication-instance-arn", "Values": [NEW_INSTANCE]},
                            {"Name": "endpoint-arn", "Values": [endpoint.arn]},
                        ]),
                    )],
                ),
                member: "Connections[0].Status",
                wanted: words(&["successful"]),
                failed: words(&["failed"]),
                every_seconds: 5,
                budget_minutes: 5,
            });
        }
        step.outcome(
            "each test is successful",
            "LastFailureMessage says why: mend the network and test again; the old instance and its tasks \
             are untouched",
            self.delete_new_words(),
        );
        step
    }

    fn approve(&self) -> Step {
        let mut step =
            Step::new(State::Approved, "Agree on the time; save the tasks and their table statistics");
        for task in &self.tasks {
            step.instructions.push(Instruction::Save(describe_task(task)));
            step.instructions.push(Instruction::Save(statistics(task)));
        }
        step.instructions.push(Instruction::Note(
            "the log of the source must reach back over the whole move (24 hours are usually enough)"
                .to_owned(),
        ));
        step.outcome(
            "a person agreed, nothing changed since the plan, and each RecoveryCheckpoint is saved",
            "something changed: plan again",
            self.delete_new_words(),
        );
        step.consent = Some(Gate::Stop.word());
        step
    }

    fn transfer(&self, task: &Task) -> Step {
        let name = task.identifier();
        let ran = task.condition() == Condition::Running;
        let mut step = Step::new(
            State::Moved,
            if ran {
                format!("Stop, move and resume the task {name}")
            } else {
                format!("Move the task {name}, and leave it {}", task.status())
            },
        );
        let arn = task.arn().to_owned();
        let wait = |wanted: &[&str], failed: &[&str], budget_minutes| Instruction::WaitFor {
            query: describe_task(task),
            member: "ReplicationTasks[0].Status",
            wanted: words(wanted),
            failed: words(failed),
            every_seconds: 5,
            budget_minutes,
        };
        if ran {
            let halt = Action::StopTask { task: arn.clone(), on: self.instance.arn().to_owned() };
            step.instructions.push(Instruction::Call(self.call(&halt)));
            step.instructions.push(wait(&["stopped"], &["failed"], 60));
        }
        let to_new = Action::MoveTask { task: arn.clone(), to: Side::New, instance: NEW_INSTANCE.to_owned() };
        step.instructions.push(Instruction::Call(self.call(&to_new)));
        step.instructions.push(wait(&["stopped", "ready", "failed"], &["failed-move"], 120));
        step.instructions.push(Instruction::Prove {
            query: describe_task(task),
            member: "ReplicationTasks[0].ReplicationInstanceArn",
            wanted: json!(NEW_INSTANCE),
        });
        if ran {
            let resume = Action::ResumeTask { task: arn, on: NEW_INSTANCE.to_owned() };
            step.instructions.push(Instruction::Call(self.call(&resume)));
            step.instructions.push(wait(&["running"], &["failed", "stopped"], 60));
            step.outcome(
                "the task is on the new instance and runs",
                "failed-move: mend the cause and move again, or resume it on the old instance; failed \
                 after the start: read LastFailureMessage",
                "stop it, move it back, resume it (the versions are equal)",
            );
        } else {
            step.outcome(
                "the task is on the new instance, at rest as before",
                "failed-move: mend the cause and move again, or leave it on the old instance",
                "move it back (the versions are equal)",
            );
        }
        step.interrupts = ran;
        step
    }

    fn verify(&self) -> Step {
        let mut step =
            Step::new(State::Verified, "Compare the table statistics, and watch for as long as you need");
        step.instructions = self.tasks.iter().map(|task| Instruction::Save(statistics(task))).collect();
        step.outcome(
            "no table is newly in error, no counter fell, and the latency is back at its level",
            "repair it on the new instance, or take the way back: the old one is still there",
            "stop, move back, resume",
        );
        step
    }

    fn delete(&self) -> Step {
        let mut step =
            Step::new(State::Deleted, format!("Delete the old instance {}", self.instance.identifier()));
        let old = self.instance.arn().to_owned();
        let by_arn = |arn: &str| json!([{"Name": "replication-instance-arn", "Values": [arn]}]);
        step.instructions = vec![
            Instruction::ProveNone {
                query: Request::new("DescribeReplicationTasks", [("Filters", by_arn(&old))]),
            },
            Instruction::Note(format!(
                "with the role of rule-templates/iam/apply.json, and no other right to the delete, release the instance \
                 first, by the tag {MAY_BE_DELETED_TAG}"
            )),
            Instruction::Print(self.release()),
            Instruction::Call(self.call(&Action::DeleteInstance { side: Side::Old, instance: old.clone() })),
            Instruction::Note("until it is gone, both instances cost money".to_owned()),
        ];
        step.outcome(
            "DMS no longer finds it",
            "InvalidResourceStateFault: a task is left on it",
            "none: from here there is no way back",
        );
        step.consent = Some(Gate::Delete.word());
        step
    }

    /// Returns the command, as its words, that sets the tag without which the role of `rule-templates/iam/apply.json` cannot
    /// delete the old instance.
    #[must_use]
    pub fn release(&self) -> Vec<String> {
        let tag = format!("Key={MAY_BE_DELETED_TAG},Value=yes");
        let arn = self.instance.arn();
        words(&["aws", "dms", "add-tags-to-resource", "--resource-arn", arn, "--tags", &tag])
    }

    fn restore(&self) -> Option<Step> {
        let instance = || NEW_INSTANCE.to_owned();
        let mut instructions = Vec::new();
        if self.instance.auto_minor_version_upgrade == Some(true) {
            instructions
                .push(Instruction::Call(self.call(&Action::RestoreUpgrades { instance: instance() })));
        }
        if self.choices.rename {
            instructions.push(Instruction::Call(self.call(&Action::Rename { instance: instance() })));
        }
        if instructions.is_empty() {
            return None;
        }
        let title = if self.choices.rename {
            "Give the new instance the former settings and name"
        } else {
            "Turn automatic minor upgrades on again"
        };
        let mut step = Step::new(State::Renamed, title);
        step.instructions = instructions;
        step.outcome(
            "the description of the new instance shows it",
            if self.choices.rename {
                "the former name is not free yet: wait, and repeat"
            } else {
                "DMS names the cause: repeat it"
            },
            "modify it back",
        );
        Some(step)
    }

    fn describe_new(&self) -> Request {
        let filter = json!([{"Name": "replication-instance-id", "Values": [self.target.identifier]}]);
        Request::new("DescribeReplicationInstances", [("Filters", filter)])
    }

    fn delete_new_words(&self) -> String {
        format!("delete {}; nothing else was touched", self.target.identifier)
    }

    /// Returns the call of an action that is one.
    fn call(&self, action: &Action) -> Request {
        action.request(self, RUN).unwrap_or_else(|| Request::new("", []))
    }
}

fn describe_task(task: &Task) -> Request {
    let filter = json!([{"Name": "replication-task-arn", "Values": [task.arn()]}]);
    Request::new("DescribeReplicationTasks", [("Filters", filter)])
}

fn statistics(task: &Task) -> Request {
    Request::new("DescribeTableStatistics", [("ReplicationTaskArn", json!(task.arn()))])
}
