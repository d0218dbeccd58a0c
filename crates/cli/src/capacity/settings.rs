//! What is measured, and for how long.

use std::path::PathBuf;

use tamis_loadtest::report::planner::Ask;

/// What is measured.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    /// YAML file with the workflows; the demo account's when absent.
    pub(super) workflows: Option<PathBuf>,
    /// JSON file with the requests; made up when absent.
    pub(super) requests: Option<PathBuf>,
    /// The account's id, whatever the file says.
    pub(super) account: Option<String>,
    /// What is to be planned for.
    pub(super) asked: Option<Ask>,
    /// Server and generator have processors of their own.
    pub(super) pin: bool,
    /// What everything random is made from.
    pub(super) seed: u64,
    /// How much is measured.
    pub(super) extent: Extent,
}

/// How much is measured. Times are in seconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub(super) name: &'static str,
    /// Before every run.
    pub(super) warmup_s: f64,
    /// A run in closed loop.
    pub(super) closed_s: f64,
    /// A run in open loop.
    pub(super) open_s: f64,
    /// A cell of the cost model's matrix.
    pub(super) cell_s: f64,
    /// Numbers of connections with one call each, over which the law is fitted.
    pub(super) connections: &'static [usize],
    /// Connections and calls of each that are tried for the ceiling besides.
    pub(super) shapes: &'static [(usize, usize)],
    /// Shares of the ceiling at which latency is taken.
    pub(super) shares: &'static [f64],
    /// Repeats of everything that is repeated.
    pub(super) repeats: usize,
    /// Sizes of the account, as multiples of the user's.
    pub(super) sizes: &'static [f64],
    /// Workflows of the largest account, unless the user's own has more.
    pub(super) workflows_max: usize,
    /// Bytes of messages of the cost model.
    pub(super) message_bytes: &'static [usize],
    /// Cells of the cost model by the number of matches.
    pub(super) match_classes: usize,
    /// Numbers of accounts of which a process's memory is taken.
    pub(super) accounts: &'static [usize],
    /// Saves a second, where reads are measured beside them.
    pub(super) saves_per_s: f64,
}

/// About two minutes.
pub(super) const QUICK: Extent = Extent {
    name: "quick",
    warmup_s: 0.25,
    closed_s: 1.2,
    open_s: 1.3,
    cell_s: 0.7,
    connections: &[1, 2, 4, 8, 16, 32],
    shapes: &[(4, 8), (8, 16)],
    shares: &[0.1, 0.3, 0.5, 0.7, 0.85, 0.95],
    repeats: 3,
    sizes: &[1.0, 8.0, 64.0],
    workflows_max: 10_000,
    message_bytes: &[100, 1_000, 4_000],
    match_classes: 2,
    accounts: &[20, 400],
    saves_per_s: 20.0,
};

/// About a quarter of an hour.
pub(super) const FULL: Extent = Extent {
    name: "full",
    warmup_s: 0.5,
    closed_s: 5.0,
    open_s: 7.0,
    cell_s: 2.0,
    connections: &[1, 2, 3, 4, 6, 8, 12, 16, 32, 64],
    shapes: &[(2, 16), (4, 8), (8, 10), (8, 32), (16, 16)],
    shares: &[0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95],
    repeats: 5,
    sizes: &[0.5, 1.0, 4.0, 16.0, 64.0, 256.0],
    workflows_max: 100_000,
    message_bytes: &[100, 600, 2_000, 8_000],
    match_classes: 3,
    accounts: &[10, 100, 1_000],
    saves_per_s: 20.0,
};

/// Seconds, for tests: too short for any figure to mean anything.
pub(super) const SMALLEST: Extent = Extent {
    name: "smallest (for tests of the report's form; its figures mean nothing)",
    warmup_s: 0.02,
    closed_s: 0.1,
    open_s: 0.15,
    cell_s: 0.1,
    connections: &[1, 2, 3, 4],
    shapes: &[],
    shares: &[0.2, 0.3, 0.4, 0.5],
    repeats: 1,
    sizes: &[1.0, 3.0],
    workflows_max: 100,
    message_bytes: &[100, 1_000],
    match_classes: 2,
    accounts: &[4],
    saves_per_s: 40.0,
};

impl Extent {
    /// Sizes of the account, in workflows, for a user who has so many: ascending, each once, the user's own among them.
    pub(super) fn sizes_for(&self, workflows: usize) -> Vec<usize> {
        let own = super::workload::as_number(workflows);
        let most = workflows.max(self.workflows_max);
        let mut sizes: Vec<usize> = self
            .sizes
            .iter()
            .map(|times| whole(own * times))
            .filter(|size| (1..=most).contains(size))
            .collect();
        // An account that has no room above has some below.
        if sizes.len() < 2 {
            sizes.extend([workflows.div_ceil(16), workflows.div_ceil(4)]);
        }
        sizes.push(workflows);
        sizes.sort_unstable();
        sizes.dedup();
        sizes
    }

    /// Numbers of accounts, for a user who has so many workflows.
    pub(super) fn accounts_for(&self, workflows: usize) -> impl Iterator<Item = usize> {
        self.accounts.iter().copied().filter(move |accounts| accounts * workflows <= self.workflows_max)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast from a float saturates")]
fn whole(value: f64) -> usize {
    value as usize
}

#[cfg(test)]
impl Settings {
    /// The smallest, of the demo account.
    pub(super) fn smallest(seed: u64) -> Self {
        Self {
            workflows: None,
            requests: None,
            account: None,
            asked: None,
            pin: false,
            seed,
            extent: SMALLEST,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_surround_the_users_own() {
        for workflows in [1, 2, 16, 1_000, 100_000, 400_000] {
            for extent in [QUICK, FULL, SMALLEST] {
                let sizes = extent.sizes_for(workflows);
                assert!(sizes.contains(&workflows) && sizes.is_sorted(), "{workflows}: {sizes:?}");
                assert!(sizes.len() > 1 || workflows == 1, "{workflows}: {sizes:?}");
                assert!(sizes.iter().all(|size| *size <= workflows.max(extent.workflows_max)), "{sizes:?}");
                assert!(extent.accounts_for(workflows).all(|n| n * workflows <= extent.workflows_max));
            }
        }
        assert_eq!(QUICK.sizes_for(16), [16, 128, 1_024]);
    }
}
