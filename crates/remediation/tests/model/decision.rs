//! The decisions of the real transition function, each taken once.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use remediation::{Consent, Direction, End, Gate, Next, Plan, Remedy, Situation};

use crate::case::Case;
use crate::dms::{Call, Dms};
use crate::names;
use crate::picture;
use crate::process::{Act, Attempts, Memory};

/// A quick hash: the sets have millions of small values.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        let mixed = (self.0 ^ (self.0 >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        mixed ^ (mixed >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.write_u64(u64::from(value));
    }

    fn write_u16(&mut self, value: u16) {
        self.write_u64(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(5) ^ value).wrapping_mul(0x517C_C1B7_2722_0A95);
    }

    fn write_isize(&mut self, value: isize) {
        self.write_u64(u64::from_ne_bytes(value.to_ne_bytes()));
    }
}

/// A hash map with the quick hash.
pub(crate) type Map<K, V> = HashMap<K, V, BuildHasherDefault<Mix>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Decision {
    Act(Act, Option<Call>),
    Wait(&'static str),
    AskStop,
    AskDelete,
    Stop(&'static str, Way),
    Done,
    AsBefore,
}

/// The remedy of a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Way {
    PlanAgain,
    MendOrBack,
    Back,
    Forward,
    ByHand,
}

/// All that a decision depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) dms: Dms,
    pub(crate) memory: Memory,
    pub(crate) attempts: Attempts,
    pub(crate) consent: Consent,
    pub(crate) direction: Direction,
    pub(crate) run: u8,
}

#[derive(Debug)]
pub(crate) struct Decisions<'a> {
    pub(crate) case: &'a Case,
    pub(crate) plan: Plan,
    pub(crate) taken: Map<Key, Decision>,
}

impl<'a> Decisions<'a> {
    pub(crate) fn new(case: &'a Case) -> Self {
        Self { case, plan: picture::plan(case, &case.first()), taken: Map::default() }
    }

    /// Returns what the transition function chooses.
    pub(crate) fn take(&mut self, mut key: Key) -> Decision {
        key.dms = key.dms.visible();
        if let Some(decision) = self.taken.get(&key) {
            return *decision;
        }
        let decision = self.decide(&key);
        self.taken.insert(key, decision);
        decision
    }

    /// Calls the transition function with everything as the crate has it.
    pub(crate) fn real(&self, key: &Key) -> Next {
        let (memory, attempts) = (key.memory.real(key.run), key.attempts.real());
        remediation::next(Situation {
            plan: &self.plan,
            observation: &picture::observation(self.case, &key.dms),
            memory: &memory,
            attempts: &attempts,
            consent: key.consent,
            direction: key.direction,
        })
    }

    fn decide(&self, key: &Key) -> Decision {
        match self.real(key) {
            Next::Act(action) => {
                let call = action.request(&self.plan, names::run(key.run)).as_ref().map(picture::call);
                let act = Act::from_action(&action);
                if call.is_some() {
                    assert_same_memory(key, &action, act);
                }
                Decision::Act(act, call)
            }
            Next::Wait(wait) => {
                assert!(wait.budget_minutes > 0, "a wait ends: {wait:?}");
                Decision::Wait(wait.code)
            }
            Next::Ask(Gate::Stop) => Decision::AskStop,
            Next::Ask(Gate::Delete) => Decision::AskDelete,
            Next::Stop(refusal) => {
                assert!(!refusal.because.is_empty() && !refusal.subject.is_empty(), "{refusal:?}");
                for (task, entry) in key.memory.stops.iter().enumerate() {
                    // A person who must act by hand must know which tasks are left at rest.
                    let is_named = refusal.because.contains(&names::task(task));
                    assert!(refusal.remedy != Remedy::ByHand || !entry.is_open() || is_named, "{refusal:?}");
                }
                let way = match refusal.remedy {
                    Remedy::PlanAgain => Way::PlanAgain,
                    Remedy::MendOrBack => Way::MendOrBack,
                    Remedy::Back => Way::Back,
                    Remedy::Forward => Way::Forward,
                    Remedy::ByHand => Way::ByHand,
                };
                Decision::Stop(refusal.code, way)
            }
            Next::End(End::Done) => Decision::Done,
            Next::End(End::AsBefore) => Decision::AsBefore,
        }
    }
}

/// Checks that the crate remembers a call, and its rejection, as the model does.
fn assert_same_memory(key: &Key, action: &remediation::Action, act: Act) {
    let (mut real, mut small) = (key.memory.real(key.run), key.memory);
    let rejected = small.begin(act);
    let may_be_undone = action.begin(&mut real);
    assert_eq!(real, small.real(key.run), "before {action:?}");
    if may_be_undone {
        action.reject(&mut real);
    }
    assert_eq!(real, rejected.real(key.run), "after the rejection of {action:?}");
}
