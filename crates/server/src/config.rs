//! What the service is told before it starts.

mod listen;
mod security;

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tamis_engine::{Diagnostic, limits};
use tamis_store::Location;

use crate::catalog::Quotas;

use crate::observe::Observe;

pub use listen::{Listen, ListenError};
pub(crate) use security::Credentials;
pub use security::Security;

/// The port that the service listens on unless told otherwise.
const PORT_DEFAULT: u16 = 7171;
/// The largest window of HTTP/2 (RFC 9113, 6.9.1).
const WINDOW_BYTES_MAX: u32 = (1 << 31) - 1;
/// The smallest window that does not make every larger message wait for the peer.
const WINDOW_BYTES_MIN: u32 = 16 << 10;
/// The longest that a service may take to stop; whoever stops it has lost patience by then.
const DRAIN_MAX: Duration = Duration::from_secs(600);

/// Files that the service keeps open besides connections, with room for those of a store and of a log.
const FILES_RESERVED: usize = 64;
/// Connections where the system does not say how many files may be open: its limit is 1,024 nearly everywhere.
const CONNECTIONS_FALLBACK: usize = 1_024 - FILES_RESERVED;
/// The most connections that are allowed unless more are asked for. Each holds some 40 KB of buffers.
const CONNECTIONS_DEFAULT_MAX: usize = 20_000;
/// The most threads that may serve; more than any machine has processors.
const THREADS_MAX: usize = 1_024;

/// How the threads that serve share the connections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Runtime {
    /// Each thread has connections of its own, and nothing that the others have to wait for. A new connection goes to the
    /// thread with the fewest, and its calls run one after the other with it.
    ///
    /// An empty call (`tamis baseline --kind empty`) takes 0.55 times the processor time that it takes with the other form,
    /// on one thread with 8 connections of 10 calls each; with one call at a time on one connection, 0.92 times.
    #[default]
    PerCore,
    /// All threads share all connections: one that has nothing to do takes work from another. Each call is a task, so that
    /// the calls of one connection are decided by several threads at once.
    WorkStealing,
}

/// What the service is told before it starts.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The addresses to listen on, all of them at once.
    pub listen: Vec<Listen>,
    /// The pages for people; none unless it is said where.
    pub console: Option<Console>,
    /// Encryption and authentication.
    pub security: Security,
    /// Where the store is kept.
    pub store: Location,
    /// Bring the store to this version's format if an earlier version wrote it. What is not migrated is refused otherwise.
    pub migrate: bool,
    /// The file that what is served is written into from time to time, and that is served at a start for as long as a
    /// database cannot be reached.
    pub snapshot: Option<PathBuf>,
    /// Make the account `demo` if there is none.
    pub demo: bool,
    /// How the threads that serve share the connections.
    pub runtime: Runtime,
    /// How many threads serve; one per processor unless said.
    pub threads: Option<NonZeroUsize>,
    /// Bounds on connections.
    pub transport: Transport,
    /// What one account may take.
    pub quotas: Quotas,
    /// What the service tells about itself.
    pub observe: Observe,
    /// How long calls may take to finish once the service is to stop. What is left then ends with the process.
    pub drain: Duration,
}

/// The pages on which people write, try and watch workflows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Console {
    /// The address of its own that it is served at.
    pub listen: Listen,
    /// File with what its cookies are encrypted with, at least 64 random bytes: replicas that are given the same share the
    /// sign-ins. Without it each service makes its own when it starts, and people sign in again.
    pub secret_file: Option<PathBuf>,
}

/// Bytes of a secret for cookies: those of a key for encryption and of one for signatures.
const SECRET_BYTES_MIN: usize = 64;

impl Console {
    /// What cookies are encrypted with, if a file has it.
    ///
    /// # Errors
    /// It cannot be read, or is too short.
    pub(crate) fn secret(&self) -> Result<Option<Vec<u8>>, String> {
        let Some(file) = &self.secret_file else { return Ok(None) };
        let name = file.display();
        let secret = std::fs::read(file).map_err(|error| format!("{name} cannot be read: {error}"))?;
        match secret.len() {
            SECRET_BYTES_MIN.. => Ok(Some(secret)),
            bytes => Err(format!("{name} has {bytes} bytes, and a secret has at least {SECRET_BYTES_MIN}")),
        }
    }

