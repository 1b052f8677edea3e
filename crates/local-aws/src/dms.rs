//! AWS Database Migration Service.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::{Answer, AwsError, listing, page, request};
use crate::signature::Signed;
use crate::state::{Account, on_the_wire};

/// A type of DMS resource, as the service's own model has it.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) resource_type: &'static str,
    operation: &'static str,
    /// The member of the answer that holds them.
    pub(crate) list: &'static str,
    pub(crate) identifier: &'static str,
    /// The member with the ARN; in its place, the word of an ARN that DMS does not answer.
    pub(crate) arn: Result<&'static str, &'static str>,
    /// Filters, and the members that they look at.
    filters: &'static [(&'static str, &'static str)],
}

pub(crate) const KINDS: [Kind; 7] = [
    Kind {
        resource_type: "AWS::DMS::ReplicationInstance",
        operation: "DescribeReplicationInstances",
        list: "ReplicationInstances",
        identifier: "ReplicationInstanceIdentifier",
        arn: Ok("ReplicationInstanceArn"),
        filters: &[
            ("replication-instance-arn", "ReplicationInstanceArn"),
            ("replication-instance-id", "ReplicationInstanceIdentifier"),
        ],
    },
    Kind {
        resource_type: "AWS::DMS::InstanceProfile",
        operation: "DescribeInstanceProfiles",
        list: "InstanceProfiles",
        identifier: "InstanceProfileName",
        arn: Ok("InstanceProfileArn"),
        filters: &[("instance-profile-identifier", "InstanceProfileArn")],
    },
    Kind {
        resource_type: "AWS::DMS::Endpoint",
        operation: "DescribeEndpoints",
        list: "Endpoints",
        identifier: "EndpointIdentifier",
        arn: Ok("EndpointArn"),
        filters: &[
            ("endpoint-arn", "EndpointArn"),
            ("endpoint-id", "EndpointIdentifier"),
            ("engine-name", "EngineName"),
        ],
    },
    Kind {
        resource_type: "AWS::DMS::ReplicationTask",
        operation: "DescribeReplicationTasks",
        list: "ReplicationTasks",
        identifier: "ReplicationTaskIdentifier",
        arn: Ok("ReplicationTaskArn"),
        filters: &[
            ("replication-task-arn", "ReplicationTaskArn"),
            ("replication-task-id", "ReplicationTaskIdentifier"),
        ],
    },
    Kind {
        resource_type: "AWS::DMS::Certificate",
        operation: "DescribeCertificates",
        list: "Certificates",
        identifier: "CertificateIdentifier",
        arn: Ok("CertificateArn"),
        filters: &[("certificate-arn", "CertificateArn"), ("certificate-id", "CertificateIdentifier")],
    },
    Kind {
        resource_type: "AWS::DMS::EventSubscription",
        operation: "DescribeEventSubscriptions",
        list: "EventSubscriptionsList",
        identifier: "CustSubscriptionId",
        arn: Err("es"),
        filters: &[("event-subscription-id", "CustSubscriptionId")],
    },
    Kind {
        resource_type: "AWS::DMS::ReplicationSubnetGroup",
        operation: "DescribeReplicationSubnetGroups",
        list: "ReplicationSubnetGroups",
        identifier: "ReplicationSubnetGroupIdentifier",
        arn: Err("subgrp"),
        filters: &[("replication-subnet-group-id", "ReplicationSubnetGroupIdentifier")],
    },
];

impl Kind {
    /// The ARN of a resource of this kind.
    pub(crate) fn arn_of(&self, resource: &Value, account_id: &str, region: &str) -> Option<String> {
        let text = |name: &str| resource.get(name).and_then(Value::as_str).map(str::to_owned);
        match self.arn {
            Ok(member) => text(member),
            Err(word) => {
                text(self.identifier).map(|name| format!("arn:aws:dms:{region}:{account_id}:{word}:{name}"))
            }
        }
    }
}

/// The member of a listing's answer that holds the list.
pub(crate) fn list_of(operation: &str) -> Option<&'static str> {
    KINDS.iter().find(|kind| kind.operation == operation).map(|kind| kind.list)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Describe {
    #[serde(default)]
    filters: Vec<Filter>,
    max_records: Option<i64>,
    marker: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Filter {
    name: String,
    values: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ListTagsForResource {
    resource_arn: Option<String>,
    resource_arn_list: Option<Vec<String>>,
}

fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::client("InvalidParameterValueException", message)
}

pub(crate) fn answer(operation: &str, body: &Value, account: &Account, place: &Signed) -> Answer {
    if operation == "ListTagsForResource" {
        return list_tags_for_resource(request(body)?, account, place);
    }
    match KINDS.iter().find(|kind| kind.operation == operation) {
        Some(kind) => describe(kind, &request(body)?, account),
        None => Err(AwsError::client("UnknownOperationException", "")),
    }
}

fn describe(kind: &Kind, request: &Describe, account: &Account) -> Answer {
    let size = match request.max_records {
        None => 100,
        Some(size @ 20..=100) => usize::try_from(size).unwrap_or(100),
        Some(size) => return Err(invalid(format!("MaxRecords is {size}; it must be from 20 to 100"))),
    };
    let mut resources: Vec<&Value> = account.dms.get(kind.list).into_iter().flatten().collect();
    for filter in &request.filters {
        let known = kind.filters.iter().find(|(name, _)| *name == filter.name);
        let (_, member) = known.ok_or_else(|| invalid(format!("unknown filter {}", filter.name)))?;
        resources.retain(|resource| {
            resource
                .get(member)
                .and_then(Value::as_str)
                .is_some_and(|value| filter.values.iter().any(|v| v == value))
        });
    }
    if resources.is_empty() && !request.filters.is_empty() {
        return Err(AwsError::client("ResourceNotFoundFault", "nothing was found that matches the filter"));
    }
    let (resources, next) =
        page(&resources, size, request.marker.as_deref(), "InvalidParameterValueException")?;
    let mut resources: Vec<Value> = resources.into_iter().cloned().collect();
    for resource in &mut resources {
        if let Value::Object(members) = resource {
            members.remove("TagList");
            for time in ["InstanceCreateTime", "FreeUntil", "ValidFromDate", "ValidToDate"] {
                if let Some(value) = members.get_mut(time) {
                    *value = on_the_wire(value);
                }
            }
        }
    }
    Ok(listing(kind.list, resources, Some(("Marker", next.unwrap_or_default()))))
}

fn list_tags_for_resource(request: ListTagsForResource, account: &Account, place: &Signed) -> Answer {
    let (arns, listed) = match (request.resource_arn, request.resource_arn_list) {
        (Some(arn), None) => (vec![arn], false),
        (None, Some(arns)) if !arns.is_empty() => (arns, true),
        _ => return Err(invalid("give either ResourceArn or ResourceArnList")),
    };
    if account.tag_list_maximum.is_some_and(|maximum| arns.len() > maximum) {
        return Err(invalid("ResourceArnList is too long"));
    }
    let mut tags = Vec::new();
    for arn in &arns {
        let resource = account
            .dms_resource(arn, place)
            .ok_or_else(|| AwsError::client("ResourceNotFoundFault", format!("{arn} was not found")))?;
        for tag in resource.get("TagList").and_then(Value::as_array).into_iter().flatten() {
            let mut tag = json!({"Key": tag.get("Key"), "Value": tag.get("Value")});
            if listed && let Value::Object(members) = &mut tag {
                members.insert("ResourceArn".to_owned(), arn.as_str().into());
            }
            tags.push(tag);
        }
    }
    Ok(listing("TagList", tags, None))
}
