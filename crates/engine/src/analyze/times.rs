//! Sets of instants: minutes of the week, time that has gone by, and working hours.

use jiff::civil::Weekday;

use crate::definition::{Agent, Attendance, ElapsedBound, Presence, TimeRange, WeeklyInterval};
use crate::index::CompiledAccount;

const MINUTES_PER_DAY: usize = 24 * 60;
const MINUTES_PER_WEEK: usize = 7 * MINUTES_PER_DAY;
const WORDS: usize = MINUTES_PER_WEEK.div_ceil(64);

/// Minutes of the week in the account's zone, Monday first. Every one of them occurs in every zone, whatever its clocks skip
/// in some week.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Week(Box<[u64; WORDS]>);

impl Week {
    fn none() -> Self {
        Self(Box::new([0; WORDS]))
    }

    fn add(&mut self, minutes: std::ops::Range<usize>) {
        for minute in minutes {
            let minute = minute % MINUTES_PER_WEEK;
            if let Some(word) = self.0.get_mut(minute / 64) {
                *word |= 1 << (minute % 64);
            }
        }
    }

    fn add_span(&mut self, day: usize, range: TimeRange) {
        let (from, to) = (usize::from(range.from_minute), usize::from(range.to_minute));
        let midnight = day * MINUTES_PER_DAY;
        let end = if to <= from { to + MINUTES_PER_DAY } else { to };
        self.add(midnight + from..midnight + end);
    }

    pub(super) fn of_days(days: &[Weekday]) -> Self {
        let mut week = Self::none();
        for day in days {
            let midnight = day_number(*day) * MINUTES_PER_DAY;
            week.add(midnight..midnight + MINUTES_PER_DAY);
        }
        week
    }

    pub(super) fn of_times(ranges: &[TimeRange]) -> Self {
        let mut week = Self::none();
        for range in ranges {
            (0..7).for_each(|day| week.add_span(day, *range));
        }
        week
    }

    fn of_schedule(weekly: &[WeeklyInterval]) -> Self {
        let mut week = Self::none();
        for interval in weekly {
            week.add_span(day_number(interval.day), interval.range);
        }
        week
    }

    /// All other minutes.
    pub(super) fn inverted(mut self) -> Self {
        for (place, word) in self.0.iter_mut().enumerate() {
            let bits = MINUTES_PER_WEEK - place * 64;
            *word = !*word & if bits < 64 { (1 << bits) - 1 } else { u64::MAX };
        }
        self
    }

    pub(super) fn meet(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0.iter()).for_each(|(own, other)| *own &= other);
    }

    fn join(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0.iter()).for_each(|(own, other)| *own |= other);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    pub(super) fn is_all(&self) -> bool {
        let minutes: u32 = self.0.iter().map(|word| word.count_ones()).sum();
        usize::try_from(minutes) == Ok(MINUTES_PER_WEEK)
    }

    pub(super) fn is_within(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0.iter()).all(|(own, other)| own & !other == 0)
    }
}

fn day_number(day: Weekday) -> usize {
    usize::from(day.to_monday_zero_offset().unsigned_abs())
}

/// What a condition on working hours says.
pub(super) enum Hours {
    /// It holds within these minutes of the week.
    Week(Week),
    /// It holds if one of these attendances does, of which nothing more is known.
    AnyOf(Vec<Attendance>),
}

impl Hours {
    /// Any of some attendances. The hours of an agent without a schedule are known, and so are those of one whose schedule is
    /// read in the account's zone and has no exceptions. Those of any other are not the same in every week of the account's.
    pub(super) fn of(attendances: &[Attendance], account: &CompiledAccount) -> Self {
        let mut known = Week::none();
        let mut is_known = true;
        for attendance in attendances {
            match (inside(attendance, account), attendance.presence) {
                (Some(week), Presence::Inside) => known.join(&week),
                (Some(week), Presence::Outside) => known.join(&week.inverted()),
                (None, _) => is_known = false,
            }
        }
        if is_known {
            return Self::Week(known);
        }
        let mut any_of = attendances.to_vec();
        any_of.sort_unstable_by(|one, other| key(one).cmp(&key(other)));
        any_of.dedup();
        Self::AnyOf(any_of)
    }
}

fn key(attendance: &Attendance) -> (Option<&str>, bool) {
    (attendance.agent_id.as_deref(), attendance.presence == Presence::Inside)
}

/// The minutes within an agent's working hours, if they are the same every week.
fn inside(attendance: &Attendance, account: &CompiledAccount) -> Option<Week> {
    let works = |agent: &Agent| {
        let hours = agent.working_hours.as_ref();
        hours.is_some_and(|hours| !(hours.weekly.is_empty() && hours.exceptions.is_empty()))
    };
    let Some(id) = &attendance.agent_id else {
        // Whoever the ticket is assigned to, nobody works.
        return (!account.definition.directory.agents.iter().any(works)).then(Week::none);
    };
    let Some(agent) = account.agent(id).filter(|agent| works(agent)) else { return Some(Week::none()) };
    let hours = agent.working_hours.as_ref()?;
    let is_here = hours.time_zone.is_empty() || hours.time_zone == account.definition.time_zone;
    (is_here && hours.exceptions.is_empty()).then(|| Week::of_schedule(&hours.weekly))
}

