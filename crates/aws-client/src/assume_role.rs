use std::sync::Arc;
use std::time::SystemTime;

use aws_sdk_config::config::Credentials;

use crate::error::{Cause, Error};
use crate::journal::Journal;
use crate::wire::Wire;

/// The life of a role's credentials: an hour is the most for a role that is assumed with a role's credentials
/// (IAM user guide, "Role chaining").
const SESSION_SECONDS: i32 = 3600;

/// Assumes a role and returns its credentials. `external_id` is what the trust policy of the role may require.
///
/// # Errors
/// Returns the error of `AssumeRole`.
pub(crate) async fn assume_role(
    config: aws_sdk_sts::Config,
    role_arn: &str,
    session_name: &str,
    external_id: Option<&str>,
    journal: &Arc<Journal>,
) -> Result<Credentials, Error> {
    let wire = Wire::typed("AssumeRole", journal);
    let subject = format!("of {role_arn}");
    let result = aws_sdk_sts::Client::from_conf(config)
        .assume_role()
        .role_arn(role_arn)
        .role_session_name(session_name)
        .set_external_id(external_id.map(str::to_owned))
        .duration_seconds(SESSION_SECONDS)
        .customize()
        .interceptor(wire.clone())
        .send()
        .await;
    let response = result.map_err(|error| wire.error(&subject, &error))?;
    let credentials = response
        .credentials()
        .ok_or_else(|| Error::new("AssumeRole", &subject, Cause::unreadable("has no credentials")))?;
    // Without an end, the credentials would be used for ever.
    let expires = SystemTime::try_from(*credentials.expiration()).map_err(|_| {
        Error::new("AssumeRole", &subject, Cause::unreadable("has credentials of an absurd end"))
    })?;
    Ok(Credentials::new(
        credentials.access_key_id(),
        credentials.secret_access_key(),
        Some(credentials.session_token().to_owned()),
        Some(expires),
        "AssumeRole",
    ))
}
