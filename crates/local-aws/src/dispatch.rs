//! The service that responds to a request, after permissions and faults.

use serde_json::Value;

use crate::account::Account;
use crate::error::AwsError;
use crate::fault::FaultKind;
use crate::json_protocol::Response;
use crate::request::AwsRequest;
use crate::signature::Caller;
use crate::state::{AcceptedEvaluation, State};
use crate::{config_service, dms, iam, injection, kms, organization, put_evaluations, security_hub, sts};

/// Returns the body of a successful response: JSON, or XML from STS. `call` is the index of the request in the list
/// of calls.
///
/// # Errors
/// Returns the error of AWS, or that of the fault.
pub(crate) fn respond(
    state: &mut State,
    request: &AwsRequest,
    fault: Option<&FaultKind>,
    call: usize,
) -> Result<String, AwsError> {
    if let Some(error) = fault.and_then(|fault| injection::error(fault, request)) {
        return Err(error);
    }
    let Caller { account_id, region } = &request.caller;
    let account = state.accounts.get(&(account_id.clone(), region.clone()));
    if let Some((account, policy)) = account.and_then(|account| Some((account, account.policy.as_ref()?))) {
        iam::authorize(policy, request, account)?;
    }
    let without_effect = [
        FaultKind::NoResponse,
        FaultKind::DropConnection,
        FaultKind::Garbage,
        FaultKind::EmptyBody,
        FaultKind::ErrorWithSuccess,
    ];
    if fault.is_some_and(|fault| without_effect.contains(fault)) {
        return Ok("{}".to_owned()); // the request has no effect, and another body is sent
    }
    let response = match request.service {
        "sts" => return assume_role_or_identify(state, request),
        "dms" => list_in_account(state, request, fault, |operation, parameters, account| {
            dms::respond(operation, parameters, account, &request.caller)
        }),
        "kms" => list_in_account(state, request, fault, |operation, parameters, account| {
            kms::respond(operation, parameters, account)
        }),
        "securityhub" => {
            let failures = if let Some(FaultKind::FailedFindings { count }) = fault { *count } else { 0 };
            list_in_account(state, request, fault, |operation, parameters, account| {
                let hub = &mut account.security_hub;
                security_hub::respond(operation, parameters, hub, &request.caller, failures)
            })
        }
        "account" => {
            let regions = state.regions.get(account_id).map(Vec::as_slice).unwrap_or_default();
            organization::list_regions(&request.parameters, regions)
        }
        "organizations" => injection::list(&mut state.due_pages, request, fault, |operation, parameters| {
            organization::respond(
                operation,
                parameters,
                &state.organization,
                &state.account_names,
                &state.units,
            )
        }),
        _ if request.operation == "PutEvaluations" => put(state, request, fault, call),
        _ => list_in_account(state, request, fault, |operation, parameters, account| {
            config_service::respond(operation, parameters, account)
        }),
    };
    let body = response?.to_string();
    Ok(if fault == Some(&FaultKind::AnotherKey) {
        about_another_key(&body, &request.parameters)
    } else {
        body
    })
}

/// Replaces the id of the key in the request by another one.
fn about_another_key(body: &str, parameters: &Value) -> String {
    let key_id = parameters.get("KeyId").and_then(Value::as_str).and_then(|id| id.rsplit('/').next());
    key_id.map_or_else(|| body.to_owned(), |id| body.replace(id, "00000000-0000-0000-0000-000000000000"))
}

/// Responds from the content of the caller's account, with the faults of listings.
fn list_in_account(
    state: &mut State,
    request: &AwsRequest,
    fault: Option<&FaultKind>,
    respond: impl FnOnce(&str, &Value, &mut Account) -> Response,
) -> Response {
    let Caller { account_id, region } = &request.caller;
    let account = state.accounts.entry((account_id.clone(), region.clone())).or_default();
    injection::list(&mut state.due_pages, request, fault, |operation, parameters| {
        respond(operation, parameters, account)
    })
}

fn put(state: &mut State, request: &AwsRequest, fault: Option<&FaultKind>, call: usize) -> Response {
    let failures = if let Some(FaultKind::FailedEvaluations { count }) = fault { *count } else { 0 };
    let Caller { account_id, region } = &request.caller;
    let account = state.account(account_id, region);
    let put_evaluations::Batch { rule, accepted, response } =
        put_evaluations::respond(&request.parameters, account, failures)?;
    state.accepted.extend(accepted.into_iter().map(|result| AcceptedEvaluation {
        account_id: account_id.clone(),
        region: region.clone(),
        rule: rule.clone(),
        test_mode: rule.is_none(),
        result,
        call,
    }));
    Ok(response)
}

fn assume_role_or_identify(state: &mut State, request: &AwsRequest) -> Result<String, AwsError> {
    let response = sts::respond(request, |account_id, role_name| state.has_role(account_id, role_name))?;
    if let Some((account_id, credentials)) = response.session {
        state.add_credentials(&account_id, credentials);
    }
    Ok(response.body)
}
