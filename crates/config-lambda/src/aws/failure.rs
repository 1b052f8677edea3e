use std::fmt;

use aws_sdk_config::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_config::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use serde::Deserialize;

use crate::{Error, ErrorKind};

/// One attempt that failed, in the few words that a log may hold.
#[derive(Debug)]
pub(crate) struct Attempt {
    code: String,
    request_id: Option<String>,
}

#[derive(Deserialize)]
struct Code {
    #[serde(rename = "__type")]
    code: String,
}

impl Attempt {
    pub(crate) fn answered(status: u16, request_id: Option<&str>, body: &[u8]) -> Self {
        let code = match serde_json::from_slice::<Code>(body) {
            Ok(Code { code }) => code.rsplit('#').next().unwrap_or_default().chars().take(64).collect(),
            Err(_) => format!("HTTP {status}"),
        };
        Self { code, request_id: request_id.map(str::to_owned) }
    }

    pub(crate) fn unanswered() -> Self {
        Self { code: "no answer".to_owned(), request_id: None }
    }

    pub(crate) fn kind(&self) -> ErrorKind {
        kind_of(&self.code)
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (request id {})", self.code, self.request_id.as_deref().unwrap_or("none"))
    }
}

/// Who must act, by AWS's error code.
fn kind_of(code: &str) -> ErrorKind {
    match code {
        "AccessDenied"
        | "AccessDeniedException"
        | "AccessDeniedFault"
        | "UnauthorizedOperation"
        | "NotAuthorizedException"
        | "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "ExpiredToken"
        | "ExpiredTokenException"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "IncompleteSignature"
        | "OptInRequired"
        | "RegionDisabledException" => ErrorKind::Denied,
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "TooManyRequestsException"
        | "RequestLimitExceeded"
        | "LimitExceededException"
        | "PriorRequestNotComplete"
        | "SlowDown"
        | "HTTP 429" => ErrorKind::Throttled,
        "InvalidResultTokenException"
        | "InvalidParameterValueException"
        | "NoSuchConfigRuleException"
        | "ValidationException"
        | "InvalidLimitException"
        | "InvalidTimeRangeException"
        | "MalformedPolicyDocument" => ErrorKind::BadInput,
        _ => ErrorKind::Internal,
    }
}

fn next_step(kind: ErrorKind, operation: &str, code: &str) -> String {
    match (kind, code) {
        (ErrorKind::Denied, _) if operation == "AssumeRole" => {
            "the role must exist in the account of the rule and trust this function's role, which needs sts:AssumeRole on it; the rule parameter ExecutionRoleName names it".to_owned()
        }
        (ErrorKind::Denied, _) if matches!(operation, "DescribeKey" | "ListAliases") => {
            format!("allow kms:{operation} in the role that the function works with and in the policy of the key, or name the key in the rule parameter kmsKeyArns")
        }
        (ErrorKind::Denied, _) => {
            let action = match operation {
                "DescribeInstanceProfiles" => "dms:ListInstanceProfiles".to_owned(), // IAM has no action of the API's name
                "ListTagsForResource" => format!("dms:{operation}"),
                "ListRegions" => "account:ListRegions".to_owned(),
                "ListAccounts" => "organizations:ListAccounts".to_owned(),
                "DescribeConfigurationAggregatorSourcesStatus" => format!("config:{operation}"),
                _ if operation.starts_with("Describe") => format!("dms:{operation}"),
                _ => format!("config:{operation}"),
            };
            format!("allow {action} in the role that the function works with")
        }
        (ErrorKind::Throttled, _) => {
            "Lambda invokes again; if it goes on, raise the function's timeout or the rule's interval".to_owned()
        }
        (ErrorKind::BadInput, "InvalidResultTokenException") => {
            "invoke the function through AWS Config: a token made by hand, or one that has expired, is refused".to_owned()
        }
        (ErrorKind::BadInput, _) if operation == "GetComplianceDetailsByConfigRule" => {
            "every resource was evaluated, but results of deleted ones were not cleared; the rule must exist under a name of at most 64 characters".to_owned()
        }
        (ErrorKind::BadInput, _) => "correct the AWS Config rule, its scope or its parameters".to_owned(),
        (ErrorKind::Internal, "ResourceNotDiscoveredException") => {
            "AWS Config does not hold the item yet; Lambda invokes again".to_owned()
        }
        (ErrorKind::Internal, _) => "Lambda invokes again; if it goes on, give AWS Support the request id".to_owned(),
    }
}

/// The error of an operation that failed for good. `about` says of what, in words.
pub(crate) fn error<E: ProvideErrorMetadata>(
    operation: &str,
    about: &str,
    error: &SdkError<E, HttpResponse>,
) -> Error {
    let (code, message) = match error {
        SdkError::ServiceError(service) => {
            let status = service.raw().status().as_u16();
            let code = service.err().code().map_or_else(|| format!("HTTP {status}"), str::to_owned);
            (code, service.err().message().unwrap_or_default().chars().take(400).collect())
        }
        SdkError::TimeoutError(_) => ("timeout".to_owned(), "AWS did not answer in time".to_owned()),
        SdkError::DispatchFailure(failure) => (
            "no answer".to_owned(),
            if failure.is_timeout() {
                "AWS did not answer in time".to_owned()
            } else {
                "the connection could not be made or was lost; a function in a VPC needs a way to the endpoint of the service".to_owned()
            },
        ),
        SdkError::ResponseError(_) => {
            ("unreadable answer".to_owned(), "the answer was cut short or is not what AWS sends".to_owned())
        }
        SdkError::ConstructionFailure(_) => (
            "not sent".to_owned(),
            "the request could not be built or signed; are there credentials and a Region?".to_owned(),
        ),
        _ => ("unknown".to_owned(), String::new()),
    };
    let kind = kind_of(&code);
    let message =
        if message.is_empty() { String::new() } else { format!(": {}", message.trim_end_matches('.')) };
    Error::new(
        kind,
        format!(
            "{operation} {about}: {code}{message} (request id {}). Next: {}",
            error.request_id().unwrap_or("none"),
            next_step(kind, operation, &code)
        ),
    )
}
