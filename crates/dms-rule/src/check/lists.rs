//! Documents that hold lists of items or resources: the output of AWS CLI commands, snapshots and history files.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use report::SourceKind;
use rule_core::{Configuration, ConfigurationItem, ResourceType};
use serde_json::Value;

use super::error::{EntryError, ReadError};
use super::existing::{ExistingResource, Members, description, notification};
use super::items;
use super::scanner::Piece;

/// Returns true if a member of that name is a list of items or resources; the empty name is a list at the top.
pub(super) fn is_list(name: &str) -> bool {
    kind_of_list(name).is_some()
}

fn kind_of_list(name: &str) -> Option<SourceKind> {
    Some(match name {
        "" => SourceKind::List,
        "configurationItems" => SourceKind::ConfigHistory,
        "baseConfigurationItems" | "BaseConfigurationItems" => SourceKind::ConfigBatch,
        "Results" => SourceKind::ConfigQuery,
        _ => SourceKind::DmsDescription(listed_type(name)?),
    })
}

/// Returns the type whose resources DMS lists in that member.
fn listed_type(name: &str) -> Option<ResourceType> {
    ResourceType::ALL.into_iter().find(|resource_type| resource_type.listing().member == name)
}

/// The resources of one document, collected piece by piece.
pub(super) struct Lists {
    at: DateTime<Utc>,
    kind: Option<SourceKind>,
    resources: Vec<ExistingResource>,
    /// The index of the newest item of each resource.
    newest: HashMap<[String; 4], usize>,
    errors: Vec<ReadError>,
    entries: usize,
    /// True if the document is a list.
    is_list: bool,
}

impl Lists {
    /// Starts a document. `at` is the time of what has no time of its own.
    pub(super) fn new(at: DateTime<Utc>) -> Self {
        Self {
            at,
            kind: None,
            resources: Vec::new(),
            newest: HashMap::new(),
            errors: Vec::new(),
            entries: 0,
            is_list: false,
        }
    }

    /// Returns the kind of the document; `None` if it holds nothing that is supported.
    pub(super) fn kind(&self) -> Option<SourceKind> {
        self.kind.or((self.is_list && self.entries == 0).then_some(SourceKind::EmptyList))
    }

    /// Returns the resources, and the parts that could not be read.
    pub(super) fn finish(self) -> (Vec<ExistingResource>, Vec<ReadError>) {
        (self.resources, self.errors)
    }

    /// Adds a piece of the document.
    pub(super) fn add(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Member(name, value) => self.member(name, value),
            // The kind of a list without a name follows from its entries.
            Piece::List("") => self.is_list = true,
            Piece::List(name) => self.kind = self.kind.or(kind_of_list(name)),
            Piece::Element(list, value) => {
                self.entries += 1;
                if let Err(error) = self.entry(list, value) {
                    let list = if list.is_empty() { "the list" } else { list }.to_owned();
                    self.errors.push(ReadError::Entry { number: self.entries, list, error });
                }
            }
        }
    }

    fn member(&mut self, name: &str, value: &[u8]) {
        let is_empty = matches!(value, b"null" | b"\"\"" | b"[]");
        match name {
            "fileVersion" | "configSnapshotId"
                if self.kind.is_none_or(|kind| kind == SourceKind::ConfigHistory) =>
            {
                self.kind = Some(SourceKind::ConfigFile);
            }
            "nextToken" | "NextToken" | "Marker" if !is_empty => {
                self.errors.push(ReadError::Paged(name.to_owned()));
            }
            "unprocessedResourceKeys" | "UnprocessedResourceIdentifiers" if !is_empty => {
                self.errors.push(ReadError::Unprocessed(name.to_owned()));
            }
            // A list would have come as pieces.
            _ if is_list(name) => {
                self.kind = self.kind.or(kind_of_list(name));
                self.errors.push(ReadError::NotAList(name.to_owned()));
            }
            _ => {}
        }
    }

    fn entry(&mut self, list: &str, value: &[u8]) -> Result<(), EntryError> {
        if let Some(resource_type) = listed_type(list) {
            let configuration: Configuration = serde_json::from_slice(value)?;
            let resource = ExistingResource::from_description(resource_type, configuration, self.at)?;
            self.resources.push(resource);
            return Ok(());
        }
        match list {
            "Results" => self.query_result(value),
            "" => self.unnamed_entry(value),
            _ => self.item(value, list == "configurationItems"),
        }
    }

    /// Adds an item of any service. The items of a history are complete.
    fn item(&mut self, value: &[u8], is_complete: bool) -> Result<(), EntryError> {
        if !value.starts_with(b"{") {
            return Err(EntryError::NotAnObject);
        }
        if !items::may_be_of_dms(value) || items::is_of_another_type(value) {
            return Ok(());
        }
        let item = if is_complete { items::read(value)? } else { items::read_partial(value, self.at)? };
        self.keep(item);
        Ok(())
    }

    /// Keeps the newest of several items of a resource; if it cannot be known which is newer, all of them.
    fn keep(&mut self, item: ConfigurationItem) {
        let key = [
            item.resource_type.to_ascii_lowercase(),
            item.resource_id.clone(),
            item.account_id.clone().unwrap_or_default(),
            item.aws_region.clone().unwrap_or_default(),
        ];
        match self.newest.get(&key).and_then(|index| self.resources.get_mut(*index)) {
            Some(known) if items::age(&known.item, &item) == Some(Ordering::Less) => known.item = item,
            Some(known)
                if items::age(&known.item, &item) == Some(Ordering::Greater) || known.item == item => {}
            _ => {
                self.newest.insert(key, self.resources.len());
                self.resources.push(ExistingResource::recorded(item));
            }
        }
    }

    /// Adds a result of a query: the selected properties of an item, as an object or its text.
    fn query_result(&mut self, value: &[u8]) -> Result<(), EntryError> {
        let text: Cow<'_, str> = match serde_json::from_slice(value) {
            Ok(Value::String(text)) => text.into(),
            Ok(object @ Value::Object(_)) => object.to_string().into(),
            _ => return Err(EntryError::NotAQueryResult),
        };
        if !text.trim_start().starts_with('{') {
            return Err(EntryError::NotAnObject);
        }
        if !items::is_of_another_type(text.as_bytes()) {
            let item = items::read_partial(text.as_bytes(), self.at)?;
            self.keep(item);
        }
        Ok(())
    }

    /// Adds an entry of a list without a name: an item, a notification, or what `--query` selected of a response.
    fn unnamed_entry(&mut self, value: &[u8]) -> Result<(), EntryError> {
        let members: Members<'_> = serde_json::from_str(std::str::from_utf8(value)?).unwrap_or_default();
        if members.contains_key("resourceType") {
            self.kind = self.kind.or(Some(SourceKind::ConfigurationItems));
            return self.item(value, members.contains_key("configurationItemStatus"));
        }
        if let Some(item) = notification(&members) {
            self.kind = self.kind.or(Some(SourceKind::ConfigNotifications));
            self.keep(item?);
            return Ok(());
        }
        if let Some((resource_type, configuration)) = description(value) {
            self.kind = self.kind.or(Some(SourceKind::DmsResources));
            let resource = ExistingResource::from_description(resource_type, configuration, self.at)?;
            self.resources.push(resource);
            return Ok(());
        }
        if self.kind.is_some() { Err(EntryError::Unrecognized) } else { Ok(()) }
    }
}