    fn findings(&self) -> Vec<Diagnostic> {
        let secret = self.secret().err();
        let secret = secret.map(|reason| Diagnostic::error("file_unusable", "console_secret_file", reason));
        listen::finding("console", &self.listen).into_iter().chain(secret).collect()
    }
}

/// Bounds on connections, on what one of them may take, and on messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transport {
    /// Connections at once, of all addresses together. More are left to wait in the system's queue.
    pub connections_max: usize,
    /// How long a connection may take to say that it speaks HTTP/2. It takes a place meanwhile.
    pub preface_timeout: Duration,
    /// How long a connection may take before that to agree on keys, where it speaks TLS.
    pub handshake_timeout: Duration,
    /// How long a connection may stay on which nobody calls; it is told to end then, or up to a quarter of this time later.
    pub idle_timeout: Duration,
    /// How long calls should wait for a thread at most: beyond, a share of them is turned away.
    pub queue_wait_max: Duration,
    /// Calls under way at once. Without a bound one connection can take all the memory.
    pub streams_max: u32,
    /// Streams that may be reset for the peer's own faults before the connection is closed (CVE-2025-8671).
    pub local_resets_max: usize,
    /// Bytes that a peer may send ahead on one call.
    pub stream_window_bytes: u32,
    /// Bytes that a peer may send ahead on all calls.
    pub connection_window_bytes: u32,
    /// How often a peer is asked whether it is still there.
    pub keepalive_interval: Duration,
    /// How long it may take to answer.
    pub keepalive_timeout: Duration,
    /// Bytes of the headers of one call.
    pub header_list_bytes_max: u32,
    /// Bytes of one message to `DecisionService`.
    pub decision_message_bytes_max: usize,
    /// Bytes of one message to `WorkflowService` and `AccountService`, which may hold a whole directory.
    pub workflow_message_bytes_max: usize,
}

impl Default for Transport {
    fn default() -> Self {
        Self {
            connections_max: connections_default(),
            preface_timeout: Duration::from_secs(5),
            handshake_timeout: Duration::from_secs(5),
            idle_timeout: Duration::from_secs(3_600),
            queue_wait_max: Duration::from_millis(100),
            streams_max: 128,
            local_resets_max: 1_024,
            stream_window_bytes: 64 << 10,
            connection_window_bytes: 1 << 20,
            keepalive_interval: Duration::from_secs(30),
            keepalive_timeout: Duration::from_secs(20),
            header_list_bytes_max: 16 << 10,
            decision_message_bytes_max: 1 << 20,
            workflow_message_bytes_max: 64 << 20,
        }
    }
}

/// All that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// The findings; their paths name the fields of [`Config`].
    pub findings: Vec<Diagnostic>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration is not valid")?;
        self.findings.iter().try_for_each(|finding| write!(f, "\n  {finding}"))
    }
}

