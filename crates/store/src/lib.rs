//! Keeps accounts and their workflows durably: a record of settings per account, a record per workflow, and every
//! revision of them with who wrote it and when.
//!
//! Records are opaque bytes: what they mean is the caller's, and so is whether they are worth keeping. An acknowledged
//! [`Store::commit`] survives the process being killed at any instant, and the machine losing power if its disk
//! honours a flush.
//!
//! When *not* to use it: to answer a decision. Decisions are made from an index in memory; the store is read at
//! start-up and written when somebody saves.

pub mod archive;
mod backup;
mod checksum;
mod error;
mod location;
mod postgres;
mod replicas;
mod sqlite;

use jiff::Timestamp;
use tokio::sync::watch;

pub use backup::{BackupError, Copied, RestoreError, verify};
pub use error::{CommitError, OpenError, StoreError};
pub use location::{Location, LocationError, PostgresUrl};
pub use replicas::{Heartbeat, REPLICA_KEPT, REPLICAS_MAX, Replica};

/// An open store. Clones are the same store.
#[derive(Clone, Debug)]
pub struct Store {
    backend: Backend,
}

/// What keeps the records. Closed on purpose: a store is one of a few known shapes.
#[derive(Clone, Debug)]
enum Backend {
    /// SQLite, embedded.
    Sqlite(sqlite::Sqlite),
    /// PostgreSQL, shared.
    Postgres(postgres::Postgres),
}

/// What opening a store has made of its format. Formats are counted by each kind of store for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// The format that was found; 0 if there was nothing.
    pub from: u32,
    /// The format now.
    pub to: u32,
}

/// Accounts that have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The store's last sequence: what changes later has a higher one.
    pub sequence: u64,
    /// The accounts as they are now, deleted ones included, in the order of their last changes.
    pub accounts: Vec<AccountHead>,
}

/// An account, without its records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountHead {
    /// The account.
    pub account_id: String,
    /// Its last revision.
    pub revision: u64,
    /// Whether it exists; a deleted account keeps its revisions only.
    pub alive: bool,
}

/// The records of an account as of one revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRecords {
    /// The account's last revision.
    pub revision: u64,
    /// The record of its settings.
    pub settings: Vec<u8>,
    /// Its workflows, in the order in which they were created.
    pub workflows: Vec<WorkflowRecord>,
}

/// The record of one workflow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkflowRecord {
    /// The workflow.
    pub workflow_id: String,
    /// Its record.
    pub data: Vec<u8>,
}

/// What is to be written, all of it or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// The account.
    pub account_id: String,
    /// The revision that the account is at: 0 if it never existed. A deleted account keeps its last revision.
    pub expected_revision: u64,
    /// Who writes.
    pub actor: String,
    /// What they do, in a word.
    pub operation: String,
    /// When.
    pub at: Timestamp,
    /// The changes, in the order in which they are made. At least one. An account that does not exist needs its
    /// settings put.
    pub changes: Vec<Change>,
}

/// One change of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Writes the record of the account's settings, and so brings the account to life.
    PutSettings(Vec<u8>),
    /// Writes the record of a workflow. One that is there already keeps its place in the order of creation.
    PutWorkflow {
        /// The workflow.
        workflow_id: String,
        /// Its record.
        data: Vec<u8>,
    },
    /// Removes a workflow, which must be there.
    DeleteWorkflow {
        /// The workflow.
        workflow_id: String,
    },
    /// Removes the account, which must be there, with all of its workflows. Its revisions stay.
    DeleteAccount,
}

/// What one commit did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The revision that it made.
    pub revision: u64,
    /// Who wrote.
    pub actor: String,
    /// What they did, in a word.
    pub operation: String,
    /// When.
    pub at: Timestamp,
    /// The changes, in the order in which they were made.
    pub changes: Vec<RecordedChange>,
}

/// A record as a commit left it. Made again from the first revision to any other, these give the account as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordedChange {
    /// The account's settings; `None` if the account was deleted, with all of its workflows.
    Settings(Option<Vec<u8>>),
    /// A workflow.
    Workflow {
        /// The workflow.
        workflow_id: String,
        /// Its record; `None` if it was deleted.
        data: Option<Vec<u8>>,
    },
}

impl Store {
    /// Opens a store, makes a new one where there is none, and migrates one of an earlier version. The records of a file
    /// are checked for damage first.
    ///
    /// # Errors
    /// See [`OpenError`]. What is refused is left as it was.
    pub async fn open(location: &Location) -> Result<Self, OpenError> {
        let (store, _) = Self::migrate(location).await?;
        Ok(store)
    }

    /// The same, and tells what became of its format.
    ///
    /// # Errors
    /// See [`OpenError`]. What is refused is left as it was.
    pub async fn migrate(location: &Location) -> Result<(Self, Migrated), OpenError> {
        let (store, migrated) = Self::attach(location, true).await?;
        Ok(match migrated {
            Some(migrated) => (store, migrated),
            None => {
                let migrated = store.prepare(true).await?;
                (store, migrated)
            }
        })
    }

    /// Opens a file or a store in memory, and tells what became of its format; of a database it only takes the address.
    /// That has to be [prepared](Store::prepare) before it is used, as soon as it can be reached.
    ///
    /// # Errors
    /// See [`OpenError`]. What is refused is left as it was.
    pub async fn attach(
        location: &Location,
        may_migrate: bool,
    ) -> Result<(Self, Option<Migrated>), OpenError> {
        let path = match location {
            Location::File(path) => Some(path.as_path()),
            Location::Memory => None,
            Location::Postgres(url) => {
                return Ok((Self { backend: Backend::Postgres(postgres::Postgres::new(url)?) }, None));
            }
        };
        let (sqlite, migrated) = sqlite::Sqlite::open(path, may_migrate).await?;
        Ok((Self { backend: Backend::Sqlite(sqlite) }, Some(migrated)))
    }

