//! Documents that hold lists of items or resources: the output of AWS CLI commands, snapshots and history files.

use chrono::{DateTime, Utc};
use report::SourceKind;
use rule_core::{Configuration, ResourceType};
use serde_json::value::RawValue;

use super::description::is_foreign_entry;
use super::error::{EntryError, ReadError};
use super::evidence::{is_beside_resources, shows_nothing};
use super::existing::ExistingResource;
use super::items;
use super::members::Members;
use super::mention::mentions_dms;

/// Returns true if a member of that name is a list of items or resources.
pub(super) fn is_list(name: &str) -> bool {
    kind_of_list(name).is_some()
}

fn kind_of_list(name: &str) -> Option<SourceKind> {
    Some(match name {
        "configurationItems" => SourceKind::ConfigHistory,
        "baseConfigurationItems" | "BaseConfigurationItems" => SourceKind::ConfigBatch,
        "Results" => SourceKind::ConfigQuery,
        _ => SourceKind::DmsDescription(listed_type(name)?),
    })
}

/// Returns true if documents of other programs have members of that name.
fn is_common(name: &str) -> bool {
    matches!(name, "Results" | "Endpoints" | "Certificates" | "InstanceProfiles")
}

/// Returns the type whose resources DMS lists in that member.
fn listed_type(name: &str) -> Option<ResourceType> {
    ResourceType::ALL.into_iter().find(|resource_type| resource_type.listing().member == name)
}

/// The lists of one document, as far as they were read.
pub(super) struct Lists {
    at: DateTime<Utc>,
    /// True if the input is named, not found in a folder.
    is_named: bool,
    kind: Option<SourceKind>,
    /// True if the document is a snapshot or history file by its other members.
    is_file: bool,
    errors: Vec<ReadError>,
    /// Members by which a list is not complete, if there is one.
    incomplete: Vec<ReadError>,
    /// The errors of what another program may have written too: they count unless something shows such a program.
    bare: Vec<ReadError>,
    origin: Origin,
    entries: usize,
}

/// The program that wrote the lists, as far as their content shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// Nothing shows it.
    Unknown,
    /// Another program, by a member or an entry.
    Another,
    /// AWS, by an entry, whatever else there is.
    Aws,
}

/// An entry of a list.
enum Entry {
    /// A DMS resource.
    Dms(Box<ExistingResource>),
    /// A resource of another service of AWS.
    Aws,
    /// Something of another program.
    Other,
    /// An entry that shows nothing.
    Bare,
}

impl Lists {
    /// Starts a document of an input that is named, or was found in a folder. `at` is the time of what has no time of its own.
    pub(super) fn new(at: DateTime<Utc>, is_named: bool) -> Self {
        Self {
            at,
            is_named,
            kind: None,
            is_file: false,
            errors: Vec::new(),
            incomplete: Vec::new(),
            bare: Vec::new(),
            origin: Origin::Unknown,
            entries: 0,
        }
    }

    /// Returns the kind of the document; `None` if it holds no list that is supported.
    pub(super) fn kind(&self) -> Option<SourceKind> {
        match self.kind {
            None | Some(SourceKind::ConfigHistory) if self.is_file => Some(SourceKind::ConfigFile),
            None if !self.bare.is_empty() && self.counts_bare() => Some(SourceKind::NotEvaluated),
            kind => kind,
        }
    }

    /// Returns true if a list has begun.
    pub(super) fn have_begun(&self) -> bool {
        self.kind.is_some()
    }

    /// Returns true if what shows nothing cannot be of another program.
    fn counts_bare(&self) -> bool {
        self.origin != Origin::Another
    }

    fn add_sign_of_another(&mut self) {
        if self.origin == Origin::Unknown {
            self.origin = Origin::Another;
        }
    }

    /// Returns the errors: parts that could not be read, and a list that is missing.
    pub(super) fn into_errors(mut self) -> Vec<ReadError> {
        if self.kind.is_some() {
            self.errors.append(&mut self.incomplete);
        }
        if self.counts_bare() {
            self.errors.append(&mut self.bare);
        }
        if self.is_file && self.kind.is_none() {
            self.errors.push(ReadError::NoList("configurationItems"));
        }
        self.errors
    }

