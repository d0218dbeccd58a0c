//! What a thread writes down, and hands in second by second.

use std::sync::mpsc::Sender;
use std::time::Duration;

use crate::distribution::Times;
use crate::outcome::{Calls, ErrorCount, Traffic};
use crate::plan::{Plan, Schedule};
use crate::wire::Failure;

/// Nanoseconds of an interval.
pub(crate) const INTERVAL_NS: u64 = 1_000_000_000;

/// What a thread hands in.
#[derive(Debug)]
pub(crate) enum Report {
    /// It has its connections, and waits for the run to begin.
    Ready,
    /// An interval is over.
    Interval(Box<Interval>),
    /// All is over.
    Done(Box<Totals>),
    /// It has ended without having done what it was to, and says why when it is joined.
    Failed,
}

/// What was seen in a second.
#[derive(Debug)]
pub(crate) struct Interval {
    /// Which second, from the measurement's beginning on; below 0 those of the warm-up.
    pub(crate) index: i64,
    /// Latencies of the calls that were answered in it.
    pub(crate) latency: Times,
    /// How many of them had an error.
    pub(crate) failed: u64,
}

/// What was seen in all.
#[derive(Debug)]
pub(crate) struct Totals {
    /// Latencies of all calls due in the measured time.
    pub(crate) latency: Times,
    pub(crate) service: Times,
    pub(crate) send_lag: Times,
    pub(crate) stream_wait: Times,
    /// Latencies by the step in which a call was due, and the calls that were answered in each.
    pub(crate) steps: Vec<(Times, u64)>,
    pub(crate) calls: Calls,
    pub(crate) traffic: Traffic,
    pub(crate) errors: Errors,
    pub(crate) checked: u64,
    pub(crate) wrong: u64,
    pub(crate) first_wrong: Option<String>,
    /// When the measured time ended.
    pub(crate) end_ns: u64,
    /// What the thread took, and over which time.
    pub(crate) ran_ns: u64,
    pub(crate) waited_ns: Option<u64>,
    pub(crate) sampled_ns: u64,
}

impl Totals {
    pub(crate) fn new(steps: usize) -> Self {
        Self {
            latency: Times::new(),
            service: Times::new(),
            send_lag: Times::new(),
            stream_wait: Times::new(),
            steps: (0..steps).map(|_| (Times::new(), 0)).collect(),
            calls: Calls::default(),
            traffic: Traffic::default(),
            errors: Errors::default(),
            checked: 0,
            wrong: 0,
            first_wrong: None,
            end_ns: 0,
            ran_ns: 0,
            waited_ns: None,
            sampled_ns: 0,
        }
    }

    /// Adds what another thread has seen.
    pub(crate) fn add(&mut self, other: Self) {
        self.latency.add(&other.latency);
        self.service.add(&other.service);
        self.send_lag.add(&other.send_lag);
        self.stream_wait.add(&other.stream_wait);
        for ((times, answered), (others, more)) in self.steps.iter_mut().zip(&other.steps) {
            times.add(others);
            *answered += more;
        }
        let (calls, more) = (&mut self.calls, other.calls);
        calls.due += more.due;
        calls.sent += more.sent;
        calls.answered += more.answered;
        calls.failed += more.failed;
        calls.unanswered += more.unanswered;
        calls.answered_within += more.answered_within;
        calls.waited_for_stream += more.waited_for_stream;
        self.traffic.sent_bytes += other.traffic.sent_bytes;
        self.traffic.received_bytes += other.traffic.received_bytes;
        self.errors.merge(other.errors.into_counts());
        self.checked += other.checked;
        self.wrong += other.wrong;
        self.first_wrong = self.first_wrong.take().or(other.first_wrong);
        self.end_ns = self.end_ns.max(other.end_ns);
        self.ran_ns += other.ran_ns;
        self.sampled_ns += other.sampled_ns;
    }
}

/// Errors by code and reason.
#[derive(Clone, Debug, Default)]
pub(crate) struct Errors(Vec<ErrorCount>);

