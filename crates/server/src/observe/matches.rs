//! How often each workflow has matched, and when it did last.
//!
//! A workflow that has matched is known by a hash of the ids of its account and of itself, so that what was counted outlives
//! every write to the account, and a workflow that never matches takes no memory; one that does takes 32 to 75 bytes. A
//! thread counts in a small table of its own, and puts that into the large one, which all share, when it is full or when
//! somebody asks. Of two workflows among a million the hashes are the same once in 40 million times; then both have
//! the sum. The hash has a seed of its own in each process, so that nobody can look for such ids.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, BuildHasherDefault, Hash as _, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;
use jiff::Timestamp;
use tamis_engine::definition::Mode;

use crate::catalog::Catalog;

/// Workflows that a thread counts before it puts them into the large table.
const COUNTED_MAX: usize = 256;
/// Parts of the large table, so that none of them takes long to grow.
const PARTS: usize = 64;
/// Workflows that have matched up to which nobody looks whether they are still there.
const LARGE: usize = 1 << 16;
/// Accounts that are looked through at once.
const ACCOUNTS_PAGE: usize = 256;

/// What a workflow has matched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// How often, live.
    pub(crate) live: u64,
    /// How often in shadow mode.
    pub(crate) shadow: u64,
    /// When last, in either mode, in seconds since the epoch by the service's clock.
    pub(crate) last_second: i64,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.live += other.live;
        self.shadow += other.shadow;
        self.last_second = self.last_second.max(other.last_second);
    }
}

/// Tallies by the hash of a workflow, which needs no further hashing.
type Tallies = HashMap<u64, Tally, BuildHasherDefault<Hashed>>;

/// Takes a hash for itself.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hashed(u64);

impl Hasher for Hashed {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// What one thread has counted and not yet put into the large table.
#[derive(Debug, Default)]
pub(super) struct Counted(Tallies);

/// The large table.
#[derive(Debug)]
pub(super) struct Matches {
    hash: RandomState,
    parts: [Mutex<Tallies>; PARTS],
}

impl Default for Matches {
    fn default() -> Self {
        Self { hash: RandomState::default(), parts: std::array::from_fn(|_| Mutex::default()) }
    }
}

impl Matches {
    /// Counts matches of an account's workflows, now, in the mode in which each of them is.
    pub(super) fn count<'a>(
        &self,
        counted: &Mutex<Counted>,
        account_id: &str,
        workflows: impl Iterator<Item = (&'a str, Mode)>,
    ) {
        let last_second = Timestamp::now().as_second();
        let of_account = self.of_account(account_id);
        let mut counted = locked(counted);
        for (workflow_id, mode) in workflows {
            let once = match mode {
                Mode::Live => Tally { live: 1, shadow: 0, last_second },
                Mode::Shadow => Tally { live: 0, shadow: 1, last_second },
            };
            counted.0.entry(of_workflow(of_account.clone(), workflow_id)).or_default().add(once);
        }
        if counted.0.len() >= COUNTED_MAX {
            self.put(counted.0.drain());
        }
    }

    /// Puts what a thread has counted into the large table.
    pub(super) fn settle(&self, counted: &Mutex<Counted>) {
        let taken = std::mem::take(&mut locked(counted).0);
        self.put(taken.into_iter());
    }

    fn put(&self, tallies: impl Iterator<Item = (u64, Tally)>) {
        for (key, tally) in tallies {
            locked(self.part(key)).entry(key).or_default().add(tally);
        }
    }

    /// What each of an account's workflows has matched, as far as it is in the large table.
    pub(super) fn tallies<'a>(
        &self,
        account_id: &str,
        workflow_ids: impl Iterator<Item = &'a str>,
    ) -> Vec<Option<Tally>> {
        let of_account = self.of_account(account_id);
        let keys = workflow_ids.map(|workflow_id| of_workflow(of_account.clone(), workflow_id));
        keys.map(|key| locked(self.part(key)).get(&key).copied()).collect()
    }

    /// Whether so many workflows have matched that some of them may be gone.
    pub(super) fn is_large(&self) -> bool {
        self.len() > LARGE
    }

    fn len(&self) -> usize {
        self.parts.iter().map(|part| locked(part).len()).sum()
    }

    /// Forgets the workflows that are gone, unless most of them are still there.
    pub(super) fn keep(&self, catalog: &Catalog) {
        let totals = catalog.totals();
        if self.len() <= 2 * totals.workflows {
            return;
        }
        let mut kept: [Tallies; PARTS] = std::array::from_fn(|_| Tallies::default());
        catalog.each(ACCOUNTS_PAGE, |snapshot| {
            let of_account = self.of_account(&snapshot.account().definition.id);
            for stored in snapshot.in_order() {
                let key = of_workflow(of_account.clone(), stored.id());
                let tally = locked(self.part(key)).get(&key).copied();
                if let Some((tally, part)) = tally.zip(kept.get_mut(place(key))) {
                    part.insert(key, tally);
                }
            }
        });
        for (part, kept) in self.parts.iter().zip(kept) {
            *locked(part) = kept;
        }
    }

    fn of_account(&self, account_id: &str) -> impl Hasher + Clone + use<> {
        let mut hasher = self.hash.build_hasher();
        account_id.hash(&mut hasher);
        hasher
    }

    #[expect(clippy::indexing_slicing, reason = "a place is below the number of parts")]
    fn part(&self, key: u64) -> &Mutex<Tallies> {
        &self.parts[place(key)]
    }
}

fn of_workflow(mut of_account: impl Hasher, workflow_id: &str) -> u64 {
    workflow_id.hash(&mut of_account);
    of_account.finish()
}

/// The part of a key, by bits that a part does not sort its keys by.
fn place(key: u64) -> usize {
    usize::try_from(key >> 32).unwrap_or_default() % PARTS
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_threads_count_is_put_together() {
        let matches = Matches::default();
        let ids: Vec<String> = (0..3 * COUNTED_MAX).map(|number| format!("w{number}")).collect();
        let places: [Mutex<Counted>; 2] = Default::default();
        let before = Timestamp::now().as_second();
        for _ in 0..2 {
            for counted in &places {
                for id in &ids {
                    let both = [(id.as_str(), Mode::Live), ("always", Mode::Live), ("always", Mode::Shadow)];
                    matches.count(counted, "shop", both.into_iter());
                    matches.count(counted, "other", std::iter::empty());
                }
            }
        }
        places.iter().for_each(|counted| matches.settle(counted));
        let asked = ids.iter().map(String::as_str).chain(["always", "never"]);
        let tallies = matches.tallies("shop", asked.clone());
        let counts = tallies.iter().map(|tally| tally.map_or((0, 0), |tally| (tally.live, tally.shadow)));
        let always = u64::try_from(4 * ids.len()).unwrap();
        let wanted = [vec![(4, 0); ids.len()], vec![(always, always), (0, 0)]].concat();
        assert_eq!(counts.collect::<Vec<_>>(), wanted);
        assert!(
            tallies
                .iter()
                .flatten()
                .all(|tally| (before..=Timestamp::now().as_second()).contains(&tally.last_second))
        );
        assert!(matches.tallies("other", asked).iter().all(Option::is_none));
        assert_eq!(matches.len(), ids.len() + 1);
    }
}
