//! How long calls wait for a thread, and which of them are turned away so that the others do not wait for ever.
//!
//! A thread that has more to do than it can do takes ever longer to come round to a call. That is measured by a task that wants to be
//! woken at regular intervals: as late as it is, as late are the calls. HTTP/2's bounds on streams and connections bound
//! the calls that wait; if they still wait for longer than is of use to anybody, a share of them is turned away at once, with
//! `RESOURCE_EXHAUSTED` and when to ask again. The share follows the wait step by step (additive increase, additive decrease),
//! so that it settles where the wait is bearable. A call whose deadline will have passed by then is answered with
//! `DEADLINE_EXCEEDED` instead of being decided for nobody.
//!
//! What is turned away costs half of what it costs to decide, so that a service that is asked many times what it can answer
//! answers less than its most. Callers that heed `RetryInfo`, and more replicas, are the remedies.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use http::HeaderMap;
use tokio::time::{Instant, sleep_until};

use crate::grpc::decision::deadline;
use crate::status::Failure;

/// How often the wait is measured.
const PERIOD: Duration = Duration::from_millis(10);
/// The wait up to which nobody is asked for deadlines: timers are woken some milliseconds late on an idle machine too.
const UNNOTICED_US: u32 = 5_000;
/// Of so many calls …
const ALL: u32 = 256;
/// … at most so many are turned away: the others tell how the wait goes on.
const SHED_MAX: u32 = 240;
/// How many more of them after a period with too long a wait, and how many fewer after another.
const SHED_STEP: (u32, u32) = (16, 4);

/// How long calls wait for a thread.
#[derive(Debug)]
pub(crate) struct Load {
    wait_max: Duration,
    wait_us: AtomicU32,
    /// How many of [`ALL`] calls are turned away.
    shed: AtomicU32,
    turn: AtomicU32,
}

impl Load {
    /// No load. Calls should not wait for longer than `wait_max`.
    pub(crate) fn new(wait_max: Duration) -> Self {
        Self { wait_max, wait_us: AtomicU32::new(0), shed: AtomicU32::new(0), turn: AtomicU32::new(0) }
    }

    /// Whether a call should be decided.
    ///
    /// # Errors
    /// Nobody waits for it any longer, or it is one of those that are turned away.
    pub(crate) fn admit(&self, headers: &HeaderMap) -> Result<(), Failure> {
        let wait_us = self.wait_us.load(Ordering::Relaxed);
        if wait_us < UNNOTICED_US {
            return Ok(());
        }
        let wait = Duration::from_micros(u64::from(wait_us));
        // It has waited for about as long already.
        if deadline::stated(headers).is_some_and(|timeout| timeout <= wait) {
            return Err(Failure::deadline_exceeded());
        }
        let shed = self.shed.load(Ordering::Relaxed);
        if shed > 0 {
            // An odd factor spreads those that are turned away evenly among the others.
            let turn = self.turn.fetch_add(1, Ordering::Relaxed).wrapping_mul(157) % ALL;
            if turn < shed {
                return Err(Failure::overloaded(wait));
            }
        }
        Ok(())
    }

    /// How long calls wait, as last measured.
    pub(crate) fn wait(&self) -> Duration {
        Duration::from_micros(u64::from(self.wait_us.load(Ordering::Relaxed)))
    }

    fn note(&self, wait: Duration) {
        self.wait_us.store(u32::try_from(wait.as_micros()).unwrap_or(u32::MAX), Ordering::Relaxed);
        let shed = self.shed.load(Ordering::Relaxed);
        let (more, fewer) = SHED_STEP;
        let shed =
            if wait > self.wait_max { (shed + more).min(SHED_MAX) } else { shed.saturating_sub(fewer) };
        self.shed.store(shed, Ordering::Relaxed);
    }

    /// Measures for as long as this is awaited, in the runtime that calls wait for.
    pub(crate) async fn watch(&self) {
        loop {
            let due = Instant::now() + PERIOD;
            sleep_until(due).await;
            self.note(due.elapsed());
        }
    }
}

#[cfg(test)]
mod tests {
    use tonic::Code;

    use super::*;

    const LONG: Duration = Duration::from_millis(200);

    fn refused(load: &Load, calls: usize) -> usize {
        let turned_away = (0..calls).filter_map(|_| load.admit(&HeaderMap::new()).err());
        turned_away.inspect(|failure| assert_eq!(failure.code(), Code::ResourceExhausted)).count()
    }

    #[test]
    fn calls_are_turned_away_only_while_the_wait_is_too_long() {
        let load = Load::new(Duration::from_millis(100));
        assert_eq!(refused(&load, 1_000), 0);
        load.note(Duration::from_millis(90));
        assert_eq!(refused(&load, 1_000), 0, "a wait that may be");
        load.note(LONG);
        assert_eq!(refused(&load, 256), 16);
        (0..100).for_each(|_| load.note(LONG));
        assert_eq!(refused(&load, 256), 240, "some are always let in");
        (0..60).for_each(|_| load.note(Duration::from_millis(20)));
        assert_eq!(refused(&load, 1_000), 0, "and all of them once it is over");
    }

    #[test]
    fn a_call_whose_caller_has_given_up_is_not_decided() {
        let load = Load::new(Duration::from_millis(100));
        let with = |timeout: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("grpc-timeout", http::HeaderValue::from_static(timeout));
            load.admit(&headers).map_err(|failure| failure.code())
        };
        assert_eq!(with("1m"), Ok(()), "nobody waits");
        load.note(Duration::from_millis(50));
        assert_eq!(with("20m"), Err(Code::DeadlineExceeded));
        assert_eq!(with("1S"), Ok(()));
        load.note(Duration::from_millis(1));
        assert_eq!(with("1m"), Ok(()));
    }
}
