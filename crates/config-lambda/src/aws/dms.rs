use std::collections::{BTreeMap, HashMap};

use aws_sdk_dms::error::ProvideErrorMetadata;
use aws_sdk_dms::types::Filter;
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, Stream, stream};
use rule_core::{Arn, Configuration, ConfigurationItem, Fact, ResourceType};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::clients::Session;
use super::config_service::next_page;
use super::wire::{Wire, unreadable};
use crate::Error;

/// The tags of resources by their ARNs.
pub(crate) type TagsByArn = HashMap<String, Fact<BTreeMap<String, String>>>;

/// One page of any listing of DMS. Its list is not optional, unlike in the SDK: an answer without it would read as
/// "nothing exists", and every result would be cleared. So would one with the list of another type.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PageAnswer {
    replication_instances: Option<Box<RawValue>>,
    instance_profiles: Option<Box<RawValue>>,
    endpoints: Option<Box<RawValue>>,
    replication_tasks: Option<Box<RawValue>>,
    certificates: Option<Box<RawValue>>,
    event_subscriptions_list: Option<Box<RawValue>>,
    replication_subnet_groups: Option<Box<RawValue>>,
    marker: Option<String>,
}

/// The resources of a page, not yet read: what comes after it is asked for first.
pub(crate) struct Page {
    operation: &'static str,
    resources: Box<RawValue>,
}

