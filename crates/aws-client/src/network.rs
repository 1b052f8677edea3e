//! The part of the Internet that reaches an instance, by the records of AWS Config: two queries for all instances of a session.

use std::pin::pin;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use reachability::read::{
    INTERFACE_DESCRIPTION, RECORDED_OPTIONS, Resource, block_public_access, records, replication_instance,
};
use reachability::{
    BlockPublicAccess, Exclusion, Interface, InternetGateway, Listing, Network, NetworkAcl, PrefixList,
    RouteTable, SecurityGroup, Subnet, Unread, Vpc, evaluate,
};
use rule_core::{Configuration, ConfigurationItem, Fact, Facts, Json, ResourceType, parse_timestamp};
use serde::Deserialize;
use serde_json::Value;

use crate::error::{Cause, Error};
use crate::recorded_query::OPERATION;
use crate::session::{RecordedNetwork, Session};

/// The most pages of a query, which holds the calls of a run at a hundred. What is on further ones is not known.
const PAGES_MAXIMUM: usize = 50;

/// The types of which a network consists, without the interfaces.
const TYPES: [&str; 9] = [
    SecurityGroup::RECORDED,
    PrefixList::RECORDED,
    NetworkAcl::RECORDED,
    RouteTable::RECORDED,
    InternetGateway::RECORDED,
    Vpc::RECORDED,
    Subnet::RECORDED,
    RECORDED_OPTIONS,
    Exclusion::RECORDED,
];

/// A record of a resource, as a query returns it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    resource_type: String,
    configuration: Json,
    configuration_item_capture_time: Option<Value>,
}

/// The records of a query, and the reason why there may be more of each type.
struct Records {
    records: Vec<Record>,
    incomplete: Option<Unread>,
}

impl Records {
    /// Reads the resources of one type. None at all means nothing: the type may not be recorded.
    fn listing<T: Resource>(&self) -> Listing<T> {
        let its: Vec<(&Json, Option<DateTime<Utc>>)> = self.its(T::RECORDED).collect();
        let incomplete = if its.is_empty() { Some(Unread::not_recorded()) } else { self.incomplete.clone() };
        records(its, incomplete)
    }

    fn its<'a>(
        &'a self,
        resource_type: &'a str,
    ) -> impl Iterator<Item = (&'a Json, Option<DateTime<Utc>>)> + 'a {
        let its = self.records.iter().filter(move |record| record.resource_type == resource_type);
        its.map(|record| {
            let captured = record.configuration_item_capture_time.as_ref().and_then(parse_timestamp);
            (&record.configuration, captured)
        })
    }

    fn block_public_access(&self) -> Result<BlockPublicAccess, Unread> {
        let mut its = self.its(RECORDED_OPTIONS);
        match (its.next(), its.next()) {
            (Some((options, captured)), None) => block_public_access(options, captured),
            (None, _) => Err(Unread::not_recorded()),
            (Some(_), Some(_)) => Err(Unread::new("is recorded twice")),
        }
    }
}

impl Session {
    /// Looks up what of the Internet reaches a replication instance: one line with the day of the oldest record. Its place in the
    /// network is that of its description by DMS, which is looked up first.
    ///
    /// It is evidence, so that an error leaves the instance its verdict. It is recorded, and [`Session::finish`] returns it.
    pub(crate) async fn look_up_reachability(&self, item: &ConfigurationItem, facts: &mut Facts) {
        if facts.description == Fact::NotRead {
            facts.description = match self.description(ResourceType::ReplicationInstance, item).await {
                Ok(description) => description,
                Err(error) => Fact::Unavailable(self.recorded_failure(error)),
            };
        }
        let description = match &facts.description {
            Fact::Known(description) if *description != Configuration::Absent => description,
            // The item is the description, or all that there is.
            _ => &item.configuration,
        };
        facts.reachability = self.reachability(item, description).await;
    }

    async fn reachability(&self, item: &ConfigurationItem, description: &Configuration) -> Fact<String> {
        let network = self.network().get_or_init(|| async {
            match self.recorded_network().await {
                Ok(network) => Ok(Arc::new(network)),
                Err(error) => Err(self.recorded_failure(error)),
            }
        });
        match network.await {
            Ok(network) => {
                let (interfaces, network) = network.as_ref();
                let captured = Some(item.configuration_item_capture_time);
                let instance = replication_instance(description, interfaces, captured);
                Fact::Known(evaluate(&instance, network).dated())
            }
            Err(reason) => Fact::Unavailable(reason.clone()),
        }
    }

    /// Records an error, and returns it as the reason why a fact is unavailable.
    fn recorded_failure(&self, error: Error) -> String {
        let reason = format!("{} failed ({})", error.operation(), error.kind());
        self.record_denial(error);
        reason
    }

    /// Reads the interfaces of the replication instances of the account and Region, and the network around them, by two queries
    /// of at most 50 pages each. What is on further pages is not known.
    ///
    /// # Errors
    /// Returns the error of `SelectResourceConfig`.
    pub async fn recorded_network(&self) -> Result<RecordedNetwork, Error> {
        let types: Vec<String> = TYPES.iter().map(|name| format!("'{name}'")).collect();
        let condition = format!("resourceType IN ({})", types.join(", "));
        let of_instances = format!(
            "resourceType = '{}' AND configuration.description = '{INTERFACE_DESCRIPTION}'",
            Interface::RECORDED
        );
        let (records, interfaces) =
            futures_util::future::try_join(self.recorded(&condition), self.recorded(&of_instances)).await?;
        let network = Network {
            security_groups: records.listing(),
            prefix_lists: records.listing(),
            network_acls: records.listing(),
            route_tables: records.listing(),
            internet_gateways: records.listing(),
            vpcs: records.listing(),
            subnets: records.listing(),
            block_public_access: records.block_public_access(),
            exclusions: records.listing(),
        };
        Ok((interfaces.listing(), network))
    }

    /// Queries the records that meet a condition.
    async fn recorded(&self, condition: &str) -> Result<Records, Error> {
        let expression = &format!(
            "SELECT resourceType, resourceId, configuration, configurationItemCaptureTime WHERE {condition}"
        );
        let mut pages = pin!(self.recorded_query(expression, "of networks").enumerate());
        let (mut records, mut incomplete) = (Vec::new(), None);
        while let Some((number, page)) = pages.next().await {
            if number == PAGES_MAXIMUM {
                incomplete = Some(Unread::new("may be beyond the 5,000 records that are read"));
                break;
            }
            for text in page? {
                let record: Record = serde_json::from_str(&text)
                    .map_err(|error| Error::new(OPERATION, "", Cause::unreadable(error.to_string())))?;
                records.push(record);
            }
        }
        Ok(Records { records, incomplete })
    }
}
