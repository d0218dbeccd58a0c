//! "The 25 conditions": whether one holds at one moment.

use jiff::{SignedDuration, Timestamp};
use tamis_engine::definition::{Condition, CustomerAction, ElapsedBound, NewTicketBy, Phrases, Test};
use tamis_engine::request::{MessageAuthor, Text, TicketCreator};

use super::{Moment, clock, text};

/// Whether a condition holds, negation included.
pub(super) fn holds(condition: &Condition, moment: Moment<'_>) -> bool {
    let ticket = moment.ticket;
    let negated = condition.negated;
    match &condition.test {
        Test::Source(values) => state(negated, &ticket.source, |it| contains(values, it)),
        Test::Email(values) => state(negated, &ticket.customer_email, |it| email(values, it)),
        Test::Subject(phrases) => state(negated, &ticket.subject, |it| any_phrase(phrases, it)),
        Test::CustomerName(phrases) => state(negated, &ticket.customer_name, |it| any_phrase(phrases, it)),
        Test::Integration(values) => state(negated, &ticket.integration, |it| contains(values, it)),
        Test::CurrentStatus(values) => state(negated, &ticket.current_status, |it| contains(values, it)),
        Test::Context(values) => state(negated, &ticket.context, |it| contains(values, it)),
        Test::Sentiment(values) => state(negated, &ticket.sentiment, |it| values.contains(it)),
        Test::ReplyStatus(values) => state(negated, &ticket.reply_status, |it| values.contains(it)),
        Test::TicketState(values) => state(negated, &ticket.state, |it| values.contains(it)),
        Test::AllegroAccount(values) => state(negated, &ticket.allegro_account, |it| contains(values, it)),
        Test::Inbox(values) => state(negated, &ticket.inbox, |it| contains(values, it)),
        Test::InboxGroup(values) => {
            inbox_groups(moment).iter().any(|group| contains(values, group)) != negated
        }
        Test::TicketType(values) => state(negated, &ticket.ticket_type, |it| contains(values, it)),
        Test::NewTicket(_)
        | Test::Message(_)
        | Test::NewMessage
        | Test::Action(_)
        | Test::TagAssigned(_)
        | Test::StatusSet(_) => event(condition, moment),
        Test::LastCustomerReply(bounds) => {
            elapsed(negated, bounds, ticket.last_customer_reply_at, moment.now)
        }
        Test::TicketCreated(bounds) => elapsed(negated, bounds, ticket.created_at, moment.now),
        Test::DayOfWeek(days) => clock::is_day(days, moment) != negated,
        Test::TimeOfDay(ranges) => clock::is_time(ranges, moment) != negated,
        Test::WorkingHours(attendances) => {
            attendances.iter().any(|attendance| clock::attends(attendance, moment)) != negated
        }
        Test::Unreadable => false,
    }
}

/// Absent is not X: *is* fails on an absent value, *is not* holds.
fn state<T>(negated: bool, value: &Option<T>, matches: impl Fn(&T) -> bool) -> bool {
    value.as_ref().is_some_and(matches) != negated
}

fn contains(values: &[String], id: &Text<'_>) -> bool {
    values.iter().any(|value| value == id)
}

/// Addresses are compared lower-cased and trimmed; `@domain` is what follows the last `@`.
fn email(values: &[String], address: &str) -> bool {
    let address = address.trim().to_lowercase();
    values.iter().map(|value| value.trim().to_lowercase()).any(|value| match value.strip_prefix('@') {
        Some(domain) => address.rsplit_once('@').is_some_and(|(_, after)| after == domain),
        None => value == address,
    })
}

fn any_phrase(phrases: &Phrases, text: &str) -> bool {
    phrases.phrases.iter().any(|phrase| text::occurs(phrases, phrase, text))
}

/// The groups that the ticket states, else those of its inbox in the directory, else none.
fn inbox_groups(moment: Moment<'_>) -> Vec<Text<'_>> {
    if let Some(stated) = &moment.ticket.inbox_groups {
        return stated.clone();
    }
    let inbox = moment.ticket.inbox.as_deref();
    let known = moment.account.directory.inboxes.iter().find(|known| Some(known.id.as_str()) == inbox);
    known.map(|known| known.group_ids.iter().map(Into::into).collect()).unwrap_or_default()
}

/// A valued event condition presupposes its event: without it, it fails, negated or not. The two bare ones
/// (`new_message`, `new_ticket` anyone) negate to 'did not happen'.
fn event(condition: &Condition, moment: Moment<'_>) -> bool {
    let change = moment.change;
    let message = change.message_received.as_ref();
    // What happened and, if anything of the kind did, whether it is among the values.
    let is_among = match &condition.test {
        Test::NewMessage => return message.is_some() != condition.negated,
        Test::NewTicket(by) if by.contains(&NewTicketBy::Anyone) => {
            return change.ticket_created.is_some() != condition.negated;
        }
        Test::NewTicket(by) => change.ticket_created.map(|creator| {
            by.contains(&match creator {
                TicketCreator::Agent => NewTicketBy::Agent,
                TicketCreator::CustomerMessage => NewTicketBy::CustomerMessage,
            })
        }),
        // A message without a text has the empty text.
        Test::Message(phrases) => {
            message.map(|message| any_phrase(phrases, message.text.as_deref().unwrap_or("")))
        }
        Test::Action(actions) => {
            customer_actions(moment).map(|happened| happened.iter().any(|one| actions.contains(one)))
        }
        Test::TagAssigned(tags) => {
            change.tags_assigned.as_ref().map(|assigned| assigned.iter().any(|tag| contains(tags, tag)))
        }
        Test::StatusSet(statuses) => change.status_set.as_ref().map(|status| contains(statuses, status)),
        _ => None,
    };
    is_among.is_some_and(|is_among| is_among != condition.negated)
}

/// What the customer did, if an action event happened: a message of the customer, or a return.
fn customer_actions(moment: Moment<'_>) -> Option<Vec<CustomerAction>> {
    let mut happened = Vec::new();
    if let Some(message) = &moment.change.message_received
        && message.author == MessageAuthor::Customer
    {
        happened.push(CustomerAction::EveryCustomerMessage);
        if message.first {
            happened.push(CustomerAction::FirstCustomerMessage);
        }
    }
    if moment.change.return_created {
        happened.push(CustomerAction::ReturnCreated);
    }
    (!happened.is_empty()).then_some(happened)
}

/// Strict and exact; an absent timestamp fails both *is* and *is not*. The timestamp may lie in the future.
fn elapsed(negated: bool, bounds: &[ElapsedBound], since: Option<Timestamp>, now: i128) -> bool {
    let Some(since) = since else { return false };
    let gone_by = now - since.as_nanosecond();
    let any_holds = bounds.iter().any(|bound| match bound {
        ElapsedBound::MoreThan(duration) => gone_by > SignedDuration::as_nanos(duration),
        ElapsedBound::LessThan(duration) => gone_by < SignedDuration::as_nanos(duration),
    });
    any_holds != negated
}
