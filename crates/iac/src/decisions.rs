//! Decisions that only a deployment makes. A resource is evaluated once for each combination of their outcomes.

use std::collections::HashMap;

use rule_core::Choice;

/// The most combinations; with more than these, everything stays undecided.
const COMBINATIONS_MAXIMUM: usize = 256;

/// The decisions of one combination, in the order in which the evaluation met them.
#[derive(Debug, Default)]
pub(crate) struct Decisions {
    /// The outcome to choose at each decision; the first one for every decision after the end of this list.
    replay: Vec<usize>,
    made: Vec<Decision>,
    /// True while nothing new is decided.
    is_closed: bool,
    /// The values of conditions in this combination; `None` while a condition is being evaluated.
    conditions: HashMap<String, Option<bool>>,
}

#[derive(Debug)]
struct Decision {
    question: String,
    subject: String,
    value: String,
    outcome: usize,
    outcomes: usize,
}

impl Decisions {
    /// Returns the index of the outcome in this combination, or `None` if the question stays open.
    ///
    /// Each question is decided once. Two questions about the same subject are two decisions: the outcome of one never
    /// decides the other.
    pub(crate) fn decide(&mut self, question: &str, subject: &str, outcomes: &[String]) -> Option<usize> {
        if let Some(decision) = self.made.iter().find(|decision| decision.question == question) {
            return Some(decision.outcome);
        }
        if self.is_closed {
            return None;
        }
        let outcome = self.replay.get(self.made.len()).copied().unwrap_or(0);
        let value = outcomes.get(outcome)?.clone();
        let subject = self.distinct(subject);
        let question = question.to_owned();
        self.made.push(Decision { question, subject, value, outcome, outcomes: outcomes.len() });
        Some(outcome)
    }

    /// Words the subject so that no other decision has the same words.
    fn distinct(&self, subject: &str) -> String {
        let is_free = |words: &String| self.made.iter().all(|decision| decision.subject != *words);
        [subject.to_owned(), format!("the value of {subject}")]
            .into_iter()
            .chain((2..=COMBINATIONS_MAXIMUM).map(|number| format!("{subject} ({number})")))
            .find(is_free)
            .unwrap_or_default()
    }

    /// Decides between true and false.
    pub(crate) fn decide_flag(&mut self, question: &str, subject: &str) -> Option<bool> {
        self.decide(question, subject, &["true".to_owned(), "false".to_owned()]).map(|outcome| outcome == 0)
    }

    /// Returns the value of a condition. It is evaluated once; if the evaluation gives `None`, or needs the condition
    /// itself, the value is decided.
    pub(crate) fn condition(
        &mut self,
        name: &str,
        evaluate: impl FnOnce(&mut Self) -> Option<bool>,
    ) -> Option<bool> {
        let question = format!("condition {name}");
        match self.conditions.get(name) {
            Some(Some(holds)) => return Some(*holds),
            Some(None) => return self.decide_flag(&question, &question),
            None => {}
        }
        self.conditions.insert(name.to_owned(), None);
        let holds = evaluate(self).or_else(|| self.decide_flag(&question, &question));
        if holds.is_some() {
            self.conditions.insert(name.to_owned(), holds);
        } else {
            self.conditions.remove(name); // it is open only while nothing is decided
        }
        holds
    }

    /// Evaluates something without a new decision.
    pub(crate) fn without_deciding<T>(&mut self, evaluate: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.is_closed, true);
        let result = evaluate(self);
        self.is_closed = before;
        result
    }

    fn choices(&self) -> Vec<Choice> {
        let choice =
            |decision: &Decision| Choice { subject: decision.subject.clone(), value: decision.value.clone() };
        self.made.iter().map(choice).collect()
    }

    /// Returns the combination after this one; `None` after the last.
    fn next(mut self) -> Option<Self> {
        while let Some(last) = self.made.pop() {
            if last.outcome + 1 < last.outcomes {
                let mut replay: Vec<usize> = self.made.iter().map(|decision| decision.outcome).collect();
                replay.push(last.outcome + 1);
                return Some(Self { replay, ..Self::default() });
            }
        }
        None
    }
}

/// Evaluates something in every combination of decisions; if there are too many, once, with everything undecided.
pub(crate) fn in_every_combination<T>(evaluate: impl Fn(&mut Decisions) -> T) -> Vec<(Vec<Choice>, T)> {
    let mut results = Vec::new();
    let mut next = Some(Decisions::default());
    while let Some(mut decisions) = next {
        let result = evaluate(&mut decisions);
        results.push((decisions.choices(), result));
        if results.len() > COMBINATIONS_MAXIMUM {
            let mut closed = Decisions { is_closed: true, ..Decisions::default() };
            return vec![(Vec::new(), evaluate(&mut closed))];
        }
        next = decisions.next();
    }
    results
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_is_evaluated_once_and_nothing_is_decided_twice() {
        let results = in_every_combination(|decisions| {
            let a = decisions.decide_flag("a", "a").unwrap();
            let b = if a {
                decisions.decide("b", "b", &["x".into(), "y".into(), "z".into()]).unwrap()
            } else {
                9
            };
            assert_eq!(decisions.decide_flag("a", "a"), Some(a));
            assert_eq!(decisions.without_deciding(|decisions| decisions.decide_flag("c", "c")), None);
            (a, b)
        });
        let found: Vec<_> = results.iter().map(|(_, result)| *result).collect();
        assert_eq!(found, [(true, 0), (true, 1), (true, 2), (false, 9)]);
        let words: Vec<_> =
            results[1].0.iter().map(|choice| format!("{}={}", choice.subject, choice.value)).collect();
        assert_eq!(words, ["a=true", "b=y"]);
    }

    #[test]
    fn the_outcome_of_one_question_does_not_answer_another_about_the_same_subject() {
        let results = in_every_combination(|decisions| {
            let outcomes = ["its default".into(), "another value".into()];
            let is_default = decisions.decide("p", "p", &outcomes).unwrap() == 0;
            (is_default, if is_default { None } else { decisions.decide_flag("p as a flag", "p") })
        });
        let found: Vec<_> = results.into_iter().map(|(_, result)| result).collect();
        assert_eq!(found, [(true, None), (false, Some(true)), (false, Some(false))]);
    }

    #[test]
    fn too_many_combinations_leave_everything_undecided() {
        let results = in_every_combination(|decisions| {
            (0..9).map(|n| decisions.decide_flag(&n.to_string(), "n")).collect::<Vec<_>>()
        });
        assert_eq!(results, [(Vec::new(), vec![None; 9])]);
    }
}
