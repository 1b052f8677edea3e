use std::fmt;

use crate::Property;
use crate::text::is_same_name;

/// The Regions in which AWS Config records none of the types ("Resource coverage by Region availability", 2026).
pub const REGIONS_WITHOUT_RECORDING: [&str; 2] = ["ca-west-1", "mx-central-1"];

/// A type of DMS resource. Each type has one entry in `definition` with everything that does not depend on the
/// rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResourceType {
    /// A machine that runs tasks.
    ReplicationInstance,
    /// The network settings of homogeneous data migrations and schema conversions. AWS Config does not record
    /// it.
    InstanceProfile,
    /// A connection to a database or another store.
    Endpoint,
    /// A job that moves data from one endpoint to another.
    ReplicationTask,
    /// A certificate that endpoints use.
    Certificate,
    /// A subscription to DMS event notifications.
    EventSubscription,
    /// The subnets that an instance may be in.
    ReplicationSubnetGroup,
    /// A serverless replication: a task with compute of its own. AWS Config does not record it.
    ReplicationConfig,
    /// A database of a homogeneous data migration or a schema conversion. AWS Config does not record it.
    DataProvider,
    /// A homogeneous data migration. AWS Config does not record it.
    DataMigration,
}

/// The place of a resource's ARN in a response of DMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArnForm {
    /// In this property.
    Property(&'static str),
    /// Nowhere: it is `arn:PARTITION:dms:REGION:ACCOUNT:` followed by this word, a colon and the identifier
    /// (service authorization reference of AWS DMS, "Resource types").
    Named(&'static str),
}

/// The operation that lists the resources of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The operation of the DMS API.
    pub operation: &'static str,
    /// The member of its response that holds the resources.
    pub member: &'static str,
    /// The IAM action that allows it. It is not always named after the operation (service authorization
    /// reference of AWS DMS).
    pub action: &'static str,
    /// The filter that selects one resource by its ARN; `None` where the operation has no such filter.
    pub arn_filter: Option<&'static str>,
}

struct Definition {
    name: &'static str,
    noun: &'static str,
    identifier: Property,
    listing: Listing,
    arn_form: ArnForm,
    arn_word: &'static str,
    is_recorded: bool,
    zero_etl_flag: Option<&'static str>,
}

impl ResourceType {
    /// Every type that a rule may be about. The length names the last variant, so that one that is added in
    /// front of it does not compile without its entry here.
    pub const ALL: [Self; Self::DataMigration as usize + 1] = [
        Self::ReplicationInstance,
        Self::InstanceProfile,
        Self::Endpoint,
        Self::ReplicationTask,
        Self::Certificate,
        Self::EventSubscription,
        Self::ReplicationSubnetGroup,
        Self::ReplicationConfig,
        Self::DataProvider,
        Self::DataMigration,
    ];

    /// The names of the types that no rule evaluates (CloudFormation registry, `AWS::DMS`; AWS DMS API reference).
    pub const WITHOUT_RULES: [&str; 1] = ["AWS::DMS::MigrationProject"];

