//! The loop of a run: observe, choose, write down, act.

use std::ops::ControlFlow;
use std::time::Instant;

use aws_client::{Cause, Session};
use chrono::{DateTime, Utc};
use remediation::{
    Action, Attempts, Direction, End, Fault, Gate, Next, Observation, Plan, Refusal, Side, Situation, Wait,
    next,
};
use rule_core::ErrorKind;

use super::consent::{Limit, Permission, Prompt, Question, tasks_to_move_back};
use super::failure::Failure;
use super::journal::{Entry, Journal};
use super::names::Names;
use super::observer::observe;
use super::pace::Pace;
use super::progress::Progress;
use super::resting::{Resting, ran_and_rest};
use super::snapshot;

/// How often an action or an observation is tried while a call fails for a reason that may pass.
const ATTEMPTS_MAXIMUM: u32 = 6;

/// The outcome of a run.
#[derive(Debug)]
pub(super) enum Outcome {
    /// There is nothing left to do.
    Ended(End),
    /// A person must act.
    Refused(Refusal),
    /// DMS did not get there in time.
    Overdue(Wait),
    /// A person did not agree, or there was nobody to ask.
    AtGate(Question),
    /// The option says that the run ends here.
    AtLimit,
    /// Tasks or tables are worse than before, and there is nobody to ask.
    Worse(Vec<Fault>),
}

