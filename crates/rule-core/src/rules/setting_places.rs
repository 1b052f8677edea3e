//! A setting of an endpoint in every place that may give it: its group of settings, and the extra connection attributes.

use super::{endpoint, extra_connection_attributes};
use crate::rules::description::description;
use crate::{Configuration, Fact, Input, Json, Stop, Unknown};

/// The values of one setting of an endpoint.
pub(super) struct SettingPlaces {
    name: &'static str,
    values: Vec<PlacedValue>,
    /// True if DMS no longer has a value that AWS Config recorded.
    is_gone: bool,
    /// The reason why there may be more values.
    rest: Result<(), Stop>,
}

/// A value, and the place that gives it.
#[derive(Clone, Debug)]
pub(super) struct PlacedValue {
    /// The name of the setting; behind that of the text, if it is one of the extra connection attributes.
    pub(super) place: String,
    /// A text, or something that is created with the endpoint; or the reason why it cannot be read.
    value: Result<Json, String>,
}

impl PlacedValue {
    /// Returns the text; empty if it cannot be read.
    pub(super) fn text(&self) -> &str {
        self.value.as_ref().ok().and_then(Json::as_str).unwrap_or_default()
    }

    /// Returns true if the value is one of the extra connection attributes.
    pub(super) fn is_extra(&self) -> bool {
        self.place.starts_with(endpoint::EXTRA_CONNECTION_ATTRIBUTES.path)
    }
}

impl SettingPlaces {
    /// Reads the setting `name` of `group` in the item and, since AWS Config does not record extra connection attributes, in the
    /// description by DMS, as far as that is known.
    pub(super) fn read(input: &Input, group: &'static str, name: &'static str) -> Self {
        let mut values = in_configuration(&input.item.configuration, group, name);
        let mut is_gone = false;
        // An item that gives both leaves nothing open, but a description that is known may show a later value.
        let is_whole = !values.is_empty()
            && extra_connection_attributes::are_text(&input.item.configuration)
            && !matches!(input.facts.description, Fact::Known(_));
        let rest = match description(input, endpoint::EXTRA_CONNECTION_ATTRIBUTES.path) {
            _ if is_whole => Ok(()),
            Ok(None) => Ok(()),
            Ok(Some(description)) => {
                let now = in_configuration(description, group, name);
                is_gone = now.is_empty();
                values.extend(now);
                Ok(())
            }
            Err(stop) => Err(stop),
        };
        Self { name, values, is_gone, rest }
    }

    /// Returns the first value that is so, whatever the others are.
    pub(super) fn find(&self, is_so: impl Fn(&str) -> bool) -> Option<&PlacedValue> {
        self.values
            .iter()
            .find(|one| one.value.as_ref().is_ok_and(|value| value.as_str().is_some_and(&is_so)))
    }

    /// Returns all values, each of which is a text; none if the setting is not given, or no longer.
    ///
    /// # Errors
    /// Returns [`Stop`] if one cannot be read, or if there may be more.
    pub(super) fn all(&self) -> Result<&[PlacedValue], Stop> {
        for PlacedValue { place, value } in &self.values {
            let what = match value {
                Ok(Json::Text(_)) => continue,
                Ok(other) => other.in_words(),
                Err(what) => what.clone(),
            };
            return Err(Unknown::new(format!("{place} is {what}")).into());
        }
        self.rest.clone().map(|()| if self.is_gone { &[] } else { self.values.as_slice() })
    }

    /// Returns a configuration with the setting alone, under its name: given as often as there are places with it.
    ///
    /// # Errors
    /// Returns [`Stop`] if a value cannot be read, or if there may be more.
    pub(super) fn configuration(&self) -> Result<Configuration, Stop> {
        let mut properties = Vec::new();
        for PlacedValue { place, value } in &self.values {
            match value {
                Ok(value) => properties.push((self.name.to_owned(), value.clone())),
                Err(what) => return Err(Unknown::new(format!("{place} is {what}")).into()),
            }
        }
        if self.is_gone {
            properties.clear();
        }
        self.rest.clone().map(|()| Configuration::Properties(properties))
    }

    /// Returns the only value; `None` if the setting is not given.
    ///
    /// # Errors
    /// Returns [`Stop`] as [`all`](Self::all) does, and if two places differ.
    pub(super) fn only(&self) -> Result<Option<&PlacedValue>, Stop> {
        let Some((first, others)) = self.all()?.split_first() else { return Ok(None) };
        if others.iter().any(|other| other.value != first.value) {
            return Err(Unknown::new(format!("{} is given in two places, differently", self.name)).into());
        }
        Ok(Some(first))
    }
}

/// Reads the places of one configuration. A group of settings that is not there is unreadable, unless the endpoint has extra
/// connection attributes, which may stand for it.
fn in_configuration(configuration: &Configuration, group: &'static str, name: &str) -> Vec<PlacedValue> {
    let mut values = Vec::new();
    let mut add = |place: String, value: Result<Option<Json>, String>| {
        values.extend(value.transpose().map(|value| PlacedValue { place, value }));
    };
    match endpoint::settings(configuration, group) {
        Ok(settings) => add(name.to_owned(), in_settings(&settings, name)),
        Err(_)
            if configuration.group(group) == Configuration::Absent
                && extra_connection_attributes::are_given(configuration) => {}
        Err(Unknown(reason)) => add(name.to_owned(), Err(format!("not known: {reason}"))),
    }
    add(
        format!("{}: {name}", endpoint::EXTRA_CONNECTION_ATTRIBUTES.path),
        extra_connection_attributes::value(configuration, name).map(|value| value.map(Json::Text)),
    );
    values
}

fn in_settings(settings: &Configuration, name: &str) -> Result<Option<Json>, String> {
    match settings.only(name)? {
        None => Ok(None),
        Some(value @ Json::Text(text)) if !text.is_empty() && text.trim() == text => Ok(Some(value.clone())),
        Some(created @ Json::Created { .. }) => Ok(Some(created.clone())),
        Some(odd) => Err(odd.in_words()),
    }
}
