//! The question: one change of one ticket at one instant. Texts are borrowed from whatever the request was read from.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::definition::{ReplyStatus, Sentiment, TicketState};

/// A text that is borrowed from the wire, or owned by an example.
pub type Text<'a> = Cow<'a, str>;

/// One change on one ticket at one instant.
///
/// Whoever makes one has checked it: ids are not empty, a change has a fact, a timer stands alone, and a change other
/// than a timer has an id (that of an example may be empty).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request<'a> {
    /// The ticket after the change.
    pub ticket: Ticket<'a>,
    /// What happened.
    pub change: Change<'a>,
    /// The instant of the decision.
    pub now: Timestamp,
    /// What was before: by itself, as it is seldom told and nearly as large as all the rest.
    pub baseline: Option<Box<Baseline<'a>>>,
    /// Compute when a workflow will begin to hold.
    pub with_next_due: bool,
    /// Ask again with what the actions change, until nothing new matches.
    pub with_chaining: bool,
    /// Ids of the workflows whose actions led to this change, nearest first.
    pub cause: Vec<Text<'a>>,
}

/// A snapshot of a ticket. Every field but the id may be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ticket<'a> {
    /// The caller's id.
    pub id: Text<'a>,
    /// Where people open it.
    pub url: Option<Text<'a>>,
    /// Where it came from.
    pub source: Option<Text<'a>>,
    /// The integration that it came by.
    pub integration: Option<Text<'a>>,
    /// The Allegro account.
    pub allegro_account: Option<Text<'a>>,
    /// The inbox.
    pub inbox: Option<Text<'a>>,
    /// The groups of inboxes that it is in; those of the directory's inbox when absent.
    pub inbox_groups: Option<Vec<Text<'a>>>,
    /// Its type.
    pub ticket_type: Option<Text<'a>>,
    /// Its subject.
    pub subject: Option<Text<'a>>,
    /// Its status.
    pub current_status: Option<Text<'a>>,
    /// Whether it is open.
    pub state: Option<TicketState>,
    /// Its tags.
    pub tags: Vec<Text<'a>>,
    /// Its context.
    pub context: Option<Text<'a>>,
    /// The customer's sentiment.
    pub sentiment: Option<Sentiment>,
    /// Whether it is answered.
    pub reply_status: Option<ReplyStatus>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When the customer last replied.
    pub last_customer_reply_at: Option<Timestamp>,
    /// The orders that are linked to it.
    pub linked_order_ids: Vec<Text<'a>>,
    /// The customer's name.
    pub customer_name: Option<Text<'a>>,
    /// The customer's e-mail address.
    pub customer_email: Option<Text<'a>>,
    /// The agent whom it is assigned to.
    pub assigned_agent: Option<AssignedAgent<'a>>,
}

/// The agent whom a ticket is assigned to; absent details come from the directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssignedAgent<'a> {
    /// The agent's id.
    pub id: Text<'a>,
    /// First name.
    pub first_name: Option<Text<'a>>,
    /// Last name.
    pub last_name: Option<Text<'a>>,
    /// E-mail address.
    pub email: Option<Text<'a>>,
}

/// What happened: one or more facts at once, or a timer alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change<'a> {
    /// The caller's id of this change; empty for a timer that has none.
    pub change_id: Text<'a>,
    /// The ticket was created.
    pub ticket_created: Option<TicketCreator>,
    /// A message came.
    pub message_received: Option<MessageReceived<'a>>,
    /// A return was created.
    pub return_created: bool,
    /// Tags were assigned.
    pub tags_assigned: Option<Vec<Text<'a>>>,
    /// The status was set, to this.
    pub status_set: Option<Text<'a>>,
    /// Anything else about the ticket changed.
    pub updated: bool,
    /// Nothing but time passed.
    pub timer: bool,
}

/// Who created a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TicketCreator {
    /// An agent.
    Agent,
    /// A customer, by a message.
    CustomerMessage,
}

/// A message came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageReceived<'a> {
    /// Who wrote it.
    pub author: MessageAuthor,
    /// It is the customer's first message of the ticket.
    pub first: bool,
    /// What it says.
    pub text: Option<Text<'a>>,
    /// A machine wrote it.
    pub auto_submitted: bool,
    /// The caller's id of the message.
    pub message_id: Option<Text<'a>>,
}

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageAuthor {
    /// The customer.
    Customer,
    /// Anybody else.
    Other,
}

/// What was before. With it, a state-driven alternative matches only if it holds now and did not hold then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline<'a> {
    /// The ticket before the change; the same as after it when absent.
    pub ticket: Option<Ticket<'a>>,
    /// The instant at which the caller last asked; the same as now when absent.
    pub asked_at: Option<Timestamp>,
}

fn owned(text: Text<'_>) -> Text<'static> {
    Cow::Owned(text.into_owned())
}

fn owned_option(text: Option<Text<'_>>) -> Option<Text<'static>> {
    text.map(owned)
}

fn owned_list(texts: Vec<Text<'_>>) -> Vec<Text<'static>> {
    texts.into_iter().map(owned).collect()
}

impl Ticket<'_> {
    /// The same, independent of what it was read from.
    pub fn into_owned(self) -> Ticket<'static> {
        Ticket {
            id: owned(self.id),
            url: owned_option(self.url),
            source: owned_option(self.source),
            integration: owned_option(self.integration),
            allegro_account: owned_option(self.allegro_account),
            inbox: owned_option(self.inbox),
            inbox_groups: self.inbox_groups.map(owned_list),
            ticket_type: owned_option(self.ticket_type),
            subject: owned_option(self.subject),
            current_status: owned_option(self.current_status),
            state: self.state,
            tags: owned_list(self.tags),
            context: owned_option(self.context),
            sentiment: self.sentiment,
            reply_status: self.reply_status,
            created_at: self.created_at,
            last_customer_reply_at: self.last_customer_reply_at,
            linked_order_ids: owned_list(self.linked_order_ids),
            customer_name: owned_option(self.customer_name),
            customer_email: owned_option(self.customer_email),
            assigned_agent: self.assigned_agent.map(|agent| AssignedAgent {
                id: owned(agent.id),
                first_name: owned_option(agent.first_name),
                last_name: owned_option(agent.last_name),
                email: owned_option(agent.email),
            }),
        }
    }
}

impl Change<'_> {
    /// The same, independent of what it was read from.
    pub fn into_owned(self) -> Change<'static> {
        Change {
            change_id: owned(self.change_id),
            ticket_created: self.ticket_created,
            message_received: self.message_received.map(|message| MessageReceived {
                author: message.author,
                first: message.first,
                text: owned_option(message.text),
                auto_submitted: message.auto_submitted,
                message_id: owned_option(message.message_id),
            }),
            return_created: self.return_created,
            tags_assigned: self.tags_assigned.map(owned_list),
            status_set: owned_option(self.status_set),
            updated: self.updated,
            timer: self.timer,
        }
    }
}

impl Baseline<'_> {
    /// The same, independent of what it was read from.
    pub fn into_owned(self) -> Baseline<'static> {
        Baseline { ticket: self.ticket.map(Ticket::into_owned), asked_at: self.asked_at }
    }
}
