//! The exceptions of a settings file, of a template and of a Terraform plan.

use chrono::NaiveDate;
use report::Exception;
use rule_core::Json;

use crate::rule_name;
use crate::suggestion::did_you_mean;

/// The members of an exception. The first five are mandatory; beside a resource, `resource` stands for itself.
const MEMBERS: [&str; 8] = ["rule", "resource", "until", "owner", "reason", "ticket", "account", "file"];

/// Reads an exception from the members of a table; `None` stands for a value that is neither a text nor a date.
///
/// # Errors
/// Returns a message with what is missing or wrong.
pub(crate) fn from_members(members: &[(String, Option<String>)], origin: &str) -> Result<Exception, String> {
    for (name, value) in members {
        if !MEMBERS.contains(&name.as_str()) {
            return Err(format!("there is no member `{name}`{}", did_you_mean(name, MEMBERS)));
        }
        if value.as_ref().is_none_or(|value| value.trim().is_empty()) {
            return Err(format!("{name} must be a text that is not empty"));
        }
        let is_for_people = ["owner", "reason", "ticket"].contains(&name.as_str());
        if is_for_people && !value.iter().any(|value| value.chars().any(is_visible)) {
            return Err(format!("{name} must have a letter or a digit"));
        }
        if members.iter().filter(|(other, _)| other == name).count() > 1 {
            return Err(format!("{name} is given twice"));
        }
    }
    let member = |name: &str| {
        members.iter().find(|(known, _)| known == name).and_then(|(_, value)| value.as_deref()).map(str::trim)
    };
    let needed = ["owner", "reason", "until", "rule", "resource"];
    let missing: Vec<&str> = needed.into_iter().filter(|name| member(name).is_none()).collect();
    match missing.as_slice() {
        [] => {}
        [one] => return Err(format!("{one} is missing")),
        [others @ .., last] => return Err(format!("{} and {last} are missing", others.join(", "))),
    }
    let text = |name: &str| member(name).unwrap_or_default().to_owned();
    let until = day(&text("until")).ok_or("until must be a day, such as 2026-12-31")?;
    let account = member("account").map(str::to_owned);
    if account.as_ref().is_some_and(|id| id.len() != 12 || !id.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err("account must be an account id of 12 digits, in quotes".to_owned());
    }
    Ok(Exception {
        rule: rule_name::find(&text("rule"))?,
        resource: text("resource"),
        results: None,
        account,
        file: member("file").map(str::to_owned),
        until,
        owner: text("owner"),
        reason: text("reason"),
        ticket: member("ticket").map(str::to_owned),
        origin: origin.to_owned(),
    })
}

/// Returns true for a letter or digit that a person sees: Unicode counts fillers of Hangul as letters.
fn is_visible(c: char) -> bool {
    c.is_alphanumeric() && !matches!(c, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}')
}

/// Reads a day, `YYYY-MM-DD`, as an exemption tag has it.
fn day(text: &str) -> Option<NaiveDate> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    (day.to_string() == text).then_some(day)
}

/// A resource in a file, which exceptions stand beside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    /// The logical id or the address.
    pub(crate) id: &'a str,
    /// The name of the file.
    pub(crate) file: &'a str,
    /// The place of the exception.
    pub(crate) origin: &'a str,
}

