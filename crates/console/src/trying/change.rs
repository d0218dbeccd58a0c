//! A change of a ticket as the form has it, and as the contract has it.
//!
//! What the form does not show of a change that was pasted (what was before, ids of messages …) is carried along in the field
//! `base`, and so are instants of which the form shows only minutes: as long as nobody touches a field, what was pasted holds.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use tamis_api::{v1, well_known};

use crate::moment;
use crate::sent::Sent;

/// The facts of a change, in the order in which they are offered.
pub(crate) const FACTS: [&str; 7] = ["message", "created", "tags", "status", "return", "updated", "timer"];

/// A field that cannot be read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Problem {
    /// The field.
    pub(crate) field: &'static str,
    /// What is wrong.
    pub(crate) what: What,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum What {
    /// A text of the catalogue.
    Text(&'static str),
    /// What the service finds.
    Found(Box<v1::Diagnostic>),
}

/// Reads the change; what cannot be read is left out, and told.
pub(crate) fn read(filled: &Sent, account_id: &str, zone: &TimeZone) -> (v1::EvaluateRequest, Vec<Problem>) {
    let base: v1::EvaluateRequest = serde_json::from_str(filled.one("base")).unwrap_or_default();
    let mut problems = Vec::new();
    let mut instant = |field: &'static str, known: Option<&well_known::Timestamp>| {
        read_instant(filled.one(field), known, zone).unwrap_or_else(|()| {
            problems.push(Problem { field, what: What::Text("trying-problem-instant") });
            None
        })
    };
    let before = base.ticket.clone().unwrap_or_default();
    let now = instant("now", base.now.as_ref());
    let created_at = instant("created_at", before.created_at.as_ref());
    let last_customer_reply_at = instant("last_customer_reply_at", before.last_customer_reply_at.as_ref());
    let ticket = v1::Ticket { created_at, last_customer_reply_at, ..ticket(filled, before) };
    let change = change(filled, base.change.clone().unwrap_or_default());
    problems.extend(incomplete(filled, &change));
    let request = v1::EvaluateRequest {
        account_id: account_id.to_owned(),
        ticket: Some(ticket),
        change: Some(change),
        now,
        // It is tried on what there is now.
        min_revision: 0,
        with_next_due: true,
        with_chaining: filled.ticked("chaining", "yes"),
        ..base
    };
    (request, problems)
}

/// What a change still needs before it can be judged.
fn incomplete(filled: &Sent, change: &v1::Change) -> Vec<Problem> {
    let facts = FACTS.iter().filter(|fact| filled.ticked("fact", fact)).count();
    let needs_tag = change.tags_assigned.as_ref().is_some_and(|tags| tags.tag_ids.is_empty());
    let needs_status = change.status_set.as_ref().is_some_and(|set| set.status_id.is_empty());
    let checks = [
        (facts == 0, "fact", "trying-problem-no-fact"),
        (change.timer.is_some() && facts > 1, "fact", "trying-problem-timer-alone"),
        (needs_tag, "tags_assigned", "trying-problem-no-tag"),
        (needs_status, "status_set", "trying-problem-no-status"),
    ];
    let found = checks.into_iter().filter(|(is_wrong, ..)| *is_wrong);
    found.map(|(_, field, id)| Problem { field, what: What::Text(id) }).collect()
}

fn ticket(filled: &Sent, before: v1::Ticket) -> v1::Ticket {
    let text = |name: &str| Some(multiline(filled.one(name))).filter(|text| !text.is_empty());
    let agent = text("agent").map(|id| match before.assigned_agent {
        Some(known) if known.id == id => known,
        _ => v1::AssignedAgent { id, ..v1::AssignedAgent::default() },
    });
    let same_inbox = before.inbox == text("inbox");
    v1::Ticket {
        id: text("ticket_id").unwrap_or_else(|| "ticket".to_owned()),
        url: text("url"),
        source: text("source"),
        integration: text("integration"),
        allegro_account: text("allegro_account"),
        inbox: text("inbox"),
        // Those of another inbox would mislead.
        inbox_groups: before.inbox_groups.filter(|_| same_inbox),
        r#type: text("ticket_type"),
        subject: text("subject"),
        current_status: text("current_status"),
        state: filled.one("state").parse().unwrap_or_default(),
        tags: listed(filled, "ticket_tags"),
        context: text("context"),
        sentiment: filled.one("sentiment").parse().unwrap_or_default(),
        reply_status: filled.one("reply_status").parse().unwrap_or_default(),
        linked_order_ids: listed(filled, "orders"),
        customer_name: text("customer_name"),
        customer_email: text("customer_email"),
        assigned_agent: agent,
        ..v1::Ticket::default()
    }
}

fn change(filled: &Sent, before: v1::Change) -> v1::Change {
    let is = |fact| filled.ticked("fact", fact);
    let message = || v1::MessageReceived {
        author: filled.one("author").parse().unwrap_or(v1::MessageAuthor::Customer.into()),
        first: filled.ticked("first", "yes"),
        text: Some(multiline(filled.one("text"))).filter(|text| !text.is_empty()),
        auto_submitted: filled.ticked("auto", "yes"),
        message_id: before.message_received.as_ref().and_then(|message| message.message_id.clone()),
    };
    let change_id = if before.change_id.is_empty() { "try".to_owned() } else { before.change_id.clone() };
    v1::Change {
        change_id,
        ticket_created: is("created").then(|| v1::TicketCreated {
            by: filled.one("created_by").parse().unwrap_or(v1::TicketCreator::CustomerMessage.into()),
        }),
        message_received: is("message").then(message),
        return_created: is("return").then_some(v1::ReturnCreated {}),
        tags_assigned: is("tags").then(|| v1::TagsAssigned { tag_ids: listed(filled, "tags_assigned") }),
        status_set: is("status").then(|| v1::StatusSet { status_id: filled.one("status_set").to_owned() }),
        updated: is("updated").then_some(v1::Updated {}),
        timer: is("timer").then_some(v1::Timer {}),
    }
}

