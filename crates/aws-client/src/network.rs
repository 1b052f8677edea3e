//! The network of an instance, by the records of AWS Config: two queries for all instances of a session.

use std::pin::pin;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use reachability::read::{Resource, block_public_access, records, replication_instance};
use reachability::{BlockPublicAccess, Interface, Listing, Network, Unread, evaluate};
use rule_core::{Configuration, ConfigurationItem, Fact, Json, parse_timestamp};
use serde::Deserialize;
use serde_json::Value;

use crate::error::{Cause, Error};
use crate::pages::pages;
use crate::session::{RecordedNetwork, Session};
use crate::wire::Wire;

const OPERATION: &str = "SelectResourceConfig";

/// The most results of a page (API reference of AWS Config, `SelectResourceConfig`, "Limit").
const PAGE_SIZE: i32 = 100;

/// The most pages of a query, which holds the calls of a run at a hundred. What is on further ones is not known.
const PAGES_MAXIMUM: usize = 50;

/// The types of which a network consists, without the interfaces.
const TYPES: [&str; 9] = [
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::PrefixList",
    "AWS::EC2::NetworkAcl",
    "AWS::EC2::RouteTable",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::VPC",
    "AWS::EC2::Subnet",
    "AWS::EC2::VPCBlockPublicAccessOptions",
    "AWS::EC2::VPCBlockPublicAccessExclusion",
];

/// The condition of a query for the interfaces of replication instances, which DMS describes by this word (its user guide,
/// "Setting up a network for a replication instance").
const INTERFACES: &str =
    "resourceType = 'AWS::EC2::NetworkInterface' AND configuration.description = 'DMSNetworkInterface'";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    results: Vec<String>,
    next_token: Option<String>,
}

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
    fn listing<T: Resource>(&self, resource_type: &str) -> Listing<T> {
        let its: Vec<(&Json, Option<DateTime<Utc>>)> = self.its(resource_type).collect();
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
        let mut its = self.its("AWS::EC2::VPCBlockPublicAccessOptions");
        match (its.next(), its.next()) {
            (Some((options, captured)), None) => block_public_access(options, captured),
            (None, _) => Err(Unread::not_recorded()),
            (Some(_), Some(_)) => Err(Unread::new("is recorded twice")),
        }
    }
}

impl Session {
    /// Returns what of the Internet reaches an instance, in one line with the day of the oldest record; `description` is the
    /// instance as DMS describes it.
    ///
    /// An error leaves the instance its verdict. It is recorded, and [`Session::finish`] returns it.
    pub(crate) async fn reachability(
        &self,
        item: &ConfigurationItem,
        description: &Configuration,
    ) -> Fact<String> {
        let network = self.network().get_or_init(|| async {
            match self.recorded_network().await {
                Ok(network) => Ok(Arc::new(network)),
                Err(error) => {
                    let reason = format!("{OPERATION} failed ({})", error.kind());
                    self.record_denial(error);
                    Err(reason)
                }
            }
        });
        match network.await {
            Ok(network) => {
                let (interfaces, network) = network.as_ref();
                let captured = Some(item.configuration_item_capture_time);
                let instance = replication_instance(description, interfaces.clone(), captured);
                Fact::Known(evaluate(&instance, network).dated())
            }
            Err(reason) => Fact::Unavailable(reason.clone()),
        }
    }

    async fn recorded_network(&self) -> Result<RecordedNetwork, Error> {
        let types: Vec<String> = TYPES.iter().map(|name| format!("'{name}'")).collect();
        let condition = format!("resourceType IN ({})", types.join(", "));
        let (records, interfaces) =
            futures_util::future::try_join(self.recorded(&condition), self.recorded(INTERFACES)).await?;
        let interfaces: Listing<Interface> = interfaces.listing("AWS::EC2::NetworkInterface");
        let network = Network {
            security_groups: records.listing("AWS::EC2::SecurityGroup"),
            prefix_lists: records.listing("AWS::EC2::PrefixList"),
            network_acls: records.listing("AWS::EC2::NetworkAcl"),
            route_tables: records.listing("AWS::EC2::RouteTable"),
            internet_gateways: records.listing("AWS::EC2::InternetGateway"),
            vpcs: records.listing("AWS::EC2::VPC"),
            subnets: records.listing("AWS::EC2::Subnet"),
            block_public_access: records.block_public_access(),
            exclusions: records.listing("AWS::EC2::VPCBlockPublicAccessExclusion"),
        };
        Ok((interfaces, network))
    }

    /// Queries the records that meet a condition.
    async fn recorded(&self, condition: &str) -> Result<Records, Error> {
        let expression = &format!(
            "SELECT resourceType, resourceId, configuration, configurationItemCaptureTime WHERE {condition}"
        );
        let mut pages = pin!(
            pages(OPERATION, |position| async move {
                let wire = Wire::raw(OPERATION, self.journal());
                let client = self.clients().config_service();
                let request = client
                    .select_resource_config()
                    .expression(expression)
                    .limit(PAGE_SIZE)
                    .set_next_token(position.token);
                let result = request.customize().interceptor(wire.clone()).send().await;
                let page: Page = wire.read(&format!("page {}", position.number), result)?;
                Ok((page.results, page.next_token))
            })
            .enumerate()
        );
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