    /// Makes sure that a database has this version's format. A file has had it since it was opened, and nothing is done.
    ///
    /// # Errors
    /// See [`OpenError`]; with [`OpenError::Unreachable`] it may be tried again.
    pub async fn prepare(&self, may_migrate: bool) -> Result<Migrated, OpenError> {
        match &self.backend {
            Backend::Sqlite(_) => Ok(sqlite::prepared()),
            Backend::Postgres(postgres) => postgres.prepare(may_migrate).await,
        }
    }

    /// Nudges whenever somebody may have committed, through whatever store: each is another number. They may come too often,
    /// or not at all while the database is away; [`Store::changed_since`] tells the truth. `None` for a store that nobody
    /// else can write. Must be called in a runtime.
    pub fn nudges(&self) -> Option<watch::Receiver<u64>> {
        match &self.backend {
            Backend::Sqlite(_) => None,
            Backend::Postgres(postgres) => Some(postgres.nudges()),
        }
    }

    /// Whether others may write the store too.
    pub fn is_shared(&self) -> bool {
        matches!(self.backend, Backend::Postgres(_))
    }

    /// Every account, deleted ones included, in the order of their ids.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn accounts(&self) -> Result<Vec<AccountHead>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.accounts().await,
            Backend::Postgres(postgres) => postgres.accounts().await,
        }
    }

    /// One account, a deleted one too; `None` if it never existed.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn head(&self, account_id: &str) -> Result<Option<AccountHead>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.head(account_id).await,
            Backend::Postgres(postgres) => postgres.head(account_id).await,
        }
    }

    /// Accounts that have changed after a sequence that this told before; all of them for 0. Nothing is ever missed: what
    /// is not told has a sequence above the one that is.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn changed_since(&self, sequence: u64) -> Result<Changed, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.changed_since(sequence).await,
            Backend::Postgres(postgres) => postgres.changed_since(sequence).await,
        }
    }

    /// The records of an account; `None` if it does not exist or was deleted.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn load(&self, account_id: &str) -> Result<Option<AccountRecords>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.load(account_id).await,
            Backend::Postgres(postgres) => postgres.load(account_id).await,
        }
    }

    /// The records of an account as they were at a revision; `None` if it has no such revision, or was not there at it.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn load_at(
        &self,
        account_id: &str,
        revision: u64,
    ) -> Result<Option<AccountRecords>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.load_at(account_id, revision).await,
            Backend::Postgres(postgres) => postgres.load_at(account_id, revision).await,
        }
    }

    /// Writes changes, all of them or none, and returns the account's new revision: one more than the one expected.
    /// Whoever stops waiting for the answer does not know whether the changes were made.
    ///
    /// # Errors
    /// See [`CommitError`]; nothing is written then, but for [`CommitError::Unknown`].
    pub async fn commit(&self, commit: Commit) -> Result<u64, CommitError> {
        if commit.names().any(|name| name.contains('\0')) {
            return Err(CommitError::Invalid("ids and names may hold no NUL character"));
        }
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.commit(commit).await,
            Backend::Postgres(postgres) => postgres.commit(&commit).await,
        }
    }

    /// At most `limit` revisions of an account, newest first; only those before revision `before`, if it is given.
    /// None for an account that never existed.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn revisions(
        &self,
        account_id: &str,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Revision>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.revisions(account_id, before, limit).await,
            Backend::Postgres(postgres) => postgres.revisions(account_id, before, limit).await,
        }
    }

    /// Tells cheaply whether the store can be read and written. After a commit that failed, only a write that succeeds is
    /// believed.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if it cannot.
    pub async fn check(&self) -> Result<(), StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.check().await,
            Backend::Postgres(postgres) => postgres.check().await,
        }
    }

    /// Tells that a replica is there, and what it says of itself. Returns all that have told so within the last hour
    /// ([`REPLICA_KEPT`]), the one that tells among them, in the order of their names; of more than [`REPLICAS_MAX`] those that
    /// told last. Nothing of it is kept as surely as a commit.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn tell(&self, told: &Heartbeat) -> Result<Vec<Replica>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.tell(told),
            Backend::Postgres(postgres) => postgres.tell(told).await,
        }
    }

    /// Forgets a replica, which has stopped; one that is not known is no error.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn forget(&self, replica_id: &str) -> Result<(), StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.forget(replica_id),
            Backend::Postgres(postgres) => postgres.forget(replica_id).await,
        }
    }

    /// Finishes what was asked before, tidies up and lets go of the file or of the connections; every clone is closed with
    /// it. A store that is dropped instead loses nothing, but lets go of its file a little later.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the store is closed already, or cannot be tidied up; no record is lost by that.
    pub async fn close(self) -> Result<(), StoreError> {
        match self.backend {
            Backend::Sqlite(sqlite) => sqlite.close().await,
            Backend::Postgres(postgres) => postgres.close(),
        }
    }
}

impl Commit {
    /// All the texts in it that are not records.
    fn names(&self) -> impl Iterator<Item = &str> {
        let ids = self.changes.iter().filter_map(|change| match change {
            Change::PutWorkflow { workflow_id, .. } | Change::DeleteWorkflow { workflow_id } => {
                Some(workflow_id.as_str())
            }
            Change::PutSettings(_) | Change::DeleteAccount => None,
        });
        [self.account_id.as_str(), &self.actor, &self.operation].into_iter().chain(ids)
    }
}
