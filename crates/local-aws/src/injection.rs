//! Faults in place of a response of a service: errors, and pages of a listing that are empty or never end.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::error::AwsError;
use crate::fault::FaultKind;
use crate::iam;
use crate::json_protocol::Response;
use crate::kinds::Kind;
use crate::request::AwsRequest;

/// Returns the error that a fault responds with; `None` for the kinds that are not errors of AWS.
pub(crate) fn error(fault: &FaultKind, request: &AwsRequest) -> Option<AwsError> {
    let denied = |why: &str| {
        let AwsRequest { service, operation, .. } = request;
        iam::denied(request, &format!("{service}:{operation} {why}"))
    };
    match fault {
        FaultKind::Throttle => Some(AwsError::client("ThrottlingException", "Rate exceeded")),
        FaultKind::ServerError => Some(AwsError::new(500, "InternalFailure", "internal failure")),
        FaultKind::Unavailable => Some(AwsError::new(503, "ServiceUnavailable", "try again")),
        FaultKind::Denied => Some(denied("because no identity-based policy allows it")),
        FaultKind::DeniedByOrganization => {
            Some(denied("on resource: * with an explicit deny in a service control policy"))
        }
        FaultKind::ExpiredToken => {
            let code = if request.service == "sts" { "ExpiredToken" } else { "ExpiredTokenException" };
            Some(AwsError::new(403, code, "The security token included in the request is expired"))
        }
        FaultKind::UnknownAccessKey => {
            let is_sts = request.service == "sts";
            let code = if is_sts { "InvalidClientTokenId" } else { "UnrecognizedClientException" };
            Some(AwsError::new(403, code, "The security token included in the request is invalid."))
        }
        FaultKind::WrongSignature => {
            let is_sts = request.service == "sts";
            let code = if is_sts { "SignatureDoesNotMatch" } else { "InvalidSignatureException" };
            let message = "The request signature we calculated does not match the signature you provided.";
            Some(AwsError::new(403, code, message))
        }
        FaultKind::Rejected { code, message } => Some(AwsError::client(code.clone(), message.clone())),
        FaultKind::EchoToken => {
            let token = request.parameters.get("ResultToken").and_then(Value::as_str).unwrap_or_default();
            Some(denied(&format!("with the token {token}")))
        }
        _ => None,
    }
}

/// The listings that got an empty page, as operation and token: the request with that token gets the page that was
/// due.
#[derive(Debug, Default)]
pub(crate) struct DuePages(HashSet<(String, String)>);

/// The prefix of the token on an empty page, before the token of the request.
const DUE: &str = "owed-";

/// Responds to a request with the faults of listings. `respond` gives the response without a fault to an operation
/// with these parameters.
pub(crate) fn list(
    due_pages: &mut DuePages,
    request: &AwsRequest,
    fault: Option<&FaultKind>,
    respond: impl FnOnce(&str, &Value) -> Response,
) -> Response {
    let operation = request.operation.as_str();
    let Some(listing) = Listing::from_operation(operation) else {
        return respond(operation, &request.parameters);
    };
    let mut parameters = request.parameters.clone();
    let token = parameters.get(listing.token).and_then(Value::as_str).unwrap_or_default().to_owned();
    if let Some(position) = token.strip_prefix(DUE) {
        if !due_pages.0.remove(&(operation.to_owned(), token.clone())) {
            let message = "the token was not issued by a previous page";
            return Err(AwsError::client("InvalidNextTokenException", message));
        }
        if let Value::Object(members) = &mut parameters {
            members.remove(listing.token);
            if !position.is_empty() {
                members.insert(listing.token.to_owned(), position.into());
            }
        }
    } else if fault == Some(&FaultKind::EmptyPageWithToken) {
        let next = format!("{DUE}{token}");
        due_pages.0.insert((operation.to_owned(), next.clone()));
        return Ok(listing.empty_page(&next));
    }
    if fault == Some(&FaultKind::RepeatedToken) {
        return Ok(listing.empty_page(if token.is_empty() { "again" } else { &token }));
    }
    respond(operation, &parameters)
}

/// The members of a listing's request and response, after the service models.
struct Listing {
    /// The list in the response.
    list: &'static str,
    /// The token in the request.
    token: &'static str,
    /// The token in the response.
    next_token: &'static str,
}

impl Listing {
    fn from_operation(operation: &str) -> Option<Self> {
        if let Some(kind) = Kind::from_operation(operation) {
            return Some(Self { list: kind.list, token: "Marker", next_token: "Marker" });
        }
        let (list, token, next_token) = match operation {
            "ListAccounts" | "ListAccountsForParent" => ("Accounts", "NextToken", "NextToken"),
            "ListOrganizationalUnitsForParent" => ("OrganizationalUnits", "NextToken", "NextToken"),
            "ListAliases" => ("Aliases", "Marker", "NextMarker"),
            "DescribeConnections" => ("Connections", "Marker", "Marker"),
            "DescribeTableStatistics" => ("TableStatistics", "Marker", "Marker"),
            "DescribeOrderableReplicationInstances" => ("OrderableReplicationInstances", "Marker", "Marker"),
            "DescribeEngineVersions" => ("EngineVersions", "Marker", "Marker"),
            "DescribePendingMaintenanceActions" => ("PendingMaintenanceActions", "Marker", "Marker"),
            "SelectAggregateResourceConfig" => ("Results", "NextToken", "NextToken"),
            "DescribeConfigurationAggregatorSourcesStatus" => {
                ("AggregatedSourceStatusList", "NextToken", "NextToken")
            }
            "DescribeConfigRules" => ("ConfigRules", "NextToken", "NextToken"),
            "DescribeConfigRuleEvaluationStatus" => ("ConfigRulesEvaluationStatus", "NextToken", "NextToken"),
            "GetResourceConfigHistory" => ("configurationItems", "nextToken", "nextToken"),
            "GetFindings" => ("Findings", "NextToken", "NextToken"),
            "ListDiscoveredResources" => ("resourceIdentifiers", "nextToken", "nextToken"),
            "GetComplianceDetailsByConfigRule" => ("EvaluationResults", "NextToken", "NextToken"),
            _ => return None,
        };
        Some(Self { list, token, next_token })
    }

    fn empty_page(&self, token: &str) -> Value {
        let mut page = json!({self.list: [], self.next_token: token});
        if let (Value::Object(members), "NextMarker") = (&mut page, self.next_token) {
            members.insert("Truncated".to_owned(), true.into()); // KMS marks a page that another one follows
        }
        page
    }
}
