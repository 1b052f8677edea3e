//! Terraform plans and states, with the providers aws and awscc.

mod document;
mod values;

use rule_core::{Configuration, Facts, Json, Possibility, ResourceType};
use serde_json::Value;

use crate::decisions::in_every_combination;
use crate::error::Error;
use crate::plan::{Language, Plan, PlannedResource, item};
use crate::properties::Properties;
use document::{Document, Resource, Resources};

/// Plans the DMS resources in what `terraform show -json` prints of a plan or a state.
///
/// # Errors
/// Returns an error if the text is neither, or gives a member twice. Parts that cannot be read are failures of the
/// plan.
pub fn terraform(text: &str) -> Result<Plan, Error> {
    let Resources { managed, unknown, failures } = Document::parse(text)?.resources();
    let planned = managed.iter().filter_map(|resource| {
        let resource_type = resource_type(&resource.type_name)?;
        Some(planned(resource, resource_type, unknown.get(&resource.address)))
    });
    Ok(Plan { resources: planned.collect(), failures })
}

/// Returns the type of `aws_dms_replication_instance` or `awscc_dms_replication_instance`; `None` if no rule
/// evaluates it.
fn resource_type(type_name: &str) -> Option<ResourceType> {
    let type_name = type_name.to_ascii_lowercase();
    let name = type_name.strip_prefix("aws_dms_").or_else(|| type_name.strip_prefix("awscc_dms_"))?;
    let name = if name == "s3_endpoint" { "endpoint" } else { name };
    ResourceType::from_name(&format!("AWS::DMS::{}", name.replace('_', "")))
}

fn planned(resource: &Resource, resource_type: ResourceType, unknown: Option<&Value>) -> PlannedResource {
    let properties = Properties::for_type(resource_type);
    let combinations = in_every_combination(|decisions| {
        let (configuration, tags) = match &resource.values {
            Some(Value::Object(values)) => {
                let mut members = values::members(values, unknown, &properties, decisions);
                if resource.type_name.ends_with("_s3_endpoint") {
                    members.push(("EngineName".to_owned(), Json::Text("s3".to_owned())));
                }
                (Configuration::Properties(members), values::tags(values, unknown))
            }
            Some(_) => (Configuration::Unreadable("its values are not an object".to_owned()), None),
            None => (Configuration::Unreadable("the plan does not hold its values".to_owned()), None),
        };
        item(resource_type, &resource.address, configuration, tags)
    });
    PlannedResource {
        id: resource.address.clone(),
        resource_type,
        possibilities: combinations
            .into_iter()
            .map(|(choices, item)| Possibility { choices, item, facts: Facts::planned() })
            .collect(),
        positions: Vec::new(),
        language: if resource.type_name.starts_with("awscc_") {
            Language::CloudControl
        } else {
            Language::Terraform
        },
    }
}
