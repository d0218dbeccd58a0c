//! What the service tells about itself: counters for every call, matches of each workflow, the log of decisions, traces.
//!
//! A call may cost a few microseconds, so that counting it must cost next to nothing: each thread counts in a place of its
//! own ([`counters`]), and only who asks adds the places up. The crates for metrics that share a counter among all threads
//! were not taken for that reason: `metrics` looks each counter up by its name and labels and adds to memory that all threads
//! write to. [`exposition`] leaves the format to `prometheus-client`.
//!
//! Whatever takes longer than an addition is done elsewhere: the log of decisions and the traces by threads of their own, and
//! metrics by the runtime that does not decide.

mod call;
pub(crate) mod connections;
pub(crate) mod counters;
pub(crate) mod decision_log;
pub(crate) mod exposition;
pub(crate) mod history;
pub(crate) mod listener;
mod matches;
mod process;
mod rpcs;
mod settings;
mod traces;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tamis_engine::Decision;

use crate::catalog::Catalog;
use crate::observe::connections::Connections;
use crate::observe::counters::{Durations, Shards};
use crate::observe::decision_log::{Fates, Log};
use crate::observe::history::{History, MINUTE_S, OverTime, Span, Wanted};
use crate::observe::matches::Matches;
use crate::observe::rpcs::Rpcs;
use crate::observe::traces::Tracing;
use crate::serve::load::Load;

pub(crate) use call::{Call, Watched, watched};
pub use decision_log::{DecisionLog, LogTarget};
pub(crate) use matches::Tally;
pub(crate) use rpcs::Rpc;
pub use settings::Observe;
pub use traces::Traces;

/// Why the service cannot tell what it is to tell.
#[derive(Debug, thiserror::Error)]
pub enum ObserveError {
    /// The log of decisions cannot be opened.
    #[error("the log of decisions cannot be opened: {0}")]
    DecisionLog(#[from] io::Error),
    /// The address of the collector of traces is none.
    #[error("the collector of traces cannot be called: {0}")]
    Traces(#[from] opentelemetry_otlp::ExporterBuildError),
}

/// Counts what the service does.
#[derive(Debug)]
pub(crate) struct Observer {
    pub(crate) rpcs: Rpcs,
    pub(crate) connections: Connections,
    shards: Shards,
    matches: Matches,
    /// Nobody who decides takes the lock.
    history: Mutex<History>,
    /// The log of decisions, if there is one.
    pub(crate) log: Option<Log>,
    fates: Arc<Fates>,
    /// Makes spans, if they are wanted.
    tracing: Option<Tracing>,
    /// Since when it has been counting.
    since: Timestamp,
    /// Since when the store has not taken writes; absent while it does.
    store_lost: Mutex<Option<Instant>>,
    /// How long calls wait for each thread.
    loads: Mutex<Vec<Arc<Load>>>,
}

impl Observer {
    /// Begins to count, in as many places as threads serve, and some for all other threads.
    pub(crate) fn new(threads: usize) -> Self {
        let since = Timestamp::now();
        let rpcs = Rpcs::new();
        let shards = Shards::new(threads, rpcs.count());
        Self {
            rpcs,
            connections: Connections::default(),
            shards,
            matches: Matches::default(),
            history: Mutex::new(History::new(since.as_second())),
            log: None,
            fates: Arc::default(),
            tracing: None,
            since,
            store_lost: Mutex::default(),
            loads: Mutex::default(),
        }
    }

    /// The load of one more thread, which it is to measure.
    pub(crate) fn watched_load(&self, wait_max: Duration) -> Arc<Load> {
        let load = Arc::new(Load::new(wait_max));
        self.loads.lock().unwrap_or_else(PoisonError::into_inner).push(load.clone());
        load
    }

    /// How long calls wait for the thread for which they wait longest.
    pub(crate) fn queue_wait(&self) -> Duration {
        let loads = self.loads.lock().unwrap_or_else(PoisonError::into_inner);
        loads.iter().map(|load| load.wait()).max().unwrap_or_default()
    }

    /// The same with all that is asked for.
    ///
    /// # Errors
    /// The log of decisions cannot be opened, or the address of the collector of traces is none.
    pub(crate) fn open(settings: &Observe, threads: usize) -> Result<Self, ObserveError> {
        let mut observer = Self::new(threads);
        if let Some(log) = &settings.decision_log {
            let names = observer.rpcs.names().map(str::to_owned).collect();
            observer.log = Some(Log::start(log, names, observer.fates.clone())?);
        }
        observer.tracing = settings.traces.as_ref().map(Tracing::start).transpose()?;
        Ok(observer)
    }

    /// Ends once all that was taken to be told has been told.
    pub(crate) async fn end(self: &Arc<Self>) {
        if let Some(log) = &self.log {
            log.end().await;
        }
        if self.tracing.is_some() {
            let observer = self.clone();
            let ending = tokio::task::spawn_blocking(move || observer.tracing.as_ref().map(Tracing::end));
            // A fault has been told already.
            drop(ending.await);
        }
    }

    /// Since when it has been counting.
    pub(crate) fn since(&self) -> Timestamp {
        self.since
    }

    /// Counts a decision of an account, and its matches.
    pub(crate) fn decided(&self, account_id: &str, decision: &Decision<'_>) {
        let shard = self.shards.own();
        let rounds = decision.matches_by_round();
        let live = rounds.clone().map(|(live, _)| live.len()).sum();
        let shadow = rounds.clone().map(|(_, shadow)| shadow.len()).sum();
        shard.decided(live, shadow);
        let all = rounds.flat_map(|(live, shadow)| live.iter().chain(shadow));
        let workflows = all.map(|matched| (matched.workflow.id.as_str(), matched.workflow.mode));
        self.matches.count(&shard.matched, account_id, workflows);
    }

    /// Counts how long one change of a stream took.
    pub(crate) fn took(&self, rpc: Rpc, took: Duration) {
        self.shards.own().took(rpc, took);
    }

    /// What each of an account's workflows has matched; absent if it has not.
    pub(crate) fn tallies<'a>(
        &self,
        account_id: &str,
        workflow_ids: impl Iterator<Item = &'a str>,
    ) -> Vec<Option<Tally>> {
        self.settle();
        self.matches.tallies(account_id, workflow_ids)
    }

    /// Brings the matches that the threads have counted together.
    fn settle(&self) {
        self.shards.each(|shard| self.matches.settle(&shard.matched));
    }

    /// Keeps what is decided over time, for as long as this is awaited.
    pub(crate) async fn keep_history(&self) {
        loop {
            let now = Timestamp::now();
            let next = now.as_second() - now.as_second().rem_euclid(MINUTE_S) + MINUTE_S;
            let pause = Timestamp::from_second(next).map(|next| next.duration_since(now).unsigned_abs());
            tokio::time::sleep(pause.unwrap_or(Duration::from_secs(MINUTE_S.unsigned_abs()))).await;
            // What was counted until now belongs to the minute that is over.
            drop(self.noted(next - 1));
        }
    }

    /// What was decided over time for an account, and for workflows of it.
    pub(crate) fn over_time<'a>(
        &self,
        account_id: &str,
        workflow_ids: impl Iterator<Item = &'a str>,
        span: Span,
    ) -> OverTime {
        let keys = self.matches.keys(account_id, workflow_ids);
        let workflows = keys.enumerate().map(|(place, key)| (key, place)).collect();
        let wanted = Wanted { account: self.matches.account_key(account_id), workflows, span };
        let now = Timestamp::now().as_second();
        self.noted(now).tell(&wanted, now)
    }

