#![doc = include_str!("dms_certificate_not_expiring.md")]

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

use crate::{
    Check, Configuration, Fact, Finding, Input, Lookup, Parameter, Property, Rule, Severity, resource_type, time::timestamp_of,
};

/// The rule.
pub static RULE: Rule = Rule {
    identifier: "dms-certificate-not-expiring",
    resource_type: &resource_type::CERTIFICATE,
    severity: Severity::Medium,
    property: Property { path: "CertificatePem", wanted: "a certificate that is valid for long enough" },
    parameters: &[DAYS_TO_EXPIRATION],
    requirements: &[],
    page: include_str!("dms_certificate_not_expiring.md"),
    check: Check::WithFacts(check),
};

/// `daysToExpiration`
pub const DAYS_TO_EXPIRATION: Parameter = Parameter {
    name: "daysToExpiration",
    default: "30",
    meaning: "for how many more days a certificate must be valid: 0 to 3650",
    must_be: "a whole number of days from 0 to 3650",
    is_valid: |text| days(text).is_some(),
};

fn days(text: &str) -> Option<TimeDelta> {
    let days: i64 = text.parse().ok()?;
    if (0..=3650).contains(&days) { TimeDelta::try_days(days) } else { None }
}

const IMPORT: &str = "import-certificate a new one, modify-endpoint --certificate-arn, delete-certificate this one.";
const FIND_OUT: &str = "look at ValidToDate with describe-certificates; if it cannot be told, import the certificate as PEM.";

fn check(input: &Input) -> Result<Finding, Lookup> {
    let configuration = match input.configuration() {
        Ok(configuration) => configuration,
        Err(why) => return Ok(Finding::unknown(why, FIND_OUT)),
    };
    let source = match (configuration.values("ValidToDate").next(), &input.facts.description) {
        (None, Fact::NotRead) => return Err(Lookup::Description),
        (None, Fact::Unavailable(why)) => {
            return Ok(Finding::unknown(format!("ValidToDate is not recorded, and {why}"), FIND_OUT));
        }
        (None, Fact::Known(description)) => description,
        (Some(_), _) => configuration,
    };
    Ok(judge(input, source).unwrap_or_else(|finding| finding))
}

fn judge(input: &Input, source: &Configuration) -> Result<Finding, Finding> {
    let unknown = |why: String| Finding::unknown(why, FIND_OUT);
    let until = date(source, "ValidToDate").map_err(unknown)?;
    let until = until.ok_or_else(|| unknown("ValidToDate is missing".to_owned()))?;
    let from = date(source, "ValidFromDate").map_err(unknown)?;
    let at = input.at.ok_or_else(|| {
        unknown(format!("valid until {}, but the event carries no notification time", words(until)))
    })?;
    let days_given = input.parameters.text(&DAYS_TO_EXPIRATION);
    let wanted = days(days_given).ok_or_else(|| unknown(format!("daysToExpiration is {days_given}")))?;
    let left = until - at;
    let finding = if left < TimeDelta::zero() {
        Finding::non_compliant(format!("EXPIRED: valid until {}", words(until)), IMPORT)
    } else if from.is_some_and(|from| from > at) {
        let from = from.map(words).unwrap_or_default();
        Finding::non_compliant(format!("NOT YET VALID: valid from {from}"), IMPORT)
    } else if left < wanted {
        Finding::non_compliant(format!("EXPIRING: valid until {}", words(until)), IMPORT)
    } else {
        Finding::compliant(format!("VALID: until {}", words(until)))
    };
    Ok(finding.with("days left", left.num_days().to_string()).with("wanted", days_given))
}

/// A date, if it is given; where it is given several times, it must be the same.
fn date(source: &Configuration, property: &str) -> Result<Option<DateTime<Utc>>, String> {
    let mut dates = source.values(property).map(|value| {
        timestamp_of(value).ok_or_else(|| format!("{property} is {}, which is no time", value.in_words()))
    });
    let Some(first) = dates.next().transpose()? else { return Ok(None) };
    for other in dates {
        if other? != first {
            return Err(format!("{property} is given twice, differently"));
        }
    }
    Ok(Some(first))
}

fn words(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
