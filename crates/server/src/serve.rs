//! Runs the service: opens the store, listens, loads, serves, and stops.

pub(crate) mod backups;
mod calls;
mod connection;
mod console;
pub(crate) mod ending;
mod front;
pub(crate) mod http;
pub(crate) mod incoming;
pub(crate) mod load;
pub(crate) mod plain;
pub(crate) mod replicas;
mod snapshots;
pub(crate) mod socket;
mod start;
pub(crate) mod tls;
pub(crate) mod workers;

use std::sync::Arc;
use std::time::Duration;

use tamis_api::v1;
use tamis_api::v1::account_service_server::AccountServiceServer;
use tamis_api::v1::audit_service_server::AuditServiceServer;
use tamis_api::v1::key_service_server::KeyServiceServer;
use tamis_api::v1::observation_service_server::ObservationServiceServer;
use tamis_api::v1::workflow_service_server::WorkflowServiceServer;
use tamis_store::{OpenError, Store};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, timeout_at};
use tonic::service::Routes;
use tonic_health::pb::health_server::HealthServer;

use crate::catalog::{Catalog, LoadError, Loaded};
use crate::config::{Config, ConfigError, Credentials, Listen, Transport};
use crate::demo;
use crate::grpc::account::Accounts;
use crate::grpc::audit::Audits;
use crate::grpc::decision::Decisions;
use crate::grpc::key::KeyHandlers;
use crate::grpc::observation::Observations;
use crate::grpc::refusal::Translated;
use crate::grpc::workflow::Workflows;
use crate::health::{Condition, Reporter};
use crate::identity::gate::{AdminKey, Gate};
use crate::identity::jwt::Verifier;
use crate::identity::reload::{Reloader, Source};
use crate::observe::exposition::Sources;
use crate::observe::{ObserveError, Observer, listener};
use crate::serve::console::Pages;
use crate::serve::front::Front;
use crate::serve::load::Load;
use crate::serve::replicas::Replicas;
use crate::serve::socket::Socket;
use crate::serve::start::Started;
use crate::serve::tls::Tls;
use crate::serve::workers::Workers;

/// How often the store is asked whether it takes writes, so that health tells before somebody's write does.
const PROBE_INTERVAL: Duration = Duration::from_secs(5);

/// Bytes of a message to a service whose messages are all small: the largest makes a key for a thousand accounts.
const SMALL_MESSAGE_BYTES_MAX: usize = 1 << 20;

/// Why the service did not start, or did not go on.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The configuration is wrong. Nothing was opened.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The store cannot be opened. It is as it was.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// The address cannot be listened on.
    #[error("cannot listen on {listen}: {source}; stop what listens there, or choose another address")]
    Listen {
        /// The address.
        listen: Listen,
        /// What the system said.
        source: std::io::Error,
    },
    /// The secret of the console cannot be read any more.
    #[error("the console cannot be served: {0}")]
    Console(String),
    /// The stored accounts cannot be served.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The account `demo` could not be made.
    #[error("the demo account cannot be made: {0}")]
    Demo(String),
    /// What the service is to tell about itself cannot be told.
    #[error(transparent)]
    Observe(#[from] ObserveError),
    /// The threads that serve cannot be started.
    #[error("cannot start the threads that serve: {0}")]
    Threads(std::io::Error),
    /// The contract cannot be described to clients.
    #[error("reflection cannot be offered: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// A thread of the service ended by a fault, of which the log tells more.
    #[error("the server stopped by a fault of one of its threads")]
    Fault,
}

/// Where a service can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// Where it answers gRPC.
    pub grpc: Vec<Listen>,
    /// Where the console is, if there is one.
    pub console: Option<Listen>,
}

/// Serves until `shutdown` is ready, and then lets the calls under way finish.
///
/// Decisions are made on threads that this starts ([`Config::runtime`]). Everything else is done by the runtime that this
/// is awaited in: taking connections, loading, writes, health.
///
/// `on_ready` is told the addresses once every account is loaded and every service answers. Connections are taken, and
/// health is answered, from before that.
///
/// # Errors
/// See [`ServeError`]. A configuration is refused before anything is opened, a store before anything listens.
pub async fn serve(
    config: Config,
    shutdown: impl Future<Output = ()>,
    on_ready: impl FnOnce(&Addresses),
) -> Result<(), ServeError> {
    config.validate()?;
    let credentials = config.credentials()?;
    // A database may come later, and connections are taken before that.
    let (store, migrated) = Store::attach(&config.store, config.migrate).await?;
    if let Some(migrated) = migrated.filter(|migrated| migrated.from != 0 && migrated.from != migrated.to) {
        tracing::info!(from = migrated.from, to = migrated.to, "migrated the store");
    }
    let served = serve_store(&config, credentials, store.clone(), shutdown, on_ready).await;
    if let Err(error) = store.close().await {
        tracing::warn!(%error, "the store was not tidied up; no record is lost");
    }
    served
}

