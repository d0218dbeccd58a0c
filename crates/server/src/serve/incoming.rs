//! Takes connections and deals them out to the threads that serve.
//!
//! One task per address takes connections, for all threads, and gives each to the thread that has the fewest. Sharing
//! the address by `SO_REUSEPORT` was tried instead: the system then deals by a hash of the addresses, and as connections
//! of gRPC are few and live long, a thread may have most of them for as long as they live.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::identity::gate::Peer;
use crate::observe::Observer;
use crate::observe::connections::Event;

/// How long to wait after a connection could not be taken, and the longest that doubling makes it. Without it a process
/// that has run out of file descriptors spends a whole processor on being told so.
const BACKOFF_MIN: Duration = Duration::from_millis(5);
const BACKOFF_MAX: Duration = Duration::from_secs(1);
/// Connections that a thread has been given and has not looked at yet.
const DEALT_MAX: usize = 64;

/// What connections come from.
pub(crate) trait Listener: Send + 'static {
    /// What is handed from the task that takes connections to the thread that serves: it belongs to no runtime.
    type Taken: Taken;

    /// The next connection.
    fn take(&self) -> impl Future<Output = io::Result<Self::Taken>> + Send;
}

/// A connection on its way.
pub(crate) trait Taken: Send + Sized + 'static {
    /// The same in a runtime.
    type Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static;

    /// Registers it with the runtime that this is called in, and tells who is at its other end.
    fn settle(self) -> io::Result<(Self::Stream, Peer)>;
}

impl Listener for TcpListener {
    type Taken = std::net::TcpStream;

    async fn take(&self) -> io::Result<Self::Taken> {
        let (stream, _) = self.accept().await?;
        // Small answers would otherwise wait for the acknowledgement of the one before. It fails only on a connection that
        // has gone already.
        stream.set_nodelay(true).map_err(|error| io::Error::new(io::ErrorKind::ConnectionAborted, error))?;
        stream.into_std()
    }
}

impl Taken for std::net::TcpStream {
    type Stream = TcpStream;

    fn settle(self) -> io::Result<(TcpStream, Peer)> {
        let peer = Peer { address: self.peer_addr().ok(), identity: None };
        Ok((TcpStream::from_std(self)?, peer))
    }
}

impl Listener for UnixListener {
    type Taken = std::os::unix::net::UnixStream;

    async fn take(&self) -> io::Result<Self::Taken> {
        let (stream, _) = self.accept().await?;
        stream.into_std()
    }
}

impl Taken for std::os::unix::net::UnixStream {
    type Stream = UnixStream;

    fn settle(self) -> io::Result<(UnixStream, Peer)> {
        Ok((UnixStream::from_std(self)?, Peer::default()))
    }
}

/// The place that a connection takes among all of them, and on its thread. Dropping it gives it up.
#[derive(Debug)]
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
    load: Arc<AtomicUsize>,
    observer: Arc<Observer>,
}

impl Place {
    fn on(load: &Arc<AtomicUsize>, permit: OwnedSemaphorePermit, observer: &Arc<Observer>) -> Self {
        load.fetch_add(1, Ordering::Relaxed);
        observer.connection(Event::Accepted);
        Self { _permit: permit, load: load.clone(), observer: observer.clone() }
    }

    /// Who counts what becomes of the connection.
    pub(super) fn observer(&self) -> &Arc<Observer> {
        &self.observer
    }

    /// One that nobody else wants.
    #[cfg(test)]
    pub(super) fn free() -> Self {
        let permit = Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap();
        Self::on(&Arc::default(), permit, &Arc::new(Observer::new(1)))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.load.fetch_sub(1, Ordering::Relaxed);
        self.observer.connection(Event::Closed);
    }
}

/// A thread that serves, as those see it who deal out connections.
#[derive(Debug)]
pub(super) struct Seat<T> {
    sender: mpsc::Sender<(T, Place)>,
    /// How many connections the thread has, of all kinds.
    load: Arc<AtomicUsize>,
}

impl<T> Clone for Seat<T> {
    fn clone(&self) -> Self {
        Self { sender: self.sender.clone(), load: self.load.clone() }
    }
}

impl<T: Taken> Seat<T> {
    /// A seat of a thread that has so many connections, and where the thread finds those that it is given.
    pub(super) fn new(load: &Arc<AtomicUsize>) -> (Self, mpsc::Receiver<(T, Place)>) {
        let (sender, receiver) = mpsc::channel(DEALT_MAX);
        (Self { sender, load: load.clone() }, receiver)
    }
}

