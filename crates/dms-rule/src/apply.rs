//! `dms-rule apply`: carries out a plan that moves the tasks of a public instance to a private one.

mod consent;
mod failure;
mod journal;
mod names;
mod observer;
mod pace;
mod plan_file;
mod progress;
mod resting;
mod run;
mod snapshot;
mod statement;

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use aws_client::Session;
use aws_client::scan::Caller;
use remediation::formats::{command_line, shown};
use remediation::{Direction, End, Fault, Plan, Refusal, Weight};
use report::quoted;
use rule_core::Arn;

use crate::interrupt;
use crate::terminal::{self, legible, unbroken};
use consent::{Limit, Permission, Question};
use failure::Failure;
use journal::Journal;
pub(crate) use journal::check_replaceable;
use pace::Pace;
use run::{Outcome, Run};

/// The most tables that are listed as worse.
const FAULTS_MAXIMUM: usize = 20;

/// The arguments of `dms-rule apply`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
The public instance and its tasks are not touched before the private instance exists, is proved private and reaches every
endpoint. Before the first task is stopped, and before the public instance is deleted, a person at the terminal types a
word: `move`, and the name of the public instance. Words typed before the question do not count. Without a terminal the run
ends there, unless --yes-until goes further: it names the state at which the run ends, and is the consent to all that leads
to it.

The role of rule-templates/iam/apply.json can delete the public instance only once it has a tag:
  aws dms add-tags-to-resource --resource-arn ARN --tags Key=dms-rule:may-be-deleted,Value=yes

With --back the tasks that are on the private instance are stopped, moved back and resumed, and it is deleted. If it has
tasks, a person types a word first; without a terminal the run ends there, unless --yes-until as-before says so. A way back
that was begun is gone on with without another question.

The journal, PLAN.journal.jsonl, says which tasks were stopped and are to run again: only those are started. Started again
after a kill, an error or a question, the command goes on where it is. Keep the journal beside the plan. It is locked: there
is one run at a time.

At its end the command prints which instance has which tasks, and the next command.

Exit codes:
  0  done, or in the state that --yes-until names; with --back, all is as before
  1  the run ended before: at a question, or because a person must act
  2  an error, or the plan cannot be applied

Examples:
  dms-rule apply plan.json
  dms-rule apply plan.json --role-arn arn:aws:iam::123456789012:role/DmsRuleApply
  dms-rule apply plan.json --yes-until reachable
  dms-rule apply plan.json --back
  dms-rule apply plan.json --back --yes-until as-before")]
pub(crate) struct Arguments {
    /// The plan, as `dms-rule plan --format json` writes it
    #[arg(value_name = "PLAN")]
    plan: PathBuf,
    /// Take the way back: the tasks to the public instance, the private one deleted
    #[arg(long)]
    back: bool,
    /// Ask nothing, and end at this state
    #[arg(long = "yes-until", value_name = "STATE")]
    until: Option<Limit>,
    /// Keep the journal in this file [default: PLAN.journal.jsonl]
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Work with this role
    #[arg(long, value_name = "ARN")]
    role_arn: Option<String>,
    /// The external id that the role requires
    #[arg(long, value_name = "ID", requires = "role_arn")]
    external_id: Option<String>,
    /// Take credentials from this profile
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// End with an error unless the plan is for this Region
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    /// The milliseconds between two observations, for tests and `local`
    #[arg(long, hide = true, env = "DMS_RULE_POLL_MILLISECONDS")]
    poll: Option<u64>,
    /// The milliseconds of a minute of a budget, for tests
    #[arg(long, hide = true)]
    minute: Option<u64>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    check_limit(arguments)?;
    let plan = plan_file::read(&arguments.plan)?;
    check(&plan, arguments)?;
    let note = "interrupted: the run ends; interrupt again to end at once";
    let interrupted = interrupt::first_signal(note)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let code = runtime.block_on(async {
        let mut interrupted = std::pin::pin!(interrupted);
        let session = tokio::select! {
            biased;
            Ok(()) = &mut interrupted => return Ok(ExitCode::from(1)),
            session = session(&plan, arguments) => session?,
        };
        let direction = if arguments.back { Direction::Back } else { Direction::Forward };
        let path = arguments.journal_file();
        let journal = Journal::open(&path, &plan, direction)?;
        terminal::note(format!("run {}, journal {}", journal.memory().run, path.display()));
        let permission = Permission::new(arguments.until);
        let pace = Pace::new(arguments.poll, arguments.minute);
        let mut run = Run::new(&plan, &session, journal, direction, permission, pace);
        let outcome = tokio::select! {
            biased;
            Ok(()) = &mut interrupted => None,
            outcome = run.go() => Some(outcome),
        };
        run.clear();
        // What is stated must be what is there after the last call.
        let is_current = match &outcome {
            Some(Err(Failure::Aws(_))) => run.observe().await.is_ok(),
            Some(outcome) => outcome.is_ok(),
            None => false,
        };
        finish(arguments, &plan, &run, outcome, is_current)
    });
    runtime.shutdown_background(); // a question that nobody answered is not waited for
    code
}

