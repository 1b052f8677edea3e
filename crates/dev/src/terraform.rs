//! The files that the Terraform modules read, copied into their folder: a registry offers that folder alone.

use crate::{Error, GeneratedFile, Repository};

const FOLDER: &str = "rule-templates/terraform";

/// The policies of `rule-templates/iam` that the modules read.
const POLICIES: [&str; 10] = [
    "assume-execution-role",
    "assume-member-role",
    "evaluate",
    "function",
    "function-kms",
    "function-vpc",
    "remediate",
    "trust-automation",
    "trust-function",
    "trust-member-role",
];

/// The other files, and the places of their copies in [`FOLDER`].
const OTHERS: [(&str, &str); 3] = [
    ("LICENSE", "LICENSE"),
    ("rule-templates/rules.json", "files/rules.json"),
    ("rule-templates/ssm/private-instance.yaml", "files/private-instance.yaml"),
];

/// Returns the copies, of `generated` where that has the original.
///
/// # Errors
/// Returns the first file that cannot be read.
pub(crate) fn files(
    repository: &Repository,
    generated: &[GeneratedFile],
) -> Result<Vec<GeneratedFile>, Error> {
    let policies = POLICIES
        .map(|name| (format!("rule-templates/iam/{name}.json"), format!("{FOLDER}/files/iam/{name}.json")));
    let others = OTHERS.map(|(original, copy)| (original.to_owned(), format!("{FOLDER}/{copy}")));
    let copies = policies.into_iter().chain(others);
    copies
        .map(|(original, path)| {
            let generated = generated.iter().find(|file| file.path == original);
            let text = generated.map_or_else(|| repository.read(&original), |file| Ok(file.text.clone()))?;
            Ok(GeneratedFile { path, text })
        })
        .collect()
}
