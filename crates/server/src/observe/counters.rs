//! Counters that each thread has for itself.

use std::array;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tamis_api::CODE_NAMES;
use tonic::Code;

use crate::observe::Rpc;
use crate::observe::matches::Counted;

/// What durations are sorted by, in nanoseconds: from a decision of a small account to the longest wait for a revision.
const BOUNDS_NS: [u64; 21] = [
    1_000,
    2_500,
    5_000,
    10_000,
    25_000,
    50_000,
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    25_000_000,
    50_000_000,
    100_000_000,
    250_000_000,
    500_000_000,
    1_000_000_000,
    2_500_000_000,
    10_000_000_000,
];

/// Threads that count besides those that serve, without sharing a place with one of them.
const OTHER_THREADS: usize = 6;

/// The number of the next thread that counts.
static THREAD_NEXT: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// The number of this thread, in the order in which threads began to count.
    static THREAD: usize = THREAD_NEXT.fetch_add(1, Ordering::Relaxed);
}

/// A place for each thread to count in. Threads beyond the number of places share them, which is slower and no less right.
#[derive(Debug)]
pub(super) struct Shards(Box<[Shard]>);

impl Shards {
    pub(super) fn new(threads: usize, rpcs: usize) -> Self {
        let count = (threads + OTHER_THREADS).next_power_of_two();
        Self((0..count).map(|_| Shard::new(rpcs)).collect())
    }

    /// That of this thread.
    #[expect(clippy::indexing_slicing, reason = "the remainder is below the length, which is a power of two")]
    pub(super) fn own(&self) -> &Shard {
        &self.0[THREAD.with(|thread| *thread) & (self.0.len() - 1)]
    }

    pub(super) fn each(&self, look: impl FnMut(&Shard)) {
        self.0.iter().for_each(look);
    }

    /// The sum of a counter over all threads.
    pub(super) fn sum(&self, counter: impl Fn(&Shard) -> &AtomicU64) -> u64 {
        self.0.iter().map(|shard| counter(shard).load(Ordering::Relaxed)).sum()
    }

    /// Calls of an rpc by code, over all threads.
    pub(super) fn calls(&self, rpc: Rpc) -> [u64; CODE_NAMES.len()] {
        let mut calls = [0; CODE_NAMES.len()];
        for shard in &self.0 {
            let own = shard.rpcs.get(rpc.0).map(|rpc| &rpc.calls);
            add(&mut calls, own.into_iter().flatten());
        }
        calls
    }

    /// How long calls of an rpc took, over all threads.
    pub(super) fn latency(&self, rpc: Rpc) -> Durations {
        let mut all = Durations::default();
        for rpc in self.0.iter().filter_map(|shard| shard.rpcs.get(rpc.0)) {
            all.add(&rpc.latency);
        }
        all
    }
}

fn add<'c>(sums: &mut [u64], counters: impl Iterator<Item = &'c AtomicU64>) {
    for (sum, counter) in sums.iter_mut().zip(counters) {
        *sum += counter.load(Ordering::Relaxed);
    }
}

/// What one thread counts. The alignment keeps what two threads write to in different lines of the cache, and in different
/// pairs of lines, which processors fetch together.
#[derive(Debug)]
#[repr(align(128))]
pub(super) struct Shard {
    pub(super) calls_begun: AtomicU64,
    pub(super) decisions: AtomicU64,
    pub(super) matches: AtomicU64,
    pub(super) shadow_matches: AtomicU64,
    pub(super) received_bytes: AtomicU64,
    pub(super) sent_bytes: AtomicU64,
    rpcs: Box<[RpcCounters]>,
    /// Matches of workflows. Nobody but this thread takes the lock, unless somebody asks for what was counted.
    pub(super) matched: Mutex<Counted>,
}

/// What is counted of one rpc.
#[derive(Debug)]
#[repr(align(128))]
struct RpcCounters {
    calls: [AtomicU64; CODE_NAMES.len()],
    latency: Histogram,
}

