//! Civil time that repeats weekly, with dated exceptions, in one zone.

use jiff::civil;
use jiff::tz::TimeZone;

use super::zone::{MINUTES_PER_DAY, minute_at, offset_at, transition_after, transition_not_after, weekday};
use super::{HORIZON, NANOS_PER_MINUTE, Nanos};
use crate::definition::{TimeRange, WorkingHours};

/// How many days a walk over civil days goes; a little more than [`HORIZON`], which bounds the instants.
const DAYS_MAX: i64 = 402;

/// A span in minutes after the midnight of the day on which it begins; one that crosses midnight ends after 1,440.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    from: u16,
    to: u16,
}

impl From<TimeRange> for Span {
    fn from(range: TimeRange) -> Self {
        let crosses = range.to_minute <= range.from_minute;
        Self { from: range.from_minute, to: range.to_minute + if crosses { 1_440 } else { 0 } }
    }
}

/// Which minutes of civil time belong to a weekly schedule with exceptions.
///
/// A day is counted from 1970-01-01, a minute from its midnight, both in civil time: a minute that a change of offset skips
/// never comes, one that it repeats comes twice.
#[derive(Debug)]
pub(crate) struct Pattern {
    zone: TimeZone,
    /// Spans that begin on each weekday, Monday first.
    week: [Box<[Span]>; 7],
    /// Days with spans of their own, ascending.
    exceptions: Box<[(i64, Box<[Span]>)]>,
}

/// Collects the spans of a [`Pattern`].
#[derive(Debug, Default)]
pub(crate) struct PatternBuilder {
    week: [Vec<Span>; 7],
    exceptions: Vec<(i64, Box<[Span]>)>,
}

impl PatternBuilder {
    /// The spans of an agent's working hours.
    pub(crate) fn of_working_hours(hours: &WorkingHours) -> Self {
        let mut builder = Self::default();
        for interval in &hours.weekly {
            builder.add(interval.day, interval.range);
        }
        for exception in &hours.exceptions {
            let spans = exception.ranges.iter().map(|range| Span::from(*range)).collect();
            builder.exceptions.push((day_number(exception.date), spans));
        }
        builder.exceptions.sort_by_key(|(day, _)| *day);
        builder
    }

    /// Adds a span that begins on one weekday.
    pub(crate) fn add(&mut self, day: civil::Weekday, range: TimeRange) {
        if let Some(spans) = self.week.get_mut(usize::from(day.to_monday_zero_offset().unsigned_abs())) {
            spans.push(range.into());
        }
    }

    /// Adds a whole weekday.
    pub(crate) fn add_day(&mut self, day: civil::Weekday) {
        self.add(day, TimeRange { from_minute: 0, to_minute: 1_440 });
    }

    /// Adds a span that begins on every day.
    pub(crate) fn add_daily(&mut self, range: TimeRange) {
        for spans in &mut self.week {
            spans.push(range.into());
        }
    }

    /// The pattern, read in this zone.
    pub(crate) fn build(self, zone: TimeZone) -> Pattern {
        Pattern {
            zone,
            week: self.week.map(Vec::into_boxed_slice),
            exceptions: self.exceptions.into_boxed_slice(),
        }
    }
}

impl Pattern {
    /// The zone in which it is read.
    pub(crate) fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Whether the instant belongs to it.
    pub(crate) fn holds(&self, at: Nanos) -> bool {
        self.contains(minute_at(at, offset_at(&self.zone, at)))
    }

    /// The first instant after `at`, at most [`HORIZON`] later, at which it changes.
    pub(crate) fn next_toggle(&self, at: Nanos) -> Option<Nanos> {
        let end = at.saturating_add(HORIZON);
        let held = self.holds(at);
        let mut position = at;
        while position <= end {
            let offset = offset_at(&self.zone, position);
            let transition = transition_after(&self.zone, position);
            let toggle = self
                .toggle_after(minute_at(position, offset))
                .map(|minute| minute.saturating_mul(NANOS_PER_MINUTE).saturating_sub(offset));
            // Between two transitions civil time runs evenly, so that a toggle before the next one is where it seems.
            match (toggle, transition) {
                (Some(toggle), None) => return Some(toggle).filter(|toggle| *toggle <= end),
                (Some(toggle), Some(transition)) if toggle < transition => {
                    return Some(toggle).filter(|toggle| *toggle <= end);
                }
                (_, Some(transition)) if transition <= end => {
                    if self.holds(transition) != held {
                        return Some(transition);
                    }
                    position = transition;
                }
                _ => return None,
            }
        }
        None
    }

