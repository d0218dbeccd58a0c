//! Connections of those who speak HTTP/1.1: people's browsers, and whoever asks for metrics. They are few, and the runtime in
//! the background serves them.

use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1::Builder;
use hyper_util::rt::TokioTimer;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::identity::gate::Peer;
use crate::serve::incoming::{Listener, Taken};

/// How long a connection may say nothing, and how long the head of a request may take to arrive.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long to wait after a connection could not be taken.
const BACKOFF: Duration = Duration::from_millis(250);

/// Takes connections until this is dropped, as many at once as there may be. `serve` is given each, with the place that it has
/// until that is dropped.
pub(crate) async fn take<L: Listener>(
    listener: L,
    connections_max: usize,
    serve: impl Fn((<L::Taken as Taken>::Stream, Peer), OwnedSemaphorePermit),
) {
    let permits = Arc::new(Semaphore::new(connections_max));
    while let Ok(permit) = permits.clone().acquire_owned().await {
        match listener.take().await.and_then(Taken::settle) {
            Ok(settled) => serve(settled, permit),
            Err(error) => {
                tracing::debug!(%error, "a connection could not be taken");
                tokio::time::sleep(BACKOFF).await;
            }
        }
    }
}

/// HTTP/1.1 with its bounds.
pub(crate) fn http() -> Builder {
    let mut builder = Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    builder
}