impl Config {
    /// The defaults, with a store: loopback, port 7171, no demo.
    pub fn new(store: Location) -> Self {
        Self {
            listen: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, PORT_DEFAULT)).into()],
            console: None,
            security: Security::default(),
            store,
            migrate: true,
            snapshot: None,
            demo: false,
            runtime: Runtime::default(),
            threads: None,
            transport: Transport::default(),
            quotas: Quotas::default(),
            observe: Observe::default(),
            drain: Duration::from_secs(20),
        }
    }

    /// Reads the files of certificates and keys.
    ///
    /// # Errors
    /// All that is wrong with them.
    pub(crate) fn credentials(&self) -> Result<Credentials, ConfigError> {
        let credentials = self.security.load(self.transport.handshake_timeout);
        credentials.map_err(|findings| ConfigError { findings })
    }

    /// Checks everything that can be checked before anything is opened or bound.
    ///
    /// # Errors
    /// All that is wrong.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let mut findings = listen::findings(&self.listen);
        findings
            .extend(self.security.findings(&self.listen, self.console.as_ref().map(|pages| &pages.listen)));
        findings.extend(self.console.iter().flat_map(Console::findings));
        if let Location::File(path) = &self.store {
            findings.extend(check_file(path, "store"));
        }
        findings.extend(self.snapshot.as_deref().and_then(|path| check_file(path, "snapshot")));
        if self.threads.is_some_and(|threads| threads.get() > THREADS_MAX) {
            let message = format!("at most {THREADS_MAX} threads can serve");
            findings.push(Diagnostic::error("out_of_bounds", "threads", message));
        }
        if self.drain > DRAIN_MAX {
            let message = format!("stopping may take {} s at most", DRAIN_MAX.as_secs());
            findings.push(Diagnostic::error("out_of_bounds", "drain", message));
        }
        findings.extend(self.observe.findings());
        findings.extend(self.transport.findings());
        if !(1..=limits::WORKFLOWS_MAX).contains(&self.quotas.workflows_max) {
            let message = format!("an account may have 1 to {} workflows", limits::WORKFLOWS_MAX);
            findings.push(Diagnostic::error("out_of_bounds", "quotas.workflows_max", message));
        }
        if findings.is_empty() { Ok(()) } else { Err(ConfigError { findings }) }
    }
}

impl Transport {
    fn findings(&self) -> Vec<Diagnostic> {
        let windows = WINDOW_BYTES_MIN..=WINDOW_BYTES_MAX;
        let window = format!("a window has {WINDOW_BYTES_MIN} to {WINDOW_BYTES_MAX} bytes");
        let message_bytes = 1..=usize::try_from(u32::MAX).unwrap_or(usize::MAX);
        let message = "a message may have at least 1 byte, and at most what gRPC can frame: 4,294,967,295";
        let checks = [
            (self.connections_max > 0, "connections_max", "at least one connection must be possible"),
            (!self.preface_timeout.is_zero(), "preface_timeout", "must be more than 0"),
            (!self.handshake_timeout.is_zero(), "handshake_timeout", "must be more than 0"),
            (!self.idle_timeout.is_zero(), "idle_timeout", "must be more than 0"),
            (!self.queue_wait_max.is_zero(), "queue_wait_max", "must be more than 0"),
            (self.streams_max > 0, "streams_max", "at least one call must be possible"),
            (self.local_resets_max > 0, "local_resets_max", "at least one reset must be possible"),
            (windows.contains(&self.stream_window_bytes), "stream_window_bytes", &*window),
            (windows.contains(&self.connection_window_bytes), "connection_window_bytes", &*window),
            (!self.keepalive_interval.is_zero(), "keepalive_interval", "must be more than 0"),
            (!self.keepalive_timeout.is_zero(), "keepalive_timeout", "must be more than 0"),
            (
                self.header_list_bytes_max >= 1 << 10,
                "header_list_bytes_max",
                "a call needs 1,024 bytes of headers",
            ),
            (message_bytes.contains(&self.decision_message_bytes_max), "decision_message_bytes_max", message),
            (message_bytes.contains(&self.workflow_message_bytes_max), "workflow_message_bytes_max", message),
        ];
        checks
            .into_iter()
            .filter(|(holds, ..)| !holds)
            .map(|(_, field, message)| {
                Diagnostic::error("out_of_bounds", format!("transport.{field}"), message)
            })
            .collect()
    }
}

/// As many connections as there may be files, less those for everything else.
fn connections_default() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").ok();
    let files = limits.as_deref().and_then(files_max);
    files.map_or(CONNECTIONS_FALLBACK, |files| {
        files.saturating_sub(FILES_RESERVED).clamp(1, CONNECTIONS_DEFAULT_MAX)
    })
}

/// How many files may be open, from Linux' table of a process's limits; `None` if it has no such line.
fn files_max(limits: &str) -> Option<usize> {
    let soft =
        limits.lines().find_map(|line| line.strip_prefix("Max open files"))?.split_whitespace().next()?;
    if soft == "unlimited" { Some(usize::MAX) } else { soft.parse().ok() }
}

