//! Time conditions as functions of time: since when they have held, and when a workflow will begin to.
//!
//! Instants are nanoseconds since the Unix epoch. A time condition can change its truth at few instants only: those at
//! which a boundary minute is read off a clock, those at which a zone moves its clocks, and those at which a duration
//! has gone by. All of them within the horizon are listed, more rather than fewer, and the truth is looked at in each
//! and in the nanosecond before.

use jiff::civil::{DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};
use tamis_engine::definition::{Condition, ElapsedBound, Test, TimeRange, WorkingHours};

use super::{Moment, clock, condition};

const DAY: i128 = 24 * 60 * 60 * 1_000_000_000;
/// How far `next_due` looks ahead, and how far back the start of a span is looked for.
const HORIZON: i128 = 400 * DAY;

/// Since when the time conditions of an alternative, all of which hold, have held without a break: the latest start of
/// theirs. One that has held for ever, or for more than 400 days, has no start and contributes nothing, so that the
/// answer does not move with now; if none has a start, the answer is the Unix epoch.
pub(super) fn held_since(conditions: &[&Condition], moment: Moment<'_>) -> Timestamp {
    conditions
        .iter()
        .filter(|condition| condition.depends_on_time())
        .filter_map(|condition| start(condition, moment))
        .max()
        .and_then(|nanosecond| Timestamp::from_nanosecond(nanosecond).ok())
        .unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Where the unbroken span begins in which one time condition holds now.
fn start(condition: &Condition, moment: Moment<'_>) -> Option<i128> {
    match &condition.test {
        Test::LastCustomerReply(bounds) => {
            let since = moment.ticket.last_customer_reply_at?.as_nanosecond();
            Some(elapsed_start(condition.negated, bounds, since, moment.now))
        }
        Test::TicketCreated(bounds) => {
            let since = moment.ticket.created_at?.as_nanosecond();
            Some(elapsed_start(condition.negated, bounds, since, moment.now))
        }
        _ => {
            let earliest = moment.now - HORIZON;
            let mut turns = turns(condition, moment, earliest, moment.now);
            turns.sort_unstable();
            turns
                .into_iter()
                .rev()
                .find(|&turn| !condition::holds(condition, Moment { now: turn - 1, ..moment }))
        }
    }
}

/// Of an elapsed condition that holds: the instant at which the duration had gone by, though *more than* first holds
/// one nanosecond later; the ticket's own instant where the span has no start.
fn elapsed_start(negated: bool, bounds: &[ElapsedBound], since: i128, now: i128) -> i128 {
    let more_than = bounds.iter().filter_map(|bound| match bound {
        ElapsedBound::MoreThan(duration) => Some(SignedDuration::as_nanos(duration)),
        ElapsedBound::LessThan(_) => None,
    });
    let less_than = bounds.iter().filter_map(|bound| match bound {
        ElapsedBound::LessThan(duration) => Some(SignedDuration::as_nanos(duration)),
        ElapsedBound::MoreThan(_) => None,
    });
    // Any bound holds below `until` and above `after`; none of them holds from `until` to `after`, both included.
    let (after, until) = (more_than.min(), less_than.max());
    if negated {
        return since + until.unwrap_or(0);
    }
    match (after, until) {
        (Some(after), Some(until)) if after < until => since,
        (Some(after), _) if now - since > after => since + after,
        _ => since,
    }
}

/// The earliest instant after now at which a workflow begins to hold: one of these alternatives holds then, and none
/// of them one nanosecond before.
pub(super) fn next_rise(moment: Moment<'_>, alternatives: &[Vec<&Condition>]) -> Option<i128> {
    // Conditions that time does not change hold at every instant or at none.
    let possible: Vec<Vec<&Condition>> = alternatives
        .iter()
        .filter(|conditions| {
            conditions.iter().all(|one| one.depends_on_time() || condition::holds(one, moment))
        })
        .map(|conditions| conditions.iter().copied().filter(|one| one.depends_on_time()).collect())
        .collect();
    let holds = |now: i128| {
        possible.iter().any(|conditions| {
            conditions.iter().all(|condition| condition::holds(condition, Moment { now, ..moment }))
        })
    };
    let latest = moment.now + HORIZON;
    let mut turns: Vec<i128> = possible
        .iter()
        .flatten()
        .flat_map(|condition| turns(condition, moment, moment.now + 1, latest))
        .collect();
    turns.sort_unstable();
    turns.dedup();
    turns.into_iter().find(|&turn| holds(turn) && !holds(turn - 1))
}

/// Every instant from the earliest to the latest, both included, at which a time condition might begin or cease to
/// hold, in no particular order.
fn turns(condition: &Condition, moment: Moment<'_>, earliest: i128, latest: i128) -> Vec<i128> {
    let ticket = moment.ticket;
    let account_zone = || clock::zone(&moment.account.time_zone);
    let mut turns = match &condition.test {
        Test::LastCustomerReply(bounds) => elapsed_turns(bounds, ticket.last_customer_reply_at),
        Test::TicketCreated(bounds) => elapsed_turns(bounds, ticket.created_at),
        Test::DayOfWeek(_) => clock_turns(&account_zone(), &[0], earliest, latest),
        Test::TimeOfDay(ranges) => clock_turns(&account_zone(), &minutes(ranges), earliest, latest),
        Test::WorkingHours(attendances) => attendances
            .iter()
            .filter_map(|attendance| clock::schedule(attendance, moment))
            .flat_map(|hours| {
                let zone = clock::schedule_zone(hours, moment.account);
                clock_turns(&zone, &minutes(&all_ranges(hours)), earliest, latest)
            })
            .collect(),
        _ => Vec::new(),
    };
    turns.retain(|turn| (earliest..=latest).contains(turn));
    turns
}

fn elapsed_turns(bounds: &[ElapsedBound], since: Option<Timestamp>) -> Vec<i128> {
    let Some(since) = since else { return Vec::new() };
    bounds
        .iter()
        .flat_map(|bound| {
            let (ElapsedBound::MoreThan(duration) | ElapsedBound::LessThan(duration)) = bound;
            let gone_by = since.as_nanosecond() + duration.as_nanos();
            [gone_by, gone_by + 1]
        })
        .collect()
}

fn all_ranges(hours: &WorkingHours) -> Vec<TimeRange> {
    let weekly = hours.weekly.iter().map(|weekly| weekly.range);
    weekly.chain(hours.exceptions.iter().flat_map(|exception| exception.ranges.clone())).collect()
}

/// Minutes of the day at which ranges begin and end, and midnight.
fn minutes(ranges: &[TimeRange]) -> Vec<u16> {
    let mut minutes: Vec<u16> =
        ranges.iter().flat_map(|range| [range.from_minute, range.to_minute % 1_440]).chain([0]).collect();
    minutes.sort_unstable();
    minutes.dedup();
    minutes
}

/// All instants at which a zone's clock shows one of these minutes, and those at which it is moved.
fn clock_turns(zone: &TimeZone, minutes: &[u16], earliest: i128, latest: i128) -> Vec<i128> {
    let mut turns = Vec::new();
    let mut date = clock::civil(zone, earliest - DAY).date();
    let last = clock::civil(zone, latest + DAY).date();
    while date <= last {
        for minute in minutes {
            let time = Time::midnight() + i64::from(*minute).minutes();
            turns.extend(instants(zone, date.to_datetime(time)));
        }
        let Ok(tomorrow) = date.tomorrow() else { break };
        date = tomorrow;
    }
    if let Ok(from) = Timestamp::from_nanosecond(earliest - DAY) {
        let moves = zone.following(from).map(|transition| transition.timestamp().as_nanosecond());
        turns.extend(moves.take_while(|&instant| instant <= latest));
    }
    turns
}

/// The instants at which a zone's clock shows a civil time: none if it is skipped, two if it is repeated.
fn instants(zone: &TimeZone, time: DateTime) -> Vec<i128> {
    let offsets = match zone.to_ambiguous_timestamp(time).offset() {
        AmbiguousOffset::Unambiguous { offset } => vec![offset],
        AmbiguousOffset::Gap { .. } => Vec::new(),
        AmbiguousOffset::Fold { before, after } => vec![before, after],
    };
    offsets
        .into_iter()
        .filter_map(|offset| offset.to_timestamp(time).ok())
        .map(Timestamp::as_nanosecond)
        .collect()
}
