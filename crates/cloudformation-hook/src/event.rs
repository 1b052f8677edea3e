use std::fmt;

use rule_core::text::{cut, is_same_name, one_line};
use rule_core::{Json, ResourceType};

use crate::invalid_event::InvalidEvent;

/// The longest part of a name that a message quotes.
const QUOTE_MAXIMUM: usize = 80;

/// An event of a Lambda Hook for a resource (CloudFormation Hooks user guide, "Create Lambda functions to evaluate
/// resources for Lambda Hooks").
pub(crate) struct HookEvent {
    /// The operation that waits for the response.
    pub(crate) operation: Operation,
    /// The logical id of the resource; `None` for Cloud Control API, which has none.
    pub(crate) logical_id: Option<String>,
    /// True if a stack makes the resource.
    pub(crate) has_stack: bool,
}

/// The operation before which a hook is invoked.
pub(crate) enum Operation {
    /// Nothing is made.
    Delete,
    /// A resource of a type that no rule evaluates.
    Other {
        /// The type.
        resource_type: String,
    },
    /// A DMS resource is created or updated.
    Write(Box<Write>),
}

/// A DMS resource as it will be.
pub(crate) struct Write {
    /// The type.
    pub(crate) resource_type: ResourceType,
    /// The name of the type as the event spells it.
    pub(crate) type_name: String,
    /// The properties, an object.
    pub(crate) properties: Json,
    /// The properties before an update.
    pub(crate) previous: Option<Json>,
}

/// Shows no property: they hold passwords.
impl fmt::Debug for HookEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = match &self.operation {
            Operation::Delete => "Delete",
            Operation::Other { .. } => "Other",
            Operation::Write(_) => "Write",
        };
        f.debug_struct("HookEvent").field("operation", &operation).finish_non_exhaustive()
    }
}

/// Parses the payload of an invocation.
pub(crate) fn parse(text: &str) -> Result<Json, InvalidEvent> {
    serde_json::from_str(text)
        .map_err(|error| InvalidEvent::Json { line: error.line(), column: error.column() })
}

/// Returns the token that goes back with the response.
pub(crate) fn token(event: &Json) -> Result<String, InvalidEvent> {
    let text = required_text(event, "the event", "clientRequestToken")?;
    if text.trim().is_empty() {
        Err(InvalidEvent::Missing("clientRequestToken"))
    } else {
        Ok(text.to_owned())
    }
}

impl HookEvent {
    /// Reads an event.
    ///
    /// # Errors
    /// Returns the first defect. A deletion needs nothing but its invocation point.
    pub(crate) fn read(event: &Json) -> Result<Self, InvalidEvent> {
        let point = required_text(event, "the event", "actionInvocationPoint")?;
        if point == "DELETE_PRE_PROVISION" {
            return Ok(Self { operation: Operation::Delete, logical_id: None, has_stack: false });
        }
        let is_update = match point {
            "CREATE_PRE_PROVISION" => false,
            "UPDATE_PRE_PROVISION" => true,
            other => return Err(InvalidEvent::InvocationPoint(quoted(other))),
        };
        let data = required(event, "the event", "requestData")?;
        // A stack or a change set has a template for its target, whose resources this function does not get.
        if let Some(target_type) = text(data, "requestData", "targetType")?
            && !["RESOURCE", "CLOUD_CONTROL"].contains(&target_type)
        {
            return Err(InvalidEvent::TargetType(quoted(target_type)));
        }
        let type_name = required_text(data, "requestData", "targetName")?;
        let Some(resource_type) = resource_type(type_name)? else {
            let resource_type = quoted(type_name);
            return Ok(Self {
                operation: Operation::Other { resource_type },
                logical_id: None,
                has_stack: false,
            });
        };
        let model = required(data, "requestData", "targetModel")?;
        let properties = required(model, "targetModel", "resourceProperties")?;
        if !matches!(properties, Json::Object(_)) {
            return Err(InvalidEvent::NotAnObject("resourceProperties"));
        }
        let previous = member(model, "targetModel", "previousResourceProperties")?;
        let write = Write {
            resource_type,
            type_name: type_name.to_owned(),
            properties: properties.clone(),
            previous: previous.filter(|_| is_update).cloned(),
        };
        let logical_id = text(data, "requestData", "targetLogicalId")?.map(quoted);
        // Documents of AWS spell it both ways.
        let has_stack = ["stackId", "stackID"].iter().any(|name| given(event, name).next().is_some());
        Ok(Self { operation: Operation::Write(Box::new(write)), logical_id, has_stack })
    }
}

/// Returns the DMS type of that name; `None` for a name that is surely another type.
fn resource_type(name: &str) -> Result<Option<ResourceType>, InvalidEvent> {
    if let Some(resource_type) = ResourceType::from_name(name) {
        return Ok(Some(resource_type));
    }
    // Three words, of which a module adds `::MODULE` (CloudFormation API reference, `RegisterType`, TypeName).
    let words: Vec<&str> = name.split("::").collect();
    let is_word =
        |word: &&str| (2..=64).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_name = (3..=4).contains(&words.len()) && words.iter().all(is_word);
    if is_name && !ResourceType::is_doubtful(name) {
        Ok(None)
    } else {
        Err(InvalidEvent::ResourceType(quoted(name)))
    }
}

/// Returns the values of the members of that very name.
fn given<'a>(object: &'a Json, name: &'a str) -> impl Iterator<Item = &'a Json> {
    let members = if let Json::Object(members) = object { members.as_slice() } else { &[] };
    members.iter().filter(move |(known, _)| known == name).map(|(_, value)| value)
}

/// Returns the value of a member; `None` if it is missing or null.
fn member<'a>(
    object: &'a Json,
    object_name: &'static str,
    name: &'static str,
) -> Result<Option<&'a Json>, InvalidEvent> {
    let Json::Object(members) = object else { return Err(InvalidEvent::NotAnObject(object_name)) };
    if members.iter().any(|(known, _)| known != name && is_same_name(known, name)) {
        return Err(InvalidEvent::Misspelled(name));
    }
    let mut values = given(object, name);
    let value = values.next();
    if values.next().is_some() {
        return Err(InvalidEvent::Twice(name));
    }
    Ok(value.filter(|value| **value != Json::Null))
}

fn required<'a>(
    object: &'a Json,
    object_name: &'static str,
    name: &'static str,
) -> Result<&'a Json, InvalidEvent> {
    member(object, object_name, name)?.ok_or(InvalidEvent::Missing(name))
}

fn text<'a>(
    object: &'a Json,
    object_name: &'static str,
    name: &'static str,
) -> Result<Option<&'a str>, InvalidEvent> {
    member(object, object_name, name)?
        .map(|value| value.as_str().ok_or(InvalidEvent::NotText(name)))
        .transpose()
}

fn required_text<'a>(
    object: &'a Json,
    object_name: &'static str,
    name: &'static str,
) -> Result<&'a str, InvalidEvent> {
    text(object, object_name, name)?.ok_or(InvalidEvent::Missing(name))
}

fn quoted(text: &str) -> String {
    cut(&one_line(text), QUOTE_MAXIMUM)
}
