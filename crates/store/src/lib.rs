//! Keeps accounts and their workflows durably: a record of settings per account, a record per workflow, and every
//! revision of them with who wrote it and when.
//!
//! Records are opaque bytes: what they mean is the caller's, and so is whether they are worth keeping. An acknowledged
//! [`Store::commit`] survives the process being killed at any instant, and the machine losing power if its disk
//! honours a flush.
//!
//! When *not* to use it: to answer a decision. Decisions are made from an index in memory; the store is read at
//! start-up and written when somebody saves.

mod error;
mod sqlite;

use std::path::PathBuf;

use jiff::Timestamp;

pub use error::{CommitError, OpenError, StoreError};

/// Where a store is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// In a file, with one of the same name and `-wal` at its end beside it. A file that does not exist, or has no
    /// bytes, becomes a new store; its folder must exist.
    File(PathBuf),
    /// In memory, for tests and throw-away demos: it is gone with the last clone of the store.
    Memory,
}

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
    /// Opens a store, and makes a new one where there is none. The records are checked for damage first.
    ///
    /// # Errors
    /// See [`OpenError`]. A file that is refused is left as it was.
    pub async fn open(location: &Location) -> Result<Self, OpenError> {
        Ok(Self { backend: Backend::Sqlite(sqlite::Sqlite::open(location).await?) })
    }

    /// Every account, deleted ones included, in the order of their ids.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn accounts(&self) -> Result<Vec<AccountHead>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.accounts().await,
        }
    }

    /// The records of an account; `None` if it does not exist or was deleted.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn load(&self, account_id: &str) -> Result<Option<AccountRecords>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.load(account_id).await,
        }
    }

    /// Writes changes, all of them or none, and returns the account's new revision: one more than the one expected.
    /// Whoever stops waiting for the answer does not know whether the changes were made.
    ///
    /// # Errors
    /// See [`CommitError`]; nothing is written then.
    pub async fn commit(&self, commit: Commit) -> Result<u64, CommitError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.commit(commit).await,
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
        }
    }

    /// Tells cheaply whether the store can be read and written.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if it cannot.
    pub async fn check(&self) -> Result<(), StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.check().await,
        }
    }

    /// Finishes what was asked before, tidies up and lets go of the file; every clone is closed with it. A store that
    /// is dropped instead loses nothing, but lets go of its file a little later.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the store is closed already, or cannot be tidied up; no record is lost by that.
    pub async fn close(self) -> Result<(), StoreError> {
        match self.backend {
            Backend::Sqlite(sqlite) => sqlite.close().await,
        }
    }
}
