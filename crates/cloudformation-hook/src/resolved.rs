//! The properties of an event, as far as CloudFormation resolves them before it calls a hook.

use rule_core::{Json, ResourceType};

/// Returns the properties with each value undecided that CloudFormation sends to no hook: a function of a template, and text
/// where an endpoint has a group of settings. What it would become is not known, so it must not pass.
pub(crate) fn resolved(properties: &Json, resource_type: ResourceType) -> Json {
    let Json::Object(members) = properties else { return properties.clone() };
    let is_group = |name: &str| resource_type == ResourceType::Endpoint && name.ends_with("Settings");
    let members = members.iter().map(|(name, value)| match value {
        Json::Text(_) if is_group(name) => {
            (name.clone(), Json::Undecided("text in place of settings".to_owned()))
        }
        value => (name.clone(), without_functions(value)),
    });
    let members: Vec<(String, Json)> = members.collect();
    match members.iter().find(|(name, _)| is_function(name)) {
        Some((name, _)) => Json::Undecided(format!("the function {name}")),
        None => Json::Object(members),
    }
}

fn without_functions(value: &Json) -> Json {
    match value {
        Json::List(list) => Json::List(list.iter().map(without_functions).collect()),
        Json::Object(members) => match members.as_slice() {
            [(name, _)] if is_function(name) => Json::Undecided(format!("the function {name}")),
            // A loop beside other members is no value; what it would make must not be read.
            members if members.iter().any(|(name, _)| name.starts_with(LOOP)) => Json::Object(Vec::new()),
            members => {
                let members = members.iter().map(|(name, value)| (name.clone(), without_functions(value)));
                Json::Object(members.collect())
            }
        },
        other => other.clone(),
    }
}

const LOOP: &str = "Fn::ForEach";

/// Returns true for the name of a function (CloudFormation Template Reference, "Intrinsic functions").
fn is_function(name: &str) -> bool {
    name == "Ref" || name.starts_with("Fn::")
}

/// Returns true if there are no tags, or each is an object of `Key` and `Value`, texts: a tag that CloudFormation would not set
/// exempts nothing.
pub(crate) fn has_plain_tags(properties: &Json) -> bool {
    let Json::Object(members) = properties else { return false };
    let is_plain = |tag: &Json| {
        let Json::Object(tag) = tag else { return false };
        let is_text = |name: &str| tag.iter().any(|(known, value)| known == name && value.as_str().is_some());
        tag.len() == 2 && is_text("Key") && is_text("Value")
    };
    members.iter().filter(|(name, _)| name == "Tags").all(|(_, tags)| match tags {
        Json::List(tags) => tags.iter().all(is_plain),
        Json::Null => true,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_function_and_settings_in_a_text_are_undecided_at_any_depth() {
        for text in [
            r#"{"PubliclyAccessible": {"Fn::Sub": "false"}}"#,
            r#"{"PubliclyAccessible": {"Fn::If": ["C", false, false]}}"#,
            r#"{"KafkaSettings": {"SecurityProtocol": {"Ref": "P"}}}"#,
            r#"{"KafkaSettings": "{\"SecurityProtocol\": \"ssl-encryption\"}"}"#,
            r#"{"Fn::ForEach::x": ["X", ["a"], {"PubliclyAccessible": false}]}"#,
        ] {
            let resolved = format!("{:?}", resolved(&json(text), ResourceType::Endpoint));
            assert!(resolved.contains("Undecided"), "{text}: {resolved}");
        }
        let settings =
            json(r#"{"ReplicationTaskSettings": "{}", "Tags": [{"Key": "Ref", "Value": "Fn::If"}]}"#);
        assert_eq!(resolved(&settings, ResourceType::ReplicationTask), settings);
    }

    #[test]
    fn only_tags_as_cloudformation_sets_them_are_plain() {
        for (text, is_plain) in [
            ("{}", true),
            (r#"{"Tags": [{"Key": "a", "Value": "b"}]}"#, true),
            (r#"{"Tags": [{"key": "a", "value": "b"}]}"#, false),
            (r#"{"Tags": {"a": "b"}}"#, false),
            (r#"{"Tags": [{"Key": "a", "Value": "b", "Key": "c"}]}"#, false),
        ] {
            assert_eq!(has_plain_tags(&json(text)), is_plain, "{text}");
        }
    }
}
