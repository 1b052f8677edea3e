//! Sorts the error codes of AWS into kinds.

use aws_runtime::retries::classifiers::THROTTLING_ERRORS;
use rule_core::ErrorKind;

/// Returns the kind of an error code, which decides who must act (IAM and AWS STS, "Common Errors"; the
/// service models of AWS Config, AWS DMS, AWS KMS and AWS Organizations).
pub(crate) fn kind(code: &str) -> ErrorKind {
    match code {
        "AccessDenied"
        | "AccessDeniedException"
        | "AccessDeniedFault"
        | "UnauthorizedOperation"
        | "NotAuthorizedException"
        | "OptInRequired"
        | "InvalidAccessException" // of Security Hub, which is not enabled there
        | "RegionDisabledException" => ErrorKind::Denied,
        _ if is_about_credentials(code) => ErrorKind::Denied,
        // `HTTP 429`: a throttled response without a code, from a proxy for example.
        "HTTP 429" => ErrorKind::Throttled,
        _ if THROTTLING_ERRORS.contains(&code) => ErrorKind::Throttled,
        "InvalidResultTokenException"
        | "InvalidParameterValueException"
        | "NoSuchConfigRuleException"
        | "ValidationException"
        | "InvalidInputException"
        | "InvalidLimitException"
        | "InvalidTimeRangeException"
        | "MalformedPolicyDocument"
        // Named by an option: `--aggregator`, `--organizational-unit`.
        | "NoSuchConfigurationAggregatorException"
        | "ParentNotFoundException" => ErrorKind::BadInput,
        _ => ErrorKind::Internal,
    }
}

/// Returns true if the code means that the credentials themselves are unknown, expired or wrong (IAM, "Common
/// Errors").
pub(crate) fn is_about_credentials(code: &str) -> bool {
    matches!(
        code,
        "UnrecognizedClientException"
            | "InvalidClientTokenId"
            | "ExpiredToken"
            | "ExpiredTokenException"
            | "InvalidSignatureException"
            | "SignatureDoesNotMatch"
            | "MissingAuthenticationToken"
            | "MissingAuthenticationTokenException"
            | "IncompleteSignature"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_sdk_for_throttling_is_throttled() {
        for code in THROTTLING_ERRORS {
            assert_eq!(kind(code), ErrorKind::Throttled, "{code}");
        }
        for (code, expected) in [
            ("HTTP 429", ErrorKind::Throttled),
            ("HTTP 500", ErrorKind::Internal),
            ("ExpiredToken", ErrorKind::Denied),
            ("AccessDeniedException", ErrorKind::Denied),
            ("ValidationException", ErrorKind::BadInput),
            ("NoSuchConfigurationAggregatorException", ErrorKind::BadInput),
            ("ParentNotFoundException", ErrorKind::BadInput),
        ] {
            assert_eq!(kind(code), expected, "{code}");
        }
    }
}