async fn serve_store(
    config: &Config,
    credentials: Credentials,
    store: Store,
    shutdown: impl Future<Output = ()>,
    on_ready: impl FnOnce(&Addresses),
) -> Result<(), ServeError> {
    let (sockets, grpc) = bind(&config.listen).await?;
    let catalog = Arc::new(Catalog::with_quotas(store.clone(), config.quotas));
    let observer = Arc::new(Observer::open(&config.observe, workers::threads(config))?);
    let (condition, reported) = watch::channel(Condition { writable: true, ..Condition::default() });
    let replicas = Arc::new(Replicas::new(catalog.clone(), &observer, reported.clone()));
    let watched = watch_over(config, &observer, &catalog, &replicas, &reported).await?;
    let others = others(&config.transport, &catalog, &observer, &replicas, reported)?;
    let Credentials { tls, console_tls, tokens, admin_key } = credentials;
    let sources = sources([tls.as_ref(), console_tls.as_ref()], tokens.as_ref(), admin_key.as_ref());
    let gate =
        config.security.authenticates().then(|| Arc::new(Gate::new(catalog.clone(), tokens, admin_key)));
    let front = |helpers, load| {
        let message_bytes_max = config.transport.decision_message_bytes_max;
        Front {
            gate: gate.clone(),
            decisions: Decisions::new(catalog.clone(), observer.clone(), helpers, message_bytes_max),
            load,
            observer: observer.clone(),
            others: others.clone(),
            background: Handle::current(),
        }
    };
    let queue_wait_max = config.transport.queue_wait_max;
    let pages = match &config.console {
        // Nobody measures how long its calls wait: they are people's, and few.
        Some(console) => {
            let front = front(Vec::new(), Arc::new(Load::new(queue_wait_max)));
            Some(Pages::start(config, console, console_tls, front).await?)
        }
        None => None,
    };
    let addresses = Addresses { grpc, console: pages.as_ref().map(|pages| pages.address.clone()) };
    let front = |helpers| front(helpers, observer.watched_load(queue_wait_max));
    let mut workers = Workers::start(config, sockets, tls.as_ref(), &observer, front)?;
    // Each thread has its own; these would keep watches of the health from ending.
    drop(others);

    let ran = tokio::select! {
        () = shutdown => Ok(()),
        ended = workers.ended() => ended,
        failed = run(config, &store, &catalog, &observer, &condition, || on_ready(&addresses)) => failed,
        () = reload(sources, gate.as_deref()) => Err(ServeError::Fault),
    };
    tracing::info!("stopping");
    let deadline = Instant::now() + config.drain;
    condition.send_modify(|condition| condition.draining = true);
    drop(condition);
    let paged = async {
        if let Some(pages) = pages {
            pages.end(deadline).await;
        }
    };
    let (drained, ()) = tokio::join!(workers.drain(deadline), paged);
    if timeout_at(deadline, catalog.finish_writes()).await.is_err() {
        tracing::warn!("a write is still under way; it is stored whole or not at all");
    }
    if let Some(path) = &config.snapshot {
        snapshots::write(path, &catalog).await;
    }
    if timeout_at(deadline, observer.end()).await.is_err() {
        tracing::warn!("decisions or spans are still being told, and end here");
    }
    replicas.leave().await;
    drop(watched);
    tracing::info!("stopped");
    ran.and(drained)
}

/// What is read again while the service runs.
fn sources(
    tls: [Option<&Tls>; 2],
    tokens: Option<&Verifier>,
    admin_key: Option<&AdminKey>,
) -> Vec<Box<dyn Source>> {
    let tls = tls.into_iter().flatten().map(|tls| Box::new(tls.source()) as Box<dyn Source>);
    let tokens = tokens.map(|tokens| Box::new(tokens.source()) as Box<dyn Source>);
    let admin_key = admin_key.map(|key| Box::new(key.clone()) as Box<dyn Source>);
    tls.chain(tokens).chain(admin_key).collect()
}

/// Reads certificates and keys again, and has credentials verified again; for ever where there is anything to do.
async fn reload(sources: Vec<Box<dyn Source>>, gate: Option<&Gate>) {
    if sources.is_empty() && gate.is_none() {
        return std::future::pending().await;
    }
    let looked = || gate.into_iter().for_each(Gate::begin_epoch);
    Reloader::new(sources).run(looked).await;
}

/// Answers those who watch over the service, from before it is loaded until it has stopped; and keeps what is told of it to
/// callers, and to other services.
async fn watch_over(
    config: &Config,
    observer: &Arc<Observer>,
    catalog: &Arc<Catalog>,
    replicas: &Arc<Replicas>,
    condition: &watch::Receiver<Condition>,
) -> Result<JoinSet<()>, ServeError> {
    let mut watched = JoinSet::new();
    let (telling, counting) = (replicas.clone(), observer.clone());
    watched.spawn(async move { telling.keep_telling().await });
    watched.spawn(async move { counting.keep_history().await });
    let Some(listen) = &config.observe.metrics else { return Ok(watched) };
    let socket = Socket::bind(listen).await;
    let (socket, address) = socket.map_err(|source| ServeError::Listen { listen: listen.clone(), source })?;
    tracing::info!(%address, "answering for metrics");
    let sources = Sources {
        observer: observer.clone(),
        catalog: catalog.clone(),
        condition: condition.clone(),
        connections_max: config.transport.connections_max,
        accounts: config.observe.metrics_accounts.clone().into(),
    };
    watched.spawn(listener::serve(socket, sources));
    Ok(watched)
}

