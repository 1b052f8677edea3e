//! Every rule by create, update and delete, with valid, odd and missing properties.

use std::collections::HashMap;
use std::sync::LazyLock;

use cloudformation_hook::Settings;
use iac::{Template, add_validity};
use proptest::prelude::*;
use rule_core::rules::{self, RULES};
use rule_core::{ComplianceType, Rule, RuleParameters};
use serde_json::{Map, Value, json};

use crate::support::{
    CREATE, DELETE, KEY, UPDATE, annotations, event, examples, now, response, settings, statuses,
    with_secrets,
};

/// No stack, plan or event can hold the tags and the key of a certificate, so the rules on them are never evaluated here.
const NEVER_EVALUATED: [&str; 2] = ["dms-certificate-tagged", "dms-certificate-customer-managed-key"];

/// Members that any word is right for: the name of a server, a secret or a role.
const ANY_WORD: [&str; 4] =
    ["EndpointUri", "ServerName", "SecretsManagerSecretId", "SecretsManagerAccessRoleArn"];

fn evaluated() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().copied().filter(|rule| !NEVER_EVALUATED.contains(&rule.identifier))
}

fn only(rule: &Rule) -> Settings {
    settings(&[("RULES", rule.identifier), ("KMS_KEY_ARNS", KEY)])
}

fn text(rule: &Rule, properties: &Map<String, Value>) -> String {
    Value::Object(with_secrets(rule.resource_type, properties)).to_string()
}

/// Returns the response to the creation or update of a resource with these properties.
fn written(rule: &Rule, point: &str, properties: &str) -> Value {
    response(&event(point, rule.resource_type.name(), properties), &only(rule))
}

/// Returns the result of `dms-rule check` for a template with the resource.
fn checked(rule: &Rule, properties: &str) -> ComplianceType {
    let template = format!(
        r#"{{"Resources": {{"Orders": {{"Type": "{}", "Properties": {properties}}}}}}}"#,
        rule.resource_type
    );
    let mut plan = Template::parse(&template).unwrap().plan(&iac::Settings::default()).unwrap();
    assert_eq!(plan.failures, []);
    let planned = &mut plan.resources[0];
    planned.possibilities.iter_mut().for_each(|one| add_validity(&mut one.item));
    let pairs = json!({"ruleIdentifier": rule.identifier, "kmsKeyArns": KEY});
    let parameters = if rule.parameters.iter().any(|one| one.name == "kmsKeyArns") {
        RuleParameters::from_json(&pairs.to_string()).unwrap()
    } else {
        RuleParameters { rule: rules::find(rule.identifier).unwrap(), ..RuleParameters::default() }
    };
    rule.evaluate_planned(&planned.possibilities, &parameters.values, Some(now())).compliance_type
}

/// Lists the paths of the properties that decide, of one or two names.
fn paths(rule: &Rule, properties: &Map<String, Value>) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    for (name, value) in properties {
        paths.push(vec![name.clone()]);
        for member in value.as_object().into_iter().flat_map(Map::keys) {
            let stated: Vec<_> = std::iter::once(&rule.property).chain(rule.reads).collect();
            if stated.iter().any(|property| property.path == format!("{name}.{member}")) {
                paths.push(vec![name.clone(), member.clone()]);
            }
        }
    }
    assert!(!paths.is_empty());
    paths
}

/// Returns the properties after a change of the object that holds the member at a path.
fn changed(
    properties: &Map<String, Value>,
    path: &[String],
    change: impl FnOnce(&mut Map<String, Value>, &str),
) -> Map<String, Value> {
    let mut all = properties.clone();
    match path {
        [name] => change(&mut all, name),
        [group, name] => change(all[group].as_object_mut().unwrap(), name),
        _ => panic!("{path:?}"),
    }
    all
}

/// Returns every value with its booleans as text, as CloudFormation sends them to hooks.
fn in_text(value: &Value) -> Value {
    match value {
        Value::Bool(flag) => flag.to_string().into(),
        Value::Number(number) => number.to_string().into(),
        Value::Array(list) => list.iter().map(in_text).collect(),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.clone(), in_text(value))).collect())
        }
        other => other.clone(),
    }
}