/// Looks whether a setting names a file in a folder that there is.
fn check_file(path: &Path, setting: &'static str) -> Option<Diagnostic> {
    let folder =
        path.parent().map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    let message = match folder {
        None => "this names no file".to_owned(),
        Some(_) if path.is_dir() => format!("{} is a folder, and a file is wanted", path.display()),
        Some(folder) if !folder.is_dir() => {
            format!("{} would be in {}, which is no folder", path.display(), folder.display())
        }
        Some(_) => return None,
    };
    Some(Diagnostic::error("store_path", setting, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_valid_and_on_loopback() {
        let config = Config::new(Location::Memory);
        assert_eq!(config.validate(), Ok(()));
        assert_eq!(config.listen, ["127.0.0.1:7171".parse().unwrap()]);
        assert!(config.transport.connections_max >= 1);
    }

    #[test]
    fn every_finding_is_told_at_once() {
        let config = Config {
            listen: vec![SocketAddr::from(([0, 0, 0, 0], 80)).into()],
            threads: NonZeroUsize::new(THREADS_MAX + 1),
            store: Location::File("/nowhere/at/all/tamis.db".into()),
            snapshot: Some("/nowhere/at/all/tamis.snapshot".into()),
            drain: Duration::from_secs(601),
            transport: Transport {
                connections_max: 0,
                preface_timeout: Duration::ZERO,
                handshake_timeout: Duration::ZERO,
                idle_timeout: Duration::ZERO,
                queue_wait_max: Duration::ZERO,
                streams_max: 0,
                local_resets_max: 0,
                stream_window_bytes: 1,
                connection_window_bytes: u32::MAX,
                keepalive_interval: Duration::ZERO,
                keepalive_timeout: Duration::ZERO,
                header_list_bytes_max: 0,
                decision_message_bytes_max: 0,
                workflow_message_bytes_max: 0,
            },
            quotas: Quotas { workflows_max: 0, ..Quotas::default() },
            ..Config::new(Location::Memory)
        };
        let findings = config.validate().unwrap_err().findings;
        let paths: Vec<&str> = findings.iter().map(|finding| finding.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "listen",
                "listen",
                "store",
                "snapshot",
                "threads",
                "drain",
                "transport.connections_max",
                "transport.preface_timeout",
                "transport.handshake_timeout",
                "transport.idle_timeout",
                "transport.queue_wait_max",
                "transport.streams_max",
                "transport.local_resets_max",
                "transport.stream_window_bytes",
                "transport.connection_window_bytes",
                "transport.keepalive_interval",
                "transport.keepalive_timeout",
                "transport.header_list_bytes_max",
                "transport.decision_message_bytes_max",
                "transport.workflow_message_bytes_max",
                "quotas.workflows_max",
            ]
        );
    }

    #[test]
    fn connections_are_bounded_by_the_files_that_may_be_open() {
        let limits = |files: &str| {
            format!(
                "Limit                     Soft Limit           Hard Limit           Units     \n\
                 Max processes             95000                95000                processes \n\
                 Max open files            {files}              524288               files     \n"
            )
        };
        assert_eq!(files_max(&limits("1024")), Some(1_024));
        assert_eq!(files_max(&limits("unlimited")), Some(usize::MAX));
        assert_eq!(files_max(&limits("many")), None);
        assert_eq!(files_max("Max processes 1 1 processes"), None);
        assert!((1..=CONNECTIONS_DEFAULT_MAX).contains(&connections_default()));
    }

    #[test]
    fn a_store_is_a_file_in_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        for (path, valid) in [
            (folder.path().join("tamis.db"), true),
            (folder.path().to_owned(), false),
            (folder.path().join("missing/tamis.db"), false),
            ("tamis.db".into(), true),
        ] {
            let config = Config::new(Location::File(path.clone()));
            assert_eq!(config.validate().is_ok(), valid, "{}", path.display());
        }
    }
}
