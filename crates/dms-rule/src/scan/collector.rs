use std::collections::{BTreeMap, BTreeSet};

use aws_client::Error;
use chrono::{DateTime, Utc};
use indicatif::{ProgressBar, ProgressStyle};
use report::{
    Command, Evaluation, Failure, NotEvaluated, Report, Resource, Role, Source, SourceKind, SourceSummary,
};
use rule_core::ErrorKind;

use super::event::{Event, Extent};
use crate::terminal::{self, progress_bar};

/// The cause of the failures of what was not scanned, since a signal ended the scan.
const INTERRUPTED: &str = "interrupted before it was scanned";

/// Collects the report of a scan, and shows its progress on standard error if that is a terminal.
#[derive(Debug)]
pub(crate) struct Collector {
    report: Report,
    bar: ProgressBar,
    /// The number of resources so far.
    resources: usize,
    /// The number of accounts × Regions to scan; `None` until they are known.
    places: Option<usize>,
    /// Those that are not done.
    pending: BTreeSet<(String, String)>,
    /// The roles that are assumed, by account.
    roles: BTreeMap<String, Role>,
}

impl Collector {
    /// Starts the report of a scan that begins `at` this time.
    pub(crate) fn new(at: DateTime<Utc>) -> Self {
        let bar = progress_bar(Some(0));
        if let Ok(style) = ProgressStyle::with_template("{pos}/{len} listings {wide_bar} {msg}, {eta} left") {
            bar.set_style(style);
        }
        Self {
            report: Report::new(Command::Scan, at),
            bar,
            resources: 0,
            places: None,
            pending: BTreeSet::new(),
            roles: BTreeMap::new(),
        }
    }

    /// Adds a step of the scan.
    pub(crate) fn add(&mut self, event: Event) {
        match event {
            Event::Caller(arn) => self.report.caller = Some(arn),
            Event::Roles(roles) => self.roles = roles,
            Event::AccountNames(names) => self.report.account_names.extend(names),
            Event::Places { places, listings } => {
                self.bar.set_length((places.len() * listings) as u64);
                self.places = Some(places.len());
                self.pending = places.into_iter().collect();
                self.show_progress();
            }
            Event::Listed(resources) => {
                self.resources += resources;
                self.bar.inc(1);
                self.show_progress();
            }
            Event::NotEvaluated { rule, reason } => {
                let kind = SourceKind::LiveDms;
                self.report.not_evaluated.push(NotEvaluated { rule, kind, resources: 0, reason });
            }
            Event::Evaluation(evaluation) => {
                let (item, rule, verdict) = *evaluation;
                let resource = Resource::from_item(&item);
                let assumed =
                    resource.account_id.as_ref().and_then(|account| self.roles.get(account)).cloned();
                let source = Source {
                    name: place(resource.account_id.as_deref(), resource.region.as_deref()),
                    kind: SourceKind::LiveDms,
                    position: None,
                    recorded_at: Some(item.configuration_item_capture_time),
                    own_fix: None,
                    role: assumed,
                };
                self.report.evaluations.push(Evaluation::new(rule, verdict, resource, source));
            }
            Event::PlaceDone { account_id, region, resources, extent } => {
                let name = format!("{account_id} {region}");
                self.pending.remove(&(account_id, region));
                self.show_progress();
                // What could not be read at all is in the failures alone: it would read as a place without resources.
                if extent != Extent::Nothing {
                    let summary = SourceSummary::new(name, SourceKind::LiveDms, resources);
                    let is_complete = extent == Extent::Complete;
                    self.report.sources.push(SourceSummary { is_complete, ..summary });
                }
            }
            Event::Failure { account_id, region, kind, message, cause, next } => {
                let place = place(account_id.as_deref(), region.as_deref());
                let source = if place.is_empty() { "AWS".to_owned() } else { place };
                self.report.failures.push(Failure { source, kind, message, cause, next, account_id, region });
            }
            Event::Note(note) => self.bar.suspend(|| terminal::note(note)),
        }
    }

    fn show_progress(&self) {
        let done = self.places.unwrap_or_default() - self.pending.len();
        let places = self.places.unwrap_or_default();
        self.bar.set_message(format!("{done}/{places} accounts × Regions, {} resources", self.resources));
    }

    /// Reports everything that was not scanned, since a signal ended the scan.
    pub(crate) fn interrupt(&mut self) {
        let interrupted = |account_id: Option<String>, region: Option<String>| Event::Failure {
            account_id,
            region,
            kind: ErrorKind::Internal,
            message: INTERRUPTED.to_owned(),
            cause: INTERRUPTED.to_owned(),
            next: Some("run the scan again".to_owned()),
        };
        if self.places.is_none() {
            self.add(interrupted(None, None));
        }
        for (account_id, region) in std::mem::take(&mut self.pending) {
            self.add(interrupted(Some(account_id), Some(region)));
        }
    }

    /// Ends the report; `Err` is the reason why the scan could not begin, a report of one failure.
    pub(crate) fn finish(mut self, scanned: Result<(), Error>) -> Report {
        if let Err(error) = scanned {
            self.add(Event::failure(None, None, &error));
        }
        self.bar.finish_and_clear();
        // Places are in the order in which they were done, and so are their failures.
        self.report.sources.sort_by(|a, b| a.name.cmp(&b.name));
        self.report.failures.sort_by(|a, b| a.source.cmp(&b.source));
        self.report
    }
}

/// Returns account and Region, as far as they are known.
fn place(account_id: Option<&str>, region: Option<&str>) -> String {
    [account_id, region].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_report_names_caller_and_accounts_and_says_of_each_place_if_it_is_complete() {
        let mut collector = Collector::new(DateTime::UNIX_EPOCH);
        let region = |name: &str| ("111111111111".to_owned(), name.to_owned());
        collector.add(Event::Caller("arn:aws:iam::111111111111:user/auditor".to_owned()));
        collector.add(Event::AccountNames(BTreeMap::from([region("payments")])));
        let places = ["eu-test-1", "eu-test-2", "eu-test-3", "eu-test-4"].map(region).to_vec();
        collector.add(Event::Places { places, listings: 7 });
        for (name, extent) in
            [("eu-test-1", Extent::Complete), ("eu-test-2", Extent::Partial), ("eu-test-3", Extent::Nothing)]
        {
            let (account_id, region) = region(name);
            collector.add(Event::PlaceDone { account_id, region, resources: 0, extent });
        }
        collector.interrupt();
        let report = collector.finish(Ok(()));
        assert_eq!(report.caller.as_deref(), Some("arn:aws:iam::111111111111:user/auditor"));
        assert_eq!(report.account_names, BTreeMap::from([region("payments")]));
        let sources: Vec<_> =
            report.sources.iter().map(|source| (source.name.as_str(), source.is_complete)).collect();
        assert_eq!(sources, [("111111111111 eu-test-1", true), ("111111111111 eu-test-2", false)]);
        let failed: Vec<_> = report.failures.iter().map(|failure| failure.source.as_str()).collect();
        assert_eq!(failed, ["111111111111 eu-test-4"], "what could not be read has failures of its own");
    }
}
