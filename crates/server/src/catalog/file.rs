//! What is served, as a file: a service that cannot reach its store when it starts begins with that.

use std::fs::File;
use std::io::{self, BufReader, BufWriter};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use tamis_store::archive::{ArchiveError, Item, Kind, Reader, Writer};
use tamis_store::{AccountHead, AccountRecords};
use tokio::task::{JoinError, JoinSet};

use crate::catalog::load::{self, AccountError};
use crate::catalog::{Catalog, Loaded, records};
use crate::identity::keys::records::KeysError;
use crate::identity::keys::{self, KEYS_ACCOUNT, KeySet};

/// Why a snapshot file is not served.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    /// It cannot be read, or is not what was written.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// An account of it does not compile.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The keys make no sense.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// A fault of the service.
    #[error(transparent)]
    Fault(#[from] JoinError),
}

impl Catalog {
    /// Loads every account of a snapshot file, and the keys. What is loaded is as old as the file is.
    ///
    /// # Errors
    /// The file is not whole, or an account of it does not compile. Nothing is served then.
    pub(crate) async fn load_from(self: &Arc<Self>, path: &Path) -> Result<Loaded, FileError> {
        let path = path.to_owned();
        let mut accounts = tokio::task::spawn_blocking(move || read(&path)).await??;
        let keys = accounts.extract_if(.., |(head, _)| head.account_id == KEYS_ACCOUNT);
        let keys = keys.filter_map(|(_, records)| records).last();
        let keys = keys.map_or_else(|| Ok(KeySet::default()), keys::records::from_records)?;
        let mut accounts = accounts.into_iter();
        let mut loading = JoinSet::new();
        let mut all = Vec::with_capacity(accounts.len());
        let compiled = async |(head, records): (AccountHead, Option<AccountRecords>)| match records {
            Some(records) => {
                load::compile(head.account_id.clone(), records).await.map(|found| (head, Some(found)))
            }
            None => Ok((head, None)),
        };
        for account in accounts.by_ref().take(load::at_once()) {
            loading.spawn(compiled(account));
        }
        while let Some(found) = loading.join_next().await {
            all.push(found??);
            if let Some(account) = accounts.next() {
                loading.spawn(compiled(account));
            }
        }
        let mut loaded = Loaded::default();
        for (head, snapshot) in all {
            loaded.add(snapshot.as_deref());
            self.place(&head, snapshot).await;
        }
        self.publish_keys(keys, false);
        self.loaded.store(true, Ordering::Release);
        Ok(loaded)
    }

    /// Writes every account and the keys into a file, which takes the place of the one before only once it is whole and on disk.
    ///
    /// # Errors
    /// It cannot be written; the file before is as it was.
    pub(crate) fn write_to(&self, path: &Path) -> io::Result<()> {
        // The last one, at the end of the service, waits for the one that may be under way.
        let _alone = self.writing_file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut draft = path.as_os_str().to_owned();
        draft.push(".new");
        let draft = Path::new(&draft);
        let mut archive = Writer::new(BufWriter::new(private(draft)?), Kind::Snapshot)?;
        let keys = self.keys.current();
        if let Some(records) = keys::records::to_records(&keys) {
            let account_id = KEYS_ACCOUNT.to_owned();
            archive.write(&Item::Account(AccountHead {
                account_id,
                revision: keys.revision,
                alive: true,
            }))?;
            archive.write(&Item::Records(records))?;
        }
        let slots: Vec<_> =
            self.accounts.pin().iter().map(|(account_id, slot)| (account_id.clone(), slot.clone())).collect();
        for (account_id, slot) in slots {
            if let Some(snapshot) = slot.snapshot.load_full() {
                let head = AccountHead { account_id, revision: snapshot.revision, alive: true };
                archive.write(&Item::Account(head))?;
                archive.write(&Item::Records(records::of(&snapshot)))?;
                continue;
            }
            // One that was deleted is kept for its revisions. One that is being written is left to the store.
            if let Ok(revision) = slot.revision.try_lock()
                && *revision > 0
            {
                archive.write(&Item::Account(AccountHead {
                    account_id,
                    revision: *revision,
                    alive: false,
                }))?;
            }
        }
        let file = archive.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        std::fs::rename(draft, path)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }
}

/// A new file that only its owner can read: it holds what customers write into workflows.
fn private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

fn read(path: &Path) -> Result<Vec<(AccountHead, Option<AccountRecords>)>, ArchiveError> {
    let mut archive = Reader::new(BufReader::new(File::open(path)?), Kind::Snapshot)?;
    let mut accounts: Vec<(AccountHead, Option<AccountRecords>)> = Vec::new();
    while let Some(item) = archive.read()? {
        match (item, accounts.last_mut()) {
            (Item::Account(head), _) => accounts.push((head, None)),
            (Item::Records(found), Some((head, records))) if head.alive => *records = Some(found),
            _ => return Err(ArchiveError::Damaged("records without their account".into())),
        }
    }
    Ok(accounts)
}
