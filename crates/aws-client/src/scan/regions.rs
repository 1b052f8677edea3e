//! Lists the Regions of an account.

use std::pin::pin;

use futures_util::TryStreamExt;
use serde::Deserialize;

use super::caller::{Account, Caller};
use crate::error::{Cause, Error};
use crate::pages::pages;
use crate::wire::Wire;

const OPERATION: &str = "ListRegions";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RegionsPage {
    regions: Vec<RegionEntry>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RegionEntry {
    region_name: String,
    region_opt_status: Option<String>,
}

/// A Region that AWS has for an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownRegion {
    /// The name, for example `eu-west-1`.
    pub name: String,
    /// True if the Region is enabled in the account, or will be disabled but is not yet.
    pub is_enabled: bool,
}

impl Caller {
    /// Lists the Regions that are enabled in an account, sorted; at least one.
    ///
    /// # Errors
    /// Returns the error of `ListRegions`.
    pub async fn regions(&self, account: &Account) -> Result<Vec<String>, Error> {
        let regions = self.known_regions(account).await?;
        let names: Vec<String> =
            regions.into_iter().filter(|region| region.is_enabled).map(|region| region.name).collect();
        if names.is_empty() {
            let subject = format!("of account {}", account.id());
            return Err(Error::new(OPERATION, subject, Cause::unreadable("names no enabled Region")));
        }
        Ok(names)
    }

    /// Lists all Regions that AWS has for an account, enabled or not, sorted by name.
    ///
    /// # Errors
    /// Returns the error of `ListRegions`.
    pub async fn known_regions(&self, account: &Account) -> Result<Vec<KnownRegion>, Error> {
        let client = &aws_sdk_account::Client::new(account.config());
        let subject = &format!("of account {}", account.id());
        let mut pages = pin!(pages(OPERATION, |position| async move {
            let wire = Wire::raw(OPERATION, self.journal());
            let request = client.list_regions().max_results(50).set_next_token(position.token);
            let result = request.customize().interceptor(wire.clone()).send().await;
            let page: RegionsPage = wire.read(subject, result)?;
            Ok((page.regions, page.next_token))
        }));
        let mut known = Vec::new();
        while let Some(regions) = pages.try_next().await? {
            known.extend(regions.into_iter().map(|region| KnownRegion {
                name: region.region_name,
                // A Region is scanned unless it is surely not enabled.
                is_enabled: !matches!(region.region_opt_status.as_deref(), Some("DISABLED" | "ENABLING")),
            }));
        }
        known.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(known)
    }
}
