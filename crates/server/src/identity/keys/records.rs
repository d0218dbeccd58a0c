//! Keys as records of the store.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use prost::Message;
use tamis_api::v1;
use tamis_store::{AccountRecords, Change, Commit, CommitError, Store, StoreError, WorkflowRecord};

use crate::convert::time::instant_to_wire;
use crate::identity::keys::{KEYS_ACCOUNT, Key, KeySet, StoredKey};
use crate::identity::{Accounts, Role};

/// The record of a key: as the contract shows it, and the hash that it does not show.
#[derive(Clone, PartialEq, Message)]
struct Record {
    #[prost(message, optional, tag = "1")]
    key: Option<v1::Key>,
    #[prost(bytes = "vec", tag = "2")]
    sha256: Vec<u8>,
}

/// Why the keys cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A record makes no sense. It is not passed over: a key that somebody relies on would be gone.
    #[error("the stored key `{0}` cannot be made sense of; a later version may have written it")]
    Unreadable(String),
}

/// A key as the contract shows it, but for when it was last used.
pub(crate) fn to_wire(key: &Key) -> v1::Key {
    let account_ids = match &key.accounts {
        Accounts::All => Vec::new(),
        Accounts::Named(ids) => ids.iter().cloned().collect(),
    };
    v1::Key {
        key_id: key.key_id.clone(),
        display_name: key.display_name.clone(),
        role: key.role.to_wire().into(),
        account_ids,
        all_accounts: key.accounts == Accounts::All,
        create_time: Some(instant_to_wire(key.create_time)),
        creator: key.creator.clone(),
        expire_time: key.expire_time.map(instant_to_wire),
        last_used_time: None,
    }
}

fn from_record(data: &[u8]) -> Option<StoredKey> {
    let record = Record::decode(data).ok()?;
    let wire = record.key?;
    let instant = |at: tamis_api::well_known::Timestamp| Timestamp::new(at.seconds, at.nanos).ok();
    let key = Key {
        role: Role::from_wire(wire.role)?,
        accounts: if wire.all_accounts {
            Accounts::All
        } else {
            Accounts::Named(wire.account_ids.into_iter().collect())
        },
        create_time: instant(wire.create_time?)?,
        expire_time: match wire.expire_time {
            Some(at) => Some(instant(at)?),
            None => None,
        },
        key_id: wire.key_id,
        display_name: wire.display_name,
        creator: wire.creator,
    };
    Some(StoredKey::new(key, record.sha256.try_into().ok()?))
}

/// The keys of a store.
///
/// # Errors
/// See [`KeysError`].
pub(crate) async fn read(store: &Store) -> Result<KeySet, KeysError> {
    store.load(KEYS_ACCOUNT).await?.map_or_else(|| Ok(KeySet::default()), from_records)
}

/// The keys of their account.
///
/// # Errors
/// [`KeysError::Unreadable`].
pub(crate) fn from_records(records: AccountRecords) -> Result<KeySet, KeysError> {
    let mut keys = BTreeMap::new();
    for record in records.workflows {
        let stored = from_record(&record.data).filter(|stored| stored.key.key_id == record.workflow_id);
        let stored = stored.ok_or_else(|| KeysError::Unreadable(record.workflow_id.clone()))?;
        keys.insert(record.workflow_id, Arc::new(stored));
    }
    Ok(KeySet { revision: records.revision, alive: true, keys })
}

/// The account of these keys; `None` if there never were any.
pub(crate) fn to_records(set: &KeySet) -> Option<AccountRecords> {
    let record = |stored: &Arc<StoredKey>| WorkflowRecord {
        workflow_id: stored.key.key_id.clone(),
        data: to_record(stored),
    };
    set.alive.then(|| AccountRecords {
        revision: set.revision,
        settings: Vec::new(),
        workflows: set.keys.values().map(record).collect(),
    })
}

fn to_record(stored: &StoredKey) -> Vec<u8> {
    Record { key: Some(to_wire(&stored.key)), sha256: stored.hash.to_vec() }.encode_to_vec()
}

