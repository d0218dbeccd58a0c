//! Gives calls that are due to streams that are free.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::iter::{Peekable, Skip, StepBy};
use std::task::{Context, Poll, Waker};

use crate::schedule::{Due, Schedules};

/// A call for a stream to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Job {
    /// Which call it is, for the choice of its message.
    pub(crate) number: u64,
    /// When it was due.
    pub(crate) due_ns: u64,
}

/// The calls of one thread.
#[derive(Debug)]
pub(crate) struct Feed {
    inner: RefCell<Inner>,
}

#[derive(Debug)]
struct Inner {
    source: Source,
    /// Streams that wait for a call, longest first, so that calls are spread over all.
    idle: VecDeque<usize>,
    lanes: Vec<Lane>,
    is_over: bool,
    /// Wakes who waits for a stream to become free.
    for_idle: Option<Waker>,
}

#[derive(Debug)]
enum Source {
    /// A call is due whenever a stream is free, until then. The numbers of other threads' calls lie between.
    Closed { next: u64, by: u64, end_ns: u64 },
    /// Calls are due when they are.
    Open(Box<Peekable<StepBy<Skip<Schedules>>>>),
}

#[derive(Debug, Default)]
struct Lane {
    given: Option<Job>,
    waker: Option<Waker>,
    is_idle: bool,
}

/// What is next for him who gives calls out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// A call that is due then.
    At(u64),
    /// A call that is due, but there is no stream for it.
    NoStream,
    /// Nothing any more.
    Over,
}

impl Feed {
    /// The calls of one of so many threads, over so many streams.
    pub(crate) fn new(
        schedule: Option<Schedules>,
        end_ns: u64,
        thread: usize,
        threads: usize,
        lanes: usize,
    ) -> Self {
        let source = match schedule {
            Some(schedule) => Source::Open(Box::new(schedule.skip(thread).step_by(threads).peekable())),
            None => Source::Closed { next: thread as u64, by: threads as u64, end_ns },
        };
        let lanes = (0..lanes).map(|_| Lane::default()).collect();
        let inner = Inner { source, idle: VecDeque::new(), lanes, is_over: false, for_idle: None };
        Self { inner: RefCell::new(inner) }
    }

    /// The next call of a stream that has room for one; `None` if there will be none. A closed loop's is due at once.
    pub(crate) fn poll_job(&self, lane: usize, now_ns: u64, cx: &mut Context<'_>) -> Poll<Option<Job>> {
        let mut inner = self.inner.borrow_mut();
        if let Some(job) = inner.lanes.get_mut(lane).and_then(|lane| lane.given.take()) {
            return Poll::Ready(Some(job));
        }
        if inner.is_over {
            return Poll::Ready(None);
        }
        if let Some(job) = inner.take(now_ns) {
            return Poll::Ready(Some(job));
        }
        if inner.is_exhausted(now_ns) {
            return Poll::Ready(None);
        }
        let inner = &mut *inner;
        if let Some(state) = inner.lanes.get_mut(lane) {
            if !state.is_idle {
                state.is_idle = true;
                inner.idle.push_back(lane);
            }
            state.waker = Some(cx.waker().clone());
        }
        if let Some(waker) = inner.for_idle.take() {
            waker.wake();
        }
        Poll::Pending
    }

    /// Gives out what is due.
    pub(crate) fn give(&self, now_ns: u64) -> Next {
        let mut inner = self.inner.borrow_mut();
        loop {
            if inner.is_over || inner.is_exhausted(now_ns) {
                return Next::Over;
            }
            match inner.due_ns() {
                Some(due_ns) if due_ns > now_ns => return Next::At(due_ns),
                _ => {}
            }
            let Some(lane) = inner.idle.pop_front() else { return Next::NoStream };
            let job = inner.take(now_ns);
            if let Some(state) = inner.lanes.get_mut(lane) {
                state.is_idle = false;
                state.given = job;
                if let Some(waker) = state.waker.take() {
                    waker.wake();
                }
            }
        }
    }

    /// Waits until a stream is free.
    pub(crate) fn poll_idle(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut inner = self.inner.borrow_mut();
        if !inner.idle.is_empty() || inner.is_over {
            return Poll::Ready(());
        }
        inner.for_idle = Some(cx.waker().clone());
        Poll::Pending
    }

    /// No more calls are given out, and who waits for one hears of it.
    pub(crate) fn close(&self) {
        let mut inner = self.inner.borrow_mut();
        inner.is_over = true;
        let lanes = inner.lanes.iter_mut().filter_map(|lane| lane.waker.take());
        let wakers: Vec<Waker> = lanes.collect();
        wakers.into_iter().chain(inner.for_idle.take()).for_each(Waker::wake);
    }

    /// Tells of each call that was due before then, and never given out or never taken.
    pub(crate) fn rest(&self, end_ns: u64, mut each: impl FnMut(u64)) {
        let mut inner = self.inner.borrow_mut();
        inner.lanes.iter_mut().filter_map(|lane| lane.given.take()).for_each(|job| each(job.due_ns));
        if let Source::Open(schedule) = &mut inner.source {
            while let Some(due) = schedule.next_if(|due| due.ns < end_ns) {
                each(due.ns);
            }
        }
    }
}

impl Inner {
    fn due_ns(&mut self) -> Option<u64> {
        match &mut self.source {
            Source::Closed { .. } => None,
            Source::Open(schedule) => schedule.peek().map(|due| due.ns),
        }
    }

    fn is_exhausted(&mut self, now_ns: u64) -> bool {
        match &mut self.source {
            Source::Closed { end_ns, .. } => now_ns >= *end_ns,
            Source::Open(schedule) => schedule.peek().is_none(),
        }
    }

    fn take(&mut self, now_ns: u64) -> Option<Job> {
        match &mut self.source {
            Source::Closed { next, by, end_ns } => {
                let number = *next;
                (now_ns < *end_ns).then(|| {
                    *next += *by;
                    Job { number, due_ns: now_ns }
                })
            }
            Source::Open(schedule) => {
                let Due { number, ns } = schedule.next_if(|due| due.ns <= now_ns)?;
                Some(Job { number, due_ns: ns })
            }
        }
    }
}
