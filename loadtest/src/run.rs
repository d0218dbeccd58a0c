//! Carries out a plan.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::LoadError;
use crate::cpu::ProcessTime;
use crate::distribution::Times;
use crate::floor;
use crate::mix::Encoded;
use crate::outcome::{Outcome, Second};
use crate::plan::{Plan, refused};
use crate::record::{Interval, Report, Timeline, Totals};
use crate::saves::Saver;
use crate::worker::{self, Common};

mod sum;

/// Between the connections' being made and the first call, so that all threads begin together.
const START_PAUSE: Duration = Duration::from_millis(20);
/// How often is looked at what the threads have seen.
const LOOK: Duration = Duration::from_millis(20);

/// What a run is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Calls that do not count.
    Warmup,
    /// Calls that do.
    Measure,
}

/// How far a run is, about once a second.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// What it is about.
    pub phase: Phase,
    /// Seconds since the run began, warm-up included.
    pub elapsed_s: f64,
    /// Seconds until the measurement ends.
    pub left_s: f64,
    /// Calls answered in the last second.
    pub calls_per_s: f64,
    /// Their latencies.
    pub p50_us: f64,
    /// The same.
    pub p99_us: f64,
    /// The same.
    pub p99_9_us: f64,
    /// Calls answered in the measurement so far.
    pub answered: u64,
    /// Of those, with an error.
    pub failed: u64,
}

