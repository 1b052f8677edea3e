//! The ways in which what is undecided may be decided: a resource is worked out once for each.

use std::collections::HashMap;

use rule_core::Choice;

/// More ways than this and what is undecided stays so.
const WAYS_MAXIMUM: usize = 256;

/// One way: the decisions met so far.
#[derive(Debug, Default)]
pub(crate) struct World {
    /// Which outcome to take at each decision, in the order in which they are met; 0 after its end.
    replay: Vec<usize>,
    taken: Vec<Taken>,
    /// Nothing is decided any more.
    is_quiet: bool,
    /// What conditions are in this way; none while one is being worked out.
    conditions: HashMap<String, Option<bool>>,
}

#[derive(Debug)]
struct Taken {
    question: String,
    of: String,
    is: String,
    outcome: usize,
    outcomes: usize,
}

impl World {
    /// The outcome of a decision in this way; none where it stays open. A question is asked once: one answer must
    /// never be read as the answer to another question, though both be about the same thing, which `of` names.
    pub(crate) fn decide(&mut self, question: &str, of: &str, outcomes: &[String]) -> Option<usize> {
        if let Some(taken) = self.taken.iter().find(|taken| taken.question == question) {
            return Some(taken.outcome);
        }
        if self.is_quiet {
            return None;
        }
        let outcome = self.replay.get(self.taken.len()).copied().unwrap_or(0);
        let is = outcomes.get(outcome)?.clone();
        let of = self.told_apart(of);
        self.taken.push(Taken { question: question.to_owned(), of, is, outcome, outcomes: outcomes.len() });
        Some(outcome)
    }

    /// The words for what is decided, unless another question has them.
    fn told_apart(&self, of: &str) -> String {
        let is_free = |words: &String| self.taken.iter().all(|taken| taken.of != *words);
        [of.to_owned(), format!("the value of {of}")]
            .into_iter()
            .chain((2..=WAYS_MAXIMUM).map(|number| format!("{of} ({number})")))
            .find(is_free)
            .unwrap_or_default()
    }

    /// True or false.
    pub(crate) fn decide_flag(&mut self, question: &str, of: &str) -> Option<bool> {
        self.decide(question, of, &["true".to_owned(), "false".to_owned()]).map(|outcome| outcome == 0)
    }

    /// Whether a condition holds, worked out once. One that leads to itself is decided.
    pub(crate) fn condition(
        &mut self,
        name: &str,
        work: impl FnOnce(&mut Self) -> Option<bool>,
    ) -> Option<bool> {
        let question = format!("condition {name}");
        match self.conditions.get(name) {
            Some(Some(holds)) => return Some(*holds),
            Some(None) => return self.decide_flag(&question, &question),
            None => {}
        }
        self.conditions.insert(name.to_owned(), None);
        let holds = work(self).or_else(|| self.decide_flag(&question, &question));
        if holds.is_some() {
            self.conditions.insert(name.to_owned(), holds);
        } else {
            self.conditions.remove(name); // only for as long as nothing is decided
        }
        holds
    }

    /// Works something out without deciding anything new.
    pub(crate) fn quietly<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.is_quiet, true);
        let worked = work(self);
        self.is_quiet = before;
        worked
    }

    fn choices(&self) -> Vec<Choice> {
        self.taken.iter().map(|taken| Choice { of: taken.of.clone(), is: taken.is.clone() }).collect()
    }

    /// The way after this one.
    fn next(mut self) -> Option<Self> {
        while let Some(last) = self.taken.pop() {
            if last.outcome + 1 < last.outcomes {
                let mut replay: Vec<usize> = self.taken.iter().map(|taken| taken.outcome).collect();
                replay.push(last.outcome + 1);
                return Some(Self { replay, ..Self::default() });
            }
        }
        None
    }
}

/// Works something out in every way. Where there are too many, once, with everything undecided.
pub(crate) fn in_every_way<T>(work: impl Fn(&mut World) -> T) -> Vec<(Vec<Choice>, T)> {
    let mut ways = Vec::new();
    let mut world = Some(World::default());
    while let Some(mut now) = world {
        let worked = work(&mut now);
        ways.push((now.choices(), worked));
        if ways.len() > WAYS_MAXIMUM {
            let mut quiet = World { is_quiet: true, ..World::default() };
            return vec![(Vec::new(), work(&mut quiet))];
        }
        world = now.next();
    }
    ways
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_is_met_once_and_nothing_is_decided_twice() {
        let ways = in_every_way(|world| {
            let a = world.decide_flag("a", "a").unwrap();
            let b =
                if a { world.decide("b", "b", &["x".into(), "y".into(), "z".into()]).unwrap() } else { 9 };
            assert_eq!(world.decide_flag("a", "a"), Some(a));
            assert_eq!(world.quietly(|world| world.decide_flag("c", "c")), None);
            (a, b)
        });
        let found: Vec<_> = ways.iter().map(|(_, worked)| *worked).collect();
        assert_eq!(found, [(true, 0), (true, 1), (true, 2), (false, 9)]);
        let words: Vec<_> = ways[1].0.iter().map(|choice| format!("{}={}", choice.of, choice.is)).collect();
        assert_eq!(words, ["a=true", "b=y"]);
    }

    #[test]
    fn the_answer_to_one_question_is_not_that_to_another_about_the_same_thing() {
        let ways = in_every_way(|world| {
            let default =
                world.decide("p", "p", &["its default".into(), "another value".into()]).unwrap() == 0;
            (default, if default { None } else { world.decide_flag("p as a flag", "p") })
        });
        let found: Vec<_> = ways.into_iter().map(|(_, worked)| worked).collect();
        assert_eq!(found, [(true, None), (false, Some(true)), (false, Some(false))]);
    }

    #[test]
    fn too_many_ways_leave_everything_open() {
        let ways =
            in_every_way(|world| (0..9).map(|n| world.decide_flag(&n.to_string(), "n")).collect::<Vec<_>>());
        assert_eq!(ways, [(Vec::new(), vec![None; 9])]);
    }
}
