//! Writes what is served into a file, from time to time and at the end.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::catalog::Catalog;

/// How often it is looked whether something has changed.
const INTERVAL: Duration = Duration::from_secs(60);
/// The share of the time, as a divisor, that may go into writing.
const SHARE: u32 = 20;

/// Writes the file whenever something has changed, for as long as this is awaited.
pub(super) async fn keep(path: Option<&Path>, catalog: &Arc<Catalog>) {
    let Some(path) = path else { return std::future::pending().await };
    loop {
        let begun = Instant::now();
        write(path, catalog).await;
        let pause = INTERVAL.max(begun.elapsed() * SHARE);
        sleep(pause).await;
    }
}

/// Writes the file, if something has changed since it was written.
pub(super) async fn write(path: &Path, catalog: &Arc<Catalog>) {
    let Some(changes) = catalog.unwritten_changes() else { return };
    let (to, of) = (path.to_owned(), catalog.clone());
    let written = tokio::task::spawn_blocking(move || of.write_to(&to)).await;
    match written.map_err(std::io::Error::other).flatten() {
        Ok(()) => {
            catalog.note_written(changes);
            tracing::debug!(path = %path.display(), "wrote a snapshot");
        }
        Err(error) => {
            tracing::error!(%error, path = %path.display(), "the snapshot cannot be written; the one before stays");
        }
    }
}
