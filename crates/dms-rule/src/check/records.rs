//! The records of resources that exist, of all inputs of a run: of several records of one resource the newest counts, or all do.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::rc::Rc;

use report::SourceKind;
use rule_core::{Arn, ArnForm, ConfigurationItem, ResourceType, RuleParameters};

use super::existing::ExistingResource;

/// A record of a resource, and the input that it is from.
pub(super) struct Record {
    pub(super) resource: ExistingResource,
    /// The name of the input.
    pub(super) input: Rc<str>,
    pub(super) kind: SourceKind,
    /// The rule of the event that the record is from, if it is from one whose own rule is evaluated.
    pub(super) own: Option<RuleParameters>,
}

/// The records of a resource that a run needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kept {
    /// Those that may be the newest; there are several only if it cannot be known which one is.
    #[default]
    Newest,
    /// All that differ.
    All,
}

/// One resource, with the records of it that are kept.
pub(super) struct RecordedResource {
    kept: Kept,
    pub(super) records: Vec<Record>,
    /// The input and its kind of each record that is not kept: a newer or an equal one replaces it.
    pub(super) superseded: Vec<(Rc<str>, SourceKind)>,
    /// The rules of events about the resource, each once.
    pub(super) own_rules: Vec<RuleParameters>,
    /// True if a record is not from an event with a rule of its own, so that all chosen rules are evaluated.
    pub(super) wants_every_rule: bool,
}

/// Everything that a record states about the identity of its resource.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Identity {
    arn: Option<String>,
    id: String,
    place: Place,
}

/// The type, account and Region of a resource; `None` where it is not known.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Place {
    resource_type: Option<ResourceType>,
    account_id: Option<String>,
    region: Option<String>,
    /// The input, and without a time the record in it, where neither an ARN nor account and Region identify the resource: the
    /// same id in another input may be another resource.
    scope: Option<(Rc<str>, usize)>,
}

/// All records of a run. Memory is bounded by the resources and not by their records, as long as these have times.
#[derive(Default)]
pub(super) struct Records {
    kept: Kept,
    resources: Vec<(Identity, RecordedResource)>,
    indices: HashMap<Identity, usize>,
}

impl Records {
    /// Returns no records yet.
    pub(super) fn new(kept: Kept) -> Self {
        Self { kept, ..Self::default() }
    }

    /// Adds a record.
    pub(super) fn add(&mut self, record: Record) {
        let identity = Identity::new(&record, self.resources.len());
        let resource = RecordedResource::new(record, self.kept);
        let known = self.indices.get(&identity).and_then(|index| self.resources.get_mut(*index));
        if let Some((_, known)) = known {
            known.merge(resource);
        } else {
            self.indices.insert(identity.clone(), self.resources.len());
            self.resources.push((identity, resource));
        }
    }

    /// Returns each resource once, in the order of their first records.
    ///
    /// Two records are of one resource if they have the same type, account, Region and ARN of DMS. If one of them has no ARN,
    /// they are if the id is the same, and no third record shows that this could be another resource. Without ARN, account and
    /// Region they are only if they are of one input and have times.
    pub(super) fn resources(self) -> Vec<RecordedResource> {
        let mut merged: Vec<RecordedResource> = Vec::new();
        let mut by_arn: HashMap<(String, Place), usize> = HashMap::new();
        let mut by_place: HashMap<(String, Place), Vec<usize>> = HashMap::new();
        let mut without_arn = Vec::new();
        for (Identity { arn, id, place }, resource) in self.resources {
            let Some(arn) = arn else {
                without_arn.push(((id, place), resource));
                continue;
            };
            let index = *by_arn.entry((arn, place.clone())).or_insert(merged.len());
            match merged.get_mut(index) {
                Some(known) => known.merge(resource),
                None => merged.push(resource),
            }
            let at_place = by_place.entry((id, place)).or_default();
            if !at_place.contains(&index) {
                at_place.push(index);
            }
        }
        for (place, resource) in without_arn {
            let only = by_place.get(&place).and_then(|indices| match indices.as_slice() {
                [index] => merged.get_mut(*index),
                _ => None,
            });
            match only {
                Some(known) => known.merge(resource),
                None => merged.push(resource),
            }
        }
        merged
    }
}