/// Begins to listen. Tells the addresses too, whose ports may have been free to choose.
pub(crate) async fn bind(listen: &[Listen]) -> Result<(Vec<Socket>, Vec<Listen>), ServeError> {
    let (mut sockets, mut addresses) = (Vec::new(), Vec::new());
    for listen in listen {
        let bound = Socket::bind(listen).await;
        let (socket, address) =
            bound.map_err(|source| ServeError::Listen { listen: listen.clone(), source })?;
        tracing::info!(%address, "listening");
        sockets.push(socket);
        addresses.push(address);
    }
    Ok((sockets, addresses))
}

/// Loads, says that the service is ready, and follows the store; comes back only if that fails.
async fn run(
    config: &Config,
    store: &Store,
    catalog: &Arc<Catalog>,
    observer: &Observer,
    condition: &watch::Sender<Condition>,
    on_ready: impl FnOnce(),
) -> Result<(), ServeError> {
    let Started { loaded: Loaded { accounts, workflows }, is_current } =
        start::load(config, store, catalog).await?;
    tracing::info!(accounts, workflows, "loaded");
    if config.security.takes_keys_alone() && catalog.keys().current().keys.is_empty() {
        tracing::warn!("nobody can call: there is no key; make one with `tamis keys create --store`");
    }
    if config.demo && is_current {
        demo::ensure(catalog).await.map_err(|failure| ServeError::Demo(failure.to_string()))?;
    }
    condition.send_modify(|condition| condition.loaded = true);
    tracing::info!("serving");
    on_ready();
    let follow = async {
        if !is_current {
            start::wait_for(config, store).await;
        }
        catalog.follow().await;
    };
    tokio::select! {
        () = follow => {}
        () = snapshots::keep(config.snapshot.as_deref(), catalog) => {}
        () = watch_store(catalog, observer, condition) => {}
        () = backups::offer(&config.store, store) => {}
    }
    Ok(())
}

/// Keeps an eye on whether the store takes writes, for as long as this is awaited.
async fn watch_store(catalog: &Arc<Catalog>, observer: &Observer, condition: &watch::Sender<Condition>) {
    let mut writable = catalog.writable();
    let mut probes = tokio::time::interval(PROBE_INTERVAL);
    probes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = probes.tick() => {
                catalog.probe().await;
                observer.tidy(catalog);
            }
            // The sender lives in the catalog, which outlives this loop.
            _ = writable.changed() => {}
        }
        let now = *writable.borrow_and_update();
        observer.note_store(now);
        condition.send_if_modified(|known| std::mem::replace(&mut known.writable, now) != now);
    }
}

/// Every service but the one that decides.
fn others(
    transport: &Transport,
    catalog: &Arc<Catalog>,
    observer: &Arc<Observer>,
    replicas: &Arc<Replicas>,
    condition: watch::Receiver<Condition>,
) -> Result<Routes, ServeError> {
    let reporter = Reporter::new(condition.clone(), catalog.clone());
    let observations = Observations::new(catalog.clone(), observer.clone(), condition, replicas.clone());
    let writes_max = transport.workflow_message_bytes_max;
    let workflows = WorkflowServiceServer::new(Workflows::new(catalog.clone(), observer.clone()));
    let accounts = AccountServiceServer::new(Accounts::new(catalog.clone()));
    let small = SMALL_MESSAGE_BYTES_MAX;
    let keys = KeyServiceServer::new(KeyHandlers::new(catalog.clone())).max_decoding_message_size(small);
    let audits = AuditServiceServer::new(Audits::new(catalog.clone())).max_decoding_message_size(small);
    let observations = ObservationServiceServer::new(observations).max_decoding_message_size(small);
    let routes = Routes::new(HealthServer::new(reporter))
        .add_service(Translated {
            service: workflows.max_decoding_message_size(writes_max),
            message_bytes_max: writes_max,
        })
        .add_service(Translated {
            service: accounts.max_decoding_message_size(writes_max),
            message_bytes_max: writes_max,
        })
        .add_service(Translated { service: keys, message_bytes_max: small })
        .add_service(Translated { service: audits, message_bytes_max: small })
        .add_service(Translated { service: observations, message_bytes_max: small })
        .add_service(reflection().build_v1()?)
        .add_service(reflection().build_v1alpha()?);
    Ok(routes.prepare())
}

fn reflection() -> tonic_reflection::server::Builder<'static> {
    tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(v1::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
}
