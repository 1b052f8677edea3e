//! The ids under which AWS Config records resources, from `ListDiscoveredResources`.

use std::collections::{HashMap, HashSet};
use std::pin::pin;
use std::sync::{Mutex, PoisonError};

use aws_sdk_config::types;
use futures_util::TryStreamExt;
use rule_core::arn::{is_arn, last_part};
use rule_core::{ConfigurationItem, ResourceType};
use serde::Deserialize;

use crate::error::Error;
use crate::fingerprint::{Fingerprint, Fingerprints};
use crate::pages::pages;
use crate::session::Session;
use crate::wire::Wire;

const OPERATION: &str = "ListDiscoveredResources";

/// The ids under which AWS Config records the resources of a type.
#[derive(Debug, Default)]
pub struct RecordedIds {
    fingerprints: Fingerprints,
    ids: HashSet<Fingerprint>,
    by_name: HashMap<String, String>,
}

impl RecordedIds {
    /// Records a resource id. If two resources share a name, the later wins. Names of resources identified by
    /// ARN are not kept: they are never looked up by name.
    fn add(&mut self, id: String, name: Option<String>) {
        self.ids.insert(self.fingerprints.fingerprint(&id));
        if let Some(name) = name {
            if is_arn(&id) {
                self.by_name.remove(&name);
            } else {
                self.by_name.insert(name, id);
            }
        }
    }

    fn contains(&self, id: &str) -> bool {
        self.ids.contains(&self.fingerprints.fingerprint(id))
    }

    /// Returns true if the rest of the listing cannot change the id of a resource: its ARN is recorded.
    #[must_use]
    pub fn is_certain(&self, item: &ConfigurationItem) -> bool {
        self.contains(item.arn.as_deref().unwrap_or(&item.resource_id))
    }

    /// Returns the recorder's id of a resource that DMS listed: the id that is its ARN, or the last part of
    /// it, or that has its name. If the recorder has no such id, it is the id that the item has.
    #[must_use]
    pub fn id(&self, item: &ConfigurationItem) -> String {
        let arn = item.arn.as_deref().unwrap_or(&item.resource_id);
        let recorded = |id: &str| self.contains(id).then(|| id.to_owned());
        recorded(arn)
            .or_else(|| recorded(last_part(arn)))
            .or_else(|| {
                let name = item.resource_name.as_deref()?;
                // Names are reused: an id that is the ARN of another resource belongs to that other resource.
                recorded(name).or_else(|| self.by_name.get(name).cloned())
            })
            .unwrap_or_else(|| item.resource_id.clone())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DiscoveredPage {
    resource_identifiers: Vec<ResourceIdentifier>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourceIdentifier {
    resource_id: Option<String>,
    resource_name: Option<String>,
}

impl Session {
    /// Adds the recorder's ids for a resource type to `ids`, and calls `on_page` after each page. Adds
    /// nothing if AWS Config does not record the type here.
    ///
    /// # Errors
    /// Returns the error of `ListDiscoveredResources`.
    pub async fn recorded_ids(
        &self,
        resource_type: ResourceType,
        ids: &Mutex<RecordedIds>,
        on_page: impl Fn(),
    ) -> Result<(), Error> {
        let subject = &format!("of {resource_type}");
        let mut pages = pin!(pages(OPERATION, |position| async move {
            let wire = Wire::raw(OPERATION, self.journal());
            let request = self
                .clients()
                .config_service()
                .list_discovered_resources()
                .resource_type(types::ResourceType::from(resource_type.name()))
                .limit(100)
                .set_next_token(position.token);
            let result = request.customize().interceptor(wire.clone()).send().await;
            match wire.read::<DiscoveredPage, _, _>(subject, result) {
                Err(error) if position.number == 1 && is_unrecorded(&error) => Ok((Vec::new(), None)),
                page => page.map(|page| (page.resource_identifiers, page.next_token)),
            }
        }));
        while let Some(identifiers) = pages.try_next().await? {
            {
                let mut ids = ids.lock().unwrap_or_else(PoisonError::into_inner);
                for ResourceIdentifier { resource_id, resource_name } in identifiers {
                    if let Some(id) = resource_id {
                        ids.add(id, resource_name);
                    }
                }
            }
            on_page();
        }
        Ok(())
    }
}

/// Returns true if there is no recorder, or it does not know the type in this Region (API reference of AWS
/// Config, `ListDiscoveredResources`, "Errors"): then nothing else names the resources.
fn is_unrecorded(error: &Error) -> bool {
    matches!(error.code(), Some("NoAvailableConfigurationRecorderException" | "ValidationException"))
}
