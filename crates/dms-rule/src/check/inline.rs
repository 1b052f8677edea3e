//! The exceptions that stand beside a resource, in a template or a Terraform plan.

use iac::PlannedResource;
use report::{Exception, SourceKind};

use crate::settings::exception::{Subject, TAG};

/// The reason why an exception beside a resource is refused that has no other defect.
pub(super) const NOT_ALLOWED: &str =
    "exceptions beside resources are not allowed: dms-rule.toml allows them with inline-exceptions = true";

/// Lists the exceptions beside a resource: in the `Metadata` of a template's, in the tags of a plan's. Each that is malformed is
/// its place with the reason.
pub(super) fn exceptions(
    planned: &PlannedResource,
    file: &str,
    kind: SourceKind,
) -> Vec<Result<Exception, (String, String)>> {
    let mut all = Vec::new();
    for written in &planned.exceptions {
        let origin = match written.position {
            Some(iac::Position { line, column }) => format!("{file}:{line}:{column}"),
            None => file.to_owned(),
        };
        let read = Subject { id: &planned.id, file, origin: &origin }.exception_in_metadata(&written.value);
        all.push(read.map_err(|reason| (origin, reason)));
    }
    if kind == SourceKind::TerraformPlan {
        let origin = format!("{file}, {}", planned.id);
        for (rule, value) in tags(planned) {
            let read = match value {
                Some(value) => {
                    Subject { id: &planned.id, file, origin: &origin }.exception_in_tag(&rule, &value)
                }
                None => Err("deployment decides the tag".to_owned()),
            };
            all.push(read.map_err(|reason| (origin.clone(), reason)));
        }
    }
    all
}

/// Lists the tags that are exceptions: the rule, and the value if it is the same in every possibility.
fn tags(planned: &PlannedResource) -> Vec<(String, Option<String>)> {
    let mut found: Vec<(String, Option<String>)> = Vec::new();
    let possibilities = || planned.possibilities.iter().map(|one| one.item.tags.as_ref());
    for key in possibilities().flatten().flat_map(|tags| tags.keys()) {
        let Some(rule) = key.strip_prefix(TAG) else { continue };
        if found.iter().any(|(known, _)| known == rule) {
            continue;
        }
        let mut values = possibilities().map(|tags| tags.and_then(|tags| tags.get(key)));
        let first = values.next().flatten();
        let is_sure = values.all(|value| value == first);
        found.push((rule.to_owned(), first.filter(|_| is_sure).cloned()));
    }
    found
}
