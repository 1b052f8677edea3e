#![doc = include_str!("dms_replication_not_public.md")]

use std::net::IpAddr;

use crate::{
    ComplianceType, Configuration, ConfigurationItem, Evidence, Exemption, Flag, PublicAddresses, Rule,
    Severity, Verdict,
};

/// The rule.
pub static RULE: Rule = Rule {
    identifier: "dms-replication-not-public",
    resource_type: "AWS::DMS::ReplicationInstance",
    subject: ("instance", "ReplicationInstanceIdentifier"),
    severity: Severity::Critical,
    page: include_str!("dms_replication_not_public.md"),
    check,
};

const RECREATE: &str =
    "create a private instance, move the tasks to it, delete this one (DMS cannot change the flag).";
const FIND_OUT: &str = "look it up with describe-replication-instances; if public, create a private one, move the tasks, delete this one.";

/// How many addresses an annotation has room for.
const SHOWN_ADDRESSES: usize = 3;

fn check(item: &ConfigurationItem) -> Verdict {
    let addresses = PublicAddresses::read(&item.configuration);
    let (compliance_type, reason, fix) = match flag(&item.configuration) {
        Err(unknown) => (
            ComplianceType::NonCompliant,
            format!("UNKNOWN: {unknown}; DMS's default is public"),
            Some(FIND_OUT),
        ),
        Ok(true) => {
            (ComplianceType::NonCompliant, "PUBLIC: PubliclyAccessible=true".to_owned(), Some(RECREATE))
        }
        Ok(false) if !addresses.public.is_empty() => (
            ComplianceType::NonCompliant,
            "CONTRADICTION: PubliclyAccessible=false but a public address is recorded".to_owned(),
            Some(FIND_OUT),
        ),
        Ok(false) if !addresses.unreadable.is_empty() => (
            ComplianceType::NonCompliant,
            "UNKNOWN: PubliclyAccessible=false but the public address recorded is unreadable".to_owned(),
            Some(FIND_OUT),
        ),
        Ok(false) => (ComplianceType::Compliant, "PRIVATE: PubliclyAccessible=false".to_owned(), None),
    };
    Verdict {
        compliance_type,
        reason,
        evidence: evidence(&addresses, &item.configuration),
        exemption: Exemption::None,
        subject: RULE.subject(item),
        fix,
    }
}

/// The flag, or the words for why it cannot be known.
fn flag(configuration: &Configuration) -> Result<bool, String> {
    match configuration {
        Configuration::Absent => return Err("the configuration is missing".to_owned()),
        Configuration::Unreadable(what) => {
            return Err(format!("the configuration is unreadable ({})", crate::annotation::cut(what, 60)));
        }
        Configuration::Properties(_) => {}
    }
    match Flag::read(configuration, "PubliclyAccessible") {
        Flag::True => Ok(true),
        Flag::False => Ok(false),
        Flag::Absent => Err("PubliclyAccessible is missing".to_owned()),
        Flag::Null => Err("PubliclyAccessible is null".to_owned()),
        Flag::Unreadable(what) => Err(format!("PubliclyAccessible is {what}, neither true nor false")),
    }
}

fn evidence(addresses: &PublicAddresses, configuration: &Configuration) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    if addresses.public.is_empty() && addresses.unreadable.is_empty() {
        evidence.push(Evidence { name: "no public IP", value: String::new() });
    }
    if !addresses.public.is_empty() {
        evidence.push(Evidence {
            name: "public IP",
            value: list(addresses.public.iter().map(IpAddr::to_string)),
        });
    }
    if !addresses.unreadable.is_empty() {
        evidence.push(Evidence {
            name: "unreadable public IP",
            value: list(addresses.unreadable.iter().cloned()),
        });
    }
    let ipv6 = ipv6_addresses(configuration);
    if !ipv6.is_empty() {
        evidence.push(Evidence { name: "IPv6", value: list(ipv6.into_iter()) });
    }
    evidence
}

/// Shown, never judged: AWS has no flag for whether a dual-stack instance can be reached over IPv6.
fn ipv6_addresses(configuration: &Configuration) -> Vec<String> {
    configuration
        .values("ReplicationInstanceIpv6Addresses")
        .filter_map(serde_json::Value::as_array)
        .flatten()
        .filter_map(|address| address.as_str()?.parse::<IpAddr>().ok())
        .map(|address| address.to_string())
        .collect()
}

fn list(entries: impl ExactSizeIterator<Item = String>) -> String {
    let more = entries.len().saturating_sub(SHOWN_ADDRESSES);
    let text = entries.take(SHOWN_ADDRESSES).collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{text} and {more} more") } else { text }
}
