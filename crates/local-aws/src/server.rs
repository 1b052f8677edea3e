use std::collections::{HashMap, HashSet};
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use http_body_util::BodyExt;
use hyper::body::{Body, Bytes, Frame, Incoming};
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{HeaderMap, Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

use crate::answer::{Answer, AwsError};
use crate::fault::{Armed, Fault, FaultKind};
use crate::runtime_api::{Answered, Invocation, Next, Outcome, RuntimeApi};
use crate::signature::{self, Credentials, Signed};
use crate::state::{AcceptedEvaluation, Account, Call};
use crate::tls::Tls;
use crate::{config_service, dms, kms, organization, policy, sts};

/// A client that is slower than this at a handshake is none.
const HANDSHAKE_MAXIMUM: Duration = Duration::from_secs(30);

/// The server. It listens on 127.0.0.1 and stops when it is dropped.
#[derive(Debug)]
pub struct LocalAws {
    address: SocketAddr,
    tls: Option<(SocketAddr, Tls)>,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    runtime_api: RuntimeApi,
    ids: AtomicU64,
    connections: AtomicU64,
}

#[derive(Debug, Default)]
struct State {
    accounts: HashMap<(String, String), Account>,
    /// The Regions of an account, and whether they are enabled.
    regions: HashMap<String, Vec<(String, bool)>>,
    /// The accounts of the organization, and their states.
    organization: Vec<(String, String)>,
    keys: HashMap<String, (String, Credentials)>,
    faults: Vec<Armed>,
    /// Listings that were answered with an empty page and are owed the true one.
    owed_pages: HashSet<(String, String)>,
    calls: Vec<Call>,
    accepted: Vec<AcceptedEvaluation>,
    delay: Duration,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_id(&self) -> String {
        format!("00000000-0000-4000-8000-{:012}", self.ids.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

impl LocalAws {
    /// Starts the server on a free port.
    ///
    /// # Errors
    /// No port, no thread.
    pub fn start() -> io::Result<Self> {
        Self::start_with(None)
    }

    /// Starts the server, and AWS on a second port, which speaks TLS 1.3 with a certificate that is signed by the CA
    /// in [`ca_file`](Self::ca_file) and by no other.
    ///
    /// # Errors
    /// No port, no thread, no certificate.
    pub fn start_tls() -> io::Result<Self> {
        Self::start_with(Some(Tls::new()?))
    }

    fn start_with(tls: Option<Tls>) -> io::Result<Self> {
        let (listener, address) = listen()?;
        let (tls_listener, tls) = match tls {
            None => (None, None),
            Some(tls) => {
                let (listener, address) = listen()?;
                (Some((listener, tls.acceptor())), Some((address, tls)))
            }
        };
        let shared = Arc::new(Shared::default());
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let server = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("local-aws".to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = accept(listener, Arc::clone(&server)) => {}
                    () = accept_tls(tls_listener, server) => {}
                    _ = stopped => {}
                }
            });
        })?;
        Ok(Self { address, tls, shared, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens, for `AWS_ENDPOINT_URL`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        match &self.tls {
            None => format!("http://{}", self.address),
            Some((address, _)) => format!("https://{address}"),
        }
    }

    /// Where the Runtime API listens, for `AWS_LAMBDA_RUNTIME_API`; without TLS, as in Lambda.
    #[must_use]
    pub fn runtime_api(&self) -> String {
        self.address.to_string()
    }

    /// The certificate in PEM that clients must trust, if this server speaks TLS. The file is gone with the server.
    #[must_use]
    pub fn ca_file(&self) -> Option<&Path> {
        self.tls.as_ref().map(|(_, tls)| tls.ca_file())
    }

    /// Changes what an account holds in a Region; the account is made, with a recorder, at first use.
    pub fn account<T>(&self, account_id: &str, region: &str, change: impl FnOnce(&mut Account) -> T) -> T {
        let mut state = self.shared.state();
        let account = state.accounts.entry((account_id.to_owned(), region.to_owned())).or_default();
        account.changed();
        change(account)
    }

    /// The Regions of an account, and whether each is enabled.
    pub fn set_regions(&self, account_id: &str, regions: Vec<(String, bool)>) {
        self.shared.state().regions.insert(account_id.to_owned(), regions);
    }

    /// The accounts of the organization, and their states, such as ACTIVE.
    pub fn set_organization(&self, accounts: Vec<(String, String)>) {
        self.shared.state().organization = accounts;
    }

    /// Keys of the account that this server accepts.
    #[must_use]
    pub fn credentials(&self, account_id: &str) -> Credentials {
        let credentials = Credentials::of(account_id, "function");
        let key = credentials.access_key_id.clone();
        self.shared.state().keys.insert(key, (account_id.to_owned(), credentials.clone()));
        credentials
    }

    /// From now on, requests fail so.
    pub fn inject(&self, fault: Fault) {
        self.shared.state().faults.push(Armed::new(fault));
    }

    /// Nothing fails any more.
    pub fn clear_faults(&self) {
        self.shared.state().faults.clear();
    }

    /// Every AWS answer comes this much later.
    pub fn set_delay(&self, delay: Duration) {
        self.shared.state().delay = delay;
    }

    /// Every request to AWS, in the order in which they came.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.shared.state().calls.clone()
    }

    /// Every evaluation that AWS Config took, in order.
    #[must_use]
    pub fn accepted(&self) -> Vec<AcceptedEvaluation> {
        self.shared.state().accepted.clone()
    }

    /// Forgets the calls and what was accepted; what is stored stays.
    pub fn clear_calls(&self) {
        let mut state = self.shared.state();
        state.calls.clear();
        state.accepted.clear();
    }

    /// Hands an invocation to the function that polls, and waits for its outcome.
    #[must_use]
    pub fn invoke(&self, invocation: &Invocation) -> Outcome {
        self.invoke_timed(invocation).outcome
    }

    /// The same, with the time that it took.
    #[must_use]
    pub fn invoke_timed(&self, invocation: &Invocation) -> Answered {
        self.shared.runtime_api.invoke(invocation, &self.shared.next_id())
    }

    /// Waits until the function has asked for an invocation that many times; tells when it did, or nothing if it did
    /// not in time.
    #[must_use]
    pub fn wait_for_poll(&self, number: usize, timeout: Duration) -> Option<Instant> {
        self.shared.runtime_api.wait_for_poll(number, timeout)
    }
}

impl Drop for LocalAws {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(()); // the thread may have ended
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn listen() -> io::Result<(std::net::TcpListener, SocketAddr)> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

async fn accept(listener: std::net::TcpListener, shared: Arc<Shared>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        tokio::spawn(serve(stream, Arc::clone(&shared)));
    }
}

/// Never ends where nobody wants TLS.
async fn accept_tls(listener: Option<(std::net::TcpListener, TlsAcceptor)>, shared: Arc<Shared>) {
    let Some((listener, acceptor)) = listener else { return std::future::pending().await };
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        let (handshake, shared) = (acceptor.accept(stream), Arc::clone(&shared));
        tokio::spawn(async move {
            // A handshake that fails is a client that does not trust this server, as it should not without its CA.
            if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE_MAXIMUM, handshake).await {
                serve(stream, shared).await;
            }
        });
    }
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(stream: S, shared: Arc<Shared>) {
    let connection = shared.connections.fetch_add(1, Ordering::Relaxed) + 1;
    let service = service_fn(move |request| respond(request, Arc::clone(&shared), connection));
    // An error here is a connection that the client, or a fault, closed.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// The bytes of an answer, which may end too early.
#[derive(Debug)]
struct Sent {
    bytes: Option<Bytes>,
    cut: bool,
}

impl Sent {
    fn whole(bytes: impl Into<Bytes>) -> Self {
        Self { bytes: Some(bytes.into()), cut: false }
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.bytes.take() {
            Some(bytes) if !bytes.is_empty() => Poll::Ready(Some(Ok(Frame::data(bytes)))),
            _ if self.cut => Poll::Ready(Some(Err(io::Error::other("cut short")))),
            _ => Poll::Ready(None),
        }
    }
}

fn response(
    status: u16,
    headers: &[(&'static str, String)],
    body: Sent,
) -> Result<Response<Sent>, io::Error> {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, HeaderValue::from_str(value).map_err(io::Error::other)?);
    }
    if let (false, Some(bytes)) = (body.cut, &body.bytes) {
        response = response.header(CONTENT_LENGTH, bytes.len());
    }
    response.body(body).map_err(io::Error::other)
}

async fn respond(
    request: Request<Incoming>,
    shared: Arc<Shared>,
    connection: u64,
) -> Result<Response<Sent>, io::Error> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let path = parts.uri.path();
    if let Some(path) = path.strip_prefix("/2018-06-01/runtime/") {
        return runtime(&parts.method, path, &body, &shared).await;
    }
    aws(&parts.headers, path, &body, &shared, connection).await
}

