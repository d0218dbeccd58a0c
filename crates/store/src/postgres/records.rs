//! Reading and writing records.
//!
//! Each read is one statement, which sees one instant of the database.

use std::collections::HashSet;

use deadpool_postgres::{Object, Transaction};
use jiff::Timestamp;
use tokio_postgres::error::SqlState;
use tokio_postgres::{IsolationLevel, Row};

use super::listen::CHANNEL;
use super::migrate::FORMAT;
use crate::{
    AccountHead, AccountRecords, Change, Changed, Commit, RecordedChange, Revision, WorkflowRecord, checksum,
};

/// Why something was not read.
#[derive(Debug)]
pub(super) enum ReadError {
    /// PostgreSQL says so.
    Postgres(tokio_postgres::Error),
    /// This record is not what was written.
    Damaged(String),
}

impl From<tokio_postgres::Error> for ReadError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Postgres(error)
    }
}

/// Why a commit was not made.
#[derive(Debug)]
pub(super) enum ApplyError {
    RevisionMismatch {
        revision: u64,
    },
    Invalid(&'static str),
    /// The tables have another format by now.
    Superseded,
    /// PostgreSQL says so.
    Postgres(tokio_postgres::Error),
    /// The server was asked to commit, and did not answer.
    InDoubt(tokio_postgres::Error),
}

impl From<tokio_postgres::Error> for ApplyError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Postgres(error)
    }
}

/// Every account, in the order of ids.
pub(super) async fn accounts(client: &Object) -> Result<Vec<AccountHead>, ReadError> {
    let query = client
        .prepare_cached(
            "SELECT account_id, revision, settings IS NOT NULL FROM tamis.accounts ORDER BY account_id",
        )
        .await?;
    client.query(&query, &[]).await?.iter().map(head_of).collect()
}

/// One account.
pub(super) async fn head(client: &Object, account_id: &str) -> Result<Option<AccountHead>, ReadError> {
    let query = client
        .prepare_cached(
            "SELECT account_id, revision, settings IS NOT NULL FROM tamis.accounts WHERE account_id = $1",
        )
        .await?;
    client.query_opt(&query, &[&account_id]).await?.as_ref().map(head_of).transpose()
}

fn head_of(row: &Row) -> Result<AccountHead, ReadError> {
    Ok(AccountHead {
        account_id: row.try_get(0)?,
        revision: revision_of(row.try_get(1)?)?,
        alive: row.try_get(2)?,
    })
}

/// Accounts that changed after a sequence, and the sequence up to which that is all.
///
/// A sequence that is seen means that every lower one is seen too. Sequences are given out under the lock of the only row
/// of `tamis.store`, which a commit keeps until it is visible: whoever has the next one began after that.
pub(super) async fn changed_since(client: &Object, sequence: u64) -> Result<Changed, ReadError> {
    let query = client
        .prepare_cached(
            "SELECT account_id, revision, settings IS NOT NULL, s.sequence
             FROM tamis.store AS s LEFT JOIN tamis.accounts AS a ON a.sequence > $1 ORDER BY a.sequence",
        )
        .await?;
    let after = i64::try_from(sequence).unwrap_or(i64::MAX);
    let rows = client.query(&query, &[&after]).await?;
    let Some(first) = rows.first() else { return Err(ReadError::Damaged("it has no sequence".into())) };
    let sequence = revision_of(first.try_get(3)?)?;
    let changed = rows.iter().filter(|row| row.try_get::<_, Option<&str>>(0).is_ok_and(|id| id.is_some()));
    Ok(Changed { sequence, accounts: changed.map(head_of).collect::<Result<_, _>>()? })
}

/// The records of an account that is alive.
pub(super) async fn load(client: &Object, account_id: &str) -> Result<Option<AccountRecords>, ReadError> {
    let query = client
        .prepare_cached(
            "SELECT NULL::bigint AS workflow_key, revision, NULL::text, settings, checksum
             FROM tamis.accounts WHERE account_id = $1 AND settings IS NOT NULL
             UNION ALL
             SELECT workflow_key, revision, workflow_id, w.data, w.checksum
             FROM tamis.workflows AS w JOIN tamis.accounts USING (account_key) WHERE account_id = $1
             ORDER BY workflow_key NULLS FIRST",
        )
        .await?;
    let rows = client.query(&query, &[&account_id]).await?;
    let Some((first, rest)) = rows.split_first() else { return Ok(None) };
    let settings: Vec<u8> = first.try_get(3)?;
    confirm(account_id, None, &settings, first.try_get(4)?)?;
    let mut workflows = Vec::with_capacity(rest.len());
    for row in rest {
        let record = WorkflowRecord { workflow_id: row.try_get(2)?, data: row.try_get(3)? };
        confirm(account_id, Some(&record.workflow_id), &record.data, row.try_get(4)?)?;
        workflows.push(record);
    }
    Ok(Some(AccountRecords { revision: revision_of(first.try_get(1)?)?, settings, workflows }))
}

