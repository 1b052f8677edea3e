//! A template's text as a tree that knows where each part stands.

use std::collections::HashMap;

use rule_core::Json;
use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use crate::planned::{Position, Unreadable};

/// Deeper than this nothing that CloudFormation takes goes.
const DEPTH_MAXIMUM: usize = 100;

/// With what aliases repeat. CloudFormation takes 1 MB.
const NODES_MAXIMUM: usize = 500_000;

/// A part of a template.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) at: Position,
    pub(crate) kind: Kind,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// Null, a boolean, a number or text.
    Scalar(Json),
    List(Vec<Node>),
    /// The members as they came, doubles and all. Short forms are spelt out: `!Ref X` is `{Ref: X}`.
    Map(Vec<Member>),
}

#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) at: Position,
    pub(crate) value: Node,
}

impl Node {
    /// Reads YAML or JSON.
    pub(crate) fn read(text: &str) -> Result<Self, Unreadable> {
        match Reader::default().read(text) {
            // JSON that YAML does not take, such as halves of a surrogate pair; without places.
            Err(error) if text.trim_start().starts_with('{') => {
                serde_json::from_str::<Json>(text).map_err(|_| error).map(Self::of)
            }
            read => read,
        }
    }

    fn of(json: Json) -> Self {
        let kind = match json {
            Json::List(list) => Kind::List(list.into_iter().map(Self::of).collect()),
            Json::Object(members) => Kind::Map(
                members
                    .into_iter()
                    .map(|(name, value)| Member { name, at: START, value: Self::of(value) })
                    .collect(),
            ),
            scalar => Kind::Scalar(scalar),
        };
        Self { at: START, kind }
    }

    /// The members, if it has any.
    pub(crate) fn members(&self) -> &[Member] {
        match &self.kind {
            Kind::Map(members) => members,
            Kind::Scalar(_) | Kind::List(_) => &[],
        }
    }

    /// The entries, if it is a list.
    pub(crate) fn list(&self) -> Option<&[Self]> {
        if let Kind::List(list) = &self.kind { Some(list) } else { None }
    }

    /// The values of a member.
    pub(crate) fn get<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.members().iter().filter(move |member| member.name == name).map(|member| &member.value)
    }

    /// The text, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        if let Kind::Scalar(Json::Text(text)) = &self.kind { Some(text) } else { None }
    }
}

const START: Position = Position { line: 1, column: 1 };

/// A list or map that is not whole yet.
struct Open {
    at: Position,
    anchor: usize,
    tag: Option<String>,
    /// Of a map: its members, and the name of the one whose value comes next.
    map: Option<OpenMap>,
    list: Vec<Node>,
}

#[derive(Default)]
struct OpenMap {
    members: Vec<Member>,
    name: Option<(String, Position)>,
}

#[derive(Default)]
struct Reader {
    open: Vec<Open>,
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
    root: Option<Node>,
}

