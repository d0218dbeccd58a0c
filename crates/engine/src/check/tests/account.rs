use jiff::civil::{Date, Weekday, date};

use super::{account, outline, terms};
use crate::check;
use crate::definition::{
    Account, Agent, DatedException, Inbox, Term, TimeRange, WeeklyInterval, WorkingHours,
};
use crate::limits;

type Mutate = fn(&mut Account);

fn with(mutate: impl FnOnce(&mut Account)) -> Account {
    let mut account = account();
    mutate(&mut account);
    account
}

fn anna(account: &mut Account) -> &mut Agent {
    &mut account.directory.agents[0]
}

fn hours(account: &mut Account) -> &mut WorkingHours {
    anna(account).working_hours.as_mut().unwrap()
}

fn range(from_minute: u16, to_minute: u16) -> TimeRange {
    TimeRange { from_minute, to_minute }
}

#[test]
fn accounts_without_faults_have_no_findings() {
    let cases: [(&str, Mutate); 8] = [
        ("every list", |_| {}),
        ("no directory", |a| a.directory = Default::default()),
        ("no name", |a| a.display_name.clear()),
        ("an id of every kind of character", |a| a.id = "aZ09._~:-".into()),
        ("UTC", |a| a.time_zone = "UTC".into()),
        ("a locale with extensions", |a| a.locale = "zh-Hant-TW-u-hc-h12".into()),
        ("the account's zone for a schedule", |a| hours(a).time_zone.clear()),
        ("an address in another script", |a| anna(a).email = "zoë.o'neil+x@żółw.example".into()),
    ];
    for (name, mutate) in cases {
        assert_eq!(check::account(&with(mutate), "account"), [], "{name}");
    }
}

#[test]
fn each_fault_has_its_code_and_path() {
    let cases: [(&str, &str, Mutate); 34] = [
        ("id_required", "account.account_id", |a| a.id.clear()),
        ("id_malformed", "account.account_id", |a| a.id = "a b".into()),
        ("id_malformed", "account.account_id", |a| a.id = "é".into()),
        ("time_zone_required", "account.time_zone", |a| a.time_zone.clear()),
        ("time_zone_unknown", "account.time_zone", |a| a.time_zone = "Europe/Radom".into()),
        ("time_zone_unknown", "account.time_zone", |a| a.time_zone = "+02:00".into()),
        ("time_zone_unknown", "account.time_zone", |a| a.time_zone = "Etc/Unknown".into()),
        ("language_required", "account.locale", |a| a.locale.clear()),
        ("locale_malformed", "account.locale", |a| a.locale = "polish!".into()),
        ("locale_malformed", "account.locale", |a| a.locale = "pl_PL".into()),
        ("id_required", "account.directory.agents[0].id", |a| anna(a).id = " ".into()),
        ("id_duplicate", "account.directory.agents[1].id", |a| {
            a.directory.agents.push(a.directory.agents[0].clone())
        }),
        ("email_malformed", "account.directory.agents[0].email", |a| anna(a).email = "anna".into()),
        ("email_malformed", "account.directory.agents[0].email", |a| anna(a).email = "@acme.example".into()),
        ("email_malformed", "account.directory.agents[0].email", |a| {
            anna(a).email = "a b@acme.example".into()
        }),
        ("email_malformed", "account.directory.agents[0].email", |a| {
            anna(a).email = "anna@acme..example".into()
        }),
        ("time_zone_unknown", "account.directory.agents[0].working_hours.time_zone", |a| {
            hours(a).time_zone = "Mars".into();
        }),
        ("time_range_invalid", "account.directory.agents[0].working_hours.weekly[0].range", |a| {
            hours(a).weekly[0].range = range(1_440, 60);
        }),
        ("time_range_invalid", "account.directory.agents[0].working_hours.exceptions[0].ranges[0]", |a| {
            hours(a).exceptions[0].ranges[0] = range(60, 60);
        }),
        ("date_duplicate", "account.directory.agents[0].working_hours.exceptions[1].date", |a| {
            let again = hours(a).exceptions[0].clone();
            hours(a).exceptions.push(again);
        }),
        ("date_out_of_range", "account.directory.agents[0].working_hours.exceptions[0].date", |a| {
            hours(a).exceptions[0].date = Date::MAX;
        }),
        ("id_required", "account.directory.inboxes[0].id", |a| a.directory.inboxes[0].id.clear()),
        ("id_duplicate", "account.directory.inboxes[1].id", |a| {
            a.directory.inboxes.push(a.directory.inboxes[0].clone());
        }),
        ("id_required", "account.directory.inboxes[0].group_ids[0]", |a| {
            a.directory.inboxes[0].group_ids = vec![String::new()];
        }),
        ("id_duplicate", "account.directory.inboxes[0].group_ids[1]", |a| {
            a.directory.inboxes[0].group_ids = vec!["sales".into(), "sales".into()];
        }),
        ("id_unknown", "account.directory.inboxes[0].group_ids[0]", |a| {
            a.directory.inboxes[0].group_ids = vec!["sails".into()];
        }),
        ("id_required", "account.directory.statuses.terms[0].id", |a| a.directory.statuses = terms(&[""])),
        ("id_duplicate", "account.directory.inbox_groups.terms[1].id", |a| {
            a.directory.inbox_groups = terms(&["sales", "sales"]);
        }),
        ("id_duplicate", "account.directory.sources.terms[1].id", |a| {
            a.directory.sources = terms(&["a", "a"])
        }),
        ("id_duplicate", "account.directory.integrations.terms[1].id", |a| {
            a.directory.integrations = terms(&["a", "a"]);
        }),
        ("id_duplicate", "account.directory.tags.terms[1].id", |a| a.directory.tags = terms(&["a", "a"])),
        ("id_duplicate", "account.directory.ticket_types.terms[1].id", |a| {
            a.directory.ticket_types = terms(&["a", "a"]);
        }),
        ("id_duplicate", "account.directory.contexts.terms[1].id", |a| {
            a.directory.contexts = terms(&["a", "a"])
        }),
        ("id_duplicate", "account.directory.order_statuses.terms[1].id", |a| {
            a.directory.order_statuses = terms(&["a", "a"]);
        }),
    ];
    for (code, path, mutate) in cases {
        assert_eq!(outline(&check::account(&with(mutate), "account")), [(code, path)], "{code} {path}");
    }
}

