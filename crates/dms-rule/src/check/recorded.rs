//! Resources that exist, as AWS Config recorded them or DMS described them.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use config_lambda::{ConfigEvent, InvokingEvent};
use report::SourceKind;
use rule_core::{Arn, Configuration, ConfigurationItem, Fact, Facts, RuleParameters, resource_type};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::scanner::Piece;

/// A resource, and what is known beside it.
pub(super) struct Recorded {
    pub(super) item: ConfigurationItem,
    pub(super) facts: Facts,
    pub(super) left_scope: bool,
}

impl Recorded {
    fn item(item: ConfigurationItem) -> Self {
        Self { item, facts: untold("the file does not tell them"), left_scope: false }
    }

    /// DMS's own description: what it leaves out, DMS does not tell.
    fn described(item: ConfigurationItem) -> Self {
        let facts = Facts {
            description: Fact::Known(Configuration::Absent),
            ..untold("the describe commands of DMS do not print them")
        };
        Self { item, facts, left_scope: false }
    }
}

/// Nothing can be looked up from a file.
fn untold(tags: &str) -> Facts {
    Facts {
        tags: Fact::Unavailable(tags.to_owned()),
        kms_key: Fact::Unavailable("a file does not tell who manages a KMS key".to_owned()),
        ..Facts::unavailable("the file does not tell it either")
    }
}

/// The resource of an event, and the rule that the event is for.
pub(super) fn event(text: &str) -> Result<(Recorded, RuleParameters), String> {
    let event = ConfigEvent::from_json(text).map_err(|error| error.to_string())?;
    let item = match event.invoking_event {
        InvokingEvent::ConfigurationItemChangeNotification(item) => *item,
        InvokingEvent::OversizedConfigurationItemChangeNotification(summary) => summary.item,
        InvokingEvent::ScheduledNotification | InvokingEvent::ConfigurationSnapshotDeliveryCompleted => {
            return Err(
                "is an event about every resource and holds none; run it with `dms-rule invoke --fleet FILE`, or look with `dms-rule scan`"
                    .to_owned(),
            );
        }
    };
    Ok((Recorded { left_scope: event.event_left_scope, ..Recorded::item(item) }, event.rule_parameters))
}

/// The resource of a notification as SNS or EventBridge carry it.
pub(super) fn notification(members: &HashMap<Cow<'_, str>, &RawValue>) -> Option<Result<Recorded, String>> {
    if let Some(detail) = members.get("detail") {
        let inner: HashMap<Cow<'_, str>, &RawValue> = serde_json::from_str(detail.get()).ok()?;
        return notification(&inner);
    }
    let item = members.get("configurationItem").or_else(|| members.get("configurationItemSummary"))?;
    Some(ConfigurationItem::from_json(item.get()).map(Recorded::item).map_err(|error| error.to_string()))
}

