use chrono::DateTime;
use rule_core::{ErrorKind, Finding, Verdict, rules};

use super::*;
use crate::{Command, Evaluation, Failure, Filter, Resource, Source, SourceKind, SourceSummary};

const HOSTILE: &str = "<img src=x onerror=alert(1)></script><!--\u{2028}{{data}}&amp;";

fn evaluation(finding: Finding, name: &str) -> Evaluation {
    Evaluation {
        rule: rules::find("dms-replication-not-public").unwrap(),
        verdict: Verdict::new(finding, format!("instance {name}")),
        exception: None,
        resource: Resource {
            resource_type: "AWS::DMS::ReplicationInstance".to_owned(),
            id: name.to_owned(),
            name: name.to_owned(),
            arn: None,
            account_id: Some("123456789012".to_owned()),
            region: Some("eu-west-1".to_owned()),
        },
        source: Source {
            name: "123456789012 eu-west-1".to_owned(),
            kind: SourceKind::LiveDms,
            position: None,
            recorded_at: None,
            own_fix: None,
            role: None,
        },
    }
}

fn report() -> Report {
    Report {
        sources: vec![SourceSummary::new(HOSTILE, SourceKind::LiveDms, 4)],
        evaluations: vec![
            evaluation(
                Finding::non_compliant("PUBLIC", "PubliclyAccessible=true", "make it private"),
                HOSTILE,
            ),
            evaluation(Finding::unknown("PubliclyAccessible is missing"), "lost"),
            evaluation(Finding::compliant("PRIVATE", "PubliclyAccessible=false"), "good"),
            evaluation(Finding::not_applicable("deleted"), "gone"),
        ],
        failures: vec![Failure {
            source: HOSTILE.to_owned(),
            kind: ErrorKind::Denied,
            message: HOSTILE.to_owned(),
            cause: HOSTILE.to_owned(),
            next: None,
            account_id: None,
            region: None,
        }],
        ..Report::new(Command::Scan, DateTime::UNIX_EPOCH)
    }
}

