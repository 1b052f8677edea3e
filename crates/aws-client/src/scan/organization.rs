use std::pin::pin;

use futures_util::TryStreamExt;
use serde::Deserialize;

use super::caller::Caller;
use crate::error::Error;
use crate::pages::pages;
use crate::wire::Wire;

const OPERATION: &str = "ListAccounts";

/// The accounts of an organization.
#[derive(Debug, Default)]
pub struct Organization {
    /// The ids of the active accounts.
    pub active: Vec<String>,
    /// The ids of accounts in any other state, for example suspended ones.
    pub inactive: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AccountsPage {
    accounts: Vec<AccountEntry>,
    next_token: Option<String>,
}

/// `State` replaces `Status` from September 2026 on (API reference of AWS Organizations, `Account`).
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AccountEntry {
    id: String,
    status: Option<String>,
    state: Option<String>,
}

impl Caller {
    /// Lists the accounts of the organization.
    ///
    /// # Errors
    /// Returns the error of `ListAccounts`.
    pub async fn organization(&self) -> Result<Organization, Error> {
        let client = &aws_sdk_organizations::Client::new(self.config());
        let mut pages = pin!(pages(OPERATION, |position| async move {
            let wire = Wire::raw(OPERATION, self.journal());
            let request = client.list_accounts().set_next_token(position.token);
            let result = request.customize().interceptor(wire.clone()).send().await;
            let page: AccountsPage = wire.read("of the organization", result)?;
            Ok((page.accounts, page.next_token))
        }));
        let mut organization = Organization::default();
        while let Some(accounts) = pages.try_next().await? {
            for AccountEntry { id, status, state } in accounts {
                let is_active = state.or(status).is_some_and(|state| state == "ACTIVE");
                if is_active { &mut organization.active } else { &mut organization.inactive }.push(id);
            }
        }
        Ok(organization)
    }
}
