use std::error::Error;

use chrono::{DateTime, Utc};
use report::{Failure, FailureKind, Judged, Looked, Position, Report, Resource, Source};
use rule_core::{
    ComplianceType, ConfigurationItem, ExemptionTag, Facts, Input, Possibility, Rule, RuleParameters,
    Verdict, rules,
};
use serde_json::{Value, json};

const LIVE: &str = "AWS DMS, live";
const RECORDED: &str = "AWS Config snapshot";
const PLANNED: &str = "CloudFormation template";
const ACCOUNT: &str = "123456789012";
/// What a name may hold at worst: quotes, a comma, a line break, markup, letters beyond ASCII, control characters.
const ODD_NAME: &str =
    "=cmd|' /C \"x\"',\n<script>alert(1)</script> \u{1b}[31mgrün 𝄞 \u{7}\u{0}\u{ffff}]]>&amp;";
const PUBLIC: &str = "dms-replication-not-public";

/// A report that holds something of everything, judged by the real rules.
pub(crate) fn report() -> Result<Report, Box<dyn Error>> {
    let at: DateTime<Utc> = "2026-10-01T06:00:00Z".parse()?;
    let exempt_until = |day: &str| json!({ "Approved": format!("{day} OPS-12, \"vendor\" cut-over") });
    let judged = vec![
        seen(PUBLIC, "orders", &json!({ "PubliclyAccessible": false }), &json!({}), LIVE, at)?,
        seen(
            PUBLIC,
            "billing",
            &json!({ "PubliclyAccessible": true, "ReplicationInstancePublicIpAddress": "203.0.113.10" }),
            &json!({}),
            LIVE,
            at,
        )?,
        seen(PUBLIC, "lost", &json!({}), &json!({}), RECORDED, at)?,
        seen(PUBLIC, ODD_NAME, &json!({ "PubliclyAccessible": true }), &json!({}), RECORDED, at)?,
        seen(
            PUBLIC,
            "exempt",
            &json!({ "PubliclyAccessible": true }),
            &exempt_until("2026-12-31"),
            LIVE,
            at,
        )?,
        seen(
            PUBLIC,
            "expired",
            &json!({ "PubliclyAccessible": true }),
            &exempt_until("2026-09-30"),
            LIVE,
            at,
        )?,
        seen(
            "dms-endpoint-ssl-configured",
            "clicks",
            &json!({ "EngineName": "kinesis" }),
            &json!({}),
            LIVE,
            at,
        )?,
        seen(
            "dms-endpoint-ssl-configured",
            "crm",
            &json!({ "EngineName": "mysql", "SslMode": "none" }),
            &json!({}),
            RECORDED,
            at,
        )?,
        seen(
            "dms-replication-task-tagged",
            "nightly",
            &json!({}),
            &json!({ "team": "orders" }),
            RECORDED,
            at,
        )?,
        seen("dms-subnet-group-tagged", "subnets", &json!({}), &json!({}), LIVE, at)?,
        planned("Orders", &json!({ "PubliclyAccessible": true }), Some(Position { line: 12, column: 7 }))?,
        planned("Billing", &json!({ "PubliclyAccessible": false }), Some(Position { line: 31, column: 5 }))?,
        planned("module.dms[\"a\"].aws_dms_replication_instance.this", &json!({}), None)?,
    ];
    let looked = |name: &str, kind, resources| Looked { name: name.to_owned(), kind, resources };
    let mut report = Report {
        at,
        command: "check",
        looked_at: vec![
            looked("123456789012 eu-west-1", LIVE, 6),
            looked("config/snapshot 1.json", RECORDED, 4),
            looked("templates/dms é.yaml", PLANNED, 2),
            looked("plan.json", "Terraform plan", 1),
        ],
        judged,
        failures: vec![
            failure("notes.txt", FailureKind::BadInput, "not JSON: expected \"{\", <eof>\nat line 1", None),
            failure(
                "123456789012 us-east-1",
                FailureKind::Denied,
                "dms:DescribeEndpoints is denied to role/audit; allow it",
                Some((ACCOUNT, "us-east-1")),
            ),
            failure(
                "123456789012 us-west-2",
                FailureKind::Throttled,
                "throttled; run it again, later",
                Some((ACCOUNT, "us-west-2")),
            ),
            failure("broken.yaml", FailureKind::Internal, "+unexpected\u{0}; run it again", None),
        ],
    };
    report.sort();
    Ok(report)
}

