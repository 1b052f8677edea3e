//! The blocks of the rules' pages.

use rule_core::rules::RULES;
use rule_core::{Parameter, Rule, parameter};

use crate::calls::MeasuredCalls;
use crate::{Error, GeneratedFile, Repository};

const FOLDER: &str = "crates/rule-core/src/rules";

pub(crate) fn files(repository: &Repository) -> Result<Vec<GeneratedFile>, Error> {
    let calls = MeasuredCalls::read(repository)?;
    let mut files = vec![parameters_page(repository)?];
    for rule in RULES {
        let path = path(rule.identifier);
        let page = repository
            .document(&path)?
            .with_block("facts", &facts(rule))?
            .with_block("parameters", &own_parameters(rule))?
            .with_block("calls", &calls.lines(rule))?;
        files.push(page.into());
    }
    Ok(files)
}

/// Returns the path of the page of the rule with this name.
pub(crate) fn path(identifier: &str) -> String {
    format!("{FOLDER}/{}.md", identifier.replace('-', "_"))
}

fn parameters_page(repository: &Repository) -> Result<GeneratedFile, Error> {
    let path = format!("{FOLDER}/parameters.md");
    let page = repository.document(&path)?.with_block("parameters", &table(&parameter::COMMON))?;
    Ok(page.into())
}

fn facts(rule: &Rule) -> String {
    let requirements: Vec<String> = rule
        .requirements
        .iter()
        .map(|requirement| format!("{}: {}", requirement.framework, requirement.ids.join(", ")))
        .collect();
    let mapped = match requirements.as_slice() {
        [] => "no published control".to_owned(),
        requirements => requirements.join("; "),
    };
    indoc::formatdoc! {"
        | | |
        |---|---|
        | resource | `{resource_type}` |
        | severity | {severity} |
        | triggers | {triggers} |
        | maps to | {mapped} |
        ",
        resource_type = rule.resource_type.name(),
        severity = rule.severity.as_str(),
        triggers = rule.triggers(),
    }
}

fn own_parameters(rule: &Rule) -> String {
    let own = match rule.parameters {
        [] => "None of its own. ".to_owned(),
        parameters => table(parameters) + "\n",
    };
    let common = concat!(
        "Every rule takes [these](parameters.md), ",
        "which choose the rule, exempt resources and name a role.\n"
    );
    own + common
}

fn table(parameters: &[&Parameter]) -> String {
    let row = |Parameter { name, default, meaning, .. }: &&Parameter| {
        let default = if default.is_empty() { "none".to_owned() } else { format!("`{default}`") };
        format!("| `{name}` | {default} | {meaning} |\n")
    };
    let rows: String = parameters.iter().map(row).collect();
    format!("| name | default | meaning |\n|---|---|---|\n{rows}")
}
