//! Reading and writing records in an open database.

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, Rows, TransactionBehavior, params};

use crate::{
    AccountHead, AccountRecords, Change, Changed, Commit, RecordedChange, Revision, WorkflowRecord, checksum,
};

/// Why something was not read.
#[derive(Debug)]
pub(super) enum ReadError {
    /// SQLite says so.
    Sqlite(rusqlite::Error),
    /// This record is not what was written.
    Damaged(String),
}

impl From<rusqlite::Error> for ReadError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Why one commit of a group was not made.
#[derive(Debug)]
pub(super) enum ApplyError {
    RevisionMismatch { revision: u64 },
    Invalid(&'static str),
    Sqlite(rusqlite::Error),
}

/// Why none of a group's commits was made.
#[derive(Debug)]
pub(super) enum GroupError {
    /// There is nothing of them.
    Undone(rusqlite::Error),
    /// They failed while they were written for good. SQLite knows nothing of them any more, but the -wal file may hold them
    /// whole: whoever opens it next would find them there.
    InDoubt(rusqlite::Error),
}

impl From<rusqlite::Error> for GroupError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Undone(error)
    }
}

impl From<rusqlite::Error> for ApplyError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Every account, in the order of ids.
pub(super) fn accounts(connection: &Connection) -> Result<Vec<AccountHead>, ReadError> {
    let mut query = connection.prepare_cached(
        "SELECT account_id, revision, settings IS NOT NULL FROM accounts ORDER BY account_id",
    )?;
    heads(query.query(())?)
}

/// One account.
pub(super) fn head(connection: &Connection, account_id: &str) -> Result<Option<AccountHead>, ReadError> {
    let mut query = connection.prepare_cached(
        "SELECT account_id, revision, settings IS NOT NULL FROM accounts WHERE account_id = ?1",
    )?;
    Ok(heads(query.query([account_id])?)?.pop())
}

/// Accounts that changed after a sequence, and the sequence up to which that is all: there is one connection, so that
/// commits become visible in their order.
pub(super) fn changed_since(connection: &Connection, sequence: u64) -> Result<Changed, ReadError> {
    let last = connection
        .prepare_cached("SELECT coalesce(max(sequence), 0) FROM accounts")?
        .query_row((), |row| row.get(0))?;
    let mut query = connection.prepare_cached(
        "SELECT account_id, revision, settings IS NOT NULL FROM accounts WHERE sequence > ?1 ORDER BY sequence",
    )?;
    let accounts = heads(query.query([i64::try_from(sequence).unwrap_or(i64::MAX)])?)?;
    Ok(Changed { sequence: revision_of(last)?, accounts })
}

fn heads(mut rows: Rows<'_>) -> Result<Vec<AccountHead>, ReadError> {
    let mut heads = Vec::new();
    while let Some(row) = rows.next()? {
        heads.push(AccountHead {
            account_id: row.get(0)?,
            revision: revision_of(row.get(1)?)?,
            alive: row.get(2)?,
        });
    }
    Ok(heads)
}

/// The records of an account that is alive.
pub(super) fn load(connection: &Connection, account_id: &str) -> Result<Option<AccountRecords>, ReadError> {
    let head = connection
        .prepare_cached(
            "SELECT account_key, revision, settings, checksum FROM accounts
             WHERE account_id = ?1 AND settings IS NOT NULL",
        )?
        .query_row([account_id], |row| {
            Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get::<_, Vec<u8>>(2)?, row.get(3)?))
        })
        .optional()?;
    let Some((account_key, revision, settings, checksum)) = head else { return Ok(None) };
    confirm(account_id, None, &settings, checksum)?;
    let mut query = connection.prepare_cached(
        "SELECT workflow_id, data, checksum FROM workflows WHERE account_key = ?1 ORDER BY workflow_key",
    )?;
    let mut rows = query.query([account_key])?;
    let mut workflows = Vec::new();
    while let Some(row) = rows.next()? {
        let record = WorkflowRecord { workflow_id: row.get(0)?, data: row.get(1)? };
        confirm(account_id, Some(&record.workflow_id), &record.data, row.get(2)?)?;
        workflows.push(record);
    }
    Ok(Some(AccountRecords { revision: revision_of(revision)?, settings, workflows }))
}

