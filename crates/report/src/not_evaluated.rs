use rule_core::Rule;
use serde::{Serialize, Serializer};

use crate::SourceKind;

/// A rule that was not run on the resources of one kind of source, since such a source never holds what the rule needs.
/// Serialized for [`json`](crate::json).
///
/// The results of a report say nothing about these pairs of rule and resource. The run is complete all the same: what
/// could be read was read.
#[derive(Clone, Debug)]
pub struct NotEvaluated {
    /// The rule.
    pub rule: &'static Rule,
    /// The kind of the sources.
    pub kind: SourceKind,
    /// The number of resources that the rule was not run on.
    pub resources: usize,
    /// The need of the rule that such a source does not answer, and another source that does.
    pub reason: &'static str,
}

impl Serialize for NotEvaluated {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Entry<'a> {
            rule: &'a str,
            kind: SourceKind,
            resources: usize,
            reason: &'a str,
        }
        let Self { rule, kind, resources, reason } = *self;
        Entry { rule: rule.identifier, kind, resources, reason }.serialize(serializer)
    }
}
