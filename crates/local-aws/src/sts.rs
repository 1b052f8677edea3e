//! AWS Security Token Service, after its service model `sts/2011-06-15`.

use chrono::{TimeDelta, Utc};
use serde_json::Value;

use crate::credentials::Credentials;
use crate::error::AwsError;
use crate::request::AwsRequest;

/// A successful response of STS.
pub(crate) struct StsResponse {
    /// The XML body.
    pub(crate) body: String,
    /// The account and credentials of the session that the request created; `None` if it created none.
    pub(crate) session: Option<(String, Credentials)>,
}

/// Responds to `AssumeRole` and `GetCallerIdentity`. `has_role` returns true if an account has a role with that name.
pub(crate) fn respond(
    request: &AwsRequest,
    has_role: impl FnOnce(&str, &str) -> bool,
) -> Result<StsResponse, AwsError> {
    match request.operation.as_str() {
        "GetCallerIdentity" => Ok(get_caller_identity(request)),
        "AssumeRole" => assume_role(request, has_role),
        _ => Err(AwsError::client("InvalidAction", "unknown action")),
    }
}

fn get_caller_identity(request: &AwsRequest) -> StsResponse {
    let account_id = &request.caller.account_id;
    let result = format!(
        concat!(
            "<Arn>arn:aws:sts::{account_id}:assumed-role/local/local</Arn>",
            "<UserId>local</UserId><Account>{account_id}</Account>"
        ),
        account_id = account_id
    );
    StsResponse { body: envelope(request, &result), session: None }
}

fn assume_role(
    request: &AwsRequest,
    has_role: impl FnOnce(&str, &str) -> bool,
) -> Result<StsResponse, AwsError> {
    let parameter = |name: &str| request.parameters.get(name).and_then(Value::as_str);
    let invalid = |message: &str| AwsError::client("ValidationError", message);
    let arn = parameter("RoleArn").ok_or_else(|| invalid("no RoleArn"))?;
    let session_name = parameter("RoleSessionName")
        .filter(|name| (2..=64).contains(&name.len()))
        .ok_or_else(|| invalid("RoleSessionName must have 2 to 64 characters"))?;
    let seconds: i64 = parameter("DurationSeconds").unwrap_or("3600").parse().unwrap_or_default();
    if !(900..=43200).contains(&seconds) {
        return Err(invalid("DurationSeconds must be from 900 to 43200"));
    }
    let (account_id, role_name) = role(arn).ok_or_else(|| invalid("RoleArn must be the ARN of a role"))?;
    // Only the linked service can assume a service-linked role ("Using service-linked roles" in the IAM User Guide).
    if role_name.starts_with("aws-service-role/") || !has_role(account_id, role_name) {
        let caller = &request.caller.account_id;
        let message = format!(
            "User: arn:aws:sts::{caller}:assumed-role/local/local is not authorized to perform: \
             sts:AssumeRole on resource: {arn}"
        );
        return Err(AwsError::access_denied(request.service, message));
    }
    let credentials = Credentials::derive(account_id, &format!("{role_name}/{}", request.request_id));
    let expiration = (Utc::now() + TimeDelta::seconds(seconds)).format("%Y-%m-%dT%H:%M:%SZ");
    let result = format!(
        concat!(
            "<AssumedRoleUser><Arn>arn:aws:sts::{account_id}:assumed-role/{role_name}/{session_name}</Arn>",
            "<AssumedRoleId>AROALOCAL:{session_name}</AssumedRoleId></AssumedRoleUser>",
            "<Credentials><AccessKeyId>{access_key_id}</AccessKeyId>",
            "<SecretAccessKey>{secret_access_key}</SecretAccessKey>",
            "<SessionToken>{session_token}</SessionToken>",
            "<Expiration>{expiration}</Expiration></Credentials>"
        ),
        account_id = account_id,
        role_name = role_name,
        session_name = session_name,
        access_key_id = credentials.access_key_id,
        secret_access_key = credentials.secret_access_key,
        session_token = credentials.session_token,
        expiration = expiration,
    );
    let session = Some((account_id.to_owned(), credentials));
    Ok(StsResponse { body: envelope(request, &result), session })
}

/// Returns the account and the name with path of a role's ARN.
fn role(arn: &str) -> Option<(&str, &str)> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", _, "iam", _, account_id, resource] = parts.as_slice() else { return None };
    Some((account_id, resource.strip_prefix("role/")?))
}

fn envelope(AwsRequest { operation, request_id, .. }: &AwsRequest, result: &str) -> String {
    format!(
        concat!(
            "<{operation}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">",
            "<{operation}Result>{result}</{operation}Result>",
            "<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{operation}Response>"
        ),
        operation = operation,
        result = result,
        request_id = request_id
    )
}
