//! Serves the console: its pages over HTTP/1.1, and to them the handlers that every other client calls.

use std::convert::Infallible;
use std::sync::Arc;

use http::{Request, Response};
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tamis_console::{Backend, Settings};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Context, Poll, Service};

use crate::config::{Config, Console, Listen};
use crate::serve::ServeError;
use crate::serve::front::Front;
use crate::serve::http::{Plain, Secure};
use crate::serve::incoming::{Listener, Taken};
use crate::serve::plain;
use crate::serve::socket::Socket;
use crate::serve::tls::Tls;

/// Connections at once: each browser takes up to six.
const CONNECTIONS_MAX: usize = 1_024;

/// The console, while it is served.
pub(super) struct Pages {
    /// Where.
    pub(super) address: Listen,
    serving: JoinHandle<()>,
    end: oneshot::Sender<Instant>,
}

impl Pages {
    /// Begins to serve the console on its address.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub(super) async fn start(
        config: &Config,
        console: &Console,
        tls: Option<Tls>,
        front: Front,
    ) -> Result<Self, ServeError> {
        let listen = &console.listen;
        let bound = Socket::bind(listen).await;
        let (socket, address) =
            bound.map_err(|source| ServeError::Listen { listen: listen.clone(), source })?;
        tracing::info!(%address, "serving the console");
        let settings = Settings {
            // It has been read before, to see whether it can be.
            secret: console.secret().map_err(ServeError::Console)?,
            any_host: config.security.authenticates() || config.security.insecure_anonymous,
        };
        let pages = tamis_console::router(Backend::new(Handlers(Arc::new(front))), settings);
        let (end, ending) = oneshot::channel();
        let serving = tokio::spawn(serve(socket, tls, pages, ending));
        Ok(Self { address, serving, end })
    }

    /// Takes no further connections, and lets the requests under way end until the deadline.
    pub(super) async fn end(self, deadline: Instant) {
        // It has ended already if nobody listens.
        let _ = self.end.send(deadline);
        if let Err(error) = self.serving.await {
            tracing::warn!(%error, "the console ended by a fault");
        }
    }
}

/// The pages.
type Router = axum::Router;

async fn serve(socket: Socket, tls: Option<Tls>, pages: Router, ending: oneshot::Receiver<Instant>) {
    let graceful = GracefulShutdown::new();
    let taking = async {
        match (socket, tls) {
            (Socket::Tcp(listener), None) => take(listener, Plain, pages, &graceful).await,
            (Socket::Tcp(listener), Some(tls)) => take(listener, tls, pages, &graceful).await,
            (Socket::Unix(listener, file), _) => {
                take(listener, Plain, pages, &graceful).await;
                drop(file);
            }
        }
    };
    let deadline = tokio::select! {
        () = taking => Instant::now(),
        deadline = ending => deadline.unwrap_or_else(|_| Instant::now()),
    };
    if timeout_at(deadline, graceful.shutdown()).await.is_err() {
        tracing::warn!("pages are still under way, and end with the service");
    }
}

async fn take<L: Listener, C: Secure<<L::Taken as Taken>::Stream>>(
    listener: L,
    security: C,
    pages: Router,
    graceful: &GracefulShutdown,
) {
    plain::take(listener, CONNECTIONS_MAX, |(stream, mut peer), place| {
        let (security, pages, watcher) = (security.clone(), pages.clone(), graceful.watcher());
        tokio::spawn(async move {
            match security.secure(stream, &mut peer).await {
                Ok(stream) => {
                    let service = TowerToHyperService::new(pages);
                    let connection = plain::http().serve_connection(TokioIo::new(stream), service);
                    if let Err(error) = watcher.watch(connection).await {
                        tracing::debug!(%error, "a connection to the console failed");
                    }
                }
                Err(error) => tracing::debug!(%error, "a connection to the console could not be secured"),
            }
            drop(place);
        });
    })
    .await;
}

/// The handlers that connections of gRPC come to.
#[derive(Clone)]
struct Handlers(Arc<Front>);

impl Service<Request<Body>> for Handlers {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let front = self.0.clone();
        Box::pin(async move { Ok(front.answer_console(request).await) })
    }
}
