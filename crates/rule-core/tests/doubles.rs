//! A member given twice satisfies nothing, and no spelling of a property's name hides its value.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "an input that cannot be built fails the test"
)]

use proptest::prelude::*;
use proptest::sample::select;
use rule_core::rules::RULES;
use rule_core::{
    ComplianceType, Configuration, ConfigurationItem, Fact, Facts, Input, ParameterValues, Property, Rule,
    RuleParameters, Verdict, rules,
};
use serde_json::{Value, json};

/// A recorded or a planned resource.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    Described,
    Planned,
}

const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// A rule, its parameters and a configuration for which it returns COMPLIANT.
#[derive(Clone, Debug)]
struct Good {
    rule: &'static Rule,
    parameters: ParameterValues,
    configuration: Value,
    tags: Value,
}

fn good(identifier: &str, parameters: Value, configuration: Value) -> Good {
    let mut parameters = parameters;
    parameters["ruleIdentifier"] = identifier.into();
    let parameters = RuleParameters::from_json(&parameters.to_string()).unwrap();
    Good {
        rule: parameters.rule,
        parameters: parameters.values,
        configuration,
        tags: json!({ "owner": "a" }),
    }
}

/// Returns one good input for each rule at least.
fn all_good() -> Vec<Good> {
    let component = |id: &str| json!({ "Id": id, "Severity": "LOGGER_SEVERITY_DEFAULT" });
    let mut all = vec![
        good("dms-replication-not-public", json!({}), json!({ "PubliclyAccessible": false })),
        good("dms-instance-profile-not-public", json!({}), json!({ "PubliclyAccessible": false })),
        good("dms-auto-minor-version-upgrade-check", json!({}), json!({ "AutoMinorVersionUpgrade": true })),
        good("dms-replication-instance-multi-az-enabled", json!({}), json!({ "MultiAZ": true })),
        good(
            "dms-replication-instance-customer-managed-key",
            json!({ "kmsKeyArns": KEY }),
            json!({ "KmsKeyId": KEY }),
        ),
        good(
            "dms-endpoint-customer-managed-key",
            json!({ "kmsKeyArns": KEY }),
            json!({ "EngineName": "mysql", "KmsKeyId": KEY }),
        ),
        good(
            "dms-endpoint-host-not-public",
            json!({}),
            json!({ "EngineName": "mysql", "ServerName": "10.0.0.1", "MySqlSettings": { "ServerName": "10.0.0.1" } }),
        ),
        good(
            "dms-certificate-customer-managed-key",
            json!({ "kmsKeyArns": KEY }),
            json!({ "KmsKeyId": KEY }),
        ),
        good(
            "dms-endpoint-ssl-configured",
            json!({}),
            json!({ "EngineName": "mysql", "SslMode": "require" }),
        ),
        good(
            "dms-certificate-not-expiring",
            json!({}),
            json!({ "ValidToDate": "2035-01-01T00:00:00Z", "ValidFromDate": 1_500_000_000 }),
        ),
    ];
    all.extend(good_endpoints());
    all.extend(good_states());
    for (identifier, property, components) in [
        (
            "dms-replication-task-sourcedb-logging",
            "ReplicationTaskSettings",
            ["SOURCE_CAPTURE", "SOURCE_UNLOAD"],
        ),
        ("dms-replication-task-targetdb-logging", "ReplicationTaskSettings", ["TARGET_APPLY", "TARGET_LOAD"]),
        ("dms-serverless-sourcedb-logging", "ReplicationSettings", ["SOURCE_CAPTURE", "SOURCE_UNLOAD"]),
        ("dms-serverless-targetdb-logging", "ReplicationSettings", ["TARGET_APPLY", "TARGET_LOAD"]),
    ] {
        let components = components.map(component);
        let settings = json!({ "Logging": { "EnableLogging": true, "LogComponents": components } });
        all.push(good(identifier, json!({}), json!({ property: settings })));
        all.push(good(identifier, json!({}), json!({ property: settings.to_string() })));
    }
    let tagged = RULES.iter().filter(|rule| rule.identifier.ends_with("-tagged"));
    all.extend(tagged.map(|rule| good(rule.identifier, json!({}), json!({}))));
    all
}

