//! Requests: tickets, changes and what was before. They are read from views of messages, and their texts are borrowed from
//! wherever the views borrow theirs: from the bytes of a call, or from a message that somebody holds.

use std::borrow::Cow;

use jiff::Timestamp;
use tamis_api::v1::{self, view};
use tamis_engine::check::{Path, check_request};
use tamis_engine::request::{
    AssignedAgent, Baseline, Change, MessageAuthor, MessageReceived, Text, Ticket, TicketCreator,
};
use tamis_engine::{Diagnostic, Request, limits};

use crate::convert::vocabulary::{self, WireEnum as _};
use crate::convert::{Findings, merged, time};
use crate::status::Failure;

/// Reads a request that nothing is wrong with; see [`read`].
///
/// # Errors
/// [`Failure::InvalidRequest`] with all that is wrong.
pub(crate) fn from_wire<'w>(
    wire: impl Into<view::EvaluateRequest<'w>>,
    path: &str,
    clock: Timestamp,
) -> Result<Request<'w>, Failure> {
    let (request, found) = read(wire, path, clock);
    if found.is_empty() { Ok(request) } else { Err(Failure::invalid_request(found)) }
}

/// Reads a request, and checks all that it promises: nothing later looks at it again. It counts only if nothing was found.
///
/// `path` is what field paths begin with: empty, or such as `request`. `clock` is the instant of the decision for a
/// request that states none.
pub(crate) fn read<'w>(
    wire: impl Into<view::EvaluateRequest<'w>>,
    path: &str,
    clock: Timestamp,
) -> (Request<'w>, Vec<Diagnostic>) {
    let wire = wire.into();
    let mut found = Findings::default();
    let root = Path::Root(path);
    account_id(&mut found, &root.field("account_id"), wire.account_id);
    let ticket = required_ticket(&mut found, &root.field("ticket"), wire.ticket);
    let change = required_change(&mut found, &root.field("change"), wire.change);
    let now = time::optional_instant(&mut found, &root.field("now"), wire.now).unwrap_or(clock);
    let baseline = baseline(&mut found, &root.field("baseline"), wire.baseline.map(|before| *before));
    let view::EvaluateRequest { with_next_due, with_chaining, cause, .. } = wire;
    let request = Request { ticket, change, now, baseline, with_next_due, with_chaining, cause };
    let found = merged(found.into_vec(), check_request(&request, path, true));
    (request, found)
}

/// Checks that an account is named; whether there is one of that name is the catalog's to say.
fn account_id(found: &mut Findings, path: &Path<'_>, id: &str) {
    if id.is_empty() {
        found.add("required", path, "an account is required", "");
    } else if id.len() > limits::ID_CHARS_MAX {
        // Ids are ASCII, so that one with more bytes than characters are allowed is no account's.
        let help = format!("at most {} characters are allowed", limits::ID_CHARS_MAX);
        let parameters = [
            ("unit", "characters".to_owned()),
            ("count", id.chars().count().to_string()),
            ("max", limits::ID_CHARS_MAX.to_string()),
        ];
        found.add_with("too_long", path, "the id is too long", help, parameters);
    }
}

/// Reads a ticket that must be given; an empty one stands for one that is not.
pub(crate) fn required_ticket<'w>(
    found: &mut Findings,
    path: &Path<'_>,
    wire: Option<impl Into<view::Ticket<'w>>>,
) -> Ticket<'w> {
    wire.map(|wire| ticket(found, path, wire.into())).unwrap_or_else(|| {
        found.add("ticket_required", path, "a ticket is required", "");
        Ticket::default()
    })
}

/// Reads a change that must be given; an empty one stands for one that is not.
pub(crate) fn required_change<'w>(
    found: &mut Findings,
    path: &Path<'_>,
    wire: Option<impl Into<view::Change<'w>>>,
) -> Change<'w> {
    wire.map(|wire| change(found, path, wire.into())).unwrap_or_else(|| {
        found.add("change_required", path, "a change is required", "");
        Change::default()
    })
}

/// Reads what was before.
pub(crate) fn baseline<'w>(
    found: &mut Findings,
    path: &Path<'_>,
    wire: Option<view::Baseline<'w>>,
) -> Option<Box<Baseline<'w>>> {
    let wire = wire?;
    Some(Box::new(Baseline {
        ticket: wire.ticket.map(|wire| ticket(found, &path.field("ticket"), wire)),
        asked_at: time::optional_instant(found, &path.field("asked_at"), wire.asked_at),
    }))
}

