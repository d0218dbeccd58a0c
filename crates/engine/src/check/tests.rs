//! Each code once, and each limit at its bound and one past it.

mod account;
mod request;
mod texts;
mod workflow;

use crate::definition::{
    Account, Action, Agent, Condition, DatedException, Directory, Inbox, Term, Test, TimeRange,
    WeeklyInterval, Workflow, WorkingHours,
};
use crate::diagnostic::{Diagnostic, is_as_listed};
use jiff::civil::{Weekday, date};

/// Code and path of each finding.
fn outline(found: &[Diagnostic]) -> Vec<(&str, &str)> {
    assert!(found.iter().all(is_as_listed), "{found:#?}");
    found.iter().map(|finding| (finding.code, finding.path.as_str())).collect()
}

fn terms(ids: &[&str]) -> Option<Vec<Term>> {
    Some(ids.iter().map(|&id| Term { id: id.into(), display_name: String::new() }).collect())
}

/// An account that states every list.
fn account() -> Account {
    let range = TimeRange { from_minute: 540, to_minute: 1_020 };
    let hours = WorkingHours {
        time_zone: "Europe/Paris".into(),
        weekly: vec![WeeklyInterval { day: Weekday::Monday, range }],
        exceptions: vec![DatedException { date: date(2026, 12, 24), ranges: vec![range] }],
    };
    let anna = Agent {
        id: "anna".into(),
        first_name: "Anna".into(),
        last_name: "Nowak".into(),
        email: "anna@acme.example".into(),
        working_hours: Some(hours),
    };
    let shop = Inbox { id: "shop".into(), display_name: "Shop".into(), group_ids: vec!["sales".into()] };
    Account {
        id: "acme".into(),
        display_name: "Acme".into(),
        time_zone: "Europe/Warsaw".into(),
        locale: "pl-PL".into(),
        directory: Directory {
            agents: vec![anna],
            inboxes: vec![shop],
            inbox_groups: terms(&["sales", "support"]),
            sources: terms(&["chat"]),
            integrations: terms(&["shopify"]),
            statuses: terms(&["open"]),
            tags: terms(&["vip"]),
            ticket_types: terms(&["question"]),
            contexts: terms(&["return"]),
            allegro_accounts: terms(&["acme_pl"]),
            order_statuses: terms(&["sent"]),
        },
    }
}

/// A workflow without texts: what is said about those is tested by itself.
fn workflow() -> Workflow {
    Workflow {
        id: "w1".into(),
        display_name: "One".into(),
        all: vec![Condition { negated: false, test: Test::Source(vec!["chat".into()]) }],
        actions: vec![Action::SetStatus { status_id: "open".into() }],
        ..Workflow::default()
    }
}

fn with_test(test: Test) -> Workflow {
    Workflow { all: vec![Condition { negated: false, test }], ..workflow() }
}

fn with_action(action: Action) -> Workflow {
    Workflow { actions: vec![action], ..workflow() }
}