impl Errors {
    pub(crate) fn add(&mut self, failure: &Failure) {
        let code = failure.code_name();
        let (reason, message) = (failure.reason.clone(), failure.message.clone());
        self.merge([ErrorCount { code, reason, count: 1, message }]);
    }

    pub(crate) fn merge(&mut self, others: impl IntoIterator<Item = ErrorCount>) {
        for other in others {
            let same = |known: &&mut ErrorCount| known.code == other.code && known.reason == other.reason;
            match self.0.iter_mut().find(same) {
                Some(known) => known.count += other.count,
                None => self.0.push(other),
            }
        }
    }

    /// The most frequent first.
    pub(crate) fn into_counts(mut self) -> Vec<ErrorCount> {
        self.0.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.code.cmp(&b.code)));
        self.0
    }
}

/// Which instants matter, in nanoseconds since the run began.
#[derive(Clone, Debug)]
pub(crate) struct Timeline {
    /// The measured time.
    pub(crate) from_ns: u64,
    pub(crate) end_ns: u64,
    /// When answers are no longer waited for.
    pub(crate) drained_ns: u64,
    /// Where the steps end.
    pub(crate) steps_ns: Vec<u64>,
}

impl Timeline {
    /// That of a plan.
    pub(crate) fn of(plan: &Plan) -> Self {
        let from_ns = ns(plan.warmup);
        let end_ns = from_ns + ns(plan.duration);
        let mut end_s = plan.warmup.as_secs_f64();
        let steps = match &plan.schedule {
            Schedule::Steps { steps, .. } => steps.as_slice(),
            Schedule::ClosedLoop | Schedule::Constant { .. } | Schedule::Poisson { .. } => &[],
        };
        let steps = steps.iter().map(|step| {
            end_s += step.duration_s;
            (end_s * 1e9) as u64
        });
        Self { from_ns, end_ns, drained_ns: end_ns + ns(plan.drain), steps_ns: steps.collect() }
    }

    fn step_at(&self, at_ns: u64) -> Option<usize> {
        self.steps_ns.iter().position(|end_ns| at_ns < *end_ns)
    }
}

pub(crate) fn ns(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// A call that has been sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    pub(crate) due_ns: u64,
    /// When a stream was free for it.
    pub(crate) free_ns: u64,
    pub(crate) sent_ns: u64,
    pub(crate) bytes: usize,
}

/// What a thread writes down.
#[derive(Debug)]
pub(crate) struct Recorder {
    timeline: Timeline,
    is_open: bool,
    interval: Interval,
    interval_end_ns: u64,
    pub(crate) totals: Totals,
    reports: Sender<Report>,
}

impl Recorder {
    pub(crate) fn new(timeline: Timeline, is_open: bool, reports: Sender<Report>) -> Self {
        // Seconds are counted from the measurement's beginning on, so the warm-up's first may be shorter.
        let before = timeline.from_ns.div_ceil(INTERVAL_NS);
        let index = -i64::try_from(before).unwrap_or_default();
        let interval_end_ns = timeline.from_ns - before.saturating_sub(1) * INTERVAL_NS;
        let interval_end_ns = if before == 0 { INTERVAL_NS.min(timeline.end_ns) } else { interval_end_ns };
        let totals = Totals::new(timeline.steps_ns.len());
        let interval = Interval { index, latency: Times::new(), failed: 0 };
        Self { timeline, is_open, interval, interval_end_ns, totals, reports }
    }

    /// When the interval under way is over.
    pub(crate) fn interval_end_ns(&self) -> u64 {
        self.interval_end_ns
    }

    /// Hands in the intervals that are over.
    pub(crate) fn roll(&mut self, now_ns: u64) {
        while now_ns >= self.interval_end_ns {
            let next = Interval { index: self.interval.index + 1, latency: Times::new(), failed: 0 };
            let over = std::mem::replace(&mut self.interval, next);
            // It fails only if whoever asked for the run has given up on it.
            let _ = self.reports.send(Report::Interval(Box::new(over)));
            let end_ns = self.timeline.end_ns;
            self.interval_end_ns = match self.interval_end_ns {
                // What is answered after the end belongs to no second.
                before if before >= end_ns => u64::MAX,
                before => (before + INTERVAL_NS).min(end_ns),
            };
        }
    }

