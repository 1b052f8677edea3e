//! Describes a single DMS resource, by the listing of its type with a filter.

use std::pin::pin;

use aws_sdk_dms::types::Filter;
use futures_util::TryStreamExt;
use rule_core::arn::last_part;
use rule_core::{ArnForm, Configuration, ConfigurationItem, Fact, ResourceType};

use crate::error::{Cause, Error};
use crate::pages::pages;
use crate::session::Session;

/// Not found: API reference of AWS DMS, "ResourceNotFoundFault".
const NOT_FOUND: &str = "ResourceNotFoundFault";

/// The filter that selects one resource, and the property that it compares.
#[derive(Debug, PartialEq)]
struct Selector<'a> {
    filter: &'static str,
    property: &'static str,
    value: &'a str,
}

impl<'a> Selector<'a> {
    /// Returns the filter for a resource: by its ARN, or by its name if DMS returns no ARN of its type.
    ///
    /// # Errors
    /// Returns a reason if DMS has no such filter, or the item lacks what it compares.
    fn new(resource_type: ResourceType, item: &'a ConfigurationItem) -> Result<Self, String> {
        let identifier = resource_type.identifier().path;
        match (resource_type.listing().arn_filter, resource_type.arn_form(), resource_type) {
            (Some(filter), ArnForm::Property(property), _) => {
                let value = item.known_arn().ok_or("its ARN is not recorded either")?;
                Ok(Self { filter, property, value })
            }
            // API reference of AWS DMS, `DescribeReplicationSubnetGroups`, "Filters".
            (_, ArnForm::Named(_), ResourceType::ReplicationSubnetGroup) => {
                // The ARN ends in the name.
                let value = item.known_arn().map_or_else(|| item.name(), last_part);
                Ok(Self { filter: "replication-subnet-group-id", property: identifier, value })
            }
            _ => Err(format!("DMS has no filter for one {resource_type}")),
        }
    }
}

impl Session {
    /// Describes one resource as it is now.
    ///
    /// # Errors
    /// Returns the error of the operation that lists the type, unless it is that the resource does not exist.
    pub(crate) async fn description(
        &self,
        resource_type: ResourceType,
        item: &ConfigurationItem,
    ) -> Result<Fact<Configuration>, Error> {
        let operation = resource_type.listing().operation;
        let Selector { filter, property, value } = match Selector::new(resource_type, item) {
            Ok(selector) => selector,
            Err(reason) => return Ok(Fact::Unavailable(reason)),
        };
        let subject = &format!("of {value}");
        let filter = Filter::builder()
            .name(filter)
            .values(value)
            .build()
            .map_err(|_| Error::new(operation, subject, Cause::NotSent))?;
        let mut pages = pin!(pages(operation, |position| {
            let filter = filter.clone();
            async move {
                let page = self.resource_page(resource_type, position, Some(filter), subject).await;
                match page {
                    Err(error) if error.code() == Some(NOT_FOUND) => Ok((Vec::new(), None)),
                    page => page.and_then(|(page, next)| Ok((page.parse()?, next))),
                }
            }
        }));
        while let Some(resources) = pages.try_next().await? {
            let described = resources.into_iter().find(|resource| resource.text(property) == Some(value));
            if let Some(description) = described {
                return Ok(Fact::Known(description));
            }
        }
        Ok(Fact::Unavailable("DMS no longer finds the resource".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: &str, configuration: &str) -> ConfigurationItem {
        let text = format!(
            r#"{{"resourceType": "AWS::DMS::ReplicationSubnetGroup", "resourceId": "{id}", "configurationItemStatus": "OK",
                "configurationItemCaptureTime": 1, "configuration": {configuration}}}"#
        );
        ConfigurationItem::from_json(&text).unwrap()
    }

    #[test]
    fn a_subnet_group_is_selected_by_its_name_in_every_form_of_its_id() {
        let selected = |resource_type, item: &ConfigurationItem| {
            let selector = Selector::new(resource_type, item)?;
            Ok::<_, String>(format!("{} {} {}", selector.filter, selector.property, selector.value))
        };
        let name = r#"{"ReplicationSubnetGroupIdentifier": "orders"}"#;
        for item in [
            item("arn:aws:dms:us-east-1:123456789012:subgrp:orders", "{}"),
            item("orders", "{}"),
            item("XID", name),
        ] {
            assert_eq!(
                selected(ResourceType::ReplicationSubnetGroup, &item).unwrap(),
                "replication-subnet-group-id ReplicationSubnetGroupIdentifier orders"
            );
        }
        let endpoint = "arn:aws:dms:us-east-1:123456789012:endpoint:ABC";
        assert_eq!(
            selected(ResourceType::Endpoint, &item(endpoint, "{}")).unwrap(),
            format!("endpoint-arn EndpointArn {endpoint}")
        );
        assert!(selected(ResourceType::Endpoint, &item("orders", name)).is_err());
        assert!(selected(ResourceType::EventSubscription, &item("orders", "{}")).is_err());
    }
}
