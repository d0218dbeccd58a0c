//! The embedded store: one SQLite file, owned by one thread.
//!
//! SQLite is synchronous, and a flush takes milliseconds: a thread of its own keeps that off the threads that serve.
//! The file is locked for as long as it is open, so one connection is all there is, and requests are served in the
//! order in which they come. Commits that wait for one another's flush share the next one.

mod open;
mod records;

pub(crate) use open::prepared;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use crate::replicas::OwnReplicas;
use crate::{
    AccountHead, AccountRecords, Changed, Commit, CommitError, Heartbeat, Migrated, OpenError, Replica,
    Revision, StoreError,
};

/// Requests that wait before callers do: enough to fill several groups of commits.
const QUEUE_MAX: usize = 256;
/// Commits that share a flush: past some dozens the flush no longer matters, and the first one waits for the last.
const GROUP_MAX: usize = 64;

/// A handle on the thread that owns the file.
#[derive(Clone, Debug)]
pub(crate) struct Sqlite {
    requests: mpsc::Sender<Request>,
    name: Arc<str>,
    /// Nobody else can have the file open, so that the file need not know of them.
    replicas: OwnReplicas,
}

/// Where an answer goes.
type Reply<T> = oneshot::Sender<T>;

/// What the thread is asked.
#[derive(Debug)]
enum Request {
    Accounts(Reply<Result<Vec<AccountHead>, StoreError>>),
    Head(String, Reply<Result<Option<AccountHead>, StoreError>>),
    ChangedSince(u64, Reply<Result<Changed, StoreError>>),
    Load(String, Reply<Result<Option<AccountRecords>, StoreError>>),
    LoadAt(String, u64, Reply<Result<Option<AccountRecords>, StoreError>>),
    Commit(Waiting),
    Revisions(String, Option<u64>, u32, Reply<Result<Vec<Revision>, StoreError>>),
    Check(Reply<Result<(), StoreError>>),
    Close(Reply<Result<(), StoreError>>),
}

/// A commit, and who waits for it.
#[derive(Debug)]
struct Waiting {
    commit: Commit,
    reply: Reply<Result<u64, CommitError>>,
}

impl Sqlite {
    /// Opens a file, or a store in memory if there is none.
    pub(crate) async fn open(path: Option<&Path>, may_migrate: bool) -> Result<(Self, Migrated), OpenError> {
        open::check_version(rusqlite::version_number())?;
        let path = path.map(open::resolve).transpose()?;
        let name: Arc<str> =
            path.as_deref().map_or("memory".into(), |path| path.display().to_string().into());
        let (requests, queue) = mpsc::channel(QUEUE_MAX);
        let (opened, opening) = oneshot::channel();
        let mut thread = Thread { path, name: name.clone(), queue, has_failed: false };
        let failed = |reason: String| OpenError::Io { path: PathBuf::from(&*name), reason };
        std::thread::Builder::new()
            .name("tamis-store".into())
            .spawn(move || match open::open(thread.path.as_deref(), may_migrate) {
                Ok((connection, migrated)) => {
                    // Nobody may be waiting any longer. The handle that they would have had is gone then, so the queue
                    // has ended, and the file is closed at once.
                    let _ = opened.send(Ok(migrated));
                    thread.serve(connection);
                }
                Err(error) => {
                    let _ = opened.send(Err(error));
                }
            })
            .map_err(|error| failed(error.to_string()))?;
        let migrated = opening.await.unwrap_or_else(|_| Err(failed("its thread ended early".into())))?;
        Ok((Self { requests, name, replicas: OwnReplicas::default() }, migrated))
    }

    pub(crate) async fn accounts(&self) -> Result<Vec<AccountHead>, StoreError> {
        self.ask(Request::Accounts).await
    }

    pub(crate) async fn head(&self, account_id: &str) -> Result<Option<AccountHead>, StoreError> {
        self.ask(|reply| Request::Head(account_id.to_owned(), reply)).await
    }

