use jiff::civil::{Weekday, date};
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::definition::{DatedException, TimeRange, WeeklyInterval, WorkingHours};

const MINUTE: Nanos = NANOS_PER_MINUTE;

fn at(text: &str) -> Nanos {
    nanos(text.parse().unwrap())
}

fn range(from_minute: u16, to_minute: u16) -> TimeRange {
    TimeRange { from_minute, to_minute }
}

fn daily(zone: &str, from_minute: u16, to_minute: u16) -> Pattern {
    let mut builder = PatternBuilder::default();
    builder.add_daily(range(from_minute, to_minute));
    builder.build(TimeZone::get(zone).unwrap())
}

#[test]
fn toggles_follow_changes_of_offset() {
    // (zone, from, to, now, previous toggle, next toggle)
    let cases = [
        // 02:30 does not exist on this night: the span 02:30-03:30 begins as the clock jumps to 03:00.
        ("Europe/Paris", 150, 210, "2026-03-28T23:00:00Z", "2026-03-28T02:30:00Z", "2026-03-29T01:00:00Z"),
        // A span that lies within the hour skipped never comes: the next is a day later.
        ("Europe/Paris", 130, 170, "2026-03-28T23:00:00Z", "2026-03-28T01:50:00Z", "2026-03-30T00:10:00Z"),
        // 02:00-03:00 comes twice in a row on this night: two hours without a break.
        ("Europe/Paris", 120, 180, "2026-10-25T01:30:00Z", "2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z"),
        // 02:15-02:45 comes twice on this night, with a break.
        ("Europe/Paris", 135, 165, "2026-10-25T00:50:00Z", "2026-10-25T00:45:00Z", "2026-10-25T01:15:00Z"),
        // New York goes back from 02:00 to 01:00.
        ("America/New_York", 60, 120, "2026-11-01T06:30:00Z", "2026-11-01T05:00:00Z", "2026-11-01T07:00:00Z"),
        // Lord Howe moves by half an hour: from 02:00 to 02:30.
        (
            "Australia/Lord_Howe",
            135,
            165,
            "2026-10-03T15:00:00Z",
            "2026-10-02T16:15:00Z",
            "2026-10-03T15:30:00Z",
        ),
        // No change of offset at all, across midnight.
        ("Asia/Kolkata", 1_320, 360, "2026-11-23T20:00:00Z", "2026-11-23T16:30:00Z", "2026-11-24T00:30:00Z"),
    ];
    for (zone, from, to, now, previous, next) in cases {
        let pattern = daily(zone, from, to);
        assert_eq!(pattern.next_toggle(at(now)), Some(at(next)), "next of {zone} {from}-{to} at {now}");
        assert_eq!(
            pattern.previous_toggle(at(now)),
            Some(at(previous)),
            "previous of {zone} {from}-{to} at {now}"
        );
    }
}

#[test]
fn exceptions_replace_the_spans_that_begin_on_their_date() {
    let hours = WorkingHours {
        time_zone: String::new(),
        weekly: [Weekday::Thursday, Weekday::Friday]
            .map(|day| WeeklyInterval { day, range: range(1_320, 360) })
            .to_vec(),
        exceptions: vec![DatedException { date: date(2026, 12, 25), ranges: vec![range(600, 660)] }],
    };
    let pattern = PatternBuilder::of_working_hours(&hours).build(TimeZone::UTC);
    let cases = [
        ("2026-12-24T23:00:00Z", true, "Thursday's span"),
        ("2026-12-25T05:59:59Z", true, "Thursday's span goes on into the exception's date"),
        ("2026-12-25T06:00:00Z", false, "and ends there"),
        ("2026-12-25T10:30:00Z", true, "the exception's own span"),
        ("2026-12-25T23:00:00Z", false, "Friday's span does not begin on this date"),
        ("2026-12-26T01:00:00Z", false, "nor goes on into the next"),
        ("2027-01-01T23:00:00Z", true, "the Friday after has it again"),
    ];
    for (now, held, why) in cases {
        assert_eq!(pattern.holds(at(now)), held, "{why}");
    }
}

