/// The account and Region that a session works in, and the role that it needs there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The account of the resources; `None` if it is not known.
    pub account_id: Option<String>,
    /// The Region of the resources; `None` for that of the environment.
    pub region: Option<String>,
    /// The partition, for example `aws-cn`.
    pub partition: String,
    /// The role to assume first; `None` for the credentials of the environment.
    pub role: Option<Role>,
}

/// A role to assume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// The ARN of the role.
    pub arn: String,
    /// The Region whose STS endpoint is called; `None` for that of the environment.
    pub sts_region: Option<String>,
}
