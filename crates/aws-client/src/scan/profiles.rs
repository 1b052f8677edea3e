//! The profiles of the AWS CLI's files, and the reasons why one of them gives no credentials.

use aws_config::profile::ProfileSet;
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_types::os_shim_internal::{Env, Fs};

use super::nearest::by_likeness;
use crate::connection;
use crate::error::{Cause, Error};
use crate::unusable_credentials::UnusableCredentials;

/// The subject of the failure of credentials, in place of an operation.
const CREDENTIALS: &str = "credentials";

/// The most characters of the SDK's words that an error keeps.
const REASON_MAXIMUM: usize = 400;

/// The words of the SDK for a session of IAM Identity Center that does not exist or has ended: its types for them are
/// private (aws-config, `sso/token.rs`, `sso/cache.rs`). `UnauthorizedException` is how `GetRoleCredentials` rejects one.
const SIGNED_OUT: [&str; 5] = [
    "the SSO token has expired",
    "failed to load the cached SSO token",
    "SSO token file",
    "failed to read `",
    "UnauthorizedException",
];

/// The profiles, and the one that is used.
#[derive(Debug)]
pub(crate) struct Profiles {
    set: ProfileSet,
    /// True if the profile gives the credentials, unless it has none: keys in the environment come before it, except
    /// before one that an option names.
    is_used: bool,
    /// The last profile on the way from the one that is used: the one that must have credentials.
    base: Option<String>,
}

impl Profiles {
    /// Reads the files, and follows the settings `source_profile` from the profile that is used.
    ///
    /// # Errors
    /// Returns [`Cause::Credentials`] if a file cannot be read, or a profile on that way does not exist.
    pub(crate) async fn load(option: Option<&str>) -> Result<Self, Error> {
        let (fs, env) = (Fs::real(), Env::real());
        let name = option.map(|name| name.to_owned().into());
        let set = aws_config::profile::load(&fs, &env, &EnvConfigFiles::default(), name).await;
        let set = set.map_err(|error| {
            let reason = connection::words(&error, REASON_MAXIMUM);
            unusable(UnusableCredentials::Other { profile: None, reason })
        })?;
        let is_set = |name: &str| env.get(name).is_ok_and(|value| !value.trim().is_empty());
        let has_keys = is_set("AWS_ACCESS_KEY_ID") && is_set("AWS_SECRET_ACCESS_KEY");
        let mut profiles = Self { set, base: None, is_used: option.is_some() || !has_keys };
        let named_by = match option {
            Some(_) => Some("--profile"),
            None => is_set("AWS_PROFILE").then_some("AWS_PROFILE"),
        };
        if let (true, Some(named_by)) = (profiles.is_used, named_by) {
            profiles.base = Some(profiles.follow(named_by)?);
        } else if profiles.is_used && profiles.set.get_profile(profiles.set.selected_profile()).is_some() {
            profiles.base = Some(profiles.follow("the default profile")?);
        }
        Ok(profiles)
    }

    fn follow(&self, named_by: &str) -> Result<String, Error> {
        let (mut name, mut named_by) = (self.set.selected_profile(), named_by.to_owned());
        let mut visited: Vec<&str> = Vec::new();
        loop {
            let Some(profile) = self.set.get_profile(name) else {
                let profiles = by_likeness(name, self.set.profiles());
                return Err(unusable(UnusableCredentials::NoProfile {
                    name: name.to_owned(),
                    named_by,
                    profiles: profiles.into_iter().map(str::to_owned).collect(),
                }));
            };
            if visited.contains(&name) {
                return Err(unusable(UnusableCredentials::ProfileLoop { name: name.to_owned() }));
            }
            visited.push(name);
            // Without a role the profile has credentials of its own; one that names itself has them too.
            let source = profile.get("role_arn").and_then(|_| profile.get("source_profile"));
            let has_keys = visited.len() > 1 && profile.get("aws_access_key_id").is_some();
            match source.filter(|source| *source != name && !has_keys) {
                Some(source) => {
                    named_by = format!("source_profile of the profile `{name}`");
                    name = source;
                }
                None => return Ok(name.to_owned()),
            }
        }
    }

    /// Returns true if a member of the profile that must have credentials is set.
    fn has(&self, member: &str) -> bool {
        let base = self.base.as_deref().and_then(|name| self.set.get_profile(name));
        base.is_some_and(|profile| profile.get(member).is_some())
    }

    /// Finds out why there are no credentials. Any other error stays as it is.
    pub(crate) fn explain(&self, error: Error, chain: &(dyn std::error::Error + 'static)) -> Error {
        if !matches!(error.cause(), Cause::Credentials(_)) {
            return error;
        }
        let Some(source) = connection::credentials_error(chain) else { return error };
        let reason = connection::words(source, REASON_MAXIMUM);
        let selected = self.set.selected_profile().to_owned();
        let is_used = self.is_used && self.set.get_profile(&selected).is_some();
        let is_missing = connection::is_not_loaded(source);
        unusable(if is_used && self.has("login_session") {
            UnusableCredentials::LoginSession { profile: selected }
        } else if is_used && self.is_signed_out(&reason) {
            UnusableCredentials::SignedOut { profile: selected }
        } else if !is_used && (is_missing || reason.contains("IMDS")) {
            let mut profiles: Vec<String> = self.set.profiles().map(str::to_owned).collect();
            profiles.sort_unstable();
            UnusableCredentials::Missing { profiles, metadata: (!is_missing).then_some(reason) }
        } else if is_missing {
            let reason = "it has no credentials".to_owned();
            UnusableCredentials::Other { profile: Some(selected), reason }
        } else {
            UnusableCredentials::Other { profile: is_used.then_some(selected), reason }
        })
    }

    fn is_signed_out(&self, reason: &str) -> bool {
        (self.has("sso_session") || self.has("sso_start_url"))
            && SIGNED_OUT.iter().any(|words| reason.contains(words))
    }
}

/// Returns the error of credentials that cannot be used.
fn unusable(reason: UnusableCredentials) -> Error {
    Error::new(CREDENTIALS, "", Cause::Credentials(reason))
}
