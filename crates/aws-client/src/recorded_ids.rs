//! Lists the resources that AWS Config records, with `ListDiscoveredResources`.

use std::pin::pin;

use aws_sdk_config::types;
use chrono::{DateTime, Utc};
use futures_util::{Stream, TryStreamExt};
use rule_core::{ResourceType, parse_timestamp};
use serde::Deserialize;
use serde_json::Value;

use crate::error::Error;
use crate::pages::pages;
use crate::session::Session;
use crate::wire::Wire;

const OPERATION: &str = "ListDiscoveredResources";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DiscoveredPage {
    resource_identifiers: Vec<ResourceIdentifier>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names of AWS Config")]
struct ResourceIdentifier {
    resource_id: Option<String>,
    resource_name: Option<String>,
    #[serde(default)]
    resource_deletion_time: Value,
}

/// A resource that AWS Config records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedId {
    /// The recorder's id of the resource: the one that a change notification has.
    pub id: String,
    /// The name of the resource, where the recorder has one.
    pub name: Option<String>,
}

/// The resources that a listing holds.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Extent {
    Existing,
    WithDeleted,
}

impl Session {
    /// Lists the existing resources of a type that AWS Config records, page by page; none if AWS Config does not
    /// record the type here. A stream that ends without an error has listed all of them.
    pub fn recorded_ids(
        &self,
        resource_type: ResourceType,
    ) -> impl Stream<Item = Result<Vec<RecordedId>, Error>> + '_ {
        self.discovered(resource_type, Extent::Existing).map_ok(|page| {
            let recorded = page.into_iter().filter_map(|identifier| {
                Some(RecordedId { id: identifier.resource_id?, name: identifier.resource_name })
            });
            recorded.collect()
        })
    }

    /// Lists the ids of the resources of a type that were deleted before `at`, as far as AWS Config still holds
    /// them.
    ///
    /// # Errors
    /// Returns the error of `ListDiscoveredResources`.
    pub(crate) async fn deleted_ids(
        &self,
        resource_type: ResourceType,
        at: DateTime<Utc>,
    ) -> Result<Vec<String>, Error> {
        let mut ids = Vec::new();
        let mut pages = pin!(self.discovered(resource_type, Extent::WithDeleted));
        while let Some(page) = pages.try_next().await? {
            let deleted = page.into_iter().filter(|identifier| {
                parse_timestamp(&identifier.resource_deletion_time).is_some_and(|deleted| deleted < at)
            });
            ids.extend(deleted.filter_map(|identifier| identifier.resource_id));
        }
        Ok(ids)
    }

    fn discovered(
        &self,
        resource_type: ResourceType,
        extent: Extent,
    ) -> impl Stream<Item = Result<Vec<ResourceIdentifier>, Error>> + '_ {
        pages(OPERATION, move |position| async move {
            let subject = &format!("of {resource_type}");
            let wire = Wire::raw(OPERATION, self.journal());
            let request = self
                .clients()
                .config_service()
                .list_discovered_resources()
                .resource_type(types::ResourceType::from(resource_type.name()))
                .set_include_deleted_resources((extent == Extent::WithDeleted).then_some(true))
                .limit(100)
                .set_next_token(position.token);
            let result = request.customize().interceptor(wire.clone()).send().await;
            match wire.read::<DiscoveredPage, _, _>(subject, result) {
                Err(error) if position.number == 1 && is_unrecorded(&error) => Ok((Vec::new(), None)),
                page => page.map(|page| (page.resource_identifiers, page.next_token)),
            }
        })
    }
}

/// Returns true if there is no recorder, or it does not know the type in this Region (API reference of AWS
/// Config, `ListDiscoveredResources`, "Errors"): then nothing else names the resources.
fn is_unrecorded(error: &Error) -> bool {
    matches!(error.code(), Some("NoAvailableConfigurationRecorderException" | "ValidationException"))
}
