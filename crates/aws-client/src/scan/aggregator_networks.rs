//! The networks of the accounts and Regions of an aggregator: two queries for all of them.

use std::collections::HashMap;

use reachability::Unread;
use rule_core::{ConfigurationItem, Fact};

use super::aggregator::SELECT;
use super::caller::Caller;
use crate::error::{Cause, Error};
use crate::recorded_network::{Record, RecordedNetwork, Records, conditions};
use crate::recorded_query::EXPRESSION_MAXIMUM;

/// The most pages of a query, which holds the calls of a scan at 400. What is on further ones is not known.
const PAGES_MAXIMUM: usize = 200;

/// The networks of accounts and Regions, as the records of an aggregator state them.
#[derive(Debug)]
pub struct AggregatorNetworks {
    by_place: HashMap<(String, String), RecordedNetwork>,
}

impl AggregatorNetworks {
    /// Returns what of the Internet reaches a replication instance, by its record: one line with the day of the oldest record.
    #[must_use]
    pub fn line(&self, item: &ConfigurationItem) -> Fact<String> {
        let (Some(account), Some(region)) = (&item.account_id, &item.aws_region) else {
            return Fact::Unavailable("the item names no account or no Region".to_owned());
        };
        match self.by_place.get(&(account.clone(), region.clone())) {
            Some(network) => {
                Fact::Known(network.line(&item.configuration, item.configuration_item_capture_time))
            }
            None => Fact::Unavailable("no network is recorded in that account and Region".to_owned()),
        }
    }
}

impl Caller {
    /// Queries the networks of these accounts in the aggregator `name` of a Region: at most 200 pages of 100 records, and
    /// as many of network interfaces.
    ///
    /// # Errors
    /// Returns the error of `SelectAggregateResourceConfig`, or of a record without an account and a Region, which may be of any.
    pub async fn aggregator_networks(
        &self,
        name: &str,
        region: &str,
        accounts: &[&str],
    ) -> Result<AggregatorNetworks, Error> {
        let client = &aws_sdk_config::Client::new(&self.config_in(region));
        let [networks, interfaces] = conditions().map(|condition| expression(&condition, accounts));
        let read = async |expression: &str| {
            Records::read(self.aggregate_query(client, name, expression), PAGES_MAXIMUM, SELECT).await
        };
        let (networks, interfaces) =
            futures_util::future::try_join(read(&networks), read(&interfaces)).await?;
        by_place(networks, interfaces)
    }
}

/// Returns the expression of a query, for these accounts alone if it is not too long for their ids.
fn expression(condition: &str, accounts: &[&str]) -> String {
    let all = format!(
        "SELECT accountId, awsRegion, resourceType, resourceId, configuration, configurationItemCaptureTime \
         WHERE {condition}"
    );
    let ids: Vec<String> = accounts.iter().map(|id| format!("'{id}'")).collect();
    let some = format!("{all} AND accountId IN ({})", ids.join(", "));
    let are_ids = accounts.iter().all(|id| id.bytes().all(|byte| byte.is_ascii_digit()));
    if are_ids && !accounts.is_empty() && some.len() <= EXPRESSION_MAXIMUM { some } else { all }
}

/// Keeps the records of each account and Region apart.
fn by_place(networks: Records, interfaces: Records) -> Result<AggregatorNetworks, Error> {
    let mut apart: HashMap<(String, String), [Vec<Record>; 2]> = HashMap::new();
    let incomplete: [Option<Unread>; 2] = [networks.incomplete, interfaces.incomplete];
    for (record, is_interface) in networks
        .records
        .into_iter()
        .map(|record| (record, false))
        .chain(interfaces.records.into_iter().map(|record| (record, true)))
    {
        let known = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let place = known(&record.account_id).zip(known(&record.aws_region)).ok_or_else(|| {
            Error::new(SELECT, "", Cause::unreadable("a record has no accountId or no awsRegion".to_owned()))
        })?;
        let [networks, interfaces] = apart.entry(place).or_default();
        if is_interface { interfaces } else { networks }.push(record);
    }
    let by_place = apart.into_iter().map(|(place, [networks, interfaces])| {
        let [networks_incomplete, interfaces_incomplete] = incomplete.clone();
        let networks = Records { records: networks, incomplete: networks_incomplete };
        let interfaces = Records { records: interfaces, incomplete: interfaces_incomplete };
        (place, RecordedNetwork::new(&networks, &interfaces))
    });
    Ok(AggregatorNetworks { by_place: by_place.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_names_the_accounts_as_long_as_it_may() {
        let [condition, _] = conditions();
        let many: Vec<String> = (0..400).map(|n| format!("{n:012}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(expression(&condition, &["111111111111"]).ends_with(" AND accountId IN ('111111111111')"));
        for accounts in [&[][..], &["1' OR '1"], &many] {
            assert!(expression(&condition, accounts).ends_with(&condition), "{accounts:?}");
        }
    }

    #[test]
    fn a_record_that_may_be_of_any_place_is_an_error() {
        let read = |record: &str| {
            let record: Record = serde_json::from_str(record).unwrap();
            by_place(Records { records: vec![record], incomplete: None }, Records::default())
        };
        let place = |members: &str| {
            format!(r#"{{{members} "resourceType": "AWS::EC2::VPC", "configuration": {{"vpcId": "vpc-1"}}}}"#)
        };
        assert_eq!(read(&place(r#""accountId": "1", "awsRegion": "r","#)).unwrap().by_place.len(), 1);
        for members in [
            "",
            r#""accountId": "1","#,
            r#""accountId": "1", "awsRegion": " ","#,
            r#""accountId": null, "awsRegion": "r","#,
        ] {
            assert!(read(&place(members)).is_err(), "{members}");
        }
    }
}