fn rule(identifier: &str) -> Result<&'static Rule, String> {
    rules::find(identifier).ok_or_else(|| format!("no rule {identifier}"))
}

fn parameters() -> RuleParameters {
    let exemption_tag =
        ExemptionTag { key: "Approved".to_owned(), compliance_type: ComplianceType::Compliant };
    let mut parameters = RuleParameters::default();
    parameters.exemption_tag = Some(exemption_tag);
    parameters
}

/// A resource that is there.
fn seen(
    identifier: &str,
    name: &str,
    configuration: &Value,
    tags: &Value,
    kind: &'static str,
    at: DateTime<Utc>,
) -> Result<Judged, Box<dyn Error>> {
    let rule = rule(identifier)?;
    let arn = format!("arn:aws:dms:eu-west-1:{ACCOUNT}:rep:{}", name.to_uppercase());
    let recorded_at: DateTime<Utc> = "2026-09-30T21:15:00.250Z".parse()?;
    let item = json!({
        "resourceType": rule.resource_type.name, "resourceId": arn, "resourceName": name, "ARN": arn,
        "accountId": ACCOUNT, "awsRegion": "eu-west-1", "configurationItemStatus": "OK",
        "configurationItemCaptureTime": recorded_at, "configuration": configuration, "tags": tags,
    });
    let item = ConfigurationItem::from_json(&item.to_string())?;
    let facts = Facts::unavailable("nothing was looked up");
    let input = Input { item: &item, facts: &facts, parameters: &parameters(), at: Some(at) };
    let verdict = rule.evaluate(&input).map_err(|lookup| format!("{lookup:?}"))?;
    let source_name = if kind == LIVE { "123456789012 eu-west-1" } else { "config/snapshot 1.json" };
    Ok(Judged {
        rule,
        verdict,
        resource: Resource {
            resource_type: item.resource_type,
            id: item.resource_id,
            name: name.to_owned(),
            arn: item.arn,
            account_id: item.account_id,
            region: item.aws_region,
        },
        source: Source {
            name: source_name.to_owned(),
            kind,
            position: None,
            recorded_at: Some(recorded_at),
            planned_fix: None,
        },
    })
}

/// A resource that is written down and not made yet.
fn planned(id: &str, configuration: &Value, position: Option<Position>) -> Result<Judged, Box<dyn Error>> {
    let rule = rule(PUBLIC)?;
    let item = json!({
        "resourceType": rule.resource_type.name, "resourceId": id, "configurationItemStatus": "OK",
        "configurationItemCaptureTime": 0, "configuration": configuration,
    });
    let item = ConfigurationItem::from_json(&item.to_string())?;
    let way = Possibility { when: Vec::new(), item };
    let verdict: Verdict = rule.evaluate_planned(&[way], &parameters(), None);
    let (name, kind, fix) = match position {
        Some(_) => ("templates/dms é.yaml", PLANNED, "PubliclyAccessible: false"),
        None => ("plan.json", "Terraform plan", "publicly_accessible = false"),
    };
    Ok(Judged {
        rule,
        verdict,
        resource: Resource {
            resource_type: rule.resource_type.name.to_owned(),
            id: id.to_owned(),
            name: id.to_owned(),
            arn: None,
            account_id: None,
            region: None,
        },
        source: Source {
            name: name.to_owned(),
            kind,
            position,
            recorded_at: None,
            planned_fix: Some(fix.to_owned()),
        },
    })
}

fn failure(source: &str, kind: FailureKind, message: &str, place: Option<(&str, &str)>) -> Failure {
    Failure {
        source: source.to_owned(),
        kind,
        message: message.to_owned(),
        account_id: place.map(|(account, _)| account.to_owned()),
        region: place.map(|(_, region)| region.to_owned()),
    }
}
