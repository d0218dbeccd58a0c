//! What a request says, in the numbers that the index knows.

use std::borrow::Cow;

use jiff::Timestamp;

use super::names::Names;
use super::{CompiledAccount, Segment};
use crate::definition::{CustomerAction, NewTicketBy, ReplyStatus, Sentiment, TicketState};
use crate::request::{Change, MessageAuthor, Text, Ticket, TicketCreator};

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

    /// The same in one byte.
    pub(crate) fn ordinal(self) -> u8 {
        self as u8
    }

    /// In a set of dimensions: this one.
    pub(crate) fn bit(self) -> u32 {
        1 << self.ordinal()
    }

    /// A set of dimensions.
    pub(crate) fn members(mut set: u32) -> impl Iterator<Item = Self> {
        std::iter::from_fn(move || {
            let ordinal = u8::try_from(set.trailing_zeros()).ok()?;
            set &= set.wrapping_sub(1);
            Self::of_ordinal(ordinal)
        })
    }

    /// The dimension of an ordinal.
    pub(crate) fn of_ordinal(ordinal: u8) -> Option<Self> {
        Self::ALL.get(usize::from(ordinal)).copied()
    }

    /// The text, if it is one's.
    pub(crate) fn text(self) -> Option<TextField> {
        TextField::ALL.into_iter().find(|field| field.dim() == self)
    }

    /// Whether a request may have several values in it.
    pub(crate) fn has_several(self) -> bool {
        self.is_text()
            || matches!(
                self,
                Self::TagAssigned | Self::Action | Self::NewTicket | Self::InboxGroup | Self::Email
            )
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
    let is_bare = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_graphic);
    let bytes = address.as_bytes();
    // To look for white space of all scripts takes longer than all else here.
    let address = if is_bare(bytes.first()) && is_bare(bytes.last()) { address } else { address.trim() };
    // To look at every byte, without asking after each, takes many at once.
    let differs = |byte: &u8| byte.is_ascii_uppercase() | !byte.is_ascii();
    if !address.as_bytes().iter().fold(false, |any, byte| any | differs(byte)) {
        return address.into();
    }
    address.to_lowercase().into()
}

/// What a request says about each of a segment's dimensions, texts apart. Reused from request to request.
///
/// Besides the values there is a *word* per dimension, against which most conditions are tested at once: a bit for each of the
/// first [`NAMED_BITS`] values, which those beyond share, one for a value that no condition names, one for none at all.
#[derive(Debug)]
pub(crate) struct Facts {
    words: [u64; WORDS],
    /// Per dimension, by its place.
    said: [Said; Dim::ALL.len()],
    /// Values of dimensions in which there are several, one after the other.
    values: Vec<u32>,
    /// Dimensions that are read: a bit for each, by its place.
    asked: u32,
}

/// What a request says in a dimension, in one number, so that most of it is looked up without a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Code(u32);

impl Code {
    /// The request does not speak of the dimension.
    pub(crate) const ABSENT: Self = Self(0);
    /// No value that a condition names.
    pub(crate) const OTHER: Self = Self(1);
    /// Several values.
    pub(crate) const SEVERAL: Self = Self(u32::MAX);
    /// How many codes come before those of values.
    const BEFORE_VALUES: u32 = 2;

    /// That of one value.
    pub(crate) fn of(value: u32) -> Self {
        Self(value.saturating_add(Self::BEFORE_VALUES))
    }

    /// That of the only value of a dimension, which may be one that no condition names.
    fn of_one(value: Option<u32>) -> Self {
        value.map_or(Self::OTHER, Self::of)
    }

    /// The value that it is that of, if it is one's.
    fn value(self) -> u32 {
        self.0.wrapping_sub(Self::BEFORE_VALUES)
    }

    /// The bit of its own in its dimension's word, if it is not [`Code::SEVERAL`].
    fn bit(self) -> u64 {
        let value = self.value() % NAMED_BITS;
        // Chosen without a branch: [`ABSENT`], [`OTHER`], or the value's own.
        1 << if self.0 < Self::BEFORE_VALUES { 63 - self.0 } else { value }
    }

    /// Where it stands in a table of all codes.
    pub(crate) fn place(self) -> usize {
        self.0 as usize
    }
}

/// What a request says in a dimension.
#[derive(Clone, Copy, Debug)]
struct Said {
    code: Code,
    /// The only value; where the values begin, if there are several.
    from: u32,
    /// Where they end.
    to: u32,
}

/// The request does not speak of the dimension.
const NOTHING: Said = Said { code: Code::ABSENT, from: 0, to: 0 };

