//! Keys of a store that nobody serves: how the first one is made, and how one gets in again.
//!
//! When *not* to use it: while a service has the store, which is refused where the store is a file. `KeyService` does the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use tamis_api::v1;
use tamis_store::{CommitError, Location, OpenError, Store};

use crate::convert::key;
use crate::identity::keys::KeySet;
use crate::identity::keys::records::{self, Edit, KeysError};

/// Why keys cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The keys cannot be read.
    #[error(transparent)]
    Read(#[from] KeysError),
    /// The keys cannot be written.
    #[error(transparent)]
    Write(#[from] CommitError),
    /// What the service would have refused.
    #[error("{}", .0.message)]
    Refused(v1::EvaluateError),
    /// There is no such key.
    #[error("there is no key `{0}`")]
    NotFound(String),
}

/// Makes a key, and tells its text. A store that does not exist is made.
///
/// # Errors
/// See [`Error`].
pub async fn create(location: &Location, key: &v1::Key, actor: &str) -> Result<v1::CreateKeyResponse, Error> {
    let now = Timestamp::now();
    let (stored, text) =
        key::create(key, "key", actor, now).map_err(|failure| Error::Refused(failure.into()))?;
    let key = Some(records::to_wire(&stored.key));
    edit(location, actor, |_| Ok(Edit::Create(Arc::new(stored)))).await?;
    Ok(v1::CreateKeyResponse { key, text })
}

/// The keys, in the order of their ids.
///
/// # Errors
/// See [`Error`].
pub async fn list(location: &Location) -> Result<Vec<v1::Key>, Error> {
    let store = Store::open(location).await?;
    let read = records::read(&store).await;
    close(store).await;
    Ok(read?.keys.values().map(|stored| records::to_wire(&stored.key)).collect())
}

/// Ends a key.
///
/// # Errors
/// See [`Error`].
pub async fn revoke(location: &Location, key_id: &str, actor: &str) -> Result<(), Error> {
    let known =
        |keys: &BTreeMap<String, _>| keys.contains_key(key_id).then(|| Edit::Revoke(key_id.to_owned()));
    edit(location, actor, |set| known(&set.keys).ok_or_else(|| Error::NotFound(key_id.to_owned()))).await
}

async fn edit(
    location: &Location,
    actor: &str,
    plan: impl FnOnce(&KeySet) -> Result<Edit, Error>,
) -> Result<(), Error> {
    let store = Store::open(location).await?;
    let edited = async {
        let set = records::read(&store).await?;
        records::commit(&store, &set, plan(&set)?, actor, Timestamp::now()).await?;
        Ok(())
    };
    let edited = edited.await;
    close(store).await;
    edited
}

async fn close(store: Store) {
    if let Err(error) = store.close().await {
        tracing::warn!(%error, "the store was not tidied up; no record is lost");
    }
}
