//! Waiting until an instant, to within microseconds.

use std::io;
use std::time::{Duration, Instant};

/// What is left of a wait when it is no longer worth a timer: arming one and being woken takes about as long.
const SPIN: Duration = Duration::from_micros(20);

/// A timer that is finer than the runtime's own, whose millisecond would be the better part of most latencies.
#[derive(Debug)]
pub(crate) struct Pacer {
    /// A timer of the system, held as the only thing of the runtime that waits for any descriptor without unsafe code: a
    /// pipe's end, which is no more than a descriptor to read bytes from.
    #[cfg(target_os = "linux")]
    timer: tokio::net::unix::pipe::Receiver,
}

impl Pacer {
    /// One for the runtime that this is called in.
    ///
    /// # Errors
    /// The system has no timer left.
    pub(crate) fn new() -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        {
            use rustix::time::{TimerfdClockId, TimerfdFlags, timerfd_create};
            let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
            let timer = timerfd_create(TimerfdClockId::Monotonic, flags)?;
            Ok(Self { timer: tokio::net::unix::pipe::Receiver::from_owned_fd_unchecked(timer)? })
        }
        #[cfg(not(target_os = "linux"))]
        Ok(Self {})
    }

    /// Waits until then. Lets other tasks run in any case.
    pub(crate) async fn until(&self, then: Instant) {
        loop {
            let left = then.saturating_duration_since(Instant::now());
            if left <= SPIN || self.sleep(left).await.is_err() {
                tokio::task::yield_now().await;
            }
            if Instant::now() >= then {
                return;
            }
        }
    }

    #[cfg(target_os = "linux")]
    async fn sleep(&self, left: Duration) -> io::Result<()> {
        use rustix::time::{Itimerspec, TimerfdTimerFlags, Timespec, timerfd_settime};
        let spec = Itimerspec {
            it_interval: Timespec { tv_sec: 0, tv_nsec: 0 },
            it_value: Timespec { tv_sec: left.as_secs() as i64, tv_nsec: i64::from(left.subsec_nanos()) },
        };
        timerfd_settime(&self.timer, TimerfdTimerFlags::empty(), &spec)?;
        self.timer.readable().await?;
        // How often it has gone off does not matter. If it has not, the wait just ends early, and there is another. It is read
        // until there is nothing more, so that the next wait does not find it ready.
        let mut expirations = [0; 8];
        while self.timer.try_read(&mut expirations).is_ok() {}
        Ok(())
    }

    #[cfg(not(target_os = "linux"))]
    async fn sleep(&self, left: Duration) -> io::Result<()> {
        tokio::time::sleep(left).await;
        Ok(())
    }
}
