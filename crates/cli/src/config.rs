//! The settings of `serve`: flags before environment (both by clap) before file, checked before anything binds.

mod observe;
mod security;

use std::collections::BTreeSet;
use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use figment::Figment;
use figment::providers::{Format as _, Toml};
use figment::value::{Dict, Value};
use serde::de::{self, DeserializeOwned, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use tamis_server::{Config, Console, Listen, Location, Quotas, Transport};

use crate::args::{LogFormat, ServeArgs, StoreAddress};
use crate::exit::misuse;

/// All that `serve` needs to know.
#[derive(Debug)]
pub(crate) struct Settings {
    /// What the service needs to know.
    pub(crate) server: Config,
    /// How log lines are written.
    pub(crate) log_format: LogFormat,
    /// Which log lines are written.
    pub(crate) log: String,
}

/// Where the store is kept unless it is said.
const STORE_DEFAULT: &str = "tamis.db";

/// Settles on a value for every setting.
///
/// # Errors
/// [`crate::exit::Misuse`] with everything that is wrong with the file.
pub(crate) fn settle(args: ServeArgs) -> anyhow::Result<Settings> {
    let mut file = match &args.config {
        Some(path) => File::read(path)?,
        None => File::default(),
    };
    let store = file.or(args.store, "store").map(|store: StoreAddress| store.location()).transpose()?;
    let mut server = Config::new(store.unwrap_or_else(|| Location::File(STORE_DEFAULT.into())));
    if let Some(Addresses(listen)) = file.or(args.listen.map(Addresses), "listen") {
        server.listen = listen;
    }
    let no_migrate = file.or(args.no_migrate, "no_migrate");
    server.migrate = !no_migrate.unwrap_or_default();
    server.snapshot = file.or(args.snapshot, "snapshot");
    server.security = security::settle(&mut file, args.security)?;
    file.set(&mut server.demo, args.demo, "demo");
    let console = file.or(args.console, "console").or_else(|| console_of_demo(&server));
    let secret_file = file.or(args.console_secret_file, "console_secret_file");
    server.console = console.map(|listen| Console { listen, secret_file });
    if let Some(form) = file.or(args.runtime, "runtime") {
        server.runtime = form.into();
    }
    server.threads = file.or(args.threads, "threads");
    file.set_seconds(&mut server.drain, args.drain_seconds, "drain_seconds");
    server.observe = observe::settle(&mut file, args.observe);
    transport(&mut file, &mut server.transport);
    quotas(&mut file, &mut server.quotas);
    let log_format = file.or(args.log_format, "log_format").unwrap_or_default();
    let log = file.or(args.log, "log").unwrap_or_else(|| "info".to_owned());
    file.finish()?;
    Ok(Settings { server, log_format, log })
}

/// Where the console of a demo is unless it is said: one port after the service's, or at a free one if that is at one. Services that
/// are started side by side are not in each other's way so.
fn console_of_demo(server: &Config) -> Option<Listen> {
    let first = server.listen.first().filter(|_| server.demo)?;
    let Listen::Tcp(address) = first else { return None };
    let port = if address.port() == 0 { 0 } else { address.port().checked_add(1)? };
    Some(SocketAddr::new(address.ip(), port).into())
}

/// Bounds on connections, which the file alone can set: whoever changes them does so for good.
fn transport(file: &mut File, bounds: &mut Transport) {
    file.set(&mut bounds.connections_max, None, "transport.connections_max");
    file.set_seconds(&mut bounds.preface_timeout, None, "transport.preface_timeout_seconds");
    file.set_seconds(&mut bounds.handshake_timeout, None, "transport.handshake_timeout_seconds");
    file.set_seconds(&mut bounds.idle_timeout, None, "transport.idle_timeout_seconds");
    let milliseconds: Option<u64> = file.or(None, "transport.queue_wait_max_milliseconds");
    if let Some(milliseconds) = milliseconds {
        bounds.queue_wait_max = Duration::from_millis(milliseconds);
    }
    file.set(&mut bounds.streams_max, None, "transport.streams_max");
    file.set(&mut bounds.local_resets_max, None, "transport.local_resets_max");
    file.set(&mut bounds.stream_window_bytes, None, "transport.stream_window_bytes");
    file.set(&mut bounds.connection_window_bytes, None, "transport.connection_window_bytes");
    file.set_seconds(&mut bounds.keepalive_interval, None, "transport.keepalive_interval_seconds");
    file.set_seconds(&mut bounds.keepalive_timeout, None, "transport.keepalive_timeout_seconds");
    file.set(&mut bounds.header_list_bytes_max, None, "transport.header_list_bytes_max");
    file.set(&mut bounds.decision_message_bytes_max, None, "transport.decision_message_bytes_max");
    file.set(&mut bounds.workflow_message_bytes_max, None, "transport.workflow_message_bytes_max");
}

/// What one account may take, which the file alone can set too.
fn quotas(file: &mut File, quotas: &mut Quotas) {
    file.set(&mut quotas.workflows_max, None, "quotas.workflows_max");
    quotas.phrases_max = file.or(None, "quotas.phrases_max");
    quotas.index_bytes_max = file.or(None, "quotas.index_bytes_max");
    quotas.decisions_per_s = file.or(None, "quotas.decisions_per_s");
}

/// One address or a list of them.
struct Addresses(Vec<Listen>);

impl<'de> Deserialize<'de> for Addresses {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;

        impl<'de> Visitor<'de> for OneOrMany {
            type Value = Addresses;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "an address such as \"127.0.0.1:7171\" or \"unix:/run/tamis.sock\", or a list of them",
                )
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Addresses, E> {
                text.parse().map(|listen| Addresses(vec![listen])).map_err(E::custom)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut texts: A) -> Result<Addresses, A::Error> {
                let mut listens = Vec::new();
                while let Some(listen) = texts.next_element()? {
                    listens.push(listen);
                }
                Ok(Addresses(listens))
            }
        }

        deserializer.deserialize_any(OneOrMany)
    }
}

