//! Reads an account's settings and its directory.

use std::collections::HashSet;

use super::reader::{Reader, Spot};
use super::scalars::{DATE_FORM, RANGE_FORM, parse_date, parse_range};
use super::words::{DAYS, value_of};
use crate::check::{Path, quoted, shown};
use crate::definition::{
    Account, Agent, DatedException, Directory, Inbox, Term, TimeRange, WeeklyInterval, WorkingHours,
};

const WHOLE_DAY: TimeRange = TimeRange { from_minute: 0, to_minute: 1_440 };

/// Reads the `account` of a document. What cannot be read is left out.
pub(super) fn account(reader: &mut Reader, path: &Path<'_>, spot: Spot<'_, '_>) -> Option<Account> {
    let fields = reader.fields(path, spot, &["id", "display_name", "time_zone", "locale", "directory"])?;
    let mut text = |name: &'static str, field: &'static str| {
        fields.get(name).and_then(|spot| reader.text(&path.field(field), spot)).unwrap_or_default()
    };
    let mut account = Account {
        id: text("id", "account_id"),
        display_name: text("display_name", "display_name"),
        time_zone: text("time_zone", "time_zone"),
        locale: text("locale", "locale"),
        directory: Directory::default(),
    };
    if let Some(spot) = fields.get("directory") {
        account.directory = directory(reader, &path.field("directory"), spot).unwrap_or_default();
    }
    Some(account)
}

fn directory(reader: &mut Reader, path: &Path<'_>, spot: Spot<'_, '_>) -> Option<Directory> {
    let known = [
        "agents",
        "inboxes",
        "inbox_groups",
        "sources",
        "integrations",
        "statuses",
        "tags",
        "ticket_types",
        "contexts",
        "allegro_accounts",
        "order_statuses",
    ];
    let fields = reader.fields(path, spot, &known)?;
    let mut directory = Directory::default();
    if let Some(spot) = fields.get("agents") {
        directory.agents = list(reader, &path.field("agents"), spot, agent);
    }
    if let Some(spot) = fields.get("inboxes") {
        directory.inboxes = list(reader, &path.field("inboxes"), spot, inbox);
    }
    let vocabularies = [
        ("inbox_groups", &mut directory.inbox_groups),
        ("sources", &mut directory.sources),
        ("integrations", &mut directory.integrations),
        ("statuses", &mut directory.statuses),
        ("tags", &mut directory.tags),
        ("ticket_types", &mut directory.ticket_types),
        ("contexts", &mut directory.contexts),
        ("allegro_accounts", &mut directory.allegro_accounts),
        ("order_statuses", &mut directory.order_statuses),
    ];
    for (name, vocabulary) in vocabularies {
        if let Some(spot) = fields.get(name) {
            let path = path.field(name);
            *vocabulary = Some(list(reader, &path.field("terms"), spot, term));
        }
    }
    Some(directory)
}

/// Reads a list whose elements have a default, so that those after one that cannot be read keep their index.
fn list<'n, 't, T: Default>(
    reader: &mut Reader,
    path: &Path<'_>,
    spot: Spot<'n, 't>,
    read: impl Fn(&mut Reader, &Path<'_>, Spot<'n, 't>) -> Option<T>,
) -> Vec<T> {
    let spots = reader.list(path, spot).unwrap_or_default();
    let read = |(index, spot)| read(reader, &path.index(index), spot).unwrap_or_default();
    spots.into_iter().enumerate().map(read).collect()
}

fn agent(reader: &mut Reader, path: &Path<'_>, spot: Spot<'_, '_>) -> Option<Agent> {
    let fields = reader.fields(path, spot, &["id", "first_name", "last_name", "email", "working_hours"])?;
    let mut text = |name: &'static str| {
        fields.get(name).and_then(|spot| reader.text(&path.field(name), spot)).unwrap_or_default()
    };
    let mut agent = Agent {
        id: text("id"),
        first_name: text("first_name"),
        last_name: text("last_name"),
        email: text("email"),
        working_hours: None,
    };
    if let Some(spot) = fields.get("working_hours") {
        agent.working_hours = working_hours(reader, &path.field("working_hours"), spot);
    }
    Some(agent)
}

