//! Every property that a rule states or reads reaches a planned resource, from each language that has it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

use std::collections::BTreeMap;

use iac::{Plan, PlannedResource, Settings, Template, terraform_plan};
use rule_core::rules::RULES;
use rule_core::{Configuration, Json, Kind, Property, ResourceType};
use serde_json::{Value, json};

/// The types of which no attribute of the provider is known here.
const NOT_TYPES_OF_PROVIDER_AWS: [ResourceType; 3] =
    [ResourceType::InstanceProfile, ResourceType::DataProvider, ResourceType::DataMigration];

/// The properties that the Terraform provider aws does not have: no attribute of the resource, or no resource of the
/// type. A property that is not listed here must have a spelling, or a plan would read as if it were not set.
const NOT_IN_PROVIDER_AWS: [(ResourceType, &str); 15] = [
    (ResourceType::Certificate, "KmsKeyId"),
    (ResourceType::Certificate, "ValidFromDate"),
    (ResourceType::Certificate, "ValidToDate"),
    (ResourceType::Endpoint, "DocDbSettings.KmsKeyId"),
    (ResourceType::Endpoint, "MongoDbSettings.KmsKeyId"),
    (ResourceType::Endpoint, "MicrosoftSqlServerSettings.AuthenticationMethod"),
    (ResourceType::Endpoint, "NeptuneSettings.IamAuthEnabled"),
    (ResourceType::EventSubscription, "Status"),
    (ResourceType::Endpoint, "OracleSettings.AsmServer"),
    (ResourceType::Endpoint, "OracleSettings.AsmUser"),
    (ResourceType::Endpoint, "OracleSettings.SecretsManagerOracleAsmAccessRoleArn"),
    (ResourceType::Endpoint, "OracleSettings.SecretsManagerOracleAsmSecretId"),
    (ResourceType::ReplicationInstance, "ReplicationInstanceIpv6Addresses"),
    (ResourceType::ReplicationInstance, "ReplicationInstancePublicIpAddress"),
    (ResourceType::ReplicationInstance, "ReplicationInstancePublicIpAddresses"),
];

/// The members of groups that are arguments of the endpoint itself: of `aws_dms_s3_endpoint`, or one for all engines.
const IN_NO_BLOCK: [&str; 5] =
    ["Password", "SecretsManagerSecretId", "SecretsManagerAccessRoleArn", "ServerName", "Username"];

/// A property of a resource type, and whether a test gives it a value or leaves it to deployment.
#[derive(Clone, Copy, Debug)]
struct Case {
    resource_type: ResourceType,
    property: Property,
    is_known: bool,
}

/// Lists a known and an undecided case of each property.
fn cases() -> impl Iterator<Item = Case> {
    let stated = RULES.iter().flat_map(|rule| {
        let all = std::iter::once(&rule.property).chain(rule.reads);
        all.map(|property| (rule.resource_type, *property))
    });
    let identifiers = ResourceType::ALL.into_iter().map(|one| (one, one.identifier()));
    stated.chain(identifiers).flat_map(|(resource_type, property)| {
        [true, false].map(|is_known| Case { resource_type, property, is_known })
    })
}

/// Returns the type's name behind `AWS::DMS::`.
fn short_name(resource_type: ResourceType) -> &'static str {
    resource_type.name().rsplit(':').next().unwrap()
}

/// Spells a path of CloudFormation in snake case: a word begins at a capital letter behind a small one or a digit, and at a digit
/// behind a small letter. `SQL` is a word.
fn snake(path: &str) -> String {
    let mut spelled = String::new();
    let mut before = '.';
    for letter in path.replace("SQLS", "SqlS").chars() {
        let is_word = (letter.is_uppercase() && !before.is_uppercase() && before != '.')
            || (letter.is_numeric() && before.is_lowercase());
        if is_word {
            spelled.push('_');
        }
        spelled.extend(letter.to_lowercase());
        before = letter;
    }
    spelled
}

/// Nests a value in objects, by a path; `group` wraps the object of each group.
fn nested(path: &str, value: Value, group: fn(Value) -> Value) -> Value {
    match path.split_once('.') {
        None => json!({ path: value }),
        Some((name, rest)) => json!({ name: group(nested(rest, value, group)) }),
    }
}

/// Returns the value of a property in its known case.
fn known_value(kind: Kind) -> Value {
    match kind {
        Kind::Flag => json!(true),
        Kind::Setting | Kind::Text => json!("a word"),
        Kind::Group => json!({"Member": "a word"}),
        Kind::Tags => json!([{"Key": "team", "Value": "orders"}]),
    }
}

fn from_cloudformation(case: Case) -> Plan {
    let Case { resource_type, property, is_known } = case;
    let value =
        if is_known { known_value(property.kind) } else { json!({"Fn::ImportValue": "decided-elsewhere"}) };
    let path = match (resource_type, property.path) {
        // AWS::DMS::EventSubscription has another name than the API.
        (ResourceType::EventSubscription, "CustSubscriptionId") => "SubscriptionName",
        (_, path) => path,
    };
    let properties = nested(path, value, |object| object);
    let template = json!({"Resources": {"One": {"Type": resource_type.name(), "Properties": properties}}});
    Template::parse(&template.to_string()).unwrap().plan(&Settings::default()).unwrap()
}

