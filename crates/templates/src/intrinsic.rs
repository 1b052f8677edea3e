//! What a value of a template is in one way of deciding things.

use std::collections::HashSet;

use rule_core::Json;

use crate::node::{Kind, Node, word};
use crate::planned::{Settings, is_flag, matters_in_group};
use crate::world::World;

/// More candidates than this and a value is undecided.
const CANDIDATES_MAXIMUM: usize = 16;

/// How deep conditions and defaults may lead from one to another.
const DEPTH_MAXIMUM: usize = 32;

/// A template, seen by its values.
#[derive(Clone, Debug)]
pub(crate) struct Template<'a> {
    pub(crate) parameters: Vec<(&'a str, &'a Node)>,
    pub(crate) conditions: Vec<(&'a str, &'a Node)>,
    pub(crate) mappings: Vec<(&'a str, &'a Node)>,
    pub(crate) settings: &'a Settings,
    /// Parameters that stand where something is true or false: their values are these two.
    pub(crate) flags: HashSet<&'a str>,
}

/// A value; none: the property is not there.
pub(crate) type Value = Option<Json>;

#[expect(clippy::unnecessary_wraps, reason = "it is a value like the others")]
fn undecided(by: impl Into<String>) -> Value {
    Some(Json::Undecided(by.into()))
}

/// The one thing under that name; of two it cannot be known which holds.
fn only<'a>(list: &[(&'a str, &'a Node)], name: &str) -> Option<&'a Node> {
    let mut found = list.iter().filter(|(known, _)| *known == name).map(|(_, node)| *node);
    found.next().filter(|_| found.next().is_none())
}

impl<'a> Template<'a> {
    /// The value of a property named `name`.
    pub(crate) fn property(&self, name: &str, node: &'a Node, world: &mut World) -> Value {
        match self.value(node, world, 0) {
            Some(Json::Undecided(by)) if is_flag(name) => {
                let question = format!("{name} by {by}");
                Some(world.decide_flag(&question, &by).map_or(Json::Undecided(by), Json::Bool))
            }
            value => value,
        }
    }

    pub(crate) fn value(&self, node: &'a Node, world: &mut World, depth: usize) -> Value {
        if depth > DEPTH_MAXIMUM {
            return undecided("values that lead to each other");
        }
        match &node.kind {
            Kind::Scalar(scalar) => Some(settled(scalar.clone())),
            Kind::List(list) => {
                Some(Json::List(list.iter().filter_map(|one| self.value(one, world, depth + 1)).collect()))
            }
            Kind::Map(members) => match members.as_slice() {
                [only] if only.name == "Ref" || only.name.starts_with("Fn::") => {
                    self.intrinsic(&only.name, &only.value, world, depth + 1)
                }
                _ if members.iter().any(|member| is_unsettled(&member.name)) => {
                    undecided("Fn::Transform or Fn::ForEach")
                }
                _ => {
                    let mut object = Vec::new();
                    for member in members {
                        let value = if matters_in_group(&member.name) {
                            self.property(&member.name, &member.value, world)
                        } else {
                            world.quietly(|world| self.value(&member.value, world, depth + 1))
                        };
                        let is_twice = members.iter().filter(|other| other.name == member.name).count() > 1;
                        object.extend(unless_lost(value, is_twice).map(|value| (member.name.clone(), value)));
                    }
                    Some(Json::Object(object))
                }
            },
        }
    }

