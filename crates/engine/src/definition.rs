//! What the owner of an account writes: workflows with their conditions and actions, and the directory that they
//! are checked against.
//!
//! These types hold anything that a reader could make sense of; [`crate::check`] tells what of it is wrong. They are
//! read from YAML ([`yaml`]) or from the wire, and both come here.

pub mod yaml;

use jiff::{SignedDuration, Timestamp, civil};

use crate::request::{Baseline, Change, Request, Ticket};

/// A tenant's settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Account {
    /// Unique id, 1 to 128 characters of `A-Z a-z 0-9 . _ ~ : -`.
    pub id: String,
    /// A name for people.
    pub display_name: String,
    /// IANA time zone in which days and hours are read.
    pub time_zone: String,
    /// BCP 47 locale in which date and time are written.
    pub locale: String,
    /// Agents, inboxes and vocabularies.
    pub directory: Directory,
}

/// What the account's helpdesk knows. A list that is left out is free-form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Directory {
    /// The people whom tickets are assigned to; empty means free-form.
    pub agents: Vec<Agent>,
    /// The inboxes with their groups; empty means free-form.
    pub inboxes: Vec<Inbox>,
    /// Known groups of inboxes.
    pub inbox_groups: Option<Vec<Term>>,
    /// Known ticket sources.
    pub sources: Option<Vec<Term>>,
    /// Known integrations.
    pub integrations: Option<Vec<Term>>,
    /// Known ticket statuses.
    pub statuses: Option<Vec<Term>>,
    /// Known tags.
    pub tags: Option<Vec<Term>>,
    /// Known ticket types.
    pub ticket_types: Option<Vec<Term>>,
    /// Known contexts.
    pub contexts: Option<Vec<Term>>,
    /// Known Allegro accounts.
    pub allegro_accounts: Option<Vec<Term>>,
    /// Known order statuses.
    pub order_statuses: Option<Vec<Term>>,
}

/// One id of a vocabulary.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Term {
    /// The caller's own id, compared exactly.
    pub id: String,
    /// A name for people; may be empty.
    pub display_name: String,
}

/// A person whom tickets are assigned to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Agent {
    /// The caller's own id.
    pub id: String,
    /// First name; may be empty.
    pub first_name: String,
    /// Last name; may be empty.
    pub last_name: String,
    /// E-mail address; may be empty.
    pub email: String,
    /// When the agent works; without it, never.
    pub working_hours: Option<WorkingHours>,
}

/// A place where messages arrive.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inbox {
    /// The caller's own id.
    pub id: String,
    /// A name for people; may be empty.
    pub display_name: String,
    /// Groups that it belongs to.
    pub group_ids: Vec<String>,
}

/// A weekly schedule with dated exceptions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WorkingHours {
    /// IANA time zone; the account's when empty.
    pub time_zone: String,
    /// The spans of a usual week.
    pub weekly: Vec<WeeklyInterval>,
    /// Dates on which other spans begin than the usual ones.
    pub exceptions: Vec<DatedException>,
}

/// A span that begins on one weekday of every week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeeklyInterval {
    /// The day on which it begins.
    pub day: civil::Weekday,
    /// From when to when.
    pub range: TimeRange,
}

/// The spans that begin on one date, in place of the weekly ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatedException {
    /// The date, in the schedule's zone.
    pub date: civil::Date,
    /// The spans; none means a day off.
    pub ranges: Vec<TimeRange>,
}

/// A span of civil time `[from, to)`; one whose `to` lies before its `from` crosses midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TimeRange {
    /// Minutes after midnight, 0 to 1,439.
    pub from_minute: u16,
    /// Minutes after midnight, 1 to 1,440; differs from `from_minute`.
    pub to_minute: u16,
}

