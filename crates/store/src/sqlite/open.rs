//! Opening a file: making a new store, and refusing what is not a sound store of a known format.
//!
//! Everything is read through SQLite and never beside it: closing any other handle on the file would drop the locks
//! that this process holds on it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior, ffi};

use super::{records, wal_of};
use crate::{Migrated, OpenError};

/// Marks a SQLite file as a store of Tamis: `tami` in ASCII.
const APPLICATION_ID: i32 = 0x7461_6d69;
/// The steps, each from the format before it to its own.
const STEPS: [&str; 2] = [include_str!("1.sql"), include_str!("2.sql")];
/// The format that this version writes, and the latest that it reads.
const FORMAT: i32 = STEPS.len() as i32;
/// The first SQLite whose write-ahead log cannot lose a commit when it is reset (3.51.3).
const SQLITE_VERSION_MIN: i32 = 3_051_003;
/// Bytes of the write-ahead log that are kept on disk once its changes are copied.
const WAL_BYTES_KEPT: i64 = 64 << 20;

/// What becomes of the format of a file that is open: nothing.
pub(crate) fn prepared() -> Migrated {
    Migrated { from: FORMAT.unsigned_abs(), to: FORMAT.unsigned_abs() }
}

/// Refuses a SQLite that is known to lose acknowledged writes.
pub(super) fn check_version(found: i32) -> Result<(), OpenError> {
    if found >= SQLITE_VERSION_MIN {
        return Ok(());
    }
    let found = format!("{}.{}.{}", found / 1_000_000, found / 1_000 % 1_000, found % 1_000);
    Err(OpenError::SqliteTooOld { found, wanted: "3.51.3" })
}

/// The file that a path names: absolute, so that SQLite takes it for nothing but a path, and without links, so that
/// the file beside it is found where SQLite puts it.
pub(super) fn resolve(path: &Path) -> Result<PathBuf, OpenError> {
    let io = |error: std::io::Error| OpenError::Io { path: path.to_owned(), reason: error.to_string() };
    match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => {
            Err(OpenError::Io { path: path.to_owned(), reason: "it is a folder".into() })
        }
        Ok(_) => path.canonicalize().map_err(io),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => std::path::absolute(path).map_err(io),
        Err(error) => Err(io(error)),
    }
}

/// Opens a file, or a store in memory, for good: it is locked, sound and of this format, or brought to it if
/// `may_migrate`. A file that is not there is made, whatever `may_migrate` says.
pub(super) fn open(path: Option<&Path>, may_migrate: bool) -> Result<(Connection, Migrated), OpenError> {
    let Some(path) = path else {
        let memory = Path::new("memory");
        let mut connection = Connection::open_in_memory().map_err(|error| refusal(memory, &error))?;
        let migrated = prepare(&mut connection, memory, true, || true)?;
        return Ok((connection, migrated));
    };
    let wal_bytes = bytes_of(&wal_of(path));
    if bytes_of(path) == 0 && wal_bytes > 0 {
        // SQLite would take it for a new database and delete the changes that wait in the -wal file.
        let finding = "it is missing or empty, but its -wal file holds changes";
        return Err(OpenError::Damaged { path: path.to_owned(), finding: finding.into() });
    }
    // Without SQLITE_OPEN_URI; and the connection never leaves its thread, so SQLite needs no mutex.
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| refusal(path, &error))?;
    accept(connection, path, wal_bytes > 0, may_migrate)
}

fn accept(
    mut connection: Connection,
    path: &Path,
    has_wal: bool,
    may_migrate: bool,
) -> Result<(Connection, Migrated), OpenError> {
    let lock = |connection: &Connection| {
        connection.busy_timeout(Duration::ZERO)?;
        // Whoever is refused leaves the changes of the -wal file where they are.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, has_wal)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        connection.pragma_update_and_check(None, "locking_mode", "EXCLUSIVE", |_| Ok(()))
    };
    lock(&connection).map_err(|error| refusal(path, &error))?;
    if connection.is_readonly("main").map_err(|error| refusal(path, &error))? {
        return Err(OpenError::Io { path: path.to_owned(), reason: "this user may not write to it".into() });
    }
    let migrated = prepare(&mut connection, path, may_migrate, || bytes_of(path) == 0)?;
    let page_bytes: u64 = connection
        .pragma_query_value(None, "page_size", |row| row.get::<_, u32>(0))
        .map_err(|error| refusal(path, &error))?
        .into();
    // SQLite reads zeros past the end of a file. Only a copy that was cut short leaves part of a page, and the -wal
    // file still has all of it then.
    if !has_wal && !bytes_of(path).is_multiple_of(page_bytes) {
        let finding = format!("its length is no multiple of {page_bytes} bytes");
        return Err(OpenError::Damaged { path: path.to_owned(), finding });
    }
    let journal: String = connection
        .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))
        .map_err(|error| refusal(path, &error))?;
    if journal != "wal" {
        let reason = format!("its file system allows no write-ahead log, only {journal}");
        return Err(OpenError::Io { path: path.to_owned(), reason });
    }
    let settle = |connection: &Connection| {
        connection.pragma_update(None, "synchronous", "FULL")?;
        // Apple's flush does not reach the disk unless asked to.
        connection.pragma_update(None, "fullfsync", true)?;
        connection.pragma_update_and_check(None, "journal_size_limit", WAL_BYTES_KEPT, |_| Ok(()))?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)
    };
    settle(&connection).map_err(|error| refusal(path, &error))?;
    Ok((connection, migrated))
}