/// The records of an account as they were at a revision, if it was there: of the settings and of each workflow the last
/// record until then. What was there before the account, or the workflow itself, was deleted last belongs to an earlier life
/// of it, and so does the place in the order of creation.
pub(super) fn load_at(
    connection: &Connection,
    account_id: &str,
    revision: u64,
) -> Result<Option<AccountRecords>, ReadError> {
    let Ok(stored_revision) = i64::try_from(revision) else { return Ok(None) };
    let account_key: Option<i64> = connection
        .prepare_cached(
            "SELECT account_key FROM revisions JOIN accounts USING (account_key)
             WHERE account_id = ?1 AND revisions.revision = ?2",
        )?
        .query_row(params![account_id, stored_revision], |row| row.get(0))
        .optional()?;
    let Some(account_key) = account_key else { return Ok(None) };
    let mut query = connection.prepare_cached(
        "WITH past AS (
             SELECT change_key, workflow_id, data IS NULL AS deletes FROM changes
             WHERE account_key = ?1 AND revision <= ?2
         ), ends AS (
             SELECT workflow_id, max(change_key) AS change_key FROM past WHERE deletes GROUP BY workflow_id
         ), alive AS (
             SELECT workflow_id, min(past.change_key) AS created, max(past.change_key) AS written
             FROM past LEFT JOIN ends USING (workflow_id)
             WHERE past.change_key > coalesce((SELECT change_key FROM ends WHERE workflow_id IS NULL), 0)
                 AND past.change_key > coalesce(ends.change_key, 0)
             GROUP BY workflow_id
         )
         SELECT changes.workflow_id, data, checksum FROM alive JOIN changes ON change_key = written
         ORDER BY changes.workflow_id IS NOT NULL, created",
    )?;
    let mut rows = query.query(params![account_key, stored_revision])?;
    let mut settings = None;
    let mut workflows = Vec::new();
    while let Some(row) = rows.next()? {
        let (workflow_id, data): (Option<String>, Vec<u8>) = (row.get(0)?, row.get(1)?);
        confirm(account_id, workflow_id.as_deref(), &data, row.get(2)?)?;
        match workflow_id {
            Some(workflow_id) => workflows.push(WorkflowRecord { workflow_id, data }),
            None => settings = Some(data),
        }
    }
    Ok(settings.map(|settings| AccountRecords { revision, settings, workflows }))
}

/// Revisions of an account with their changes, newest first.
pub(super) fn revisions(
    connection: &Connection,
    account_id: &str,
    before: Option<u64>,
    limit: u32,
) -> Result<Vec<Revision>, ReadError> {
    let before = before.and_then(|before| i64::try_from(before).ok()).unwrap_or(i64::MAX);
    let mut query = connection.prepare_cached(
        "SELECT account_key, r.revision, actor, operation, at_second, at_nanosecond
         FROM revisions AS r JOIN accounts USING (account_key)
         WHERE account_id = ?1 AND r.revision < ?2 ORDER BY r.revision DESC LIMIT ?3",
    )?;
    let mut rows = query.query(params![account_id, before, limit])?;
    let mut revisions = Vec::new();
    while let Some(row) = rows.next()? {
        let revision: i64 = row.get(1)?;
        let at = Timestamp::new(row.get(4)?, row.get(5)?)
            .map_err(|error| ReadError::Damaged(format!("instant of revision {revision}: {error}")))?;
        revisions.push(Revision {
            revision: revision_of(revision)?,
            actor: row.get(2)?,
            operation: row.get(3)?,
            at,
            changes: changes(connection, account_id, row.get(0)?, revision)?,
        });
    }
    Ok(revisions)
}

fn changes(
    connection: &Connection,
    account_id: &str,
    account_key: i64,
    revision: i64,
) -> Result<Vec<RecordedChange>, ReadError> {
    let mut query = connection.prepare_cached(
        "SELECT workflow_id, data, checksum FROM changes WHERE account_key = ?1 AND revision = ?2 ORDER BY change_key",
    )?;
    let mut rows = query.query([account_key, revision])?;
    let mut changes = Vec::new();
    while let Some(row) = rows.next()? {
        let workflow_id: Option<String> = row.get(0)?;
        let data: Option<Vec<u8>> = row.get(1)?;
        if let Some(data) = &data {
            confirm(account_id, workflow_id.as_deref(), data, row.get(2)?)?;
        }
        changes.push(match workflow_id {
            Some(workflow_id) => RecordedChange::Workflow { workflow_id, data },
            None => RecordedChange::Settings(data),
        });
    }
    Ok(changes)
}

