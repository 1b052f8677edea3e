//! Resources that exist, as AWS Config recorded them or DMS described them.

use super::error::{EntryError, ReadError};
use chrono::{DateTime, Utc};
use config_lambda::{ConfigEvent, InvokingEvent};
use rule_core::{Configuration, ConfigurationItem, Fact, Facts, ResourceType, RuleParameters};

/// A resource, and the facts that the file holds beyond its item.
#[derive(PartialEq)]
pub(super) struct ExistingResource {
    pub(super) item: ConfigurationItem,
    pub(super) facts: Facts,
    /// True if the resource left the scope of the event's rule.
    pub(super) left_scope: bool,
    /// True if the time of the item is that of its record, false if it is that of the check.
    pub(super) is_dated: bool,
}

impl ExistingResource {
    /// Takes a resource as AWS Config recorded it.
    pub(super) fn recorded(item: ConfigurationItem) -> Self {
        Self { item, facts: facts("the file does not hold them"), left_scope: false, is_dated: true }
    }

    /// Takes a resource as DMS described it: a property that the description lacks has no value in DMS.
    fn described(item: ConfigurationItem) -> Self {
        let facts = Facts {
            description: Fact::Known(Configuration::Absent),
            ..facts("the describe commands of DMS do not print them")
        };
        Self { item, facts, left_scope: false, is_dated: false }
    }

    /// Takes a resource of a state of Terraform, with the time of the check.
    pub(super) fn from_state(resource: iac::StateResource, at: DateTime<Utc>) -> Self {
        let iac::StateResource { item, kms_key } = resource;
        let mut facts = facts("the state does not hold them");
        if let Some(key) = kms_key {
            facts.kms_key = Fact::Known(key);
        }
        let item = ConfigurationItem { configuration_item_capture_time: at, ..item };
        Self { item, facts, left_scope: false, is_dated: false }
    }

    /// Reads a resource of a response of DMS.
    ///
    /// # Errors
    /// Returns an error if the resource has neither ARN nor identifier.
    pub(super) fn from_description(
        resource_type: ResourceType,
        configuration: Configuration,
        at: DateTime<Utc>,
    ) -> Result<Self, EntryError> {
        let item = ConfigurationItem::listed(resource_type, configuration, at, |_, _| None);
        item.map(Self::described).map_err(EntryError::Unidentified)
    }
}

/// Returns the facts for a resource in a file, which cannot be looked up. `tags` is the reason why the tags of an item
/// without them are not known.
fn facts(tags: &str) -> Facts {
    Facts {
        tags: Fact::Unavailable(tags.to_owned()),
        kms_key: Fact::Unavailable("a file does not show who manages a KMS key".to_owned()),
        ..Facts::unavailable("the file does not hold it either")
    }
}

/// Reads the resource of an event, and the rule that the event is for.
///
/// # Errors
/// Returns an error if the function would reject the event, or if it is about every resource.
pub(super) fn event(text: &str) -> Result<(ExistingResource, RuleParameters), ReadError> {
    let event = ConfigEvent::from_json(text).map_err(|error| ReadError::Event(error.to_string()))?;
    let item = match event.invoking_event {
        InvokingEvent::ConfigurationItemChangeNotification(item) => *item,
        InvokingEvent::OversizedConfigurationItemChangeNotification(summary) => summary.item,
        InvokingEvent::ScheduledNotification | InvokingEvent::ConfigurationSnapshotDeliveryCompleted => {
            return Err(ReadError::EventWithoutResource);
        }
    };
    let resource =
        ExistingResource { left_scope: event.event_left_scope, ..ExistingResource::recorded(item) };
    Ok((resource, event.rule_parameters))
}
