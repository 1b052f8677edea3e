//! Words the next step after an error, for each kind of reader.

use rule_core::{ErrorKind, ResourceType};

use crate::code::is_about_credentials;
use crate::denial::Denial;
use crate::error::{Cause, ConnectionFailure, Error};

/// The reader of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The owner of the Lambda function and its AWS Config rule. Lambda invokes an asynchronous function
    /// twice more after an error (AWS Lambda developer guide, "Asynchronous invocation").
    Function,
    /// A person who runs a scan with credentials of their own.
    Person,
}

impl Reader {
    fn pick(self, function: &'static str, person: &'static str) -> &'static str {
        match self {
            Self::Function => function,
            Self::Person => person,
        }
    }

    /// Returns how the operation is tried once more.
    fn again(self) -> &'static str {
        self.pick("Lambda invokes again", "run the scan again")
    }

    fn identity(self) -> &'static str {
        self.pick("the role that the function works with", "the role or user that the scan works with")
    }
}

impl Error {
    /// Returns what its reader can do about the error: a phrase that follows `Next: `, without a full stop.
    #[must_use]
    pub fn next_step(&self, reader: Reader) -> String {
        let again = reader.again();
        match self.cause() {
            Cause::Service { code, .. } => self.after_a_response(code, reader),
            Cause::Timeout | Cause::BrokenResponse | Cause::Unknown => {
                format!("{again}; if it goes on, give AWS Support the request id or the time")
            }
            Cause::Connection => match reader {
                Reader::Function => format!(
                    "{again}; if it goes on, check that a function in a VPC has a way to the endpoint of the service"
                ),
                Reader::Person => {
                    format!("check that the endpoint of the service can be reached from here, then {again}")
                }
            },
            Cause::NoConnection(failure) => match reader {
                Reader::Function => format!(
                    "{again}; if it goes on, check that a function in a VPC has a way to the endpoint of the service"
                ),
                Reader::Person => after_no_connection(*failure, self.operation() == "GetCallerIdentity"),
            },
            Cause::Credentials(reason) => reason.next_step(),
            Cause::NotSent => reader
                .pick(
                    "give the function a role and a Region, as Lambda does",
                    "sign in or name credentials with --profile, and name a Region",
                )
                .to_owned(),
            Cause::UnreadableResponse { .. } => {
                let place = reader.pick("between the function and AWS", "between this machine and AWS");
                format!("{again}; if it goes on, check for a proxy {place}")
            }
            Cause::EndlessListing { .. } => match reader {
                Reader::Function => format!("{again}; nothing was cleared"),
                Reader::Person => again.to_owned(),
            },
            Cause::ItemNotHeld { .. } | Cause::RejectedEvaluations { .. } => again.to_owned(),
            Cause::RejectedFindings { .. } => {
                format!("{again}; if it goes on, report it as a defect of the program, with the reason")
            }
            Cause::InvalidRequest { .. } => "report this as a defect of the program".to_owned(),
            Cause::CaBundle { .. } => {
                "name a file of PEM certificates in AWS_CA_BUNDLE, or unset it".to_owned()
            }
            Cause::NoRole { .. } => "name a role in it with --role-name".to_owned(),
            Cause::AggregatorSource { .. } => "check the aggregator's sources in AWS Config".to_owned(),
        }
    }

