use std::collections::BTreeSet;

use rule_core::rules::RULES;
use rule_core::text::snake_case;

use super::parameters;
use super::policies::{Regions, role};
use crate::document::Document;
use crate::yaml::{indent, pascal_case};
use crate::{Error, Repository};

/// Returns the template of the CloudFormation hook.
pub(super) fn template(repository: &Repository) -> Result<Document, Error> {
    let role = |trust: &str, policy: &str| -> Result<String, Error> {
        Ok(indent(6, &role(repository, trust, &[(policy, None)], Regions::OfStack)?))
    };
    repository
        .document("rule-templates/hook/lambda-hook.yaml")?
        .with_block("names", &parameters::names_block(&["all"], RULES))?
        .with_block("parameters", &parameters::block(RULES))?
        .with_block("function role", &role("trust-function", "hook-log")?)?
        .with_block("variables", &variables())?
        .with_block("hook role", &role("trust-hook", "hook-invoke")?)?
        .with_block("targets", &targets())
}

/// Returns the variables of the function for the parameters of single rules.
fn variables() -> String {
    let variable = |name: &str| format!("{}: !Ref {}\n", snake_case(name).to_uppercase(), pascal_case(name));
    indent(10, &parameters::all().map(|parameter| variable(parameter.name)).collect::<String>())
}

/// Returns the types that rules evaluate, each once.
fn targets() -> String {
    let mut types = BTreeSet::new();
    let all = RULES.iter().map(|rule| rule.resource_type.name()).filter(|name| types.insert(*name));
    let elements: Vec<String> = all.map(|name| format!("- {name}\n")).collect();
    indent(10, &elements.concat())
}