/// A run of `apply`.
#[derive(Debug)]
pub(super) struct Run<'a> {
    plan: &'a Plan,
    session: &'a Session,
    pub(super) journal: Journal,
    direction: Direction,
    permission: Permission,
    pace: Pace,
    attempts: Attempts,
    progress: Progress<'a>,
    /// The thing that is waited for, by its code and subject, and since when.
    waiting: Option<(&'static str, String, Instant)>,
    /// The action whose call failed last, and how often.
    failing: Option<(Action, u32)>,
    /// True once the progress says that the new instance is proved private.
    is_shown_private: bool,
    /// True once the old instance was observed.
    pub(super) has_seen_old: bool,
    /// The faults of tasks and tables that a person was shown.
    known_faults: Vec<Fault>,
    last: Option<(DateTime<Utc>, Observation)>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        session: &'a Session,
        journal: Journal,
        direction: Direction,
        permission: Permission,
        pace: Pace,
    ) -> Self {
        Self {
            plan,
            session,
            journal,
            direction,
            permission,
            pace,
            attempts: Attempts::default(),
            progress: Progress::new(plan, direction),
            waiting: None,
            failing: None,
            is_shown_private: false,
            has_seen_old: false,
            known_faults: Vec::new(),
            last: None,
        }
    }

    /// Returns the last observation with its time; `None` if there was none.
    pub(super) fn last(&self) -> Option<&(DateTime<Utc>, Observation)> {
        self.last.as_ref()
    }

    /// Removes what the progress shows on a terminal.
    pub(super) fn clear(&self) {
        self.progress.clear();
    }

    /// Observes both instances and the tasks, as they are after everything that was done.
    ///
    /// # Errors
    /// Returns the error of a call.
    pub(super) async fn observe(&mut self) -> Result<(), Failure> {
        let observation = observe(self.session, self.plan).await?;
        self.progress.observed(&observation);
        self.has_seen_old |= observation.old.is_some();
        self.last = Some((Utc::now(), observation));
        Ok(())
    }

    /// Observes as [`observe`](Self::observe) does, and again after a failure that may pass: a task may be stopped
    /// meanwhile, and should not wait for a person because of one response that a proxy garbled.
    ///
    /// # Errors
    /// Returns the error of the last attempt.
    async fn observe_patiently(&mut self) -> Result<(), Failure> {
        let mut attempt = 1;
        loop {
            match self.observe().await {
                Err(Failure::Aws(error)) if may_pass(&error) && attempt < ATTEMPTS_MAXIMUM => {
                    self.progress.failed(&error);
                    tokio::time::sleep(self.pace.after_an_action() * attempt).await;
                    attempt += 1;
                }
                observed => return observed,
            }
        }
    }

    /// Goes on until nothing is left to do, or a person is needed.
    ///
    /// # Errors
    /// Returns the error of a call that did not pass, or of the journal.
    pub(super) async fn go(&mut self) -> Result<Outcome, Failure> {
        loop {
            self.observe_patiently().await?;
            let Some((_, observation)) = &self.last else { continue };
            let chosen = next(Situation {
                plan: self.plan,
                observation,
                memory: self.journal.memory(),
                attempts: &self.attempts,
                consent: self.permission.consent(),
                direction: self.direction,
            });
            if !matches!(chosen, Next::Wait(_)) {
                self.waiting = None;
            }
            self.show_private(&chosen);
            match chosen {
                Next::End(end) => {
                    self.journal.end(end)?;
                    return Ok(Outcome::Ended(end));
                }
                Next::Stop(refusal) => return Ok(Outcome::Refused(refusal)),
                Next::Wait(wait) => {
                    if self.is_overdue(&wait) {
                        if self.direction == Direction::Forward || wait.code != "creating" {
                            return Ok(Outcome::Overdue(wait));
                        }
                        // Its creation had no effect: DMS would show it by now.
                        self.journal.write(Entry::NotCreated)?;
                        continue;
                    }
                    self.progress.waits(&wait);
                    tokio::time::sleep(self.pace.between(&wait)).await;
                }
                Next::Ask(gate) => {
                    if let Some(outcome) = self.ask(gate).await? {
                        return Ok(outcome);
                    }
                }
                Next::Act(action) => {
                    if let Some(outcome) = self.act(action).await? {
                        return Ok(outcome);
                    }
                }
            }
        }
    }

    /// Shows once that the new instance is proved private: what follows the proof is chosen only after it.
    fn show_private(&mut self, chosen: &Next) {
        let follows = matches!(
            chosen,
            Next::Act(
                Action::Test { .. } | Action::TakeSnapshot | Action::DeleteInstance { side: Side::Old, .. }
            ) | Next::Ask(_)
        );
        let is_proved = follows && self.direction == Direction::Forward && !self.journal.memory().approved;
        if is_proved && !self.is_shown_private {
            self.is_shown_private = true;
            let words = format!(
                "{} is private, has no public address, and is as planned",
                self.plan.target.identifier
            );
            self.progress.line(&format!("[{}] {words}", Limit::Private.in_words()));
        }
    }

    /// Returns true if the same thing was waited for longer than its budget.
    fn is_overdue(&mut self, wait: &Wait) -> bool {
        match &self.waiting {
            Some((code, subject, since)) if *code == wait.code && *subject == wait.subject => {
                since.elapsed() > self.pace.budget(wait)
            }
            _ => {
                self.waiting = Some((wait.code, wait.subject.clone(), Instant::now()));
                false
            }
        }
    }

    /// Asks at a gate. Returns the outcome if the run ends there.
    async fn ask(&mut self, gate: Gate) -> Result<Option<Outcome>, Failure> {
        if gate == Gate::Delete {
            let worse = self.compare().await?;
            if !worse.is_empty() && !self.permission.is_asked() {
                return Ok(Some(Outcome::Worse(worse)));
            }
            self.known_faults = worse;
        }
        let outcome = self.prompt(gate.into()).await?;
        if outcome.is_none() {
            self.permission.give(gate);
        }
        Ok(outcome)
    }

    /// Asks before the way back stops or moves a task. Returns the outcome if the run ends there.
    async fn ask_back(&mut self) -> Result<Option<Outcome>, Failure> {
        let touches = self.last.as_ref().is_some_and(|(_, observation)| tasks_to_move_back(observation) > 0);
        if touches && !self.permission.goes_back() { self.prompt(Question::Back).await } else { Ok(None) }
    }

    /// Asks a person. Returns the outcome if the run ends there.
    async fn prompt(&mut self, question: Question) -> Result<Option<Outcome>, Failure> {
        let ended = Some(Outcome::AtGate(question));
        let Some((_, observation)) = self.last.as_ref().filter(|_| self.permission.is_asked()) else {
            return Ok(ended);
        };
        self.progress.clear();
        let prompt = Prompt::new(question, self.plan, observation);
        // On a thread of its own: a signal must be able to end the run meanwhile.
        let asked = tokio::task::spawn_blocking(move || prompt.ask()).await;
        let is_given = asked.map_err(std::io::Error::other)??;
        Ok(if is_given { None } else { ended })
    }

    /// Compares the tables with those before the stop, and the tasks with the plan, and shows the result. Returns what is
    /// worse, or not known to be as good.
    async fn compare(&mut self) -> Result<Vec<Fault>, Failure> {
        let Some((_, observation)) = &self.last else { return Ok(Vec::new()) };
        let now = snapshot::statistics(self.session, observation).await?;
        let names = Names(self.plan);
        let before = self.journal.statistics();
        let mut worse = snapshot::worse(before, &now, |arn| names.named(arn))?;
        worse.extend(ran_and_rest(self.plan, observation).into_iter().map(Resting::into_fault));
        let compared = match snapshot::count(before, &now) {
            1 => "1 table compared".to_owned(),
            count => format!("{count} tables compared"),
        };
        if !worse.is_empty() {
            self.progress.line(&format!("{compared}; worse, or not known to be as good:"));
            worse.iter().for_each(|fault| self.progress.line(&fault.to_string()));
        } else if snapshot::count(before, &now) == 0 {
            self.progress.line("no table is compared: DMS listed none before the stop");
        } else {
            self.progress.line(&format!("[{}] {compared}: none is worse", Limit::Verified.in_words()));
        }
        Ok(worse)
    }

    /// Compares the tables once more before the old instance is deleted: the answer of a person may be hours old. Returns the
    /// outcome if the run ends here, and takes the consent back if there is more than the person knew.
    async fn compare_before_delete(&mut self) -> Result<ControlFlow<Option<Outcome>>, Failure> {
        let worse = self.compare().await?;
        let is_known = |fault: &Fault| self.known_faults.iter().any(|known| known.kind == fault.kind);
        if worse.iter().all(is_known) {
            return Ok(ControlFlow::Continue(()));
        }
        if !self.permission.is_asked() {
            return Ok(ControlFlow::Break(Some(Outcome::Worse(worse))));
        }
        self.permission.take_back_delete();
        Ok(ControlFlow::Break(None))
    }

    /// Takes an action. Returns the outcome if the run ends before it.
    async fn act(&mut self, action: Action) -> Result<Option<Outcome>, Failure> {
        let is_approved = self.journal.memory().approved;
        if self.direction == Direction::Forward && self.permission.ends_before(&action, is_approved) {
            return Ok(Some(Outcome::AtLimit));
        }
        if matches!(action, Action::DeleteInstance { side: Side::Old, .. })
            && let ControlFlow::Break(outcome) = self.compare_before_delete().await?
        {
            return Ok(outcome);
        }
        if action == Action::TurnBack
            && let Some(outcome) = self.ask_back().await?
        {
            return Ok(Some(outcome));
        }
        self.progress.acts(&action);
        match &action {
            Action::TakeSnapshot => {
                let Some((_, observation)) = &self.last else { return Ok(None) };
                let table_statistics = snapshot::statistics(self.session, observation).await?;
                let tasks = snapshot::descriptions(observation);
                self.journal.write(Entry::Snapshot { tasks, table_statistics })?;
            }
            Action::Open { task } => {
                self.journal.write(Entry::Open { task: task.clone() })?;
            }
            Action::Close { task } => {
                self.journal.write(Entry::Closed { task: task.clone() })?;
            }
            Action::TurnBack => self.journal.write(Entry::TurnBack)?,
            _ => {
                self.call(&action).await?;
                tokio::time::sleep(self.pace.after_an_action()).await;
                return Ok(None);
            }
        }
        action.record(&mut self.attempts);
        Ok(None)
    }

    /// Makes the call of an action, once. After an error that may pass, what is observed next decides what to do.
    async fn call(&mut self, action: &Action) -> Result<(), Failure> {
        let Some(request) = action.request(self.plan, &self.journal.memory().run) else { return Ok(()) };
        let operation = request.operation.to_owned();
        let subject = subject(action, self.plan);
        self.journal.write(Entry::Call { operation: operation.clone(), subject })?;
        let result = self.session.act(request.operation, &request.parameters).await;
        let error = result.as_ref().err().map(ToString::to_string);
        let rejected = result.as_ref().is_err_and(is_rejection);
        self.journal.write(Entry::Result { operation, error, rejected })?;
        match result {
            Ok(_) => {
                self.failing = None;
                action.record(&mut self.attempts);
                Ok(())
            }
            Err(error) => {
                let count = match &self.failing {
                    Some((failing, count)) if failing == action => count + 1,
                    _ => 1,
                };
                if !may_pass(&error) || count >= ATTEMPTS_MAXIMUM {
                    return Err(error.into());
                }
                self.failing = Some((action.clone(), count));
                self.progress.failed(&error);
                tokio::time::sleep(self.pace.after_an_action() * count).await;
                Ok(())
            }
        }
    }
}

