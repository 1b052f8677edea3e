use crate::ResourceType;

/// Something that a rule needs from AWS beside the item that it evaluates. The rights of the function's role
/// follow from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Every resource of its type, for a periodic run.
    List,
    /// One resource as DMS describes it: [`Lookup::Description`](crate::Lookup::Description).
    Describe,
    /// The tags of a resource: [`Lookup::Tags`](crate::Lookup::Tags).
    Tags,
    /// A KMS key, and its aliases: [`Lookup::KmsKey`](crate::Lookup::KmsKey).
    Key,
    /// The engine versions of the Region: [`Lookup::EngineVersions`](crate::Lookup::EngineVersions).
    EngineVersions,
    /// The instances that can be ordered in the Region:
    /// [`Lookup::OrderableInstances`](crate::Lookup::OrderableInstances).
    OrderableInstances,
    /// DB instances as AWS Config records them: [`Lookup::Databases`](crate::Lookup::Databases).
    Databases,
}

impl Need {
    /// Returns the name as it is written in `rules.json`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Describe => "describe",
            Self::Tags => "tags",
            Self::Key => "key",
            Self::EngineVersions => "engineVersions",
            Self::OrderableInstances => "orderableInstances",
            Self::Databases => "databases",
        }
    }

    /// Returns the IAM actions that allow it (service authorization references of AWS DMS, AWS KMS and AWS Config).
    #[must_use]
    pub fn actions(self, resource_type: ResourceType) -> Vec<&'static str> {
        match self {
            Self::List | Self::Describe => vec![resource_type.listing().action],
            Self::Tags => vec!["dms:ListTagsForResource"],
            Self::Key => vec!["kms:DescribeKey", "kms:ListAliases"],
            Self::EngineVersions => vec!["dms:DescribeEngineVersions"],
            Self::OrderableInstances => vec!["dms:DescribeOrderableReplicationInstances"],
            Self::Databases => vec!["config:SelectResourceConfig"],
        }
    }
}
