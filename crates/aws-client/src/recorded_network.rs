//! The networks that AWS Config recorded: what is queried of them, and the facts that the records state.

use std::pin::pin;

use chrono::{DateTime, Utc};
use futures_util::{Stream, StreamExt};
use reachability::read::{
    INTERFACE_DESCRIPTION, RECORDED_OPTIONS, Resource, block_public_access, records, replication_instance,
};
use reachability::{
    BlockPublicAccess, Exclusion, Interface, InternetGateway, Listing, Network, NetworkAcl, PrefixList,
    Reachability, RouteTable, SecurityGroup, Subnet, Unread, Vpc, evaluate,
};
use rule_core::{Configuration, Json, parse_timestamp};
use serde::Deserialize;
use serde_json::Value;

use crate::error::{Cause, Error};

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

/// Returns the conditions of the two queries: for networks, and for the interfaces of replication instances.
pub(crate) fn conditions() -> [String; 2] {
    let types: Vec<String> = TYPES.iter().map(|name| format!("'{name}'")).collect();
    [
        format!("resourceType IN ({})", types.join(", ")),
        format!(
            "resourceType = '{}' AND configuration.description = '{INTERFACE_DESCRIPTION}'",
            Interface::RECORDED
        ),
    ]
}

/// A record of a resource, as a query returns it.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Record {
    /// The account; `None` in a query of one account, which does not select it.
    #[cfg(feature = "scan")]
    pub(crate) account_id: Option<String>,
    /// The Region; `None` in a query of one Region.
    #[cfg(feature = "scan")]
    pub(crate) aws_region: Option<String>,
    resource_type: String,
    configuration: Json,
    configuration_item_capture_time: Option<Value>,
}

/// The records of a query, and the reason why there may be more of each type.
#[derive(Clone, Default)]
pub(crate) struct Records {
    pub(crate) records: Vec<Record>,
    pub(crate) incomplete: Option<Unread>,
}

impl Records {
    /// Reads the pages of a query, at most this many: what is on further ones is not known.
    ///
    /// # Errors
    /// Returns the error of the operation, or of a record that cannot be read.
    pub(crate) async fn read(
        pages: impl Stream<Item = Result<Vec<String>, Error>>,
        pages_maximum: usize,
        operation: &'static str,
    ) -> Result<Self, Error> {
        let mut pages = pin!(pages.enumerate());
        let mut read = Self::default();
        while let Some((number, page)) = pages.next().await {
            if number == pages_maximum {
                read.incomplete = Some(Unread::new("may be beyond the records that are read"));
                break;
            }
            for text in page? {
                let record: Record = serde_json::from_str(&text)
                    .map_err(|error| Error::new(operation, "", Cause::unreadable(error.to_string())))?;
                read.records.push(record);
            }
        }
        Ok(read)
    }

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

/// The network of one account and Region, as AWS Config recorded it.
#[derive(Clone, Debug)]
pub struct RecordedNetwork {
    /// The interfaces of replication instances.
    interfaces: Listing<Interface>,
    network: Network,
}

impl RecordedNetwork {
    /// Reads the network from the records of both queries in one account and Region.
    pub(crate) fn new(records: &Records, interfaces: &Records) -> Self {
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
        Self { interfaces: interfaces.listing(), network }
    }

    /// Returns what of the Internet reaches a replication instance, by its description at this time.
    #[must_use]
    pub fn reachability(&self, description: &Configuration, captured: DateTime<Utc>) -> Reachability {
        let instance = replication_instance(description, &self.interfaces, Some(captured));
        evaluate(&instance, &self.network)
    }

    /// Returns the same in one line with the day of the oldest record.
    pub(crate) fn line(&self, description: &Configuration, captured: DateTime<Utc>) -> String {
        self.reachability(description, captured).dated()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt, stream};

    use super::*;

    fn read(pages: usize, pages_maximum: usize) -> RecordedNetwork {
        let page = |number: usize| {
            Ok(vec![format!(
                r#"{{"resourceType": "AWS::EC2::Subnet", "configuration": {{"subnetId": "subnet-{number}"}}}}"#
            )])
        };
        let records = Records::read(stream::iter((0..pages).map(page)), pages_maximum, "Test");
        RecordedNetwork::new(&records.now_or_never().unwrap().unwrap(), &Records::default())
    }

    #[test]
    fn what_is_beyond_the_pages_that_are_read_is_not_known() {
        let RecordedNetwork { network, interfaces } = read(2, 2);
        assert_eq!((network.subnets.items.len(), network.subnets.incomplete), (2, None));
        assert!(interfaces.is_unread() && network.vpcs.is_unread());
        let RecordedNetwork { network, .. } = read(3, 2);
        let reason = Unread::new("may be beyond the records that are read");
        assert_eq!((network.subnets.items.len(), network.subnets.incomplete), (2, Some(reason)));
        assert!(network.vpcs.is_unread() && network.block_public_access.is_err());
    }
}
