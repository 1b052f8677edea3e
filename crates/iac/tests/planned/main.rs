//! The verdicts on templates and plans before anything is deployed.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod contained;
mod endpoints;
mod fixes;
mod invalid;
mod loops;
mod provider;
mod resources;
mod settled;
mod state;
mod terraform;
mod values;

use iac::{Error, Plan, Settings, Template};
use rule_core::{ParameterValues, rules};

const PUBLIC: &str = "dms-replication-not-public";
const PRIVATE: &str = "COMPLIANT PRIVATE: PubliclyAccessible=false";
const IS_PUBLIC: &str = "NON_COMPLIANT PUBLIC: PubliclyAccessible=true";
const NOT_SET: &str = "NON_COMPLIANT PUBLIC: PubliclyAccessible is not set, and DMS's default is true";

/// Returns a line for each planned resource of the rule's type: the compliance type and the reason.
fn verdicts(plan: &Plan, rule: &str) -> Vec<String> {
    let rule = rules::find(rule).unwrap();
    plan.resources
        .iter()
        .filter(|planned| planned.resource_type == rule.resource_type)
        .map(|planned| {
            let verdict = rule.evaluate_planned(&planned.possibilities, &ParameterValues::default(), None);
            format!("{} {}", verdict.compliance_type, verdict.finding.reason())
        })
        .collect()
}

fn cloudformation(text: &str, settings: &Settings) -> Result<Plan, Error> {
    Template::parse(text)?.plan(settings)
}

/// Returns the plan of a text that is recognized as a CloudFormation template.
fn plan(template: &str) -> Plan {
    assert!(Template::recognize(template).is_some(), "{template}");
    cloudformation(template, &Settings::default()).unwrap_or_else(|error| panic!("{error}: {template}"))
}

/// Builds a template with one replication instance that has these properties, in one line.
fn instance(sections: &str, properties: &str) -> String {
    format!(
        "{sections}\nResources:\n  Orders:\n    Type: AWS::DMS::ReplicationInstance\n    Properties: {{ReplicationInstanceClass: dms.c5.xlarge, {properties}}}\n"
    )
}

/// Returns the verdict on the one instance of [`instance`]'s template.
fn public(sections: &str, properties: &str) -> String {
    let template = instance(sections, properties);
    let [verdict] = &verdicts(&plan(&template), PUBLIC)[..] else { panic!("one instance: {template}") };
    verdict.clone()
}

/// Returns the verdict on an instance that is public only in the case `path`.
fn public_if(path: &str) -> String {
    format!(
        "NON_COMPLIANT UNKNOWN: cannot be known before deployment, PUBLIC if {path}: PubliclyAccessible=true"
    )
}
