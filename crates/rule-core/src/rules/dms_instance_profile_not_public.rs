#![doc = include_str!("dms_instance_profile_not_public.md")]

use crate::text::cut;
use crate::{Finding, Flag, Input, Need, Property, ResourceType, Rule, Severity, Stop, Theme, Unknown};

/// The rule `dms-instance-profile-not-public`.
pub static RULE: Rule = Rule {
    identifier: "dms-instance-profile-not-public",
    resource_type: ResourceType::InstanceProfile,
    severity: Severity::Critical,
    theme: Theme::Exposure,
    property: Property::flag("PubliclyAccessible", None),
    wanted: "false",
    reads: &[Property::text("SubnetGroupIdentifier", None)],
    needs: &[Need::List],
    schedule_only: false,
    parameters: &[],
    requirements: &[],
    page: include_str!("dms_instance_profile_not_public.md"),
    unknown_fix: MODIFY,
    command: Some(
        "aws dms modify-instance-profile --instance-profile-identifier {arn} --no-publicly-accessible --region {region}",
    ),
    check,
};

const MODIFY: &str = concat!(
    "modify-instance-profile --no-publicly-accessible, after its migration projects are moved to another profile ",
    "or deleted"
);

#[expect(clippy::unnecessary_wraps, reason = "the check of a rule may stop early; this one never does")]
fn check(input: &Input) -> Result<Finding, Stop> {
    let flag = input.configuration().and_then(|configuration| {
        Flag::read(configuration, "PubliclyAccessible", false).known("PubliclyAccessible")
    });
    let finding = match flag {
        Ok(true) => Finding::non_compliant("PUBLIC", "PubliclyAccessible=true", MODIFY),
        Ok(false) => Finding::compliant("PRIVATE", "PubliclyAccessible=false"),
        Err(Unknown(reason)) => Finding::unknown(format!("{reason}; DMS's default is public")),
    };
    Ok(match input.item.configuration.text("SubnetGroupIdentifier") {
        Some(group) => finding.with_evidence("subnet group", cut(group, 40)),
        None => finding,
    })
}
