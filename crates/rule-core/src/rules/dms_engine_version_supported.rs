#![doc = include_str!("dms_engine_version_supported.md")]

use chrono::{DateTime, NaiveDate, Utc};

use crate::parameter::days;
use crate::rules::date::{date, day};
use crate::setting::shown;
use crate::{
    Change, Configuration, Evidence, Finding, Input, Lookup, Need, Parameter, Property, ResourceType, Rule,
    Setting, Severity, Stop, Theme, Unknown,
};

/// The rule `dms-engine-version-supported`.
pub static RULE: Rule = Rule {
    identifier: "dms-engine-version-supported",
    resource_type: ResourceType::ReplicationInstance,
    severity: Severity::High,
    theme: Theme::Operation,
    property: ENGINE_VERSION,
    wanted: "a version that DMS supports for long enough",
    reads: &[],
    needs: &[Need::List, Need::EngineVersions],
    schedule_only: false,
    parameters: &[&DAYS_TO_END_OF_LIFE],
    requirements: &[],
    page: include_str!("dms_engine_version_supported.md"),
    unknown_fix: FIND_OUT,
    command: None,
    check,
};

/// The property that decides.
const ENGINE_VERSION: Property = Property::text("EngineVersion", Some("engine_version"));

/// The parameter `daysToEndOfLife`.
pub static DAYS_TO_END_OF_LIFE: Parameter = Parameter {
    name: "daysToEndOfLife",
    default: "90",
    meaning: "for how many more days DMS must support an engine version: 0 to 3650",
    must_be: "a whole number of days from 0 to 3650",
    pattern: "[0-9]{0,4}",
    read: |values, text| days(text, 0).map(|days| values.time_to_end_of_life = days).is_some(),
};

const UPGRADE: &str = "modify-replication-instance --engine-version, one of its AvailableUpgrades; at its end DMS does so by force";
const FIND_OUT: &str = "find the version in describe-engine-versions; upgrade if it is not listed";
const SCAN: Change = Change::AfterDeployment("dms-rule scan, which reads the dates from DMS");

/// The days on which AWS ends the life of versions, as its release notes gave them on 2026-11-26 (DMS user guide,
/// "AWS DMS release notes"). They count where DMS cannot be called, and only against a version: AWS moves dates.
const PUBLISHED: [(&str, (i32, u32, u32)); 7] = [
    ("3.6.0", (2026, 7, 27)),
    ("3.5.4", (2027, 3, 31)),
    ("3.5.3", (2026, 6, 30)),
    ("3.5.2", (2025, 4, 29)),
    ("3.5.1", (2025, 3, 15)),
    ("3.4.7", (2024, 10, 31)),
    ("3.4.6", (2024, 10, 31)),
];

fn check(input: &Input) -> Result<Finding, Stop> {
    let version = match Setting::read(input.configuration()?, "EngineVersion") {
        Setting::Is(version) => version,
        // DMS creates an instance with its default version (CreateReplicationInstance, "EngineVersion").
        Setting::Absent if input.facts.planned => {
            return Ok(Finding::compliant(
                "SUPPORTED",
                "EngineVersion is not set, and DMS takes its default version",
            ));
        }
        Setting::Absent => return Err(Unknown::new("EngineVersion is missing").into()),
        Setting::Unreadable(what) => return Err(Unknown::new(format!("EngineVersion is {what}")).into()),
    };
    let mut finding = match input.facts.engine_versions.get(|| Lookup::EngineVersions)? {
        Ok(versions) => by_list(input, &version, versions)?,
        Err(reason) => by_release_notes(input, &version, reason)?,
    };
    finding.evidence.insert(0, Evidence { name: "version", value: shown(&version) });
    Ok(finding)
}