/// What is to become of the keys.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    /// One more.
    Create(Arc<StoredKey>),
    /// One less, by its id.
    Revoke(String),
}

impl Edit {
    /// The rpc that does this.
    pub(crate) fn operation(&self) -> &'static str {
        match self {
            Self::Create(_) => "CreateKey",
            Self::Revoke(_) => "RevokeKey",
        }
    }
}

/// Writes an edit of these keys, and returns those that there are then.
///
/// # Errors
/// The store does not take it; `RevisionMismatch` if somebody else wrote in between.
pub(crate) async fn commit(
    store: &Store,
    set: &KeySet,
    edit: Edit,
    actor: &str,
    at: Timestamp,
) -> Result<KeySet, CommitError> {
    let operation = edit.operation().to_owned();
    let mut keys = set.keys.clone();
    // An account needs settings to exist; keys have none.
    let mut changes: Vec<Change> = if set.alive { Vec::new() } else { vec![Change::PutSettings(Vec::new())] };
    changes.push(match edit {
        Edit::Create(stored) => {
            let (workflow_id, data) = (stored.key.key_id.clone(), to_record(&stored));
            keys.insert(workflow_id.clone(), stored);
            Change::PutWorkflow { workflow_id, data }
        }
        Edit::Revoke(workflow_id) => {
            keys.remove(&workflow_id);
            Change::DeleteWorkflow { workflow_id }
        }
    });
    let commit = Commit {
        account_id: KEYS_ACCOUNT.to_owned(),
        expected_revision: set.revision,
        actor: actor.to_owned(),
        operation,
        at,
        changes,
    };
    Ok(KeySet { revision: store.commit(commit).await?, alive: true, keys })
}

#[cfg(test)]
mod tests {
    use tamis_store::Location;

    use super::*;

    #[tokio::test]
    async fn what_is_written_is_read() {
        let store = Store::open(&Location::Memory).await.unwrap();
        let now = Timestamp::constant(1_790_000_000, 5);
        let shops = Accounts::Named(["a".to_owned(), "b".to_owned()].into());
        let mut set = read(&store).await.unwrap();
        for (key_id, accounts, expire_time) in [("k1", Accounts::All, None), ("k2", shops, Some(now))] {
            let key = Key {
                key_id: key_id.to_owned(),
                display_name: "Backend".to_owned(),
                role: Role::Edit,
                accounts,
                create_time: now,
                creator: "anna".to_owned(),
                expire_time,
            };
            let stored = Arc::new(StoredKey::new(key, [7; 32]));
            set = commit(&store, &set, Edit::Create(stored), "anna", now).await.unwrap();
        }
        let same = |one: &KeySet, other: &KeySet| {
            let all = |set: &KeySet| {
                let keys: Vec<_> =
                    set.keys.values().map(|stored| (stored.key.clone(), stored.hash)).collect();
                (set.revision, keys)
            };
            assert_eq!(all(one), all(other));
        };
        same(&read(&store).await.unwrap(), &set);
        let stale = KeySet { revision: 1, alive: true, keys: BTreeMap::new() };
        let failed = commit(&store, &stale, Edit::Revoke("k1".to_owned()), "anna", now).await;
        assert!(matches!(failed, Err(CommitError::RevisionMismatch { revision: 2 })), "{failed:?}");
        let set = commit(&store, &set, Edit::Revoke("k1".to_owned()), "jan", now).await.unwrap();
        assert_eq!((set.revision, set.keys.len()), (3, 1));
        same(&read(&store).await.unwrap(), &set);
        same(&from_records(to_records(&set).unwrap()).unwrap(), &set);
        assert_eq!(to_records(&KeySet::default()), None);

        let put = Change::PutWorkflow { workflow_id: "k3".to_owned(), data: b"\xff".to_vec() };
        let commit = Commit {
            account_id: KEYS_ACCOUNT.to_owned(),
            expected_revision: 3,
            actor: String::new(),
            operation: String::new(),
            at: now,
            changes: vec![put],
        };
        store.commit(commit).await.unwrap();
        let error = read(&store).await.unwrap_err();
        assert!(error.to_string().contains("`k3`"), "{error}");
    }
}
