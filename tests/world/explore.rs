//! Every order in which a change of one resource, its notification and a schedule can take effect, call by call.

use std::rc::Rc;
use std::time::Duration;

use local_aws::Precedence;

use crate::defects::Defect;
use crate::model::rules_of;
use crate::player::{Played, change, compare, connect, in_world, schedule};
use crate::rules::{Kind, RULES};
use crate::script::{Attempt, Ids, Place, Script, State, Value};
use crate::world::World;

/// Something that happens to a resource.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Event {
    Create(State),
    Change(State),
    Delete,
    /// It is deleted and created again under its ARN, before the recorder records either.
    Replace(State),
    Rename,
}

/// A resource, and what happens to it while a schedule runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scene {
    pub(crate) rule: usize,
    pub(crate) ids: Ids,
    pub(crate) precedence: Precedence,
    pub(crate) before: Option<State>,
    pub(crate) event: Event,
}

pub(crate) const GOOD: State =
    State { value: Value::Good, exempt_days: None, has_owner: true, is_managed: false };
pub(crate) const BAD: State = State { value: Value::Bad, has_owner: false, ..GOOD };
pub(crate) const EXEMPT: State = State { exempt_days: Some(9), ..BAD };

/// Plays every order of a scene, up to `maximum`. Returns their number.
///
/// # Errors
/// Returns the violation with its trace.
pub(crate) fn explore(scene: Scene, defect: Option<Defect>, maximum: usize) -> Result<usize, String> {
    let mut choices: Vec<(usize, usize)> = Vec::new();
    for orders in 1..=maximum {
        if play_order(scene, defect, &mut choices, false).violation.is_some() {
            let played = play_order(scene, defect, &mut choices, true);
            let violation = played.violation.unwrap_or_else(|| "it does not repeat".to_owned());
            return Err(format!("{violation}\n{scene:?}, order {choices:?}\n{}", played.trace.join("\n")));
        }
        while choices.last().is_some_and(|(chosen, options)| chosen + 1 == *options) {
            choices.pop();
        }
        match choices.last_mut() {
            Some((chosen, _)) => *chosen += 1,
            None => return Ok(orders),
        }
    }
    Err(format!("{scene:?} has more than {maximum} orders"))
}

/// Plays one order: that of `choices`, each an index and the number of options, and the first option after them.
fn play_order(
    scene: Scene,
    defect: Option<Defect>,
    choices: &mut Vec<(usize, usize)>,
    is_traced: bool,
) -> Played {
    let script = Script {
        seed: 1,
        precedence: scene.precedence,
        ids: scene.ids,
        page: 100,
        has_long_names: false,
        steps: Vec::new(),
    };
    in_world(&script, defect, is_traced, async |world| {
        let lambda = connect(&world);
        let place = Place { kind: RULES[scene.rule].kind, slot: 0 };
        if let Some(state) = scene.before {
            happen(&world, place, Event::Create(state));
            tokio::time::sleep(Duration::from_secs(1)).await;
            world.capture(place);
        }
        compare(&world, &lambda, scene.rule).await;
        tokio::time::sleep(Duration::from_secs(1)).await;

        world.take_turns(true);
        let (of_change, of_schedule) = (Rc::clone(&world), Rc::clone(&world));
        let lambdas = [Rc::clone(&lambda), Rc::clone(&lambda)];
        let [one, other] = lambdas;
        world.spawn(async move {
            of_change.turn().await;
            happen(&of_change, place, scene.event);
            of_change.turn().await;
            for item in of_change.capture(place) {
                for rule in rules_of(place.kind).filter(|rule| *rule == scene.rule) {
                    one.invoke(&change(&of_change, rule, &item, false), &attempt()).await;
                }
            }
        });
        world.spawn(async move {
            of_schedule.turn().await;
            let message = schedule(&of_schedule, scene.rule, false);
            other.invoke(&message, &attempt()).await;
        });
        let mut position = 0;
        loop {
            // Time goes on only when every task waits.
            tokio::time::sleep(Duration::from_millis(2)).await;
            let options = world.choices();
            if options == 0 {
                break;
            }
            if position == choices.len() {
                choices.push((0, options));
            }
            assert_eq!(choices[position].1, options, "the world does not repeat");
            world.choose(choices[position].0);
            position += 1;
        }
        assert!(world.is_quiet(), "something goes on without turns");
        world.take_turns(false);
        compare(&world, &lambda, scene.rule).await;
    })
}

/// Returns an attempt without any trouble, in a sandbox that is there.
fn attempt() -> Attempt {
    Attempt { is_warm: true, ..Attempt::default() }
}

fn happen(world: &World, place: Place, event: Event) {
    let now = world.now();
    {
        let mut model = world.model.borrow_mut();
        *model.unrecorded.entry(place.kind).or_default() += 1;
        match event {
            Event::Create(state) => model.create(place, state, true, now),
            Event::Change(state) => model.change(place, state, now),
            Event::Delete => model.delete(place, now),
            Event::Replace(state) => model.delete(place, now) && model.create(place, state, true, now),
            Event::Rename => model.rename(place, now),
        };
    }
    world.trace(|| format!("{event:?}"));
    world.publish(place.kind);
}

/// Lists what may happen to a resource, with its state before.
const EVENTS: [(Option<State>, Event); 10] = [
    (None, Event::Create(GOOD)),
    (Some(GOOD), Event::Delete),
    (Some(BAD), Event::Change(GOOD)),
    (Some(GOOD), Event::Change(BAD)),
    (Some(EXEMPT), Event::Change(BAD)),
    (None, Event::Create(BAD)),
    (Some(BAD), Event::Delete),
    (Some(GOOD), Event::Replace(BAD)),
    (Some(BAD), Event::Replace(EXEMPT)),
    (Some(BAD), Event::Rename),
];

/// Returns the scenes that take little time.
pub(crate) fn short_scenes() -> Vec<Scene> {
    let scene = |(before, event)| Scene {
        rule: PUBLIC,
        ids: Ids::Arns,
        precedence: Precedence::LaterCall,
        before,
        event,
    };
    EVENTS.into_iter().take(2).map(scene).collect()
}

/// Returns all scenes of a rule.
pub(crate) fn scenes(rule: usize) -> Vec<Scene> {
    let mut scenes = Vec::new();
    for precedence in [Precedence::LaterTimestamp, Precedence::LaterCall] {
        for ids in [Ids::Arns, Ids::LastPartsOfArns, Ids::Names] {
            for (before, event) in EVENTS {
                scenes.push(Scene { rule, ids, precedence, before, event });
            }
        }
    }
    scenes
}

/// The rule on public instances.
pub(crate) const PUBLIC: usize = 0;
/// The rule on the logs of tasks, whose settings are not recorded.
pub(crate) const LOGS: usize = 3;

const _: () = assert!(matches!(RULES[PUBLIC].kind, Kind::Instance) && matches!(RULES[LOGS].kind, Kind::Task));
