//! Evaluates conditions.

use super::{DEPTH_MAXIMUM, Evaluator, decided, is_open, only};
use crate::decisions::Decisions;
use crate::node::Node;

impl<'a> Evaluator<'a> {
    /// Returns the value of a condition. If it depends on something undecided, the condition itself is decided.
    pub(in crate::template) fn condition(
        &self,
        name: &str,
        decisions: &mut Decisions,
        depth: usize,
    ) -> Option<bool> {
        let definition =
            only(&self.sections.conditions, name).filter(|_| !is_open(&self.sections.conditions));
        decisions
            .condition(name, |decisions| definition.and_then(|node| self.holds(node, decisions, depth + 1)))
    }

    fn holds(&self, definition: &'a Node, decisions: &mut Decisions, depth: usize) -> Option<bool> {
        if depth > DEPTH_MAXIMUM {
            return None;
        }
        let [only] = definition.members() else { return None };
        let list = only.value.list().unwrap_or_default();
        match only.name.as_str() {
            "Condition" => self.condition(only.value.text()?, decisions, depth),
            "Fn::Not" => match list {
                [operand] => self.holds(operand, decisions, depth + 1).map(|holds| !holds),
                _ => None,
            },
            "Fn::And" | "Fn::Or" => {
                let decisive = only.name == "Fn::Or";
                let mut all = Some(!decisive);
                for operand in list {
                    match self.holds(operand, decisions, depth + 1) {
                        Some(holds) if holds == decisive => return Some(decisive),
                        Some(_) => {}
                        None => all = None,
                    }
                }
                all.filter(|_| !list.is_empty())
            }
            "Fn::Equals" => match list {
                [a, b] => {
                    let (a, b) = (self.value(a, decisions, depth + 1)?, self.value(b, decisions, depth + 1)?);
                    Some(decided(&a).ok()? == decided(&b).ok()?)
                }
                _ => None,
            },
            _ => None,
        }
    }
}
