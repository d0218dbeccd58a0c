//! Metrics in Prometheus' text format. `OBSERVABILITY.md` lists all of them, and a test holds the two equal.

use std::fmt;
use std::fmt::Error;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeGaugeValue, NoLabelSet, prometheus_text};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Registry;
use tamis_api::CODE_NAMES;
use tokio::sync::watch;

use crate::catalog::{Catalog, Totals};
use crate::health::Condition;
use crate::observe::counters::{Durations, Shard};
use crate::observe::process::Process;
use crate::observe::{Observer, Rpc};

pub(super) use prometheus_text::CONTENT_TYPE;

/// Workflows of one account that have metrics of their own, the most often matched ones first.
const WORKFLOWS_MAX: usize = 1_000;

/// No exemplars are told.
type Exemplar<'e> = Option<&'e prometheus_client::metrics::exemplar::Exemplar<NoLabelSet, f64>>;

/// What metrics are told from.
#[derive(Clone)]
pub(crate) struct Sources {
    pub(crate) observer: Arc<Observer>,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) condition: watch::Receiver<Condition>,
    /// Connections at once.
    pub(crate) connections_max: usize,
    /// Accounts whose workflows have metrics of their own.
    pub(crate) accounts: Arc<[String]>,
}

impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sources").finish_non_exhaustive()
    }
}

impl Sources {
    /// All metrics as they are now. This goes through every account.
    ///
    /// # Errors
    /// None in practice; writing to a string does not fail.
    pub(super) fn page(&self) -> Result<String, Error> {
        let mut registry = Registry::default();
        registry.register_collector(Box::new(self.clone()));
        let mut page = String::new();
        prometheus_text::encode(&mut page, &registry)?;
        Ok(page)
    }
}

impl Collector for Sources {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> Result<(), Error> {
        let mut page = Page { encoder };
        self.calls(&mut page)?;
        self.decisions(&mut page)?;
        self.connections(&mut page)?;
        let totals = self.catalog.totals();
        self.catalog(&mut page, &totals)?;
        self.store(&mut page, &totals)?;
        process(&mut page, &self.observer)
    }
}

impl Sources {
    fn calls(&self, page: &mut Page<'_>) -> Result<(), Error> {
        let observer = &*self.observer;
        let names = || observer.rpcs.names().enumerate().map(|(place, name)| (Rpc(place), name));
        let calls: Vec<_> = names().map(|(rpc, name)| (name, observer.shards.calls(rpc))).collect();
        // A code that never came up is left out, but for OK: a rate needs a first value to grow from.
        let rows = calls.iter().flat_map(|(name, calls)| {
            let by_code =
                CODE_NAMES.into_iter().zip(*calls).filter(|(code, count)| *count > 0 || *code == "OK");
            by_code.map(move |(code, count)| ([("rpc", *name), ("code", code)], count))
        });
        page.counters("tamis_requests", "Calls that have ended, by rpc and gRPC code.", rows)?;
        page.gauge(
            "tamis_requests_in_flight",
            "Calls that have begun and not ended, those that wait for a revision among them.",
            observer.calls_in_flight(),
        )?;
        page.gauge(
            "tamis_queue_wait_seconds",
            "Seconds that a call waits for a thread, of the thread for which calls wait longest.",
            observer.queue_wait().as_secs_f64(),
        )?;
        let latencies = names().map(|(rpc, name)| ([("rpc", name)], observer.shards.latency(rpc)));
        page.histograms(
            "tamis_request_duration_seconds",
            "Seconds from a call's message being there to its answer's bytes; for EvaluateStream, of each change.",
            latencies.filter(|(_, durations)| durations.count() > 0),
        )
    }

    fn decisions(&self, page: &mut Page<'_>) -> Result<(), Error> {
        let sum = |counter: fn(&Shard) -> &_| self.observer.shards.sum(counter);
        page.counter(
            "tamis_decisions",
            "Changes that were decided, each of a batch or a stream by itself.",
            self.observer.decisions_count(),
        )?;
        let modes = [("live", sum(|shard| &shard.matches)), ("shadow", sum(|shard| &shard.shadow_matches))];
        page.counters(
            "tamis_matches",
            "Workflows that matched in those decisions, by their mode.",
            modes.into_iter().map(|(mode, count)| ([("mode", mode)], count)),
        )?;
        self.workflows(page)?;
        self.decision_log(page)
    }

    fn decision_log(&self, page: &mut Page<'_>) -> Result<(), Error> {
        let fates = &*self.observer.fates;
        let [written, full, failed, waiting] =
            [&fates.written, &fates.dropped_full, &fates.dropped_failed, &fates.queue_bytes]
                .map(|counter| counter.load(Ordering::Relaxed));
        page.counter("tamis_decision_log_written", "Decisions that were written to their log.", written)?;
        page.counters(
            "tamis_decision_log_dropped",
            "Decisions that are missing from their log: the queue was full, or they could not be written.",
            [("queue", full), ("write", failed)]
                .into_iter()
                .map(|(reason, count)| ([("reason", reason)], count)),
        )?;
        page.gauge(
            "tamis_decision_log_queue_bytes",
            "Bytes of decisions that wait to be written to their log.",
            waiting,
        )
    }

