//! Accounts with their directories.

use jiff::civil::{Date, Weekday};
use tamis_api::v1;
use tamis_engine::check::{self, Path};
use tamis_engine::definition::{
    Account, Agent, DatedException, Directory, Inbox, Term, WeeklyInterval, WorkingHours,
};
use tamis_engine::{Diagnostic, definition};

use crate::convert::{Findings, time, vocabulary};

/// Reads an account; `path` is what field paths begin with, such as `account`. Fields that the service sets are left out.
pub(crate) fn from_wire(wire: &v1::Account, path: &str) -> (Account, Vec<Diagnostic>) {
    let mut found = Findings::default();
    let path = Path::Root(path);
    let account = Account {
        id: wire.account_id.clone(),
        display_name: wire.display_name.clone(),
        time_zone: wire.time_zone.clone(),
        locale: wire.locale.clone(),
        directory: wire
            .directory
            .as_ref()
            .map(|wire| directory(&mut found, &path.field("directory"), wire))
            .unwrap_or_default(),
    };
    (account, found.into_vec())
}

/// Writes an account, but for the fields that the service sets.
pub(crate) fn to_wire(account: &Account) -> v1::Account {
    v1::Account {
        account_id: account.id.clone(),
        display_name: account.display_name.clone(),
        time_zone: account.time_zone.clone(),
        locale: account.locale.clone(),
        directory: Some(directory_to_wire(&account.directory)),
        ..v1::Account::default()
    }
}

/// Writes a directory.
pub(crate) fn directory_to_wire(directory: &Directory) -> v1::Directory {
    let terms = |terms: &Option<Vec<Term>>| terms.as_deref().map(vocabulary_to_wire);
    v1::Directory {
        agents: directory.agents.iter().map(agent_to_wire).collect(),
        inboxes: directory.inboxes.iter().map(inbox_to_wire).collect(),
        inbox_groups: terms(&directory.inbox_groups),
        sources: terms(&directory.sources),
        integrations: terms(&directory.integrations),
        statuses: terms(&directory.statuses),
        tags: terms(&directory.tags),
        ticket_types: terms(&directory.ticket_types),
        contexts: terms(&directory.contexts),
        allegro_accounts: terms(&directory.allegro_accounts),
        order_statuses: terms(&directory.order_statuses),
    }
}

fn directory(found: &mut Findings, path: &Path<'_>, wire: &v1::Directory) -> Directory {
    let agents = path.field("agents");
    Directory {
        agents: wire
            .agents
            .iter()
            .enumerate()
            .map(|(index, wire)| agent(found, &agents.index(index), wire))
            .collect(),
        inboxes: wire.inboxes.iter().map(inbox).collect(),
        inbox_groups: wire.inbox_groups.as_ref().map(terms),
        sources: wire.sources.as_ref().map(terms),
        integrations: wire.integrations.as_ref().map(terms),
        statuses: wire.statuses.as_ref().map(terms),
        tags: wire.tags.as_ref().map(terms),
        ticket_types: wire.ticket_types.as_ref().map(terms),
        contexts: wire.contexts.as_ref().map(terms),
        allegro_accounts: wire.allegro_accounts.as_ref().map(terms),
        order_statuses: wire.order_statuses.as_ref().map(terms),
    }
}

fn terms(wire: &v1::Vocabulary) -> Vec<Term> {
    wire.terms
        .iter()
        .map(|term| Term { id: term.id.clone(), display_name: term.display_name.clone() })
        .collect()
}

fn vocabulary_to_wire(terms: &[Term]) -> v1::Vocabulary {
    let terms =
        terms.iter().map(|term| v1::Term { id: term.id.clone(), display_name: term.display_name.clone() });
    v1::Vocabulary { terms: terms.collect() }
}

fn inbox(wire: &v1::Inbox) -> Inbox {
    Inbox { id: wire.id.clone(), display_name: wire.display_name.clone(), group_ids: wire.group_ids.clone() }
}

