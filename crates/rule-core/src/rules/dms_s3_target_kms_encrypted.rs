#![doc = include_str!("dms_s3_target_kms_encrypted.md")]

use crate::rules::customer_key::{CustomerKey, KMS_KEY_ARNS, Missing};
use crate::rules::endpoint;
use crate::rules::setting_places::SettingPlaces;
use crate::setting::shown;
use crate::{Change, Finding, Input, Need, Outcome, Property, ResourceType, Rule, Severity, Stop, Theme};

/// The rule `dms-s3-target-kms-encrypted`.
pub static RULE: Rule = Rule {
    identifier: "dms-s3-target-kms-encrypted",
    resource_type: ResourceType::Endpoint,
    severity: Severity::Medium,
    theme: Theme::Encryption,
    property: S3.mode,
    wanted: "sse-kms",
    reads: &[
        endpoint::ENGINE_NAME,
        endpoint::ENDPOINT_TYPE,
        endpoint::EXTRA_CONNECTION_ATTRIBUTES,
        S3.key.property,
        REDSHIFT.mode,
        REDSHIFT.key.property,
    ],
    needs: &[Need::List, Need::Describe, Need::Key],
    schedule_only: false,
    parameters: &[&KMS_KEY_ARNS],
    requirements: &[],
    page: include_str!("dms_s3_target_kms_encrypted.md"),
    unknown_fix: FIND_OUT,
    command: None,
    check,
};

/// The properties of one kind of target.
struct Encryption {
    group: &'static str,
    mode: Property,
    key: CustomerKey,
}

const S3: Encryption = Encryption {
    group: "S3Settings",
    mode: Property::setting("S3Settings.EncryptionMode", None),
    key: CustomerKey {
        property: Property::text("S3Settings.ServerSideEncryptionKmsKeyId", None),
        fix: MODIFY,
        describe: FIND_OUT,
    },
};

const REDSHIFT: Encryption = Encryption {
    group: "RedshiftSettings",
    mode: Property::setting("RedshiftSettings.EncryptionMode", Some("redshift_settings.encryption_mode")),
    key: CustomerKey {
        property: Property::text(
            "RedshiftSettings.ServerSideEncryptionKmsKeyId",
            Some("redshift_settings.server_side_encryption_kms_key_id"),
        ),
        fix: MODIFY,
        describe: FIND_OUT,
    },
};

const RECREATE: &str = concat!(
    "create an endpoint with EncryptionMode=sse-kms and ServerSideEncryptionKmsKeyId for new tasks; DMS does not ",
    "change SSE_S3 to SSE_KMS"
);
const MODIFY: &str =
    "modify-endpoint with a customer managed key in ServerSideEncryptionKmsKeyId, which its role may use";
const FIND_OUT: &str = "find EncryptionMode and ServerSideEncryptionKmsKeyId with describe-endpoints; allow kms:DescribeKey and kms:ListAliases on the key";

fn check(input: &Input) -> Result<Finding, Stop> {
    endpoint::check_groups(input, &[S3.group, REDSHIFT.group], |group| {
        endpoint::target(input, "and DMS encrypts objects that it writes")?;
        if group == S3.group { encrypted(input, &S3) } else { encrypted(input, &REDSHIFT) }
    })
}

/// Returns the finding on the mode, and on the key if the mode has one.
fn encrypted(input: &Input, target: &Encryption) -> Result<Finding, Stop> {
    let modes = SettingPlaces::read(input, target.group, "EncryptionMode");
    if let Some(mode) = modes.find(|word| normal(word) == "sse-s3") {
        let fact = format!("{}=sse-s3", mode.place);
        return Ok(if mode.is_extra() {
            let change = Change::set(endpoint::EXTRA_CONNECTION_ATTRIBUTES, "a text without EncryptionMode");
            Finding::non_compliant("S3 KEY", fact, RECREATE).with_change(change)
        } else {
            with_s3_key(fact, target)
        });
    }
    let values = modes.all()?;
    if let Some(odd) = values.iter().find(|one| normal(one.text()) != "sse-kms") {
        let fact = format!("{} is {:?}, which DMS does not document", odd.place, shown(odd.text()));
        return Ok(Finding::unknown(fact));
    }
    if values.is_empty() {
        // The default that DMS documents (S3Settings, RedshiftSettings).
        return Ok(with_s3_key("EncryptionMode is not set, and DMS's default is sse-s3".to_owned(), target));
    }
    let keys = SettingPlaces::read(input, target.group, target.key.property.name()).configuration()?;
    let finding = target.key.check(input, &keys, Missing::IsUnknown)?;
    let is_good = finding.outcome == Outcome::Compliant;
    let change = (!is_good).then(|| Change::set(target.key.property, "the ARN of a customer managed key"));
    Ok(Finding { change: finding.change.or(change), ..finding })
}

fn with_s3_key(fact: String, target: &Encryption) -> Finding {
    Finding::non_compliant("S3 KEY", fact, RECREATE).with_change(Change::set(target.mode, "sse-kms"))
}

/// Spells a word as the API returns it: the documentation has `SSE_S3`.
fn normal(word: &str) -> String {
    word.to_ascii_lowercase().replace('_', "-")
}
