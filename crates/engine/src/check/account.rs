//! An account's settings and its directory.

use std::collections::HashSet;

use jiff::civil::Date;

use crate::check::findings::{Findings, Repeats, quoted, shown};
use crate::check::path::Path;
use crate::check::text::{is_address, language_tag, time_zone};
use crate::check::vocabulary::unknown;
use crate::definition::{Account, Agent, Directory, Inbox, Term, TimeRange, WorkingHours};
use crate::limits;

/// Checks an account.
pub(super) fn account(found: &mut Findings, path: &Path<'_>, account: &Account) {
    found.id(&path.field("account_id"), &account.id);
    found.chars_max(&path.field("display_name"), &account.display_name, limits::DISPLAY_NAME_CHARS_MAX);
    time_zone(found, &path.field("time_zone"), &account.time_zone);
    language_tag(found, &path.field("locale"), &account.locale, "locale_malformed");
    directory(found, &path.field("directory"), &account.directory);
}

fn directory(found: &mut Findings, path: &Path<'_>, directory: &Directory) {
    let agents = path.field("agents");
    found.count_max(&agents, directory.agents.len(), limits::DIRECTORY_ENTRIES_MAX);
    let repeats = Repeats::of(directory.agents.iter().map(|agent| &agent.id));
    for (index, entry) in directory.agents.iter().enumerate() {
        let path = agents.index(index);
        id(found, &path.field("id"), &entry.id, repeats.first(index));
        agent(found, &path, entry);
    }
    let known_groups = directory.inbox_groups.as_ref();
    let known_groups = known_groups.map(|groups| groups.iter().map(|group| &*group.id).collect());
    let inboxes = path.field("inboxes");
    found.count_max(&inboxes, directory.inboxes.len(), limits::DIRECTORY_ENTRIES_MAX);
    let repeats = Repeats::of(directory.inboxes.iter().map(|inbox| &inbox.id));
    for (index, entry) in directory.inboxes.iter().enumerate() {
        let path = inboxes.index(index);
        id(found, &path.field("id"), &entry.id, repeats.first(index));
        inbox(found, &path, entry, known_groups.as_ref());
    }
    let vocabularies = [
        ("inbox_groups", &directory.inbox_groups),
        ("sources", &directory.sources),
        ("integrations", &directory.integrations),
        ("statuses", &directory.statuses),
        ("tags", &directory.tags),
        ("ticket_types", &directory.ticket_types),
        ("contexts", &directory.contexts),
        ("allegro_accounts", &directory.allegro_accounts),
        ("order_statuses", &directory.order_statuses),
    ];
    for (name, terms) in vocabularies {
        if let Some(terms) = terms {
            vocabulary(found, &path.field(name).field("terms"), terms);
        }
    }
}

fn vocabulary(found: &mut Findings, path: &Path<'_>, terms: &[Term]) {
    found.count_max(path, terms.len(), limits::DIRECTORY_ENTRIES_MAX);
    let repeats = Repeats::of(terms.iter().map(|term| &term.id));
    for (index, term) in terms.iter().enumerate() {
        let path = path.index(index);
        id(found, &path.field("id"), &term.id, repeats.first(index));
        found.chars_max(&path.field("display_name"), &term.display_name, limits::DISPLAY_NAME_CHARS_MAX);
    }
}

/// An id that no other entry of its list has; `first` is where it stood before.
fn id(found: &mut Findings, path: &Path<'_>, id: &str, first: Option<usize>) {
    found.value(path, id);
    // That it is blank has been reported.
    if let Some(first) = first.filter(|_| !id.trim().is_empty()) {
        let message = format!("the id {} stands in the list already, at [{first}]", quoted(id));
        found
            .error("id_duplicate", path, message, "write each id once")
            .with("id", shown(id))
            .with("position", first + 1);
    }
}