fn inbox_to_wire(inbox: &Inbox) -> v1::Inbox {
    v1::Inbox {
        id: inbox.id.clone(),
        display_name: inbox.display_name.clone(),
        group_ids: inbox.group_ids.clone(),
    }
}

fn agent(found: &mut Findings, path: &Path<'_>, wire: &v1::Agent) -> Agent {
    Agent {
        id: wire.id.clone(),
        first_name: wire.first_name.clone(),
        last_name: wire.last_name.clone(),
        email: wire.email.clone(),
        working_hours: wire
            .working_hours
            .as_ref()
            .map(|wire| working_hours(found, &path.field("working_hours"), wire)),
    }
}

fn agent_to_wire(agent: &Agent) -> v1::Agent {
    v1::Agent {
        id: agent.id.clone(),
        first_name: agent.first_name.clone(),
        last_name: agent.last_name.clone(),
        email: agent.email.clone(),
        working_hours: agent.working_hours.as_ref().map(working_hours_to_wire),
    }
}

fn working_hours(found: &mut Findings, path: &Path<'_>, wire: &v1::WorkingHours) -> WorkingHours {
    let (weekly, exceptions) = (path.field("weekly"), path.field("exceptions"));
    WorkingHours {
        time_zone: wire.time_zone.clone(),
        weekly: wire
            .weekly
            .iter()
            .enumerate()
            .map(|(index, wire)| weekly_interval(found, &weekly.index(index), wire))
            .collect(),
        exceptions: wire
            .exceptions
            .iter()
            .enumerate()
            .map(|(index, wire)| dated_exception(found, &exceptions.index(index), wire))
            .collect(),
    }
}

fn weekly_interval(found: &mut Findings, path: &Path<'_>, wire: &v1::WeeklyInterval) -> WeeklyInterval {
    let day = vocabulary::required(found, &path.field("day"), wire.day);
    let range = wire.range.unwrap_or_else(|| {
        found.add("time_range_required", &path.field("range"), "a span is required", "");
        v1::TimeRange::default()
    });
    WeeklyInterval { day: day.unwrap_or(Weekday::Monday), range: time::range(&range) }
}

fn dated_exception(found: &mut Findings, path: &Path<'_>, wire: &v1::DatedException) -> DatedException {
    let date = parse_date(&wire.date).unwrap_or_else(|| {
        let (path, help) = (path.field("date"), "write it as in `2026-12-24`");
        match wire.date.as_str() {
            "" => found.add("date_required", &path, "a date is required", help),
            text => {
                let date = [("date", check::shown(text))];
                found.add_with("date_malformed", &path, "this is not a date", help, date);
            }
        }
        Date::ZERO
    });
    DatedException { date, ranges: wire.ranges.iter().map(time::range).collect() }
}

/// Reads `2026-12-24`. Four digits, two and two: the forms of ISO 8601 that leave out the dashes, or add a time, are more
/// than the contract promises.
fn parse_date(text: &str) -> Option<Date> {
    let plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if plain { text.parse().ok() } else { None }
}

fn working_hours_to_wire(hours: &WorkingHours) -> v1::WorkingHours {
    let weekly = |interval: &WeeklyInterval| v1::WeeklyInterval {
        day: vocabulary::WireEnum::to_wire(interval.day),
        range: Some(time::range_to_wire(interval.range)),
    };
    let exception = |exception: &DatedException| v1::DatedException {
        date: exception.date.to_string(),
        ranges: ranges_to_wire(&exception.ranges),
    };
    v1::WorkingHours {
        time_zone: hours.time_zone.clone(),
        weekly: hours.weekly.iter().map(weekly).collect(),
        exceptions: hours.exceptions.iter().map(exception).collect(),
    }
}

fn ranges_to_wire(ranges: &[definition::TimeRange]) -> Vec<v1::TimeRange> {
    ranges.iter().copied().map(time::range_to_wire).collect()
}
