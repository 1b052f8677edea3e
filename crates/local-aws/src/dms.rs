//! AWS Database Migration Service.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::{Answer, AwsError, page, request};
use crate::state::{Account, on_the_wire};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DescribeReplicationInstances {
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

pub(crate) fn answer(operation: &str, body: &Value, account: &Account) -> Answer {
    match operation {
        "DescribeReplicationInstances" => describe_replication_instances(&request(body)?, account),
        "ListTagsForResource" => list_tags_for_resource(request(body)?, account),
        _ => Err(AwsError::client("UnknownOperationException", "")),
    }
}

fn describe_replication_instances(request: &DescribeReplicationInstances, account: &Account) -> Answer {
    let size = match request.max_records {
        None => 100,
        Some(size @ 20..=100) => usize::try_from(size).unwrap_or(100),
        Some(size) => return Err(invalid(format!("MaxRecords is {size}; it must be from 20 to 100"))),
    };
    let mut instances: Vec<&Value> = account.replication_instances.iter().collect();
    for filter in &request.filters {
        let member = match filter.name.as_str() {
            "replication-instance-arn" => "ReplicationInstanceArn",
            "replication-instance-id" => "ReplicationInstanceIdentifier",
            other => return Err(invalid(format!("unknown filter {other}"))),
        };
        instances.retain(|instance| {
            instance
                .get(member)
                .and_then(Value::as_str)
                .is_some_and(|value| filter.values.iter().any(|v| v == value))
        });
    }
    if instances.is_empty() && !request.filters.is_empty() {
        return Err(AwsError::client("ResourceNotFoundFault", "No Instances found matching the filter"));
    }
    let (mut instances, next) = {
        let (page, next) =
            page(&instances, size, request.marker.as_deref(), "InvalidParameterValueException")?;
        (page.into_iter().cloned().collect::<Vec<_>>(), next)
    };
    for instance in &mut instances {
        if let Value::Object(members) = instance {
            members.remove("TagList");
            for time in ["InstanceCreateTime", "FreeUntil"] {
                if let Some(value) = members.get_mut(time) {
                    *value = on_the_wire(value);
                }
            }
        }
    }
    Ok(json!({"ReplicationInstances": instances, "Marker": next.unwrap_or_default()}))
}

fn list_tags_for_resource(request: ListTagsForResource, account: &Account) -> Answer {
    let (arns, listed) = match (request.resource_arn, request.resource_arn_list) {
        (Some(arn), None) => (vec![arn], false),
        (None, Some(arns)) if !arns.is_empty() => (arns, true),
        _ => return Err(invalid("give either ResourceArn or ResourceArnList")),
    };
    if account.tag_list_maximum.is_some_and(|maximum| arns.len() > maximum) {
        return Err(invalid("ResourceArnList is too long"));
    }
    let mut tags = Vec::new();
    for arn in arns {
        let of_arn =
            |instance: &&Value| instance.get("ReplicationInstanceArn").and_then(Value::as_str) == Some(&arn);
        let instance = account
            .replication_instances
            .iter()
            .find(of_arn)
            .ok_or_else(|| AwsError::client("ResourceNotFoundFault", format!("{arn} was not found")))?;
        for tag in instance.get("TagList").and_then(Value::as_array).into_iter().flatten() {
            let mut tag = json!({"Key": tag.get("Key"), "Value": tag.get("Value")});
            if listed && let Value::Object(members) = &mut tag {
                members.insert("ResourceArn".to_owned(), arn.clone().into());
            }
            tags.push(tag);
        }
    }
    Ok(json!({"TagList": tags}))
}
