//! The facts of a plan from live DMS.

use std::collections::BTreeMap;
use std::error::Error;

use aws_client::migration::Listing;
use aws_client::scan::Caller;
use aws_client::{RecordedNetwork, Session};
use chrono::Utc;
use remediation::{Facts, Instance, Network, Task, in_api_shape, new_name};
use rule_core::Arn;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::exposure::exposure;
use super::instance_name::{InstanceName, wanted};
use super::records::{maintenance_of, read};
use super::saved::Saved;
use crate::tag_list::tags;

/// The wish of the person.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    /// The instance; `None` for every public one.
    pub(crate) instance: Option<&'a InstanceName>,
    /// The Regions; empty for that of the ARN or the configuration, or for all.
    pub(crate) regions: &'a [String],
    /// The profile of the AWS CLI.
    pub(crate) profile: Option<&'a str>,
    /// The ARN of a role and its external id.
    pub(crate) role: Option<(&'a str, Option<&'a str>)>,
    /// The name of the new instance.
    pub(crate) name: Option<&'a str>,
}

/// Reads the facts of the instance, or of every public one, each with its Region. Reports each fact that could not be
/// read and that the plan can do without. Saved responses of EC2 and CloudWatch come before what AWS Config recorded.
///
/// # Errors
/// Returns an error if there are no credentials, or the instances cannot be listed, or the named one is not there.
pub(crate) async fn facts(
    request: &Request<'_>,
    saved: &Saved,
    report: impl Fn(String),
) -> Result<Vec<(String, Facts)>, Box<dyn Error>> {
    let caller = caller(request).await?;
    check_account(request, &caller)?;
    let regions = regions(request, &caller).await?;
    let mut found = Vec::new();
    for region in regions {
        let session = session(request, &caller, &region).await?;
        let place = Place { session: &session, region: &region, saved, report: &report };
        found.extend(place.facts(request).await?.into_iter().map(|facts| (region.clone(), facts)));
    }
    Ok(found)
}

/// Describes a resource; `None` for a kind of which the fix of a rule needs no description.
///
/// # Errors
/// Returns an error if it cannot be described, or is not there.
pub(crate) async fn resource(
    request: &Request<'_>,
    arn: &str,
    word: &str,
) -> Result<Option<Value>, Box<dyn Error>> {
    let (listing, filter) = match word {
        "rep" => (Listing::ReplicationInstances, "replication-instance-arn"),
        "endpoint" => (Listing::Endpoints, "endpoint-arn"),
        "task" => (Listing::ReplicationTasks, "replication-task-arn"),
        _ => return Ok(None),
    };
    let caller = caller(request).await?;
    check_account(request, &caller)?;
    let regions = regions(request, &caller).await?;
    let region = regions.first().map(String::as_str).unwrap_or_default();
    let session = session(request, &caller, region).await?;
    let found = session.records(listing, &[(filter, &[arn])]).await?;
    found.into_iter().next().map(Some).ok_or_else(|| format!("DMS does not find {arn}").into())
}

/// Returns the caller with the credentials of the request.
///
/// # Errors
/// Returns the error with what a person can do about it.
async fn caller(request: &Request<'_>) -> Result<Caller, String> {
    let caller = Caller::load(request.profile).await;
    caller.map_err(|error| format!("{error}\nNext: {}", error.next_step_of_a_migration()))
}

/// Checks that the ARN of the instance is of the account that is read: elsewhere it is not found, which means nothing.
///
/// # Errors
/// Returns a message that names both accounts.
fn check_account(request: &Request<'_>, caller: &Caller) -> Result<(), String> {
    let Some(wanted) = request.instance.and_then(InstanceName::account_id) else { return Ok(()) };
    let role = request.role.and_then(|(arn, _)| Arn::parse(arn));
    match role {
        Some(role) if role.account_id != wanted => Err(format!(
            "the ARN is in account {wanted}, --role-arn is of {}: give a role of {wanted}",
            role.account_id
        )),
        None if request.role.is_none() && caller.account_id() != wanted => Err(format!(
            "the ARN is in account {wanted}, the credentials are of {}: give --role-arn",
            caller.account_id()
        )),
        _ => Ok(()),
    }
}

/// Opens a session in a Region, with the role if one is named.
async fn session(request: &Request<'_>, caller: &Caller, region: &str) -> Result<Session, aws_client::Error> {
    match request.role {
        Some((arn, external_id)) => caller.session_with_role(arn, external_id, region).await,
        None => Ok(caller.session(&caller.own_account(), region)),
    }
}

async fn regions(request: &Request<'_>, caller: &Caller) -> Result<Vec<String>, Box<dyn Error>> {
    let named = request.instance.and_then(InstanceName::region);
    match (named, request.regions) {
        (Some(region), []) => Ok(vec![region.to_owned()]),
        (Some(region), [one]) if one == region => Ok(vec![region.to_owned()]),
        (Some(region), _) => Err(format!("the instance is in {region}, and --region names another").into()),
        (None, []) if request.instance.is_some() => Ok(vec![caller.region().to_owned()]),
        (None, []) => {
            let known = caller.known_regions(&caller.own_account()).await?;
            let regions: Vec<String> =
                known.into_iter().filter(|region| region.is_enabled).map(|region| region.name).collect();
            if regions.is_empty() {
                return Err("AWS lists no enabled Region: name them with --region".into());
            }
            Ok(regions)
        }
        (None, [_, _, ..]) if request.instance.is_some() => {
            Err("name one Region with --region: identifiers are unique in one only".into())
        }
        (None, regions) => Ok(regions.to_vec()),
    }
}