/// Conditions, and the actions to carry out when they hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Workflow {
    /// Unique within the account.
    pub id: String,
    /// A name for people.
    pub display_name: String,
    /// What it is for.
    pub description: String,
    /// Whether it is judged at all.
    pub enabled: bool,
    /// Whether its actions are for real.
    pub mode: Mode,
    /// Where it stands: lower first, ties in order of creation; without one it comes last.
    pub position: Option<u32>,
    /// When it matches, later workflows are passed over.
    pub stop: bool,
    /// Conditions that must all hold.
    pub all: Vec<Condition>,
    /// If there are any, one of these must hold too.
    pub any: Vec<Condition>,
    /// What to do, in order.
    pub actions: Vec<Action>,
    /// Changes that must or must not match.
    pub examples: Vec<Example>,
    /// The account's revision that last changed it; 0 for one that is not stored.
    pub version: u64,
}

impl Default for Workflow {
    fn default() -> Self {
        Self {
            id: String::new(),
            display_name: String::new(),
            description: String::new(),
            enabled: true,
            mode: Mode::Live,
            position: None,
            stop: false,
            all: Vec::new(),
            any: Vec::new(),
            actions: Vec::new(),
            examples: Vec::new(),
            version: 0,
        }
    }
}

/// Whether a workflow's actions are for real.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Its actions are to be carried out.
    #[default]
    Live,
    /// It is judged and reported apart; its actions are never ready.
    Shadow,
}

/// One condition: *is* holds for any of the test's values, *is not* for none of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// Turns *is* into *is not*.
    pub negated: bool,
    /// What is tested.
    pub test: Test,
}

/// What a condition tests: the 25 kinds, each with its set of values.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// Where the ticket came from.
    Source(Vec<String>),
    /// The change created the ticket.
    NewTicket(Vec<NewTicketBy>),
    /// Day of the week, in the account's zone.
    DayOfWeek(Vec<civil::Weekday>),
    /// The customer's e-mail address; `@domain` stands for every address of it.
    Email(Vec<String>),
    /// The ticket's subject.
    Subject(Phrases),
    /// The customer's name.
    CustomerName(Phrases),
    /// The message that was received.
    Message(Phrases),
    /// Time of day, in the account's zone.
    TimeOfDay(Vec<TimeRange>),
    /// The integration that the ticket came by.
    Integration(Vec<String>),
    /// The change brought a message.
    NewMessage,
    /// What the customer did.
    Action(Vec<CustomerAction>),
    /// The change assigned a tag.
    TagAssigned(Vec<String>),
    /// The change set the status.
    StatusSet(Vec<String>),
    /// Time since the customer's last reply.
    LastCustomerReply(Vec<ElapsedBound>),
    /// Time since the ticket was created.
    TicketCreated(Vec<ElapsedBound>),
    /// The ticket's status.
    CurrentStatus(Vec<String>),
    /// The ticket's context.
    Context(Vec<String>),
    /// The customer's sentiment.
    Sentiment(Vec<Sentiment>),
    /// Whether the ticket is answered.
    ReplyStatus(Vec<ReplyStatus>),
    /// Whether the ticket is open.
    TicketState(Vec<TicketState>),
    /// The Allegro account.
    AllegroAccount(Vec<String>),
    /// The inbox.
    Inbox(Vec<String>),
    /// A group of inboxes that the ticket is in.
    InboxGroup(Vec<String>),
    /// The ticket's type.
    TicketType(Vec<String>),
    /// Whether an agent is at work.
    WorkingHours(Vec<Attendance>),
    /// A test that its reader could not make sense of, and has reported. Checks pass over it; it never compiles.
    Unreadable,
}

/// What a condition depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// The ticket as it is.
    State,
    /// What happened.
    Event,
    /// The hour.
    Clock,
    /// Time since an instant of the ticket.
    Elapsed,
}

impl Test {
    /// The phrases, if the condition looks for some in a text.
    pub fn phrases(&self) -> Option<&Phrases> {
        match self {
            Self::Subject(phrases) | Self::CustomerName(phrases) | Self::Message(phrases) => Some(phrases),
            _ => None,
        }
    }

