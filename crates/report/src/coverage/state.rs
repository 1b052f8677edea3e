/// The state of an account and Region, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// AWS Config has no recorder: nothing is recorded, and no rule is triggered.
    NoRecorder,
    /// The recorder does not record.
    Stopped,
    /// A type that a rule needs is not recorded.
    NotRecorded,
    /// A rule is not there.
    Missing,
    /// The last error is not older than the last success.
    Failing,
    /// A rule with a schedule has never run.
    NeverRan,
    /// A rule with a schedule has had no success for too long.
    Stale,
    /// A call was denied.
    Denied,
    /// Something could not be read for another reason.
    NotKnown,
    /// Everything was read, and nothing shows that a rule works.
    NoEvidence,
    /// All is there, and each rule is known to work.
    Healthy,
}

impl State {
    /// All states, worst first.
    pub const ALL: [Self; 11] = [
        Self::NoRecorder,
        Self::Stopped,
        Self::NotRecorded,
        Self::Missing,
        Self::Failing,
        Self::NeverRan,
        Self::Stale,
        Self::Denied,
        Self::NotKnown,
        Self::NoEvidence,
        Self::Healthy,
    ];

    /// Returns the words of the state, in capitals.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoRecorder => "NO RECORDER",
            Self::Stopped => "STOPPED",
            Self::NotRecorded => "NOT RECORDED",
            Self::Missing => "MISSING",
            Self::Failing => "FAILING",
            Self::NeverRan => "NEVER RAN",
            Self::Stale => "STALE",
            Self::Denied => "DENIED",
            Self::NotKnown => "NOT KNOWN",
            Self::NoEvidence => "NO EVIDENCE",
            Self::Healthy => "HEALTHY",
        }
    }

    /// Returns true if something could not be read: the report is not complete.
    #[must_use]
    pub fn is_incomplete(self) -> bool {
        matches!(self, Self::Denied | Self::NotKnown)
    }
}

/// A reason why an account and Region is not healthy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The state that it leads to; never [`State::Healthy`].
    pub state: State,
    /// The cause, in words that are the same in every place that has it.
    pub cause: String,
    /// The cause with what differs from place to place: names, times, request ids.
    pub detail: String,
    /// The next step of the person who reads the report, without a full stop; `None` if the cause gives it.
    pub next: Option<String>,
}