    /// Adds a member of the document that is not a list of resources.
    pub(super) fn add_member(&mut self, name: &str, value: &[u8]) {
        let is_empty = matches!(value, b"null" | b"\"\"" | b"[]");
        if !is_list(name) && !is_beside_resources(name) {
            self.add_sign_of_another();
        }
        match name {
            "fileVersion" if value.starts_with(b"\"") => self.is_file = true,
            "nextToken" | "NextToken" | "Marker" if !is_empty => {
                self.incomplete.push(ReadError::Paged(name.to_owned()));
            }
            "unprocessedResourceKeys" | "UnprocessedResourceIdentifiers" if !is_empty => {
                self.incomplete.push(ReadError::Unprocessed(name.to_owned()));
            }
            // A list would have come as pieces.
            _ if is_list(name) && (!is_common(name) || mentions_dms(value)) => {
                self.begin(name);
                self.errors.push(ReadError::NotAList(name.to_owned()));
            }
            // A folder has files of other programs too, and one such name alone shows no response.
            _ if is_list(name) && shows_nothing(value) && (self.is_named || self.have_begun()) => {
                self.bare.push(ReadError::NotAList(name.to_owned()));
            }
            _ if is_list(name) => self.add_sign_of_another(),
            _ => {}
        }
    }

    /// Adds the beginning of a list of that name.
    pub(super) fn begin(&mut self, name: &str) {
        self.kind = self.kind.or(kind_of_list(name));
    }

    /// Reads an entry of a list. `None` if it is not of a DMS resource, or cannot be read: that is then one of the errors.
    pub(super) fn entry(&mut self, list: &str, value: &[u8]) -> Option<ExistingResource> {
        self.entries += 1;
        let entry = match listed_type(list) {
            Some(resource_type) => self.description(resource_type, value),
            None if list == "Results" => self.query_result(value),
            None => self.item(value, list == "configurationItems"),
        };
        let error = |error| ReadError::Entry { number: self.entries, list: list.to_owned(), error };
        match entry {
            Ok(Entry::Dms(resource)) => {
                self.origin = Origin::Aws;
                return Some(*resource);
            }
            Ok(Entry::Aws) => self.origin = Origin::Aws,
            Ok(Entry::Other) => self.add_sign_of_another(),
            Ok(Entry::Bare) => self.bare.push(error(EntryError::Bare)),
            Err(reason) => self.errors.push(error(reason)),
        }
        None
    }

    fn description(&self, resource_type: ResourceType, value: &[u8]) -> Result<Entry, EntryError> {
        let configuration: Configuration = serde_json::from_slice(value)?;
        if is_foreign_entry(resource_type, &configuration) {
            return Ok(if shows_nothing(value) { Entry::Bare } else { Entry::Other });
        }
        ExistingResource::from_description(resource_type, configuration, self.at).map(dms)
    }

    /// Reads an item of any service. The items of a history are complete.
    fn item(&self, value: &[u8], is_complete: bool) -> Result<Entry, EntryError> {
        if !value.starts_with(b"{") {
            return Err(EntryError::NotAnObject);
        }
        if !items::may_be_of_dms(value) {
            let has_type = memchr::memmem::find(value, b"\"resourceType\"").is_some();
            if has_type || !mentions_dms(value) {
                return Ok(Entry::Aws);
            }
        }
        if items::is_of_another_type(value) {
            return Ok(Entry::Aws);
        }
        if is_complete {
            items::read(value).map(|item| dms(ExistingResource::recorded(item)))
        } else {
            items::read_partial(value, self.at).map(dms)
        }
    }

    /// Reads a result of a query: the selected properties of an item, as an object or its text.
    fn query_result(&self, value: &[u8]) -> Result<Entry, EntryError> {
        let decoded: Option<String> =
            if value.starts_with(b"\"") { Some(serde_json::from_slice(value)?) } else { None };
        let text = decoded.as_deref().map_or(value, str::as_bytes);
        let text = text.trim_ascii();
        // Another program has a member of that name.
        let other = || if shows_nothing(value) { Entry::Bare } else { Entry::Other };
        if !text.starts_with(b"{") {
            return if mentions_dms(text) { Err(EntryError::NotAQueryResult) } else { Ok(other()) };
        }
        serde_json::from_slice::<&RawValue>(text)?;
        let members = Members::from_json(std::str::from_utf8(text)?)?;
        let is_item =
            ["resourceId", "resourceName", "configuration"].into_iter().any(|name| members.has(name));
        if !members.has("resourceType") && !is_item && !mentions_dms(text) {
            return Ok(other());
        }
        if items::is_of_another_type(text) {
            return Ok(Entry::Aws);
        }
        items::read_partial(text, self.at).map(dms)
    }
}

fn dms(resource: ExistingResource) -> Entry {
    Entry::Dms(Box::new(resource))
}
