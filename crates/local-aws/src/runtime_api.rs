//! The Lambda Runtime API: invocations out, answers in.

use std::collections::{HashMap, VecDeque};
use std::sync::mpsc;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::Utc;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Notify;

/// One call of the function.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// What the function is called with; JSON, or not.
    pub payload: String,
    /// The function's timeout.
    pub timeout: Duration,
    /// The function's ARN, whose account is the function's.
    pub function_arn: Option<String>,
}

/// What became of an invocation.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The function's answer.
    Succeeded(Value),
    /// The function's error, which Lambda counts and retries.
    Failed {
        /// Lambda's errorType.
        error_type: String,
        /// Lambda's errorMessage.
        error_message: String,
    },
    /// No answer within the timeout.
    TimedOut,
}

/// What became of an invocation, and when.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The answer.
    pub outcome: Outcome,
    /// From the moment at which the function got the invocation to its answer, as the Runtime API sees it.
    pub duration: Option<Duration>,
}

/// What a poll of the function gets.
#[derive(Debug)]
pub(crate) struct Next {
    pub(crate) request_id: String,
    pub(crate) deadline_milliseconds: i64,
    pub(crate) invocation: Invocation,
}

#[derive(Debug, Default)]
pub(crate) struct RuntimeApi {
    queue: Mutex<Queue>,
    arrived: Notify,
    polled: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<Next>,
    answers: HashMap<String, mpsc::Sender<Answered>>,
    handed_out: HashMap<String, Instant>,
    polls: Vec<Instant>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FunctionError {
    error_type: Option<String>,
    error_message: Option<String>,
}

impl RuntimeApi {
    fn queue(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues an invocation and waits for its outcome, a little longer than its timeout.
    pub(crate) fn invoke(&self, invocation: &Invocation, request_id: &str) -> Answered {
        let (sender, receiver) = mpsc::channel();
        let timeout = i64::try_from(invocation.timeout.as_millis()).unwrap_or(i64::MAX);
        {
            let mut queue = self.queue();
            queue.answers.insert(request_id.to_owned(), sender);
            queue.waiting.push_back(Next {
                request_id: request_id.to_owned(),
                deadline_milliseconds: Utc::now().timestamp_millis().saturating_add(timeout),
                invocation: invocation.clone(),
            });
        }
        self.arrived.notify_one();
        let answered = receiver
            .recv_timeout(invocation.timeout + Duration::from_millis(500))
            .unwrap_or(Answered { outcome: Outcome::TimedOut, duration: None });
        let mut queue = self.queue();
        queue.answers.remove(request_id);
        queue.handed_out.remove(request_id);
        queue.waiting.retain(|next| next.request_id != request_id);
        answered
    }

    /// Waits for the poll of that number, counted from one.
    pub(crate) fn wait_for_poll(&self, number: usize, timeout: Duration) -> Option<Instant> {
        let (queue, _) = self
            .polled
            .wait_timeout_while(self.queue(), timeout, |queue| queue.polls.len() < number)
            .unwrap_or_else(PoisonError::into_inner);
        queue.polls.get(number.checked_sub(1)?).copied()
    }

    /// The next invocation, when there is one.
    pub(crate) async fn next(&self) -> Next {
        self.queue().polls.push(Instant::now());
        self.polled.notify_all();
        loop {
            let arrived = self.arrived.notified();
            {
                let mut queue = self.queue();
                if let Some(next) = queue.waiting.pop_front() {
                    queue.handed_out.insert(next.request_id.clone(), Instant::now());
                    return next;
                }
            }
            arrived.await;
        }
    }

    /// Takes an answer; false if nobody waits for it.
    pub(crate) fn answered(&self, request_id: &str, failed: bool, body: &[u8]) -> bool {
        let (sender, handed_out) = {
            let mut queue = self.queue();
            (queue.answers.remove(request_id), queue.handed_out.remove(request_id))
        };
        let Some(sender) = sender else { return false };
        let duration = handed_out.map(|handed_out| handed_out.elapsed());
        let outcome = if failed { failure(body) } else { success(body) };
        sender.send(Answered { outcome, duration }).is_ok()
    }

    /// The function could not start: whoever waits is told.
    pub(crate) fn not_started(&self, body: &[u8]) {
        let mut queue = self.queue();
        queue.waiting.clear();
        for (_, sender) in queue.answers.drain() {
            let _ = sender.send(Answered { outcome: failure(body), duration: None }); // nobody may wait any more
        }
    }
}

fn success(body: &[u8]) -> Outcome {
    Outcome::Succeeded(serde_json::from_slice(body).unwrap_or_else(|_| String::from_utf8_lossy(body).into()))
}

fn failure(body: &[u8]) -> Outcome {
    let error =
        serde_json::from_slice(body).unwrap_or(FunctionError { error_type: None, error_message: None });
    Outcome::Failed {
        error_type: error.error_type.unwrap_or_default(),
        error_message: error.error_message.unwrap_or_else(|| String::from_utf8_lossy(body).into_owned()),
    }
}
