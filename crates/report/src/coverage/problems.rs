//! The problems of an account and Region, from its facts.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use rule_core::{ErrorKind, Rule};

use super::place::{DeployedRule, Facts, NotRead, Place, Recorder, RecorderStatus, Runs};
use super::state::{Problem, State};

/// The conditions of a run, borrowed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected<'a> {
    pub(super) rules: &'a [&'static Rule],
    pub(super) at: DateTime<Utc>,
    pub(super) max_age: TimeDelta,
}

/// The longest that the clock of AWS may be ahead of that of this machine.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::hours(1);

/// Lists the problems of a place, worst first. It is healthy only if there are none.
pub(super) fn problems(place: &Place, expected: Expected<'_>) -> Vec<Problem> {
    let mut found = Found::default();
    match &place.facts {
        Err(not_read) => found.not_read.push(not_read),
        Ok(Facts { recorder, rules }) => {
            match recorder {
                Err(not_read) => found.not_read.push(not_read),
                Ok(None) => found.add(State::NoRecorder, "there is no configuration recorder"),
                Ok(Some(recorder)) => found.recorder(recorder, rules.as_deref().ok(), expected),
            }
            match rules {
                Err(not_read) => found.not_read.push(not_read),
                Ok(rules) => found.rules(rules, expected),
            }
        }
    }
    found.finish()
}

/// The problems so far. Those of one state and cause become one, with the details of each.
#[derive(Debug, Default)]
struct Found<'a> {
    problems: Vec<Problem>,
    not_read: Vec<&'a NotRead>,
}

impl<'a> Found<'a> {
    fn add(&mut self, state: State, cause: impl Into<String>) {
        let cause = cause.into();
        self.add_detail(state, cause.clone(), cause);
    }

    fn add_detail(&mut self, state: State, cause: String, detail: String) {
        match self.problems.iter_mut().find(|one| one.state == state && one.cause == cause) {
            Some(one) => one.detail = format!("{}; {detail}", one.detail),
            None => self.problems.push(Problem { state, cause, detail, next: None }),
        }
    }

    fn recorder(
        &mut self,
        recorder: &'a Recorder,
        rules: Option<&'a [DeployedRule]>,
        expected: Expected<'_>,
    ) {
        match &recorder.status {
            Err(not_read) => self.not_read.push(not_read),
            Ok(None) => self.add(State::NotKnown, "AWS Config returns no status of the recorder"),
            Ok(Some(status)) => self.recorder_status(status),
        }
        let is_needed = |name: &&&str| is_needed(name, rules, expected.rules);
        let missing: Vec<&str> = recorder.not_recorded.iter().filter(is_needed).copied().collect();
        if !missing.is_empty() {
            self.add(State::NotRecorded, format!("the recorder does not record {}", few(&missing, 3)));
        }
        if !recorder.unclear.is_empty() {
            let types = few(&recorder.unclear, 3);
            self.add(State::NotKnown, format!("the recorder's settings do not state if it records {types}"));
        }
    }

    fn recorder_status(&mut self, status: &RecorderStatus) {
        let RecorderStatus { recording, last_status, last_error } = status;
        match recording {
            Some(true) => {}
            Some(false) => self.add(State::Stopped, "the recorder is stopped"),
            None => self.add(State::NotKnown, "AWS Config does not state if the recorder records"),
        }
        let last_status = last_status.as_deref().unwrap_or_default();
        if last_status.eq_ignore_ascii_case("Failure") {
            let error = last_error.as_deref().unwrap_or("without an error code");
            self.add(State::Failing, format!("the recorder fails: {error}"));
        } else if *recording == Some(true)
            && !["Success", "Pending", "NotApplicable"]
                .iter()
                .any(|one| last_status.eq_ignore_ascii_case(one))
        {
            self.add(State::NotKnown, "AWS Config does not state if the recorder fails");
        }
    }

    fn rules(&mut self, rules: &'a [DeployedRule], expected: Expected<'_>) {
        let is_there = |rule: &&&Rule| rules.iter().any(|one| one.identifier == rule.identifier);
        let missing: Vec<&str> =
            expected.rules.iter().filter(|rule| !is_there(rule)).map(|rule| rule.identifier).collect();
        match missing.len() {
            0 => {}
            count if count == expected.rules.len() && count > 1 => {
                self.add(State::Missing, format!("all {count} rules are missing"));
            }
            _ => self.add_detail(
                State::Missing,
                format!("missing: {}", few(&missing, 3)),
                format!("missing: {}", missing.join(", ")),
            ),
        }
        for rule in rules {
            match &rule.runs {
                Err(not_read) => self.not_read.push(not_read),
                Ok(runs) => {
                    if let Some((state, cause)) = rule_problem(rule, runs, expected) {
                        self.add_detail(state, cause, format!("{}: {}", rule.name, history(runs)));
                    }
                }
            }
        }
    }

