//! Resources of Terraform that hold a CloudFormation template or a description for Cloud Control.

use rule_core::Json;
use serde::Deserialize;
use serde_json::Value;

use super::document::Resource;
use crate::contained::{HolderKind, mentions_creation};

/// The attributes of a stack or set of stacks, with the names that CloudFormation has for them.
const STACK: &[(&str, &str)] = &[
    ("template_body", "TemplateBody"),
    ("template_url", "TemplateURL"),
    ("parameters", "Parameters"),
    ("stack_instances_group", "StackInstancesGroup"),
    ("tags_all", "StackTags"),
];

/// Returns the way in which a resource may make DMS resources, and its attributes that matter. `None` if it makes nothing
/// but itself.
pub(super) fn holder(
    resource: &Resource,
    unknown: Option<&Value>,
) -> Option<(HolderKind, Vec<(String, Json)>)> {
    let (kind, attributes): (_, &[(&str, &str)]) = match resource.type_name.to_ascii_lowercase().as_str() {
        "aws_cloudformation_stack" | "awscc_cloudformation_stack" => (HolderKind::Stack, STACK),
        "aws_cloudformation_stack_set" | "awscc_cloudformation_stack_set" => (HolderKind::StackSet, STACK),
        "aws_cloudcontrolapi_resource" => {
            (HolderKind::CloudControl, &[("type_name", "TypeName"), ("desired_state", "DesiredState")])
        }
        "aws_serverlessapplicationrepository_cloudformation_stack" => {
            (HolderKind::Application, &[("application_id", "Location")])
        }
        "aws_servicecatalog_provisioned_product"
        | "aws_servicecatalog_product"
        | "awscc_servicecatalog_cloudformation_provisioned_product" => (HolderKind::Registered, &[]),
        _ => return None,
    };
    let properties = attributes.iter().filter_map(|(attribute, property)| {
        let value = value(resource, attribute, unknown)?;
        Some(((*property).to_owned(), value))
    });
    Some((kind, properties.collect()))
}

/// Returns true for a resource that gives stacks of a set parameters of their own.
pub(super) fn overrides_parameters(resource: &Resource, unknown: Option<&Value>) -> bool {
    let is_instance = ["aws_cloudformation_stack_set_instance", "aws_cloudformation_stack_instances"]
        .into_iter()
        .any(|known| resource.type_name.eq_ignore_ascii_case(known));
    is_instance
        && value(resource, "parameter_overrides", unknown)
            .is_some_and(|given| given != Json::Object(Vec::new()))
}

/// Returns true for a resource that stores or runs a text which creates DMS resources.
pub(super) fn makes_dms_resources(resource: &Resource) -> bool {
    const MAKERS: [&str; 5] = [
        "aws_s3_object",
        "aws_s3_bucket_object",
        "aws_ssm_document",
        "aws_sfn_state_machine",
        "kubernetes_manifest",
    ];
    let is_maker = MAKERS.iter().any(|maker| resource.type_name.eq_ignore_ascii_case(maker));
    is_maker && resource.values.as_ref().is_some_and(|values| mentions_creation(&values.to_string()))
}

/// Returns the value of an attribute, undecided where it is known only after apply; `None` if it is not set.
fn value(resource: &Resource, attribute: &str, unknown: Option<&Value>) -> Option<Json> {
    let undecided = || Json::Undecided(format!("{attribute} (known after apply)"));
    let mark = match unknown {
        Some(Value::Bool(true)) => return Some(undecided()),
        other => other.and_then(|marks| marks.get(attribute)),
    };
    if mark == Some(&Value::Bool(true)) {
        return Some(undecided());
    }
    let value = resource.values.as_ref().and_then(|values| values.get(attribute));
    let value = value.filter(|value| !value.is_null()).and_then(|value| Json::deserialize(value).ok());
    match (value, mark) {
        (Some(Json::Object(mut members)), Some(Value::Object(marks))) => {
            for (name, _) in marks.iter().filter(|(_, mark)| !matches!(mark, Value::Bool(false))) {
                members.retain(|(known, _)| known != name);
                members.push((name.clone(), undecided()));
            }
            Some(Json::Object(members))
        }
        (Some(Json::List(_)), Some(Value::Array(marks))) if has_mark(marks) => Some(undecided()),
        (None, Some(marks)) if has_mark(std::slice::from_ref(marks)) => Some(undecided()),
        (value, _) => value,
    }
}

/// Returns true if something within the list is known only after apply.
fn has_mark(marks: &[Value]) -> bool {
    marks.iter().any(|mark| match mark {
        Value::Bool(mark) => *mark,
        Value::Array(marks) => has_mark(marks),
        Value::Object(marks) => marks.values().any(|mark| has_mark(std::slice::from_ref(mark))),
        _ => false,
    })
}
