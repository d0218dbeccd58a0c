//! Reads the 25 conditions.

use super::account::range;
use super::reader::{Fields, Reader, Spot};
use super::scalars::{DURATION_FORM, parse_duration};
use super::words::{
    BARE, CUSTOMER_ACTIONS, DAYS, NEW_TICKET_BY, PHRASE_MODES, PRESENCES, REPLY_STATUSES, SENTIMENTS,
    TICKET_STATES, value_of,
};
use crate::check::Path;
use crate::definition::{Attendance, Condition, ElapsedBound, Phrases, Test};

/// Their names, in the order of the contract.
pub(super) const NAMES: [&str; 25] = [
    "source",
    "new_ticket",
    "day_of_week",
    "email",
    "subject",
    "customer_name",
    "message",
    "time_of_day",
    "integration",
    "new_message",
    "action",
    "tag_assigned",
    "status_set",
    "last_customer_reply",
    "ticket_created",
    "current_status",
    "context",
    "sentiment",
    "reply_status",
    "ticket_state",
    "allegro_account",
    "inbox",
    "inbox_group",
    "ticket_type",
    "working_hours",
];

const PHRASE_FIELDS: [&str; 6] = ["is", "is_not", "mode", "whole_word", "case_sensitive", "accent_sensitive"];

/// Reads a condition; one that cannot be read is `Unreadable`.
pub(super) fn condition(reader: &mut Reader, path: &Path<'_>, spot: Spot<'_, '_>) -> Condition {
    readable(reader, path, spot).unwrap_or(Condition { negated: false, test: Test::Unreadable })
}

fn readable(reader: &mut Reader, path: &Path<'_>, spot: Spot<'_, '_>) -> Option<Condition> {
    let fields = reader.fields(path, spot, &NAMES)?;
    let (name, spot) = reader.only(path, &fields, "condition")?;
    let path = path.field(name);
    if name == "new_message" {
        let wanted = "write `new_message: is` or `new_message: is_not`";
        if !spot.is_scalar() {
            reader.locations.insert(&path, spot.at);
            reader.found.error("wrong_type", &path, "the condition takes no values", wanted);
            return None;
        }
        let negated = reader.word(&path, spot, BARE)?;
        return Some(Condition { negated, test: Test::NewMessage });
    }
    let known = if is_phrase_test(name) { PHRASE_FIELDS.as_slice() } else { &["is", "is_not"] };
    let fields = reader.fields(&path, spot, known)?;
    let (negated, values) = match (fields.get("is"), fields.get("is_not")) {
        (Some(values), None) => (false, values),
        (None, Some(values)) => (true, values),
        // One of the others was meant to be the operator.
        (None, None) if fields.has_unknown() => return None,
        (None, None) => {
            reader.found.error("missing_field", &path, "the values are missing", "write `is` or `is_not`");
            return None;
        }
        (Some(_), Some(_)) => {
            let help = "make two conditions of it";
            reader.found.error("is_and_is_not", &path, "`is` and `is_not` stand side by side", help);
            return None;
        }
    };
    let test = if is_phrase_test(name) {
        phrase_test(reader, &path, name, &fields, values)?
    } else {
        set_test(reader, &path, name, values)?
    };
    Some(Condition { negated, test })
}

fn is_phrase_test(name: &str) -> bool {
    matches!(name, "subject" | "customer_name" | "message")
}

