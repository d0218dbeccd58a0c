//! What a request says, in the numbers that the index knows.

use std::borrow::Cow;
use std::ops::Range;

use jiff::Timestamp;

use crate::definition::{CustomerAction, NewTicketBy, ReplyStatus, Sentiment, TicketState};
use crate::index::Index;
use crate::request::{Change, MessageAuthor, Ticket, TicketCreator};

/// Something that a request says, with values from a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Dim {
    StatusSet,
    TagAssigned,
    Action,
    NewTicket,
    NewMessage,
    Source,
    Integration,
    AllegroAccount,
    Inbox,
    InboxGroup,
    TicketType,
    CurrentStatus,
    Context,
    Sentiment,
    ReplyStatus,
    TicketState,
    Email,
    DayOfWeek,
    TimeOfDay,
    Subject,
    CustomerName,
    Message,
}

/// A text in which phrases are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum TextField {
    Subject,
    CustomerName,
    Message,
}

impl TextField {
    pub(crate) const ALL: [Self; 3] = [Self::Subject, Self::CustomerName, Self::Message];

    pub(crate) fn ordinal(self) -> usize {
        match self {
            Self::Subject => 0,
            Self::CustomerName => 1,
            Self::Message => 2,
        }
    }

    /// Its dimension, whose values are the numbers of the tests that hold.
    pub(crate) fn dim(self) -> Dim {
        match self {
            Self::Subject => Dim::Subject,
            Self::CustomerName => Dim::CustomerName,
            Self::Message => Dim::Message,
        }
    }

    /// In a set of fields: this one.
    pub(crate) fn bit(self) -> u8 {
        1 << self.ordinal()
    }

    /// The text of a request; absent if there is none.
    pub(crate) fn of<'r>(self, ticket: &'r Ticket<'_>, change: &'r Change<'_>) -> Option<&'r str> {
        match self {
            Self::Subject => ticket.subject.as_deref(),
            Self::CustomerName => ticket.customer_name.as_deref(),
            // A message without a text still came, and holds no phrase.
            Self::Message => {
                change.message_received.as_ref().map(|message| message.text.as_deref().unwrap_or(""))
            }
        }
    }
}

impl Dim {
    /// All of them, in the order in which they are asked: events first, which rule out most; texts last, which cost most.
    pub(crate) const ALL: [Self; 22] = [
        Self::StatusSet,
        Self::TagAssigned,
        Self::Action,
        Self::NewTicket,
        Self::NewMessage,
        Self::Source,
        Self::Integration,
        Self::AllegroAccount,
        Self::Inbox,
        Self::InboxGroup,
        Self::TicketType,
        Self::CurrentStatus,
        Self::Context,
        Self::Sentiment,
        Self::ReplyStatus,
        Self::TicketState,
        Self::Email,
        Self::DayOfWeek,
        Self::TimeOfDay,
        Self::Subject,
        Self::CustomerName,
        Self::Message,
    ];

    /// In a set of what happened: time did not just pass.
    pub(crate) const NOT_TIMER: u8 = 1 << 7;

    /// Where it stands in [`Self::ALL`].
    pub(crate) fn place(self) -> usize {
        self as usize
    }

    /// In a set of what happened: the event that it tells of.
    pub(crate) fn event_bit(self) -> u8 {
        match self {
            Self::StatusSet => 1,
            Self::TagAssigned => 1 << 1,
            Self::Action => 1 << 2,
            Self::NewTicket => 1 << 3,
            Self::NewMessage | Self::Message => 1 << 4,
            _ => 0,
        }
    }

    /// Whether the hour decides it.
    pub(crate) fn is_clock(self) -> bool {
        matches!(self, Self::DayOfWeek | Self::TimeOfDay)
    }

    /// Whether it is a text.
    pub(crate) fn is_text(self) -> bool {
        matches!(self, Self::Subject | Self::CustomerName | Self::Message)
    }
}

