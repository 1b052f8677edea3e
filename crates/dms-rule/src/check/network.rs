//! The networks that the files of `--network` describe: output of EC2, and files of AWS Config.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;

use chrono::{DateTime, Utc};
use ignore::gitignore::Gitignore;
use reachability::read::{Place, SavedNetworks, replication_instance};
use reachability::{
    Instance, Interface, Listing, Network, Reachability, State, Unread, evaluate, open_to_exactly_the_world,
};
use report::Failure;
use rule_core::{Configuration, ConfigurationItem, Json};

use super::documents::decoded;
use super::error::ReadError;
use super::folder::Inputs;
use super::input::InputFile;
use super::items;
use super::members::Members;
use super::progress::Progress;
use super::scanner::{Piece, Scanner};

/// The error of an argument without any fact about a network.
const NO_NETWORK: &str = "--network: describes no network; give the output of `aws ec2 describe-security-groups`, \
    `describe-network-acls`, `describe-route-tables` and the like as JSON, or files of AWS Config with such resources";

/// The network of an account and Region, with its network interfaces.
type NetworkOfPlace = (Listing<Interface>, Network);

/// The networks of a run.
#[derive(Debug, Default)]
pub(crate) struct Networks {
    saved: SavedNetworks,
    /// The network of each place that was needed so far.
    by_place: RefCell<HashMap<Place, NetworkOfPlace>>,
}

impl Networks {
    /// Reads files and folders. What cannot be read is a failure.
    pub(super) fn read(
        arguments: &[String],
        excluded: &Gitignore,
        at: DateTime<Utc>,
    ) -> (Self, Vec<Failure>) {
        let mut reader = NetworkReader { saved: SavedNetworks::default(), failures: Vec::new(), at };
        for argument in arguments {
            let inputs = Inputs::find(std::slice::from_ref(argument), excluded);
            let known = reader.failures.len() + inputs.failures.len();
            reader.failures.extend(inputs.failures);
            let mut is_found = false;
            for input in &inputs.files {
                is_found |= reader.file(input, !input.is_named);
            }
            if !is_found && reader.failures.len() == known {
                reader.failures.push(Failure::in_file(argument.clone(), NO_NETWORK.to_owned()));
            }
        }
        (Self { saved: reader.saved, by_place: RefCell::default() }, reader.failures)
    }

    /// Returns the line that states what of the Internet reaches a replication instance. `captured` is the time of the item,
    /// if it has one of its own.
    pub(super) fn line(&self, item: &ConfigurationItem, captured: Option<DateTime<Utc>>) -> String {
        let place = Place { account: item.account_id.clone(), region: item.aws_region.clone() };
        self.evaluated(place, &item.configuration, captured, |reachability, instance, network| {
            let difference = difference(&reachability, instance, network).unwrap_or_default();
            format!("{}{difference}", reachability.dated())
        })
    }

    /// Returns what of the Internet reaches a replication instance, by its description.
    pub(crate) fn reachability(&self, place: Place, description: &Configuration) -> Reachability {
        self.evaluated(place, description, None, |reachability, _, _| reachability)
    }

    fn evaluated<T>(
        &self,
        place: Place,
        description: &Configuration,
        captured: Option<DateTime<Utc>>,
        result: impl FnOnce(Reachability, &Instance, &Network) -> T,
    ) -> T {
        let mut by_place = self.by_place.borrow_mut();
        let (interfaces, network) =
            by_place.entry(place).or_insert_with_key(|place| self.saved.network(place));
        let instance = replication_instance(description, interfaces, captured);
        result(evaluate(&instance, network), &instance, network)
    }

    /// Adds a response of EC2, as [`SavedNetworks::add_response`] does. `file` is the name of its file, which may have the id of a
    /// prefix list.
    ///
    /// # Errors
    /// Returns the reasons if a part of it cannot be read, or is cut short.
    pub(crate) fn add_response(&mut self, document: &Json, file: &str) -> Result<bool, Vec<Unread>> {
        self.saved.add_response(document, prefix_list(file).as_deref())
    }

