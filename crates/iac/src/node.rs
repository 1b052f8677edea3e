//! Parses a template, YAML or JSON, into a tree that knows the position of each part.

use std::collections::{HashMap, HashSet};

use rule_core::Json;
use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use crate::error::{Error, Position};

/// The deepest nesting; CloudFormation accepts no template that is nested deeper.
const DEPTH_MAXIMUM: usize = 100;

/// The most parts that the aliases of a text repeat. What a text writes out is bounded by its length, and aliases that
/// repeat each other are not.
const REPEATED_MAXIMUM: usize = 500_000;

/// The member of a map whose merges by `<<` cannot be followed: it may have other members than those that are seen.
pub(crate) const UNCLEAR_MERGE: &str = "an unclear merge (<<)";

/// A part of a template.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) at: Position,
    pub(crate) content: Content,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// Null, a boolean, a number or text.
    Scalar(Json),
    List(Vec<Node>),
    /// The members in their order, repeated names included. Short forms are expanded: `!Ref X` is `{Ref: X}`.
    Map(Vec<Member>),
}

#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) at: Position,
    pub(crate) value: Node,
}

impl Node {
    /// Parses a text that is one document in YAML or JSON.
    ///
    /// # Errors
    /// Returns an error as [`parse_all`](Self::parse_all) does, and if there is no document, or more than one.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let mut documents = Self::parse_all(text)?.into_iter();
        match (documents.next(), documents.next()) {
            (Some(only), None) => Ok(only),
            (None, _) => Err(Error::new("the text is empty")),
            (Some(_), Some(second)) => Err(Error::at(second.at, "more than one YAML document")),
        }
    }

    /// Parses each document of a text in YAML, or of a text with one JSON document after the other.
    ///
    /// # Errors
    /// Returns an error if the text is neither, is nested too deeply, or repeats too much by aliases.
    pub(crate) fn parse_all(text: &str) -> Result<Vec<Self>, Error> {
        match Builder::default().build(text) {
            // JSON that is no YAML, such as one with surrogate pairs; its parts have no positions.
            Err(error) if text.trim_start().starts_with(['{', '[']) => {
                let documents = serde_json::Deserializer::from_str(text).into_iter::<Json>();
                documents.map(|json| json.map(Self::from_json)).collect::<Result<_, _>>().map_err(|_| error)
            }
            parsed => parsed,
        }
    }

    /// Returns the tree of a JSON value, without positions.
    pub(crate) fn from_json(json: Json) -> Self {
        let content = match json {
            Json::List(list) => Content::List(list.into_iter().map(Self::from_json).collect()),
            Json::Object(members) => Content::Map(
                members
                    .into_iter()
                    .map(|(name, value)| Member { name, at: Position::START, value: Self::from_json(value) })
                    .collect(),
            ),
            scalar => Content::Scalar(scalar),
        };
        Self { at: Position::START, content }
    }

    /// Returns the value as JSON, with the members of a map in their order, repeated names included.
    pub(crate) fn to_json(&self) -> Json {
        match &self.content {
            Content::Scalar(scalar) => scalar.clone(),
            Content::List(list) => Json::List(list.iter().map(Self::to_json).collect()),
            Content::Map(members) => Json::Object(
                members.iter().map(|member| (member.name.clone(), member.value.to_json())).collect(),
            ),
        }
    }

    /// Returns the members of a map; an empty slice for anything else.
    pub(crate) fn members(&self) -> &[Member] {
        match &self.content {
            Content::Map(members) => members,
            Content::Scalar(_) | Content::List(_) => &[],
        }
    }

    /// Returns the entries of a list; `None` for anything else.
    pub(crate) fn list(&self) -> Option<&[Self]> {
        if let Content::List(list) = &self.content { Some(list) } else { None }
    }

    /// Returns the values of all members of that name.
    pub(crate) fn get<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.members().iter().filter(move |member| member.name == name).map(|member| &member.value)
    }

    /// Returns the text of a scalar that is text; `None` for anything else.
    pub(crate) fn text(&self) -> Option<&str> {
        if let Content::Scalar(Json::Text(text)) = &self.content { Some(text) } else { None }
    }
}

