//! Properties that hold for every configuration.

use proptest::prelude::*;
use rule_core::{ComplianceType, ConfigurationItem, Facts, Input, RuleParameters};
use serde_json::{Value, json};

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
            prop::collection::vec((property(), inner), 0..4).prop_map(|pairs| pairs.into_iter().collect()),
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
            let is_false = |name: &str| {
                configuration.get(name).is_some_and(|flag| {
                    *flag == Value::Bool(false)
                        || flag.as_str().is_some_and(|text| text.eq_ignore_ascii_case("false"))
                })
            };
            prop_assert!(is_false("PubliclyAccessible") || is_false("publiclyAccessible"), "{configuration}");
        }
        prop_assert_ne!(verdict.compliance_type, ComplianceType::NotApplicable);
    }
}
