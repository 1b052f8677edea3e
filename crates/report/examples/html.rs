//! Writes a sample report as a page: `cargo run -p report --example html -- FILE [FINDINGS [ACCOUNTS [REGIONS
//! [FILTER]]]]`.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write as _};

use chrono::{DateTime, Utc};
use report::{
    Command, Evaluation, Failure, Filter, Position, Report, Resource, SelectedRule, Source, SourceKind,
    SourceSummary,
};
use rule_core::{ConfigurationItem, ErrorKind, Facts, Input, RuleParameters, rules};

const HOSTILE: [&str; 3] = [
    "<img src=x onerror=document.title='hostile'>",
    "</script><script>document.title='hostile'</script><!--",
    "one\u{2028}two\u{202e}eerht {{data}} &lt;b&gt;",
];
const REGIONS: [&str; 20] = [
    "eu-west-1",
    "us-east-1",
    "ap-southeast-2",
    "eu-central-1",
    "us-west-2",
    "ap-northeast-1",
    "ca-central-1",
    "eu-north-1",
    "sa-east-1",
    "us-east-2",
    "ap-south-1",
    "eu-west-2",
    "eu-west-3",
    "us-west-1",
    "ap-northeast-2",
    "ap-southeast-1",
    "eu-south-1",
    "me-south-1",
    "af-south-1",
    "ap-east-1",
];
/// The Region whose calls are denied in a run over many accounts.
const DENIED: &str = "me-south-1";
const FILES: [&str; 3] = ["infra/migration.yaml", "infra/eu/orders.template.json", "plans/dms.tfplan.json"];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("usage: html FILE [FINDINGS [ACCOUNTS [REGIONS [FILTER]]]]")?;
    let mut number = |default: usize| arguments.next().map_or(Ok(default), |text| text.parse());
    let (findings, accounts, regions) = (number(60)?, number(4)?.max(1), number(3)?.clamp(1, REGIONS.len()));
    let only = arguments.next().map(|name| Filter::from_name(&name).ok_or("no such filter")).transpose()?;
    let mut report = run("2026-10-01T08:00:00Z".parse()?, accounts, regions);
    report.only.extend(only);
    report.arguments.extend(only.map(|only| format!("--only={}", only.name())));
    for index in 0..findings {
        let evaluation = evaluate(index, accounts, regions, report.at)?;
        let Source { name, kind, .. } = &evaluation.source;
        match report.sources.iter_mut().find(|source| source.name == *name) {
            Some(source) => source.resources += 1,
            None => report.sources.push(SourceSummary {
                sha256: (!kind.is_live()).then(|| "e3b0c44298fc1c149afbf4c8996fb924".repeat(2)),
                ..SourceSummary::new(name.clone(), *kind, 1)
            }),
        }
        report.evaluations.push(evaluation);
    }
    for account in (0..accounts).map(account_id) {
        for region in REGIONS.iter().take(regions) {
            let name = format!("{account} {region}");
            if !report.sources.iter().any(|source| source.name == name) {
                report.sources.push(SourceSummary::new(name, SourceKind::LiveDms, 0));
            }
        }
    }
    report.sort();
    let mut out = BufWriter::new(File::create(path)?);
    report::html::write(&report, &mut out)?;
    out.flush()?;
    Ok(())
}

/// Returns the report of a run without results: its arguments, rules and failures. A run over many accounts has one more
/// cause of failures, which is the same in all of them.
fn run(at: DateTime<Utc>, accounts: usize, regions: usize) -> Report {
    let parameter = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let names = ["orders-prod", "billing & crm", "sandbox <eu>"];
    let mut report = Report {
        arguments: ["scan", "--accounts", "organization", "--role-name", "dms audit"]
            .map(str::to_owned)
            .to_vec(),
        selected: rules::RULES
            .iter()
            .map(|rule| SelectedRule { rule, parameters: vec![parameter("exemptionTagKey", "Approved")] })
            .collect(),
        caller: Some("arn:aws:sts::111122223333:assumed-role/audit/anna".to_owned()),
        account_names: (0..accounts).map(account_id).zip(names.map(str::to_owned)).collect(),
        failures: failures(),
        ..Report::new(Command::Scan, at)
    };
    if accounts > 50 && regions > 17 {
        for account in (0..accounts).map(account_id) {
            for operation in ["DescribeEndpoints", "DescribeReplicationInstances", "DescribeCertificates"] {
                report.failures.push(denied(&account, operation));
            }
        }
    }
    report
}

fn denied(account: &str, operation: &str) -> Failure {
    let cause = "dms calls are denied by a service control policy";
    Failure {
        source: format!("{account} {DENIED}"),
        kind: ErrorKind::Denied,
        message: format!("{operation}: {cause} (request id {account}-{operation})"),
        cause: cause.to_owned(),
        next: Some(format!("leave {DENIED} out, or allow the calls in the policy")),
        account_id: Some(account.to_owned()),
        region: Some(DENIED.to_owned()),
    }
}

