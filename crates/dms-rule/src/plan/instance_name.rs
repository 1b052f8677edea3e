//! The name by which a person means an instance.

use std::str::FromStr;

use remediation::Instance;
use rule_core::Arn;

/// The ARN or the identifier of an instance, or, for the fix of a rule, the ARN of another resource.
#[derive(Clone, Debug)]
pub(crate) enum InstanceName {
    /// The ARN.
    Arn(String),
    /// The identifier, in lower case as DMS stores it.
    Identifier(String),
}

impl FromStr for InstanceName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if !text.starts_with("arn:") {
            return Ok(Self::Identifier(text.to_lowercase()));
        }
        match Arn::parse(text) {
            Some(arn) if arn.service == "dms" => Ok(Self::Arn(text.to_owned())),
            _ => Err("expected an identifier, or an ARN of AWS DMS (arn:...:dms:...)".to_owned()),
        }
    }
}

impl InstanceName {
    /// Returns the kind of the resource that the ARN is of, such as `rep` or `endpoint`; `None` for an identifier.
    pub(crate) fn arn_word(&self) -> Option<&str> {
        match self {
            Self::Arn(arn) => arn.split(':').nth(5),
            Self::Identifier(_) => None,
        }
    }

    /// Returns the Region of the ARN.
    pub(crate) fn region(&self) -> Option<&str> {
        match self {
            Self::Arn(arn) => remediation::region(arn),
            Self::Identifier(_) => None,
        }
    }

    /// Returns true if this is a name of the instance.
    pub(crate) fn is_name_of(&self, instance: &Instance) -> bool {
        match self {
            Self::Arn(arn) => instance.arn() == arn,
            Self::Identifier(identifier) => instance.identifier() == identifier,
        }
    }

    /// Returns the text.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Arn(text) | Self::Identifier(text) => text,
        }
    }
}

/// Returns the instances that are meant: those with the name, or without one every instance that is not known to be
/// private.
pub(super) fn wanted<'a>(name: Option<&InstanceName>, instances: &'a [Instance]) -> Vec<&'a Instance> {
    let is_wanted = |instance: &&Instance| match name {
        Some(name) => name.is_name_of(instance),
        None => instance.publicly_accessible != Some(false),
    };
    instances.iter().filter(is_wanted).collect()
}
