//! Exceptions as exemption tags, which the function in AWS Config reads.

use chrono::{NaiveDate, TimeDelta};
use report::{Exception, quoted};
use rule_core::text::one_line;
use rule_core::{Arn, parameter};
use serde_json::Value;

use crate::settings::Settings;

/// The maximum length of the value of a tag of DMS (AWS's service model of DMS, `Tag`).
const VALUE_MAXIMUM: usize = 256;

/// Returns a script of one command for each exception about one ARN that is in force on a day; what cannot be a tag, or would
/// exempt what `check` and `scan` do not, is a comment that says why.
///
/// # Errors
/// Returns a message if the rule parameters of the settings are no JSON.
pub(super) fn script(
    settings: &Settings,
    today: NaiveDate,
    days_maximum: u16,
) -> Result<String, serde_json::Error> {
    let parameters = settings.values.iter().find(|value| value.key.name == "rule-parameters");
    let parameters: Value = match parameters.and_then(|value| value.texts.first()) {
        Some(json) => serde_json::from_str(json)?,
        None => Value::Null,
    };
    let lines = settings.exceptions.iter().map(|exception| {
        let words = one_line(&exception.to_string());
        match days(exception, today, days_maximum).and_then(|()| command(exception, &parameters)) {
            Ok(command) => format!("# {words}\n{command}\n"),
            Err(reason) => format!("# no tag, {reason}: {words}\n"),
        }
    });
    let head = "# A tag exempts its resource from every rule that has this exemptionTagKey.\n".to_owned();
    Ok(std::iter::once(head).chain(lines).collect())
}

/// Compares the last day of an exception with a day.
///
/// # Errors
/// Returns the reason why it exempts nothing on that day.
fn days(exception: &Exception, today: NaiveDate, days_maximum: u16) -> Result<(), &'static str> {
    if exception.until < today {
        return Err("it has ended");
    }
    let last = today.checked_add_signed(TimeDelta::days(days_maximum.into()));
    if last.is_some_and(|last| exception.until > last) { Err("it ends too late") } else { Ok(()) }
}

/// Returns the command that sets the tag of an exception.
///
/// # Errors
/// Returns the reason why no tag says what the exception says.
fn command(exception: &Exception, parameters: &Value) -> Result<String, &'static str> {
    let text = exception.resource.as_str();
    let arn = Arn::parse(text).filter(|_| !text.contains(['*', '?'])).ok_or("its resource is not one ARN")?;
    let region = arn.region().ok_or("its ARN has no Region")?;
    if exception.file.is_some() {
        return Err("it is about a file");
    }
    if exception.account.as_deref().is_some_and(|account| arn.account_id() != Some(account)) {
        return Err("its ARN is of another account");
    }
    let own = parameters.get(exception.rule.identifier);
    let name = parameter::EXEMPTION_TAG_KEY.name;
    let key = own.and_then(|own| own.get(name)).or_else(|| parameters.get(name)).and_then(Value::as_str);
    let key = key.filter(|key| !key.is_empty()).ok_or("the settings give its rule no exemptionTagKey")?;
    let tags = serde_json::json!([{ "Key": key, "Value": value(exception) }]);
    Ok(format!(
        "aws dms add-tags-to-resource --resource-arn {} --tags {} --region {}",
        quoted(text),
        quoted(&tags.to_string()),
        quoted(region)
    ))
}

/// Returns the value of the tag: the last day, then ticket, owner and reason in the characters that AWS takes in tags.
fn value(exception: &Exception) -> String {
    let is_taken = |c: char| c.is_alphanumeric() || " _.:/=+-@".contains(c);
    let words = exception.words().replace(|c| !is_taken(c), " ");
    format!("{} {words}", exception.until).chars().take(VALUE_MAXIMUM).collect()
}