    /// Returns the next step after AWS responded with an error code.
    fn after_a_response(&self, code: &str, reader: Reader) -> String {
        let (operation, again) = (self.operation(), reader.again());
        match (self.kind(), code) {
            (ErrorKind::Denied, _) if is_about_credentials(code) => match reader {
                Reader::Function => format!(
                    "{again}, with new credentials; if it goes on, check that the function's role exists"
                ),
                Reader::Person => self.after_bad_credentials(code),
            },
            (ErrorKind::Denied, _) if reader == Reader::Person && self.denial().is_some() => {
                self.denial().map_or("", Denial::next_step).to_owned()
            }
            (ErrorKind::Denied, "OptInRequired" | "RegionDisabledException") => reader
                .pick(
                    "enable the Region in the account of the rule",
                    "enable the Region in the account, or leave it out with --exclude-region",
                )
                .to_owned(),
            (ErrorKind::Denied, "InvalidAccessException") => {
                "enable Security Hub in that account and Region, or scan it without --security-hub".to_owned()
            }
            (ErrorKind::Denied, _) if operation == "AssumeRole" => reader
                .pick(
                    "the role must exist in the account of the rule and trust this function's role, which needs \
                     sts:AssumeRole on it; the rule parameter ExecutionRoleName names it",
                    "the role must exist in that account and trust your credentials, which need sts:AssumeRole on \
                     it; --role-name names it, and --external-id what its trust policy may require",
                )
                .to_owned(),
            (ErrorKind::Denied, _) => self.after_a_denial(reader),
            (ErrorKind::Throttled, _) => {
                let less = reader.pick(
                    "raise the function's timeout or the rule's interval",
                    "scan fewer accounts and Regions at once, with --at-once",
                );
                format!("{again}; if it goes on, {less}")
            }
            (ErrorKind::BadInput, "InvalidResultTokenException") => {
                "invoke the function through AWS Config: a token made by hand, or one that has expired, is rejected"
                    .to_owned()
            }
            (ErrorKind::BadInput, _) if operation == "GetComplianceDetailsByConfigRule" => {
                "every resource was evaluated, but results of deleted ones were not cleared; the rule must exist \
                 under the name in the event"
                    .to_owned()
            }
            (ErrorKind::BadInput, "NoSuchConfigurationAggregatorException") => {
                "name an aggregator of this account with --aggregator, and its Region with --region: `aws configservice \
                 describe-configuration-aggregators` lists them"
                    .to_owned()
            }
            (ErrorKind::BadInput, "ParentNotFoundException") => {
                "name an organizational unit of this organization with --organizational-unit: `aws organizations \
                 list-organizational-units-for-parent` lists them, from the root of `aws organizations list-roots` on"
                    .to_owned()
            }
            (ErrorKind::BadInput, _) => reader
                .pick(
                    "correct the AWS Config rule, its scope or its parameters",
                    "correct the options of the scan",
                )
                .to_owned(),
            (ErrorKind::Internal, "ResourceNotDiscoveredException") => {
                format!("AWS Config does not hold the item yet; {again}")
            }
            (ErrorKind::Internal, "AWSOrganizationsNotInUseException") => {
                "use credentials of an account of the organization, or name the accounts with --accounts".to_owned()
            }
            (ErrorKind::Internal, _) => format!("{again}; if it goes on, give AWS Support the request id"),
        }
    }

    fn after_a_denial(&self, reader: Reader) -> String {
        let identity = reader.identity();
        let Some(action) = action(self.operation()) else {
            return format!("allow the operation {} in {identity}", self.operation());
        };
        match self.operation() {
            "DescribeKey" | "ListAliases" => format!(
                "allow {action} in {identity} and in the policy of the key, or name the key in the rule parameter \
                 kmsKeyArns"
            ),
            "ListRegions" => format!("allow {action} in {identity}, or name the Regions with --region"),
            "ListAccounts" | "ListAccountsForParent" | "ListOrganizationalUnitsForParent" => format!(
                "allow {action} in {identity}, which must be in the management account of the organization or in one \
                 to which it delegates; or name the accounts with --accounts"
            ),
            _ => format!("allow {action} in {identity}"),
        }
    }

