use super::policies::{Regions, policies};
use crate::document::Document;
use crate::yaml::indent;
use crate::{Error, Repository};

/// Returns the template for the roles of the command line in an account: the one that reads, and the one of `apply`.
pub(super) fn template(repository: &Repository) -> Result<Document, Error> {
    let block = |names: &[&str]| -> Result<String, Error> {
        let its: Vec<_> = names.iter().map(|name| (*name, None)).collect();
        Ok(indent(6, &policies(repository, &its, Regions::All)?))
    };
    repository
        .document("rule-templates/cloudformation/reader-role.yaml")?
        .with_block("reader", &block(&["scan", "plan"])?)?
        .with_block("apply", &block(&["plan", "apply"])?)
}