    /// What was decided over time, with all that was counted until an instant.
    fn noted(&self, at: i64) -> MutexGuard<'_, History> {
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        self.settle();
        history.add(at, &self.matches.take_recent(), self.evaluate_latency());
        history
    }

    /// How long calls of `Evaluate` have taken.
    pub(crate) fn evaluate_latency(&self) -> Durations {
        self.shards.latency(self.rpcs.evaluate)
    }

    /// Forgets the matches of workflows that are gone, if they are many.
    pub(crate) fn tidy(&self, catalog: &Catalog) {
        if self.matches.is_large() {
            self.settle();
            self.matches.keep(catalog);
        }
    }

    /// Notes whether the store takes writes.
    pub(crate) fn note_store(&self, writable: bool) {
        let mut lost = self.store_lost.lock().unwrap_or_else(PoisonError::into_inner);
        match writable {
            true => *lost = None,
            false => _ = lost.get_or_insert_with(Instant::now),
        }
    }

    /// Decisions that were made.
    pub(crate) fn decisions_count(&self) -> u64 {
        self.shards.sum(|shard| &shard.decisions)
    }

    /// Calls that have begun and not ended.
    pub(crate) fn calls_in_flight(&self) -> u64 {
        let ended: u64 = (0..self.rpcs.count()).flat_map(|rpc| self.shards.calls(Rpc(rpc))).sum();
        let begun = self.shards.sum(|shard| &shard.calls_begun);
        begun.saturating_sub(ended)
    }

    /// Calls of `Evaluate` that were turned away, as they were too many.
    pub(crate) fn turned_away_count(&self) -> u64 {
        let calls = self.shards.calls(self.rpcs.evaluate);
        let named = tamis_api::CODE_NAMES.iter().zip(calls);
        named.filter(|(name, _)| **name == "RESOURCE_EXHAUSTED").map(|(_, count)| count).sum()
    }

    /// For how long it has been counting.
    fn running(&self) -> Duration {
        Timestamp::now().duration_since(self.since).unsigned_abs()
    }

    /// Seconds since the store was last known to take writes; 0 while it does.
    fn store_lost_seconds(&self) -> f64 {
        let lost = self.store_lost.lock().unwrap_or_else(PoisonError::into_inner);
        lost.map_or(0.0, |since| since.elapsed().as_secs_f64())
    }
}
