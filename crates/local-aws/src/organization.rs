//! Listings of AWS Organizations (`organizations/2016-11-28`) and `ListRegions` of AWS Account Management
//! (`account/2021-02-01`), with the limits of these service models.

use std::collections::HashMap;

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

/// The parameters of `ListAccountsForParent` and `ListOrganizationalUnitsForParent`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ListForParent {
    parent_id: String,
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

/// Responds for an organization with these accounts and states, names of accounts, and units.
pub(crate) fn respond(
    operation: &str,
    parameters: &Value,
    accounts: &[(String, String)],
    names: &HashMap<String, String>,
    units: &HashMap<String, (Vec<String>, Vec<String>)>,
) -> Response {
    if accounts.is_empty()
        && matches!(operation, "ListAccounts" | "ListAccountsForParent")
        && units.is_empty()
    {
        let message = "Your account is not a member of an organization.";
        return Err(AwsError::client("AWSOrganizationsNotInUseException", message));
    }
    match operation {
        "ListAccounts" => {
            let ListAccounts { next_token, max_results } = read(parameters)?;
            let (accounts, next) = page_of(accounts, max_results, next_token.as_deref())?;
            Ok(json!({"Accounts": entries(&accounts, names), "NextToken": next}))
        }
        "ListAccountsForParent" => {
            let ListForParent { parent_id, next_token, max_results } = read(parameters)?;
            let (_, members) = units.get(&parent_id).ok_or_else(parent_not_found)?;
            let members: Vec<_> = accounts.iter().filter(|(id, _)| members.contains(id)).cloned().collect();
            let (accounts, next) = page_of(&members, max_results, next_token.as_deref())?;
            Ok(json!({"Accounts": entries(&accounts, names), "NextToken": next}))
        }
        "ListOrganizationalUnitsForParent" => {
            let ListForParent { parent_id, next_token, max_results } = read(parameters)?;
            let (children, _) = units.get(&parent_id).ok_or_else(parent_not_found)?;
            let (children, next) = page_of(children, max_results, next_token.as_deref())?;
            let children: Vec<Value> =
                children.iter().map(|id| json!({"Id": id, "Name": format!("unit {id}")})).collect();
            Ok(json!({"OrganizationalUnits": children, "NextToken": next}))
        }
        _ => Err(AwsError::unknown_operation()),
    }
}

fn parent_not_found() -> AwsError {
    AwsError::client("ParentNotFoundException", "You specified a parent that does not exist.")
}

fn page_of<T: Clone>(
    all: &[T],
    size: Option<usize>,
    token: Option<&str>,
) -> Result<(Vec<T>, Option<String>), AwsError> {
    let size = size.unwrap_or(20);
    if !(1..=20).contains(&size) {
        return Err(AwsError::client("InvalidInputException", "MaxResults must be from 1 to 20"));
    }
    page(all, size, token, "InvalidInputException")
}

fn entries(accounts: &[(String, String)], names: &HashMap<String, String>) -> Vec<Value> {
    let entry = |(id, state): &(String, String)| {
        let name = names.get(id).cloned().unwrap_or_else(|| format!("account {id}"));
        json!({"Id": id, "Name": name, "Status": state, "State": state})
    };
    accounts.iter().map(entry).collect()
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