    /// The condition's name in YAML, on the wire and everywhere else.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Source(_) => "source",
            Self::NewTicket(_) => "new_ticket",
            Self::DayOfWeek(_) => "day_of_week",
            Self::Email(_) => "email",
            Self::Subject(_) => "subject",
            Self::CustomerName(_) => "customer_name",
            Self::Message(_) => "message",
            Self::TimeOfDay(_) => "time_of_day",
            Self::Integration(_) => "integration",
            Self::NewMessage => "new_message",
            Self::Action(_) => "action",
            Self::TagAssigned(_) => "tag_assigned",
            Self::StatusSet(_) => "status_set",
            Self::LastCustomerReply(_) => "last_customer_reply",
            Self::TicketCreated(_) => "ticket_created",
            Self::CurrentStatus(_) => "current_status",
            Self::Context(_) => "context",
            Self::Sentiment(_) => "sentiment",
            Self::ReplyStatus(_) => "reply_status",
            Self::TicketState(_) => "ticket_state",
            Self::AllegroAccount(_) => "allegro_account",
            Self::Inbox(_) => "inbox",
            Self::InboxGroup(_) => "inbox_group",
            Self::TicketType(_) => "ticket_type",
            Self::WorkingHours(_) => "working_hours",
            Self::Unreadable => "unreadable",
        }
    }

    /// What the condition depends on.
    pub fn class(&self) -> Class {
        match self {
            Self::NewTicket(_)
            | Self::Message(_)
            | Self::NewMessage
            | Self::Action(_)
            | Self::TagAssigned(_)
            | Self::StatusSet(_) => Class::Event,
            Self::DayOfWeek(_) | Self::TimeOfDay(_) | Self::WorkingHours(_) => Class::Clock,
            Self::LastCustomerReply(_) | Self::TicketCreated(_) => Class::Elapsed,
            _ => Class::State,
        }
    }
}

impl Condition {
    /// Whether the condition presupposes that something happened, so that an alternative with it is event-driven.
    ///
    /// Every event condition does but the two bare ones negated (`new_message` *is not*, `new_ticket` *is not* anyone):
    /// these say that nothing of the kind happened, and so hold on a timer too. They narrow an alternative without
    /// making it event-driven.
    pub fn presupposes_event(&self) -> bool {
        match &self.test {
            Test::NewMessage => !self.negated,
            Test::NewTicket(by) => !(self.negated && by.contains(&NewTicketBy::Anyone)),
            test => test.class() == Class::Event,
        }
    }

    /// Whether the passing of time alone can change the condition.
    pub fn depends_on_time(&self) -> bool {
        matches!(self.test.class(), Class::Clock | Class::Elapsed)
    }
}

/// Phrases, and how they are looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Phrases {
    /// Any of these will do.
    pub phrases: Vec<String>,
    /// Where in the text the phrase must stand.
    pub mode: PhraseMode,
    /// It must begin and end at Unicode word boundaries.
    pub whole_word: bool,
    /// Upper and lower case differ.
    pub case_sensitive: bool,
    /// Letters with and without accents differ.
    pub accent_sensitive: bool,
}

/// Where in a text a phrase must stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PhraseMode {
    /// Anywhere.
    #[default]
    Contains,
    /// The phrase is the whole text.
    Equals,
    /// At the beginning.
    StartsWith,
    /// At the end.
    EndsWith,
}

/// Who created a ticket, in a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NewTicketBy {
    /// Whoever it was.
    Anyone,
    /// An agent.
    Agent,
    /// A customer, by a message.
    CustomerMessage,
}

/// Something that a customer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CustomerAction {
    /// The customer's first message of the ticket came.
    FirstCustomerMessage,
    /// A message of the customer came, the first or a later one.
    EveryCustomerMessage,
    /// A return was created.
    ReturnCreated,
}

/// A strict bound on elapsed time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ElapsedBound {
    /// More than this has gone by.
    MoreThan(SignedDuration),
    /// Less than this has gone by.
    LessThan(SignedDuration),
}

