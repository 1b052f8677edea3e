//! Values that no JSON holds: what a template leaves to deployment, or creates itself. And the changes to a file that
//! findings name.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use rule_core::{
    Change, Choice, Configuration, ConfigurationItem, Facts, Finding, Input, Json, Outcome, Possibility,
    RuleParameters,
};

const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

fn created(resource_type: &str) -> Json {
    Json::Created { resource_type: resource_type.to_owned(), by: "the attribute Key.Arn".to_owned() }
}

fn undecided() -> Json {
    Json::Undecided("parameter Engine".to_owned())
}

fn text(text: &str) -> Json {
    Json::Text(text.to_owned())
}

fn group(name: &str, value: Json) -> Json {
    Json::Object(vec![(name.to_owned(), value)])
}

/// Returns the finding on a planned resource with these properties, and without tags.
fn found(parameters: &str, properties: &[(&str, Json)], facts: Facts) -> Finding {
    let RuleParameters { rule, values } = RuleParameters::from_json(parameters).unwrap();
    let item = format!(
        r#"{{"resourceType":"{}","resourceId":"r","configurationItemStatus":"OK","configurationItemCaptureTime":1,"tags":{{}}}}"#,
        rule.resource_type
    );
    let properties = properties.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let item = ConfigurationItem {
        configuration: Configuration::Properties(properties),
        ..ConfigurationItem::from_json(&item).unwrap()
    };
    let at = Some("2026-10-01T00:00:00Z".parse().unwrap());
    let possibility = Possibility { choices: Vec::<Choice>::new(), item, facts };
    let verdict = rule.evaluate_planned(std::slice::from_ref(&possibility), &values, at);
    let Possibility { item, facts, .. } = &possibility;
    let alone = rule.evaluate_without_lookups(&Input { item, facts, parameters: &values, at });
    assert_eq!(alone, verdict);
    verdict.finding
}

fn planned(parameters: &str, properties: &[(&str, Json)]) -> (Outcome, String) {
    let finding = found(parameters, properties, Facts::planned());
    (finding.outcome, finding.reason())
}

#[test]
fn a_key_that_the_same_file_creates_is_customer_managed() {
    let rule = r#"{"ruleIdentifier":"dms-replication-instance-customer-managed-key"}"#;
    for resource_type in ["AWS::KMS::Key", "AWS::KMS::ReplicaKey"] {
        let (outcome, reason) = planned(rule, &[("KmsKeyId", created(resource_type))]);
        assert_eq!(outcome, Outcome::Compliant);
        assert_eq!(reason, "CUSTOMER MANAGED: the key is created with it (the attribute Key.Arn)");
    }
    for other in ["AWS::KMS::Alias", "AWS::SSM::Parameter"] {
        assert_eq!(planned(rule, &[("KmsKeyId", created(other))]).0, Outcome::Unknown, "{other}");
    }
    let twice = [("KmsKeyId", created("AWS::KMS::Key")), ("kmsKeyId", text("alias/aws/dms"))];
    assert_eq!(planned(rule, &twice).0, Outcome::Unknown);
    let (outcome, reason) = planned(rule, &[("KmsKeyId", text("arn:aws:kms:eu-west-1:1:alias/aws/ebs"))]);
    assert_eq!((outcome, reason.as_str()), (Outcome::NonCompliant, "AWS MANAGED: AWS manages its alias"));
}

#[test]
fn a_key_that_is_still_to_be_created_is_in_no_list() {
    let rule = format!(
        r#"{{"ruleIdentifier":"dms-replication-instance-customer-managed-key","kmsKeyArns":"{KEY}"}}"#
    );
    let finding = found(&rule, &[("KmsKeyId", created("AWS::KMS::Key"))], Facts::planned());
    assert_eq!(finding.outcome, Outcome::Unknown);
    assert!(matches!(finding.change, Some(Change::AfterDeployment(_))), "{finding:?}");
    let finding = found(&rule, &[("KmsKeyId", text(&KEY.replace("ab", "ba")))], Facts::planned());
    let Some(Change::Set(property, wanted)) = finding.change else { panic!("{finding:?}") };
    assert_eq!((property.path, wanted.as_ref()), ("KmsKeyId", "the ARN of a key that kmsKeyArns names"));
}

