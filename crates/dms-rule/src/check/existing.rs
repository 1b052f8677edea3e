//! Resources that exist, as AWS Config recorded them or DMS described them.

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use config_lambda::{ConfigEvent, InvokingEvent};
use iac::StateResource;
use report::SourceKind;
use rule_core::{
    ArnForm, Configuration, ConfigurationItem, Fact, Facts, InvalidConfigurationItem, ResourceType,
    RuleParameters,
};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::error::{EntryError, ReadError};

/// The members of a JSON object, unparsed.
pub(super) type Members<'a> = HashMap<Cow<'a, str>, &'a RawValue>;

/// A resource, and the facts that the file holds beyond its item.
pub(super) struct ExistingResource {
    pub(super) item: ConfigurationItem,
    pub(super) facts: Facts,
    /// True if the resource left the scope of the event's rule.
    pub(super) left_scope: bool,
}

impl ExistingResource {
    /// Takes a resource as AWS Config recorded it.
    pub(super) fn recorded(item: ConfigurationItem) -> Self {
        Self { item, facts: facts("the file does not hold them"), left_scope: false }
    }

    /// Takes a resource as DMS described it: a property that the description lacks has no value in DMS.
    fn described(item: ConfigurationItem) -> Self {
        let facts = Facts {
            description: Fact::Known(Configuration::Absent),
            ..facts("the describe commands of DMS do not print them")
        };
        Self { item, facts, left_scope: false }
    }

    /// Takes a resource that a Terraform state records.
    pub(super) fn in_state(StateResource { item, kms_key }: StateResource) -> Self {
        let resource = Self::recorded(item);
        match kms_key {
            Some(key) => Self { facts: Facts { kms_key: Fact::Known(key), ..resource.facts }, ..resource },
            None => resource,
        }
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

/// Reads the item of a notification, as SNS or EventBridge delivers it. `None` if the object is not a notification.
pub(super) fn notification(
    members: &Members<'_>,
) -> Option<Result<ConfigurationItem, InvalidConfigurationItem>> {
    if let Some(detail) = members.get("detail") {
        let inner: Members<'_> = serde_json::from_str(detail.get()).ok()?;
        return notification(&inner);
    }
    let item = members.get("configurationItem").or_else(|| members.get("configurationItemSummary"))?;
    Some(ConfigurationItem::from_json(item.get()))
}

/// Reads a document that is one item or one resource of a response of DMS. `None` if it is neither.
pub(super) fn single(
    text: &str,
    at: DateTime<Utc>,
) -> Option<Result<(SourceKind, ExistingResource), ReadError>> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Shape<'a> {
        #[serde(borrow)]
        resource_type: Option<&'a RawValue>,
        #[serde(borrow)]
        configuration_item_status: Option<&'a RawValue>,
    }
    let shape: Shape<'_> = serde_json::from_str(text).ok()?;
    if shape.resource_type.is_some() && shape.configuration_item_status.is_some() {
        let item = ConfigurationItem::from_json(text).map_err(ReadError::from);
        return Some(item.map(|item| (SourceKind::ConfigurationItem, ExistingResource::recorded(item))));
    }
    let (resource_type, configuration) = description(text.as_bytes())?;
    let resource = ExistingResource::from_description(resource_type, configuration, at);
    Some(resource.map(|resource| (SourceKind::DmsResource, resource)).map_err(ReadError::Resource))
}

/// Recognizes a resource of a response of DMS by its identifier and ARN. Instances come first: other resources name
/// their instance.
pub(super) fn description(bytes: &[u8]) -> Option<(ResourceType, Configuration)> {
    let configuration: Configuration = serde_json::from_slice(bytes).ok()?;
    let has = |property| configuration.values(property).next().is_some();
    let resource_type = ResourceType::ALL.into_iter().find(|resource_type| {
        has(resource_type.identifier().path)
            && match resource_type.arn_form() {
                ArnForm::Property(arn) => has(arn),
                ArnForm::Named(_) => true,
            }
    })?;
    Some((resource_type, configuration))
}
