use super::*;

fn findings(report: &Report) -> Vec<Value> {
    let mut out = Vec::new();
    write(report, &mut out).unwrap();
    let all: Vec<Value> = serde_json::from_slice(&out).unwrap();
    all.into_iter().filter(|finding| finding["GeneratorId"] != "dms-rule/run").collect()
}

fn named(name: &str) -> Value {
    let all = findings(&crate::sample::report().unwrap());
    let arn = format!("arn:aws:dms:eu-west-1:123456789012:rep:{name}");
    all.into_iter().find(|finding| finding["Resources"][0]["Id"] == arn).unwrap()
}

#[test]
fn a_finding_has_the_members_that_security_hub_accepts() {
    let expected = json!({
        "SchemaVersion": "2018-10-08",
        "Id": concat!(
            "dms-rule/dms-endpoint-ssl-configured/",
            "e9fe3dd0d259d73f0d6ab4112b36aa9f08a0f982c073a37caa5e661d531fdeae",
        ),
        "ProductArn": "arn:aws:securityhub:eu-west-1:123456789012:product/123456789012/default",
        "GeneratorId": "dms-rule/dms-endpoint-ssl-configured",
        "AwsAccountId": "123456789012",
        "Types": ["Software and Configuration Checks/AWS Security Best Practices"],
        "CreatedAt": "2026-10-01T06:00:00.000Z",
        "UpdatedAt": "2026-10-01T06:00:00.000Z",
        "Severity": { "Label": "MEDIUM", "Original": "MEDIUM" },
        "FindingProviderFields": {
            "Severity": { "Label": "MEDIUM", "Original": "MEDIUM" },
            "Types": ["Software and Configuration Checks/AWS Security Best Practices"],
        },
        "Title": "A DMS endpoint must connect with TLS where its engine has the setting SslMode.",
        "Description": concat!(
            "PLAINTEXT: SslMode=none; engine mysql; endpoint crm. ",
            "Fix: modify-endpoint --ssl-mode require, verify-ca or verify-full, whichever the engine takes.",
        ),
        "Resources": [{
            "Type": "AwsDmsEndpoint",
            "Id": "arn:aws:dms:eu-west-1:123456789012:rep:CRM",
            "Partition": "aws",
            "Region": "eu-west-1",
            "Details": { "AwsDmsEndpoint": { "EndpointIdentifier": "crm" } },
        }],
        "Compliance": { "Status": "FAILED", "RelatedRequirements": [
            "Security Hub DMS.9", "AWS Config managed rule DMS_ENDPOINT_SSL_CONFIGURED",
            "Control Tower CT.DMS.PR.2", "NIST SP 800-53 r5 AC-4", "NIST SP 800-53 r5 SC-13",
            "NIST SP 800-53 r5 SC-23", "PCI DSS v4.0.1 4.2.1",
        ] },
        "RecordState": "ACTIVE",
        "Remediation": { "Recommendation": {
            "Text": "modify-endpoint --ssl-mode require, verify-ca or verify-full, whichever the engine takes",
        } },
        "ProductFields": {
            "dms-rule/ComplianceType": "NON_COMPLIANT",
            "dms-rule/Unknown": "false",
            "dms-rule/Exempt": "false",
            "dms-rule/Commands": concat!(
                "aws dms describe-endpoints --filters ",
                "Name=endpoint-arn,Values=arn:aws:dms:eu-west-1:123456789012:rep:CRM --region eu-west-1",
            ),
            "dms-rule/Page": "dms-rule rules dms-endpoint-ssl-configured",
            "dms-rule/Source": "config/snapshot 1.json",
            "dms-rule/SourceKind": "AWS Config snapshot or history file",
            "dms-rule/Version": env!("CARGO_PKG_VERSION"),
        },
    });
    assert_eq!(named("CRM"), expected);
}