/// The records of an account as they were at a revision, if it was there: of the settings and of each workflow the last
/// record until then. What was there before the account, or the workflow itself, was deleted last belongs to an earlier life
/// of it, and so does the place in the order of creation.
pub(super) async fn load_at(
    client: &Object,
    account_id: &str,
    revision: u64,
) -> Result<Option<AccountRecords>, ReadError> {
    let Ok(stored_revision) = i64::try_from(revision) else { return Ok(None) };
    let query = client
        .prepare_cached(
            "WITH past AS (
                 SELECT account_key, c.revision, change_key, workflow_id, data IS NULL AS deletes
                 FROM tamis.accounts JOIN tamis.revisions AS r USING (account_key)
                     JOIN tamis.changes AS c USING (account_key)
                 WHERE account_id = $1 AND r.revision = $2 AND c.revision <= $2
             ), ends AS (
                 SELECT workflow_id, max(change_key) AS change_key FROM past WHERE deletes GROUP BY workflow_id
             ), alive AS (
                 SELECT account_key, past.workflow_id, max(revision) AS revision, min(past.change_key) AS created,
                     max(past.change_key) AS change_key
                 FROM past LEFT JOIN ends USING (workflow_id)
                 WHERE past.change_key > coalesce((SELECT change_key FROM ends WHERE workflow_id IS NULL), 0)
                     AND past.change_key > coalesce(ends.change_key, 0)
                 GROUP BY account_key, past.workflow_id
             )
             SELECT c.workflow_id, c.data, c.checksum
             FROM alive JOIN tamis.changes AS c USING (account_key, revision, change_key)
             ORDER BY c.workflow_id IS NOT NULL, alive.created",
        )
        .await?;
    let rows = client.query(&query, &[&account_id, &stored_revision]).await?;
    let mut settings = None;
    let mut workflows = Vec::with_capacity(rows.len());
    for row in rows {
        let (workflow_id, data): (Option<String>, Vec<u8>) = (row.try_get(0)?, row.try_get(1)?);
        confirm(account_id, workflow_id.as_deref(), &data, row.try_get(2)?)?;
        match workflow_id {
            Some(workflow_id) => workflows.push(WorkflowRecord { workflow_id, data }),
            None => settings = Some(data),
        }
    }
    Ok(settings.map(|settings| AccountRecords { revision, settings, workflows }))
}

/// Revisions of an account with their changes, newest first. Those are never changed once they are there, so that two
/// statements do.
pub(super) async fn revisions(
    client: &Object,
    account_id: &str,
    before: Option<u64>,
    limit: u32,
) -> Result<Vec<Revision>, ReadError> {
    let before = before.and_then(|before| i64::try_from(before).ok()).unwrap_or(i64::MAX);
    let query = client
        .prepare_cached(
            "SELECT account_key, r.revision, actor, operation, at_second, at_nanosecond
             FROM tamis.revisions AS r JOIN tamis.accounts USING (account_key)
             WHERE account_id = $1 AND r.revision < $2 ORDER BY r.revision DESC LIMIT $3",
        )
        .await?;
    let rows = client.query(&query, &[&account_id, &before, &i64::from(limit)]).await?;
    let (Some(newest), Some(oldest)) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
    let (account_key, last): (i64, i64) = (newest.try_get(0)?, newest.try_get(1)?);
    let first: i64 = oldest.try_get(1)?;
    let mut revisions = Vec::with_capacity(rows.len());
    for row in &rows {
        let revision: i64 = row.try_get(1)?;
        let at = Timestamp::new(row.try_get(4)?, row.try_get(5)?)
            .map_err(|error| ReadError::Damaged(format!("instant of revision {revision}: {error}")))?;
        let (actor, operation) = (row.try_get(2)?, row.try_get(3)?);
        let revision = revision_of(revision)?;
        revisions.push(Revision { revision, actor, operation, at, changes: Vec::new() });
    }
    let query = client
        .prepare_cached(
            "SELECT revision, workflow_id, data, checksum FROM tamis.changes
             WHERE account_key = $1 AND revision BETWEEN $2 AND $3 ORDER BY revision DESC, change_key",
        )
        .await?;
    let changes = client.query(&query, &[&account_key, &first, &last]).await?;
    let mut changes = changes.iter().peekable();
    for told in &mut revisions {
        while let Some(row) =
            changes.next_if(|row| row.try_get::<_, i64>(0).is_ok_and(|of| of.unsigned_abs() == told.revision))
        {
            told.changes.push(change_of(account_id, row)?);
        }
    }
    Ok(revisions)
}

