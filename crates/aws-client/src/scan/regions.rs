//! Lists the enabled Regions of an account.

use std::pin::pin;

use aws_sdk_account::types::RegionOptStatus::{Enabled, EnabledByDefault};
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
}

impl Caller {
    /// Lists the Regions that are enabled in an account, sorted; at least one.
    ///
    /// # Errors
    /// Returns the error of `ListRegions`.
    pub async fn regions(&self, account: &Account) -> Result<Vec<String>, Error> {
        let client = &aws_sdk_account::Client::new(account.config());
        let subject = &format!("of account {}", account.id());
        let mut pages = pin!(pages(OPERATION, |position| async move {
            let wire = Wire::raw(OPERATION, self.journal());
            let request = client
                .list_regions()
                .max_results(50)
                .region_opt_status_contains(Enabled)
                .region_opt_status_contains(EnabledByDefault)
                .set_next_token(position.token);
            let result = request.customize().interceptor(wire.clone()).send().await;
            let page: RegionsPage = wire.read(subject, result)?;
            Ok((page.regions, page.next_token))
        }));
        let mut names = Vec::new();
        while let Some(regions) = pages.try_next().await? {
            names.extend(regions.into_iter().map(|region| region.region_name));
        }
        if names.is_empty() {
            return Err(Error::new(OPERATION, subject, Cause::unreadable("names no Region")));
        }
        names.sort();
        Ok(names)
    }
}
