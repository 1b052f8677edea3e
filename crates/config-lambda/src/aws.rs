//! Everything that is said to AWS. The only module that names the SDK.

mod clients;
mod config_service;
mod dms;
mod failure;
mod wire;

use chrono::{DateTime, Utc};
use futures_util::Stream;
use futures_util::stream::LocalBoxStream;
use rule_core::ConfigurationItem;

pub(crate) use clients::{Aws, Session};
pub(crate) use config_service::{HeldResult, RecordedIds};

use crate::Error;

impl Session {
    /// Every existing resource of a type, page by page, as items of the time `at`. Ends with an error rather than
    /// early.
    pub(crate) fn resources<'a>(
        &'a self,
        resource_type: &'static str,
        at: DateTime<Utc>,
    ) -> impl Stream<Item = Result<Vec<ConfigurationItem>, Error>> + 'a {
        let pages: LocalBoxStream<'a, _> = match resource_type {
            "AWS::DMS::ReplicationInstance" => Box::pin(self.replication_instances(at)),
            other => Box::pin(futures_util::stream::once(async move {
                Err(Error::internal(format!("no listing is built for {other}")))
            })),
        };
        pages
    }
}