/// Returns the name or ARN of what an action is about.
fn subject(action: &Action, plan: &Plan) -> String {
    match action {
        Action::Create => plan.target.identifier.clone(),
        Action::Test { endpoint, .. } => endpoint.clone(),
        Action::StopTask { task, .. }
        | Action::MoveTask { task, .. }
        | Action::ResumeTask { task, .. }
        | Action::Open { task }
        | Action::Close { task } => task.clone(),
        Action::DeleteInstance { instance, .. }
        | Action::RestoreUpgrades { instance }
        | Action::Rename { instance } => instance.clone(),
        Action::TakeSnapshot | Action::TurnBack => String::new(),
    }
}

/// Returns true if the call certainly had no effect: it was not sent, or DMS refused it with an error of its own.
fn is_rejection(error: &aws_client::Error) -> bool {
    match error.cause() {
        Cause::InvalidRequest { .. } | Cause::NotSent | Cause::Credentials(_) => true,
        Cause::Service { code, .. } => {
            let is_fault = code.ends_with("Fault") && code != "InternalFault";
            is_fault || matches!(error.kind(), ErrorKind::Denied | ErrorKind::Throttled)
        }
        _ => false,
    }
}

/// Returns true if the call may have taken effect, or may succeed a little later: nothing is known until the next
/// observation.
fn may_pass(error: &aws_client::Error) -> bool {
    match error.cause() {
        Cause::Timeout
        | Cause::Connection
        | Cause::NoConnection(_)
        | Cause::BrokenResponse
        | Cause::Unknown
        | Cause::UnreadableResponse { .. } => true,
        Cause::Service { code, message } => match code.as_str() {
            // A modification is being applied, or another call was faster (reference of each operation of DMS, "Errors").
            "InvalidResourceStateFault" | "ResourceAlreadyExistsFault" | "ResourceNotFoundFault" => true,
            // IAM is slow to take effect, and DMS reports that as this fault.
            "AccessDeniedFault" => message.contains("not configured"),
            code => {
                error.kind() == ErrorKind::Throttled
                    || code.starts_with("HTTP 5")
                    || ["InternalFailure", "InternalServerError", "ServiceUnavailable", "InternalFault"]
                        .contains(&code)
            }
        },
        _ => false,
    }
}