    /// Returns the next step of a person whose credentials AWS rejects.
    fn after_bad_credentials(&self, code: &str) -> String {
        let is_first_call = self.operation() == "GetCallerIdentity";
        match code {
            "ExpiredToken" | "ExpiredTokenException" => {
                "sign in again: `aws sso login`, or new values of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and \
                 AWS_SESSION_TOKEN if they come from the environment"
            }
            "InvalidSignatureException" | "SignatureDoesNotMatch" | "IncompleteSignature" => {
                "check that the secret access key belongs to the access key id, and that the clock of this machine is \
                 right"
            }
            // The credentials were good for the first call.
            _ if !is_first_call => {
                "check that the Region is enabled in the account, or leave it out with --exclude-region"
            }
            _ => {
                "AWS does not know these credentials: they were deleted or switched off, are of another partition, \
                 or lack their session token; name others with --profile, or in the environment"
            }
        }
        .to_owned()
    }
}

/// Returns the next step of a person whose machine cannot connect. After the first call, the network is likely to work.
fn after_no_connection(failure: ConnectionFailure, is_first_call: bool) -> String {
    match failure {
        ConnectionFailure::NameNotResolved if !is_first_call => {
            "leave out the Region with --exclude-region if the service is not in it; else check the network and the name \
             server of this machine, and AWS_ENDPOINT_URL if it is set"
        }
        ConnectionFailure::NameNotResolved => {
            "check the network and the name server of this machine, the name of the Region, and AWS_ENDPOINT_URL if it \
             is set"
        }
        ConnectionFailure::Refused if is_local(std::env::var("AWS_ENDPOINT_URL").ok().as_deref()) => LOCAL_ENDED,
        ConnectionFailure::Refused => {
            "check AWS_ENDPOINT_URL and HTTPS_PROXY if they are set, and the firewall of this machine"
        }
        ConnectionFailure::Unreachable => "check the network of this machine, and HTTPS_PROXY if it needs a proxy",
        ConnectionFailure::Certificate => {
            "name the certificate of a proxy that opens TLS in AWS_CA_BUNDLE; check AWS_ENDPOINT_URL if it is set"
        }
    }
    .to_owned()
}

/// The next step where nothing listens at the address of a local AWS.
pub(crate) const LOCAL_ENDED: &str = "the local AWS of `dms-rule local` has ended: start it again, and take its new environment; for AWS itself unset \
     AWS_ENDPOINT_URL";

/// Returns true if the endpoint is one of this machine, as that of `dms-rule local` is.
pub(crate) fn is_local(endpoint: Option<&str>) -> bool {
    endpoint.is_some_and(|endpoint| endpoint.starts_with("http://127.0.0.1:"))
}

