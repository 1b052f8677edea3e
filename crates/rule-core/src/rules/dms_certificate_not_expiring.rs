#![doc = include_str!("dms_certificate_not_expiring.md")]

use chrono::TimeDelta;

use crate::parameter::days;
use crate::rules::date::{date, words};
use crate::{
    Change, Configuration, Fact, Finding, Input, Lookup, Need, Parameter, Property, ResourceType, Rule,
    Severity, Stop, Theme, Unknown,
};

/// The rule `dms-certificate-not-expiring`.
pub static RULE: Rule = Rule {
    identifier: "dms-certificate-not-expiring",
    resource_type: ResourceType::Certificate,
    severity: Severity::Medium,
    theme: Theme::Connections,
    property: Property::text("CertificatePem", Some("certificate_pem")),
    wanted: "a certificate that is valid for long enough",
    reads: &[Property::text("ValidToDate", None), Property::text("ValidFromDate", None)],
    needs: &[Need::List, Need::Describe],
    schedule_only: false,
    parameters: &[&DAYS_TO_EXPIRATION],
    requirements: &[],
    page: include_str!("dms_certificate_not_expiring.md"),
    unknown_fix: FIND_OUT,
    command: None,
    check,
};

/// The parameter `daysToExpiration`.
pub static DAYS_TO_EXPIRATION: Parameter = Parameter {
    name: "daysToExpiration",
    default: "30",
    meaning: "for how many more days a certificate must be valid: 0 to 3650",
    must_be: "a whole number of days from 0 to 3650",
    pattern: "[0-9]{0,4}",
    read: |values, text| days(text, 0).map(|days| values.time_to_expiration = days).is_some(),
};

const IMPORT: &str =
    "import-certificate a new one, modify-endpoint --certificate-arn, delete-certificate this one";
const FIND_OUT: &str =
    "check ValidToDate with describe-certificates; if DMS does not know it, import the certificate as PEM";

const SCAN: Change = Change::AfterDeployment("dms-rule scan, which reads the dates from DMS");

fn check(input: &Input) -> Result<Finding, Stop> {
    match by_dates(input) {
        // A file may hold a certificate that cannot be read, such as a wallet: no change of it would help.
        Err(Stop::Unknown(Unknown(reason))) => Ok(Finding::unknown(reason).with_change(SCAN)),
        other => other,
    }
}

fn by_dates(input: &Input) -> Result<Finding, Stop> {
    let source = validity(input)?;
    let until = date(source, "ValidToDate")?.ok_or_else(|| {
        Unknown::new(if input.facts.planned {
            "the file holds neither ValidToDate nor a certificate (PEM) from which it can be read"
        } else {
            "ValidToDate is missing"
        })
    })?;
    let from = date(source, "ValidFromDate")?;
    let at = input.at.ok_or_else(|| {
        Unknown::new(format!("valid until {}, but the event carries no notification time", words(until)))
    })?;
    let wanted = input.parameters.time_to_expiration;
    let left = until - at;
    let finding = if left < TimeDelta::zero() {
        Finding::non_compliant("EXPIRED", format!("valid until {}", words(until)), IMPORT)
    } else if let Some(from) = from.filter(|from| *from > at) {
        Finding::non_compliant("NOT YET VALID", format!("valid from {}", words(from)), IMPORT)
    } else if left < wanted {
        Finding::non_compliant("EXPIRING", format!("valid until {}", words(until)), IMPORT)
    } else {
        Finding::compliant("VALID", format!("until {}", words(until)))
    };
    Ok(finding
        .with_evidence("days left", left.num_days().to_string())
        .with_evidence("wanted", wanted.num_days().to_string()))
}

/// Returns the properties that hold the validity: the recorded ones, else those that DMS describes.
fn validity<'a>(input: &'a Input) -> Result<&'a Configuration, Stop> {
    let configuration = input.configuration()?;
    if configuration.given("ValidToDate").next().is_some() {
        return Ok(configuration);
    }
    match &input.facts.description {
        Fact::Known(description) => Ok(description),
        Fact::NotRead => Err(Lookup::Description.into()),
        Fact::Unavailable(reason) => {
            Err(Unknown::new(format!("ValidToDate is not recorded, and {reason}")).into())
        }
    }
}
