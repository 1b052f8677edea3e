use std::time::Duration;

use remediation::Wait;

/// The times between two observations, and the length of the minutes in which budgets are counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// The time between observations of an instance.
    instance: Duration,
    /// The time between observations of a task or a connection.
    task: Duration,
    minute: Duration,
}

impl Pace {
    /// Returns the pace of AWS's own waiters, a minute and five seconds, or the one that a test wants.
    pub(super) fn new(poll_milliseconds: Option<u64>, minute_milliseconds: Option<u64>) -> Self {
        let poll = poll_milliseconds.map(Duration::from_millis);
        Self {
            instance: poll.unwrap_or(Duration::from_mins(1)),
            task: poll.unwrap_or(Duration::from_secs(5)),
            minute: minute_milliseconds.map_or(Duration::from_mins(1), Duration::from_millis),
        }
    }

    /// Returns the time until the next observation of what is waited for.
    pub(super) fn between(self, wait: &Wait) -> Duration {
        let is_slow = matches!(wait.code, "instance" | "creating" | "deleting" | "modifying");
        if is_slow && !wait.status.is_empty() { self.instance } else { self.task }
    }

    /// Returns the time that an action has until it is observed, and that is waited before one is tried again.
    pub(super) fn after_an_action(self) -> Duration {
        self.task
    }

    /// Returns the time after which a person must act.
    pub(super) fn budget(self, wait: &Wait) -> Duration {
        self.minute.saturating_mul(wait.budget_minutes)
    }
}