/// Reads a ticket.
pub(crate) fn ticket<'w>(found: &mut Findings, path: &Path<'_>, wire: view::Ticket<'w>) -> Ticket<'w> {
    Ticket {
        id: Cow::Borrowed(wire.id),
        url: text(wire.url),
        source: id(wire.source),
        integration: id(wire.integration),
        allegro_account: id(wire.allegro_account),
        inbox: id(wire.inbox),
        inbox_groups: wire.inbox_groups.map(|groups| groups.ids),
        ticket_type: id(wire.r#type),
        subject: text(wire.subject),
        current_status: id(wire.current_status),
        state: vocabulary::optional(found, &path.field("state"), wire.state),
        tags: wire.tags,
        context: id(wire.context),
        sentiment: vocabulary::optional(found, &path.field("sentiment"), wire.sentiment),
        reply_status: vocabulary::optional(found, &path.field("reply_status"), wire.reply_status),
        created_at: time::optional_instant(found, &path.field("created_at"), wire.created_at),
        last_customer_reply_at: time::optional_instant(
            found,
            &path.field("last_customer_reply_at"),
            wire.last_customer_reply_at,
        ),
        linked_order_ids: wire.linked_order_ids,
        customer_name: text(wire.customer_name),
        customer_email: text(wire.customer_email),
        assigned_agent: wire.assigned_agent.map(assigned_agent),
    }
}

fn assigned_agent(wire: view::AssignedAgent<'_>) -> AssignedAgent<'_> {
    AssignedAgent {
        id: Cow::Borrowed(wire.id),
        first_name: text(wire.first_name),
        last_name: text(wire.last_name),
        email: text(wire.email),
    }
}

fn change<'w>(found: &mut Findings, path: &Path<'_>, wire: view::Change<'w>) -> Change<'w> {
    let ticket_created = wire.ticket_created.map(|wire| {
        let by = vocabulary::required(found, &path.field("ticket_created").field("by"), wire.by);
        by.unwrap_or(TicketCreator::Agent)
    });
    let message_received = wire.message_received.map(|wire| {
        let author =
            vocabulary::required(found, &path.field("message_received").field("author"), wire.author);
        MessageReceived {
            author: author.unwrap_or(MessageAuthor::Other),
            first: wire.first,
            text: text(wire.text),
            auto_submitted: wire.auto_submitted,
            message_id: id(wire.message_id),
        }
    });
    Change {
        change_id: Cow::Borrowed(wire.change_id),
        ticket_created,
        message_received,
        return_created: wire.return_created.is_some(),
        tags_assigned: wire.tags_assigned.map(|wire| wire.tag_ids),
        status_set: wire.status_set.map(|wire| Cow::Borrowed(wire.status_id)),
        updated: wire.updated.is_some(),
        timer: wire.timer.is_some(),
    }
}

/// A text that may be left out. An empty one stays one.
fn text(wire: Option<&str>) -> Option<Text<'_>> {
    wire.map(Cow::Borrowed)
}

/// One of the caller's ids that may be left out, or be empty instead.
fn id(wire: Option<&str>) -> Option<Text<'_>> {
    text(wire.filter(|id| !id.is_empty()))
}

/// Writes all of a request but the account, and the revision that it is to be decided by.
pub(crate) fn to_wire(request: &Request<'_>) -> v1::EvaluateRequest {
    v1::EvaluateRequest {
        ticket: Some(ticket_to_wire(&request.ticket)),
        change: Some(change_to_wire(&request.change)),
        now: Some(time::instant_to_wire(request.now)),
        baseline: request.baseline.as_deref().map(baseline_to_wire),
        with_next_due: request.with_next_due,
        with_chaining: request.with_chaining,
        cause: owned_list(&request.cause),
        ..v1::EvaluateRequest::default()
    }
}

/// Writes a ticket.
pub(crate) fn ticket_to_wire(ticket: &Ticket<'_>) -> v1::Ticket {
    let agent = |agent: &AssignedAgent<'_>| v1::AssignedAgent {
        id: agent.id.to_string(),
        first_name: owned(&agent.first_name),
        last_name: owned(&agent.last_name),
        email: owned(&agent.email),
    };
    v1::Ticket {
        id: ticket.id.to_string(),
        url: owned(&ticket.url),
        source: owned(&ticket.source),
        integration: owned(&ticket.integration),
        allegro_account: owned(&ticket.allegro_account),
        inbox: owned(&ticket.inbox),
        inbox_groups: ticket.inbox_groups.as_ref().map(|ids| v1::InboxGroups { ids: owned_list(ids) }),
        r#type: owned(&ticket.ticket_type),
        subject: owned(&ticket.subject),
        current_status: owned(&ticket.current_status),
        state: ticket.state.map_or(0, |state| state.to_wire()),
        tags: owned_list(&ticket.tags),
        context: owned(&ticket.context),
        sentiment: ticket.sentiment.map_or(0, |sentiment| sentiment.to_wire()),
        reply_status: ticket.reply_status.map_or(0, |status| status.to_wire()),
        created_at: ticket.created_at.map(time::instant_to_wire),
        last_customer_reply_at: ticket.last_customer_reply_at.map(time::instant_to_wire),
        linked_order_ids: owned_list(&ticket.linked_order_ids),
        customer_name: owned(&ticket.customer_name),
        customer_email: owned(&ticket.customer_email),
        assigned_agent: ticket.assigned_agent.as_ref().map(agent),
    }
}

/// Writes a change.
pub(crate) fn change_to_wire(change: &Change<'_>) -> v1::Change {
    let message = |message: &MessageReceived<'_>| v1::MessageReceived {
        author: message.author.to_wire(),
        first: message.first,
        text: owned(&message.text),
        auto_submitted: message.auto_submitted,
        message_id: owned(&message.message_id),
    };
    v1::Change {
        change_id: change.change_id.to_string(),
        ticket_created: change.ticket_created.map(|by| v1::TicketCreated { by: by.to_wire() }),
        message_received: change.message_received.as_ref().map(message),
        return_created: change.return_created.then_some(v1::ReturnCreated {}),
        tags_assigned: change.tags_assigned.as_ref().map(|ids| v1::TagsAssigned { tag_ids: owned_list(ids) }),
        status_set: change.status_set.as_ref().map(|id| v1::StatusSet { status_id: id.to_string() }),
        updated: change.updated.then_some(v1::Updated {}),
        timer: change.timer.then_some(v1::Timer {}),
    }
}

/// Writes what was before.
pub(crate) fn baseline_to_wire(baseline: &Baseline<'_>) -> v1::Baseline {
    v1::Baseline {
        ticket: baseline.ticket.as_ref().map(ticket_to_wire),
        asked_at: baseline.asked_at.map(time::instant_to_wire),
    }
}

fn owned(text: &Option<Text<'_>>) -> Option<String> {
    text.as_deref().map(str::to_owned)
}

fn owned_list(texts: &[Text<'_>]) -> Vec<String> {
    texts.iter().map(|text| text.to_string()).collect()
}