/// Conditions on working hours of which little is known: one attendance of each must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Attendances(Vec<Vec<Attendance>>);

impl Attendances {
    pub(super) fn add(&mut self, any_of: Vec<Attendance>) {
        if !self.0.contains(&any_of) {
            self.0.push(any_of);
            self.0.sort_by(|one, other| one.iter().map(key).cmp(other.iter().map(key)));
        }
    }

    pub(super) fn meet(&mut self, other: &Self) {
        other.0.iter().for_each(|any_of| self.add(any_of.clone()));
    }

    /// Whether they are known to exclude each other: an agent is not inside and outside at once.
    pub(super) fn is_empty(&self) -> bool {
        let is_ruled_out = |attendance: &Attendance| {
            self.0.iter().any(|any_of| {
                matches!(&**any_of, [only] if only.agent_id == attendance.agent_id && only.presence != attendance.presence)
            })
        };
        self.0.iter().any(|any_of| any_of.iter().all(is_ruled_out))
    }

    pub(super) fn is_all(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether each of the other conditions is weaker than one of these.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        let follows = |wanted: &Vec<Attendance>| {
            self.0.iter().any(|any_of| any_of.iter().all(|attendance| wanted.contains(attendance)))
        };
        other.0.iter().all(follows)
    }
}

/// Nanoseconds that have gone by since an instant of the ticket, which must be there: ranges, both ends included, ascending
/// and apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Elapsed(Vec<(i64, i64)>);

impl Elapsed {
    /// Any of some bounds, or none of them.
    pub(super) fn of(bounds: &[ElapsedBound], negated: bool) -> Self {
        let nanos = |duration: &jiff::SignedDuration| i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX);
        // At exactly the duration neither more nor less has gone by.
        let more = bounds.iter().filter_map(|bound| match bound {
            ElapsedBound::MoreThan(duration) => Some(nanos(duration).saturating_add(1)),
            ElapsedBound::LessThan(_) => None,
        });
        let less = bounds.iter().filter_map(|bound| match bound {
            ElapsedBound::LessThan(duration) => Some(nanos(duration).saturating_sub(1)),
            ElapsedBound::MoreThan(_) => None,
        });
        let (from, to) = (more.min(), less.max());
        let ranges = match (to, from) {
            (Some(to), Some(from)) if to >= from - 1 => vec![(i64::MIN, i64::MAX)],
            (Some(to), Some(from)) => vec![(i64::MIN, to), (from, i64::MAX)],
            (Some(to), None) => vec![(i64::MIN, to)],
            (None, Some(from)) => vec![(from, i64::MAX)],
            (None, None) => Vec::new(),
        };
        let elapsed = Self(ranges);
        if negated { elapsed.inverted() } else { elapsed }
    }

    fn inverted(&self) -> Self {
        let mut gaps = Vec::new();
        let mut next = Some(i64::MIN);
        for (from, to) in &self.0 {
            if let Some(start) = next.filter(|start| start < from) {
                gaps.push((start, from - 1));
            }
            next = to.checked_add(1);
        }
        gaps.extend(next.map(|start| (start, i64::MAX)));
        Self(gaps)
    }

    pub(super) fn meet(&mut self, other: &Self) {
        let both = self.0.iter().flat_map(|(from, to)| {
            other.0.iter().map(|(other_from, other_to)| (*from.max(other_from), *to.min(other_to)))
        });
        self.0 = both.filter(|(from, to)| from <= to).collect();
        self.0.sort_unstable();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn is_within(&self, other: &Self) -> bool {
        let inside = |(from, to): &(i64, i64)| {
            other.0.iter().any(|(other_from, other_to)| other_from <= from && to <= other_to)
        };
        self.0.iter().all(inside)
    }

    /// A time that has gone by, as round as it may be, and no longer than it must.
    pub(super) fn one(&self) -> Option<i64> {
        const MINUTE: i64 = 60_000_000_000;
        const HOUR: i64 = 60 * MINUTE;
        let (from, to) = *self.0.iter().find(|(_, to)| *to >= 0).or(self.0.first())?;
        Some(match (from, to) {
            (i64::MIN, to) if to > HOUR => HOUR,
            (i64::MIN, to) if to >= 0 => to / 2,
            (i64::MIN, to) => to,
            (from, to) => Some(from - 1 + MINUTE).filter(|round| (from..=to).contains(round)).unwrap_or(from),
        })
    }
}
