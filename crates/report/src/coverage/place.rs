use chrono::{DateTime, Utc};
use rule_core::ErrorKind;

/// An account and Region, as far as it could be read.
#[derive(Clone, Debug)]
pub struct Place {
    /// The account; `None` if not even the caller's own could be read.
    pub account_id: Option<String>,
    /// The Region; `None` for an account that could not be entered.
    pub region: Option<String>,
    /// The facts, or the reason why no call was made.
    pub facts: Reading<Facts>,
}

/// The response of a call, or the reason why it is not known.
pub type Reading<T> = Result<T, NotRead>;

/// The failure of a call. What it would have returned is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotRead {
    /// The operation of AWS.
    pub operation: &'static str,
    /// The kind, which decides who must act.
    pub kind: ErrorKind,
    /// The reason, in words that are the same in every place with this reason.
    pub reason: String,
    /// The error with its subject and request id.
    pub message: String,
    /// The next step of the person who reads the report, without a full stop.
    pub next: String,
}

/// The facts of an account and Region.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The customer managed recorder; `None` if there is none.
    pub recorder: Reading<Option<Recorder>>,
    /// The rules of AWS Config that run one of ours.
    pub rules: Reading<Vec<DeployedRule>>,
}

/// A recorder of AWS Config. Of the types, only those that AWS Config can record in the Region are listed.
#[derive(Clone, Debug)]
pub struct Recorder {
    /// The name.
    pub name: String,
    /// The types that it does not record.
    pub not_recorded: Vec<&'static str>,
    /// The types that it records once a day at most.
    pub daily: Vec<&'static str>,
    /// The types of which its settings do not clearly state that it records them.
    pub unclear: Vec<&'static str>,
    /// The status; `None` if AWS Config returned none.
    pub status: Reading<Option<RecorderStatus>>,
}

/// The status of a recorder, as AWS Config spells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecorderStatus {
    /// True if it records.
    pub recording: Option<bool>,
    /// The status of the last delivery of a change.
    pub last_status: Option<String>,
    /// Code and message of the last error.
    pub last_error: Option<String>,
}

/// A rule of AWS Config that runs one of our rules.
#[derive(Clone, Debug)]
pub struct DeployedRule {
    /// Our name of the rule.
    pub identifier: &'static str,
    /// The name that it has in AWS Config.
    pub name: String,
    /// True if changes trigger it.
    pub on_change: bool,
    /// True if a schedule triggers it.
    pub on_schedule: bool,
    /// Its runs so far.
    pub runs: Reading<Runs>,
}

/// The runs of a rule. A time is `None` if nothing of the kind is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Runs {
    /// True if AWS Config returned a status of the rule, false if it returned its results only. AWS documents no status
    /// of rules with a Lambda function (service model of AWS Config, `ConfigRuleEvaluationStatus`).
    pub has_status: bool,
    /// The last time that it evaluated with success, by its status.
    pub successful_evaluation: Option<DateTime<Utc>>,
    /// The last time that AWS Config recorded a result of it. Looked up if the status has no successful evaluation.
    pub last_result: Option<DateTime<Utc>>,
    /// The last time that AWS Config called it with success. A call is not yet an evaluation.
    pub successful_invocation: Option<DateTime<Utc>>,
    /// The last time that AWS Config failed to call it.
    pub failed_invocation: Option<DateTime<Utc>>,
    /// The last time that it failed to evaluate.
    pub failed_evaluation: Option<DateTime<Utc>>,
    /// The time at which it was first active.
    pub first_activated: Option<DateTime<Utc>>,
    /// Code and message of the last error.
    pub last_error: Option<String>,
}

impl Runs {
    /// Returns the last time at which the rule is known to have evaluated with success.
    #[must_use]
    pub fn last_success(&self) -> Option<DateTime<Utc>> {
        self.successful_evaluation.max(self.last_result)
    }

    /// Returns the last time at which a call or an evaluation failed.
    #[must_use]
    pub fn last_failure(&self) -> Option<DateTime<Utc>> {
        self.failed_invocation.max(self.failed_evaluation)
    }

    /// Returns true if the last failure is not older than the last success of the same kind, or has no time.
    pub(crate) fn is_failing(&self) -> bool {
        let success = self.last_success();
        let has_called = self.successful_invocation.max(success);
        self.failed_invocation.is_some_and(|failed| Some(failed) >= has_called)
            || self.failed_evaluation.is_some_and(|failed| Some(failed) >= success)
            || (self.last_error.is_some() && self.last_failure().is_none())
    }
}
