//! Reads an aggregator of AWS Config, which holds the items of many accounts and Regions.

use std::pin::pin;

use futures_util::{Stream, TryStreamExt};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::caller::Caller;
use crate::error::{Cause, Error};
use crate::pages::pages;
use crate::wire::Wire;

/// The operation that queries an aggregator.
pub(super) const SELECT: &str = "SelectAggregateResourceConfig";
const SOURCES_STATUS: &str = "DescribeConfigurationAggregatorSourcesStatus";

/// The most entries of a page, of either operation (API reference of AWS Config, "Limit").
const PAGE_SIZE: i32 = 100;

/// The content of an aggregator of AWS Config.
#[derive(Debug, Default)]
pub struct AggregatorContent {
    /// The configuration items, each as JSON text with the members of the query.
    pub items: Vec<String>,
    /// The sources that the aggregator did not read to the end.
    pub failed_sources: Vec<FailedSource>,
}

/// A source that an aggregator did not read to the end.
#[derive(Debug)]
pub struct FailedSource {
    /// The id of the account or organization that is the source.
    pub account_id: String,
    /// The Region; `None` for a source of all Regions.
    pub region: Option<String>,
    /// The failure, with the cause [`Cause::AggregatorSource`].
    pub error: Error,
    /// True if the source is one account: another may be an organization, with any account.
    is_account: bool,
}

impl FailedSource {
    /// Returns true if the records of this account and Region may be those that the aggregator did not read.
    #[must_use]
    pub fn may_hold(&self, account_id: &str, region: &str) -> bool {
        (!self.is_account || self.account_id == account_id)
            && self.region.as_deref().is_none_or(|own| own == region)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ResultsPage {
    results: Vec<String>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SourcesPage {
    aggregated_source_status_list: Vec<Box<RawValue>>,
    next_token: Option<String>,
}

/// The last update of a source. A member given twice is an error: one of the two may be a failure.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct ReportedSource {
    source_id: Value,
    source_type: Value,
    aws_region: Value,
    last_update_status: Value,
    last_error_code: Value,
    last_error_message: Value,
}

impl Caller {
    /// Reads all items of these resource types in the aggregator `name` of a Region, and lists the sources that may be
    /// missing from them.
    ///
    /// # Errors
    /// Returns the error of `SelectAggregateResourceConfig` or
    /// `DescribeConfigurationAggregatorSourcesStatus`.
    pub async fn aggregator_content(
        &self,
        name: &str,
        region: &str,
        types: &[&str],
    ) -> Result<AggregatorContent, Error> {
        let client = &aws_sdk_config::Client::new(&self.config_in(region));
        let items = self.select(client, name, types).await?;
        let failed_sources = self.failed_sources(client, name).await?;
        Ok(AggregatorContent { items, failed_sources })
    }

    /// Queries the items of these types (AWS Config developer guide, "Querying the current configuration state").
    async fn select(
        &self,
        client: &aws_sdk_config::Client,
        name: &str,
        types: &[&str],
    ) -> Result<Vec<String>, Error> {
        let quoted: Vec<String> = types.iter().map(|name| format!("'{name}'")).collect();
        let expression = &format!(
            "SELECT accountId, awsRegion, resourceType, resourceId, resourceName, arn, configuration, tags, \
             configurationItemStatus, configurationItemCaptureTime WHERE resourceType IN ({})",
            quoted.join(", ")
        );
        self.aggregate_query(client, name, expression).try_concat().await
    }

    /// Queries the aggregator `name`, page by page: each result is JSON text with the members that the expression selects.
    ///
    /// # Errors
    /// The stream ends with the error of the operation.
    pub(super) fn aggregate_query<'a>(
        &'a self,
        client: &'a aws_sdk_config::Client,
        name: &'a str,
        expression: &'a str,
    ) -> impl Stream<Item = Result<Vec<String>, Error>> + 'a {
        pages(SELECT, move |position| async move {
            let wire = Wire::raw(SELECT, self.journal());
            let request = client
                .select_aggregate_resource_config()
                .configuration_aggregator_name(name)
                .expression(expression)
                .limit(PAGE_SIZE)
                .set_next_token(position.token);
            let result = request.customize().interceptor(wire.clone()).send().await;
            let page: ResultsPage = wire.read(&format!("of aggregator {name}"), result)?;
            Ok((page.results, page.next_token))
        })
    }

