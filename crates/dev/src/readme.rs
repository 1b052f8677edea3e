//! The table of rules in the README.

use rule_core::Rule;
use rule_core::rules::RULES;

use crate::{Error, GeneratedFile, Repository, pages};

pub(crate) fn file(repository: &Repository) -> Result<GeneratedFile, Error> {
    let rows: String = RULES.iter().copied().map(row).collect();
    let table = format!("| rule | resource | severity | triggers | |\n|---|---|---|---|---|\n{rows}");
    Ok(repository.document("README.md")?.with_block("rules", &table)?.into())
}

fn row(rule: &Rule) -> String {
    let (name, page, resource_type) =
        (rule.identifier, pages::path(rule.identifier), rule.resource_type.name());
    let (severity, triggers, summary) = (rule.severity.as_str(), rule.triggers(), rule.summary());
    format!("| [`{name}`]({page}) | `{resource_type}` | {severity} | {triggers} | {summary} |\n")
}
