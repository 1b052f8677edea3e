use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use rule_core::{Configuration, ConfigurationItem, ConfigurationItemStatus, Json};

use super::resource::{Resource, response};
use crate::listing::{Identified, Listing, Unread};

/// The account and Region of facts; `None` where it is not known, and may be any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Place {
    /// The account.
    pub account: Option<String>,
    /// The Region.
    pub region: Option<String>,
}

impl Place {
    /// Returns true if both may be the same.
    pub(super) fn may_be(&self, other: &Self) -> bool {
        let may_be = |one: &Option<String>, other: &Option<String>| {
            one.as_ref().zip(other.as_ref()).is_none_or(|(one, other)| one == other)
        };
        may_be(&self.account, &other.account) && may_be(&self.region, &other.region)
    }

    pub(super) fn read(item: &ConfigurationItem) -> Self {
        Self { account: item.account_id.clone(), region: item.aws_region.clone() }
    }
}

/// The resources of one type: those in output of EC2, and those that AWS Config recorded.
#[derive(Clone, Debug)]
pub(super) struct Saved<T> {
    /// The output; `None` if none is given. It has the resources as they are.
    pub(super) responses: Option<Listing<T>>,
    records: Vec<SavedRecord<T>>,
    /// The places of which a snapshot has all records.
    snapshots: HashSet<Place>,
}

impl<T> Default for Saved<T> {
    fn default() -> Self {
        Self { responses: None, records: Vec::new(), snapshots: HashSet::new() }
    }
}

#[derive(Clone, Debug)]
struct SavedRecord<T> {
    id: String,
    place: Place,
    captured: Option<DateTime<Utc>>,
    content: Content<T>,
}

#[derive(Clone, Debug, PartialEq)]
enum Content<T> {
    Resource(T),
    Deleted,
    Unread(Unread),
}

impl<T: Resource + Identified + Clone + PartialEq> Saved<T> {
    /// Adds an output of EC2 if it lists the type. Returns true if it does.
    ///
    /// # Errors
    /// Returns the reason if the list cannot be read or is cut short. It is then incomplete.
    pub(super) fn add_response(&mut self, document: &Json) -> Result<bool, Unread> {
        let is_listed = matches!(document, Json::Object(members)
            if members.iter().any(|(name, _)| rule_core::text::is_same_name(name, T::LIST)));
        if !is_listed {
            return Ok(false);
        }
        let listing = response::<T>(document, None);
        let incomplete = listing.incomplete.clone();
        self.responses = Some(match self.responses.take() {
            Some(known) => known.merge(listing),
            None => listing,
        });
        incomplete.map_or(Ok(true), |reason| Err(Unread::new(format!("{} {reason}", T::LIST))))
    }

    /// Adds a record of AWS Config.
    ///
    /// # Errors
    /// Returns the reason if the resource cannot be read.
    pub(super) fn add_record(
        &mut self,
        item: &ConfigurationItem,
        captured: Option<DateTime<Utc>>,
        is_in_snapshot: bool,
    ) -> Result<(), Unread> {
        let place = Place::read(item);
        if is_in_snapshot {
            self.snapshots.insert(place.clone());
        }
        let content: Content<T> = match item.configuration_item_status {
            ConfigurationItemStatus::ResourceDeleted
            | ConfigurationItemStatus::ResourceDeletedNotRecorded => Content::Deleted,
            ConfigurationItemStatus::ResourceNotRecorded => Content::Unread(Unread::not_recorded()),
            ConfigurationItemStatus::Ok | ConfigurationItemStatus::ResourceDiscovered => {
                read(&item.configuration).map_or_else(Content::Unread, Content::Resource)
            }
        };
        let error = match &content {
            Content::Unread(reason) => Err(Unread::new(format!("{} {reason}", item.resource_id))),
            Content::Resource(_) | Content::Deleted => Ok(()),
        };
        // The id in the configuration is the one that other facts name.
        let id = match &content {
            Content::Resource(resource) => resource.id().to_owned(),
            Content::Deleted | Content::Unread(_) => item.resource_id.clone(),
        };
        self.records.push(SavedRecord { id, place, captured, content });
        error
    }

    /// Returns the resources at a place: of output of EC2 those of every place, as it does not state its own, and of records
    /// the newest of each resource that the output does not have.
    pub(super) fn at(&self, place: &Place) -> Listing<T> {
        let mut records: BTreeMap<&str, Vec<&SavedRecord<T>>> = BTreeMap::new();
        for record in self.records.iter().filter(|record| record.place.may_be(place)) {
            records.entry(&record.id).or_default().push(record);
        }
        let mut recorded = self.recorded(&records, place);
        let Some(listing) = self.responses.clone() else { return recorded };
        let ids: HashSet<&str> = listing.items.iter().map(Identified::id).collect();
        recorded.items.retain(|item| !ids.contains(item.id()));
        // The output decides if there may be more.
        let incomplete = listing.incomplete.clone();
        Listing { incomplete, ..listing.merge(recorded) }
    }

    fn recorded(&self, records: &BTreeMap<&str, Vec<&SavedRecord<T>>>, place: &Place) -> Listing<T> {
        let (mut items, mut times) = (Vec::new(), Vec::new());
        for same in records.values() {
            let newest = same.iter().filter_map(|record| record.captured).max();
            let kept = same.iter().filter(|one| one.captured.is_none() || one.captured == newest);
            let kept: Vec<&&SavedRecord<T>> = kept.collect();
            let is_deleted = |one: &&&SavedRecord<T>| one.content == Content::Deleted;
            if kept.iter().all(is_deleted) {
                continue;
            }
            for record in kept {
                match &record.content {
                    Content::Resource(resource) => items.push(resource.clone()),
                    // It may be any of the resources, as in a response.
                    Content::Unread(reason) => {
                        let reason = format!("may be one that cannot be read: {} {reason}", record.id);
                        return Listing::unread(Unread::new(reason));
                    }
                    Content::Deleted => {
                        let reason =
                            format!("may be {}, which is recorded as there and as deleted", record.id);
                        return Listing::unread(Unread::new(reason));
                    }
                }
                times.push(record.captured);
            }
        }
        let is_whole = self.snapshots.iter().any(|snapshot| snapshot == place);
        let incomplete = match (is_whole, items.is_empty()) {
            (true, _) => None,
            (false, true) => Some(Unread::not_recorded()),
            (false, false) => Some(Unread::new("is not recorded in the files")),
        };
        let times: Option<Vec<DateTime<Utc>>> = times.into_iter().collect();
        Listing { items, incomplete, captured: times.and_then(|times| times.into_iter().min()) }
    }
}

fn read<T: Resource>(configuration: &Configuration) -> Result<T, Unread> {
    match configuration {
        Configuration::Properties(members) => T::read(&Json::Object(members.clone())),
        Configuration::Absent => Err(Unread::new("has no configuration")),
        Configuration::Unreadable(words) => Err(Unread::new(format!("has {words} as configuration"))),
    }
}