/// Checks that the state that ends the run is one of its direction.
///
/// # Errors
/// Returns a message with what can be named.
fn check_limit(arguments: &Arguments) -> Result<(), &'static str> {
    match (arguments.back, arguments.until) {
        (true, Some(limit)) if limit != Limit::AsBefore => {
            Err("with --back, --yes-until has the state as-before only: the way back leads there")
        }
        (false, Some(Limit::AsBefore)) => Err("the state as-before is that of --back"),
        _ => Ok(()),
    }
}

/// Checks that a plan can be applied, and that it is for the place that the options name.
///
/// # Errors
/// Returns a message with everything that blocks, or that contradicts the plan.
fn check(plan: &Plan, arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    plan_file::check_ready(plan)?;
    // A run that may have touched tasks must end, also if its plan is of an earlier version of this program.
    if !journal::holds(&arguments.journal_file(), plan) {
        plan_file::check_agreement(plan)?;
    }
    match &arguments.region {
        Some(region) if *region != plan.region => {
            Err(format!("--region is {region}, and the plan is for {}", plan.region).into())
        }
        _ => Ok(()),
    }
}

/// Opens a session in the account and Region of the plan.
///
/// # Errors
/// Returns a message if there are no credentials, or they are of another account.
async fn session(plan: &Plan, arguments: &Arguments) -> Result<Session, Box<dyn Error>> {
    let explained = |error: aws_client::Error| {
        format!("{error}\nNothing was done. Next: {}", error.next_step_of_a_migration())
    };
    let caller = Caller::load(arguments.profile.as_deref()).await.map_err(explained)?;
    let role_account = arguments.role_arn.as_deref().and_then(Arn::parse).map(|arn| arn.account_id);
    let account = role_account.unwrap_or_else(|| caller.account_id());
    let planned = plan.account_id.as_deref().unwrap_or_default();
    if account != planned {
        let whose = if arguments.role_arn.is_some() { "--role-arn is" } else { "your credentials are" };
        return Err(format!("{whose} of the account {account}, and the plan is for {planned}").into());
    }
    match &arguments.role_arn {
        None => Ok(caller.session(&caller.own_account(), &plan.region)),
        Some(role) => {
            let opened = caller.session_with_role(role, arguments.external_id.as_deref(), &plan.region).await;
            opened.map_err(|error| explained(error).into())
        }
    }
}

/// Words the end of a run at a refusal, and the next step.
fn refused(arguments: &Arguments, plan: &Plan, run: &Run<'_>, refusal: &Refusal) -> (String, String) {
    let is_back = arguments.back;
    let line = |back, journal| unbroken(&arguments.command_line(back, journal));
    let (forward, back) = (line(false, None), line(true, None));
    if statement::is_elsewhere_altogether(run) {
        let words = "A person must act, because nothing of the plan was found: neither of the two instances and no task.";
        let place = statement::check_of_the_place(plan, arguments.profile.as_deref());
        return (words.to_owned(), format!("{place}; then {}", line(is_back, None)));
    }
    if matches!(refusal.code, "not-ours" | "elsewhere")
        && let Some(words) = other_run(run, plan)
    {
        let next = format!(
            "name the journal of that run, which is beside its plan: {}",
            line(is_back, Some("FILE"))
        );
        return (format!("A person must act, because {words}."), next);
    }
    if is_back && refusal.code == "no-way-back" {
        let next = if run.journal.is_done() {
            "nothing is to be done; to have a public instance again, create one and move the tasks to it"
                .to_owned()
        } else {
            format!("go on: {forward}")
        };
        return (format!("There is no way back: {}.", refusal.because), next);
    }
    let next = statement::after_refusal(plan, refusal, (&forward, &back), is_back);
    (format!("A person must act, because {}.", refusal.because), next)
}

/// Words that the new instance is of another run.
fn other_run(run: &Run<'_>, plan: &Plan) -> Option<String> {
    let (_, observation) = run.last()?;
    statement::other_run(plan, observation, run.journal.memory())
}

