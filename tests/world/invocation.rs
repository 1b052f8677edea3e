//! Lambda: sandboxes, invocations with their ends, and the attempts of a message.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use aws_client::Aws;
use aws_client::simulation::Keys;
use chrono::{DateTime, Utc};
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

use crate::ACCOUNT;
use crate::model::{Item, expected};
use crate::network::{Network, Transmission};
use crate::rules::{Expected, RULES};
use crate::script::{Attempt, Delivery};
use crate::world::{Put, Running, World};

/// The timeout of the function, and the time after which the function itself gives up.
const TIMEOUT: Duration = Duration::from_secs(30);
const TIME_LEFT: Duration = Duration::from_secs(29);

/// The pause before the second attempt; twice as long before the third (AWS Lambda developer guide, "Asynchronous
/// invocation").
const PAUSE: Duration = Duration::from_mins(1);

/// A message of AWS Config to the function.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) rule: usize,
    pub(crate) payload: String,
    pub(crate) subject: Subject,
}

#[derive(Clone, Debug)]
pub(crate) enum Subject {
    Change { item: Item, notified: DateTime<Utc> },
    Schedule { at: DateTime<Utc> },
}

/// The end of an invocation.
#[derive(Debug, PartialEq)]
enum End {
    Succeeded,
    Failed(String),
    TimedOut,
    Killed,
}

/// A sandbox of the function: it runs one invocation at a time, and keeps its clients.
struct Sandbox {
    aws: Result<Aws, aws_client::Error>,
    invocation: Arc<AtomicUsize>,
}

/// Lambda. It starts a sandbox for each invocation for which none is free.
pub(crate) struct Lambda {
    world: Rc<World>,
    requests: mpsc::UnboundedSender<Transmission>,
    free: RefCell<Vec<Sandbox>>,
}

impl Lambda {
    pub(crate) fn new(world: &Rc<World>, requests: mpsc::UnboundedSender<Transmission>) -> Rc<Self> {
        Rc::new(Self { world: Rc::clone(world), requests, free: RefCell::default() })
    }

    fn sandbox(&self, is_warm: bool) -> Sandbox {
        let free = if is_warm { self.free.borrow_mut().pop() } else { None };
        free.unwrap_or_else(|| {
            let credentials = self.world.aws.credentials(ACCOUNT);
            let keys = Keys {
                access_key_id: credentials.access_key_id,
                secret_access_key: credentials.secret_access_key,
                session_token: credentials.session_token,
            };
            let invocation = Arc::new(AtomicUsize::new(0));
            let network = Network { invocation: Arc::clone(&invocation), requests: self.requests.clone() };
            let aws = Aws::simulated(Arc::new(network), &self.world.region, keys);
            Sandbox { aws: Ok(aws), invocation }
        })
    }

    /// Delivers a message, again if the function fails.
    pub(crate) async fn deliver(&self, message: &Message, delivery: &Delivery) {
        tokio::time::sleep(delivery.delay).await;
        for (number, attempt) in delivery.attempts.iter().enumerate() {
            if number > 0 {
                tokio::time::sleep(PAUSE * u32::try_from(number).unwrap()).await;
            }
            if self.invoke(message, attempt).await {
                return;
            }
        }
    }

    /// Invokes the function, and checks the invariants at the end. Returns true if it succeeded.
    pub(crate) async fn invoke(&self, message: &Message, attempt: &Attempt) -> bool {
        let world = &self.world;
        let sandbox = self.sandbox(attempt.is_warm);
        let kill = Rc::new(Notify::new());
        let frozen_until = Rc::new(Cell::new(None));
        let invocation = {
            let mut invocations = world.invocations.borrow_mut();
            invocations.push(Running {
                attempt: attempt.clone(),
                calls: 0,
                matches: Default::default(),
                kill: Rc::clone(&kill),
                frozen_until: Rc::clone(&frozen_until),
                shown: BTreeMap::new(),
            });
            invocations.len() - 1
        };
        world.trace(|| format!("invocation {invocation} of {} begins: {message}", RULES[message.rule].name));
        sandbox.invocation.store(invocation, Ordering::Relaxed);
        let arn = format!("arn:aws:lambda:{}:{ACCOUNT}:function:dms-rule", world.region);
        let end = {
            let work = config_lambda::respond(&message.payload, &arn, TIME_LEFT, &sandbox.aws);
            let work = Freezable { frozen_until, thaw: None, work: pin!(work) };
            tokio::select! {
                biased;
                () = kill.notified() => End::Killed,
                result = work => match result {
                    Ok(_) => End::Succeeded,
                    Err(error) => End::Failed(format!("{}: {}", error.error_type, error.error_message)),
                },
                () = tokio::time::sleep(TIMEOUT) => End::TimedOut,
            }
        };
        world.trace(|| format!("invocation {invocation} ends: {end:?}"));
        match &end {
            End::Succeeded => self.check_success(message, invocation),
            other if attempt.is_undisturbed() => {
                world.violate(|| format!("invocation {invocation} is undisturbed and ends so: {other:?}"));
            }
            _ => {}
        }
        if matches!(end, End::Succeeded | End::Failed(_)) {
            self.free.borrow_mut().push(sandbox);
        }
        end == End::Succeeded
    }