/// A document that is itself one item or one described resource.
pub(super) fn single(text: &str, at: DateTime<Utc>) -> Option<Result<(SourceKind, Recorded), String>> {
    let shape: Shape = serde_json::from_str(text).ok()?;
    if shape.resource_type.is_some() && shape.configuration_item_status.is_some() {
        let item = ConfigurationItem::from_json(text).map_err(|error| error.to_string());
        return Some(item.map(|item| (SourceKind::ConfigurationItem, Recorded::item(item))));
    }
    described(text.as_bytes(), at).map(|described| Ok((SourceKind::DmsResource, described?)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shape<'a> {
    #[serde(borrow)]
    resource_type: Option<&'a RawValue>,
    #[serde(borrow)]
    configuration_item_status: Option<&'a RawValue>,
}

/// An object that names itself by the properties of one of DMS's types. Instances come first: other resources name
/// theirs.
fn described(bytes: &[u8], at: DateTime<Utc>) -> Option<Result<Recorded, String>> {
    let configuration: Configuration = serde_json::from_slice(bytes).ok()?;
    let of = resource_type::ALL.into_iter().find(|of| {
        let has = |property| configuration.values(property).next().is_some();
        has(of.identifier) && if let Arn::Property(arn) = of.arn { has(arn) } else { true }
    })?;
    let item = ConfigurationItem::listed(of, configuration, at, |_, _| None);
    Some(item.map(Recorded::described).map_err(|what| format!("holds {what}")))
}

/// The members whose elements are read one by one.
pub(super) fn is_list(name: &str) -> bool {
    kind_of_list(name).is_some()
}

/// The output of the command, and what is delivered to S3.
fn kind_of_list(name: &str) -> Option<SourceKind> {
    Some(match name {
        "" => SourceKind::List,
        "configurationItems" => SourceKind::ConfigHistory,
        "baseConfigurationItems" | "BaseConfigurationItems" => SourceKind::ConfigBatch,
        "Results" => SourceKind::ConfigQuery,
        _ => {
            let is_listed = |listed: &ResourceType| listed.listing().member == name;
            return ResourceType::ALL.into_iter().find(is_listed).map(SourceKind::DmsDescription);
        }
    })
}

/// What a document with lists holds.
pub(super) struct Lists {
    at: DateTime<Utc>,
    kind: Option<SourceKind>,
    resources: Vec<Recorded>,
    /// The newest item of each resource.
    newest: HashMap<[String; 4], usize>,
    failures: Vec<String>,
    elements: usize,
    /// At the top is a list.
    is_list: bool,
}

impl Lists {
    pub(super) fn new(at: DateTime<Utc>) -> Self {
        Self {
            at,
            kind: None,
            resources: Vec::new(),
            newest: HashMap::new(),
            failures: Vec::new(),
            elements: 0,
            is_list: false,
        }
    }

    /// What it was; nothing where there is nothing that is known.
    pub(super) fn kind(&self) -> Option<SourceKind> {
        self.kind.or((self.is_list && self.elements == 0).then_some(SourceKind::EmptyList))
    }

    pub(super) fn end(self) -> (Vec<Recorded>, Vec<String>) {
        (self.resources, self.failures)
    }

    pub(super) fn take(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Member(name, value) => self.member(name, value),
            // What a list without a name is, its entries must tell.
            Piece::List("") => self.is_list = true,
            Piece::List(name) => self.kind = self.kind.or(kind_of_list(name)),
            Piece::Element(list, value) => {
                self.elements += 1;
                if let Err(why) = self.element(list, value) {
                    let number = self.elements;
                    let list = if list.is_empty() { "the list" } else { list };
                    self.failures.push(format!("entry {number} of {list} cannot be judged: {why}"));
                }
            }
        }
    }

    fn member(&mut self, name: &str, value: &[u8]) {
        let is_empty = matches!(value, b"null" | b"\"\"" | b"[]");
        match name {
            "fileVersion" | "configSnapshotId" if self.kind.is_none_or(|kind| kind == SourceKind::ConfigHistory) => {
                self.kind = Some(SourceKind::ConfigFile);
            }
            "nextToken" | "NextToken" | "Marker" if !is_empty => self.failures.push(format!(
                "is cut short: {name} says that more follows. Let the AWS CLI print everything, without --max-items and --no-paginate"
            )),
            "unprocessedResourceKeys" | "UnprocessedResourceIdentifiers" if !is_empty => {
                self.failures.push(format!("AWS Config left some resources out, in {name}: ask again for those"));
            }
            // The list is there, and no list.
            _ if is_list(name) => {
                self.kind = self.kind.or(kind_of_list(name));
                self.failures.push(format!("{name} is no list"));
            }
            _ => {}
        }
    }

    fn element(&mut self, list: &str, value: &[u8]) -> Result<(), String> {
        if let Some(of) = resource_type::ALL.into_iter().find(|of| of.list == list) {
            let configuration: Configuration =
                serde_json::from_slice(value).map_err(|error| error.to_string())?;
            let item = ConfigurationItem::listed(of, configuration, self.at, |_, _| None);
            self.resources.push(Recorded::described(item?));
            return Ok(());
        }
        match list {
            "Results" => self.query_result(value),
            "" => self.anything(value),
            _ => self.item(value, list == "configurationItems"),
        }
    }

    /// An item among those of every type.
    fn item(&mut self, value: &[u8], is_history: bool) -> Result<(), String> {
        if !value.starts_with(b"{") {
            return Err("it is no object".to_owned());
        }
        if !may_speak_of_dms(value) {
            return Ok(());
        }
        if is_of_another_type(value) {
            return Ok(());
        }
        let item = if is_history { read(value)? } else { read_partial(value, self.at)? };
        self.keep(item);
        Ok(())
    }

    /// Of several items of one resource the newest counts; of two that cannot be told apart, both.
    fn keep(&mut self, item: ConfigurationItem) {
        let key = [
            item.resource_type.to_ascii_lowercase(),
            item.resource_id.clone(),
            item.account_id.clone().unwrap_or_default(),
            item.aws_region.clone().unwrap_or_default(),
        ];
        match self.newest.get(&key).and_then(|index| self.resources.get_mut(*index)) {
            Some(known) if age(&known.item, &item) == Some(Ordering::Less) => known.item = item,
            Some(known) if age(&known.item, &item) == Some(Ordering::Greater) || known.item == item => {}
            _ => {
                self.newest.insert(key, self.resources.len());
                self.resources.push(Recorded::item(item));
            }
        }
    }

    /// One result of a query: text that holds the properties that were selected.
    fn query_result(&mut self, value: &[u8]) -> Result<(), String> {
        let text: Cow<'_, str> = match serde_json::from_slice(value) {
            Ok(Value::String(text)) => text.into(),
            Ok(object @ Value::Object(_)) => object.to_string().into(),
            _ => return Err("it is neither text nor an object".to_owned()),
        };
        if !text.trim_start().starts_with('{') {
            return Err("it holds no object".to_owned());
        }
        if is_of_another_type(text.as_bytes()) {
            return Ok(());
        }
        let item = read_partial(text.as_bytes(), self.at)?;
        self.keep(item);
        Ok(())
    }

    /// An entry of a list without a name: an item, an event's item, or what `--query` left of a description.
    fn anything(&mut self, value: &[u8]) -> Result<(), String> {
        let text = std::str::from_utf8(value).map_err(|error| error.to_string())?;
        let members: HashMap<Cow<'_, str>, &RawValue> = serde_json::from_str(text).unwrap_or_default();
        if members.contains_key("resourceType") {
            self.kind = self.kind.or(Some(SourceKind::ConfigurationItems));
            return self.item(value, members.contains_key("configurationItemStatus"));
        }
        if let Some(recorded) = notification(&members) {
            self.kind = self.kind.or(Some(SourceKind::ConfigNotifications));
            self.keep(recorded?.item);
            return Ok(());
        }
        if let Some(recorded) = described(value, self.at) {
            self.kind = self.kind.or(Some(SourceKind::DmsResources));
            self.resources.push(recorded?);
            return Ok(());
        }
        if self.kind.is_some() { Err("it is nothing that is known".to_owned()) } else { Ok(()) }
    }
}

