//! The resources that DMS lists: requests a page, keeps its bytes, and parses them while the next page is requested.

use std::fmt;

use aws_sdk_dms::types::Filter;
use chrono::{DateTime, Utc};
use futures_util::Stream;
use rule_core::{Configuration, ConfigurationItem, Listing, ResourceType};
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::error::{Cause, Error};
use crate::pages::{Page, Position, pages};
use crate::session::Session;
use crate::wire::{ERROR_TYPE, Wire, unreadable};

/// The most records of a page (API reference of AWS DMS, `DescribeReplicationInstances`, "MaxRecords").
pub(crate) const PAGE_SIZE: i32 = 100;

/// The resources of one page of a listing, not parsed yet: the request for the next page is sent first.
#[derive(Debug)]
pub struct ResourcePage {
    operation: &'static str,
    resources: Box<RawValue>,
}

impl ResourcePage {
    /// Parses the resources of the page, each with the properties that DMS sent.
    pub(crate) fn parse(&self) -> Result<Vec<Configuration>, Error> {
        serde_json::from_str(self.resources.get()).map_err(|error| unreadable(self.operation, &error))
    }
}

/// Reads a page of a DMS listing: the list under `member`, and the marker of the next page.
///
/// The list is not optional, unlike in the SDK: a response without it, or with the list of another type, would
/// read as "nothing exists", and every result would be cleared.
pub(crate) struct ListSeed {
    pub(crate) member: &'static str,
}

impl<'de> DeserializeSeed<'de> for ListSeed {
    type Value = Page<Box<RawValue>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ListSeed {
    type Value = Page<Box<RawValue>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with {}", self.member)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut list, mut marker) = (None, None);
        while let Some(name) = map.next_key::<String>()? {
            if name == self.member {
                if list.replace(map.next_value::<Option<Box<RawValue>>>()?).is_some() {
                    return Err(A::Error::duplicate_field(self.member));
                }
            } else if name == "Marker" {
                if marker.replace(map.next_value::<Option<String>>()?).is_some() {
                    return Err(A::Error::duplicate_field("Marker"));
                }
            } else if name == ERROR_TYPE {
                return Err(A::Error::unknown_field(ERROR_TYPE, &["Marker"]));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        let list = list.flatten().ok_or_else(|| A::Error::missing_field(self.member))?;
        Ok((list, marker.flatten()))
    }
}

impl Session {
    /// Lists every existing resource of a type, page by page. A stream that ends without an error has listed
    /// all of them.
    pub fn resources(
        &self,
        resource_type: ResourceType,
    ) -> impl Stream<Item = Result<ResourcePage, Error>> + '_ {
        pages(resource_type.listing().operation, move |position| async move {
            let subject = format!("page {}", position.number);
            self.resource_page(resource_type, position, None, &subject).await
        })
    }

    /// Requests one page of a listing, of all resources of the type or of those that `filter` selects.
    pub(crate) async fn resource_page(
        &self,
        resource_type: ResourceType,
        position: Position,
        filter: Option<Filter>,
        subject: &str,
    ) -> Result<Page<ResourcePage>, Error> {
        let Listing { operation, member, .. } = resource_type.listing();
        let wire = Wire::raw(operation, self.journal());
        let client = self.clients().dms().await;
        /// Sends one of the operations: their builders have the same methods and no trait in common.
        macro_rules! send {
            ($operation:ident) => {{
                let request = client.$operation().max_records(PAGE_SIZE).set_marker(position.token);
                let request = request.set_filters(filter.map(|filter| vec![filter]));
                let result = request.customize().interceptor(wire.clone()).send().await;
                wire.check(subject, result)
            }};
        }
        match resource_type {
            ResourceType::ReplicationInstance => send!(describe_replication_instances),
            ResourceType::InstanceProfile => send!(describe_instance_profiles),
            ResourceType::Endpoint => send!(describe_endpoints),
            ResourceType::ReplicationTask => send!(describe_replication_tasks),
            ResourceType::Certificate => send!(describe_certificates),
            ResourceType::EventSubscription => send!(describe_event_subscriptions),
            ResourceType::ReplicationSubnetGroup => send!(describe_replication_subnet_groups),
            ResourceType::ReplicationConfig => send!(describe_replication_configs),
            ResourceType::DataProvider => send!(describe_data_providers),
            ResourceType::DataMigration => send!(describe_data_migrations),
        }?;
        let (resources, next) = wire.parse_with(ListSeed { member })?;
        Ok((ResourcePage { operation, resources }, next))
    }

    /// Parses a page into items captured at `at`. Their ids are their ARNs until the recorder's ids are known.
    ///
    /// # Errors
    /// Returns [`Cause::UnreadableResponse`] if the page is not a list of resources, or one has neither ARN
    /// nor name.
    pub fn items(
        &self,
        resource_type: ResourceType,
        page: &ResourcePage,
        at: DateTime<Utc>,
    ) -> Result<Vec<ConfigurationItem>, Error> {
        let resources = page.parse()?;
        self.journal().count_listed(resources.len());
        let item = |resource| {
            ConfigurationItem::listed(resource_type, resource, at, |word, name| self.dms_arn(word, name))
        };
        resources.into_iter().map(item).collect::<Result<_, _>>().map_err(|invalid| {
            let reason = format!("has {invalid}, which cannot be reported");
            Error::new(page.operation, "", Cause::unreadable(reason))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Page<Box<RawValue>>, Error> {
        Wire::with_body("DescribeEndpoints", text).parse_with(ListSeed { member: "Endpoints" })
    }

    /// A successful response without a list of this type must never read as an empty list.
    #[test]
    fn a_page_without_its_own_list_is_an_error() {
        let (list, marker) = read(r#"{"Marker": "m", "Other": [1], "Endpoints": []}"#).unwrap();
        assert_eq!((list.get(), marker.as_deref()), ("[]", Some("m")));
        for text in [
            r#"{"ReplicationInstances": []}"#,
            r#"{"Endpoints": [], "__type": "InternalFailure"}"#,
            r#"{"Endpoints": null}"#,
            r#"{"Endpoints": [], "Endpoints": []}"#,
            "{}",
            "[null,[],[],[],[],[],[],null]",
            " \n[]",
            "[[],null]",
            "",
            "null",
            r#"{"Endpoints": []"#,
            r#"{"Endpoints": []} {}"#,
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
