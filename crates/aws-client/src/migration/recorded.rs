//! The configurations of a VPC's resources as AWS Config records them.

use futures_util::TryStreamExt;
use rule_core::Json;
use serde::Deserialize;
use serde_json::Value;

use super::document::document;
use crate::error::{Cause, Error};
use crate::pages::pages;
use crate::session::Session;
use crate::wire::Wire;

const OPERATION: &str = "SelectResourceConfig";
/// The most results of a page (API reference of AWS Config, `SelectResourceConfig`, "Limit").
const PAGE_SIZE: i32 = 100;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    results: Vec<String>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
struct Recorded {
    configuration: Json,
}

impl Session {
    /// Reads the recorded configurations of one type in a VPC. An empty list means nothing: the type may not be
    /// recorded.
    ///
    /// # Errors
    /// Returns the error of `SelectResourceConfig`; [`Cause::InvalidRequest`] if the id is not one of a VPC.
    pub async fn recorded_in_vpc(&self, resource_type: &str, vpc: &str) -> Result<Vec<Value>, Error> {
        let subject = &format!("of {resource_type} in {vpc}");
        if !vpc.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(Error::new(OPERATION, subject, Cause::invalid_request("it is not the id of a VPC")));
        }
        let expression = &format!(
            "SELECT configuration WHERE resourceType = '{resource_type}' AND configuration.vpcId = '{vpc}'"
        );
        let results: Vec<String> = pages(OPERATION, |position| async move {
            let wire = Wire::raw(OPERATION, self.journal());
            let request = self
                .clients()
                .config_service()
                .select_resource_config()
                .expression(expression)
                .limit(PAGE_SIZE)
                .set_next_token(position.token);
            let result = request.customize().interceptor(wire.clone()).send().await;
            let page: Page = wire.read(subject, result)?;
            Ok((page.results, page.next_token))
        })
        .try_concat()
        .await?;
        let read = |text: &String| {
            let recorded: Recorded = serde_json::from_str(text).map_err(|error| error.to_string())?;
            document(recorded.configuration)
        };
        let configurations: Result<Vec<Value>, String> = results.iter().map(read).collect();
        configurations.map_err(|reason| Error::new(OPERATION, subject, Cause::unreadable(reason)))
    }
}
