//! Rules on the objects that DMS writes to S3.

use crate::node::{Node, Word};
use crate::reading::{Given, Group, Term};
use crate::rules::endpoints::by_engine;
use crate::rules::keys;
use crate::spec::{Member, ROW, Spec, member, within};
use crate::world::{Expected, Source, World};

const ENGINE: Member = member("EngineName", &[Word::T("s3"), Word::T("redshift"), Word::T("mysql")]);
const KIND: Member = member("EndpointType", &[Word::T("target"), Word::T("source"), Word::T("TARGET")]);
const BUCKET: Member = within("S3Settings", "BucketName", &[Word::T("bucket")]);

pub(crate) const SPECS: &[Spec] = &[
    Spec {
        identifier: "dms-s3-target-not-public",
        resource_type: "AWS::DMS::Endpoint",
        may_be_owned: true,
        members: &[
            ENGINE,
            KIND,
            BUCKET,
            within(
                "S3Settings",
                "CannedAclForObjects",
                &[
                    Word::T("private"),
                    Word::T("none"),
                    Word::T("NONE"),
                    Word::T("BUCKET_OWNER_READ"),
                    Word::T("public-read"),
                    Word::T("PUBLIC_READ_WRITE"),
                    Word::T("authenticated-read"),
                    Word::T("log-delivery-write"),
                ],
            ),
            member(
                "ExtraConnectionAttributes",
                &[
                    Word::T("compressionType=GZIP;"),
                    Word::T("cannedAclForObjects=PUBLIC_READ;"),
                    Word::T("CannedAclForObjects=private"),
                    Word::T("cannedAclForObjects"),
                    Word::T("a=b;cannedaclforobjects=bucket-owner-read;"),
                ],
            ),
        ],
        check: |world| {
            by_engine(
                world,
                |engine| engine == "s3",
                true,
                |_| target(world, described(world, "PUBLIC OBJECTS", "NOT PUBLIC", acl)),
            )
        },
        ..ROW
    },
    Spec {
        identifier: "dms-s3-bucket-owner-verified",
        resource_type: "AWS::DMS::Endpoint",
        may_be_owned: true,
        members: &[
            ENGINE,
            BUCKET,
            within(
                "S3Settings",
                "ExpectedBucketOwner",
                &[
                    Word::T("123456789012"),
                    Word::T("210987654321"),
                    Word::T("12345678901"),
                    Word::T("self"),
                    Word::N(123_456_789_012),
                ],
            ),
            member(
                "ExtraConnectionAttributes",
                &[
                    Word::T("compressionType=GZIP;"),
                    Word::T("expectedBucketOwner=123456789012;"),
                    Word::T("ExpectedBucketOwner=1"),
                    Word::T("ExpectedBucketOwner"),
                ],
            ),
        ],
        check: |world| {
            by_engine(
                world,
                |engine| engine == "s3",
                true,
                |_| described(world, "OWNER NOT VERIFIED", "OWNER VERIFIED", owner),
            )
        },
        ..ROW
    },
    Spec {
        identifier: "dms-s3-target-kms-encrypted",
        resource_type: "AWS::DMS::Endpoint",
        may_be_owned: true,
        members: &[
            ENGINE,
            KIND,
            BUCKET,
            within(
                "S3Settings",
                "EncryptionMode",
                &[
                    Word::T("sse-kms"),
                    Word::T("SSE_KMS"),
                    Word::T("sse-s3"),
                    Word::T("SSE_S3"),
                    Word::T("sse"),
                ],
            ),
            within("S3Settings", "ServerSideEncryptionKmsKeyId", keys::KEYS),
            within("RedshiftSettings", "EncryptionMode", &[Word::T("sse-kms"), Word::T("sse-s3")]),
            within("RedshiftSettings", "ServerSideEncryptionKmsKeyId", &[Word::T(keys::KEY)]),
            member(
                "ExtraConnectionAttributes",
                &[
                    Word::T("compressionType=GZIP;"),
                    Word::T("encryptionMode=SSE_S3;"),
                    Word::T("EncryptionMode=sse-kms;"),
                    Word::T("encryptionMode"),
                ],
            ),
        ],
        parameters: keys::ALLOWED,
        check: |world| {
            by_engine(
                world,
                |engine| matches!(engine, "s3" | "redshift" | "redshift-serverless"),
                false,
                |engine| target(world, encrypted(world, engine)),
            )
        },
        ..ROW
    },
];

/// The value that one place gives for a setting.
#[derive(Clone, Debug, PartialEq)]
enum Place {
    Missing,
    Odd,
    Is(String),
}

