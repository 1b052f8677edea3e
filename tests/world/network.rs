//! The way from the function to AWS: every request arrives, takes effect and is responded to at moments of its own.

use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_client::simulation::{Request, Response, Server};
use futures_util::future::BoxFuture;
use local_aws::{FaultKind, InProcess, Received};
use tokio::sync::{mpsc, oneshot};

use crate::paging::Listing;
use crate::world::World;

/// The operation by which a schedule reads the results that it may clear.
const COMPLIANCE_DETAILS: &str = "GetComplianceDetailsByConfigRule";

/// A request on its way, and the function that waits for its response.
#[derive(Debug)]
pub(crate) struct Transmission {
    invocation: usize,
    request: Request,
    response: oneshot::Sender<Result<Response, io::Error>>,
}

/// The network as one sandbox sees it.
#[derive(Debug)]
pub(crate) struct Network {
    /// The invocation that runs in the sandbox.
    pub(crate) invocation: Arc<AtomicUsize>,
    pub(crate) requests: mpsc::UnboundedSender<Transmission>,
}

impl Server for Network {
    fn respond(&self, request: Request) -> BoxFuture<'static, Result<Response, io::Error>> {
        let (sender, response) = oneshot::channel();
        let invocation = self.invocation.load(Ordering::Relaxed);
        let sent = self.requests.send(Transmission { invocation, request, response: sender });
        Box::pin(async move {
            sent.map_err(io::Error::other)?;
            response.await.map_err(io::Error::other)?
        })
    }
}

/// Serves requests until the world ends. A request that was sent takes effect, even if its sandbox has ended.
pub(crate) async fn serve(world: Rc<World>, mut requests: mpsc::UnboundedReceiver<Transmission>) {
    while let Some(transmission) = requests.recv().await {
        world.spawn({
            let world = Rc::clone(&world);
            async move { carry_out(&world, transmission).await }
        });
    }
}

async fn carry_out(world: &Rc<World>, transmission: Transmission) {
    let Transmission { invocation, request, response } = transmission;
    let headers = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let mut received = world.aws.receive(headers, &request.path, &request.body);
    let operation = received.operation().to_owned();
    let (call, fault) = world.begin_call(invocation, &operation);
    let latency = |direction: u64| world.latency(&[invocation as u64, call as u64, direction]);
    if let Some(FaultKind::Slow { milliseconds }) = fault {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    }
    let has_turns = world.turn().await;
    if !has_turns {
        tokio::time::sleep(latency(0)).await;
    }
    world.kill_at(invocation, call, false);
    if let Some(defect) = world.defect {
        defect.change_request(&operation, received.parameters_mut(), world.now());
    }
    let mut end = respond(&world.aws, received, world.page, fault.as_ref(), |is_later, response| {
        if let (COMPLIANCE_DETAILS, local_aws::Response::Sent { body, .. }) = (operation.as_str(), &*response)
        {
            world.show(invocation, body);
        }
        if let Some(defect) = world.defect {
            defect.change_response(&operation, is_later, response);
        }
    });
    world.trace(|| {
        let of_fault = fault.as_ref().map(|fault| format!(" ({fault:?})")).unwrap_or_default();
        let status = match &end {
            local_aws::Response::Sent { status, .. } => status.to_string(),
            other => format!("{other:?}"),
        };
        format!("  invocation {invocation}, call {call}: {operation}: {status}{of_fault}")
    });
    world.take_effect(invocation);
    world.kill_at(invocation, call, true);
    if !has_turns {
        tokio::time::sleep(latency(1)).await;
    }
    match &mut end {
        local_aws::Response::Sent { status, headers, body, is_cut } => {
            let sent = Response {
                status: *status,
                headers: std::mem::take(headers),
                body: std::mem::take(body).into_bytes(),
                is_cut: *is_cut,
            };
            let _ = response.send(Ok(sent)); // the function may have given up
        }
        local_aws::Response::Dropped => {
            let _ = response.send(Err(io::Error::other("dropped")));
        }
        // A client that is gone closes the channel.
        local_aws::Response::Silent => {
            let mut response = response;
            let end = tokio::time::timeout(Duration::from_mins(2), response.closed());
            let _ = end.await;
        }
    }
}

/// Carries a request out, with listings in small pages.
fn respond(
    aws: &InProcess,
    mut received: Received,
    page: usize,
    fault: Option<&FaultKind>,
    change: impl FnOnce(bool, &mut local_aws::Response),
) -> local_aws::Response {
    let listing = Listing::from_operation(received.operation());
    let token = listing.and_then(|listing| listing.take_token(received.parameters_mut()));
    let of_listing = matches!(fault, Some(FaultKind::EmptyPageWithToken | FaultKind::RepeatedToken));
    let mut response = aws.respond(received, fault.filter(|_| !of_listing));
    if let (local_aws::Response::Sent { body, is_cut: false, status: 200, .. }, Some(listing)) =
        (&mut response, listing)
        && let Some(paged) = listing.page(body, token.as_deref(), page, fault)
    {
        *body = paged;
    }
    change(token.is_some(), &mut response);
    response
}
