//! What the page shows with or without its script.

use std::fmt::Write as _;

use rule_core::{ComplianceType, Severity};

use crate::{Failure, FailureKind, Judged, Report, Summary};

/// How many rows the table without a script has at most.
const TABLE_MAXIMUM: usize = 1000;

/// How many failures of a kind are shown before the rest folds away.
const UNFOLDED: usize = 5;

/// The four results: what the page calls them, their sign, their class.
const RESULTS: [(&str, &str, &str); 4] = [
    ("Not compliant", "✕", "bad"),
    ("Cannot be known", "?", "unknown"),
    ("Compliant", "✓", "good"),
    ("Not applicable", "–", "none"),
];

/// The place of a finding in [`RESULTS`].
pub(super) fn result(judged: &Judged) -> u8 {
    match judged.compliance_type() {
        ComplianceType::NonCompliant if judged.is_unknown() => 1,
        ComplianceType::NonCompliant => 0,
        ComplianceType::Compliant => 2,
        ComplianceType::NotApplicable => 3,
    }
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\u{2028}' | '\u{2029}' => safe.push(' '),
            other => safe.push(other),
        }
    }
    safe
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// `items`, all but the first ones folded away.
fn list(items: &[String]) -> String {
    let (first, rest) = items.split_at(items.len().min(UNFOLDED));
    let mut html = format!("<ul>{}</ul>", first.concat());
    if !rest.is_empty() {
        let _ = write!(
            html,
            "<details><summary>and {} more</summary><ul>{}</ul></details>",
            rest.len(),
            rest.concat()
        );
    }
    html
}

/// When, and what was looked at.
pub(super) fn about(report: &Report) -> String {
    let at = report.at.format("%Y-%m-%d %H:%M:%S UTC");
    let resources: usize = report.looked_at.iter().map(|looked| looked.resources).sum();
    let items: Vec<String> = report
        .looked_at
        .iter()
        .map(|looked| {
            format!(
                "<li><bdi>{}</bdi> <span class=\"muted\">{}, {}</span></li>",
                escape(&looked.name),
                escape(looked.kind),
                counted(looked.resources, "resource", "resources")
            )
        })
        .collect();
    format!(
        "<p class=\"when\">{} · begun <time datetime=\"{}\">{at}</time> · {} judged</p>\
         <details class=\"looked\"><summary>{} looked at, {}</summary><ul>{}</ul></details>",
        escape(report.command),
        report.at.to_rfc3339(),
        counted(report.judged.len(), "rule and resource", "rules and resources"),
        counted(report.looked_at.len(), "place", "places"),
        counted(resources, "DMS resource", "DMS resources"),
        items.concat()
    )
}

fn who(kind: FailureKind) -> (&'static str, &'static str) {
    match kind {
        FailureKind::BadInput => {
            ("Whoever gave the input must act", "Correct the input as the message says, then run it again.")
        }
        FailureKind::Denied => {
            ("Whoever owns the role must act", "Allow what the message names, then run it again.")
        }
        FailureKind::Throttled => ("Nobody must act", "Run it again, later."),
        FailureKind::Internal => {
            ("Nobody must act at first", "Run it again; if it goes on, report the message.")
        }
    }
}

