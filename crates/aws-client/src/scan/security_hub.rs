//! Security Hub in one account and Region: findings in, findings out.

use futures_util::Stream;
use serde::Deserialize;
use serde_json::{Value, json};

use super::caller::{Account, in_region};
use super::rest_json::{PostOperation, RestJsonClient, Service};
use crate::error::{Cause, Error};
use crate::pages::{Position, pages};

/// The names of the service model `securityhub/2018-10-26`.
const SERVICE: Service = Service { id: "SecurityHub", name: "securityhub" };
const IMPORT: PostOperation = PostOperation { name: "BatchImportFindings", path: "/findings/import" };
const LIST: PostOperation = PostOperation { name: "GetFindings", path: "/findings" };

/// The most findings of a page (API reference of Security Hub, `GetFindings`, "MaxResults").
const PAGE_SIZE: usize = 100;

/// The most characters of the words of Security Hub about one finding that an error keeps.
const REASON_MAXIMUM: usize = 400;

/// Security Hub in one account and Region.
#[derive(Debug)]
pub struct SecurityHub {
    client: RestJsonClient,
    subject: String,
}

/// The effect of one call that imports findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The number of findings that Security Hub accepted.
    pub accepted: usize,
    /// The reason why some or all were not accepted; `None` if all were.
    pub error: Option<Error>,
}

/// The counts are not optional: a response without them would read as one without failures.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ImportResponse {
    failed_count: usize,
    success_count: usize,
    #[serde(default)]
    failed_findings: Option<Vec<FailedFinding>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct FailedFinding {
    id: String,
    error_code: String,
    error_message: String,
}

/// The list is not optional: a page without it would read as one without findings.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct FindingsPage {
    findings: Vec<Value>,
    next_token: Option<String>,
}

impl Account {
    /// Opens Security Hub in a Region of the account, with its credentials; calls nothing.
    #[must_use]
    pub fn security_hub(&self, region: &str) -> SecurityHub {
        SecurityHub {
            client: RestJsonClient::new(SERVICE, in_region(self.config(), region)),
            subject: format!("in {} {region}", self.id()),
        }
    }
}

impl SecurityHub {
    /// Imports findings: at most 100, which are of this account and Region.
    pub async fn import(&self, findings: &[Value]) -> Import {
        let response = self.client.post(IMPORT, &self.subject, &json!({ "Findings": findings })).await;
        match response {
            Ok(response) => self.read(findings.len(), response),
            Err(error) => Import { accepted: 0, error: Some(error) },
        }
    }

    /// Reads the response to a call with this number of findings.
    fn read(&self, sent: usize, response: ImportResponse) -> Import {
        let ImportResponse { failed_count, success_count, failed_findings } = response;
        let failed_findings = failed_findings.unwrap_or_default();
        let accepted = success_count.min(sent);
        let failed = failed_count.max(failed_findings.len());
        let cause = if failed > 0 {
            let first = failed_findings.into_iter().next();
            let (first, reason) = first.map_or_else(
                || ("unknown".to_owned(), "Security Hub gives no reason".to_owned()),
                |one| {
                    let reason = format!("{}: {}", one.error_code, one.error_message);
                    (one.id, reason.chars().take(REASON_MAXIMUM).collect())
                },
            );
            Some(Cause::RejectedFindings { count: failed, first, reason })
        } else if success_count == sent {
            None
        } else {
            Some(Cause::unreadable(format!("counts {success_count} findings of {sent}")))
        };
        let error = cause.map(|cause| Error::new(IMPORT.name, &*self.subject, cause));
        Import { accepted, error }
    }

    /// Lists findings that these `Filters` of `GetFindings` select, page by page. A stream that ends without an error has
    /// listed all of them.
    pub fn findings<'a>(&'a self, filters: &'a Value) -> impl Stream<Item = Result<Vec<Value>, Error>> + 'a {
        pages(LIST.name, move |Position { token, .. }| async move {
            let mut body = json!({ "Filters": filters, "MaxResults": PAGE_SIZE });
            if let (Some(token), Value::Object(members)) = (token, &mut body) {
                members.insert("NextToken".to_owned(), token.into());
            }
            let page: FindingsPage = self.client.post(LIST, &self.subject, &body).await?;
            Ok((page.findings, page.next_token))
        })
    }
}