impl RecordedResource {
    fn new(record: Record, kept: Kept) -> Self {
        Self {
            kept,
            superseded: Vec::new(),
            own_rules: record.own.iter().cloned().collect(),
            wants_every_rule: record.own.is_none(),
            records: vec![record],
        }
    }

    /// Keeps the records of both that the run needs.
    fn merge(&mut self, other: Self) {
        self.wants_every_rule |= other.wants_every_rule;
        self.superseded.extend(other.superseded);
        for rule in other.own_rules {
            if !self.own_rules.contains(&rule) {
                self.own_rules.push(rule);
            }
        }
        for record in other.records {
            match self.kept {
                Kept::Newest => self.keep_if_newest(record),
                Kept::All => self.keep_if_new(record),
            }
        }
    }

    fn keep_if_newest(&mut self, record: Record) {
        let is_older = |record: &Record, other: &Record| {
            age(&record.resource, &other.resource) == Some(Ordering::Less)
                || record.resource == other.resource
        };
        if self.records.iter().any(|known| is_older(&record, known)) {
            self.superseded.push((record.input, record.kind));
            return;
        }
        let (older, newest): (Vec<Record>, Vec<Record>) =
            std::mem::take(&mut self.records).into_iter().partition(|known| is_older(known, &record));
        self.superseded.extend(older.into_iter().map(|older| (older.input, older.kind)));
        self.records = newest;
        self.records.push(record);
    }

    /// Keeps a record that is none of the known ones. Of equal ones the input that is first by its name is kept.
    fn keep_if_new(&mut self, mut record: Record) {
        let time = |record: &Record| record.resource.item.configuration_item_capture_time;
        let is_equal =
            |known: &&mut Record| time(known) == time(&record) && known.resource == record.resource;
        let Some(known) = self.records.iter_mut().find(is_equal) else {
            self.records.push(record);
            return;
        };
        if record.input < known.input {
            std::mem::swap(known, &mut record);
        }
        self.superseded.push((record.input, record.kind));
    }
}

impl Identity {
    /// Returns the identity of the resource of a record. `number` tells records from each other.
    fn new(Record { resource, input, .. }: &Record, number: usize) -> Self {
        let ExistingResource { item, is_dated, .. } = resource;
        let resource_type = ResourceType::from_name(&item.resource_type);
        // An item may hold its ARN in its configuration alone.
        let configured = || match resource_type?.arn_form() {
            ArnForm::Property(property) => item.configuration.text(property),
            ArnForm::Named(_) => None,
        };
        // What is no ARN of DMS, such as a redacted one, identifies nothing.
        let is_of_dms = |arn: &&str| Arn::parse(arn).is_some_and(|arn| arn.service == "dms");
        let arn = item.known_arn().filter(is_of_dms).or_else(|| configured().filter(is_of_dms));
        let parts = arn.and_then(Arn::parse);
        let account_id = item.account_id.clone().or_else(|| parts?.account_id().map(str::to_owned));
        let region = item.aws_region.clone().or_else(|| parts?.region().map(str::to_owned));
        let is_identified = arn.is_some() || (account_id.is_some() && region.is_some());
        let scope = (!is_identified).then(|| (Rc::clone(input), if *is_dated { 0 } else { 1 + number }));
        Self {
            arn: arn.map(str::to_owned),
            id: item.resource_id.clone(),
            place: Place { resource_type, account_id, region, scope },
        }
    }
}