async fn runtime(
    method: &Method,
    path: &str,
    body: &[u8],
    shared: &Shared,
) -> Result<Response<Sent>, io::Error> {
    let api = &shared.runtime_api;
    let segments: Vec<&str> = path.split('/').collect();
    match (method, segments.as_slice()) {
        (&Method::GET, ["invocation", "next"]) => {
            let Next { request_id, deadline_milliseconds, invocation } = api.next().await;
            let mut headers = vec![
                ("content-type", "application/json".to_owned()),
                ("lambda-runtime-aws-request-id", request_id),
                ("lambda-runtime-deadline-ms", deadline_milliseconds.to_string()),
                ("lambda-runtime-trace-id", "Root=1-00000000-000000000000000000000000;Sampled=0".to_owned()),
            ];
            headers.extend(invocation.function_arn.map(|arn| ("lambda-runtime-invoked-function-arn", arn)));
            response(200, &headers, Sent::whole(invocation.payload))
        }
        (&Method::POST, ["invocation", id, answer @ ("response" | "error")]) => {
            let status = if api.answered(id, *answer == "error", body) { 202 } else { 400 };
            response(status, &[], Sent::whole(r#"{"status":"OK"}"#))
        }
        (&Method::POST, ["init", "error"]) => {
            api.not_started(body);
            response(202, &[], Sent::whole(r#"{"status":"OK"}"#))
        }
        _ => response(404, &[], Sent::whole("")),
    }
}

/// A request to AWS: whose it is, what it asks, how it fails, what it gets.
struct Asked<'a> {
    service: &'static str,
    operation: String,
    request: Value,
    signed: Signed,
    body: &'a [u8],
    request_id: String,
}

async fn aws(
    headers: &HeaderMap,
    path: &str,
    body: &[u8],
    shared: &Shared,
    connection: u64,
) -> Result<Response<Sent>, io::Error> {
    let began = Instant::now();
    let request_id = shared.next_id();
    let (service, operation) = target(headers, path, body);
    let is_sts = service == "sts";
    let signed = signature::check(headers, path, service, body, |key| shared.state().keys.get(key).cloned());
    let (account_id, region) =
        signed.as_ref().map(|signed| (signed.account_id.clone(), signed.region.clone())).unwrap_or_default();
    let request = if is_sts {
        sts::json(&sts::form(body))
    } else {
        serde_json::from_slice(body).unwrap_or(Value::Null)
    };
    let mut call = Call {
        service,
        operation: operation.clone(),
        account_id,
        region,
        request: request.clone(),
        status: None,
        error_code: None,
        request_id: request_id.clone(),
        connection,
        duration: Duration::ZERO,
    };
    // The call takes its place in the list now, in order of arrival.
    let index = {
        let mut state = shared.state();
        state.calls.push(call.clone());
        state.calls.len() - 1
    };
    let fault = shared
        .state()
        .faults
        .iter_mut()
        .find_map(|fault| fault.strike(&operation, &call.account_id, &call.region));
    let delay = shared.state().delay
        + match fault {
            Some(FaultKind::Slow { milliseconds }) => Duration::from_millis(milliseconds),
            _ => Duration::ZERO,
        };
    if !delay.is_zero() {
        later(delay).await;
    }
    let asked = match signed {
        Ok(signed) if is_sts || service == "account" || is_json(headers) => {
            Ok(Asked { service, operation, request, signed, body, request_id: request_id.clone() })
        }
        Ok(_) => Err(AwsError::client(
            "SerializationException",
            "the Content-Type is not application/x-amz-json-1.1, or the body is no JSON",
        )),
        Err(error) => Err(error),
    };
    let answer = asked.and_then(|asked| shared.state().answer(&asked, fault.as_ref(), index));
    let dropped = matches!(fault, Some(FaultKind::DropConnection | FaultKind::DropAfter));
    let (status, body) = match &answer {
        Ok(body) => (200, body.clone()),
        Err(error) if is_sts => (error.status, error.xml(&request_id)),
        Err(error) => (error.status, error.json().to_string()),
    };
    call.status = (!dropped).then_some(status);
    call.error_code = answer.err().map(|error| error.code.to_owned());
    call.duration = began.elapsed();
    if let Some(entry) = shared.state().calls.get_mut(index) {
        *entry = call;
    }
    if dropped {
        return Err(io::Error::other("dropped"));
    }
    let content_type = if is_sts { "text/xml" } else { "application/x-amz-json-1.1" };
    let mut headers =
        vec![(CONTENT_TYPE.as_str(), content_type.to_owned()), ("x-amzn-requestid", request_id)];
    let body = match fault {
        Some(FaultKind::Garbage) => Sent::whole("<html>a proxy was here</html>"),
        Some(FaultKind::EmptyBody) => Sent::whole(""),
        Some(FaultKind::EmptyObject) => Sent::whole("{}"),
        Some(FaultKind::CutShort) => {
            headers.push((CONTENT_LENGTH.as_str(), body.len().to_string()));
            let half = body.len() / 2;
            Sent { bytes: Some(Bytes::from(body).slice(..half)), cut: true }
        }
        _ => Sent::whole(body),
    };
    response(status, &headers, body)
}

/// On a thread of its own: a timer of the runtime may be a millisecond late, which would be laid at the caller's door.
async fn later(delay: Duration) {
    let until = Instant::now() + delay;
    let sleep = move || std::thread::sleep(until.saturating_duration_since(Instant::now()));
    let _ = tokio::task::spawn_blocking(sleep).await; // it does not panic
}

fn target(headers: &HeaderMap, path: &str, body: &[u8]) -> (&'static str, String) {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    match target.split_once('.') {
        Some(("StarlingDoveService", operation)) => ("config", operation.to_owned()),
        Some(("AmazonDMSv20160101", operation)) => ("dms", operation.to_owned()),
        Some(("AWSOrganizationsV20161128", operation)) => ("organizations", operation.to_owned()),
        None if path == "/listRegions" => ("account", "ListRegions".to_owned()),
        Some(("TrentService", operation)) => ("kms", operation.to_owned()),
        _ => ("sts", sts::form(body).remove("Action").unwrap_or_default()),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|value| value == "application/x-amz-json-1.1")
}

impl State {
    /// The body of a successful answer, or the error.
    fn answer(
        &mut self,
        asked: &Asked<'_>,
        fault: Option<&FaultKind>,
        call: usize,
    ) -> Result<String, AwsError> {
        if let Some(error) = fault.and_then(|fault| refusal(fault, asked)) {
            return Err(error);
        }
        let Signed { account_id, region } = &asked.signed;
        let place = (account_id.clone(), region.clone());
        if let Some(policy) = self.accounts.get(&place).and_then(|account| account.policy.as_ref()) {
            let Asked { service, operation, request, .. } = asked;
            policy.check(&policy::Call { service, operation, request, account_id, region })?;
        }
        if matches!(fault, Some(FaultKind::DropConnection | FaultKind::Garbage | FaultKind::EmptyBody)) {
            return Ok("{}".to_owned()); // nothing is done, and what is sent is not this
        }
        match asked.service {
            "sts" => self.sts(asked),
            "dms" => self.of_account(asked, fault, |operation, request, account| {
                dms::answer(operation, request, account, &asked.signed)
            }),
            "kms" => self.of_account(asked, fault, kms::answer),
            "account" => {
                let regions = self.regions.get(&asked.signed.account_id).cloned().unwrap_or_default();
                organization::list_regions(&asked.request, &regions).map(|value| value.to_string())
            }
            "organizations" => {
                let accounts = self.organization.clone();
                self.listing(asked, fault, |operation, request| {
                    organization::answer(operation, request, &accounts)
                })
                .map(|value| value.to_string())
            }
            _ if asked.operation == "PutEvaluations" => {
                self.put_evaluations(asked, fault, call).map(|value| value.to_string())
            }
            _ => self.of_account(asked, fault, config_service::answer),
        }
    }

    fn account(&mut self, signed: &Signed) -> &mut Account {
        self.accounts.entry((signed.account_id.clone(), signed.region.clone())).or_default()
    }

    /// A listing of what an account holds; the account is lent for it, since it may be large.
    fn of_account(
        &mut self,
        asked: &Asked<'_>,
        fault: Option<&FaultKind>,
        answer: impl FnOnce(&str, &Value, &Account) -> Answer,
    ) -> Result<String, AwsError> {
        let account = std::mem::take(self.account(&asked.signed));
        let answer = self.listing(asked, fault, |operation, request| answer(operation, request, &account));
        *self.account(&asked.signed) = account;
        answer.map(|value| value.to_string())
    }

    fn put_evaluations(&mut self, asked: &Asked<'_>, fault: Option<&FaultKind>, call: usize) -> Answer {
        let fail = if let Some(FaultKind::FailedEvaluations { count }) = fault { *count } else { 0 };
        let (answer, accepted) =
            config_service::put_evaluations(&asked.request, self.account(&asked.signed), fail)?;
        let Signed { account_id, region } = &asked.signed;
        self.accepted.extend(accepted.results.into_iter().map(|result| AcceptedEvaluation {
            account_id: account_id.clone(),
            region: region.clone(),
            rule: accepted.rule.clone(),
            test_mode: accepted.rule.is_none(),
            result,
            call,
        }));
        Ok(answer)
    }

    /// A listing, with the two faults of tokens.
    fn listing(
        &mut self,
        asked: &Asked<'_>,
        fault: Option<&FaultKind>,
        answer: impl FnOnce(&str, &Value) -> Answer,
    ) -> Answer {
        let (list, token, next) = match (asked.operation.as_str(), dms::list_of(&asked.operation)) {
            (_, Some(list)) => (list, "Marker", "Marker"),
            ("ListAccounts", _) => ("Accounts", "NextToken", "NextToken"),
            ("SelectAggregateResourceConfig", _) => ("Results", "NextToken", "NextToken"),
            ("DescribeConfigurationAggregatorSourcesStatus", _) => {
                ("AggregatedSourceStatusList", "NextToken", "NextToken")
            }
            ("ListAliases", _) => ("Aliases", "Marker", "NextMarker"),
            ("GetResourceConfigHistory", _) => ("configurationItems", "nextToken", "nextToken"),
            ("ListDiscoveredResources", _) => ("resourceIdentifiers", "nextToken", "nextToken"),
            ("GetComplianceDetailsByConfigRule", _) => ("EvaluationResults", "NextToken", "NextToken"),
            _ => return answer(&asked.operation, &asked.request),
        };
        let empty = |token: &str| {
            let mut page = json!({list: [], next: token});
            if let (Value::Object(members), "ListAliases") = (&mut page, asked.operation.as_str()) {
                members.insert("Truncated".to_owned(), true.into());
            }
            Ok(page)
        };
        let mut request = asked.request.clone();
        let sent = request.get(token).and_then(Value::as_str).unwrap_or_default().to_owned();
        if let Some(position) = sent.strip_prefix("owed-") {
            if !self.owed_pages.remove(&(asked.operation.clone(), sent.clone())) {
                return Err(AwsError::client("InvalidNextTokenException", "the token was not given"));
            }
            if let Value::Object(members) = &mut request {
                members.remove(token);
                if !position.is_empty() {
                    members.insert(token.to_owned(), position.into());
                }
            }
        } else if fault == Some(&FaultKind::EmptyPageWithToken) {
            let owed = format!("owed-{sent}");
            self.owed_pages.insert((asked.operation.clone(), owed.clone()));
            return empty(&owed);
        }
        if fault == Some(&FaultKind::RepeatedToken) {
            return empty(if sent.is_empty() { "again" } else { &sent });
        }
        answer(&asked.operation, &request)
    }

    fn sts(&mut self, asked: &Asked<'_>) -> Result<String, AwsError> {
        let mut learnt = None;
        let accounts = &self.accounts;
        let answer = sts::answer(
            &sts::form(asked.body),
            &asked.signed.account_id,
            &asked.request_id,
            |account_id, role| {
                accounts
                    .iter()
                    .any(|((id, _), account)| id == account_id && account.role_names.contains(role))
            },
            |account_id, credentials| learnt = Some((account_id.to_owned(), credentials)),
        )?;
        if let Some((account_id, credentials)) = learnt {
            self.keys.insert(credentials.access_key_id.clone(), (account_id, credentials));
        }
        Ok(answer)
    }
}

/// The error that a fault answers with, if it is one of those.
fn refusal(fault: &FaultKind, asked: &Asked<'_>) -> Option<AwsError> {
    let Asked { service, operation, signed, .. } = asked;
    let denied = |why: &str| {
        let message = format!(
            "User: arn:aws:sts::{}:assumed-role/dms-rule/dms-rule is not authorized to perform: {service}:{operation} {why}",
            signed.account_id
        );
        let (status, code) =
            if *service == "sts" { (403, "AccessDenied") } else { (400, "AccessDeniedException") };
        AwsError::new(status, code, message)
    };
    match fault {
        FaultKind::Throttle => Some(AwsError::client("ThrottlingException", "Rate exceeded")),
        FaultKind::ServerError => Some(AwsError::new(500, "InternalFailure", "internal failure")),
        FaultKind::Unavailable => Some(AwsError::new(503, "ServiceUnavailable", "try again")),
        FaultKind::Denied => Some(denied("because no identity-based policy allows it")),
        FaultKind::EchoToken => {
            let token = asked.request.get("ResultToken").and_then(Value::as_str).unwrap_or_default();
            Some(denied(&format!("with the token {token}")))
        }
        _ => None,
    }
}