/// One account and Region.
struct Place<'a, R> {
    session: &'a Session,
    region: &'a str,
    saved: &'a Saved,
    report: &'a R,
}

impl<R: Fn(String)> Place<'_, R> {
    async fn facts(&self, request: &Request<'_>) -> Result<Vec<Facts>, Box<dyn Error>> {
        let described = self.session.records(Listing::ReplicationInstances, &[]).await?;
        let instances: Vec<Instance> = read(described.clone())?;
        let wanted = wanted(request.instance, &instances)?;
        if let (Some(name), []) = (request.instance, wanted.as_slice()) {
            let names: Vec<&str> = instances.iter().map(Instance::identifier).take(10).collect();
            let there = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            let text = format!(
                "there is no replication instance {} in {}; there are: {there}",
                name.text(),
                self.region
            );
            return Err(text.into());
        }
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let tasks: Vec<Task> = read(self.session.records(Listing::ReplicationTasks, &[]).await?)?;
        let endpoints = self.optional(Listing::Endpoints).await;
        let orderable = self.optional(Listing::OrderableReplicationInstances).await;
        let versions = self.optional(Listing::EngineVersions).await;
        let quotas = self.optional(Listing::AccountQuotas).await;
        let maintenance = self.optional(Listing::PendingMaintenanceActions).await;
        let subscriptions = self.optional(Listing::EventSubscriptions).await;
        let recorded = if self.saved.has_networks() { None } else { self.recorded_network().await };
        let mut all = Vec::new();
        for instance in wanted {
            let name = new_name(instance, request.name);
            let namesake = instances.iter().find(|other| other.identifier() == name.to_lowercase());
            let namesake_tags = match namesake {
                Some(namesake) => self.tags(namesake.arn()).await,
                None => None,
            };
            let network = self.saved.network().or(self.network(instance).await);
            let saved = self.saved.exposure(instance, self.region, &described);
            let exposure = saved.or_else(|| {
                let recorded = recorded.as_ref()?;
                exposure(instance, &described, |description| recorded.reachability(description, Utc::now()))
            });
            all.push(Facts {
                instance: instance.clone(),
                tags: self.tags(instance.arn()).await,
                instances: Some(instances.clone()),
                namesake_tags,
                tasks: Some(tasks.clone()),
                endpoints: endpoints.clone(),
                orderable: self.read_optional(Listing::OrderableReplicationInstances, orderable.clone()),
                engine_versions: self.read_optional(Listing::EngineVersions, versions.clone()),
                quotas: self.read_optional(Listing::AccountQuotas, quotas.clone()),
                maintenance: maintenance.as_deref().map(|all| maintenance_of(instance, all)),
                subscriptions: subscriptions.clone(),
                alarms: self.saved.alarms(),
                network,
                exposure,
            });
        }
        Ok(all)
    }

    /// Lists what the plan can do without; reports an error, and then the fact is unknown.
    async fn optional(&self, listing: Listing<'_>) -> Option<Vec<Value>> {
        let listed = self.session.records(listing, &[]).await;
        listed.map_err(|error| (self.report)(format!("{}: {error}", self.region))).ok()
    }

    /// Reads the network of an instance from what AWS Config recorded. A type of which nothing is recorded in the VPC is
    /// unknown.
    async fn network(&self, instance: &Instance) -> Network {
        let group = instance.replication_subnet_group.as_ref();
        let Some(vpc) = group.and_then(|group| group.vpc_id.as_deref()) else { return Network::default() };
        let recorded = async |resource_type: &str| {
            let recorded = self.session.recorded_in_vpc(resource_type, vpc).await;
            let recorded =
                recorded.map_err(|error| (self.report)(format!("{}: {error}", self.region))).ok()?;
            (!recorded.is_empty()).then(|| recorded.iter().map(in_api_shape).collect())
        };
        Network {
            route_tables: recorded("AWS::EC2::RouteTable").await,
            vpc_endpoints: recorded("AWS::EC2::VPCEndpoint").await,
        }
    }

    /// Reads the networks of the account and Region from what AWS Config recorded; reports an error, and then they are unknown.
    async fn recorded_network(&self) -> Option<RecordedNetwork> {
        let recorded = self.session.recorded_network().await;
        recorded.map_err(|error| (self.report)(format!("{}: {error}", self.region))).ok()
    }

    async fn tags(&self, arn: &str) -> Option<BTreeMap<String, String>> {
        tags(&self.optional(Listing::Tags(arn)).await?)
    }

    fn read_optional<T: DeserializeOwned>(
        &self,
        listing: Listing<'_>,
        values: Option<Vec<Value>>,
    ) -> Option<Vec<T>> {
        let read = read(values?);
        read.map_err(|error| (self.report)(format!("{}: {}: {error}", self.region, listing.operation()))).ok()
    }
}
