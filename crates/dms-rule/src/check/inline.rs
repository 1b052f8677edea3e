//! The exceptions that stand beside a resource, in a template or a Terraform plan.

use iac::{PlannedResource, WrittenException};
use report::Exception;
use rule_core::Json;

use crate::settings::exception::Subject;

/// The reason why an exception beside a resource is refused that has no other defect.
pub(super) const NOT_ALLOWED: &str =
    "exceptions beside resources are not allowed: dms-rule.toml allows them with inline-exceptions = true";

/// Lists the exceptions beside a resource. Each that is malformed is its place with the reason.
pub(super) fn exceptions(planned: &PlannedResource, file: &str) -> Vec<Result<Exception, (String, String)>> {
    let read = |written: &WrittenException| {
        let origin = match written.position {
            Some(iac::Position { line, column }) => format!("{file}:{line}:{column}"),
            None => format!("{file}, {}", planned.id),
        };
        let subject = Subject { id: &planned.id, file, origin: &origin };
        let exception = match (&written.rule, &written.value) {
            (None, value) => subject.exception_in_metadata(value),
            (Some(rule), Json::Text(value)) => subject.exception_in_tag(rule, value),
            (Some(_), Json::Undecided(reason)) => Err(reason.clone()),
            (Some(_), other) => Err(format!("the tag is {}", other.in_words())),
        };
        exception.map_err(|reason| (origin, reason))
    };
    planned.exceptions.iter().map(read).collect()
}