fn account_id(number: usize) -> String {
    format!("{:012}", 111_122_223_333_u64 + number as u64 * 1_111)
}

fn evaluate(
    index: usize,
    accounts: usize,
    regions: usize,
    at: DateTime<Utc>,
) -> Result<Evaluation, Box<dyn Error>> {
    let all = rules::RULES.len();
    let rule = *rules::RULES.get(index % all).ok_or("no rule")?;
    let turn = index / all + index;
    let account = account_id(index * 7 % accounts);
    let region = match *REGIONS.get(index / accounts % regions).ok_or("no Region")? {
        DENIED => "eu-west-1",
        region => region,
    };
    let stem = ["orders", "billing", "ledger", "crm", "claims"].get(index % 5).ok_or("no name")?;
    let name = match HOSTILE.get(index) {
        Some(hostile) => (*hostile).to_owned(),
        None => format!("{stem}-migration-{index}"),
    };
    let arn = format!("arn:aws:dms:{region}:{account}:x:EXAMPLE{index}");
    let exempt = serde_json::json!({"Approved": "2026-12-31 OPS-12 vendor cut-over"});
    let text = serde_json::json!({
        "resourceType": rule.resource_type.name(), "resourceId": arn, "resourceName": name, "arn": arn,
        "awsAccountId": account, "awsRegion": region,
        "configurationItemStatus": if turn % 13 == 7 { "ResourceDeleted" } else { "OK" },
        "configurationItemCaptureTime": "2026-09-30T22:14:05Z",
        "tags": if turn % 11 == 3 { exempt } else { serde_json::json!({"Owner": "data"}) },
        "configuration": configuration(turn),
    });
    let item = ConfigurationItem::from_json(&text.to_string())?;
    let mut parameters = std::collections::BTreeMap::from([
        ("ruleIdentifier", rule.identifier),
        ("exemptionTagKey", "Approved"),
    ]);
    if rule.identifier.ends_with("-tagged") {
        parameters.insert("requiredKeyTags", "Owner, CostCenter");
    }
    let parameters = RuleParameters::from_json(&serde_json::to_string(&parameters)?)?;
    let facts = Facts::planned();
    let input = Input { item: &item, facts: &facts, parameters: &parameters.values, at: Some(at) };
    let verdict = rule.evaluate(&input).map_err(|lookup| format!("{lookup:?}"))?;
    let file = (index % 6 == 5).then(|| FILES.get(index / 6 % FILES.len()).copied()).flatten();
    let source = Source {
        name: file.map_or_else(|| format!("{account} {region}"), str::to_owned),
        kind: if file.is_some() { SourceKind::CloudFormationTemplate } else { SourceKind::LiveDms },
        position: file.map(|_| Position { line: 12 + index, column: 7 }),
        recorded_at: if file.is_some() {
            None
        } else {
            Some(at - chrono::TimeDelta::minutes(i64::try_from(index)?))
        },
        own_fix: file.map(|_| format!("{}: {}", rule.property.path, rule.wanted)),
        role: None,
    };
    let known = |text: &str| file.is_none().then(|| text.to_owned());
    let resource = Resource {
        resource_type: rule.resource_type.name().to_owned(),
        id: if file.is_some() { format!("Resource{index}") } else { arn.clone() },
        name,
        arn: known(&arn),
        account_id: known(&account),
        region: known(region),
    };
    Ok(Evaluation::new(rule, verdict, resource, source))
}

fn configuration(turn: usize) -> serde_json::Value {
    let good = serde_json::json!({
        "PubliclyAccessible": false, "AutoMinorVersionUpgrade": true, "MultiAZ": true, "SslMode": "verify-full",
        "EngineName": "postgres", "CertificateIdentifier": "root", "ValidToDate": "2030-01-01T00:00:00Z",
    });
    let bad = serde_json::json!({
        "PubliclyAccessible": true, "ReplicationInstancePublicIpAddresses": "203.0.113.10",
        "AutoMinorVersionUpgrade": false,
        "MultiAZ": false, "SslMode": "none", "EngineName": "mysql", "ValidToDate": "2026-10-05T00:00:00Z",
    });
    match turn % 4 {
        0 => bad,
        3 => {
            serde_json::json!({"PubliclyAccessible": "perhaps", "MultiAZ": "perhaps", "EngineName": "oracle"})
        }
        _ => good,
    }
}

fn failures() -> Vec<Failure> {
    let failure = |source: &str, kind, message: &str, account: Option<&str>, region: Option<&str>| Failure {
        source: source.to_owned(),
        kind,
        message: message.to_owned(),
        cause: message.to_owned(),
        next: None,
        account_id: account.map(str::to_owned),
        region: region.map(str::to_owned),
    };
    vec![
        failure(
            "111122224444 us-east-1",
            ErrorKind::Denied,
            "dms:DescribeEndpoints was denied; allow it to the role dms-audit",
            Some("111122224444"),
            Some("us-east-1"),
        ),
        failure("infra/broken.yaml", ErrorKind::BadInput, "line 12: <b>not</b> YAML", None, None),
    ]
}
