//! A thread that makes calls.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::time::{Duration, Instant};

use http::Request;
use tokio::sync::Notify;
use tokio::task::LocalSet;

use crate::LoadError;
use crate::cpu::{self, ThreadTime};
use crate::feed::{Feed, Job, Next};
use crate::mix::Encoded;
use crate::pace::Pacer;
use crate::plan::{Plan, Shape, refused};
use crate::record::{Recorder, Report, Sent, Timeline};
use crate::schedule::Schedules;
use crate::wire::{self, Connection, Failure};

mod check;
mod stream;
mod unary;

/// How often a thread looks whether it is to end early.
const LOOK: Duration = Duration::from_millis(50);
/// How long the call that tries a connection may take.
const FIRST_CALL_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a stream waits after its connection was lost, so that a server that is gone is not asked a million times a second.
const LOST_PAUSE: Duration = Duration::from_millis(20);

/// What all threads of a run share.
#[derive(Debug)]
pub(crate) struct Common {
    pub(crate) plan: Plan,
    pub(crate) encoded: Encoded,
    /// Whoever asked for the run wants it to end.
    pub(crate) stop: AtomicBool,
    /// Calls of the measured time that may still be made, if they are bounded.
    pub(crate) calls_left: Option<AtomicU64>,
}

/// What the streams of a thread share.
struct Thread {
    common: Arc<Common>,
    zero: Instant,
    is_open: bool,
    feed: Feed,
    recorder: RefCell<Recorder>,
    checker: RefCell<check::Checker>,
    /// The calls under way of each stream, oldest first.
    under_way: RefCell<Vec<VecDeque<Sent>>>,
    lanes_left: Cell<usize>,
    all_done: Notify,
    head: Request<()>,
}

impl Thread {
    fn now(&self) -> u64 {
        // A run is at most some days long: it does not overflow.
        self.zero.elapsed().as_nanos() as u64
    }

    /// The next call of a stream, and what it is recorded with; `None` if there will be none.
    async fn next(&self, lane: usize, free_ns: u64) -> Option<(Job, Sent)> {
        let job = poll_fn(|cx| self.feed.poll_job(lane, self.now(), cx)).await?;
        self.admit(job).then(|| (job, self.sent(job, free_ns)))
    }

    fn sent(&self, job: Job, free_ns: u64) -> Sent {
        // What a closed loop has due is sent at once.
        let sent_ns = if self.is_open { self.now() } else { job.due_ns };
        Sent { due_ns: job.due_ns, free_ns, sent_ns, bytes: 0 }
    }

    /// Whether the call may be made by the bound on calls; ends the run otherwise.
    fn admit(&self, job: Job) -> bool {
        let Some(left) = &self.common.calls_left else { return true };
        if job.due_ns < self.recorder.borrow().timeline().from_ns {
            return true;
        }
        let take = |left: u64| left.checked_sub(1);
        if left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok() {
            return true;
        }
        self.end_early();
        false
    }

    fn end_early(&self) {
        self.recorder.borrow_mut().end(self.now());
        self.feed.close();
    }

    fn begin(&self, lane: usize, sent: Sent) {
        self.recorder.borrow_mut().sent(&sent);
        if let Some(under_way) = self.under_way.borrow_mut().get_mut(lane) {
            under_way.push_back(sent);
        }
    }

    /// The oldest call under way of a stream is over.
    fn over(&self, lane: usize) -> Option<Sent> {
        self.under_way.borrow_mut().get_mut(lane).and_then(VecDeque::pop_front)
    }

    fn lane_done(&self) {
        self.lanes_left.set(self.lanes_left.get() - 1);
        if self.lanes_left.get() == 0 {
            self.all_done.notify_one();
        }
    }
}

