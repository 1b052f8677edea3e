//! The simulated DMS refines the abstract one with which every run of `remediation` is explored: whatever a sequence of
//! calls does here, the abstract DMS may do too.

#[path = "../../../remediation/tests/model/changes.rs"]
#[expect(dead_code, reason = "the exploration uses the rest")]
mod changes;
#[path = "../../../remediation/tests/model/dms.rs"]
#[expect(dead_code, reason = "the exploration uses the rest")]
mod dms;

use std::collections::HashSet;

use local_aws::{Account, Failure, Unreachable, Variant};
use serde_json::{Value, json};

use self::changes::Change;
use self::dms::{
    Arn, Call, Connection, Dms as Abstract, ENDPOINTS, Facts, InstanceStatus, Modification, New, Old, Place,
    TASKS, Task, TaskStatus,
};
use crate::client::call;
use crate::dms::{Dms, OLD, SOURCE, TARGET, create_request, task_arn};

const ENDPOINT_ARNS: [&str; ENDPOINTS] = [SOURCE, TARGET];
const NAMES: [&str; TASKS] = ["running", "stopped", "ready"];

/// One step of a sequence: a call, or a look at everything, during which time passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Call(Call),
    Describe,
}

/// The simulated DMS beside every state that the abstract one may be in.
struct Lockstep {
    dms: Dms,
    facts: Facts,
    /// The ARNs of the new instances, in the order of their creation.
    generations: Vec<String>,
    states: HashSet<Abstract>,
    done: Vec<Step>,
}

/// The state that can be gone back to.
struct Mark {
    account: Account,
    generations: Vec<String>,
    states: HashSet<Abstract>,
    done: usize,
}

impl Lockstep {
    fn start(variants: &[Variant], change: impl FnOnce(&mut Account)) -> Self {
        let dms = Dms::start();
        dms.change(|account| {
            account.simulation.variants = variants.iter().copied().collect();
            change(account);
        });
        let facts = Facts {
            ready_moves: !variants.contains(&Variant::ReadyTasksDoNotMove),
            full_load: [false, false, true],
        };
        let mut lockstep =
            Self { dms, facts, generations: Vec::new(), states: HashSet::new(), done: Vec::new() };
        let mut first = lockstep.described();
        first.tasks[2].ran = false;
        lockstep.states.insert(first);
        lockstep
    }

    fn mark(&self) -> Mark {
        Mark {
            account: self.dms.change(|account| account.clone()),
            generations: self.generations.clone(),
            states: self.states.clone(),
            done: self.done.len(),
        }
    }

    fn go_back(&mut self, mark: &Mark) {
        self.dms.change(|account| *account = mark.account.clone());
        self.generations.clone_from(&mark.generations);
        self.states.clone_from(&mark.states);
        self.done.truncate(mark.done);
    }

    /// Takes a step in both, and compares the response and then what is described.
    fn step(&mut self, step: Step) {
        self.done.push(step);
        if let Step::Call(called) = step {
            let (operation, body) = self.request(called);
            let (_, fault, response) = call(&self.dms.aws, operation, &body);
            if operation == "CreateReplicationInstance" && fault.is_empty() {
                let arn = response["ReplicationInstance"]["ReplicationInstanceArn"].as_str().unwrap();
                self.generations.push(arn.to_owned());
            }
            let mut after = HashSet::new();
            for state in &self.passed() {
                for outcome in state.call(&self.facts, called) {
                    match outcome {
                        Ok(state) if fault.is_empty() => after.insert(state),
                        Err(expected) if expected == fault => after.insert(*state),
                        _ => false,
                    };
                }
            }
            assert!(
                !after.is_empty(),
                "{called:?} has the fault `{fault}` here, and nowhere in the abstract DMS, after {:?}: {:?}",
                self.done,
                self.states
            );
            self.states = after;
        }
        let described = self.described();
        let states = std::mem::take(&mut self.states);
        self.states = self.reached(&states, &described);
        assert!(
            !self.states.is_empty(),
            "after {:?}, here: {described:?}, and the abstract DMS could only be in: {states:?}",
            self.done
        );
    }

    /// Returns the states that the abstract DMS may be in when the next call arrives: what is between two states may have
    /// ended since it was described.
    fn passed(&self) -> HashSet<Abstract> {
        let mut seen = self.states.clone();
        let mut queue: Vec<Abstract> = self.states.iter().copied().collect();
        while let Some(state) = queue.pop() {
            for (change, after) in changes::changes(&state, &self.facts) {
                let is_under_way = match change {
                    Change::OldBreaks | Change::NewBreaks | Change::TaskOdd(_) | Change::TaskLoaded(_) => {
                        false
                    }
                    Change::TaskFails(task) | Change::TaskFinishes(task) => {
                        state.tasks[usize::from(task)].status != TaskStatus::Running
                    }
                    _ => true,
                };
                if is_under_way && seen.insert(after) {
                    queue.push(after);
                }
            }
        }
        seen
    }

