//! The script of a world: everything that happens in it, and how AWS delivers it. It follows from a seed.

use std::time::Duration;

use fastrand::Rng;
use local_aws::{FaultKind, Precedence};

use crate::rules::{KINDS, Kind, RULES};

/// The resources of one type that a world has at most.
pub(crate) const SLOTS: usize = 4;

/// A world without its randomness.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    pub(crate) seed: u64,
    pub(crate) precedence: Precedence,
    pub(crate) ids: Ids,
    /// The most entries on a page of any listing.
    pub(crate) page: usize,
    /// True if AWS Config made the names of rules so long that no operation lists their results.
    pub(crate) has_long_names: bool,
    pub(crate) steps: Vec<Step>,
}

/// The form of the recorder's ids, which AWS does not document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Ids {
    Arns,
    LastPartsOfArns,
    Names,
    /// ARNs and names, by turns.
    ArnsAndNames,
}

#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// The number in the script that was generated: it stays when other steps are removed.
    pub(crate) number: usize,
    /// The time since the step before.
    pub(crate) wait: Duration,
    pub(crate) action: Action,
}

/// An action; one that has no object in the world has no effect.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    Create { place: Place, state: State, has_its_old_arn: bool, record: Record },
    Change { place: Place, state: State, record: Record },
    Rename { place: Place, record: Record },
    Delete { place: Place, record: Record },
    Schedule { rule: usize, is_snapshot: bool, delivery: Delivery },
}

/// The place of a resource: at most one is there at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) kind: Kind,
    pub(crate) slot: usize,
}

/// The state of a resource, as far as the rules depend on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct State {
    pub(crate) value: Value,
    /// The days from the step to the last day of the exemption.
    pub(crate) exempt_days: Option<i64>,
    pub(crate) has_owner: bool,
    /// True if a zero-ETL integration owns it.
    pub(crate) is_managed: bool,
}

/// The property that a rule reads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value {
    Good,
    Bad,
    Missing,
    Odd,
}

/// The way from a change to the function.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// The time from the change to its configuration item.
    pub(crate) lag: Duration,
    /// The notifications of each rule on the type: none, one or two.
    pub(crate) deliveries: [Vec<Delivery>; 2],
}

/// A message to the function, with the attempts of Lambda.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) delay: Duration,
    pub(crate) is_oversized: bool,
    pub(crate) attempts: [Attempt; 3],
}

/// The circumstances of an invocation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attempt {
    pub(crate) faults: Vec<Fault>,
    pub(crate) kill: Option<Kill>,
    /// The call at which the sandbox is frozen, and for how long.
    pub(crate) freeze: Option<(usize, Duration)>,
    pub(crate) is_warm: bool,
}

impl Attempt {
    pub(crate) fn is_undisturbed(&self) -> bool {
        self.faults.is_empty() && self.kill.is_none() && self.freeze.is_none()
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// The beginning of the operations that it affects; empty for all.
    pub(crate) operation: &'static str,
    /// The first of these calls of the invocation that it affects, from 0.
    pub(crate) from: usize,
    pub(crate) times: usize,
    pub(crate) kind: FaultKind,
}

/// The end of a sandbox at a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kill {
    pub(crate) call: usize,
    /// True if the call has had its effect by then.
    pub(crate) is_after: bool,
}

impl Script {
    pub(crate) fn generate(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let precedence = if rng.bool() { Precedence::LaterTimestamp } else { Precedence::LaterCall };
        let ids =
            pick(&mut rng, &[Ids::Arns, Ids::Arns, Ids::LastPartsOfArns, Ids::Names, Ids::ArnsAndNames]);
        let page = rng.usize(1..=4);
        // Some worlds are calm, so that schedules are often undisturbed.
        let level = |rng: &mut Rng| pick(rng, &[0.0, 0.1, 0.3, 0.6]);
        let trouble = Trouble { delivery: level(&mut rng), calls: level(&mut rng) };
        let haste = pick(&mut rng, &[Haste::Seconds, Haste::Mixed, Haste::Days]);
        let length = rng.usize(6..=40);
        let steps = (0..length)
            .map(|number| Step { number, wait: haste.wait(&mut rng), action: action(&mut rng, trouble) })
            .collect();
        let has_long_names = ids == Ids::Arns && rng.u32(0..4) == 0;
        Self { seed, precedence, ids, page, has_long_names, steps }
    }

    /// Returns the name of a rule in AWS Config.
    pub(crate) fn name(&self, short: &str) -> String {
        if self.has_long_names {
            format!("{short}-{}", "of-a-conformance-pack-".repeat(4))
        } else {
            short.to_owned()
        }
    }
}

/// The parts of messages and of invocations that are in trouble.
#[derive(Clone, Copy)]
struct Trouble {
    delivery: f64,
    calls: f64,
}

#[derive(Clone, Copy)]
enum Haste {
    Seconds,
    Mixed,
    Days,
}

impl Haste {
    fn wait(self, rng: &mut Rng) -> Duration {
        let longest = match self {
            Self::Seconds => 3_000,
            Self::Mixed => pick(rng, &[50, 3_000, 120_000, 86_400_000]),
            Self::Days => 6 * 86_400_000,
        };
        Duration::from_millis(rng.u64(0..longest))
    }
}