#[test]
fn texts_are_bounded() {
    type Set = fn(&mut Account, String);
    let cases: [(&str, usize, Set); 11] = [
        ("account.account_id", limits::ID_CHARS_MAX, |a, t| a.id = t),
        ("account.display_name", limits::DISPLAY_NAME_CHARS_MAX, |a, t| a.display_name = t),
        ("account.directory.agents[0].id", limits::VALUE_BYTES_MAX, |a, t| anna(a).id = t),
        ("account.directory.agents[0].first_name", limits::DISPLAY_NAME_CHARS_MAX, |a, t| {
            anna(a).first_name = t
        }),
        ("account.directory.agents[0].last_name", limits::DISPLAY_NAME_CHARS_MAX, |a, t| {
            anna(a).last_name = t
        }),
        ("account.directory.agents[0].email", limits::ADDRESS_BYTES_MAX, |a, t| {
            anna(a).email = format!("{}@acme.example", &t["@acme.example".len()..]);
        }),
        ("account.directory.inboxes[0].id", limits::VALUE_BYTES_MAX, |a, t| a.directory.inboxes[0].id = t),
        ("account.directory.inboxes[0].display_name", limits::DISPLAY_NAME_CHARS_MAX, |a, t| {
            a.directory.inboxes[0].display_name = t;
        }),
        ("account.directory.inboxes[0].group_ids[0]", limits::VALUE_BYTES_MAX, |a, t| {
            a.directory.inbox_groups = None;
            a.directory.inboxes[0].group_ids = vec![t];
        }),
        ("account.directory.tags.terms[0].id", limits::VALUE_BYTES_MAX, |a, t| {
            a.directory.tags = Some(vec![Term { id: t, display_name: String::new() }]);
        }),
        ("account.directory.tags.terms[0].display_name", limits::DISPLAY_NAME_CHARS_MAX, |a, t| {
            a.directory.tags = Some(vec![Term { id: "vip".into(), display_name: t }]);
        }),
    ];
    for (path, max, set) in cases {
        let found = check::account(&with(|a| set(a, "x".repeat(max))), "account");
        assert_eq!(found, [], "{path} of {max}");
        let found = check::account(&with(|a| set(a, "x".repeat(max + 1))), "account");
        assert_eq!(outline(&found), [("too_long", path)]);
    }
    // Names are counted in characters, not in bytes.
    let name = "ż".repeat(limits::DISPLAY_NAME_CHARS_MAX);
    assert_eq!(check::account(&with(|a| a.display_name = name), "account"), []);
}

