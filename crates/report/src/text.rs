use std::collections::BTreeSet;

use chrono::{DateTime, SecondsFormat, Utc};
use rule_core::Requirement;
use rule_core::rules::RULES;

use crate::{Change, Command, Comparison, ExceptionState, Fate, Filter, Report, Source, Summary};

/// The name of the tool in every format.
pub(crate) const TOOL: &str = "dms-rule";

/// The version of the tool.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Returns the name of a source with its position, if it has one: `stack.yaml:12:7`.
pub(crate) fn place(source: &Source) -> String {
    match source.position {
        Some(position) => format!("{}:{}:{}", source.name, position.line, position.column),
        None => source.name.clone(),
    }
}

/// Lists the requirements as framework and id: `PCI DSS v4.0.1 1.4.4`.
pub(crate) fn requirements(requirements: &[Requirement]) -> Vec<String> {
    requirements
        .iter()
        .flat_map(|Requirement { framework, ids }| ids.iter().map(move |id| format!("{framework} {id}")))
        .collect()
}

/// Formats a time in UTC with milliseconds: `2026-10-01T15:03:11.636Z`.
pub(crate) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Returns `count` with the noun in the singular or the plural: `1 resource`, `2 resources`.
pub(crate) fn counted(count: usize, singular: &str, plural: &str) -> String {
    format!("{count} {}", if count == 1 { singular } else { plural })
}

/// Returns the number of resources for which a rule was not run; 0 is a number that is not known.
pub(crate) fn unevaluated(resources: usize) -> String {
    match resources {
        0 => "an unknown number of resources".to_owned(),
        count => counted(count, "resource", "resources"),
    }
}

/// Counts the failures of the run in words: `2 accounts or Regions not complete (14 API calls failed)` of a scan, `1 read
/// error` of a check.
pub(crate) fn failures(report: &Report) -> String {
    let count = report.failures.len();
    match report.command {
        Command::Check => counted(count, "read error", "read errors"),
        Command::Scan => {
            let places: BTreeSet<&str> =
                report.failures.iter().map(|failure| failure.source.as_str()).collect();
            let places = counted(places.len(), "account or Region", "accounts or Regions");
            format!("{places} not complete ({})", counted(count, "API call failed", "API calls failed"))
        }
    }
}

/// Words that there is no resource, and where: a place that was not read whole is none without resources. Followed by the
/// sign before what failed.
pub(crate) fn nothing_found(report: &Report) -> (String, &'static str) {
    let whole = report.sources.iter().filter(|source| source.is_complete).count();
    match (report.command, whole) {
        (Command::Check, _) => ("No DMS resources found".to_owned(), ";"),
        (Command::Scan, 0) => ("NOTHING WAS SCANNED".to_owned(), ":"),
        (Command::Scan, 1) => {
            ("No DMS resources found in the 1 account and Region that was read".to_owned(), ";")
        }
        (Command::Scan, _) => {
            (format!("No DMS resources found in the {whole} accounts × Regions that were read"), ";")
        }
    }
}

/// Returns the results that are shown, if not all are: `only unknown: 1 of 13 results is shown, and 7 that are not shown are
/// NON_COMPLIANT`.
pub(crate) fn filter(report: &Report) -> Option<String> {
    if report.only.is_empty() {
        return None;
    }
    let names: Vec<&str> = report.only.iter().map(|only| Filter::name(*only)).collect();
    let (all, shown) = (report.evaluations.len(), report.shown().count());
    let verb = if shown == 1 { "is" } else { "are" };
    let count = counted(all, "result", "results");
    let hidden = match hidden(report) {
        0 => "no result that is not shown is NON_COMPLIANT".to_owned(),
        1 => "1 that is not shown is NON_COMPLIANT".to_owned(),
        hidden => format!("{hidden} that are not shown are NON_COMPLIANT"),
    };
    Some(format!("--only {}: {shown} of {count} {verb} shown, and {hidden}", names.join(",")))
}

/// Counts the NON_COMPLIANT results that are not shown.
pub(crate) fn hidden(report: &Report) -> usize {
    report.evaluations.iter().filter(|one| one.is_non_compliant() && !report.shows(one)).count()
}