    /// Adds one item of AWS Config. Returns true if it is of a type of which a network consists.
    ///
    /// # Errors
    /// Returns the reason if it cannot be read.
    pub(crate) fn add_item(&mut self, value: &[u8]) -> Result<bool, String> {
        let mut records = Records::default();
        // An item without a time counts as one whose time is not known: this one is not read.
        records.add_item(value, DateTime::<Utc>::UNIX_EPOCH);
        if let Some(error) = records.errors.pop() {
            return Err(error);
        }
        let mut is_known = false;
        for (item, captured) in &records.items {
            is_known |= self.saved.add_record(item, *captured, false).map_err(|reason| reason.to_string())?;
        }
        Ok(is_known)
    }
}

/// Returns the note on an instance of which Prowler reports another result: it searches the groups for a rule from everywhere.
fn difference(reachability: &Reachability, instance: &Instance, network: &Network) -> Option<&'static str> {
    let groups: Vec<String> = match instance {
        Instance::Interfaces(interfaces) => {
            let groups: Result<Vec<_>, _> = interfaces.items.iter().map(|one| one.groups.clone()).collect();
            groups.ok()?.concat()
        }
        Instance::SubnetGroup(group) => group.groups.clone().ok()?,
    };
    match (&reachability.state, open_to_exactly_the_world(&groups, &network.security_groups).ok()?) {
        (State::Open(_), None) => Some("; Prowler: not open (no rule with exactly 0.0.0.0/0)"),
        (State::Closed(_), Some(_)) => Some("; Prowler: open (a rule with 0.0.0.0/0, whatever else closes)"),
        (State::Open(_), Some(_)) | (State::Closed(_), None) | (State::Unknown(_), _) => None,
    }
}

struct NetworkReader {
    saved: SavedNetworks,
    failures: Vec<Failure>,
    /// The time of what has none of its own.
    at: DateTime<Utc>,
}

/// The records in one document of AWS Config.
#[derive(Default)]
struct Records {
    items: Vec<(ConfigurationItem, Option<DateTime<Utc>>)>,
    /// True if the document is a list, whatever is in it.
    is_list: bool,
    is_snapshot: bool,
    errors: Vec<String>,
    /// The members of a list at the top.
    others: Vec<Vec<u8>>,
}

impl NetworkReader {
    /// Reads a file. Returns true if it describes a network. A file that was found in a folder may be about something else.
    fn file(&mut self, input: &InputFile, is_in_folder: bool) -> bool {
        let progress = Progress::new(None);
        let mut errors = Vec::new();
        let is_found = match input.open(&progress) {
            Ok((bytes, _)) => self.documents(Scanner::new(bytes), input, is_in_folder, &mut errors),
            Err(error) => {
                errors.push(ReadError::Io(error).to_string());
                false
            }
        };
        progress.finish();
        for error in errors {
            let failure = Failure::in_file(input.name.clone(), format!("--network: {error}"));
            if !self.failures.contains(&failure) {
                self.failures.push(failure);
            }
        }
        is_found
    }

    fn documents(
        &mut self,
        mut scanner: Scanner<impl std::io::Read>,
        input: &InputFile,
        is_in_folder: bool,
        errors: &mut Vec<String>,
    ) -> bool {
        let mut is_found = false;
        match scanner.first() {
            Ok(Some(b'{' | b'[')) => {}
            Ok(None) => {
                errors.push(ReadError::Empty.to_string());
                return false;
            }
            Ok(Some(_)) if is_in_folder && !is_json(&input.name) => return false,
            Ok(Some(_)) => {
                errors.push("is not JSON; request it again with `--output json`".to_owned());
                return false;
            }
            Err(error) => {
                errors.push(error.to_string());
                return false;
            }
        }
        let prefix_list = prefix_list(&input.name);
        loop {
            let mut records = Records::default();
            let read = scanner.document(is_list, |piece| records.add(piece, self.at));
            let text = scanner.text().filter(|_| !records.is_list && matches!(read, Ok(true)));
            errors.append(&mut records.errors);
            is_found |= self.add(&records, errors);
            for document in records.others.iter().map(Vec::as_slice).chain(text) {
                is_found |= self.value(document, prefix_list.as_deref(), errors);
            }
            match read {
                Ok(true) => {}
                Ok(false) => return is_found,
                Err(error) => {
                    errors.push(error.to_string());
                    return is_found;
                }
            }
        }
    }

    fn add(&mut self, records: &Records, errors: &mut Vec<String>) -> bool {
        let mut is_found = false;
        for (item, captured) in &records.items {
            match self.saved.add_record(item, *captured, records.is_snapshot) {
                Ok(is_known) => is_found |= is_known,
                Err(reason) => errors.push(reason.to_string()),
            }
        }
        is_found
    }