    pub(crate) async fn changed_since(&self, sequence: u64) -> Result<Changed, StoreError> {
        self.ask(|reply| Request::ChangedSince(sequence, reply)).await
    }

    pub(crate) async fn load(&self, account_id: &str) -> Result<Option<AccountRecords>, StoreError> {
        self.ask(|reply| Request::Load(account_id.to_owned(), reply)).await
    }

    pub(crate) async fn load_at(
        &self,
        account_id: &str,
        revision: u64,
    ) -> Result<Option<AccountRecords>, StoreError> {
        self.ask(|reply| Request::LoadAt(account_id.to_owned(), revision, reply)).await
    }

    pub(crate) async fn commit(&self, commit: Commit) -> Result<u64, CommitError> {
        let (reply, answer) = oneshot::channel();
        let closed = || CommitError::Unavailable(self.closed());
        self.requests.send(Request::Commit(Waiting { commit, reply })).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    pub(crate) async fn revisions(
        &self,
        account_id: &str,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Revision>, StoreError> {
        self.ask(|reply| Request::Revisions(account_id.to_owned(), before, limit, reply)).await
    }

    pub(crate) async fn check(&self) -> Result<(), StoreError> {
        self.ask(Request::Check).await
    }

    pub(crate) fn tell(&self, told: &Heartbeat) -> Result<Vec<Replica>, StoreError> {
        self.check_open()?;
        Ok(self.replicas.tell(told))
    }

    pub(crate) fn forget(&self, replica_id: &str) -> Result<(), StoreError> {
        self.check_open()?;
        self.replicas.forget(replica_id);
        Ok(())
    }

    fn check_open(&self) -> Result<(), StoreError> {
        if self.requests.is_closed() { Err(StoreError::Unavailable(self.closed())) } else { Ok(()) }
    }

    pub(crate) async fn close(self) -> Result<(), StoreError> {
        self.ask(Request::Close).await
    }

    async fn ask<T>(
        &self,
        request: impl FnOnce(Reply<Result<T, StoreError>>) -> Request,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let closed = || StoreError::Unavailable(self.closed());
        self.requests.send(request(reply)).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    fn closed(&self) -> String {
        format!("{}: the store is closed", self.name)
    }
}

/// What the thread owns besides the connection.
struct Thread {
    path: Option<PathBuf>,
    name: Arc<str>,
    queue: mpsc::Receiver<Request>,
    /// Whether a commit has failed since something was last written for good.
    has_failed: bool,
}

impl Thread {
    /// Serves requests until the store is closed or its last clone is gone. An answer that nobody waits for any longer is dropped.
    fn serve(&mut self, mut connection: Connection) {
        let mut next = None;
        while let Some(request) = next.take().or_else(|| self.queue.blocking_recv()) {
            match request {
                Request::Accounts(reply) => drop(reply.send(self.read(records::accounts(&connection)))),
                Request::Head(account_id, reply) => {
                    drop(reply.send(self.read(records::head(&connection, &account_id))));
                }
                Request::ChangedSince(sequence, reply) => {
                    drop(reply.send(self.read(records::changed_since(&connection, sequence))));
                }
                Request::Load(account_id, reply) => {
                    drop(reply.send(self.read(records::load(&connection, &account_id))));
                }
                Request::LoadAt(account_id, revision, reply) => {
                    let records = records::load_at(&connection, &account_id, revision);
                    drop(reply.send(self.read(records)));
                }
                Request::Commit(first) => next = self.commit(&mut connection, first),
                Request::Revisions(account_id, before, limit, reply) => {
                    let revisions = records::revisions(&connection, &account_id, before, limit);
                    drop(reply.send(self.read(revisions)));
                }
                Request::Check(reply) => drop(reply.send(self.check(&mut connection))),
                Request::Close(reply) => {
                    self.queue.close();
                    let closed = records::checkpoint(&connection)
                        .and_then(|()| connection.close().map_err(|(_, error)| error));
                    drop(reply.send(self.read(closed.map_err(records::ReadError::from))));
                    return;
                }
            }
        }
    }

    /// Makes one commit, and with it those that wait directly behind it. Returns the request that comes after them, if it has come.
    fn commit(&mut self, connection: &mut Connection, first: Waiting) -> Option<Request> {
        let mut group = vec![first];
        let mut next = None;
        while group.len() < GROUP_MAX && next.is_none() {
            match self.queue.try_recv() {
                Ok(Request::Commit(waiting)) => group.push(waiting),
                Ok(other) => next = Some(other),
                Err(_) => break,
            }
        }
        let (commits, replies): (Vec<_>, Vec<_>) =
            group.into_iter().map(|waiting| (waiting.commit, waiting.reply)).unzip();
        match records::commit_group(connection, &commits) {
            Ok(results) => {
                // A group of which nothing was made has written nothing.
                self.has_failed &= results.iter().all(Result::is_err);
                for (reply, result) in replies.into_iter().zip(results) {
                    let result = result.map_err(|error| self.refusal(error));
                    self.has_failed |=
                        matches!(result, Err(CommitError::Unavailable(_) | CommitError::Full(_)));
                    drop(reply.send(result));
                }
            }
            Err(error) => {
                self.has_failed = true;
                // Those that may be in the -wal file are certainly not there once they are overwritten.
                let (error, is_undone) = match error {
                    records::GroupError::Undone(error) => (error, true),
                    records::GroupError::InDoubt(error) => (error, self.overwrite(connection).is_ok()),
                };
                for reply in replies {
                    let refusal = if is_undone {
                        self.refused(&error)
                    } else {
                        CommitError::Unknown(self.unavailable(&error))
                    };
                    drop(reply.send(Err(refusal)));
                }
            }
        }
        next
    }

    /// Writes something for good after commits that failed.
    fn overwrite(&mut self, connection: &mut Connection) -> rusqlite::Result<()> {
        if self.has_failed {
            records::overwrite(connection)?;
            self.has_failed = false;
        }
        Ok(())
    }

    fn check(&mut self, connection: &mut Connection) -> Result<(), StoreError> {
        // SQLite goes on writing to a file that somebody removed: its records would be lost with the process.
        if let Some(path) = &self.path
            && let Err(error) = std::fs::metadata(path)
        {
            return Err(StoreError::Unavailable(format!("{}: the store's file: {error}", self.name)));
        }
        let probe = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .and_then(rusqlite::Transaction::rollback)
            .and_then(|()| self.overwrite(connection));
        self.read(probe.map_err(records::ReadError::from))
    }

    fn read<T>(&self, result: Result<T, records::ReadError>) -> Result<T, StoreError> {
        result.map_err(|error| match error {
            records::ReadError::Sqlite(error) if open::tells_of_damage(&error) => {
                StoreError::Damaged(format!("{}: the store is damaged ({error})", self.name))
            }
            records::ReadError::Sqlite(error) => StoreError::Unavailable(self.unavailable(&error)),
            records::ReadError::Damaged(finding) => {
                StoreError::Damaged(format!("{}: the store is damaged ({finding})", self.name))
            }
        })
    }

    fn refusal(&self, error: records::ApplyError) -> CommitError {
        match error {
            records::ApplyError::RevisionMismatch { revision } => CommitError::RevisionMismatch { revision },
            records::ApplyError::Invalid(reason) => CommitError::Invalid(reason),
            records::ApplyError::Sqlite(error) => self.refused(&error),
        }
    }

    /// What an error of SQLite says about a commit of which there is nothing.
    fn refused(&self, error: &rusqlite::Error) -> CommitError {
        let reason = self.unavailable(error);
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => CommitError::Full(reason),
            _ => CommitError::Unavailable(reason),
        }
    }

    fn unavailable(&self, error: &rusqlite::Error) -> String {
        format!("{}: the store is not available: {error}", self.name)
    }
}

/// The file that SQLite keeps beside a store until its changes are copied into it.
fn wal_of(path: &Path) -> PathBuf {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    wal.into()
}
