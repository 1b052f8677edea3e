use std::borrow::Cow;

use crate::{Outcome, Property};

/// The result of a rule's check of one resource, before exemptions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The outcome. It alone decides what is reported and counted; the texts below only explain it.
    pub outcome: Outcome,
    /// The state in capitals: `UNKNOWN`, `NOT APPLICABLE`, or the rule's own, such as `PUBLIC`.
    pub state: &'static str,
    /// The fact that decided, for example `PubliclyAccessible=true`.
    pub fact: String,
    /// Further facts, most important first.
    pub evidence: Vec<Evidence>,
    /// The remedy, in words without a full stop; `None` if there is nothing to do.
    pub fix: Option<&'static str>,
    /// The change to a template or plan that is the remedy there; `None` for [the one of the rule](crate::Rule::wanted).
    pub change: Option<Change>,
}

/// A change to a template or plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The property should have this value: one word, or a description.
    Set(Property, Cow<'static, str>),
    /// The file cannot express the remedy, which is this command or step after deployment.
    AfterDeployment(&'static str),
}

/// One fact beside the one that decided, for example `public IP 203.0.113.10`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The name of the fact, for example `public IP`.
    pub name: &'static str,
    /// Its value; empty if the name is enough.
    pub value: String,
}

impl Change {
    /// Returns the change that gives the property this value: one word, or a description.
    pub(crate) fn set(property: Property, value: impl Into<Cow<'static, str>>) -> Self {
        Self::Set(property, value.into())
    }
}

impl Finding {
    /// Returns the finding on a resource that is explicitly as the rule wants it.
    #[must_use]
    pub fn compliant(state: &'static str, fact: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Compliant,
            state,
            fact: fact.into(),
            evidence: Vec::new(),
            fix: None,
            change: None,
        }
    }

    /// Returns the finding on a resource that is not as the rule wants it.
    #[must_use]
    pub fn non_compliant(state: &'static str, fact: impl Into<String>, fix: &'static str) -> Self {
        Self {
            outcome: Outcome::NonCompliant,
            state,
            fact: fact.into(),
            evidence: Vec::new(),
            fix: Some(fix),
            change: None,
        }
    }

    /// Returns the finding on a resource of which it cannot be known;
    /// [`Rule::evaluate`](crate::Rule::evaluate) adds the rule's remedy for that.
    #[must_use]
    pub fn unknown(fact: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Unknown,
            state: "UNKNOWN",
            fact: fact.into(),
            evidence: Vec::new(),
            fix: None,
            change: None,
        }
    }

    /// Returns the finding on a resource to which the rule does not apply.
    #[must_use]
    pub fn not_applicable(fact: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::NotApplicable,
            state: "NOT APPLICABLE",
            fact: fact.into(),
            evidence: Vec::new(),
            fix: None,
            change: None,
        }
    }

    /// Returns the finding with another change to a template or plan than that of its rule.
    #[must_use]
    pub fn with_change(self, change: Change) -> Self {
        Self { change: Some(change), ..self }
    }

    /// Returns the finding with one more fact.
    #[must_use]
    pub fn with_evidence(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.evidence.push(Evidence { name, value: value.into() });
        self
    }
}