    /// The measured time ends before it was to.
    pub(crate) fn end(&mut self, now_ns: u64) {
        if now_ns < self.timeline.end_ns {
            self.timeline.end_ns = now_ns.max(self.timeline.from_ns);
            self.interval_end_ns = self.interval_end_ns.min(self.timeline.end_ns);
        }
    }

    pub(crate) fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    fn counts(&self, due_ns: u64) -> bool {
        (self.timeline.from_ns..self.timeline.end_ns).contains(&due_ns)
    }

    /// A call was sent.
    pub(crate) fn sent(&mut self, sent: &Sent) {
        if !self.counts(sent.due_ns) {
            return;
        }
        let calls = &mut self.totals.calls;
        calls.due += 1;
        calls.sent += 1;
        if self.is_open {
            if sent.free_ns > sent.due_ns {
                calls.waited_for_stream += 1;
                self.totals.stream_wait.record(sent.free_ns - sent.due_ns);
            }
            self.totals.send_lag.record(sent.sent_ns.saturating_sub(sent.due_ns.max(sent.free_ns)));
        }
    }

    /// A call was answered, with so many errors.
    pub(crate) fn answered(&mut self, sent: &Sent, now_ns: u64, bytes: usize, is_failed: bool) {
        self.roll(now_ns);
        let latency_ns = now_ns.saturating_sub(sent.due_ns);
        self.interval.latency.record(latency_ns);
        self.interval.failed += u64::from(is_failed);
        let totals = &mut self.totals;
        if (self.timeline.from_ns..self.timeline.end_ns).contains(&now_ns) {
            totals.calls.answered_within += 1;
            totals.traffic.sent_bytes += sent.bytes as u64;
            totals.traffic.received_bytes += bytes as u64;
            if let Some((_, answered)) =
                self.timeline.step_at(now_ns).and_then(|step| totals.steps.get_mut(step))
            {
                *answered += 1;
            }
        }
        if self.counts(sent.due_ns) {
            self.totals.calls.answered += 1;
            self.totals.calls.failed += u64::from(is_failed);
            self.totals.service.record(now_ns.saturating_sub(sent.sent_ns));
            self.took(sent.due_ns, latency_ns);
        }
    }

    /// A call was sent, and there will be no answer.
    pub(crate) fn unanswered(&mut self, sent: &Sent, now_ns: u64) {
        if self.counts(sent.due_ns) {
            self.totals.calls.unanswered += 1;
            self.totals.service.record(now_ns.saturating_sub(sent.sent_ns));
            self.took(sent.due_ns, now_ns.saturating_sub(sent.due_ns));
        }
    }

    /// A call was due, and no stream became free for it.
    pub(crate) fn unsent(&mut self, due_ns: u64, now_ns: u64) {
        if self.counts(due_ns) {
            let wait_ns = now_ns.saturating_sub(due_ns);
            self.totals.calls.due += 1;
            self.totals.calls.unanswered += 1;
            self.totals.calls.waited_for_stream += 1;
            self.totals.stream_wait.record(wait_ns);
            self.took(due_ns, wait_ns);
        }
    }

    fn took(&mut self, due_ns: u64, latency_ns: u64) {
        self.totals.latency.record(latency_ns);
        if let Some((times, _)) =
            self.timeline.step_at(due_ns).and_then(|step| self.totals.steps.get_mut(step))
        {
            times.record(latency_ns);
        }
    }

    /// An error came, of a call due at this instant.
    pub(crate) fn error(&mut self, due_ns: u64, failure: &Failure) {
        if self.counts(due_ns) {
            self.totals.errors.add(failure);
        }
    }

    /// Hands in everything.
    pub(crate) fn finish(&mut self) {
        self.roll(self.timeline.end_ns);
        self.totals.end_ns = self.timeline.end_ns;
        let totals = std::mem::replace(&mut self.totals, Totals::new(0));
        let _ = self.reports.send(Report::Done(Box::new(totals)));
    }
}