/// Plans a resource in Terraform. A group is a list of one block with the provider aws, and an object with awscc.
fn from_terraform(case: Case, provider: &str, path: &str, group: fn(Value) -> Value) -> Plan {
    let value = match case.property.kind {
        Kind::Tags if provider == "aws" => json!({"team": "orders"}),
        Kind::Tags => json!([{"key": "team", "value": "orders"}]),
        kind => known_value(kind),
    };
    // An undecided value is absent; the group around it is not.
    let (values, marks) = if case.is_known {
        (nested(path, value, group), json!({}))
    } else {
        (nested(path, Value::Null, group), nested(path, json!(true), group))
    };
    let resource_type = format!("{provider}_dms_{}", snake(short_name(case.resource_type)));
    let address = format!("{resource_type}.one");
    let plan = json!({
        "planned_values": {"root_module": {"resources": [
            {"address": address, "mode": "managed", "type": resource_type, "values": values},
        ]}},
        "resource_changes": [
            {"address": address, "mode": "managed", "type": resource_type,
             "change": {"actions": ["create"], "after_unknown": marks}},
        ],
    });
    terraform_plan(&plan.to_string()).unwrap()
}

/// The properties that DMS alone sets: before deployment they have no value.
const RECORDED: [&str; 5] = [
    "ReplicationInstanceIpv6Addresses",
    "ReplicationInstancePublicIpAddress",
    "ReplicationInstancePublicIpAddresses",
    "ValidFromDate",
    "ValidToDate",
];

/// Returns the values of the property in all possibilities of the resource, each once.
fn values(resource: &PlannedResource, path: &str) -> Vec<Json> {
    let of_item = |configuration: &Configuration| -> Vec<Json> {
        let (mut configuration, mut path) = (configuration.clone(), path);
        while let Some((group, rest)) = path.split_once('.') {
            (configuration, path) = (configuration.group(group), rest);
        }
        configuration.values(path).cloned().collect()
    };
    let mut values = Vec::new();
    for value in resource.possibilities.iter().flat_map(|one| of_item(&one.item.configuration)) {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

/// Asserts that the property reached the one resource of the plan, with its value.
fn assert_reached(case: Case, plan: &Plan, language: &str) {
    let [resource] = plan.resources.as_slice() else { panic!("{language} {case:?}: {plan:?}") };
    assert_eq!(resource.resource_type, case.resource_type, "{language}");
    assert!(plan.failures.is_empty(), "{language} {case:?}: {plan:?}");
    if case.property.kind == Kind::Tags {
        let mut tags: Vec<_> =
            resource.possibilities.iter().map(|possibility| possibility.item.tags.clone()).collect();
        tags.dedup();
        let team = BTreeMap::from([("team".to_owned(), "orders".to_owned())]);
        let wanted = match (case.resource_type, language) {
            // The type has no Tags in CloudFormation.
            (ResourceType::Certificate, "CloudFormation") => Some(BTreeMap::new()),
            _ => case.is_known.then_some(team),
        };
        assert_eq!(tags, [wanted], "{language} {case:?}");
        return;
    }
    let found = values(resource, case.property.path);
    match (case.property.kind, case.is_known) {
        (kind, true) => {
            let wanted: Json = serde_json::from_value(known_value(kind)).unwrap();
            assert_eq!(found, [wanted], "{language} {case:?}");
        }
        (Kind::Flag, false) => {
            assert_eq!(found, [Json::Bool(true), Json::Bool(false)], "{language} {case:?}");
        }
        (_, false) if language != "CloudFormation" && RECORDED.contains(&case.property.path) => {
            assert!(found.is_empty(), "{language} {case:?}: {found:?}");
        }
        (_, false) => {
            assert!(matches!(found.as_slice(), [Json::Undecided(_)]), "{language} {case:?}: {found:?}");
        }
    }
}

/// Lists the cases of properties that a template or plan can give; the dates and the key of a certificate are DMS's.
fn given() -> impl Iterator<Item = Case> {
    let is_key =
        |case: &Case| case.resource_type == ResourceType::Certificate && case.property.path == "KmsKeyId";
    cases().filter(move |case| !case.property.path.starts_with("Valid") && !is_key(case))
}

#[test]
fn every_property_reaches_the_configuration_from_cloudformation() {
    given().for_each(|case| assert_reached(case, &from_cloudformation(case), "CloudFormation"));
}

#[test]
fn every_property_reaches_the_configuration_from_terraform_with_the_provider_aws() {
    let mut count = 0;
    for case in cases() {
        let Some(path) = case.property.terraform else { continue };
        assert_reached(case, &from_terraform(case, "aws", path, |object| json!([object])), "aws");
        count += 1;
    }
    assert!(count > RULES.len(), "{count}");
}

#[test]
fn every_property_reaches_the_configuration_from_terraform_with_the_provider_awscc() {
    for case in given() {
        let path = match (case.resource_type, case.property.path) {
            (ResourceType::EventSubscription, "CustSubscriptionId") => "subscription_name".to_owned(),
            (_, path) => snake(path),
        };
        assert_reached(case, &from_terraform(case, "awscc", &path, |object| object), "awscc");
    }
}

#[test]
fn a_property_without_a_spelling_is_one_that_the_provider_does_not_have() {
    for Case { resource_type, property, .. } in cases() {
        let is_in_block = property.group().is_none_or(|group| {
            group == "RedisSettings" || (group != "S3Settings" && !IN_NO_BLOCK.contains(&property.name()))
        });
        let is_in_provider = is_in_block
            && !NOT_TYPES_OF_PROVIDER_AWS.contains(&resource_type)
            && !NOT_IN_PROVIDER_AWS.contains(&(resource_type, property.path));
        assert_eq!(property.terraform.is_some(), is_in_provider, "{resource_type} {}", property.path);
    }
}
