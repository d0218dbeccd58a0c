//! Runs the service: opens the store, listens, loads, serves, and stops.

mod incoming;
mod oversize;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tamis_api::v1;
use tamis_api::v1::account_service_server::AccountServiceServer;
use tamis_api::v1::decision_service_server::DecisionServiceServer;
use tamis_api::v1::workflow_service_server::WorkflowServiceServer;
use tamis_store::{OpenError, Store};
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::task::{JoinError, JoinHandle};
use tokio::time::{Instant, MissedTickBehavior, timeout_at};
use tonic::transport::Server;
use tonic::transport::server::Router;
use tonic_health::pb::health_server::HealthServer;

use crate::catalog::{Catalog, LoadError, Loaded};
use crate::config::{Config, ConfigError, Transport};
use crate::demo;
use crate::grpc::account::Accounts;
use crate::grpc::decision::Decisions;
use crate::grpc::workflow::Workflows;
use crate::health::{Condition, Reporter};
use crate::serve::incoming::incoming;
use crate::serve::oversize::Oversize;

/// How often the store is asked whether it takes writes, so that health tells before somebody's write does.
const PROBE_INTERVAL: Duration = Duration::from_secs(5);

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
        listen: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The stored accounts cannot be served.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The account `demo` could not be made.
    #[error("the demo account cannot be made: {0}")]
    Demo(String),
    /// The transport failed.
    #[error("the server stopped: {0}")]
    Transport(#[from] tonic::transport::Error),
    /// The contract cannot be described to clients.
    #[error("reflection cannot be offered: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// A part of the service failed.
    #[error("the server stopped by a fault: {0}")]
    Fault(#[from] JoinError),
}

/// Serves until `shutdown` is ready, and then lets the calls under way finish.
///
/// `on_ready` is told the address once every account is loaded and every service answers. Connections are taken, and
/// health is answered, from before that.
///
/// # Errors
/// See [`ServeError`]. A configuration is refused before anything is opened, a store before anything listens.
pub async fn serve(
    config: Config,
    shutdown: impl Future<Output = ()>,
    on_ready: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    config.validate()?;
    let store = Store::open(&config.store).await?;
    let served = serve_store(&config, store.clone(), shutdown, on_ready).await;
    if let Err(error) = store.close().await {
        tracing::warn!(%error, "the store was not tidied up; no record is lost");
    }
    served
}

async fn serve_store(
    config: &Config,
    store: Store,
    shutdown: impl Future<Output = ()>,
    on_ready: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    let not_bound = |source| ServeError::Listen { listen: config.listen, source };
    let listener = TcpListener::bind(config.listen).await.map_err(not_bound)?;
    let address = listener.local_addr().map_err(not_bound)?;

    let catalog = Arc::new(Catalog::new(store));
    tracing::info!(%address, "listening");
    let (condition, reported) = watch::channel(Condition { writable: true, ..Condition::default() });
    let (stop, stopped) = oneshot::channel::<()>();
    let router = router(&config.transport, &catalog, Reporter::new(reported))?;
    let mut server = tokio::spawn(router.serve_with_incoming_shutdown(incoming(listener), async {
        // A sender that is gone says the same as one that has spoken.
        let _ = stopped.await;
    }));

    let ran = tokio::select! {
        () = shutdown => Ok(()),
        ended = &mut server => return Ok(ended??),
        failed = run(config, &catalog, &condition, || on_ready(address)) => failed,
    };
    tracing::info!(%address, "stopping");
    let deadline = Instant::now() + config.drain;
    condition.send_modify(|condition| condition.draining = true);
    drop(condition);
    drop(stop);
    drain(server, deadline).await?;
    if timeout_at(deadline, catalog.finish_writes()).await.is_err() {
        tracing::warn!("a write is still under way; it is stored whole or not at all");
    }
    tracing::info!(%address, "stopped");
    ran
}

/// Loads, says that the service is ready, and keeps an eye on the store; comes back only if that fails.
async fn run(
    config: &Config,
    catalog: &Arc<Catalog>,
    condition: &watch::Sender<Condition>,
    on_ready: impl FnOnce(),
) -> Result<(), ServeError> {
    let Loaded { accounts, workflows } = catalog.load().await?;
    tracing::info!(accounts, workflows, "loaded");
    if config.demo {
        demo::ensure(catalog).await.map_err(|failure| ServeError::Demo(failure.to_string()))?;
    }
    condition.send_modify(|condition| condition.loaded = true);
    tracing::info!("serving");
    on_ready();
    let mut writable = catalog.writable();
    let mut probes = tokio::time::interval(PROBE_INTERVAL);
    probes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = probes.tick() => catalog.probe().await,
            // The sender lives in the catalog, which outlives this loop.
            _ = writable.changed() => {}
        }
        let now = *writable.borrow_and_update();
        condition.send_if_modified(|known| std::mem::replace(&mut known.writable, now) != now);
    }
}

/// Lets the calls under way finish, and waits no longer at the deadline.
async fn drain(
    mut server: JoinHandle<Result<(), tonic::transport::Error>>,
    deadline: Instant,
) -> Result<(), ServeError> {
    match timeout_at(deadline, &mut server).await {
        Ok(ended) => Ok(ended??),
        Err(_) => {
            tracing::warn!("calls are still under way, and end with the process");
            server.abort();
            Ok(())
        }
    }
}

fn router(transport: &Transport, catalog: &Arc<Catalog>, reporter: Reporter) -> Result<Router, ServeError> {
    let Transport {
        decision_message_bytes_max: decisions_max, workflow_message_bytes_max: writes_max, ..
    } = *transport;
    let decisions = DecisionServiceServer::new(Decisions::new(catalog.clone()));
    let workflows = WorkflowServiceServer::new(Workflows::new(catalog.clone()));
    let accounts = AccountServiceServer::new(Accounts::new(catalog.clone()));
    Ok(Server::builder()
        .max_concurrent_streams(transport.streams_max)
        .http2_max_local_error_reset_streams(Some(transport.local_resets_max))
        .initial_stream_window_size(transport.stream_window_bytes)
        .initial_connection_window_size(transport.connection_window_bytes)
        .http2_keepalive_interval(Some(transport.keepalive_interval))
        .http2_keepalive_timeout(Some(transport.keepalive_timeout))
        .http2_max_header_list_size(transport.header_list_bytes_max)
        .add_service(HealthServer::new(reporter))
        .add_service(Oversize {
            service: decisions.max_decoding_message_size(decisions_max),
            message_bytes_max: decisions_max,
        })
        .add_service(Oversize {
            service: workflows.max_decoding_message_size(writes_max),
            message_bytes_max: writes_max,
        })
        .add_service(Oversize {
            service: accounts.max_decoding_message_size(writes_max),
            message_bytes_max: writes_max,
        })
        .add_service(reflection().build_v1()?)
        .add_service(reflection().build_v1alpha()?))
}

fn reflection() -> tonic_reflection::server::Builder<'static> {
    tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(v1::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
}
