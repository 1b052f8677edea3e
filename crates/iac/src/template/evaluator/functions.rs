//! Evaluates intrinsic functions.

use rule_core::Json;

use super::{
    CANDIDATES_MAXIMUM, DYNAMIC_REFERENCE, Evaluator, Value, decided, is_dynamic_reference, is_generated,
    is_open, literal, only, undecided,
};
use crate::decisions::Decisions;
use crate::node::{Content, Node, scalar_text};

impl<'a> Evaluator<'a> {
    /// Evaluates `Ref`, or an intrinsic function by its long name. A function that is not supported, or is malformed,
    /// is undecided.
    pub(super) fn function(
        &self,
        name: &str,
        argument: &'a Node,
        decisions: &mut Decisions,
        depth: usize,
    ) -> Value {
        let list = argument.list().unwrap_or_default();
        match (name, list) {
            ("Ref", _) => match argument.text() {
                Some("AWS::NoValue") => None,
                Some(name) => Some(self.reference(name, decisions)),
                None => undecided(name),
            },
            ("Fn::If", [condition, then, otherwise]) => {
                let Some(condition) = condition.text() else { return undecided(name) };
                match self.condition(condition, decisions, depth) {
                    Some(true) => self.value(then, decisions, depth),
                    Some(false) => self.value(otherwise, decisions, depth),
                    None => undecided(format!("condition {condition}")),
                }
            }
            ("Fn::FindInMap", _) => self.find_in_map(list, decisions, depth),
            ("Fn::Sub", _) => self.substitute(argument, decisions, depth),
            ("Fn::Join", [separator, list]) => {
                let (Some(separator), Some(Json::List(list))) =
                    (separator.text(), self.value(list, decisions, depth))
                else {
                    return undecided(name);
                };
                match list.iter().map(decided).collect::<Result<Vec<_>, _>>() {
                    Ok(parts) => Some(literal(Json::Text(parts.join(separator)))),
                    Err(by) => undecided(by),
                }
            }
            ("Fn::Split", [separator, text]) => {
                match (separator.text(), self.value(text, decisions, depth)) {
                    (Some(separator), Some(Json::Text(text))) if !separator.is_empty() => Some(Json::List(
                        text.split(separator).map(|part| Json::Text(part.to_owned())).collect(),
                    )),
                    (_, Some(Json::Undecided(by))) => undecided(by),
                    _ => undecided(name),
                }
            }
            ("Fn::Select", [index, list]) => {
                let index = self.value(index, decisions, depth);
                let index = index.as_ref().and_then(|index| decided(index).ok()?.parse::<usize>().ok());
                match (index, self.value(list, decisions, depth)) {
                    (Some(index), Some(Json::List(list))) => {
                        list.get(index).cloned().or_else(|| undecided(name))
                    }
                    (_, Some(Json::Undecided(by))) => undecided(by),
                    _ => undecided(name),
                }
            }
            ("Fn::ImportValue", _) => match self.value(argument, decisions, depth) {
                Some(Json::Text(name)) => undecided(format!("the import {name}")),
                _ => undecided("an import"),
            },
            ("Fn::GetAtt", _) => {
                let parts = || list.iter().filter_map(Node::text).collect::<Vec<_>>().join(".");
                self.attribute(&argument.text().map_or_else(parts, str::to_owned))
            }
            _ => undecided(name),
        }
    }

    /// Returns the value of an attribute such as `Function.Arn`.
    fn attribute(&self, name: &str) -> Value {
        let known = self.settings.value_of_name(name).map(|value| Json::Text(value.to_owned()));
        known.or_else(|| undecided(format!("the attribute {name}")))
    }

    fn find_in_map(&self, list: &'a [Node], decisions: &mut Decisions, depth: usize) -> Value {
        let ([map, first, second] | [map, first, second, _]) = list else {
            return undecided("Fn::FindInMap");
        };
        let Some(Json::Text(name)) = self.value(map, decisions, depth) else {
            return undecided("Fn::FindInMap");
        };
        let by = format!("the mapping {name}");
        let is_complete = |mapping: &&Node| {
            let rows = mapping.members();
            let names = rows.iter().chain(rows.iter().flat_map(|row| row.value.members()));
            !is_open(&self.mappings) && !names.into_iter().any(|member| is_generated(&member.name))
        };
        let Some(mapping) = only(&self.mappings, &name).filter(is_complete) else { return undecided(by) };
        let mut key = |node| self.value(node, decisions, depth).and_then(|value| decided(&value).ok());
        let (first, second) = (key(first), key(second));
        let may_be =
            |wanted: &Option<String>, name: &str| wanted.as_ref().is_none_or(|wanted| wanted == name);
        let mut candidates: Vec<&'a Node> = Vec::new();
        for outer in mapping.members().iter().filter(|outer| may_be(&first, &outer.name)) {
            let inner = outer.value.members().iter().filter(|inner| may_be(&second, &inner.name));
            candidates.extend(inner.map(|inner| &inner.value));
        }
        // A mapping holds plain values; a function in one could lead anywhere, and back.
        if candidates.iter().any(|candidate| matches!(candidate.content, Content::Map(_))) {
            return undecided(by);
        }
        // If the keys do not exist, or are not known yet, the default of AWS::LanguageExtensions may apply.
        if (candidates.is_empty() || first.is_none() || second.is_none())
            && let Some(default) = list.get(3).and_then(|node| node.get("DefaultValue").next())
        {
            candidates.push(default);
        }
        let mut values: Vec<Json> = Vec::new();
        for candidate in candidates {
            let value = self.value(candidate, decisions, depth)?;
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
        let outcomes: Vec<String> = values.iter().map(scalar_text).collect();
        // Two look-ups in one mapping are two questions.
        let question = format!("{by} at {}:{}", map.at.line, map.at.column);
        match decisions.decide(&question, &by, &outcomes).and_then(|outcome| values.get(outcome)) {
            Some(value) => Some(value.clone()),
            None => undecided(by),
        }
    }

    /// Evaluates Fn::Sub.
    fn substitute(&self, argument: &'a Node, decisions: &mut Decisions, depth: usize) -> Value {
        let (pattern, variables) = match (argument.text(), argument.list()) {
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
            let name = name.trim();
            let mut own = variables.into_iter().flat_map(|variables| variables.get(name));
            let variable = own.next();
            if own.next().is_some() {
                return undecided("Fn::Sub"); // given twice
            }
            let value = match variable {
                Some(node) => self.value(node, decisions, depth),
                None if name.contains('.') => self.attribute(name),
                None => Some(self.reference(name, decisions)),
            };
            match value.as_ref().map(decided) {
                Some(Ok(part)) => text.push_str(&part),
                Some(Err(by)) => return undecided(by),
                None => return undecided("Fn::Sub"),
            }
        }
        text.push_str(rest);
        Some(if is_dynamic_reference(&text) {
            Json::Undecided(DYNAMIC_REFERENCE.to_owned())
        } else {
            Json::Text(text)
        })
    }
}
