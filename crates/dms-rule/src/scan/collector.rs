use std::io::Write;

use aws_client::Error;
use chrono::{DateTime, Utc};
use indicatif::{ProgressBar, ProgressStyle};
use report::{Command, Evaluation, Failure, Report, Resource, Source, SourceKind, SourceSummary};

use super::event::Event;

/// Collects the report of a scan, and shows its progress on standard error if that is a terminal.
#[derive(Debug)]
pub(crate) struct Collector {
    report: Report,
    bar: ProgressBar,
    resources: usize,
}

impl Collector {
    /// Starts the report of a scan that begins `at` this time.
    pub(crate) fn new(at: DateTime<Utc>) -> Self {
        let bar = ProgressBar::new(0);
        if let Ok(style) =
            ProgressStyle::with_template("{pos}/{len} accounts × Regions {wide_bar} {msg}, {eta} left")
        {
            bar.set_style(style);
        }
        Self { report: Report::new(Command::Scan, at), bar, resources: 0 }
    }

    /// Adds a step of the scan.
    pub(crate) fn add(&mut self, event: Event) {
        match event {
            Event::Places(count) => {
                self.bar.set_length(count as u64);
                self.bar.set_message("0 resources");
            }
            Event::Evaluation(evaluation) => {
                let (item, rule, verdict) = *evaluation;
                let resource = Resource::from_item(&item);
                let source = Source {
                    name: place(resource.account_id.as_deref(), resource.region.as_deref()),
                    kind: SourceKind::LiveDms,
                    position: None,
                    recorded_at: Some(item.configuration_item_capture_time),
                    own_fix: None,
                };
                self.report.evaluations.push(Evaluation { rule, verdict, resource, source });
            }
            Event::PlaceDone { account_id, region, resources } => {
                self.resources += resources;
                self.bar.inc(1);
                self.bar.set_message(format!("{} resources", self.resources));
                let name = format!("{account_id} {region}");
                self.report.sources.push(SourceSummary::new(name, SourceKind::LiveDms, resources));
            }
            Event::Failure { account_id, region, kind, message } => {
                let place = place(account_id.as_deref(), region.as_deref());
                let source = if place.is_empty() { "AWS".to_owned() } else { place };
                self.report.failures.push(Failure { source, kind, message, account_id, region });
            }
            Event::Note(note) => self.bar.suspend(|| {
                let _ = writeln!(anstream::stderr(), "dms-rule: {note}"); // there is no other place to write it
            }),
        }
    }

    /// Ends the report; `Err` is the reason why the scan could not begin, a report of one failure.
    pub(crate) fn finish(mut self, scanned: Result<(), Error>) -> Report {
        if let Err(error) = scanned {
            self.add(Event::failure(None, None, &error));
        }
        self.bar.finish_and_clear();
        // Places are in the order in which they were done.
        self.report.sources.sort_by(|a, b| a.name.cmp(&b.name));
        self.report
    }
}

/// Returns account and Region, as far as they are known.
fn place(account_id: Option<&str>, region: Option<&str>) -> String {
    [account_id, region].into_iter().flatten().collect::<Vec<_>>().join(" ")
}
