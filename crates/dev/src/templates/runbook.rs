//! The Automation runbook of `rule-templates/ssm`, and the template that deploys it with its role.

use super::policies::{Regions, role};
use crate::document::Document;
use crate::python;
use crate::yaml::indent;
use crate::{Error, Repository};

const RUNBOOK: &str = "rule-templates/ssm/private-instance.yaml";
const TEMPLATE: &str = "rule-templates/ssm/remediation.yaml";

/// The largest document of Systems Manager, in bytes ("AWS Systems Manager endpoints and quotas", SSM document size).
const DOCUMENT_LIMIT: usize = 65_536;

/// The files of each script, in the order in which they use each other: the name of the block in the runbook, the name
/// in the template, the spaces before it in the runbook.
const SCRIPTS: [(&str, &str, usize, &[&str]); 2] = [
    ("work script", "Work", 10, &["next_action", "queries", "planning", "runbook"]),
    ("ask script", "Ask", 6, &["asking"]),
];

/// Returns the runbook with its scripts, and the template.
pub(super) fn files(repository: &Repository) -> Result<[Document; 2], Error> {
    let mut runbook = repository.document(RUNBOOK)?;
    let mut content = runbook.clone();
    let mut mappings = String::new();
    for (block, name, spaces, files) in SCRIPTS {
        let script = script(repository, files)?;
        runbook = runbook.with_block(block, &indent(spaces, &script))?;
        mappings.extend([name, ":\n  Text: |\n", &indent(4, &script)]);
        // The first line of a block is its mark; what is before it remains.
        let reference = format!("@{name}@");
        content = content.with_text_for_block(block, &format!("{reference}\n"))?;
        content = content.with_text(
            &format!("Script: |\n{reference}\n"),
            &format!("Script: !FindInMap [Scripts, {name}, Text]\n"),
        )?;
    }
    let role_as_default =
        "description: The role that the runbook works with\n    default: !GetAtt Role.Arn\n";
    let content =
        content.with_text("description: The role that the runbook works with\n", role_as_default)?;
    let role = role(repository, "trust-automation", &[("remediate", None)], Regions::OfStack)?;
    let template = repository
        .document(TEMPLATE)?
        .with_block("scripts", &indent(4, &mappings))?
        .with_block("role", &indent(6, &role))?
        .with_block("runbook", &indent(8, content.text()))?;
    Ok([within_limit(runbook)?, template])
}

fn script(repository: &Repository, files: &[&'static str]) -> Result<String, Error> {
    let texts =
        files.iter().map(|name| Ok((*name, repository.read(&format!("rule-templates/ssm/{name}.py"))?)));
    Ok(python::joined(&texts.collect::<Result<Vec<_>, Error>>()?))
}

fn within_limit(runbook: Document) -> Result<Document, Error> {
    let actual = runbook.text().len();
    if actual > DOCUMENT_LIMIT {
        let subject = format!("the size of {RUNBOOK} in bytes");
        let page = "AWS Systems Manager endpoints and quotas";
        return Err(Error::OverLimit { subject, actual, limit: DOCUMENT_LIMIT, page });
    }
    Ok(runbook)
}
