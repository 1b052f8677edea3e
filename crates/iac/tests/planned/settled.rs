//! Values that the template itself settles: functions with known arguments, and references to its own resources.

use std::collections::BTreeMap;

use iac::{Plan, Settings, Template};
use proptest::prelude::*;
use rule_core::{Configuration, Finding, Json, rules};

use crate::{IS_PUBLIC, PRIVATE, cloudformation, plan, public, verdicts};

/// Returns the first value of a property in each possibility of the one resource.
fn values(plan: &Plan, property: &str) -> Vec<Json> {
    let [resource] = plan.resources.as_slice() else { panic!("one resource: {plan:?}") };
    let configurations = resource.possibilities.iter().map(|possibility| &possibility.item.configuration);
    configurations
        .filter_map(|configuration: &Configuration| configuration.values(property).next().cloned())
        .collect()
}

#[test]
fn a_function_with_known_arguments_has_its_result() {
    for (value, wanted) in [
        ("!Select [!Length [a], ['true', 'false']]", PRIVATE),
        ("!Select [{'Fn::Length': !Split [',', 'a']}, ['true', 'false']]", PRIVATE),
        ("!Select [1, !Split [':', !Join [':', ['true', 'false']]]]", PRIVATE),
        ("!Join [!Select [0, ['al', 'x']], [f, se]]", PRIVATE),
        ("!Select [0, !Split [!Sub ',', 'true,false']]", IS_PUBLIC),
    ] {
        assert_eq!(public("", &format!("PubliclyAccessible: {value}")), wanted, "{value}");
    }
    for value in
        ["!Select [!Length {Ref: List}, ['false', 'false']]", "!Length [a]", "!ToJsonString a", "!Base64 x"]
    {
        let verdict = public("", &format!("PubliclyAccessible: {value}"));
        assert!(verdict.starts_with("NON_COMPLIANT UNKNOWN"), "{value}: {verdict}");
    }
    let base64 = public("", "PubliclyAccessible: !Base64 'fo'");
    assert!(base64.contains("\"Zm8=\""), "{base64}");
    let base64 = public("", "PubliclyAccessible: !Base64 'foob'");
    assert!(base64.contains("\"Zm9vYg==\""), "{base64}");
}

#[test]
fn settings_that_a_function_writes_as_text_are_read() {
    let task = |settings: &str| {
        let text = format!(
            "Parameters: {{P: {{Type: String}}}}\nResources:\n  T:\n    Type: AWS::DMS::ReplicationTask\n    Properties:\n      ReplicationTaskSettings: {settings}\n"
        );
        verdicts(&plan(&text), "dms-replication-task-sourcedb-logging").remove(0)
    };
    for (settings, wanted) in [
        ("!ToJsonString {Logging: {EnableLogging: false}}", "NON_COMPLIANT NOT LOGGED: EnableLogging=false"),
        (
            "!Join ['', ['{\"Logging\":', !ToJsonString {EnableLogging: false}, '}']]",
            "NON_COMPLIANT NOT LOGGED: EnableLogging=false",
        ),
        (
            "!Sub ['{\"Logging\":${L}}', {L: !ToJsonString {EnableLogging: false}}]",
            "NON_COMPLIANT NOT LOGGED: EnableLogging=false",
        ),
        // A part that is not known leaves the others.
        (
            "!ToJsonString {Logging: {EnableLogging: false}, Other: !Ref P}",
            "NON_COMPLIANT NOT LOGGED: EnableLogging=false",
        ),
        ("!ToJsonString {Logging: {EnableLogging: !Ref P}}", "NON_COMPLIANT"),
        ("!ToJsonString {Logging: {EnableLogging: true, EnableLogging: false}}", "NON_COMPLIANT"),
        ("!ToJsonString [1]", "NON_COMPLIANT UNKNOWN"),
    ] {
        let verdict = task(settings);
        assert!(verdict.starts_with(wanted), "{settings}: {verdict}");
    }
}

