//! The sockets that the service listens on.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::net::{TcpListener, UnixListener, UnixSocket, UnixStream};
use tokio::time::timeout;

use crate::config::Listen;

/// Connections that the system holds until they are taken.
const BACKLOG: u32 = 1_024;
/// How long a socket that is in the way may take to show that somebody listens to it.
const KNOCK_TIMEOUT: Duration = Duration::from_secs(1);
/// Only the owner may connect.
const SOCKET_MODE: u32 = 0o600;

/// A socket that is listened on.
#[derive(Debug)]
pub(crate) enum Socket {
    /// One of TCP.
    Tcp(TcpListener),
    /// One of the file system.
    Unix(UnixListener, SocketFile),
}

impl Socket {
    /// Begins to listen. Tells the address too, whose port may have been free to choose.
    ///
    /// # Errors
    /// What the system says; `AddrInUse` if somebody else listens there, or if something that is no socket is in the way.
    pub(super) async fn bind(listen: &Listen) -> io::Result<(Self, Listen)> {
        match listen {
            Listen::Tcp(address) => {
                let listener = TcpListener::bind(address).await?;
                let address: SocketAddr = listener.local_addr()?;
                Ok((Self::Tcp(listener), address.into()))
            }
            Listen::Unix(path) => {
                let (listener, file) = bind_unix(path).await?;
                Ok((Self::Unix(listener, file), listen.clone()))
            }
        }
    }
}

async fn bind_unix(path: &Path) -> io::Result<(UnixListener, SocketFile)> {
    clear(path).await?;
    let socket = UnixSocket::new_stream()?;
    socket.bind(path)?;
    let file = SocketFile::at(path)?;
    // Nobody can connect before it is listened on.
    fs::set_permissions(path, fs::Permissions::from_mode(SOCKET_MODE))?;
    Ok((socket.listen(BACKLOG)?, file))
}

/// Removes the socket of a process that ended without doing so itself.
async fn clear(path: &Path) -> io::Result<()> {
    let in_the_way = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let in_use = |what: &str| io::Error::new(io::ErrorKind::AddrInUse, what.to_owned());
    if !in_the_way.file_type().is_socket() {
        return Err(in_use("there is something that is no socket"));
    }
    match timeout(KNOCK_TIMEOUT, UnixStream::connect(path)).await {
        Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => fs::remove_file(path),
        Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Ok(Err(error)) => Err(error),
        Ok(Ok(_)) | Err(_) => Err(in_use("another process listens to it")),
    }
}

/// The file of a socket, which is removed when this is dropped, unless something else has taken its name.
#[derive(Debug)]
pub(crate) struct SocketFile {
    path: PathBuf,
    /// Device and number of the file.
    identity: (u64, u64),
}

impl SocketFile {
    fn at(path: &Path) -> io::Result<Self> {
        let found = fs::symlink_metadata(path)?;
        // Other folders may be gone into while the service runs.
        let path = std::path::absolute(path)?;
        Ok(Self { path, identity: (found.dev(), found.ino()) })
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        let is_ours =
            fs::symlink_metadata(&self.path).is_ok_and(|found| (found.dev(), found.ino()) == self.identity);
        if is_ours && let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(%error, path = %self.path.display(), "the socket could not be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn bind(path: &Path) -> io::Result<Socket> {
        Socket::bind(&Listen::Unix(path.to_owned())).await.map(|(socket, _)| socket)
    }

    #[tokio::test]
    async fn a_socket_is_its_owners_alone_and_goes_with_the_service() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tamis.sock");
        let socket = bind(&path).await.unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        UnixStream::connect(&path).await.unwrap();
        drop(socket);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn a_socket_that_nobody_listens_to_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tamis.sock");
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(path.exists(), "the system leaves the file");
        let _socket = bind(&path).await.unwrap();
        UnixStream::connect(&path).await.unwrap();
    }

    #[tokio::test]
    async fn what_others_use_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tamis.sock");
        let socket = bind(&path).await.unwrap();
        let error = bind(&path).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
        UnixStream::connect(&path).await.unwrap();

        let file = folder.path().join("notes.txt");
        fs::write(&file, "Buy milk.").unwrap();
        assert_eq!(bind(&file).await.unwrap_err().kind(), io::ErrorKind::AddrInUse);
        assert_eq!(fs::read_to_string(&file).unwrap(), "Buy milk.");

        // Somebody else's socket by the same name outlives ours.
        fs::remove_file(&path).unwrap();
        let _other = std::os::unix::net::UnixListener::bind(&path).unwrap();
        drop(socket);
        UnixStream::connect(&path).await.unwrap();
    }
}