/// Returns the IAM action that allows an operation (service authorization reference of each service); `None` for an
/// operation that is not listed here.
pub(crate) fn action(operation: &str) -> Option<String> {
    let listings = ResourceType::ALL.map(ResourceType::listing);
    if let Some(listing) = listings.iter().find(|listing| listing.operation == operation) {
        return Some(listing.action.to_owned());
    }
    let service = match operation {
        "AssumeRole" | "GetCallerIdentity" => "sts",
        "DescribeKey" | "ListAliases" => "kms",
        "BatchImportFindings" | "GetFindings" => "securityhub",
        "ListRegions" => "account",
        "ListAccounts" | "ListAccountsForParent" | "ListOrganizationalUnitsForParent" => "organizations",
        "ListTagsForResource"
        | "CreateReplicationInstance"
        | "DeleteReplicationInstance"
        | "DescribeAccountAttributes"
        | "DescribeConnections"
        | "DescribeEngineVersions"
        | "DescribeOrderableReplicationInstances"
        | "DescribePendingMaintenanceActions"
        | "DescribeTableStatistics"
        | "ModifyReplicationInstance"
        | "MoveReplicationTask"
        | "StartReplicationTask"
        | "StopReplicationTask"
        | "TestConnection" => "dms",
        "PutEvaluations"
        | "GetResourceConfigHistory"
        | "ListDiscoveredResources"
        | "GetComplianceDetailsByConfigRule"
        | "SelectAggregateResourceConfig"
        | "DescribeConfigurationAggregatorSourcesStatus"
        | "DescribeConfigRules"
        | "DescribeConfigRuleEvaluationStatus"
        | "DescribeComplianceByConfigRule"
        | "DescribeConfigurationRecorders"
        | "DescribeConfigurationRecorderStatus" => "config",
        _ => return None,
    };
    Some(format!("{service}:{operation}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(operation: &'static str, code: &str) -> Error {
        let cause = Cause::Service { code: code.to_owned(), message: "No.".to_owned() };
        Error::new(operation, "of orders", cause).with_request_id(Some("r-1"))
    }

    #[test]
    fn an_error_words_the_fact_and_its_reader_the_next_step() {
        let denied = service("DescribeReplicationInstances", "AccessDeniedException");
        assert_eq!(
            denied.to_string(),
            "DescribeReplicationInstances of orders: AccessDeniedException: No (request id r-1)"
        );
        for (reader, expected) in [
            (
                Reader::Function,
                "allow dms:DescribeReplicationInstances in the role that the function works with",
            ),
            (
                Reader::Person,
                "allow dms:DescribeReplicationInstances in the role or user that the scan works with",
            ),
        ] {
            assert_eq!(denied.next_step(reader), expected);
        }
    }

    #[test]
    fn the_endpoint_of_a_local_aws_is_one_of_this_machine() {
        assert!(is_local(Some("http://127.0.0.1:33259")));
        assert!(!is_local(Some("https://proxy.example.com")) && !is_local(None));
    }

    #[test]
    fn a_person_reads_nothing_of_the_function() {
        let operations =
            ["AssumeRole", "DescribeEndpoints", "DescribeKey", "ListRegions", "GetResourceConfigHistory"];
        let codes = [
            "AccessDeniedException",
            "ExpiredToken",
            "RegionDisabledException",
            "ThrottlingException",
            "ValidationException",
            "InternalFailure",
            "NoSuchConfigurationAggregatorException",
            "AWSOrganizationsNotInUseException",
            "ParentNotFoundException",
        ];
        let causes = [
            Cause::Timeout,
            Cause::Connection,
            Cause::NoConnection(ConnectionFailure::Refused),
            Cause::BrokenResponse,
            Cause::NotSent,
            Cause::Unknown,
            Cause::unreadable("is not whole JSON"),
            Cause::EndlessListing { page: 2 },
            Cause::NoRole { own: "111111111111".to_owned() },
        ];
        let of_services = operations.iter().flat_map(|op| codes.map(|code| service(op, code)));
        let others = causes.map(|cause| Error::new("DescribeEndpoints", "", cause));
        for error in of_services.chain(others) {
            let step = error.next_step(Reader::Person);
            for word in ["Lambda", "function", "ExecutionRoleName", "interval"] {
                assert!(!step.contains(word), "{error}: {step}");
            }
            let step = error.next_step(Reader::Function);
            assert!(!step.contains("scan"), "{error}: {step}");
        }
    }

    #[test]
    fn an_action_is_named_after_its_operation_but_for_instance_profiles() {
        for (operation, expected) in [
            ("DescribeInstanceProfiles", "dms:ListInstanceProfiles"),
            ("DescribeEndpoints", "dms:DescribeEndpoints"),
            ("ListTagsForResource", "dms:ListTagsForResource"),
            ("ListAliases", "kms:ListAliases"),
            ("PutEvaluations", "config:PutEvaluations"),
            ("ListRegions", "account:ListRegions"),
            ("ListAccounts", "organizations:ListAccounts"),
            ("AssumeRole", "sts:AssumeRole"),
            (
                "DescribeConfigurationAggregatorSourcesStatus",
                "config:DescribeConfigurationAggregatorSourcesStatus",
            ),
            ("SelectAggregateResourceConfig", "config:SelectAggregateResourceConfig"),
        ] {
            assert_eq!(action(operation).as_deref(), Some(expected));
        }
        assert_eq!(action("DescribeSomethingElse"), None);
        assert_eq!(
            service("DescribeSomethingElse", "AccessDenied").next_step(Reader::Person),
            "allow the operation DescribeSomethingElse in the role or user that the scan works with"
        );
    }
}
