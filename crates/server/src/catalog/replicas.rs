//! Which services there are on the store.

use std::sync::atomic::Ordering;

use tamis_store::{Heartbeat, Replica, StoreError};

use crate::catalog::Catalog;

impl Catalog {
    /// Up to which of the store's commits it has read; 0 if nobody else writes the store, which it is never behind.
    pub(crate) fn sequence(&self) -> u64 {
        if self.store.is_shared() { self.sequence.load(Ordering::Acquire) } else { 0 }
    }

    /// Tells the others on the store that a service is there, and returns all of them.
    ///
    /// # Errors
    /// The store cannot be reached.
    pub(crate) async fn tell(&self, told: &Heartbeat) -> Result<Vec<Replica>, StoreError> {
        self.store.tell(told).await
    }

    /// Tells the others that a service has stopped.
    ///
    /// # Errors
    /// The store cannot be reached.
    pub(crate) async fn forget(&self, replica_id: &str) -> Result<(), StoreError> {
        self.store.forget(replica_id).await
    }
}
