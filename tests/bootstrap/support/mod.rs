//! A local AWS with the function in it, the events that AWS Config sends, and resources.

mod cloud;
mod events;
mod program;
mod resources;
mod rules;

pub(crate) use cloud::{Cloud, create, error, function, invoke, result};
pub(crate) use events::{
    captured, change, change_of, exempting, for_rule, oversized, oversized_of, scheduled, snapshot,
};
pub(crate) use program::{bootstrap, example};
pub(crate) use resources::{arn, fleet, instance};
pub(crate) use rules::{DATABASE, Resource, database, keys, resource};

pub(crate) const ACCOUNT: &str = "123456789012";
pub(crate) const REGION: &str = "us-east-1";
pub(crate) const RULE: &str = "dms-replication-not-public";
pub(crate) const TOKEN: &str = "a-result-token-that-nobody-may-see";
pub(crate) const INSTANCE: &str = "AWS::DMS::ReplicationInstance";