    /// Reads a response of EC2, or one record. Returns true if it describes a network, or part of it cannot be read.
    fn value(&mut self, text: &[u8], prefix_list: Option<&str>, errors: &mut Vec<String>) -> bool {
        let known = errors.len();
        let members = std::str::from_utf8(text).ok().and_then(|text| Members::from_json(text).ok());
        let json = serde_json::from_slice::<Json>(text);
        let (Some(members), Ok(json)) = (members, json) else {
            errors.push("is not JSON, or not an object".to_owned());
            return true;
        };
        let mut records = Records::default();
        if members.has("resourceType") {
            records.add_item(text, self.at);
        }
        for name in ["configurationItem", "ConfigurationItem"] {
            members.get(name).for_each(|item| records.add_item(item.as_bytes(), self.at));
        }
        errors.append(&mut records.errors);
        let is_found = self.add(&records, errors);
        match self.saved.add_response(&json, prefix_list) {
            Ok(is_known) => is_found || is_known || errors.len() > known,
            Err(reasons) => {
                errors.extend(reasons.iter().map(ToString::to_string));
                true
            }
        }
    }
}

impl Records {
    fn add(&mut self, piece: Piece<'_>, at: DateTime<Utc>) {
        match piece {
            Piece::List(_) => self.is_list = true,
            Piece::Element("", value) => self.others.push(value.to_owned()),
            Piece::Element("Results", value) => {
                let text = std::str::from_utf8(value).map(decoded);
                self.add_item(text.as_ref().map_or(value, |text| text.as_bytes()), at);
            }
            Piece::Element(_, value) => self.add_item(value, at),
            Piece::Member("configSnapshotId", value) => self.is_snapshot = value.starts_with(b"\""),
            Piece::Member(name @ ("nextToken" | "NextToken"), value)
                if is_list_paged(value) && self.is_list =>
            {
                self.errors.push(ReadError::Paged(name.to_owned()).to_string());
            }
            Piece::Member(..) => {}
        }
    }

    /// Adds an item if it may be of EC2.
    fn add_item(&mut self, value: &[u8], at: DateTime<Utc>) {
        let may_be_of_network = match items::type_name(value) {
            Some(name) => name.starts_with("AWS::EC2::"),
            None => memchr::memmem::find(value, b"AWS::EC2::").is_some(),
        };
        if !may_be_of_network {
            return;
        }
        match items::read_partial(value, at) {
            Ok(resource) => {
                let captured = resource.is_dated.then_some(resource.item.configuration_item_capture_time);
                self.items.push((resource.item, captured));
            }
            Err(error) => self.errors.push(error.to_string()),
        }
    }
}

fn is_list_paged(token: &[u8]) -> bool {
    !matches!(token, b"null" | b"\"\"")
}

/// Returns true if a member of that name is a list of records of AWS Config.
fn is_list(name: &str) -> bool {
    matches!(name, "configurationItems" | "baseConfigurationItems" | "BaseConfigurationItems" | "Results")
}

/// Returns true if the name of a file states that it is JSON.
fn is_json(name: &str) -> bool {
    let name = name.to_lowercase();
    [".json", ".json.gz", ".jsonl", ".jsonl.gz", ".ndjson"].iter().any(|ending| name.ends_with(ending))
}

/// Returns the id of a prefix list in the name of a file, such as `entries-pl-0a1.json`.
fn prefix_list(name: &str) -> Option<String> {
    let name = Path::new(name).file_name()?.to_str()?;
    let (before, behind) = name.rsplit_once("pl-")?;
    let id: String = behind.chars().take_while(|c| c.is_ascii_digit() || c.is_ascii_lowercase()).collect();
    let is_word = !before.ends_with(|c: char| c.is_ascii_alphanumeric());
    (is_word && !id.is_empty()).then(|| format!("pl-{id}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_prefix_list_is_in_the_name_of_its_file() {
        for (name, wanted) in [
            ("a/pl-0a1.json", Some("pl-0a1")),
            ("entries-pl-0a1.json.gz", Some("pl-0a1")),
            ("pl-0a1/entries.json", None),
            ("repl-0a1.json", None),
            ("pl-.json", None),
            ("describe-managed-prefix-lists.json", None),
        ] {
            assert_eq!(prefix_list(name).as_deref(), wanted, "{name}");
        }
    }
}
