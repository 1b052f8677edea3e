//! An account with a public instance, three tasks and a plan, and the program that applies it.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use local_aws::{Account, Call, LocalAws};
use remediation::{Choices, Facts, Plan};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::support::{dms_rule, text};

pub(crate) const ACCOUNT: &str = "123456789012";
pub(crate) const REGION: &str = "eu-west-1";
pub(crate) const OLD: &str = "arn:aws:dms:eu-west-1:123456789012:rep:OLDINSTANCE";
/// The tasks with their former statuses.
pub(crate) const TASKS: [(&str, &str, &str); 3] = [
    ("RUNNING", "running", "full-load-and-cdc"),
    ("STOPPED", "stopped", "cdc"),
    ("READY", "ready", "full-load"),
];
/// The options of the way back without a terminal.
pub(crate) const BACK: [&str; 3] = ["--back", "--yes-until", "as-before"];
/// The operations that change something.
pub(crate) const ACTS: [&str; 7] = [
    "CreateReplicationInstance",
    "TestConnection",
    "StopReplicationTask",
    "MoveReplicationTask",
    "StartReplicationTask",
    "DeleteReplicationInstance",
    "ModifyReplicationInstance",
];

pub(crate) fn task_arn(name: &str) -> String {
    format!("arn:aws:dms:{REGION}:{ACCOUNT}:task:{name}")
}

pub(crate) fn endpoint_arn(name: &str) -> String {
    format!("arn:aws:dms:{REGION}:{ACCOUNT}:endpoint:{name}")
}

pub(crate) struct Cloud {
    pub(crate) aws: LocalAws,
    pub(crate) folder: tempfile::TempDir,
}

impl Cloud {
    /// Starts a local AWS with a public instance and three tasks on it, and writes the plan that removes it.
    pub(crate) fn start() -> Self {
        Self::start_with(&Choices::default())
    }

