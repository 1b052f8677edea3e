#![doc = include_str!("dms_replication_not_public.md")]

use std::net::IpAddr;

use crate::{
    Check, Configuration, Evidence, Finding, Flag, Input, Json, PublicAddresses, Property, Requirement, Rule, Severity,
    resource_type,
};

/// The rule.
pub static RULE: Rule = Rule {
    identifier: "dms-replication-not-public",
    resource_type: &resource_type::REPLICATION_INSTANCE,
    severity: Severity::Critical,
    property: Property { path: "PubliclyAccessible", wanted: "false" },
    parameters: &[],
    requirements: &[
        Requirement { framework: "Security Hub", ids: &["DMS.1"] },
        Requirement { framework: "AWS Config managed rule", ids: &["DMS_REPLICATION_NOT_PUBLIC"] },
        Requirement { framework: "Control Tower", ids: &["CT.DMS.PR.1"] },
        Requirement {
            framework: "NIST SP 800-53 r5",
            ids: &[
                "AC-3", "AC-3(7)", "AC-4", "AC-4(21)", "AC-6", "AC-21", "SC-7", "SC-7(3)", "SC-7(4)", "SC-7(9)",
                "SC-7(11)", "SC-7(16)", "SC-7(20)", "SC-7(21)",
            ],
        },
        Requirement { framework: "PCI DSS v4.0.1", ids: &["1.4.4"] },
        Requirement { framework: "PCI DSS v3.2.1", ids: &["1.2.1", "1.3.1", "1.3.2", "1.3.4", "1.3.6"] },
        Requirement { framework: "Trend Conformity", ids: &["DMS-001"] },
    ],
    page: include_str!("dms_replication_not_public.md"),
    check: Check::OfItem(check),
};

const RECREATE: &str =
    "create a private instance, move the tasks to it, delete this one (DMS cannot change the flag).";
const FIND_OUT: &str = "look it up with describe-replication-instances; if public, create a private one, move the tasks, delete this one.";

/// How many addresses an annotation has room for.
const SHOWN_ADDRESSES: usize = 3;

fn check(input: &Input) -> Finding {
    let addresses = PublicAddresses::read(&input.item.configuration);
    let flag = match input.configuration() {
        Ok(configuration) => match Flag::read(configuration, "PubliclyAccessible", false) {
            Flag::Absent if input.facts.planned => {
                return Finding::non_compliant(
                    "PUBLIC: PubliclyAccessible is not set, and DMS's default is true",
                    RECREATE,
                );
            }
            flag => flag.known("PubliclyAccessible"),
        },
        Err(why) => Err(why),
    };
    let finding = match flag {
        Err(why) => Finding::unknown(format!("{why}; DMS's default is public"), FIND_OUT),
        Ok(true) => Finding::non_compliant("PUBLIC: PubliclyAccessible=true", RECREATE),
        Ok(false) if !addresses.public.is_empty() => Finding::non_compliant(
            "CONTRADICTION: PubliclyAccessible=false but a public address is recorded",
            FIND_OUT,
        ),
        Ok(false) if !addresses.unreadable.is_empty() => {
            Finding::unknown("PubliclyAccessible=false but the public address recorded is unreadable", FIND_OUT)
        }
        Ok(false) => Finding::compliant("PRIVATE: PubliclyAccessible=false"),
    };
    Finding { evidence: evidence(&addresses, input), ..finding }
}

fn evidence(addresses: &PublicAddresses, input: &Input) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    if input.facts.planned {
        return evidence; // no address yet
    }
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
    let ipv6 = ipv6_addresses(&input.item.configuration);
    if !ipv6.is_empty() {
        evidence.push(Evidence { name: "IPv6", value: list(ipv6.into_iter()) });
    }
    evidence
}

/// Shown, never judged: AWS has no flag for whether a dual-stack instance can be reached over IPv6.
fn ipv6_addresses(configuration: &Configuration) -> Vec<String> {
    configuration
        .values("ReplicationInstanceIpv6Addresses")
        .filter_map(|value| if let Json::List(addresses) = value { Some(addresses) } else { None })
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
