use std::collections::BTreeSet;

use rule_core::arn::partition_of_region;
use serde_json::{Map, Value, json};

use super::product::{generator, product_arn};
use crate::text::{self, TOOL};
use crate::{Report, SourceKind};

/// The members of a finding that its provider writes. `GetFindings` returns more, which BatchImportFindings rejects or
/// ignores.
const MEMBERS: [&str; 13] = [
    "SchemaVersion",
    "Id",
    "ProductArn",
    "GeneratorId",
    "AwsAccountId",
    "Types",
    "CreatedAt",
    "Severity",
    "Title",
    "Description",
    "Remediation",
    "Resources",
    "Compliance",
];

/// The choice of the findings of earlier runs to archive in one account and Region: those whose resource is gone.
#[derive(Clone, Debug)]
pub struct Archive {
    account: String,
    region: String,
    product_arn: String,
    generators: BTreeSet<String>,
    current: BTreeSet<String>,
    at: String,
}

impl Archive {
    /// Builds the choice after a run that read all of the account and Region for each rule of the report, with these
    /// findings about it. It is the caller's duty to know that nothing is missing in them.
    #[must_use]
    pub fn new(report: &Report, (account, region): (&str, &str), findings: &[Value]) -> Self {
        let is_left_out = |rule: &str| report.not_evaluated.iter().any(|entry| entry.rule.identifier == rule);
        let rules = report.selected.iter().map(|selected| selected.rule.identifier);
        let ids = findings.iter().filter_map(|finding| finding.get("Id")?.as_str());
        Self {
            account: account.to_owned(),
            region: region.to_owned(),
            product_arn: product_arn(partition_of_region(region), region, account),
            generators: rules.filter(|rule| !is_left_out(rule)).map(generator).collect(),
            current: ids.map(str::to_owned).collect(),
            at: text::time(report.at),
        }
    }

    /// Returns the `Filters` of GetFindings that select the active findings of earlier runs.
    #[must_use]
    pub fn filters(&self) -> Value {
        json!({
            "ProductArn": [{ "Value": self.product_arn, "Comparison": "EQUALS" }],
            "AwsAccountId": [{ "Value": self.account, "Comparison": "EQUALS" }],
            "RecordState": [{ "Value": "ACTIVE", "Comparison": "EQUALS" }],
            "GeneratorId": [{ "Value": format!("{TOOL}/"), "Comparison": "PREFIX" }],
        })
    }

    /// Returns the finding as it is imported to archive it; `None` for one that stays. Each condition of
    /// [`filters`](Self::filters) is checked again.
    ///
    /// A finding stays if its rule did not run, its result is among the current ones, or it is not from a scan of live
    /// resources: the resource of a template is not gone because a scan does not find it.
    #[must_use]
    pub fn archived(&self, stored: &Value) -> Option<Value> {
        let text = |name: &str| stored.get(name).and_then(Value::as_str);
        let fields = stored.get("ProductFields").and_then(Value::as_object);
        let kind = fields.and_then(|fields| fields.get(&format!("{TOOL}/SourceKind"))?.as_str());
        let is_elsewhere = |one: &Value| one.get("Region").and_then(Value::as_str) != Some(&self.region);
        let resources = stored.get("Resources").and_then(Value::as_array);
        let is_gone = text("ProductArn") == Some(&self.product_arn)
            && text("AwsAccountId") == Some(&self.account)
            && text("RecordState") == Some("ACTIVE")
            && text("GeneratorId").is_some_and(|generator| self.generators.contains(generator))
            && text("Id").is_some_and(|id| !self.current.contains(id))
            && kind == Some(SourceKind::LiveDms.to_string().as_str())
            && resources.is_some_and(|all| !all.is_empty() && !all.iter().any(is_elsewhere));
        if !is_gone {
            return None;
        }
        let kept = MEMBERS.iter().filter_map(|name| Some(((*name).to_owned(), stored.get(*name)?.clone())));
        let mut finding: Map<String, Value> = kept.collect();
        let prefix = format!("{TOOL}/");
        let fields = fields.into_iter().flatten().filter(|(name, _)| name.starts_with(&prefix));
        let fields: Map<String, Value> = fields.map(|(name, value)| (name.clone(), value.clone())).collect();
        finding.insert("ProductFields".to_owned(), fields.into());
        finding.insert("UpdatedAt".to_owned(), self.at.clone().into());
        finding.insert("RecordState".to_owned(), "ARCHIVED".into());
        Some(finding.into())
    }
}