fn working_hours(reader: &mut Reader, path: &Path<'_>, spot: Spot<'_, '_>) -> Option<WorkingHours> {
    let fields = reader.fields(path, spot, &["time_zone", "weekly", "exceptions"])?;
    let mut hours = WorkingHours::default();
    if let Some(spot) = fields.get("time_zone") {
        hours.time_zone = reader.text(&path.field("time_zone"), spot).unwrap_or_default();
    }
    if let Some(spot) = fields.get("weekly") {
        hours.weekly = weekly(reader, &path.field("weekly"), spot).unwrap_or_default();
    }
    if let Some(spot) = fields.get("exceptions") {
        hours.exceptions = exceptions(reader, &path.field("exceptions"), spot).unwrap_or_default();
    }
    Some(hours)
}

/// The spans of each day, which the contract has as one list.
fn weekly(reader: &mut Reader, path: &Path<'_>, spot: Spot<'_, '_>) -> Option<Vec<WeeklyInterval>> {
    let names = DAYS.iter().map(|&(name, _)| name).collect::<Vec<_>>();
    let fields = reader.fields(path, spot, &names)?;
    let mut intervals = Vec::new();
    for (name, spot) in fields.in_order() {
        let Some(day) = value_of(DAYS, name) else { continue };
        for spot in reader.one_or_more(&path.field(name), spot) {
            let interval = path.index(intervals.len());
            reader.locations.insert(&interval, spot.at);
            // One that cannot be read has been reported; its place is taken, so that the next ones keep their index.
            let range = range(reader, &interval.field("range"), spot);
            intervals.push(WeeklyInterval { day, range: range.unwrap_or(WHOLE_DAY) });
        }
    }
    Some(intervals)
}

/// The dates, which are keys in YAML and a list in the contract.
fn exceptions(reader: &mut Reader, path: &Path<'_>, spot: Spot<'_, '_>) -> Option<Vec<DatedException>> {
    let mut exceptions = Vec::new();
    let mut dates = HashSet::new();
    for (key, spot) in reader.entries(path, spot, "a mapping of dates to spans of time")? {
        let exception = path.index(exceptions.len());
        reader.locations.insert(&exception, key.at);
        let field = exception.field("date");
        reader.locations.insert(&field, key.at);
        let written = reader.key(&field, key);
        let date = written.and_then(parse_date);
        if let Some(written) = written.filter(|_| date.is_none()) {
            let message = format!("{} is not a date", quoted(written));
            reader.found.error("date_malformed", &field, message, DATE_FORM).with("date", shown(written));
        }
        if date.is_some_and(|date| !dates.insert(date)) {
            reader.found.error(
                "duplicate_field",
                &field,
                "the date stands here twice",
                "put its spans together",
            );
        }
        let ranges = reader.values(&exception.field("ranges"), spot, range).unwrap_or_default();
        exceptions.push(DatedException { date: date.unwrap_or_default(), ranges });
    }
    Some(exceptions)
}

/// A span of time such as `09:00-17:00`.
pub(super) fn range(reader: &mut Reader, path: &Path<'_>, spot: Spot<'_, '_>) -> Option<TimeRange> {
    reader.parsed(path, spot, ("time_malformed", "a span of time", RANGE_FORM), parse_range)
}

fn inbox(reader: &mut Reader, path: &Path<'_>, spot: Spot<'_, '_>) -> Option<Inbox> {
    let fields = reader.fields(path, spot, &["id", "display_name", "groups"])?;
    let mut text = |name: &'static str| {
        fields.get(name).and_then(|spot| reader.text(&path.field(name), spot)).unwrap_or_default()
    };
    let (id, display_name) = (text("id"), text("display_name"));
    let group_ids =
        fields.get("groups").and_then(|spot| reader.values(&path.field("group_ids"), spot, Reader::text));
    Some(Inbox { id, display_name, group_ids: group_ids.unwrap_or_default() })
}

/// An id, or an id with a name.
fn term(reader: &mut Reader, path: &Path<'_>, spot: Spot<'_, '_>) -> Option<Term> {
    if spot.is_scalar() {
        reader.locations.insert(path, spot.at);
        let id = reader.text(&path.field("id"), spot)?;
        return Some(Term { id, display_name: String::new() });
    }
    let fields = reader.fields(path, spot, &["id", "display_name"])?;
    let mut text = |name: &'static str| {
        fields.get(name).and_then(|spot| reader.text(&path.field(name), spot)).unwrap_or_default()
    };
    Some(Term { id: text("id"), display_name: text("display_name") })
}