    /// Names, members and actions as the service model of DMS (2016-01-01), its service authorization
    /// reference and the CloudFormation registry spell them.
    #[expect(clippy::too_many_lines, reason = "one entry for each type, without logic")]
    const fn definition(self) -> Definition {
        match self {
            Self::ReplicationInstance => Definition {
                name: "AWS::DMS::ReplicationInstance",
                noun: "instance",
                identifier: Property::text("ReplicationInstanceIdentifier", Some("replication_instance_id")),
                listing: Listing {
                    operation: "DescribeReplicationInstances",
                    member: "ReplicationInstances",
                    action: "dms:DescribeReplicationInstances",
                    arn_filter: Some("replication-instance-arn"),
                },
                arn_form: ArnForm::Property("ReplicationInstanceArn"),
                arn_word: "rep",
                is_recorded: true,
                zero_etl_flag: None,
            },
            Self::InstanceProfile => Definition {
                name: "AWS::DMS::InstanceProfile",
                noun: "instance profile",
                identifier: Property::text("InstanceProfileName", None),
                listing: Listing {
                    operation: "DescribeInstanceProfiles",
                    member: "InstanceProfiles",
                    action: "dms:ListInstanceProfiles",
                    arn_filter: None,
                },
                arn_form: ArnForm::Property("InstanceProfileArn"),
                arn_word: "instance-profile",
                is_recorded: false,
                zero_etl_flag: None,
            },
            Self::Endpoint => Definition {
                name: "AWS::DMS::Endpoint",
                noun: "endpoint",
                identifier: Property::text("EndpointIdentifier", Some("endpoint_id")),
                listing: Listing {
                    operation: "DescribeEndpoints",
                    member: "Endpoints",
                    action: "dms:DescribeEndpoints",
                    arn_filter: Some("endpoint-arn"),
                },
                arn_form: ArnForm::Property("EndpointArn"),
                arn_word: "endpoint",
                is_recorded: true,
                zero_etl_flag: Some("IsReadOnly"),
            },
            Self::ReplicationTask => Definition {
                name: "AWS::DMS::ReplicationTask",
                noun: "task",
                identifier: Property::text("ReplicationTaskIdentifier", Some("replication_task_id")),
                listing: Listing {
                    operation: "DescribeReplicationTasks",
                    member: "ReplicationTasks",
                    action: "dms:DescribeReplicationTasks",
                    arn_filter: Some("replication-task-arn"),
                },
                arn_form: ArnForm::Property("ReplicationTaskArn"),
                arn_word: "task",
                is_recorded: true,
                zero_etl_flag: None,
            },
            Self::Certificate => Definition {
                name: "AWS::DMS::Certificate",
                noun: "certificate",
                identifier: Property::text("CertificateIdentifier", Some("certificate_id")),
                listing: Listing {
                    operation: "DescribeCertificates",
                    member: "Certificates",
                    action: "dms:DescribeCertificates",
                    arn_filter: Some("certificate-arn"),
                },
                arn_form: ArnForm::Property("CertificateArn"),
                arn_word: "cert",
                is_recorded: true,
                zero_etl_flag: None,
            },
            Self::EventSubscription => Definition {
                name: "AWS::DMS::EventSubscription",
                noun: "event subscription",
                identifier: Property::text("CustSubscriptionId", Some("name")),
                listing: Listing {
                    operation: "DescribeEventSubscriptions",
                    member: "EventSubscriptionsList",
                    action: "dms:DescribeEventSubscriptions",
                    arn_filter: None,
                },
                arn_form: ArnForm::Named("es"),
                arn_word: "es",
                is_recorded: true,
                zero_etl_flag: None,
            },
            Self::ReplicationSubnetGroup => Definition {
                name: "AWS::DMS::ReplicationSubnetGroup",
                noun: "subnet group",
                identifier: Property::text(
                    "ReplicationSubnetGroupIdentifier",
                    Some("replication_subnet_group_id"),
                ),
                listing: Listing {
                    operation: "DescribeReplicationSubnetGroups",
                    member: "ReplicationSubnetGroups",
                    action: "dms:DescribeReplicationSubnetGroups",
                    arn_filter: None,
                },
                arn_form: ArnForm::Named("subgrp"),
                arn_word: "subgrp",
                is_recorded: true,
                zero_etl_flag: Some("IsReadOnly"),
            },
            Self::ReplicationConfig => Definition {
                name: "AWS::DMS::ReplicationConfig",
                noun: "serverless replication",
                identifier: Property::text(
                    "ReplicationConfigIdentifier",
                    Some("replication_config_identifier"),
                ),
                listing: Listing {
                    operation: "DescribeReplicationConfigs",
                    member: "ReplicationConfigs",
                    action: "dms:DescribeReplicationConfigs",
                    arn_filter: None,
                },
                arn_form: ArnForm::Property("ReplicationConfigArn"),
                arn_word: "replication-config",
                is_recorded: false,
                zero_etl_flag: Some("IsReadOnly"),
            },
            Self::DataProvider => Definition {
                name: "AWS::DMS::DataProvider",
                noun: "data provider",
                identifier: Property::text("DataProviderName", None),
                listing: Listing {
                    operation: "DescribeDataProviders",
                    member: "DataProviders",
                    action: "dms:ListDataProviders",
                    arn_filter: None,
                },
                arn_form: ArnForm::Property("DataProviderArn"),
                arn_word: "data-provider",
                is_recorded: false,
                zero_etl_flag: None,
            },
            Self::DataMigration => Definition {
                name: "AWS::DMS::DataMigration",
                noun: "data migration",
                identifier: Property::text("DataMigrationName", None),
                listing: Listing {
                    operation: "DescribeDataMigrations",
                    member: "DataMigrations",
                    action: "dms:DescribeDataMigrations",
                    arn_filter: None,
                },
                arn_form: ArnForm::Property("DataMigrationArn"),
                arn_word: "data-migration",
                is_recorded: false,
                zero_etl_flag: None,
            },
        }
    }