/// What happened, as a set of [`Dim::event_bit`]s.
pub(crate) fn happened(change: &Change<'_>) -> u8 {
    let bit = |happened: bool, dim: Dim| if happened { dim.event_bit() } else { 0 };
    let customer =
        change.message_received.as_ref().is_some_and(|message| message.author == MessageAuthor::Customer);
    bit(change.status_set.is_some(), Dim::StatusSet)
        | bit(change.tags_assigned.is_some(), Dim::TagAssigned)
        | bit(customer || change.return_created, Dim::Action)
        | bit(change.ticket_created.is_some(), Dim::NewTicket)
        | bit(change.message_received.is_some(), Dim::NewMessage)
        | if change.timer { 0 } else { Dim::NOT_TIMER }
}

/// Numbers of values that are closed sets.
pub(crate) mod values {
    use super::{CustomerAction, NewTicketBy, ReplyStatus, Sentiment, TicketState};

    /// The one value of [`super::Dim::NewMessage`].
    pub(crate) const MESSAGE: u32 = 0;

    pub(crate) fn new_ticket(by: NewTicketBy) -> u32 {
        match by {
            NewTicketBy::Anyone => 0,
            NewTicketBy::Agent => 1,
            NewTicketBy::CustomerMessage => 2,
        }
    }

    pub(crate) fn action(action: CustomerAction) -> u32 {
        match action {
            CustomerAction::FirstCustomerMessage => 0,
            CustomerAction::EveryCustomerMessage => 1,
            CustomerAction::ReturnCreated => 2,
        }
    }

    pub(crate) fn sentiment(sentiment: Sentiment) -> u32 {
        match sentiment {
            Sentiment::Positive => 0,
            Sentiment::Neutral => 1,
            Sentiment::Negative => 2,
        }
    }

    pub(crate) fn reply_status(status: ReplyStatus) -> u32 {
        match status {
            ReplyStatus::Answered => 0,
            ReplyStatus::Unanswered => 1,
        }
    }

    pub(crate) fn ticket_state(state: TicketState) -> u32 {
        match state {
            TicketState::Open => 0,
            TicketState::Closed => 1,
        }
    }
}

/// An address as addresses are compared: without regard to case, and to white space around it.
pub(crate) fn normalised_address(address: &str) -> Cow<'_, str> {
    let address = address.trim();
    if address.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return address.into();
    }
    address.to_lowercase().into()
}

/// What a request says about each of an index's dimensions, texts apart. Reused from request to request.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// Per dimension, by its place: where its values stand, or nothing if the request does not speak of it.
    said: [Option<Range<usize>>; Dim::ALL.len()],
    values: Vec<u32>,
}

/// When a request is judged: the civil time in the account's zone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CivilNow {
    /// Days since Monday.
    pub(crate) weekday: u32,
    /// Minutes since midnight.
    pub(crate) minute: u16,
}

impl Facts {
    /// The values that the request has in a dimension; absent if it does not speak of it.
    pub(crate) fn of(&self, dim: Dim) -> Option<&[u32]> {
        self.said.get(dim.place())?.clone().and_then(|range| self.values.get(range))
    }

    /// Reads a request.
    pub(crate) fn read(&mut self, index: &Index, ticket: &Ticket<'_>, change: &Change<'_>, now: Timestamp) {
        self.values.clear();
        let asks_clock =
            index.dimensions.iter().any(|dimension| dimension.is_asked && dimension.dim.is_clock());
        let now = asks_clock.then(|| index.civil(now));
        for (dimension, said) in index.dimensions.iter().zip(&mut self.said) {
            let from = self.values.len();
            // Nobody asks about a dimension without conditions, nor are texts facts.
            let speaks = dimension.is_asked && !dimension.dim.is_text() && {
                let known = |text: &str| dimension.names.get(text).copied();
                push_values(&mut self.values, index, dimension.dim, ticket, change, now, known)
            };
            *said = speaks.then_some(from..self.values.len());
        }
    }
}

