use std::fmt::Display;

/// An error of `--template` and `--parameter-overrides`: nothing is invoked.
#[derive(Debug, thiserror::Error)]
pub(super) enum DeploymentError {
    #[error("--template {file}: {message}")]
    Template { file: String, message: String },
    #[error("--parameter-overrides {0}: no template has such a parameter")]
    UnknownParameter(String),
}

/// An error of one resource of a template: it does not work, or is not supported.
#[derive(Debug, thiserror::Error)]
pub(super) enum ResourceError {
    #[error("{0} is not supported")]
    Type(String),
    #[error("{property} depends on {by}; set parameters with --parameter-overrides NAME=VALUE")]
    Undecided { property: String, by: String },
    #[error("{property} is given twice")]
    Repeated { property: String },
    /// The error of the parser names the member, and those that are supported.
    #[error(transparent)]
    Property(#[from] serde_path_to_error::Error<serde_json::Error>),
    #[error("AWS Config has no rules with the owner {0}")]
    RuleOwner(String),
    #[error("InputParameters is not a JSON object: {0}")]
    InputParameters(#[source] serde_json::Error),
    #[error("{0} is not the function of these templates")]
    UnknownFunction(String),
    #[error("a second function")]
    SecondFunction,
    #[error("there is no role {0}")]
    UnknownRole(String),
    #[error("the runtime {0} does not start a bootstrap that is built for provided.al2023")]
    Runtime(String),
    #[error("there is no architecture {0}")]
    Architecture(String),
    #[error("with ReservedConcurrentExecutions 0 the function never runs")]
    NeverRuns,
    #[error("a statement that does not allow is not supported")]
    NotAllowing,
    #[error(
        "the role does not trust {principal} in organization {organization}; here these are the values of \
         FunctionRoleArns and OrganizationId"
    )]
    NotTrusting { principal: String, organization: &'static str },
    #[error("a policy of the role: {0}")]
    Policy(String),
}

impl ResourceError {
    pub(super) fn policy(error: &dyn Display) -> Self {
        Self::Policy(error.to_string())
    }
}

impl DeploymentError {
    pub(super) fn template(file: &str, message: &dyn Display) -> Self {
        Self::Template { file: file.to_owned(), message: message.to_string() }
    }
}
