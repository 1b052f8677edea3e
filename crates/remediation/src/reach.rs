//! The endpoints that the new instance reaches, as its connection tests show.

use crate::action::Action;
use crate::instance::Instance;
use crate::next::{Next, Remedy, Situation, stop, wait};
use crate::task::Task;

/// The minutes of a connection test: 60 polls of 5 seconds in AWS's own waiter.
const TEST_MINUTES: u32 = 5;

impl Situation<'_> {
    /// Returns what comes next before a task can run on the new instance: DMS starts it only if the last test of each
    /// of its endpoints from there was successful.
    pub(crate) fn reach(&self, new: &Instance, task: &Task) -> Option<Next> {
        task.endpoints().find_map(|endpoint| self.test(new, endpoint, false))
    }

    /// Returns what comes next until an endpoint is proved reachable from the new instance. With `again`, only a test
    /// of this process counts.
    pub(crate) fn test(&self, new: &Instance, endpoint: &str, again: bool) -> Option<Next> {
        let tested = self.attempts.tests.contains(endpoint);
        let connection = self.observation.connections.get(endpoint);
        let status = connection.and_then(|connection| connection.status.as_deref()).unwrap_or_default();
        match status {
            "successful" if tested || !again => None,
            "testing" | "deleting" => Some(wait("test", endpoint, status, TEST_MINUTES)),
            "failed" if tested => {
                let message = connection.and_then(|connection| connection.last_failure_message.as_deref());
                let because = format!(
                    "the new instance does not reach an endpoint: {}",
                    message.unwrap_or("DMS gives no reason")
                );
                Some(stop("endpoint-failed", endpoint, because, Remedy::MendOrBack))
            }
            status if tested => Some(wait("test", endpoint, status, TEST_MINUTES)),
            _ => {
                let (endpoint, instance) = (endpoint.to_owned(), new.arn().to_owned());
                Some(Next::Act(Action::Test { endpoint, instance }))
            }
        }
    }
}