/// Takes connections for as long as there are threads to give them to, never more at once than there are permits.
pub(super) async fn take<L: Listener>(
    listener: L,
    seats: Vec<Seat<L::Taken>>,
    permits: Arc<Semaphore>,
    observer: Arc<Observer>,
) {
    let mut backoff = BACKOFF_MIN;
    loop {
        let Some(permit) = permit(&permits, &observer).await else { return };
        let taken = loop {
            match listener.take().await {
                Ok(taken) => break taken,
                // The peer gave up; the next one is as welcome.
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(error) => {
                    observer.connection(Event::AcceptError);
                    tracing::warn!(%error, wait_ms = backoff.as_millis(), "a connection could not be taken");
                    tokio::time::sleep(backoff).await;
                    backoff = (backoff * 2).min(BACKOFF_MAX);
                }
            }
        };
        backoff = BACKOFF_MIN;
        let Some(seat) = seats.iter().min_by_key(|seat| seat.load.load(Ordering::Relaxed)) else { return };
        let place = Place::on(&seat.load, permit, &observer);
        if seat.sender.send((taken, place)).await.is_err() {
            return;
        }
    }
}

/// A permit, which somebody else may have to give up first; `None` if there will be none.
async fn permit(permits: &Arc<Semaphore>, observer: &Observer) -> Option<OwnedSemaphorePermit> {
    if let Ok(permit) = permits.clone().try_acquire_owned() {
        return Some(permit);
    }
    observer.connection(Event::Wait);
    tracing::warn!("there are as many connections as are allowed; further ones wait until one ends");
    permits.clone().acquire_owned().await.ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    fn observer() -> Arc<Observer> {
        Arc::new(Observer::new(1))
    }

    /// What a listener says next: a connection, or an error.
    type Says = Mutex<Vec<io::Result<()>>>;

    /// Says what it is told to, and then nothing.
    struct Scripted(Says);

    impl Taken for () {
        type Stream = TcpStream;

        fn settle(self) -> io::Result<(TcpStream, Peer)> {
            Err(io::ErrorKind::Unsupported.into())
        }
    }

    impl Listener for Scripted {
        type Taken = ();

        async fn take(&self) -> io::Result<()> {
            let next = self.0.lock().unwrap().pop();
            match next {
                Some(said) => said,
                None => std::future::pending().await,
            }
        }
    }

    fn says(said: impl IntoIterator<Item = io::Result<()>>) -> Scripted {
        let mut said: Vec<_> = said.into_iter().collect();
        said.reverse();
        Scripted(Mutex::new(said))
    }

    #[tokio::test(start_paused = true)]
    async fn the_thread_with_the_fewest_connections_gets_the_next() {
        let loads: [Arc<AtomicUsize>; 3] = Default::default();
        let (seats, mut given): (Vec<_>, Vec<_>) = loads.iter().map(Seat::<()>::new).unzip();
        let counts = || loads.each_ref().map(|load| load.load(Ordering::Relaxed));
        loads[1].store(2, Ordering::Relaxed);
        let permits = Arc::new(Semaphore::new(100));
        let taking = tokio::spawn(take(says((0..7).map(|_| Ok(()))), seats, permits.clone(), observer()));
        while permits.available_permits() > 100 - 8 {
            tokio::task::yield_now().await;
        }
        assert_eq!(counts(), [3, 3, 3]);
        assert!(given[1].try_recv().is_ok());
        assert_eq!(counts(), [3, 2, 3], "a connection that ends gives up its place");
        taking.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_connections_are_taken_than_are_allowed() {
        let (seat, mut given) = Seat::<()>::new(&Arc::default());
        let permits = Arc::new(Semaphore::new(2));
        let taking = tokio::spawn(take(says((0..5).map(|_| Ok(()))), vec![seat], permits, observer()));
        let first = given.recv().await.unwrap();
        let _second = given.recv().await.unwrap();
        let more = tokio::time::timeout(Duration::from_secs(60), given.recv()).await;
        assert!(more.is_err(), "a third connection was taken");
        drop(first);
        assert!(given.recv().await.is_some(), "an ended connection makes room");
        taking.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn errors_are_waited_out() {
        let (seat, mut given) = Seat::<()>::new(&Arc::default());
        let exhausted = || Err(io::Error::other("too many open files"));
        let aborted = || Err(io::ErrorKind::ConnectionAborted.into());
        let script = says([aborted(), exhausted(), exhausted(), aborted(), Ok(()), exhausted(), Ok(())]);
        let begun = tokio::time::Instant::now();
        let taking = tokio::spawn(take(script, vec![seat], Arc::new(Semaphore::new(9)), observer()));
        given.recv().await.unwrap();
        assert_eq!(begun.elapsed(), BACKOFF_MIN * 3, "5 ms, then twice that; none for a peer that gave up");
        given.recv().await.unwrap();
        assert_eq!(begun.elapsed(), BACKOFF_MIN * 4, "a connection makes up for what was before");
        taking.abort();
    }
}