    /// Adds the calls that failed: one problem for each reason, which names the operations.
    fn finish(mut self) -> Vec<Problem> {
        let mut reasons: Vec<(State, &str, Vec<&NotRead>)> = Vec::new();
        for not_read in &self.not_read {
            let state = if not_read.kind == ErrorKind::Denied { State::Denied } else { State::NotKnown };
            match reasons.iter_mut().find(|(known, reason, _)| (*known, *reason) == (state, &not_read.reason))
            {
                Some((_, _, calls)) => calls.push(not_read),
                None => reasons.push((state, &not_read.reason, vec![not_read])),
            }
        }
        for (state, reason, calls) in reasons {
            let mut operations: Vec<&str> = Vec::new();
            let mut messages: Vec<&str> = Vec::new();
            for call in &calls {
                if !operations.contains(&call.operation) {
                    operations.push(call.operation);
                    messages.push(&call.message);
                }
            }
            self.problems.push(Problem {
                state,
                cause: format!("{reason} ({})", operations.join(", ")),
                detail: messages.join("; "),
                next: calls.first().map(|call| call.next.clone()),
            });
        }
        self.problems.sort_by_key(|problem| problem.state);
        self.problems
    }
}

/// Returns true if a type must be recorded: a rule that changes trigger is about it, or the rules on it are not known.
fn is_needed(type_name: &str, rules: Option<&[DeployedRule]>, all: &[&'static Rule]) -> bool {
    let is_about = |rule: &&DeployedRule| {
        all.iter().any(|one| one.identifier == rule.identifier && one.resource_type.name() == type_name)
    };
    let mut about = rules.unwrap_or_default().iter().filter(is_about).peekable();
    about.peek().is_none() || about.any(|rule| rule.on_change)
}

fn rule_problem(rule: &DeployedRule, runs: &Runs, expected: Expected<'_>) -> Option<(State, String)> {
    let Expected { at, max_age, .. } = expected;
    let is_scheduled = rule.on_schedule || !rule.on_change; // of a rule without triggers, nothing is known
    let is_old = |time: DateTime<Utc>| at.signed_duration_since(time) > max_age;
    let no_evidence = |cause: &str| Some((State::NoEvidence, cause.to_owned()));
    let stale = || Some((State::Stale, format!("no success for more than {} hours", max_age.num_hours())));
    if runs.is_failing() {
        let error = runs.last_error.as_deref().unwrap_or("AWS Config returns no error code");
        return Some((State::Failing, error.to_owned()));
    }
    match (runs.last_success(), runs.successful_invocation) {
        (Some(success), _) if success.signed_duration_since(at) > CLOCKS_DIFFER => {
            Some((State::NotKnown, "the last success is in the future: compare the clocks".to_owned()))
        }
        (Some(success), _) if is_scheduled && is_old(success) => stale(),
        (Some(_), _) => None,
        (None, _) if !runs.has_status => no_evidence(
            "AWS Config returns neither a status of the rules nor results (without DMS resources there are none)",
        ),
        (None, Some(call)) if is_scheduled && is_old(call) => stale(),
        (None, Some(_)) => no_evidence(
            "AWS Config calls the rules, but holds no results (without DMS resources there are none)",
        ),
        (None, None) if is_scheduled => Some((State::NeverRan, "the rules have never run".to_owned())),
        (None, None) => no_evidence("only changes trigger the rules, and none has yet"),
    }
}

/// Words when a rule ran.
fn history(runs: &Runs) -> String {
    let dated = [
        ("last success", runs.last_success()),
        ("last call", runs.successful_invocation),
        ("last failure", runs.last_failure()),
        ("active since", runs.first_activated),
    ];
    let mut words: Vec<String> =
        dated.into_iter().filter_map(|(name, time)| Some(format!("{name} {}", minute(time?)))).collect();
    words.extend(runs.last_error.clone());
    if runs.last_success().is_none() {
        words.insert(0, "no success".to_owned());
    }
    words.join(", ")
}

fn minute(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Joins the first names, and counts the others.
pub(super) fn few(names: &[&str], maximum: usize) -> String {
    let shown: Vec<&str> = names.iter().take(maximum).copied().collect();
    match names.len().checked_sub(maximum) {
        None | Some(0) => shown.join(", "),
        Some(more) => format!("{} and {more} more", shown.join(", ")),
    }
}
