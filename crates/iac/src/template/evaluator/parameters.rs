//! Evaluates references to parameters, pseudo parameters and resources.

use std::collections::HashSet;

use rule_core::Json;

use super::{CANDIDATES_MAXIMUM, Evaluator, LOOP_VARIABLE, is_generated, is_open, only};
use crate::decisions::Decisions;
use crate::node::{Content, Node, scalar_text};

impl Evaluator<'_> {
    /// Evaluates a reference to a parameter, a pseudo parameter or a resource.
    pub(super) fn reference(&self, name: &str, decisions: &mut Decisions) -> Json {
        if name.starts_with(LOOP_VARIABLE) {
            return Json::Undecided(name.to_owned());
        }
        let by = format!("parameter {name}");
        let parameters = &self.sections.parameters;
        if is_open(parameters) {
            return Json::Undecided(by);
        }
        if !parameters.iter().any(|(known, _)| *known == name) {
            let known = self.settings.value_of_name(name).map(|value| Json::Text(value.to_owned()));
            return known.unwrap_or_else(|| {
                if name.starts_with("AWS::") {
                    Json::Undecided(name.to_owned())
                } else {
                    self.created(name, format!("the resource {name}"))
                }
            });
        }
        let declaration = only(parameters, name);
        let kind = declaration.and_then(|node| node.get("Type").find_map(Node::text)).unwrap_or("String");
        let is_list = kind == "CommaDelimitedList" || kind.starts_with("List<");
        let shaped = |value: &str| {
            let part = |text: &str| self.literal(Json::Text(text.to_owned()));
            if is_list {
                Json::List(value.split(',').map(|text| part(text.trim())).collect())
            } else {
                part(value)
            }
        };
        // The value and the default of such a parameter are the name of one in Systems Manager.
        let is_indirect = kind.starts_with("AWS::SSM::");
        if let Some((_, given)) = self.settings.parameters.iter().rev().find(|(given, _)| given == name) {
            // CloudFormation rejects a value that the template does not allow.
            let is_rejected = declaration.is_some_and(|declaration| {
                let mut allowed =
                    declaration.get("AllowedValues").filter_map(Node::list).flatten().filter_map(scalar);
                let parts: Vec<&str> =
                    if is_list { given.split(',').map(str::trim).collect() } else { vec![given] };
                let allowed: Option<Vec<String>> =
                    allowed.next().map(|first| std::iter::once(first).chain(allowed).collect());
                allowed.is_some_and(|allowed| parts.iter().any(|part| !allowed.iter().any(|one| one == part)))
            });
            if is_rejected {
                return Json::Undecided(format!(
                    "{by}, for which the template does not allow the value given"
                ));
            }
            return if is_indirect { Json::Undecided(by) } else { shaped(given) };
        }
        let Some(declaration) = declaration.filter(|node| has_distinct_members(node)) else {
            return Json::Undecided(by);
        };
        if is_indirect {
            return Json::Undecided(by);
        }
        let default = declaration.get("Default").find_map(scalar);
        if let (true, Some(default)) = (self.settings.assume_defaults, &default) {
            return shaped(default);
        }
        let allowed: Option<Vec<String>> = match declaration.get("AllowedValues").next() {
            None => None,
            Some(node) => match node.list().map(|list| list.iter().map(scalar).collect::<Option<Vec<_>>>()) {
                Some(Some(allowed)) => Some(allowed),
                _ => return Json::Undecided(by), // the allowed values are not all known
            },
        };
        let outcomes = match (allowed, default) {
            // Each part of a list is an allowed value, and there may be any number of parts.
            (Some(_), _) if is_list => return Json::Undecided(by),
            (Some(allowed), _) if (1..=CANDIDATES_MAXIMUM).contains(&allowed.len()) => allowed,
            _ if self.flags.contains(name) => {
                // A condition may compare the parameter with one spelling, and another may be given.
                let outcomes = ["true".to_owned(), "false".to_owned(), "spelled otherwise".to_owned()];
                return match decisions.decide(&by, &by, &outcomes) {
                    Some(0) => Json::Bool(true),
                    Some(1) => Json::Bool(false),
                    _ => Json::Undecided(by),
                };
            }
            (None, Some(default)) => {
                let outcomes = ["its default".to_owned(), "another value".to_owned()];
                return match decisions.decide(&by, &by, &outcomes) {
                    Some(0) => shaped(&default),
                    _ => Json::Undecided(by),
                };
            }
            _ => return Json::Undecided(by),
        };
        let outcome = decisions.decide(&by, &by, &outcomes).and_then(|outcome| outcomes.get(outcome));
        outcome.map_or(Json::Undecided(by), |value| shaped(value))
    }
}

/// Returns false if a declaration repeats a member, or has others by a merge, so that it cannot be known which one counts.
fn has_distinct_members(declaration: &Node) -> bool {
    if declaration.members().iter().any(|member| is_generated(&member.name)) {
        return false;
    }
    let names: HashSet<&str> = declaration.members().iter().map(|member| member.name.as_str()).collect();
    names.len() == declaration.members().len()
}

fn scalar(node: &Node) -> Option<String> {
    if let Content::Scalar(scalar) = &node.content { Some(scalar_text(scalar)) } else { None }
}