/// A list or map whose end has not been parsed yet.
struct Open {
    at: Position,
    anchor: usize,
    tag: Option<String>,
    /// The members of a map so far; `None` for a list.
    map: Option<OpenMap>,
    list: Vec<Node>,
}

#[derive(Default)]
struct OpenMap {
    members: Vec<Member>,
    /// The values of the merge keys.
    merges: Vec<Node>,
    /// The name of the member whose value comes next.
    name: Option<(Name, Position)>,
}

/// The name of a member.
enum Name {
    Text(String),
    /// A plain `<<`, which merges the members of its value into the map (YAML's "Merge Key Language-Independent Type").
    Merge,
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    anchors: HashMap<usize, (Node, usize)>,
    /// The number of parts that aliases repeated so far.
    repeated: usize,
    documents: Vec<Node>,
}

impl Builder {
    fn build(mut self, text: &str) -> Result<Vec<Node>, Error> {
        for event in Parser::new_from_str(text) {
            let (event, span) = event.map_err(|error| {
                let message = format!("neither YAML nor JSON: {}", error.info());
                Error::at(position(*error.marker()), message)
            })?;
            let at = position(span.start);
            match event {
                Event::Alias(anchor) => {
                    let known = self.anchors.get(&anchor).cloned();
                    let (node, size) = known.ok_or_else(|| Error::at(at, "an alias without an anchor"))?;
                    self.repeated += size;
                    if self.repeated > REPEATED_MAXIMUM {
                        return Err(Error::at(at, "too large, with what its aliases repeat"));
                    }
                    self.add(node, at, false)?;
                }
                Event::Scalar(text, style, anchor, tag) => {
                    let is_tagged_text =
                        tag.as_deref().is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
                    let tag = short_form(tag.as_deref());
                    let is_text = is_tagged_text || style != ScalarStyle::Plain || tag.is_some();
                    let may_merge = !is_text && text == "<<";
                    let scalar = if is_text { Json::Text(text.into_owned()) } else { plain(&text) };
                    let node = expanded(Node { at, content: Content::Scalar(scalar) }, tag);
                    self.keep(anchor, &node, 1);
                    self.add(node, at, may_merge)?;
                }
                Event::SequenceStart(anchor, tag) => self.begin(at, anchor, tag.as_deref(), false)?,
                Event::MappingStart(anchor, tag) => self.begin(at, anchor, tag.as_deref(), true)?,
                Event::SequenceEnd | Event::MappingEnd => self.end(at)?,
                Event::Nothing
                | Event::StreamStart
                | Event::StreamEnd
                | Event::DocumentStart(_)
                | Event::DocumentEnd => {}
            }
        }
        Ok(self.documents)
    }

    fn begin(&mut self, at: Position, anchor: usize, tag: Option<&Tag>, is_map: bool) -> Result<(), Error> {
        if self.open.len() >= DEPTH_MAXIMUM {
            return Err(Error::at(at, "nested too deeply"));
        }
        let map = is_map.then(OpenMap::default);
        self.open.push(Open { at, anchor, tag: short_form(tag), map, list: Vec::new() });
        Ok(())
    }

    fn end(&mut self, at: Position) -> Result<(), Error> {
        let Some(Open { at, anchor, tag, map, list }) = self.open.pop() else {
            return Err(Error::at(at, "an end without a beginning"));
        };
        let content = match map {
            Some(map) => Content::Map(merged(map.members, map.merges, at)),
            None => Content::List(list),
        };
        let node = expanded(Node { at, content }, tag);
        let size = if anchor > 0 { size(&node) } else { 0 };
        self.keep(anchor, &node, size);
        self.add(node, at, false)
    }

