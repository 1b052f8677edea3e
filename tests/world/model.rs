//! The resources of a world, and the truth about every id that AWS Config may show.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use serde_json::Value as Json;

use crate::rules::{Expected, Kind, RULES};
use crate::script::{Ids, Place, State};
use crate::timeline::{Timeline, Truth};
use crate::{ACCOUNT, REGION};

/// A resource that exists in DMS.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) state: State,
    pub(crate) last_day: Option<NaiveDate>,
    pub(crate) created: DateTime<Utc>,
    /// The end of the exemption, until the timelines have it.
    expiry: Option<DateTime<Utc>>,
}

/// A resource in the recorder's inventory.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Recorded {
    pub(crate) arn: String,
    pub(crate) id: String,
    pub(crate) name: String,
}

/// A configuration item: the resource as it was captured, `None` if it was deleted.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) kind: Kind,
    pub(crate) recorded: Recorded,
    pub(crate) resource: Option<Resource>,
    pub(crate) captured: DateTime<Utc>,
}

#[derive(Debug)]
pub(crate) struct Model {
    ids: Ids,
    pub(crate) resources: BTreeMap<Place, Resource>,
    pub(crate) recorded: BTreeMap<Place, Recorded>,
    /// The ids under which a place may be reported.
    aliases: BTreeMap<Place, Vec<String>>,
    pub(crate) timelines: BTreeMap<(usize, String), Timeline>,
    /// The last change of a resource of each type, or of what the recorder has of it.
    changed: BTreeMap<Kind, DateTime<Utc>>,
    /// The changes that the recorder has not recorded yet.
    pub(crate) unrecorded: BTreeMap<Kind, usize>,
    captured: DateTime<Utc>,
    /// The ids that the recorder has ever had.
    pub(crate) known: BTreeSet<String>,
    serial: usize,
    /// The last ARN of each place.
    arns: BTreeMap<Place, String>,
}

impl Model {
    pub(crate) fn new(ids: Ids) -> Self {
        Self {
            ids,
            resources: BTreeMap::new(),
            recorded: BTreeMap::new(),
            aliases: BTreeMap::new(),
            timelines: BTreeMap::new(),
            changed: BTreeMap::new(),
            unrecorded: BTreeMap::new(),
            captured: DateTime::UNIX_EPOCH,
            known: BTreeSet::new(),
            serial: 0,
            arns: BTreeMap::new(),
        }
    }

    /// Creates a resource. Returns false if there is one.
    pub(crate) fn create(
        &mut self,
        place: Place,
        state: State,
        has_its_old_arn: bool,
        now: DateTime<Utc>,
    ) -> bool {
        if self.resources.contains_key(&place) {
            return false;
        }
        self.serial += 1;
        let word = place.kind.word();
        let old = self.arns.get(&place).filter(|_| has_its_old_arn).cloned();
        let arn = old.unwrap_or_else(|| {
            // The order of ARNs is not that of creation.
            let part = (self.serial * 7919) % 10_000;
            format!("arn:aws:dms:{REGION}:{ACCOUNT}:{word}:WORLD{part:04}S{}", place.slot)
        });
        self.arns.insert(place, arn.clone());
        let name = format!("{word}-{}", place.slot);
        let (last_day, expiry) = exemption(state, now);
        self.resources.insert(place, Resource { arn, name, state, last_day, created: now, expiry });
        self.refresh(place, now);
        true
    }

    /// Changes a resource. Returns false if there is none.
    pub(crate) fn change(&mut self, place: Place, state: State, now: DateTime<Utc>) -> bool {
        let Some(resource) = self.resources.get_mut(&place) else { return false };
        resource.state = state;
        (resource.last_day, resource.expiry) = exemption(state, now);
        self.refresh(place, now);
        true
    }

    pub(crate) fn rename(&mut self, place: Place, now: DateTime<Utc>) -> bool {
        self.serial += 1;
        let Some(resource) = self.resources.get_mut(&place) else { return false };
        resource.name = format!("{}-{}-renamed-{}", place.kind.word(), place.slot, self.serial);
        self.refresh(place, now);
        true
    }

    pub(crate) fn delete(&mut self, place: Place, now: DateTime<Utc>) -> bool {
        let existed = self.resources.remove(&place).is_some();
        self.refresh(place, now);
        existed
    }

    /// Returns true if the recorder can capture an item now: each item has a time of its own.
    pub(crate) fn can_capture(&self, now: DateTime<Utc>) -> bool {
        now > self.captured
    }

    /// Records the resource of a place as it is now. Returns the items: of what is no longer there, and of what is.
    pub(crate) fn capture(&mut self, place: Place, now: DateTime<Utc>) -> Vec<Item> {
        self.captured = now;
        let resource = self.resources.get(&place).cloned();
        let present = resource.as_ref().map(|resource| Recorded {
            arn: resource.arn.clone(),
            id: self.id(resource),
            name: resource.name.clone(),
        });
        let before = self.recorded.get(&place).cloned();
        let item = |recorded, resource| Item { kind: place.kind, recorded, resource, captured: now };
        let mut items = Vec::new();
        if let Some(before) = before.filter(|before| present.as_ref().is_none_or(|now| now.id != before.id)) {
            items.push(item(before, None));
        }
        match present {
            Some(present) => {
                self.recorded.insert(place, present.clone());
                self.known.insert(present.id.clone());
                items.push(item(present, resource));
            }
            None => {
                self.recorded.remove(&place);
            }
        }
        self.refresh(place, now);
        items
    }

