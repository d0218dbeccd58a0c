//! The form of a request, and of a workflow's example, which is a request with an expectation.

use jiff::Timestamp;
use jiff::tz::Offset;

use crate::check::findings::Findings;
use crate::check::path::Path;
use crate::limits;
use crate::request::{AssignedAgent, Baseline, Change, Request, Text, Ticket};

/// Checks a request. On one that is well-formed it allocates nothing.
pub(super) fn request(
    found: &mut Findings,
    path: &Path<'_>,
    request: &Request<'_>,
    change_id_required: bool,
) {
    ticket(found, &path.field("ticket"), &request.ticket);
    change(found, &path.field("change"), &request.change, change_id_required);
    instant(found, &path.field("now"), request.now);
    if let Some(before) = &request.baseline {
        baseline(found, &path.field("baseline"), before);
    }
    let cause = path.field("cause");
    found.count_max(&cause, request.cause.len(), limits::CAUSE_MAX);
    for (index, id) in request.cause.iter().enumerate().take(limits::CAUSE_MAX) {
        found.id(&cause.index(index), id);
    }
}

/// Checks a snapshot of a ticket.
pub(super) fn ticket(found: &mut Findings, path: &Path<'_>, ticket: &Ticket<'_>) {
    id(found, &path.field("id"), &ticket.id);
    limited(found, &path.field("url"), &ticket.url, limits::ADDRESS_BYTES_MAX);
    optional_id(found, &path.field("source"), &ticket.source);
    optional_id(found, &path.field("integration"), &ticket.integration);
    optional_id(found, &path.field("allegro_account"), &ticket.allegro_account);
    optional_id(found, &path.field("inbox"), &ticket.inbox);
    if let Some(groups) = &ticket.inbox_groups {
        ids(found, &path.field("inbox_groups").field("ids"), groups);
    }
    optional_id(found, &path.field("type"), &ticket.ticket_type);
    limited(found, &path.field("subject"), &ticket.subject, limits::SHORT_TEXT_BYTES_MAX);
    optional_id(found, &path.field("current_status"), &ticket.current_status);
    ids(found, &path.field("tags"), &ticket.tags);
    optional_id(found, &path.field("context"), &ticket.context);
    let instants =
        [("created_at", ticket.created_at), ("last_customer_reply_at", ticket.last_customer_reply_at)];
    for (name, at) in instants {
        if let Some(at) = at {
            instant(found, &path.field(name), at);
        }
    }
    ids(found, &path.field("linked_order_ids"), &ticket.linked_order_ids);
    limited(found, &path.field("customer_name"), &ticket.customer_name, limits::SHORT_TEXT_BYTES_MAX);
    limited(found, &path.field("customer_email"), &ticket.customer_email, limits::ADDRESS_BYTES_MAX);
    if let Some(agent) = &ticket.assigned_agent {
        assigned_agent(found, &path.field("assigned_agent"), agent);
    }
}

fn assigned_agent(found: &mut Findings, path: &Path<'_>, agent: &AssignedAgent<'_>) {
    id(found, &path.field("id"), &agent.id);
    limited(found, &path.field("first_name"), &agent.first_name, limits::SHORT_TEXT_BYTES_MAX);
    limited(found, &path.field("last_name"), &agent.last_name, limits::SHORT_TEXT_BYTES_MAX);
    limited(found, &path.field("email"), &agent.email, limits::ADDRESS_BYTES_MAX);
}

/// Checks what happened.
pub(super) fn change(found: &mut Findings, path: &Path<'_>, change: &Change<'_>, id_required: bool) {
    let facts = change.ticket_created.is_some()
        || change.message_received.is_some()
        || change.return_created
        || change.tags_assigned.is_some()
        || change.status_set.is_some()
        || change.updated;
    if !facts && !change.timer {
        let help = "tell what happened: `ticket_created`, `message_received`, `return_created`, `tags_assigned`, \
                    `status_set` or `updated`; or, alone, `timer`";
        found.error("fact_required", path, "a fact is required", help);
    }
    let change_id = path.field("change_id");
    if id_required && facts && change.change_id.is_empty() {
        let help = "give each change an id of its own, the same when the same change is asked again";
        found.error("change_id_required", &change_id, "the id of the change is empty", help);
    }
    found.bytes_max(&change_id, &change.change_id, limits::VALUE_BYTES_MAX);
    if let Some(message) = &change.message_received {
        let path = path.field("message_received");
        limited(found, &path.field("text"), &message.text, limits::MESSAGE_BYTES_MAX);
        optional_id(found, &path.field("message_id"), &message.message_id);
    }
    if let Some(tags) = &change.tags_assigned {
        let path = path.field("tags_assigned");
        let path = path.field("tag_ids");
        if tags.is_empty() {
            found.error("tags_required", &path, "no tag is named", "name the tags that were assigned");
        }
        ids(found, &path, tags);
    }
    if let Some(status) = &change.status_set {
        id(found, &path.field("status_set").field("status_id"), status);
    }
    if facts && change.timer {
        let help = "leave `timer` out: it says that nothing but time passed";
        found.error("timer_not_alone", &path.field("timer"), "a timer stands beside other facts", help);
    }
}

/// Checks what was before.
pub(super) fn baseline(found: &mut Findings, path: &Path<'_>, baseline: &Baseline<'_>) {
    if let Some(before) = &baseline.ticket {
        ticket(found, &path.field("ticket"), before);
    }
    if let Some(asked_at) = baseline.asked_at {
        instant(found, &path.field("asked_at"), asked_at);
    }
}

/// Checks an instant: arithmetic on any that passes cannot overflow.
pub(super) fn instant(found: &mut Findings, path: &Path<'_>, at: Timestamp) {
    let year = Offset::UTC.to_datetime(at).year();
    if !(limits::YEAR_MIN..limits::YEAR_END).contains(&year) {
        let help = format!("instants from {} until {} are allowed", limits::YEAR_MIN, limits::YEAR_END);
        found
            .error("instant_out_of_range", path, format!("the instant lies in the year {year}"), help)
            .with("year", year)
            .with("year_min", limits::YEAR_MIN)
            .with("year_end", limits::YEAR_END);
    }
}

fn id(found: &mut Findings, path: &Path<'_>, id: &str) {
    if id.is_empty() {
        let help = format!("write an id of 1 to {} bytes", limits::VALUE_BYTES_MAX);
        found.error("id_required", path, "the id is empty", help);
    }
    found.bytes_max(path, id, limits::VALUE_BYTES_MAX);
}

fn optional_id(found: &mut Findings, path: &Path<'_>, value: &Option<Text<'_>>) {
    if let Some(value) = value {
        id(found, path, value);
    }
}

fn ids(found: &mut Findings, path: &Path<'_>, values: &[Text<'_>]) {
    found.count_max(path, values.len(), limits::TICKET_LIST_MAX);
    // Half a million empty ids fit into a request: a finding for each past the bound would take a hundred times its size.
    for (index, value) in values.iter().enumerate().take(limits::TICKET_LIST_MAX) {
        id(found, &path.index(index), value);
    }
}

fn limited(found: &mut Findings, path: &Path<'_>, text: &Option<Text<'_>>, bytes_max: usize) {
    if let Some(text) = text {
        found.bytes_max(path, text, bytes_max);
    }
}
