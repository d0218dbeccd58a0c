//! How often each workflow has matched, and when it did last.
//!
//! A workflow that has matched is known by a hash of the ids of its account and of itself, so that what was counted outlives
//! every write to the account, and a workflow that never matches takes no memory; one that does takes 32 to 75 bytes, and for
//! a minute as many more, until [`history`](crate::observe::history) has taken over what is new. An account is known by the hash
//! of its id alone, and as often as it was asked. A thread counts in a small table of its own, and puts that into the large one, which all share, when it is full or when
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

/// Values by a hash, which needs no further hashing.
pub(super) type Keyed<T> = HashMap<u64, T, BuildHasherDefault<Hashed>>;

/// Tallies by the hash of a workflow. Of an account, `live` is how many decisions it had.
type Tallies = Keyed<Tally>;

/// A part of the large table.
#[derive(Debug, Default)]
struct Part {
    all: Tallies,
    /// What has been put in since it was last taken over.
    recent: Tallies,
}

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
    parts: [Mutex<Part>; PARTS],
}

impl Default for Matches {
    fn default() -> Self {
        Self { hash: RandomState::default(), parts: std::array::from_fn(|_| Mutex::default()) }
    }
}

impl Matches {
    /// Counts a decision of an account, and matches of its workflows, now, in the mode in which each of them is.
    pub(super) fn count<'a>(
        &self,
        counted: &Mutex<Counted>,
        account_id: &str,
        workflows: impl Iterator<Item = (&'a str, Mode)>,
    ) {
        let of_account = self.of_account(account_id);
        let mut workflows = workflows.peekable();
        let last_second =
            if workflows.peek().is_some() { Timestamp::now().as_second() } else { i64::default() };
        let mut counted = locked(counted);
        let decided = Tally { live: 1, shadow: 0, last_second };
        counted.0.entry(of_account.finish()).or_default().add(decided);
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
            let mut part = locked(self.part(key));
            part.all.entry(key).or_default().add(tally);
            part.recent.entry(key).or_default().add(tally);
        }
    }

    /// Takes what has been put into the large table since the last time.
    pub(super) fn take_recent(&self) -> Vec<(u64, Tally)> {
        self.parts.iter().flat_map(|part| std::mem::take(&mut locked(part).recent)).collect()
    }

    /// What each of an account's workflows has matched, as far as it is in the large table.
    pub(super) fn tallies<'a>(
        &self,
        account_id: &str,
        workflow_ids: impl Iterator<Item = &'a str>,
    ) -> Vec<Option<Tally>> {
        let keys = self.keys(account_id, workflow_ids);
        keys.map(|key| locked(self.part(key)).all.get(&key).copied()).collect()
    }

    /// The hash of an account.
    pub(super) fn account_key(&self, account_id: &str) -> u64 {
        self.of_account(account_id).finish()
    }

    /// The hashes of an account's workflows.
    pub(super) fn keys<'a>(
        &self,
        account_id: &str,
        workflow_ids: impl Iterator<Item = &'a str>,
    ) -> impl Iterator<Item = u64> {
        let of_account = self.of_account(account_id);
        workflow_ids.map(move |workflow_id| of_workflow(of_account.clone(), workflow_id))
    }

    /// Whether so many workflows have matched that some of them may be gone.
    pub(super) fn is_large(&self) -> bool {
        self.len() > LARGE
    }

    fn len(&self) -> usize {
        self.parts.iter().map(|part| locked(part).all.len()).sum()
    }

    /// Forgets the workflows that are gone, unless most of them are still there.
    pub(super) fn keep(&self, catalog: &Catalog) {
        let totals = catalog.totals();
        if self.len() <= 2 * (totals.workflows + totals.accounts) {
            return;
        }
        let mut kept: [Tallies; PARTS] = std::array::from_fn(|_| Tallies::default());
        catalog.each(ACCOUNTS_PAGE, |snapshot| {
            let account_id = &*snapshot.account().definition.id;
            let ids = snapshot.in_order().map(|stored| stored.id());
            for key in self.keys(account_id, ids).chain([self.account_key(account_id)]) {
                let tally = locked(self.part(key)).all.get(&key).copied();
                if let Some((tally, part)) = tally.zip(kept.get_mut(place(key))) {
                    part.insert(key, tally);
                }
            }
        });
        for (part, kept) in self.parts.iter().zip(kept) {
            locked(part).all = kept;
        }
    }

    fn of_account(&self, account_id: &str) -> impl Hasher + Clone + use<> {
        let mut hasher = self.hash.build_hasher();
        account_id.hash(&mut hasher);
        hasher
    }

    #[expect(clippy::indexing_slicing, reason = "a place is below the number of parts")]
    fn part(&self, key: u64) -> &Mutex<Part> {
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
        assert_eq!(matches.len(), ids.len() + 3, "workflows and accounts");
        let recent: HashMap<u64, Tally> = matches.take_recent().into_iter().collect();
        assert_eq!(recent.len(), matches.len());
        for account_id in ["shop", "other"] {
            assert_eq!(recent[&matches.account_key(account_id)].live, always, "decisions of {account_id}");
        }
        matches.count(&places[0], "shop", [("never", Mode::Live)].into_iter());
        matches.settle(&places[0]);
        assert_eq!(matches.take_recent().len(), 2, "what is taken over is not recent any more");
    }
}
