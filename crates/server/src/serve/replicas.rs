//! Tells the other services on the store that this one is there, and reads what they tell.
//!
//! Nothing depends on it but what people are told: a store that cannot be reached is noticed, and told, by those who need it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tamis_store::{Heartbeat, Replica};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use crate::catalog::Catalog;
use crate::health::Condition;
use crate::observe::Observer;

/// How often it is told.
const INTERVAL: Duration = Duration::from_secs(5);
/// How long a service that stops waits to say so.
const LEAVE_MAX: Duration = Duration::from_secs(2);

/// The services on the store, as this one knows them.
#[derive(Debug)]
pub(crate) struct Replicas {
    catalog: Arc<Catalog>,
    condition: watch::Receiver<Condition>,
    replica_id: String,
    name: String,
    started: Timestamp,
    /// All of them when they were last read, and when that was.
    known: Mutex<Option<(Timestamp, Vec<Replica>)>>,
    /// Whether this one has left. Held while it tells something, so that nothing is told afterwards.
    has_left: tokio::sync::Mutex<bool>,
}

impl Replicas {
    /// With this service alone, until others are read.
    pub(crate) fn new(
        catalog: Arc<Catalog>,
        observer: &Observer,
        condition: watch::Receiver<Condition>,
    ) -> Self {
        let system = rustix::system::uname();
        Self {
            catalog,
            condition,
            replica_id: Uuid::now_v7().to_string(),
            name: format!("{}:{}", system.nodename().to_string_lossy(), std::process::id()),
            started: observer.since(),
            known: Mutex::default(),
            has_left: tokio::sync::Mutex::default(),
        }
    }

    /// What this service tells now.
    pub(crate) fn own(&self) -> Heartbeat {
        Heartbeat {
            replica_id: self.replica_id.clone(),
            name: self.name.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started: self.started,
            sequence: self.catalog.sequence(),
            is_draining: self.condition.borrow().draining,
        }
    }

    /// All services when they were last read, and when that was; `None` if they have not been.
    pub(crate) fn known(&self) -> Option<(Timestamp, Vec<Replica>)> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Tells again and again that this service is there, until it has left.
    pub(super) async fn keep_telling(&self) {
        let mut condition = self.condition.clone();
        // Before that the store may not have this version's format.
        if condition.wait_for(|condition| condition.loaded).await.is_err() {
            return;
        }
        loop {
            let own = self.own();
            {
                let has_left = self.has_left.lock().await;
                if *has_left {
                    return;
                }
                match self.catalog.tell(&own).await {
                    Ok(replicas) => {
                        let known = Some((Timestamp::now(), replicas));
                        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = known;
                    }
                    Err(error) => tracing::debug!(%error, "other services cannot be told of this one"),
                }
            }
            let begins_to_drain = async {
                let differs = |condition: &Condition| condition.draining != own.is_draining;
                if condition.wait_for(differs).await.is_err() {
                    std::future::pending::<()>().await;
                }
            };
            tokio::select! {
                () = sleep(INTERVAL) => {}
                () = begins_to_drain => {}
            }
        }
    }

    /// Tells the others that this service has stopped, if it can be told.
    pub(super) async fn leave(&self) {
        if self.known().is_none() || !self.catalog.freshness().is_reachable() {
            return;
        }
        let leaving = async {
            *self.has_left.lock().await = true;
            self.catalog.forget(&self.replica_id).await
        };
        if !matches!(timeout(LEAVE_MAX, leaving).await, Ok(Ok(()))) {
            tracing::debug!("other services could not be told that this one stops");
        }
    }
}
