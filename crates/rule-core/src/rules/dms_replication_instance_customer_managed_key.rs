#![doc = include_str!("dms_replication_instance_customer_managed_key.md")]

use crate::annotation::cut;
use crate::{
    Check, Finding, Input, KmsKey, Lookup, Parameter, Property, Requirement, Rule, Setting, Severity, resource_type,
};

/// The rule.
pub static RULE: Rule = Rule {
    identifier: "dms-replication-instance-customer-managed-key",
    resource_type: &resource_type::REPLICATION_INSTANCE,
    severity: Severity::High,
    property: Property { path: "KmsKeyId", wanted: "the ARN of a customer managed key" },
    parameters: &[KMS_KEY_ARNS],
    requirements: &[Requirement { framework: "Trend Conformity", ids: &["DMS-004"] }],
    page: include_str!("dms_replication_instance_customer_managed_key.md"),
    check: Check::WithFacts(check),
};

/// `kmsKeyArns`
pub const KMS_KEY_ARNS: Parameter = Parameter {
    name: "kmsKeyArns",
    default: "",
    meaning: "the keys that are allowed, with commas between them: ARNs of keys or aliases, in which `*` and `?` are wildcards, such as `arn:aws:kms:*:123456789012:alias/dms-*`. The id of a key must be named by at least 8 characters, or start with `mrk-`, since a pattern for every key of an account names the keys that AWS manages too. Aliases that start with `alias/aws/` are never allowed. Not given: KMS is asked whether the key is customer managed",
    must_be: "ARNs of KMS keys (at least 8 characters of the id) or aliases (not alias/aws/), with commas between them",
    is_valid: |text| patterns(text).is_some(),
};

const RECREATE: &str = "create an instance with --kms-key-id, move the tasks to it, delete this one (the key cannot be changed).";
const FIND_OUT: &str = "allow kms:DescribeKey and kms:ListAliases on the key, or name it in kmsKeyArns.";

/// A pattern of `kmsKeyArns`.
struct Pattern<'a> {
    arn: &'a str,
    is_alias: bool,
}

fn patterns(text: &str) -> Option<Vec<Pattern<'_>>> {
    text.split(',').map(|arn| Pattern::read(arn.trim())).collect()
}

impl<'a> Pattern<'a> {
    fn read(arn: &'a str) -> Option<Self> {
        let mut parts = arn.splitn(6, ':');
        let ["arn", partition, "kms", region, account, resource] = [(); 6].map(|()| parts.next().unwrap_or(""))
        else {
            return None;
        };
        if [partition, region, account].contains(&"") || arn.contains(char::is_whitespace) {
            return None;
        }
        let literal = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).count();
        if let Some(id) = resource.strip_prefix("key/") {
            return (literal(id) >= 8 || id.starts_with("mrk-")).then_some(Self { arn, is_alias: false });
        }
        let name = resource.strip_prefix("alias/")?;
        (!name.is_empty() && !name.starts_with("aws/")).then_some(Self { arn, is_alias: true })
    }

    fn allows(&self, arn: &str) -> bool {
        let is_of_aws = arn.splitn(6, ':').nth(5).is_some_and(|resource| resource.starts_with("alias/aws/"));
        !is_of_aws && matches(self.arn.as_bytes(), arn.as_bytes())
    }
}

/// Whether `*` (any text) and `?` (any character) in `pattern` can stand for what is in `text`.
fn matches(mut pattern: &[u8], mut text: &[u8]) -> bool {
    // After the last `*`: what must follow it, and where in the text it was tried last.
    let mut again: Option<(&[u8], &[u8])> = None;
    loop {
        match (pattern.split_first(), text.split_first()) {
            (Some((b'*', rest)), _) => {
                again = Some((rest, text));
                pattern = rest;
            }
            (Some((wanted, rest)), Some((is, shorter))) if *wanted == b'?' || wanted == is => {
                (pattern, text) = (rest, shorter);
            }
            (None, None) => return true,
            _ => match again {
                Some((rest, [_, shorter @ ..])) => {
                    again = Some((rest, shorter));
                    (pattern, text) = (rest, shorter);
                }
                _ => return false,
            },
        }
    }
}

fn check(input: &Input) -> Result<Finding, Lookup> {
    let configuration = match input.configuration() {
        Ok(configuration) => configuration,
        Err(why) => return Ok(Finding::unknown(why, FIND_OUT)),
    };
    let key_id = match (Setting::read(configuration, "KmsKeyId"), configuration.text("KmsKeyId")) {
        (Setting::Is(_), Some(key_id)) => key_id,
        (Setting::Unreadable(what), _) => {
            return Ok(Finding::unknown(format!("KmsKeyId is {what}"), FIND_OUT));
        }
        _ => return Ok(Finding::unknown("KmsKeyId is missing", FIND_OUT)),
    };
    let given = input.parameters.text(&KMS_KEY_ARNS);
    let finding = if given.is_empty() { by_manager(input, key_id)? } else { by_list(input, key_id, given)? };
    Ok(finding.with("key", cut(key_id, 84)))
}

