//! What the service is told before it starts.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use tamis_engine::Diagnostic;
use tamis_store::Location;

/// The port that the service listens on unless told otherwise.
const PORT_DEFAULT: u16 = 7171;
/// The largest window of HTTP/2 (RFC 9113, 6.9.1).
const WINDOW_BYTES_MAX: u32 = (1 << 31) - 1;
/// The smallest window that does not make every larger message wait for the peer.
const WINDOW_BYTES_MIN: u32 = 16 << 10;
/// The longest that a service may take to stop; whoever stops it has lost patience by then.
const DRAIN_MAX: Duration = Duration::from_secs(600);

/// What the service is told before it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The address to listen on. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// Listen on an address that other machines may reach. The service asks nobody who they are.
    pub allow_non_loopback: bool,
    /// Where the store is kept.
    pub store: Location,
    /// Make the account `demo` if there is none.
    pub demo: bool,
    /// Bounds on connections.
    pub transport: Transport,
    /// How long calls may take to finish once the service is to stop. What is left then ends with the process.
    pub drain: Duration,
}

/// Bounds on what one connection may take, and on messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transport {
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
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, PORT_DEFAULT)),
            allow_non_loopback: false,
            store,
            demo: false,
            transport: Transport::default(),
            drain: Duration::from_secs(20),
        }
    }

    /// Checks everything that can be checked before anything is opened or bound.
    ///
    /// # Errors
    /// All that is wrong.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let mut findings = Vec::new();
        if !self.listen.ip().is_loopback() && !self.allow_non_loopback {
            let message = format!(
                "{} may be reached by other machines, and the service asks nobody who they are",
                self.listen
            );
            findings.push(
                Diagnostic::error("listen_not_loopback", "listen", message)
                    .with_help("listen on 127.0.0.1 or [::1], or say `allow_non_loopback` if something else keeps strangers out"),
            );
        }
        if let Location::File(path) = &self.store {
            findings.extend(check_store(path));
        }
        if self.drain > DRAIN_MAX {
            let message = format!("stopping may take {} s at most", DRAIN_MAX.as_secs());
            findings.push(Diagnostic::error("out_of_bounds", "drain", message));
        }
        findings.extend(self.transport.findings());
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

fn check_store(path: &Path) -> Option<Diagnostic> {
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
    Some(Diagnostic::error("store_path", "store", message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_valid_and_on_loopback() {
        let config = Config::new(Location::Memory);
        assert_eq!(config.validate(), Ok(()));
        assert_eq!(config.listen.to_string(), "127.0.0.1:7171");
    }

    #[test]
    fn every_finding_is_told_at_once() {
        let config = Config {
            listen: SocketAddr::from(([0, 0, 0, 0], 80)),
            store: Location::File("/nowhere/at/all/tamis.db".into()),
            drain: Duration::from_secs(601),
            transport: Transport {
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
            ..Config::new(Location::Memory)
        };
        let findings = config.validate().unwrap_err().findings;
        let paths: Vec<&str> = findings.iter().map(|finding| finding.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "listen",
                "store",
                "drain",
                "transport.streams_max",
                "transport.local_resets_max",
                "transport.stream_window_bytes",
                "transport.connection_window_bytes",
                "transport.keepalive_interval",
                "transport.keepalive_timeout",
                "transport.header_list_bytes_max",
                "transport.decision_message_bytes_max",
                "transport.workflow_message_bytes_max",
            ]
        );
    }

    #[test]
    fn other_addresses_need_to_be_allowed() {
        for (listen, allowed, valid) in [
            ("127.0.0.1:0", false, true),
            ("[::1]:7171", false, true),
            ("0.0.0.0:7171", false, false),
            ("[::]:7171", false, false),
            ("192.168.1.2:7171", false, false),
            ("192.168.1.2:7171", true, true),
        ] {
            let config = Config {
                listen: listen.parse().unwrap(),
                allow_non_loopback: allowed,
                ..Config::new(Location::Memory)
            };
            assert_eq!(config.validate().is_ok(), valid, "{listen} allowed: {allowed}");
        }
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