#[test]
fn unknown_is_failed_and_only_compliant_is_passed() {
    for (name, status, label, state) in [
        ("LOST", "FAILED", "CRITICAL", "ACTIVE"),
        ("EXPIRED", "FAILED", "CRITICAL", "ACTIVE"),
        ("ORDERS", "PASSED", "INFORMATIONAL", "ACTIVE"),
        ("EXEMPT", "PASSED", "INFORMATIONAL", "ACTIVE"),
        ("CLICKS", "NOT_AVAILABLE", "INFORMATIONAL", "ARCHIVED"),
    ] {
        let finding = named(name);
        assert_eq!(finding["Compliance"]["Status"], status, "{name}");
        assert_eq!(finding["Severity"]["Label"], label, "{name}");
        assert_eq!(finding["RecordState"], state, "{name}");
        assert_eq!(finding.get("Workflow"), None);
    }
    let text = concat!(
        "EXEMPT until 2026-12-31 (OPS-12, \"vendor\" cut-over): ",
        "PUBLIC: PubliclyAccessible=true; no public IP; instance exempt.",
    );
    assert_eq!(named("EXEMPT")["Description"], text);
    assert_eq!(named("SUBNETS")["Resources"][0]["Type"], "Other");
}

#[test]
fn results_that_cannot_be_imported_are_counted() {
    let mut report = crate::sample::report().unwrap();
    assert_eq!(omitted(&report), 3);
    assert_eq!(findings(&report).len(), 10);
    for (account, region) in [
        (Some("12345678901"), Some("eu-west-1")),
        (Some("12345678901x"), Some("eu-west-1")),
        (Some("123456789012"), Some(" ")),
        (Some("123456789012"), None),
        (None, Some("eu-west-1")),
    ] {
        let resource = &mut report.evaluations[2].resource;
        resource.account_id = account.map(str::to_owned);
        resource.region = region.map(str::to_owned);
        assert_eq!((omitted(&report), findings(&report).len()), (4, 9), "{account:?} {region:?}");
    }
}

#[test]
fn a_finding_of_each_partition_names_its_product() {
    let mut evaluation = crate::sample::report().unwrap().evaluations[2].clone();
    for (arn, region, expected, word) in [
        (Some("arn:aws-cn:dms:cn-north-1:123456789012:rep:A"), "cn-north-1", "aws-cn", Some("aws-cn")),
        (None, "us-gov-west-1", "aws-us-gov", Some("aws-us-gov")),
        (None, "us-iso-east-1", "aws-iso", Some("aws-us-iso")),
        (None, "eusc-de-east-1", "aws-eusc", None),
        (None, "us-east-1", "aws", Some("aws")),
    ] {
        evaluation.resource.arn = arn.map(str::to_owned);
        assert_eq!(partition(&evaluation, region), expected);
        let resource = resource(&evaluation, expected, region);
        assert_eq!(resource.get("Partition").and_then(Value::as_str), word);
    }
}

#[test]
fn texts_are_cut_to_the_limits_of_the_format() {
    let mut report = crate::sample::report().unwrap();
    report.evaluations[2].verdict.finding.fact = "x".repeat(2000);
    report.evaluations[2].source.own_fix = Some("é".repeat(600));
    report.evaluations[2].source.name = "f".repeat(3000);
    let finding = &findings(&report)[0];
    let length = |text: &Value| text.as_str().unwrap().chars().count();
    assert_eq!(length(&finding["Description"]), 1024);
    assert_eq!(length(&finding["Remediation"]["Recommendation"]["Text"]), 512);
    assert_eq!(length(&finding["ProductFields"]["dms-rule/Source"]), 2048);
}

/// Returns the status of the finding about the run for each place of the list.
fn runs(report: &Report) -> Vec<(String, String)> {
    let mut out = Vec::new();
    write(report, &mut out).unwrap();
    let all: Vec<Value> = serde_json::from_slice(&out).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let runs = all.iter().filter(|finding| finding["GeneratorId"] == "dms-rule/run");
    runs.map(|run| (text(&run["Resources"][0]["Region"]), text(&run["Compliance"]["Status"]))).collect()
}

#[test]
fn a_list_that_lacks_something_is_no_clean_list() {
    let mut report = crate::sample::report().unwrap();
    let warning = |region: &str| (region.to_owned(), "WARNING".to_owned());
    // Two files could not be read, which may be about any place.
    assert_eq!(runs(&report), ["eu-west-1", "us-east-1", "us-west-2"].map(warning));
    report.failures.retain(|failure| failure.account_id.is_some());
    assert_eq!(runs(&report)[0], ("eu-west-1".to_owned(), "PASSED".to_owned()));
    assert_eq!(runs(&report)[1..], ["us-east-1", "us-west-2"].map(warning));
    report.failures.clear();
    assert_eq!(runs(&report), [("eu-west-1".to_owned(), "PASSED".to_owned())]);
    report.only = vec![crate::Filter::Compliant];
    assert_eq!(runs(&report), [warning("eu-west-1")]);
}

