//! The values that a request to create or modify a replication instance may have, after the documentation of
//! `CreateReplicationInstance` in the service model.

use std::net::IpAddr;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::resource::{number, text};
use crate::error::AwsError;
use crate::simulation::Simulation;

#[derive(Deserialize, Serialize, Clone)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct KerberosAuthenticationSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    key_cache_secret_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_cache_secret_iam_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    krb5_file_contents: Option<String>,
}

impl KerberosAuthenticationSettings {
    /// Removes the contents of the file, as a description without them has it.
    pub(super) fn hide_file(&mut self) {
        self.krb5_file_contents = None;
    }
}

/// Checks a name: letters, digits and hyphens, a letter first, no hyphen last and no two in a row.
///
/// # Errors
/// Returns the error of AWS if the name is not so, or longer than `maximum`.
pub(super) fn check_name(member: &str, name: &str, maximum: usize) -> Result<(), AwsError> {
    let is_valid = name.len() <= maximum
        && name.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
        && !name.ends_with('-')
        && !name.contains("--");
    if is_valid {
        return Ok(());
    }
    Err(AwsError::invalid_parameter(format!(
        "The parameter {member} is not a valid identifier. Identifiers must begin with a letter; must contain only \
         ASCII letters, digits, and hyphens; must not end with a hyphen or contain two consecutive hyphens; and must \
         have {maximum} characters at most."
    )))
}

/// Checks the length of a class, the only limit of one in the service model.
///
/// # Errors
/// Returns the error of AWS if the text is longer.
pub(super) fn check_class(class: &str) -> Result<(), AwsError> {
    if class.len() > 30 { Err(AwsError::too_long("replicationInstanceClass", 30)) } else { Ok(()) }
}

/// Checks a weekly window, `ddd:hh24:mi-ddd:hh24:mi` of at least 30 minutes.
///
/// # Errors
/// Returns the error of AWS if the text is no such window.
pub(super) fn check_window(window: &str) -> Result<(), AwsError> {
    let length = window.split_once('-').and_then(|(start, end)| {
        let (start, end) = (minute_of_week(start)?, minute_of_week(end)?);
        Some(TimeDelta::minutes((end - start).rem_euclid(7 * 24 * 60)))
    });
    if length.is_some_and(|length| length >= TimeDelta::minutes(30)) {
        return Ok(());
    }
    Err(AwsError::invalid_parameter(format!("Invalid maintenance window: {window}")))
}

fn minute_of_week(moment: &str) -> Option<i64> {
    let parts: Vec<&str> = moment.split(':').collect();
    let [day, hour, minute] = parts.as_slice() else { return None };
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let day = i64::try_from(days.iter().position(|name| name.eq_ignore_ascii_case(day))?).ok()?;
    let two_digits = |text: &str, limit: i64| {
        text.parse().ok().filter(|number| text.len() == 2 && (0..limit).contains(number))
    };
    Some((day * 24 + two_digits(hour, 24)?) * 60 + two_digits(minute, 60)?)
}

/// Checks a list of up to four IP addresses, separated by commas.
///
/// # Errors
/// Returns the error of AWS if the text is no such list.
pub(super) fn check_name_servers(servers: &str) -> Result<(), AwsError> {
    let addresses: Vec<&str> = servers.split(',').collect();
    if addresses.len() <= 4 && addresses.iter().all(|address| address.trim().parse::<IpAddr>().is_ok()) {
        return Ok(());
    }
    Err(AwsError::invalid_parameter("DnsNameServers must have up to four IP addresses"))
}

/// Checks a type of network: IPV4 or DUAL.
///
/// # Errors
/// Returns the error of AWS for another text, or one that the subnet group does not list.
pub(super) fn check_network_type(network_type: &str, group: &Value) -> Result<(), AwsError> {
    let supported = group.get("SupportedNetworkTypes").and_then(Value::as_array);
    let is_supported = supported.is_none_or(|types| {
        types.iter().filter_map(Value::as_str).any(|one| one.eq_ignore_ascii_case(network_type))
    });
    let is_known = ["IPV4", "DUAL"].iter().any(|known| known.eq_ignore_ascii_case(network_type));
    if is_known && is_supported {
        return Ok(());
    }
    Err(AwsError::invalid_parameter(format!("NetworkType {network_type} is not supported")))
}

/// Checks the ids of security groups.
///
/// # Errors
/// Returns the error of AWS for an id of another form.
pub(super) fn check_security_groups(ids: &[String]) -> Result<(), AwsError> {
    match ids.iter().find(|id| !id.starts_with("sg-")) {
        Some(id) => Err(AwsError::invalid_parameter(format!("Invalid security group: {id}"))),
        None => Ok(()),
    }
}

/// Returns the offers of a class in a version.
///
/// # Errors
/// Returns the error of AWS if there is none.
pub(super) fn offer<'a>(
    simulation: &'a Simulation,
    class: &str,
    version: &str,
) -> Result<&'a Value, AwsError> {
    let of_version = |offer: &&Value| text(offer, "EngineVersion") == version;
    if !simulation.orderable.iter().any(|offer| of_version(&offer)) {
        let message = format!("No replication engine found with version: {version}");
        return Err(AwsError::invalid_parameter(message));
    }
    simulation
        .orderable
        .iter()
        .filter(of_version)
        .find(|offer| text(offer, "ReplicationInstanceClass") == class)
        .ok_or_else(|| AwsError::invalid_parameter(format!("{class} is not available in {version}")))
}

/// Checks the storage that an offer allows.
///
/// # Errors
/// Returns the error of AWS if the storage is outside.
pub(super) fn check_storage(storage: i64, offer: &Value) -> Result<(), AwsError> {
    let (minimum, maximum) = (number(offer, "MinAllocatedStorage"), number(offer, "MaxAllocatedStorage"));
    if (minimum..=maximum).contains(&storage) {
        return Ok(());
    }
    Err(AwsError::invalid_parameter(format!("AllocatedStorage must be from {minimum} to {maximum} GB")))
}

/// Returns the zones of an offer.
pub(super) fn zones(offer: &Value, region: &str) -> Vec<String> {
    match offer.get("AvailabilityZones").and_then(Value::as_array) {
        Some(zones) => zones.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        None => ["a", "b", "c"].iter().map(|letter| format!("{region}{letter}")).collect(),
    }
}

/// Returns the numbers of a version, by which versions are ordered.
pub(super) fn version_numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.parse().unwrap_or_default()).collect()
}

/// Returns true if two versions differ in more than the last number, such as 3.4.7 and 3.5.1.
pub(super) fn is_major_change(old: &str, new: &str) -> bool {
    let major = |version| version_numbers(version).into_iter().take(2).collect::<Vec<_>>();
    major(old) != major(new)
}
