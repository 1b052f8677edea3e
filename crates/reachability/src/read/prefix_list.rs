use rule_core::Json;

use super::object::{Object, missing, odd, odd_word};
use super::resource::Resource;
use crate::cidr::{Cidr, IpVersion};
use crate::listing::{Listing, Unread};
use crate::prefix_list::PrefixList;

/// A list of `describe-managed-prefix-lists`, which has no entries, of `describe-prefix-lists`, which has them as `Cidrs`,
/// or one that AWS Config recorded.
impl Resource for PrefixList {
    const LIST: &'static str = "PrefixLists";
    const RECORDED: &'static str = "AWS::EC2::PrefixList";

    fn read(resource: &Json) -> Result<Self, Unread> {
        let list = Object::new(resource)?;
        let id = list.id("PrefixListId")?.to_owned();
        let version = match list.optional_text("AddressFamily") {
            Ok(Some("IPv4")) => Some(IpVersion::V4),
            Ok(Some("IPv6")) => Some(IpVersion::V6),
            Ok(_) | Err(_) => None,
        };
        // No one but AWS can give a list a name that begins like this ("Work with customer-managed prefix lists").
        let name = list.optional_text("PrefixListName").ok().flatten().unwrap_or_default();
        let owner = list.optional_text("OwnerId").ok().flatten();
        let is_owned_by_aws = owner == Some("AWS") || (owner.is_none() && name.starts_with("com.amazonaws."));
        let inline = if list.has("Cidrs") { "Cidrs" } else { "Entries" };
        let (entries, mut incomplete) = if list.has(inline) {
            blocks(list, inline)
        } else {
            (Vec::new(), Some(Unread::new("has entries that were not read")))
        };
        match list.optional_text("State") {
            Ok(None) if incomplete.is_none() => {} // a form without states, which has the entries
            Ok(None) => incomplete = Some(missing("State")),
            Ok(Some(state)) if state.ends_with("-complete") => {}
            Ok(Some(state)) => incomplete = Some(odd_word("state", state)),
            Err(reason) => incomplete = Some(reason),
        }
        Ok(Self { id, version, is_owned_by_aws, entries, incomplete })
    }
}

/// Reads the response of `get-managed-prefix-list-entries` into the list with this id, which is added if it is not there.
#[must_use]
pub fn with_entries(mut lists: Listing<PrefixList>, id: &str, document: &Json) -> Listing<PrefixList> {
    let (entries, incomplete) = match Object::new(document) {
        Ok(object) => {
            let (entries, incomplete) = blocks(object, "Entries");
            (entries, incomplete.or_else(|| object.cut_short()))
        }
        Err(reason) => (Vec::new(), Some(reason)),
    };
    let mut found = false;
    for list in lists.items.iter_mut().filter(|list| list.id == id) {
        found = true;
        // A list that is being changed stays incomplete.
        let is_settled = list
            .incomplete
            .as_ref()
            .is_none_or(|reason| *reason == Unread::new("has entries that were not read"));
        list.entries.clone_from(&entries);
        if is_settled {
            list.incomplete.clone_from(&incomplete);
        }
    }
    if !found {
        let id = id.to_owned();
        let incomplete = incomplete.or_else(|| Some(Unread::new("is not described: its state is not known")));
        lists.items.push(PrefixList { id, version: None, is_owned_by_aws: false, entries, incomplete });
    }
    lists
}

/// Reads the blocks in a list of texts, or of objects with the text in `Cidr`.
fn blocks(object: Object<'_>, name: &str) -> (Vec<Cidr>, Option<Unread>) {
    let elements = match object.list(name) {
        Ok(elements) => elements,
        Err(reason) => return (Vec::new(), Some(reason)),
    };
    let block = |element: &Json| {
        let text = match element {
            Json::Text(text) => text.as_str(),
            Json::Object(_) => Object::new(element)?.text("Cidr")?,
            other => return Err(odd(name, other)),
        };
        Cidr::parse(text).ok_or_else(|| odd_word("Cidr", text))
    };
    let (mut blocks, mut incomplete) = (Vec::new(), None);
    for element in elements {
        match block(element) {
            Ok(cidr) => blocks.push(cidr),
            Err(reason) => incomplete = Some(reason),
        }
    }
    (blocks, incomplete)
}
