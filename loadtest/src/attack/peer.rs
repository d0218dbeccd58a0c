//! One hostile connection.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout, timeout_at};

use crate::frames::{self, frame};

/// How long a connection may take to come about.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);

/// A connection, whose answers are read and counted unless it is a slow reader.
#[derive(Debug)]
pub(crate) struct Peer {
    write: OwnedWriteHalf,
    /// Held so that the connection is not closed by this side; taken by the task that reads.
    unread: Option<OwnedReadHalf>,
    reading: Option<JoinHandle<()>>,
    pub(crate) seen: Arc<Seen>,
}

/// What the service has sent.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Blocks of headers: answers, and their ends.
    pub(crate) headers: AtomicU64,
    /// Streams that the service has reset.
    pub(crate) resets: AtomicU64,
    /// Whether it has said that it will take no more.
    pub(crate) goaway: AtomicBool,
    /// Whether the connection is at its end.
    pub(crate) closed: AtomicBool,
}

impl Peer {
    /// Connects, and says nothing.
    pub(crate) async fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = timeout(CONNECT_PATIENCE, TcpStream::connect(address)).await??;
        stream.set_nodelay(true)?;
        let (read, write) = stream.into_split();
        Ok(Self { write, unread: Some(read), reading: None, seen: Arc::default() })
    }

    /// Connects, begins to speak HTTP/2 with a window for each stream, and reads whatever comes.
    pub(crate) async fn open(address: SocketAddr) -> io::Result<Self> {
        let mut peer = Self::connect(address).await?;
        peer.read();
        peer.begin(65_535).await?;
        Ok(peer)
    }

    /// Sends the preface and a setting of the streams' windows.
    pub(crate) async fn begin(&mut self, window_bytes: u32) -> io::Result<()> {
        let mut bytes = frames::PREFACE.to_vec();
        let mut setting = frames::INITIAL_WINDOW_SIZE.to_be_bytes().to_vec();
        setting.extend(window_bytes.to_be_bytes());
        frame(&mut bytes, frames::SETTINGS, 0, 0, &setting);
        frame(&mut bytes, frames::SETTINGS, frames::ACK, 0, &[]);
        self.write.write_all(&bytes).await
    }

    /// Begins to read and to count.
    pub(crate) fn read(&mut self) {
        if let Some(read) = self.unread.take() {
            self.reading = Some(tokio::spawn(count(read, self.seen.clone())));
        }
    }

    /// Sends bytes; whether they could be sent until then.
    pub(crate) async fn send(&mut self, bytes: &[u8], until: Instant) -> bool {
        matches!(timeout_at(until, self.write.write_all(bytes)).await, Ok(Ok(())))
    }

    /// Whether the service has ended it, or is about to.
    pub(crate) fn is_over(&self) -> bool {
        self.seen.goaway.load(Ordering::Relaxed) || self.seen.closed.load(Ordering::Relaxed)
    }

    /// Waits until the service ends it; whether it does until then.
    pub(crate) async fn ends(&mut self, until: Instant) -> bool {
        self.read();
        match &mut self.reading {
            Some(reading) => timeout_at(until, reading).await.is_ok(),
            None => false,
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        if let Some(reading) = &self.reading {
            reading.abort();
        }
    }
}

async fn count(mut read: OwnedReadHalf, seen: Arc<Seen>) {
    let mut header = [0u8; 9];
    let mut payload = Vec::new();
    while read.read_exact(&mut header).await.is_ok() {
        let [high, middle, low, kind, ..] = header;
        payload.resize(u32::from_be_bytes([0, high, middle, low]) as usize, 0);
        if read.read_exact(&mut payload).await.is_err() {
            break;
        }
        match kind {
            frames::HEADERS => drop(seen.headers.fetch_add(1, Ordering::Relaxed)),
            frames::RST_STREAM => drop(seen.resets.fetch_add(1, Ordering::Relaxed)),
            frames::GOAWAY => seen.goaway.store(true, Ordering::Relaxed),
            _ => {}
        }
    }
    seen.closed.store(true, Ordering::Relaxed);
}