#[test]
fn lists_are_bounded() {
    type Set = fn(&mut Account, usize);
    let cases: [(&str, usize, Set); 7] = [
        ("account.directory.agents", limits::DIRECTORY_ENTRIES_MAX, |a, n| {
            a.directory.agents = (0..n).map(|n| Agent { id: n.to_string(), ..Agent::default() }).collect();
        }),
        ("account.directory.inboxes", limits::DIRECTORY_ENTRIES_MAX, |a, n| {
            a.directory.inboxes = (0..n).map(|n| Inbox { id: n.to_string(), ..Inbox::default() }).collect();
        }),
        ("account.directory.allegro_accounts.terms", limits::DIRECTORY_ENTRIES_MAX, |a, n| {
            let term = |n: usize| Term { id: n.to_string(), ..Term::default() };
            a.directory.allegro_accounts = Some((0..n).map(term).collect());
        }),
        ("account.directory.inboxes[0].group_ids", limits::INBOX_GROUPS_MAX, |a, n| {
            a.directory.inbox_groups = None;
            a.directory.inboxes[0].group_ids = (0..n).map(|n| n.to_string()).collect();
        }),
        ("account.directory.agents[0].working_hours.weekly", limits::WEEKLY_INTERVALS_MAX, |a, n| {
            hours(a).weekly = vec![WeeklyInterval { day: Weekday::Monday, range: range(0, 1_440) }; n];
        }),
        ("account.directory.agents[0].working_hours.exceptions", limits::EXCEPTIONS_MAX, |a, n| {
            let dates = date(2000, 1, 1).series(jiff::Span::new().days(1)).take(n);
            hours(a).exceptions = dates.map(|date| DatedException { date, ranges: Vec::new() }).collect();
        }),
        (
            "account.directory.agents[0].working_hours.exceptions[0].ranges",
            limits::TIME_RANGES_MAX,
            |a, n| {
                hours(a).exceptions[0].ranges = vec![range(0, 1_440); n];
            },
        ),
    ];
    for (path, max, set) in cases {
        assert_eq!(check::account(&with(|a| set(a, max)), "account"), [], "{path} of {max}");
        let found = check::account(&with(|a| set(a, max + 1)), "account");
        assert_eq!(outline(&found), [("too_many", path)]);
    }
}

#[test]
fn dates_and_minutes_are_bounded() {
    let dates = [
        (date(1899, 12, 31), false),
        (date(1900, 1, 1), true),
        (date(2199, 12, 31), true),
        (date(2200, 1, 1), false),
    ];
    for (date, allowed) in dates {
        let found = check::account(&with(|a| hours(a).exceptions[0].date = date), "account");
        assert_eq!(found.is_empty(), allowed, "{date}");
    }
    let ranges = [
        (range(0, 1), true),
        (range(1_439, 1_440), true),
        (range(1_320, 360), true),
        (range(1_439, 1), true),
        (range(0, 0), false),
        (range(1_440, 1), false),
        (range(0, 1_441), false),
        (range(5, 5), false),
    ];
    for (range, allowed) in ranges {
        let found = check::account(&with(|a| hours(a).weekly[0].range = range), "account");
        assert_eq!(found.is_empty(), allowed, "{range:?}");
    }
}

#[test]
fn errors_come_first_each_in_field_order() {
    let account = with(|a| {
        a.time_zone.clear();
        a.directory.inboxes[0].group_ids = vec!["sails".into()];
        a.directory.tags = terms(&["a", "a", ""]);
        a.id.clear();
    });
    let expected = [
        ("id_required", "a.account_id"),
        ("time_zone_required", "a.time_zone"),
        ("id_duplicate", "a.directory.tags.terms[1].id"),
        ("id_required", "a.directory.tags.terms[2].id"),
        ("id_unknown", "a.directory.inboxes[0].group_ids[0]"),
    ];
    assert_eq!(outline(&check::account(&account, "a")), expected);
}
