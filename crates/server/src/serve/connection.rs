//! One connection, as the transport reads and writes it.
//!
//! The transport asks whether an output takes several pieces at once (`is_write_vectored`). A socket says yes, and is
//! then given the head of each frame and what it carries apart, which costs two writes a call. This says no, and
//! gathers what is written until the transport flushes: one write for as many small answers as are ready.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

use crate::observe::connections::Event;
use crate::serve::incoming::Place;

/// Bytes of what an HTTP/2 client says first (RFC 9113, 3.4).
const PREFACE_BYTES: usize = 24;
/// Bytes that are gathered at most: two of the largest frames that a peer takes unless it says otherwise.
const GATHERED_BYTES_MAX: usize = 32 << 10;
/// Bytes of memory that a connection keeps for gathering while it has nothing to write.
const KEPT_BYTES_MAX: usize = 8 << 10;

/// A connection, which keeps its place until it ends.
#[derive(Debug)]
pub(super) struct Connection<S> {
    stream: S,
    gathered: Vec<u8>,
    /// How many of the gathered bytes have been written.
    written: usize,
    /// What the client has not said yet; `None` once it has said all of it.
    preface: Option<Preface>,
    place: Place,
}

#[derive(Debug)]
struct Preface {
    wanted: usize,
    timeout: Pin<Box<Sleep>>,
}

impl<S> Connection<S> {
    /// A connection that has to begin within `preface_timeout`.
    pub(super) fn new(stream: S, place: Place, preface_timeout: Duration) -> Self {
        let timeout = Box::pin(tokio::time::sleep(preface_timeout));
        let preface = Some(Preface { wanted: PREFACE_BYTES, timeout });
        Self { stream, gathered: Vec::new(), written: 0, preface, place }
    }
}

impl<S: AsyncWrite + Unpin> Connection<S> {
    /// Writes what has been gathered.
    fn poll_release(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(rest) = self.gathered.get(self.written..).filter(|rest| !rest.is_empty()) {
            match ready!(Pin::new(&mut self.stream).poll_write(cx, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                count => {
                    self.place.observer().sent(count);
                    self.written += count;
                }
            }
        }
        self.gathered.clear();
        self.gathered.shrink_to(KEPT_BYTES_MAX);
        self.written = 0;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Connection<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(cx, buffer);
        let count = buffer.filled().len() - before;
        if count > 0 {
            this.place.observer().received(count);
        }
        let Some(preface) = &mut this.preface else { return read };
        preface.wanted = preface.wanted.saturating_sub(count);
        if preface.wanted == 0 {
            this.preface = None;
        } else if read.is_pending() && preface.timeout.as_mut().poll(cx).is_ready() {
            this.place.observer().connection(Event::PrefaceTimeout);
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Connection<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.gathered.len() + bytes.len() > GATHERED_BYTES_MAX {
            ready!(this.poll_release(cx))?;
        }
        if bytes.len() > GATHERED_BYTES_MAX {
            let count = ready!(Pin::new(&mut this.stream).poll_write(cx, bytes))?;
            this.place.observer().sent(count);
            return Poll::Ready(Ok(count));
        }
        this.gathered.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_release(cx))?;
        Pin::new(&mut this.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_release(cx))?;
        Pin::new(&mut this.stream).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    const SOON: Duration = Duration::from_secs(5);

    #[test]
    fn pieces_are_not_taken_apart() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (_peer, stream) = tokio::io::duplex(64);
            assert!(!Connection::new(stream, Place::free(), SOON).is_write_vectored());
        });
    }

    proptest! {
        /// Whatever is written in whatever pieces, through whatever the peer takes at once, arrives whole and in order.
        #[test]
        fn what_is_written_arrives(
            pieces in proptest::collection::vec((0_usize..70_000, any::<bool>()), 1..12),
            room in prop_oneof![1_usize..64, 1_000_usize..100_000],
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let mut sent = Vec::new();
            let arrived = runtime.block_on(async {
                let (mut peer, stream) = tokio::io::duplex(room);
                let reading = tokio::spawn(async move {
                    let mut arrived = Vec::new();
                    peer.read_to_end(&mut arrived).await.unwrap();
                    arrived
                });
                let mut connection = Connection::new(stream, Place::free(), SOON);
                for (place, (length, flushes)) in pieces.into_iter().enumerate() {
                    let piece: Vec<u8> = (0..length).map(|at| (at * 31 + place) as u8).collect();
                    connection.write_all(&piece).await.unwrap();
                    sent.extend(piece);
                    if flushes {
                        connection.flush().await.unwrap();
                    }
                }
                connection.shutdown().await.unwrap();
                drop(connection);
                reading.await.unwrap()
            });
            prop_assert!(arrived == sent, "{} of {} bytes arrived", arrived.len(), sent.len());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_says_nothing_is_given_up() {
        let mut buffer = [0_u8; 64];
        for said in [0, 1, PREFACE_BYTES - 1] {
            let (mut peer, stream) = tokio::io::duplex(64);
            let mut connection = Connection::new(stream, Place::free(), SOON);
            peer.write_all(&vec![b'P'; said]).await.unwrap();
            let mut read = 0;
            let ended = loop {
                match connection.read(&mut buffer).await {
                    Ok(count) => read += count,
                    Err(error) => break error,
                }
            };
            assert_eq!((read, ended.kind()), (said, io::ErrorKind::TimedOut));
        }

        let (mut peer, stream) = tokio::io::duplex(64);
        let mut connection = Connection::new(stream, Place::free(), SOON);
        peer.write_all(&[b'P'; PREFACE_BYTES]).await.unwrap();
        connection.read_exact(&mut [0; PREFACE_BYTES]).await.unwrap();
        let longer = tokio::time::timeout(SOON * 10, connection.read(&mut buffer)).await;
        assert!(longer.is_err(), "one that has begun may say nothing for long");
    }
}
