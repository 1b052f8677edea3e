//! The evaluation of the six rules on tags.

use crate::parameter::ANY_TEXT;
use crate::text::cut;
use crate::{Change, Finding, Input, Kind, Lookup, Parameter, Property, ResourceType, Stop, Unknown};

/// The property that decides.
pub(super) const TAGS: Property = Property { path: "Tags", kind: Kind::Tags, terraform: Some("tags") };

/// The parameter `requiredKeyTags`.
pub(super) static REQUIRED_KEY_TAGS: Parameter = Parameter {
    name: "requiredKeyTags",
    default: "",
    meaning: concat!(
        "tag keys that must all be there, with commas between them: 1 to 6, case counts, values do not. Not given: ",
        "any tag will do whose key does not start with `aws:`"
    ),
    must_be: "1 to 6 tag keys with commas between them, none empty, over 128 characters or starting with aws:",
    pattern: ANY_TEXT,
    read: |values, text| {
        let keys: Vec<String> = text.split(',').map(|key| key.trim().to_owned()).collect();
        let is_key = |key: &String| !key.is_empty() && key.chars().count() <= 128 && !is_aws_key(key);
        let is_read = keys.len() <= REQUIRED_MAXIMUM && keys.iter().all(is_key);
        if is_read {
            values.required_key_tags = keys;
        }
        is_read
    },
};

/// The maximum of required keys, as in AWS Config's managed rules on tags.
const REQUIRED_MAXIMUM: usize = 6;

/// The tags that a resource should have, as the rules state it.
pub(super) const WANTED: &str = "at least one tag of your own, and all of requiredKeyTags";

/// The tags that are missing where no key is required.
const ANY_TAG: &str = "at least one tag of your own";

/// The number of keys that an annotation has room for.
const SHOWN_KEYS: usize = 6;

/// The remedy: the command of the AWS CLI that adds tags to any DMS resource.
const TAG: &str = "add-tags-to-resource";

/// The command that lists the tags of a resource, with those that AWS set.
pub(super) const LIST_TAGS: &str = "aws dms list-tags-for-resource --resource-arn {arn} --region {region}";

/// The remedy where the tags are not known, and may be right.
pub(super) const FIND_OUT: &str =
    "check them with list-tags-for-resource, and add-tags-to-resource if they are missing";

/// Returns true for the keys of tags that AWS itself sets, which do not identify the owner of the resource.
fn is_aws_key(key: &str) -> bool {
    key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
}

/// Returns the finding on the tags of a resource.
pub(super) fn check(input: &Input) -> Result<Finding, Stop> {
    let tags = match &input.item.tags {
        Some(tags) => tags,
        None => input
            .facts
            .tags
            .get(|| Lookup::Tags)?
            .map_err(|reason| Unknown::new(format!("the tags are not recorded, and {reason}")))?,
    };
    let keys: Vec<&str> = tags.keys().map(String::as_str).filter(|key| !is_aws_key(key)).collect();
    let required: Vec<&str> = input.parameters.required_key_tags.iter().map(String::as_str).collect();
    let missing: Vec<&str> = required.iter().copied().filter(|key| !keys.contains(key)).collect();
    Ok(if !missing.is_empty() {
        let has = if keys.is_empty() { "none".to_owned() } else { list(&keys) };
        let word = if missing.len() == 1 { "key" } else { "keys" };
        let wanted = format!("tags with the {word} {}", list(&missing));
        untagged(input, format!("{} missing", list(&missing)), wanted).with_evidence("has", has)
    } else if !required.is_empty() {
        Finding::compliant("TAGGED", list(&required))
    } else if keys.is_empty() {
        untagged(input, "no user-defined tags".to_owned(), ANY_TAG.to_owned())
    } else {
        Finding::compliant("TAGGED", list(&keys))
    })
}

/// Returns the finding on a resource without the tags that are wanted, which it may still get. `wanted` is what its
/// template should give it.
fn untagged(input: &Input, fact: String, wanted: String) -> Finding {
    let Some(reason) = &input.facts.more_tags else {
        return Finding::non_compliant("UNTAGGED", fact, TAG).with_change(Change::set(TAGS, wanted));
    };
    let finding = Finding::unknown(format!("{fact}; {reason}"));
    if ResourceType::from_name(&input.item.resource_type) == Some(NOT_TAGGED_BY_TEMPLATES) {
        finding.with_change(Change::AfterDeployment("aws dms add-tags-to-resource"))
    } else {
        finding.with_change(Change::set(TAGS, wanted))
    }
}

/// The type to which a template cannot give tags (CloudFormation's schema of it has no `Tags`).
const NOT_TAGGED_BY_TEMPLATES: ResourceType = ResourceType::Certificate;

/// Lists as many keys as an annotation has room for.
fn list(keys: &[&str]) -> String {
    let shown: Vec<String> = keys.iter().take(SHOWN_KEYS).map(|key| cut(key, 24)).collect();
    let more = keys.len().saturating_sub(SHOWN_KEYS);
    let text = shown.join(", ");
    if more > 0 { format!("{text} and {more} more") } else { text }
}
