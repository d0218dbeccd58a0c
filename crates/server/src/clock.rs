//! The instant of decisions whose callers state none.

use jiff::Timestamp;

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
