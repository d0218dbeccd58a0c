//! The shared store: a database of PostgreSQL, with any number of services on it.
//!
//! The truth is in the tables: each account's revision, which a commit checks and raises, and a sequence of all commits.
//! A notification is only a nudge to read them. Every wait is bounded, so that a database that is frozen is told from one
//! that answers, and a connection that was waited for in vain is given up with whatever it was doing.

mod listen;
mod migrate;
mod records;
mod replicas;
mod tls;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime, TimeoutType,
};
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::location::described;
use crate::postgres::records::{ApplyError, ReadError};
use crate::{
    AccountHead, AccountRecords, Changed, Commit, CommitError, Heartbeat, Migrated, OpenError, PostgresUrl,
    Replica, Revision, StoreError,
};

/// Connections of one service: a write waits for the disk of the server, and some of them may well wait together.
const CONNECTIONS_MAX: usize = 8;
/// How long a connection may take to be made, or to become free.
const CONNECT_MAX: Duration = Duration::from_secs(3);
/// How long the server may take to answer a small question.
const ANSWER_MAX: Duration = Duration::from_secs(3);
/// How long an account may take to be read or written; a whole directory of workflows is tens of megabytes.
const RECORDS_MAX: Duration = Duration::from_secs(30);
/// How long a migration may take, which waits for another one first.
const MIGRATION_MAX: Duration = Duration::from_secs(600);

/// What every connection is told first. A replica that is frozen in the midst of a commit must not keep all others from
/// theirs, and an acknowledged write must be on disk whatever the server's default is.
const SETTLE: &str = "SET idle_in_transaction_session_timeout = '10s'; SET lock_timeout = '20s';
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