fn by_manager(input: &Input, key_id: &str) -> Result<Finding, Lookup> {
    let key = input
        .facts
        .kms_key
        .get(|| Lookup::KmsKey { key_id: key_id.to_owned(), with_aliases: false })?;
    Ok(match key {
        Err(why) => Finding::unknown(why, FIND_OUT),
        Ok(KmsKey { key_manager: None, .. }) => Finding::unknown("KMS does not tell the KeyManager", FIND_OUT),
        Ok(KmsKey { key_manager: Some(manager), .. }) => match manager.as_str() {
            "CUSTOMER" => Finding::compliant("CUSTOMER MANAGED: KeyManager=CUSTOMER"),
            "AWS" => Finding::non_compliant("AWS MANAGED: KeyManager=AWS", RECREATE),
            other => Finding::unknown(format!("KeyManager is {:?}", cut(other, 24)), FIND_OUT),
        },
    })
}

fn by_list(input: &Input, key_id: &str, given: &str) -> Result<Finding, Lookup> {
    let Some(patterns) = patterns(given) else {
        return Ok(Finding::unknown("kmsKeyArns cannot be read", FIND_OUT));
    };
    let allowed = |arn: &str| patterns.iter().any(|pattern| pattern.allows(arn));
    if allowed(key_id) {
        return Ok(Finding::compliant("ALLOWED: the key is in kmsKeyArns"));
    }
    let with_aliases = patterns.iter().any(|pattern| pattern.is_alias);
    if is_key_arn(key_id) && !with_aliases {
        return Ok(not_allowed());
    }
    let key = input.facts.kms_key.get(|| Lookup::KmsKey { key_id: key_id.to_owned(), with_aliases })?;
    Ok(match key {
        Err(why) => Finding::unknown(why, FIND_OUT),
        Ok(key) if key.key_manager.as_deref() == Some("AWS") => {
            Finding::non_compliant("AWS MANAGED: KeyManager=AWS", RECREATE)
        }
        Ok(key) => match key.arn.iter().chain(&key.alias_arns).find(|arn| allowed(arn)) {
            Some(arn) => Finding::compliant(format!("ALLOWED: {} is in kmsKeyArns", cut(arn, 84))),
            None => not_allowed(),
        },
    })
}

fn not_allowed() -> Finding {
    Finding::non_compliant("NOT ALLOWED: the key is not in kmsKeyArns", RECREATE)
}

fn is_key_arn(text: &str) -> bool {
    text.starts_with("arn:") && text.splitn(6, ':').nth(5).is_some_and(|resource| resource.starts_with("key/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_keys_and_aliases_and_nothing_wider() {
        for good in [
            "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            "arn:aws:kms:*:123456789012:key/1234abcd*",
            "arn:aws:kms:*:123456789012:key/mrk-*",
            "arn:*:kms:*:*:alias/dms-*",
            "arn:aws:kms:eu-west-1:123456789012:alias/a, arn:aws:kms:eu-west-1:123456789012:alias/b",
        ] {
            assert!((KMS_KEY_ARNS.is_valid)(good), "{good}");
        }
        for bad in [
            "*",
            "alias/dms",
            "1234abcd-12ab-34cd-56ef-1234567890ab",
            "arn:aws:kms:*:123456789012:key/*",
            "arn:aws:kms:*:123456789012:key/*-*-*",
            "arn:aws:kms:*:123456789012:key/1234abc*",
            "arn:aws:kms:*:123456789012:key/",
            "arn:aws:kms:*:123456789012:*",
            "arn:aws:kms:*:123456789012:alias/",
            "arn:aws:kms:*:123456789012:alias/aws/dms",
            "arn:aws:kms::123456789012:alias/a",
            "arn:aws:iam:us-east-1:123456789012:alias/a",
            "arn:aws:kms:us-east-1:123456789012:alias/a b",
            "arn:aws:kms:us-east-1:123456789012:alias/a,",
            "kms:aws:kms:us-east-1:123456789012:alias/a",
        ] {
            assert!(!(KMS_KEY_ARNS.is_valid)(bad), "{bad}");
        }
    }

    #[test]
    fn wildcards_stand_for_any_text_and_any_character() {
        let matches = |pattern: &str, text: &str| matches(pattern.as_bytes(), text.as_bytes());
        for (pattern, text) in [("", ""), ("*", ""), ("*", "abc"), ("a*c", "ac"), ("a*c", "abcbc"), ("a?c", "abc"), ("**", "a")] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("", "a"), ("a", ""), ("?", ""), ("a*c", "ab"), ("a?c", "ac"), ("abc", "abcd"), ("A", "a"), ("a*", "ba")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
