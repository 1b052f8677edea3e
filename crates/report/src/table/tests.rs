use super::*;

fn written(report: &Report, layout: Layout) -> String {
    let mut out = Vec::new();
    write(report, &mut out, layout).unwrap();
    String::from_utf8(out).unwrap()
}

fn sample(layout: Layout) -> String {
    written(&crate::sample::report().unwrap(), layout)
}

#[test]
fn rows_are_grouped_by_rule_with_their_fixes() {
    let expected = "\
MEDIUM dms-endpoint-ssl-configured: 1 NON_COMPLIANT, 1 NOT_APPLICABLE
  A DMS endpoint must connect with TLS where its engine has the setting SslMode.
  NON_COMPLIANT  crm  123456789012 eu-west-1 config/snapshot 1.json  PLAINTEXT: SslMode=none; engine mysql
      aws dms describe-endpoints --filters Name=endpoint-arn,Values=arn:aws:dms:eu-west-1:123456789012:rep:CRM --region eu-west-1
  Fix: modify-endpoint --ssl-mode require, verify-ca or verify-full, whichever the engine takes
  More: dms-rule rules dms-endpoint-ssl-configured

";
    let table = sample(Layout::default());
    assert!(table.contains(expected), "{table}");
    let rules = ["CRITICAL dms-replication", "MEDIUM dms-endpoint", "LOW dms-subnet", "No finding: dms-"];
    assert!(rules.map(|rule| table.find(rule).unwrap()).is_sorted(), "{table}");
}

#[test]
fn failures_and_totals_come_last() {
    let expected = "
COULD NOT FINISH: the report is not complete
  BadInput   notes.txt: not JSON: expected \"{\", <eof> at line 1
  Denied     123456789012 us-east-1: dms:DescribeEndpoints is denied to role/audit; allow it
  Throttled  123456789012 us-west-2: throttled; run it again, later
  Internal   broken.yaml: +unexpected ; run it again

  123456789012 eu-west-1: AWS DMS, live, 6 resources
  config/snapshot 1.json: AWS Config snapshot or history file, 4 resources
  templates/dms é.yaml: CloudFormation template, 2 resources
  plan.json: Terraform plan, 1 resource
  =old/: left out by --exclude
  By severity, NON_COMPLIANT: CRITICAL 6 (1 UNKNOWN), MEDIUM 1, LOW 1
  Exceptions: 1 unused, 1 refused
    REFUSED
    UNUSED
  Run: dms-rule check config templates plan.json (VERSION, 2026-10-01T06:00:00.000Z): dms-replication-not-public, \
dms-endpoint-ssl-configured, dms-replication-task-tagged, dms-subnet-group-tagged, dms-redis-tls-enabled, \
dms-replication-instance-customer-managed-key; all with exemptionTagKey=Approved
  Settings: =dms-rule.toml (SHA-256 0000000000000000000000000000000000000000000000000000000000000000), fail-on=high (=dms-rule.toml:2)
13 resources, 13 results: 7 NON_COMPLIANT, 1 UNKNOWN, 4 COMPLIANT, 1 NOT_APPLICABLE (1 of them exempt); 1 left out; 4 read errors.
";
    let report = crate::sample::report().unwrap();
    let mut expected = expected.replace("VERSION", VERSION);
    for (name, (_, text)) in ["REFUSED", "UNUSED"].into_iter().zip(text::each_exception(&report)) {
        expected = expected.replace(name, &one_line(&text));
    }
    let table = sample(Layout::default());
    assert!(table.ends_with(&expected), "{table}");
}

#[test]
fn a_scan_counts_pairs_of_account_and_region() {
    let Report { at, failures, .. } = crate::sample::report().unwrap();
    let mut report = Report::new(Command::Scan, at);
    assert!(written(&report, Layout::default()).ends_with("\nNOTHING WAS SCANNED.\n"));
    report.failures.clone_from(&failures);
    let expected = "\nNOTHING WAS SCANNED: 4 accounts or Regions not complete (4 API calls failed).\n";
    assert!(written(&report, Layout::default()).ends_with(expected));
    report.failures.clear();
    let kind = crate::SourceKind::LiveDms;
    report.sources.push(SourceSummary::new("123456789012 eu-west-1", kind, 0));
    let nothing = "\nNo DMS resources found in the 1 account and Region that was read.\n";
    assert!(written(&report, Layout::default()).ends_with(nothing));
    report.failures = failures;
    report.sources[0].is_complete = false;
    let part = "NOTHING WAS SCANNED: 4 accounts or Regions not complete (4 API calls failed).\n";
    assert!(written(&report, Layout::default()).ends_with(part));
    report.sources[0].is_complete = true;
    let expected = "  1 account and Region scanned, 4 not at all\nNo DMS resources found in the 1 account and Region that was read; 4 accounts or Regions not complete (4 API calls failed).\n";
    assert!(written(&report, Layout::default()).ends_with(expected));
}

#[test]
fn every_result_is_listed_on_request() {
    let layout = Layout { every_result: true, ..Layout::default() };
    assert!(!sample(Layout::default()).contains("  COMPLIANT      orders"));
    assert!(sample(layout).contains("  COMPLIANT      orders"));
    assert!(sample(layout).contains("  NOT_APPLICABLE  clicks"));
    assert!(!sample(layout).contains("No finding"));
}

#[test]
fn lines_are_wrapped_to_the_width_of_the_terminal() {
    for width in [40, 80, 120, 200] {
        let table = sample(Layout { width: Some(width), ..Layout::default() });
        let fits = |line: &str| {
            ["      aws ", "      dms-rule plan "].iter().any(|start| line.starts_with(start))
                || display_width(line) <= width
                || line.split_whitespace().count() == 1
        };
        // A long name is not cut, and its row is padded.
        let lines = table.lines().filter(|line| !line.contains("module.dms") && !line.contains("=cmd"));
        lines.for_each(|line| assert!(fits(line), "{width}: {line}"));
    }
}

#[test]
fn the_comparison_is_colored_and_its_names_are_on_one_line() {
    let mut earlier = Vec::new();
    let complete = Report { failures: vec![], ..crate::sample::report().unwrap() };
    crate::json::write(&complete, &mut earlier).unwrap();
    let mut report = complete;
    report.evaluations.retain(|one| !one.is_non_compliant() || one.resource.name.starts_with("=cmd"));
    report.compare(crate::EarlierRun::read("old.json", &earlier).unwrap(), None).unwrap();
    let plain = written(&report, Layout::default());
    let colored = written(&report, Layout { color: true, ..Layout::default() });
    let gone = "gone: dms-replication-not-public, billing, ";
    assert!(plain.contains(gone), "{plain}");
    assert!(colored.contains(&gone.replace("gone", "\x1b[33mgone\x1b[0m")), "{colored}");
}

#[test]
fn colors_change_no_word() {
    let layout = Layout { width: Some(100), ..Layout::default() };
    let colored = sample(Layout { color: true, ..layout });
    let mut parts = colored.split("\x1b[");
    let first = parts.next().unwrap().to_owned();
    let plain = parts.fold(first, |text, part| text + part.split_once('m').unwrap().1);
    assert_ne!(colored, plain);
    assert_eq!(plain, sample(layout));
}