/// Makes commits in one transaction, and so with one flush. Each has a result of its own; an error of the whole means
/// that none was made, as far as is known.
pub(super) fn commit_group(
    connection: &mut Connection,
    commits: &[Commit],
) -> Result<Vec<Result<u64, ApplyError>>, GroupError> {
    let mut transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut results = Vec::with_capacity(commits.len());
    for commit in commits {
        let savepoint = transaction.savepoint()?;
        let result = match apply(&savepoint, commit) {
            Ok(revision) => {
                savepoint.commit()?;
                Ok(revision)
            }
            // Some failures, such as a full disk, make SQLite roll the whole transaction back by itself. What came
            // before is gone then, and must not be acknowledged.
            Err(ApplyError::Sqlite(error)) if savepoint.is_autocommit() => {
                return Err(GroupError::Undone(error));
            }
            Err(error) => {
                savepoint.finish()?;
                Err(error)
            }
        };
        results.push(result);
    }
    match transaction.commit() {
        Ok(()) => Ok(results),
        // The mark that ends a transaction is written last. What there was no room for has none.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DiskFull) => {
            Err(GroupError::Undone(error))
        }
        Err(error) => Err(GroupError::InDoubt(error)),
    }
}

/// Writes, for good, what is there already. The -wal file goes on where the last commit that was made has ended, so that
/// nothing is left there of commits that failed after it.
pub(super) fn overwrite(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let format: i32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    transaction.pragma_update(None, "user_version", format)?;
    transaction.commit()
}

fn apply(connection: &Connection, commit: &Commit) -> Result<u64, ApplyError> {
    let found: Option<(i64, i64, bool)> = connection
        .prepare_cached(
            "SELECT account_key, revision, settings IS NOT NULL FROM accounts WHERE account_id = ?1",
        )?
        .query_row([&commit.account_id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let current = found.map_or(0, |(_, revision, _)| revision);
    if i64::try_from(commit.expected_revision) != Ok(current) {
        return Err(ApplyError::RevisionMismatch { revision: current.unsigned_abs() });
    }
    if commit.changes.is_empty() {
        return Err(ApplyError::Invalid("a commit needs a change"));
    }
    let revision = current.checked_add(1).ok_or(ApplyError::Invalid("the account has no revision left"))?;
    let account_key = match found {
        Some((account_key, ..)) => {
            connection
                .prepare_cached(
                    "UPDATE accounts SET revision = ?2, sequence = (SELECT max(sequence) + 1 FROM accounts)
                     WHERE account_key = ?1",
                )?
                .execute([account_key, revision])?;
            account_key
        }
        None => connection
            .prepare_cached(
                "INSERT INTO accounts (account_id, revision, sequence)
                 VALUES (?1, ?2, (SELECT coalesce(max(sequence), 0) + 1 FROM accounts))",
            )?
            .insert(params![commit.account_id, revision])?,
    };
    connection
        .prepare_cached(
            "INSERT INTO revisions (account_key, revision, actor, operation, at_second, at_nanosecond)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            account_key,
            revision,
            commit.actor,
            commit.operation,
            commit.at.as_second(),
            commit.at.subsec_nanosecond(),
        ])?;
    let account = Account { connection, account_id: &commit.account_id, account_key, revision };
    let mut alive = found.is_some_and(|(.., alive)| alive);
    for change in &commit.changes {
        account.make(change, &mut alive)?;
    }
    if !alive && account.has_workflows()? {
        return Err(ApplyError::Invalid("workflows need an account: put its settings with them"));
    }
    Ok(revision.unsigned_abs())
}

/// The account that a commit writes to.
struct Account<'a> {
    connection: &'a Connection,
    account_id: &'a str,
    account_key: i64,
    revision: i64,
}

