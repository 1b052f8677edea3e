use std::fmt;

/// A reason why there are no credentials to sign a request with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnusableCredentials {
    /// No place where the AWS CLI looks has any.
    Missing {
        /// The names of the profiles that exist.
        profiles: Vec<String>,
        /// The error of the machine's metadata service, in the words of the SDK; `None` if it was not requested.
        metadata: Option<String>,
    },
    /// A profile does not exist.
    NoProfile {
        /// The name of the profile.
        name: String,
        /// The option, environment variable or setting that names it.
        named_by: String,
        /// The names of the profiles that exist, those that are most like it first.
        profiles: Vec<String>,
    },
    /// A profile leads back to itself by its setting `source_profile`.
    ProfileLoop {
        /// The name of the profile.
        name: String,
    },
    /// The session of IAM Identity Center that a profile uses has expired, or was never begun.
    SignedOut {
        /// The name of the profile.
        profile: String,
    },
    /// A profile uses a session of `aws login`, which this program cannot read.
    LoginSession {
        /// The name of the profile.
        profile: String,
    },
    /// Credentials could not be loaded for any other reason.
    Other {
        /// The profile, if one is used.
        profile: Option<String>,
        /// The reason, in the words of the SDK.
        reason: String,
    },
}

/// The most profiles that a message names.
const PROFILES_MAXIMUM: usize = 8;

impl UnusableCredentials {
    /// Returns the next step of a person who runs a scan: a phrase without a full stop.
    #[must_use]
    pub fn next_step(&self) -> String {
        match self {
            Self::Missing { profiles, .. } if profiles.is_empty() => {
                "sign in with `aws configure sso` or `aws configure`, or set AWS_ACCESS_KEY_ID and \
                 AWS_SECRET_ACCESS_KEY"
                    .to_owned()
            }
            Self::Missing { profiles, .. } => {
                format!("name a profile with --profile (there are: {})", listed(profiles))
            }
            Self::NoProfile { profiles, .. } if profiles.is_empty() => {
                "there is no profile at all: make one with `aws configure sso` or `aws configure`".to_owned()
            }
            Self::NoProfile { named_by, profiles, .. } => {
                format!("correct {named_by}; the profiles are: {}", listed(profiles))
            }
            Self::ProfileLoop { .. } => "correct source_profile in that profile".to_owned(),
            Self::SignedOut { profile } if profile == "default" => {
                "run `aws sso login`, then run the command again".to_owned()
            }
            Self::SignedOut { profile } => {
                format!("run `aws sso login --profile {}`, then run the command again", quoted(profile))
            }
            Self::LoginSession { profile } => exported(Some(profile)),
            Self::Other { profile, .. } => {
                format!(
                    "correct the settings of the profile or the environment; or {}",
                    exported(profile.as_ref())
                )
            }
        }
    }
}

/// Returns how the AWS CLI hands its credentials on.
fn exported(profile: Option<&String>) -> String {
    let profile = profile.map(|name| format!(" --profile {}", quoted(name))).unwrap_or_default();
    format!(
        "run `eval \"$(aws configure export-credentials{profile} --format env)\"`, then run the command again without --profile"
    )
}

/// Quotes a name for a shell, unless it is a plain word.
fn quoted(name: &str) -> String {
    let is_plain = !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.@+/".contains(&byte));
    if is_plain { name.to_owned() } else { format!("'{}'", name.replace('\'', r"'\''")) }
}

fn listed(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(PROFILES_MAXIMUM).map(String::as_str).collect();
    let more = names.len() - shown.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

impl fmt::Display for UnusableCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { metadata, .. } => {
                f.write_str(
                    "none found in the environment, in the profile `default` and in a role of this machine",
                )?;
                metadata.as_ref().map_or(Ok(()), |error| write!(f, " ({error})"))
            }
            Self::NoProfile { name, named_by, .. } => {
                write!(f, "the profile `{name}` does not exist; {named_by} names it")
            }
            Self::ProfileLoop { name } => {
                write!(f, "the profile `{name}` leads back to itself by its source_profile")
            }
            Self::SignedOut { profile } => write!(
                f,
                "the session of IAM Identity Center of the profile `{profile}` has expired, or was never begun"
            ),
            Self::LoginSession { profile } => {
                write!(f, "the profile `{profile}` uses `aws login`, which this program does not read")
            }
            Self::Other { profile: Some(profile), reason } => {
                write!(f, "those of the profile `{profile}` cannot be loaded: {reason}")
            }
            Self::Other { profile: None, reason } => write!(f, "they cannot be loaded: {reason}"),
        }
    }
}