/// Returns the verdict on a target; DMS writes nothing to a source.
fn target(world: &World, verdict: Expected) -> Expected {
    match world.properties().term("EndpointType") {
        // The engine may be missing beside it.
        Term::Is(kind) if kind == "source" => match world.properties().term("EngineName") {
            Term::Is(_) => Expected::NotApplicable,
            _ => Expected::AnythingButGood,
        },
        Term::Odd => Expected::Unknown,
        Term::Is(kind) if kind == "target" => verdict,
        Term::Is(_) => Expected::Unknown,
        Term::Missing | Term::Null => verdict,
    }
}

/// Reads an extra connection attribute: `name=value;`.
fn attribute(properties: Group, name: &'static str) -> Place {
    let text = match properties.one("ExtraConnectionAttributes") {
        Given::Missing => return Place::Missing,
        Given::One(Node::Text(text)) => text,
        Given::Odd | Given::One(_) => return Place::Odd,
    };
    let mut place = Place::Missing;
    for entry in text.split(';').filter(|entry| entry.to_lowercase().contains(&name.to_lowercase())) {
        place = match (entry.trim().split_once('='), place) {
            (Some((key, value)), Place::Missing)
                if key.trim().eq_ignore_ascii_case(name) && !value.trim().is_empty() =>
            {
                Place::Is(value.trim().to_lowercase())
            }
            _ => return Place::Odd,
        };
    }
    place
}

fn setting(settings: Group, name: &'static str) -> Place {
    match (settings, settings.one(name)) {
        (Group::Odd, _) | (_, Given::Odd) => Place::Odd,
        (_, Given::Missing) => Place::Missing,
        (_, Given::One(Node::Text(text))) if !text.is_empty() && text.trim() == text => {
            Place::Is(text.to_lowercase())
        }
        (_, Given::One(_)) => Place::Odd,
    }
}

/// Returns both places of a setting, and true if anything shows what DMS has.
fn places(properties: Group, group: &'static str, name: &'static str) -> ([Place; 2], bool) {
    let settings = properties.group(group);
    let has_attributes = matches!(properties.one("ExtraConnectionAttributes"), Given::One(Node::Text(text)) if !text.trim().is_empty());
    let is_clear = matches!(settings, Group::Members(_)) && !settings.is_empty();
    ([setting(settings, name), attribute(properties, name)], is_clear || has_attributes)
}

/// Returns true if the settings are there and hold nothing.
fn is_vacant(settings: Group) -> bool {
    matches!(settings, Group::Members(_)) && settings.is_empty()
}

fn acl(properties: Group) -> Expected {
    let (places, is_clear) = places(properties, "S3Settings", "CannedAclForObjects");
    let word = |place: &Place| match place {
        Place::Missing => None,
        Place::Odd => Some(Expected::Unknown),
        Place::Is(word) => Some(match word.replace('_', "-").as_str() {
            "public-read" | "public-read-write" | "authenticated-read" => Expected::Bad("PUBLIC OBJECTS"),
            "none" | "private" | "aws-exec-read" | "bucket-owner-read" | "bucket-owner-full-control" => {
                Expected::Good("NOT PUBLIC")
            }
            _ => Expected::Unknown,
        }),
    };
    match places.each_ref().map(word) {
        [Some(Expected::Bad(_)), Some(Expected::Unknown)]
        | [Some(Expected::Unknown), Some(Expected::Bad(_))] => Expected::NotGood,
        [Some(bad @ Expected::Bad(_)), _] | [_, Some(bad @ Expected::Bad(_))] => bad,
        [Some(Expected::Unknown), _] | [_, Some(Expected::Unknown)] => Expected::Unknown,
        [None, None] if !is_clear => Expected::Unknown,
        // The page leaves open if the attributes stand for a group that is empty.
        _ if is_vacant(properties.group("S3Settings")) => Expected::Open,
        _ => Expected::Good("NOT PUBLIC"),
    }
}

fn owner(properties: Group) -> Expected {
    let (places, is_clear) = places(properties, "S3Settings", "ExpectedBucketOwner");
    let is_account = |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    match places {
        [Place::Odd, _] | [_, Place::Odd] => Expected::Unknown,
        _ if is_vacant(properties.group("S3Settings")) => Expected::Open,
        [Place::Is(one), Place::Is(other)] if one != other => Expected::Unknown,
        [Place::Is(one), _] | [_, Place::Is(one)] if is_account(&one) => Expected::Good("OWNER VERIFIED"),
        [Place::Missing, Place::Missing] if is_clear => Expected::Bad("OWNER NOT VERIFIED"),
        _ => Expected::Unknown,
    }
}