    pub(crate) fn start_with(choices: &Choices) -> Self {
        let cloud = Self { aws: LocalAws::start().unwrap(), folder: tempfile::tempdir().unwrap() };
        cloud.change(fill);
        cloud.write_plan(&cloud.plan(choices));
        cloud
    }

    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Account) -> T) -> T {
        self.aws.account(ACCOUNT, REGION, change)
    }

    /// Makes the plan from what is there.
    pub(crate) fn plan(&self, choices: &Choices) -> Plan {
        let records = |name: &str| self.change(|account| account.dms.get(name).cloned().unwrap_or_default());
        let instances = records("ReplicationInstances");
        let facts = self.change(|account| Facts {
            instance: read(instances[0].clone()),
            tags: Some([("team".to_owned(), "orders".to_owned())].into()),
            instances: Some(instances.iter().cloned().map(read).collect()),
            tasks: None,
            endpoints: None,
            orderable: Some(account.simulation.orderable.iter().cloned().map(read).collect()),
            engine_versions: Some(account.simulation.engine_versions.iter().cloned().map(read).collect()),
            quotas: Some(
                ["ReplicationInstances", "AllocatedStorage"]
                    .map(|name| read(json!({"AccountQuotaName": name, "Used": 1, "Max": 1000})))
                    .into(),
            ),
            maintenance: Some(Vec::new()),
            subscriptions: Some(Vec::new()),
            ..Facts::default()
        });
        let facts = Facts {
            tasks: Some(records("ReplicationTasks").into_iter().map(read).collect()),
            endpoints: Some(records("Endpoints")),
            ..facts
        };
        remediation::plan(&facts, choices.clone(), REGION, None)
    }

    pub(crate) fn write_plan(&self, plan: &Plan) {
        std::fs::write(self.plan_file(), remediation::formats::json(plan).unwrap()).unwrap();
    }

    pub(crate) fn plan_file(&self) -> PathBuf {
        self.folder.path().join("plan.json")
    }

    pub(crate) fn journal(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("plan.json.journal.jsonl")).unwrap_or_default()
    }

    /// Returns the command that applies the plan without a terminal and without pauses.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let credentials = self.aws.credentials(ACCOUNT);
        let mut command = dms_rule();
        command
            .arg("apply")
            .arg(self.plan_file())
            .args(["--poll", "1"])
            .args(arguments)
            .env_clear()
            .env("AWS_REGION", REGION)
            .env("AWS_ACCESS_KEY_ID", credentials.access_key_id)
            .env("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key)
            .env("AWS_SESSION_TOKEN", credentials.session_token)
            .env("AWS_ENDPOINT_URL", self.aws.endpoint())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Applies the plan, and returns the exit code with what was printed.
    pub(crate) fn apply(&self, arguments: &[&str]) -> (i32, String) {
        outcome(&self.command(arguments).output().unwrap())
    }

    /// Returns the instances that exist, by name.
    pub(crate) fn instances(&self) -> Vec<Value> {
        self.change(|account| account.dms["ReplicationInstances"].clone())
    }

    pub(crate) fn task(&self, name: &str) -> Value {
        let tasks = self.change(|account| account.dms["ReplicationTasks"].clone());
        tasks.into_iter().find(|task| task["ReplicationTaskArn"] == task_arn(name)).unwrap()
    }

    /// Returns the ARN of the new instance.
    pub(crate) fn new_arn(&self) -> Option<String> {
        let new = self.instances().into_iter().find(|one| one["ReplicationInstanceArn"] != OLD)?;
        Some(new["ReplicationInstanceArn"].as_str().unwrap().to_owned())
    }

    /// Returns the calls of an operation.
    pub(crate) fn calls(&self, operation: &str) -> Vec<Call> {
        self.aws.calls().into_iter().filter(|call| call.operation == operation).collect()
    }

    /// Fails unless the move is complete: one private instance, all tasks on it in their former state.
    pub(crate) fn assert_done(&self) {
        let [new] = &self.instances()[..] else { panic!("{:?}", self.instances()) };
        assert_ne!(new["ReplicationInstanceArn"], OLD);
        assert_eq!(new["PubliclyAccessible"], false);
        for (member, wanted) in [
            ("ReplicationInstanceStatus", json!("available")),
            ("EngineVersion", json!("3.5.4")),
            ("AutoMinorVersionUpgrade", json!(true)),
            ("ReplicationInstanceClass", json!("dms.c5.xlarge")),
            ("AvailabilityZone", json!("eu-west-1a")),
        ] {
            assert_eq!(new[member], wanted, "{member}");
        }
        for (name, status, _) in TASKS {
            let task = self.task(name);
            assert_eq!(
                (&task["Status"], &task["ReplicationInstanceArn"]),
                (&json!(status), &new["ReplicationInstanceArn"])
            );
        }
    }

    /// Fails unless everything is as it was: the public instance with all tasks in their former state, and no other.
    pub(crate) fn assert_as_before(&self) {
        assert_eq!(self.new_arn(), None);
        for (name, status, _) in TASKS {
            let task = self.task(name);
            assert_eq!(
                (&task["Status"], &task["ReplicationInstanceArn"]),
                (&json!(status), &json!(OLD)),
                "{name}"
            );
        }
    }

    /// Fails if a task was lost, one was started that did not run, or one that ran is neither running nor to be started
    /// again by the journal. Whatever the outcome, this must hold.
    pub(crate) fn assert_safe(&self, case: &str) {
        for (name, status, _) in TASKS {
            let task = self.task(name);
            let on = &task["ReplicationInstanceArn"];
            assert!(on == OLD || self.new_arn().is_some_and(|new| *on == new), "{case}: {name} on {on}");
            if status != "running" {
                let now = task["Status"].as_str().unwrap();
                assert!([status, "moving", "failed-move"].contains(&now), "{case}: {name} is {now}");
            }
        }
        for start in self.calls("StartReplicationTask") {
            assert_eq!(start.request["ReplicationTaskArn"], task_arn("RUNNING"), "{case}");
            assert_eq!(start.request["StartReplicationTaskType"], "resume-processing", "{case}");
        }
        let running = self.task("RUNNING");
        let entries = self.journal();
        let last = entries
            .lines()
            .rfind(|line| line.contains(r#""entry":"open""#) || line.contains(r#""entry":"closed""#));
        let is_open = last.is_some_and(|line| line.contains(r#""entry":"open""#));
        assert!(
            is_open || ["running", "starting"].contains(&running["Status"].as_str().unwrap()),
            "{case}: {running}"
        );
    }
}

/// Returns the exit code with what was printed on both outputs.
pub(crate) fn outcome(output: &Output) -> (i32, String) {
    (output.status.code().unwrap_or(-1), format!("{}\n{}", text(&output.stderr), text(&output.stdout)))
}

fn read<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn fill(account: &mut Account) {
    let subnets = ["a", "b"].map(|zone| {
        json!({
            "SubnetIdentifier": format!("subnet-{zone}"),
            "SubnetAvailabilityZone": {"Name": format!("{REGION}{zone}")},
            "SubnetStatus": "Active",
        })
    });
    let group = json!({
        "ReplicationSubnetGroupIdentifier": "databases",
        "VpcId": "vpc-1",
        "SubnetGroupStatus": "Complete",
        "Subnets": subnets,
        "SupportedNetworkTypes": ["IPV4"],
    });
    let old = json!({
        "ReplicationInstanceIdentifier": "orders",
        "ReplicationInstanceClass": "dms.c5.xlarge",
        "ReplicationInstanceStatus": "available",
        "AllocatedStorage": 100,
        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}],
        "AvailabilityZone": format!("{REGION}a"),
        "ReplicationSubnetGroup": group,
        "PreferredMaintenanceWindow": "wed:08:08-wed:08:38",
        "PendingModifiedValues": {},
        "MultiAZ": false,
        "EngineVersion": "3.5.4",
        "AutoMinorVersionUpgrade": true,
        "KmsKeyId": format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-4333-8444-555555555555"),
        "ReplicationInstanceArn": OLD,
        "ReplicationInstancePublicIpAddress": "203.0.113.200",
        "ReplicationInstancePublicIpAddresses": ["203.0.113.200"],
        "ReplicationInstancePrivateIpAddress": "10.0.9.9",
        "ReplicationInstancePrivateIpAddresses": ["10.0.9.9"],
        "PubliclyAccessible": true,
        "NetworkType": "IPV4",
        "TagList": [{"Key": "team", "Value": "orders"}],
    });
    let endpoint = |name: &str, engine: &str| {
        json!({
            "EndpointArn": endpoint_arn(name),
            "EndpointIdentifier": name.to_lowercase(),
            "EndpointType": name.to_lowercase(),
            "EngineName": engine,
            "ServerName": "10.0.1.1",
        })
    };
    let task = |(name, status, kind): (&str, &str, &str)| {
        json!({
            "ReplicationTaskIdentifier": name.to_lowercase(),
            "ReplicationTaskArn": task_arn(name),
            "SourceEndpointArn": endpoint_arn("SOURCE"),
            "TargetEndpointArn": endpoint_arn("TARGET"),
            "ReplicationInstanceArn": OLD,
            "MigrationType": kind,
            "Status": status,
            "ReplicationTaskStats": {"FullLoadProgressPercent": 100, "TablesLoading": 0, "TablesQueued": 0},
        })
    };
    account.dms.insert("ReplicationSubnetGroups".to_owned(), vec![group]);
    account.dms.insert("ReplicationInstances".to_owned(), vec![old]);
    account
        .dms
        .insert("Endpoints".to_owned(), vec![endpoint("SOURCE", "mysql"), endpoint("TARGET", "postgres")]);
    account.dms.insert("ReplicationTasks".to_owned(), TASKS.map(task).into());
}

/// Runs a test for each case, on two threads: the machine of a pull request has no more.
pub(crate) fn in_parallel<T: Sync>(cases: &[T], test: impl Fn(&T) + Sync) {
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
                    test(case);
                }
            });
        }
    });
}

/// Fails if an act took effect twice. `without_effect` is the index of a call that a fault kept from its effect. A test of
/// a connection changes nothing and is made by each run.
pub(crate) fn assert_nothing_twice(calls: &[Call], without_effect: Option<usize>, case: &str) {
    let mut made = std::collections::BTreeSet::new();
    for (index, call) in calls.iter().enumerate() {
        let counts = ACTS.contains(&call.operation.as_str()) && call.operation != "TestConnection";
        if !counts || call.error_code.is_some() || Some(index) == without_effect {
            continue;
        }
        let subject =
            ["ReplicationTaskArn", "ReplicationInstanceArn"].map(|name| call.request[name].to_string());
        assert!(made.insert((call.operation.clone(), subject)), "{case}: {} twice", call.operation);
    }
}
