//! The instant of decisions whose callers state none, and times that are to differ.

use std::time::Duration;

use jiff::Timestamp;
use rand::RngExt as _;

/// A time that is up to half as long again, or up to half shorter: so that those who begin together do not go on together.
pub(crate) fn jittered(time: Duration) -> Duration {
    time.mul_f64(rand::rng().random_range(0.5..1.5))
}

/// Where the time comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Clock {
    /// The machine's clock.
    System,
    /// Always this instant, so that what a test sees does not depend on when it runs.
    #[cfg(test)]
    Fixed(Timestamp),
}

impl Clock {
    /// The instant now.
    pub(crate) fn now(self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            #[cfg(test)]
            Self::Fixed(instant) => instant,
        }
    }
}
