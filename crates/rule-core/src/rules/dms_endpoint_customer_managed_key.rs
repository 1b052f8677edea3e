#![doc = include_str!("dms_endpoint_customer_managed_key.md")]

use crate::rules::customer_key::{self, CustomerKey, KMS_KEY_ARNS, Missing};
use crate::rules::endpoint::{self, Word};
use crate::rules::engine_settings::{self, Login};
use crate::{
    Arn, Configuration, Finding, Input, Json, Need, Property, ResourceType, Rule, Severity, Stop, Theme,
    Unknown,
};

/// The rule `dms-endpoint-customer-managed-key`.
pub static RULE: Rule = Rule {
    identifier: "dms-endpoint-customer-managed-key",
    resource_type: ResourceType::Endpoint,
    severity: Severity::Medium,
    theme: Theme::Encryption,
    property: KEY.property,
    wanted: "the ARN of a customer managed key",
    reads: &[
        endpoint::ENGINE_NAME,
        Property::text("MongoDbSettings.KmsKeyId", None),
        Property::text("DocDbSettings.KmsKeyId", None),
    ],
    needs: &[Need::List, Need::Describe, Need::Key],
    schedule_only: false,
    parameters: &[&KMS_KEY_ARNS],
    requirements: &[],
    page: include_str!("dms_endpoint_customer_managed_key.md"),
    unknown_fix: customer_key::FIND_OUT,
    command: None,
    check,
};

const KEY: CustomerKey = CustomerKey {
    property: Property::text("KmsKeyId", Some("kms_key_arn")),
    fix: "create an endpoint with --kms-key-id for new tasks, delete this one; a new key in code can replace tasks",
    describe: "check KmsKeyId with describe-endpoints",
};

/// The groups of settings that have a key too.
const GROUPS_WITH_KEY: [&str; 2] = ["MongoDbSettings", "DocDbSettings"];

fn check(input: &Input) -> Result<Finding, Stop> {
    let configuration = match input.configuration() {
        Ok(configuration) => configuration,
        Err(unknown) => return Ok(KEY.unknown(unknown)),
    };
    match Word::engine(configuration) {
        Word::Is(engine) => match engine_settings::of_engine(&engine).map(|settings| settings.login) {
            Some(Login::Role) => Err(Stop::NotApplicable(format!(
                "DMS stores no password for the engine {engine}, so that there is none to encrypt"
            ))),
            Some(Login::Secret | Login::Stored) | None => evaluated(input, configuration),
        },
        // With a right key there is no finding for any engine.
        Word::Open(reason) => {
            let finding = endpoint::whatever_the_engine(evaluated(input, configuration)?, &reason);
            Ok(finding.unwrap_or_else(|| endpoint::unknown_engine(&reason)))
        }
        Word::Unreadable(reason) => Ok(endpoint::unknown_engine(&reason)),
    }
}

/// Returns the finding on the key of an endpoint with a password.
fn evaluated<'a>(input: &Input<'a>, configuration: &'a Configuration) -> Result<Finding, Stop> {
    let holder = KEY.holder(input, configuration)?;
    if let Err(unknown) = GROUPS_WITH_KEY.iter().try_for_each(|group| is_same_key(holder, group)) {
        return Ok(KEY.unknown(unknown));
    }
    // The description by DMS, and a resource that does not exist yet, leave nothing out.
    KEY.check(input, holder, Missing::IsDefault)
}

/// Returns without error if a group of settings names no other key than the endpoint.
///
/// # Errors
/// Returns the reason if it does, or may do.
fn is_same_key(configuration: &Configuration, group: &str) -> Result<(), Unknown> {
    let settings = configuration.group(group);
    let settings = match &settings {
        Configuration::Absent => return Ok(()),
        settings => settings.readable(group)?,
    };
    let unreadable = |what: String| Unknown::new(format!("{group}.KmsKeyId is {what}"));
    let own = match settings.only("KmsKeyId").map_err(unreadable)? {
        None => return Ok(()),
        Some(Json::Text(key)) if key.is_empty() => return Ok(()),
        Some(Json::Text(key)) => key,
        Some(odd) => return Err(unreadable(odd.in_words())),
    };
    match configuration.only(KEY.property.path) {
        Ok(Some(Json::Text(key))) if is_same(key, own) => Ok(()),
        _ => Err(Unknown::new(format!("{group}.KmsKeyId names another key than KmsKeyId"))),
    }
}

/// Returns true if two texts name one key: by the same ARN, or one of them by its id.
fn is_same(key: &str, other: &str) -> bool {
    let id = |key| Arn::parse(key).and_then(|arn| arn.resource.strip_prefix("key/"));
    key == other
        || match (id(key), id(other)) {
            (Some(id), None) => id == other,
            (None, Some(id)) => id == key,
            _ => false,
        }
}
