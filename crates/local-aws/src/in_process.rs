//! The local AWS without a server: a simulation hands requests to it, and decides when each takes effect.

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};
use serde_json::Value;

use crate::account::Account;
use crate::credentials::Credentials;
use crate::fault::FaultKind;
use crate::received::ReceivedRequest;
use crate::state::{AcceptedEvaluation, Shared};

/// The local AWS in the process of its user. It keeps no list of calls, and reads no clock but that of DMS.
#[derive(Debug, Default)]
pub struct InProcess(Shared);

/// A request that arrived and has had no effect yet.
#[derive(Clone, Debug)]
pub struct Received(ReceivedRequest);

impl Received {
    /// Returns the operation.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.0.target.operation
    }

    /// Returns the parameters; null if the body was not JSON.
    #[must_use]
    pub fn parameters(&self) -> &Value {
        &self.0.parameters
    }

    /// Returns the parameters, to be changed before the request takes effect.
    pub fn parameters_mut(&mut self) -> &mut Value {
        &mut self.0.parameters
    }
}

/// The end of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
    /// There is a response.
    Sent {
        /// The HTTP status.
        status: u16,
        /// The headers.
        headers: Vec<(&'static str, String)>,
        /// The bytes of the body that are sent.
        body: String,
        /// True if the connection breaks at the end of `body`.
        is_cut: bool,
    },
    /// The connection is closed without a response.
    Dropped,
    /// There is no response, and the connection stays open.
    Silent,
}

impl InProcess {
    /// Changes the content of an account in a Region. The account is created, with a recorder, at its first use.
    pub fn account<T>(&self, account_id: &str, region: &str, change: impl FnOnce(&mut Account) -> T) -> T {
        let mut state = self.0.state();
        let account = state.account(account_id, region);
        account.drop_dms_index();
        change(account)
    }

    /// Returns credentials of the account that are accepted from now on.
    #[must_use]
    pub fn credentials(&self, account_id: &str) -> Credentials {
        let credentials = Credentials::derive(account_id, "function");
        self.0.state().add_credentials(account_id, credentials.clone());
        credentials
    }

    /// Reads a request and verifies its signature. A header that is not HTTP is left out.
    pub fn receive<'a>(
        &self,
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        path: &str,
        body: &[u8],
    ) -> Received {
        let headers: HeaderMap = headers
            .into_iter()
            .filter_map(|(name, value)| {
                Some((name.parse::<HeaderName>().ok()?, HeaderValue::from_str(value).ok()?))
            })
            .collect();
        Received(ReceivedRequest::read(&headers, path, body, &self.0))
    }

    /// Carries a request out, under a fault. A delay is the matter of the caller.
    #[must_use]
    pub fn respond(&self, received: Received, fault: Option<&FaultKind>) -> Response {
        let text = received.0.respond(&mut self.0.state(), fault, 0);
        match fault {
            Some(fault) if fault.is_silent() => return Response::Silent,
            Some(fault) if fault.is_dropped() => return Response::Dropped,
            _ => {}
        }
        let is_cut = fault == Some(&FaultKind::CutShort);
        let mut body = fault.and_then(FaultKind::body).map_or(text.body, str::to_owned);
        if is_cut {
            body = body.chars().take(body.chars().count() / 2).collect();
        }
        Response::Sent { status: text.status, headers: text.headers, body, is_cut }
    }

    /// Takes the evaluations that AWS Config accepted since the last time, in order.
    #[must_use]
    pub fn take_accepted(&self) -> Vec<AcceptedEvaluation> {
        std::mem::take(&mut self.0.state().accepted)
    }
}
