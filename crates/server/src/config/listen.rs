//! Where the service listens.

use std::fmt;
use std::net::SocketAddr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::Deserialize;
use tamis_engine::Diagnostic;

/// Bytes of the path of a socket that the system's address has room for, less the one that ends it.
const SOCKET_PATH_BYTES_MAX: usize = 107;

/// An address to listen on. As text: `127.0.0.1:7171`, `[::1]:7171` or `unix:/run/tamis.sock`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Listen {
    /// A TCP address. Port 0 takes a free one.
    Tcp(SocketAddr),
    /// The path of a Unix-domain socket, which only the user that the service runs as can reach. It is made by the service
    /// and removed when it stops.
    Unix(PathBuf),
}

/// A text that is no address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no address; want one such as `127.0.0.1:7171` or `unix:/run/tamis.sock`")]
pub struct ListenError(String);

impl FromStr for Listen {
    type Err = ListenError;

    /// Reads the forms that gRPC's clients take for names, too: `unix:path` and `unix:///path`.
    fn from_str(text: &str) -> Result<Self, ListenError> {
        let wrong = || ListenError(text.to_owned());
        let Some(path) = text.strip_prefix("unix:") else {
            return text.parse().map(Self::Tcp).map_err(|_| wrong());
        };
        let path = match path.strip_prefix("//") {
            Some(absolute) if absolute.starts_with('/') => absolute,
            Some(_) => return Err(wrong()),
            None => path,
        };
        if path.is_empty() { Err(wrong()) } else { Ok(Self::Unix(path.into())) }
    }
}

impl TryFrom<String> for Listen {
    type Error = ListenError;

    fn try_from(text: String) -> Result<Self, ListenError> {
        text.parse()
    }
}

impl From<SocketAddr> for Listen {
    fn from(address: SocketAddr) -> Self {
        Self::Tcp(address)
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// What is wrong with the addresses of a configuration.
pub(super) fn findings(listens: &[Listen]) -> Vec<Diagnostic> {
    if listens.is_empty() {
        return vec![Diagnostic::error("required", "listen", "an address is required")];
    }
    let mut findings = Vec::new();
    for (place, listen) in listens.iter().enumerate() {
        // Each TCP address with port 0 is another one.
        let is_free_port = matches!(listen, Listen::Tcp(address) if address.port() == 0);
        if !is_free_port && listens.iter().take(place).any(|earlier| earlier == listen) {
            let message = format!("{listen} is given more than once");
            findings.push(Diagnostic::error("duplicate", "listen", message));
        }
        findings.extend(finding("listen", listen));
    }
    findings
}

/// What is wrong with one address, which a setting names.
pub(super) fn finding(setting: &'static str, listen: &Listen) -> Vec<Diagnostic> {
    match listen {
        Listen::Tcp(_) => Vec::new(),
        Listen::Unix(path) => unix(setting, path).into_iter().collect(),
    }
}

fn unix(setting: &'static str, path: &Path) -> Option<Diagnostic> {
    let bytes = path.as_os_str().as_bytes();
    let folder =
        path.parent().map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    let name = path.display();
    let message = if bytes.len() > SOCKET_PATH_BYTES_MAX {
        format!("{name} is too long: the path of a socket has {SOCKET_PATH_BYTES_MAX} bytes at most")
    } else if bytes.contains(&0) {
        "the path of a socket has no NUL in it".to_owned()
    } else if path.is_dir() {
        format!("{name} is a folder, and the path of a socket is wanted")
    } else {
        match folder {
            Some(folder) if folder.is_dir() => return None,
            Some(folder) => format!("{name} would be in {}, which is no folder", folder.display()),
            None => format!("{name} names no file"),
        }
    };
    Some(Diagnostic::error("listen_path", setting, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_written() {
        for (text, written) in [
            ("127.0.0.1:7171", Some("127.0.0.1:7171")),
            ("[::1]:0", Some("[::1]:0")),
            ("unix:/run/tamis.sock", Some("unix:/run/tamis.sock")),
            ("unix:///run/tamis.sock", Some("unix:/run/tamis.sock")),
            ("unix:tamis.sock", Some("unix:tamis.sock")),
            ("unix:", None),
            ("unix://host/path", None),
            ("unix://", None),
            ("localhost:7171", None),
            ("127.0.0.1", None),
            ("/run/tamis.sock", None),
            ("", None),
        ] {
            let read: Result<Listen, _> = text.parse();
            assert_eq!(read.ok().map(|listen| listen.to_string()).as_deref(), written, "{text:?}");
        }
    }

    #[test]
    fn a_socket_is_made_in_a_folder_under_a_name_that_fits() {
        let folder = tempfile::tempdir().unwrap();
        let longest = SOCKET_PATH_BYTES_MAX - folder.path().as_os_str().len() - 1;
        for (path, valid) in [
            (folder.path().join("tamis.sock"), true),
            (folder.path().join("s".repeat(longest)), true),
            (folder.path().join("s".repeat(longest + 1)), false),
            (folder.path().join("missing/tamis.sock"), false),
            (folder.path().to_owned(), false),
            ("tamis.sock".into(), true),
            ("a\0b".into(), false),
        ] {
            let found = findings(&[Listen::Unix(path.clone())]);
            assert_eq!(found.is_empty(), valid, "{}: {found:?}", path.display());
        }
    }

    #[test]
    fn there_is_at_least_one_address_and_none_twice() {
        let read =
            |texts: &[&str]| -> Vec<Listen> { texts.iter().map(|text| text.parse().unwrap()).collect() };
        for (listens, found) in [
            (&[][..], 1),
            (&["127.0.0.1:7171", "unix:a"], 0),
            (&["127.0.0.1:0", "127.0.0.1:0"], 0),
            (&["127.0.0.1:7171", "unix:a", "127.0.0.1:7171", "unix:a"], 2),
        ] {
            assert_eq!(findings(&read(listens)).len(), found, "{listens:?}");
        }
    }
}