/// How the customer feels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sentiment {
    /// Content.
    Positive,
    /// Neither.
    Neutral,
    /// Discontent.
    Negative,
}

/// Whether the ticket has been answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReplyStatus {
    /// The last message is ours.
    Answered,
    /// The last message is the customer's.
    Unanswered,
}

/// Whether work on the ticket goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TicketState {
    /// Open.
    Open,
    /// Closed.
    Closed,
}

/// An agent is, or is not, within working hours.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Attendance {
    /// Inside or outside.
    pub presence: Presence,
    /// The agent; the ticket's assigned one when absent.
    pub agent_id: Option<String>,
}

impl Attendance {
    /// Whether it is about whoever the ticket is assigned to.
    pub fn is_of_assigned(&self) -> bool {
        self.agent_id.is_none()
    }
}

/// Inside or outside of working hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Presence {
    /// Within working hours.
    Inside,
    /// Not within working hours.
    Outside,
}

/// One thing to do. Texts are templates.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Send the customer a message.
    SendMessage {
        /// What it says.
        body: Body,
    },
    /// Send the customer a message that the caller translates.
    SendTranslatedMessage {
        /// What it says.
        body: Body,
        /// BCP 47 tag of the language to translate to.
        target_language: String,
    },
    /// Let an AI write the answer.
    AiMessage {
        /// Template of what the AI is told.
        instructions: String,
    },
    /// Send an e-mail.
    SendEmail {
        /// Template of the recipient's address.
        to: String,
        /// Template of the subject.
        subject: String,
        /// What it says.
        body: Body,
    },
    /// Set the ticket's status.
    SetStatus {
        /// The status.
        status_id: String,
    },
    /// Assign the ticket to an agent.
    AssignAgent {
        /// The agent.
        agent_id: String,
    },
    /// Put a tag on the ticket.
    AssignTag {
        /// The tag.
        tag_id: String,
    },
    /// Set the status of the ticket's linked orders.
    ChangeOrderStatus {
        /// The order status.
        order_status_id: String,
    },
    /// An action that its reader could not make sense of, and has reported. Checks pass over it; it never compiles.
    Unreadable,
}

impl Action {
    /// The action's name in YAML, on the wire and everywhere else.
    pub fn name(&self) -> &'static str {
        match self {
            Self::SendMessage { .. } => "send_message",
            Self::SendTranslatedMessage { .. } => "send_translated_message",
            Self::AiMessage { .. } => "ai_message",
            Self::SendEmail { .. } => "send_email",
            Self::SetStatus { .. } => "set_status",
            Self::AssignAgent { .. } => "assign_agent",
            Self::AssignTag { .. } => "assign_tag",
            Self::ChangeOrderStatus { .. } => "change_order_status",
            Self::Unreadable => "unreadable",
        }
    }
}

/// A text with variables.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Body {
    /// The template.
    pub text: String,
    /// How it is to be shown.
    pub format: TextFormat,
}

/// How a text is to be shown, and therefore escaped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TextFormat {
    /// Values are put in as they are.
    #[default]
    Plain,
    /// Values are escaped.
    Html,
}

/// A change that a workflow must, or must not, match.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// A name for people; may be empty.
    pub name: String,
    /// Whether it must match.
    pub matches: bool,
    /// The ticket after the change.
    pub ticket: Ticket<'static>,
    /// What happened; its id may be empty.
    pub change: Change<'static>,
    /// The instant of the decision.
    pub now: Timestamp,
    /// What was before.
    pub baseline: Option<Box<Baseline<'static>>>,
}

impl Example {
    /// The question that the example asks.
    pub fn request(&self) -> Request<'_> {
        Request {
            ticket: self.ticket.clone(),
            change: self.change.clone(),
            now: self.now,
            baseline: self.baseline.clone(),
            with_next_due: false,
            with_chaining: false,
            cause: Vec::new(),
        }
    }
}