/// Returns the verdict where AWS Config does not record the attributes: the endpoint is described before it can pass.
fn described(world: &World, bad: &'static str, good: &'static str, read: fn(Group) -> Expected) -> Expected {
    let item = read(world.properties());
    let has_attributes =
        matches!(world.properties().one("ExtraConnectionAttributes"), Given::One(Node::Text(_)));
    match &world.source {
        Source::Listed | Source::Planned => item,
        Source::Described(description)
            if read(Group::read(description)) == Expected::Bad("PUBLIC OBJECTS") =>
        {
            Expected::NotGood
        }
        // The record has what records lack, so that nothing may be missing.
        _ if has_attributes && matches!(item, Expected::Good(_)) => Expected::Open,
        // What is missing in a record may be given in DMS.
        Source::Recorded => match item {
            Expected::Bad("OWNER NOT VERIFIED") => Expected::Unknown,
            Expected::Good(_) => Expected::Unknown,
            other => other,
        },
        Source::Described(description) => match (item, read(Group::read(description))) {
            (Expected::Good(_), Expected::Good(_)) => {
                // Two places may name two accounts.
                if good == "OWNER VERIFIED" { Expected::Open } else { Expected::Good(good) }
            }
            (Expected::Bad("PUBLIC OBJECTS"), _) => Expected::Bad(bad),
            (_, Expected::Good(_)) => Expected::Open,
            _ => Expected::NotGood,
        },
    }
}

fn encrypted(world: &World, engine: &str) -> Expected {
    let group = if engine == "s3" { "S3Settings" } else { "RedshiftSettings" };
    let properties = world.properties();
    let (modes, is_clear) = places(properties, group, "EncryptionMode");
    let settings = properties.group(group);
    let is_s3 = |place: &Place| matches!(place, Place::Is(word) if word.replace('_', "-") == "sse-s3");
    let is_kms = |place: &Place| matches!(place, Place::Is(word) if word.replace('_', "-") == "sse-kms");
    let item = match &modes {
        [one, other] if is_s3(one) && matches!(other, Place::Missing) => Expected::Bad("S3 KEY"),
        [one, other] if is_s3(other) && matches!(one, Place::Missing) => Expected::Bad("S3 KEY"),
        [one, other] if is_s3(one) && is_s3(other) => Expected::Bad("S3 KEY"),
        [Place::Missing, Place::Missing] if is_clear => match (settings, &world.source) {
            (Group::Odd, _) => Expected::Unknown,
            _ if is_vacant(settings) => Expected::NotGood,
            (_, Source::Listed | Source::Planned) => Expected::Bad("S3 KEY"),
            (_, Source::Recorded | Source::Described(_)) => Expected::NotGood,
        },
        [one, other]
            if (is_kms(one) || is_kms(other))
                && [one, other].iter().all(|place| is_kms(place) || matches!(place, Place::Missing)) =>
        {
            match settings.one("ServerSideEncryptionKmsKeyId") {
                Given::One(Node::Text(key)) if !key.is_empty() && key.trim() == key => {
                    keys::by_name(world, key)
                }
                _ => Expected::Unknown,
            }
        }
        _ => Expected::NotGood,
    };
    let has_attributes = matches!(properties.one("ExtraConnectionAttributes"), Given::One(Node::Text(_)));
    match (&world.source, item) {
        (Source::Listed | Source::Planned, item) => item,
        (Source::Described(description), _)
            if encrypted(&world.listed(description.clone()), engine) == Expected::Bad("S3 KEY") =>
        {
            Expected::NotGood
        }
        // The record has what records lack, so that nothing may be missing.
        (_, Expected::Good(_) | Expected::Open) if has_attributes => Expected::Open,
        (Source::Recorded, Expected::Good(_)) => Expected::Unknown,
        (Source::Recorded, Expected::Open) => Expected::NotGood,
        (Source::Recorded, _) => Expected::NotGood,
        (Source::Described(_), Expected::Bad("S3 KEY")) => Expected::Bad("S3 KEY"),
        (Source::Described(description), item) => match encrypted(&world.listed(description.clone()), engine)
        {
            Expected::Good(_) | Expected::Open => Expected::Open,
            _ if matches!(item, Expected::Good(_)) => Expected::NotGood,
            _ => Expected::NotGood,
        },
    }
}
