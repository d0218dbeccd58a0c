//! What the catalog holds in all, for those who watch over the service.

use std::sync::Arc;

use crate::catalog::{Catalog, Snapshot};
use crate::identity::Accounts;
use crate::observe::counters::Histogram;

/// Accounts that are looked at before those who write may come in between.
const PAGE: usize = 256;

/// What the catalog holds in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) accounts: usize,
    pub(crate) workflows: usize,
    /// Distinct phrases that the indexes look for.
    pub(crate) phrases: usize,
    /// Bytes of the indexes, definitions apart.
    pub(crate) index_bytes: usize,
    /// The revisions of all accounts, added up.
    pub(crate) revisions: u64,
}

/// How long writes take.
#[derive(Debug, Default)]
pub(crate) struct Timings {
    /// To check and compile what one write changes.
    pub(crate) compiles: Histogram,
    /// To store it.
    pub(crate) commits: Histogram,
}

impl Catalog {
    /// What it holds in all. This goes through every account.
    pub(crate) fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        self.each(PAGE, |snapshot| {
            totals.accounts += 1;
            totals.workflows += snapshot.workflows().len();
            totals.phrases += snapshot.index.phrases_count();
            totals.index_bytes += snapshot.index.memory_usage();
            totals.revisions += snapshot.revision;
        });
        totals
    }

    /// Looks at every account, so many at once.
    pub(crate) fn each(&self, page: usize, mut look: impl FnMut(&Snapshot)) {
        let mut after: Option<Arc<Snapshot>> = None;
        loop {
            let accounts =
                self.page(&Accounts::All, after.as_ref().map(|last| &*last.account().definition.id), page);
            accounts.iter().for_each(|snapshot| look(snapshot));
            match accounts.into_iter().next_back() {
                Some(last) => after = Some(last),
                None => return,
            }
        }
    }

    /// How long writes have taken.
    pub(crate) fn timings(&self) -> &Timings {
        &self.timings
    }

    /// Writes under way.
    pub(crate) fn writes_count(&self) -> usize {
        (super::WRITES_MAX as usize).saturating_sub(self.writes.available_permits())
    }
}
