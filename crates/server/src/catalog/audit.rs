//! What was written to an account, and by whom; and what the account was before.

use std::sync::Arc;

use tamis_store::{Revision, StoreError};

use crate::catalog::snapshot::{StoredAccount, StoredWorkflow};
use crate::catalog::workflows::Workflows;
use crate::catalog::{Catalog, records};
use crate::identity::Access;
use crate::identity::keys::KEYS_ACCOUNT;
use crate::status::Failure;

/// An account as it was at a revision. Nothing of it is checked by the rules of today.
#[derive(Debug)]
pub(crate) struct Past {
    /// The revision.
    pub(crate) revision: u64,
    /// The account's own record.
    pub(crate) account: StoredAccount,
    /// Its workflows, in order of creation.
    pub(crate) workflows: Vec<Arc<StoredWorkflow>>,
}

impl Past {
    /// The workflows in their order.
    pub(crate) fn in_order(&self) -> Vec<Arc<StoredWorkflow>> {
        self.workflows.iter().cloned().collect::<Workflows>().from(0).cloned().collect()
    }
}

impl Catalog {
    /// At most `count` revisions of an account, newest first, only those before one if it is given; none of an account
    /// that never was.
    ///
    /// # Errors
    /// The store cannot be read.
    pub(crate) async fn revisions(
        &self,
        account_id: &str,
        before: Option<u64>,
        count: u32,
    ) -> Result<Vec<Revision>, Failure> {
        self.store.revisions(account_id, before, count).await.map_err(|error| unread(account_id, error))
    }

    /// An account as it was at a revision, whether there still is one or not.
    ///
    /// # Errors
    /// The account was never there at that revision, or never at all as far as the caller may know; its records of then
    /// cannot be made sense of; the store cannot be read.
    pub(crate) async fn as_of(
        &self,
        access: &Access,
        account_id: &str,
        revision: u64,
    ) -> Result<Past, Failure> {
        // The records of the keys are others, and not for those who read accounts.
        if account_id == KEYS_ACCOUNT {
            return Err(Failure::account_not_found(account_id));
        }
        let visible = access.visible(account_id);
        let found = self.store.load_at(visible, revision).await;
        let Some(found) = found.map_err(|error| unread(account_id, error))? else {
            let head = self.store.head(visible).await.map_err(|error| unread(account_id, error))?;
            return Err(match head {
                Some(_) => Failure::revision_not_found(account_id, revision),
                None => Failure::account_not_found(account_id),
            });
        };
        // An account may have a million workflows, and the threads that answer must not wait for them.
        let reading = tokio::task::spawn_blocking(move || records::read(found));
        let (account, workflows) =
            reading.await.map_err(Failure::internal)?.map_err(Failure::invalid_definition)?;
        Ok(Past { revision, account, workflows })
    }
}

fn unread(account_id: &str, error: StoreError) -> Failure {
    match error {
        StoreError::Unavailable(reason) => {
            tracing::error!(reason, account_id, "the store could not be read");
            Failure::store_unavailable("the store cannot be read now")
        }
        error => Failure::internal(error),
    }
}
