//! Instants at which clock and elapsed conditions begin and cease to hold.
//!
//! Inside the engine an instant is a number of nanoseconds since the epoch, so that truth over time is a set of
//! half-open spans of integers: *more than d since t* holds from `t + d + 1`, *less than d* until `t + d`, and a span of
//! civil time from the instant of its first minute until that of its last. Every question about time (does it hold, since
//! when, when next) is then answered by walking from one toggle to the next.

mod condition;
mod pattern;
mod zone;

use jiff::Timestamp;

pub(crate) use condition::{Atom, Instants, Since, TimeCondition, next_all_true, next_rise};
pub(crate) use pattern::{Pattern, PatternBuilder};
pub(crate) use zone::{
    MINUTES_PER_DAY, minute_at, offset_at, transition_after, transition_not_after, weekday,
};

/// Nanoseconds since the epoch. 64 bits reach from 1677 to 2262, well beyond the years that a request may name.
pub(crate) type Nanos = i64;

const NANOS_PER_MINUTE: Nanos = 60 * 1_000_000_000;
const NANOS_PER_DAY: Nanos = 24 * 60 * NANOS_PER_MINUTE;

/// How far clock conditions are followed into the future and the past: 400 days.
///
/// Weekly patterns in one zone repeat within a week, and the rules of zones within a year, so that what does not happen in
/// 400 days does not happen (dated exceptions further ahead come into view as time passes).
pub(crate) const HORIZON: Nanos = 400 * NANOS_PER_DAY;

/// The instant as the engine counts; one beyond the reach of 64 bits becomes the nearest within it.
pub(crate) fn nanos(timestamp: Timestamp) -> Nanos {
    let nanos = timestamp.as_nanosecond();
    Nanos::try_from(nanos).unwrap_or(if nanos < 0 { Nanos::MIN } else { Nanos::MAX })
}

/// The instant as the world writes it.
pub(crate) fn timestamp(nanos: Nanos) -> Timestamp {
    // Every 64-bit count lies within what a timestamp can hold, so that the default is never taken.
    Timestamp::from_nanosecond(i128::from(nanos)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
