//! The keys that callers present, beside the accounts: read from the store and written to it like any account.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use jiff::Timestamp;
use tamis_engine::Diagnostic;
use tamis_store::CommitError;

use crate::catalog::Catalog;
use crate::catalog::load::{AccountError, BrokenAccount};
use crate::identity::keys::records::{self, Edit, KeysError};
use crate::identity::keys::{KEYS_ACCOUNT, KeySet, Keys};
use crate::status::Failure;

/// How often a write is tried when others write to the same store: each try but the last was beaten by another's success.
const TRIES_MAX: usize = 8;

impl Catalog {
    /// The keys.
    pub(crate) fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Reads the keys from the store. Whoever hears that the account [`KEYS_ACCOUNT`] was written elsewhere calls this.
    ///
    /// # Errors
    /// The store cannot be read, or holds what makes no sense; the keys stay as they were.
    pub(crate) async fn refresh_keys(&self) -> Result<(), KeysError> {
        self.publish_keys(records::read(&self.store).await?, false);
        Ok(())
    }

    /// Brings the keys to the revision that the store had when it was asked, or beyond; if the store has gone back, to that.
    ///
    /// # Errors
    /// The keys are as they were.
    pub(super) async fn follow_keys(&self, revision: u64, went_back: bool) -> Result<(), AccountError> {
        let known = self.keys.current().revision;
        if known == revision || (known > revision && !went_back) {
            return Ok(());
        }
        match records::read(&self.store).await {
            Ok(set) => {
                self.publish_keys(set, went_back);
                self.freshness.compiles(KEYS_ACCOUNT, true);
                tracing::debug!(account_id = KEYS_ACCOUNT, revision, "followed");
                Ok(())
            }
            Err(KeysError::Store(error)) => Err(error.into()),
            Err(error @ KeysError::Unreadable(_)) => {
                let finding = Diagnostic::error("unreadable", "keys", error.to_string());
                let account_id = KEYS_ACCOUNT.to_owned();
                Err(AccountError::Broken(BrokenAccount { account_id, findings: vec![finding] }))
            }
        }
    }

    pub(super) fn publish_keys(&self, set: KeySet, may_go_back: bool) {
        self.keys.publish(set, may_go_back);
        self.published.fetch_add(1, Ordering::Relaxed);
    }

    /// Asks `plan` what is to become of the keys, writes that, and lets it take effect. If the caller goes away, a write
    /// that has begun is still finished.
    ///
    /// # Errors
    /// What `plan` refuses; a store that does not take it.
    pub(crate) async fn write_keys<T, P>(self: &Arc<Self>, actor: String, plan: P) -> Result<T, Failure>
    where
        T: Send + 'static,
        P: Fn(&KeySet) -> Result<(Edit, T), Failure> + Send + 'static,
    {
        if !self.is_loaded() {
            return Err(Failure::loading());
        }
        let permit = self.writes.clone().acquire_owned().await;
        let permit = permit.map_err(|_| Failure::store_unavailable("the service is stopping"))?;
        let catalog = self.clone();
        let task = tokio::spawn(async move {
            let written = catalog.write_keys_locked(&actor, plan).await;
            drop(permit);
            written
        });
        task.await.map_err(Failure::internal)?
    }

    async fn write_keys_locked<T>(
        &self,
        actor: &str,
        plan: impl Fn(&KeySet) -> Result<(Edit, T), Failure>,
    ) -> Result<T, Failure> {
        let _one_at_a_time = self.keys.writing.lock().await;
        let mut tries = 0;
        loop {
            tries += 1;
            let current = self.keys.current();
            let (edit, note) = plan(&current)?;
            let operation = edit.operation();
            let committed = records::commit(&self.store, &current, edit, actor, Timestamp::now()).await;
            match committed {
                Ok(set) => {
                    self.note_store(true);
                    tracing::info!(
                        account_id = KEYS_ACCOUNT,
                        actor,
                        operation,
                        revision = set.revision,
                        "wrote"
                    );
                    self.publish_keys(set, false);
                    return Ok(note);
                }
                // Somebody else writes to the same store.
                Err(CommitError::RevisionMismatch { .. }) if tries < TRIES_MAX => {
                    self.refresh_keys().await.map_err(Failure::internal)?;
                }
                Err(CommitError::RevisionMismatch { revision }) => {
                    return Err(Failure::revision_mismatch(revision, current.revision));
                }
                Err(error) => return Err(self.not_committed(KEYS_ACCOUNT, &error)),
            }
        }
    }
}
