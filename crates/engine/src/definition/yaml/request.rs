//! Reads tickets and changes, of requests and of examples.
//!
//! A field that may be absent may also be `null`, as programs write it. An empty id stands for an absent one.

use std::borrow::Cow;

use jiff::Timestamp;

use super::reader::{Fields, Reader, Spot};
use super::words::{MESSAGE_AUTHORS, REPLY_STATUSES, SENTIMENTS, TICKET_CREATORS, TICKET_STATES, Words};
use crate::check::Path;
use crate::request::{
    AssignedAgent, Baseline, Change, MessageAuthor, MessageReceived, Request, Text, Ticket, TicketCreator,
};

const TICKET_FIELDS: [&str; 21] = [
    "id",
    "url",
    "source",
    "integration",
    "allegro_account",
    "inbox",
    "inbox_groups",
    "type",
    "subject",
    "current_status",
    "state",
    "tags",
    "context",
    "sentiment",
    "reply_status",
    "created_at",
    "last_customer_reply_at",
    "linked_order_ids",
    "customer_name",
    "customer_email",
    "assigned_agent",
];

const CHANGE_FIELDS: [&str; 8] = [
    "change_id",
    "ticket_created",
    "message_received",
    "return_created",
    "tags_assigned",
    "status_set",
    "updated",
    "timer",
];