#[test]
fn every_rule_passes_and_fails_before_a_creation_and_an_update_and_nothing_fails_a_deletion() {
    for rule in evaluated() {
        let (good, bad) = examples(rule);
        for point in [CREATE, UPDATE] {
            for properties in [good.clone(), in_text(&good.clone().into()).as_object().unwrap().clone()] {
                let passed = written(rule, point, &text(rule, &properties));
                assert_eq!(passed["hookStatus"], "SUCCESS", "{} {point}: {passed}", rule.identifier);
                assert_eq!(statuses(&passed), ["PASSED"], "{} {point}: {passed}", rule.identifier);
            }
            for properties in [bad.clone(), in_text(&bad.clone().into()).as_object().unwrap().clone()] {
                let failed = written(rule, point, &text(rule, &properties));
                assert_eq!(failed["hookStatus"], "FAILED", "{} {point}: {failed}", rule.identifier);
                assert_eq!(failed["errorCode"], "NonCompliant", "{} {point}: {failed}", rule.identifier);
                assert_eq!(failed["clientRequestToken"], crate::support::TOKEN);
                let annotation = &annotations(&failed)[0];
                assert_eq!(annotation["annotationName"], rule.identifier);
                assert_eq!(annotation["severityLevel"], rule.severity.as_str());
                assert!(annotation["remediationMessage"].is_string(), "{annotation}");
                assert!(failed["message"].as_str().unwrap().contains(rule.identifier), "{failed}");
            }
        }
        for properties in [text(rule, &good), text(rule, &bad), "null".to_owned(), "[]".to_owned()] {
            let deleted = written(rule, DELETE, &properties);
            assert_eq!(deleted["hookStatus"], "SUCCESS", "{} {properties}", rule.identifier);
        }
    }
}

#[test]
fn no_rule_passes_because_a_property_is_missing_or_odd() {
    let odd = [
        Value::Null,
        json!("odd"),
        json!(""),
        json!(" false "),
        json!(7),
        json!([]),
        json!([true, false]),
        json!({}),
        json!({"Ref": "Parameter"}),
        json!({"Fn::GetAtt": ["Other", "Arn"]}),
        json!("{{resolve:ssm:/orders/value}}"),
        json!("${Parameter}"),
    ];
    let mut tried = 0;
    for rule in evaluated() {
        let (good, _) = examples(rule);
        for path in paths(rule, &good) {
            let mut variants = vec![changed(&good, &path, |object, name| drop(object.remove(name)))];
            // Another spelling of the name is another property of CloudFormation, or none.
            variants.push(changed(&good, &path, |object, name| {
                let value = object.remove(name).unwrap();
                let (first, rest) = name.split_at(1);
                object.insert(format!("{}{rest}", first.to_lowercase()), value);
            }));
            for value in &odd {
                variants.push(changed(&good, &path, |object, name| {
                    object.insert(name.to_owned(), value.clone());
                }));
            }
            for properties in variants {
                for point in [CREATE, UPDATE] {
                    let text = text(rule, &properties);
                    let result = written(rule, point, &text);
                    tried += 1;
                    let statuses = statuses(&result);
                    let words = format!("{} {point} {path:?} {text}: {result}", rule.identifier);
                    let given =
                        path.iter().skip(1).fold(properties.get(&path[0]), |value, name| value?.get(name));
                    let is_word = given == Some(&json!("odd"))
                        && path.last().is_some_and(|name| ANY_WORD.contains(&name.as_str()));
                    if is_word {
                        // It passes in a template too, or the rule does not apply to a name.
                        assert_ne!(checked(rule, &text), ComplianceType::NonCompliant, "{words}");
                    } else if path == ["EndpointType"] {
                        // An endpoint that may be a target is evaluated as one.
                        assert_ne!(statuses, ["SKIPPED"], "{words}");
                    } else if path == ["EngineName"] {
                        // The right value passes whatever the engine is; the rule is not left out since it is missing.
                        let is_given = properties.get("EngineName").is_some_and(Value::is_string);
                        assert!(is_given || statuses != ["SKIPPED"], "{words}");
                    } else {
                        assert_eq!(result["hookStatus"], "FAILED", "{words}");
                        assert_eq!(statuses, ["FAILED"], "{words}");
                    }
                    if checked(rule, &text) == ComplianceType::NonCompliant {
                        assert_eq!(result["hookStatus"], "FAILED", "{words}");
                    }
                }
            }
        }
        for nothing in ["{}", "null", "[]", "\"text\"", "true", "[{}]"] {
            for point in [CREATE, UPDATE] {
                let result = written(rule, point, nothing);
                assert_eq!(result["hookStatus"], "FAILED", "{} {point} {nothing}: {result}", rule.identifier);
            }
        }
    }
    assert!(tried > 500, "{tried}");
}

