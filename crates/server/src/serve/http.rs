//! Speaks HTTP/2 on the connections that a thread is given.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http2::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_rustls::server::TlsStream;

use crate::config::{Runtime, Transport};
use crate::grpc::call::Answer;
use crate::identity::gate::Peer;
use crate::observe::connections::Event;
use crate::serve::calls::{Along, Calls, Driven};
use crate::serve::connection::Connection;
use crate::serve::ending::{Activity, Closing};
use crate::serve::incoming::{Place, Taken};
use crate::serve::tls::Tls;

/// What answers the calls of every connection of a thread.
pub(crate) trait Answers: Send + Sync + 'static {
    /// Answers one call of a peer.
    fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        peer: &Peer,
    ) -> impl Future<Output = Response<Answer>> + Send + use<Self>
    where
        Self: Sized;

    /// Does what is to be done besides, for as long as it is awaited.
    fn watch(&self) -> impl Future<Output = ()> + Send {
        std::future::pending()
    }
}

/// What comes between a connection and HTTP/2.
pub(super) trait Secure<S>: Clone + Send + 'static {
    /// The connection with it.
    type Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static;

    /// Puts it in between, and tells what that taught of the peer.
    fn secure(self, stream: S, peer: &mut Peer) -> impl Future<Output = io::Result<Self::Stream>> + Send;
}

/// Nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plain;

impl<S: AsyncRead + AsyncWrite + Send + Unpin + 'static> Secure<S> for Plain {
    type Stream = S;

    async fn secure(self, stream: S, _: &mut Peer) -> io::Result<S> {
        Ok(stream)
    }
}

impl Secure<TcpStream> for Tls {
    type Stream = TlsStream<TcpStream>;

    async fn secure(self, stream: TcpStream, peer: &mut Peer) -> io::Result<Self::Stream> {
        self.accept(stream, peer).await
    }
}

/// Serves connections until no more can come and all of them have ended: when there are no more, those that there are
/// are told to send no further calls. One on which nobody calls for long is told so too.
pub(super) async fn serve<T: Taken, A: Answers>(
    mut given: mpsc::Receiver<(T, Place)>,
    security: impl Secure<T::Stream>,
    front: Arc<A>,
    transport: &Transport,
    form: Runtime,
) {
    let closing = Closing::new();
    let transport = Arc::new(transport.clone());
    while let Some((taken, place)) = given.recv().await {
        let (stream, mut peer) = match taken.settle() {
            Ok(settled) => settled,
            Err(error) => {
                tracing::debug!(%error, "a connection was lost before it began");
                continue;
            }
        };
        let observer = place.observer().clone();
        let (mut closed, front) = (closing.listener(), front.clone());
        let (security, transport) = (security.clone(), transport.clone());
        tokio::spawn(async move {
            let stream = match security.secure(stream, &mut peer).await {
                Ok(stream) => stream,
                Err(error) => {
                    observer.connection(Event::Failed);
                    tracing::debug!(%error, peer = ?peer.address, "a connection could not be secured");
                    return;
                }
            };
            let io = TokioIo::new(Connection::new(stream, place, transport.preface_timeout));
            let calls = match form {
                Runtime::PerCore => Calls::Along(Along::default()),
                Runtime::WorkStealing => Calls::Apart,
            };
            let activity = Activity::default();
            let begun = activity.clone();
            let answer = service_fn(move |request| {
                let call = begun.begin();
                let answering = front.clone().answer(request, &peer);
                async move {
                    let mut response = answering.await;
                    response.body_mut().hold(call);
                    Ok::<_, Infallible>(response)
                }
            });
            let connection = builder(&transport, calls.clone()).serve_connection(io, answer);
            let ending = async {
                tokio::select! {
                    () = closed.told() => {}
                    () = activity.idle(transport.idle_timeout) => observer.connection(Event::Idle),
                }
            };
            let driven = Driven::new(connection, calls, ending, |connection| connection.graceful_shutdown());
            if let Err(error) = driven.await {
                observer.connection(Event::Failed);
                tracing::debug!(%error, "a connection failed");
            }
        });
    }
    closing.close().await;
}

/// A connection with the bounds of a configuration.
fn builder(transport: &Transport, calls: Calls) -> Builder<Calls> {
    let mut builder = Builder::new(calls);
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(transport.streams_max)
        .max_local_error_reset_streams(transport.local_resets_max)
        .initial_stream_window_size(transport.stream_window_bytes)
        .initial_connection_window_size(transport.connection_window_bytes)
        .keep_alive_interval(transport.keepalive_interval)
        .keep_alive_timeout(transport.keepalive_timeout)
        .max_header_list_size(transport.header_list_bytes_max);
    builder
}
