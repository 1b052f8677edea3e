//! Expands loops, `Fn::ForEach` of the transform `AWS::LanguageExtensions`, before a template is evaluated
//! (CloudFormation Template Reference, "Fn::ForEach").

use std::borrow::Cow;

use rule_core::Json;

use super::evaluator::{Evaluator, LOOP_VARIABLE, decided};
use crate::decisions::Decisions;
use crate::node::{Content, Member, Node};
use crate::settings::Settings;

/// The most parts that loops may create; a loop that would create more is left as it is.
const PARTS_MAXIMUM: usize = 500_000;

/// Returns the template with the bodies of its loops written out, once for each entry of a collection. A loop over a
/// collection that the settings do not decide stays, and its variable is undecided in its body.
pub(super) fn expanded<'a>(root: &'a Node, settings: &Settings) -> Cow<'a, Node> {
    if !has_loop(root) {
        return Cow::Borrowed(root);
    }
    let mut expansion = Expansion { evaluator: Evaluator::new(root, settings), parts: 0 };
    Cow::Owned(expansion.node(root))
}

/// Returns true for the name of a loop.
fn is_loop(name: &str) -> bool {
    name.starts_with("Fn::ForEach")
}

fn has_loop(node: &Node) -> bool {
    match &node.content {
        Content::Scalar(_) => false,
        Content::List(list) => list.iter().any(has_loop),
        Content::Map(members) => {
            members.iter().any(|member| is_loop(&member.name) || has_loop(&member.value))
        }
    }
}

/// The state of an expansion.
struct Expansion<'a> {
    evaluator: Evaluator<'a>,
    /// The number of parts that were created so far.
    parts: usize,
}

/// A loop, taken apart.
struct Loop<'a> {
    variable: &'a str,
    collection: &'a Node,
    body: &'a Node,
}

impl<'a> Loop<'a> {
    /// Reads a loop; `None` if it is malformed.
    fn read(node: &'a Node) -> Option<Self> {
        let [variable, collection, body] = node.list()? else { return None };
        let Content::Map(_) = body.content else { return None };
        Some(Self { variable: variable.text()?, collection, body })
    }
}

impl Expansion<'_> {
    fn node(&mut self, node: &Node) -> Node {
        let content = match &node.content {
            Content::Scalar(scalar) => Content::Scalar(scalar.clone()),
            Content::List(list) => Content::List(list.iter().map(|entry| self.node(entry)).collect()),
            Content::Map(members) => Content::Map(self.members(members)),
        };
        Node { at: node.at, content }
    }

    fn members(&mut self, members: &[Member]) -> Vec<Member> {
        let mut expanded = Vec::with_capacity(members.len());
        for member in members {
            let Some(each) = Loop::read(&member.value).filter(|_| is_loop(&member.name)) else {
                expanded.push(with_value(member, self.node(&member.value)));
                continue;
            };
            if let Some(entries) = self.entries(&each) {
                for entry in entries {
                    let body = bound(each.body, each.variable, Some(&entry));
                    expanded.extend(self.members(body.members()));
                }
                continue;
            }
            let body = self.node(&bound(each.body, each.variable, None));
            let variable = Content::Scalar(Json::Text(each.variable.to_owned()));
            let variable = Node { at: member.at, content: variable };
            let list = Content::List(vec![variable, each.collection.clone(), body]);
            expanded.push(with_value(member, Node { at: member.value.at, content: list }));
        }
        expanded
    }

    /// Returns the entries of the collection; `None` if they are not all known, or are too many.
    fn entries(&mut self, each: &Loop<'_>) -> Option<Vec<String>> {
        let list = entries(&self.evaluator, each.collection)?;
        let parts = self.parts + size(each.body).saturating_mul(list.len());
        if parts > PARTS_MAXIMUM {
            return None;
        }
        self.parts = parts;
        Some(list)
    }
}

fn entries<'a>(evaluator: &Evaluator<'a>, collection: &'a Node) -> Option<Vec<String>> {
    let value = Decisions::default().without_deciding(|decisions| evaluator.value(collection, decisions, 0));
    let Some(Json::List(list)) = value else { return None };
    list.iter().map(|entry| decided(entry).ok().filter(|text| !text.contains("${"))).collect()
}

fn with_value(member: &Member, value: Node) -> Member {
    Member { name: member.name.clone(), at: member.at, value }
}

/// Returns the body of a loop for one entry of its collection; with `None`, the variable is undecided in it.
fn bound(node: &Node, variable: &str, entry: Option<&str>) -> Node {
    let content = match &node.content {
        Content::Scalar(Json::Text(text)) => Content::Scalar(Json::Text(bound_text(text, variable, entry))),
        Content::Scalar(scalar) => Content::Scalar(scalar.clone()),
        Content::List(list) => Content::List(list.iter().map(|part| bound(part, variable, entry)).collect()),
        Content::Map(members) => match members.as_slice() {
            [only] if only.name == "Ref" && only.value.text() == Some(variable) => {
                if let Some(entry) = entry {
                    Content::Scalar(Json::Text(entry.to_owned()))
                } else {
                    let name = Content::Scalar(Json::Text(format!("{LOOP_VARIABLE}{variable}")));
                    Content::Map(vec![with_value(only, Node { at: only.value.at, content: name })])
                }
            }
            // A variable that Fn::Sub has itself: AWS does not document which of the two counts.
            [only] if only.name == "Fn::Sub" && has_own(&only.value, variable) => {
                Content::Map(vec![with_value(only, bound(&only.value, variable, None))])
            }
            _ => Content::Map(members.iter().map(|member| bound_member(member, variable, entry)).collect()),
        },
    };
    Node { at: node.at, content }
}

fn bound_member(member: &Member, variable: &str, entry: Option<&str>) -> Member {
    let name = match entry {
        Some(_) => bound_text(&member.name, variable, entry),
        None => member.name.clone(),
    };
    let inner = Loop::read(&member.value).filter(|each| is_loop(&member.name) && each.variable == variable);
    let value = match inner {
        // In the body of the inner loop the name means the inner variable.
        Some(Loop { collection, body, .. }) => {
            let first = member.value.list().and_then(<[Node]>::first);
            let parts = first.cloned().into_iter().chain([bound(collection, variable, entry), body.clone()]);
            Node { at: member.value.at, content: Content::List(parts.collect()) }
        }
        None => bound(&member.value, variable, entry),
    };
    Member { name, at: member.at, value }
}

/// Replaces `${X}` by the entry, and `&{X}` by its letters and digits.
fn bound_text(text: &str, variable: &str, entry: Option<&str>) -> String {
    let (whole, letters) = if let Some(entry) = entry {
        (entry.to_owned(), entry.chars().filter(char::is_ascii_alphanumeric).collect())
    } else {
        let name = format!("${{{LOOP_VARIABLE}{variable}}}");
        (name.clone(), name)
    };
    text.replace(&format!("${{{variable}}}"), &whole).replace(&format!("&{{{variable}}}"), &letters)
}

/// Returns true if Fn::Sub gives the variable a value.
fn has_own(argument: &Node, variable: &str) -> bool {
    argument.list().is_some_and(|list| list.iter().any(|part| part.get(variable).next().is_some()))
}

fn size(node: &Node) -> usize {
    1 + match &node.content {
        Content::Scalar(_) => 0,
        Content::List(list) => list.iter().map(size).sum(),
        Content::Map(members) => members.iter().map(|member| size(&member.value)).sum(),
    }
}