/// When a request is judged: the civil time in the account's zone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CivilNow {
    /// Days since Monday.
    pub(crate) weekday: u32,
    /// Minutes since midnight.
    pub(crate) minute: u16,
}

/// As many words as five bits tell apart: more than there are dimensions.
const WORDS: usize = 32;
/// Values with bits of their own in a dimension's word.
pub(crate) const NAMED_BITS: u32 = 62;
/// Of a dimension of which a request has at most one value: it has one that no condition names.
pub(crate) const OTHER: u64 = 1 << 62;
/// The request does not speak of the dimension.
pub(crate) const ABSENT: u64 = 1 << 63;

/// The bit of a value in its dimension's word.
pub(crate) fn bit(value: u32) -> u64 {
    1 << (value % NAMED_BITS)
}

impl Default for Facts {
    fn default() -> Self {
        Self { words: [u64::MAX; WORDS], said: [NOTHING; Dim::ALL.len()], values: Vec::new(), asked: 0 }
    }
}

impl Facts {
    /// In place of a dimension: its word has every bit, whatever a request says.
    pub(crate) const ALWAYS: u8 = 31;

    /// The values that the request has in a dimension; absent if it does not speak of it.
    pub(crate) fn of(&self, dim: Dim) -> Option<&[u32]> {
        let said = self.said.get(dim.place()).filter(|_| self.asked & dim.bit() != 0)?;
        match said.code {
            Code::ABSENT => None,
            Code::OTHER => Some(&[]),
            Code::SEVERAL => self.values.get(said.from as usize..said.to as usize),
            _ => Some(std::slice::from_ref(&said.from)),
        }
    }

    /// What the request says in a dimension that the segment asks about.
    pub(crate) fn code(&self, dim: Dim) -> Code {
        self.said.get(dim.place()).map_or(Code::ABSENT, |said| said.code)
    }

    /// The word of a dimension, by its ordinal.
    pub(crate) fn word(&self, dim: u8) -> u64 {
        self.words.get(usize::from(dim) % WORDS).copied().unwrap_or(u64::MAX)
    }

    /// Reads a request. If clocks do not count, their words have every bit, so that every test of them passes.
    pub(crate) fn read(
        &mut self,
        account: &CompiledAccount,
        segment: &Segment,
        ticket: &Ticket<'_>,
        change: &Change<'_>,
        now: Timestamp,
        clocks: bool,
    ) {
        self.values.clear();
        self.asked = segment.asked;
        let mut reader = Reader { facts: self, names: &segment.names };
        reader.event(change);
        reader.name(Dim::Source, &ticket.source);
        reader.name(Dim::Integration, &ticket.integration);
        reader.name(Dim::AllegroAccount, &ticket.allegro_account);
        reader.name(Dim::Inbox, &ticket.inbox);
        reader.inbox_groups(account, ticket);
        reader.name(Dim::TicketType, &ticket.ticket_type);
        reader.name(Dim::CurrentStatus, &ticket.current_status);
        reader.name(Dim::Context, &ticket.context);
        reader.number(Dim::Sentiment, ticket.sentiment.map(values::sentiment));
        reader.number(Dim::ReplyStatus, ticket.reply_status.map(values::reply_status));
        reader.number(Dim::TicketState, ticket.state.map(values::ticket_state));
        reader.email(ticket);
        reader.clocks(account, segment, now, clocks);
    }
}

/// Reads what a request says about the dimensions that are asked about: nobody looks at the others.
struct Reader<'f> {
    facts: &'f mut Facts,
    names: &'f Names,
}

