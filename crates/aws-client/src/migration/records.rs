//! Lists records of AWS DMS as its API sends them.

use std::collections::BTreeSet;
use std::pin::pin;

use aws_sdk_dms::types::Filter;
use futures_util::TryStreamExt;
use rule_core::Json;
use serde_json::{Map, Value};

use super::document::object;
use super::listing::Listing;
use crate::error::{Cause, Error};
use crate::pages::{Page, Position, pages};
use crate::session::Session;
use crate::wire::Wire;

/// The most records of a page (API reference of AWS DMS, "MaxRecords").
const PAGE_SIZE: i32 = 100;

/// The code of the error that a filter without a match has (API reference of AWS DMS, "ResourceNotFoundFault").
const NOT_FOUND: &str = "ResourceNotFoundFault";

impl Session {
    /// Lists all records, each an object as the API sends it, with the members that came and no others. `filters` are
    /// pairs of a name and the values of which a record must have one.
    ///
    /// With a filter, `ResourceNotFoundFault` is an empty list: so DMS responds if nothing matches (reference of
    /// `DescribeReplicationTasks`). A list is whole, or there is an error.
    ///
    /// # Errors
    /// Returns the error of the operation, that fault without a filter or after the first page included;
    /// [`Cause::UnreadableResponse`] if a response lacks its list, gives a member or a record twice, or holds a record
    /// that no filter selects; [`Cause::InvalidRequest`] if the operation has no filters.
    pub async fn records(
        &self,
        listing: Listing<'_>,
        filters: &[(&str, &[&str])],
    ) -> Result<Vec<Value>, Error> {
        let operation = listing.operation();
        let subject = &subject(listing, filters);
        let built = sdk_filters(listing, filters).map_err(|cause| Error::new(operation, subject, cause))?;
        let is_filtered = built.is_some();
        let unreadable = |reason| Error::new(operation, subject, Cause::unreadable(reason));
        let mut pages = pin!(pages(operation, |position| {
            let (number, filters) = (position.number, built.clone());
            async move {
                match self.page_of_records(listing, filters, position, subject).await {
                    Err(error) if error.code() == Some(NOT_FOUND) && is_filtered && number == 1 => {
                        Ok((Vec::new(), None))
                    }
                    page => page,
                }
            }
        }));
        let mut records = Vec::new();
        let mut identities = BTreeSet::new();
        while let Some(page) = pages.try_next().await? {
            for record in page {
                let record = record_object(record).map_err(unreadable)?;
                check_filters(listing, filters, &record).map_err(unreadable)?;
                let identity = identity(listing, &record).map_err(unreadable)?;
                if !identity.is_empty() && !identities.insert(identity) {
                    return Err(unreadable("lists a resource twice".to_owned()));
                }
                records.push(Value::Object(record));
            }
        }
        Ok(records)
    }

    async fn page_of_records(
        &self,
        listing: Listing<'_>,
        filters: Option<Vec<Filter>>,
        position: Position,
        subject: &str,
    ) -> Result<Page<Vec<Json>>, Error> {
        let wire = Wire::raw(listing.operation(), self.journal());
        let client = self.clients().dms().await;
        /// Sends a request: the builders of the operations have the same methods and no trait in common.
        macro_rules! send {
            ($request:expr) => {{
                let result = $request.customize().interceptor(wire.clone()).send().await;
                wire.check(subject, result)
            }};
        }
        macro_rules! send_page {
            ($request:expr) => {
                send!($request.max_records(PAGE_SIZE).set_marker(position.token))
            };
        }
        match listing {
            Listing::ReplicationInstances => {
                send_page!(client.describe_replication_instances().set_filters(filters))
            }
            Listing::ReplicationTasks => send_page!(client.describe_replication_tasks().set_filters(filters)),
            Listing::Endpoints => send_page!(client.describe_endpoints().set_filters(filters)),
            Listing::Connections => send_page!(client.describe_connections().set_filters(filters)),
            Listing::OrderableReplicationInstances => {
                send_page!(client.describe_orderable_replication_instances())
            }
            Listing::EngineVersions => send_page!(client.describe_engine_versions()),
            Listing::AccountQuotas => send!(client.describe_account_attributes()),
            Listing::PendingMaintenanceActions => {
                send_page!(client.describe_pending_maintenance_actions().set_filters(filters))
            }
            Listing::EventSubscriptions => {
                send_page!(client.describe_event_subscriptions().set_filters(filters))
            }
            Listing::ReplicationSubnetGroups => {
                send_page!(client.describe_replication_subnet_groups().set_filters(filters))
            }
            Listing::TableStatistics(task) => {
                let request = client.describe_table_statistics().replication_task_arn(task);
                send_page!(request.set_filters(filters))
            }
            Listing::Tags(resource) => send!(client.list_tags_for_resource().resource_arn(resource)),
        }?;
        page(listing, wire.parse()?)
            .map_err(|reason| Error::new(listing.operation(), subject, Cause::unreadable(reason)))
    }
}

