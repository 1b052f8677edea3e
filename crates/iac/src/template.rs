//! AWS CloudFormation templates, YAML or JSON.

pub(crate) mod deployment;
mod evaluator;
mod loops;
pub(crate) mod planning;

use rule_core::Json;

use crate::error::Error;
use crate::node::{Content, Node, scalar_text};

/// A CloudFormation template.
#[derive(Clone, Debug)]
pub struct Template {
    root: Node,
}

/// A parameter that a template declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateParameter {
    /// The name.
    pub name: String,
    /// The values that the template allows; empty if it allows any.
    pub allowed: Vec<String>,
}

impl Template {
    /// Returns the template of a JSON document, whose parts have no positions.
    #[must_use]
    pub fn from_json(json: Json) -> Self {
        Self { root: Node::from_json(json) }
    }

    /// Parses a text that should be a template.
    ///
    /// # Errors
    /// Returns an error if the text is neither YAML nor JSON, holds several documents, or is too large.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Node::parse(text).map(|root| Self { root })
    }

    /// Parses a text that may hold several YAML documents, or one JSON document after the other. A document need not be a
    /// [template](Self::is_recognizable).
    ///
    /// # Errors
    /// Returns an error if the text is neither YAML nor JSON, or repeats too much by aliases.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, Error> {
        let documents = Node::parse_all(text)?;
        Ok(documents.into_iter().map(|root| Self { root }).collect())
    }

    /// Returns the document as JSON, in which short forms are written out. Members keep their order, repeated names
    /// included.
    #[must_use]
    pub fn to_json(&self) -> Json {
        self.root.to_json()
    }

    /// Parses a text that may be a template: a map with `AWSTemplateFormatVersion`, or with `Resources` of which one
    /// has a `Type`. Returns `None` for any other text.
    ///
    /// # Errors
    /// Returns an error, as [`parse`](Self::parse), if the text cannot be parsed and has a line that begins as a
    /// template does: its author should learn where it breaks.
    #[must_use]
    pub fn recognize(text: &str) -> Option<Result<Self, Error>> {
        match Self::parse(text) {
            Ok(template) => template.is_recognizable().then_some(Ok(template)),
            Err(error) => Self::may_begin(text).then_some(Err(error)),
        }
    }

    /// Returns true if a line of the text begins as a section of a template does, so that the text should be parsed as one.
    #[must_use]
    pub fn may_begin(text: &str) -> bool {
        text.lines().any(begins_template)
    }

    /// Returns true if the document is a map with `AWSTemplateFormatVersion`, or with `Resources` of which one has a
    /// `Type`.
    #[must_use]
    pub fn is_recognizable(&self) -> bool {
        self.root.members().iter().any(|member| match member.name.as_str() {
            "AWSTemplateFormatVersion" => true,
            "Resources" => has_resources(&member.value),
            _ => false,
        })
    }

    /// Lists the logical id and type of each resource, with conditions that are false too.
    #[must_use]
    pub fn resource_types(&self) -> Vec<(&str, &str)> {
        let members = self.root.get("Resources").flat_map(Node::members);
        members
            .filter_map(|member| Some((member.name.as_str(), member.value.get("Type").find_map(Node::text)?)))
            .collect()
    }

    /// Lists the parameters that the template declares.
    #[must_use]
    pub fn parameters(&self) -> Vec<TemplateParameter> {
        let scalar = |node: &Node| match &node.content {
            Content::Scalar(scalar) => Some(scalar_text(scalar)),
            Content::List(_) | Content::Map(_) => None,
        };
        let members = self.root.get("Parameters").flat_map(Node::members);
        members
            .map(|member| {
                let allowed = member.value.get("AllowedValues").find_map(Node::list).unwrap_or_default();
                TemplateParameter {
                    name: member.name.clone(),
                    allowed: allowed.iter().filter_map(scalar).collect(),
                }
            })
            .collect()
    }
}

/// Returns true for a map in which there is a resource, and for an empty one.
fn has_resources(node: &Node) -> bool {
    let Content::Map(members) = &node.content else { return false };
    let is_resource = |value: &Node| value.get("Type").next().is_some();
    members.is_empty()
        || members.iter().any(|member| member.name.starts_with("Fn::") || is_resource(&member.value))
}

/// Returns true if a line, which is not indented deeply, begins a section of a template.
fn begins_template(line: &str) -> bool {
    let name = line.trim_start_matches(['{', ' ', '\t', '"', '\'']);
    let begins = name.starts_with("AWSTemplateFormatVersion") || name.starts_with("Resources");
    begins && !line.starts_with("      ")
}