impl Reader {
    fn read(mut self, text: &str) -> Result<Node, Unreadable> {
        let mut documents = 0;
        for event in Parser::new_from_str(text) {
            let (event, span) = event.map_err(|error| Unreadable {
                message: format!("neither YAML nor JSON: {}", error.info()),
                position: Some(place(*error.marker())),
            })?;
            let at = place(span.start);
            match event {
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        return Err(Unreadable {
                            message: "more than one YAML document".to_owned(),
                            position: Some(at),
                        });
                    }
                }
                Event::Alias(anchor) => {
                    let known = self.anchors.get(&anchor).cloned();
                    let (node, size) = known.ok_or_else(|| wrong("an alias without an anchor", at))?;
                    self.nodes += size;
                    self.put(node, at)?;
                }
                Event::Scalar(text, style, anchor, tag) => {
                    let is_said_text =
                        tag.as_deref().is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
                    let tag = short_form(tag.as_deref());
                    let is_text = is_said_text || style != ScalarStyle::Plain || tag.is_some();
                    let scalar = if is_text { Json::Text(text.into_owned()) } else { plain(&text) };
                    let node = spelt_out(Node { at, kind: Kind::Scalar(scalar) }, tag);
                    self.keep(anchor, &node, 1);
                    self.put(node, at)?;
                }
                Event::SequenceStart(anchor, tag) => self.begin(at, anchor, tag.as_deref(), false)?,
                Event::MappingStart(anchor, tag) => self.begin(at, anchor, tag.as_deref(), true)?,
                Event::SequenceEnd | Event::MappingEnd => self.end(at)?,
                Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            }
        }
        self.root.ok_or_else(|| Unreadable::new("it is empty"))
    }

    fn begin(
        &mut self,
        at: Position,
        anchor: usize,
        tag: Option<&Tag>,
        is_map: bool,
    ) -> Result<(), Unreadable> {
        if self.open.len() >= DEPTH_MAXIMUM {
            return Err(wrong("nested too deeply", at));
        }
        let map = is_map.then(OpenMap::default);
        self.open.push(Open { at, anchor, tag: short_form(tag), map, list: Vec::new() });
        Ok(())
    }

    fn end(&mut self, at: Position) -> Result<(), Unreadable> {
        let Some(Open { at, anchor, tag, map, list }) = self.open.pop() else {
            return Err(wrong("an end without a beginning", at));
        };
        let kind = match map {
            Some(map) => Kind::Map(merged(map.members)),
            None => Kind::List(list),
        };
        let node = spelt_out(Node { at, kind }, tag);
        let size = if anchor > 0 { size(&node) } else { 0 };
        self.keep(anchor, &node, size);
        self.put(node, at)
    }

    fn keep(&mut self, anchor: usize, node: &Node, size: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), size));
        }
    }

    fn put(&mut self, node: Node, at: Position) -> Result<(), Unreadable> {
        self.nodes += 1;
        if self.nodes > NODES_MAXIMUM {
            return Err(wrong("too large, with what its aliases repeat", at));
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open { map: None, list, .. }) => list.push(node),
            Some(Open { map: Some(map), .. }) => {
                if let Some((name, at)) = map.name.take() {
                    map.members.push(Member { name, at, value: node });
                } else if let Kind::Scalar(scalar) = &node.kind {
                    map.name = Some((word(scalar), at));
                } else {
                    return Err(wrong("a name that is no text", at));
                }
            }
        }
        Ok(())
    }
}

fn wrong(message: &str, at: Position) -> Unreadable {
    Unreadable { message: message.to_owned(), position: Some(at) }
}

fn place(marker: saphyr_parser::Marker) -> Position {
    Position { line: marker.line(), column: marker.col() + 1 }
}

fn size(node: &Node) -> usize {
    1 + match &node.kind {
        Kind::Scalar(_) => 0,
        Kind::List(list) => list.iter().map(size).sum(),
        Kind::Map(members) => members.iter().map(|member| size(&member.value)).sum(),
    }
}

/// The long form of a tag: `!Ref` is Ref, `!Condition` is Condition, `!Sub` is Fn::Sub. YAML's own tags are none.
fn short_form(tag: Option<&Tag>) -> Option<String> {
    let tag = tag.filter(|tag| tag.handle == "!" && !tag.suffix.is_empty())?;
    Some(match tag.suffix.as_str() {
        name @ ("Ref" | "Condition") => name.to_owned(),
        name => format!("Fn::{name}"),
    })
}

fn spelt_out(node: Node, tag: Option<String>) -> Node {
    let Some(name) = tag else { return node };
    let at = node.at;
    Node { at, kind: Kind::Map(vec![Member { name, at, value: node }]) }
}

/// With the members that `<<` brings in, behind its own: CloudFormation does not take it, but tools that package
/// templates resolve it so.
fn merged(members: Vec<Member>) -> Vec<Member> {
    let (merges, mut own): (Vec<_>, Vec<_>) = members.into_iter().partition(|member| member.name == "<<");
    for merge in merges {
        let maps = match merge.value.kind {
            Kind::List(list) => list,
            _ => vec![merge.value],
        };
        for member in maps.iter().flat_map(Node::members) {
            if !own.iter().any(|known| known.name == member.name) {
                own.push(member.clone());
            }
        }
    }
    own
}

/// A plain scalar in YAML 1.1, as CloudFormation reads it.
fn plain(text: &str) -> Json {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Json::Null,
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Json::Bool(true),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Json::Bool(false),
        _ => match serde_json::from_str::<serde_json::Number>(text) {
            Ok(number) => Json::Number(number),
            Err(_) => Json::Text(text.to_owned()),
        },
    }
}

/// A scalar as the text that CloudFormation compares and joins.
pub(crate) fn word(scalar: &Json) -> String {
    match scalar {
        Json::Text(text) => text.clone(),
        Json::Bool(value) => value.to_string(),
        Json::Number(number) => number.to_string(),
        other => other.in_words(),
    }
}
