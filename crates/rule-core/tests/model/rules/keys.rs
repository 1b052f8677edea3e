//! Rules on the key that encrypts a resource.

use crate::choices::Choices;
use crate::node::{Node, Word};
use crate::reading::{Given, Group};
use crate::rules::endpoints::by_engine;
use crate::spec::{ROW, Spec, member, within};
use crate::world::{Expected, Source, World};

/// The key that KMS describes, and another one.
pub(crate) const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const OTHER: &str = "arn:aws:kms:us-east-1:123456789012:key/9876fedc-12ab-34cd-56ef-1234567890ab";
const ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";
/// The alias of the key.
pub(crate) const ALIAS: &str = "arn:aws:kms:us-east-1:123456789012:alias/dms-orders";
const ALIASES: &str = "arn:aws:kms:*:123456789012:alias/dms-*";
const OWN_BY_AWS: &str = "arn:aws:kms:us-east-1:123456789012:alias/aws/dms";

pub(crate) const KEYS: &[Word] = &[
    Word::T(KEY),
    Word::T(ID),
    Word::T(ALIAS),
    Word::T("alias/dms-orders"),
    Word::T(OWN_BY_AWS),
    Word::T("alias/aws/dms"),
];

pub(crate) const ALLOWED: &[(&str, &str)] =
    &[("kmsKeyArns", KEY), ("kmsKeyArns", ALIASES), ("kmsKeyArns", OTHER)];

pub(crate) const SPECS: &[Spec] = &[
    Spec {
        identifier: "dms-replication-instance-customer-managed-key",
        resource_type: "AWS::DMS::ReplicationInstance",
        members: &[member("KmsKeyId", KEYS)],
        parameters: ALLOWED,
        check: |world| {
            let missing = if world.is_planned() { Expected::Bad("AWS MANAGED") } else { Expected::Unknown };
            key(world, world.properties(), missing)
        },
        ..ROW
    },
    Spec {
        identifier: "dms-certificate-customer-managed-key",
        resource_type: "AWS::DMS::Certificate",
        members: &[member("KmsKeyId", KEYS)],
        parameters: ALLOWED,
        check: described_key,
        ..ROW
    },
    Spec {
        identifier: "dms-endpoint-customer-managed-key",
        resource_type: "AWS::DMS::Endpoint",
        may_be_owned: true,
        members: &[
            member("KmsKeyId", KEYS),
            member(
                "EngineName",
                &[Word::T("mysql"), Word::T("mongodb"), Word::T("newdb"), Word::T("s3"), Word::T("kinesis")],
            ),
        ],
        more: Some(mongo_db),
        parameters: ALLOWED,
        check: |world| {
            let has_none = |engine: &str| {
                [
                    "dms-transfer",
                    "dynamodb",
                    "elasticsearch",
                    "kinesis",
                    "lakehouse",
                    "neptune",
                    "opensearch",
                    "s3",
                    "timestream",
                ]
                .contains(&engine)
            };
            by_engine(world, |engine| !has_none(engine), true, |_| endpoint(world))
        },
    },
    Spec {
        identifier: "dms-serverless-customer-managed-key",
        resource_type: "AWS::DMS::ReplicationConfig",
        may_be_owned: true,
        members: &[
            within("ComputeConfig", "KmsKeyId", KEYS),
            within("ComputeConfig", "MultiAZ", &[Word::B(true)]),
        ],
        parameters: ALLOWED,
        check: |world| {
            let compute = world.properties().group("ComputeConfig");
            let missing = if compute.is_empty() { Expected::NotGood } else { Expected::Bad("AWS MANAGED") };
            key(world, compute, missing)
        },
        ..ROW
    },
];

/// Writes the settings of MongoDB, with a key of their own, in some cases.
fn mongo_db(choices: &mut Choices) -> Vec<(String, Node)> {
    let key = choices.one(&[KEY, OTHER, "", ID]);
    let settings = match choices.oddity(9) {
        0..=4 => return vec![],
        5 => Node::Null,
        6 => Node::Object(vec![("KmsKeyId".to_owned(), Node::Null)]),
        7 => Node::List(vec![]),
        _ => Node::Object(vec![("KmsKeyId".to_owned(), Node::Text(key.to_owned()))]),
    };
    vec![("MongoDbSettings".to_owned(), settings)]
}