    /// The last instant, not after `at` and at most [`HORIZON`] before it, at which it changed.
    pub(crate) fn previous_toggle(&self, at: Nanos) -> Option<Nanos> {
        let start = at.saturating_sub(HORIZON);
        let held = self.holds(at);
        let mut position = at;
        while position >= start {
            let offset = offset_at(&self.zone, position);
            let transition = transition_not_after(&self.zone, position);
            let toggle = self
                .toggle_not_after(minute_at(position, offset))
                .map(|minute| minute.saturating_mul(NANOS_PER_MINUTE).saturating_sub(offset));
            match (toggle, transition) {
                (Some(toggle), None) => return Some(toggle).filter(|toggle| *toggle >= start),
                (Some(toggle), Some(transition)) if toggle > transition => {
                    return Some(toggle).filter(|toggle| *toggle >= start);
                }
                (_, Some(transition)) if transition >= start => {
                    if self.holds(transition - 1) != held {
                        return Some(transition);
                    }
                    position = transition - 1;
                }
                _ => return None,
            }
        }
        None
    }

    /// Bytes of one that is shared: what it holds, itself, and the counts of its owners; the zone's rules apart, which belong
    /// to all.
    pub(crate) fn memory_usage(&self) -> usize {
        let week: usize = self.week.iter().map(|spans| size_of_val::<[Span]>(spans)).sum();
        let exceptions: usize = self
            .exceptions
            .iter()
            .map(|(_, spans)| size_of::<(i64, Box<[Span]>)>() + size_of_val::<[Span]>(spans))
            .sum();
        2 * size_of::<usize>() + size_of::<Self>() + week + exceptions
    }

    fn spans(&self, day: i64) -> &[Span] {
        if let Ok(found) = self.exceptions.binary_search_by_key(&day, |(day, _)| *day) {
            return self.exceptions.get(found).map_or(&[], |(_, spans)| spans);
        }
        self.week.get(usize::from(weekday(day))).map_or(&[], |spans| spans)
    }

    /// The spans around a minute, as first and last minutes since 1970: those of its day, and those of the day before
    /// that may still run.
    fn covering(&self, minute: i64) -> impl Iterator<Item = (i64, i64)> {
        let day = minute.div_euclid(MINUTES_PER_DAY);
        [day - 1, day]
            .into_iter()
            .flat_map(|day| self.absolute(day))
            .filter(move |(from, to)| *from <= minute && minute < *to)
    }

    fn absolute(&self, day: i64) -> impl Iterator<Item = (i64, i64)> {
        let midnight = day * MINUTES_PER_DAY;
        self.spans(day)
            .iter()
            .map(move |span| (midnight + i64::from(span.from), midnight + i64::from(span.to)))
    }

    fn contains(&self, minute: i64) -> bool {
        self.covering(minute).next().is_some()
    }

    /// The first minute after this one that belongs to the pattern if this one does not, or the other way round.
    fn toggle_after(&self, minute: i64) -> Option<i64> {
        let last = minute + DAYS_MAX * MINUTES_PER_DAY;
        let mut end = minute;
        while let Some(covered) = self.covering(end).map(|(_, to)| to).max() {
            end = covered;
            if end > last {
                return None;
            }
        }
        if end > minute {
            return Some(end);
        }
        let today = minute.div_euclid(MINUTES_PER_DAY);
        (today..=today + DAYS_MAX)
            .find_map(|day| self.absolute(day).map(|(from, _)| from).filter(|from| *from > minute).min())
    }

    /// The last minute, not after this one, that begins the run of equal minutes in which this one lies.
    fn toggle_not_after(&self, minute: i64) -> Option<i64> {
        let first = minute - DAYS_MAX * MINUTES_PER_DAY;
        let mut begin = minute + 1;
        while let Some(covered) = self.covering(begin - 1).map(|(from, _)| from).min() {
            begin = covered;
            if begin < first {
                return None;
            }
        }
        if begin <= minute {
            return Some(begin);
        }
        let today = minute.div_euclid(MINUTES_PER_DAY);
        let end_of = |day: i64| self.absolute(day).map(|(_, to)| to).filter(|to| *to <= minute).max();
        // A span of the day before may end later than one of the day itself, so that both are asked.
        (0..=DAYS_MAX)
            .map(|back| today - back)
            .find_map(|day| end_of(day).map(|end| Some(end).max(end_of(day - 1))))
            .flatten()
    }
}

/// Days since 1970-01-01.
fn day_number(date: civil::Date) -> i64 {
    let midnight = date.to_datetime(civil::Time::midnight());
    // Every date that jiff can hold has a timestamp in UTC but those within a day of its ends, which are far beyond any
    // schedule.
    TimeZone::UTC
        .to_timestamp(midnight)
        .map_or(i64::MIN / MINUTES_PER_DAY, |timestamp| timestamp.as_second().div_euclid(24 * 60 * 60))
}
