//! What can go wrong, one enum per operation.

use std::path::PathBuf;

/// Why a store was not opened. The file or the database, if there was one, is as it was.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process, or another part of this one, has the store open.
    #[error(
        "{}: the store is in use by another process; stop that process, or give this one a store file of its own",
        path.display()
    )]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// The file was a store once, but its bytes do not fit together.
    #[error(
        "{}: the store is damaged ({finding}); restore it from a backup together with its -wal file, or move both away \
         to begin with an empty store. Nothing was changed",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The first thing that does not fit.
        finding: String,
    },
    /// A later version of Tamis wrote the store.
    #[error(
        "{store}: the store has format {found}, and this version of Tamis knows formats up to {known}; start the version \
         that wrote it, or a later one. Nothing was changed"
    )]
    NewerFormat {
        /// The store.
        store: String,
        /// The file's format.
        found: u32,
        /// The latest format that this version knows.
        known: u32,
    },
    /// An earlier version of Tamis wrote the store, and it is not to be migrated now.
    #[error(
        "{store}: the store has format {found}, and this version of Tamis writes format {known}; bring it there with \
         `tamis migrate`, or start without `--no-migrate`. Nothing was changed"
    )]
    NotMigrated {
        /// The store.
        store: String,
        /// The store's format; 0 if there is nothing yet.
        found: u32,
        /// The format that this version writes.
        known: u32,
    },
    /// The database cannot be reached now. It may come back.
    #[error(
        "{store}: the store cannot be reached ({reason}); check that the server runs and takes connections from here"
    )]
    Unreachable {
        /// The database.
        store: String,
        /// What the driver or the server said.
        reason: String,
    },
    /// The database does not let itself be used as it is, and will not until somebody changes something.
    #[error("{store}: the store cannot be opened ({reason})")]
    Refused {
        /// The database.
        store: String,
        /// What the driver or the server said.
        reason: String,
    },
    /// The file holds something else.
    #[error(
        "{}: this file is not a store of Tamis; name another one. A new store is made where there is no file, or an \
         empty one. Nothing was changed",
        path.display()
    )]
    NotAStore {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be read, written or made.
    #[error(
        "{}: the store cannot be opened ({reason}); check that its folder exists, that this user may write to both, and \
         that the disk has room",
        path.display()
    )]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The program was built with a SQLite that can lose acknowledged writes.
    #[error(
        "this program was built with SQLite {found}, and needs {wanted} or later; build it with the bundled one"
    )]
    SqliteTooOld {
        /// The version that it was built with.
        found: String,
        /// The least version that will do.
        wanted: &'static str,
    },
}

/// Why a store was not read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store cannot be reached now: it is closed, or its disk fails. The text says which, and names the file.
    #[error("{0}")]
    Unavailable(String),
    /// A record is not what was written. The text names the file and the record.
    #[error("{0}")]
    Damaged(String),
}

/// Why nothing was written, or nobody knows whether it was.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// Somebody else wrote in between.
    #[error("the account is at revision {revision}, which is not the one expected; read it again and repeat")]
    RevisionMismatch {
        /// The revision that the account is at; 0 if it never existed.
        revision: u64,
    },
    /// The changes make no sense for the account as it is: a fault of the caller. The text says which.
    #[error("{0}")]
    Invalid(&'static str),
    /// The store cannot be written now: it is closed, or its disk fails. The text says which, and names the store.
    #[error("{0}")]
    Unavailable(String),
    /// The store's disk is full. The text names the store.
    #[error("{0}")]
    Full(String),
    /// The connection broke, or was given up, or the disk failed, after the store had been asked to commit. The commit is there
    /// whole or not at all, now or a little later: in a database read the account to know; in a file it is not there once
    /// another commit is, and may be there after a start before that.
    #[error("{0}")]
    Unknown(String),
}
