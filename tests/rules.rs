//! Every case, every page: the verdicts, without the SDK.

#[cfg(test)]
mod cases {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::{Path, PathBuf};

    use chrono::{DateTime, Utc};
    use rule_core::rules::RULES;
    use rule_core::{
        ComplianceType, Configuration, ConfigurationItem, Fact, Facts, Input, KmsKey, Lookup, Rule,
        RuleParameters,
    };
    use serde::Deserialize;
    use serde_json::{Value, json};

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Case {
        description: String,
        /// Members of the item that differ from an ordinary one; null removes a member.
        item: serde_json::Map<String, Value>,
        /// What was looked up; text: nothing can be, and why; absent: nobody looked yet.
        #[serde(default)]
        facts: Option<GivenFacts>,
        #[serde(default)]
        parameters: Value,
        #[serde(default)]
        at: Option<DateTime<Utc>>,
        expect: Expect,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Expect {
        compliance_type: Option<String>,
        annotation: Option<String>,
        look_up: Option<String>,
    }

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum GivenFacts {
        Unavailable(String),
        #[serde(rename_all = "camelCase")]
        Known {
            tags: Option<BTreeMap<String, String>>,
            description: Option<Configuration>,
            kms_key: Option<Key>,
        },
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Key {
        #[serde(rename = "keyManager")]
        manager: Option<String>,
        arn: Option<String>,
        #[serde(default)]
        alias_arns: Vec<String>,
    }

    fn facts(of: Option<GivenFacts>) -> Facts {
        fn fact<T>(given: Option<T>) -> Fact<T> {
            given.map_or(Fact::NotRead, Fact::Known)
        }
        match of {
            None => Facts::default(),
            Some(GivenFacts::Unavailable(why)) => Facts::unavailable(&why),
            Some(GivenFacts::Known { tags, description, kms_key }) => Facts {
                tags: fact(tags),
                description: fact(description),
                planned: false,
                kms_key: fact(kms_key.map(|Key { manager, arn, alias_arns }| KmsKey {
                    key_manager: manager,
                    arn,
                    alias_arns,
                })),
            },
        }
    }

    /// What a case comes to, in one line: its verdict, or what must be looked up.
    fn outcome(rule: &Rule, input: &Input) -> String {
        match rule.evaluate(input) {
            Ok(verdict) => format!("{} {}", verdict.compliance_type, verdict.annotation()),
            Err(Lookup::Tags) => "look up Tags".to_owned(),
            Err(Lookup::Description) => "look up Description".to_owned(),
            Err(Lookup::KmsKey { key_id, with_aliases }) => {
                format!("look up KmsKey {key_id}{}", if with_aliases { " with aliases" } else { "" })
            }
        }
    }

    fn folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases")
    }

    fn item(of: &Case, resource_type: &str) -> ConfigurationItem {
        let mut item = json!({
            "resourceType": resource_type,
            "resourceId": "arn:aws:dms:us-east-1:123456789012:rep:EXAMPLE",
            "resourceName": "orders-migration",
            "configurationItemStatus": "OK",
            "configurationItemCaptureTime": "2026-10-01T15:03:11.636Z",
            "tags": {},
        });
        let members = item.as_object_mut().unwrap();
        for (name, value) in &of.item {
            members.insert(name.clone(), value.clone());
        }
        ConfigurationItem::from_json(&item.to_string()).unwrap()
    }

    #[test]
    fn every_case_has_its_verdict_and_its_words() {
        let mut wrong = Vec::new();
        let mut count = 0;
        for rule in RULES {
            let mut shown = BTreeSet::new();
            for entry in
                std::fs::read_dir(folder().join(rule.identifier)).expect("a folder of cases for each rule")
            {
                let file = entry.unwrap().path();
                if file.ends_with("listed.json") {
                    continue; // what the end-to-end test lists
                }
                let cases: Vec<Case> = serde_json::from_str(&std::fs::read_to_string(&file).unwrap())
                    .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
                for case in cases {
                    count += 1;
                    let parameters = match &case.parameters {
                        Value::Null => String::new(),
                        parameters => parameters.to_string(),
                    };
                    let parameters = RuleParameters::from_json(&parameters)
                        .unwrap_or_else(|error| panic!("{}: {}: {error}", file.display(), case.description));
                    let item = item(&case, rule.resource_type.name());
                    let facts = facts(case.facts);
                    let input =
                        Input { item: &item, facts: &facts, parameters: &parameters.values, at: case.at };
                    let is = outcome(rule, &input);
                    let expected = match case.expect {
                        Expect { look_up: Some(fact), .. } => format!("look up {fact}"),
                        Expect { compliance_type, annotation, .. } => {
                            format!("{} {}", compliance_type.unwrap(), annotation.unwrap())
                        }
                    };
                    shown.insert(expected.split(' ').next().unwrap().to_owned());
                    if is != expected {
                        let file = file.display();
                        wrong.push(format!("{file}: {}\n  is  {is}\n  not {expected}", case.description));
                    }
                }
            }
            shown.remove("look");
            assert_eq!(shown.len(), 3, "{} has cases for each result", rule.identifier);
        }
        assert!(wrong.is_empty(), "{} of {count} cases:\n{}", wrong.len(), wrong.join("\n"));
    }

    #[test]
    fn the_core_depends_on_three_crates() {
        let manifest = std::fs::read_to_string(folder().join("../../crates/rule-core/Cargo.toml")).unwrap();
        let dependencies = manifest.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
        let names: Vec<_> = dependencies
            .lines()
            .filter_map(|line| line.split('.').next())
            .filter(|name| !name.is_empty())
            .collect();
        assert_eq!(names, ["chrono", "serde", "serde_json"]);
        let workspace = std::fs::read_to_string(folder().join("../../Cargo.toml")).unwrap();
        let chrono = workspace.lines().find(|line| line.starts_with("chrono =")).unwrap();
        assert!(chrono.contains("default-features = false") && !chrono.contains("clock"), "{chrono}");
        for file in sources(&folder().join("../../crates/rule-core/src")) {
            let text = std::fs::read_to_string(&file).unwrap();
            for word in ["std::fs", "std::env", "std::io", "SystemTime", "Instant::", "async "] {
                assert!(!text.contains(word), "{} has {word}", file.display());
            }
        }
    }

    #[test]
    fn one_folder_names_the_sdk() {
        for file in sources(&folder().join("../../crates/config-lambda/src")) {
            let inside = file.components().any(|part| part.as_os_str() == "aws");
            let names = std::fs::read_to_string(&file).unwrap().contains("aws_sdk_");
            assert!(inside || !names, "{}", file.display());
        }
    }

    fn sources(folder: &Path) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files.extend(sources(&path));
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
        files
    }

