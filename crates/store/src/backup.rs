//! Backups of a store, and stores made of backups.
//!
//! A backup is consistent without keeping anybody from writing: it takes the revisions of all accounts at one instant, and
//! then copies the history up to those, which is only ever added to. A restore makes the history again, commit by commit.
//! Neither knows what keeps the records, so that a backup of a file may become a database, and the other way round.

use std::io::{self, Read, Write};

use tokio::task::{JoinError, JoinSet};

use crate::archive::{ArchiveError, Item, Kind, Reader, Writer};
use crate::{AccountHead, Change, Commit, CommitError, RecordedChange, Revision, Store, StoreError};

/// Revisions that are in memory at once while an account is copied.
const REVISIONS_AT_ONCE: u32 = 16;
/// Accounts that are restored at once: their commits share a flush.
const ACCOUNTS_AT_ONCE: usize = 16;

/// What was copied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// Accounts, deleted ones included.
    pub accounts: u64,
    /// Revisions of all of them.
    pub revisions: u64,
}

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The backup cannot be written.
    #[error("the backup cannot be written: {0}")]
    Io(#[from] io::Error),
}

/// Why nothing, or not everything, was restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The store has accounts.
    #[error("the store is not empty; restore into a new one. Nothing was changed")]
    NotEmpty,
    /// The backup is not whole, or none.
    #[error("the backup cannot be used: {0}")]
    Archive(#[from] ArchiveError),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store did not take a revision.
    #[error(
        "account `{account_id}` cannot be restored, and the store has some accounts only; begin anew with an empty one: {source}"
    )]
    Commit {
        /// The account.
        account_id: String,
        /// Why.
        source: CommitError,
    },
    /// A fault of the program.
    #[error("a fault while accounts were being restored: {0}")]
    Fault(#[from] JoinError),
}

impl Store {
    /// Writes all accounts with all of their revisions, as they are at one instant, while others go on writing.
    ///
    /// # Errors
    /// See [`BackupError`].
    pub async fn backup(&self, out: impl Write) -> Result<Copied, BackupError> {
        let mut archive = Writer::new(out, Kind::Backup)?;
        let mut copied = Copied::default();
        for head in self.accounts().await? {
            copied.accounts += 1;
            copied.revisions += self.copy_account(head, &mut archive).await?;
        }
        archive.finish()?;
        Ok(copied)
    }

    async fn copy_account(
        &self,
        head: AccountHead,
        archive: &mut Writer<impl Write>,
    ) -> Result<u64, BackupError> {
        let (account_id, last) = (head.account_id.clone(), head.revision);
        archive.write(&Item::Account(head))?;
        let mut copied = 0;
        while copied < last {
            let before = last.min(copied + u64::from(REVISIONS_AT_ONCE)) + 1;
            let count = u32::try_from(before - 1 - copied).unwrap_or(REVISIONS_AT_ONCE);
            let revisions = self.revisions(&account_id, Some(before), count).await?;
            for told in revisions.into_iter().rev() {
                copied += 1;
                if told.revision != copied {
                    let missing = format!("revision {copied} of account {account_id:?} is missing");
                    return Err(StoreError::Damaged(missing).into());
                }
                archive.write(&Item::Revision(told))?;
            }
            if copied + 1 != before {
                let missing = format!("revision {} of account {account_id:?} is missing", copied + 1);
                return Err(StoreError::Damaged(missing).into());
            }
        }
        Ok(copied)
    }

    /// Makes all accounts of a backup in a store that has none. Read the backup once before, to be sure that it is whole:
    /// [`verify`].
    ///
    /// # Errors
    /// See [`RestoreError`].
    pub async fn restore(&self, input: impl Read) -> Result<Copied, RestoreError> {
        if !self.accounts().await?.is_empty() {
            return Err(RestoreError::NotEmpty);
        }
        let mut archive = Reader::new(input, Kind::Backup)?;
        let mut copied = Copied::default();
        let mut restoring = JoinSet::new();
        let mut account: Option<(AccountHead, Vec<Revision>)> = None;
        loop {
            let item = archive.read()?;
            if let Some(Item::Revision(told)) = item {
                let (_, revisions) = account.as_mut().ok_or_else(out_of_place)?;
                revisions.push(told);
                continue;
            }
            if let Some((head, revisions)) = account.take() {
                copied.accounts += 1;
                copied.revisions += revisions.len() as u64;
                if restoring.len() >= ACCOUNTS_AT_ONCE
                    && let Some(restored) = restoring.join_next().await
                {
                    restored??;
                }
                restoring.spawn(make_again(self.clone(), head, revisions));
            }
            match item {
                Some(Item::Account(head)) => account = Some((head, Vec::new())),
                Some(_) => return Err(out_of_place().into()),
                None => break,
            }
        }
        while let Some(restored) = restoring.join_next().await {
            restored??;
        }
        Ok(copied)
    }
}

/// Reads a backup to its end, and tells what is in it.
///
/// # Errors
/// It is not whole, or none.
pub fn verify(input: impl Read) -> Result<Copied, ArchiveError> {
    let mut archive = Reader::new(input, Kind::Backup)?;
    let mut copied = Copied::default();
    let mut account: Option<AccountHead> = None;
    let mut revision = 0;
    loop {
        match archive.read()? {
            Some(Item::Revision(told)) if account.is_some() && told.revision == revision + 1 => {
                revision += 1;
                copied.revisions += 1;
            }
            Some(Item::Account(_)) | None
                if account.as_ref().is_some_and(|head| head.revision != revision) =>
            {
                return Err(out_of_place());
            }
            Some(Item::Account(head)) => {
                (account, revision) = (Some(head), 0);
                copied.accounts += 1;
            }
            Some(_) => return Err(out_of_place()),
            None => return Ok(copied),
        }
    }
}

fn out_of_place() -> ArchiveError {
    ArchiveError::Damaged("an account does not have all of its revisions".into())
}

async fn make_again(
    store: Store,
    AccountHead { account_id, .. }: AccountHead,
    revisions: Vec<Revision>,
) -> Result<(), RestoreError> {
    for Revision { revision, actor, operation, at, changes } in revisions {
        let changes = changes.into_iter().map(again).collect();
        let expected_revision = revision.saturating_sub(1);
        let commit =
            Commit { account_id: account_id.clone(), expected_revision, actor, operation, at, changes };
        store
            .commit(commit)
            .await
            .map_err(|source| RestoreError::Commit { account_id: account_id.clone(), source })?;
    }
    Ok(())
}

/// The change that was recorded.
fn again(recorded: RecordedChange) -> Change {
    match recorded {
        RecordedChange::Settings(Some(data)) => Change::PutSettings(data),
        RecordedChange::Settings(None) => Change::DeleteAccount,
        RecordedChange::Workflow { workflow_id, data: Some(data) } => {
            Change::PutWorkflow { workflow_id, data }
        }
        RecordedChange::Workflow { workflow_id, data: None } => Change::DeleteWorkflow { workflow_id },
    }
}