    /// Returns the type with this name, however its case is spelled and whatever invisible is in it: AWS has no two
    /// types whose names differ in that alone. `None` for any other type.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| is_type(name, known.name()))
    }

    /// Returns true for a name that no known type has, and that may be meant for a type of AWS DMS: it is in the namespace
    /// of DMS, however its parts are separated, or holds a letter that is not one of ASCII, as look-alikes do. A type that
    /// AWS DMS gets in future is one too, until it is known here.
    #[must_use]
    pub fn is_doubtful(name: &str) -> bool {
        let known = || Self::ALL.into_iter().map(Self::name).chain(Self::WITHOUT_RULES);
        if known().any(|known| is_type(name, known)) {
            return false;
        }
        let visible = || name.chars().filter(|c| !is_invisible(*c));
        if visible().any(|c| !c.is_ascii()) {
            return true;
        }
        let lower: String = visible().map(|c| c.to_ascii_lowercase()).collect();
        let mut parts = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
        let is_in_namespace = parts.next() == Some("aws") && parts.next() == Some("dms");
        is_in_namespace || known().any(|known| is_same_name(&lower, known))
    }

    /// Returns the name that AWS gives the type, for example `AWS::DMS::ReplicationInstance`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.definition().name
    }

    /// Returns the word for one resource of the type, for example `instance`.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        self.definition().noun
    }

    /// Returns the property that holds the name by which a person knows a resource.
    #[must_use]
    pub const fn identifier(self) -> Property {
        self.definition().identifier
    }

    /// Returns how the resources of the type are listed.
    #[must_use]
    pub const fn listing(self) -> Listing {
        self.definition().listing
    }

    /// Returns where the ARN of a resource is found.
    #[must_use]
    pub const fn arn_form(self) -> ArnForm {
        self.definition().arn_form
    }

    /// Returns the first word of the resource part of an ARN of this type, for example `rep`.
    #[must_use]
    pub const fn arn_word(self) -> &'static str {
        self.definition().arn_word
    }

    /// Returns true if AWS Config records the type (its list of supported resource types); if not, only a
    /// schedule triggers a rule on it.
    #[must_use]
    pub const fn is_recorded(self) -> bool {
        self.definition().is_recorded
    }

    /// Returns true if AWS Config records the type in a Region.
    #[must_use]
    pub fn is_recorded_in(self, region: &str) -> bool {
        self.is_recorded() && !REGIONS_WITHOUT_RECORDING.contains(&region)
    }

    /// Returns the flag that marks a resource of the type as part of a zero-ETL integration: it cannot be changed or
    /// deleted by itself (service model of DMS, `IsReadOnly` of `Endpoint` and `ReplicationSubnetGroup`). `None`
    /// if no resource of the type is.
    #[must_use]
    pub const fn zero_etl_flag(self) -> Option<&'static str> {
        self.definition().zero_etl_flag
    }
}

/// Returns true if the visible characters of `name` are those of the type `known`, whatever their case.
fn is_type(name: &str, known: &str) -> bool {
    let visible = name.chars().filter(|c| !is_invisible(*c)).map(|c| c.to_ascii_lowercase());
    visible.eq(known.chars().map(|c| c.to_ascii_lowercase()))
}

/// Returns true for white space, and for characters that control text or have no width (Unicode's categories Cc and Cf,
/// as far as they occur in text of more than one direction or script, and the fillers).
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}')
        || matches!(c, '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}')
        || matches!(c, '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

impl fmt::Display for ResourceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_found_by_its_name_in_any_case() {
        for resource_type in ResourceType::ALL {
            assert_eq!(ResourceType::from_name(&resource_type.name().to_uppercase()), Some(resource_type));
            if let ArnForm::Named(word) = resource_type.arn_form() {
                assert_eq!(word, resource_type.arn_word());
            }
        }
        for other in ["AWS::DMS::MigrationProject", "AWS::DMS::Endpoints", "AWS:DMS:Endpoint", "", " "] {
            assert_eq!(ResourceType::from_name(other), None, "{other}");
        }
    }

    #[test]
    fn a_type_of_dms_that_aws_does_not_have_is_doubtful() {
        for odd in [
            "AWS::DMS::ReplicationInstances",
            "AWS::DMS::Replication_Instance",
            "aws::dms::Instance",
            "AWS:DMS:ReplicationInstance",
            "AWS.DMS.Endpoint",
            "AWSDMSEndpoint",
            "AWS::DMS",
            "AWS::DMS::",
            "\u{410}WS::DMS::Endpoint",
            "AWS::DMS::\u{395}ndpoint",
        ] {
            assert!(ResourceType::is_doubtful(odd), "{odd}");
        }
        let known = ResourceType::ALL.map(ResourceType::name);
        let others = [
            "AWS::S3::Bucket",
            "AWS::DMSomething::Endpoint",
            "AWS::::Account",
            "Acme::DMS::Endpoint",
            "t",
            "",
        ];
        for name in known.into_iter().chain(ResourceType::WITHOUT_RULES).chain(others) {
            assert!(!ResourceType::is_doubtful(name), "{name}");
            assert!(!ResourceType::is_doubtful(&name.to_lowercase()), "{name}");
        }
    }

    #[test]
    fn a_name_that_differs_in_invisible_characters_is_no_other_type() {
        for name in [
            " AWS::DMS::Endpoint",
            "AWS::DMS::Endpoint\n",
            "AWS::DMS:: Endpoint",
            "AWS::DMS\u{a0}::End\u{200b}point",
            "\u{feff}aws::dms::endpoint\0",
            "AWS::\u{2066}DMS\u{2069}::End\u{ad}point",
        ] {
            assert_eq!(ResourceType::from_name(name), Some(ResourceType::Endpoint), "{name:?}");
        }
    }
}
