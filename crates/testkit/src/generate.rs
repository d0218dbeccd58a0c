//! Proptest strategies for accounts, workflows and requests, all of them valid.
//!
//! The vocabularies are small, so that conditions often hold and workflows often match. Instants lie around changes of
//! the clocks, and durations meet them to the nanosecond.
//!
//! Strategies are boxed: the values of unboxed ones, nested as deep as here, outgrow the stack of a test's thread.

mod account;
mod edits;
mod request;
mod text;
mod workflow;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::sample::select;
use tamis_engine::definition::TimeRange;

pub use account::account;
pub use edits::{Edit, Step, level_sizes, step};
pub use request::{change, request, ticket};
pub use text::{phrases, phrases_with_text, template, text};
pub use workflow::{action, condition, time_condition, workflow, workflows};

/// Zones with different rules: two with daylight saving time, one with a half hour of it, one with an odd offset and
/// none.
pub const TIME_ZONES: [&str; 6] =
    ["Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Europe/Warsaw", "UTC"];

/// Ids of agents; the last one is in no directory.
pub const AGENTS: [&str; 4] = ["anna", "bert", "celia", "stranger"];

/// Ids of every other vocabulary, and of inboxes and their groups.
const IDS: [&str; 3] = ["a", "b", "c"];

/// Instants at which clocks are moved, in 2026: Paris and Warsaw, New York, Lord Howe; and one at which none is.
const CLOCK_CHANGES: [&str; 7] = [
    "2026-03-29T01:00:00Z",
    "2026-10-25T01:00:00Z",
    "2026-03-08T07:00:00Z",
    "2026-11-01T06:00:00Z",
    "2026-04-04T15:00:00Z",
    "2026-10-03T15:30:00Z",
    "2026-06-17T12:00:00Z",
];

/// Minutes of the day at which ranges begin and end, among them those that clock changes skip or repeat.
const MINUTES: [u16; 10] = [0, 60, 90, 120, 150, 180, 540, 1_020, 1_320, 1_439];

/// Minutes that conditions let go by.
const ELAPSED_MINUTES: [i64; 6] = [0, 1, 60, 1_440, 2_160, 10_080];

fn id() -> impl Strategy<Value = String> + Clone {
    select(&IDS[..]).prop_map(str::to_owned)
}

/// One to three of a vocabulary, each once.
fn some<T: Clone + std::fmt::Debug + PartialEq + 'static>(
    vocabulary: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<Vec<T>> {
    prop::collection::vec(vocabulary, 1..=3)
        .prop_map(|mut values| {
            let mut seen = Vec::new();
            values.retain(|value| {
                let is_new = !seen.contains(value);
                seen.push(value.clone());
                is_new
            });
            values
        })
        .boxed()
}

/// A span of civil time, as often as not across midnight.
pub fn time_range() -> BoxedStrategy<TimeRange> {
    (select(&MINUTES[..]), select(&MINUTES[..]))
        .prop_map(|(from_minute, to_minute)| {
            let to_minute = if to_minute == 0 || to_minute == from_minute { 1_440 } else { to_minute };
            TimeRange { from_minute, to_minute }
        })
        .boxed()
}

/// A whole minute within two days of a change of the clocks.
pub fn whole_minute() -> BoxedStrategy<Timestamp> {
    (select(&CLOCK_CHANGES[..]), -2_880..=2_880_i64)
        .prop_map(|(change, minutes)| {
            let change: Timestamp = change.parse().unwrap_or_default();
            change + SignedDuration::from_mins(minutes)
        })
        .boxed()
}

/// An instant within two days of a change of the clocks: a whole minute, the nanosecond before or after, or anything.
pub fn instant() -> BoxedStrategy<Timestamp> {
    (whole_minute(), prop_oneof![4 => Just(0), 2 => -1..=1_i64, 1 => 0..60_000_000_000_i64])
        .prop_map(|(minute, nanoseconds)| minute + SignedDuration::from_nanos(nanoseconds))
        .boxed()
}

/// A duration that a condition can name.
pub fn duration() -> BoxedStrategy<SignedDuration> {
    select(&ELAPSED_MINUTES[..]).prop_map(SignedDuration::from_mins).boxed()
}

/// An instant of a ticket, as seen from now: as long ago as a condition can name, but for a nanosecond or a few hours;
/// sometimes in the future.
fn since(now: Timestamp, whole_minutes: bool) -> BoxedStrategy<Timestamp> {
    let jitter = if whole_minutes {
        (-300..=300_i64).prop_map(SignedDuration::from_mins).boxed()
    } else {
        prop_oneof![
            (-1..=1_i64).prop_map(SignedDuration::from_nanos),
            (-300..=300_i64).prop_map(SignedDuration::from_mins)
        ]
        .boxed()
    };
    (duration(), jitter).prop_map(move |(ago, jitter)| now - ago + jitter).boxed()
}
