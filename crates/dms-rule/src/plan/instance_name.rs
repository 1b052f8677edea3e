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

    /// Returns the account of the ARN.
    pub(crate) fn account_id(&self) -> Option<&str> {
        match self {
            Self::Arn(arn) => Arn::parse(arn).map(|arn| arn.account_id),
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

/// Returns the instances that are meant: the one with the name, or without one every instance that is not known to be
/// private. Empty if no instance has the name.
///
/// # Errors
/// Returns a message if several instances have the name.
pub(super) fn wanted<'a>(
    name: Option<&InstanceName>,
    instances: &'a [Instance],
) -> Result<Vec<&'a Instance>, String> {
    let Some(name) = name else {
        return Ok(instances.iter().filter(|one| one.publicly_accessible != Some(false)).collect());
    };
    let named: Vec<&Instance> = instances.iter().filter(|one| name.is_name_of(one)).collect();
    if named.len() < 2 {
        return Ok(named);
    }
    let arns: Vec<&str> = named.iter().map(|instance| instance.arn()).filter(|arn| !arn.is_empty()).collect();
    let hint = if arns.len() == named.len() {
        format!("name one by its ARN: {}", arns.join(", "))
    } else {
        "not all of them have an ARN, so none can be chosen: describe the instances again".to_owned()
    };
    Err(format!("several instances have the name {}; {hint}", name.text()))
}