fn agent(found: &mut Findings, path: &Path<'_>, agent: &Agent) {
    found.chars_max(&path.field("first_name"), &agent.first_name, limits::DISPLAY_NAME_CHARS_MAX);
    found.chars_max(&path.field("last_name"), &agent.last_name, limits::DISPLAY_NAME_CHARS_MAX);
    let email = path.field("email");
    if agent.email.len() > limits::ADDRESS_BYTES_MAX {
        found.bytes_max(&email, &agent.email, limits::ADDRESS_BYTES_MAX);
    } else if !agent.email.is_empty() && !is_address(&agent.email) {
        let message = format!("{} is not an e-mail address", quoted(&agent.email));
        let help = "write it as `anna@acme.example`";
        found.error("email_malformed", &email, message, help).with("email", shown(&agent.email));
    }
    if let Some(hours) = &agent.working_hours {
        working_hours(found, &path.field("working_hours"), hours);
    }
}

fn working_hours(found: &mut Findings, path: &Path<'_>, hours: &WorkingHours) {
    if !hours.time_zone.is_empty() {
        time_zone(found, &path.field("time_zone"), &hours.time_zone);
    }
    let weekly = path.field("weekly");
    found.count_max(&weekly, hours.weekly.len(), limits::WEEKLY_INTERVALS_MAX);
    for (index, interval) in hours.weekly.iter().enumerate() {
        time_range(found, &weekly.index(index).field("range"), interval.range);
    }
    let exceptions = path.field("exceptions");
    found.count_max(&exceptions, hours.exceptions.len(), limits::EXCEPTIONS_MAX);
    let repeats = Repeats::of(hours.exceptions.iter().map(|exception| exception.date));
    for (index, exception) in hours.exceptions.iter().enumerate() {
        let path = exceptions.index(index);
        date(found, &path.field("date"), exception.date, repeats.first(index));
        let ranges = path.field("ranges");
        found.count_max(&ranges, exception.ranges.len(), limits::TIME_RANGES_MAX);
        for (index, range) in exception.ranges.iter().enumerate() {
            time_range(found, &ranges.index(index), *range);
        }
    }
}

/// The date of an exception; `first` is where it stood before.
fn date(found: &mut Findings, path: &Path<'_>, date: Date, first: Option<usize>) {
    if !(limits::YEAR_MIN..limits::YEAR_END).contains(&date.year()) {
        let help = format!("dates from {} until {} are allowed", limits::YEAR_MIN, limits::YEAR_END);
        found
            .error("date_out_of_range", path, format!("{date} is out of range"), help)
            .with("date", date)
            .with("year_min", limits::YEAR_MIN)
            .with("year_end", limits::YEAR_END);
    }
    if let Some(first) = first {
        let message = format!("{date} stands in the list already, at [{first}]");
        found
            .error("date_duplicate", path, message, "put its spans together")
            .with("date", date)
            .with("position", first + 1);
    }
}

fn inbox(found: &mut Findings, path: &Path<'_>, inbox: &Inbox, known_groups: Option<&HashSet<&str>>) {
    found.chars_max(&path.field("display_name"), &inbox.display_name, limits::DISPLAY_NAME_CHARS_MAX);
    let groups = path.field("group_ids");
    found.count_max(&groups, inbox.group_ids.len(), limits::INBOX_GROUPS_MAX);
    let repeats = Repeats::of(&inbox.group_ids);
    for (index, group) in inbox.group_ids.iter().enumerate() {
        let path = groups.index(index);
        id(found, &path, group, repeats.first(index));
        if known_groups.is_some_and(|known| !group.trim().is_empty() && !known.contains(&**group)) {
            unknown(found, &path, group, "inbox_groups", None);
        }
    }
}

/// A span of civil time.
pub(super) fn time_range(found: &mut Findings, path: &Path<'_>, range: TimeRange) {
    let TimeRange { from_minute: from, to_minute: to } = range;
    const HELP: &str =
        "a span begins at minute 0 to 1439 of the day, ends at minute 1 to 1440, and is not empty";
    let (fault, minute, message) = if from > 1_439 {
        ("begin", from, format!("the span begins at minute {from}"))
    } else if !(1..=1_440).contains(&to) {
        ("end", to, format!("the span ends at minute {to}"))
    } else if from == to {
        ("empty", from, "the span begins and ends at the same minute".to_owned())
    } else {
        return;
    };
    found.error("time_range_invalid", path, message, HELP).with("fault", fault).with("minute", minute);
}
