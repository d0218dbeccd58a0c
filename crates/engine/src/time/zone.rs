//! Civil time in a zone, whose clocks now and then change.

use jiff::tz::TimeZone;

use super::{NANOS_PER_MINUTE, Nanos, nanos, timestamp};

pub(crate) const MINUTES_PER_DAY: i64 = 24 * 60;

/// How far the zone's clocks are ahead of UTC.
pub(crate) fn offset_at(zone: &TimeZone, at: Nanos) -> Nanos {
    Nanos::from(zone.to_offset(timestamp(at)).seconds()) * 1_000_000_000
}

/// Minutes of civil time since 1970, where clocks are ahead of UTC by an offset.
pub(crate) fn minute_at(at: Nanos, offset: Nanos) -> i64 {
    at.saturating_add(offset).div_euclid(NANOS_PER_MINUTE)
}

/// Days since Monday, of a day counted from the first of 1970.
pub(crate) fn weekday(day: i64) -> u8 {
    // 1970-01-01 was a Thursday, the fourth day of a week that begins on Monday.
    u8::try_from((day + 3).rem_euclid(7)).unwrap_or(0)
}

/// The first instant after this one at which the zone's clocks change.
pub(crate) fn transition_after(zone: &TimeZone, at: Nanos) -> Option<Nanos> {
    zone.following(timestamp(at)).next().map(|transition| nanos(transition.timestamp()))
}

/// The last instant, not after this one, at which the zone's clocks changed.
pub(crate) fn transition_not_after(zone: &TimeZone, at: Nanos) -> Option<Nanos> {
    zone.preceding(timestamp(at.saturating_add(1)))
        .next()
        .map(|transition| nanos(transition.timestamp()))
        .filter(|transition| *transition > Nanos::MIN)
}
