//! `rules.json`: the rules for programs that are not written in Rust, Terraform among them.

use std::collections::BTreeMap;

use rule_core::rules::RULES;
use rule_core::{REGIONS_WITHOUT_RECORDING, Requirement, Rule};
use serde_json::{Value, json};

use crate::templates::{parameters, short_name};
use crate::{Error, GeneratedFile};

pub(crate) fn file() -> Result<GeneratedFile, Error> {
    let parameters: BTreeMap<&str, Value> = parameters::all()
        .map(|parameter| {
            let description = parameter.meaning.replace('`', "");
            (parameter.name, json!({"default": parameter.default, "description": description}))
        })
        .collect();
    let facts = json!({
        "rules": RULES.iter().copied().map(rule).collect::<Result<Vec<_>, Error>>()?,
        "parameters": parameters,
        "notRecordedIn": REGIONS_WITHOUT_RECORDING,
    });
    Ok(GeneratedFile { path: "rule-templates/rules.json".to_owned(), text: format!("{facts:#}\n") })
}

fn rule(rule: &Rule) -> Result<Value, Error> {
    let requirement =
        |requirement: &Requirement| json!({"framework": requirement.framework, "ids": requirement.ids});
    Ok(json!({
        "name": rule.identifier,
        "shortName": short_name(rule.identifier)?,
        "resourceType": rule.resource_type.name(),
        "recorded": rule.has_changes(),
        "theme": rule.theme.as_str(),
        "severity": rule.severity.as_str(),
        "description": rule.summary(),
        "property": {"path": rule.property.path, "terraform": rule.property.terraform},
        "wanted": rule.wanted,
        "parameters": rule.parameters.iter().map(|parameter| parameter.name).collect::<Vec<_>>(),
        "needs": rule.needs.iter().map(|need| need.as_str()).collect::<Vec<_>>(),
        "actions": rule.actions(),
        "requirements": rule.requirements.iter().map(requirement).collect::<Vec<_>>(),
    }))
}