    fn intrinsic(&self, name: &str, of: &'a Node, world: &mut World, depth: usize) -> Value {
        let list = of.list().unwrap_or_default();
        match name {
            "Ref" => match of.text() {
                Some("AWS::NoValue") => None,
                Some(name) => Some(self.reference(name, world)),
                None => undecided("Ref"),
            },
            "Fn::If" => match list {
                [condition, then, otherwise] => {
                    let Some(name) = condition.text() else { return undecided("Fn::If") };
                    match self.condition(name, world, depth) {
                        Some(true) => self.value(then, world, depth),
                        Some(false) => self.value(otherwise, world, depth),
                        None => undecided(format!("condition {name}")),
                    }
                }
                _ => undecided("Fn::If"),
            },
            "Fn::FindInMap" => self.find_in_map(list, world, depth),
            "Fn::Sub" => self.substituted(of, world, depth),
            "Fn::Join" => match list {
                [separator, list] => {
                    let (Some(separator), Some(Json::List(list))) =
                        (separator.text(), self.value(list, world, depth))
                    else {
                        return undecided("Fn::Join");
                    };
                    match list.iter().map(decided).collect::<Result<Vec<_>, _>>() {
                        Ok(words) => Some(settled(Json::Text(words.join(separator)))),
                        Err(by) => undecided(by),
                    }
                }
                _ => undecided("Fn::Join"),
            },
            "Fn::Split" => match list {
                [separator, text] => match (separator.text(), self.value(text, world, depth)) {
                    (Some(separator), Some(Json::Text(text))) if !separator.is_empty() => Some(Json::List(
                        text.split(separator).map(|part| Json::Text(part.to_owned())).collect(),
                    )),
                    (_, Some(Json::Undecided(by))) => undecided(by),
                    _ => undecided("Fn::Split"),
                },
                _ => undecided("Fn::Split"),
            },
            "Fn::Select" => match list {
                [index, list] => {
                    let index = self.value(index, world, depth);
                    let index = index.as_ref().and_then(|index| decided(index).ok()?.parse::<usize>().ok());
                    match (index, self.value(list, world, depth)) {
                        (Some(index), Some(Json::List(list))) => {
                            list.get(index).cloned().or_else(|| undecided("Fn::Select"))
                        }
                        (_, Some(Json::Undecided(by))) => undecided(by),
                        _ => undecided("Fn::Select"),
                    }
                }
                _ => undecided("Fn::Select"),
            },
            "Fn::ImportValue" => match self.value(of, world, depth) {
                Some(Json::Text(name)) => undecided(format!("the import {name}")),
                _ => undecided("an import"),
            },
            "Fn::GetAtt" => {
                let parts = || list.iter().filter_map(Node::text).collect::<Vec<_>>().join(".");
                let attribute = of.text().map_or_else(parts, str::to_owned);
                self.named(&attribute).or_else(|| undecided(format!("the attribute {attribute}")))
            }
            name => undecided(name),
        }
    }

    fn named(&self, name: &str) -> Value {
        let mut named = self.settings.named.iter();
        named.find(|(known, _)| known == name).map(|(_, value)| Json::Text(value.clone()))
    }

    fn reference(&self, name: &str, world: &mut World) -> Json {
        let by = format!("parameter {name}");
        if is_open(&self.parameters) {
            return Json::Undecided(by);
        }
        let is_parameter = self.parameters.iter().any(|(known, _)| *known == name);
        if !is_parameter {
            if let Some(value) = self.named(name) {
                return value;
            }
            return Json::Undecided(if name.starts_with("AWS::") {
                name.to_owned()
            } else {
                format!("the resource {name}")
            });
        }
        let declared = only(&self.parameters, name);
        let kind = declared.and_then(|node| node.get("Type").find_map(Node::text)).unwrap_or("String");
        let is_list = kind == "CommaDelimitedList" || kind.starts_with("List<");
        let shaped = |value: &str| {
            let part = |text: &str| settled(Json::Text(text.to_owned()));
            if is_list {
                Json::List(value.split(',').map(|one| part(one.trim())).collect())
            } else {
                part(value)
            }
        };
        if let Some((_, given)) = self.settings.parameters.iter().rev().find(|(given, _)| given == name) {
            return if kind.starts_with("AWS::SSM::") { Json::Undecided(by) } else { shaped(given) };
        }
        // Of a declaration that says something twice it cannot be known which holds.
        let is_clear = |node: &&Node| {
            let names: HashSet<&str> = node.members().iter().map(|member| member.name.as_str()).collect();
            names.len() == node.members().len()
        };
        let Some(declared) = declared.filter(is_clear) else { return Json::Undecided(by) };
        if kind.starts_with("AWS::SSM::") {
            return Json::Undecided(by); // the default names a parameter of Systems Manager
        }
        let scalar =
            |node: &Node| if let Kind::Scalar(scalar) = &node.kind { Some(word(scalar)) } else { None };
        let default = declared.get("Default").find_map(scalar);
        if let (true, Some(default)) = (self.settings.assume_defaults, &default) {
            return shaped(default);
        }
        let allowed: Option<Vec<String>> = match declared.get("AllowedValues").next() {
            None => None,
            Some(node) => match node.list().map(|list| list.iter().map(scalar).collect::<Option<Vec<_>>>()) {
                Some(Some(allowed)) => Some(allowed),
                _ => return Json::Undecided(by), // what may be given cannot be told
            },
        };
        let outcomes = match (allowed, default) {
            // Of a list each part is one of them, in any number.
            (Some(_), _) if is_list => return Json::Undecided(by),
            (Some(allowed), _) if (1..=CANDIDATES_MAXIMUM).contains(&allowed.len()) => allowed,
            _ if self.flags.contains(name) => {
                // A condition may compare it with one spelling, and another be given.
                let outcomes = ["true".to_owned(), "false".to_owned(), "spelt otherwise".to_owned()];
                return match world.decide(&by, &by, &outcomes) {
                    Some(0) => Json::Bool(true),
                    Some(1) => Json::Bool(false),
                    _ => Json::Undecided(by),
                };
            }
            (None, Some(default)) => {
                let outcomes = ["its default".to_owned(), "another value".to_owned()];
                return match world.decide(&by, &by, &outcomes) {
                    Some(0) => shaped(&default),
                    _ => Json::Undecided(by),
                };
            }
            _ => return Json::Undecided(by),
        };
        let outcome = world.decide(&by, &by, &outcomes).and_then(|outcome| outcomes.get(outcome).cloned());
        outcome.map_or(Json::Undecided(by), |value| shaped(&value))
    }