    fn check_success(&self, message: &Message, invocation: usize) {
        match &message.subject {
            Subject::Change { item, notified } => {
                self.check_change(message.rule, item, *notified, invocation);
            }
            Subject::Schedule { at } => self.check_schedule(message.rule, *at, invocation),
        }
    }

    /// A change that succeeded has exactly one evaluation: of its item, and not better than that.
    fn check_change(&self, rule: usize, item: &Item, notified: DateTime<Utc>, invocation: usize) {
        let puts = self.puts(rule, invocation);
        let id = &item.recorded.id;
        let is_own = |put: &&Put| put.id == *id;
        let name = RULES[rule].name;
        let Some(put) = puts.iter().find(is_own) else {
            self.world.violate(|| format!("{name}: a change of {id} succeeded without an evaluation"));
            return;
        };
        if let Some(other) = puts.iter().find(|put| !is_own(put)) {
            self.world.violate(|| format!("{name}: a change of {id} evaluated {}", other.id));
        }
        if put.ordered != item.captured {
            self.world.violate(|| format!("{name}: a change of {id} is ordered by {}", put.ordered));
        }
        let is_compliant = put.compliance_type == "COMPLIANT";
        let may_be = item.resource.as_ref().is_some_and(|resource| {
            let expected = expected(rule, resource, notified);
            // The settings of a task are not recorded: they may be better by now.
            name == "logs" || matches!(expected, Expected::Compliant | Expected::Managed { is_good: true })
        });
        if is_compliant && !may_be {
            self.world.violate(|| format!("{name}: a change to a bad or deleted {id} is COMPLIANT"));
        }
    }

    /// A schedule that succeeded evaluated everything that existed all the time. If nothing happened beside it, AWS Config
    /// shows exactly what the model says.
    fn check_schedule(&self, rule: usize, at: DateTime<Utc>, invocation: usize) {
        let world = &self.world;
        let name = RULES[rule].name;
        let own = self.puts(rule, invocation);
        let model = world.model.borrow();
        for (place, resource) in &model.resources {
            let is_evaluated = model.aliases(*place).iter().any(|id| own.iter().any(|put| put.id == *id));
            if place.kind == RULES[rule].kind && resource.created < at && !is_evaluated {
                world.violate(|| format!("{name}: a schedule dropped {}", resource.arn));
            }
        }
        let is_settled = model.settled_since(RULES[rule].kind).is_some_and(|since| since < at);
        let puts = world.puts.borrow();
        let mut others = puts.get(&rule).into_iter().flatten().filter(|put| put.invocation != invocation);
        if !is_settled || others.any(|put| put.effective >= at || put.ordered >= at) {
            return;
        }
        world.comparisons.set(world.comparisons.get() + 1);
        let expected = model.results(rule, at);
        let mut shown = world.shown(rule);
        if world.names[rule].len() > 64 {
            // Then the results of resources that the recorder never had stay (ARCHITECTURE.md, "A rule with a long name").
            shown.retain(|id, _| expected.contains_key(id) || model.known.contains(id));
        }
        let is_same = shown.len() == expected.len()
            && shown.iter().all(|(id, one)| expected.get(id).is_some_and(|other| other == one));
        if !is_same {
            world.violate(|| {
                format!("{name}: after a schedule AWS Config shows {shown:?}, expected {expected:?}")
            });
        }
    }

    fn puts(&self, rule: usize, invocation: usize) -> Vec<Put> {
        let puts = self.world.puts.borrow();
        let of_rule = puts.get(&rule).into_iter().flatten();
        of_rule.filter(|put| put.invocation == invocation).cloned().collect()
    }
}

impl std::fmt::Display for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.subject {
            Subject::Change { item, .. } => {
                let what = if item.resource.is_some() { "change" } else { "deletion" };
                write!(f, "{what} of {}, captured {}", item.recorded.id, item.captured)
            }
            Subject::Schedule { at } => write!(f, "schedule of {at}"),
        }
    }
}

/// The work of a sandbox, which does not go on while the sandbox is frozen.
struct Freezable<'a, F> {
    frozen_until: Rc<Cell<Option<Instant>>>,
    thaw: Option<Pin<Box<tokio::time::Sleep>>>,
    work: Pin<&'a mut F>,
}

impl<F: Future> Future for Freezable<'_, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = &mut *self;
        if let Some(until) = this.frozen_until.take() {
            this.thaw = Some(Box::pin(tokio::time::sleep_until(until)));
        }
        if let Some(thaw) = &mut this.thaw {
            if thaw.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            this.thaw = None;
        }
        this.work.as_mut().poll(context)
    }
}