#[test]
fn what_never_changes_has_no_toggle() {
    let never = PatternBuilder::default().build(TimeZone::get("Europe/Paris").unwrap());
    let always = daily("Europe/Paris", 0, 1_440);
    for pattern in [never, always] {
        assert_eq!(pattern.next_toggle(at("2026-11-23T10:00:00Z")), None);
        assert_eq!(pattern.previous_toggle(at("2026-11-23T10:00:00Z")), None);
    }
}

#[test]
fn elapsed_bounds_are_exact_to_the_nanosecond() {
    let instants = Instants { created_at: Some(1_000), ..Instants::default() };
    let condition = |atoms: &[Atom], negated| TimeCondition { atoms: atoms.into(), negated };
    let more = Atom::MoreThan(Since::Creation, 100);
    let less = Atom::LessThan(Since::Creation, 100);
    // (condition, holds at 1,099 / 1,100 / 1,101, held since at the last of these that holds)
    let cases = [
        (condition(std::slice::from_ref(&more), false), [false, false, true], 1_100),
        (condition(std::slice::from_ref(&more), true), [true, true, false], 1_000),
        (condition(std::slice::from_ref(&less), false), [true, false, false], 1_000),
        (condition(std::slice::from_ref(&less), true), [false, true, true], 1_100),
        (condition(&[more.clone(), less.clone()], false), [true, false, true], 1_100),
        (condition(&[more, less], true), [false, true, false], 1_100),
    ];
    for (condition, held, since) in cases {
        let instants_of = [1_099, 1_100, 1_101];
        assert_eq!(instants_of.map(|at| condition.holds(&instants, at)), held, "{condition:?}");
        let last = instants_of.into_iter().rfind(|at| condition.holds(&instants, *at)).unwrap();
        assert_eq!(condition.held_since(&instants, last), Some(since), "{condition:?}");
    }
    let absent = Instants::default();
    for negated in [false, true] {
        assert!(!condition(&[Atom::MoreThan(Since::LastCustomerReply, 0)], negated).holds(&absent, 5_000));
    }
}

fn zones() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "Europe/Paris",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
        "UTC",
    ])
}

fn ranges() -> impl Strategy<Value = TimeRange> {
    (0u16..1_440, 1u16..=1_440)
        .prop_filter_map("a span has a length", |(from, to)| (from != to).then(|| range(from, to)))
}

fn schedules() -> impl Strategy<Value = WorkingHours> {
    let weekly = prop::collection::vec((1i8..=7, ranges()), 0..6);
    let exceptions = prop::collection::btree_map(1i8..=14, prop::collection::vec(ranges(), 0..3), 0..3);
    (weekly, exceptions).prop_map(|(weekly, exceptions)| WorkingHours {
        time_zone: String::new(),
        weekly: weekly
            .into_iter()
            .map(|(day, range)| WeeklyInterval { day: Weekday::from_monday_one_offset(day).unwrap(), range })
            .collect(),
        exceptions: exceptions
            .into_iter()
            .map(|(day, ranges)| DatedException { date: date(2026, 10, 20 + day % 10), ranges })
            .collect(),
    })
}

proptest! {
    /// A walk minute by minute finds the same toggles.
    #[test]
    fn toggles_are_those_of_a_walk(hours in schedules(), zone in zones(), minutes in 0i64..20 * 1_440) {
        let mut hours = hours;
        hours.exceptions.dedup_by_key(|exception| exception.date);
        let pattern = PatternBuilder::of_working_hours(&hours).build(TimeZone::get(zone).unwrap());
        let now = at("2026-10-18T00:00:00Z") + minutes * MINUTE;
        let held = pattern.holds(now);
        let days_max = 9 * 1_440;
        let next = (1..days_max).map(|step| now + step * MINUTE).find(|at| pattern.holds(*at) != held);
        let found = pattern.next_toggle(now);
        prop_assert!(next.is_none_or(|next| found == Some(next)), "next: {:?} {:?}", next, found);
        let previous =
            (1..days_max).map(|step| now - step * MINUTE).find(|at| pattern.holds(*at) != held).map(|at| at + MINUTE);
        let found = pattern.previous_toggle(now);
        prop_assert!(previous.is_none_or(|previous| found == Some(previous)), "previous: {:?} {:?}", previous, found);
        // Where the walk finds nothing, neither does the search within the same days.
        if next.is_none() {
            prop_assert!(pattern.next_toggle(now).is_none_or(|found| found >= now + days_max * MINUTE));
        }
    }
}