fn change_of(account_id: &str, row: &Row) -> Result<RecordedChange, ReadError> {
    let workflow_id: Option<String> = row.try_get(1)?;
    let data: Option<Vec<u8>> = row.try_get(2)?;
    if let Some(data) = &data {
        confirm(account_id, workflow_id.as_deref(), data, row.try_get(3)?)?;
    }
    Ok(match workflow_id {
        Some(workflow_id) => RecordedChange::Workflow { workflow_id, data },
        None => RecordedChange::Settings(data),
    })
}

/// Whether the server takes writes.
pub(super) async fn takes_writes(client: &Object) -> Result<bool, ReadError> {
    let query = client
        .prepare_cached(
            "SELECT NOT pg_is_in_recovery() AND NOT current_setting('transaction_read_only')::boolean",
        )
        .await?;
    Ok(client.query_one(&query, &[]).await?.try_get(0)?)
}

/// Makes a commit in a transaction of its own; `is_committing` once nobody but the server knows whether it is made.
pub(super) async fn commit(
    client: &mut Object,
    commit: &Commit,
    is_committing: &mut bool,
) -> Result<u64, ApplyError> {
    // Whatever the server's default is: a statement is to see what the one before it waited for.
    let begun = client.build_transaction().isolation_level(IsolationLevel::ReadCommitted).start().await?;
    match apply(&begun, commit).await {
        Ok(revision) => {
            *is_committing = true;
            begun.commit().await.map_err(|error| match error.code() {
                // The server refused, and has told so; but for one that stops, which may have committed before.
                Some(code) if !stops(code) => ApplyError::Postgres(error),
                _ => ApplyError::InDoubt(error),
            })?;
            Ok(revision)
        }
        Err(error) => {
            // A connection that cannot roll back is gone, and the server does so by itself.
            let _ = begun.rollback().await;
            Err(error)
        }
    }
}

fn stops(code: &SqlState) -> bool {
    matches!(
        *code,
        SqlState::ADMIN_SHUTDOWN
            | SqlState::CRASH_SHUTDOWN
            | SqlState::CANNOT_CONNECT_NOW
            | SqlState::QUERY_CANCELED
    )
}

