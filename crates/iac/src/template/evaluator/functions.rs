//! Evaluates intrinsic functions.

use rule_core::Json;

use super::{
    CANDIDATES_MAXIMUM, DYNAMIC_REFERENCE, Evaluator, Value, decided, is_dynamic_reference, is_generated,
    is_open, only, undecided,
};
use crate::decisions::Decisions;
use crate::node::{Content, Node, scalar_text};

/// The types of keys, which a customer manages.
const KEY: &str = "AWS::KMS::Key";
const REPLICA_KEY: &str = "AWS::KMS::ReplicaKey";

/// The alphabet of RFC 4648.
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Returns what decides a value; `None` for one that is known.
fn open(value: &Json) -> Option<&str> {
    if let Json::Undecided(by) = value { Some(by) } else { None }
}

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
                // AWS::LanguageExtensions allows a function as the name.
                None => match self.name(argument, decisions, depth) {
                    Ok(name) => Some(self.reference(&name, decisions)),
                    Err(by) => undecided(by),
                },
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
                match (self.name(separator, decisions, depth), self.value(list, decisions, depth)) {
                    (Ok(separator), Some(Json::List(list))) => {
                        match list.iter().map(decided).collect::<Result<Vec<_>, _>>() {
                            Ok(parts) => Some(self.literal(Json::Text(parts.join(&separator)))),
                            Err(by) => undecided(by),
                        }
                    }
                    (_, Some(Json::Undecided(by))) => undecided(by),
                    _ => undecided(name),
                }
            }
            ("Fn::Split", [separator, text]) => {
                match (self.name(separator, decisions, depth), self.value(text, decisions, depth)) {
                    (Ok(separator), Some(Json::Text(text))) if !separator.is_empty() => Some(Json::List(
                        text.split(&separator).map(|part| Json::Text(part.to_owned())).collect(),
                    )),
                    (_, Some(Json::Undecided(by))) => undecided(by),
                    _ => undecided(name),
                }
            }
            ("Fn::Select", [index, list]) => {
                let index = self.value(index, decisions, depth);
                let index = index.as_ref().and_then(|index| decided(index).ok()?.parse::<usize>().ok());
                match (index, self.value(list, decisions, depth)) {
                    // An entry that is not known may be none, and then the next one has its index.
                    (Some(index), Some(Json::List(list))) => match list.iter().take(index).find_map(open) {
                        Some(by) => undecided(by),
                        None => list.get(index).cloned().or_else(|| undecided(name)),
                    },
                    (_, Some(Json::Undecided(by))) => undecided(by),
                    _ => undecided(name),
                }
            }
            ("Fn::ImportValue", _) => match self.value(argument, decisions, depth) {
                Some(Json::Text(name)) => undecided(format!("the import {name}")),
                _ => undecided("an import"),
            },
            ("Fn::GetAtt", _) => {
                let mut parts = || list.iter().map(|part| self.name(part, decisions, depth)).collect();
                let name: Result<Vec<_>, _> = match argument.text() {
                    Some(name) => Ok(vec![name.to_owned()]),
                    None => parts(),
                };
                match name {
                    Ok(name) => Some(self.attribute(&name.join("."))),
                    Err(by) => undecided(by),
                }
            }
            // Both are of AWS::LanguageExtensions.
            ("Fn::ToJsonString", _) => match self.value(argument, decisions, depth) {
                // With an undecided part it stays as it is, so that the other parts are read.
                Some(value @ (Json::Object(_) | Json::List(_))) => {
                    Some(serde_json::to_string(&value).map_or(value, Json::Text))
                }
                Some(Json::Undecided(by)) => undecided(by),
                _ => undecided(name),
            },
            ("Fn::Length", _) => match self.value(argument, decisions, depth) {
                Some(Json::List(list)) => match list.iter().find_map(open) {
                    Some(by) => undecided(by),
                    None => Some(Json::Number(list.len().into())),
                },
                Some(Json::Undecided(by)) => undecided(by),
                _ => undecided(name),
            },
            ("Fn::Base64", _) => match self.value(argument, decisions, depth).as_ref().map(decided) {
                Some(Ok(text)) => Some(Json::Text(base64(text.as_bytes()))),
                Some(Err(by)) => undecided(by),
                None => undecided(name),
            },
            _ => undecided(name),
        }
    }

    /// Returns the text of a part that names something.
    ///
    /// # Errors
    /// Returns what decides it if it is not known.
    fn name(&self, node: &'a Node, decisions: &mut Decisions, depth: usize) -> Result<String, String> {
        match self.value(node, decisions, depth) {
            Some(value) => decided(&value),
            None => Err("a name that is not set".to_owned()),
        }
    }

    /// Returns the value of an attribute such as `Function.Arn`.
    fn attribute(&self, name: &str) -> Json {
        if let Some(known) = self.settings.value_of_name(name) {
            return Json::Text(known.to_owned());
        }
        let by = format!("the attribute {name}");
        match name.split_once('.') {
            // The attributes that are the resource's ARN or id, and lead to nothing else.
            Some((resource, "Arn" | "KeyId")) => self.created(resource, by),
            _ => Json::Undecided(by),
        }
    }

    /// Returns a reference to a resource of the template, with its type; undecided if the template does not define
    /// exactly one resource of that name. An alias of a key of the template is a reference to the key.
    pub(super) fn created(&self, name: &str, by: String) -> Json {
        let definitions = self.sections.resources.get(name).map(Vec::as_slice).unwrap_or_default();
        let [definition] = definitions else { return Json::Undecided(by) };
        let mut types = definition.get("Type").map(Node::text);
        let (Some(Some(resource_type)), None) = (types.next(), types.next()) else {
            return Json::Undecided(by);
        };
        if self.sections.has_more_resources
            || definition.members().iter().any(|member| is_generated(&member.name))
        {
            return Json::Undecided(by);
        }
        let resource_type = match resource_type {
            REPLICA_KEY => KEY,
            "AWS::KMS::Alias" if self.leads_to_key(definition) => KEY,
            other => other,
        };
        Json::Created { resource_type: resource_type.to_owned(), by }
    }

    /// Returns true if an alias is one of a key that the template creates.
    fn leads_to_key(&self, alias: &Node) -> bool {
        let mut targets = alias.get("Properties").flat_map(|properties| properties.get("TargetKeyId"));
        let (Some(target), None) = (targets.next(), targets.next()) else { return false };
        // The target of an alias is a key and never an alias: to follow one could lead in a circle.
        let names = target.get("Ref").chain(target.get("Fn::GetAtt")).chain(target.get("Fn::Sub"));
        let mut ids = names.map(|name| match name.list() {
            Some(list) => list.first().and_then(Node::text).unwrap_or_default(),
            None => name.text().unwrap_or_default(),
        });
        let id = ids.next().unwrap_or_default().trim_start_matches("${").trim_end_matches('}');
        let id = id.split('.').next().unwrap_or_default();
        match self.sections.resources.get(id).map(Vec::as_slice) {
            Some([key]) => {
                let types: Vec<_> = key.get("Type").map(Node::text).collect();
                matches!(types.as_slice(), [Some(KEY | REPLICA_KEY)])
            }
            _ => false,
        }
    }

    fn find_in_map(&self, list: &'a [Node], decisions: &mut Decisions, depth: usize) -> Value {
        let ([map, first, second] | [map, first, second, _]) = list else {
            return undecided("Fn::FindInMap");
        };
        let Some(Json::Text(name)) = self.value(map, decisions, depth) else {
            return undecided("Fn::FindInMap");
        };
        let by = format!("the mapping {name}");
        let mappings = &self.sections.mappings;
        let is_complete = |mapping: &&Node| {
            let rows = mapping.members();
            let names = rows.iter().chain(rows.iter().flat_map(|row| row.value.members()));
            !is_open(mappings) && !names.into_iter().any(|member| is_generated(&member.name))
        };
        let Some(mapping) = only(mappings, &name).filter(is_complete) else { return undecided(by) };
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
        let mut may_be_nothing = false;
        for candidate in candidates {
            match self.value(candidate, decisions, depth) {
                None => may_be_nothing = true,
                Some(value) if !values.contains(&value) => values.push(value),
                Some(_) => {}
            }
        }
        if may_be_nothing {
            return if values.is_empty() { None } else { undecided(by) };
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
        if let (None, Some(id)) = (variables, key_in_arn(pattern)) {
            let key = self.reference(id, decisions);
            if matches!(&key, Json::Created { resource_type, .. } if resource_type == KEY) {
                return Some(key);
            }
        }
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
                None if name.contains('.') => Some(self.attribute(name)),
                None => Some(self.reference(name, decisions)),
            };
            if let (Some(Json::Created { .. }), "", "") = (&value, text.as_str(), rest) {
                return value; // the reference alone
            }
            match value.as_ref().map(decided) {
                Some(Ok(part)) => text.push_str(&part),
                Some(Err(by)) => return undecided(by),
                None => return undecided("Fn::Sub"),
            }
        }
        text.push_str(rest);
        Some(if is_dynamic_reference(&text) && !self.is_verbatim {
            Json::Undecided(DYNAMIC_REFERENCE.to_owned())
        } else {
            Json::Text(text)
        })
    }
}

/// Returns the logical id at the end of an ARN of a key or alias that is written out, such as
/// `arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${Key}`; `None` for any other pattern.
fn key_in_arn(pattern: &str) -> Option<&str> {
    let (start, id) = pattern.strip_suffix('}')?.rsplit_once("${")?;
    let is_arn = start.starts_with("arn:") && start.contains(":kms:");
    (is_arn && (start.ends_with(":key/") || start.ends_with(':'))).then_some(id.trim())
}

/// Encodes bytes by RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits =
            (0..3).fold(0_usize, |bits, at| bits << 8 | usize::from(chunk.get(at).copied().unwrap_or(0)));
        for at in 0..4 {
            let letter = BASE64.get(bits >> (18 - 6 * at) & 63).copied().unwrap_or(b'=');
            text.push(if at > chunk.len() { '=' } else { char::from(letter) });
        }
    }
    text
}
