/// A type of DMS resource: what is true of every resource of it, whatever the rule.
#[derive(Debug, PartialEq, Eq)]
pub struct ResourceType {
    /// As AWS names it, for example `AWS::DMS::ReplicationInstance`.
    pub name: &'static str,
    /// What a person calls one.
    pub noun: &'static str,
    /// The member of DMS's answers that lists them.
    pub list: &'static str,
    /// The property by which a person knows one.
    pub identifier: &'static str,
    /// The ARN of one.
    pub arn: Arn,
    /// Whether AWS Config records the type at all; if not, nothing but a schedule triggers a rule on it.
    pub recorded: bool,
}

/// Where the ARN of a resource stands.
#[derive(Debug, PartialEq, Eq)]
pub enum Arn {
    /// In this property.
    Property(&'static str),
    /// Nowhere in what DMS answers: it is `arn:PARTITION:dms:REGION:ACCOUNT:` with this word and the identifier.
    Named(&'static str),
}

/// A machine that runs tasks.
pub static REPLICATION_INSTANCE: ResourceType = ResourceType {
    name: "AWS::DMS::ReplicationInstance",
    noun: "instance",
    list: "ReplicationInstances",
    identifier: "ReplicationInstanceIdentifier",
    arn: Arn::Property("ReplicationInstanceArn"),
    recorded: true,
};

/// Where homogeneous data migrations and schema conversions run. AWS Config does not record it.
pub static INSTANCE_PROFILE: ResourceType = ResourceType {
    name: "AWS::DMS::InstanceProfile",
    noun: "instance profile",
    list: "InstanceProfiles",
    identifier: "InstanceProfileName",
    arn: Arn::Property("InstanceProfileArn"),
    recorded: false,
};

/// A connection to a database or another store.
pub static ENDPOINT: ResourceType = ResourceType {
    name: "AWS::DMS::Endpoint",
    noun: "endpoint",
    list: "Endpoints",
    identifier: "EndpointIdentifier",
    arn: Arn::Property("EndpointArn"),
    recorded: true,
};

/// What moves data from one endpoint to another.
pub static REPLICATION_TASK: ResourceType = ResourceType {
    name: "AWS::DMS::ReplicationTask",
    noun: "task",
    list: "ReplicationTasks",
    identifier: "ReplicationTaskIdentifier",
    arn: Arn::Property("ReplicationTaskArn"),
    recorded: true,
};

/// A certificate that endpoints use.
pub static CERTIFICATE: ResourceType = ResourceType {
    name: "AWS::DMS::Certificate",
    noun: "certificate",
    list: "Certificates",
    identifier: "CertificateIdentifier",
    arn: Arn::Property("CertificateArn"),
    recorded: true,
};

/// Who is told what DMS does.
pub static EVENT_SUBSCRIPTION: ResourceType = ResourceType {
    name: "AWS::DMS::EventSubscription",
    noun: "event subscription",
    list: "EventSubscriptionsList",
    identifier: "CustSubscriptionId",
    arn: Arn::Named("es"),
    recorded: true,
};

/// The subnets that an instance may be in.
pub static REPLICATION_SUBNET_GROUP: ResourceType = ResourceType {
    name: "AWS::DMS::ReplicationSubnetGroup",
    noun: "subnet group",
    list: "ReplicationSubnetGroups",
    identifier: "ReplicationSubnetGroupIdentifier",
    arn: Arn::Named("subgrp"),
    recorded: true,
};

/// Every type that a rule judges.
pub static ALL: [&ResourceType; 7] = [
    &REPLICATION_INSTANCE,
    &INSTANCE_PROFILE,
    &ENDPOINT,
    &REPLICATION_TASK,
    &CERTIFICATE,
    &EVENT_SUBSCRIPTION,
    &REPLICATION_SUBNET_GROUP,
];