fn action(rng: &mut Rng, trouble: Trouble) -> Action {
    let place = Place { kind: pick(rng, &KINDS), slot: rng.usize(0..SLOTS) };
    match rng.u32(0..100) {
        0..35 => Action::Create {
            place,
            state: state(rng),
            has_its_old_arn: rng.bool(),
            record: record(rng, trouble),
        },
        35..55 => Action::Change { place, state: state(rng), record: record(rng, trouble) },
        55..60 => Action::Rename { place, record: record(rng, trouble) },
        60..72 => Action::Delete { place, record: record(rng, trouble) },
        _ => {
            let delay = if rng.f64() < trouble.delivery { rng.u64(0..4_000_000) } else { rng.u64(0..500) };
            let delivery = Delivery {
                delay: Duration::from_millis(delay),
                is_oversized: false,
                attempts: attempts(rng, trouble, 24),
            };
            Action::Schedule { rule: rng.usize(0..RULES.len()), is_snapshot: rng.u32(0..5) == 0, delivery }
        }
    }
}

fn state(rng: &mut Rng) -> State {
    State {
        value: pick(rng, &[Value::Good, Value::Good, Value::Bad, Value::Bad, Value::Missing, Value::Odd]),
        exempt_days: (rng.u32(0..4) == 0).then(|| rng.i64(-1..8)),
        has_owner: rng.bool(),
        is_managed: rng.u32(0..8) == 0,
    }
}

fn record(rng: &mut Rng, trouble: Trouble) -> Record {
    let lag = if rng.f64() < trouble.delivery { rng.u64(1..600_000) } else { rng.u64(1..2_000) };
    let mut deliveries = || {
        let copies = match rng.f64() {
            chance if chance < trouble.delivery * 0.3 => 0,
            chance if chance < trouble.delivery * 0.6 => 2,
            _ => 1,
        };
        (0..copies).map(|_| notification(rng, trouble)).collect()
    };
    Record { lag: Duration::from_millis(lag), deliveries: [deliveries(), deliveries()] }
}

fn notification(rng: &mut Rng, trouble: Trouble) -> Delivery {
    let longest =
        if rng.f64() < trouble.delivery { pick(rng, &[20_000, 600_000, 3 * 86_400_000]) } else { 2_000 };
    Delivery {
        delay: Duration::from_millis(rng.u64(0..longest)),
        is_oversized: rng.u32(0..4) == 0,
        attempts: attempts(rng, trouble, 3),
    }
}

fn attempts(rng: &mut Rng, trouble: Trouble, calls: usize) -> [Attempt; 3] {
    [(); 3].map(|()| attempt(rng, trouble, calls))
}

/// The most faults of one invocation.
pub(crate) const FAULTS_MAXIMUM: usize = 2;

/// The beginnings of operations.
const OPERATIONS: [&str; 8] =
    ["", "", "Put", "Describe", "Describe", "GetCompliance", "ListDiscovered", "ListTags"];

fn attempt(rng: &mut Rng, trouble: Trouble, calls: usize) -> Attempt {
    let mut attempt = Attempt { is_warm: rng.bool(), ..Attempt::default() };
    if rng.f64() >= trouble.calls {
        return attempt;
    }
    for _ in 0..=rng.usize(0..FAULTS_MAXIMUM) {
        let operation = pick(rng, &OPERATIONS);
        let from = rng.usize(0..if operation.is_empty() { calls } else { 4 });
        let fault = Fault { operation, from, times: pick(rng, &[1, 1, 1, 2, 30]), kind: fault(rng) };
        attempt.faults.push(fault);
    }
    if rng.u32(0..4) == 0 {
        attempt.kill = Some(Kill { call: rng.usize(0..calls), is_after: rng.bool() });
    }
    if rng.u32(0..6) == 0 {
        let time = Duration::from_millis(rng.u64(0..60_000));
        attempt.freeze = Some((rng.usize(0..calls), time));
    }
    attempt
}

fn fault(rng: &mut Rng) -> FaultKind {
    match rng.u32(0..22) {
        0 => FaultKind::Throttle,
        1 => FaultKind::ServerError,
        2 => FaultKind::Unavailable,
        3 => FaultKind::Denied,
        4 => FaultKind::DeniedByOrganization,
        5 => FaultKind::ExpiredToken,
        6 => FaultKind::DropConnection,
        7 => FaultKind::DropAfter,
        8 => FaultKind::NoResponse,
        9 => FaultKind::NoResponseAfter,
        10 => FaultKind::Garbage,
        11 => FaultKind::CutShort,
        12 => FaultKind::EmptyBody,
        13 => FaultKind::EmptyObject,
        14 => FaultKind::ErrorWithSuccess,
        15 => FaultKind::EchoToken,
        16 | 17 => FaultKind::FailedEvaluations { count: pick(rng, &[1, 1, 2, 100]) },
        18 => FaultKind::EmptyPageWithToken,
        19 => FaultKind::RepeatedToken,
        _ => FaultKind::Slow { milliseconds: rng.u64(0..14_000) },
    }
}

pub(crate) fn pick<T: Clone>(rng: &mut Rng, choices: &[T]) -> T {
    choices[rng.usize(0..choices.len())].clone()
}