async fn apply(transaction: &Transaction<'_>, commit: &Commit) -> Result<u64, ApplyError> {
    let query = transaction
        .prepare_cached(
            "SELECT account_key, revision, settings IS NOT NULL FROM tamis.accounts
             WHERE account_id = $1 FOR NO KEY UPDATE",
        )
        .await?;
    let found = transaction.query_opt(&query, &[&commit.account_id]).await?;
    let found: Option<(i64, i64, bool)> = match found {
        Some(row) => Some((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)),
        None => None,
    };
    let current = found.map_or(0, |(_, revision, _)| revision);
    if i64::try_from(commit.expected_revision) != Ok(current) {
        return Err(ApplyError::RevisionMismatch { revision: current.unsigned_abs() });
    }
    if commit.changes.is_empty() {
        return Err(ApplyError::Invalid("a commit needs a change"));
    }
    let revision = current.checked_add(1).ok_or(ApplyError::Invalid("the account has no revision left"))?;
    let account_key = match found {
        Some((account_key, ..)) => account_key,
        None => make(transaction, &commit.account_id).await?,
    };
    let query = transaction
        .prepare_cached(
            "INSERT INTO tamis.revisions (account_key, revision, actor, operation, at_second, at_nanosecond)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .await?;
    let (at_second, at_nanosecond) = (commit.at.as_second(), commit.at.subsec_nanosecond());
    transaction
        .execute(
            &query,
            &[&account_key, &revision, &commit.actor, &commit.operation, &at_second, &at_nanosecond],
        )
        .await?;
    let account = Account { transaction, account_id: &commit.account_id, account_key, revision };
    let alive = found.is_some_and(|(.., alive)| alive);
    let settings = account.make_all(&commit.changes, alive).await?;
    account.record(&commit.changes).await?;
    account.finish(settings).await?;
    Ok(revision.unsigned_abs())
}

/// Makes the row of a new account.
async fn make(transaction: &Transaction<'_>, account_id: &str) -> Result<i64, ApplyError> {
    let query = transaction
        .prepare_cached(
            "INSERT INTO tamis.accounts (account_id, revision, sequence) VALUES ($1, 1, 0)
             ON CONFLICT (account_id) DO NOTHING RETURNING account_key",
        )
        .await?;
    if let Some(row) = transaction.query_opt(&query, &[&account_id]).await? {
        return Ok(row.try_get(0)?);
    }
    // Somebody else has made it since it was looked for.
    let query =
        transaction.prepare_cached("SELECT revision FROM tamis.accounts WHERE account_id = $1").await?;
    let revision: i64 = transaction.query_one(&query, &[&account_id]).await?.try_get(0)?;
    Err(ApplyError::RevisionMismatch { revision: revision.unsigned_abs() })
}

/// What becomes of an account's settings.
#[derive(Clone, Copy)]
enum Settings<'a> {
    Kept,
    Put(&'a [u8]),
    Deleted,
}

/// Changes of workflows that are made by one statement: of one kind, and each workflow once.
#[derive(Default)]
struct Run<'a> {
    ids: Vec<&'a str>,
    seen: HashSet<&'a str>,
    /// The records that are put; none if the workflows are deleted.
    data: Vec<&'a [u8]>,
}

/// The account that a commit writes to.
struct Account<'a> {
    transaction: &'a Transaction<'a>,
    account_id: &'a str,
    account_key: i64,
    revision: i64,
}