/// Returns the finding by the versions that DMS lists.
fn by_list(input: &Input, version: &str, versions: &[Configuration]) -> Result<Finding, Unknown> {
    let mut worst: Option<Finding> = None;
    for listed in versions {
        let name = match Setting::read(listed, "Version") {
            Setting::Is(name) => name,
            Setting::Absent | Setting::Unreadable(_) => {
                return Err(Unknown::new("DMS lists a version without a name"));
            }
        };
        if name == version {
            let finding = of_listed(input, listed)?;
            worst = Some(match worst {
                Some(before) if before.outcome.compliance_type() >= finding.outcome.compliance_type() => {
                    before
                }
                _ => finding,
            });
        }
    }
    // Versions past their end of life may be missing from the list.
    worst.ok_or_else(|| Unknown::new("DMS does not list the version"))
}

/// Returns the finding on a version that DMS lists.
fn of_listed(input: &Input, listed: &Configuration) -> Result<Finding, Unknown> {
    let lifecycle = match Setting::read(listed, "Lifecycle") {
        Setting::Is(word) if ["active", "default_version", "deprecated"].contains(&word.as_str()) => word,
        Setting::Is(word) => {
            let word = shown(&word);
            return Err(Unknown::new(format!("Lifecycle is {word:?}, which DMS does not document")));
        }
        Setting::Absent => return Err(Unknown::new("DMS lists no Lifecycle of the version")),
        Setting::Unreadable(what) => return Err(Unknown::new(format!("Lifecycle is {what}"))),
    };
    let orderable_until = date(listed, "DeprecationDate")?;
    let Some(end) = date(listed, "ForceUpgradeDate")? else {
        // A version that is not deprecated has a date only once AWS announces its end.
        return match orderable_until {
            None if lifecycle != "deprecated" => Ok(Finding::compliant(
                "SUPPORTED",
                format!("Lifecycle={}, and no end of life is announced", lifecycle.to_uppercase()),
            )),
            // Its life ends after the day from which on it cannot be ordered.
            Some(until) if lifecycle != "deprecated" && is_long_enough(input, until)? => {
                Ok(Finding::compliant("SUPPORTED", format!("it can be ordered until {}", day(until))))
            }
            _ => Err(Unknown::new("DMS lists no end of life of the version")),
        };
    };
    let finding = by_end(input, end)?;
    Ok(match orderable_until {
        Some(until) => finding.with_evidence("no new instances after", day(until)),
        None => finding,
    })
}

/// Returns the finding by the release notes, for this reason.
fn by_release_notes(input: &Input, version: &str, reason: &str) -> Result<Finding, Unknown> {
    let end = PUBLISHED.iter().find(|(name, _)| *name == version).and_then(|(_, (year, month, day))| {
        NaiveDate::from_ymd_opt(*year, *month, *day)?.and_hms_opt(0, 0, 0)
    });
    match end {
        Some(end) if !is_long_enough(input, end.and_utc())? => {
            Ok(by_end(input, end.and_utc())?.with_evidence("source", "AWS's release notes"))
        }
        _ => {
            let fact = format!("the end of life of the version is not known: {reason}");
            Ok(Finding::unknown(fact).with_change(SCAN))
        }
    }
}

fn by_end(input: &Input, end: DateTime<Utc>) -> Result<Finding, Unknown> {
    let at = at(input)?;
    let fact = format!("end of life {}", day(end));
    Ok(if end <= at {
        Finding::non_compliant("PAST ITS LIFE", fact, UPGRADE)
    } else if is_long_enough(input, end)? {
        Finding::compliant("SUPPORTED", fact)
    } else {
        Finding::non_compliant("NEAR ITS END", fact, UPGRADE)
    }
    .with_evidence("days left", (end - at).num_days().to_string())
    .with_evidence("wanted", input.parameters.time_to_end_of_life.num_days().to_string()))
}

fn is_long_enough(input: &Input, end: DateTime<Utc>) -> Result<bool, Unknown> {
    Ok(end - at(input)? >= input.parameters.time_to_end_of_life && end > at(input)?)
}

fn at(input: &Input) -> Result<DateTime<Utc>, Unknown> {
    input.at.ok_or_else(|| Unknown::new("the event carries no notification time"))
}
