//! Refusals in the log: each has a line, unless there are so many that the log would be what suffers.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use jiff::Timestamp;

/// Refusals that are logged in a second; the rest are counted.
const LOGGED_PER_SECOND: u64 = 10;

/// Those of this process.
pub(crate) static REFUSALS: Refusals = Refusals::new();

/// How many refusals are logged.
#[derive(Debug)]
pub(crate) struct Refusals {
    second: AtomicI64,
    logged: AtomicU64,
    left_out: AtomicU64,
}

impl Refusals {
    const fn new() -> Self {
        Self { second: AtomicI64::new(0), logged: AtomicU64::new(0), left_out: AtomicU64::new(0) }
    }

    /// Logs a refusal, unless there have been too many in this second; `write` is told how many have been left out.
    pub(crate) fn log(&self, write: impl FnOnce(u64)) {
        let now = Timestamp::now().as_second();
        if self.second.swap(now, Ordering::Relaxed) != now {
            self.logged.store(0, Ordering::Relaxed);
        }
        if self.logged.fetch_add(1, Ordering::Relaxed) < LOGGED_PER_SECOND {
            write(self.left_out.swap(0, Ordering::Relaxed));
        } else {
            self.left_out.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_are_logged_a_second_and_the_rest_are_counted() {
        let refusals = Refusals::new();
        let (mut logged, mut told) = (0, 0);
        for _ in 0..1_000 {
            refusals.log(|left_out| {
                logged += 1;
                told += left_out;
            });
        }
        // The second may end meanwhile.
        assert!((10..=30).contains(&logged), "{logged}");
        assert_eq!(told + refusals.left_out.load(Ordering::Relaxed), 1_000 - logged);
    }
}
