//! Templates at random.

use crate::choices::Choices;
use crate::template::{Condition, Parameter, Template, Term};

/// The texts that a template names; a parameter that allows every text may have another one too.
pub(crate) const TEXTS: [&str; 5] = ["false", "true", "dev", "prod", "False"];

/// A text that no template names.
pub(crate) const OTHER: &str = "other";

pub(crate) fn template(choices: &mut Choices) -> Template {
    let parameters = (0..=choices.number(3)).map(|_| parameter(choices)).collect::<Vec<_>>();
    let map = [("dev", choices.one(&["false", "true"])), ("prod", choices.one(&["false", "true", "False"]))];
    let mut template = Template {
        parameters,
        conditions: vec![],
        map: map[..choices.number(3)].to_vec(),
        condition: None,
        flag: None,
        each: None,
    };
    for _ in 0..choices.number(4) {
        let condition = condition(&template, 2, choices);
        template.conditions.push(condition);
    }
    if !template.conditions.is_empty() && choices.rarely(4) {
        template.condition = Some(choices.number(template.conditions.len()));
    }
    if choices.rarely(6) {
        let count = 1 + choices.number(2);
        template.each = Some(["false", "true"][..count].to_vec());
    }
    // A property that is not written is rare.
    if choices.oddity(12) != 11 {
        template.flag = Some(flag(&template, 3, choices));
    }
    template
}

fn parameter(choices: &mut Choices) -> Parameter {
    let first = choices.number(TEXTS.len());
    let count = 1 + choices.number(3);
    let allowed: Vec<_> = TEXTS.iter().cycle().skip(first).take(count).copied().collect();
    let default = choices.rarely(2).then(|| choices.one(&allowed));
    Parameter { allowed: (!choices.rarely(5)).then_some(allowed), default }
}

fn condition(template: &Template, depth: usize, choices: &mut Choices) -> Condition {
    let kind = choices.number(if depth == 0 { 3 } else { 7 });
    let inner = |choices: &mut Choices| condition(template, depth - 1, choices);
    match kind {
        3 => Condition::Not(Box::new(inner(choices))),
        4 => Condition::And(vec![inner(choices), inner(choices)]),
        5 => Condition::Or(vec![inner(choices), inner(choices)]),
        6 => Condition::Or(vec![inner(choices), inner(choices), inner(choices)]),
        2 if !template.conditions.is_empty() => Condition::Named(choices.number(template.conditions.len())),
        _ => Condition::Equals(operand(template, choices), operand(template, choices)),
    }
}

/// Returns what a condition compares: a parameter, a text, or the entry of the map for one.
fn operand(template: &Template, choices: &mut Choices) -> Term {
    match choices.number(5) {
        0 | 1 => Term::Parameter(choices.number(template.parameters.len())),
        4 if !template.map.is_empty() => {
            let key = if choices.rarely(2) {
                Term::Text("dev")
            } else {
                Term::Parameter(choices.number(template.parameters.len()))
            };
            Term::FindInMap(Box::new(key), None)
        }
        _ => Term::Text(choices.one(&TEXTS)),
    }
}

fn flag(template: &Template, depth: usize, choices: &mut Choices) -> Term {
    let parameter = |choices: &mut Choices| choices.number(template.parameters.len());
    let kind = choices.number(if depth == 0 { 8 } else { 16 });
    let inner = |choices: &mut Choices| Box::new(flag(template, depth - 1, choices));
    match kind {
        0 | 1 => Term::Bool(choices.rarely(4)),
        2 => Term::Text(choices.one(&TEXTS)),
        3 | 4 => Term::Parameter(parameter(choices)),
        5 if template.each.is_some() => Term::Variable,
        6 => Term::NoValue,
        7 if !template.map.is_empty() => {
            let key = if choices.rarely(3) { Term::Text("dev") } else { Term::Parameter(parameter(choices)) };
            let default = choices.rarely(2).then(|| Box::new(Term::Text(choices.one(&TEXTS))));
            Term::FindInMap(Box::new(key), default)
        }
        7 => Term::Join(vec![Term::Text("fal"), Term::Text("se")]),
        8..=12 if !template.conditions.is_empty() => {
            Term::If(choices.number(template.conditions.len()), inner(choices), inner(choices))
        }
        13 => Term::Join(vec![
            Term::Text(choices.one(&["", "fal", "tr"])),
            Term::Text(choices.one(&["se", "ue", ""])),
            Term::Sub("", parameter(choices)),
        ]),
        14 => {
            Term::Join(vec![Term::Text(choices.one(&["fal", "tr"])), Term::Text(choices.one(&["se", "ue"]))])
        }
        15 => Term::Select(choices.number(2), vec![*inner(choices), *inner(choices)]),
        _ => Term::Sub("", parameter(choices)),
    }
}