/// Returns good inputs of the rules on versions, classes, states and what AWS Config does not record.
fn good_states() -> Vec<Good> {
    vec![
        good("dms-engine-version-supported", json!({}), json!({ "EngineVersion": "3.6.1" })),
        good(
            "dms-instance-class-supported",
            json!({}),
            json!({ "ReplicationInstanceClass": "dms.r6i.large" }),
        ),
        good(
            "dms-serverless-customer-managed-key",
            json!({ "kmsKeyArns": KEY }),
            json!({ "ComputeConfig": { "KmsKeyId": KEY } }),
        ),
        good("dms-serverless-multi-az-enabled", json!({}), json!({ "ComputeConfig": { "MultiAZ": true } })),
        good(
            "dms-data-provider-tls-enabled",
            json!({}),
            json!({ "Engine": "mysql", "Settings": { "MySqlSettings": { "SslMode": "verify-ca" } } }),
        ),
        good(
            "dms-data-migration-logging-enabled",
            json!({}),
            json!({ "DataMigrationSettings": { "CloudwatchLogsEnabled": true } }),
        ),
        good("dms-replication-task-healthy", json!({}), json!({ "Status": "running" })),
        good(
            "dms-replication-task-healthy",
            json!({}),
            json!({ "Status": "stopped", "ReplicationTaskStats": { "StopDate": "2026-09-30T00:00:00Z" } }),
        ),
        good("dms-event-subscription-healthy", json!({}), json!({ "Status": "active", "Enabled": true })),
    ]
}

/// Returns good inputs of the rules on endpoints with settings of their own.
fn good_endpoints() -> Vec<Good> {
    let endpoint = |identifier, engine: &str, group: &str, settings: Value| {
        good(identifier, json!({}), json!({ "EngineName": engine, group: settings }))
    };
    vec![
        endpoint(
            "dms-mongo-db-authentication-enabled",
            "mongodb",
            "MongoDbSettings",
            json!({ "AuthType": "password" }),
        ),
        endpoint("dms-redis-tls-enabled", "redis", "RedisSettings", json!({ "ServerName": "s" })),
        endpoint(
            "dms-redis-tls-enabled",
            "redis",
            "RedisSettings",
            json!({ "SslSecurityProtocol": "ssl-encryption" }),
        ),
        endpoint(
            "dms-neptune-iam-authorization-enabled",
            "neptune",
            "NeptuneSettings",
            json!({ "IamAuthEnabled": true }),
        ),
        endpoint(
            "dms-kafka-tls-enabled",
            "kafka",
            "KafkaSettings",
            json!({ "SecurityProtocol": "sasl-ssl" }),
        ),
        endpoint(
            "dms-endpoint-credentials-managed",
            "mysql",
            "MySqlSettings",
            json!({ "SecretsManagerSecretId": "a", "SecretsManagerAccessRoleArn": "b" }),
        ),
        endpoint(
            "dms-endpoint-credentials-managed",
            "postgres",
            "PostgreSQLSettings",
            json!({ "AuthenticationMethod": "iam" }),
        ),
        endpoint(
            "dms-opensearch-https-enabled",
            "opensearch",
            "ElasticsearchSettings",
            json!({ "EndpointUri": "https://search.example.com" }),
        ),
        endpoint(
            "dms-s3-bucket-owner-verified",
            "s3",
            "S3Settings",
            json!({ "ExpectedBucketOwner": "123456789012" }),
        ),
        good(
            "dms-s3-target-not-public",
            json!({}),
            json!({
                "EngineName": "s3", "EndpointType": "target", "S3Settings": { "CannedAclForObjects": "private" },
                "ExtraConnectionAttributes": "compressionType=GZIP;",
            }),
        ),
        good(
            "dms-s3-target-kms-encrypted",
            json!({ "kmsKeyArns": KEY }),
            json!({
                "EngineName": "s3", "EndpointType": "target",
                "S3Settings": { "EncryptionMode": "sse-kms", "ServerSideEncryptionKmsKeyId": KEY },
            }),
        ),
    ]
}

