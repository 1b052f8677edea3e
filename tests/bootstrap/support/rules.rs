//! Resources of every rule, as DMS describes them: one that complies and one that does not.

use std::path::Path;

use local_aws::KmsKey;
use rule_core::{ArnForm, ResourceType, Rule};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{ACCOUNT, REGION};

/// A resource that a rule evaluates.
pub(crate) struct Resource {
    /// The id under which it is reported.
    pub(crate) id: String,
    /// The resource in the response of DMS.
    pub(crate) description: Value,
    pub(crate) compliance_type: &'static str,
    /// The beginning of the annotation.
    pub(crate) reason: String,
}

/// The file `listed.json` among the cases of a rule.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Listed {
    compliant: Example,
    non_compliant: Example,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    members: Map<String, Value>,
    reason: String,
}

/// Returns the id under which resource `number` of a type is reported.
pub(crate) fn id(resource_type: ResourceType, number: usize) -> String {
    // An ARN that DMS does not return ends in the name.
    let last = match resource_type.arn_form() {
        ArnForm::Property(_) => format!("X{number:03}"),
        ArnForm::Named(_) => name(number),
    };
    format!("arn:aws:dms:{REGION}:{ACCOUNT}:{}:{last}", resource_type.arn_word())
}

fn name(number: usize) -> String {
    format!("orders-{number:03}")
}

/// Returns resource `number` of a rule's type: the one of `listed.json` that complies, or the one that does not.
pub(crate) fn resource(rule: &Rule, number: usize, complies: bool) -> Resource {
    let Listed { compliant, non_compliant } = listed(rule);
    let (compliance_type, Example { members, reason }) =
        if complies { ("COMPLIANT", compliant) } else { ("NON_COMPLIANT", non_compliant) };
    let resource_type = rule.resource_type;
    let id = id(resource_type, number);
    let mut description = json!({resource_type.identifier().path: name(number)});
    if let ArnForm::Property(property) = resource_type.arn_form() {
        description[property] = id.clone().into();
    }
    description.as_object_mut().unwrap().extend(members);
    Resource { id, description, compliance_type, reason }
}

fn listed(rule: &Rule) -> Listed {
    let file = format!("../../tests/cases/{}/listed.json", rule.identifier);
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&file)).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The DB instance that the examples name.
pub(crate) const DATABASE: &str = "orders.abcdefghijkl.us-east-1.rds.amazonaws.com";

/// Returns the DB instance that the examples name as AWS Config records it: public, or not.
pub(crate) fn database(is_public: bool) -> Vec<String> {
    let configuration = json!({"endpoint": {"address": DATABASE}, "publiclyAccessible": is_public});
    vec![json!({ "configuration": configuration }).to_string()]
}

/// Returns the keys that the examples name: one of a customer, one of AWS.
pub(crate) fn keys() -> Vec<KmsKey> {
    [("1234abcd", "CUSTOMER", "alias/dms-prod"), ("99999999", "AWS", "alias/aws/dms")]
        .map(|(id, manager, alias)| KmsKey {
            arn: format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/{id}-12ab-34cd-56ef-1234567890ab"),
            key_manager: manager.to_owned(),
            aliases: vec![alias.to_owned()],
        })
        .to_vec()
}
