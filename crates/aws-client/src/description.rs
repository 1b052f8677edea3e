//! Describes a single DMS resource, by the listing of its type with a filter.

use std::pin::pin;

use aws_sdk_dms::types::Filter;
use futures_util::TryStreamExt;
use rule_core::{ArnForm, Configuration, ConfigurationItem, Fact, Listing, ResourceType};

use crate::error::{Cause, Error};
use crate::pages::pages;
use crate::session::Session;

/// Not found: API reference of AWS DMS, "ResourceNotFoundFault".
const NOT_FOUND: &str = "ResourceNotFoundFault";

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
        let Some(arn) = item.known_arn() else {
            return Ok(Fact::Unavailable("its ARN is not recorded either".to_owned()));
        };
        let Listing { operation, arn_filter, .. } = resource_type.listing();
        let (Some(name), ArnForm::Property(property)) = (arn_filter, resource_type.arn_form()) else {
            return Ok(Fact::Unavailable(format!("DMS has no filter for one {resource_type}")));
        };
        let subject = &format!("of {arn}");
        let filter = Filter::builder()
            .name(name)
            .values(arn)
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
            let described = resources.into_iter().find(|resource| resource.text(property) == Some(arn));
            if let Some(description) = described {
                return Ok(Fact::Known(description));
            }
        }
        Ok(Fact::Unavailable("DMS no longer finds the resource".to_owned()))
    }
}
