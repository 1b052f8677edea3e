use chrono::TimeDelta;

use crate::{ExemptionTag, KeyPattern};

/// The values of all rule parameters, parsed. A rule reads those that it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterValues {
    /// `exemptionTagKey` and `exemptionCompliance`; `None` if nothing is exempt.
    pub exemption_tag: Option<ExemptionTag>,
    /// `AssumeRoleMode`, `ExecutionRoleName` and `ExecutionRoleRegion`.
    pub execution_role: ExecutionRole,
    /// `daysToExpiration`: for how much longer a certificate must be valid.
    pub time_to_expiration: TimeDelta,
    /// `daysToEndOfLife`: for how much longer DMS must support an engine version.
    pub time_to_end_of_life: TimeDelta,
    /// `days`: for how long a task may be failed or stopped.
    pub time_at_rest: TimeDelta,
    /// `reachability`: if findings state what of the Internet reaches a public instance.
    pub reachability: bool,
    /// `kmsKeyArns`: the keys that are allowed; empty if every customer managed key is.
    pub kms_key_arns: Vec<KeyPattern>,
    /// `minimumMode`: the least that a connection must have.
    pub minimum_mode: MinimumMode,
    /// `requiredKeyTags`: the tag keys that must all be present; empty if any one key is enough.
    pub required_key_tags: Vec<String>,
}

/// The role that the function works with, in the parameters of the Rule Development Kit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExecutionRole {
    /// `AssumeRoleMode`.
    pub mode: AssumeRoleMode,
    /// `ExecutionRoleName`: a role in the account of the rule; may begin with its path.
    pub name: Option<String>,
    /// `ExecutionRoleRegion`: the Region whose STS endpoint is called.
    pub region: Option<String>,
}

/// The least that a connection with TLS must have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MinimumMode {
    /// `encrypted`.
    #[default]
    Encrypted,
    /// `verified`: the certificate of the server is verified too.
    Verified,
}

/// When a role is assumed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AssumeRoleMode {
    /// Not given: if a role is named, or the rule is in another account than the function.
    #[default]
    ByAccount,
    /// `true`.
    Always,
    /// `false`.
    Never,
}

impl Default for ParameterValues {
    fn default() -> Self {
        Self {
            exemption_tag: None,
            execution_role: ExecutionRole::default(),
            time_to_expiration: TimeDelta::days(30),
            time_to_end_of_life: TimeDelta::days(90),
            time_at_rest: TimeDelta::days(7),
            reachability: false,
            kms_key_arns: Vec::new(),
            minimum_mode: MinimumMode::default(),
            required_key_tags: Vec::new(),
        }
    }
}
