use std::collections::BTreeMap;
use std::error::Error;

use chrono::{DateTime, Utc};
use report::{
    Command, Evaluation, Exception, Failure, NotEvaluated, Position, RefusedException, Report, Resource,
    SelectedRule, Setting, Settings, SettingsFile, Source, SourceKind, SourceSummary,
};
use rule_core::{
    ComplianceType, ConfigurationItem, ErrorKind, ExemptionTag, Facts, Input, ParameterValues, Possibility,
    Rule, rules,
};
use serde_json::{Value, json};

const LIVE: SourceKind = SourceKind::LiveDms;
const RECORDED: SourceKind = SourceKind::ConfigFile;
const PLANNED: SourceKind = SourceKind::CloudFormationTemplate;
const ACCOUNT: &str = "123456789012";
/// A name with everything a format must escape: quotes, a comma, a line break, markup, non-ASCII letters, controls.
const ODD_NAME: &str =
    "=cmd|' /C \"x\"',\n<script>alert(1)</script> \u{1b}[31mgrün 𝄞 \u{7}\u{0}\u{ffff}]]>&amp;";
const PUBLIC: &str = "dms-replication-not-public";

/// Builds a report with every outcome, exemption and kind of failure, evaluated by the real rules.
pub(crate) fn report() -> Result<Report, Box<dyn Error>> {
    let at: DateTime<Utc> = "2026-10-01T06:00:00Z".parse()?;
    let exempt_until = |day: &str| json!({ "Approved": format!("{day} OPS-12, \"vendor\" cut-over") });
    let evaluations = vec![
        existing(PUBLIC, "orders", &json!({ "PubliclyAccessible": false }), &json!({}), LIVE, at)?,
        existing(
            PUBLIC,
            "billing",
            &json!({ "PubliclyAccessible": true, "ReplicationInstancePublicIpAddress": "203.0.113.10" }),
            &json!({}),
            LIVE,
            at,
        )?,
        existing(PUBLIC, "lost", &json!({}), &json!({}), RECORDED, at)?,
        existing(PUBLIC, ODD_NAME, &json!({ "PubliclyAccessible": true }), &json!({}), RECORDED, at)?,
        existing(
            PUBLIC,
            "exempt",
            &json!({ "PubliclyAccessible": true }),
            &exempt_until("2026-12-31"),
            LIVE,
            at,
        )?,
        existing(
            PUBLIC,
            "expired",
            &json!({ "PubliclyAccessible": true }),
            &exempt_until("2026-09-30"),
            LIVE,
            at,
        )?,
        existing(
            "dms-endpoint-ssl-configured",
            "clicks",
            &json!({ "EngineName": "kinesis" }),
            &json!({}),
            LIVE,
            at,
        )?,
        existing(
            "dms-endpoint-ssl-configured",
            "crm",
            &json!({ "EngineName": "mysql", "SslMode": "none" }),
            &json!({}),
            RECORDED,
            at,
        )?,
        existing(
            "dms-replication-task-tagged",
            "nightly",
            &json!({}),
            &json!({ "team": "orders" }),
            RECORDED,
            at,
        )?,
        existing("dms-subnet-group-tagged", "subnets", &json!({}), &json!({}), LIVE, at)?,
        planned("Orders", &json!({ "PubliclyAccessible": true }), Some(Position { line: 12, column: 7 }))?,
        planned("Billing", &json!({ "PubliclyAccessible": false }), Some(Position { line: 31, column: 5 }))?,
        planned("module.dms[\"a\"].aws_dms_replication_instance.this", &json!({}), None)?,
    ];
    let mut report = Report {
        arguments: ["check", "config", "templates", "plan.json"].map(str::to_owned).to_vec(),
        selected: selected()?,
        account_names: BTreeMap::from([(ACCOUNT.to_owned(), "orders-prod".to_owned())]),
        sources: sources(),
        evaluations,
        not_evaluated: vec![NotEvaluated {
            rule: rule("dms-replication-instance-customer-managed-key")?,
            kind: SourceKind::DmsResource,
            resources: 1,
            reason: "KMS alone knows who manages a key: `dms-rule scan` requests it",
        }],
        failures: vec![
            failure("notes.txt", ErrorKind::BadInput, "not JSON: expected \"{\", <eof>\nat line 1", None),
            failure(
                "123456789012 us-east-1",
                ErrorKind::Denied,
                "dms:DescribeEndpoints is denied to role/audit; allow it",
                Some((ACCOUNT, "us-east-1")),
            ),
            failure(
                "123456789012 us-west-2",
                ErrorKind::Throttled,
                "throttled; run it again, later",
                Some((ACCOUNT, "us-west-2")),
            ),
            failure("broken.yaml", ErrorKind::Internal, "+unexpected\u{0}; run it again", None),
        ],
        settings: settings(),
        refused_exceptions: vec![RefusedException {
            origin: "templates/dms é.yaml:14:9".to_owned(),
            resource: ODD_NAME.to_owned(),
            reason: "exceptions beside resources are not allowed".to_owned(),
        }],
        ..Report::new(Command::Check, at)
    };
    report.apply_exceptions(vec![unused_exception()?], 365);
    report.sort();
    Ok(report)
}

fn settings() -> Settings {
    Settings {
        file: Some(SettingsFile { path: "=dms-rule.toml".to_owned(), sha256: "0".repeat(64) }),
        values: vec![Setting {
            name: "fail-on".to_owned(),
            value: "high".to_owned(),
            source: "=dms-rule.toml:2".to_owned(),
        }],
    }
}

