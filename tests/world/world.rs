//! A world while it runs: AWS, the truth about it, and the invariants.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use local_aws::{AcceptedEvaluation, DeletedResource, DiscoveredResource, FaultKind, InProcess};
use serde_json::Value as Json;
use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;

use crate::ACCOUNT;
use crate::defects::Defect;
use crate::events::in_history;
use crate::model::{Item, Model};
use crate::rules::{KINDS, Kind, RULES};
use crate::script::{Attempt, FAULTS_MAXIMUM, Place, Script};

/// The first moment of every world.
const BEGIN: &str = "2026-01-30T22:00:00Z";

/// An evaluation that AWS Config accepted.
#[derive(Clone, Debug)]
pub(crate) struct Put {
    pub(crate) invocation: usize,
    pub(crate) effective: DateTime<Utc>,
    pub(crate) id: String,
    pub(crate) compliance_type: String,
    pub(crate) ordered: DateTime<Utc>,
}

/// An invocation and its circumstances.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) attempt: Attempt,
    pub(crate) calls: usize,
    /// The calls so far that each fault is about.
    pub(crate) matches: [usize; FAULTS_MAXIMUM],
    pub(crate) kill: Rc<Notify>,
    pub(crate) frozen_until: Rc<Cell<Option<Instant>>>,
    /// The results that AWS Config has shown to it: the time that orders each, by id.
    pub(crate) shown: BTreeMap<String, DateTime<Utc>>,
}

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) aws: InProcess,
    pub(crate) region: String,
    pub(crate) page: usize,
    /// The names of the rules in AWS Config.
    pub(crate) names: Vec<String>,
    pub(crate) defect: Option<Defect>,
    pub(crate) model: RefCell<Model>,
    pub(crate) invocations: RefCell<Vec<Running>>,
    /// The accepted evaluations of each rule.
    pub(crate) puts: RefCell<BTreeMap<usize, Vec<Put>>>,
    /// The schedules after which AWS Config was compared with the model.
    pub(crate) comparisons: Cell<usize>,
    violation: RefCell<Option<String>>,
    trace: Option<RefCell<Vec<String>>>,
    seed: u64,
    /// The requests and tasks that wait for their turn; `None` if everything happens in its own time.
    waiting: RefCell<Option<Vec<oneshot::Sender<()>>>>,
    begin: Instant,
    active: Cell<usize>,
    tokens: Cell<usize>,
}

impl World {
    pub(crate) fn new(script: &Script, region: &str, defect: Option<Defect>, is_traced: bool) -> Rc<Self> {
        let aws = InProcess::default();
        aws.account(ACCOUNT, region, |account| account.precedence = script.precedence);
        Rc::new(Self {
            aws,
            region: region.to_owned(),
            page: script.page,
            names: RULES.iter().map(|rule| script.name(rule.name)).collect(),
            defect,
            model: RefCell::new(Model::new(script.ids)),
            invocations: RefCell::default(),
            puts: RefCell::default(),
            comparisons: Cell::new(0),
            violation: RefCell::new(None),
            trace: is_traced.then(RefCell::default),
            seed: script.seed,
            waiting: RefCell::new(None),
            begin: Instant::now(),
            active: Cell::new(0),
            tokens: Cell::new(0),
        })
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        let begin: DateTime<Utc> = BEGIN.parse().unwrap();
        let elapsed = i64::try_from(self.begin.elapsed().as_millis()).unwrap();
        begin + TimeDelta::milliseconds(elapsed)
    }

    /// Runs a task beside the others of the world.
    pub(crate) fn spawn(self: &Rc<Self>, task: impl Future<Output = ()> + 'static) {
        let world = Rc::clone(self);
        world.active.set(world.active.get() + 1);
        tokio::task::spawn_local(async move {
            task.await;
            world.active.set(world.active.get() - 1);
        });
    }

    /// Returns true if nothing is under way.
    pub(crate) fn is_quiet(&self) -> bool {
        self.active.get() == 0
    }

    pub(crate) fn trace(&self, line: impl FnOnce() -> String) {
        if let Some(trace) = &self.trace {
            let now = self.now().to_rfc3339_opts(SecondsFormat::Millis, true);
            trace.borrow_mut().push(format!("{now} {}", line()));
        }
    }

    pub(crate) fn take_trace(&self) -> Vec<String> {
        self.trace.as_ref().map(RefCell::take).unwrap_or_default()
    }

