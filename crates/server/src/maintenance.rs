//! What is done to a store without serving it.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek as _};
use std::os::unix::net::UnixStream;
use std::path::Path;

use tamis_store::{
    BackupError, Copied, Location, Migrated, OpenError, RestoreError, Store, StoreError, verify,
};

use crate::serve::backups::socket_of;

/// Why something was not done to a store.
#[derive(Debug, thiserror::Error)]
pub enum MaintenanceError {
    /// The store cannot be opened. It is as it was.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// There is no backup.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// Nothing, or not everything, was restored.
    #[error(transparent)]
    Restore(#[from] RestoreError),
    /// The store was not closed as it should be.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Brings a store to this version's format, and makes a new one where there is none.
///
/// # Errors
/// See [`MaintenanceError`].
pub async fn migrate(location: &Location) -> Result<Migrated, MaintenanceError> {
    let (store, migrated) = Store::migrate(location).await?;
    store.close().await?;
    Ok(migrated)
}

/// Writes all accounts of a store with all of their revisions into a new file, which is there only once it is whole and on
/// disk. Others go on writing meanwhile: a database is read beside them, and a file that is being served is read by its
/// service.
///
/// # Errors
/// See [`MaintenanceError`].
pub async fn backup(location: &Location, path: &Path) -> Result<Copied, MaintenanceError> {
    let failed = |source| MaintenanceError::File { path: path.display().to_string(), source };
    if path.exists() {
        return Err(failed(io::Error::new(io::ErrorKind::AlreadyExists, "this file is there already")));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let draft = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    let mut out = BufWriter::new(draft);
    let copied = copy(location, &mut out).await?;
    let draft = out.into_inner().map_err(|error| failed(error.into_error()))?;
    draft.as_file().sync_all().map_err(failed)?;
    let found =
        verify(BufReader::new(File::open(draft.path()).map_err(failed)?)).map_err(RestoreError::from)?;
    if copied.is_some_and(|copied| copied != found) {
        return Err(failed(io::Error::other("the file is not what was written")));
    }
    draft.persist_noclobber(path).map_err(|error| failed(error.error))?;
    Ok(found)
}

/// Writes a backup, and tells what is in it if that is known.
async fn copy(location: &Location, out: &mut impl io::Write) -> Result<Option<Copied>, MaintenanceError> {
    let (store, migrated) = match Store::attach(location, false).await {
        Ok(attached) => attached,
        Err(error) => {
            let Some(mut service) = serving(location, &error) else { return Err(error.into()) };
            io::copy(&mut service, out).map_err(BackupError::from)?;
            return Ok(None);
        }
    };
    if migrated.is_none() {
        store.prepare(false).await?;
    }
    let copied = store.backup(out).await?;
    store.close().await?;
    Ok(Some(copied))
}

/// The service that has a file open, if there is one that can be asked.
fn serving(location: &Location, error: &OpenError) -> Option<UnixStream> {
    let (Location::File(path), OpenError::Locked { .. }) = (location, error) else { return None };
    UnixStream::connect(socket_of(path).ok()?).ok()
}

/// Makes all accounts of a backup in a store that has none. The backup is read to its end first.
///
/// # Errors
/// See [`MaintenanceError`].
pub async fn restore(path: &Path, location: &Location) -> Result<Copied, MaintenanceError> {
    let failed = |source| MaintenanceError::File { path: path.display().to_string(), source };
    let mut file = File::open(path).map_err(failed)?;
    verify(BufReader::new(&file)).map_err(RestoreError::from)?;
    file.rewind().map_err(failed)?;
    let store = Store::open(location).await?;
    let copied = store.restore(BufReader::new(file)).await;
    store.close().await?;
    Ok(copied?)
}