    /// Returns the states that the abstract DMS may have come to by itself and that look as described. Only what looks
    /// otherwise has to change.
    fn reached(&self, states: &HashSet<Abstract>, described: &Abstract) -> HashSet<Abstract> {
        let mut seen = states.clone();
        let mut queue: Vec<Abstract> = states.iter().copied().collect();
        let mut reached = HashSet::new();
        let differing = |state: &Abstract| {
            let state = state.visible();
            let mut parts = vec![state.old != described.old, state.new != described.new];
            parts.extend((0..TASKS).map(|task| state.tasks[task] != described.tasks[task]));
            parts.extend((0..ENDPOINTS).map(|one| state.connections[one] != described.connections[one]));
            parts
        };
        while let Some(state) = queue.pop() {
            let differs = differing(&state);
            if !differs.contains(&true) {
                reached.insert(state);
                continue;
            }
            for (_, after) in changes::changes(&state, &self.facts) {
                let changed = [
                    vec![after.old != state.old, after.new != state.new],
                    (0..TASKS).map(|task| after.tasks[task] != state.tasks[task]).collect(),
                    (0..ENDPOINTS).map(|one| after.connections[one] != state.connections[one]).collect(),
                ]
                .concat();
                // The connections of an instance go with it.
                let is_due =
                    changed[1] || changed.iter().zip(&differs).all(|(changed, differs)| !changed || *differs);
                if is_due && seen.insert(after) {
                    queue.push(after);
                }
            }
        }
        reached
    }

    fn arn(&self, arn: Arn) -> String {
        match arn {
            Arn::Old => OLD.to_owned(),
            Arn::New(generation) => self
                .generations
                .get(usize::from(generation).wrapping_sub(1))
                .cloned()
                .unwrap_or_else(|| OLD.replace("OLDINSTANCE", "NEVERCREATED")),
        }
    }

    fn request(&self, called: Call) -> (&'static str, Value) {
        let task = |task: u8| task_arn(NAMES[usize::from(task)]);
        match called {
            Call::Create { public, upgrades, .. } => {
                let mut request = create_request();
                request["PubliclyAccessible"] = public.into();
                request["AutoMinorVersionUpgrade"] = upgrades.into();
                ("CreateReplicationInstance", request)
            }
            Call::Test { instance, endpoint } => (
                "TestConnection",
                json!({
                    "ReplicationInstanceArn": self.arn(instance),
                    "EndpointArn": ENDPOINT_ARNS[usize::from(endpoint)],
                }),
            ),
            Call::Stop { task: number } => {
                ("StopReplicationTask", json!({"ReplicationTaskArn": task(number)}))
            }
            Call::Move { task: number, to } => (
                "MoveReplicationTask",
                json!({"ReplicationTaskArn": task(number), "TargetReplicationInstanceArn": self.arn(to)}),
            ),
            Call::Start { task: number } => (
                "StartReplicationTask",
                json!({
                    "ReplicationTaskArn": task(number),
                    "StartReplicationTaskType": "resume-processing",
                }),
            ),
            Call::RestoreUpgrades { instance } => (
                "ModifyReplicationInstance",
                json!({
                    "ReplicationInstanceArn": self.arn(instance),
                    "AutoMinorVersionUpgrade": true,
                    "ApplyImmediately": true,
                }),
            ),
            Call::Rename { instance } => (
                "ModifyReplicationInstance",
                json!({
                    "ReplicationInstanceArn": self.arn(instance),
                    "ReplicationInstanceIdentifier": "orders",
                    "ApplyImmediately": true,
                }),
            ),
            Call::Delete { instance } => {
                ("DeleteReplicationInstance", json!({"ReplicationInstanceArn": self.arn(instance)}))
            }
        }
    }