impl Subject<'_> {
    /// Reads an exception in the `Metadata` of a template's resource.
    ///
    /// # Errors
    /// Returns a message with what is missing or wrong.
    pub(crate) fn exception_in_metadata(self, value: &Json) -> Result<Exception, String> {
        let Json::Object(members) = value else { return Err("it is no map".to_owned()) };
        let members = members.iter().map(|(name, value)| (name.clone(), value.as_str().map(str::to_owned)));
        self.read(members.collect())
    }

    /// Reads an exception in a tag of a Terraform resource: the rule in its key, and in its value the last day,
    /// `owner=`, optionally `ticket=`, and `reason=` with all the rest.
    ///
    /// # Errors
    /// Returns a message with what is missing or wrong.
    pub(crate) fn exception_in_tag(self, rule: &str, value: &str) -> Result<Exception, String> {
        let (until, rest) = value.trim().split_once(' ').unwrap_or((value.trim(), ""));
        let mut members =
            vec![("rule".to_owned(), Some(rule.to_owned())), ("until".to_owned(), Some(until.to_owned()))];
        let mut rest = rest.trim();
        while !rest.is_empty() {
            let (name, after) = rest.split_once('=').ok_or("expected owner=, ticket= and reason=")?;
            let (value, next) =
                if name == "reason" { (after, "") } else { after.split_once(' ').unwrap_or((after, "")) };
            members.push((name.to_owned(), Some(value.to_owned())));
            rest = next.trim();
        }
        self.read(members)
    }

    fn read(self, mut members: Vec<(String, Option<String>)>) -> Result<Exception, String> {
        let is_of_file =
            |(name, _): &&(String, Option<String>)| ["resource", "account", "file"].contains(&name.as_str());
        if let Some((name, _)) = members.iter().find(is_of_file) {
            return Err(format!("{name} does not belong beside a resource"));
        }
        members.push(("resource".to_owned(), Some(self.id.to_owned())));
        let exception = from_members(&members, self.origin)?;
        Ok(Exception { file: Some(self.file.to_owned()), ..exception })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(change: &[(&str, Option<&str>)]) -> Vec<(String, Option<String>)> {
        let mut members = vec![
            ("rule", Some("dms-endpoint-tagged")),
            ("resource", Some("crm-*")),
            ("until", Some("2026-12-31")),
            ("owner", Some("jane")),
            ("reason", Some("moves away")),
        ];
        members.retain(|(name, _)| !change.iter().any(|(changed, value)| changed == name && value.is_none()));
        members.retain(|(name, _)| !change.iter().any(|(changed, _)| changed == name));
        members.extend(change.iter().filter(|(_, value)| value.is_some()));
        members.into_iter().map(|(name, value)| (name.to_owned(), value.map(str::to_owned))).collect()
    }

    #[test]
    fn an_exception_has_a_rule_a_resource_an_end_an_owner_and_a_reason() {
        let exception = from_members(&members(&[("ticket", Some("OPS-12"))]), "dms-rule.toml:4").unwrap();
        assert_eq!(
            exception.to_string(),
            "dms-endpoint-tagged, crm-*, until 2026-12-31, owner jane, OPS-12 moves away (dms-rule.toml:4)"
        );
    }

    #[test]
    fn an_exception_that_lacks_or_misspells_anything_is_an_error() {
        for (change, message) in [
            (&[("owner", None)][..], "owner is missing"),
            (&[("until", None), ("reason", None)], "reason and until are missing"),
            (&[("rule", Some("dms-endpoint-taged"))], "there is no rule `dms-endpoint-taged`; did you mean"),
            (&[("until", Some("2026-1-5"))], "until must be a day"),
            (&[("until", Some("2026-02-30"))], "until must be a day"),
            (&[("until", Some("never"))], "until must be a day"),
            (&[("until", Some("2026-12-31T00:00:00Z"))], "until must be a day"),
            (&[("owner", Some(" "))], "owner must be a text that is not empty"),
            (&[("owner", Some("\u{200b}"))], "owner must have a letter or a digit"),
            (&[("owner", Some("\u{3164}-"))], "owner must have a letter or a digit"),
            (&[("reason", Some("\u{2800}"))], "reason must have a letter or a digit"),
            (&[("account", Some("12345"))], "account must be an account id"),
            (&[("acount", Some("123456789012"))], "there is no member `acount`; did you mean `account`?"),
        ] {
            let error = from_members(&members(change), "x").unwrap_err();
            assert!(error.starts_with(message), "{change:?}: {error}");
        }
    }

    #[test]
    fn a_tag_has_the_rule_in_its_key_and_the_rest_in_its_value() {
        let subject = Subject { id: "aws_dms_endpoint.crm[\"*\"]", file: "plan.json", origin: "plan.json" };
        let exception = subject
            .exception_in_tag(
                "dms-endpoint-tagged",
                "2026-12-31 owner=jane ticket=OPS-12 reason=moves away = soon",
            )
            .unwrap();
        assert_eq!(exception.resource, subject.id);
        assert_eq!((exception.owner.as_str(), exception.reason.as_str()), ("jane", "moves away = soon"));
        for value in [
            "",
            "known after apply",
            "2026-12-31",
            "2026-12-31 owner=jane",
            "2026-12-31 reason=x",
            "owner=a reason=b",
        ] {
            assert!(subject.exception_in_tag("dms-endpoint-tagged", value).is_err(), "{value}");
        }
    }
}
