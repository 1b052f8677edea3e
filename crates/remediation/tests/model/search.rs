//! The exhaustive search, breadth first: every world that can be reached.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::hash::{Hash, Hasher};

use crate::case::Case;
use crate::decision::{Decisions, Mix};
use crate::safety;
use crate::world::{Step, World};

/// The worlds that were found, each once, with the one that it was first reached from.
#[derive(Debug)]
#[expect(clippy::struct_field_names, reason = "the worlds of the worlds")]
pub(crate) struct Worlds {
    pub(crate) worlds: Vec<World>,
    parents: Vec<u32>,
    /// Open addressing: the number of a world in `worlds`, or `FREE`.
    slots: Vec<u32>,
}

const FREE: u32 = u32::MAX;

impl Worlds {
    fn new() -> Self {
        Self { worlds: Vec::new(), parents: Vec::new(), slots: vec![FREE; 1 << 16] }
    }

    fn slot(&self, world: &World) -> usize {
        let mut hasher = Mix::default();
        world.hash(&mut hasher);
        let mask = self.slots.len() - 1;
        let mut slot = usize::try_from(hasher.finish()).unwrap() & mask;
        loop {
            let number = self.slots[slot];
            if number == FREE || self.worlds[number as usize] == *world {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
    }

    /// Adds a world, and returns true if it is new.
    fn add(&mut self, world: World, parent: u32) -> bool {
        if (self.worlds.len() + 1) * 2 > self.slots.len() {
            self.slots = vec![FREE; self.slots.len() * 2];
            for number in 0..self.worlds.len() {
                let slot = self.slot(&self.worlds[number]);
                self.slots[slot] = u32::try_from(number).unwrap();
            }
        }
        let slot = self.slot(&world);
        if self.slots[slot] != FREE {
            return false;
        }
        self.slots[slot] = u32::try_from(self.worlds.len()).unwrap();
        self.worlds.push(world);
        self.parents.push(parent);
        true
    }

    /// Describes the shortest way to a world.
    pub(crate) fn trace(&self, decisions: &mut Decisions<'_>, number: usize) -> String {
        let mut way = vec![number];
        while let Some(parent) =
            way.last().map(|number| self.parents[*number]).filter(|parent| *parent != FREE)
        {
            way.push(parent as usize);
        }
        way.reverse();
        let mut trace = String::new();
        for pair in way.windows(2) {
            let (before, after) = (&self.worlds[pair[0]], self.worlds[pair[1]]);
            let steps = before.steps(decisions);
            let step: &Step = steps.iter().find(|(_, world)| *world == after).map(|(step, _)| step).unwrap();
            writeln!(trace, "  {step:?}").unwrap();
        }
        let world = &self.worlds[number];
        write!(trace, "in {:?}\n{:?}\n{:?}", world.dms, world.memories, world.truth).unwrap();
        trace
    }
}

/// Explores every world of a case, and checks every decision. Panics with the shortest trace to a wrong one.
pub(crate) fn explore(case: &Case, decisions: &mut Decisions<'_>) -> Worlds {
    let mut worlds = Worlds::new();
    worlds.add(World::first(case), FREE);
    let mut queue = VecDeque::from([0_u32]);
    while let Some(number) = queue.pop_front() {
        let world = worlds.worlds[number as usize];
        for (step, after) in world.steps(decisions) {
            if let Step::Decides(process, decision) | Step::Agrees(process, decision) = step
                && let Some(wrong) = safety::wrong(case, &world, process, decision)
            {
                let trace = worlds.trace(decisions, number as usize);
                panic!("{}: {wrong}: process {process} chooses {decision:?} after\n{trace}", case.name);
            }
            if worlds.add(after, number) {
                queue.push_back(u32::try_from(worlds.worlds.len() - 1).unwrap());
            }
        }
    }
    worlds
}