    /// Describes everything, and returns it as the abstract DMS would look.
    fn described(&self) -> Abstract {
        let list = |operation: &str, member: &str| -> Vec<Value> {
            let (_, fault, response) = call(&self.dms.aws, operation, &json!({}));
            assert_eq!(fault, "", "{operation}");
            response[member].as_array().unwrap().clone()
        };
        let tasks = list("DescribeReplicationTasks", "ReplicationTasks");
        let connections = list("DescribeConnections", "Connections");
        // At the end, since an instance that is seen to go has no connections at the next request.
        let instances = list("DescribeReplicationInstances", "ReplicationInstances");
        let old = instances.iter().find(|one| one["ReplicationInstanceArn"] == OLD);
        let new = instances.iter().find(|one| one["ReplicationInstanceArn"] != OLD);
        let place = |arn: &Value| match arn.as_str() {
            None => None,
            Some(OLD) => Some(Place::Old),
            Some(_) => Some(Place::New),
        };
        let task = |name: &str| {
            let described = tasks.iter().find(|one| one["ReplicationTaskArn"] == task_arn(name)).unwrap();
            let reason = described["StopReason"].as_str().unwrap_or_default();
            Task {
                status: task_status(described["Status"].as_str().unwrap()),
                on: place(&described["ReplicationInstanceArn"]).unwrap(),
                target: place(&described["TargetReplicationInstanceArn"]),
                loading: false,
                finished: reason.contains("FULL_LOAD_ONLY_FINISHED"),
                ran: true,
            }
        };
        let connection = |endpoint: &str| {
            let tested = connections.iter().find(|one| {
                one["EndpointArn"] == endpoint
                    && new.is_some_and(|new| new["ReplicationInstanceArn"] == one["ReplicationInstanceArn"])
            });
            match tested.map(|tested| tested["Status"].as_str().unwrap()) {
                None => Connection::Untested,
                Some("testing") => Connection::Testing,
                Some("successful") => Connection::Successful,
                Some("failed") => Connection::Failed,
                Some(status) => panic!("the status of a connection: {status}"),
            }
        };
        let generation = new.map_or(0, |new| {
            let arn = new["ReplicationInstanceArn"].as_str().unwrap();
            1 + self.generations.iter().position(|one| one == arn).unwrap_or(self.generations.len())
        });
        Abstract {
            old: Old { status: instance_status(old), version: old.map_or(0, version), changed: false },
            new: New {
                status: instance_status(new),
                generation: u8::try_from(generation).unwrap(),
                owner: 0,
                version: new.map_or(0, version),
                public: new.is_some_and(|new| new["PubliclyAccessible"] != false),
                upgrades: new.is_some_and(|new| new["AutoMinorVersionUpgrade"] != false),
                renamed: new.is_some_and(|new| new["ReplicationInstanceIdentifier"] == "orders"),
                pending: None,
            },
            tasks: NAMES.map(task),
            connections: ENDPOINT_ARNS.map(connection),
            reachable: [true; ENDPOINTS],
            other: None,
        }
    }

    /// Lists the steps that make sense now or do not, for the present new instance and the one before it.
    fn alphabet(&self) -> Vec<Step> {
        let generation = u8::try_from(self.generations.len()).unwrap();
        let mut news = vec![Arn::New(generation)];
        if generation > 1 {
            news.push(Arn::New(generation - 1));
        }
        let mut calls = Vec::new();
        // The abstract DMS has one place for a new instance: it has no second one beside one that was renamed.
        let is_renamed =
            |state: &Abstract| state.new.renamed || state.new.pending == Some(Modification::Name);
        if !self.states.iter().any(is_renamed) && generation < 3 {
            calls.push(Call::Create { owner: 0, public: false, upgrades: false });
            calls.push(Call::Create { owner: 0, public: false, upgrades: true });
        }
        for instance in news {
            calls.extend([0, 1].map(|endpoint| Call::Test { instance, endpoint }));
            calls.extend([0, 1, 2].map(|task| Call::Move { task, to: instance }));
            calls.push(Call::RestoreUpgrades { instance });
            calls.push(Call::Rename { instance });
            calls.push(Call::Delete { instance });
        }
        for task in [0, 1, 2] {
            calls.extend([Call::Stop { task }, Call::Start { task }, Call::Move { task, to: Arn::Old }]);
        }
        calls.push(Call::Delete { instance: Arn::Old });
        calls.into_iter().map(Step::Call).chain([Step::Describe]).collect()
    }

    /// Takes every sequence of steps of a length.
    fn every(&mut self, length: usize) -> usize {
        if length == 0 {
            return 0;
        }
        let mark = self.mark();
        let mut steps = 0;
        for step in self.alphabet() {
            self.step(step);
            steps += 1 + self.every(length - 1);
            self.go_back(&mark);
        }
        steps
    }
}

fn version(instance: &Value) -> u8 {
    match instance["EngineVersion"].as_str() {
        Some("3.5.4") => 0,
        _ => 1,
    }
}

