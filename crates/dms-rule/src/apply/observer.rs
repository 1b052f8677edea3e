//! Observes both instances and all their tasks.

use std::collections::BTreeMap;

use aws_client::Session;
use aws_client::migration::Listing;
use remediation::{Connection, Instance, NewInstance, Observation, Plan, Task};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::failure::Failure;
use crate::tag_list;

/// The most values of a filter in one request.
const VALUES_MAXIMUM: usize = 20;
/// How often an observation begins anew if an instance disappears while it is made.
const ATTEMPTS: usize = 5;

/// Observes the instances, the tasks and the connections of a plan.
///
/// # Errors
/// Returns the error of a call: an observation is complete, or there is none.
pub(super) async fn observe(session: &Session, plan: &Plan) -> Result<Observation, Failure> {
    let mut attempt = 1;
    loop {
        match observe_once(session, plan).await {
            // The new instance was deleted between its description and its tags.
            Err(Failure::Aws(error))
                if error.code() == Some("ResourceNotFoundFault") && attempt < ATTEMPTS =>
            {
                attempt += 1;
            }
            observed => return observed,
        }
    }
}

async fn observe_once(session: &Session, plan: &Plan) -> Result<Observation, Failure> {
    let old_arn = plan.instance.arn();
    let instances = instances(session, plan).await?;
    let old = instances.iter().find(|instance| instance.arn() == old_arn).cloned();
    let new = match new_instance(instances, plan, old.is_some()) {
        None => None,
        Some(instance) => {
            let tags = tags(session, instance.arn()).await?;
            Some(NewInstance { instance, tags })
        }
    };
    let new_arn = new.as_ref().map(|new| new.instance.arn().to_owned());
    let connections = match &new_arn {
        None => BTreeMap::new(),
        Some(arn) => connections(session, arn).await?,
    };
    let instances = [Some(old_arn), new_arn.as_deref()];
    let mut found =
        tasks_of(session, plan, |task| instances.into_iter().flatten().any(|arn| task.is_tied_to(arn)))
            .await?;
    let planned = plan.tasks.iter().map(|task| (task.arn().to_owned(), found.remove(task.arn())));
    let tasks = planned.collect();
    Ok(Observation { old, new, tasks, others: found.into_values().collect(), connections })
}

/// Lists all instances: one that a complete listing does not have does not exist, which the response to a filter alone does
/// not say as well.
async fn instances(session: &Session, plan: &Plan) -> Result<Vec<Instance>, Failure> {
    let listing = Listing::ReplicationInstances;
    match session.records(listing, &[]).await {
        // AWS does not document if DMS reports this for an account without instances, as it does for a filter without a match.
        Err(error) if error.code() == Some("ResourceNotFoundFault") => {
            let names = [
                ("replication-instance-arn", plan.instance.arn()),
                ("replication-instance-id", plan.target.identifier.as_str()),
                ("replication-instance-id", plan.instance.identifier()),
            ];
            for (filter, name) in names {
                let found: Vec<Instance> = typed(listing, session, filter, &[name]).await?;
                if !found.is_empty() {
                    return Err(error.into());
                }
            }
            Ok(Vec::new())
        }
        listed => read(listing, listed?),
    }
}

/// Finds the new instance: by its planned name or, once the old instance is gone, by the name of that one too. DMS stores
/// names in lower case.
fn new_instance(instances: Vec<Instance>, plan: &Plan, has_old: bool) -> Option<Instance> {
    let is_named = |one: &Instance, name: &str| one.identifier().eq_ignore_ascii_case(name);
    let mut others: Vec<Instance> =
        instances.into_iter().filter(|one| one.arn() != plan.instance.arn()).collect();
    let position = others
        .iter()
        .position(|one| is_named(one, &plan.target.identifier))
        .or_else(|| others.iter().position(|one| !has_old && is_named(one, plan.instance.identifier())))?;
    Some(others.swap_remove(position))
}

/// Finds the tasks of the plan, and those that are tied to an instance: no filter finds a task that DMS moves here from a
/// third instance. A planned task that the listing does not have is requested by its ARN.
async fn tasks_of(
    session: &Session,
    plan: &Plan,
    is_tied: impl Fn(&Task) -> bool,
) -> Result<BTreeMap<String, Task>, Failure> {
    let listing = Listing::ReplicationTasks;
    let (listed, refusal) = match session.records(listing, &[]).await {
        // AWS does not document if DMS reports this for an account without tasks, as it does for a filter without a match.
        Err(error) if error.code() == Some("ResourceNotFoundFault") => (Vec::new(), Some(error)),
        listed => (read(listing, listed?)?, None),
    };
    let arns: Vec<&str> = plan.tasks.iter().map(Task::arn).collect();
    let wanted = listed.into_iter().filter(|task: &Task| is_tied(task) || arns.contains(&task.arn()));
    let mut found: BTreeMap<_, _> = wanted.map(|task| (task.arn().to_owned(), task)).collect();
    let missing: Vec<&str> = arns.into_iter().filter(|arn| !found.contains_key(*arn)).collect();
    found.extend(missing_tasks(session, &missing).await?);
    match refusal {
        Some(error) if !found.is_empty() => Err(error.into()),
        _ => Ok(found),
    }
}

/// Finds tasks by their ARNs. Each is requested alone where a request for several finds less than all: whether DMS reports
/// those that exist beside one that does not is not documented.
async fn missing_tasks(session: &Session, arns: &[&str]) -> Result<BTreeMap<String, Task>, Failure> {
    let mut found = BTreeMap::new();
    for arns in arns.chunks(VALUES_MAXIMUM) {
        let mut listed = tasks(session, "replication-task-arn", arns).await?;
        if listed.len() < arns.len() && arns.len() > 1 {
            let missing = arns.iter().filter(|arn| !listed.iter().any(|task| task.arn() == **arn));
            let mut alone = Vec::new();
            for arn in missing {
                alone.extend(tasks(session, "replication-task-arn", &[*arn]).await?);
            }
            listed.extend(alone);
        }
        found.extend(listed.into_iter().map(|task| (task.arn().to_owned(), task)));
    }
    Ok(found)
}

async fn tasks(session: &Session, filter: &str, values: &[&str]) -> Result<Vec<Task>, Failure> {
    typed(Listing::ReplicationTasks, session, filter, values).await
}

async fn connections(session: &Session, instance: &str) -> Result<BTreeMap<String, Connection>, Failure> {
    let listed: Vec<Connection> =
        typed(Listing::Connections, session, "replication-instance-arn", &[instance]).await?;
    let by_endpoint = listed.into_iter().map(|one| (one.endpoint_arn.clone().unwrap_or_default(), one));
    Ok(by_endpoint.collect())
}

async fn tags(session: &Session, arn: &str) -> Result<BTreeMap<String, String>, Failure> {
    let listing = Listing::Tags(arn);
    let listed = session.records(listing, &[]).await?;
    tag_list::tags(&listed).ok_or(Failure::Unreadable { operation: listing.operation() })
}

async fn typed<T: DeserializeOwned>(
    listing: Listing<'_>,
    session: &Session,
    filter: &str,
    values: &[&str],
) -> Result<Vec<T>, Failure> {
    read(listing, session.records(listing, &[(filter, values)]).await?)
}

fn read<T: DeserializeOwned>(listing: Listing<'_>, records: Vec<Value>) -> Result<Vec<T>, Failure> {
    let typed = records.into_iter().map(serde_json::from_value).collect::<Result<_, _>>();
    typed.map_err(|_| Failure::Unreadable { operation: listing.operation() })
}