    /// Whether a condition holds. One that cannot be told from what is decided is decided itself.
    pub(crate) fn condition(&self, name: &str, world: &mut World, depth: usize) -> Option<bool> {
        let defined = only(&self.conditions, name).filter(|_| !is_open(&self.conditions));
        world.condition(name, |world| defined.and_then(|definition| self.holds(definition, world, depth + 1)))
    }

    fn holds(&self, definition: &'a Node, world: &mut World, depth: usize) -> Option<bool> {
        if depth > DEPTH_MAXIMUM {
            return None;
        }
        let [only] = definition.members() else { return None };
        let list = only.value.list().unwrap_or_default();
        match only.name.as_str() {
            "Condition" => self.condition(only.value.text()?, world, depth),
            "Fn::Not" => match list {
                [one] => self.holds(one, world, depth + 1).map(|holds| !holds),
                _ => None,
            },
            "Fn::And" | "Fn::Or" => {
                let decides = only.name == "Fn::Or";
                let mut all = Some(!decides);
                for one in list {
                    match self.holds(one, world, depth + 1) {
                        Some(holds) if holds == decides => return Some(decides),
                        Some(_) => {}
                        None => all = None,
                    }
                }
                all.filter(|_| !list.is_empty())
            }
            "Fn::Equals" => match list {
                [a, b] => {
                    let (a, b) = (self.value(a, world, depth + 1)?, self.value(b, world, depth + 1)?);
                    Some(decided(&a).ok()? == decided(&b).ok()?)
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn find_in_map(&self, list: &'a [Node], world: &mut World, depth: usize) -> Value {
        let ([map, first, second] | [map, first, second, _]) = list else {
            return undecided("Fn::FindInMap");
        };
        let Some(Json::Text(name)) = self.value(map, world, depth) else { return undecided("Fn::FindInMap") };
        let by = format!("the mapping {name}");
        let is_whole = |mapping: &&Node| {
            let rows = mapping.members();
            let names = rows.iter().chain(rows.iter().flat_map(|row| row.value.members()));
            !is_open(&self.mappings) && !names.into_iter().any(|member| is_unsettled(&member.name))
        };
        let Some(mapping) = only(&self.mappings, &name).filter(is_whole) else { return undecided(by) };
        let mut key = |node| self.value(node, world, depth).and_then(|value| decided(&value).ok());
        let (first, second) = (key(first), key(second));
        let is_meant =
            |wanted: &Option<String>, name: &str| wanted.as_ref().is_none_or(|wanted| wanted == name);
        let mut candidates: Vec<&'a Node> = Vec::new();
        for outer in mapping.members().iter().filter(|outer| is_meant(&first, &outer.name)) {
            let inner = outer.value.members().iter().filter(|inner| is_meant(&second, &inner.name));
            candidates.extend(inner.map(|inner| &inner.value));
        }
        // A mapping holds plain values; a function in one could lead anywhere, and back.
        if candidates.iter().any(|candidate| matches!(candidate.kind, Kind::Map(_))) {
            return undecided(by);
        }
        // Where the keys are not there, or not yet known, the default of the language extensions may be meant.
        if (candidates.is_empty() || first.is_none() || second.is_none())
            && let Some(default) = list.get(3).and_then(|node| node.get("DefaultValue").next())
        {
            candidates.push(default);
        }
        let mut values: Vec<Json> = Vec::new();
        for candidate in candidates {
            let value = self.value(candidate, world, depth)?;
            if !values.contains(&value) {
                values.push(value);
            }
        }
        if values.is_empty() || values.len() > CANDIDATES_MAXIMUM {
            return undecided(by);
        }
        if let [value] = values.as_slice() {
            return Some(value.clone());
        }
        let outcomes: Vec<String> = values.iter().map(word).collect();
        // Two look-ups in one mapping are two questions.
        let question = format!("{by} at {}:{}", map.at.line, map.at.column);
        match world.decide(&question, &by, &outcomes).and_then(|outcome| values.get(outcome)) {
            Some(value) => Some(value.clone()),
            None => undecided(by),
        }
    }

    fn substituted(&self, of: &'a Node, world: &mut World, depth: usize) -> Value {
        let (pattern, variables) = match (of.text(), of.list()) {
            (Some(pattern), _) => (pattern, None),
            (None, Some([pattern, variables])) => (pattern.text().unwrap_or("${}"), Some(variables)),
            _ => return undecided("Fn::Sub"),
        };
        let mut text = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once("${") {
            text.push_str(before);
            let Some((name, after)) = after.split_once('}') else { return undecided("Fn::Sub") };
            rest = after;
            if let Some(literal) = name.strip_prefix('!') {
                text.extend(["${", literal, "}"]);
                continue;
            }
            let mut named = variables.into_iter().flat_map(|variables| variables.get(name.trim()));
            let own = named.next();
            if named.next().is_some() {
                return undecided("Fn::Sub");
            }
            let value = match own {
                Some(node) => self.value(node, world, depth),
                None if name.contains('.') => {
                    self.named(name.trim()).or_else(|| undecided(format!("the attribute {name}")))
                }
                None => Some(self.reference(name.trim(), world)),
            };
            match value.as_ref().map(decided) {
                Some(Ok(part)) => text.push_str(&part),
                Some(Err(by)) => return undecided(by),
                None => return undecided("Fn::Sub"),
            }
        }
        text.push_str(rest);
        Some(if is_dynamic(&text) { Json::Undecided(DYNAMIC.to_owned()) } else { Json::Text(text) })
    }
}

/// What a dynamic reference to Systems Manager or Secrets Manager is decided by.
const DYNAMIC: &str = "a dynamic reference";

fn is_dynamic(text: &str) -> bool {
    text.contains("{{resolve:")
}

/// Whether a name is a function's, or is put together by a loop: what stands beside it may be something else.
pub(crate) fn is_unsettled(name: &str) -> bool {
    name.starts_with("Fn::") || name.contains("${") || name.contains("&{")
}

/// Whether a section holds what a macro puts in.
fn is_open(section: &[(&str, &Node)]) -> bool {
    section.iter().any(|(name, _)| is_unsettled(name))
}

/// A scalar, unless its text is yet to be put together.
fn settled(scalar: Json) -> Json {
    match &scalar {
        Json::Text(text) if is_dynamic(text) => Json::Undecided(DYNAMIC.to_owned()),
        Json::Text(text) if text.contains("${") || text.contains("&{") => {
            Json::Undecided("a variable in the text".to_owned())
        }
        _ => scalar,
    }
}

/// A value; of a name given twice, one that is not there is no reason to go by the other.
pub(crate) fn unless_lost(value: Value, is_twice: bool) -> Value {
    value.or_else(|| if is_twice { undecided("given twice, once as nothing") } else { None })
}

/// The text of a scalar; else what it is decided by.
fn decided(value: &Json) -> Result<String, String> {
    match value {
        Json::Text(_) | Json::Bool(_) | Json::Number(_) => Ok(word(value)),
        Json::Undecided(by) => Err(by.clone()),
        other => Err(other.in_words()),
    }
}
