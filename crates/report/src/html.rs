//! The report as one HTML page that a person can filter, search and print, without a network.

mod about;
mod data;
mod notice;
mod rule_page;
mod state;
mod strings;
mod table;
#[cfg(test)]
mod tests;
mod totals;

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
                    (about::line(report))
                }
                main {
                    (notice::all(report))
                    (about::not_evaluated(report))
                    section #totals aria-label="Totals" { (totals::cards(report)) }
                    section #tables aria-label="Details of the run" { (totals::tables(report)) (about::details(report)) }
                    p #unshown .incomplete {
                        "The list of findings is not shown: the script of this page did not run, or the file is "
                        "damaged. The totals above are those of the run."
                    }
                    (app())
                    noscript {
                        section.panel aria-labelledby="results-title" {
                            h2 #results-title { (table::title(report)) }
                            (table::table(report))
                        }
                    }
                    (rule_page::all(report))
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
                div #errors {}
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