/// The file's settings, and what is wrong with them.
#[derive(Debug, Default)]
struct File {
    figment: Figment,
    /// Keys that stand in the file and have not been asked for.
    unknown: BTreeSet<String>,
    /// Keys that have been asked for.
    known: Vec<&'static str>,
    problems: Vec<String>,
    name: String,
}

impl File {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let name = path.display().to_string();
        let text =
            std::fs::read_to_string(path).map_err(|error| misuse(format!("cannot read {name}: {error}")))?;
        let figment = Figment::from(Toml::string(&text));
        let content: Dict = figment.extract().map_err(|error| misuse(format!("{name}: {}", error.kind)))?;
        let mut unknown = BTreeSet::new();
        add_keys(&mut unknown, "", content);
        Ok(Self { figment, unknown, name, ..Self::default() })
    }

    /// The value that a flag or the environment gave, else the file's. A file's value is checked even if it does not
    /// count.
    fn or<T: DeserializeOwned>(&mut self, given: Option<T>, key: &'static str) -> Option<T> {
        self.known.push(key);
        if !self.unknown.remove(key) {
            return given;
        }
        match self.figment.extract_inner(key) {
            Ok(value) => given.or(Some(value)),
            Err(error) => {
                self.problems.extend(error.into_iter().map(|error| format!("{key}: {}", error.kind)));
                given
            }
        }
    }

    /// Sets what a flag, the environment or the file has to say something about.
    fn set<T: DeserializeOwned>(&mut self, setting: &mut T, given: Option<T>, key: &'static str) {
        if let Some(value) = self.or(given, key) {
            *setting = value;
        }
    }

    /// The same for a duration, which is given in seconds.
    fn set_seconds(&mut self, setting: &mut Duration, given: Option<u64>, key: &'static str) {
        if let Some(seconds) = self.or(given, key) {
            *setting = Duration::from_secs(seconds);
        }
    }

    fn finish(mut self) -> anyhow::Result<()> {
        let known = self.known.join(", ");
        self.unknown
            .retain(|key| !(key.ends_with('.') && self.known.iter().any(|known| known.starts_with(key))));
        let unknown = self.unknown.iter().map(|key| key.trim_end_matches('.'));
        self.problems.extend(unknown.map(|key| format!("unknown key `{key}`; known are {known}")));
        if self.problems.is_empty() {
            return Ok(());
        }
        Err(misuse(format!("{} is wrong:\n  {}", self.name, self.problems.join("\n  "))))
    }
}

/// The keys of a table and of the tables in it, such as `transport.streams_max`.
fn add_keys(keys: &mut BTreeSet<String>, prefix: &str, table: Dict) {
    for (key, value) in table {
        let key = format!("{prefix}{key}");
        match value {
            Value::Dict(_, inner) if !inner.is_empty() => add_keys(keys, &format!("{key}."), inner),
            // The dot tells an empty table from a value: a table whose keys are all commented out is no mistake.
            Value::Dict(..) => _ = keys.insert(format!("{key}.")),
            _ => _ = keys.insert(key),
        }
    }
}