/// Appends the values that a request has in a dimension; tells whether it speaks of it at all.
fn push_values(
    values: &mut Vec<u32>,
    index: &Index,
    dim: Dim,
    ticket: &Ticket<'_>,
    change: &Change<'_>,
    now: Option<CivilNow>,
    known: impl Fn(&str) -> Option<u32>,
) -> bool {
    let mut push_name = |name: Option<&str>| {
        values.extend(name.and_then(&known));
        name.is_some()
    };
    match dim {
        Dim::Source => push_name(ticket.source.as_deref()),
        Dim::Integration => push_name(ticket.integration.as_deref()),
        Dim::AllegroAccount => push_name(ticket.allegro_account.as_deref()),
        Dim::Inbox => push_name(ticket.inbox.as_deref()),
        Dim::TicketType => push_name(ticket.ticket_type.as_deref()),
        Dim::CurrentStatus => push_name(ticket.current_status.as_deref()),
        Dim::Context => push_name(ticket.context.as_deref()),
        Dim::StatusSet => push_name(change.status_set.as_deref()),
        Dim::Sentiment => push_value(values, ticket.sentiment.map(values::sentiment)),
        Dim::ReplyStatus => push_value(values, ticket.reply_status.map(values::reply_status)),
        Dim::TicketState => push_value(values, ticket.state.map(values::ticket_state)),
        Dim::NewMessage => push_value(values, change.message_received.as_ref().map(|_| values::MESSAGE)),
        Dim::DayOfWeek => push_value(values, now.map(|now| now.weekday)),
        Dim::TimeOfDay => push_value(values, now.and_then(|now| index.day_segment(now.minute))),
        Dim::TagAssigned => match &change.tags_assigned {
            Some(tags) => {
                values.extend(tags.iter().filter_map(|tag| known(tag)));
                true
            }
            None => false,
        },
        Dim::InboxGroup => push_inbox_groups(values, index, ticket, known),
        Dim::Email => match &ticket.customer_email {
            Some(address) => {
                let address = normalised_address(address);
                values.extend(known(&address));
                values.extend(address.rfind('@').and_then(|at| known(address.get(at..)?)));
                true
            }
            None => false,
        },
        Dim::NewTicket => match change.ticket_created {
            Some(creator) => {
                let by = match creator {
                    TicketCreator::Agent => NewTicketBy::Agent,
                    TicketCreator::CustomerMessage => NewTicketBy::CustomerMessage,
                };
                values.extend([values::new_ticket(NewTicketBy::Anyone), values::new_ticket(by)]);
                true
            }
            None => false,
        },
        Dim::Action => push_actions(values, change),
        Dim::Subject | Dim::CustomerName | Dim::Message => false,
    }
}

fn push_value(values: &mut Vec<u32>, value: Option<u32>) -> bool {
    values.extend(value);
    value.is_some()
}

fn push_inbox_groups(
    values: &mut Vec<u32>,
    index: &Index,
    ticket: &Ticket<'_>,
    known: impl Fn(&str) -> Option<u32>,
) -> bool {
    match (&ticket.inbox_groups, &ticket.inbox) {
        (Some(groups), _) => values.extend(groups.iter().filter_map(|group| known(group))),
        (None, Some(inbox)) => {
            values.extend(index.inbox_groups(inbox).iter().filter_map(|group| known(group)))
        }
        (None, None) => return false,
    }
    true
}

fn push_actions(values: &mut Vec<u32>, change: &Change<'_>) -> bool {
    let customer_message =
        change.message_received.as_ref().filter(|message| message.author == MessageAuthor::Customer);
    if let Some(message) = customer_message {
        values.push(values::action(CustomerAction::EveryCustomerMessage));
        if message.first {
            values.push(values::action(CustomerAction::FirstCustomerMessage));
        }
    }
    if change.return_created {
        values.push(values::action(CustomerAction::ReturnCreated));
    }
    customer_message.is_some() || change.return_created
}
