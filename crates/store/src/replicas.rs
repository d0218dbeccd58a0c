//! Which services are on a store: each tells again and again that it is there.
//!
//! When *not* to use it: to decide who may write. A service that is frozen says nothing, and may still go on.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

/// How long a replica that says nothing is remembered.
pub const REPLICA_KEPT: Duration = Duration::from_secs(3_600);
/// Replicas that are told at once, those that were seen last: a replica that starts again and again is another one each time.
pub const REPLICAS_MAX: usize = 1_000;

/// What a replica tells about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heartbeat {
    /// The replica, as no other calls itself.
    pub replica_id: String,
    /// What people know it by.
    pub name: String,
    /// The version of its program.
    pub version: String,
    /// When it was started, by its own clock. Whole seconds are kept.
    pub started: Timestamp,
    /// Up to which of the store's commits it has read.
    pub sequence: u64,
    /// Whether it is stopping.
    pub is_draining: bool,
}

/// A replica, as it told last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replica {
    /// What it told.
    pub told: Heartbeat,
    /// When, by the store's clock.
    pub seen: Timestamp,
    /// How long it has said nothing since.
    pub silent: Duration,
}

/// The replicas of a store that only this process has open.
#[derive(Clone, Debug, Default)]
pub(crate) struct OwnReplicas(Arc<Mutex<BTreeMap<String, Seen>>>);

/// What a replica told, and when.
#[derive(Clone, Debug)]
struct Seen {
    told: Heartbeat,
    seen: Timestamp,
    at: Instant,
}

impl OwnReplicas {
    pub(crate) fn tell(&self, told: &Heartbeat) -> Vec<Replica> {
        let now = Instant::now();
        let mut replicas = self.locked();
        let seen = Seen { told: at_second(told), seen: Timestamp::now(), at: now };
        replicas.insert(told.replica_id.clone(), seen);
        replicas.retain(|_, seen| now.duration_since(seen.at) < REPLICA_KEPT);
        let mut all: Vec<_> = replicas
            .values()
            .map(|Seen { told, seen, at }| Replica {
                told: told.clone(),
                seen: *seen,
                silent: now.duration_since(*at),
            })
            .collect();
        all.sort_by_key(|replica| replica.silent);
        all.truncate(REPLICAS_MAX);
        in_order(all)
    }

    pub(crate) fn forget(&self, replica_id: &str) {
        self.locked().remove(replica_id);
    }

    fn locked(&self) -> MutexGuard<'_, BTreeMap<String, Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn at_second(told: &Heartbeat) -> Heartbeat {
    let started = Timestamp::from_second(told.started.as_second()).unwrap_or(told.started);
    Heartbeat { started, ..told.clone() }
}

/// By their names, and those of one name by when they were started.
pub(crate) fn in_order(mut replicas: Vec<Replica>) -> Vec<Replica> {
    replicas.sort_by(|a, b| {
        let key = |replica: &Replica| replica.told.started;
        a.told.name.cmp(&b.told.name).then(key(a).cmp(&key(b)))
    });
    replicas
}