fn page(report: &Report) -> String {
    let mut bytes = Vec::new();
    write(report, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn block(page: &str) -> &str {
    let (_, after) = page.split_once(r#"<script type="application/json" id="data">"#).unwrap();
    after.split_once("</script>").unwrap().0
}

#[test]
fn hostile_text_stays_text() {
    let page = page(&report());
    assert_eq!(page.matches("<img").count(), 0);
    assert_eq!(page.matches("</script>").count(), 2, "the data and the script");
    assert_eq!(page.matches("<!--").count(), 0);
    assert!(!block(&page).contains('\u{2028}'));
    assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;"));
    let data: serde_json::Value = serde_json::from_str(block(&page)).unwrap();
    assert_eq!(data["causes"][0]["cause"], HOSTILE);
    assert!(data["strings"].as_array().unwrap().contains(&HOSTILE.into()));
}

#[test]
fn the_page_refers_to_nothing_outside() {
    let page = page(&report());
    for outside in ["http://", "https://", "<script src", "<link", "@import", "url(", "src=\"", "href=\"/"] {
        let count = page.matches(outside).count();
        // The name of the SVG namespace is an address, but nothing is read from it.
        let allowed = usize::from(outside == "http://");
        assert_eq!(count, allowed, "{outside}");
    }
    assert_eq!(page.matches(" style=").count(), 0, "the policy forbids style attributes");
}

#[test]
fn the_policy_allows_only_the_style_and_script_of_the_page() {
    assert_eq!(hash("abc"), "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    let page = page(&report());
    let policy = format!(
        "content=\"default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'\"",
        hash(STYLE),
        hash(SCRIPT)
    );
    assert!(page.contains(&policy));
    assert!(page.contains(&format!("<style>{STYLE}</style>")));
    assert!(page.contains(&format!("<script>{SCRIPT}</script>")));
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    assert_eq!(page(&report()), page(&report()));
}

#[test]
fn every_finding_is_in_the_data_with_its_result() {
    let data: serde_json::Value = serde_json::from_str(block(&page(&report()))).unwrap();
    let results: Vec<_> = data["findings"].as_array().unwrap().iter().map(|row| &row[1]).collect();
    assert_eq!(results, [0, 1, 2, 3]);
    assert_eq!(data["rules"].as_array().unwrap().len(), 1);
    assert_eq!(data["rules"][0]["severity"], "CRITICAL");
}

#[test]
fn the_failures_of_an_incomplete_run_come_first() {
    let page = page(&report());
    let (before, _) = page.split_once("id=\"totals\"").unwrap();
    assert!(before.contains("The report is not complete"));
    assert!(before.contains("Access denied"));
    assert!(!before.contains("The run is complete"));
}

#[test]
fn a_run_without_sources_is_not_called_complete() {
    let mut report = report();
    report.failures.clear();
    assert!(page(&report).contains("The run is complete"));
    report.sources.clear();
    let page = page(&report);
    assert!(!page.contains("The run is complete") && page.contains("No source was read"));
}

#[test]
fn without_a_script_the_worst_thousand_are_listed_and_the_others_counted() {
    let mut report = report();
    let bad = || evaluation(Finding::non_compliant("PUBLIC", "x", "y"), "bad");
    report.evaluations = std::iter::repeat_with(bad).take(1001).collect();
    let page = page(&report);
    let (_, table) = page.split_once("<noscript>").unwrap();
    let (table, _) = table.split_once("</noscript>").unwrap();
    assert_eq!(table.matches("<bdi>bad</bdi>").count(), 1000);
    assert!(table.contains("1 are not listed"));
}

fn exempt() -> Evaluation {
    let mut report = crate::sample::report().unwrap();
    report.evaluations.retain(|one| one.resource.name == "exempt");
    report.evaluations.pop().unwrap()
}

/// Returns the number in the card of a result, with what stands around it.
fn card<'a>(page: &'a str, name: &str) -> &'a str {
    let (_, after) = page.split_once(&format!("</span>{name}</div>")).unwrap();
    after.split_once("</ul>").unwrap().0
}

#[test]
fn a_filtered_report_counts_everything_and_says_what_it_does_not_list() {
    let mut report = report();
    report.failures.clear();
    report.only = vec![Filter::Compliant];
    let page = page(&report);
    let data: serde_json::Value = serde_json::from_str(block(&page)).unwrap();
    assert_eq!(data["findings"].as_array().unwrap().len(), 1);
    assert_eq!((&data["unlisted"], &data["hidden"]), (&3.into(), &2.into()));
    assert_eq!(data["places"][0][1], serde_json::json!([1, 1, 1, 1]), "the map counts every result");
    for name in ["Not compliant", "Unknown", "Compliant", "Not applicable"] {
        assert!(card(&page, name).contains("<div class=\"count\">1</div>"), "{name}");
    }
    let (before, after) = page.split_once("2 NON_COMPLIANT results are not listed").unwrap();
    assert!(before.contains("id=\"filtered\"") && before.contains("role=\"alert\""));
    assert!(!before.contains("The run is complete"), "the notice comes first");
    assert!(after.contains("The run is complete") && !page.contains("class=\"complete clean\""));
    assert!(after.contains("That is no statement on compliance: 2 results are NON_COMPLIANT"));
}

#[test]
fn a_filter_is_told_with_an_incomplete_run_too() {
    let mut report = report();
    report.only = vec![Filter::Compliant];
    let page = page(&report);
    assert!(page.contains("The report is not complete") && page.contains("id=\"filtered\""));
    assert!(!page.contains("The run is complete"));
}

#[test]
fn only_a_run_with_nothing_to_correct_has_the_colour_of_success() {
    let is_clean = |report: &Report| page(report).contains("class=\"complete clean\"");
    let mut good = report();
    good.failures.clear();
    assert!(!is_clean(&good));
    good.evaluations.retain(|one| one.compliance_type() == rule_core::ComplianceType::Compliant);
    assert!(is_clean(&good));
    let mut filtered = good.clone();
    filtered.only = vec![Filter::NonCompliant];
    assert!(!is_clean(&filtered));
    let mut with_exempt = good.clone();
    with_exempt.evaluations.push(exempt());
    assert!(!is_clean(&with_exempt));
    good.evaluations.clear();
    assert!(!is_clean(&good) && page(&good).contains("no DMS resource was evaluated"));
}

#[test]
fn an_exempt_result_is_counted_and_named_apart() {
    let mut report = report();
    report.evaluations = vec![exempt()];
    let page = page(&report);
    assert!(card(&page, "Of them exempt").contains("<div class=\"count\">1</div>"));
    assert!(card(&page, "Compliant").contains("<b>1</b> of them exempt"));
    assert!(page.contains("Exempt, reported as compliant") && !page.contains("<td>Compliant"));
    let data: serde_json::Value = serde_json::from_str(block(&page)).unwrap();
    assert_eq!((&data["findings"][0][6], &data["places"][0][2]), (&1.into(), &1.into()));
}

#[test]
fn failures_of_one_cause_are_one_entry_with_its_places() {
    let mut report = report();
    let failure = |place: usize| Failure {
        source: format!("place-{place}"),
        message: format!("throttled (request id {place})"),
        cause: "throttled".to_owned(),
        next: Some("run it at night".to_owned()),
        kind: ErrorKind::Throttled,
        account_id: None,
        region: None,
    };
    report.failures = (0..40).chain(0..40).map(failure).collect();
    let page = page(&report);
    assert_eq!(page.matches("<div class=\"failed\">").count(), 1);
    assert!(page.contains("run it at night") && page.contains("40 places, 80 failures"));
    let data: serde_json::Value = serde_json::from_str(block(&page)).unwrap();
    let lengths = ["causes", "failures"].map(|name| data[name].as_array().unwrap().len());
    assert_eq!(lengths, [1, 80]);
}

#[test]
fn a_rule_is_a_link_to_its_page_in_the_report_or_at_the_address() {
    let mut report = report();
    let embedded = page(&report);
    let name = "dms-replication-not-public";
    assert!(embedded.contains(&format!("<section id=\"rule-{name}\"")) && embedded.contains("How to fix it"));
    assert!(embedded.contains(&format!("<a href=\"#rule-{name}\">")));
    report.docs_url = Some("https://docs.example.com/rules/".to_owned());
    let linked = page(&report);
    assert!(!linked.contains("id=\"rule-") && !linked.contains("How to fix it"));
    assert!(linked.contains(&format!("<a href=\"https://docs.example.com/rules/{name}\">")));
    report.docs_url = Some("javascript:alert(1)//".to_owned());
    assert!(!page(&report).contains("javascript:"));
}

#[test]
fn commands_come_back_from_the_data_as_they_are() {
    let report = crate::sample::report().unwrap();
    let mut hostile = report.clone();
    for evaluation in &mut hostile.evaluations {
        evaluation.resource.arn = Some("x'{region}{arn}$(id)".to_owned());
    }
    for report in [report, hostile] {
        let data: serde_json::Value = serde_json::from_str(block(&page(&report))).unwrap();
        let text = |index: &serde_json::Value| {
            let index = usize::try_from(index.as_u64().unwrap()).unwrap();
            data["strings"][index].as_str().unwrap().to_owned()
        };
        for (evaluation, row) in report.evaluations.iter().zip(data["findings"].as_array().unwrap()) {
            let (arn, region) = (text(&row[2][3]), text(&row[2][5]));
            let expand = |one: &serde_json::Value| {
                if let Some(literal) = one.as_array() {
                    return text(&literal[0]);
                }
                let shared = text(one);
                let parts = shared.split("{arn}").map(|part| part.replace("{region}", &region));
                parts.collect::<Vec<_>>().join(&arn)
            };
            let commands: Vec<String> = row[5].as_array().unwrap().iter().map(expand).collect();
            assert_eq!(commands, crate::commands(evaluation));
        }
    }
}

#[test]
fn the_run_is_described_whole() {
    let mut report = crate::sample::report().unwrap();
    report.caller = Some("arn:aws:iam::123456789012:user/anna".to_owned());
    report.sources[1].sha256 = Some("ab".repeat(32));
    let page = page(&report);
    let (_, about) = page.split_once("<details id=\"about\">").unwrap();
    let about = about.split_once("<div id=\"app\"").unwrap().0;
    for part in [
        "dms-rule check config templates plan.json",
        "arn:aws:iam::123456789012:user/anna",
        "exemptionTagKey=Approved",
        "dms-redis-tls-enabled",
        "2026-10-01T06:00:00.000Z",
        &"ab".repeat(32),
        "=old/",
        "KMS alone knows",
    ] {
        assert!(about.contains(part), "{part}");
    }
}
