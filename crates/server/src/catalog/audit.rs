//! What was written to an account, and by whom.

use tamis_store::{Revision, StoreError};

use crate::catalog::Catalog;
use crate::status::Failure;

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
        self.store.revisions(account_id, before, count).await.map_err(|error| match error {
            StoreError::Unavailable(reason) => {
                tracing::error!(reason, account_id, "the store could not be read");
                Failure::store_unavailable("the store cannot be read now")
            }
            error => Failure::internal(error),
        })
    }
}