impl Account<'_> {
    /// Makes all the changes of workflows, in their order, and tells what becomes of the settings.
    async fn make_all<'c>(&self, changes: &'c [Change], mut alive: bool) -> Result<Settings<'c>, ApplyError> {
        let mut settings = Settings::Kept;
        let mut run = Run::default();
        for change in changes {
            match change {
                Change::PutSettings(data) => {
                    alive = true;
                    settings = Settings::Put(data);
                }
                Change::PutWorkflow { workflow_id, data } => {
                    let is_delete = run.data.is_empty() && !run.ids.is_empty();
                    if is_delete || !run.seen.insert(workflow_id) {
                        self.make(std::mem::take(&mut run)).await?;
                        run.seen.insert(workflow_id);
                    }
                    run.ids.push(workflow_id);
                    run.data.push(data);
                }
                Change::DeleteWorkflow { workflow_id } => {
                    if !run.data.is_empty() || !run.seen.insert(workflow_id) {
                        self.make(std::mem::take(&mut run)).await?;
                        run.seen.insert(workflow_id);
                    }
                    run.ids.push(workflow_id);
                }
                Change::DeleteAccount => {
                    if !std::mem::take(&mut alive) {
                        return Err(ApplyError::Invalid("an account that is to be deleted must be there"));
                    }
                    self.make(std::mem::take(&mut run)).await?;
                    let query = "DELETE FROM tamis.workflows WHERE account_key = $1";
                    let query = self.transaction.prepare_cached(query).await?;
                    self.transaction.execute(&query, &[&self.account_key]).await?;
                    settings = Settings::Deleted;
                }
            }
        }
        self.make(run).await?;
        if !alive && self.has_workflows().await? {
            return Err(ApplyError::Invalid("workflows need an account: put its settings with them"));
        }
        Ok(settings)
    }

    async fn make(&self, run: Run<'_>) -> Result<(), ApplyError> {
        let Run { ids, data, .. } = run;
        if ids.is_empty() {
            return Ok(());
        }
        if data.is_empty() {
            let query = "DELETE FROM tamis.workflows WHERE account_key = $1 AND workflow_id = ANY ($2)";
            let query = self.transaction.prepare_cached(query).await?;
            let deleted = self.transaction.execute(&query, &[&self.account_key, &ids]).await?;
            if deleted != ids.len() as u64 {
                return Err(ApplyError::Invalid("a workflow that is to be deleted must be there"));
            }
            return Ok(());
        }
        let checksums: Vec<i64> =
            ids.iter().zip(&data).map(|(id, data)| checksum::of(self.account_id, Some(id), data)).collect();
        let query = self
            .transaction
            .prepare_cached(
                "INSERT INTO tamis.workflows (account_key, workflow_id, data, checksum)
                 SELECT $1, id, data, checksum
                 FROM unnest($2::text[], $3::bytea[], $4::bigint[]) WITH ORDINALITY AS t (id, data, checksum, place)
                 ORDER BY place
                 ON CONFLICT (account_key, workflow_id)
                 DO UPDATE SET data = excluded.data, checksum = excluded.checksum",
            )
            .await?;
        self.transaction.execute(&query, &[&self.account_key, &ids, &data, &checksums]).await?;
        Ok(())
    }

    async fn has_workflows(&self) -> Result<bool, ApplyError> {
        let query = "SELECT EXISTS (SELECT FROM tamis.workflows WHERE account_key = $1)";
        let query = self.transaction.prepare_cached(query).await?;
        Ok(self.transaction.query_one(&query, &[&self.account_key]).await?.try_get(0)?)
    }

    /// Writes the changes into the history.
    async fn record(&self, changes: &[Change]) -> Result<(), ApplyError> {
        let recorded: Vec<(Option<&str>, Option<&[u8]>)> = changes
            .iter()
            .map(|change| match change {
                Change::PutSettings(data) => (None, Some(data.as_slice())),
                Change::PutWorkflow { workflow_id, data } => {
                    (Some(workflow_id.as_str()), Some(data.as_slice()))
                }
                Change::DeleteWorkflow { workflow_id } => (Some(workflow_id.as_str()), None),
                Change::DeleteAccount => (None, None),
            })
            .collect();
        let checksums: Vec<Option<i64>> =
            recorded.iter().map(|(id, data)| Some(checksum::of(self.account_id, *id, (*data)?))).collect();
        let (ids, data): (Vec<_>, Vec<_>) = recorded.into_iter().unzip();
        let query = self
            .transaction
            .prepare_cached(
                "INSERT INTO tamis.changes (account_key, revision, workflow_id, data, checksum)
                 SELECT $1, $2, id, data, checksum
                 FROM unnest($3::text[], $4::bytea[], $5::bigint[]) WITH ORDINALITY AS t (id, data, checksum, place)
                 ORDER BY place",
            )
            .await?;
        self.transaction
            .execute(&query, &[&self.account_key, &self.revision, &ids, &data, &checksums])
            .await?;
        Ok(())
    }

    /// Raises the revision, and takes the next sequence. Last of all, as nobody else can commit from here on.
    async fn finish(&self, settings: Settings<'_>) -> Result<(), ApplyError> {
        let (changes, data) = match settings {
            Settings::Kept => (false, None),
            Settings::Put(data) => (true, Some(data)),
            Settings::Deleted => (true, None),
        };
        let checksum = data.map(|data| checksum::of(self.account_id, None, data));
        let query = self
            .transaction
            .prepare_cached(&format!(
                "WITH next AS (
                     UPDATE tamis.store SET sequence = sequence + 1 WHERE format = $6 RETURNING sequence
                 )
                 UPDATE tamis.accounts AS a SET revision = $2, sequence = next.sequence,
                     settings = CASE WHEN $3 THEN $4 ELSE settings END,
                     checksum = CASE WHEN $3 THEN $5 ELSE checksum END
                 FROM next WHERE account_key = $1 RETURNING pg_notify('{CHANNEL}', '')::text"
            ))
            .await?;
        let updated = self
            .transaction
            .execute(&query, &[&self.account_key, &self.revision, &changes, &data, &checksum, &FORMAT])
            .await?;
        if updated == 1 { Ok(()) } else { Err(ApplyError::Superseded) }
    }
}

fn confirm(account_id: &str, workflow_id: Option<&str>, data: &[u8], stored: i64) -> Result<(), ReadError> {
    checksum::confirm(account_id, workflow_id, data, stored).map_err(ReadError::Damaged)
}

pub(super) fn revision_of(stored: i64) -> Result<u64, ReadError> {
    u64::try_from(stored).map_err(|_| ReadError::Damaged(format!("revision {stored}")))
}