#[test]
fn a_reference_to_a_key_of_the_template_says_so() {
    let resources = "Parameters: {Given: {Type: String}}\nResources:\n  Key: {Type: 'AWS::KMS::Key'}\n  Replica: {Type: 'AWS::KMS::ReplicaKey'}\n  ByKey: {Type: 'AWS::KMS::Alias', Properties: {TargetKeyId: !GetAtt Key.Arn}}\n  ByAlias: {Type: 'AWS::KMS::Alias', Properties: {TargetKeyId: !Ref ByKey}}\n  ByOther: {Type: 'AWS::KMS::Alias', Properties: {TargetKeyId: !Ref Given}}\n  Twice: {Type: 'AWS::KMS::Key'}\n  Twice: {Type: 'AWS::KMS::Key'}\n  Topic: {Type: 'AWS::SNS::Topic'}\n  Custom: {Type: 'Custom::Key'}\n";
    let key = |value: &str| {
        let text = format!(
            "{resources}  One: {{Type: 'AWS::DMS::ReplicationInstance', Properties: {{KmsKeyId: {value}}}}}\n"
        );
        values(&plan(&text), "KmsKeyId")
    };
    let is_key = |value: &Json| matches!(value, Json::Created { resource_type, .. } if resource_type == "AWS::KMS::Key");
    for value in [
        "!Ref Key",
        "!GetAtt Key.Arn",
        "!GetAtt [Key, Arn]",
        "!GetAtt Key.KeyId",
        "!Sub '${Key.Arn}'",
        "!Sub '${Key}'",
        "!Sub ['${K}', {K: !GetAtt Key.Arn}]",
        "!Sub 'arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${Key}'",
        "!Sub 'arn:aws:kms:${AWS::Region}:${AWS::AccountId}:${ByKey}'",
        "!Ref Replica",
        "!GetAtt Replica.Arn",
        "!Ref ByKey",
        "!If [C, !Ref Key, !GetAtt Replica.Arn]",
    ] {
        let found = key(value);
        assert!(!found.is_empty() && found.iter().all(is_key), "{value}: {found:?}");
    }
    for value in [
        "!Ref Given",
        "!Ref Topic",
        "!GetAtt Custom.Arn",
        "!GetAtt Topic.KeyArn",
        "!Ref Twice",
        "!Ref ByOther",
        "!Ref ByAlias",
        "!Ref Unknown",
        "!GetAtt Key.Other",
        "!ImportValue key",
        "!Sub '${Key.Arn}-x'",
        "!Join ['', [!Ref Key, '-x']]",
        "!If [C, !Ref Key, !Ref Given]",
    ] {
        let found = key(value);
        assert!(!found.is_empty() && !found.iter().all(is_key), "{value}: {found:?}");
    }
    // A macro may define the id a second time.
    let open = format!(
        "{resources}  'Fn::Transform': {{Name: 'AWS::Include'}}\n  One: {{Type: 'AWS::DMS::ReplicationInstance', Properties: {{KmsKeyId: !Ref Key}}}}\n"
    );
    let open = values(&cloudformation(&open, &Settings::default()).unwrap(), "KmsKeyId");
    assert!(matches!(open.as_slice(), [Json::Undecided(_)]), "{open:?}");
}

