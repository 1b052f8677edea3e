//! `rules.json`: the rules for programs that are not written in Rust, Terraform among them.

use std::collections::BTreeMap;

use rule_core::rules::RULES;
use rule_core::{Requirement, Rule};
use serde_json::{Value, json};

use crate::GeneratedFile;
use crate::templates::{REGIONS_WITHOUT_RECORDING, parameters};

pub(crate) fn file() -> GeneratedFile {
    let parameters: BTreeMap<&str, Value> = parameters::all()
        .map(|parameter| {
            let description = parameter.meaning.replace('`', "");
            (parameter.name, json!({"default": parameter.default, "description": description}))
        })
        .collect();
    let facts = json!({
        "rules": RULES.iter().copied().map(rule).collect::<Vec<_>>(),
        "parameters": parameters,
        "notRecordedIn": REGIONS_WITHOUT_RECORDING,
    });
    GeneratedFile { path: "rule-templates/rules.json".to_owned(), text: format!("{facts:#}\n") }
}

fn rule(rule: &Rule) -> Value {
    let requirement =
        |requirement: &Requirement| json!({"framework": requirement.framework, "ids": requirement.ids});
    json!({
        "name": rule.identifier,
        "resourceType": rule.resource_type.name(),
        "recorded": rule.resource_type.is_recorded(),
        "severity": rule.severity.as_str(),
        "description": rule.summary(),
        "property": {"path": rule.property.path, "terraform": rule.property.terraform},
        "wanted": rule.wanted,
        "parameters": rule.parameters.iter().map(|parameter| parameter.name).collect::<Vec<_>>(),
        "needs": rule.needs.iter().map(|need| need.as_str()).collect::<Vec<_>>(),
        "actions": rule.actions(),
        "requirements": rule.requirements.iter().map(requirement).collect::<Vec<_>>(),
    })
}
