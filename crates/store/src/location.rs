//! Where a store is kept.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

/// Where a store is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// In a file, with one of the same name and `-wal` at its end beside it. A file that does not exist, or has no
    /// bytes, becomes a new store; its folder must exist.
    File(PathBuf),
    /// In memory, for tests and throw-away demos: it is gone with the last clone of the store.
    Memory,
    /// In a database of PostgreSQL, which any number of services share.
    Postgres(PostgresUrl),
}

/// Why a text is no place for a store.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is no address of a PostgreSQL database ({reason}); it looks like `postgres://user:password@host:5432/database`"
)]
pub struct LocationError {
    reason: String,
}

impl FromStr for Location {
    type Err = LocationError;

    /// What begins with `postgres://` or `postgresql://` is a database, and anything else a file.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return text.parse().map(Self::Postgres);
        }
        Ok(Self::File(text.into()))
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Memory => f.write_str("memory"),
            Self::Postgres(url) => url.fmt(f),
        }
    }
}

/// The address of a PostgreSQL database, as libpq writes it. Its password is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl {
    config: Arc<tokio_postgres::Config>,
    name: Arc<str>,
}

impl PostgresUrl {
    /// How to connect.
    pub(crate) fn config(&self) -> &tokio_postgres::Config {
        &self.config
    }
}

impl FromStr for PostgresUrl {
    type Err = LocationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = |reason: String| LocationError { reason };
        let config: tokio_postgres::Config =
            text.parse().map_err(|error: tokio_postgres::Error| wrong(described(&error)))?;
        if config.get_hosts().is_empty() {
            return Err(wrong("it names no host".into()));
        }
        let name = name_of(&config).into();
        Ok(Self { config: config.into(), name })
    }
}

/// Hosts, ports and database: all that may be told.
fn name_of(config: &tokio_postgres::Config) -> String {
    use tokio_postgres::config::Host;
    let hosts = config.get_hosts().iter().enumerate().map(|(place, host)| {
        let port = config.get_ports().get(place).or(config.get_ports().first()).copied().unwrap_or(5432);
        match host {
            Host::Tcp(host) => format!("{host}:{port}"),
            #[cfg(unix)]
            Host::Unix(folder) => format!("{}:{port}", folder.display()),
        }
    });
    let database = config.get_dbname().or(config.get_user()).unwrap_or_default();
    format!("postgres://{}/{database}", hosts.collect::<Vec<_>>().join(","))
}

/// An error with its cause, which the driver does not tell by itself.
pub(crate) fn described(error: &tokio_postgres::Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_a_file_or_a_database_and_a_password_is_never_shown() {
        for (text, shown) in [
            ("tamis.db", Ok("tamis.db")),
            ("/var/lib/postgres://x", Ok("/var/lib/postgres://x")),
            ("postgres://ana:geheim@db.example:6432/tamis", Ok("postgres://db.example:6432/tamis")),
            ("postgresql://ana:geheim@one,two/tamis", Ok("postgres://one:5432,two:5432/tamis")),
            ("postgres:///tamis?host=/run/postgresql&user=ana", Ok("postgres:///run/postgresql:5432/tamis")),
            ("postgres://ana:geheim@db/tamis?sslmode=require", Ok("postgres://db:5432/tamis")),
            ("postgres://ana:geheim@db/tamis?sslmode=allow", Err("sslmode")),
            ("postgres://ana:geheim@db/tamis?colour=red", Err("colour")),
            ("postgres:///tamis", Err("no host")),
            ("postgres://ana:geheim@db:port/tamis", Err("port")),
        ] {
            match (text.parse::<Location>(), shown) {
                (Ok(location), Ok(shown)) => {
                    assert_eq!(location.to_string(), shown);
                    assert!(!format!("{location:?}").contains("geheim"), "{location:?}");
                }
                (Err(error), Err(part)) => {
                    let told = error.to_string();
                    assert!(told.contains(part) && !told.contains("geheim"), "{told}");
                }
                (found, wanted) => panic!("{text}: {found:?}, not {wanted:?}"),
            }
        }
    }
}
