//! The cases under `tests/cases`: a test for each file, named after its rule and the file.

#[path = "../../../tests/support/wrong_cases.rs"]
mod wrong_cases;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use chrono::{DateTime, Utc};
use datatest_stable::Result;
use rule_core::{
    Configuration, ConfigurationItem, DatabasesByHost, Fact, Facts, Input, KmsKey, Lookup, Rule,
    RuleParameters, rules,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use wrong_cases::WrongCases;

// `listed.json` holds what the end-to-end tests of the function list.
datatest_stable::harness! {
    { test = every_case_has_its_verdict_and_annotation, root = "../../tests/cases", pattern = r"^(?!.*/listed\.json$).*$" },
}

/// A configuration item, further facts, and the verdict that the rule of the folder must give.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Case {
    description: String,
    /// The members in which the item differs from [`item`]'s; null removes one.
    item: Map<String, Value>,
    /// The results of look-ups; a text if no look-up is possible, with the reason; absent before any look-up.
    #[serde(default)]
    facts: Option<GivenFacts>,
    #[serde(default)]
    parameters: Option<Map<String, Value>>,
    #[serde(default)]
    at: Option<DateTime<Utc>>,
    expect: Expectation,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Expectation {
    Verdict(ExpectedVerdict),
    Lookup(ExpectedLookup),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ExpectedVerdict {
    compliance_type: String,
    annotation: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ExpectedLookup {
    look_up: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum GivenFacts {
    Unavailable(String),
    Known(Box<KnownFacts>),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct KnownFacts {
    tags: Option<BTreeMap<String, String>>,
    description: Option<Configuration>,
    kms_key: Option<GivenKey>,
    engine_versions: Option<Vec<Configuration>>,
    reachability: Option<String>,
    orderable_instances: Option<Vec<Configuration>>,
    databases: Option<DatabasesByHost>,
    /// True if the resource is only planned; then no fact can be looked up.
    #[serde(default)]
    planned: bool,
    more_tags: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct GivenKey {
    key_manager: Option<String>,
    arn: Option<String>,
    #[serde(default)]
    alias_arns: Vec<String>,
}

fn every_case_has_its_verdict_and_annotation(file: &Path) -> Result<()> {
    let folder = file.parent().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or_default();
    let rule = rules::find(folder).ok_or_else(|| format!("no rule is called {folder}"))?;
    let cases: Vec<Case> = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    let mut wrong = String::new();
    for case in cases {
        let description = case.description.clone();
        let (actual, expected) = evaluate(rule, case).map_err(|error| format!("{description}: {error}"))?;
        if actual != expected {
            write!(wrong, "\n{description}\n  is       {actual}\n  expected {expected}")?;
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Box::new(WrongCases(wrong))) }
}

/// Returns the verdict or look-up that the rule comes to and the expected one, each in one line.
fn evaluate(rule: &Rule, case: Case) -> Result<(String, String)> {
    let parameters =
        case.parameters.map(|parameters| Value::from(parameters).to_string()).unwrap_or_default();
    let parameters = RuleParameters::from_json(&parameters)?;
    let item = item(rule, case.item)?;
    let facts = facts(case.facts);
    let input = Input { item: &item, facts: &facts, parameters: &parameters.values, at: case.at };
    let actual = match rule.evaluate(&input) {
        Ok(verdict) => format!("{} {}", verdict.compliance_type, verdict.annotation()),
        Err(lookup) => format!("look up {}", named(&lookup)),
    };
    let expected = match case.expect {
        Expectation::Verdict(ExpectedVerdict { compliance_type, annotation }) => {
            format!("{compliance_type} {annotation}")
        }
        Expectation::Lookup(ExpectedLookup { look_up }) => format!("look up {look_up}"),
    };
    Ok((actual, expected))
}

fn named(lookup: &Lookup) -> String {
    match lookup {
        Lookup::Tags => "Tags".to_owned(),
        Lookup::Description => "Description".to_owned(),
        Lookup::KmsKey { key_id, with_aliases } => {
            format!("KmsKey {key_id}{}", if *with_aliases { " with aliases" } else { "" })
        }
        Lookup::EngineVersions => "EngineVersions".to_owned(),
        Lookup::Reachability => "Reachability".to_owned(),
        Lookup::OrderableInstances => "OrderableInstances".to_owned(),
        Lookup::Databases { hosts } => format!("Databases {}", hosts.join(" ")),
    }
}

fn item(rule: &Rule, differences: Map<String, Value>) -> Result<ConfigurationItem> {
    let mut item = json!({
        "resourceType": rule.resource_type.name(),
        "resourceId": "arn:aws:dms:us-east-1:123456789012:rep:EXAMPLE",
        "resourceName": "orders-migration",
        "configurationItemStatus": "OK",
        "configurationItemCaptureTime": "2026-10-01T15:03:11.636Z",
        "tags": {},
    });
    if let Value::Object(members) = &mut item {
        members.extend(differences);
    }
    Ok(ConfigurationItem::from_json(&item.to_string())?)
}

fn facts(given: Option<GivenFacts>) -> Facts {
    fn fact<T>(given: Option<T>) -> Fact<T> {
        given.map_or(Fact::NotRead, Fact::Known)
    }
    match given {
        None => Facts::default(),
        Some(GivenFacts::Unavailable(reason)) => Facts::unavailable(&reason),
        Some(GivenFacts::Known(given)) if given.planned => {
            Facts { more_tags: given.more_tags, ..Facts::planned() }
        }
        Some(GivenFacts::Known(given)) => Facts {
            tags: fact(given.tags),
            databases: fact(given.databases),
            description: fact(given.description),
            engine_versions: fact(given.engine_versions.map(Into::into)),
            orderable_instances: fact(given.orderable_instances.map(Into::into)),
            reachability: fact(given.reachability),
            planned: false,
            more_tags: given.more_tags,
            kms_key: fact(given.kms_key.map(|GivenKey { key_manager, arn, alias_arns }| KmsKey {
                key_manager,
                arn,
                alias_arns,
            })),
        },
    }
}