    fn keep(&mut self, anchor: usize, node: &Node, size: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), size));
        }
    }

    /// Adds a part where it belongs. A name for which `may_merge` is true is a merge key.
    fn add(&mut self, node: Node, at: Position, may_merge: bool) -> Result<(), Error> {
        match self.open.last_mut() {
            None => self.documents.push(node),
            Some(Open { map: None, list, .. }) => list.push(node),
            Some(Open { map: Some(map), .. }) => match (map.name.take(), &node.content) {
                (Some((Name::Text(name), at)), _) => map.members.push(Member { name, at, value: node }),
                (Some((Name::Merge, _)), _) => map.merges.push(node),
                (None, Content::Scalar(_)) if may_merge => map.name = Some((Name::Merge, at)),
                (None, Content::Scalar(scalar)) => map.name = Some((Name::Text(scalar_text(scalar)), at)),
                (None, _) => return Err(Error::at(at, "a name of a member that is not text")),
            },
        }
        Ok(())
    }
}

fn position(marker: saphyr_parser::Marker) -> Position {
    Position { line: marker.line(), column: marker.col() + 1 }
}

fn size(node: &Node) -> usize {
    1 + match &node.content {
        Content::Scalar(_) => 0,
        Content::List(list) => list.iter().map(size).sum(),
        Content::Map(members) => members.iter().map(|member| size(&member.value)).sum(),
    }
}

/// Returns the long form of a tag: `!Ref` is Ref, `!Condition` is Condition, `!Sub` is Fn::Sub. `None` for YAML's
/// own tags.
fn short_form(tag: Option<&Tag>) -> Option<String> {
    let tag = tag.filter(|tag| tag.handle == "!" && !tag.suffix.is_empty())?;
    Some(match tag.suffix.as_str() {
        name @ ("Ref" | "Condition") => name.to_owned(),
        name => format!("Fn::{name}"),
    })
}

fn expanded(node: Node, tag: Option<String>) -> Node {
    let Some(name) = tag else { return node };
    let at = node.at;
    Node { at, content: Content::Map(vec![Member { name, at, value: node }]) }
}

/// Adds the members that a map merges in behind its own, which win. CloudFormation rejects `<<`, but tools that package
/// templates resolve it in this way: of a list of maps, the first that has a member wins. Where tools differ, or there is
/// no map to merge, the map gets the member [`UNCLEAR_MERGE`].
fn merged(mut own: Vec<Member>, merges: Vec<Node>, at: Position) -> Vec<Member> {
    let mut is_unclear = merges.len() > 1;
    let mut known: HashSet<String> = HashSet::new();
    if !merges.is_empty() {
        known.extend(own.iter().map(|member| member.name.clone()));
    }
    for merge in merges {
        let maps = match merge.content {
            Content::List(list) => list,
            _ => vec![merge],
        };
        for map in maps {
            match map.content {
                // A map with a function may be something else at deployment.
                Content::Map(members) if members.iter().all(|member| !is_function(&member.name)) => {
                    own.extend(members.into_iter().filter(|member| known.insert(member.name.clone())));
                }
                _ => is_unclear = true,
            }
        }
    }
    if is_unclear {
        let value = Node { at, content: Content::Scalar(Json::Null) };
        own.push(Member { name: UNCLEAR_MERGE.to_owned(), at, value });
    }
    own
}

/// Returns true for the name of an intrinsic function.
fn is_function(name: &str) -> bool {
    name == "Ref" || name.starts_with("Fn::")
}

/// Returns true for a whole number of which some digits are lost.
fn is_too_large(text: &str, number: &serde_json::Number) -> bool {
    text.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit()) && number.is_f64()
}

/// Reads a plain scalar by YAML 1.1, as CloudFormation does.
fn plain(text: &str) -> Json {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Json::Null,
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Json::Bool(true),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Json::Bool(false),
        _ => match serde_json::from_str::<serde_json::Number>(text) {
            // A whole number that is too large is compared as text.
            Ok(number) if !is_too_large(text, &number) => Json::Number(number),
            Ok(_) | Err(_) => Json::Text(text.to_owned()),
        },
    }
}

/// Returns the text of a scalar, as CloudFormation compares and joins it.
pub(crate) fn scalar_text(scalar: &Json) -> String {
    match scalar {
        Json::Text(text) => text.clone(),
        Json::Bool(value) => value.to_string(),
        Json::Number(number) => number.to_string(),
        other => other.in_words(),
    }
}
