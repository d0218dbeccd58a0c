//! Servers that decide nothing, so that what a decision costs can be told from what a call costs.
//!
//! They answer `tamis.v1.DecisionService.Evaluate` with an empty message whatever they are sent, so that whatever puts
//! load on the service puts the same load on them.
//!
//! When *not* to use them: for anything but measuring.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::Incoming;
use tokio::net::TcpListener;
use tokio::time::Instant;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Service};
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic_prost::ProstCodec;

use crate::config::{Config, Listen};
use crate::grpc::call::{self, Answer, Received};
use crate::identity::gate::Peer;
use crate::observe::Observer;
use crate::serve::http::Answers;
use crate::serve::socket::Socket;
use crate::serve::workers::{self, Workers};
use crate::serve::{ServeError, bind};

/// The rpc that is answered.
const EVALUATE: &str = "/tamis.v1.DecisionService/Evaluate";
/// An empty message with its frame.
const EMPTY: &[u8] = &[0; call::FRAME_BYTES];

/// What a server that decides nothing is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Baseline {
    /// What `tonic` makes of a service unless it is told otherwise, on the runtime that this is awaited in. Of a
    /// configuration only the addresses count.
    TonicDefaults,
    /// What this service makes of its own calls, with all of a configuration but the store: the same threads, connections
    /// and frames; only that the message is not looked at.
    Empty,
}

/// Serves until `shutdown` is ready; `on_ready` is told the addresses once calls are answered.
///
/// # Errors
/// The configuration is wrong, an address cannot be listened on (`tonic` listens on those of TCP only), or a thread cannot
/// be started.
pub async fn serve(
    baseline: Baseline,
    config: &Config,
    shutdown: impl Future<Output = ()>,
    on_ready: impl FnOnce(&[Listen]),
) -> Result<(), ServeError> {
    config.validate()?;
    let (sockets, addresses) = bind(&config.listen).await?;
    match baseline {
        Baseline::TonicDefaults => {
            let listeners = sockets.into_iter().zip(&addresses).map(|(socket, listen)| match socket {
                Socket::Tcp(listener) => Ok(listener),
                Socket::Unix(..) => {
                    let source = std::io::ErrorKind::Unsupported.into();
                    Err(ServeError::Listen { listen: listen.clone(), source })
                }
            });
            let listeners: Vec<TcpListener> = listeners.collect::<Result<_, _>>()?;
            let serving: Vec<_> =
                listeners.into_iter().map(|listener| tokio::spawn(tonic(listener))).collect();
            on_ready(&addresses);
            shutdown.await;
            serving.iter().for_each(tokio::task::JoinHandle::abort);
        }
        Baseline::Empty => {
            let tls = config.credentials()?.tls;
            let observer = Arc::new(Observer::new(workers::threads(config)));
            let mut workers = Workers::start(config, sockets, tls.as_ref(), &observer, |_| Nothing)?;
            on_ready(&addresses);
            let ended = tokio::select! {
                () = shutdown => Ok(()),
                ended = workers.ended() => ended,
            };
            ended.and(workers.drain(Instant::now() + config.drain).await)?;
        }
    }
    Ok(())
}

async fn tonic(listener: TcpListener) -> Result<(), tonic::transport::Error> {
    // What `Server::serve` sets on the listener that it makes itself.
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    Server::builder().add_service(Nothing).serve_with_incoming(incoming).await
}

/// Decides nothing.
#[derive(Clone, Copy, Debug)]
struct Nothing;

impl Answers for Nothing {
    fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        _: &Peer,
    ) -> impl Future<Output = Response<Answer>> + Send + use<> {
        async move {
            if request.uri().path() != EVALUATE {
                return Status::unimplemented("").into_http();
            }
            match Received::from(request).message(usize::MAX).await {
                Ok(_) => call::answered(Bytes::from_static(EMPTY)),
                Err(failure) => call::refused(failure),
            }
        }
    }
}

impl NamedService for Nothing {
    const NAME: &'static str = "tamis.v1.DecisionService";
}

/// This is what `tonic` generates for a service.
impl Service<Request<Body>> for Nothing {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Self::Error>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        if request.uri().path() != EVALUATE {
            return Box::pin(ready(Ok(Status::unimplemented("").into_http())));
        }
        Box::pin(async move { Ok(Grpc::new(ProstCodec::default()).unary(Self, request).await) })
    }
}

impl UnaryService<()> for Nothing {
    type Response = ();
    type Future = Ready<Result<tonic::Response<()>, Status>>;

    fn call(&mut self, _: tonic::Request<()>) -> Self::Future {
        ready(Ok(tonic::Response::new(())))
    }
}
