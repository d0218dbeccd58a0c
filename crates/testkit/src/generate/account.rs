//! Accounts: a zone, a locale, agents with and without working hours, inboxes with their groups.

use jiff::civil::{Date, Weekday};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use tamis_engine::definition::{
    Account, Agent, DatedException, Directory, Inbox, WeeklyInterval, WorkingHours,
};

use super::{AGENTS, IDS, TIME_ZONES, time_range};

/// Dates of exceptions: days on which clocks are moved, and their neighbours.
const DATES: [Date; 6] = [
    Date::constant(2026, 3, 28),
    Date::constant(2026, 3, 29),
    Date::constant(2026, 10, 24),
    Date::constant(2026, 10, 25),
    Date::constant(2026, 11, 1),
    Date::constant(2026, 6, 17),
];

/// Every day of the week.
pub(super) const WEEKDAYS: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// An account with a directory of agents and inboxes; its other vocabularies are free-form.
pub fn account() -> BoxedStrategy<Account> {
    let agents =
        subsequence(&AGENTS[..3], 0..=3).prop_flat_map(|ids| ids.into_iter().map(agent).collect::<Vec<_>>());
    let inboxes =
        subsequence(&IDS[..], 0..=3).prop_flat_map(|ids| ids.into_iter().map(inbox).collect::<Vec<_>>());
    (select(&TIME_ZONES[..]), select(&["fr-FR", "en-US", "pl-PL"][..]), agents, inboxes)
        .prop_map(|(time_zone, locale, agents, inboxes)| Account {
            id: "shop".to_owned(),
            display_name: "Shop".to_owned(),
            time_zone: time_zone.to_owned(),
            locale: locale.to_owned(),
            directory: Directory { agents, inboxes, ..Directory::default() },
        })
        .boxed()
}

fn agent(id: &'static str) -> BoxedStrategy<Agent> {
    let names = (select(&["", "Anna", "<Bert>"][..]), select(&["", "Nowak", "O'Neill"][..]));
    let email = select(&["", "agent@shop.example"][..]);
    (names, email, prop::option::weighted(0.8, working_hours()))
        .prop_map(move |((first_name, last_name), email, working_hours)| Agent {
            id: id.to_owned(),
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            email: email.to_owned(),
            working_hours,
        })
        .boxed()
}

fn inbox(id: &'static str) -> BoxedStrategy<Inbox> {
    subsequence(&IDS[..], 0..=3)
        .prop_map(move |groups| Inbox {
            id: id.to_owned(),
            display_name: String::new(),
            group_ids: groups.into_iter().map(str::to_owned).collect(),
        })
        .boxed()
}

/// Weekly spans, some across midnight, and exceptions: days off and days with other spans.
fn working_hours() -> BoxedStrategy<WorkingHours> {
    let time_zone = prop_oneof![Just(""), select(&TIME_ZONES[..])].prop_map(str::to_owned);
    let interval =
        (select(&WEEKDAYS[..]), time_range()).prop_map(|(day, range)| WeeklyInterval { day, range });
    let weekly = prop::collection::vec(interval, 0..=6);
    let exceptions = subsequence(&DATES[..], 0..=3).prop_flat_map(|dates| {
        let exception = |date| {
            prop::collection::vec(time_range(), 0..=2).prop_map(move |ranges| DatedException { date, ranges })
        };
        dates.into_iter().map(exception).collect::<Vec<_>>()
    });
    (time_zone, weekly, exceptions)
        .prop_map(|(time_zone, weekly, exceptions)| WorkingHours { time_zone, weekly, exceptions })
        .boxed()
}
