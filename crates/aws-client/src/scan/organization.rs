use std::collections::BTreeMap;
use std::pin::pin;

use futures_util::TryStreamExt;
use serde::Deserialize;

use super::caller::Caller;
use crate::error::Error;
use crate::pages::pages;
use crate::wire::Wire;

const LIST_ACCOUNTS: &str = "ListAccounts";
const LIST_ACCOUNTS_OF_UNIT: &str = "ListAccountsForParent";
const LIST_UNITS: &str = "ListOrganizationalUnitsForParent";

/// The accounts of an organization, or of organizational units.
#[derive(Debug, Default)]
pub struct Organization {
    /// The ids of the active accounts, each once.
    pub active: Vec<String>,
    /// The ids of accounts in any other state, for example suspended ones.
    pub inactive: Vec<String>,
    /// The names of the accounts, by id.
    pub names: BTreeMap<String, String>,
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
    name: Option<String>,
    status: Option<String>,
    state: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UnitsPage {
    organizational_units: Vec<UnitEntry>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UnitEntry {
    id: String,
}

impl Organization {
    fn add(&mut self, accounts: Vec<AccountEntry>) {
        for AccountEntry { id, name, status, state } in accounts {
            let is_active = state.or(status).is_some_and(|state| state == "ACTIVE");
            let ids = if is_active { &mut self.active } else { &mut self.inactive };
            if !ids.contains(&id) {
                ids.push(id.clone());
            }
            if let Some(name) = name.filter(|name| !name.is_empty()) {
                self.names.insert(id, name);
            }
        }
    }
}

impl Caller {
    /// Lists the accounts of the organization.
    ///
    /// # Errors
    /// Returns the error of `ListAccounts`.
    pub async fn organization(&self) -> Result<Organization, Error> {
        let client = &aws_sdk_organizations::Client::new(self.config());
        let mut pages = pin!(pages(LIST_ACCOUNTS, |position| async move {
            let wire = Wire::raw(LIST_ACCOUNTS, self.journal());
            let request = client.list_accounts().set_next_token(position.token);
            let result = request.customize().interceptor(wire.clone()).send().await;
            let page: AccountsPage = wire.read("of the organization", result)?;
            Ok((page.accounts, page.next_token))
        }));
        let mut organization = Organization::default();
        while let Some(accounts) = pages.try_next().await? {
            organization.add(accounts);
        }
        Ok(organization)
    }

    /// Lists the accounts of organizational units and of all units below them, by the ids of the units. The id of a root
    /// stands for the whole organization.
    ///
    /// # Errors
    /// Returns the error of `ListAccountsForParent` or `ListOrganizationalUnitsForParent`.
    pub async fn organizational_units(&self, ids: &[String]) -> Result<Organization, Error> {
        let client = &aws_sdk_organizations::Client::new(self.config());
        let mut organization = Organization::default();
        let (mut waiting, mut visited) = (ids.to_vec(), Vec::<String>::new());
        while let Some(unit) = waiting.pop() {
            if visited.contains(&unit) {
                continue;
            }
            self.add_accounts_of(client, &unit, &mut organization).await?;
            waiting.extend(self.units_in(client, &unit).await?);
            visited.push(unit);
        }
        Ok(organization)
    }

    async fn add_accounts_of(
        &self,
        client: &aws_sdk_organizations::Client,
        unit: &str,
        organization: &mut Organization,
    ) -> Result<(), Error> {
        let subject = &format!("of {unit}");
        let mut pages = pin!(pages(LIST_ACCOUNTS_OF_UNIT, |position| async move {
            let wire = Wire::raw(LIST_ACCOUNTS_OF_UNIT, self.journal());
            let request = client.list_accounts_for_parent().parent_id(unit).set_next_token(position.token);
            let result = request.customize().interceptor(wire.clone()).send().await;
            let page: AccountsPage = wire.read(subject, result)?;
            Ok((page.accounts, page.next_token))
        }));
        while let Some(accounts) = pages.try_next().await? {
            organization.add(accounts);
        }
        Ok(())
    }

    async fn units_in(
        &self,
        client: &aws_sdk_organizations::Client,
        unit: &str,
    ) -> Result<Vec<String>, Error> {
        let subject = &format!("of {unit}");
        let pages = pages(LIST_UNITS, |position| async move {
            let wire = Wire::raw(LIST_UNITS, self.journal());
            let request =
                client.list_organizational_units_for_parent().parent_id(unit).set_next_token(position.token);
            let result = request.customize().interceptor(wire.clone()).send().await;
            let page: UnitsPage = wire.read(subject, result)?;
            let units: Vec<String> = page.organizational_units.into_iter().map(|unit| unit.id).collect();
            Ok((units, page.next_token))
        });
        pages.try_concat().await
    }
}
