//! New rules: a file, a page, cases and an entry in the list.

use rule_core::text::snake_case;
use rule_core::{ResourceType, Severity};

use crate::templates::short_name;
use crate::{Error, Repository, pages};

const LIST: &str = "crates/rule-core/src/rules.rs";

/// The options of `cargo dev new-rule`.
#[derive(Clone, Debug, clap::Args)]
pub struct NewRule {
    /// The name of the rule, for example dms-endpoint-tagged
    #[arg(value_parser = name)]
    pub name: String,
    /// The type of the resources that it evaluates, for example AWS::DMS::Endpoint
    #[arg(long, value_name = "TYPE", value_parser = resource_type)]
    pub resource_type: ResourceType,
    /// The severity of a NON_COMPLIANT result: CRITICAL, HIGH, MEDIUM or LOW
    #[arg(long, default_value = "MEDIUM", value_parser = severity)]
    pub severity: Severity,
    /// The property that decides, as CloudFormation spells it, behind the name of its group
    #[arg(long, value_name = "PATH", default_value = "ExampleFlag", value_parser = property)]
    pub property: String,
}

fn name(text: &str) -> Result<String, String> {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if !(text.starts_with("dms-") && text.split('-').all(is_word)) {
        return Err("expected dms- and lower-case words with hyphens between them".to_owned());
    }
    short_name(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

fn resource_type(text: &str) -> Result<ResourceType, String> {
    let known = || ResourceType::ALL.map(ResourceType::name).join(", ");
    ResourceType::from_name(text).ok_or_else(|| format!("expected one of {}", known()))
}

fn severity(text: &str) -> Result<Severity, String> {
    let known = || Severity::ALL.map(Severity::as_str).join(", ");
    Severity::from_name(text).ok_or_else(|| format!("expected one of {}", known()))
}

fn property(text: &str) -> Result<String, String> {
    let is_name = |name: &str| {
        name.starts_with(|letter: char| letter.is_ascii_uppercase())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    if text.split('.').all(is_name) && text.split('.').count() <= 2 {
        return Ok(text.to_owned());
    }
    Err("expected a name in PascalCase, such as SslMode or RedisSettings.SslSecurityProtocol".to_owned())
}

/// Makes the rule and returns the paths of its files.
///
/// # Errors
/// Returns [`Error::NewRule`] if there is a rule of this name, or if the list of rules is not as expected.
pub fn create(repository: &Repository, rule: &NewRule) -> Result<Vec<String>, Error> {
    let module = rule.module();
    let cases = format!("tests/cases/{}", rule.name);
    let files = [
        (format!("crates/rule-core/src/rules/{module}.rs"), include_str!("../skeleton/rule.rs.in")),
        (pages::path(&rule.name), include_str!("../skeleton/page.md.in")),
        (format!("{cases}/property.json"), include_str!("../skeleton/property.json.in")),
        (format!("{cases}/listed.json"), include_str!("../skeleton/listed.json.in")),
    ];
    if let Some((path, _)) = files.iter().find(|(path, _)| repository.path(path).exists()) {
        return Err(Error::NewRule(format!("{path} exists already")));
    }
    let list = with_entry(&repository.read(LIST)?, &module)
        .ok_or_else(|| Error::NewRule(format!("{LIST}: expected `pub mod` lines and the list RULES")))?;
    for (path, skeleton) in &files {
        repository.write(path, &rule.fill(skeleton))?;
    }
    repository.write(LIST, &list)?;
    Ok(files.into_iter().map(|(path, _)| path).chain([LIST.to_owned()]).collect())
}

/// Returns the list of rules with one more: its `pub mod` line in alphabetical order, as rustfmt wants it, and its
/// entry at the end of `RULES`. `None` if there is no place for them.
fn with_entry(list: &str, module: &str) -> Option<String> {
    let line = format!("pub mod {module};\n");
    let lines: Vec<&str> = list.split_inclusive('\n').collect();
    let is_later = |other: &&str| other.starts_with("pub mod ") && **other > *line;
    let place = lines
        .iter()
        .position(is_later)
        .or_else(|| lines.iter().rposition(|other| other.starts_with("pub mod ")).map(|last| last + 1))?;
    let (before, after) = lines.split_at_checked(place)?;
    let list = [&before.concat(), &line, &after.concat()].map(String::as_str).concat();
    let (before, rest) = list.split_once("pub static RULES: ")?;
    let (rules, after) = rest.split_once("];\n")?;
    Some(format!("{before}pub static RULES: {rules}    &{module}::RULE,\n];\n{after}"))
}

impl NewRule {
    /// Returns the next steps, in words.
    #[must_use]
    pub fn next_steps(&self) -> String {
        self.fill(include_str!("../skeleton/next-steps.txt.in"))
    }

    fn module(&self) -> String {
        self.name.replace('-', "_")
    }

    /// Returns a skeleton with its placeholders replaced.
    fn fill(&self, skeleton: &str) -> String {
        let last = self.property.rsplit('.').next().unwrap_or_default();
        let values = [
            ("@NAME@", self.name.clone()),
            ("@FILE@", self.module()),
            ("@TYPE_VARIANT@", format!("{:?}", self.resource_type)),
            ("@NOUN@", self.resource_type.noun().to_owned()),
            ("@SEVERITY_VARIANT@", format!("{:?}", self.severity)),
            ("@NEEDS@", self.needs().to_owned()),
            ("@PATH@", self.property.clone()),
            ("@PROPERTY@", last.to_owned()),
            ("@TERRAFORM@", snake_case(&self.property)),
            ("@CONFIGURATION_TRUE@", self.configuration(true)),
            ("@CONFIGURATION_FALSE@", self.configuration(false)),
        ];
        values.iter().fold(skeleton.to_owned(), |text, (placeholder, value)| text.replace(placeholder, value))
    }

    /// Returns the needs that a rule on the type has in any case.
    fn needs(&self) -> &'static str {
        // Before a bad verdict the flag is looked up.
        if self.resource_type.zero_etl_flag().is_some() { "Need::List, Need::Describe" } else { "Need::List" }
    }

    /// Returns the configuration of a resource whose property has this value, as JSON.
    fn configuration(&self, value: bool) -> String {
        let names = self.property.rsplit('.');
        names.fold(value.to_string(), |value, name| format!("{{\"{name}\": {value}}}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_the_api_becomes_one_of_terraform() {
        assert_eq!(snake_case("MultiAZ"), "multi_az");
        assert_eq!(snake_case("RedisSettings.SslSecurityProtocol"), "redis_settings.ssl_security_protocol");
    }

    #[test]
    fn a_rule_is_entered_in_order_and_at_the_end_of_the_list() {
        let list = "pub mod dms_a;\npub mod dms_c;\nmod tagged;\n\npub static RULES: &[&Rule] = &[\n    &dms_c::RULE,\n];\n";
        let longer = with_entry(list, "dms_b").unwrap();
        assert!(
            longer.starts_with("pub mod dms_a;\npub mod dms_b;\npub mod dms_c;\nmod tagged;\n"),
            "{longer}"
        );
        assert!(longer.ends_with("    &dms_c::RULE,\n    &dms_b::RULE,\n];\n"), "{longer}");
        let longer = with_entry(list, "dms_d").unwrap();
        assert!(
            longer.starts_with("pub mod dms_a;\npub mod dms_c;\npub mod dms_d;\nmod tagged;\n"),
            "{longer}"
        );
        assert_eq!(with_entry("pub mod dms_a;\n", "dms_b"), None);
    }

    #[test]
    fn names_that_no_rule_can_have_are_rejected() {
        assert!(name("dms-endpoint-tagged").is_ok());
        for wrong in ["endpoint-tagged", "dms-Endpoint", "dms--x", "dms-", &format!("dms-{}", "x".repeat(61))]
        {
            assert!(name(wrong).is_err(), "{wrong}");
        }
        assert!(property("RedisSettings.SslSecurityProtocol").is_ok());
        assert!(property("sslMode").is_err());
    }
}
