//! Brings the tables to the format of this version, one step after the other.

use deadpool_postgres::{Object, Transaction};

use crate::Migrated;

/// The steps, each from the format before it to its own.
const STEPS: [&str; 2] = [include_str!("1.sql"), include_str!("2.sql")];
/// The format that this version writes, and the latest that it reads.
pub(super) const FORMAT: i32 = STEPS.len() as i32;
/// The advisory lock that whoever migrates holds: `tami` in ASCII.
const LOCK: i64 = 0x7461_6d69;

/// Why a database is not used.
#[derive(Debug)]
pub(super) enum MigrateError {
    /// A later version of Tamis has migrated it.
    Newer { found: u32, known: u32 },
    /// It is to be migrated first, and not by this.
    Older { found: u32, known: u32 },
    /// It cannot hold a store. The text says why.
    Unsuitable(String),
    /// PostgreSQL says so.
    Postgres(tokio_postgres::Error),
}

impl From<tokio_postgres::Error> for MigrateError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Postgres(error)
    }
}

/// Brings the tables to [`FORMAT`] in one transaction: all of it is done, or nothing.
pub(super) async fn prepare(client: &mut Object, may_migrate: bool) -> Result<Migrated, MigrateError> {
    let encoding: String = client.query_one("SHOW server_encoding", &[]).await?.get(0);
    if encoding != "UTF8" {
        return Err(MigrateError::Unsuitable(format!("its encoding is {encoding}, and UTF8 is wanted")));
    }
    let transaction = client.transaction().await?;
    let mut from = format(&transaction).await?;
    if from < FORMAT && may_migrate {
        // Whoever comes second waits here for the first, and then finds its work done.
        transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).await?;
        from = format(&transaction).await?;
    }
    let migrated = Migrated { from: from.unsigned_abs(), to: FORMAT.unsigned_abs() };
    if from > FORMAT {
        return Err(MigrateError::Newer { found: migrated.from, known: migrated.to });
    }
    if from < FORMAT && !may_migrate {
        return Err(MigrateError::Older { found: migrated.from, known: migrated.to });
    }
    for step in STEPS.iter().skip(from.unsigned_abs() as usize) {
        transaction.batch_execute(step).await?;
    }
    if from < FORMAT {
        // Commits of the version before look for the format that they know, and find none.
        transaction.execute("UPDATE tamis.store SET format = $1", &[&FORMAT]).await?;
    }
    transaction.commit().await?;
    Ok(migrated)
}

/// The format of the tables; 0 if there are none.
async fn format(transaction: &Transaction<'_>) -> Result<i32, MigrateError> {
    // The tables of the system are asked, as they are now: PostgreSQL may remember that a name has meant nothing.
    let query = "SELECT EXISTS (SELECT FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                                WHERE n.nspname = 'tamis' AND c.relname = 'store')";
    let there = transaction.query_one(query, &[]).await?;
    if !there.get::<_, bool>(0) {
        return Ok(0);
    }
    let format = transaction.query_opt("SELECT format FROM tamis.store", &[]).await?;
    match format.map(|row| row.get(0)) {
        Some(format) if format > 0 => Ok(format),
        _ => Err(MigrateError::Unsuitable("its schema `tamis` is not one of Tamis".into())),
    }
}
