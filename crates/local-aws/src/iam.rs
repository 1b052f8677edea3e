//! Permissions that a call needs: the IAM action and the resources of each operation, as the Service Authorization
//! Reference lists them.

use serde_json::Value;

use crate::error::AwsError;
use crate::partition::partition_of;
use crate::policy::Policy;
use crate::request::AwsRequest;

/// The id of the organization that every account of this server belongs to.
pub const ORGANIZATION: &str = "o-exampleorg1";

/// Checks that a policy allows a request on each of its resources.
///
/// # Errors
/// Returns the error of AWS for the first resource on which the action is not allowed.
pub(crate) fn authorize(policy: &Policy, request: &AwsRequest) -> Result<(), AwsError> {
    let action = action(request);
    let context = [("aws:ResourceOrgID", ORGANIZATION)];
    match resources(request).into_iter().find(|resource| !policy.allows(&action, resource, &context)) {
        None => Ok(()),
        Some(resource) => Err(denied(
            request,
            &format!(
                "{action} on resource: {resource} because no identity-based policy allows the {action} action"
            ),
        )),
    }
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
        ("config", "GetComplianceDetailsByConfigRule") => {
            vec![format!("arn:{partition}:config:{region}:{account_id}:config-rule/config-rule-abc123")]
        }
        ("kms", "DescribeKey") => match text("KeyId") {
            arn if arn.starts_with("arn:") => vec![arn],
            id => vec![format!("arn:{partition}:kms:{region}:{account_id}:key/{id}")],
        },
        ("sts", "AssumeRole") => vec![text("RoleArn")],
        _ => vec!["*".to_owned()],
    }
}
