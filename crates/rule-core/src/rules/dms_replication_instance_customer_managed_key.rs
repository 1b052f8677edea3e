#![doc = include_str!("dms_replication_instance_customer_managed_key.md")]

use crate::parameter::ANY_TEXT;
use crate::text::cut;
use crate::{
    Arn, Configuration, Finding, Input, KeyPattern, KmsKey, Lookup, Need, Parameter, Property, Requirement,
    ResourceType, Rule, Setting, Severity, Stop, Unknown,
};

/// The rule `dms-replication-instance-customer-managed-key`.
pub static RULE: Rule = Rule {
    identifier: "dms-replication-instance-customer-managed-key",
    resource_type: ResourceType::ReplicationInstance,
    severity: Severity::High,
    property: Property::text("KmsKeyId", Some("kms_key_arn")),
    wanted: "the ARN of a customer managed key",
    reads: &[],
    needs: &[Need::List, Need::Key],
    parameters: &[&KMS_KEY_ARNS],
    requirements: &[Requirement { framework: "Trend Conformity", ids: &["DMS-004"] }],
    page: include_str!("dms_replication_instance_customer_managed_key.md"),
    unknown_fix: FIND_OUT,
    check,
};

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

const RECREATE: &str =
    "create an instance with --kms-key-id, move the tasks to it, delete this one (the key cannot be changed)";
const FIND_OUT: &str = "allow kms:DescribeKey and kms:ListAliases on the key, or name it in kmsKeyArns";

fn check(input: &Input) -> Result<Finding, Stop> {
    let key_id = key_id(input.configuration()?)?;
    let allowed = &input.parameters.kms_key_arns;
    let finding =
        if allowed.is_empty() { by_manager(input, key_id)? } else { by_list(input, key_id, allowed)? };
    Ok(finding.with_evidence("key", cut(key_id, 84)))
}

fn key_id(configuration: &Configuration) -> Result<&str, Unknown> {
    match (Setting::read(configuration, "KmsKeyId"), configuration.text("KmsKeyId")) {
        (Setting::Is(_), Some(key_id)) => Ok(key_id),
        (Setting::Unreadable(what), _) => Err(Unknown::new(format!("KmsKeyId is {what}"))),
        _ => Err(Unknown::new("KmsKeyId is missing")),
    }
}

fn by_manager(input: &Input, key_id: &str) -> Result<Finding, Lookup> {
    let lookup = || Lookup::KmsKey { key_id: key_id.to_owned(), with_aliases: false };
    Ok(match input.facts.kms_key.get(lookup)? {
        Err(reason) => Finding::unknown(reason),
        Ok(key) => match key.key_manager.as_deref() {
            Some("CUSTOMER") => Finding::compliant("CUSTOMER MANAGED", "KeyManager=CUSTOMER"),
            Some("AWS") => aws_managed(),
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
        Err(reason) => Finding::unknown(reason),
        Ok(KmsKey { key_manager: Some(manager), .. }) if manager == "AWS" => aws_managed(),
        Ok(key) => match key.arn.iter().chain(&key.alias_arns).find(|arn| is_allowed(arn)) {
            Some(arn) => Finding::compliant("ALLOWED", format!("{} is in kmsKeyArns", cut(arn, 84))),
            None => not_allowed(),
        },
    })
}

fn aws_managed() -> Finding {
    Finding::non_compliant("AWS MANAGED", "KeyManager=AWS", RECREATE)
}

fn not_allowed() -> Finding {
    Finding::non_compliant("NOT ALLOWED", "the key is not in kmsKeyArns", RECREATE)
}

fn is_key_arn(text: &str) -> bool {
    Arn::parse(text).is_some_and(|arn| arn.resource.starts_with("key/"))
}
