#![doc = include_str!("dms_replication_instance_customer_managed_key.md")]

use crate::parameter::ANY_TEXT;
use crate::text::cut;
use crate::{
    Arn, Change, Finding, Input, Json, KeyPattern, KmsKey, Lookup, Need, Parameter, Property, Requirement,
    ResourceType, Rule, Severity, Stop, Theme, Unknown,
};

/// The rule `dms-replication-instance-customer-managed-key`.
pub static RULE: Rule = Rule {
    identifier: "dms-replication-instance-customer-managed-key",
    resource_type: ResourceType::ReplicationInstance,
    severity: Severity::High,
    theme: Theme::Encryption,
    property: KMS_KEY_ID,
    wanted: "the ARN of a customer managed key",
    reads: &[],
    needs: &[Need::List, Need::Key],
    schedule_only: false,
    parameters: &[&KMS_KEY_ARNS],
    requirements: &[Requirement { framework: "Trend Conformity", ids: &["DMS-004"] }],
    page: include_str!("dms_replication_instance_customer_managed_key.md"),
    unknown_fix: FIND_OUT,
    command: None,
    check,
};

/// The property that decides.
const KMS_KEY_ID: Property = Property::text("KmsKeyId", Some("kms_key_arn"));

/// The parameter `kmsKeyArns`.
pub static KMS_KEY_ARNS: Parameter = Parameter {
    name: "kmsKeyArns",
    default: "",
    meaning: concat!(
        "the keys that are allowed, with commas between them: ARNs of keys or aliases, in which `*` and `?` are wildcards, ",
        "such as `arn:aws:kms:*:123456789012:alias/dms-*`. The id of a key must be named by at least 8 characters, or start ",
        "with `mrk-`, since a pattern for every key of an account names the keys that AWS manages too. Aliases that start ",
        "with `alias/aws/` are never allowed. Not given: every customer managed key is allowed, as KMS describes it"
    ),
    must_be: "ARNs of KMS keys (at least 8 characters of the id) or aliases (not alias/aws/), with commas between them",
    pattern: ANY_TEXT,
    read: |values, text| {
        let patterns: Option<Vec<KeyPattern>> =
            text.split(',').map(|arn| KeyPattern::parse(arn.trim())).collect();
        let is_read = patterns.is_some();
        values.kms_key_arns = patterns.unwrap_or_default();
        is_read
    },
};

const RECREATE: &str = "create an instance with --kms-key-id, move the tasks, delete this one; a new key in code can replace tasks";
const FIND_OUT: &str = "allow kms:DescribeKey and kms:ListAliases on the key, or name it in kmsKeyArns";

const CHECK: &str = "check KmsKeyId with describe-replication-instances";
const SCAN: Change = Change::AfterDeployment("dms-rule scan, which reads the key from KMS");

fn check(input: &Input) -> Result<Finding, Stop> {
    let allowed = &input.parameters.kms_key_arns;
    let key = match key(input) {
        Ok(key) => key,
        Err(Unknown(reason)) => return Ok(Finding { fix: Some(CHECK), ..Finding::unknown(reason) }),
    };
    let key_id = match key {
        Key::Named(key_id) if is_aws_managed_alias(key_id) => {
            return Ok(aws_managed("AWS manages its alias").with_evidence("key", cut(key_id, 84)));
        }
        Key::Named(key_id) => key_id,
        // DMS uses its default key, which is aws/dms (CreateReplicationInstance; DMS user guide, "Setting an
        // encryption key").
        Key::Default => return Ok(aws_managed("KmsKeyId is not set, and DMS uses aws/dms")),
        // KMS gives no customer a key that it manages itself.
        Key::Created(by) if allowed.is_empty() => {
            return Ok(Finding::compliant("CUSTOMER MANAGED", format!("the key is created with it ({by})")));
        }
        Key::Created(by) => {
            let fact = format!("the ARN of the key is not known before deployment ({by})");
            return Ok(Finding::unknown(fact).with_change(SCAN));
        }
    };
    let finding =
        if allowed.is_empty() { by_manager(input, key_id)? } else { by_list(input, key_id, allowed)? };
    Ok(finding.with_evidence("key", cut(key_id, 84)))
}

