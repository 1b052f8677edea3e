use std::collections::{BTreeMap, HashMap};

use aws_sdk_dms::error::ProvideErrorMetadata;
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, Stream, stream};
use rule_core::{Configuration, ConfigurationItem, ConfigurationItemStatus};
use serde::Deserialize;

use super::clients::Session;
use super::config_service::next_page;
use super::wire::Wire;
use crate::Error;

/// The tags of resources by their ARNs.
type TagsByArn = HashMap<String, BTreeMap<String, String>>;

/// The list is not optional here, unlike in the SDK: an answer without it would read as "no instance exists", and
/// every result would be cleared.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InstancesPage {
    replication_instances: Vec<Configuration>,
    marker: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TagsAnswer {
    tag_list: Vec<Tag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: Option<String>,
    value: Option<String>,
    resource_arn: Option<String>,
}

/// Where a listing stands: before the first page, before the page of a marker, or at its end.
enum Position {
    Page { marker: Option<String>, number: usize },
    End,
}

impl Session {
    /// Every replication instance, page by page.
    pub(super) fn replication_instances(
        &self,
        at: DateTime<Utc>,
    ) -> impl Stream<Item = Result<Vec<ConfigurationItem>, Error>> + '_ {
        stream::try_unfold(Position::Page { marker: None, number: 1 }, move |position| async move {
            let Position::Page { marker, number } = position else { return Ok(None) };
            let wire = Wire::new("DescribeReplicationInstances", &self.journal);
            let answer = self
                .dms()
                .await
                .describe_replication_instances()
                .max_records(100)
                .set_marker(marker.clone())
                .customize()
                .interceptor(wire.clone())
                .send()
                .await;
            let InstancesPage { replication_instances, marker: next } =
                wire.listing(&format!("page {number}"), answer)?;
            self.journal.listed(replication_instances.len());
            let items = replication_instances
                .into_iter()
                .map(|instance| item(instance, at))
                .collect::<Result<_, _>>()?;
            let position = match next_page(&wire, marker.as_deref(), next, number)? {
                None => Position::End,
                marker => Position::Page { marker, number: number + 1 },
            };
            Ok(Some((items, position)))
        })
    }

    /// The tags of the resources. One call where DMS takes the list; a list that it refuses (too long, or one of
    /// them was deleted meanwhile) is halved, down to one resource, which then has no tags.
    pub(crate) fn tags<'a>(&'a self, arns: &'a [&'a str]) -> BoxFuture<'a, Result<TagsByArn, Error>> {
        async move {
            if arns.is_empty() {
                return Ok(TagsByArn::new());
            }
            let wire = Wire::new("ListTagsForResource", &self.journal);
            let request = self.dms().await.list_tags_for_resource();
            let request = match arns {
                [only] => request.resource_arn(*only),
                several => {
                    request.set_resource_arn_list(Some(several.iter().map(|&arn| arn.to_owned()).collect()))
                }
            };
            let answer = request.customize().interceptor(wire.clone()).send().await;
            let refused =
                answer.as_ref().err().and_then(ProvideErrorMetadata::code).is_some_and(is_about_the_list);
            if refused {
                return match arns {
                    [_] => Ok(TagsByArn::new()),
                    several => self.tags_in_halves(several).await,
                };
            }
            let TagsAnswer { tag_list } = wire.listing(&format!("of {} resources", arns.len()), answer)?;
            let mut tags = TagsByArn::new();
            for Tag { key, value, resource_arn } in tag_list {
                let arn = match (arns, resource_arn) {
                    (_, Some(arn)) => arn,
                    ([only], None) => (*only).to_owned(),
                    (several, None) => return self.tags_in_halves(several).await, // whose tag it is cannot be told
                };
                if let Some(key) = key {
                    tags.entry(arn).or_default().insert(key, value.unwrap_or_default());
                }
            }
            Ok(tags)
        }
        .boxed()
    }

    async fn tags_in_halves(&self, arns: &[&str]) -> Result<TagsByArn, Error> {
        let (front, back) = arns.split_at(arns.len() / 2);
        let mut tags = self.tags(front).await?;
        tags.extend(self.tags(back).await?);
        Ok(tags)
    }
}

fn is_about_the_list(code: &str) -> bool {
    matches!(
        code,
        "ResourceNotFoundFault"
            | "InvalidParameterValueException"
            | "InvalidParameterCombinationException"
            | "ValidationException"
    )
}

/// A listed instance as an item of the time of the run, under its ARN until the recorder's id is known.
fn item(configuration: Configuration, at: DateTime<Utc>) -> Result<ConfigurationItem, Error> {
    let arn = configuration.text("ReplicationInstanceArn").map(str::to_owned);
    let name = configuration.text("ReplicationInstanceIdentifier").map(str::to_owned);
    let Some(resource_id) = arn.clone().or_else(|| name.clone()) else {
        return Err(Error::internal(
            "DescribeReplicationInstances: the answer holds an instance with neither ARN nor identifier, which cannot be reported. Next: Lambda invokes again",
        ));
    };
    Ok(ConfigurationItem {
        resource_type: "AWS::DMS::ReplicationInstance".to_owned(),
        resource_id,
        resource_name: name,
        arn,
        configuration_item_status: ConfigurationItemStatus::Ok,
        configuration_item_capture_time: at,
        configuration_state_id: None,
        configuration,
        tags: BTreeMap::new(),
    })
}
