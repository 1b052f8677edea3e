#![doc = include_str!("dms_s3_bucket_owner_verified.md")]

use crate::rules::endpoint;
use crate::rules::setting_places::SettingPlaces;
use crate::setting::shown;
use crate::{Finding, Input, Need, Property, ResourceType, Rule, Severity, Stop, Theme};

/// The rule `dms-s3-bucket-owner-verified`.
pub static RULE: Rule = Rule {
    identifier: "dms-s3-bucket-owner-verified",
    resource_type: ResourceType::Endpoint,
    severity: Severity::Medium,
    theme: Theme::Connections,
    property: Property::text("S3Settings.ExpectedBucketOwner", None),
    wanted: "the account that owns the bucket",
    reads: &[endpoint::ENGINE_NAME, endpoint::EXTRA_CONNECTION_ATTRIBUTES],
    needs: &[Need::List, Need::Describe],
    schedule_only: false,
    parameters: &[],
    requirements: &[],
    page: include_str!("dms_s3_bucket_owner_verified.md"),
    unknown_fix: MODIFY,
    command: None,
    check,
};

const MODIFY: &str =
    "modify-endpoint --s3-settings with ExpectedBucketOwner=ACCOUNT, the account that owns the bucket";

fn check(input: &Input) -> Result<Finding, Stop> {
    endpoint::check_groups(input, &["S3Settings"], |group| {
        let owner = SettingPlaces::read(input, group, "ExpectedBucketOwner");
        Ok(match owner.only()? {
            Some(owner) if is_account_id(owner.text()) => {
                Finding::compliant("OWNER VERIFIED", format!("{}={}", owner.place, owner.text()))
            }
            Some(odd) => Finding::unknown(format!(
                "{} is {:?}, which is no account of 12 digits",
                odd.place,
                shown(odd.text())
            )),
            None => Finding::non_compliant("OWNER NOT VERIFIED", "ExpectedBucketOwner is not set", MODIFY),
        })
    })
}

fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}