/// Returns the program with its arguments, quoted for a POSIX shell.
pub(crate) fn command_line(report: &Report) -> String {
    let words = std::iter::once(TOOL.to_owned()).chain(report.arguments.iter().map(|word| quoted(word)));
    words.collect::<Vec<_>>().join(" ")
}

/// Quotes a word for a POSIX shell, where it needs quotes.
#[must_use]
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:,=@%+".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// Lists the rules that ran, with their parameters: `a (daysToExpiry=30), b; all with exemptionTagKey=Approved`. `all 19 rules` if
/// they are all, with their defaults, and `all 19 rules but a, b` if they are most.
pub(crate) fn rules(report: &Report) -> String {
    let Some(first) = report.selected.first() else { return "none".to_owned() };
    let is_shared =
        |one: &&(String, String)| report.selected.iter().all(|other| other.parameters.contains(*one));
    let (shared, _): (Vec<_>, Vec<_>) = first.parameters.iter().partition(is_shared);
    let mut rules: Vec<(&str, Vec<String>)> = Vec::new();
    for selected in &report.selected {
        let own = selected.parameters.iter().filter(|one| !shared.contains(one));
        let mut own: Vec<String> = own.map(|(name, value)| format!("{name}={value}")).collect();
        let (severity, default) = (selected.rule.severity, selected.default_severity());
        if severity != default {
            own.push(format!("severity {severity} instead of {default}"));
        }
        rules.push((selected.rule.identifier, own));
    }
    let left_out: Vec<&str> = RULES
        .iter()
        .map(|rule| rule.identifier)
        .filter(|name| rules.iter().all(|(rule, _)| rule != name))
        .collect();
    let one = |(rule, own): &(&str, Vec<String>)| {
        if own.is_empty() { (*rule).to_owned() } else { format!("{rule} ({})", own.join(", ")) }
    };
    let mut text = if left_out.len() * 2 < RULES.len() {
        let but = if left_out.is_empty() { String::new() } else { format!(" but {}", left_out.join(", ")) };
        let own: Vec<String> = rules.iter().filter(|(_, own)| !own.is_empty()).map(one).collect();
        let own = if own.is_empty() { String::new() } else { format!("; {}", own.join(", ")) };
        format!("all {} rules{but}{own}", RULES.len())
    } else {
        rules.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    if !shared.is_empty() {
        text = format!("{text}; all with {}", parameters(&shared));
    }
    text
}

fn parameters(parameters: &[&(String, String)]) -> String {
    parameters.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(", ")
}

/// Counts the accounts and Regions of a scan in words: `3916 accounts × Regions scanned, 2 in part, 82 not at all`.
pub(crate) fn coverage(report: &Report) -> String {
    let complete = report.sources.iter().filter(|source| source.is_complete).count();
    let partly = report.sources.len() - complete;
    let scanned: BTreeSet<&str> = report.sources.iter().map(|source| source.name.as_str()).collect();
    let failed: BTreeSet<&str> = report.failures.iter().map(|failure| failure.source.as_str()).collect();
    let mut text = format!("{} scanned", counted(complete, "account and Region", "accounts × Regions"));
    for (count, words) in [(partly, "in part"), (failed.difference(&scanned).count(), "not at all")] {
        if count > 0 {
            text = format!("{text}, {count} {words}");
        }
    }
    text
}

/// Counts outcomes in words: `1 NON_COMPLIANT, 2 COMPLIANT (1 exempt)`.
pub(crate) fn outcomes(summary: Summary) -> String {
    let Summary { non_compliant, unknown, compliant, not_applicable, exempt } = summary;
    let counts = [
        (non_compliant, "NON_COMPLIANT"),
        (unknown, "UNKNOWN"),
        (compliant, "COMPLIANT"),
        (not_applicable, "NOT_APPLICABLE"),
    ];
    let present = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = present.map(|(count, outcome)| format!("{count} {outcome}")).collect();
    match (counts.is_empty(), exempt) {
        (true, _) => "no results".to_owned(),
        (false, 0) => counts.join(", "),
        (false, _) => format!("{} ({exempt} of them exempt)", counts.join(", ")),
    }
}

/// Counts the exceptions by state in words: `2 in force, 1 expired, 1 refused`. `None` if there are none.
pub(crate) fn exceptions(report: &Report) -> Option<String> {
    use ExceptionState::{Expired, InForce, TooLong, Unused};
    let states = [InForce, Expired, TooLong, Unused]
        .map(|state| (report.exceptions.iter().filter(|one| one.state == state).count(), state.as_str()));
    let all = states.into_iter().chain([(report.refused_exceptions.len(), "refused")]);
    let words: Vec<String> =
        all.filter(|(count, _)| *count > 0).map(|(count, state)| format!("{count} {state}")).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// Lists the exceptions with their effects, those first that exempt nothing; with each, true if somebody must act on it.
pub(crate) fn each_exception(report: &Report) -> impl Iterator<Item = (bool, String)> {
    let refused = report
        .refused_exceptions
        .iter()
        .map(|one| (true, format!("refused: {}: {} ({})", one.resource, one.reason, one.origin)));
    let order =
        [ExceptionState::TooLong, ExceptionState::Expired, ExceptionState::InForce, ExceptionState::Unused];
    let given = order.into_iter().flat_map(|state| {
        let same = report.exceptions.iter().filter(move |one| one.state == state);
        same.map(|one| (one.is_due(), one.to_string()))
    });
    refused.chain(given)
}

/// Counts the changes in words: `2 new, 5 unchanged, 1 fixed`.
pub(crate) fn changes(report: &Report, comparison: &Comparison) -> String {
    let fate = |wanted| comparison.past.iter().filter(|one| one.fate == wanted).count();
    let mut words = vec![
        format!("{} new", report.changed(Change::New)),
        format!("{} unchanged", report.changed(Change::Unchanged)),
    ];
    let fates = Fate::ALL.into_iter().map(|one| (fate(one), one.as_str()));
    words.extend(fates.filter(|(count, _)| *count > 0).map(|(count, fate)| format!("{count} {fate}")));
    words.join(", ")
}

/// Writes the comparison in a line, for formats without members of their own for it.
pub(crate) fn comparison(report: &Report, comparison: &Comparison) -> String {
    let Comparison { name, at, is_baseline, results, .. } = comparison;
    let effect = if *is_baseline { "; only new findings change the exit code" } else { "" };
    let earlier = counted(*results, "result", "results");
    format!("{} since {name} ({}, {earlier}){effect}", changes(report, comparison), time(*at))
}

/// Returns true for the name of a fact that stands for each entry of a list in [`about`].
pub(crate) fn is_repeated(name: &str) -> bool {
    matches!(name, "source" | "exception")
}

/// Lists what repeats a run and what it covered, as names and values, for formats without members of their own for it.
pub(crate) fn about(report: &Report) -> Vec<(&'static str, String)> {
    let all = Summary::count(&report.evaluations);
    let mut facts = vec![
        ("version", format!("{TOOL} {VERSION}")),
        ("arguments", command_line(report)),
        ("evaluated at", time(report.at)),
        ("complete", report.is_complete().to_string()),
        ("totals", outcomes(all)),
    ];
    facts.extend(report.caller.clone().map(|caller| ("caller", caller)));
    facts.extend(filter(report).map(|shown| ("shown", shown)));
    if !report.settings.is_empty() {
        facts.push(("settings", report.settings.to_string()));
    }
    facts.extend(exceptions(report).map(|counts| ("exceptions", counts)));
    let compared = report.comparison.as_ref().map(|comparison| self::comparison(report, comparison));
    facts.extend(compared.map(|line| ("compared", line)));
    facts.extend(report.security_hub.as_ref().map(|import| ("Security Hub", import.to_string())));
    facts.push(("rules", rules(report)));
    let unmet: Vec<&str> = report.without_resources().iter().map(|rule| rule.identifier).collect();
    if !unmet.is_empty() {
        facts.push(("rules without resources", unmet.join(", ")));
    }
    facts.extend(each_exception(report).map(|(_, line)| ("exception", line)));
    for source in &report.sources {
        let checksum = source.sha256.as_ref().map(|sum| format!(", SHA-256 {sum}")).unwrap_or_default();
        let resources = counted(source.resources, "resource", "resources");
        facts.push(("source", format!("{}: {}, {resources}{checksum}", source.name, source.kind)));
    }
    facts
}