fn bytes_of(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |metadata| metadata.len())
}

/// Makes a new store of an empty database, and checks any other and brings it to this version's format. The lock is taken
/// before anything is looked at, and what was cut short before is undone by then.
fn prepare(
    connection: &mut Connection,
    path: &Path,
    may_migrate: bool,
    is_empty: impl FnOnce() -> bool,
) -> Result<Migrated, OpenError> {
    let sqlite = |error| refusal(path, &error);
    connection.pragma_update(None, "foreign_keys", true).map_err(sqlite)?;
    connection.pragma_update(None, "cell_size_check", true).map_err(sqlite)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive).map_err(sqlite)?;
    // Made in one transaction and before the write-ahead log of a new file is used, so that there is all of it or nothing.
    let from = if is_empty() {
        transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(sqlite)?;
        0
    } else {
        let from = inspect(&transaction, path)?;
        if from < FORMAT && !may_migrate {
            let (found, known) = (from.unsigned_abs(), FORMAT.unsigned_abs());
            return Err(OpenError::NotMigrated { store: path.display().to_string(), found, known });
        }
        from
    };
    if from == FORMAT {
        transaction.rollback().map_err(sqlite)?;
    } else {
        migrate(&transaction, from).and_then(|()| transaction.commit()).map_err(sqlite)?;
    }
    Ok(Migrated { from: from.unsigned_abs(), to: FORMAT.unsigned_abs() })
}

fn migrate(transaction: &Transaction<'_>, from: i32) -> rusqlite::Result<()> {
    for step in STEPS.iter().skip(from.unsigned_abs() as usize) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", FORMAT)
}

/// The format of a store that is sound.
fn inspect(transaction: &Transaction<'_>, path: &Path) -> Result<i32, OpenError> {
    let number = |pragma: &str| -> Result<i32, OpenError> {
        transaction.pragma_query_value(None, pragma, |row| row.get(0)).map_err(|error| refusal(path, &error))
    };
    if number("application_id")? != APPLICATION_ID {
        return Err(OpenError::NotAStore { path: path.to_owned() });
    }
    let format = number("user_version")?;
    let damaged = |finding: String| OpenError::Damaged { path: path.to_owned(), finding };
    match u32::try_from(format) {
        Ok(found) if found > FORMAT.unsigned_abs() => {
            return Err(OpenError::NewerFormat {
                store: path.display().to_string(),
                found,
                known: FORMAT.unsigned_abs(),
            });
        }
        Ok(found) if found > 0 => {}
        _ => return Err(damaged(format!("{format} is no format"))),
    }
    let verdict: String = transaction
        .query_row("PRAGMA quick_check(1)", (), |row| row.get(0))
        .map_err(|error| refusal(path, &error))?;
    if verdict != "ok" {
        return Err(damaged(verdict));
    }
    // SQLite has no checksums: bytes that changed within a record are found by the records' own.
    records::verify(transaction).map_err(|error| match error {
        records::ReadError::Sqlite(error) if is_failure_of_the_system(&error) => refusal(path, &error),
        records::ReadError::Sqlite(error) => damaged(error.to_string()),
        records::ReadError::Damaged(finding) => damaged(finding),
    })?;
    Ok(format)
}

/// What an error of SQLite says about a file that is being opened.
fn refusal(path: &Path, error: &rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => OpenError::Locked { path },
        Some(ErrorCode::NotADatabase) => OpenError::NotAStore { path },
        _ if tells_of_damage(error) => OpenError::Damaged { path, finding: error.to_string() },
        _ => OpenError::Io { path, reason: error.to_string() },
    }
}

/// Whether an error means that the bytes of the file are not what was written.
pub(super) fn tells_of_damage(error: &rusqlite::Error) -> bool {
    let short_read =
        error.sqlite_error().is_some_and(|error| error.extended_code == ffi::SQLITE_IOERR_SHORT_READ);
    short_read
        || matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

/// Whether an error is the machine's rather than the file's.
fn is_failure_of_the_system(error: &rusqlite::Error) -> bool {
    !tells_of_damage(error)
        && matches!(
            error.sqlite_error_code(),
            Some(
                ErrorCode::DatabaseBusy
                    | ErrorCode::OutOfMemory
                    | ErrorCode::SystemIoFailure
                    | ErrorCode::DiskFull
                    | ErrorCode::CannotOpen
                    | ErrorCode::PermissionDenied
            )
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sqlite_with_the_reset_fault_is_refused() {
        for (version, found) in [(3_051_002, Some("3.51.2")), (3_009_010, Some("3.9.10")), (3_051_003, None)]
        {
            let refused = match check_version(version) {
                Err(OpenError::SqliteTooOld { found, .. }) => Some(found),
                _ => None,
            };
            assert_eq!(refused.as_deref(), found);
        }
        check_version(rusqlite::version_number()).unwrap();
    }
}
