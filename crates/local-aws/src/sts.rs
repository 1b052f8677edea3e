//! AWS Security Token Service: the query protocol.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::answer::AwsError;
use crate::signature::Credentials;

/// The form of a request as JSON, for the list of calls.
pub(crate) fn form(body: &[u8]) -> BTreeMap<String, String> {
    form_urlencoded::parse(body).into_owned().collect()
}

/// The account and the role of a role ARN.
fn role(arn: &str) -> Option<(&str, &str)> {
    let mut parts = arn.splitn(6, ':');
    let account = (parts.next()? == "arn" && parts.nth(1)? == "iam").then(|| parts.nth(1))??;
    Some((account, parts.next()?.strip_prefix("role/")?))
}

/// Answers AssumeRole and GetCallerIdentity. `may_assume` tells whether an account has the role; `learn` takes the
/// credentials that were given for it.
pub(crate) fn answer(
    form: &BTreeMap<String, String>,
    caller: &str,
    request_id: &str,
    may_assume: impl FnOnce(&str, &str) -> bool,
    learn: impl FnOnce(&str, Credentials),
) -> Result<String, AwsError> {
    let member = |name: &str| form.get(name).map(String::as_str);
    let invalid = |what: &str| AwsError::client("ValidationError", what.to_owned());
    match member("Action") {
        Some("GetCallerIdentity") => Ok(envelope(
            "GetCallerIdentity",
            &format!(
                "<Arn>arn:aws:sts::{caller}:assumed-role/local/local</Arn><UserId>local</UserId><Account>{caller}</Account>"
            ),
            request_id,
        )),
        Some("AssumeRole") => {
            let arn = member("RoleArn").ok_or_else(|| invalid("no RoleArn"))?;
            let session = member("RoleSessionName").filter(|name| (2..=64).contains(&name.len()));
            let session = session.ok_or_else(|| invalid("RoleSessionName has 2 to 64 characters"))?;
            let seconds: i64 = member("DurationSeconds").unwrap_or("3600").parse().unwrap_or_default();
            if !(900..=43200).contains(&seconds) {
                return Err(invalid("DurationSeconds is from 900 to 43200"));
            }
            let denied = || {
                AwsError::new(
                    403,
                    "AccessDenied",
                    format!(
                        "User: arn:aws:sts::{caller}:assumed-role/local/local is not authorized to perform: sts:AssumeRole on resource: {arn}"
                    ),
                )
            };
            let (account, name) = role(arn).ok_or_else(|| invalid("RoleArn is not the ARN of a role"))?;
            if name.starts_with("aws-service-role/") || !may_assume(account, name) {
                return Err(denied());
            }
            let given = Credentials::of(account, &format!("{name}/{request_id}"));
            let expires =
                (chrono::Utc::now() + chrono::TimeDelta::seconds(seconds)).format("%Y-%m-%dT%H:%M:%SZ");
            let body = format!(
                "<AssumedRoleUser><Arn>arn:aws:sts::{account}:assumed-role/{name}/{session}</Arn><AssumedRoleId>AROALOCAL:{session}</AssumedRoleId></AssumedRoleUser><Credentials><AccessKeyId>{}</AccessKeyId><SecretAccessKey>{}</SecretAccessKey><SessionToken>{}</SessionToken><Expiration>{expires}</Expiration></Credentials>",
                given.access_key_id, given.secret_access_key, given.session_token
            );
            learn(account, given);
            Ok(envelope("AssumeRole", &body, request_id))
        }
        _ => Err(AwsError::client("InvalidAction", "unknown action")),
    }
}

fn envelope(action: &str, body: &str, request_id: &str) -> String {
    format!(
        "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result>{body}</{action}Result><ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{action}Response>"
    )
}

/// A form as JSON.
pub(crate) fn json(form: &BTreeMap<String, String>) -> Value {
    form.iter()
        .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
        .collect::<serde_json::Map<_, _>>()
        .into()
}