/// Makes the calls of one thread, and hands in what it saw.
///
/// # Errors
/// There is no connection, the first call fails, or the plan asks for more streams than the server allows.
pub(crate) fn work(
    common: Arc<Common>,
    number: usize,
    reports: Sender<Report>,
    go: Receiver<Instant>,
) -> Result<(), LoadError> {
    let system = |what| move |source| LoadError::System { what, source };
    if let Some(processor) = common.plan.pin.get(number % common.plan.pin.len().max(1)) {
        cpu::pin(*processor).map_err(system("pin a thread to its processor"))?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(system("start a runtime"))?;
    let local = LocalSet::new();
    let connections = local.block_on(&runtime, connect(&common, number))?;
    // Whoever is to hear of it is gone if this fails, and the run is over.
    if reports.send(Report::Ready).is_err() {
        return Ok(());
    }
    let Ok(zero) = go.recv() else { return Ok(()) };
    local.block_on(&runtime, drive(common, number, zero, connections, reports))
}

/// The connections of one thread, each tried by a call.
async fn connect(common: &Common, thread: usize) -> Result<Vec<Rc<Connection>>, LoadError> {
    let plan = &common.plan;
    let count = (thread..plan.connections).step_by(plan.threads).count();
    let head = head(plan)?;
    let mut connections = Vec::with_capacity(count);
    for number in 0..count {
        let connection = Connection::open(&plan.target, &plan.access).await?;
        let (mut sender, _) = connection.sender();
        let message = common.encoded.message(number as u64);
        let exchange = tokio::time::timeout(FIRST_CALL_TIMEOUT, wire::exchange(&mut sender, &head, message));
        let answer = exchange.await.map_err(|_| no_answer(plan))?.map_err(first_call)?;
        if !matches!(plan.shape, Shape::Unary) {
            let mut first = None;
            let message = wire::message(&answer.body);
            wire::failures(message.as_deref().unwrap_or(b"\xff"), |failure| _ = first.get_or_insert(failure));
            first.map_or(Ok(()), |failure| Err(first_call(failure)))?;
        }
        let allowed = connection.streams_max();
        if plan.streams > allowed {
            return Err(refused(
                "streams",
                format!(
                    "must be at most {allowed}, which the server allows on a connection, and is {}",
                    plan.streams
                ),
            ));
        }
        connections.push(connection);
    }
    Ok(connections)
}

fn no_answer(plan: &Plan) -> LoadError {
    let message = format!("the first call was not answered within {} s", FIRST_CALL_TIMEOUT.as_secs());
    LoadError::Connect { target: plan.target.clone(), message }
}

pub(crate) fn first_call(failure: Failure) -> LoadError {
    LoadError::FirstCall { code: failure.code_name(), reason: failure.reason, message: failure.message }
}

fn head(plan: &Plan) -> Result<Request<()>, LoadError> {
    let head = wire::head(&plan.target, &plan.access, wire::path_of(plan.shape));
    head.map_err(|error| refused("target", error.to_string()))
}

async fn drive(
    common: Arc<Common>,
    number: usize,
    zero: Instant,
    connections: Vec<Rc<Connection>>,
    reports: Sender<Report>,
) -> Result<(), LoadError> {
    let plan = &common.plan;
    let timeline = Timeline::of(plan);
    let schedule = Schedules::new(plan);
    let is_open = schedule.is_some();
    let lanes = connections.len() * plan.streams;
    let thread = Rc::new(Thread {
        zero,
        is_open,
        feed: Feed::new(schedule, timeline.end_ns, number, plan.threads, lanes),
        recorder: RefCell::new(Recorder::new(timeline.clone(), is_open, reports)),
        checker: RefCell::new(check::Checker::new(plan, number)),
        under_way: RefCell::new(vec![VecDeque::new(); lanes]),
        lanes_left: Cell::new(lanes),
        all_done: Notify::new(),
        head: head(plan)?,
        common: common.clone(),
    });
    let pacer = Pacer::new().map_err(|source| LoadError::System { what: "make a timer", source })?;
    tokio::time::sleep_until(zero.into()).await;
    let helpers =
        [tokio::task::spawn_local(tick(thread.clone())), tokio::task::spawn_local(sample(thread.clone()))];
    // Neighbouring streams are of different connections, so that the first calls are spread over all of them.
    for lane in 0..lanes {
        let Some(connection) = connections.get(lane % connections.len().max(1)).cloned() else { continue };
        match plan.shape {
            Shape::Unary | Shape::Batch { .. } => {
                tokio::task::spawn_local(unary::lane(thread.clone(), lane, connection));
            }
            Shape::Stream { window } => {
                tokio::task::spawn_local(stream::lane(thread.clone(), lane, connection, window));
            }
        }
    }
    if is_open {
        tokio::task::spawn_local(give(thread.clone(), pacer));
    }
    let drained = zero + Duration::from_nanos(timeline.drained_ns);
    // Whatever is left then is unanswered.
    let _ = tokio::time::timeout_at(drained.into(), thread.all_done.notified()).await;
    finish(&thread);
    helpers.iter().for_each(tokio::task::JoinHandle::abort);
    let mut recorder = thread.recorder.borrow_mut();
    recorder.totals.take_check(&thread.checker.borrow());
    recorder.finish();
    Ok(())
}

/// Counts what was not answered.
fn finish(thread: &Thread) {
    thread.feed.close();
    let now_ns = thread.now();
    let mut recorder = thread.recorder.borrow_mut();
    for sent in thread.under_way.borrow().iter().flatten() {
        recorder.unanswered(sent, now_ns);
    }
    let end_ns = recorder.timeline().end_ns;
    thread.feed.rest(end_ns, |due_ns| recorder.unsent(due_ns, now_ns));
}

/// Gives out the calls of an open loop as they become due.
async fn give(thread: Rc<Thread>, pacer: Pacer) {
    loop {
        match thread.feed.give(thread.now()) {
            Next::At(due_ns) => pacer.until(thread.zero + Duration::from_nanos(due_ns)).await,
            Next::NoStream => poll_fn(|cx| thread.feed.poll_idle(cx)).await,
            Next::Over => return thread.feed.close(),
        }
    }
}

/// Hands in each second when it is over, and looks whether the run is to end early.
async fn tick(thread: Rc<Thread>) {
    loop {
        let (now_ns, interval_end_ns) = (thread.now(), thread.recorder.borrow().interval_end_ns());
        let left = Duration::from_nanos(interval_end_ns.saturating_sub(now_ns));
        tokio::time::sleep(left.min(LOOK)).await;
        thread.recorder.borrow_mut().roll(thread.now());
        if thread.common.stop.load(Ordering::Relaxed) {
            return thread.end_early();
        }
    }
}

/// Takes the processor time of the measured time.
async fn sample(thread: Rc<Thread>) {
    let timeline = thread.recorder.borrow().timeline().clone();
    let at = |ns| tokio::time::sleep_until((thread.zero + Duration::from_nanos(ns)).into());
    at(timeline.from_ns).await;
    let (began_ns, before) = (thread.now(), ThreadTime::now());
    // Until the end, or as often as it takes to have the time until an early one.
    loop {
        let end_ns = thread.recorder.borrow().timeline().end_ns;
        let now_ns = thread.now();
        if now_ns >= end_ns {
            return;
        }
        at(end_ns.min(now_ns + crate::record::ns(LOOK))).await;
        let after = ThreadTime::now();
        let totals = &mut thread.recorder.borrow_mut().totals;
        totals.sampled_ns = thread.now() - began_ns;
        totals.ran_ns = after.ran_ns - before.ran_ns;
        totals.waited_ns =
            after.waited_ns.zip(before.waited_ns).map(|(after, before)| after.saturating_sub(before));
    }
}