/// Reads a whole request; parts that cannot be read have been reported and stand empty.
pub(super) fn request(reader: &mut Reader, path: &Path<'_>, spot: Spot<'_, '_>) -> Option<Request<'static>> {
    let known = ["ticket", "change", "now", "baseline", "with_next_due", "with_chaining", "cause"];
    let fields = reader.fields(path, spot, &known)?;
    Some(request_of(reader, path, &fields))
}

/// Reads a request of fields among which others may stand.
pub(super) fn request_of(reader: &mut Reader, path: &Path<'_>, fields: &Fields<'_, '_>) -> Request<'static> {
    let field = path.field("ticket");
    let the_ticket = match fields.get("ticket") {
        Some(spot) => ticket(reader, &field, spot),
        None => {
            reader.missing(&field, "write the `ticket` as it is after the change");
            None
        }
    };
    let field = path.field("change");
    let the_change = match fields.get("change") {
        Some(spot) => change(reader, &field, spot),
        None => {
            reader.missing(&field, "write the `change`: what happened");
            None
        }
    };
    let field = path.field("now");
    let now = match fields.get("now") {
        Some(spot) => reader.instant(&field, spot),
        None => {
            reader.missing(&field, "write `now`: the instant of the decision");
            None
        }
    };
    let mut part = Part { reader, path, fields };
    let before = part.given("baseline").and_then(|spot| baseline(part.reader, &path.field("baseline"), spot));
    let with_next_due = part.flag("with_next_due");
    let with_chaining = part.flag("with_chaining");
    let cause = part.texts("cause", "cause").unwrap_or_default();
    Request {
        ticket: the_ticket.unwrap_or_default(),
        change: the_change.unwrap_or_default(),
        now: now.unwrap_or(Timestamp::UNIX_EPOCH),
        baseline: before,
        with_next_due,
        with_chaining,
        cause,
    }
}

/// A mapping of which every field may be absent.
struct Part<'r, 'n, 't> {
    reader: &'r mut Reader,
    path: &'r Path<'r>,
    fields: &'r Fields<'n, 't>,
}

impl<'n, 't> Part<'_, 'n, 't> {
    /// The value of a field, unless it is absent or `null`.
    fn given(&self, name: &str) -> Option<Spot<'n, 't>> {
        self.fields.get(name).filter(|spot| !spot.node.is_null())
    }

    fn text(&mut self, name: &'static str) -> Option<Text<'static>> {
        let spot = self.given(name)?;
        self.reader.text(&self.path.field(name), spot).map(Cow::Owned)
    }

    /// An id; an empty one stands for an absent one.
    fn id(&mut self, name: &'static str) -> Option<Text<'static>> {
        self.text(name).filter(|id| !id.is_empty())
    }

    fn word<T: Copy>(&mut self, name: &'static str, words: Words<T>) -> Option<T> {
        let spot = self.given(name)?;
        self.reader.word(&self.path.field(name), spot, words)
    }

    fn instant(&mut self, name: &'static str) -> Option<Timestamp> {
        let spot = self.given(name)?;
        self.reader.instant(&self.path.field(name), spot)
    }

    fn flag(&mut self, name: &'static str) -> bool {
        let spot = self.given(name);
        spot.and_then(|spot| self.reader.flag(&self.path.field(name), spot)).unwrap_or(false)
    }

    /// A list of texts, whose elements stand at `path.field` in the contract.
    fn texts(&mut self, name: &'static str, field: &'static str) -> Option<Vec<Text<'static>>> {
        let spot = self.given(name)?;
        self.reader.values(&self.path.field(field), spot, text)
    }

    /// A fact that says no more than that it happened: `true`, or the contract's empty message.
    fn fact(&mut self, name: &'static str) -> bool {
        let Some(spot) = self.given(name) else { return false };
        if spot.is_scalar() {
            return self.flag(name);
        }
        self.reader.fields(&self.path.field(name), spot, &[]).is_some()
    }
}

fn text(reader: &mut Reader, path: &Path<'_>, spot: Spot<'_, '_>) -> Option<Text<'static>> {
    reader.text(path, spot).map(Cow::Owned)
}

/// A list that the contract wraps in a message: the list itself, or a mapping with it under `field`.
fn wrapped<'n, 't>(
    reader: &mut Reader,
    path: &Path<'_>,
    spot: Spot<'n, 't>,
    field: &'static str,
) -> Option<Spot<'n, 't>> {
    reader.locations.insert(path, spot.at);
    if !spot.is_mapping() {
        return Some(spot);
    }
    let fields = reader.fields(path, spot, &[field])?;
    let inner = fields.get(field);
    if inner.is_none() {
        reader.missing(&path.field(field), "");
    }
    inner
}

/// Reads a snapshot of a ticket.
pub(super) fn ticket(reader: &mut Reader, path: &Path<'_>, spot: Spot<'_, '_>) -> Option<Ticket<'static>> {
    let fields = reader.fields(path, spot, &TICKET_FIELDS)?;
    let mut part = Part { reader, path, fields: &fields };
    let inbox_groups = part.given("inbox_groups").and_then(|spot| {
        let path = path.field("inbox_groups");
        let list = wrapped(part.reader, &path, spot, "ids")?;
        part.reader.values(&path.field("ids"), list, text)
    });
    let agent = part
        .given("assigned_agent")
        .and_then(|spot| assigned_agent(part.reader, &path.field("assigned_agent"), spot));
    Some(Ticket {
        id: part.text("id").unwrap_or_default(),
        url: part.text("url"),
        source: part.id("source"),
        integration: part.id("integration"),
        allegro_account: part.id("allegro_account"),
        inbox: part.id("inbox"),
        inbox_groups,
        ticket_type: part.id("type"),
        subject: part.text("subject"),
        current_status: part.id("current_status"),
        state: part.word("state", TICKET_STATES),
        tags: part.texts("tags", "tags").unwrap_or_default(),
        context: part.id("context"),
        sentiment: part.word("sentiment", SENTIMENTS),
        reply_status: part.word("reply_status", REPLY_STATUSES),
        created_at: part.instant("created_at"),
        last_customer_reply_at: part.instant("last_customer_reply_at"),
        linked_order_ids: part.texts("linked_order_ids", "linked_order_ids").unwrap_or_default(),
        customer_name: part.text("customer_name"),
        customer_email: part.text("customer_email"),
        assigned_agent: agent,
    })
}

/// An id, or an id with details; an empty id stands for no agent.
fn assigned_agent(
    reader: &mut Reader,
    path: &Path<'_>,
    spot: Spot<'_, '_>,
) -> Option<AssignedAgent<'static>> {
    if spot.is_scalar() {
        reader.locations.insert(path, spot.at);
        let id = text(reader, &path.field("id"), spot).filter(|id| !id.is_empty())?;
        return Some(AssignedAgent { id, ..AssignedAgent::default() });
    }
    let fields = reader.fields(path, spot, &["id", "first_name", "last_name", "email"])?;
    let mut part = Part { reader, path, fields: &fields };
    Some(AssignedAgent {
        id: part.text("id").unwrap_or_default(),
        first_name: part.text("first_name"),
        last_name: part.text("last_name"),
        email: part.text("email"),
    })
}

/// Reads what happened.
pub(super) fn change(reader: &mut Reader, path: &Path<'_>, spot: Spot<'_, '_>) -> Option<Change<'static>> {
    let fields = reader.fields(path, spot, &CHANGE_FIELDS)?;
    let mut part = Part { reader, path, fields: &fields };
    let ticket_created =
        part.given("ticket_created").map(|spot| creator(part.reader, &path.field("ticket_created"), spot));
    let message_received = part
        .given("message_received")
        .map(|spot| message(part.reader, &path.field("message_received"), spot));
    let tags_assigned = part.given("tags_assigned").map(|spot| {
        let path = path.field("tags_assigned");
        let list = wrapped(part.reader, &path, spot, "tag_ids")?;
        part.reader.values(&path.field("tag_ids"), list, text)
    });
    let status_set = part.given("status_set").map(|spot| {
        let path = path.field("status_set");
        let status = wrapped(part.reader, &path, spot, "status_id")?;
        text(part.reader, &path.field("status_id"), status)
    });
    let change = Change {
        change_id: part.text("change_id").unwrap_or_default(),
        ticket_created: ticket_created.flatten(),
        message_received: message_received.flatten(),
        return_created: part.fact("return_created"),
        tags_assigned: tags_assigned.flatten(),
        status_set: status_set.flatten(),
        updated: part.fact("updated"),
        timer: part.fact("timer"),
    };
    Some(change)
}

fn creator(reader: &mut Reader, path: &Path<'_>, spot: Spot<'_, '_>) -> Option<TicketCreator> {
    let by = wrapped(reader, path, spot, "by")?;
    reader.word(&path.field("by"), by, TICKET_CREATORS)
}

fn message(reader: &mut Reader, path: &Path<'_>, spot: Spot<'_, '_>) -> Option<MessageReceived<'static>> {
    let fields = reader.fields(path, spot, &["author", "first", "text", "auto_submitted", "message_id"])?;
    let mut part = Part { reader, path, fields: &fields };
    if part.given("author").is_none() {
        part.reader.missing(&path.field("author"), "write `author: customer` or `author: other`");
    }
    let author = part.word("author", MESSAGE_AUTHORS);
    let message = MessageReceived {
        author: author.unwrap_or(MessageAuthor::Other),
        first: part.flag("first"),
        text: part.text("text"),
        auto_submitted: part.flag("auto_submitted"),
        message_id: part.id("message_id"),
    };
    author.map(|_| message)
}

/// Reads what was before.
pub(super) fn baseline(
    reader: &mut Reader,
    path: &Path<'_>,
    spot: Spot<'_, '_>,
) -> Option<Box<Baseline<'static>>> {
    let fields = reader.fields(path, spot, &["ticket", "asked_at"])?;
    let mut part = Part { reader, path, fields: &fields };
    let before = part.given("ticket").and_then(|spot| ticket(part.reader, &path.field("ticket"), spot));
    Some(Box::new(Baseline { ticket: before, asked_at: part.instant("asked_at") }))
}
