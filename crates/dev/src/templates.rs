//! The templates in `rule-templates`.
//!
//! `cloudformation/single-account.yaml` is written by hand around generated blocks. Those of SAM and of an organization
//! are derived from it; the conformance packs and the severities of Security Hub are generated as a whole.

mod conditions;
mod config_rules;
mod hook;
mod member_role;
mod names;
mod organization;
mod organization_rules;
mod packs;
pub(crate) mod parameters;
mod part;
mod policies;
mod reader_role;
mod runbook;
mod sam;
mod security_hub;
mod single_account;

pub(crate) use names::short_name;
pub(crate) use part::Part;

use crate::{Error, GeneratedFile, Repository};

/// The largest body of a template, in bytes ("CloudFormation quotas", template body size in a request), and of a
/// conformance pack (PutConformancePack, TemplateBody).
const BODY_LIMIT: usize = 51_200;

/// Returns every generated template.
pub(crate) fn files(repository: &Repository) -> Result<Vec<GeneratedFile>, Error> {
    let single_account = single_account::template(repository, Part::Security)?;
    let operations = single_account::template(repository, Part::Operations)?;
    let derived = [
        sam::template(single_account.clone())?,
        organization::template(repository, single_account.clone(), Part::Security)?,
        organization::template_by_account(repository, single_account.clone(), Part::Security)?,
        organization::template(repository, operations.clone(), Part::Operations)?,
        organization::template_by_account(repository, operations.clone(), Part::Operations)?,
        operations,
        member_role::template(repository, &single_account)?,
        reader_role::template(repository)?,
        security_hub::notification(repository)?,
        hook::template(repository)?,
    ];
    let [runbook, remediation] = runbook::files(repository)?;
    let documents = derived.into_iter().chain([single_account]);
    let files =
        documents.map(GeneratedFile::from).chain(packs::files()?).chain([security_hub::severities()?]);
    let mut files: Vec<GeneratedFile> = files.map(within_limit).collect::<Result<_, Error>>()?;
    // The runbook has another limit, which `runbook` checks, and its template comes from a bucket.
    files.extend([runbook.into(), remediation.into()]);
    Ok(files)
}

fn within_limit(file: GeneratedFile) -> Result<GeneratedFile, Error> {
    if file.text.len() > BODY_LIMIT {
        let subject = format!("the size of {} in bytes", file.path);
        let page = "CloudFormation quotas";
        return Err(Error::OverLimit { subject, actual: file.text.len(), limit: BODY_LIMIT, page });
    }
    Ok(file)
}