impl Account<'_> {
    fn make(&self, change: &Change, alive: &mut bool) -> Result<(), ApplyError> {
        match change {
            Change::PutSettings(data) => {
                *alive = true;
                self.put_settings(Some(data))?;
                self.record(None, Some(data))
            }
            Change::PutWorkflow { workflow_id, data } => {
                self.connection
                    .prepare_cached(
                        "INSERT INTO workflows (account_key, workflow_id, data, checksum) VALUES (?1, ?2, ?3, ?4)
                         ON CONFLICT (account_key, workflow_id)
                         DO UPDATE SET data = excluded.data, checksum = excluded.checksum",
                    )?
                    .execute(params![
                        self.account_key,
                        workflow_id,
                        data,
                        checksum::of(self.account_id, Some(workflow_id), data),
                    ])?;
                self.record(Some(workflow_id), Some(data))
            }
            Change::DeleteWorkflow { workflow_id } => {
                let deleted = self
                    .connection
                    .prepare_cached("DELETE FROM workflows WHERE account_key = ?1 AND workflow_id = ?2")?
                    .execute(params![self.account_key, workflow_id])?;
                if deleted == 0 {
                    return Err(ApplyError::Invalid("a workflow that is to be deleted must be there"));
                }
                self.record(Some(workflow_id), None)
            }
            Change::DeleteAccount => {
                if !std::mem::take(alive) {
                    return Err(ApplyError::Invalid("an account that is to be deleted must be there"));
                }
                self.connection
                    .prepare_cached("DELETE FROM workflows WHERE account_key = ?1")?
                    .execute([self.account_key])?;
                self.put_settings(None)?;
                self.record(None, None)
            }
        }
    }

    fn put_settings(&self, data: Option<&Vec<u8>>) -> Result<(), ApplyError> {
        let checksum = data.map(|data| checksum::of(self.account_id, None, data));
        self.connection
            .prepare_cached("UPDATE accounts SET settings = ?2, checksum = ?3 WHERE account_key = ?1")?
            .execute(params![self.account_key, data, checksum])?;
        Ok(())
    }

    fn record(&self, workflow_id: Option<&str>, data: Option<&Vec<u8>>) -> Result<(), ApplyError> {
        let checksum = data.map(|data| checksum::of(self.account_id, workflow_id, data));
        self.connection
            .prepare_cached(
                "INSERT INTO changes (account_key, revision, workflow_id, data, checksum) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![self.account_key, self.revision, workflow_id, data, checksum])?;
        Ok(())
    }

    fn has_workflows(&self) -> Result<bool, ApplyError> {
        let mut query =
            self.connection.prepare_cached("SELECT 1 FROM workflows WHERE account_key = ?1 LIMIT 1")?;
        Ok(query.exists([self.account_key])?)
    }
}

/// Reads every current record, and compares it with its checksum. Those of the history are compared when they are read.
pub(super) fn verify(connection: &Connection) -> Result<(), ReadError> {
    let mut query = connection.prepare(
        "SELECT account_id, NULL, settings, checksum FROM accounts WHERE settings IS NOT NULL
         UNION ALL
         SELECT account_id, workflow_id, w.data, w.checksum FROM workflows AS w LEFT JOIN accounts USING (account_key)",
    )?;
    let mut rows = query.query(())?;
    while let Some(row) = rows.next()? {
        let text = |column| row.get_ref(column)?.as_str().map_err(rusqlite::Error::from);
        let workflow_id = match row.get_ref(1)? {
            rusqlite::types::ValueRef::Null => None,
            _ => Some(text(1)?),
        };
        let data = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
        confirm(text(0)?, workflow_id, data, row.get(3)?)?;
    }
    // Every table that is not read above can at least be read.
    for table in ["revisions", "changes"] {
        connection.prepare(&format!("SELECT * FROM {table} LIMIT 1"))?.exists(())?;
    }
    Ok(())
}

/// Copies the write-ahead log into the file and empties it.
pub(super) fn checkpoint(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get::<_, Value>(0)).map(drop)
}

fn confirm(account_id: &str, workflow_id: Option<&str>, data: &[u8], stored: i64) -> Result<(), ReadError> {
    checksum::confirm(account_id, workflow_id, data, stored).map_err(ReadError::Damaged)
}

fn revision_of(stored: i64) -> Result<u64, ReadError> {
    u64::try_from(stored).map_err(|_| ReadError::Damaged(format!("revision {stored}")))
}
