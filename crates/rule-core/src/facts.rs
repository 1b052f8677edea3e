use std::collections::BTreeMap;

use crate::Configuration;

/// What a configuration item may not tell and a verdict may need. AWS knows it; whoever asks for a verdict looks it up
/// when [`Rule::evaluate`](crate::Rule::evaluate) says so.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The tags, for an item without them.
    pub tags: Fact<BTreeMap<String, String>>,
    /// What DMS itself says of the resource.
    pub description: Fact<Configuration>,
    /// The KMS key that the resource names.
    pub kms_key: Fact<KmsKey>,
    /// The resource is not made yet: a property that is missing is one that will not be set, so DMS's documented
    /// default will hold.
    pub planned: bool,
}

/// One of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Fact<T> {
    /// Nobody looked yet.
    #[default]
    NotRead,
    /// It is this.
    Known(T),
    /// It cannot be known; the text says why, and stands in the annotation.
    Unavailable(String),
}

/// What KMS says of a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KmsKey {
    /// `KeyManager`: CUSTOMER or AWS.
    pub key_manager: Option<String>,
    /// The ARN.
    pub arn: Option<String>,
    /// The ARNs of its aliases, if they were asked for.
    pub alias_arns: Vec<String>,
}

/// What must be looked up before there can be a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// [`Facts::tags`].
    Tags,
    /// [`Facts::description`].
    Description,
    /// [`Facts::kms_key`].
    KmsKey {
        /// The key's id or ARN as the resource names it.
        key_id: String,
        /// Whether its aliases matter.
        with_aliases: bool,
    },
}

impl Facts {
    /// For a place from which nothing can be looked up: every verdict that needs more is NON_COMPLIANT and says so.
    #[must_use]
    pub fn unavailable(why: &str) -> Self {
        Self {
            tags: Fact::Unavailable(why.to_owned()),
            description: Fact::Unavailable(why.to_owned()),
            kms_key: Fact::Unavailable(why.to_owned()),
            planned: false,
        }
    }

    /// For a resource that is only planned: it has the tags that its plan says, and nothing else can be asked of it.
    #[must_use]
    pub fn planned() -> Self {
        let why = "nothing is known of it before deployment";
        Self {
            tags: Fact::Unavailable(why.to_owned()),
            description: Fact::Known(Configuration::Absent),
            kms_key: Fact::Unavailable(why.to_owned()),
            planned: true,
        }
    }
}

impl<T> Fact<T> {
    /// The fact; or what to look up; or why it cannot be known.
    pub(crate) fn get(&self, lookup: impl FnOnce() -> Lookup) -> Result<Result<&T, &str>, Lookup> {
        match self {
            Self::Known(fact) => Ok(Ok(fact)),
            Self::Unavailable(why) => Ok(Err(why)),
            Self::NotRead => Err(lookup()),
        }
    }
}