    fn id(&self, resource: &Resource) -> String {
        match self.ids {
            Ids::Names => resource.name.clone(),
            Ids::LastPartsOfArns => resource.arn.rsplit(':').next().unwrap_or_default().to_owned(),
            Ids::ArnsAndNames if resource.arn.ends_with(['0', '2']) => resource.name.clone(),
            Ids::Arns | Ids::ArnsAndNames => resource.arn.clone(),
        }
    }

    /// Returns every id under which an existing resource may be reported.
    pub(crate) fn aliases(&self, place: Place) -> &[String] {
        self.aliases.get(&place).map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns the time since which nothing of a type has changed, in DMS or in the recorder; `None` if a change awaits
    /// the recorder.
    pub(crate) fn settled_since(&self, kind: Kind) -> Option<DateTime<Utc>> {
        let awaits = self.unrecorded.get(&kind).copied().unwrap_or_default();
        (awaits == 0).then(|| self.changed.get(&kind).copied().unwrap_or_default())
    }

    /// Returns the results that a schedule of the time `at` leaves, by id.
    pub(crate) fn results(&self, rule: usize, at: DateTime<Utc>) -> BTreeMap<String, &'static str> {
        let of_type = self.resources.iter().filter(|(place, _)| place.kind == RULES[rule].kind);
        of_type
            .map(|(_, resource)| (self.id(resource), expected(rule, resource, at).shown()))
            .filter(|(_, shown)| *shown != "NOT_APPLICABLE")
            .collect()
    }

    /// Ends the exemptions that are over by now.
    pub(crate) fn expire(&mut self, now: DateTime<Utc>) {
        let over: Vec<(Place, DateTime<Utc>)> = self
            .resources
            .iter_mut()
            .filter_map(|(place, resource)| Some((*place, resource.expiry.take_if(|expiry| *expiry <= now)?)))
            .collect();
        for (place, expiry) in over {
            self.set_truths(place, expiry);
        }
    }

    fn refresh(&mut self, place: Place, now: DateTime<Utc>) {
        self.changed.insert(place.kind, now);
        let resource = self.resources.get(&place);
        let aliases = self.aliases.entry(place).or_default();
        let own = match (resource, self.ids) {
            (None, _) => Vec::new(),
            (Some(resource), Ids::Arns) => vec![resource.arn.clone()],
            (Some(resource), Ids::Names | Ids::ArnsAndNames) => {
                vec![resource.arn.clone(), resource.name.clone()]
            }
            (Some(resource), Ids::LastPartsOfArns) => {
                let part = resource.arn.rsplit(':').next().unwrap_or_default();
                vec![resource.arn.clone(), part.to_owned()]
            }
        };
        // A resource may be reported under the id that the recorder still has for its place.
        let recorded = self.recorded.get(&place).map(|recorded| recorded.id.clone());
        let mut now_valid = own;
        now_valid.extend(recorded.filter(|_| self.ids != Ids::Arns));
        let gone: Vec<String> = aliases.iter().filter(|alias| !now_valid.contains(alias)).cloned().collect();
        now_valid.sort();
        now_valid.dedup();
        *aliases = now_valid;
        for alias in gone {
            for rule in rules_of(place.kind) {
                self.timelines.entry((rule, alias.clone())).or_default().set(now, Truth::Gone);
            }
        }
        self.set_truths(place, now);
    }

    fn set_truths(&mut self, place: Place, at: DateTime<Utc>) {
        let resource = self.resources.get(&place);
        for alias in self.aliases.get(&place).into_iter().flatten() {
            for rule in rules_of(place.kind) {
                let truth = resource.map_or(Truth::Gone, |resource| {
                    let id = self.id(resource);
                    let is_recorded = self.recorded.get(&place).is_some_and(|recorded| recorded.id == id);
                    let is_certain = *alias == id && (is_recorded || self.ids == Ids::Arns);
                    Truth::Exists { expected: expected(rule, resource, at), may_be_cleared: !is_certain }
                });
                self.timelines.entry((rule, alias.clone())).or_default().set(at, truth);
            }
        }
    }

    /// Returns the resources of a type in the shape of DMS.
    pub(crate) fn fleet(&self, kind: Kind) -> Vec<Json> {
        let of_type = self.resources.iter().filter(|(place, _)| place.kind == kind);
        of_type.map(|(_, resource)| resource.describe(kind)).collect()
    }
}

impl Resource {
    pub(crate) fn describe(&self, kind: Kind) -> Json {
        kind.describe(&self.arn, &self.name, self.state, self.last_day)
    }
}

pub(crate) fn expected(rule: usize, resource: &Resource, at: DateTime<Utc>) -> Expected {
    RULES[rule].expected(resource.state, resource.last_day, at.date_naive())
}

pub(crate) fn rules_of(kind: Kind) -> impl Iterator<Item = usize> {
    (0..RULES.len()).filter(move |rule| RULES[*rule].kind == kind)
}

/// Returns the last day of an exemption, and the moment after it; no moment if that is past.
fn exemption(state: State, now: DateTime<Utc>) -> (Option<NaiveDate>, Option<DateTime<Utc>>) {
    let Some(days) = state.exempt_days else { return (None, None) };
    let today = now.date_naive();
    let last = if days < 0 {
        today - Days::new(days.unsigned_abs())
    } else {
        today + Days::new(days.unsigned_abs())
    };
    let expiry = (last + Days::new(1)).and_time(NaiveTime::MIN).and_utc();
    (Some(last), Some(expiry).filter(|expiry| *expiry > now))
}
