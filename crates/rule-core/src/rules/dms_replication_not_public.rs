#![doc = include_str!("dms_replication_not_public.md")]

use std::net::IpAddr;

use crate::{
    ComplianceType, Configuration, Evidence, Finding, Flag, Input, Json, Lookup, Need, Parameter, Property,
    PublicAddresses, Requirement, ResourceType, Rule, Severity, Stop, Theme, Unknown,
};

/// The rule `dms-replication-not-public`.
pub static RULE: Rule = Rule {
    identifier: "dms-replication-not-public",
    resource_type: ResourceType::ReplicationInstance,
    severity: Severity::Critical,
    theme: Theme::Exposure,
    property: Property::flag("PubliclyAccessible", Some("publicly_accessible")),
    wanted: "false",
    reads: &[
        Property::text("ReplicationInstancePublicIpAddress", None),
        Property::text("ReplicationInstancePublicIpAddresses", None),
        Property::text("ReplicationInstanceIpv6Addresses", None),
    ],
    needs: &[Need::List],
    schedule_only: false,
    parameters: &[&REACHABILITY],
    requirements: &[
        Requirement { framework: "Security Hub", ids: &["DMS.1"] },
        Requirement { framework: "AWS Config managed rule", ids: &["DMS_REPLICATION_NOT_PUBLIC"] },
        Requirement { framework: "Control Tower", ids: &["CT.DMS.PR.1"] },
        Requirement {
            framework: "NIST SP 800-53 r5",
            ids: &[
                "AC-3", "AC-3(7)", "AC-4", "AC-4(21)", "AC-6", "AC-21", "SC-7", "SC-7(3)", "SC-7(4)",
                "SC-7(9)", "SC-7(11)", "SC-7(16)", "SC-7(20)", "SC-7(21)",
            ],
        },
        Requirement { framework: "PCI DSS v4.0.1", ids: &["1.4.4"] },
        Requirement { framework: "PCI DSS v3.2.1", ids: &["1.2.1", "1.3.1", "1.3.2", "1.3.4", "1.3.6"] },
        Requirement { framework: "Trend Conformity", ids: &["DMS-001"] },
    ],
    page: include_str!("dms_replication_not_public.md"),
    unknown_fix: FIND_OUT,
    command: Some("dms-rule plan {arn}"),
    check,
};

/// The parameter `reachability`.
pub static REACHABILITY: Parameter = Parameter {
    name: "reachability",
    default: "false",
    meaning: concat!(
        "`true`: the annotation of a public instance states what of the Internet reaches it, by the records of AWS Config, ",
        "which needs `config:SelectResourceConfig`. It is evidence: a public instance is NON_COMPLIANT in any case"
    ),
    must_be: "true or false",
    pattern: "|true|false",
    read: |values, word| {
        let (is_true, is_false) = (word.eq_ignore_ascii_case("true"), word.eq_ignore_ascii_case("false"));
        values.reachability = is_true;
        is_true || is_false
    },
};

const RECREATE: &str =
    "create a private instance, move the tasks, delete this one; changing the flag in code can replace tasks";
const FIND_OUT: &str = concat!(
    "check it with describe-replication-instances; if public, create a private one, move the tasks, ",
    "delete this one"
);

/// The number of addresses that an annotation has room for.
const SHOWN_ADDRESSES: usize = 3;

fn check(input: &Input) -> Result<Finding, Stop> {
    let addresses = PublicAddresses::read(&input.item.configuration);
    let flag =
        input.configuration().map(|configuration| Flag::read(configuration, "PubliclyAccessible", false));
    if flag == Ok(Flag::Absent) && input.facts.planned {
        // The default that DMS documents (CreateReplicationInstance).
        let fact = "PubliclyAccessible is not set, and DMS's default is true";
        return Ok(Finding::non_compliant("PUBLIC", fact, RECREATE));
    }
    let finding = match flag.and_then(|flag| flag.known("PubliclyAccessible")) {
        Err(Unknown(reason)) => Finding::unknown(format!("{reason}; DMS's default is public")),
        Ok(true) => Finding::non_compliant("PUBLIC", "PubliclyAccessible=true", RECREATE),
        Ok(false) if !addresses.public.is_empty() => {
            let fact = "PubliclyAccessible=false but a public address is recorded";
            Finding::non_compliant("CONTRADICTION", fact, FIND_OUT)
        }
        Ok(false) if !addresses.unreadable.is_empty() => {
            Finding::unknown("PubliclyAccessible=false but the public address recorded is unreadable")
        }
        Ok(false) => Finding::compliant("PRIVATE", "PubliclyAccessible=false"),
    };
    let mut evidence = evidence(&addresses, input);
    if let Some(line) = internet(&finding, input)? {
        evidence.insert(0, Evidence { name: "internet", value: line });
    }
    Ok(Finding { evidence, ..finding })
}

/// Returns what of the Internet reaches an instance that is not private; `None` if that is not wanted or it is not created yet.
fn internet(finding: &Finding, input: &Input) -> Result<Option<String>, Lookup> {
    let is_wanted = input.parameters.reachability && !input.facts.planned;
    if !is_wanted || finding.outcome.compliance_type() != ComplianceType::NonCompliant {
        return Ok(None);
    }
    Ok(Some(match input.facts.reachability.get(|| Lookup::Reachability)? {
        Ok(line) => line.clone(),
        Err(reason) => format!("UNKNOWN ({reason})"),
    }))
}

/// Returns the addresses of the instance; a planned one has none yet.
fn evidence(addresses: &PublicAddresses, input: &Input) -> Vec<Evidence> {
    let PublicAddresses { public, unreadable } = addresses;
    let mut evidence = Vec::new();
    if input.facts.planned {
        return evidence;
    }
    let mut add = |name, value| evidence.push(Evidence { name, value });
    if public.is_empty() && unreadable.is_empty() {
        add("no public IP", String::new());
    }
    if !public.is_empty() {
        add("public IP", list(public.iter().map(IpAddr::to_string)));
    }
    if !unreadable.is_empty() {
        add("unreadable public IP", list(unreadable.iter().cloned()));
    }
    let ipv6 = ipv6_addresses(&input.item.configuration);
    if !ipv6.is_empty() {
        add("IPv6", list(ipv6.into_iter()));
    }
    evidence
}

/// Returns the IPv6 addresses. They are evidence and do not decide: AWS has no flag for the reachability of a
/// dual-stack instance over IPv6.
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
