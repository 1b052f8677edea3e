//! Rules on a property that is true or false.

use std::net::IpAddr;

use crate::node::{Node, Word};
use crate::reading::{Group, Truth};
use crate::spec::{ROW, Spec, member, within};
use crate::world::{Expected, Source, World};

const FALSE: &[Word] = &[
    Word::B(false),
    Word::T("false"),
    Word::T("False"),
    Word::B(true),
    Word::T("true"),
    Word::T("TRUE"),
    Word::T("no"),
];
const TRUE: &[Word] = &[
    Word::B(true),
    Word::T("true"),
    Word::T("True"),
    Word::B(false),
    Word::T("false"),
    Word::T("FALSE"),
    Word::T("yes"),
];
const ADDRESSES: &[Word] = &[
    Word::T("10.0.0.1"),
    Word::T("203.0.113.10"),
    Word::T("172.16.4.4, 192.168.1.1"),
    Word::T("10.0.0.1 198.51.100.7"),
    Word::T("100.64.0.9"),
    Word::T("100.128.0.9"),
    Word::T("db.example.com"),
    Word::T("fd00::1"),
    Word::T("2001:db8::1"),
    Word::T("169.254.1.1"),
    Word::T("127.0.0.1"),
];

pub(crate) const SPECS: &[Spec] = &[
    Spec {
        identifier: "dms-replication-not-public",
        resource_type: "AWS::DMS::ReplicationInstance",
        members: &[
            member("PubliclyAccessible", FALSE),
            member("ReplicationInstancePublicIpAddress", ADDRESSES),
            member("ReplicationInstancePublicIpAddresses", ADDRESSES),
        ],
        check: instance,
        ..ROW
    },
    Spec {
        identifier: "dms-instance-profile-not-public",
        resource_type: "AWS::DMS::InstanceProfile",
        members: &[member("PubliclyAccessible", FALSE)],
        check: |world| flag(world.properties(), "PubliclyAccessible", false, "", "PUBLIC", Expected::Unknown),
        ..ROW
    },
    Spec {
        identifier: "dms-auto-minor-version-upgrade-check",
        resource_type: "AWS::DMS::ReplicationInstance",
        members: &[member("AutoMinorVersionUpgrade", TRUE)],
        check: |world| {
            // The default that DMS documents counts before the resource exists.
            let missing = if world.is_planned() { Expected::Good("") } else { Expected::Unknown };
            flag(world.properties(), "AutoMinorVersionUpgrade", true, "", "NOT UPGRADED", missing)
        },
        ..ROW
    },
    Spec {
        identifier: "dms-replication-instance-multi-az-enabled",
        resource_type: "AWS::DMS::ReplicationInstance",
        members: &[member("MultiAZ", TRUE)],
        check: |world| flag(world.properties(), "MultiAZ", true, "", "SINGLE-AZ", Expected::Unknown),
        ..ROW
    },
    Spec {
        identifier: "dms-data-migration-logging-enabled",
        resource_type: "AWS::DMS::DataMigration",
        members: &[within("DataMigrationSettings", "CloudwatchLogsEnabled", TRUE)],
        check: |world| {
            let settings = world.properties().group("DataMigrationSettings");
            flag(settings, "CloudwatchLogsEnabled", true, "LOGGED", "NOT LOGGED", Expected::Unknown)
        },
        ..ROW
    },
    Spec {
        identifier: "dms-serverless-multi-az-enabled",
        resource_type: "AWS::DMS::ReplicationConfig",
        may_be_owned: true,
        members: &[within("ComputeConfig", "MultiAZ", TRUE)],
        check: |world| {
            let compute = world.properties().group("ComputeConfig");
            flag(compute, "MultiAZ", true, "", "SINGLE-AZ", Expected::Unknown)
        },
        ..ROW
    },
];

fn flag(
    properties: Group,
    name: &'static str,
    safe: bool,
    good: &'static str,
    bad: &'static str,
    missing: Expected,
) -> Expected {
    match properties {
        Group::Missing | Group::Odd => return Expected::Unknown,
        Group::Members(_) => {}
    }
    match properties.truth(name, safe) {
        Truth::Missing => missing,
        Truth::Odd => Expected::Unknown,
        Truth::Is(value) if value == safe => Expected::Good(good),
        Truth::Is(_) => Expected::Bad(bad),
    }
}

fn instance(world: &World) -> Expected {
    let properties = world.properties();
    // DMS's default at creation is true.
    let missing =
        if matches!(world.source, Source::Planned) { Expected::Bad("PUBLIC") } else { Expected::Unknown };
    let by_flag = flag(properties, "PubliclyAccessible", false, "", "PUBLIC", missing);
    if !matches!(by_flag, Expected::Good(_)) {
        return by_flag;
    }
    let mut has_odd = false;
    let mut has_public = false;
    if let Group::Members(members) = properties {
        let letters = |name: &str| name.to_lowercase().replace(|letter: char| !letter.is_alphanumeric(), "");
        let is_address = |name: &str| {
            matches!(
                &*letters(name),
                "replicationinstancepublicipaddress" | "replicationinstancepublicipaddresses"
            )
        };
        for (_, value) in members.iter().filter(|(name, _)| is_address(name)) {
            let texts = match value {
                Node::Null => vec![],
                Node::List(values) => values.iter().collect(),
                other => vec![other],
            };
            for text in texts.into_iter().filter(|text| **text != Node::Null) {
                let Some(text) = text.text() else {
                    has_odd = true;
                    continue;
                };
                for entry in text.split([',', ' ', '\t']).filter(|entry| !entry.is_empty()) {
                    match entry.parse::<IpAddr>() {
                        Ok(address) => has_public |= !is_private(address),
                        Err(_) => has_odd = true,
                    }
                }
            }
        }
    }
    match (has_public, has_odd) {
        (true, _) => Expected::Bad("CONTRADICTION"),
        (false, true) => Expected::Unknown,
        (false, false) => by_flag,
    }
}

/// Returns true for the ranges that the page names.
pub(crate) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            matches!(
                (first, second),
                (10 | 127, _) | (172, 16..=31) | (192, 168) | (100, 64..=127) | (169, 254)
            )
        }
        IpAddr::V6(address) => {
            let [first, ..] = address.segments();
            address.is_loopback() || (0xfc00..0xfe00).contains(&first) || (0xfe80..0xfec0).contains(&first)
        }
    }
}