    /// Only what was asked for by name: see [`crate::observe::Observe::metrics_accounts`].
    fn workflows(&self, page: &mut Page<'_>) -> Result<(), Error> {
        let snapshots: Vec<_> = self.accounts.iter().filter_map(|id| self.catalog.pin(id)).collect();
        let mut rows = Vec::new();
        for snapshot in &snapshots {
            let account_id = &*snapshot.account().definition.id;
            let ids = || snapshot.in_order().map(|stored| stored.id());
            let tallies = self.observer.tallies(account_id, ids());
            let mut of_account: Vec<_> =
                ids().zip(tallies).map(|(id, tally)| (id, tally.unwrap_or_default())).collect();
            // Stable, so that those that matched as often stay in their order.
            of_account.sort_by_key(|(_, tally)| std::cmp::Reverse(tally.live + tally.shadow));
            for (id, tally) in of_account.into_iter().take(WORKFLOWS_MAX) {
                for (mode, count) in [("live", tally.live), ("shadow", tally.shadow)] {
                    rows.push(([("account", account_id), ("workflow", id), ("mode", mode)], count));
                }
            }
        }
        page.counters(
            "tamis_workflow_matches",
            "How often each workflow of the accounts named by --metrics-accounts has matched, live and in shadow mode.",
            rows.into_iter(),
        )
    }

    fn connections(&self, page: &mut Page<'_>) -> Result<(), Error> {
        let connections = &self.observer.connections;
        let [accepted, closed, failed, timeouts, idle, errors, waits] = [
            &connections.accepted,
            &connections.closed,
            &connections.failed,
            &connections.preface_timeouts,
            &connections.idle,
            &connections.accept_errors,
            &connections.waits,
        ]
        .map(|counter| counter.load(Ordering::Relaxed));
        page.gauge("tamis_connections_open", "Connections that are open.", accepted.saturating_sub(closed))?;
        page.gauge("tamis_connections_max", "Connections that may be open.", self.connections_max)?;
        page.counter("tamis_connections_accepted", "Connections that were taken.", accepted)?;
        page.counter(
            "tamis_connections_failed",
            "Connections that ended by a fault: reset, gone, or in breach of HTTP/2.",
            failed,
        )?;
        page.counter(
            "tamis_connections_preface_timeouts",
            "Connections that were given up as they did not begin to speak HTTP/2 in time.",
            timeouts,
        )?;
        page.counter(
            "tamis_connections_idle",
            "Connections that were told to end, after a long time without a call.",
            idle,
        )?;
        page.counter(
            "tamis_connections_accept_errors",
            "Times that a connection could not be taken, for want of file descriptors for one.",
            errors,
        )?;
        page.counter(
            "tamis_connections_waits",
            "Times that connections had to wait, as there were as many as may be open.",
            waits,
        )?;
        let sum = |counter: fn(&Shard) -> &_| self.observer.shards.sum(counter);
        page.counter(
            "tamis_received_bytes",
            "Bytes that were read from connections.",
            sum(|shard| &shard.received_bytes),
        )?;
        page.counter(
            "tamis_sent_bytes",
            "Bytes that were written to connections.",
            sum(|shard| &shard.sent_bytes),
        )
    }

    fn catalog(&self, page: &mut Page<'_>, totals: &Totals) -> Result<(), Error> {
        let Totals { accounts, workflows, phrases, index_bytes, .. } = *totals;
        page.gauge("tamis_accounts", "Accounts that are served.", accounts)?;
        page.gauge("tamis_workflows", "Workflows of all accounts, disabled ones included.", workflows)?;
        page.gauge("tamis_phrases", "Distinct phrases that the accounts' indexes look for.", phrases)?;
        page.gauge(
            "tamis_index_bytes",
            "Bytes of the compiled indexes, workflows' definitions apart.",
            index_bytes,
        )?;
        let timings = self.catalog.timings();
        page.histogram(
            "tamis_compile_duration_seconds",
            "Seconds to check and compile what one write changes.",
            &Durations::of(&timings.compiles),
        )
    }

