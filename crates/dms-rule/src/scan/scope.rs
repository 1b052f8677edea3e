//! The options that choose accounts and Regions.

use std::error::Error;

use aws_client::scan::Caller;
use chrono::{DateTime, Utc};
use rule_core::RuleParameters;

use super::plan::{Accounts, Plan};
use super::regions;

/// The options that choose accounts and Regions, and the credentials for them.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Accounts and Regions")]
pub(crate) struct Scope {
    /// These Regions only [default: all that are enabled]
    ///
    /// With --aggregator, the Region that it is in.
    #[arg(long = "region", value_name = "REGION", value_delimiter = ',', value_parser = regions::region)]
    regions: Vec<String>,
    /// Leave out these Regions
    #[arg(long = "exclude-region", value_name = "REGION", value_delimiter = ',', value_parser = regions::region)]
    excluded_regions: Vec<String>,
    /// Account ids, or organization for all [default: that of the credentials]
    ///
    /// The word organization stands for all active accounts of the organization.
    #[arg(long, value_name = "IDS", value_delimiter = ',', value_parser = account)]
    accounts: Vec<String>,
    /// The active accounts of this organizational unit and of those below it
    #[arg(
        long = "organizational-unit",
        value_name = "OU_ID",
        value_delimiter = ',',
        value_parser = unit,
        conflicts_with = "accounts"
    )]
    units: Vec<String>,
    /// Leave out these accounts
    #[arg(long = "exclude-account", value_name = "IDS", value_delimiter = ',', value_parser = account_id)]
    excluded_accounts: Vec<String>,
    /// The role to assume in each account but the one of the credentials
    #[arg(long, value_name = "NAME")]
    role_name: Option<String>,
    /// The external id that the trust policy of the role requires
    #[arg(long, value_name = "ID", requires = "role_name")]
    external_id: Option<String>,
    /// The profile of the AWS CLI
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// The most pairs of account and Region that are read in parallel
    #[arg(long, value_name = "COUNT", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=64))]
    at_once: u16,
}

const ORGANIZATION: &str = "organization";

fn account(text: &str) -> Result<String, String> {
    if text == ORGANIZATION {
        return Ok(text.to_owned());
    }
    account_id(text).map_err(|_| "expected account ids of 12 digits, or organization".to_owned())
}

fn account_id(text: &str) -> Result<String, String> {
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err("expected account ids of 12 digits".to_owned())
    }
}

/// Parses the id of an organizational unit or of the root (API reference of AWS Organizations, `OrganizationalUnit`).
fn unit(text: &str) -> Result<String, String> {
    let is_id = |rest: &str| {
        !rest.is_empty()
            && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    if text.strip_prefix("ou-").or_else(|| text.strip_prefix("r-")).is_some_and(is_id) {
        Ok(text.to_owned())
    } else {
        Err("expected the id of an organizational unit, such as ou-ab12-34567890, or of the root".to_owned())
    }
}

/// Removes duplicates, keeping the first.
fn each_once(names: &[String]) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for name in names {
        if !once.contains(name) {
            once.push(name.clone());
        }
    }
    once
}

impl Scope {
    /// Returns true if more than one Region is named.
    pub(crate) fn has_several_regions(&self) -> bool {
        each_once(&self.regions).len() > 1
    }

    /// Returns the plan for these rules at this time.
    ///
    /// # Errors
    /// Returns a message if the options contradict each other.
    pub(crate) fn plan(&self, rules: Vec<RuleParameters>, at: DateTime<Utc>) -> Result<Plan, Box<dyn Error>> {
        let accounts = match self.accounts.as_slice() {
            _ if !self.units.is_empty() => Accounts::Units(each_once(&self.units)),
            [] => Accounts::Own,
            [word] if word == ORGANIZATION => Accounts::Organization,
            ids if ids.iter().any(|id| id == ORGANIZATION) => {
                return Err(
                    "--accounts: name either organization or account ids; organization has all of them"
                        .into(),
                );
            }
            ids => Accounts::Listed(each_once(ids)),
        };
        if matches!(accounts, Accounts::Organization | Accounts::Units(_)) && self.role_name.is_none() {
            return Err(
                "the accounts of an organization need a role to assume in each: name it with --role-name"
                    .into(),
            );
        }
        if self.external_id.is_some() && self.role_name.is_none() {
            return Err("an external id is for the role of --role-name, which is not given".into());
        }
        let regions = each_once(&self.regions);
        if !regions.is_empty() && regions.iter().all(|region| self.excluded_regions.contains(region)) {
            return Err("no Region is left: --exclude-region names all of --region".into());
        }
        if let Accounts::Listed(ids) = &accounts
            && ids.iter().all(|id| self.excluded_accounts.contains(id))
        {
            return Err("no account is left: --exclude-account names all of --accounts".into());
        }
        Ok(Plan {
            rules,
            at,
            accounts,
            role_name: self.role_name.clone(),
            regions,
            excluded_regions: each_once(&self.excluded_regions),
            excluded_accounts: each_once(&self.excluded_accounts),
            at_once: self.at_once.into(),
        })
    }

    /// Returns the caller with the credentials that the options name.
    ///
    /// # Errors
    /// Returns an error if there are no credentials, or AWS does not accept them.
    pub(crate) async fn caller(&self) -> Result<Caller, aws_client::Error> {
        let caller = Caller::load(self.profile.as_deref()).await?;
        Ok(caller.with_external_id(self.external_id.clone()))
    }
}
