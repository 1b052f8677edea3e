//! `rules.json`: the rules for programs that are not written in Rust, Terraform among them.

use std::collections::BTreeMap;

use rule_core::Rule;
use rule_core::rules::RULES;
use serde_json::{Value, json};

use crate::templates::{REGIONS_WITHOUT_RECORDING, parameters};
use crate::{GeneratedFile, seam};

pub(crate) fn file() -> GeneratedFile {
    let parameters: BTreeMap<&str, Value> = parameters::of_all_rules()
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
    json!({
        "name": rule.identifier,
        "resourceType": seam::type_name(rule),
        "recorded": seam::is_recorded(rule),
        "severity": rule.severity.as_str(),
        "description": rule.summary(),
        "parameters": seam::parameters(rule).iter().map(|parameter| parameter.name).collect::<Vec<_>>(),
        "actions": seam::actions(rule),
    })
}
