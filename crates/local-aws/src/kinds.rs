//! The types of DMS resources, after the service model of DMS (`dms/2016-01-01`) and the CloudFormation registry.

use serde_json::Value;

use crate::partition::partition_of;

/// A type of DMS resource.
#[derive(Debug)]
pub(crate) struct Kind {
    /// The name of the type in CloudFormation and AWS Config.
    pub(crate) resource_type: &'static str,
    /// The operation that lists the resources.
    pub(crate) operation: &'static str,
    /// The member of the operation's response that holds the list.
    pub(crate) list: &'static str,
    /// The member that holds the name of a resource.
    pub(crate) identifier: &'static str,
    pub(crate) arn: ArnForm,
    /// The filters that the operation accepts, each with a member that it compares; a filter may compare several.
    pub(crate) filters: &'static [(&'static str, &'static str)],
    /// False for types that AWS Config does not record ("Supported Resource Types" in its developer guide).
    pub(crate) is_recorded: bool,
}

/// The source of a resource's ARN.
#[derive(Debug)]
pub(crate) enum ArnForm {
    /// A member of the resource.
    Member(&'static str),
    /// This word and the identifier, since no member of the response has the ARN ("Constructing an Amazon Resource
    /// Name (ARN) for AWS DMS" in the DMS user guide).
    Named(&'static str),
}

pub(crate) const KINDS: [Kind; 10] = [
    Kind {
        resource_type: "AWS::DMS::ReplicationInstance",
        operation: "DescribeReplicationInstances",
        list: "ReplicationInstances",
        identifier: "ReplicationInstanceIdentifier",
        arn: ArnForm::Member("ReplicationInstanceArn"),
        filters: &[
            ("replication-instance-arn", "ReplicationInstanceArn"),
            ("replication-instance-id", "ReplicationInstanceIdentifier"),
            ("replication-instance-class", "ReplicationInstanceClass"),
            ("engine-version", "EngineVersion"),
        ],
        is_recorded: true,
    },
    Kind {
        resource_type: "AWS::DMS::InstanceProfile",
        operation: "DescribeInstanceProfiles",
        list: "InstanceProfiles",
        identifier: "InstanceProfileName",
        arn: ArnForm::Member("InstanceProfileArn"),
        filters: &[("instance-profile-identifier", "InstanceProfileArn")],
        is_recorded: false,
    },
    Kind {
        resource_type: "AWS::DMS::Endpoint",
        operation: "DescribeEndpoints",
        list: "Endpoints",
        identifier: "EndpointIdentifier",
        arn: ArnForm::Member("EndpointArn"),
        filters: &[
            ("endpoint-arn", "EndpointArn"),
            ("endpoint-type", "EndpointType"),
            ("endpoint-id", "EndpointIdentifier"),
            ("engine-name", "EngineName"),
        ],
        is_recorded: true,
    },
    Kind {
        resource_type: "AWS::DMS::ReplicationTask",
        operation: "DescribeReplicationTasks",
        list: "ReplicationTasks",
        identifier: "ReplicationTaskIdentifier",
        arn: ArnForm::Member("ReplicationTaskArn"),
        filters: &[
            ("replication-task-arn", "ReplicationTaskArn"),
            ("replication-task-id", "ReplicationTaskIdentifier"),
            ("migration-type", "MigrationType"),
            ("endpoint-arn", "SourceEndpointArn"),
            ("endpoint-arn", "TargetEndpointArn"),
            ("replication-instance-arn", "ReplicationInstanceArn"),
        ],
        is_recorded: true,
    },
    Kind {
        resource_type: "AWS::DMS::Certificate",
        operation: "DescribeCertificates",
        list: "Certificates",
        identifier: "CertificateIdentifier",
        arn: ArnForm::Member("CertificateArn"),
        filters: &[("certificate-arn", "CertificateArn"), ("certificate-id", "CertificateIdentifier")],
        is_recorded: true,
    },
    Kind {
        resource_type: "AWS::DMS::EventSubscription",
        operation: "DescribeEventSubscriptions",
        list: "EventSubscriptionsList",
        identifier: "CustSubscriptionId",
        arn: ArnForm::Named("es"),
        filters: &[("event-subscription-id", "CustSubscriptionId")],
        is_recorded: true,
    },
    Kind {
        resource_type: "AWS::DMS::ReplicationSubnetGroup",
        operation: "DescribeReplicationSubnetGroups",
        list: "ReplicationSubnetGroups",
        identifier: "ReplicationSubnetGroupIdentifier",
        arn: ArnForm::Named("subgrp"),
        filters: &[("replication-subnet-group-id", "ReplicationSubnetGroupIdentifier")],
        is_recorded: true,
    },
    Kind {
        resource_type: "AWS::DMS::ReplicationConfig",
        operation: "DescribeReplicationConfigs",
        list: "ReplicationConfigs",
        identifier: "ReplicationConfigIdentifier",
        arn: ArnForm::Member("ReplicationConfigArn"),
        filters: &[
            ("replication-config-arn", "ReplicationConfigArn"),
            ("replication-config-id", "ReplicationConfigIdentifier"),
        ],
        is_recorded: false,
    },
    Kind {
        resource_type: "AWS::DMS::DataProvider",
        operation: "DescribeDataProviders",
        list: "DataProviders",
        identifier: "DataProviderName",
        arn: ArnForm::Member("DataProviderArn"),
        filters: &[("data-provider-identifier", "DataProviderArn")],
        is_recorded: false,
    },
    Kind {
        resource_type: "AWS::DMS::DataMigration",
        operation: "DescribeDataMigrations",
        list: "DataMigrations",
        identifier: "DataMigrationName",
        arn: ArnForm::Member("DataMigrationArn"),
        filters: &[("data-migration-arn", "DataMigrationArn")],
        is_recorded: false,
    },
];

impl Kind {
    /// Returns the kind with this name, such as `AWS::DMS::Endpoint`.
    pub(crate) fn from_resource_type(resource_type: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.resource_type == resource_type)
    }

    /// Returns the kind that an operation lists.
    pub(crate) fn from_operation(operation: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.operation == operation)
    }

    /// Returns the kind with this list in its response, such as `Endpoints`.
    pub(crate) fn from_list(list: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.list == list)
    }

    /// Returns the ARN of a resource of this kind; `None` if the member that it is taken from is missing.
    pub(crate) fn arn(&self, resource: &Value, account_id: &str, region: &str) -> Option<String> {
        let text = |member: &str| resource.get(member).and_then(Value::as_str);
        match self.arn {
            ArnForm::Member(member) => text(member).map(str::to_owned),
            ArnForm::Named(word) => text(self.identifier).map(|name| {
                let partition = partition_of(region);
                format!("arn:{partition}:dms:{region}:{account_id}:{word}:{name}")
            }),
        }
    }
}