fn set_test(reader: &mut Reader, path: &Path<'_>, name: &str, spot: Spot<'_, '_>) -> Option<Test> {
    let ids = |reader: &mut Reader| reader.values(&path.field("ids"), spot, Reader::text);
    let bounds = |reader: &mut Reader| reader.values(&path.field("bounds"), spot, bound);
    Some(match name {
        "source" => Test::Source(ids(reader)?),
        "integration" => Test::Integration(ids(reader)?),
        "tag_assigned" => Test::TagAssigned(ids(reader)?),
        "status_set" => Test::StatusSet(ids(reader)?),
        "current_status" => Test::CurrentStatus(ids(reader)?),
        "context" => Test::Context(ids(reader)?),
        "allegro_account" => Test::AllegroAccount(ids(reader)?),
        "inbox" => Test::Inbox(ids(reader)?),
        "inbox_group" => Test::InboxGroup(ids(reader)?),
        "ticket_type" => Test::TicketType(ids(reader)?),
        "email" => Test::Email(reader.values(&path.field("addresses"), spot, Reader::text)?),
        "new_ticket" => Test::NewTicket(reader.words(&path.field("by"), spot, NEW_TICKET_BY)?),
        "day_of_week" => Test::DayOfWeek(reader.words(&path.field("days"), spot, DAYS)?),
        "time_of_day" => Test::TimeOfDay(reader.values(&path.field("ranges"), spot, range)?),
        "action" => Test::Action(reader.words(&path.field("actions"), spot, CUSTOMER_ACTIONS)?),
        "last_customer_reply" => Test::LastCustomerReply(bounds(reader)?),
        "ticket_created" => Test::TicketCreated(bounds(reader)?),
        "sentiment" => Test::Sentiment(reader.words(&path.field("sentiments"), spot, SENTIMENTS)?),
        "reply_status" => Test::ReplyStatus(reader.words(&path.field("statuses"), spot, REPLY_STATUSES)?),
        "ticket_state" => Test::TicketState(reader.words(&path.field("states"), spot, TICKET_STATES)?),
        "working_hours" => Test::WorkingHours(reader.values(&path.field("attendances"), spot, attendance)?),
        _ => return None,
    })
}

fn phrase_test(
    reader: &mut Reader,
    path: &Path<'_>,
    name: &str,
    fields: &Fields<'_, '_>,
    values: Spot<'_, '_>,
) -> Option<Test> {
    let phrases = reader.values(&path.field("phrases"), values, Reader::text);
    let mode = match fields.get("mode") {
        Some(spot) => reader.word(&path.field("mode"), spot, PHRASE_MODES),
        None => Some(Default::default()),
    };
    let mut flag = |name: &'static str| match fields.get(name) {
        Some(spot) => reader.flag(&path.field(name), spot),
        None => Some(false),
    };
    let (whole_word, case, accent) = (flag("whole_word"), flag("case_sensitive"), flag("accent_sensitive"));
    let phrases = Phrases {
        phrases: phrases?,
        mode: mode?,
        whole_word: whole_word?,
        case_sensitive: case?,
        accent_sensitive: accent?,
    };
    match name {
        "subject" => Some(Test::Subject(phrases)),
        "customer_name" => Some(Test::CustomerName(phrases)),
        "message" => Some(Test::Message(phrases)),
        _ => None,
    }
}

fn bound(reader: &mut Reader, path: &Path<'_>, spot: Spot<'_, '_>) -> Option<ElapsedBound> {
    let fields = reader.fields(path, spot, &["more_than", "less_than"])?;
    let (name, spot) = reader.only(path, &fields, "bound")?;
    let wanted = ("duration_malformed", "a duration", DURATION_FORM);
    let duration = reader.parsed(&path.field(name), spot, wanted, parse_duration)?;
    Some(if name == "more_than" {
        ElapsedBound::MoreThan(duration)
    } else {
        ElapsedBound::LessThan(duration)
    })
}

/// `inside` or `outside`, of the assigned agent; or with the id of another.
fn attendance(reader: &mut Reader, path: &Path<'_>, spot: Spot<'_, '_>) -> Option<Attendance> {
    if spot.is_scalar() {
        let presence = reader.word(path, spot, PRESENCES)?;
        return Some(Attendance { presence, agent_id: None });
    }
    let fields = reader.fields(path, spot, &["inside", "outside"])?;
    let (name, spot) = reader.only(path, &fields, "attendance")?;
    let agent_id = reader.text(&path.field("agent_id"), spot)?;
    Some(Attendance { presence: value_of(PRESENCES, name)?, agent_id: Some(agent_id) })
}