/// Reads the list and the marker of a response.
fn page(listing: Listing<'_>, response: Json) -> Result<Page<Vec<Json>>, String> {
    let Json::Object(members) = response else { return Err("is no object".to_owned()) };
    let (mut list, mut marker) = (None, None);
    for (name, value) in members {
        let place = if name == listing.member() {
            &mut list
        } else if name == "Marker" {
            &mut marker
        } else {
            continue;
        };
        if place.replace(value).is_some() {
            return Err(format!("gives the member {name} twice"));
        }
    }
    let marker = match marker {
        None | Some(Json::Null) => None,
        Some(Json::Text(marker)) => Some(marker),
        Some(_) => return Err("has a marker that is no text".to_owned()),
    };
    match list {
        Some(Json::List(list)) => Ok((list, marker)),
        _ => Err(format!("has no list {}", listing.member())),
    }
}

fn record_object(record: Json) -> Result<Map<String, Value>, String> {
    match record {
        Json::Object(members) => object(members),
        _ => Err("lists something else than an object".to_owned()),
    }
}

/// Returns an error if a record is not one that the filters select.
fn check_filters(
    listing: Listing<'_>,
    filters: &[(&str, &[&str])],
    record: &Map<String, Value>,
) -> Result<(), String> {
    for (name, values) in filters {
        let Some(member) = listing.compared_member(name) else { continue };
        let value = text(record, member)?;
        if !values.iter().any(|wanted| wanted.eq_ignore_ascii_case(value)) {
            return Err(format!("lists a resource with another {member} than was requested"));
        }
    }
    Ok(())
}

/// Returns the values that name a record.
fn identity(listing: Listing<'_>, record: &Map<String, Value>) -> Result<Vec<String>, String> {
    listing.identity().iter().map(|member| text(record, member).map(str::to_owned)).collect()
}

fn text<'a>(record: &'a Map<String, Value>, member: &str) -> Result<&'a str, String> {
    record.get(member).and_then(Value::as_str).ok_or_else(|| format!("lists a resource without {member}"))
}

fn sdk_filters(listing: Listing<'_>, filters: &[(&str, &[&str])]) -> Result<Option<Vec<Filter>>, Cause> {
    if filters.is_empty() {
        return Ok(None);
    }
    if !listing.has_filters() {
        return Err(Cause::invalid_request("the operation has no filters"));
    }
    let filters = filters.iter().map(|(name, values)| {
        if values.is_empty() {
            return Err(Cause::invalid_request(format!("the filter {name} has no values")));
        }
        let values = values.iter().map(|&value| value.to_owned()).collect();
        Filter::builder().name(*name).set_values(Some(values)).build().map_err(|_| Cause::NotSent)
    });
    filters.collect::<Result<_, _>>().map(Some)
}

