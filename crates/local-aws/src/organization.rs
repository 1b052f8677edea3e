//! AWS Organizations, and the Regions of AWS Account Management.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::{Answer, AwsError, page, request};

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

fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::client("ValidationException", message)
}

/// Answers for an organization with these accounts and states.
pub(crate) fn answer(operation: &str, body: &Value, accounts: &[(String, String)]) -> Answer {
    if operation != "ListAccounts" {
        return Err(AwsError::client("UnknownOperationException", ""));
    }
    if accounts.is_empty() {
        let message = "Your account is not a member of an organization.";
        return Err(AwsError::client("AWSOrganizationsNotInUseException", message));
    }
    let ListAccounts { next_token, max_results } = request(body)?;
    let size = max_results.unwrap_or(20);
    if !(1..=20).contains(&size) {
        return Err(AwsError::client("InvalidInputException", "MaxResults is from 1 to 20"));
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

/// Answers for an account with these Regions, enabled or not.
pub(crate) fn list_regions(body: &Value, regions: &[(String, bool)]) -> Answer {
    let ListRegions { account_id, max_results, next_token, region_opt_status_contains: wanted } =
        request(body)?;
    if account_id.is_some() {
        return Err(AwsError::client("AccessDeniedException", "only the management account asks for others"));
    }
    let size = max_results.unwrap_or(20);
    if !(1..=50).contains(&size) {
        return Err(invalid("MaxResults is from 1 to 50"));
    }
    let word = |enabled: bool| if enabled { "ENABLED_BY_DEFAULT" } else { "DISABLED" };
    let regions: Vec<&(String, bool)> = regions
        .iter()
        .filter(|(_, enabled)| wanted.is_empty() || wanted.iter().any(|wanted| wanted == word(*enabled)))
        .collect();
    let (regions, next) = page(&regions, size, next_token.as_deref(), "ValidationException")?;
    let regions: Vec<Value> = regions
        .iter()
        .map(|(name, enabled)| json!({"RegionName": name, "RegionOptStatus": word(*enabled)}))
        .collect();
    Ok(json!({"Regions": regions, "NextToken": next}))
}