#[test]
fn tags_of_the_stack_are_those_of_its_resources() {
    let text = |kind: &str, tags: &str| {
        format!("Resources:\n  A: {{Type: 'AWS::DMS::{kind}', Properties: {{{tags}}}}}\n")
    };
    let stack = |tags: &[(&str, &str)]| {
        Some(
            tags.iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect::<BTreeMap<_, _>>(),
        )
    };
    let read = |text: &str, stack_tags: Option<BTreeMap<String, String>>| {
        let plan = cloudformation(text, &Settings { stack_tags, ..Settings::default() }).unwrap();
        let possibility = plan.resources[0].possibilities[0].clone();
        (possibility.item.tags, possibility.facts.more_tags)
    };
    let own = "Tags: [{Key: team, Value: own}]";
    let more = Some("the stack may add tags".to_owned());
    assert_eq!(read(&text("Endpoint", own), None), (stack(&[("team", "own")]), more.clone()));
    assert_eq!(read(&text("ReplicationTask", ""), None), (stack(&[]), more));
    assert_eq!(read(&text("Endpoint", ""), stack(&[])), (stack(&[]), None));
    let given = stack(&[("team", "stack"), ("org", "x")]);
    assert_eq!(read(&text("Endpoint", own), given.clone()), (stack(&[("team", "own"), ("org", "x")]), None));
    assert_eq!(read(&text("Endpoint", "Tags: !Ref T"), given.clone()), (None, None));
    let certificate = text("Certificate", own);
    let (tags, more) = read(&certificate, given);
    assert_eq!(
        (tags, more.as_deref()),
        (stack(&[]), Some("CloudFormation cannot set tags of a certificate"))
    );
    let rule = rules::find("dms-certificate-tagged").unwrap();
    let fix = plan(&certificate).resources[0]
        .fix(rule, &Finding::non_compliant("UNTAGGED", "", "add-tags-to-resource"));
    assert_eq!(fix, "after deployment: add-tags-to-resource");
}

#[test]
fn documents_of_one_text_are_read_one_by_one() {
    let documents =
        Template::parse_all("a: !Ref X\nb: 1.5\n---\nResources: {A: {Type: X}}\n---\n- yes\n").unwrap();
    let texts: Vec<_> = documents.iter().map(|one| serde_json::to_string(&one.to_json()).unwrap()).collect();
    assert_eq!(texts, [r#"{"a":{"Ref":"X"},"b":1.5}"#, r#"{"Resources":{"A":{"Type":"X"}}}"#, "[true]"]);
    let recognized: Vec<_> = documents.iter().map(Template::is_recognizable).collect();
    assert_eq!(recognized, [false, true, false]);
    assert_eq!(Template::parse_all("").unwrap().len(), 0);
    assert_eq!(Template::parse_all("{\"a\": \"\\ud83d\\ude00\", \"a\": 1} {}").unwrap().len(), 2);
    assert!(Template::parse_all("a: [").is_err());
}

#[test]
fn a_long_template_is_planned_like_a_short_one() {
    let resource = |n: usize| {
        format!(
            "\"R{n}\":{{\"Type\":\"AWS::S3::Bucket\",\"Properties\":{{\"BucketName\":\"b{n}\",\"Tags\":[]}}}}"
        )
    };
    let many: Vec<String> = (0..60_000).map(resource).collect();
    let text = format!(
        "{{\"Resources\":{{\"A\":{{\"Type\":\"AWS::DMS::ReplicationInstance\"}},{}}}}}",
        many.join(",")
    );
    assert_eq!(cloudformation(&text, &Settings::default()).unwrap().resources.len(), 1);
    let long = format!(
        "Description: '{}'\nResources:\n  A: {{Type: 'AWS::DMS::ReplicationInstance'}}\n",
        "x".repeat(3_000_000)
    );
    assert_eq!(plan(&long).resources.len(), 1);
}

proptest! {
    /// A document goes through YAML and JSON unchanged.
    #[test]
    fn a_json_document_is_the_same_as_yaml(names in proptest::collection::vec("[a-z]{1,3}|<<", 0..5), text in "[ -~]{0,8}", number in any::<i32>()) {
        let members = names.iter().map(|name| (name.clone(), Json::List(vec![Json::Text(text.clone()), Json::Number(number.into())])));
        let json = serde_json::to_string(&Json::Object(members.collect())).unwrap();
        let read = Template::parse(&json).unwrap().to_json();
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), json);
    }
}
