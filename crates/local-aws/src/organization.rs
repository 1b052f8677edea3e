//! `ListAccounts` of AWS Organizations (`organizations/2016-11-28`) and `ListRegions` of AWS Account Management
//! (`account/2021-02-01`), with the limits of these service models.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::AwsError;
use crate::json_protocol::{Response, read};
use crate::paging::page;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ListAccounts {
    next_token: Option<String>,
    max_results: Option<usize>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ListRegions {
    account_id: Option<String>,
    max_results: Option<usize>,
    next_token: Option<String>,
    #[serde(default)]
    region_opt_status_contains: Vec<String>,
}

/// Responds for an organization with these accounts and states.
pub(crate) fn respond(operation: &str, parameters: &Value, accounts: &[(String, String)]) -> Response {
    if operation != "ListAccounts" {
        return Err(AwsError::unknown_operation());
    }
    if accounts.is_empty() {
        let message = "Your account is not a member of an organization.";
        return Err(AwsError::client("AWSOrganizationsNotInUseException", message));
    }
    let ListAccounts { next_token, max_results } = read(parameters)?;
    let size = max_results.unwrap_or(20);
    if !(1..=20).contains(&size) {
        return Err(AwsError::client("InvalidInputException", "MaxResults must be from 1 to 20"));
    }
    let (accounts, next) = page(accounts, size, next_token.as_deref(), "InvalidInputException")?;
    let accounts: Vec<Value> = accounts
        .iter()
        .map(
            |(id, state)| json!({"Id": id, "Name": format!("account {id}"), "Status": state, "State": state}),
        )
        .collect();
    Ok(json!({"Accounts": accounts, "NextToken": next}))
}

/// Responds for an account with these Regions, each with true if it is enabled.
pub(crate) fn list_regions(parameters: &Value, regions: &[(String, bool)]) -> Response {
    let ListRegions { account_id, max_results, next_token, region_opt_status_contains } = read(parameters)?;
    if account_id.is_some() {
        let message = "only the management account may name another account";
        return Err(AwsError::client("AccessDeniedException", message));
    }
    let size = max_results.unwrap_or(20);
    if !(1..=50).contains(&size) {
        return Err(AwsError::client("ValidationException", "MaxResults must be from 1 to 50"));
    }
    let status = |is_enabled: bool| if is_enabled { "ENABLED_BY_DEFAULT" } else { "DISABLED" };
    let regions: Vec<Value> = regions
        .iter()
        .map(|(name, is_enabled)| (name, status(*is_enabled)))
        .filter(|(_, status)| {
            region_opt_status_contains.is_empty()
                || region_opt_status_contains.iter().any(|wanted| wanted == status)
        })
        .map(|(name, status)| json!({"RegionName": name, "RegionOptStatus": status}))
        .collect();
    let (regions, next) = page(&regions, size, next_token.as_deref(), "ValidationException")?;
    Ok(json!({"Regions": regions, "NextToken": next}))
}
