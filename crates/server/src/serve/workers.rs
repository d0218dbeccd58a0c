//! The threads that serve, each with a runtime of its own, or all with one.
//!
//! They do nothing but read calls, decide, and write answers. Connections are dealt out to them by the runtime that
//! the service was started in, and everything else is done there.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::{io, thread};

use tokio::net::{TcpListener, UnixListener};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{Semaphore, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use crate::config::{self, Config};
use crate::observe::Observer;
use crate::serve::ServeError;
use crate::serve::http::{Answers, Plain, serve};
use crate::serve::incoming::{Listener, Seat, take};
use crate::serve::socket::Socket;
use crate::serve::tls::Tls;

/// The threads that serve.
pub(crate) struct Workers {
    /// Those who take connections. Once they are gone, every thread ends when its last call does.
    taking: JoinSet<()>,
    /// How each thread ends.
    ending: JoinSet<Result<(), ServeError>>,
    /// Once this is dropped, threads end although calls are under way.
    go_on: watch::Sender<()>,
}

/// Where connections to all threads are dealt out.
#[derive(Default)]
struct Seats {
    tcp: Vec<Seat<<TcpListener as Listener>::Taken>>,
    unix: Vec<Seat<<UnixListener as Listener>::Taken>>,
}

/// A runtime that may be dropped anywhere: it does not wait for its tasks.
struct Owned(Option<Runtime>);

impl Owned {
    fn new(builder: &mut Builder) -> io::Result<Self> {
        builder.enable_all().thread_name("tamis-serve").build().map(|runtime| Self(Some(runtime)))
    }

    fn handle(&self) -> Option<Handle> {
        self.0.as_ref().map(|runtime| runtime.handle().clone())
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Workers {
    /// Starts the threads, and deals the connections of the sockets out to them, those of TCP by `tls` if there is any. `front` makes what answers the calls of a
    /// runtime, given the runtimes that can help it: each stands for one thread more.
    ///
    /// # Errors
    /// A thread or its runtime cannot be made.
    pub(crate) fn start<A: Answers>(
        config: &Config,
        sockets: Vec<Socket>,
        tls: Option<&Tls>,
        observer: &Arc<Observer>,
        front: impl Fn(Vec<Handle>) -> A,
    ) -> Result<Self, ServeError> {
        let runtimes = runtimes(config).map_err(ServeError::Threads)?;
        let handles: Vec<Handle> = runtimes.iter().filter_map(Owned::handle).collect();
        let (go_on, goes_on) = watch::channel(());
        let mut workers = Self { taking: JoinSet::new(), ending: JoinSet::new(), go_on };
        let mut seats = Seats::default();
        for (place, runtime) in runtimes.into_iter().enumerate() {
            let load = Arc::new(AtomicUsize::new(0));
            let (tcp_seat, tcp) = Seat::new(&load);
            let (unix_seat, unix) = Seat::new(&load);
            seats.tcp.push(tcp_seat);
            seats.unix.push(unix_seat);
            // Each thread counts the users of its own, so that no two of them write to the same place.
            let front = Arc::new(front(helpers(config, &handles, place)));
            let (transport, form) = (config.transport.clone(), config.runtime);
            let tls = tls.cloned();
            let serving = async move {
                let tcp = async {
                    match tls {
                        Some(tls) => serve(tcp, tls, front.clone(), &transport, form).await,
                        None => serve(tcp, Plain, front.clone(), &transport, form).await,
                    }
                };
                let all = async { tokio::join!(tcp, serve(unix, Plain, front.clone(), &transport, form)) };
                tokio::select! {
                    _ = all => {}
                    () = front.watch() => {}
                }
            };
            workers.spawn(runtime, serving, goes_on.clone()).map_err(ServeError::Threads)?;
        }
        workers.take(sockets, seats, config.transport.connections_max, observer);
        Ok(workers)
    }

    /// Gives a thread its runtime, and lets it serve until all is served or it is to go on no longer.
    fn spawn(
        &mut self,
        mut runtime: Owned,
        serving: impl Future<Output = ()> + Send + 'static,
        mut goes_on: watch::Receiver<()>,
    ) -> io::Result<()> {
        let (sender, ended) = oneshot::channel();
        let run = move || {
            let serving = async move {
                tokio::select! {
                    () = serving => {}
                    // Nothing is ever sent: this is the end of the sender.
                    _ = goes_on.changed() => {}
                }
            };
            if let Some(runtime) = &mut runtime.0 {
                runtime.block_on(serving);
                // Nobody may be waiting any longer.
                let _ = sender.send(());
            }
        };
        thread::Builder::new().name("tamis-serve".to_owned()).spawn(run)?;
        self.ending.spawn(async move { ended.await.map_err(|_| ServeError::Fault) });
        Ok(())
    }

    /// Takes connections from the sockets.
    fn take(&mut self, sockets: Vec<Socket>, seats: Seats, connections_max: usize, observer: &Arc<Observer>) {
        let permits = Arc::new(Semaphore::new(connections_max.min(Semaphore::MAX_PERMITS)));
        for socket in sockets {
            match socket {
                Socket::Tcp(listener) => {
                    self.taking.spawn(take(listener, seats.tcp.clone(), permits.clone(), observer.clone()));
                }
                Socket::Unix(listener, file) => {
                    let taking = take(listener, seats.unix.clone(), permits.clone(), observer.clone());
                    self.taking.spawn(async move {
                        taking.await;
                        drop(file);
                    });
                }
            }
        }
    }

    /// Waits until a thread has ended, which none does before it is told to.
    ///
    /// # Errors
    /// Why it ended.
    pub(crate) async fn ended(&mut self) -> Result<(), ServeError> {
        match self.ending.join_next().await {
            Some(Ok(ended)) => ended,
            Some(Err(_)) => Err(ServeError::Fault),
            None => Ok(()),
        }
    }

    /// Takes no further connections, lets the calls under way finish, and waits no longer at the deadline.
    ///
    /// # Errors
    /// Why a thread ended before its calls did.
    pub(crate) async fn drain(mut self, deadline: Instant) -> Result<(), ServeError> {
        self.taking.shutdown().await;
        while !self.ending.is_empty() {
            match timeout_at(deadline, self.ended()).await {
                Ok(ended) => ended?,
                Err(_) => {
                    tracing::warn!("calls are still under way, and end with the service");
                    break;
                }
            }
        }
        drop(self.go_on);
        // What a thread is busy with takes no longer than one decision, and it ends before its next.
        while let Some(ended) = self.ending.join_next().await {
            ended.map_err(|_| ServeError::Fault)??;
        }
        Ok(())
    }
}

/// The runtimes that a configuration asks for.
fn runtimes(config: &Config) -> io::Result<Vec<Owned>> {
    match config.runtime {
        config::Runtime::PerCore => {
            (0..threads(config)).map(|_| Owned::new(&mut Builder::new_current_thread())).collect()
        }
        config::Runtime::WorkStealing => {
            Owned::new(Builder::new_multi_thread().worker_threads(threads(config))).map(|all| vec![all])
        }
    }
}

/// How many threads serve.
pub(crate) fn threads(config: &Config) -> usize {
    config.threads.or_else(|| thread::available_parallelism().ok()).map_or(1, usize::from)
}

/// Those that can help the runtime at a place, one for each thread but one: the other runtimes, the next one first, or
/// the only one there is for each of its other threads.
fn helpers(config: &Config, handles: &[Handle], place: usize) -> Vec<Handle> {
    let all = handles.iter().cycle().skip(place + 1).take(threads(config) - 1);
    all.cloned().collect()
}
