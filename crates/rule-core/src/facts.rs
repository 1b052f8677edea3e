use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::Configuration;

/// Facts that a configuration item may lack and a verdict may need. The caller requests one from AWS when
/// [`Rule::evaluate`](crate::Rule::evaluate) returns a [`Lookup`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The tags, for an item without them.
    pub tags: Fact<BTreeMap<String, String>>,
    /// The resource as DMS describes it.
    pub description: Fact<Configuration>,
    /// The KMS key that the resource names.
    pub kms_key: Fact<KmsKey>,
    /// The engine versions that DMS has in the Region, as `dms:DescribeEngineVersions` lists them.
    pub engine_versions: Fact<Arc<[Configuration]>>,
    /// The instances that can be ordered in the Region, as `dms:DescribeOrderableReplicationInstances` lists them: one
    /// for each class, engine version and kind of storage.
    pub orderable_instances: Fact<Arc<[Configuration]>>,
    /// The part of the Internet that reaches the resource, in one line that begins with a state such as `OPEN` or `FILTERED BY sg-0a1`.
    pub reachability: Fact<String>,
    /// The DB instances of the hosts that the resource names.
    pub databases: Fact<DatabasesByHost>,
    /// True if the resource does not exist yet: a property that is missing is one that will not be set, so
    /// DMS's documented default will apply.
    pub planned: bool,
    /// The reason why the resource may get more tags than the item has, in words; `None` if it cannot.
    pub more_tags: Option<String>,
}

/// A fact that a rule may need.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Fact<T> {
    /// The fact was not looked up yet.
    #[default]
    NotRead,
    /// The fact was read.
    Known(T),
    /// The fact cannot be known. The text is the reason and becomes part of the annotation.
    Unavailable(String),
}

/// A KMS key as `kms:DescribeKey` and `kms:ListAliases` describe it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KmsKey {
    /// `KeyManager`: CUSTOMER or AWS.
    pub key_manager: Option<String>,
    /// `Arn`: the ARN of the key.
    pub arn: Option<String>,
    /// The ARNs of its aliases, if they were looked up.
    pub alias_arns: Vec<String>,
}

/// By the address of a DB instance of Amazon RDS: true if AWS Config records it as publicly accessible, `None` if it records no
/// such instance, or not clearly.
pub type DatabasesByHost = BTreeMap<String, Option<bool>>;

/// A fact that must be looked up before there can be a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// [`Facts::tags`].
    Tags,
    /// [`Facts::description`].
    Description,
    /// [`Facts::kms_key`].
    KmsKey {
        /// The id or ARN of the key, as the resource names it.
        key_id: String,
        /// True if its aliases are needed too.
        with_aliases: bool,
    },
    /// [`Facts::engine_versions`].
    EngineVersions,
    /// [`Facts::orderable_instances`].
    OrderableInstances,
    /// [`Facts::reachability`].
    Reachability,
    /// [`Facts::databases`].
    Databases {
        /// The addresses of DB instances, in lower case: letters, digits, `.` and `-`.
        hosts: Vec<String>,
    },
}

impl fmt::Display for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tags => f.write_str("the tags"),
            Self::Description => f.write_str("the description by DMS"),
            Self::KmsKey { key_id, .. } => write!(f, "the KMS key {key_id}"),
            Self::EngineVersions => f.write_str("the list of engine versions"),
            Self::OrderableInstances => f.write_str("the list of classes that can be ordered"),
            Self::Reachability => f.write_str("the network of the instance"),
            Self::Databases { hosts } => write!(f, "the DB instance {}", hosts.join(", ")),
        }
    }
}

impl Facts {
    /// Returns the facts for a context without AWS access, for this reason. Rules that need one return
    /// [`Outcome::Unknown`](crate::Outcome::Unknown).
    #[must_use]
    pub fn unavailable(reason: &str) -> Self {
        Self {
            tags: Fact::Unavailable(reason.to_owned()),
            description: Fact::Unavailable(reason.to_owned()),
            kms_key: Fact::Unavailable(reason.to_owned()),
            engine_versions: Fact::Unavailable(reason.to_owned()),
            orderable_instances: Fact::Unavailable(reason.to_owned()),
            reachability: Fact::Unavailable(reason.to_owned()),
            databases: Fact::Unavailable(reason.to_owned()),
            planned: false,
            more_tags: None,
        }
    }

    /// Returns the facts for a resource that is only planned: it has the tags of its plan, and there is
    /// nothing to look up yet.
    #[must_use]
    pub fn planned() -> Self {
        Self {
            description: Fact::Known(Configuration::Absent),
            planned: true,
            ..Self::unavailable("nothing is known of it before deployment")
        }
    }
}

impl<T> Fact<T> {
    /// Returns the fact, or the reason why it cannot be known.
    ///
    /// # Errors
    /// Returns `lookup` if the fact was not looked up yet.
    pub(crate) fn get(&self, lookup: impl FnOnce() -> Lookup) -> Result<Result<&T, &str>, Lookup> {
        match self {
            Self::Known(fact) => Ok(Ok(fact)),
            Self::Unavailable(reason) => Ok(Err(reason)),
            Self::NotRead => Err(lookup()),
        }
    }
}