/// Evaluates a configuration and tags that are text, since a map would lose doubles. `None` if they are rejected.
fn evaluated(good: &Good, configuration: &str, tags: &str, place: Place) -> Option<Verdict> {
    let item = format!(
        r#"{{"resourceType":"{}","resourceId":"r","configurationItemStatus":"OK","configurationItemCaptureTime":1,
        "configuration":{configuration},"tags":{tags}}}"#,
        good.rule.resource_type
    );
    let item = ConfigurationItem::from_json(&item).ok()?;
    let facts = match place {
        Place::Described => Facts {
            description: Fact::Known(Configuration::Absent),
            ..Facts::unavailable("this test has no access to AWS")
        },
        Place::Planned => Facts::planned(),
    };
    let offered = |json: &str| Fact::Known(serde_json::from_str::<Vec<Configuration>>(json).unwrap().into());
    let facts = Facts {
        engine_versions: offered(r#"[{"Version":"3.6.1","Lifecycle":"ACTIVE"}]"#),
        orderable_instances: offered(r#"[{"ReplicationInstanceClass":"dms.r6i.large"}]"#),
        ..facts
    };
    let at = Some("2026-10-01T00:00:00Z".parse().unwrap());
    let input = Input { item: &item, facts: &facts, parameters: &good.parameters, at };
    Some(good.rule.evaluate_without_lookups(&input))
}

fn is_compliant(verdict: Option<&Verdict>) -> bool {
    verdict.is_some_and(|verdict| verdict.compliance_type == ComplianceType::Compliant)
}

/// Writes a value as JSON text, with `edit` for each member of an object: its result follows the member.
fn written(value: &Value, path: &str, edit: &mut impl FnMut(&str, &str, &Value) -> String) -> String {
    match value {
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(name, value)| {
                    let path = format!("{path}/{name}");
                    let inner = written(value, &path, edit);
                    format!("{}:{inner}{}", json!(name), edit(&path, name, value))
                })
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(values) => {
            let values: Vec<_> = values
                .iter()
                .enumerate()
                .map(|(index, value)| written(value, &format!("{path}/{index}"), edit))
                .collect();
            format!("[{}]", values.join(","))
        }
        // A document within the configuration.
        Value::String(text) if text.starts_with('{') => {
            json!(written(&serde_json::from_str(text).unwrap(), path, edit)).to_string()
        }
        other => other.to_string(),
    }
}

/// Returns the paths of all members, at any depth.
fn paths(value: &Value) -> Vec<String> {
    let mut paths = Vec::new();
    written(value, "", &mut |path, _, _| {
        paths.push(path.to_owned());
        String::new()
    });
    paths
}

/// Returns values of all kinds, good and bad ones of every rule among them.
fn any_value() -> impl Strategy<Value = Value> {
    select(vec![
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(""),
        json!([]),
        json!({}),
        json!([{}]),
        json!("none"),
        json!("plaintext"),
        json!("http://search.example.com"),
        json!("public-read"),
        json!("sse-s3"),
        json!("source"),
        json!("cannedAclForObjects=public-read"),
        json!("999999999999"),
        json!("203.0.113.10"),
        json!("db.example.com"),
        json!("no"),
        json!("s3"),
        json!("mysql"),
        json!("verify-full"),
        json!("ssl-authentication"),
        json!("2020-01-01T00:00:00Z"),
        json!("2036-01-01T00:00:00Z"),
        json!("SOURCE_CAPTURE"),
        json!("LOGGER_SEVERITY_ERROR"),
        json!("LOGGER_SEVERITY_DEBUG"),
        json!({ "ServerName": "t" }),
        json!({ "Logging": { "EnableLogging": false } }),
        json!("arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ac"),
    ])
}

/// Spells a name in another way than AWS does, which a person may mistake for it.
fn misspelled(name: &str, seed: u64) -> String {
    let mut seed = seed;
    let mut next = |choices: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % choices
    };
    let mut spelled = String::new();
    for letter in name.chars() {
        match next(6) {
            0 => spelled.push(['_', '-', ' ', '\u{200b}'][usize::try_from(next(4)).unwrap()]),
            1 => {
                let other_case = if letter.is_uppercase() {
                    letter.to_lowercase().to_string()
                } else {
                    letter.to_uppercase().to_string()
                };
                spelled.push_str(&other_case);
                continue;
            }
            _ => {}
        }
        spelled.push(letter);
    }
    spelled
}

fn camel_case(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect()
}

/// Returns inputs of the rules that read properties.
fn any_good() -> impl Strategy<Value = Good> {
    select(all_good().into_iter().filter(|good| !paths(&good.configuration).is_empty()).collect::<Vec<_>>())
}

