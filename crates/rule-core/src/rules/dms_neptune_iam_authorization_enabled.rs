#![doc = include_str!("dms_neptune_iam_authorization_enabled.md")]

use crate::rules::endpoint;
use crate::{Finding, Flag, Input, Need, Property, Requirement, ResourceType, Rule, Severity, Stop, Theme};

/// The rule `dms-neptune-iam-authorization-enabled`.
pub static RULE: Rule = Rule {
    identifier: "dms-neptune-iam-authorization-enabled",
    resource_type: ResourceType::Endpoint,
    severity: Severity::Medium,
    theme: Theme::Connections,
    property: Property::flag("NeptuneSettings.IamAuthEnabled", None),
    wanted: "true",
    reads: &[endpoint::ENGINE_NAME],
    needs: &[Need::List, Need::Describe],
    schedule_only: false,
    parameters: &[],
    requirements: &[
        Requirement { framework: "Security Hub", ids: &["DMS.10"] },
        Requirement { framework: "AWS Config managed rule", ids: &["DMS_NEPTUNE_IAM_AUTHORIZATION_ENABLED"] },
        Requirement { framework: "PCI DSS v4.0.1", ids: &["7.3.1"] },
    ],
    page: include_str!("dms_neptune_iam_authorization_enabled.md"),
    unknown_fix: MODIFY,
    command: None,
    check,
};

const MODIFY: &str = concat!(
    "modify-endpoint --neptune-settings with IamAuthEnabled=true, and give the role of ServiceAccessRoleArn the right ",
    "to connect"
);

fn check(input: &Input) -> Result<Finding, Stop> {
    endpoint::check(input, "NeptuneSettings", |settings| {
        Ok(match Flag::read(settings, "IamAuthEnabled", true) {
            // The default that DMS documents (NeptuneSettings).
            Flag::Absent => Finding::non_compliant(
                "NO IAM",
                "IamAuthEnabled is missing, and DMS's default is false",
                MODIFY,
            ),
            flag if flag.clone().known("IamAuthEnabled")? => Finding::compliant("IAM", "IamAuthEnabled=true"),
            _ => Finding::non_compliant("NO IAM", "IamAuthEnabled=false", MODIFY),
        })
    })
}