/// Compares the age of two records of one resource; `None` if it cannot be known.
fn age(one: &ExistingResource, other: &ExistingResource) -> Option<Ordering> {
    if !one.is_dated || !other.is_dated {
        return None;
    }
    let state = |item: &ConfigurationItem| item.configuration_state_id.as_deref()?.parse::<u64>().ok();
    let (one, other) = (&one.item, &other.item);
    match one.configuration_item_capture_time.cmp(&other.configuration_item_capture_time) {
        Ordering::Equal => Some(state(one)?.cmp(&state(other)?)).filter(|order| order.is_ne()),
        order => Some(order),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The members of a record that this file reads, in the order of the tuple: ARN, id, account, time, state and flag.
    type Fields = (Option<u8>, u8, Option<u8>, Option<u8>, u8, bool);

    fn fields() -> impl Strategy<Value = Fields> {
        let few = || prop::option::of(0..2_u8);
        (few(), 0..2_u8, few(), prop::option::weighted(0.9, 0..3_u8), 0..3_u8, any::<bool>())
    }

    fn record(number: usize, (arn, id, account, time, state, flag): Fields) -> Record {
        let mut item = serde_json::json!({
            "resourceType": "AWS::DMS::ReplicationInstance", "resourceId": format!("r{id}"), "configurationItemStatus": "OK",
            "configurationItemCaptureTime": format!("2026-10-0{}T00:00:00Z", 1 + time.unwrap_or(0)),
            "configurationStateId": state, "configuration": {"PubliclyAccessible": flag},
        });
        if let Some(arn) = arn {
            item["arn"] = format!("arn:aws:dms:eu-west-1:123456789012:rep:R{arn}").into();
        }
        if let Some(account) = account {
            item["accountId"] = format!("12345678901{account}").into();
        }
        let item = ConfigurationItem::from_json(&item.to_string()).unwrap();
        let resource = ExistingResource { is_dated: time.is_some(), ..ExistingResource::recorded(item) };
        Record { resource, input: number.to_string().into(), kind: SourceKind::ConfigFile, own: None }
    }

    fn resources(all: &[(usize, Fields)]) -> Vec<RecordedResource> {
        let mut records = Records::default();
        all.iter().for_each(|(number, fields)| records.add(record(*number, *fields)));
        records.resources()
    }

    /// Describes the newest records without the input that they are from: of two equal ones either may stay.
    fn newest(all: &[(usize, Fields)]) -> Vec<Vec<String>> {
        let describe = |record: &Record| format!("{:?} {}", record.resource.item, record.resource.is_dated);
        let mut described: Vec<Vec<String>> = resources(all)
            .iter()
            .map(|resource| {
                let mut newest: Vec<String> = resource.records.iter().map(describe).collect();
                newest.sort();
                newest
            })
            .collect();
        described.sort();
        described
    }

    proptest! {
        #[test]
        fn no_record_is_lost_and_none_replaces_one_of_another_resource(
            all in prop::collection::vec(fields(), 1..9),
        ) {
            let all: Vec<(usize, Fields)> = all.into_iter().enumerate().collect();
            let resources = resources(&all);
            let mut inputs: Vec<usize> = Vec::new();
            for resource in &resources {
                let here: Vec<usize> = resource
                    .records
                    .iter()
                    .map(|record| &record.input)
                    .chain(resource.superseded.iter().map(|(input, _)| input))
                    .map(|input| input.parse().unwrap())
                    .collect();
                let arns: std::collections::BTreeSet<u8> =
                    here.iter().filter_map(|number| all[*number].1.0).collect();
                prop_assert!(arns.len() <= 1, "{:?} {:?}", here, all);
                // A record that is replaced is older than one that stays, or equal to it.
                for (input, _) in &resource.superseded {
                    let lost = record(0, all[input.parse::<usize>().unwrap()].1);
                    let is_replaced = resource.records.iter().any(|kept| {
                        age(&lost.resource, &kept.resource) == Some(Ordering::Less)
                            || lost.resource == kept.resource
                    });
                    prop_assert!(is_replaced, "{} {:?}", input, all);
                }
                inputs.extend(here);
            }
            inputs.sort_unstable();
            prop_assert_eq!(inputs, (0..all.len()).collect::<Vec<_>>());
        }

        #[test]
        fn the_order_of_the_inputs_changes_nothing(
            all in prop::collection::vec(fields(), 1..8).prop_flat_map(|all| {
                let numbered: Vec<(usize, Fields)> = all.into_iter().enumerate().collect();
                (Just(numbered.clone()), Just(numbered).prop_shuffle())
            }),
        ) {
            let (one, other) = all;
            prop_assert_eq!(newest(&one), newest(&other));
        }
    }
}
