#![doc = include_str!("dms_s3_target_not_public.md")]

use crate::rules::endpoint;
use crate::rules::setting_places::SettingPlaces;
use crate::setting::shown;
use crate::{Change, Finding, Input, Need, Property, ResourceType, Rule, Severity, Stop, Theme};

/// The rule `dms-s3-target-not-public`.
pub static RULE: Rule = Rule {
    identifier: "dms-s3-target-not-public",
    resource_type: ResourceType::Endpoint,
    severity: Severity::Critical,
    theme: Theme::Exposure,
    property: Property::setting("S3Settings.CannedAclForObjects", None),
    wanted: "none",
    reads: &[endpoint::ENGINE_NAME, endpoint::ENDPOINT_TYPE, endpoint::EXTRA_CONNECTION_ATTRIBUTES],
    needs: &[Need::List, Need::Describe],
    schedule_only: false,
    parameters: &[],
    requirements: &[],
    page: include_str!("dms_s3_target_not_public.md"),
    unknown_fix: FIND_OUT,
    command: None,
    check,
};

/// The words that give others than the accounts of writer and bucket a right to read (S3 user guide, "Canned ACL").
const PUBLIC: [&str; 3] = ["public-read", "public-read-write", "authenticated-read"];

/// The other words of `CannedAclForObjectsValue`.
const NOT_PUBLIC: [&str; 5] =
    ["none", "private", "aws-exec-read", "bucket-owner-read", "bucket-owner-full-control"];

const MODIFY: &str = concat!(
    "modify-endpoint --s3-settings with CannedAclForObjects=none (or in its extra connection attributes), then correct ",
    "the ACLs of the objects that it wrote"
);
const FIND_OUT: &str = concat!(
    "find CannedAclForObjects in S3Settings and ExtraConnectionAttributes with describe-endpoints; allow none or private ",
    "alone"
);

fn check(input: &Input) -> Result<Finding, Stop> {
    endpoint::check_groups(input, &["S3Settings"], |group| {
        endpoint::target(input, "and DMS sets the ACL of objects that it writes")?;
        let acl = SettingPlaces::read(input, group, "CannedAclForObjects");
        if let Some(public) = acl.find(|word| PUBLIC.contains(&normal(word).as_str())) {
            let fact = format!("{}={}", public.place, normal(public.text()));
            let finding = Finding::non_compliant("PUBLIC OBJECTS", fact, MODIFY);
            return Ok(if public.is_extra() {
                finding.with_change(Change::set(
                    endpoint::EXTRA_CONNECTION_ATTRIBUTES,
                    "a text without CannedAclForObjects",
                ))
            } else {
                finding
            });
        }
        let values = acl.all()?;
        if let Some(odd) = values.iter().find(|one| !NOT_PUBLIC.contains(&normal(one.text()).as_str())) {
            let fact = format!("{} is {:?}, which DMS does not document", odd.place, shown(odd.text()));
            return Ok(Finding::unknown(fact));
        }
        Ok(Finding::compliant(
            "NOT PUBLIC",
            match values.first() {
                Some(value) => format!("{}={}", value.place, normal(value.text())),
                // The default that DMS documents (S3Settings); nothing can have been left out here.
                None => "CannedAclForObjects is not set, and DMS's default is none".to_owned(),
            },
        ))
    })
}

/// Spells a word as the API returns it: the documentation, and older endpoints, have `PUBLIC_READ`.
fn normal(word: &str) -> String {
    word.to_ascii_lowercase().replace('_', "-")
}