/// How old one item is beside another of the same resource; nothing where that cannot be told.
fn age(one: &ConfigurationItem, other: &ConfigurationItem) -> Option<Ordering> {
    let state = |item: &ConfigurationItem| item.configuration_state_id.as_deref()?.parse::<u64>().ok();
    match one.configuration_item_capture_time.cmp(&other.configuration_item_capture_time) {
        Ordering::Equal => Some(state(one)?.cmp(&state(other)?)).filter(|order| order.is_ne()),
        order => Some(order),
    }
}

/// Whether an item can be of a DMS type, without reading it: `::DMS::` in any case, or an escape that may hide one.
fn may_speak_of_dms(value: &[u8]) -> bool {
    let named = memchr::memmem::find_iter(value, b"::")
        .any(|at| value.get(at + 2..at + 7).is_some_and(|word| word.eq_ignore_ascii_case(b"DMS::")));
    named || memchr::memmem::find(value, b"\\u").is_some()
}

/// Whether it says, readably, that it is of a type that no rule judges.
fn is_of_another_type(value: &[u8]) -> bool {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Typed<'a> {
        #[serde(borrow)]
        resource_type: Cow<'a, str>,
    }
    serde_json::from_slice::<Typed<'_>>(value).is_ok_and(|typed| {
        let is_ours = |of: &&rule_core::ResourceType| of.name.eq_ignore_ascii_case(&typed.resource_type);
        !resource_type::ALL.iter().any(is_ours)
    })
}

fn read(value: &[u8]) -> Result<ConfigurationItem, String> {
    let text = std::str::from_utf8(value).map_err(|error| error.to_string())?;
    ConfigurationItem::from_json(text).map_err(|error| error.to_string())
}

/// An item of which a query selected only some members, or that a batch answered: queries and batches speak of existing
/// resources only, so the status may be missing; the time then is that of the check.
fn read_partial(value: &[u8], at: DateTime<Utc>) -> Result<ConfigurationItem, String> {
    let text = std::str::from_utf8(value).map_err(|error| error.to_string())?;
    let members: HashMap<Cow<'_, str>, &RawValue> =
        serde_json::from_str(text).map_err(|error| format!("not an object: {error}"))?;
    let mut added = String::new();
    let mut add = |name: &str, value: &str| {
        added.extend(["\"", name, "\":", value, ","]);
    };
    if !members.contains_key("configurationItemStatus") {
        add("configurationItemStatus", "\"OK\"");
    }
    if !members.contains_key("configurationItemCaptureTime") {
        add("configurationItemCaptureTime", &format!("\"{}\"", at.to_rfc3339()));
    }
    if !members.contains_key("resourceId")
        && let Some(arn) = members.get("arn").or_else(|| members.get("ARN"))
    {
        add("resourceId", arn.get());
    }
    // Put before the others as text: read into a map, a member that is given twice would be lost.
    let rest = text.trim_start().strip_prefix('{').ok_or("not an object")?;
    let text = if members.is_empty() { text.to_owned() } else { format!("{{{added}{rest}") };
    read(text.as_bytes())
}