    mod any_configuration {
        use super::*;
        use proptest::prelude::*;

        fn any_json() -> impl Strategy<Value = Value> {
            let leaf = prop_oneof![
                Just(Value::Null),
                any::<bool>().prop_map(Value::from),
                any::<i32>().prop_map(Value::from),
                prop_oneof!["true", "false", "[a-zA-Z0-9:. ]{0,20}"].prop_map(Value::from),
            ];
            leaf.prop_recursive(3, 24, 4, |inner| {
                prop_oneof![
                    prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                    prop::collection::vec((property(), inner), 0..4)
                        .prop_map(|pairs| pairs.into_iter().collect()),
                ]
            })
        }

        fn property() -> impl Strategy<Value = String> {
            prop_oneof![
                "PubliclyAccessible|publiclyAccessible",
                "ReplicationInstancePublicIpAddress(es)?",
                "[A-Za-z]{0,12}",
            ]
        }

        proptest! {
            #[test]
            fn without_an_explicit_false_is_never_compliant(configuration in any_json()) {
                let item = json!({
                    "resourceType": "AWS::DMS::ReplicationInstance",
                    "resourceId": "arn:aws:dms:us-east-1:123456789012:rep:EXAMPLE",
                    "configurationItemStatus": "OK",
                    "configurationItemCaptureTime": "2026-10-01T15:03:11.636Z",
                    "configuration": configuration,
                });
                let item = ConfigurationItem::from_json(&item.to_string()).unwrap();
                let parameters = RuleParameters::default();
                let facts = Facts::default();
                let input = Input { item: &item, facts: &facts, parameters: &parameters.values, at: None };
                let verdict = parameters.rule.evaluate(&input).unwrap();
                if verdict.compliance_type == ComplianceType::Compliant {
                    let says_false = |name: &str| {
                        configuration.get(name).is_some_and(|flag| {
                            *flag == Value::Bool(false) || flag.as_str().is_some_and(|text| text.eq_ignore_ascii_case("false"))
                        })
                    };
                    prop_assert!(says_false("PubliclyAccessible") || says_false("publiclyAccessible"), "{configuration}");
                }
                prop_assert_ne!(verdict.compliance_type, ComplianceType::NotApplicable);
            }
        }
    }
}
