//! When a connection is told to send no further calls: once the service is to stop, or once nobody has called on it for long.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;

/// In so many parts of its time a connection is looked at: it ends as late as one part after its time.
const PARTS: u32 = 4;

/// Tells all connections that the service is to stop.
#[derive(Debug)]
pub(super) struct Closing(watch::Sender<()>);

/// Hears of it.
#[derive(Debug)]
pub(super) struct Closed(watch::Receiver<()>);

impl Closing {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(()))
    }

    /// Whoever has this is told, and waited for until it is dropped.
    pub(super) fn listener(&self) -> Closed {
        Closed(self.0.subscribe())
    }

    /// Tells all that listen, and waits until none of them is left.
    pub(super) async fn close(self) {
        self.0.send_replace(());
        self.0.closed().await;
    }
}

impl Closed {
    /// Ends when that is told.
    pub(super) async fn told(&mut self) {
        // Nobody is left to tell it, either: there will be no further connections.
        drop(self.0.changed().await);
    }
}

/// The calls of one connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Activity(Arc<Calls>);

#[derive(Debug, Default)]
struct Calls {
    begun: AtomicU64,
    ended: AtomicU64,
}

/// A call under way, until it is dropped.
#[derive(Debug)]
pub(crate) struct UnderWay(Activity);

impl Activity {
    /// A call begins.
    pub(super) fn begin(&self) -> UnderWay {
        self.0.begun.fetch_add(1, Ordering::Relaxed);
        UnderWay(self.clone())
    }

    /// How many calls there have been; none while one is under way.
    fn calls_if_idle(&self) -> Option<u64> {
        let ended = self.0.ended.load(Ordering::Relaxed);
        (self.0.begun.load(Ordering::Relaxed) == ended).then_some(ended)
    }

    /// Ends when there has been no call for `timeout`.
    pub(super) async fn idle(&self, timeout: Duration) {
        let mut seen = self.calls_if_idle();
        let mut parts = 0;
        while parts < PARTS {
            sleep(timeout / PARTS).await;
            let now = self.calls_if_idle();
            parts = if now.is_some() && now == seen { parts + 1 } else { 0 };
            seen = now;
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let Self(Activity(calls)) = self;
        calls.ended.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    const TIMEOUT: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn a_connection_is_idle_once_its_last_call_is_long_over() {
        let activity = Activity::default();
        let begun = Instant::now();
        activity.idle(TIMEOUT).await;
        assert_eq!(begun.elapsed(), TIMEOUT, "nobody has called");

        let call = activity.begin();
        let idle = activity.idle(TIMEOUT);
        tokio::pin!(idle);
        assert!(tokio::time::timeout(TIMEOUT * 10, &mut idle).await.is_err(), "a call is under way");
        drop(call);
        let over = Instant::now();
        idle.await;
        assert!((TIMEOUT..=TIMEOUT + TIMEOUT / PARTS).contains(&over.elapsed()), "{:?}", over.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn all_that_listen_are_told_and_waited_for() {
        let closing = Closing::new();
        let mut listener = closing.listener();
        let mut closed = tokio::spawn(closing.close());
        listener.told().await;
        assert!(tokio::time::timeout(TIMEOUT, &mut closed).await.is_err(), "one is left");
        drop(listener);
        closed.await.unwrap();
    }
}