fn any_place() -> impl Strategy<Value = Place> {
    select(vec![Place::Described, Place::Planned])
}

#[test]
fn every_rule_has_a_good_input() {
    let all = all_good();
    for rule in RULES {
        assert!(all.iter().any(|good| good.rule.identifier == rule.identifier), "{}", rule.identifier);
    }
    for good in all {
        // What changes without a configuration item is not there before deployment.
        let places = [Place::Described, Place::Planned].into_iter();
        for place in places.filter(|place| !good.rule.schedule_only || *place == Place::Described) {
            let verdict = evaluated(&good, &good.configuration.to_string(), &good.tags.to_string(), place);
            assert!(is_compliant(verdict.as_ref()), "{place:?} {good:?} {verdict:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, max_global_rejects: 100_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_member_given_twice_with_another_value_is_never_compliant(
        good in any_good(), place in any_place(), at in any::<prop::sample::Index>(), other in any_value(),
        seed in any::<u64>(), in_camel_case in any::<bool>(), is_misspelled in any::<bool>(),
    ) {
        let paths = paths(&good.configuration);
        let chosen = at.get(&paths);
        // Other rules do not read the server of a group: it only shows that the group is real.
        let is_read = good.rule.identifier == "dms-endpoint-host-not-public";
        prop_assume!(is_read || !chosen.ends_with("/ServerName"));
        let mut is_the_same = false;
        let doubled = written(&good.configuration, "", &mut |path, name, value| {
            if path != chosen {
                return String::new();
            }
            is_the_same = *value == other;
            let name = match (is_misspelled, in_camel_case) {
                (true, _) => misspelled(name, seed),
                (false, true) => camel_case(name),
                (false, false) => name.to_owned(),
            };
            format!(",{}:{other}", json!(name))
        });
        prop_assume!(!is_the_same);
        let verdict = evaluated(&good, &doubled, &good.tags.to_string(), place);
        prop_assert!(!is_compliant(verdict.as_ref()), "{} {doubled} {verdict:?}", good.rule.identifier);
    }

    #[test]
    fn no_spelling_of_a_name_hides_a_value(
        good in any_good(), place in any_place(), other in any_value(), seed in any::<u64>(),
    ) {
        let Property { path, .. } = good.rule.property;
        // It is decided by properties that are no part of a template.
        prop_assume!(good.rule.identifier != "dms-certificate-not-expiring");
        let (group, name) = path.split_once('.').map_or((None, path), |(group, name)| (Some(group), name));
        let odd = misspelled(name, seed);
        let mut lower = odd.chars();
        let camel = lower.next().map(|first| first.to_uppercase().chain(lower).collect::<String>());
        prop_assume!(camel.as_deref() != Some(name));
        let mut configuration = good.configuration.clone();
        match group {
            None => {
                configuration.as_object_mut().unwrap().remove(name);
                configuration[odd] = other;
            }
            Some(group) => {
                // Of some rules a good input is one of another engine than that of the property.
                prop_assume!(configuration[group].is_object());
                configuration[group].as_object_mut().unwrap().remove(name);
                configuration[group][odd] = other;
            }
        }
        let verdict = evaluated(&good, &configuration.to_string(), &good.tags.to_string(), place);
        prop_assert!(!is_compliant(verdict.as_ref()), "{} {configuration} {verdict:?}", good.rule.identifier);
    }

    #[test]
    fn a_tag_given_twice_exempts_nothing(
        value in any_value(), spelling in "[kK]ey|[vV]alue|VALUE|va_lue", as_list in any::<bool>(),
    ) {
        let parameters = r#"{"exemptionTagKey":"Approved"}"#;
        let good = Good {
            rule: rules::find("dms-replication-not-public").unwrap(),
            parameters: RuleParameters::from_json(parameters).unwrap().values,
            configuration: json!({ "PubliclyAccessible": true }),
            tags: json!({}),
        };
        let tags = if as_list {
            format!(r#"[{{"Key":"Approved","Value":"2099-12-31","{spelling}":{value}}}]"#)
        } else {
            format!(r#"{{"Approved":"2099-12-31","Approved":{value}}}"#)
        };
        let verdict = evaluated(&good, &good.configuration.to_string(), &tags, Place::Described);
        prop_assert!(!is_compliant(verdict.as_ref()), "{tags} {verdict:?}");
    }
}