impl Reader<'_> {
    fn asks(&self, dim: Dim) -> bool {
        self.facts.asked & dim.bit() != 0
    }

    fn note(&mut self, dim: Dim, said: Said, word: u64) {
        if let Some(slot) = self.facts.said.get_mut(dim.place()) {
            *slot = said;
        }
        if let Some(slot) = self.facts.words.get_mut(dim.place()) {
            *slot = word;
        }
    }

    /// A dimension with at most one value.
    fn one(&mut self, dim: Dim, code: Code) {
        self.note(dim, Said { code, from: code.value(), to: 0 }, code.bit());
    }

    /// A dimension with at most one value, which has a name.
    fn name(&mut self, dim: Dim, name: &Option<Text<'_>>) {
        if self.asks(dim) {
            let code = name.as_deref().map(|name| Code::of_one(self.names.get(dim, name)));
            self.one(dim, code.unwrap_or(Code::ABSENT));
        }
    }

    /// A dimension with at most one value, which is of a closed set.
    fn number(&mut self, dim: Dim, number: Option<u32>) {
        if self.asks(dim) {
            self.one(dim, number.map_or(Code::ABSENT, Code::of));
        }
    }

    /// A dimension with several values, if the request speaks of it at all.
    fn several(&mut self, dim: Dim, speaks: bool, push: impl FnOnce(&Names, &mut Vec<u32>)) {
        if !self.asks(dim) {
            return;
        }
        let from = self.facts.values.len();
        if !speaks {
            return self.one(dim, Code::ABSENT);
        }
        push(self.names, &mut self.facts.values);
        let values = self.facts.values.get(from..).unwrap_or_default();
        let word = values.iter().fold(0, |word, value| word | bit(*value));
        let place = |place| u32::try_from(place).unwrap_or(u32::MAX);
        let said = match values {
            // With values that no condition names and others, a word tells only of these.
            [] => Said { code: Code::OTHER, from: 0, to: 0 },
            [value] => Said { code: Code::of(*value), from: *value, to: 0 },
            _ => Said { code: Code::SEVERAL, from: place(from), to: place(self.facts.values.len()) },
        };
        self.note(dim, said, word);
    }

    fn event(&mut self, change: &Change<'_>) {
        self.name(Dim::StatusSet, &change.status_set);
        self.several(Dim::TagAssigned, change.tags_assigned.is_some(), |names, values| {
            let tags = change.tags_assigned.iter().flatten();
            values.extend(tags.filter_map(|tag| names.get(Dim::TagAssigned, tag)));
        });
        let message =
            change.message_received.as_ref().filter(|message| message.author == MessageAuthor::Customer);
        self.several(Dim::Action, message.is_some() || change.return_created, |_, values| {
            if let Some(message) = message {
                values.push(values::action(CustomerAction::EveryCustomerMessage));
                if message.first {
                    values.push(values::action(CustomerAction::FirstCustomerMessage));
                }
            }
            if change.return_created {
                values.push(values::action(CustomerAction::ReturnCreated));
            }
        });
        self.several(Dim::NewTicket, change.ticket_created.is_some(), |_, values| {
            let by = change.ticket_created.map(|creator| match creator {
                TicketCreator::Agent => NewTicketBy::Agent,
                TicketCreator::CustomerMessage => NewTicketBy::CustomerMessage,
            });
            values.push(values::new_ticket(NewTicketBy::Anyone));
            values.extend(by.map(values::new_ticket));
        });
        self.number(Dim::NewMessage, change.message_received.as_ref().map(|_| values::MESSAGE));
    }

    fn inbox_groups(&mut self, account: &CompiledAccount, ticket: &Ticket<'_>) {
        let speaks = ticket.inbox_groups.is_some() || ticket.inbox.is_some();
        self.several(Dim::InboxGroup, speaks, |names, values| {
            let known = |group: &str| names.get(Dim::InboxGroup, group);
            match (&ticket.inbox_groups, &ticket.inbox) {
                (Some(groups), _) => values.extend(groups.iter().filter_map(|group| known(group))),
                (None, inbox) => {
                    let groups = inbox.as_deref().map(|inbox| account.inbox_groups(inbox));
                    values.extend(groups.into_iter().flatten().filter_map(|group| known(group)));
                }
            }
        });
    }

    fn email(&mut self, ticket: &Ticket<'_>) {
        self.several(Dim::Email, ticket.customer_email.is_some(), |names, values| {
            let Some(address) = &ticket.customer_email else { return };
            let address = normalised_address(address);
            values.extend(names.get(Dim::Email, &address));
            let domain = memchr::memrchr(b'@', address.as_bytes()).and_then(|at| address.get(at..));
            values.extend(domain.and_then(|domain| names.get(Dim::Email, domain)));
        });
    }

    fn clocks(&mut self, account: &CompiledAccount, segment: &Segment, now: Timestamp, clocks: bool) {
        if !self.asks(Dim::DayOfWeek) && !self.asks(Dim::TimeOfDay) {
            return;
        }
        let now = account.civil(now);
        self.number(Dim::DayOfWeek, Some(now.weekday));
        self.number(Dim::TimeOfDay, segment.day_segment(now.minute));
        for dim in [Dim::DayOfWeek, Dim::TimeOfDay] {
            if let Some(word) = self.facts.words.get_mut(dim.place()).filter(|_| !clocks) {
                *word = u64::MAX;
            }
        }
    }
}