fn instance_status(instance: Option<&Value>) -> InstanceStatus {
    let Some(instance) = instance else { return InstanceStatus::Absent };
    match instance["ReplicationInstanceStatus"].as_str().unwrap() {
        "creating" => InstanceStatus::Creating,
        "available" => InstanceStatus::Available,
        "modifying" => InstanceStatus::Modifying,
        "rebooting" => InstanceStatus::Rebooting,
        "deleting" => InstanceStatus::Deleting,
        "incompatible-network" => InstanceStatus::Broken,
        status => panic!("the abstract DMS has no such status: {status}"),
    }
}

fn task_status(status: &str) -> TaskStatus {
    match status {
        "ready" => TaskStatus::Ready,
        "stopped" => TaskStatus::Stopped,
        "failed" => TaskStatus::Failed,
        "failed-move" => TaskStatus::FailedMove,
        "running" => TaskStatus::Running,
        "starting" => TaskStatus::Starting,
        "testing" => TaskStatus::Testing,
        "stopping" => TaskStatus::Stopping,
        "moving" => TaskStatus::Moving,
        status => panic!("the abstract DMS has no such status: {status}"),
    }
}

const CREATE: Step = Step::Call(Call::Create { owner: 0, public: false, upgrades: false });
const NEW: Arn = Arn::New(1);

/// Returns the calls of a whole move up to a point, each with the time that it takes.
fn a_move(length: usize) -> Vec<Step> {
    let calls = [
        CREATE,
        Step::Call(Call::Test { instance: NEW, endpoint: 0 }),
        Step::Call(Call::Test { instance: NEW, endpoint: 1 }),
        Step::Call(Call::Stop { task: 0 }),
        Step::Call(Call::Move { task: 0, to: NEW }),
        Step::Call(Call::Start { task: 0 }),
        Step::Call(Call::Move { task: 1, to: NEW }),
        Step::Call(Call::Move { task: 2, to: NEW }),
        Step::Call(Call::Delete { instance: Arn::Old }),
        Step::Call(Call::RestoreUpgrades { instance: NEW }),
        Step::Call(Call::Rename { instance: NEW }),
    ];
    calls.into_iter().take(length).flat_map(|call| [call, Step::Describe, Step::Describe]).collect()
}

/// Takes every sequence of steps of a length, after each part of a move.
fn every_sequence(length: usize) -> usize {
    let mut steps = 0;
    for calls in 0..=11 {
        let mut lockstep = Lockstep::start(&[], |_| {});
        for step in a_move(calls) {
            lockstep.step(step);
        }
        steps += lockstep.every(length);
    }
    steps
}

#[test]
fn every_call_at_every_point_of_a_move_is_answered_as_by_the_abstract_dms() {
    assert!(every_sequence(1) > 200);
}

#[test]
#[ignore = "a minute"]
fn every_two_calls_at_every_point_of_a_move_are_answered_as_by_the_abstract_dms() {
    assert!(every_sequence(2) > 4000);
}

#[test]
fn failures_and_variants_are_those_of_the_abstract_dms() {
    let variants = [
        vec![Variant::ReadyTasksDoNotMove],
        vec![Variant::StartsWithAnAssessment],
        vec![Variant::FailedMoveKeepsTarget],
    ];
    for variants in variants {
        for length in [3, 5, 8] {
            let mut lockstep = Lockstep::start(&variants, |account| {
                let simulation = &mut account.simulation;
                simulation.failed_moves.insert(task_arn("running"), Failure::once("no storage"));
                simulation.failed_starts.insert(task_arn("stopped"), Failure::once("no log"));
                simulation.unreachable.push(Unreachable {
                    instance: None,
                    endpoint: TARGET.to_owned(),
                    failure: Failure::once("no route"),
                });
            });
            for step in a_move(length) {
                lockstep.step(step);
            }
            lockstep.every(1);
        }
    }
}

/// Returns the numbers of a linear congruential generator, each below the bound that it is called with.
fn random(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |bound| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % bound
    }
}

#[test]
fn long_random_sequences_stay_in_step() {
    for seed in 0..40 {
        let mut random = random(seed);
        let mut lockstep = Lockstep::start(&[], |_| {});
        for step in a_move(random(6)) {
            lockstep.step(step);
        }
        for _ in 0..40 {
            let alphabet = lockstep.alphabet();
            let step = if random(2) == 0 { Step::Describe } else { alphabet[random(alphabet.len())] };
            lockstep.step(step);
        }
    }
}
