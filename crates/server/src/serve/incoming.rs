//! The connections that come in.

use std::io;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

/// How long to wait after a connection could not be taken, and the longest that doubling makes it. Without it a process
/// that has run out of file descriptors spends a whole processor on being told so.
const BACKOFF_MIN: Duration = Duration::from_millis(5);
const BACKOFF_MAX: Duration = Duration::from_secs(1);

/// Takes connections until the stream is dropped, and then lets go of the address.
pub(super) fn incoming(listener: TcpListener) -> ReceiverStream<io::Result<TcpStream>> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(take(listener, sender));
    ReceiverStream::new(receiver)
}

async fn take(listener: TcpListener, sender: mpsc::Sender<io::Result<TcpStream>>) {
    let mut backoff = BACKOFF_MIN;
    loop {
        let taken = tokio::select! {
            () = sender.closed() => return,
            taken = listener.accept() => taken,
        };
        match taken {
            Ok((connection, _)) => {
                backoff = BACKOFF_MIN;
                // Small answers would otherwise wait for the acknowledgement of the one before. It fails only on a
                // connection that has gone already.
                if connection.set_nodelay(true).is_ok() && sender.send(Ok(connection)).await.is_err() {
                    return;
                }
            }
            // The peer gave up; the next one is as welcome.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                tracing::warn!(%error, wait_ms = backoff.as_millis(), "a connection could not be taken");
                tokio::time::sleep(backoff).await;
                backoff = (backoff * 2).min(BACKOFF_MAX);
            }
        }
    }
}