#[test]
fn a_member_that_is_given_twice_with_different_values_never_passes() {
    for rule in evaluated() {
        let (good, bad) = examples(rule);
        for path in paths(rule, &good) {
            let [name] = path.as_slice() else { continue };
            let (right, wrong) = (&good[name], bad.get(name).filter(|wrong| *wrong != &good[name]));
            let wrong = wrong.cloned().unwrap_or(json!("another"));
            let others: Vec<String> = good
                .iter()
                .filter(|(other, _)| *other != name)
                .map(|(other, value)| format!(", {other:?}: {value}"))
                .collect();
            for (first, second) in [(right, &wrong), (&wrong, right)] {
                let properties = format!("{{{name:?}: {first}, {name:?}: {second}{}}}", others.concat());
                for point in [CREATE, UPDATE] {
                    let result = written(rule, point, &properties);
                    assert!(!statuses(&result).contains(&"PASSED".to_owned()), "{properties}: {result}");
                    assert_eq!(result["hookStatus"], "FAILED", "{properties}: {result}");
                }
            }
        }
    }
}

#[test]
fn the_tags_and_the_key_of_a_certificate_are_never_called_right() {
    for rule in NEVER_EVALUATED.map(|name| rules::find(name).unwrap()) {
        let key = format!(r#"{{"KmsKeyId": "{KEY}"}}"#);
        for properties in ["{}", r#"{"Tags": [{"Key": "owner", "Value": "x"}]}"#, r#"{"Tags": null}"#, &key] {
            let result = written(rule, CREATE, properties);
            assert_eq!(statuses(&result), ["SKIPPED"], "{result}");
            assert!(result["message"].as_str().unwrap().contains("NOT EVALUATED"), "{result}");
        }
    }
}

/// Any JSON value of a little depth.
fn any_json() -> impl Strategy<Value = Value> {
    let words = ["true", "false", "no", "none", "", "sasl-ssl", "verify-full", "mysql"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        proptest::sample::select(words.to_vec()).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let names = proptest::sample::select(vec!["Ref", "Fn::If", "SslMode", "AuthType", "Key", "<<", "a"]);
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::vec((names, inner), 0..3).prop_map(|members| members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_value_passes_only_if_it_passes_in_a_template(value in any_json()) {
        let value = serde_json::to_string(&value).unwrap();
        for rule in evaluated() {
            let (good, _) = examples_of(rule);
            for path in paths(rule, good) {
                let json: Value = serde_json::from_str(&value).unwrap();
                let properties = changed(good, &path, |object, name| { object.insert(name.to_owned(), json); });
                let text = Value::Object(properties).to_string();
                let result = written(rule, CREATE, &text);
                if statuses(&result).contains(&"PASSED".to_owned()) {
                    prop_assert_eq!(checked(rule, &text), ComplianceType::Compliant, "{}", text);
                }
            }
        }
    }

    #[test]
    fn any_text_gets_a_response(text in any::<String>(), at in any::<prop::sample::Index>()) {
        response(&text, &Settings::default());
        let whole = event(CREATE, "AWS::DMS::ReplicationInstance", r#"{"PubliclyAccessible": false}"#);
        let (cut, _) = whole.split_at(at.index(whole.len()));
        prop_assert_eq!(&response(cut, &Settings::default())["hookStatus"], "FAILED");
    }
}

/// The properties of a resource that passes, and of one that fails.
type Examples = (Map<String, Value>, Map<String, Value>);

/// Returns the examples of a rule, made once: a certificate takes long to make.
fn examples_of(rule: &Rule) -> &'static Examples {
    static ALL: LazyLock<HashMap<&str, Examples>> =
        LazyLock::new(|| RULES.iter().map(|rule| (rule.identifier, examples(rule))).collect());
    &ALL[rule.identifier]
}
