//! Every case, every page: the verdicts, without the SDK.

#[cfg(test)]
mod cases {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    use chrono::{DateTime, Utc};
    use rule_core::rules::RULES;
    use rule_core::{ComplianceType, ConfigurationItem, RuleParameters};
    use serde::Deserialize;
    use serde_json::{Value, json};

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Case {
        description: String,
        /// Members of the item that differ from an ordinary one; null removes a member.
        item: serde_json::Map<String, Value>,
        #[serde(default)]
        parameters: Value,
        #[serde(default)]
        at: Option<DateTime<Utc>>,
        expect: Expect,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Expect {
        compliance_type: String,
        annotation: String,
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
                let cases: Vec<Case> = serde_json::from_str(&std::fs::read_to_string(&file).unwrap())
                    .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
                for case in cases {
                    count += 1;
                    let parameters = match &case.parameters {
                        Value::Null => String::new(),
                        parameters => parameters.to_string(),
                    };
                    let parameters = RuleParameters::from_json(&parameters).unwrap();
                    let verdict = rule.evaluate(&item(&case, rule.resource_type), &parameters, case.at);
                    let (is, annotation) = (verdict.compliance_type.as_str(), verdict.annotation());
                    shown.insert(is);
                    if is != case.expect.compliance_type || annotation.as_str() != case.expect.annotation {
                        wrong.push(format!(
                            "{}: {}\n  is  {is} {annotation}",
                            file.display(),
                            case.description
                        ));
                    }
                }
            }
            assert_eq!(shown.len(), 3, "{} has cases for each result", rule.identifier);
        }
        assert!(wrong.is_empty(), "{} of {count} cases:\n{}", wrong.len(), wrong.join("\n"));
    }

    #[test]
    fn every_page_has_its_headings_and_the_name_of_its_rule() {
        let headings = [
            "What it checks",
            "Why it matters",
            "Evidence",
            "Parameters",
            "How to fix it",
            "Limits",
            "References",
        ];
        for rule in RULES {
            assert!(rule.page.starts_with(&format!("# {}\n\n", rule.identifier)), "{}", rule.identifier);
            assert!(rule.summary().ends_with('.'), "{}", rule.identifier);
            let found: Vec<_> = rule.page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
            assert_eq!(found, headings, "{}", rule.identifier);
        }
    }

    #[test]
    fn the_readme_lists_the_rules() {
        let file = folder().join("../../README.md");
        let readme = std::fs::read_to_string(&file).unwrap();
        let (start, end) = ("--test rules -->\n", "<!-- end of rules -->");
        let (before, rest) = readme.split_once(start).unwrap();
        let (table, after) = rest.split_once(end).unwrap();
        let row = |rule: &&rule_core::Rule| {
            let file = rule.identifier.replace('-', "_");
            format!(
                "| [`{}`](crates/rule-core/src/rules/{file}.md) | `{}` | {} | {} |\n",
                rule.identifier,
                rule.resource_type,
                rule.severity.as_str(),
                rule.summary()
            )
        };
        let rows: Vec<String> = RULES.iter().map(row).collect();
        let wanted = "| rule | resource | severity | |\n|---|---|---|---|\n".to_owned() + &rows.concat();
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&file, format!("{before}{start}{wanted}{end}{after}")).unwrap();
        } else {
            assert_eq!(table, wanted, "UPDATE=1 cargo test -p rule-core --test rules");
        }
    }

    /// aws-config-rdk#133 and #192 (the oversized message missing), #488 (anybody's AWS Config may call), and
    /// cloud-custodian#3530 (the rule made before the permission).
    #[test]
    fn the_template_subscribes_to_every_message_and_lets_only_this_account_call() {
        let file = folder().join("../../rule-templates/cloudformation/single-account.yaml");
        let template = std::fs::read_to_string(file).unwrap();
        let section = |name: &str| {
            let rest = template.split_once(&format!("\n  {name}:\n")).unwrap().1;
            rest.split("\n\n  ").next().unwrap().to_owned()
        };
        let rule = section("Rule");
        for message in [
            "MessageType: ConfigurationItemChangeNotification",
            "MessageType: OversizedConfigurationItemChangeNotification",
            "MessageType: ScheduledNotification",
            "DependsOn: Permission",
        ] {
            assert!(rule.contains(message), "{message}");
        }
        for rule_known in RULES {
            assert!(rule.contains(rule_known.identifier) && rule.contains(rule_known.resource_type));
            assert!(rule.contains(rule_known.summary()), "the description is the summary of the rule");
        }
        let permission = section("Permission");
        assert!(
            permission.contains("SourceAccount: !Ref AWS::AccountId")
                && permission.contains("config.amazonaws.com")
        );
        // The calls that the function makes, and no others.
        let policies = section("Role");
        let mut actions: Vec<&str> = policies
            .lines()
            .flat_map(|line| line.split([' ', '[', ']', ',']))
            .filter(|word| {
                ["config:", "dms:", "sqs:", "logs:"].iter().any(|service| word.starts_with(service))
            })
            .collect();
        actions.sort_unstable();
        assert_eq!(
            actions,
            [
                "config:GetComplianceDetailsByConfigRule",
                "config:GetResourceConfigHistory",
                "config:ListDiscoveredResources",
                "config:PutEvaluations",
                "dms:DescribeReplicationInstances",
                "dms:ListTagsForResource",
                "logs:CreateLogStream",
                "logs:PutLogEvents",
                "sqs:SendMessage",
            ]
        );
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
                let verdict = parameters.rule.evaluate(&item, &parameters, None);
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
