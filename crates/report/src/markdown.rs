//! The report as Markdown (GitHub Flavored Markdown): a summary for a pull request, a change ticket or the summary of a job.
//!
//! The failures of an incomplete run come first, then the counts, the findings by rule with each remedy once, the exempt
//! resources, and what repeats the run. The page has no raw HTML.
//!
//! A comment on a pull request takes 65,536 characters (GitHub's API rejects a longer one), a job summary 1 MiB: the page
//! has at most [`MAXIMUM`] bytes, and begins with the number of rows that it lacks, if it lacks any.

mod escape;
mod findings;
mod run;

use std::io;

use rule_core::text::one_line;

use crate::text::{self, counted};
use crate::{Group, Report, Summary, Totals};

/// The maximum number of bytes of a page.
pub const MAXIMUM: usize = 65_000;

/// The bytes that are kept for the line on rows that are left out.
const KEPT: usize = 400;

/// Writes the page.
///
/// # Errors
/// Returns the error of `out`.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all(page(report).as_bytes())
}

fn page(report: &Report) -> String {
    let head = format!("{}{}", title(report), run::notices(report));
    let counts = counts(report);
    let tail = format!("{}{}", run::not_evaluated(report), run::table(report));
    let room = MAXIMUM.saturating_sub(head.len() + counts.len() + tail.len() + KEPT);
    let findings = findings::sections(report, room);
    let omitted = findings.omitted();
    format!("{head}{omitted}{counts}{}{tail}", findings.text)
}

/// Returns the heading. It says at once if the run is incomplete or hides something.
fn title(report: &Report) -> String {
    let mut title = format!("# AWS DMS: {}", text::outcomes(Summary::count(&report.evaluations)));
    if !report.is_complete() {
        title.push_str("; NOT COMPLETE");
    }
    match text::hidden(report) {
        0 => {}
        hidden => {
            let hidden = counted(hidden, "NON_COMPLIANT result", "NON_COMPLIANT results");
            title.extend([format!("; {hidden} not shown")]);
        }
    }
    format!("{}\n\n", title.replace('_', "\\_"))
}

/// Returns the table of results by severity.
fn counts(report: &Report) -> String {
    let mut table = String::from(
        "| severity | NON\\_COMPLIANT | UNKNOWN | COMPLIANT | NOT\\_APPLICABLE | of them exempt |\n\
         |---|---:|---:|---:|---:|---:|\n",
    );
    let row = |name: &str, summary: Summary| {
        let Summary { non_compliant, unknown, compliant, not_applicable, exempt } = summary;
        format!("| {name} | {non_compliant} | {unknown} | {compliant} | {not_applicable} | {exempt} |\n")
    };
    for Group { key, summary, .. } in Totals::count(report).by_severity {
        table.push_str(&row(&one_line(&key), summary));
    }
    table.push_str(&row("all", Summary::count(&report.evaluations)));
    table.push('\n');
    table
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    use super::*;
    use crate::Filter;

    fn is_html(event: &Event<'_>) -> bool {
        matches!(event, Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::HtmlBlock))
    }

    /// Returns the rows of all tables, as the texts of their cells.
    fn rows(page: &str) -> Vec<Vec<String>> {
        let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
        for event in Parser::new_ext(page, Options::ENABLE_TABLES) {
            assert!(!is_html(&event), "{event:?}");
            match event {
                Event::Text(text) | Event::Code(text) => cell.push_str(&text),
                Event::End(TagEnd::TableCell) => row.push(std::mem::take(&mut cell)),
                Event::End(TagEnd::TableRow | TagEnd::TableHead) => rows.push(std::mem::take(&mut row)),
                Event::Start(Tag::TableCell) => cell.clear(),
                _ => {}
            }
        }
        rows
    }

    #[test]
    fn each_finding_is_a_row_that_names_what_to_do_once() {
        let report = crate::sample::report().unwrap();
        let page = page(&report);
        assert!(page.starts_with("# AWS DMS: 7 NON\\_COMPLIANT, 1 UNKNOWN, "), "{page}");
        let rows = rows(&page);
        assert_eq!(page.matches("\n## CRITICAL: dms-replication-not-public").count(), 1, "{page}");
        for name in ["billing", "lost", "Orders", "crm", "subnets"] {
            assert_eq!(rows.iter().filter(|row| row[0].contains(name)).count(), 1, "{name}: {page}");
        }
        assert_eq!(page.matches("modify-endpoint --ssl-mode require").count(), 1, "{page}");
        assert!(
            rows.iter().any(|row| row[0] == "exempt" && row.concat().contains("EXEMPT until 2026-12-31"))
        );
        assert!(
            rows.iter()
                .any(|row| row[0] == "command" && row[1] == "dms-rule check config templates plan.json")
        );
    }

    #[test]
    fn hostile_names_stay_in_their_cells() {
        let mut report = crate::sample::report().unwrap();
        for name in ["a | b | c", "`x` | <b>", "\\|", "[l](javascript:x)", "x\n\n# heading\n| a |\n", "<!-- "]
        {
            let mut hostile = report.evaluations[0].clone();
            hostile.resource.name = name.to_owned();
            hostile.source.name = name.to_owned();
            hostile.verdict.finding.fact = name.to_owned();
            report.evaluations.push(hostile);
            let mut failure = report.failures[0].clone();
            failure.source = name.to_owned();
            failure.message = format!("{name} failed");
            report.failures.push(failure);
        }
        let page = page(&report);
        let rows = rows(&page);
        assert!(rows.iter().any(|row| row[0] == "\\|"), "{rows:#?}");
        assert!(rows.iter().any(|row| row[0] == "a | b | c"), "{rows:#?}");
        assert!(!page.lines().any(|line| line.starts_with("# heading")));
    }

    #[test]
    fn an_incomplete_run_lists_its_failures_before_any_number_of_results() {
        let report = crate::sample::report().unwrap();
        let page = page(&report);
        assert!(page.lines().next().unwrap().ends_with("; NOT COMPLETE"), "{page}");
        assert!(page.find("not complete").unwrap() < page.find("| severity |").unwrap());
        assert!(page.find("broken.yaml").unwrap() < page.find("| severity |").unwrap());
    }

    #[test]
    fn a_long_page_states_how_much_it_lacks_and_fits() {
        let mut report = crate::sample::report().unwrap();
        let some = report.evaluations.clone();
        for _ in 0..300 {
            report.evaluations.extend(some.clone());
        }
        report.sort();
        for failure in (0..300).map(|at| format!("{at}{}", "é|".repeat(400))) {
            let mut other = report.failures[0].clone();
            (other.source, other.message, other.cause) = (failure.clone(), failure.clone(), failure);
            report.failures.push(other);
        }
        report.arguments = vec!["x|".repeat(50_000)];
        let page = page(&report);
        assert!(page.len() <= MAXIMUM, "{}", page.len());
        assert!(page.contains("rows are not on this page"), "{page}");
        assert!(page.contains("NON\\_COMPLIANT"));
        assert!(page.contains("and 284 more causes"), "{page}");
        rows(&page);
    }

    #[test]
    fn a_filter_is_in_the_heading() {
        let mut report = crate::sample::report().unwrap();
        report.failures.clear();
        report.only = vec![Filter::Compliant];
        let page = page(&report);
        assert!(page.lines().next().unwrap().ends_with("; 8 NON\\_COMPLIANT results not shown"), "{page}");
        assert!(page.contains("--only compliant"));
    }
}
