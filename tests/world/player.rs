//! Plays a script.

use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;

use crate::defects::Defect;
use crate::events::{self, Envelope};
use crate::invocation::{Lambda, Message, Subject};
use crate::model::{Item, rules_of};
use crate::network;
use crate::rules::RULES;
use crate::script::{Action, Attempt, Delivery, Place, Record, Script};
use crate::world::World;

/// The end of a world.
#[derive(Debug)]
pub(crate) struct Played {
    pub(crate) violation: Option<String>,
    pub(crate) trace: Vec<String>,
    /// The schedules after which AWS Config was compared with the model.
    pub(crate) comparisons: usize,
    pub(crate) invocations: usize,
}

/// The number of worlds so far. Each has a Region of its own: the SDK keeps the budget of retries for each Region, in the
/// whole process.
static WORLDS: AtomicUsize = AtomicUsize::new(0);

/// Plays a script against the function, which has a defect if one is given.
pub(crate) fn play(script: &Script, defect: Option<Defect>, is_traced: bool) -> Played {
    in_world(script, defect, is_traced, async |world| run(script, &world).await)
}

/// Runs `life` in a new world.
pub(crate) fn in_world(
    script: &Script,
    defect: Option<Defect>,
    is_traced: bool,
    life: impl AsyncFnOnce(Rc<World>),
) -> Played {
    let region = format!("us-world-{}", WORLDS.fetch_add(1, Ordering::Relaxed));
    fastrand::seed(script.seed); // the jitter of retries
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async {
        let world = World::new(script, &region, defect, is_traced);
        life(Rc::clone(&world)).await;
        Played {
            violation: world.violation(),
            trace: world.take_trace(),
            comparisons: world.comparisons.get(),
            invocations: world.invocations.borrow().len(),
        }
    })
}

/// Connects a function to the AWS of a world.
pub(crate) fn connect(world: &Rc<World>) -> Rc<Lambda> {
    let (requests, receiver) = mpsc::unbounded_channel();
    tokio::task::spawn_local(network::serve(Rc::clone(world), receiver));
    Lambda::new(world, requests)
}

async fn run(script: &Script, world: &Rc<World>) {
    let lambda = connect(world);
    for step in &script.steps {
        tokio::time::sleep(step.wait).await;
        if world.violation().is_some() {
            return;
        }
        world.trace(|| format!("step {}: {}", step.number, brief(&step.action)));
        act(&step.action, world, &lambda);
    }
    while !world.is_quiet() {
        tokio::time::sleep(Duration::from_secs(10)).await;
    }
    assert!(world.is_recorded(), "a change was never recorded");
    for rule in 0..RULES.len() {
        compare(world, &lambda, rule).await;
    }
}

/// Compares AWS Config with the model after a schedule beside which nothing happens.
pub(crate) async fn compare(world: &Rc<World>, lambda: &Lambda, rule: usize) {
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = world.comparisons.get();
    let succeeded = lambda.invoke(&schedule(world, rule, false), &Attempt::default()).await;
    let is_compared = world.comparisons.get() > before;
    if succeeded && !is_compared {
        world.violate(|| format!("{}: the last schedule was disturbed", RULES[rule].name));
    }
}

fn act(action: &Action, world: &Rc<World>, lambda: &Rc<Lambda>) {
    world.expire();
    let now = world.now();
    let (place, record, is_done) = {
        let mut model = world.model.borrow_mut();
        match action {
            Action::Create { place, state, has_its_old_arn, record } => {
                (place, record, model.create(*place, *state, *has_its_old_arn, now))
            }
            Action::Change { place, state, record } => (place, record, model.change(*place, *state, now)),
            Action::Rename { place, record } => (place, record, model.rename(*place, now)),
            Action::Delete { place, record } => (place, record, model.delete(*place, now)),
            Action::Schedule { rule, is_snapshot, delivery } => {
                drop(model);
                let message = schedule(world, *rule, *is_snapshot);
                deliver(world, lambda, message, delivery.clone());
                return;
            }
        }
    };
    if is_done {
        *world.model.borrow_mut().unrecorded.entry(place.kind).or_default() += 1;
        world.publish(place.kind);
        let (world, lambda) = (Rc::clone(world), Rc::clone(lambda));
        Rc::clone(&world).spawn(capture(world, lambda, *place, record.clone()));
    }
}

async fn capture(world: Rc<World>, lambda: Rc<Lambda>, place: Place, record: Record) {
    tokio::time::sleep(record.lag).await;
    while !world.model.borrow().can_capture(world.now()) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let items = world.capture(place);
    world.check();
    for item in &items {
        world.trace(|| {
            let what = if item.resource.is_some() { "" } else { " deleted" };
            format!("recorded {}{what}", item.recorded.id)
        });
        for (rule, deliveries) in rules_of(place.kind).zip(&record.deliveries) {
            for delivery in deliveries {
                let message = change(&world, rule, item, delivery.is_oversized);
                deliver(&world, &lambda, message, delivery.clone());
            }
        }
    }
}

fn deliver(world: &Rc<World>, lambda: &Rc<Lambda>, message: Message, delivery: Delivery) {
    let lambda = Rc::clone(lambda);
    world.spawn(async move { lambda.deliver(&message, &delivery).await });
}

pub(crate) fn change(world: &World, rule: usize, item: &Item, is_oversized: bool) -> Message {
    let (token, notified) = (world.token(rule), world.now());
    let envelope = Envelope { rule, name: &world.names[rule], token: &token, region: &world.region };
    let event = if is_oversized {
        events::oversized(envelope, item, notified)
    } else {
        events::change(envelope, item, notified)
    };
    let subject = Subject::Change { item: item.clone(), notified };
    Message { rule, payload: event.to_string(), subject }
}

pub(crate) fn schedule(world: &World, rule: usize, is_snapshot: bool) -> Message {
    let (token, at) = (world.token(rule), world.now());
    let envelope = Envelope { rule, name: &world.names[rule], token: &token, region: &world.region };
    let event = if is_snapshot { events::snapshot(envelope, at) } else { events::scheduled(envelope, at) };
    Message { rule, payload: event.to_string(), subject: Subject::Schedule { at } }
}

/// Describes an action without its deliveries: the trace shows what becomes of them.
fn brief(action: &Action) -> String {
    match action {
        Action::Create { place, state, has_its_old_arn, .. } => {
            let old = if *has_its_old_arn { " under its old ARN" } else { "" };
            format!("create {} {}{old}: {state:?}", place.kind.word(), place.slot)
        }
        Action::Change { place, state, .. } => {
            format!("change {} {}: {state:?}", place.kind.word(), place.slot)
        }
        Action::Rename { place, .. } => format!("rename {} {}", place.kind.word(), place.slot),
        Action::Delete { place, .. } => format!("delete {} {}", place.kind.word(), place.slot),
        Action::Schedule { rule, .. } => format!("schedule of {}", RULES[*rule].name),
    }
}