impl Shard {
    fn new(rpcs: usize) -> Self {
        let rpc =
            || RpcCounters { calls: array::from_fn(|_| AtomicU64::new(0)), latency: Histogram::default() };
        Self {
            calls_begun: AtomicU64::new(0),
            decisions: AtomicU64::new(0),
            matches: AtomicU64::new(0),
            shadow_matches: AtomicU64::new(0),
            received_bytes: AtomicU64::new(0),
            sent_bytes: AtomicU64::new(0),
            rpcs: (0..rpcs).map(|_| rpc()).collect(),
            matched: Mutex::default(),
        }
    }

    /// Counts a call that has ended, and how long it took if that is known.
    pub(super) fn ended(&self, rpc: Rpc, code: Code, took: Option<Duration>) {
        let Some(rpc) = self.rpcs.get(rpc.0) else { return };
        if let Some(calls) = usize::try_from(i32::from(code)).ok().and_then(|code| rpc.calls.get(code)) {
            increase(calls, 1);
        }
        if let Some(took) = took {
            rpc.latency.observe(took);
        }
    }

    /// Counts how long one change of a stream took.
    pub(super) fn took(&self, rpc: Rpc, took: Duration) {
        if let Some(rpc) = self.rpcs.get(rpc.0) {
            rpc.latency.observe(took);
        }
    }

    /// Counts a decision with so many matches.
    pub(super) fn decided(&self, live: usize, shadow: usize) {
        increase(&self.decisions, 1);
        if live > 0 {
            increase(&self.matches, live);
        }
        if shadow > 0 {
            increase(&self.shadow_matches, shadow);
        }
    }
}

/// Adds to a counter. Nobody draws conclusions from the order of two counters.
pub(super) fn increase(counter: &AtomicU64, by: usize) {
    counter.fetch_add(u64::try_from(by).unwrap_or(u64::MAX), Ordering::Relaxed);
}

/// Durations, sorted as they come.
#[derive(Debug)]
pub(crate) struct Histogram {
    /// Those up to each bound and above the one before; the last are those above all bounds.
    buckets: [AtomicU64; BOUNDS_NS.len() + 1],
    sum_ns: AtomicU64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { buckets: array::from_fn(|_| AtomicU64::new(0)), sum_ns: AtomicU64::new(0) }
    }
}

impl Histogram {
    /// Counts a duration.
    pub(crate) fn observe(&self, took: Duration) {
        let took_ns = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        if let Some(bucket) = self.buckets.get(BOUNDS_NS.partition_point(|bound| *bound < took_ns)) {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
        self.sum_ns.fetch_add(took_ns, Ordering::Relaxed);
    }
}

/// Durations of several histograms together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Durations {
    buckets: [u64; BOUNDS_NS.len() + 1],
    sum_ns: u64,
}

impl Durations {
    pub(super) fn of(histogram: &Histogram) -> Self {
        let mut all = Self::default();
        all.add(histogram);
        all
    }

    fn add(&mut self, histogram: &Histogram) {
        add(&mut self.buckets, histogram.buckets.iter());
        self.sum_ns += histogram.sum_ns.load(Ordering::Relaxed);
    }

    /// Adds others.
    pub(super) fn add_all(&mut self, others: &Self) {
        self.buckets.iter_mut().zip(others.buckets).for_each(|(sum, others)| *sum += others);
        self.sum_ns += others.sum_ns;
    }

    /// Those that have come since before.
    pub(super) fn since(&self, before: &Self) -> Self {
        let mut since = self.clone();
        since
            .buckets
            .iter_mut()
            .zip(before.buckets)
            .for_each(|(all, before)| *all = all.saturating_sub(before));
        since.sum_ns = since.sum_ns.saturating_sub(before.sum_ns);
        since
    }