/// For each rule on endpoints: its good settings, and settings that are good only if the engine is another.
#[test]
fn an_engine_that_is_not_known_matters_only_if_it_can_lead_to_a_finding() {
    for (rule, property, good, bad) in [
        ("dms-endpoint-ssl-configured", "SslMode", text("verify-ca"), text("none")),
        (
            "dms-redis-tls-enabled",
            "RedisSettings",
            group("SslSecurityProtocol", text("ssl-encryption")),
            group("SslSecurityProtocol", undecided()),
        ),
        (
            "dms-kafka-tls-enabled",
            "KafkaSettings",
            group("SecurityProtocol", text("sasl-ssl")),
            group("Broker", text("b")),
        ),
        (
            "dms-mongo-db-authentication-enabled",
            "MongoDbSettings",
            group("AuthType", text("password")),
            group("AuthType", text("no")),
        ),
        (
            "dms-neptune-iam-authorization-enabled",
            "NeptuneSettings",
            group("IamAuthEnabled", Json::Bool(true)),
            Json::Null,
        ),
        (
            "dms-opensearch-https-enabled",
            "ElasticsearchSettings",
            group("EndpointUri", text("https://search.example.com")),
            group("EndpointUri", text("http://search.example.com")),
        ),
        ("dms-endpoint-customer-managed-key", "KmsKeyId", created("AWS::KMS::Key"), text("alias/aws/dms")),
        (
            "dms-s3-target-not-public",
            "S3Settings",
            group("BucketName", text("b")),
            group("CannedAclForObjects", text("PUBLIC_READ")),
        ),
        (
            "dms-s3-bucket-owner-verified",
            "S3Settings",
            group("ExpectedBucketOwner", text("123456789012")),
            group("BucketName", text("b")),
        ),
    ] {
        let rule = format!(r#"{{"ruleIdentifier":"{rule}"}}"#);
        for engine in [undecided(), created("AWS::SSM::Parameter"), Json::Null] {
            let finding = |value: &Json| {
                found(&rule, &[("EngineName", engine.clone()), (property, value.clone())], Facts::planned())
            };
            let found = finding(&good);
            assert_eq!(found.outcome, Outcome::Compliant, "{rule}: {found:?}");
            assert!(found.fact.contains(", whatever the engine (EngineName is n"), "{rule}: {found:?}");
            let found = finding(&bad);
            assert_eq!(found.outcome, Outcome::Unknown, "{rule}: {found:?}");
            assert!(found.fact.starts_with("EngineName is n"), "{rule}: {found:?}");
            assert!(found.fix.unwrap().contains("EngineName"), "{rule}: {found:?}");
            let Some(Change::Set(property, _)) = found.change else { panic!("{rule}: {found:?}") };
            assert_eq!(property.path, "EngineName");
        }
    }
}

#[test]
fn a_certificate_without_readable_dates_is_scanned_after_deployment() {
    let rule = r#"{"ruleIdentifier":"dms-certificate-not-expiring"}"#;
    for properties in [
        &[("CertificateWallet", text("QUJD"))][..],
        &[("CertificatePem", undecided())],
        &[("ValidToDate", undecided())],
    ] {
        let finding = found(rule, properties, Facts::planned());
        assert_eq!(finding.outcome, Outcome::Unknown);
        assert!(matches!(finding.change, Some(Change::AfterDeployment(_))), "{finding:?}");
        assert!(!finding.fact.contains("no time"), "{finding:?}");
    }
    let finding = found(rule, &[("ValidToDate", text("2026-10-02T00:00:00Z"))], Facts::planned());
    assert_eq!((finding.state, finding.change), ("EXPIRING", None));
}

#[test]
fn a_tag_that_no_file_can_hold_is_added_after_deployment() {
    let facts = || Facts { more_tags: Some("CloudFormation gives it none".to_owned()), ..Facts::planned() };
    for (rule, is_after) in [("dms-certificate-tagged", true), ("dms-endpoint-tagged", false)] {
        let finding = found(&format!(r#"{{"ruleIdentifier":"{rule}"}}"#), &[], facts());
        assert_eq!(finding.outcome, Outcome::Unknown, "{rule}");
        assert_eq!(finding.fact, "no user-defined tags; CloudFormation gives it none", "{rule}");
        assert_eq!(matches!(finding.change, Some(Change::AfterDeployment(_))), is_after, "{rule}");
    }
}

#[test]
fn a_template_is_to_give_the_tags_that_are_missing() {
    for (required, wanted) in [
        ("", "at least one tag of your own"),
        ("owner", "tags with the key owner"),
        ("owner,CostCenter", "tags with the keys owner, CostCenter"),
    ] {
        let rule = format!(r#"{{"ruleIdentifier":"dms-endpoint-tagged","requiredKeyTags":"{required}"}}"#);
        for more_tags in [None, Some("the stack may add tags".to_owned())] {
            let finding = found(&rule, &[], Facts { more_tags, ..Facts::planned() });
            let Some(Change::Set(property, value)) = finding.change else { panic!("{required}") };
            assert_eq!((property.path, value.as_ref()), ("Tags", wanted));
        }
    }
}

/// A remedy for the value would not help.
#[test]
fn a_property_that_is_given_twice_is_to_be_given_once() {
    for (rule, properties, path) in [
        (
            "dms-replication-instance-customer-managed-key",
            vec![("KmsKeyId", text("a")), ("kmsKeyId", text("b"))],
            "KmsKeyId",
        ),
        ("dms-replication-instance-customer-managed-key", vec![("KMSKeyId", text("a"))], "KmsKeyId"),
        (
            "dms-endpoint-ssl-configured",
            vec![("EngineName", text("mysql")), ("ssl_mode", text("require"))],
            "SslMode",
        ),
        (
            "dms-kafka-tls-enabled",
            vec![
                ("EngineName", text("kafka")),
                ("KafkaSettings", group("securityprotocol", text("sasl-ssl"))),
            ],
            "KafkaSettings.SecurityProtocol",
        ),
        (
            "dms-redis-tls-enabled",
            vec![("EngineName", text("redis")), ("enginename", text("mysql"))],
            "EngineName",
        ),
    ] {
        let found = found(&format!(r#"{{"ruleIdentifier":"{rule}"}}"#), &properties, Facts::planned());
        assert_eq!(found.outcome, Outcome::Unknown, "{rule}: {found:?}");
        assert!(found.fix.unwrap().starts_with("give the property once"), "{rule}: {found:?}");
        let Some(Change::Set(property, wanted)) = found.change else { panic!("{rule}") };
        assert!(property.path == path && wanted.contains("once"), "{rule}: {property:?} {wanted}");
    }
}
