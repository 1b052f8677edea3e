//! The report as one HTML page that a person can filter, search and print, without a network.

mod data;
mod fixed;

use std::io::{self, Write};

use data_encoding::BASE64;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use crate::Report;

const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/page.js");

/// Writes the page as one HTML file that needs no other file, no font and no network.
///
/// The content security policy of the page allows only its own style sheet and script, by their hashes. The same report
/// gives the same bytes. Without a script the page shows failures, totals and a table of limited length.
///
/// # Errors
/// Returns the error of `out`.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(page(report, &data::json(report)?).0.as_bytes())?;
    out.write_all(b"\n")
}

/// Builds the page. `data` is JSON that may be in a script element as it is.
fn page(report: &Report, data: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="color-scheme" content="light dark";
                title { "AWS DMS compliance report" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#findings" { "Skip to the findings" }
                header {
                    div.title {
                        h1 { "AWS DMS compliance report" }
                        button #theme type="button" hidden { "Theme" }
                    }
                    (fixed::about(report))
                }
                main {
                    (fixed::failures(report))
                    (fixed::not_evaluated(report))
                    section #totals aria-label="Totals" { (fixed::totals(report)) }
                    p #unshown .incomplete {
                        "The list of findings is not shown: the script of this page did not run, or the file is "
                        "damaged. The totals above are those of the run."
                    }
                    (app())
                    noscript { section.panel { h2 { "Not compliant" } (fixed::table(report)) } }
                }
                script type="application/json" id="data" { (PreEscaped(data)) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

/// Builds the elements that the script fills and then shows.
fn app() -> Markup {
    html! {
        div #app hidden {
            section #plots .panel aria-label="Results by place" {}
            section #findings .panel tabindex="-1" aria-labelledby="findings-title" {
                div.bar {
                    h2 #findings-title { "Findings" }
                    p #shown role="status" aria-live="polite" {}
                }
                div.controls role="search" {
                    label.search {
                        span.hidden { "Search" }
                        input #search type="search" placeholder="Search name, id, reason, requirement…   /"
                            autocomplete="off" spellcheck="false";
                    }
                    div #chips {}
                    div #selects {}
                }
                div #active role="group" aria-label="Active filters" {}
                div #list {}
                button #more type="button" hidden { "Show more" }
                p.keys.muted {
                    kbd { "/" } " search " kbd { "j" } " " kbd { "k" } " or " kbd { "↓" } " " kbd { "↑" } " move "
                    kbd { "Enter" } " open " kbd { "Esc" } " close"
                }
            }
        }
    }
}

fn policy() -> String {
    let (style, script) = (hash(STYLE), hash(SCRIPT));
    format!(
        "default-src 'none'; style-src '{style}'; script-src '{script}'; base-uri 'none'; form-action 'none'"
    )
}

/// Returns the source expression for an inline style or script with this text (CSP Level 3, "hash-source").
fn hash(text: &str) -> String {
    format!("sha256-{}", BASE64.encode(&Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use rule_core::{ErrorKind, Finding, Verdict, rules};

    use super::*;
    use crate::{Command, Evaluation, Failure, Resource, Source, SourceKind, SourceSummary};

    const HOSTILE: &str = "<img src=x onerror=alert(1)></script><!--\u{2028}{{data}}&amp;";

    fn evaluation(finding: Finding, name: &str) -> Evaluation {
        Evaluation {
            rule: rules::find("dms-replication-not-public").unwrap(),
            verdict: Verdict::new(finding, format!("instance {name}")),
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
            },
        }
    }

    fn report() -> Report {
        Report {
            at: DateTime::UNIX_EPOCH,
            command: Command::Scan,
            sources: vec![SourceSummary::new(HOSTILE, SourceKind::LiveDms, 4)],
            not_evaluated: Vec::new(),
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
                account_id: None,
                region: None,
            }],
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
        assert_eq!(data["failures"][0]["message"], HOSTILE);
        assert!(data["strings"].as_array().unwrap().contains(&HOSTILE.into()));
    }

    #[test]
    fn the_page_refers_to_nothing_outside() {
        let page = page(&report());
        for outside in
            ["http://", "https://", "<script src", "<link", "@import", "url(", "src=\"", "href=\"/"]
        {
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
        assert!(before.contains("Access was denied"));
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
        assert_eq!(table.matches("<td>bad</td>").count(), 1000);
        assert!(table.contains("and 1 more"));
    }
}
