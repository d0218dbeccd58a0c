//! Changes to begin with, one of each kind, of the account's own directory.

use jiff::{SignedDuration, Timestamp};
use tamis_api::v1;

use super::change::to_wire;
use crate::language::Language;

/// What they are called by, in the order in which they are offered.
pub(crate) const SAMPLES: [&str; 8] =
    ["parcel", "message", "created", "tags", "status", "return", "updated", "timer"];

/// A sample, as if it happened now; `None` if there is none of this name.
pub(crate) fn sample(
    l: Language,
    account: &v1::Account,
    name: &str,
    now: Timestamp,
) -> Option<v1::EvaluateRequest> {
    let message = |first, text: String| v1::MessageReceived {
        author: v1::MessageAuthor::Customer.into(),
        first,
        text: Some(text),
        ..v1::MessageReceived::default()
    };
    let directory = account.directory.clone().unwrap_or_default();
    let mut change = v1::Change { change_id: "try".to_owned(), ..v1::Change::default() };
    match name {
        // What a customer writes from one country to another.
        "parcel" => {
            let text = "Dzień dobry! WHERE IS MY PARCEL? If it is lost I would like a réfund.";
            change.message_received = Some(message(true, text.to_owned()));
        }
        "message" => change.message_received = Some(message(false, l.text("sample-text").into_owned())),
        "created" => {
            change.ticket_created = Some(v1::TicketCreated { by: v1::TicketCreator::CustomerMessage.into() });
            change.message_received = Some(message(true, l.text("sample-text").into_owned()));
        }
        "tags" => {
            // Where the directory does not say what there is, any will do.
            let tag = first(directory.tags.as_ref()).unwrap_or_else(|| "vip".to_owned());
            change.tags_assigned = Some(v1::TagsAssigned { tag_ids: vec![tag] });
        }
        "status" => {
            let status_id = last(directory.statuses.as_ref()).unwrap_or_else(|| "open".to_owned());
            change.status_set = Some(v1::StatusSet { status_id });
        }
        "return" => change.return_created = Some(v1::ReturnCreated {}),
        "updated" => change.updated = Some(v1::Updated {}),
        "timer" => change.timer = Some(v1::Timer {}),
        _ => return None,
    }
    let status = match &change.status_set {
        Some(set) => Some(set.status_id.clone()),
        None => first(directory.statuses.as_ref()),
    };
    let tags = change.tags_assigned.as_ref().map(|tags| tags.tag_ids.clone()).unwrap_or_default();
    Some(v1::EvaluateRequest {
        ticket: Some(ticket(l, &directory, now, status, tags)),
        change: Some(change),
        now: Some(to_wire(now)),
        ..v1::EvaluateRequest::default()
    })
}

fn ticket(
    l: Language,
    directory: &v1::Directory,
    now: Timestamp,
    status: Option<String>,
    tags: Vec<String>,
) -> v1::Ticket {
    let ago = |hours| now.checked_sub(SignedDuration::from_hours(hours)).ok().map(to_wire);
    v1::Ticket {
        id: "48213".to_owned(),
        url: Some("https://desk.example/tickets/48213".to_owned()),
        source: first(directory.sources.as_ref()),
        inbox: directory.inboxes.first().map(|inbox| inbox.id.clone()),
        subject: Some(l.text("sample-subject").into_owned()),
        current_status: status,
        tags,
        state: v1::TicketState::Open.into(),
        reply_status: v1::ReplyStatus::Unanswered.into(),
        created_at: ago(30),
        last_customer_reply_at: ago(25),
        customer_name: Some("Zofia Wójcik".to_owned()),
        customer_email: Some("zofia@example.com".to_owned()),
        ..v1::Ticket::default()
    }
}

fn first(vocabulary: Option<&v1::Vocabulary>) -> Option<String> {
    vocabulary.and_then(|vocabulary| vocabulary.terms.first()).map(|term| term.id.clone())
}

fn last(vocabulary: Option<&v1::Vocabulary>) -> Option<String> {
    vocabulary.and_then(|vocabulary| vocabulary.terms.last()).map(|term| term.id.clone())
}
