//! Clock conditions: days and hours as a zone's people read them.
//!
//! A civil time that a change of the clocks skips never occurs and one that it repeats counts both times, because only
//! ever the civil time *of an instant* is looked at.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use tamis_engine::definition::{Account, Agent, Attendance, Presence, TimeRange, WorkingHours};

use super::Moment;

/// The zone of that name. One that does not exist has been refused before.
pub(super) fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// What the clock on a wall of that zone shows.
pub(super) fn civil(zone: &TimeZone, nanosecond: i128) -> DateTime {
    let instant = Timestamp::from_nanosecond(nanosecond).unwrap_or(Timestamp::UNIX_EPOCH);
    zone.to_datetime(instant)
}

fn minute_of_day(time: DateTime) -> u16 {
    u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs())
}

/// `day_of_week`, in the account's zone.
pub(super) fn is_day(days: &[Weekday], moment: Moment<'_>) -> bool {
    let time = civil(&zone(&moment.account.time_zone), moment.now);
    days.contains(&time.date().weekday())
}

/// `time_of_day`, in the account's zone: `[from, to)`; where `to` lies before `from`, from `from` to midnight and from
/// midnight to `to`.
pub(super) fn is_time(ranges: &[TimeRange], moment: Moment<'_>) -> bool {
    let minute = minute_of_day(civil(&zone(&moment.account.time_zone), moment.now));
    ranges
        .iter()
        .any(|range| begins_before(*range, minute) || (crosses_midnight(*range) && minute < range.to_minute))
}

fn crosses_midnight(range: TimeRange) -> bool {
    range.to_minute < range.from_minute
}

/// Whether a minute lies in the part of a range that belongs to the day on which the range begins.
fn begins_before(range: TimeRange, minute: u16) -> bool {
    range.from_minute <= minute && (minute < range.to_minute || crosses_midnight(range))
}

/// `working_hours`: of the named agent, or of the assigned one. An agent who is unknown, or has no schedule, is never
/// inside and always outside; so is nobody.
pub(super) fn attends(attendance: &Attendance, moment: Moment<'_>) -> bool {
    let is_inside = schedule(attendance, moment)
        .is_some_and(|hours| is_inside(hours, civil(&schedule_zone(hours, moment.account), moment.now)));
    match attendance.presence {
        Presence::Inside => is_inside,
        Presence::Outside => !is_inside,
    }
}

/// The schedule that an attendance is about.
pub(super) fn schedule<'a>(attendance: &'a Attendance, moment: Moment<'a>) -> Option<&'a WorkingHours> {
    let assigned = moment.ticket.assigned_agent.as_ref().map(|agent| &*agent.id);
    let agent_id = attendance.agent_id.as_deref().or(assigned)?;
    agent(moment.account, agent_id)?.working_hours.as_ref()
}

/// The directory's agent of that id.
pub(super) fn agent<'a>(account: &'a Account, id: &str) -> Option<&'a Agent> {
    account.directory.agents.iter().find(|agent| agent.id == id)
}

/// The schedule's own zone; the account's when empty.
pub(super) fn schedule_zone(hours: &WorkingHours, account: &Account) -> TimeZone {
    zone(if hours.time_zone.is_empty() { &account.time_zone } else { &hours.time_zone })
}

/// Whether a civil time lies in a span that begins on its date, or in one that began the day before and crosses
/// midnight.
fn is_inside(hours: &WorkingHours, time: DateTime) -> bool {
    let minute = minute_of_day(time);
    let begins_today = ranges_of(hours, time.date()).into_iter().any(|range| begins_before(range, minute));
    let spills_over = time.date().yesterday().is_ok_and(|yesterday| {
        ranges_of(hours, yesterday)
            .into_iter()
            .any(|range| crosses_midnight(range) && minute < range.to_minute)
    });
    begins_today || spills_over
}

/// The ranges that begin on a date: those of its exception, if it is one, in place of its weekday's.
fn ranges_of(hours: &WorkingHours, date: Date) -> Vec<TimeRange> {
    if let Some(exception) = hours.exceptions.iter().find(|exception| exception.date == date) {
        return exception.ranges.clone();
    }
    hours.weekly.iter().filter(|weekly| weekly.day == date.weekday()).map(|weekly| weekly.range).collect()
}
