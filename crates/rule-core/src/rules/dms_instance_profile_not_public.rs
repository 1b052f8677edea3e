#![doc = include_str!("dms_instance_profile_not_public.md")]

use crate::{Check, Finding, Flag, Input, Property, Rule, Severity, resource_type};

/// The rule.
pub static RULE: Rule = Rule {
    identifier: "dms-instance-profile-not-public",
    resource_type: &resource_type::INSTANCE_PROFILE,
    severity: Severity::Critical,
    property: Property { path: "PubliclyAccessible", wanted: "false" },
    parameters: &[],
    requirements: &[],
    page: include_str!("dms_instance_profile_not_public.md"),
    check: Check::OfItem(check),
};

const MODIFY: &str = "modify-instance-profile --no-publicly-accessible, after its migration projects are moved to another profile or deleted.";

fn check(input: &Input) -> Finding {
    let flag = input.configuration().and_then(|configuration| {
        Flag::read(configuration, "PubliclyAccessible", false).known("PubliclyAccessible")
    });
    let finding = match flag {
        Ok(true) => Finding::non_compliant("PUBLIC: PubliclyAccessible=true", MODIFY),
        Ok(false) => Finding::compliant("PRIVATE: PubliclyAccessible=false"),
        Err(why) => Finding::unknown(format!("{why}; DMS's default is public"), MODIFY),
    };
    match input.item.configuration.text("SubnetGroupIdentifier") {
        Some(group) => finding.with("subnet group", crate::annotation::cut(group, 40)),
        None => finding,
    }
}
