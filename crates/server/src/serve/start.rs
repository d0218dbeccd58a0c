//! Starting, with a store that may not be there yet, or with the last good snapshot in its place.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tamis_store::{OpenError, Store, StoreError};
use tokio::time::sleep;

use crate::catalog::{Catalog, LoadError, Loaded};
use crate::clock;
use crate::config::Config;
use crate::serve::ServeError;

/// How long to wait before a store is tried again, at first and at most, each but for the jitter.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));

/// What the service begins with.
#[derive(Debug)]
pub(super) struct Started {
    /// What was loaded.
    pub(super) loaded: Loaded,
    /// Whether that was the store, rather than a snapshot.
    pub(super) is_current: bool,
}

/// Loads every account, as soon as the store can be reached; or from the snapshot file, if there is one, and the store
/// cannot be reached at once.
///
/// # Errors
/// The store is there and cannot be used.
pub(super) async fn load(
    config: &Config,
    store: &Store,
    catalog: &Arc<Catalog>,
) -> Result<Started, ServeError> {
    let mut snapshot = config.snapshot.as_deref();
    let mut pause = BACK_OFF.0;
    loop {
        let error = match attempt(config, store, catalog).await {
            Ok(loaded) => return Ok(Started { loaded, is_current: true }),
            Err(error) if !may_pass(&error) => return Err(error),
            Err(error) => error,
        };
        tracing::warn!(%error, "waiting for the store");
        if let Some(loaded) = from_snapshot(snapshot.take(), catalog).await {
            return Ok(Started { loaded, is_current: false });
        }
        pause = waited(pause).await;
    }
}

/// Waits until the store can be used: it could not be when the service started. Whatever keeps it from being used, the
/// service has something to decide by, and goes on.
pub(super) async fn wait_for(config: &Config, store: &Store) {
    let mut pause = BACK_OFF.0;
    while let Err(error) = store.prepare(config.migrate).await {
        tracing::warn!(%error, "waiting for the store; what the snapshot holds is served meanwhile");
        pause = waited(pause).await;
    }
}

/// Waits, and tells how long to wait the next time.
async fn waited(pause: Duration) -> Duration {
    sleep(clock::jittered(pause)).await;
    (pause * 2).min(BACK_OFF.1)
}

async fn attempt(config: &Config, store: &Store, catalog: &Arc<Catalog>) -> Result<Loaded, ServeError> {
    let migrated = store.prepare(config.migrate).await?;
    if migrated.from != migrated.to {
        tracing::info!(from = migrated.from, to = migrated.to, "migrated the store");
    }
    Ok(catalog.load().await?)
}

/// Whether a store may come back by itself.
fn may_pass(error: &ServeError) -> bool {
    matches!(
        error,
        ServeError::Store(OpenError::Unreachable { .. })
            | ServeError::Load(LoadError::Store(StoreError::Unavailable(_)))
    )
}

async fn from_snapshot(path: Option<&Path>, catalog: &Arc<Catalog>) -> Option<Loaded> {
    let path = path.filter(|path| path.exists())?;
    match catalog.load_from(path).await {
        Ok(loaded) => {
            let path = path.display();
            tracing::warn!(%path, "serving what a snapshot holds, until the store can be reached");
            Some(loaded)
        }
        Err(error) => {
            tracing::error!(%error, path = %path.display(), "the snapshot cannot be used");
            None
        }
    }
}