/// The key of an instance, as far as the instance itself shows it.
enum Key<'a> {
    /// The id or ARN of the key, or of an alias of it.
    Named(&'a str),
    /// A key that is created together with the instance, by the reference in the text.
    Created(String),
    /// The instance is planned, and no key will be set.
    Default,
}

fn key<'a>(input: &'a Input) -> Result<Key<'a>, Unknown> {
    let unreadable = |what: String| Unknown::new(format!("KmsKeyId is {what}"));
    match input.configuration()?.only("KmsKeyId").map_err(unreadable)? {
        Some(Json::Text(key_id)) if !key_id.is_empty() && key_id.trim() == key_id => Ok(Key::Named(key_id)),
        Some(Json::Created { resource_type, by }) if CUSTOMER_KEYS.contains(&resource_type.as_str()) => {
            Ok(Key::Created(cut(by, 80)))
        }
        Some(odd) => Err(unreadable(odd.in_words())),
        None if input.facts.planned => Ok(Key::Default),
        None => Err(Unknown::new("KmsKeyId is missing")),
    }
}

/// The types of CloudFormation whose resources are keys that the customer manages.
const CUSTOMER_KEYS: [&str; 2] = ["AWS::KMS::Key", "AWS::KMS::ReplicaKey"];

/// Returns true for the name or ARN of an alias that AWS manages: no one else can create one (KMS API reference,
/// `CreateAlias`).
fn is_aws_managed_alias(key_id: &str) -> bool {
    Arn::parse(key_id).map_or(key_id, |arn| arn.resource).starts_with("alias/aws/")
}

fn by_manager(input: &Input, key_id: &str) -> Result<Finding, Lookup> {
    let lookup = || Lookup::KmsKey { key_id: key_id.to_owned(), with_aliases: false };
    Ok(match input.facts.kms_key.get(lookup)? {
        Err(reason) => Finding::unknown(reason).with_change(SCAN),
        Ok(key) => match key.key_manager.as_deref() {
            Some("CUSTOMER") => Finding::compliant("CUSTOMER MANAGED", "KeyManager=CUSTOMER"),
            Some("AWS") => aws_managed("KeyManager=AWS"),
            Some(other) => Finding::unknown(format!("KeyManager is {:?}", cut(other, 24))),
            None => Finding::unknown("KMS returned no KeyManager"),
        },
    })
}

fn by_list(input: &Input, key_id: &str, allowed: &[KeyPattern]) -> Result<Finding, Lookup> {
    let is_allowed = |arn: &str| allowed.iter().any(|pattern| pattern.matches(arn));
    if is_allowed(key_id) {
        return Ok(Finding::compliant("ALLOWED", "the key is in kmsKeyArns"));
    }
    let with_aliases = allowed.iter().any(KeyPattern::is_for_aliases);
    if is_key_arn(key_id) && !with_aliases {
        return Ok(not_allowed());
    }
    let lookup = || Lookup::KmsKey { key_id: key_id.to_owned(), with_aliases };
    Ok(match input.facts.kms_key.get(lookup)? {
        Err(reason) => Finding::unknown(reason).with_change(SCAN),
        Ok(KmsKey { key_manager: Some(manager), .. }) if manager == "AWS" => aws_managed("KeyManager=AWS"),
        Ok(key) => match key.arn.iter().chain(&key.alias_arns).find(|arn| is_allowed(arn)) {
            Some(arn) => Finding::compliant("ALLOWED", format!("{} is in kmsKeyArns", cut(arn, 84))),
            None => not_allowed(),
        },
    })
}

fn aws_managed(fact: &str) -> Finding {
    Finding::non_compliant("AWS MANAGED", fact, RECREATE)
}

fn not_allowed() -> Finding {
    Finding::non_compliant("NOT ALLOWED", "the key is not in kmsKeyArns", RECREATE)
        .with_change(Change::set(KMS_KEY_ID, "the ARN of a key that kmsKeyArns names"))
}

fn is_key_arn(text: &str) -> bool {
    Arn::parse(text).is_some_and(|arn| arn.resource.starts_with("key/"))
}