/// What could not be read or asked, loudly; or that there was nothing of the kind.
pub(super) fn failures(report: &Report) -> String {
    if report.failures.is_empty() {
        return if report.looked_at.is_empty() {
            "<section class=\"incomplete\" role=\"alert\"><h2>Nothing was looked at</h2>\
             <p>This report says nothing about any resource.</p></section>"
                .to_owned()
        } else {
            "<p class=\"complete\"><span aria-hidden=\"true\">✓</span> The run is complete: \
             all that was looked at could be read.</p>"
                .to_owned()
        };
    }
    let mut html = format!(
        "<section class=\"incomplete\" role=\"alert\"><h2><span aria-hidden=\"true\">⚠</span> \
         The report is not complete</h2><p>{} could not be read or asked. What is there is not in this report.</p>",
        counted(report.failures.len(), "thing", "things")
    );
    for kind in [FailureKind::BadInput, FailureKind::Denied, FailureKind::Throttled, FailureKind::Internal] {
        let items: Vec<String> =
            report.failures.iter().filter(|failure| failure.kind == kind).map(item).collect();
        if !items.is_empty() {
            let (who, next) = who(kind);
            let _ = write!(
                html,
                "<div class=\"failed\"><h3>{who} <span class=\"tag\">{kind}, {}</span></h3><p>Next: {next}</p>{}</div>",
                items.len(),
                list(&items)
            );
        }
    }
    html + "</section>"
}

fn item(failure: &Failure) -> String {
    let (source, message) = (escape(&failure.source), escape(&failure.message));
    let place: Vec<&str> = [&failure.account_id, &failure.region]
        .into_iter()
        .filter_map(Option::as_deref)
        .filter(|part| !failure.source.contains(part))
        .collect();
    let place = if place.is_empty() { String::new() } else { format!(" ({})", escape(&place.join(" "))) };
    format!("<li><strong><bdi>{source}</bdi></strong>{place}: <bdi>{message}</bdi></li>")
}

/// A card for each result.
pub(super) fn totals(report: &Report) -> String {
    let summary = Summary::of(&report.judged);
    let counts = [summary.non_compliant, summary.unknown, summary.compliant, summary.not_applicable];
    let mut html = String::new();
    for (place, ((name, sign, class), count)) in (0_u8..).zip(RESULTS.into_iter().zip(counts)) {
        let of = |severity: Severity| {
            let same = |judged: &&Judged| result(judged) == place && judged.severity() == severity;
            report.judged.iter().filter(same).count()
        };
        let mut severities = String::new();
        for severity in [Severity::Critical, Severity::High, Severity::Medium, Severity::Low] {
            let count = of(severity);
            if count > 0 {
                let word = severity.as_str().to_lowercase();
                let _ = write!(severities, "<li><b>{count}</b> {word}</li>");
            }
        }
        let _ = write!(
            html,
            "<div class=\"card {class}\" data-result=\"{place}\"><div class=\"name\"><span class=\"sign\" \
             aria-hidden=\"true\">{sign}</span>{name}</div><div class=\"count\">{count}</div>\
             <ul class=\"by\">{severities}</ul></div>"
        );
    }
    html
}

/// The findings that are not compliant, for who has no script.
pub(super) fn table(report: &Report) -> String {
    let mut bad: Vec<&Judged> = report.judged.iter().filter(|judged| judged.is_non_compliant()).collect();
    bad.sort_by_key(|judged| (std::cmp::Reverse(judged.severity()), judged.is_unknown()));
    let mut html = String::from(
        "<table><thead><tr><th>Result</th><th>Severity</th><th>Resource</th><th>Where</th><th>Rule</th>\
         <th>Why</th><th>Fix</th></tr></thead><tbody>",
    );
    for judged in bad.iter().take(TABLE_MAXIMUM) {
        let name = if judged.is_unknown() { "Cannot be known" } else { "Not compliant" };
        let at = judged.source.position.map_or(String::new(), |at| format!(":{}:{}", at.line, at.column));
        let _ = write!(
            html,
            "<tr><td>{name}</td><td>{}</td><td>{}</td><td>{}{at}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            judged.severity().as_str(),
            escape(&judged.resource.name),
            escape(&judged.source.name),
            judged.rule.identifier,
            escape(judged.verdict.annotation().as_str()),
            escape(&judged.fix().unwrap_or_default())
        );
    }
    html.push_str("</tbody></table>");
    if bad.len() > TABLE_MAXIMUM {
        let _ = write!(html, "<p>and {} more that are not compliant.</p>", bad.len() - TABLE_MAXIMUM);
    }
    html
}
