//! Invocations of the function, from the request to the outcome.

use std::collections::{HashMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, Instant};

use chrono::Utc;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Notify;

/// The time beyond the function's timeout for which a response is awaited.
const GRACE: Duration = Duration::from_millis(500);

/// An invocation of the function.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The event; JSON, unless a test sends something else.
    pub payload: String,
    /// The function's timeout.
    pub timeout: Duration,
    /// The function's ARN, which names the account that owns the function.
    pub function_arn: Option<String>,
}

/// The outcome of an invocation.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The function responded with this value.
    Succeeded(Value),
    /// The function reported an error, which Lambda counts and retries.
    Failed {
        /// Lambda's errorType.
        error_type: String,
        /// Lambda's errorMessage.
        error_message: String,
    },
    /// The function did not respond within the timeout.
    TimedOut,
}

/// The outcome of an invocation and the time that it took.
#[derive(Clone, Debug)]
pub struct TimedOutcome {
    /// The outcome.
    pub outcome: Outcome,
    /// The time from the moment at which the function received the invocation to its response, measured in the
    /// Runtime API; `None` if it did not receive the invocation or did not respond.
    pub duration: Option<Duration>,
}

/// An invocation that waits for the function to poll.
#[derive(Debug)]
pub(crate) struct PendingInvocation {
    pub(crate) request_id: String,
    /// The deadline in milliseconds since 1970.
    pub(crate) deadline: i64,
    pub(crate) invocation: Invocation,
}

/// The invocations that wait for the function, and the callers that wait for outcomes.
#[derive(Debug, Default)]
pub(crate) struct InvocationQueue {
    entries: Mutex<Entries>,
    arrival: Notify,
    poll: Condvar,
}

#[derive(Debug, Default)]
struct Entries {
    pending: VecDeque<PendingInvocation>,
    /// The callers by request id.
    callers: HashMap<String, mpsc::Sender<TimedOutcome>>,
    /// The moments at which invocations were handed to the function, by request id.
    starts: HashMap<String, Instant>,
    /// The moments of the function's polls.
    polls: Vec<Instant>,
}

/// The body of an error report ("Using the Lambda runtime API" in the Lambda developer guide).
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FunctionError {
    error_type: Option<String>,
    error_message: Option<String>,
}

impl InvocationQueue {
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues an invocation and blocks until its outcome is known or half a second has passed after its timeout.
    pub(crate) fn invoke(&self, invocation: &Invocation, request_id: &str) -> TimedOutcome {
        let (sender, receiver) = mpsc::channel();
        let timeout = i64::try_from(invocation.timeout.as_millis()).unwrap_or(i64::MAX);
        {
            let mut entries = self.entries();
            entries.callers.insert(request_id.to_owned(), sender);
            entries.pending.push_back(PendingInvocation {
                request_id: request_id.to_owned(),
                deadline: Utc::now().timestamp_millis().saturating_add(timeout),
                invocation: invocation.clone(),
            });
        }
        self.arrival.notify_one();
        let outcome = receiver
            .recv_timeout(invocation.timeout + GRACE)
            .unwrap_or(TimedOutcome { outcome: Outcome::TimedOut, duration: None });
        let mut entries = self.entries();
        entries.callers.remove(request_id);
        entries.starts.remove(request_id);
        entries.pending.retain(|pending| pending.request_id != request_id);
        outcome
    }

    /// Blocks until the function has polled `number` times. Returns the moment of that poll; `None` if `timeout`
    /// passes first.
    pub(crate) fn wait_for_poll(&self, number: usize, timeout: Duration) -> Option<Instant> {
        let (entries, _) = self
            .poll
            .wait_timeout_while(self.entries(), timeout, |entries| entries.polls.len() < number)
            .unwrap_or_else(PoisonError::into_inner);
        entries.polls.get(number.checked_sub(1)?).copied()
    }

    /// Registers a poll of the function and waits for the next invocation.
    pub(crate) async fn next(&self) -> PendingInvocation {
        self.entries().polls.push(Instant::now());
        self.poll.notify_all();
        loop {
            let arrival = self.arrival.notified();
            {
                let mut entries = self.entries();
                if let Some(next) = entries.pending.pop_front() {
                    entries.starts.insert(next.request_id.clone(), Instant::now());
                    return next;
                }
            }
            arrival.await;
        }
    }

    /// Reports the response of the function to its caller. Returns false if no caller waits for it.
    pub(crate) fn succeed(&self, request_id: &str, body: &[u8]) -> bool {
        self.complete(request_id, response(body))
    }

    /// Reports the error of an invocation to its caller. Returns false if no caller waits for it.
    pub(crate) fn fail(&self, request_id: &str, body: &[u8]) -> bool {
        self.complete(request_id, failure(body))
    }

    fn complete(&self, request_id: &str, outcome: Outcome) -> bool {
        let (caller, start) = {
            let mut entries = self.entries();
            (entries.callers.remove(request_id), entries.starts.remove(request_id))
        };
        let duration = start.map(|start| start.elapsed());
        caller.is_some_and(|caller| caller.send(TimedOutcome { outcome, duration }).is_ok())
    }

    /// Reports an error during initialization to every caller.
    pub(crate) fn fail_all(&self, body: &[u8]) {
        let mut entries = self.entries();
        entries.pending.clear();
        for (_, caller) in entries.callers.drain() {
            let _ = caller.send(TimedOutcome { outcome: failure(body), duration: None }); // the caller may be gone
        }
    }
}

fn response(body: &[u8]) -> Outcome {
    Outcome::Succeeded(serde_json::from_slice(body).unwrap_or_else(|_| String::from_utf8_lossy(body).into()))
}

fn failure(body: &[u8]) -> Outcome {
    let error: FunctionError = serde_json::from_slice(body).unwrap_or_default();
    Outcome::Failed {
        error_type: error.error_type.unwrap_or_default(),
        error_message: error.error_message.unwrap_or_else(|| String::from_utf8_lossy(body).into_owned()),
    }
}
