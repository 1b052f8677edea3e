//! The report as one HTML page that a person can filter, search and print, without network.

mod data;
mod fixed;

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::Report;

const PAGE: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/page.js");

/// Writes a report as one HTML file that needs nothing else: no network, no font, no other file.
///
/// The content security policy of the page allows its one style sheet and its one script, by hash, and nothing else.
/// The same report gives the same bytes. Without a script it shows failures, totals and a bounded table.
///
/// # Errors
/// `out` does not take it.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    // One pass over the page: what is put in is never looked at again, whatever it holds.
    let mut rest = PAGE;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) =
            after.split_once("}}").ok_or_else(|| io::Error::other("the page has an open bracket"))?;
        out.write_all(before.as_bytes())?;
        out.write_all(part(report, name)?.as_bytes())?;
        rest = after;
    }
    out.write_all(rest.as_bytes())
}

fn part(report: &Report, name: &str) -> io::Result<String> {
    Ok(match name {
        "policy" => format!(
            "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
            hash(STYLE),
            hash(SCRIPT)
        ),
        "style" => STYLE.to_owned(),
        "script" => SCRIPT.to_owned(),
        "data" => data::json(report)?,
        "about" => fixed::about(report),
        "failures" => fixed::failures(report),
        "totals" => fixed::totals(report),
        "table" => fixed::table(report),
        other => return Err(io::Error::other(format!("the page asks for {other}"))),
    })
}

fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use rule_core::{Finding, Verdict, rules};

    use super::*;
    use crate::{Failure, FailureKind, Judged, Looked, Resource, Source};

    const HOSTILE: &str = "<img src=x onerror=alert(1)></script><!--\u{2028}{{data}}&amp;";

    fn judged(finding: Finding, name: &str) -> Judged {
        Judged {
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
                kind: "AWS DMS, live",
                position: None,
                recorded_at: None,
                planned_fix: None,
            },
        }
    }

    fn report() -> Report {
        Report {
            at: DateTime::UNIX_EPOCH,
            command: "scan",
            looked_at: vec![Looked { name: HOSTILE.to_owned(), kind: "AWS DMS, live", resources: 4 }],
            judged: vec![
                judged(
                    Finding::non_compliant("PUBLIC: PubliclyAccessible=true", "make it private."),
                    HOSTILE,
                ),
                judged(Finding::unknown("it is missing", "look."), "lost"),
                judged(Finding::compliant("PRIVATE: PubliclyAccessible=false"), "good"),
                judged(Finding::not_applicable("deleted"), "gone"),
            ],
            failures: vec![Failure {
                source: HOSTILE.to_owned(),
                kind: FailureKind::Denied,
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
        assert!(!page.contains('\u{2028}'));
        assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;"));
        let data: serde_json::Value = serde_json::from_str(block(&page)).unwrap();
        assert_eq!(data["failures"][0]["message"], HOSTILE);
        assert!(data["strings"].as_array().unwrap().contains(&HOSTILE.into()));
    }

    #[test]
    fn the_page_stands_alone() {
        let page = page(&report());
        for outside in
            ["http://", "https://", "<script src", "<link", "@import", "url(", "src=\"", "href=\"/"]
        {
            let count = page.matches(outside).count();
            // The name of the SVG namespace is no address that anything is read from.
            let allowed = usize::from(outside == "http://");
            assert_eq!(count, allowed, "{outside}");
        }
        assert_eq!(page.matches(" style=").count(), 0, "the policy forbids it");
    }

    #[test]
    fn the_policy_allows_just_this_style_and_script() {
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
    fn an_unfinished_run_says_so_first_and_who_must_act() {
        let page = page(&report());
        let (before, _) = page.split_once("id=\"totals\"").unwrap();
        assert!(before.contains("The report is not complete"));
        assert!(before.contains("Whoever owns the role must act"));
        assert!(!before.contains("The run is complete"));
    }

    #[test]
    fn a_run_that_looked_at_nothing_is_not_called_complete() {
        let mut report = report();
        report.failures.clear();
        assert!(page(&report).contains("The run is complete"));
        report.looked_at.clear();
        let page = page(&report);
        assert!(!page.contains("The run is complete") && page.contains("Nothing was looked at"));
    }

    #[test]
    fn without_a_script_the_worst_thousand_are_shown_and_the_rest_counted() {
        let mut report = report();
        let bad = || judged(Finding::non_compliant("PUBLIC: x", "y"), "bad");
        report.judged = std::iter::repeat_with(bad).take(1001).collect();
        let page = page(&report);
        let (_, table) = page.split_once("<noscript>").unwrap();
        assert_eq!(table.matches("<td>bad</td>").count(), 1000);
        assert!(table.contains("and 1 more"));
    }
}