/// Returns the verdict on the key of an endpoint, which may be given again in the settings of MongoDB.
fn endpoint(world: &World) -> Expected {
    let top = described_key(world);
    let named_by = match (&world.source, world.properties().one("KmsKeyId")) {
        (Source::Described(description), Given::Missing) => Group::read(description),
        _ => world.properties(),
    };
    let both = [world.properties(), named_by].map(|properties| {
        let group = properties.group("MongoDbSettings");
        match (group, properties.one("KmsKeyId"), group.one("KmsKeyId")) {
            (Group::Odd, ..) => Expected::NotGood,
            (_, _, Given::Missing) => top,
            (_, Given::One(one), Given::One(other)) if one == other => top,
            // The same key by another name, or a key there alone.
            (_, _, Given::One(Node::Text(other))) if [KEY, ID, ""].contains(&other.as_str()) => {
                Expected::Open
            }
            _ => Expected::NotGood,
        }
    });
    if both[0] == both[1] || both[1] == Expected::NotGood { both[1] } else { Expected::Open }
}

fn described_key(world: &World) -> Expected {
    let properties = world.properties();
    match (properties, properties.one("KmsKeyId"), &world.source) {
        (Group::Members(_), Given::Missing, Source::Listed | Source::Planned) => Expected::Bad("AWS MANAGED"),
        (Group::Members(_), Given::Missing, Source::Recorded) => Expected::Unknown,
        (Group::Members(_), Given::Missing, Source::Described(description)) => {
            key(world, Group::read(description), Expected::Bad("AWS MANAGED"))
        }
        _ => key(world, properties, Expected::Unknown),
    }
}

fn key(world: &World, properties: Group, missing: Expected) -> Expected {
    match (properties, properties.one("KmsKeyId")) {
        (Group::Missing | Group::Odd, _) | (_, Given::Odd) => Expected::Unknown,
        (_, Given::Missing) => missing,
        (_, Given::One(Node::Text(name))) if !name.is_empty() && name.trim() == name => by_name(world, name),
        (_, Given::One(_)) => Expected::Unknown,
    }
}

/// Returns the verdict on the key that is named.
pub(crate) fn by_name(world: &World, name: &str) -> Expected {
    let is_of_aws = name.contains("alias/aws/");
    let fact = world.key.as_ref().filter(|_| !world.is_planned());
    let Some(allowed) = world.parameter("kmsKeyArns") else {
        return match fact.map(|key| key.manager) {
            _ if is_of_aws => Expected::Bad("AWS MANAGED"),
            Some(Some("CUSTOMER")) => Expected::Good("CUSTOMER MANAGED"),
            Some(Some("AWS")) => Expected::Bad("AWS MANAGED"),
            _ => Expected::Unknown,
        };
    };
    let is_allowed = |arn: &str| match allowed {
        ALIASES => arn.starts_with("arn:aws:kms:us-east-1:123456789012:alias/dms-"),
        exact => arn == exact,
    };
    match fact {
        _ if is_allowed(name) => Expected::Good("ALLOWED"),
        // What KMS describes in this model is another key than the one that is named.
        _ if is_of_aws || !KEYS.iter().any(|known| matches!(known, Word::T(known) if *known == name)) => {
            if fact.is_some() {
                Expected::Open
            } else {
                Expected::NotGood
            }
        }
        _ if name == KEY && allowed == OTHER => Expected::Bad("NOT ALLOWED"),
        // AWS manages it, and it is not allowed by its own ARN in the resource.
        Some(key) if key.manager == Some("AWS") => Expected::Bad("AWS MANAGED"),
        Some(key) if is_allowed(key.arn) || key.aliases.iter().any(|alias| is_allowed(alias)) => {
            Expected::Good("ALLOWED")
        }
        Some(_) => Expected::Bad("NOT ALLOWED"),
        None => Expected::Unknown,
    }
}
