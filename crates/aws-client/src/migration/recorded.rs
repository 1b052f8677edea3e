//! The configurations of a VPC's resources as AWS Config records them.

use futures_util::TryStreamExt;
use rule_core::Json;
use serde::Deserialize;
use serde_json::Value;

use super::document::document;
use crate::error::{Cause, Error};
use crate::recorded_query::OPERATION;
use crate::session::Session;

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
        let results: Vec<String> = self.recorded_query(expression, subject).try_concat().await?;
        let read = |text: &String| {
            let recorded: Recorded = serde_json::from_str(text).map_err(|error| error.to_string())?;
            document(recorded.configuration)
        };
        let configurations: Result<Vec<Value>, String> = results.iter().map(read).collect();
        configurations.map_err(|reason| Error::new(OPERATION, subject, Cause::unreadable(reason)))
    }
}
