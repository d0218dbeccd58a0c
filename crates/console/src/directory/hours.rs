//! Working hours in one line, as they stand in a file: `mon-fri 09:00-12:00, 13:00-17:00; 2026-12-24 off; Europe/Paris`.
//!
//! Parts stand between semicolons: days with their spans, a date with the spans of that date or `off`, and a time zone where it is not the
//! account's. `never` is a schedule without hours. What [`write()`] says, [`read`] reads as the same hours.

use std::fmt::Write as _;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use tamis_api::v1;
use tamis_engine::definition::TimeRange;
use tamis_engine::definition::yaml::{format_range, parse_range};

use crate::language::Language;
use crate::words;

/// The days as they are written in a file, from Monday on.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// A date on which nobody works.
const OFF: &str = "off";
/// A schedule without hours.
const NEVER: &str = "never";

/// A part of a line that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misread {
    /// The part.
    pub(crate) part: String,
    /// How many characters stand before it.
    pub(crate) chars_before: usize,
    /// The text that says what is wanted.
    pub(crate) text_id: &'static str,
}

/// Reads a line; nothing stands for no schedule at all.
///
/// # Errors
/// The first part that cannot be read.
pub(crate) fn read(line: &str) -> Result<Option<v1::WorkingHours>, Misread> {
    if line.trim().is_empty() {
        return Ok(None);
    }
    let mut hours = v1::WorkingHours::default();
    let mut chars_before = 0;
    for part in line.split(';') {
        let blank = part.chars().take_while(|c| c.is_whitespace()).count();
        if let Err(text_id) = read_part(part.trim(), &mut hours) {
            let part = part.trim().to_owned();
            return Err(Misread { part, chars_before: chars_before + blank, text_id });
        }
        chars_before += part.chars().count() + 1;
    }
    Ok(Some(hours))
}

/// Adds what a part says.
fn read_part(part: &str, hours: &mut v1::WorkingHours) -> Result<(), &'static str> {
    let (first, rest) = part.split_once(char::is_whitespace).unwrap_or((part, ""));
    if part.is_empty() || part.eq_ignore_ascii_case(NEVER) {
        return Ok(());
    }
    if first.len() == 10 && first.parse::<Date>().is_ok() {
        let is_off = rest.trim().eq_ignore_ascii_case(OFF);
        let ranges = if is_off { Some(Vec::new()) } else { read_ranges(rest) };
        let ranges = ranges.ok_or("hours-misread-spans")?;
        hours.exceptions.push(v1::DatedException { date: first.to_owned(), ranges });
        return Ok(());
    }
    if let Some(days) = read_days(first) {
        let ranges = read_ranges(rest).ok_or("hours-misread-spans")?;
        let weekly = days
            .into_iter()
            .flat_map(|day| ranges.iter().map(move |range| v1::WeeklyInterval { day, range: Some(*range) }));
        hours.weekly.extend(weekly);
        return Ok(());
    }
    if rest.is_empty() && hours.time_zone.is_empty() && TimeZone::get(first).is_ok() {
        first.clone_into(&mut hours.time_zone);
        return Ok(());
    }
    Err("hours-misread-part")
}

/// Reads `mon`, `mon-fri`, `sat,sun`: numbers of days, from 1 for Monday.
fn read_days(text: &str) -> Option<Vec<i32>> {
    let mut days = Vec::new();
    for span in text.split(',') {
        let (from, to) = span.split_once('-').unwrap_or((span, span));
        let (from, to) = (day_number(from)?, day_number(to)?);
        // From Friday to Monday goes over Sunday.
        let count = (to - from).rem_euclid(7) + 1;
        days.extend((0..count).map(|n| (from - 1 + n) % 7 + 1));
    }
    Some(days)
}

fn day_number(text: &str) -> Option<i32> {
    let day = DAYS.iter().position(|day| text.eq_ignore_ascii_case(day))?;
    i32::try_from(day + 1).ok()
}

/// Reads `09:00-12:00, 13:00-17:00`; at least one.
pub(crate) fn read_ranges(text: &str) -> Option<Vec<v1::TimeRange>> {
    text.split(',').map(|range| parse_range(range).map(to_wire)).collect()
}

fn to_wire(range: TimeRange) -> v1::TimeRange {
    v1::TimeRange { from_minute: range.from_minute.into(), to_minute: range.to_minute.into() }
}

/// Writes hours in one line; no schedule is nothing.
pub(crate) fn write(hours: Option<&v1::WorkingHours>) -> String {
    let Some(hours) = hours else { return String::new() };
    let day = |day: i32| named_day(day).to_owned();
    let mut parts = weekly(hours, day, "-");
    parts.extend(hours.exceptions.iter().map(|exception| {
        let ranges = ranges(&exception.ranges);
        format!("{} {}", exception.date, if ranges.is_empty() { OFF } else { &ranges })
    }));
    if !hours.time_zone.is_empty() {
        parts.push(hours.time_zone.clone());
    }
    if parts.is_empty() { NEVER.to_owned() } else { parts.join("; ") }
}

fn named_day(day: i32) -> &'static str {
    usize::try_from(day - 1).ok().and_then(|day| DAYS.get(day).copied()).unwrap_or_default()
}

/// Writes hours for people; an empty text if there are none.
pub(crate) fn summary(l: Language, hours: Option<&v1::WorkingHours>) -> String {
    let Some(hours) = hours else { return String::new() };
    let day = |day| words::day_name(l, v1::DayOfWeek::try_from(day).unwrap_or_default());
    let mut parts = weekly(hours, day, "–");
    parts.extend(hours.exceptions.iter().map(|exception| {
        let ranges = ranges(&exception.ranges);
        let off = l.text("hours-off");
        format!("{} {}", exception.date, if ranges.is_empty() { &*off } else { &*ranges })
    }));
    if !hours.time_zone.is_empty() {
        parts.push(hours.time_zone.clone());
    }
    parts.join("; ")
}

/// The days with their spans; days that follow each other with the same ones are put together.
fn weekly(hours: &v1::WorkingHours, name: impl Fn(i32) -> String, to: &str) -> Vec<String> {
    let mut runs: Vec<(i32, i32, String)> = Vec::new();
    for day in 1..=7 {
        let of_day: Vec<_> =
            hours.weekly.iter().filter(|span| span.day == day).filter_map(|span| span.range).collect();
        let spans = ranges(&of_day);
        match runs.last_mut() {
            _ if spans.is_empty() => {}
            Some((_, last, same)) if *last == day - 1 && *same == spans => *last = day,
            _ => runs.push((day, day, spans)),
        }
    }
    let written = runs.into_iter().map(|(from, last, spans)| match last - from {
        0 => format!("{} {spans}", name(from)),
        _ => format!("{}{to}{} {spans}", name(from), name(last)),
    });
    written.collect()
}

/// Writes spans between commas.
pub(crate) fn ranges(ranges: &[v1::TimeRange]) -> String {
    let mut out = String::new();
    for range in ranges {
        let minute = |minute| u16::try_from(minute).unwrap_or(u16::MAX);
        let (from_minute, to_minute) = (minute(range.from_minute), minute(range.to_minute));
        let comma = if out.is_empty() { "" } else { ", " };
        // A String takes whatever is written to it.
        let _ = write!(out, "{comma}{}", format_range(TimeRange { from_minute, to_minute }));
    }
    out
}

#[cfg(test)]
mod tests;
