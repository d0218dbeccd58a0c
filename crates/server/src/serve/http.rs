//! Speaks HTTP/2 on the connections that a thread is given.

use std::convert::Infallible;
use std::sync::Arc;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http2::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::sync::mpsc;

use crate::config::{Runtime, Transport};
use crate::grpc::call::Answer;
use crate::observe::connections::Event;
use crate::serve::calls::{Along, Calls, Driven};
use crate::serve::connection::Connection;
use crate::serve::incoming::{Place, Taken};

/// What answers the calls of every connection of a thread.
pub(crate) trait Answers: Send + Sync + 'static {
    /// Answers one call.
    fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
    ) -> impl Future<Output = Response<Answer>> + Send + 'static;
}

/// Serves connections until no more can come and all of them have ended: when there are no more, those that there are
/// are told to send no further calls.
pub(super) async fn serve<T: Taken, A: Answers>(
    mut given: mpsc::Receiver<(T, Place)>,
    front: Arc<A>,
    transport: &Transport,
    form: Runtime,
) {
    let graceful = GracefulShutdown::new();
    while let Some((taken, place)) = given.recv().await {
        let stream = match taken.settle() {
            Ok(stream) => stream,
            Err(error) => {
                tracing::debug!(%error, "a connection was lost before it began");
                continue;
            }
        };
        let observer = place.observer().clone();
        let io = TokioIo::new(Connection::new(stream, place, transport.preface_timeout));
        let calls = match form {
            Runtime::PerCore => Calls::Along(Along::default()),
            Runtime::WorkStealing => Calls::Apart,
        };
        let front = front.clone();
        let answer = service_fn(move |request| {
            let answering = front.clone().answer(request);
            async move { Ok::<_, Infallible>(answering.await) }
        });
        let connection = builder(transport, calls.clone()).serve_connection(io, answer);
        let connection = Driven::new(graceful.watch(connection), calls);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                observer.connection(Event::Failed);
                tracing::debug!(%error, "a connection failed");
            }
        });
    }
    graceful.shutdown().await;
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
