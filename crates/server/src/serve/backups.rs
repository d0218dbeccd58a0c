//! Backups of a file that is being served.
//!
//! One process at a time has the file open. Whoever wants a backup of it meanwhile asks that process, by a socket beside the
//! file that only the same user can reach, and is sent the backup. It ends with how much there was, so that one that is cut
//! short is noticed.

use std::io::{self, BufWriter};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tamis_store::{BackupError, Copied, Location, Store};
use tokio::net::{UnixListener, UnixStream};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

/// How long whoever asked may take to read on.
const READING_MAX: Duration = Duration::from_secs(30);
/// How long to wait if the system takes no connection.
const PAUSE: Duration = Duration::from_secs(1);

/// The socket beside a store that is open.
pub(crate) fn socket_of(store: &Path) -> io::Result<PathBuf> {
    let mut socket = store.canonicalize()?.into_os_string();
    socket.push("-backup");
    Ok(socket.into())
}

/// Backs the store up for whoever asks, one after the other, for as long as this is awaited. A database needs nobody for that.
pub(super) async fn offer(location: &Location, store: &Store) {
    let Location::File(path) = location else { return std::future::pending().await };
    let (_socket, listener) = match listen(path) {
        Ok(listening) => listening,
        Err(error) => {
            tracing::warn!(%error, "the store cannot be backed up while it is served");
            return std::future::pending().await;
        }
    };
    loop {
        let sent = match listener.accept().await {
            Ok((peer, _)) => send(store.clone(), peer).await,
            Err(error) => {
                tokio::time::sleep(PAUSE).await;
                Err(error)
            }
        };
        match sent {
            Ok(Copied { accounts, revisions }) => tracing::info!(accounts, revisions, "backed up"),
            Err(error) => tracing::warn!(%error, "a backup was not finished"),
        }
    }
}

/// Removes the socket in the end.
struct Socket(PathBuf);

impl Drop for Socket {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

fn listen(store: &Path) -> io::Result<(Socket, UnixListener)> {
    let path = socket_of(store)?;
    // Whoever has the store open is this process: a socket that is there was left by one that was killed.
    drop(std::fs::remove_file(&path));
    let listener = UnixListener::bind(&path)?;
    let socket = Socket(path);
    std::fs::set_permissions(&socket.0, std::fs::Permissions::from_mode(0o600))?;
    Ok((socket, listener))
}

async fn send(store: Store, peer: UnixStream) -> io::Result<Copied> {
    let peer = peer.into_std()?;
    peer.set_nonblocking(false)?;
    peer.set_write_timeout(Some(READING_MAX))?;
    let runtime = Handle::current();
    let sending = spawn_blocking(move || runtime.block_on(store.backup(BufWriter::new(peer))));
    sending.await?.map_err(|error| match error {
        BackupError::Io(error) => error,
        BackupError::Store(error) => io::Error::other(error),
    })
}
