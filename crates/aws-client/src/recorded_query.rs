//! Queries what AWS Config recorded of the resources of one account and Region.

use futures_util::Stream;
use serde::Deserialize;

use crate::error::Error;
use crate::pages::pages;
use crate::session::Session;
use crate::wire::Wire;

/// The operation.
pub(crate) const OPERATION: &str = "SelectResourceConfig";

/// The most results of a page (API reference of AWS Config, `SelectResourceConfig`, "Limit").
pub(crate) const PAGE_SIZE: i32 = 100;

/// The longest expression (API reference of AWS Config, `SelectResourceConfig`, "Expression").
pub(crate) const EXPRESSION_MAXIMUM: usize = 4096;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    results: Vec<String>,
    next_token: Option<String>,
}

impl Session {
    /// Queries the recorded resources, page by page: each result is JSON text with the members that the expression selects.
    /// No result means nothing, since the type may not be recorded.
    ///
    /// # Errors
    /// The stream ends with the error of the operation, which names `subject`.
    pub(crate) fn recorded_query<'a>(
        &'a self,
        expression: &'a str,
        subject: &'a str,
    ) -> impl Stream<Item = Result<Vec<String>, Error>> + 'a {
        pages(OPERATION, move |position| async move {
            let wire = Wire::raw(OPERATION, self.journal());
            let client = self.clients().config_service();
            let request = client.select_resource_config().expression(expression).limit(PAGE_SIZE);
            let request = request.set_next_token(position.token);
            let result = request.customize().interceptor(wire.clone()).send().await;
            let page: Page = wire.read(subject, result)?;
            Ok((page.results, page.next_token))
        })
    }
}