fn unused_exception() -> Result<Exception, Box<dyn Error>> {
    Ok(Exception {
        rule: rule(PUBLIC)?,
        resource: "nothing-*".to_owned(),
        is_exact: false,
        account: Some(ACCOUNT.to_owned()),
        file: None,
        until: "2026-12-31".parse()?,
        owner: ODD_NAME.to_owned(),
        reason: "vendor cut-over".to_owned(),
        ticket: None,
        origin: "=dms-rule.toml:7".to_owned(),
    })
}

fn sources() -> Vec<SourceSummary> {
    let source = |name: &str, kind, resources| SourceSummary::new(name, kind, resources);
    vec![
        source("123456789012 eu-west-1", LIVE, 6),
        source("config/snapshot 1.json", RECORDED, 4),
        source("templates/dms é.yaml", PLANNED, 2),
        source("plan.json", SourceKind::TerraformPlan, 1),
        source("=old/", SourceKind::Excluded, 0),
    ]
}

fn selected() -> Result<Vec<SelectedRule>, String> {
    [
        PUBLIC,
        "dms-endpoint-ssl-configured",
        "dms-replication-task-tagged",
        "dms-subnet-group-tagged",
        "dms-redis-tls-enabled",
        "dms-replication-instance-customer-managed-key",
    ]
    .into_iter()
    .map(|name| {
        let parameters = vec![("exemptionTagKey".to_owned(), "Approved".to_owned())];
        Ok(SelectedRule { rule: rule(name)?, parameters })
    })
    .collect()
}

fn rule(identifier: &str) -> Result<&'static Rule, String> {
    rules::find(identifier).ok_or_else(|| format!("no rule {identifier}"))
}

fn parameters() -> ParameterValues {
    let exemption_tag =
        ExemptionTag { key: "Approved".to_owned(), compliance_type: ComplianceType::Compliant };
    ParameterValues { exemption_tag: Some(exemption_tag), ..ParameterValues::default() }
}

/// Evaluates a resource that exists.
fn existing(
    identifier: &str,
    name: &str,
    configuration: &Value,
    tags: &Value,
    kind: SourceKind,
    at: DateTime<Utc>,
) -> Result<Evaluation, Box<dyn Error>> {
    let rule = rule(identifier)?;
    let arn = format!("arn:aws:dms:eu-west-1:{ACCOUNT}:rep:{}", name.to_uppercase());
    let recorded_at: DateTime<Utc> = "2026-09-30T21:15:00.250Z".parse()?;
    let item = json!({
        "resourceType": rule.resource_type.name(), "resourceId": arn, "resourceName": name, "ARN": arn,
        "accountId": ACCOUNT, "awsRegion": "eu-west-1", "configurationItemStatus": "OK",
        "configurationItemCaptureTime": recorded_at, "configuration": configuration, "tags": tags,
    });
    let item = ConfigurationItem::from_json(&item.to_string())?;
    let facts = Facts::unavailable("no API call was made");
    let input = Input { item: &item, facts: &facts, parameters: &parameters(), at: Some(at) };
    let verdict = rule.evaluate(&input).map_err(|lookup| format!("{lookup:?}"))?;
    let source_name = if kind == LIVE { "123456789012 eu-west-1" } else { "config/snapshot 1.json" };
    let resource = Resource {
        resource_type: item.resource_type,
        id: item.resource_id,
        name: name.to_owned(),
        arn: item.arn,
        account_id: item.account_id,
        region: item.aws_region,
    };
    let source = Source {
        name: source_name.to_owned(),
        kind,
        position: None,
        recorded_at: Some(recorded_at),
        own_fix: None,
        role: None,
    };
    Ok(Evaluation::new(rule, verdict, resource, source))
}

/// Evaluates a resource of a template or plan.
/// The remedy in a template: it does not show if the instance exists.
const FIX_OF_TEMPLATE: &str =
    "if new, set PubliclyAccessible: false; if it exists, that replaces it and its tasks: see dms-rule plan";

fn planned(
    id: &str,
    configuration: &Value,
    position: Option<Position>,
) -> Result<Evaluation, Box<dyn Error>> {
    let rule = rule(PUBLIC)?;
    let item = json!({
        "resourceType": rule.resource_type.name(), "resourceId": id, "configurationItemStatus": "OK",
        "configurationItemCaptureTime": 0, "configuration": configuration,
    });
    let item = ConfigurationItem::from_json(&item.to_string())?;
    let only = Possibility { choices: Vec::new(), item, facts: Facts::planned() };
    let verdict = rule.evaluate_planned(&[only], &parameters(), None);
    let (name, kind, fix) = match position {
        Some(_) => ("templates/dms é.yaml", PLANNED, FIX_OF_TEMPLATE),
        None => ("plan.json", SourceKind::TerraformPlan, "set publicly_accessible = false"),
    };
    let resource = Resource {
        resource_type: rule.resource_type.name().to_owned(),
        id: id.to_owned(),
        name: id.to_owned(),
        arn: None,
        account_id: None,
        region: None,
    };
    let source = Source {
        name: name.to_owned(),
        kind,
        position,
        recorded_at: None,
        own_fix: Some(fix.to_owned()),
        role: None,
    };
    Ok(Evaluation::new(rule, verdict, resource, source))
}

fn failure(source: &str, kind: ErrorKind, message: &str, place: Option<(&str, &str)>) -> Failure {
    Failure {
        source: source.to_owned(),
        kind,
        message: message.to_owned(),
        cause: message.to_owned(),
        next: None,
        account_id: place.map(|(account, _)| account.to_owned()),
        region: place.map(|(_, region)| region.to_owned()),
    }
}