    /// Records a violation of an invariant; the first one counts.
    pub(crate) fn violate(&self, violation: impl FnOnce() -> String) {
        if self.violation.borrow().is_none() {
            let violation = violation();
            self.trace(|| format!("VIOLATION: {violation}"));
            *self.violation.borrow_mut() = Some(violation);
        }
    }

    pub(crate) fn violation(&self) -> Option<String> {
        self.violation.borrow().clone()
    }

    /// Makes requests, and whoever calls [`turn`](Self::turn), wait until they are chosen; or lets all go on.
    pub(crate) fn take_turns(&self, is_on: bool) {
        *self.waiting.borrow_mut() = is_on.then(Vec::new);
    }

    /// Waits to be chosen. Returns false, at once, if there are no turns.
    pub(crate) async fn turn(&self) -> bool {
        let chosen = self.waiting.borrow_mut().as_mut().map(|waiting| {
            let (sender, chosen) = oneshot::channel();
            waiting.push(sender);
            chosen
        });
        match chosen {
            Some(chosen) => chosen.await.is_ok(),
            None => false,
        }
    }

    /// Returns the number of those that wait.
    pub(crate) fn choices(&self) -> usize {
        self.waiting.borrow().as_ref().map_or(0, Vec::len)
    }

    pub(crate) fn choose(&self, index: usize) {
        let chosen = self.waiting.borrow_mut().as_mut().map(|waiting| waiting.remove(index));
        let _ = chosen.map(|chosen| chosen.send(()));
    }

