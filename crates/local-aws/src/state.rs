//! The state of the server, which the public handle and the connections share.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;

use crate::account::{Account, EvaluationResult};
use crate::credentials::Credentials;
use crate::fault::{FaultCounter, FaultKind};
use crate::injection::DuePages;
use crate::invocation::InvocationQueue;

/// The state behind its lock, and the parts that need no lock.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    state: Mutex<State>,
    pub(crate) invocations: InvocationQueue,
    request_ids: AtomicU64,
    connections: AtomicU64,
}

impl Shared {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn next_request_id(&self) -> String {
        format!("00000000-0000-4000-8000-{:012}", self.request_ids.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// Returns the number of a new connection, counted from 1.
    pub(crate) fn next_connection(&self) -> u64 {
        self.connections.fetch_add(1, Ordering::Relaxed) + 1
    }
}

/// The accounts, faults and records of the server.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// The accounts by id and Region.
    pub(crate) accounts: HashMap<(String, String), Account>,
    /// The Regions of each account, with true for those that are enabled.
    pub(crate) regions: HashMap<String, Vec<(String, bool)>>,
    /// The accounts of the organization and their states.
    pub(crate) organization: Vec<(String, String)>,
    /// The names of accounts of the organization, by id.
    pub(crate) account_names: HashMap<String, String>,
    /// The organizational units by id: the ids of the units and accounts directly in each.
    pub(crate) units: HashMap<String, (Vec<String>, Vec<String>)>,
    /// The account and credentials of each access key id.
    pub(crate) credentials: HashMap<String, (String, Credentials)>,
    pub(crate) faults: Vec<FaultCounter>,
    pub(crate) due_pages: DuePages,
    pub(crate) calls: Vec<Call>,
    pub(crate) accepted: Vec<AcceptedEvaluation>,
    /// The time by which every response of AWS is delayed.
    pub(crate) delay: Duration,
}

impl State {
    /// Returns an account in a Region; creates it, with a recorder, at the first use.
    pub(crate) fn account(&mut self, account_id: &str, region: &str) -> &mut Account {
        self.accounts.entry((account_id.to_owned(), region.to_owned())).or_default()
    }

    /// Returns true if an account has a role, in any Region.
    pub(crate) fn has_role(&self, account_id: &str, role_name: &str) -> bool {
        self.accounts
            .iter()
            .any(|((id, _), account)| id == account_id && account.role_names.contains(role_name))
    }

    pub(crate) fn add_credentials(&mut self, account_id: &str, credentials: Credentials) {
        self.credentials.insert(credentials.access_key_id.clone(), (account_id.to_owned(), credentials));
    }

    /// Returns the first fault that affects a request. Counts the request in the faults up to that one.
    pub(crate) fn fault(&mut self, call: &Call) -> Option<FaultKind> {
        let Call { operation, account_id, region, .. } = call;
        self.faults.iter_mut().find_map(|fault| fault.count(operation, account_id, region))
    }
}

/// A request to AWS and its response.
#[derive(Clone, Debug)]
pub struct Call {
    /// The service as its signatures name it, such as `config`, `dms` or `sts`.
    pub service: &'static str,
    /// The operation, such as `PutEvaluations`.
    pub operation: String,
    /// The account that signed the request; empty if the signature was rejected.
    pub account_id: String,
    /// The Region of the request; empty if the signature was rejected.
    pub region: String,
    /// The parameters; null if the body was not JSON.
    pub request: Value,
    /// The HTTP status of the response; `None` if the connection was closed without a response.
    pub status: Option<u16>,
    /// The error code of AWS; `None` if the request succeeded.
    pub error_code: Option<String>,
    /// The request id in the header of the response.
    pub request_id: String,
    /// The number of the TCP connection that carried the request.
    pub connection: u64,
    /// The time from the arrival of the request to the moment at which the response was ready.
    pub duration: Duration,
}

/// An evaluation that AWS Config accepted.
#[derive(Clone, Debug)]
pub struct AcceptedEvaluation {
    /// The account that signed the request.
    pub account_id: String,
    /// The Region of the request.
    pub region: String,
    /// The rule of the result token; `None` in test mode.
    pub rule: Option<String>,
    /// True if the evaluation was validated and not stored.
    pub test_mode: bool,
    /// The evaluation.
    pub result: EvaluationResult,
    /// The request, as an index into [`calls`](crate::LocalAws::calls).
    pub call: usize,
}
