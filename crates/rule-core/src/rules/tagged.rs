//! What the six rules on tags share.

use crate::annotation::cut;
use crate::{Finding, Input, Lookup, Parameter};

/// `requiredKeyTags`
pub(super) const REQUIRED_KEY_TAGS: Parameter = Parameter {
    name: "requiredKeyTags",
    default: "",
    meaning: "tag keys that must all be there, with commas between them: 1 to 6, case counts, values do not. Not given: any tag will do whose key does not start with `aws:`",
    must_be: "1 to 6 tag keys with commas between them, none empty, over 128 characters or starting with aws:",
    is_valid: |text| {
        let keys: Vec<&str> = keys(text).collect();
        keys.len() <= 6
            && keys.iter().all(|key| !key.is_empty() && key.chars().count() <= 128 && !is_of_aws(key))
    },
};

const TAG: &str = "add-tags-to-resource.";

fn keys(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim)
}

/// Tags that AWS itself sets say nothing of whose the resource is.
fn is_of_aws(key: &str) -> bool {
    key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
}

/// The finding on the tags of a resource.
pub(super) fn check(input: &Input) -> Result<Finding, Lookup> {
    let tags = match &input.item.tags {
        Some(tags) => tags,
        None => match input.facts.tags.get(|| Lookup::Tags)? {
            Ok(tags) => tags,
            Err(why) => return Ok(Finding::unknown(format!("the tags are not recorded, and {why}"), TAG)),
        },
    };
    let own: Vec<&str> = tags.keys().map(String::as_str).filter(|key| !is_of_aws(key)).collect();
    let required = input.parameters.text(&REQUIRED_KEY_TAGS);
    if required.is_empty() {
        return Ok(if own.is_empty() {
            Finding::non_compliant("UNTAGGED: no tag but those of AWS", TAG)
        } else {
            Finding::compliant(format!("TAGGED: {}", listed(&own)))
        });
    }
    let missing: Vec<&str> = keys(required).filter(|key| !own.contains(key)).collect();
    Ok(if missing.is_empty() {
        Finding::compliant(format!("TAGGED: {}", listed(&keys(required).collect::<Vec<_>>())))
    } else {
        let has = if own.is_empty() { "none".to_owned() } else { listed(&own) };
        Finding::non_compliant(format!("UNTAGGED: {} missing", listed(&missing)), TAG).with("has", has)
    })
}

/// As many keys as an annotation has room for.
fn listed(keys: &[&str]) -> String {
    let shown: Vec<String> = keys.iter().take(6).map(|key| cut(key, 24)).collect();
    let more = keys.len().saturating_sub(6);
    let text = shown.join(", ");
    if more > 0 { format!("{text} and {more} more") } else { text }
}