    /// The duration that a share of them does not exceed, interpolated within its bucket as Prometheus does; of those above all
    /// bounds the last bound. `None` if there are none.
    #[expect(clippy::cast_precision_loss, reason = "a duration need not be told to the nanosecond")]
    pub(crate) fn quantile(&self, share: f64) -> Option<Duration> {
        let rank = share * self.count() as f64;
        let (mut below, mut from_s) = (0.0, 0.0);
        for (to_s, count) in self.buckets().into_iter().filter(|_| self.count() > 0) {
            let count = count as f64;
            if count > 0.0 && below + count >= rank {
                let part = ((rank - below) / count).clamp(0.0, 1.0);
                let within = if to_s.is_finite() { (to_s - from_s) * part } else { 0.0 };
                return Some(Duration::from_secs_f64(from_s + within));
            }
            (below, from_s) = (below + count, to_s);
        }
        None
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        self.buckets.iter().sum()
    }

    /// All of them together, in seconds.
    pub(super) fn sum_seconds(&self) -> f64 {
        Duration::from_nanos(self.sum_ns).as_secs_f64()
    }

    /// Each bound in seconds, with how many are up to it and above the one before.
    pub(super) fn buckets(&self) -> Vec<(f64, u64)> {
        let bounds = BOUNDS_NS.iter().map(|bound| Duration::from_nanos(*bound).as_secs_f64());
        bounds.chain([f64::INFINITY]).zip(self.buckets).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_counts_up_to_the_bound_that_it_does_not_exceed() {
        let histogram = Histogram::default();
        for nanos in [0, 1_000, 1_001, 2_500, 10_000_000_000, 10_000_000_001, u64::MAX / 2] {
            histogram.observe(Duration::from_nanos(nanos));
        }
        let durations = Durations::of(&histogram);
        assert_eq!(durations.count(), 7);
        let found: Vec<_> = durations.buckets().into_iter().filter(|(_, count)| *count > 0).collect();
        assert_eq!(found, [(1e-6, 2), (2.5e-6, 2), (10.0, 1), (f64::INFINITY, 2)]);
    }

    #[test]
    fn quantiles_are_interpolated_and_differences_are_those_since() {
        let histogram = Histogram::default();
        assert_eq!(Durations::of(&histogram).quantile(0.5), None);
        (0..100).for_each(|_| histogram.observe(Duration::from_micros(2)));
        let before = Durations::of(&histogram);
        let micros = |durations: &Durations, share| durations.quantile(share).unwrap().as_nanos();
        // From 1 to 2.5 microseconds.
        for (share, nanos) in [(0.0, 1_000), (0.5, 1_750), (0.9, 2_350), (1.0, 2_500)] {
            assert_eq!(micros(&before, share), nanos, "{share}");
        }
        (0..300).for_each(|_| histogram.observe(Duration::from_millis(7)));
        histogram.observe(Duration::from_secs(60));
        let all = Durations::of(&histogram);
        assert_eq!(micros(&all, 0.2), 1_000 + 1_500 * 802 / 1_000);
        assert_eq!(micros(&all, 0.5), 5_000_000 + 5_000_000 * 1_005 / 3_000);
        assert_eq!(micros(&all, 1.0), 10_000_000_000, "as much as is known");
        let mut since = all.since(&before);
        assert_eq!(since.count(), 301);
        since.add_all(&before);
        assert_eq!(since.buckets(), all.buckets());
        assert_eq!(since.sum_seconds(), all.sum_seconds());
    }

    #[test]
    fn threads_count_apart_and_are_summed() {
        let shards = Shards::new(2, 1);
        std::thread::scope(|scope| {
            for _ in 0..20 {
                scope.spawn(|| {
                    shards.own().decided(2, 1);
                    shards.own().ended(Rpc(0), Code::NotFound, Some(Duration::from_micros(3)));
                    shards.own().ended(Rpc(7), Code::Ok, None);
                });
            }
        });
        assert_eq!(shards.sum(|shard| &shard.decisions), 20);
        assert_eq!(shards.sum(|shard| &shard.matches), 40);
        assert_eq!(shards.sum(|shard| &shard.shadow_matches), 20);
        let mut calls = [0; CODE_NAMES.len()];
        calls[5] = 20;
        assert_eq!(shards.calls(Rpc(0)), calls);
        assert_eq!(shards.latency(Rpc(0)).count(), 20);
    }
}