/// Returns what a listing is about, as it follows the name of its operation: its filters' values, at most three.
fn subject(listing: Listing<'_>, filters: &[(&str, &[&str])]) -> String {
    let parameter = match listing {
        Listing::TableStatistics(arn) | Listing::Tags(arn) => Some(arn),
        _ => None,
    };
    let values: Vec<&str> =
        parameter.into_iter().chain(filters.iter().flat_map(|(_, values)| values.iter().copied())).collect();
    match values.as_slice() {
        [] => String::new(),
        [first, .., last] if values.len() > 3 => format!("of {first} ... {last}"),
        all => format!("of {}", all.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::migration::scripted::session;

    const ALL: [Listing<'static>; 12] = [
        Listing::ReplicationInstances,
        Listing::ReplicationTasks,
        Listing::Endpoints,
        Listing::Connections,
        Listing::OrderableReplicationInstances,
        Listing::EngineVersions,
        Listing::AccountQuotas,
        Listing::PendingMaintenanceActions,
        Listing::EventSubscriptions,
        Listing::ReplicationSubnetGroups,
        Listing::TableStatistics("arn:t"),
        Listing::Tags("arn:i"),
    ];

    /// Builds a record of a listing, with a name of its own.
    fn record(listing: Listing<'_>, name: &str) -> Value {
        let members = listing.identity().iter().map(|member| ((*member).to_owned(), json!(name)));
        Value::Object(members.chain([("Extra".to_owned(), json!(null))]).collect())
    }

    #[tokio::test]
    async fn every_listing_is_read_as_it_came_to_its_last_page() {
        for listing in ALL {
            let [a, b] = ["a", "b"].map(|name| record(listing, name));
            let is_paged = !matches!(listing, Listing::AccountQuotas | Listing::Tags(_));
            let first = json!({listing.member(): [a], "Marker": if is_paged { "m" } else { "" }}).to_string();
            let last = json!({"Other": 1, listing.member(): [b]}).to_string();
            let (session, sent) = session(&[(200, &first), (200, &last)]);
            let records = session.records(listing, &[]).await.unwrap();
            assert_eq!(records, if is_paged { vec![a, b] } else { vec![a] });
            let sent = sent.lock().unwrap();
            let parameters = match listing {
                Listing::AccountQuotas => json!({}),
                Listing::Tags(arn) => json!({"ResourceArn": arn}),
                Listing::TableStatistics(arn) => json!({"MaxRecords": 100, "ReplicationTaskArn": arn}),
                _ => json!({"MaxRecords": 100}),
            };
            assert_eq!(sent[0], (listing.operation().to_owned(), parameters));
            assert!(!is_paged || sent[1].1["Marker"] == "m");
        }
    }

    #[tokio::test]
    async fn a_list_that_is_not_whole_is_an_error() {
        let whole = |listing: Listing<'_>| record(listing, "a").to_string();
        for listing in ALL {
            let member = listing.member();
            for body in [
                "{}".to_owned(),
                String::new(),
                "[]".to_owned(),
                format!(r#"{{"{member}": null}}"#),
                format!(r#"{{"{member}": [null]}}"#),
                format!(r#"{{"{member}": [], "{member}": []}}"#),
                format!(r#"{{"{member}": [], "Marker": 1}}"#),
                format!(r#"{{"{member}": [], "__type": "InternalFailure"}}"#),
                format!(r#"{{"{member}": [{{"A": 1, "A": 1}}]}}"#),
                format!(r#"{{"{member}": [{}"#, whole(listing)),
            ] {
                let (session, _) = session(&[(200, &body)]);
                let read = session.records(listing, &[]).await;
                assert!(matches!(read.unwrap_err().cause(), Cause::UnreadableResponse { .. }), "{body}");
            }
            if !listing.identity().is_empty() {
                let twice = format!(r#"{{"{member}": [{0}, {0}]}}"#, whole(listing));
                for body in [twice, format!(r#"{{"{member}": [{{"Extra": 1}}]}}"#)] {
                    let (session, _) = session(&[(200, &body)]);
                    assert!(session.records(listing, &[]).await.is_err(), "{body}");
                }
            }
        }
    }

    #[tokio::test]
    async fn not_found_is_an_empty_list_only_for_a_filter_and_at_its_begin() {
        let not_found = (400, r#"{"__type": "ResourceNotFoundFault", "message": "No"}"#);
        let page = (200, r#"{"ReplicationTasks": [], "Marker": "m"}"#);
        let filters: &[(&str, &[&str])] = &[("replication-instance-arn", &["arn:i"])];
        for (responses, filters, is_empty) in [
            (vec![not_found], filters, true),
            (vec![not_found], &[][..], false),
            (vec![page, not_found], filters, false),
        ] {
            let (session, sent) = session(&responses);
            let read = session.records(Listing::ReplicationTasks, filters).await;
            assert_eq!(read.as_ref().ok().map(Vec::len), is_empty.then_some(0), "{read:?}");
            if !filters.is_empty() {
                let wanted = json!([{"Name": "replication-instance-arn", "Values": ["arn:i"]}]);
                assert_eq!(sent.lock().unwrap()[0].1["Filters"], wanted);
            }
        }
        let (session, _) = session(&[not_found]);
        assert!(session.records(Listing::Tags("arn:i"), &[]).await.is_err());
        assert!(session.records(Listing::TableStatistics("arn:t"), &[]).await.is_err());
        let error = session.records(Listing::EngineVersions, filters).await.unwrap_err();
        assert!(matches!(error.cause(), Cause::InvalidRequest { .. }), "{error}");
    }

    #[tokio::test]
    async fn a_record_that_no_filter_selects_is_an_error() {
        for (listing, filter, member) in [
            (Listing::ReplicationInstances, "replication-instance-arn", "ReplicationInstanceArn"),
            (Listing::ReplicationTasks, "replication-task-arn", "ReplicationTaskArn"),
            (Listing::Endpoints, "endpoint-arn", "EndpointArn"),
            (Listing::Connections, "endpoint-arn", "EndpointArn"),
        ] {
            for (value, is_selected) in [("arn:a", true), ("arn:b", true), ("arn:c", false)] {
                let mut found = record(listing, "x");
                found[member] = json!(value);
                let body = json!({listing.member(): [found]}).to_string();
                let (session, _) = session(&[(200, &body)]);
                let read = session.records(listing, &[(filter, &["arn:a", "arn:b"])]).await;
                assert_eq!(read.is_ok(), is_selected, "{listing:?} {value}: {read:?}");
            }
        }
    }
}