    fn store(&self, page: &mut Page<'_>, totals: &Totals) -> Result<(), Error> {
        let Condition { loaded, writable, .. } = *self.condition.borrow();
        page.histogram(
            "tamis_store_commit_duration_seconds",
            "Seconds to store one write, waiting for its turn included.",
            &Durations::of(&self.catalog.timings().commits),
        )?;
        page.gauge(
            "tamis_store_writes_in_flight",
            "Writes that are under way.",
            self.catalog.writes_count(),
        )?;
        page.gauge(
            "tamis_store_loaded",
            "1 once every stored account is served, else 0.",
            u32::from(loaded),
        )?;
        page.gauge("tamis_store_writable", "1 while the store takes writes, else 0.", u32::from(writable))?;
        page.gauge(
            "tamis_store_unwritable_seconds",
            "Seconds since the store was last known to take writes; 0 while it does.",
            self.observer.store_lost_seconds(),
        )?;
        page.gauge(
            "tamis_store_staleness_seconds",
            "Seconds since all that had been committed was here; 0 for a store that is not shared.",
            self.catalog.freshness().staleness().unwrap_or(self.observer.running()).as_secs_f64(),
        )?;
        page.gauge(
            "tamis_store_revision",
            "Revisions of all accounts, added up: the same on two services that serve the same.",
            totals.revisions,
        )
    }
}

fn process(page: &mut Page<'_>, observer: &Observer) -> Result<(), Error> {
    let process = Process::now();
    page.gauges(
        "tamis_build_info",
        "1, by the version of the service.",
        std::iter::once(([("version", env!("CARGO_PKG_VERSION"))], 1_u32)),
    )?;
    if let Some(seconds) = process.cpu_seconds {
        page.counter(
            "process_cpu_seconds",
            "Seconds of processor time that the process has taken.",
            seconds,
        )?;
    }
    #[expect(clippy::cast_precision_loss, reason = "a double is exact for some million years of seconds")]
    page.gauge(
        "process_start_time_seconds",
        "When the service began to count, in seconds since the epoch.",
        observer.since().as_second() as f64,
    )?;
    let gauges = [
        ("process_threads", "Threads of the process.", process.threads),
        (
            "process_resident_memory_bytes",
            "Bytes of memory that the process has.",
            process.resident_memory_bytes,
        ),
        (
            "process_virtual_memory_bytes",
            "Bytes of addresses that the process has.",
            process.virtual_memory_bytes,
        ),
        ("process_open_fds", "File descriptors that are open.", process.open_files),
        ("process_max_fds", "File descriptors that may be open.", process.files_max),
    ];
    for (name, help, value) in gauges {
        if let Some(value) = value {
            page.gauge(name, help, value)?;
        }
    }
    Ok(())
}

/// Metrics that are being written.
struct Page<'e> {
    encoder: DescriptorEncoder<'e>,
}

/// The value of a counter or of a gauge.
trait Value: EncodeGaugeValue + prometheus_client::encoding::EncodeCounterValue {}

impl<V: EncodeGaugeValue + prometheus_client::encoding::EncodeCounterValue> Value for V {}

impl Page<'_> {
    /// A counter; the format adds `_total` to its name.
    fn counter(&mut self, name: &str, help: &str, value: impl Value) -> Result<(), Error> {
        let mut metric = self.encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
        metric.encode_counter(&value, Exemplar::None)
    }

    fn counters<'l, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        rows: impl Iterator<Item = ([(&'l str, &'l str); N], u64)>,
    ) -> Result<(), Error> {
        let mut metric = self.encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
        for (labels, value) in rows {
            metric.encode_family(&labels)?.encode_counter(&value, Exemplar::None)?;
        }
        Ok(())
    }

    fn gauge(&mut self, name: &str, help: &str, value: impl Value) -> Result<(), Error> {
        self.encoder.encode_descriptor(name, help, None, MetricType::Gauge)?.encode_gauge(&value)
    }

    fn gauges<'l, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        rows: impl Iterator<Item = ([(&'l str, &'l str); N], u32)>,
    ) -> Result<(), Error> {
        let mut metric = self.encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
        for (labels, value) in rows {
            metric.encode_family(&labels)?.encode_gauge(&value)?;
        }
        Ok(())
    }

    fn histogram(&mut self, name: &str, help: &str, durations: &Durations) -> Result<(), Error> {
        let mut metric = self.encoder.encode_descriptor(name, help, None, MetricType::Histogram)?;
        let (sum, count, buckets) = (durations.sum_seconds(), durations.count(), durations.buckets());
        metric.encode_histogram::<NoLabelSet>(sum, count, &buckets, None)
    }

    fn histograms<'l, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        rows: impl Iterator<Item = ([(&'l str, &'l str); N], Durations)>,
    ) -> Result<(), Error> {
        let mut metric = self.encoder.encode_descriptor(name, help, None, MetricType::Histogram)?;
        for (labels, durations) in rows {
            let (sum, count, buckets) = (durations.sum_seconds(), durations.count(), durations.buckets());
            metric.encode_family(&labels)?.encode_histogram::<NoLabelSet>(sum, count, &buckets, None)?;
        }
        Ok(())
    }
}
