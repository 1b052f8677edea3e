//! A session whose HTTP client gives scripted responses, for tests.

use std::sync::{Arc, Mutex};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_config::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use serde_json::Value;

use crate::clients::Clients;
use crate::environment::retries;
use crate::session::Session;

/// The requests that were sent, each with its operation and its parameters.
pub(crate) type Requests = Arc<Mutex<Vec<(String, Value)>>>;

/// Gives the responses in their order, the last one again and again.
#[derive(Debug)]
struct Script {
    responses: Vec<(u16, String)>,
    requests: Requests,
}

impl HttpConnector for Script {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let body = serde_json::from_slice(request.body().bytes().unwrap_or_default()).unwrap();
        let mut requests = self.requests.lock().unwrap();
        let (status, text) = self.responses.get(requests.len()).or(self.responses.last()).unwrap().clone();
        requests.push((operation, body));
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status.try_into().unwrap(), SdkBody::from(text))))
    }
}

/// Opens a session that gets these responses, each a status and a body, and returns the requests that it sends.
pub(crate) fn session(responses: &[(u16, &str)]) -> (Session, Requests) {
    let requests = Requests::default();
    let responses = responses.iter().map(|(status, body)| (*status, (*body).to_owned())).collect();
    let connector = SharedHttpConnector::new(Script { responses, requests: Arc::clone(&requests) });
    let credentials = Credentials::new("key", "secret", None, None, "test");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .retry_config(retries())
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .build();
    let clients = Arc::new(Clients::new(config, None));
    (Session::new(clients, &Arc::default(), "aws", Some("123456789012")), requests)
}
