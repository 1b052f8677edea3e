//! Listening on the loopback interface, with and without TLS.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

use crate::http::HttpResponse;
use crate::state::Shared;
use crate::{aws_api, runtime_api};

/// The time within which a client must complete the TLS handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(30);

/// A port on 127.0.0.1 that accepts connections.
#[derive(Debug)]
pub(crate) struct Listener {
    socket: std::net::TcpListener,
    pub(crate) address: SocketAddr,
}

impl Listener {
    /// Listens on a port; on a free one for 0.
    pub(crate) fn bind(port: u16) -> io::Result<Self> {
        let socket = std::net::TcpListener::bind(("127.0.0.1", port))?;
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        Ok(Self { socket, address })
    }
}

/// The thread that serves connections. It ends when this value is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Server {
    /// Serves the connections of `plain` and, with TLS, those of `tls`.
    pub(crate) fn start(
        plain: Listener,
        tls: Option<(Listener, TlsAcceptor)>,
        shared: Arc<Shared>,
    ) -> io::Result<Self> {
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = std::thread::Builder::new().name("local-aws".to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = accept(plain, Arc::clone(&shared)) => {}
                    () = accept_tls(tls, shared) => {}
                    _ = stopped => {}
                }
            });
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(()); // the thread may have ended
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn accept(listener: Listener, shared: Arc<Shared>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener.socket) else { return };
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        tokio::spawn(serve(stream, Arc::clone(&shared)));
    }
}

/// Accepts connections with TLS; never completes if `tls` is `None`.
async fn accept_tls(tls: Option<(Listener, TlsAcceptor)>, shared: Arc<Shared>) {
    let Some((listener, acceptor)) = tls else { return std::future::pending().await };
    let Ok(listener) = tokio::net::TcpListener::from_std(listener.socket) else { return };
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        let (handshake, shared) = (acceptor.accept(stream), Arc::clone(&shared));
        tokio::spawn(async move {
            // A failed handshake is a client that does not trust this server's CA.
            if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE_TIMEOUT, handshake).await {
                serve(stream, shared).await;
            }
        });
    }
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(stream: S, shared: Arc<Shared>) {
    let connection = shared.next_connection();
    let service = service_fn(move |request| respond(request, Arc::clone(&shared), connection));
    // An error is a connection that the client or a fault closed.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn respond(request: Request<Incoming>, shared: Arc<Shared>, connection: u64) -> HttpResponse {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let path = parts.uri.path();
    if let Some(path) = path.strip_prefix(runtime_api::PREFIX) {
        return runtime_api::respond(&parts.method, path, &body, &shared.invocations).await;
    }
    aws_api::respond(&parts.headers, path, &body, &shared, connection).await
}