impl Page {
    fn read(&self) -> Result<Vec<Configuration>, Error> {
        serde_json::from_str(self.resources.get()).map_err(|error| unreadable(self.operation, &error))
    }
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

/// What a page of a listing is asked with.
struct Asked {
    marker: Option<String>,
    number: usize,
    filter: Option<Filter>,
    about: String,
}

/// Asks for one page of a listing: the operations differ in nothing but their names.
macro_rules! page {
    ($session:ident, $asked:ident, $name:literal, $operation:ident, $list:ident) => {{
        let wire = Wire::unread($name, &$session.journal);
        let request = $session.dms().await.$operation().max_records(100).set_marker($asked.marker.clone());
        let request = request.set_filters($asked.filter.clone().map(|filter| vec![filter]));
        let answer = request.customize().interceptor(wire.clone()).send().await;
        let code = answer.as_ref().err().and_then(ProvideErrorMetadata::code);
        if $asked.filter.is_some() && code == Some("ResourceNotFoundFault") {
            return Ok(None);
        }
        let answer: PageAnswer = wire.listing(&$asked.about, answer)?;
        let missing = || unreadable($name, &serde::de::Error::missing_field(stringify!($list)));
        let page = Page { operation: $name, resources: answer.$list.ok_or_else(missing)? };
        (page, next_page(&wire, $asked.marker.as_deref(), answer.marker, $asked.number)?)
    }};
}

impl Session {
    /// Every existing resource of a type, page by page. Ends with an error rather than early.
    pub(crate) fn pages(&self, of: &'static ResourceType) -> impl Stream<Item = Result<Page, Error>> + '_ {
        stream::try_unfold(Position::Page { marker: None, number: 1 }, move |position| async move {
            let Position::Page { marker, number } = position else { return Ok(None) };
            let asked = Asked { marker, number, filter: None, about: format!("page {number}") };
            let Some((page, next)) = self.page(of, &asked).await? else { return Ok(None) };
            let position = match next {
                None => Position::End,
                marker => Position::Page { marker, number: number + 1 },
            };
            Ok(Some((page, position)))
        })
    }

    /// What a page holds, as items of the time `at`.
    pub(crate) fn items(
        &self,
        of: &'static ResourceType,
        page: &Page,
        at: DateTime<Utc>,
    ) -> Result<Vec<ConfigurationItem>, Error> {
        let resources = page.read()?;
        self.journal.listed(resources.len());
        resources.into_iter().map(|resource| self.item(of, resource, at, page.operation)).collect()
    }

    /// What DMS says now of one resource.
    pub(crate) async fn description(
        &self,
        of: &'static ResourceType,
        item: &ConfigurationItem,
    ) -> Result<Fact<Configuration>, Error> {
        let Some(arn) = arn_of(item) else {
            return Ok(Fact::Unavailable("its ARN is not recorded either".to_owned()));
        };
        let name = match of.name {
            "AWS::DMS::ReplicationTask" => "replication-task-arn",
            "AWS::DMS::Certificate" => "certificate-arn",
            "AWS::DMS::Endpoint" => "endpoint-arn",
            "AWS::DMS::ReplicationInstance" => "replication-instance-arn",
            other => return Ok(Fact::Unavailable(format!("DMS has no filter for one {other}"))),
        };
        let filter = Filter::builder().name(name).values(arn).build().map_err(|error| {
            Error::internal(format!("the filter of a look-up could not be built: {error}"))
        })?;
        let mut asked = Asked { marker: None, number: 1, filter: Some(filter), about: format!("of {arn}") };
        while let Some((page, next)) = self.page(of, &asked).await? {
            let Arn::Property(property) = of.arn else { break };
            let it = page.read()?.into_iter().find(|resource| resource.text(property) == Some(arn));
            if let Some(description) = it {
                return Ok(Fact::Known(description));
            }
            if next.is_none() {
                break;
            }
            asked.marker = next;
            asked.number += 1;
        }
        Ok(Fact::Unavailable("DMS no longer finds the resource".to_owned()))
    }

    /// One page and the marker of the next; none where DMS does not find the one that a filter asks for.
    async fn page(&self, of: &ResourceType, asked: &Asked) -> Result<Option<(Page, Option<String>)>, Error> {
        Ok(Some(match of.name {
            "AWS::DMS::ReplicationInstance" => {
                page!(
                    self,
                    asked,
                    "DescribeReplicationInstances",
                    describe_replication_instances,
                    replication_instances
                )
            }
            "AWS::DMS::InstanceProfile" => {
                page!(self, asked, "DescribeInstanceProfiles", describe_instance_profiles, instance_profiles)
            }
            "AWS::DMS::Endpoint" => {
                page!(self, asked, "DescribeEndpoints", describe_endpoints, endpoints)
            }
            "AWS::DMS::ReplicationTask" => {
                page!(self, asked, "DescribeReplicationTasks", describe_replication_tasks, replication_tasks)
            }
            "AWS::DMS::Certificate" => {
                page!(self, asked, "DescribeCertificates", describe_certificates, certificates)
            }
            "AWS::DMS::EventSubscription" => {
                page!(
                    self,
                    asked,
                    "DescribeEventSubscriptions",
                    describe_event_subscriptions,
                    event_subscriptions_list
                )
            }
            "AWS::DMS::ReplicationSubnetGroup" => {
                page!(
                    self,
                    asked,
                    "DescribeReplicationSubnetGroups",
                    describe_replication_subnet_groups,
                    replication_subnet_groups
                )
            }
            other => return Err(Error::internal(format!("no listing is built for {other}"))),
        }))
    }

    /// A listed resource as an item of the time of the run, under its ARN until the recorder's id is known.
    fn item(
        &self,
        of: &ResourceType,
        configuration: Configuration,
        at: DateTime<Utc>,
        operation: &str,
    ) -> Result<ConfigurationItem, Error> {
        ConfigurationItem::listed(of, configuration, at, |word, name| self.dms_arn(word, name)).map_err(|what| {
            Error::internal(format!(
                "{operation}: the answer holds {what}, which cannot be reported. Next: Lambda invokes again",
            ))
        })
    }

    /// The tags of the resources. One call where DMS takes the list; a list that it refuses (too long, or one of
    /// them was deleted meanwhile) is halved, down to one resource, whose tags then cannot be known.
    pub(crate) fn tags<'a>(&'a self, arns: &'a [&'a str]) -> BoxFuture<'a, Result<TagsByArn, Error>> {
        async move {
            if arns.is_empty() {
                return Ok(TagsByArn::new());
            }
            let wire = Wire::unread("ListTagsForResource", &self.journal);
            let request = self.dms().await.list_tags_for_resource();
            let request = match arns {
                [only] => request.resource_arn(*only),
                several => {
                    request.set_resource_arn_list(Some(several.iter().map(|&arn| arn.to_owned()).collect()))
                }
            };
            let answer = request.customize().interceptor(wire.clone()).send().await;
            let code = answer.as_ref().err().and_then(ProvideErrorMetadata::code).unwrap_or_default();
            if is_about_the_list(code) {
                return match arns {
                    [only] => {
                        let why = format!("DMS does not tell them ({code})");
                        Ok(TagsByArn::from([((*only).to_owned(), Fact::Unavailable(why))]))
                    }
                    several => self.tags_in_halves(several).await,
                };
            }
            let TagsAnswer { tag_list } = wire.listing(&format!("of {} resources", arns.len()), answer)?;
            let mut tags: TagsByArn =
                arns.iter().map(|&arn| (arn.to_owned(), Fact::Known(BTreeMap::new()))).collect();
            for Tag { key, value, resource_arn } in tag_list {
                let arn = match (arns, resource_arn) {
                    (_, Some(arn)) => arn,
                    ([only], None) => (*only).to_owned(),
                    (several, None) => return self.tags_in_halves(several).await, // whose tag it is cannot be told
                };
                let (Some(key), Some(Fact::Known(known))) = (key, tags.get_mut(&arn)) else { continue };
                let value = value.unwrap_or_default();
                if known.insert(key, value.clone()).is_some_and(|before| before != value) {
                    let why = "DMS tells a tag twice, differently".to_owned();
                    tags.insert(arn, Fact::Unavailable(why));
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

/// The ARN of a resource: recorded as such, or as its id.
pub(crate) fn arn_of(item: &ConfigurationItem) -> Option<&str> {
    item.arn.as_deref().or_else(|| Some(item.resource_id.as_str()).filter(|id| id.starts_with("arn:")))
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::journal::Journal;

    /// An answer of 200 that holds no list of this type must never read as an empty one.
    #[test]
    fn a_page_without_its_own_list_is_none() {
        for (text, has_endpoints) in [
            (r#"{"Endpoints": []}"#, true),
            (r#"{"ReplicationInstances": []}"#, false),
            (r#"{"Endpoints": null}"#, false),
            ("{}", false),
        ] {
            let wire = Wire::holding(&Arc::new(Journal::default()), text);
            assert_eq!(wire.answer::<PageAnswer>().unwrap().endpoints.is_some(), has_endpoints, "{text}");
        }
        for text in ["[null,[],[],[],[],[],[],null]", " \n[]", "[[],null]", "", "null", r#"{"Endpoints": []"#]
        {
            let wire = Wire::holding(&Arc::new(Journal::default()), text);
            assert!(wire.answer::<PageAnswer>().is_err(), "{text}");
        }
    }
}