/// Prints the outcome, what is where, and the next command. `is_current` is true if nothing was called since the last
/// observation.
fn finish(
    arguments: &Arguments,
    plan: &Plan,
    run: &Run<'_>,
    outcome: Option<Result<Outcome, Failure>>,
    is_current: bool,
) -> Result<ExitCode, Box<dyn Error>> {
    let (forward, back) =
        (unbroken(&arguments.command_line(false, None)), unbroken(&arguments.command_line(true, None)));
    let again = if arguments.back { &back } else { &forward };
    let is_done = matches!(outcome, Some(Ok(Outcome::Ended(End::Done))));
    // The consent of --yes-until reaches to its state: a run that ends for lack of another one is in it, unless a task waits.
    let memory = run.journal.memory();
    let rests = memory.stops.keys().any(|task| memory.is_open(task));
    let short = u8::from(arguments.until.is_none() || rests);
    let (code, words, next) = match outcome {
        Some(Ok(Outcome::Ended(End::Done))) => {
            (0, "Done: the private instance has the tasks, and the public one is deleted.".to_owned(), None)
        }
        Some(Ok(Outcome::Ended(End::AsBefore))) => {
            (0, "As before: the private instance is deleted.".to_owned(), None)
        }
        Some(Ok(Outcome::Refused(refusal))) => {
            let (words, next) = refused(arguments, plan, run, &refusal);
            (1, words, Some(next))
        }
        Some(Ok(Outcome::Overdue(wait))) => {
            let name = names::Names(plan).named(&wait.subject);
            let status = if wait.status.is_empty() { "not there yet" } else { &wait.status };
            let words = format!(
                "A person must act, because the {name} is {status} after {} minutes.",
                wait.budget_minutes
            );
            (1, words, Some(format!("to wait on, {again}")))
        }
        Some(Ok(Outcome::AtGate(Question::Back))) => {
            let next = format!("{back}, at a terminal, which asks, or with --yes-until as-before");
            (1, "Ended before the way back, without consent to it: it stops tasks.".to_owned(), Some(next))
        }
        Some(Ok(Outcome::AtGate(Question::Stop))) => {
            let next =
                format!("{forward}, at a terminal, which asks; or, to remove the private instance, {back}");
            (short, "Ended before the first task is stopped, without consent to it.".to_owned(), Some(next))
        }
        Some(Ok(Outcome::AtGate(Question::Delete))) => {
            let next = format!("{forward}, at a terminal, which asks; or, to undo the move, {back}");
            let words = "Ended before the public instance is deleted, without consent to it.";
            (short, words.to_owned(), Some(next))
        }
        Some(Ok(Outcome::AtLimit)) => (short, "Ended where --yes-until says.".to_owned(), Some(forward)),
        Some(Ok(Outcome::Worse(faults))) => {
            let more = match faults.len().checked_sub(FAULTS_MAXIMUM) {
                None | Some(0) => String::new(),
                Some(more) => format!("; and {more} more"),
            };
            let first: Vec<String> = faults.iter().take(FAULTS_MAXIMUM).map(Fault::to_string).collect();
            let words = format!(
                "A person must act, because tasks or tables are worse than before, or it is not known that they are not: \
                 {}{more}.",
                first.join("; ")
            );
            let next =
                format!("mend them, then {forward}, on a terminal, which asks; or undo the move: {back}");
            (1, words, Some(next))
        }
        Some(Err(failure)) => {
            let unmovable =
                run.last().and_then(|(_, observation)| statement::unmovable(&failure, observation));
            let undeletable = (!arguments.back).then(|| statement::undeletable(&failure, plan)).flatten();
            let next = unmovable.or(undeletable).unwrap_or_else(|| failure.next_step());
            let next = format!("{next}: {again}");
            (2, format!("Ended by an error: {failure}."), Some(next))
        }
        None => (1, "Ended by a signal.".to_owned(), Some(again.clone())),
    };
    let mut text = format!("{}\n", shown(&words));
    match run.last() {
        None => text.push_str("Nothing was observed and nothing was done.\n"),
        Some((at, observation)) => {
            if !is_current {
                let at = at.format("%H:%M:%SZ");
                writeln!(text, "As observed at {at}; a call after that may have taken effect:")?;
            }
            text.push_str(&statement::what_is_where(
                plan,
                observation,
                run.journal.memory(),
                run.has_seen_old,
            ));
        }
    }
    if is_done {
        for note in plan.notes.iter().filter(|note| note.weight == Weight::Dependent) {
            let next = if note.next.is_empty() { String::new() } else { format!(". Next: {}", note.next) };
            writeln!(text, "Left to you: {}{}", shown(&note.text), shown(&next))?;
            for words in &note.commands {
                writeln!(text, "  {}", shown(&unbroken(&command_line(words, &plan.region))))?;
            }
        }
    }
    if let Some(next) = next {
        writeln!(text, "Next: {}", shown(&next))?;
    }
    terminal::print(&legible(&text, terminal::stdout_width()))?;
    Ok(ExitCode::from(code))
}

impl Arguments {
    fn journal_file(&self) -> PathBuf {
        self.journal.clone().unwrap_or_else(|| journal::beside(&self.plan))
    }

    /// Returns the command that goes on with the run, or takes it back; with another journal, if one is given.
    fn command_line(&self, back: bool, journal: Option<&str>) -> String {
        let mut words = vec!["dms-rule".to_owned(), "apply".to_owned(), quoted(&self.plan.to_string_lossy())];
        let own = self.journal.as_ref().map(|path| path.to_string_lossy().into_owned());
        let journal = journal.map(str::to_owned).or(own);
        let options = [
            ("--journal", journal.as_ref()),
            ("--role-arn", self.role_arn.as_ref()),
            ("--external-id", self.external_id.as_ref()),
            ("--profile", self.profile.as_ref()),
        ];
        for (option, value) in options {
            if let Some(value) = value {
                words.push(format!("{option}={}", quoted(value)));
            }
        }
        if back {
            words.push("--back".to_owned());
        }
        words.join(" ")
    }
}
