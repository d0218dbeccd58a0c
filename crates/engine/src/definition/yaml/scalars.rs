//! How durations, times of day, dates and instants are written.

use std::fmt::Write as _;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::definition::TimeRange;

/// What a duration looks like, for the help of a finding.
pub(super) const DURATION_FORM: &str =
    "write it with units, such as `90s`, `45m`, `24h`, `7d`, `1w`, `1d 12h` or `PT24H`";
/// What a span of time looks like.
pub(super) const RANGE_FORM: &str =
    "write it as `09:00-17:00`; `22:00-06:00` crosses midnight, `24:00` is the end of a day";
/// What a date looks like.
pub(super) const DATE_FORM: &str = "write it as `2026-12-24`";
/// What an instant looks like.
pub(super) const INSTANT_FORM: &str =
    "write it with its offset, such as `2026-11-23T10:00:00Z` or `2026-11-23T11:00:00+01:00`";

/// Units from the longest to the shortest, with their seconds.
const UNITS: [(char, i64); 5] = [('w', 604_800), ('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// Reads `90s`, `1d 12h`, `1.5s` or ISO 8601 such as `P1DT12H`. Each unit may stand once, longer ones first. A day has
/// 24 hours.
pub(super) fn parse_duration(text: &str) -> Option<SignedDuration> {
    let text = text.trim();
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mut rest, iso) = text.strip_prefix('P').map_or((text, false), |rest| (rest, true));
    let mut in_iso_date = iso;
    let mut units = UNITS.iter().copied();
    let mut total = SignedDuration::ZERO;
    let mut any = false;
    while !rest.is_empty() {
        if in_iso_date && let Some(time) = rest.strip_prefix('T') {
            in_iso_date = false;
            rest = time;
        }
        let unit_at = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at_checked(unit_at)?;
        let mut letters = tail.chars();
        let letter = letters.next()?;
        // Units that stood already, and longer ones, are used up.
        let (_, seconds) =
            units.find(|&(unit, _)| letter == if iso { unit.to_ascii_uppercase() } else { unit })?;
        // An ISO 8601 date has weeks and days, its time the others: `P1M` is a month, which has no fixed length.
        if iso && in_iso_date != matches!(letter, 'W' | 'D') {
            return None;
        }
        total = total.checked_add(part(number, seconds)?)?;
        any = true;
        rest = if iso { letters.as_str() } else { letters.as_str().trim_start() };
    }
    let total = any.then_some(total)?;
    if negative { total.checked_neg() } else { Some(total) }
}

/// So many units of so many seconds; only seconds may have a fraction.
fn part(number: &str, unit_seconds: i64) -> Option<SignedDuration> {
    let (whole, fraction) =
        number.split_once('.').map_or((number, None), |(whole, rest)| (whole, Some(rest)));
    let seconds = whole.parse::<i64>().ok()?.checked_mul(unit_seconds)?;
    let nanos = match fraction {
        None => 0,
        Some(digits) if unit_seconds == 1 && (1..=9).contains(&digits.len()) => {
            format!("{digits:0<9}").parse().ok()?
        }
        Some(_) => return None,
    };
    Some(SignedDuration::new(seconds, nanos))
}

/// Writes a duration in the longest unit that needs no fraction.
pub(super) fn format_duration(duration: SignedDuration) -> String {
    let sign = if duration.is_negative() { "-" } else { "" };
    let magnitude = duration.unsigned_abs();
    let (seconds, nanos) = (magnitude.as_secs(), magnitude.subsec_nanos());
    if nanos != 0 {
        let fraction = format!("{nanos:09}");
        return format!("{sign}{seconds}.{}s", fraction.trim_end_matches('0'));
    }
    let fits = |&&(_, unit): &&(char, i64)| seconds != 0 && seconds.is_multiple_of(unit.unsigned_abs());
    let &(letter, unit) = UNITS.iter().find(fits).unwrap_or(&('s', 1));
    format!("{sign}{}{letter}", seconds / unit.unsigned_abs())
}

/// Reads `09:00-17:00`. An end of `00:00` is that of the day, as `24:00` is.
pub fn parse_range(text: &str) -> Option<TimeRange> {
    let (from, to) = text.split_once(['-', '–'])?;
    let from_minute = parse_time(from.trim()).filter(|&minute| minute < 1_440)?;
    let to_minute = parse_time(to.trim())?;
    Some(TimeRange { from_minute, to_minute: if to_minute == 0 { 1_440 } else { to_minute } })
}

/// Reads `09:00` or `9:00`, up to `24:00`.
fn parse_time(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !(digits(hours) && digits(minutes) && (1..=2).contains(&hours.len()) && minutes.len() == 2) {
        return None;
    }
    let (hours, minutes) = (hours.parse::<u16>().ok()?, minutes.parse::<u16>().ok()?);
    let minute = hours * 60 + minutes;
    (minutes < 60 && minute <= 1_440).then_some(minute)
}

/// Writes a span of time, as [`parse_range`] reads it.
pub fn format_range(range: TimeRange) -> String {
    let mut out = String::with_capacity(11);
    let TimeRange { from_minute: from, to_minute: to } = range;
    // A String takes whatever is written to it.
    let _ = write!(out, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60);
    out
}

/// Reads `2026-12-24`.
pub(super) fn parse_date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let shape = bytes.len() == 10 && bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-');
    if shape { text.parse().ok() } else { None }
}

/// Reads `2026-11-23T10:00:00Z`.
pub(super) fn parse_instant(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}