    /// Lists the sources that the aggregator did not read to the end.
    async fn failed_sources(
        &self,
        client: &aws_sdk_config::Client,
        name: &str,
    ) -> Result<Vec<FailedSource>, Error> {
        let subject = &format!("of aggregator {name}");
        let mut pages = pin!(pages(SOURCES_STATUS, |position| async move {
            let wire = Wire::raw(SOURCES_STATUS, self.journal());
            let request = client
                .describe_configuration_aggregator_sources_status()
                .configuration_aggregator_name(name)
                .limit(PAGE_SIZE)
                .set_next_token(position.token);
            let result = request.customize().interceptor(wire.clone()).send().await;
            let page: SourcesPage = wire.read(subject, result)?;
            Ok((page.aggregated_source_status_list, page.next_token))
        }));
        let mut failed = Vec::new();
        while let Some(sources) = pages.try_next().await? {
            failed.extend(sources.iter().filter_map(|source| failed_source(name, source)));
        }
        Ok(failed)
    }
}

/// Returns the failure of a source; `None` if its last update succeeded. Any other status is a failure: FAILED,
/// OUTDATED (API reference of AWS Config, `AggregatedSourceStatus`), and a missing one.
fn failed_source(name: &str, source: &RawValue) -> Option<FailedSource> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let source: ReportedSource = serde_json::from_str(source.get()).unwrap_or_default();
    let status = text(&source.last_update_status);
    if status == "SUCCEEDED" {
        return None;
    }
    let words = [status, text(&source.last_error_code), text(&source.last_error_message)];
    let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let cause = Cause::AggregatorSource { status: words.join(": ") };
    let account_id = text(&source.source_id);
    Some(FailedSource {
        is_account: source.source_type == "ACCOUNT" && !account_id.is_empty(),
        account_id,
        region: Some(text(&source.aws_region)).filter(|region| !region.is_empty()),
        error: Error::new("aggregator", name, cause),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn failed(source: &str) -> Option<FailedSource> {
        failed_source("all", &RawValue::from_string(source.to_owned()).unwrap())
    }

    /// A source that is not surely complete must never be left out of the failures.
    #[test]
    fn every_source_that_has_not_succeeded_is_a_failure() {
        let source =
            json!({"SourceId": "111122223333", "AwsRegion": "eu-west-1", "LastUpdateStatus": "SUCCEEDED"});
        assert!(failed(&source.to_string()).is_none());
        for (members, words) in [
            (
                json!({"LastUpdateStatus": "FAILED", "LastErrorCode": "E", "LastErrorMessage": "m"}),
                "FAILED: E: m",
            ),
            (json!({"LastUpdateStatus": "OUTDATED"}), "OUTDATED"),
            (json!({"LastUpdateStatus": null}), ""),
            (json!({}), ""),
            (json!([]), ""),
        ] {
            let failed = failed(&members.to_string()).unwrap();
            assert_eq!(failed.error.cause(), &Cause::AggregatorSource { status: words.to_owned() });
            assert_eq!(failed.region, None);
        }
        for (members, accounts) in [
            (json!({"SourceId": "111122223333", "SourceType": "ACCOUNT"}), [true, false]),
            (json!({"SourceId": "111122223333", "SourceType": "ORGANIZATION"}), [true, true]),
            (json!({"SourceId": "111122223333"}), [true, true]),
            (json!({"SourceType": "ACCOUNT"}), [true, true]),
        ] {
            let failed = failed(&members.to_string()).unwrap();
            let held = ["111122223333", "444455556666"].map(|account| failed.may_hold(account, "eu-west-1"));
            assert_eq!(held, accounts, "{members}");
        }
        let failed_there =
            failed(r#"{"SourceType": "ACCOUNT", "SourceId": "1", "AwsRegion": "eu-west-1"}"#).unwrap();
        assert!(failed_there.may_hold("1", "eu-west-1") && !failed_there.may_hold("1", "eu-west-2"));
        assert!(failed(r#"{"LastUpdateStatus": "FAILED", "LastUpdateStatus": "SUCCEEDED"}"#).is_some());
    }
}