/// Carries out a plan: makes the connections, tries a call on each, warms up, measures, and waits for the last answers. It
/// blocks until then; `progress` hears about once a second how far it is, and may end the measurement early by
/// [`ControlFlow::Break`], with an outcome of what has been seen.
///
/// # Errors
/// [`LoadError`] if the plan is wrong, or nobody answers. Calls that fail during the run are in the outcome instead.
pub fn run(
    plan: &Plan,
    progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<Outcome, LoadError> {
    plan.check()?;
    if let Some(pid) = plan.server_pid {
        check_server(pid)?;
    }
    let common = Arc::new(Common {
        plan: plan.clone(),
        encoded: Encoded::new(&plan.mix, plan.shape, plan.seed),
        stop: AtomicBool::new(false),
        calls_left: plan.calls_max.map(AtomicU64::new),
    });
    let floor = plan.calibrate.then(|| floor::measure(plan)).transpose()?;
    let threads = Threads::start(&common)?;
    let saver = Saver::start(&common)?;
    let zero = Instant::now() + START_PAUSE;
    let started_at = jiff::Timestamp::now() + START_PAUSE + plan.warmup;
    threads.go(zero);
    saver.iter().for_each(|saver| saver.go(zero));
    let mut run = Run::new(&common, zero);
    let mut totals = Vec::with_capacity(plan.threads);
    while totals.len() < plan.threads {
        run.sample_server(!totals.is_empty());
        match threads.reports.recv_timeout(LOOK) {
            Ok(Report::Interval(interval)) => {
                if let Some(told) = run.take(*interval)
                    && progress(&told).is_break()
                {
                    common.stop.store(true, Ordering::Relaxed);
                }
            }
            Ok(Report::Done(done)) => totals.push(*done),
            Ok(Report::Ready) | Err(RecvTimeoutError::Timeout) => {}
            Ok(Report::Failed) | Err(RecvTimeoutError::Disconnected) => {
                common.stop.store(true, Ordering::Relaxed);
                break;
            }
        }
    }
    run.sample_server(true);
    let joined = threads.join();
    let saves = saver.map(Saver::join).transpose();
    joined?;
    let seen = sum::Seen {
        totals,
        series: run.series(),
        saves: saves?,
        floor,
        server: run.server,
        started_at: started_at.to_string(),
    };
    Ok(sum::outcome(plan, seen))
}

fn check_server(pid: u32) -> Result<(), LoadError> {
    let refuse = |error| refused("server_pid", format!("the time of process {pid} cannot be read: {error}"));
    ProcessTime::of(pid).map(|_| ()).map_err(refuse)
}

/// The threads that make calls.
struct Threads {
    handles: Vec<JoinHandle<Result<(), LoadError>>>,
    starts: Vec<Sender<Instant>>,
    reports: Receiver<Report>,
}

impl Threads {
    /// Starts them, and waits until each has its connections.
    fn start(common: &Arc<Common>) -> Result<Self, LoadError> {
        let (sender, reports) = mpsc::channel();
        let mut threads = Self { handles: Vec::new(), starts: Vec::new(), reports };
        for number in 0..common.plan.threads {
            let (start, go) = mpsc::channel();
            let (common, sender) = (common.clone(), sender.clone());
            let handle = std::thread::Builder::new()
                .name(format!("load-{number}"))
                .spawn(move || {
                    let ended = worker::work(common, number, sender.clone(), go);
                    if ended.is_err() {
                        let _ = sender.send(Report::Failed);
                    }
                    ended
                })
                .map_err(|source| LoadError::System { what: "start a thread", source })?;
            threads.handles.push(handle);
            threads.starts.push(start);
        }
        drop(sender);
        for _ in 0..common.plan.threads {
            if !matches!(threads.reports.recv(), Ok(Report::Ready)) {
                // The others wait for a beginning that there will not be.
                threads.starts.clear();
                threads.join_all()?;
            }
        }
        Ok(threads)
    }

    fn go(&self, zero: Instant) {
        for start in &self.starts {
            // One that has gone says why when it is joined.
            let _ = start.send(zero);
        }
    }

    fn join(mut self) -> Result<(), LoadError> {
        self.join_all()
    }

    fn join_all(&mut self) -> Result<(), LoadError> {
        for handle in self.handles.drain(..) {
            match handle.join() {
                Ok(ended) => ended?,
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok(())
    }
}

/// What is known while it runs.
struct Run<'a> {
    common: &'a Common,
    zero: Instant,
    timeline: Timeline,
    /// Seconds of which some threads are still to hand in theirs.
    open: Vec<Gathered>,
    series: Vec<Second>,
    answered: u64,
    failed: u64,
    server: ServerSamples,
}

/// A second, as far as it was handed in.
struct Gathered {
    index: i64,
    threads: usize,
    latency: Times,
    failed: u64,
    ended_at: Instant,
}

/// The server's time at the beginning and at the end of the measurement, and when that was.
#[derive(Debug, Default)]
struct ServerSamples {
    began: Option<(Instant, ProcessTime)>,
    ended: Option<(Instant, ProcessTime)>,
}

impl<'a> Run<'a> {
    fn new(common: &'a Common, zero: Instant) -> Self {
        Self {
            common,
            zero,
            timeline: Timeline::of(&common.plan),
            open: Vec::new(),
            series: Vec::new(),
            answered: 0,
            failed: 0,
            server: ServerSamples::default(),
        }
    }

    fn at(&self, ns: u64) -> Instant {
        self.zero + Duration::from_nanos(ns)
    }

    /// Takes the server's time when the measurement begins and ends; early, if a thread has ended.
    fn sample_server(&mut self, has_ended: bool) {
        let Some(pid) = self.common.plan.server_pid else { return };
        let now = Instant::now();
        let is_told = self.common.stop.load(Ordering::Relaxed);
        let is_over = has_ended || is_told || now >= self.at(self.timeline.end_ns);
        let (from, server) = (self.at(self.timeline.from_ns), &mut self.server);
        if server.began.is_none() && now >= from {
            server.began = ProcessTime::of(pid).ok().map(|time| (now, time));
        }
        if server.began.is_some() && server.ended.is_none() && is_over {
            server.ended = ProcessTime::of(pid).ok().map(|time| (now, time));
        }
    }

    /// Takes what a thread hands in; tells how far it is once all have for that second.
    fn take(&mut self, interval: Interval) -> Option<Progress> {
        let known = self.open.iter().position(|open| open.index == interval.index);
        let place = known.unwrap_or_else(|| {
            self.open.push(Gathered {
                index: interval.index,
                threads: 0,
                latency: Times::new(),
                failed: 0,
                ended_at: Instant::now(),
            });
            self.open.len() - 1
        });
        let open = self.open.get_mut(place)?;
        open.latency.add(&interval.latency);
        open.failed += interval.failed;
        open.threads += 1;
        if open.threads < self.common.plan.threads {
            return None;
        }
        let full = self.open.swap_remove(place);
        Some(self.close(&full))
    }

    fn close(&mut self, full: &Gathered) -> Progress {
        let latency = &full.latency;
        let elapsed_s = full.ended_at.saturating_duration_since(self.zero).as_secs_f64();
        let from_s = self.common.plan.warmup.as_secs_f64();
        let is_measured = full.index >= 0;
        if is_measured {
            self.answered += latency.len();
            self.failed += full.failed;
            self.series.push(Second {
                end_s: elapsed_s - from_s,
                answered: latency.len(),
                failed: full.failed,
                p50_us: latency.quantile_us(0.5),
                p99_us: latency.quantile_us(0.99),
                p99_9_us: latency.quantile_us(0.999),
                max_us: latency.max_us(),
            });
        }
        let left_s = from_s + self.common.plan.duration.as_secs_f64() - elapsed_s;
        Progress {
            phase: if is_measured { Phase::Measure } else { Phase::Warmup },
            elapsed_s,
            left_s: left_s.max(0.0),
            calls_per_s: latency.len() as f64,
            p50_us: latency.quantile_us(0.5),
            p99_us: latency.quantile_us(0.99),
            p99_9_us: latency.quantile_us(0.999),
            answered: self.answered,
            failed: self.failed,
        }
    }

    fn series(&mut self) -> Vec<Second> {
        let mut series = std::mem::take(&mut self.series);
        series.sort_by(|a, b| a.end_s.total_cmp(&b.end_s));
        series
    }
}

/// What all threads have seen together.
pub(crate) fn together(totals: Vec<Totals>) -> Option<Totals> {
    totals.into_iter().reduce(|mut all, one| {
        all.add(one);
        all
    })
}
