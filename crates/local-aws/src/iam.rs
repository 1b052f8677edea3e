//! Permissions that a call needs: the IAM action and the resources of each operation, as the Service Authorization
//! Reference lists them.

use serde_json::Value;

use crate::account::Account;
use crate::error::AwsError;
use crate::partition::partition_of;
use crate::policy::Policy;
use crate::request::AwsRequest;

/// The id of the organization that every account of this server belongs to.
pub const ORGANIZATION: &str = "o-exampleorg1";

/// Checks that a policy allows a request on each of its resources, with the tags of the resource and of the request as
/// condition keys.
///
/// # Errors
/// Returns the error of AWS for the first action that is not allowed on a resource.
pub(crate) fn authorize(policy: &Policy, request: &AwsRequest, account: &Account) -> Result<(), AwsError> {
    // No permission is needed, and no policy can deny it (API reference of AWS STS, `GetCallerIdentity`).
    if request.operation == "GetCallerIdentity" {
        return Ok(());
    }
    let mut needed: Vec<(String, String)> =
        resources(request).into_iter().map(|resource| (action(request), resource)).collect();
    needed.extend(dependent_actions(request));
    let request_tags = tag_keys("aws:RequestTag", request.parameters.get("Tags"));
    for (action, resource) in needed {
        let tagged = account.dms_resource(&resource, &request.caller);
        let resource_tags = tag_keys("aws:ResourceTag", tagged.and_then(|resource| resource.get("TagList")));
        let context: Vec<(&str, &str)> =
            [("aws:ResourceOrgID", ORGANIZATION), ("iam:PassedToService", "dms.amazonaws.com")]
                .into_iter()
                .chain(request_tags.iter().chain(&resource_tags).map(|(key, value)| (key.as_str(), *value)))
                .collect();
        if !policy.allows(&action, &resource, &context) {
            return Err(denied(
                request,
                &format!(
                    "{action} on resource: {resource} because no identity-based policy allows the {action} action"
                ),
            ));
        }
    }
    Ok(())
}

/// Returns the condition keys of a list of tags, such as `aws:ResourceTag/team`, with their values.
fn tag_keys<'a>(prefix: &str, tags: Option<&'a Value>) -> Vec<(String, &'a str)> {
    let tags = tags.and_then(Value::as_array).into_iter().flatten();
    tags.filter_map(|tag| {
        Some((format!("{prefix}/{}", tag.get("Key")?.as_str()?), tag.get("Value")?.as_str()?))
    })
    .collect()
}

/// Returns the actions that a request needs beside its own, with their resources: a new instance may have tags, and may be
/// given the role that reads the secret of its Kerberos settings.
fn dependent_actions(request: &AwsRequest) -> Vec<(String, String)> {
    if (request.service, request.operation.as_str()) != ("dms", "CreateReplicationInstance") {
        return Vec::new();
    }
    let (account_id, region) = (&request.caller.account_id, &request.caller.region);
    let member = |name: &str| request.parameters.get(name);
    let has_tags = member("Tags").and_then(Value::as_array).is_some_and(|tags| !tags.is_empty());
    let tag = has_tags.then(|| {
        let instances = format!("arn:{}:dms:{region}:{account_id}:rep:*", partition_of(region));
        ("dms:AddTagsToResource".to_owned(), instances)
    });
    let role =
        member("KerberosAuthenticationSettings").and_then(|settings| settings.get("KeyCacheSecretIamArn"));
    let role = role.and_then(Value::as_str).map(|role| ("iam:PassRole".to_owned(), role.to_owned()));
    tag.into_iter().chain(role).collect()
}

/// Builds the error for a call that the caller may not make. `denial` follows the words "not authorized to perform".
pub(crate) fn denied(request: &AwsRequest, denial: &str) -> AwsError {
    let account_id = &request.caller.account_id;
    let message = format!(
        "User: arn:aws:sts::{account_id}:assumed-role/dms-rule/dms-rule is not authorized to perform: {denial}"
    );
    AwsError::access_denied(request.service, message)
}

fn action(request: &AwsRequest) -> String {
    match (request.service, request.operation.as_str()) {
        // The reference lists no action DescribeInstanceProfiles; the DMS API reference names this one for it.
        ("dms", "DescribeInstanceProfiles") => "dms:ListInstanceProfiles".to_owned(),
        ("dms", "DescribeDataProviders") => "dms:ListDataProviders".to_owned(),
        (service, operation) => format!("{service}:{operation}"),
    }
}

/// Returns the ARNs of the resources that a request names; `*` if the action has no resource types.
fn resources(request: &AwsRequest) -> Vec<String> {
    let (account_id, region) = (&request.caller.account_id, &request.caller.region);
    let partition = partition_of(region);
    let member = |name: &str| request.parameters.get(name);
    let text = |name: &str| member(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    match (request.service, request.operation.as_str()) {
        ("dms", "DescribeInstanceProfiles") => {
            vec![format!("arn:{partition}:dms:{region}:{account_id}:instance-profile:*")]
        }
        ("dms", "ListTagsForResource") => {
            let arns = member("ResourceArnList").and_then(Value::as_array).into_iter().flatten();
            let arns: Vec<String> = arns.filter_map(Value::as_str).map(str::to_owned).collect();
            if arns.is_empty() { vec![text("ResourceArn")] } else { arns }
        }
        ("dms", "ModifyReplicationInstance" | "DeleteReplicationInstance") => {
            vec![text("ReplicationInstanceArn")]
        }
        ("dms", "TestConnection") => vec![text("ReplicationInstanceArn"), text("EndpointArn")],
        ("dms", "MoveReplicationTask") => {
            vec![text("TargetReplicationInstanceArn"), text("ReplicationTaskArn")]
        }
        (
            "dms",
            "StartReplicationTask"
            | "StopReplicationTask"
            | "DeleteReplicationTask"
            | "DescribeTableStatistics",
        ) => vec![text("ReplicationTaskArn")],
        ("dms", "AddTagsToResource" | "RemoveTagsFromResource") => vec![text("ResourceArn")],
        ("config", "GetComplianceDetailsByConfigRule") => {
            vec![format!("arn:{partition}:config:{region}:{account_id}:config-rule/config-rule-abc123")]
        }
        ("account", "ListRegions") => vec![format!("arn:{partition}:account::{account_id}:account")],
        ("kms", "DescribeKey") => match text("KeyId") {
            arn if arn.starts_with("arn:") => vec![arn],
            id => vec![format!("arn:{partition}:kms:{region}:{account_id}:key/{id}")],
        },
        ("sts", "AssumeRole") => vec![text("RoleArn")],
        _ => vec!["*".to_owned()],
    }
}