/// The values of boxes, or of the lines of a text, each once.
fn listed(filled: &Sent, name: &str) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    for value in filled.all(name).flat_map(str::lines).map(str::trim).filter(|value| !value.is_empty()) {
        if !values.iter().any(|known| known == value) {
            values.push(value.to_owned());
        }
    }
    values
}

/// Line breaks as they were typed: forms send them in another way.
fn multiline(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn read_instant(
    text: &str,
    known: Option<&well_known::Timestamp>,
    zone: &TimeZone,
) -> Result<Option<well_known::Timestamp>, ()> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    if let Some(known) = known.filter(|known| local(known, zone) == text) {
        return Ok(Some(*known));
    }
    let civil: DateTime = text.trim().parse().map_err(drop)?;
    let instant = zone.to_ambiguous_timestamp(civil).compatible().map_err(drop)?;
    Ok(Some(to_wire(instant)))
}

/// An instant as the contract writes it.
pub(crate) fn to_wire(instant: Timestamp) -> well_known::Timestamp {
    let (seconds, nanos) = (instant.as_second(), instant.subsec_nanosecond());
    // The contract counts nanoseconds forward from the second.
    if nanos < 0 {
        well_known::Timestamp { seconds: seconds - 1, nanos: nanos + 1_000_000_000 }
    } else {
        well_known::Timestamp { seconds, nanos }
    }
}

/// An instant as a field for date and time has it.
fn local(instant: &well_known::Timestamp, zone: &TimeZone) -> String {
    let Some(instant) = moment::instant(instant) else { return String::new() };
    let civil = zone.to_datetime(instant);
    let format = if civil.second() == 0 { "%Y-%m-%dT%H:%M" } else { "%Y-%m-%dT%H:%M:%S" };
    civil.strftime(format).to_string()
}

/// Fills the form with a change.
pub(crate) fn fill(request: &v1::EvaluateRequest, zone: &TimeZone) -> Sent {
    let mut filled = Sent::default();
    let base = v1::EvaluateRequest { account_id: String::new(), ..request.clone() };
    filled.add("base", serde_json::to_string(&base).unwrap_or_default());
    if let Some(ticket) = &request.ticket {
        fill_ticket(&mut filled, ticket, zone);
    }
    if let Some(change) = &request.change {
        fill_change(&mut filled, change);
    }
    if let Some(now) = &request.now {
        filled.add("now", local(now, zone));
    }
    if request.with_chaining {
        filled.add("chaining", "yes");
    }
    filled
}

fn fill_ticket(filled: &mut Sent, ticket: &v1::Ticket, zone: &TimeZone) {
    let agent = ticket.assigned_agent.as_ref().map(|agent| agent.id.clone());
    for (name, text) in [
        ("ticket_id", &Some(ticket.id.clone())),
        ("url", &ticket.url),
        ("source", &ticket.source),
        ("integration", &ticket.integration),
        ("allegro_account", &ticket.allegro_account),
        ("inbox", &ticket.inbox),
        ("ticket_type", &ticket.r#type),
        ("subject", &ticket.subject),
        ("current_status", &ticket.current_status),
        ("context", &ticket.context),
        ("customer_name", &ticket.customer_name),
        ("customer_email", &ticket.customer_email),
        ("agent", &agent),
    ] {
        if let Some(text) = text {
            filled.add(name, text);
        }
    }
    for (name, number) in
        [("state", ticket.state), ("sentiment", ticket.sentiment), ("reply_status", ticket.reply_status)]
    {
        filled.add(name, number.to_string());
    }
    for (name, instant) in
        [("created_at", &ticket.created_at), ("last_customer_reply_at", &ticket.last_customer_reply_at)]
    {
        if let Some(instant) = instant {
            filled.add(name, local(instant, zone));
        }
    }
    ticket.tags.iter().for_each(|tag| filled.add("ticket_tags", tag));
    if !ticket.linked_order_ids.is_empty() {
        filled.add("orders", ticket.linked_order_ids.join("\n"));
    }
}

fn fill_change(filled: &mut Sent, change: &v1::Change) {
    if let Some(created) = &change.ticket_created {
        filled.add("fact", "created");
        filled.add("created_by", created.by.to_string());
    }
    if let Some(message) = &change.message_received {
        filled.add("fact", "message");
        filled.add("author", message.author.to_string());
        filled.add("text", message.text.clone().unwrap_or_default());
        for (name, is_set) in [("first", message.first), ("auto", message.auto_submitted)] {
            if is_set {
                filled.add(name, "yes");
            }
        }
    }
    if let Some(tags) = &change.tags_assigned {
        filled.add("fact", "tags");
        tags.tag_ids.iter().for_each(|tag| filled.add("tags_assigned", tag));
    }
    if let Some(status) = &change.status_set {
        filled.add("fact", "status");
        filled.add("status_set", &status.status_id);
    }
    for (fact, is_set) in [
        ("return", change.return_created.is_some()),
        ("updated", change.updated.is_some()),
        ("timer", change.timer.is_some()),
    ] {
        if is_set {
            filled.add("fact", fact);
        }
    }
}
