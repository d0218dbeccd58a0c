//! How far behind the store the catalog may be.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// What is known of the catalog's distance from its store. A store that nobody else writes is never ahead.
#[derive(Debug)]
pub(crate) struct Freshness {
    /// Whether others write the store.
    is_shared: bool,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Everything that was committed before this is here; `None` before the first reading.
    read_at: Option<Instant>,
    /// Why the last reading failed.
    failure: Option<String>,
    /// Accounts whose latest records do not compile, and that are served as they were before.
    broken: BTreeSet<String>,
}

impl Freshness {
    /// Of a catalog that has read nothing; `is_shared` if others write its store.
    pub(crate) fn new(is_shared: bool) -> Self {
        let failure = is_shared.then(|| "it has not been read yet".to_owned());
        Self { is_shared, state: Mutex::new(State { read_at: None, failure, broken: BTreeSet::new() }) }
    }

    /// All that was committed before an instant has been read.
    pub(super) fn read_at(&self, instant: Instant) {
        let mut state = self.state();
        state.read_at = Some(instant);
        state.failure = None;
    }

    /// The store could not be read; whether it could be before.
    pub(super) fn failed(&self, reason: String) -> bool {
        self.state().failure.replace(reason).is_none()
    }

    /// Whether the latest records of an account compile.
    pub(super) fn compiles(&self, account_id: &str, compiles: bool) {
        let mut state = self.state();
        if compiles {
            state.broken.remove(account_id);
        } else {
            state.broken.insert(account_id.to_owned());
        }
    }

    /// Whether the store could be read when it was last tried.
    pub(crate) fn is_reachable(&self) -> bool {
        self.state().failure.is_none()
    }

    /// How long ago everything that had been committed was here: what was written since then may be missing. Zero for a
    /// store that nobody else writes; `None` if the store has never been read, as after a start from a snapshot file.
    pub(crate) fn staleness(&self) -> Option<Duration> {
        if !self.is_shared {
            return Some(Duration::ZERO);
        }
        self.state().read_at.map(|instant| instant.elapsed())
    }

    /// How many accounts are served as they were before their latest records, which do not compile.
    pub(crate) fn broken_count(&self) -> usize {
        self.state().broken.len()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
