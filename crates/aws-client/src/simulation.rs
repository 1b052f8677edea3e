//! A network in memory: a simulation receives each request in place of a server, and decides when and how it responds.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use aws_config::Region;
use aws_sdk_config::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use futures_util::future::BoxFuture;
use http_body::{Body, Frame};

use crate::aws::Aws;
use crate::environment;

/// A server that is reached without a connection.
pub trait Server: fmt::Debug + Send + Sync + 'static {
    /// Responds to a request.
    ///
    /// # Errors
    /// Returns an error if the connection is lost before the response begins.
    fn respond(&self, request: Request) -> BoxFuture<'static, Result<Response, io::Error>>;
}

/// A signed request.
#[derive(Clone, Debug)]
pub struct Request {
    /// The path of the URL.
    pub path: String,
    /// The headers, `host` among them.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// A response.
#[derive(Clone, Debug)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// True if the connection breaks at the end of `body`.
    pub is_cut: bool,
}

/// Keys that sign requests.
#[derive(Clone, Debug)]
pub struct Keys {
    /// The id of the key.
    pub access_key_id: String,
    /// The key.
    pub secret_access_key: String,
    /// The token of the session.
    pub session_token: String,
}

impl Aws {
    /// Makes the clients of a function in `region` with the settings that Lambda's environment does not change: retries and
    /// timeouts are those of the function. Every request goes to `server`.
    #[must_use]
    pub fn simulated(server: Arc<dyn Server>, region: &str, keys: Keys) -> Self {
        let Keys { access_key_id, secret_access_key, session_token } = keys;
        let credentials =
            Credentials::new(access_key_id, secret_access_key, Some(session_token), None, "simulation");
        let connector = SharedHttpConnector::new(InMemory(server));
        let client = http_client_fn(move |_, _| connector.clone());
        let settings = environment::common(client, SharedCredentialsProvider::new(credentials))
            .region(Region::new(region.to_owned()))
            .endpoint_url("http://simulation.invalid");
        Self::new(settings.build())
    }
}

#[derive(Debug)]
struct InMemory(Arc<dyn Server>);

impl HttpConnector for InMemory {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let server = Arc::clone(&self.0);
        HttpConnectorFuture::new(async move {
            let response =
                server.respond(plain(&request)).await.map_err(|error| ConnectorError::io(error.into()))?;
            let status = response.status.try_into().map_err(|_| {
                ConnectorError::other("the simulation has a status that is not HTTP".into(), None)
            })?;
            let body = BrokenBody { bytes: Some(response.body), is_cut: response.is_cut };
            let mut http = HttpResponse::new(status, SdkBody::from_body_1_x(body));
            for (name, value) in response.headers {
                http.headers_mut().insert(name, value);
            }
            Ok(http)
        })
    }
}

/// Copies a request, with the header `host` that a connection would add.
fn plain(request: &HttpRequest) -> Request {
    let after_scheme = request.uri().split_once("://").map_or(request.uri(), |(_, rest)| rest);
    let (host, path) = after_scheme.split_once('/').unwrap_or((after_scheme, ""));
    let mut headers: Vec<(String, String)> =
        request.headers().iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    if request.headers().get("host").is_none() {
        headers.push(("host".to_owned(), host.to_owned()));
    }
    let body = request.body().bytes().unwrap_or_default().to_vec();
    Request { path: format!("/{path}"), headers, body }
}

/// A body that may end with an error.
struct BrokenBody {
    bytes: Option<Vec<u8>>,
    is_cut: bool,
}

impl Body for BrokenBody {
    type Data = bytes::Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<bytes::Bytes>, io::Error>>> {
        match self.bytes.take() {
            Some(bytes) if !bytes.is_empty() => Poll::Ready(Some(Ok(Frame::data(bytes.into())))),
            _ if self.is_cut => Poll::Ready(Some(Err(io::Error::other("cut short")))),
            _ => Poll::Ready(None),
        }
    }
}