#[test]
fn a_batch_holds_what_one_call_accepts() {
    let mut report = crate::sample::report().unwrap();
    let one = report.evaluations[2].clone();
    for number in 0..250 {
        let mut other = one.clone();
        other.resource.id = format!("i-{number}");
        report.evaluations.push(other);
    }
    let mut elsewhere = one;
    elsewhere.resource.region = Some("eu-central-1".to_owned());
    report.evaluations.push(elsewhere);
    let batches = batches(&report).unwrap();
    let names: Vec<&str> = batches.iter().map(|batch| batch.file_name.as_str()).collect();
    let expected = [
        "eu-central-1-001",
        "eu-west-1-001",
        "eu-west-1-002",
        "eu-west-1-003",
        "us-east-1-001",
        "us-west-2-001",
    ];
    assert_eq!(names, expected.map(|name| format!("123456789012-{name}.json")));
    let all = findings(&report).len();
    let mut found = 0;
    for batch in &batches {
        let list: Vec<Value> = serde_json::from_str(&batch.json).unwrap();
        assert!(list.len() <= 100);
        let place =
            |finding: &Value| (finding["AwsAccountId"].clone(), finding["Resources"][0]["Region"].clone());
        assert!(list.windows(2).all(|two| place(&two[0]) == place(&two[1])), "{}", batch.file_name);
        found += list.iter().filter(|finding| finding["GeneratorId"] != "dms-rule/run").count();
    }
    assert_eq!(found, all);
}

#[test]
fn a_list_for_one_call_has_100_findings_and_5_megabytes_at_most() {
    let finding = |length: usize| json!({ "Description": "x".repeat(length) });
    let lengths = |findings: Vec<Value>| split(findings).iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!(lengths(Vec::new()), [0; 0]);
    assert_eq!(lengths(vec![finding(1); 250]), [100, 100, 50]);
    assert_eq!(lengths(vec![finding(240_000); 45]), [20, 20, 5]);
    let large = split(vec![finding(240_000); 45]);
    assert!(large.iter().all(|list| serde_json::to_vec(list).unwrap().len() < 6_000_000));
}

/// The conditions are those of [`Archive::archived`]; `tests/dms-rule/security_hub.rs` has what comes back from the service.
#[test]
fn only_what_is_active_is_archived_and_without_the_members_of_the_service() {
    let mut report = crate::sample::report().unwrap();
    let rule = report.evaluations[2].rule;
    report.selected = vec![crate::SelectedRule { rule, parameters: Vec::new() }];
    report.evaluations[2].source.kind = crate::SourceKind::LiveDms;
    let place = ("123456789012", "eu-west-1");
    let of_rule = |finding: &&Value| finding["GeneratorId"] == generator(rule.identifier);
    let findings = result_findings(&report).remove(&place).unwrap();
    let mut stored =
        findings.iter().filter(of_rule).find(|finding| finding["RecordState"] == "ACTIVE").unwrap().clone();
    stored["ProductFields"]["dms-rule/SourceKind"] = "AWS DMS, live".into();
    stored["ProductFields"]["aws/securityhub/FindingId"] = "x".into();
    stored["Workflow"] = json!({ "Status": "SUPPRESSED" });
    stored["Note"] = json!({ "Text": "a person wrote it" });
    assert_eq!(Archive::new(&report, place, &findings).archived(&stored), None, "it is current");
    let gone = Archive::new(&report, place, &[]);
    let archived = gone.archived(&stored).unwrap();
    assert_eq!(archived["RecordState"], "ARCHIVED");
    assert_eq!(archived["Id"], stored["Id"]);
    assert_eq!((archived.get("Workflow"), archived.get("Note")), (None, None));
    assert_eq!(archived["ProductFields"].get("aws/securityhub/FindingId"), None);
    stored["RecordState"] = "ARCHIVED".into();
    assert_eq!(gone.archived(&stored), None);
    stored["RecordState"] = "ACTIVE".into();
    let kind = crate::SourceKind::LiveDms;
    report.not_evaluated =
        vec![crate::NotEvaluated { rule, kind, resources: 0, reason: "the source never has it" }];
    assert_eq!(Archive::new(&report, place, &[]).archived(&stored), None, "the rule was not run on all");
}
