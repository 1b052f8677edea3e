#![doc = include_str!("dms_neptune_iam_authorization_enabled.md")]

use crate::{Check, Finding, Flag, Input, Property, Requirement, Rule, Severity, resource_type, rules::endpoint};

/// The rule.
pub static RULE: Rule = Rule {
    identifier: "dms-neptune-iam-authorization-enabled",
    resource_type: &resource_type::ENDPOINT,
    severity: Severity::Medium,
    property: Property { path: "NeptuneSettings.IamAuthEnabled", wanted: "true" },
    parameters: &[],
    requirements: &[
        Requirement { framework: "Security Hub", ids: &["DMS.10"] },
        Requirement { framework: "AWS Config managed rule", ids: &["DMS_NEPTUNE_IAM_AUTHORIZATION_ENABLED"] },
        Requirement { framework: "PCI DSS v4.0.1", ids: &["7.3.1"] },
    ],
    page: include_str!("dms_neptune_iam_authorization_enabled.md"),
    check: Check::OfItem(check),
};

const MODIFY: &str = "modify-endpoint --neptune-settings with IamAuthEnabled=true, and give the role of ServiceAccessRoleArn the right to connect.";

fn check(input: &Input) -> Finding {
    judge(input).unwrap_or_else(|finding| finding)
}

fn judge(input: &Input) -> Result<Finding, Finding> {
    let (configuration, _) = endpoint::of_engine(input, &["neptune"], MODIFY)?;
    let settings = endpoint::settings(configuration, "NeptuneSettings", MODIFY)?;
    Ok(match Flag::read(&settings, "IamAuthEnabled", true) {
        Flag::Is(true) => Finding::compliant("IAM: IamAuthEnabled=true"),
        Flag::Is(false) => Finding::non_compliant("NO IAM: IamAuthEnabled=false", MODIFY),
        Flag::Absent => {
            Finding::non_compliant("NO IAM: IamAuthEnabled is missing, and DMS's default is false", MODIFY)
        }
        Flag::Null => Finding::unknown("IamAuthEnabled is null", MODIFY),
        Flag::Unreadable(what) => {
            Finding::unknown(format!("IamAuthEnabled is {what}, neither true nor false"), MODIFY)
        }
    })
}
