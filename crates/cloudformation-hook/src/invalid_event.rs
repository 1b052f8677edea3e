/// An event that cannot be evaluated. Its message quotes nothing of the event but names: properties hold passwords.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidEvent {
    /// The payload is no JSON.
    #[error("the event is no JSON that can be read: line {line}, column {column}")]
    Json {
        /// The line of the defect.
        line: usize,
        /// The column of the defect.
        column: usize,
    },
    /// A part of the event is no object.
    #[error("{0} is not an object")]
    NotAnObject(&'static str),
    /// A member is missing.
    #[error("the event has no {0}, so it is not one of a CloudFormation Lambda Hook for a resource")]
    Missing(&'static str),
    /// A member is given twice.
    #[error("{0} is given twice, and it cannot be known which one counts")]
    Twice(&'static str),
    /// A member has another spelling than that of CloudFormation.
    #[error("{0} is spelled in another way, and it cannot be known if it is meant")]
    Misspelled(&'static str),
    /// A member is not text.
    #[error("{0} is not text")]
    NotText(&'static str),
    /// The invocation point is not one that is known.
    #[error("actionInvocationPoint is `{0}`, expected CREATE_, UPDATE_ or DELETE_PRE_PROVISION")]
    InvocationPoint(String),
    /// The target is not a resource.
    #[error(
        "the target is of the type `{0}`: set the TargetOperations of the hook to RESOURCE and CLOUD_CONTROL"
    )]
    TargetType(String),
    /// The name of the target is no type of resource that is known.
    #[error("`{0}` is no type of resource that is known")]
    ResourceType(String),
    /// The properties cannot be planned.
    #[error("the resource cannot be evaluated: it is no single resource of its type")]
    Resource,
}