/// A handle on the database. No connection is made before it is needed.
#[derive(Clone)]
pub(crate) struct Postgres {
    pool: Pool,
    config: Arc<Config>,
    tls: Option<MakeRustlsConnect>,
    name: Arc<str>,
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Postgres {
    pub(crate) fn new(url: &PostgresUrl) -> Result<Self, OpenError> {
        let mut config = url.config().clone();
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_MAX);
        }
        if config.get_application_name().is_none() {
            config.application_name("tamis");
        }
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let settle = Hook::async_fn(|client: &mut deadpool_postgres::ClientWrapper, _| {
            Box::pin(async move { client.batch_execute(SETTLE).await.map_err(HookError::Backend) })
        });
        let name: Arc<str> = url.to_string().into();
        let refused = |reason: String| OpenError::Refused { store: name.to_string(), reason };
        let tls = tls::connector(&config).map_err(refused)?;
        let manager = match tls.clone() {
            Some(tls) => Manager::from_config(config.clone(), tls, recycling),
            None => Manager::from_config(config.clone(), NoTls, recycling),
        };
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS_MAX)
            .wait_timeout(Some(CONNECT_MAX))
            .create_timeout(Some(CONNECT_MAX))
            .recycle_timeout(Some(CONNECT_MAX))
            .runtime(Runtime::Tokio1)
            .post_create(settle)
            .build();
        let pool = pool.map_err(|error| refused(error.to_string()))?;
        Ok(Self { pool, config: config.into(), tls, name })
    }

    /// Makes the tables if there are none, brings them to this version's format if `may_migrate`, and refuses what is
    /// newer.
    pub(crate) async fn prepare(&self, may_migrate: bool) -> Result<Migrated, OpenError> {
        let mut client = self.client().await.map_err(|error| self.not_opened(error))?;
        let prepared = timeout(MIGRATION_MAX, migrate::prepare(&mut client, may_migrate)).await;
        let failed = |error| match error {
            migrate::MigrateError::Newer { found, known } => {
                OpenError::NewerFormat { store: self.name.to_string(), found, known }
            }
            migrate::MigrateError::Older { found, known } => {
                OpenError::NotMigrated { store: self.name.to_string(), found, known }
            }
            migrate::MigrateError::Unsuitable(reason) => {
                OpenError::Refused { store: self.name.to_string(), reason }
            }
            migrate::MigrateError::Postgres(error) => self.refusal(&error),
        };
        match prepared {
            Ok(prepared) => prepared.map_err(failed),
            Err(_) => {
                drop(Object::take(client));
                Err(OpenError::Unreachable {
                    store: self.name.to_string(),
                    reason: "it does not answer".into(),
                })
            }
        }
    }

    pub(crate) async fn accounts(&self) -> Result<Vec<AccountHead>, StoreError> {
        self.read(RECORDS_MAX, async |client| records::accounts(client).await).await
    }

    pub(crate) async fn head(&self, account_id: &str) -> Result<Option<AccountHead>, StoreError> {
        self.read(ANSWER_MAX, async |client| records::head(client, account_id).await).await
    }

    pub(crate) async fn changed_since(&self, sequence: u64) -> Result<Changed, StoreError> {
        // All heads of a large fleet are megabytes, and are asked for at a start only.
        let longest = if sequence == 0 { RECORDS_MAX } else { ANSWER_MAX };
        self.read(longest, async |client| records::changed_since(client, sequence).await).await
    }

    pub(crate) async fn load(&self, account_id: &str) -> Result<Option<AccountRecords>, StoreError> {
        self.read(RECORDS_MAX, async |client| records::load(client, account_id).await).await
    }

    pub(crate) async fn load_at(
        &self,
        account_id: &str,
        revision: u64,
    ) -> Result<Option<AccountRecords>, StoreError> {
        self.read(RECORDS_MAX, async |client| records::load_at(client, account_id, revision).await).await
    }

    pub(crate) async fn revisions(
        &self,
        account_id: &str,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Revision>, StoreError> {
        let read = async |client: &Object| records::revisions(client, account_id, before, limit).await;
        self.read(RECORDS_MAX, read).await
    }

    pub(crate) async fn check(&self) -> Result<(), StoreError> {
        let takes_writes = self.read(ANSWER_MAX, async |client| records::takes_writes(client).await).await?;
        if takes_writes {
            return Ok(());
        }
        Err(StoreError::Unavailable(self.unavailable("the server takes no writes; is it a standby?")))
    }

    pub(crate) async fn tell(&self, told: &Heartbeat) -> Result<Vec<Replica>, StoreError> {
        self.read(ANSWER_MAX, async |client| replicas::tell(client, told).await).await
    }

    pub(crate) async fn forget(&self, replica_id: &str) -> Result<(), StoreError> {
        self.read(ANSWER_MAX, async |client| replicas::forget(client, replica_id).await).await
    }

    pub(crate) async fn commit(&self, commit: &Commit) -> Result<u64, CommitError> {
        let client = self.client().await;
        let mut client = client.map_err(|error| CommitError::Unavailable(self.unreachable(error)))?;
        let mut is_committing = false;
        let commits = records::commit(&mut client, commit, &mut is_committing);
        let error = match timeout(RECORDS_MAX, commits).await {
            Ok(Ok(revision)) => return Ok(revision),
            Ok(Err(error)) => error,
            Err(_) => {
                drop(Object::take(client));
                let reason = self.unavailable("it does not answer");
                return Err(match is_committing {
                    true => CommitError::Unknown(reason),
                    false => CommitError::Unavailable(reason),
                });
            }
        };
        Err(match error {
            ApplyError::RevisionMismatch { revision } => CommitError::RevisionMismatch { revision },
            ApplyError::Invalid(reason) => CommitError::Invalid(reason),
            ApplyError::Superseded => CommitError::Unavailable(
                self.unavailable("a later version of Tamis has migrated it; start that version"),
            ),
            ApplyError::Postgres(error) if error.code() == Some(&SqlState::DISK_FULL) => {
                CommitError::Full(self.unavailable(&described(&error)))
            }
            ApplyError::Postgres(error) => CommitError::Unavailable(self.unavailable(&described(&error))),
            ApplyError::InDoubt(error) => CommitError::Unknown(self.unavailable(&described(&error))),
        })
    }

    /// Begins to listen, for as long as what is returned is kept.
    pub(crate) fn nudges(&self) -> watch::Receiver<u64> {
        listen::start(self.config.clone(), self.tls.clone(), self.name.clone())
    }

    pub(crate) fn close(&self) -> Result<(), StoreError> {
        if self.pool.is_closed() {
            return Err(StoreError::Unavailable(format!("{}: the store is closed", self.name)));
        }
        self.pool.close();
        Ok(())
    }

    /// A connection that is settled, in bounded time whatever the server does.
    async fn client(&self) -> Result<Object, PoolError> {
        let got = timeout(2 * CONNECT_MAX, self.pool.get()).await;
        got.unwrap_or(Err(PoolError::Timeout(TimeoutType::Create)))
    }

    /// Asks one statement, and gives the connection up if that takes too long.
    async fn read<T>(
        &self,
        longest: Duration,
        read: impl AsyncFnOnce(&Object) -> Result<T, ReadError>,
    ) -> Result<T, StoreError> {
        let client = self.client().await;
        let client = client.map_err(|error| StoreError::Unavailable(self.unreachable(error)))?;
        match timeout(longest, read(&client)).await {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(ReadError::Postgres(error))) => {
                Err(StoreError::Unavailable(self.unavailable(&described(&error))))
            }
            Ok(Err(ReadError::Damaged(finding))) => {
                Err(StoreError::Damaged(format!("{}: the store is damaged ({finding})", self.name)))
            }
            Err(_) => {
                drop(Object::take(client));
                Err(StoreError::Unavailable(self.unavailable("it does not answer")))
            }
        }
    }

    fn unavailable(&self, reason: &str) -> String {
        format!("{}: the store is not available: {reason}", self.name)
    }

    /// What an error of the pool says.
    fn unreachable(&self, error: PoolError) -> String {
        match error {
            PoolError::Closed => format!("{}: the store is closed", self.name),
            PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => {
                self.unavailable(&described(&error))
            }
            error => self.unavailable(&error.to_string()),
        }
    }

    fn not_opened(&self, error: PoolError) -> OpenError {
        match error {
            PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => {
                self.refusal(&error)
            }
            error => OpenError::Unreachable { store: self.name.to_string(), reason: error.to_string() },
        }
    }

    /// What an error says about a database that is being opened: it may come back by itself, or it will not.
    fn refusal(&self, error: &tokio_postgres::Error) -> OpenError {
        let (store, reason) = (self.name.to_string(), described(error));
        let is_passing = error.code().is_none_or(|code| {
            matches!(
                *code,
                SqlState::CANNOT_CONNECT_NOW
                    | SqlState::TOO_MANY_CONNECTIONS
                    | SqlState::ADMIN_SHUTDOWN
                    | SqlState::CRASH_SHUTDOWN
                    | SqlState::LOCK_NOT_AVAILABLE
                    | SqlState::READ_ONLY_SQL_TRANSACTION
            )
        });
        match is_passing {
            true => OpenError::Unreachable { store, reason },
            false => OpenError::Refused { store, reason },
        }
    }
}