    /// Returns a time in the network, which depends on the seed and these numbers alone.
    pub(crate) fn latency(&self, numbers: &[u64]) -> Duration {
        let mix =
            |seed: u64, number: &u64| (seed ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
        let seed = numbers.iter().fold(self.seed, mix);
        Duration::from_millis(fastrand::Rng::with_seed(seed).u64(2..150))
    }

    /// Makes a result token of a rule.
    pub(crate) fn token(&self, rule: usize) -> String {
        self.tokens.set(self.tokens.get() + 1);
        let token = format!("token-{}", self.tokens.get());
        let name = &self.names[rule];
        self.aws.account(ACCOUNT, &self.region, |account| account.expect_token(name, &token));
        token
    }

    /// Counts a call of an invocation. Returns its number and its fault.
    pub(crate) fn begin_call(&self, invocation: usize, operation: &str) -> (usize, Option<FaultKind>) {
        let mut invocations = self.invocations.borrow_mut();
        let running = &mut invocations[invocation];
        let call = running.calls;
        running.calls += 1;
        if let Some((_, time)) = running.attempt.freeze.filter(|(at, _)| *at == call) {
            running.frozen_until.set(Some(Instant::now() + time));
        }
        let faults = running.attempt.faults.iter().zip(&mut running.matches);
        let mut found = None;
        for (fault, matches) in faults.filter(|(fault, _)| operation.starts_with(fault.operation)) {
            if (fault.from..fault.from + fault.times).contains(matches) {
                found = found.or_else(|| Some(fault.kind.clone()));
            }
            *matches += 1;
        }
        (call, found)
    }

    /// Ends the sandbox of an invocation if the script says so.
    pub(crate) fn kill_at(&self, invocation: usize, call: usize, is_after: bool) {
        let running = &self.invocations.borrow()[invocation];
        if running.attempt.kill.is_some_and(|kill| kill.call == call && kill.is_after == is_after) {
            running.kill.notify_one();
        }
    }

    /// Copies the resources of a type from the model to DMS.
    pub(crate) fn publish(&self, kind: Kind) {
        let fleet = self.model.borrow().fleet(kind);
        self.aws.account(ACCOUNT, &self.region, |account| account.dms.insert(kind.list().to_owned(), fleet));
    }

    /// Lets the recorder record a place. Returns its items.
    pub(crate) fn capture(&self, place: Place) -> Vec<Item> {
        let now = self.now();
        let mut model = self.model.borrow_mut();
        model.expire(now);
        let items = model.capture(place, now);
        *model.unrecorded.entry(place.kind).or_default() -= 1;
        let inventory = model.recorded.iter().map(|(place, recorded)| DiscoveredResource {
            resource_type: place.kind.resource_type().to_owned(),
            resource_id: recorded.id.clone(),
            resource_name: Some(recorded.name.clone()),
        });
        let inventory: Vec<DiscoveredResource> = inventory.collect();
        self.aws.account(ACCOUNT, &self.region, |account| {
            account.discovered_resources = inventory;
            for Item { kind, recorded, resource, captured } in &items {
                account.deleted_resources.retain(|deleted| deleted.resource.resource_id != recorded.id);
                if resource.is_none() {
                    let resource = DiscoveredResource {
                        resource_type: kind.resource_type().to_owned(),
                        resource_id: recorded.id.clone(),
                        resource_name: Some(recorded.name.clone()),
                    };
                    account.deleted_resources.push(DeletedResource { resource, deleted: *captured });
                }
            }
            account.history.extend(items.iter().map(in_history));
        });
        items
    }

    /// Notes the results that a response of AWS Config shows to an invocation.
    pub(crate) fn show(&self, invocation: usize, body: &str) {
        let Ok(page) = serde_json::from_str::<Json>(body) else { return };
        let shown = &mut self.invocations.borrow_mut()[invocation].shown;
        for result in page["EvaluationResults"].as_array().into_iter().flatten() {
            let identifier = &result["EvaluationResultIdentifier"];
            let id = identifier["EvaluationResultQualifier"]["ResourceId"].as_str().unwrap().to_owned();
            #[expect(clippy::cast_possible_truncation, reason = "a time of our days")]
            let time = (identifier["OrderingTimestamp"].as_f64().unwrap() * 1000.0).round() as i64;
            shown.insert(id, DateTime::from_timestamp_millis(time).unwrap());
        }
    }

    /// Takes over what AWS Config accepted from an invocation, and checks the invariants.
    pub(crate) fn take_effect(&self, invocation: usize) {
        let accepted = self.aws.take_accepted();
        if accepted.is_empty() {
            return;
        }
        for AcceptedEvaluation { rule, result, .. } in accepted {
            let rule = self.names.iter().position(|one| Some(one) == rule.as_ref()).unwrap();
            self.trace(|| {
                format!(
                    "    {} is {} by {}",
                    result.resource_id, result.compliance_type, result.ordering_timestamp
                )
            });
            let shown = self.invocations.borrow()[invocation].shown.get(&result.resource_id).copied();
            let is_cleared =
                result.annotation.as_deref().is_some_and(|text| text.contains("no longer exists"));
            if is_cleared && shown > Some(result.ordering_timestamp) {
                self.violate(|| format!("{} is cleared by a schedule that is older", result.resource_id));
            }
            self.puts.borrow_mut().entry(rule).or_default().push(Put {
                invocation,
                effective: self.now(),
                id: result.resource_id,
                compliance_type: result.compliance_type,
                ordered: result.ordering_timestamp,
            });
        }
        self.check();
    }

    /// Checks what holds at any moment: AWS Config shows no result that has been false since before the moment by which it is
    /// ordered. A result that is ordered earlier is only late.
    pub(crate) fn check(&self) {
        let mut model = self.model.borrow_mut();
        model.expire(self.now());
        for (rule, name) in self.names.iter().enumerate() {
            let results = self.aws.account(ACCOUNT, &self.region, |account| account.results(name));
            for result in results {
                let (id, shown) = (result.resource_id, result.compliance_type);
                let Some(timeline) = model.timelines.get(&(rule, id.clone())) else {
                    self.violate(|| format!("{name}: {shown} under {id}, which no resource has had"));
                    continue;
                };
                let since = timeline.false_since(&shown);
                if let Some(since) = since.filter(|since| *since < result.ordering_timestamp) {
                    self.violate(|| {
                        format!(
                            "{name}: {id} is {shown}, ordered by {}, which is false since {since}",
                            result.ordering_timestamp
                        )
                    });
                }
            }
        }
    }

    /// Returns what AWS Config shows of a rule, by id. NOT_APPLICABLE is not shown.
    pub(crate) fn shown(&self, rule: usize) -> BTreeMap<String, String> {
        let results = self.aws.account(ACCOUNT, &self.region, |account| account.results(&self.names[rule]));
        let shown = results.into_iter().filter(|result| result.compliance_type != "NOT_APPLICABLE");
        shown.map(|result| (result.resource_id, result.compliance_type)).collect()
    }

    /// Ends the exemptions that are over, before a change of a resource.
    pub(crate) fn expire(&self) {
        self.model.borrow_mut().expire(self.now());
    }

    /// Returns true if every change has reached the recorder.
    pub(crate) fn is_recorded(&self) -> bool {
        KINDS.iter().all(|kind| self.model.borrow().settled_since(*kind).is_some())
    }
}
