//! The handle by which tests and programs start the server, fill its accounts and read its records.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::account::Account;
use crate::credentials::Credentials;
use crate::fault::{Fault, FaultCounter};
use crate::invocation::{Invocation, Outcome, TimedOutcome};
use crate::server::{Listener, Server};
use crate::state::{AcceptedEvaluation, Call, Shared};
use crate::tls::Tls;

/// The server. It listens on 127.0.0.1 until it is dropped.
#[derive(Debug)]
pub struct LocalAws {
    _server: Server, // the first field, so that the server stops before the CA's file is deleted
    address: SocketAddr,
    tls: Option<(SocketAddr, Tls)>,
    shared: Arc<Shared>,
}

impl LocalAws {
    /// Starts the server on a free port.
    ///
    /// # Errors
    /// Returns an error if no port or thread is available.
    pub fn start() -> io::Result<Self> {
        Self::start_on(0)
    }

    /// Starts the server on this port of 127.0.0.1; on a free one for 0.
    ///
    /// # Errors
    /// Returns an error if the port is in use, or no thread is available.
    pub fn start_on(port: u16) -> io::Result<Self> {
        Self::start_with(port, None)
    }

    /// Starts the server with a second port for AWS, which accepts TLS 1.3 only. Its certificate is signed by the CA
    /// in [`ca_file`](Self::ca_file).
    ///
    /// # Errors
    /// Returns an error if no port or thread is available or the certificate cannot be made.
    pub fn start_tls() -> io::Result<Self> {
        Self::start_with(0, Some(Tls::new()?))
    }

    fn start_with(port: u16, tls: Option<Tls>) -> io::Result<Self> {
        let plain = Listener::bind(port)?;
        let address = plain.address;
        let shared = Arc::new(Shared::default());
        let (tls_listener, tls) = match tls {
            None => (None, None),
            Some(tls) => {
                let listener = Listener::bind(0)?;
                let address = listener.address;
                (Some((listener, tls.acceptor())), Some((address, tls)))
            }
        };
        let server = Server::start(plain, tls_listener, Arc::clone(&shared))?;
        Ok(Self { _server: server, address, tls, shared })
    }

    /// Returns the URL of AWS, for `AWS_ENDPOINT_URL`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        match &self.tls {
            None => format!("http://{}", self.address),
            Some((address, _)) => format!("https://{address}"),
        }
    }

    /// Returns host and port of the Runtime API, for `AWS_LAMBDA_RUNTIME_API`. It has no TLS, as in Lambda.
    #[must_use]
    pub fn runtime_api(&self) -> String {
        self.address.to_string()
    }

    /// Returns the PEM file with the certificate that clients must trust; `None` without TLS. The file is deleted
    /// when the server is dropped.
    #[must_use]
    pub fn ca_file(&self) -> Option<&Path> {
        self.tls.as_ref().map(|(_, tls)| tls.ca_file())
    }

    /// Changes the content of an account in a Region. The account is created, with a recorder, at its first use.
    pub fn account<T>(&self, account_id: &str, region: &str, change: impl FnOnce(&mut Account) -> T) -> T {
        let mut state = self.shared.state();
        let account = state.account(account_id, region);
        account.drop_dms_index();
        change(account)
    }

    /// Sets the Regions of an account, each with true if it is enabled.
    pub fn set_regions(&self, account_id: &str, regions: Vec<(String, bool)>) {
        self.shared.state().regions.insert(account_id.to_owned(), regions);
    }

    /// Sets the accounts of the organization, each with its state, such as ACTIVE.
    pub fn set_organization(&self, accounts: Vec<(String, String)>) {
        self.shared.state().organization = accounts;
    }

    /// Sets the name that AWS Organizations has for an account, which is `account` and its id otherwise.
    pub fn set_account_name(&self, account_id: &str, name: &str) {
        self.shared.state().account_names.insert(account_id.to_owned(), name.to_owned());
    }

    /// Sets an organizational unit, with the ids of the units and of the accounts that are directly in it. An account must
    /// be one of [`set_organization`](Self::set_organization).
    pub fn set_unit(&self, id: &str, units: &[&str], accounts: &[&str]) {
        let owned = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        self.shared.state().units.insert(id.to_owned(), (owned(units), owned(accounts)));
    }

    /// Returns credentials of the account that the server accepts from now on.
    #[must_use]
    pub fn credentials(&self, account_id: &str) -> Credentials {
        let credentials = Credentials::derive(account_id, "function");
        self.shared.state().add_credentials(account_id, credentials.clone());
        credentials
    }

    /// Accepts these credentials as those of the account from now on.
    pub fn accept(&self, account_id: &str, credentials: Credentials) {
        self.shared.state().add_credentials(account_id, credentials);
    }

    /// Adds a fault, which affects requests from now on. If several affect a request, the one added first counts.
    pub fn inject(&self, fault: Fault) {
        self.shared.state().faults.push(FaultCounter::new(fault));
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.shared.state().faults.clear();
    }

    /// Delays every response of AWS.
    pub fn set_delay(&self, delay: Duration) {
        self.shared.state().delay = delay;
    }

    /// Returns the requests to AWS in the order of their arrival.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.shared.state().calls.clone()
    }

    /// Returns the evaluations that AWS Config accepted, in order.
    #[must_use]
    pub fn accepted(&self) -> Vec<AcceptedEvaluation> {
        self.shared.state().accepted.clone()
    }

    /// Clears the lists of calls and accepted evaluations. The content of the accounts stays.
    pub fn clear_calls(&self) {
        let mut state = self.shared.state();
        state.calls.clear();
        state.accepted.clear();
    }

    /// Sends an invocation to the function and blocks until its outcome is known.
    #[must_use]
    pub fn invoke(&self, invocation: &Invocation) -> Outcome {
        self.invoke_timed(invocation).outcome
    }

    /// Sends an invocation as [`invoke`](Self::invoke) does, and measures the time that it takes.
    #[must_use]
    pub fn invoke_timed(&self, invocation: &Invocation) -> TimedOutcome {
        self.shared.invocations.invoke(invocation, &self.shared.next_request_id())
    }

    /// Blocks until the function has polled for an invocation `number` times. Returns the moment of that poll; `None`
    /// if `timeout` passes first.
    #[must_use]
    pub fn wait_for_poll(&self, number: usize, timeout: Duration) -> Option<Instant> {
        self.shared.invocations.wait_for_poll(number, timeout)
    }
}
