//! The plain loop: every workflow judged by itself, the way one would write it without an index.
//!
//! It is made as fast as a loop can be without becoming an index. Conditions are compiled once: ids are numbers, phrases are
//! folded and have a [`memmem`] finder each, schedules are spans of minutes of the week. What a request says is read
//! once per decision, and a text is folded, and civil time computed, only when the first condition asks for it. It
//! tells which workflows match and nothing more, as `Index::matching` does.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use memchr::memmem::Finder;
use tamis_engine::definition::{
    Account, Condition, CustomerAction, ElapsedBound, Mode, NewTicketBy, PhraseMode, Phrases, Presence, Test,
    TimeRange, Workflow, WorkingHours,
};
use tamis_engine::fold::Folding;
use tamis_engine::request::{MessageAuthor, Request, TicketCreator};

/// In which order the conditions of a workflow are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As they were written.
    AsWritten,
    /// Those that compare numbers first, then those over time, phrases last.
    CheapFirst,
}

/// An account's workflows, ready to be judged one after the other.
#[derive(Debug)]
pub struct PlainLoop {
    zone: TimeZone,
    names: Names,
    workflows: Vec<Vec<Check>>,
    facts: Facts,
}

/// Numbers of the ids that conditions name, by the [`Field`] that they are compared with.
#[derive(Debug, Default)]
struct Names([HashMap<String, u32, FixedState>; FIELDS]);

/// What a ticket or a change has one value of, or several.
#[derive(Clone, Copy, Debug)]
enum Field {
    Source,
    Integration,
    AllegroAccount,
    Inbox,
    TicketType,
    Status,
    Context,
    Email,
    Group,
    Tag,
}

#[derive(Debug)]
struct Check {
    negated: bool,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// One of the ticket's values is among these: of the field, of the sentiment, …
    State(Slot, Box<[u32]>),
    /// A value of an event, if it happened, is among these.
    Event(Slot, Box<[u32]>),
    /// It happened.
    Happened(Slot),
    Elapsed {
        since_created: bool,
        bounds: Box<[ElapsedBound]>,
    },
    /// Spans of minutes of the week, of which one holds the civil time, or none.
    Civil {
        inside: bool,
        spans: Box<[(u32, u32)]>,
    },
    Text {
        text: usize,
        finders: Box<[Finder<'static>]>,
    },
}

/// Where the facts keep what was said about something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    Source,
    Integration,
    AllegroAccount,
    Inbox,
    TicketType,
    Status,
    Context,
    /// Address, and domain as `@` and what follows.
    Email,
    Groups,
    Sentiment,
    ReplyStatus,
    TicketState,
    TicketCreated,
    Message,
    CustomerActions,
    TagsAssigned,
    StatusSet,
}

const FIELDS: usize = 10;
const SLOTS: usize = 17;
const MINUTES_OF_DAY: u32 = 1_440;
const MINUTES_OF_WEEK: u32 = 7 * MINUTES_OF_DAY;

/// What one request says.
#[derive(Debug, Default)]
struct Facts {
    /// The numbers said in each slot; empty for what conditions do not name.
    values: [Vec<u32>; SLOTS],
    happened: [bool; SLOTS],
    /// Subject, customer's name and message, folded when they are first asked for.
    texts: [Folded; 3],
    /// Minutes since the week began; absent until it is asked for.
    minute_of_week: Option<u32>,
}

#[derive(Debug, Default)]
struct Folded {
    is_folded: bool,
    bytes: Vec<u8>,
}

impl PlainLoop {
    /// Compiles the workflows of an account.
    ///
    /// # Errors
    /// Names what the loop does not know, because no workload of this package has it.
    pub fn new<'w>(
        account: &Account,
        workflows: impl IntoIterator<Item = &'w Workflow>,
        order: Order,
    ) -> Result<Self, &'static str> {
        let zone = TimeZone::get(&account.time_zone).map_err(|_| "the account's time zone")?;
        let mut names = Names::default();
        let workflows = workflows.into_iter().map(|workflow| {
            let is_known = workflow.any.is_empty()
                && workflow.enabled
                && workflow.mode == Mode::Live
                && workflow.position.is_none()
                && !workflow.stop;
            if !is_known {
                return Err("any, enabled, mode, position or stop");
            }
            let checks = workflow.all.iter().map(|condition| check(account, &mut names, condition));
            let mut checks = checks.collect::<Result<Vec<_>, _>>()?;
            if order == Order::CheapFirst {
                checks.sort_by_key(|check| check.kind.cost());
            }
            Ok(checks)
        });
        let workflows = workflows.collect::<Result<Vec<_>, _>>()?;
        Ok(Self { zone, names, workflows, facts: Facts::default() })
    }

    /// Appends the places of the workflows that match, ascending. Requests with a baseline, and timers, are not for this loop.
    pub fn evaluate(&mut self, request: &Request<'_>, matches: &mut Vec<u32>) {
        let Self { zone, names, workflows, facts } = self;
        facts.read(names, request);
        for (place, checks) in (0..).zip(workflows.iter()) {
            if checks.iter().all(|check| check.holds(facts, request, zone)) {
                matches.push(place);
            }
        }
    }
}

impl Names {
    fn get(&self, field: Field, id: &str) -> Option<u32> {
        self.0.get(field as usize)?.get(id).copied()
    }

    /// The number of an id, which gets one if it has none.
    fn add(&mut self, field: Field, id: &str) -> u32 {
        let Some(names) = self.0.get_mut(field as usize) else { return u32::MAX };
        let next = u32::try_from(names.len()).unwrap_or(u32::MAX);
        *names.entry(id.to_owned()).or_insert(next)
    }
}

impl Kind {
    /// What is judged first if the order is by cost.
    fn cost(&self) -> u8 {
        match self {
            Self::State(..) | Self::Event(..) | Self::Happened(_) => 0,
            Self::Elapsed { .. } => 1,
            Self::Civil { .. } => 2,
            Self::Text { .. } => 3,
        }
    }
}

impl Check {
    fn holds(&self, facts: &mut Facts, request: &Request<'_>, zone: &TimeZone) -> bool {
        let held = match &self.kind {
            Kind::State(slot, values) => facts.says(*slot, values),
            Kind::Event(slot, values) => {
                if !facts.has_happened(*slot) {
                    return false;
                }
                facts.says(*slot, values)
            }
            Kind::Happened(slot) => facts.has_happened(*slot),
            Kind::Elapsed { since_created, bounds } => {
                let ticket = &request.ticket;
                let since = if *since_created { ticket.created_at } else { ticket.last_customer_reply_at };
                let Some(since) = since else { return false };
                let gone_by = request.now.duration_since(since);
                bounds.iter().any(|bound| match bound {
                    ElapsedBound::MoreThan(duration) => gone_by > *duration,
                    ElapsedBound::LessThan(duration) => gone_by < *duration,
                })
            }
            Kind::Civil { inside, spans } => {
                let minute = facts.minute_of_week(request.now, zone);
                spans.iter().any(|(from, to)| (*from..*to).contains(&minute)) == *inside
            }
            Kind::Text { text, finders } => {
                // The message is an event: without one, nothing is said about what it contains.
                if *text == 2 && !facts.has_happened(Slot::Message) {
                    return false;
                }
                let folded = facts.text(*text, request);
                finders.iter().any(|finder| finder.find(folded).is_some())
            }
        };
        held != self.negated
    }
}

impl Facts {
    fn read(&mut self, names: &Names, request: &Request<'_>) {
        self.values.iter_mut().for_each(Vec::clear);
        self.happened = [false; SLOTS];
        self.texts.iter_mut().for_each(|text| text.is_folded = false);
        self.minute_of_week = None;

        let number = |field: Field, id: &str| names.get(field, id);
        let ticket = &request.ticket;
        let ids = [
            (Slot::Source, Field::Source, &ticket.source),
            (Slot::Integration, Field::Integration, &ticket.integration),
            (Slot::AllegroAccount, Field::AllegroAccount, &ticket.allegro_account),
            (Slot::Inbox, Field::Inbox, &ticket.inbox),
            (Slot::TicketType, Field::TicketType, &ticket.ticket_type),
            (Slot::Status, Field::Status, &ticket.current_status),
            (Slot::Context, Field::Context, &ticket.context),
        ];
        for (slot, field, id) in ids {
            self.say(slot, id.as_deref().and_then(|id| number(field, id)));
        }
        if let Some(address) = &ticket.customer_email {
            let address = address.trim().to_lowercase();
            self.say(Slot::Email, number(Field::Email, &address));
            let domain = address.rfind('@').and_then(|at| address.get(at..));
            self.say(Slot::Email, domain.and_then(|domain| number(Field::Email, domain)));
        }
        for group in ticket.inbox_groups.iter().flatten() {
            self.say(Slot::Groups, number(Field::Group, group));
        }
        self.say(Slot::Sentiment, ticket.sentiment.map(|sentiment| sentiment as u32));
        self.say(Slot::ReplyStatus, ticket.reply_status.map(|status| status as u32));
        self.say(Slot::TicketState, ticket.state.map(|state| state as u32));
        self.read_change(number, request);
    }

    fn read_change(&mut self, number: impl Fn(Field, &str) -> Option<u32>, request: &Request<'_>) {
        let change = &request.change;
        if let Some(creator) = change.ticket_created {
            let by = match creator {
                TicketCreator::Agent => NewTicketBy::Agent,
                TicketCreator::CustomerMessage => NewTicketBy::CustomerMessage,
            };
            self.happen(Slot::TicketCreated);
            self.say(Slot::TicketCreated, Some(by as u32));
        }
        if let Some(message) = &change.message_received {
            self.happen(Slot::Message);
            if message.author == MessageAuthor::Customer {
                self.happen(Slot::CustomerActions);
                self.say(Slot::CustomerActions, Some(CustomerAction::EveryCustomerMessage as u32));
                let first = message.first.then_some(CustomerAction::FirstCustomerMessage as u32);
                self.say(Slot::CustomerActions, first);
            }
        }
        if change.return_created {
            self.happen(Slot::CustomerActions);
            self.say(Slot::CustomerActions, Some(CustomerAction::ReturnCreated as u32));
        }
        if let Some(tags) = &change.tags_assigned {
            self.happen(Slot::TagsAssigned);
            tags.iter().for_each(|tag| self.say(Slot::TagsAssigned, number(Field::Tag, tag)));
        }
        if let Some(status) = &change.status_set {
            self.happen(Slot::StatusSet);
            self.say(Slot::StatusSet, number(Field::Status, status));
        }
    }

    fn say(&mut self, slot: Slot, value: Option<u32>) {
        if let Some(values) = self.values.get_mut(slot as usize) {
            values.extend(value);
        }
    }

    fn happen(&mut self, slot: Slot) {
        if let Some(happened) = self.happened.get_mut(slot as usize) {
            *happened = true;
        }
    }

    fn has_happened(&self, slot: Slot) -> bool {
        self.happened.get(slot as usize).copied().unwrap_or(false)
    }

    fn says(&self, slot: Slot, values: &[u32]) -> bool {
        let said = self.values.get(slot as usize).map_or(&[][..], Vec::as_slice);
        said.iter().any(|value| values.contains(value))
    }

    fn minute_of_week(&mut self, now: Timestamp, zone: &TimeZone) -> u32 {
        *self.minute_of_week.get_or_insert_with(|| {
            let civil = zone.to_datetime(now);
            let day = u32::from(civil.weekday().to_monday_zero_offset().unsigned_abs());
            let minute =
                u32::from(civil.hour().unsigned_abs()) * 60 + u32::from(civil.minute().unsigned_abs());
            day * MINUTES_OF_DAY + minute
        })
    }

    fn text(&mut self, text: usize, request: &Request<'_>) -> &[u8] {
        let Some(folded) = self.texts.get_mut(text) else { return &[] };
        if !folded.is_folded {
            let said = match text {
                0 => request.ticket.subject.as_deref(),
                1 => request.ticket.customer_name.as_deref(),
                _ => request.change.message_received.as_ref().and_then(|message| message.text.as_deref()),
            };
            folded.bytes.clear();
            Folding::default().fold_bytes_into(said.unwrap_or(""), &mut folded.bytes);
            folded.is_folded = true;
        }
        &folded.bytes
    }
}

fn check(account: &Account, names: &mut Names, condition: &Condition) -> Result<Check, &'static str> {
    let mut ids =
        |field: Field, ids: &[String]| -> Box<[u32]> { ids.iter().map(|id| names.add(field, id)).collect() };
    let kind = match &condition.test {
        Test::Source(values) => Kind::State(Slot::Source, ids(Field::Source, values)),
        Test::Integration(values) => Kind::State(Slot::Integration, ids(Field::Integration, values)),
        Test::AllegroAccount(values) => Kind::State(Slot::AllegroAccount, ids(Field::AllegroAccount, values)),
        Test::Inbox(values) => Kind::State(Slot::Inbox, ids(Field::Inbox, values)),
        Test::TicketType(values) => Kind::State(Slot::TicketType, ids(Field::TicketType, values)),
        Test::CurrentStatus(values) => Kind::State(Slot::Status, ids(Field::Status, values)),
        Test::Context(values) => Kind::State(Slot::Context, ids(Field::Context, values)),
        Test::InboxGroup(values) => Kind::State(Slot::Groups, ids(Field::Group, values)),
        Test::Email(values) => {
            let values: Vec<_> = values.iter().map(|value| value.trim().to_lowercase()).collect();
            Kind::State(Slot::Email, ids(Field::Email, &values))
        }
        Test::Sentiment(values) => Kind::State(Slot::Sentiment, values.iter().map(|v| *v as u32).collect()),
        Test::ReplyStatus(values) => {
            Kind::State(Slot::ReplyStatus, values.iter().map(|v| *v as u32).collect())
        }
        Test::TicketState(values) => {
            Kind::State(Slot::TicketState, values.iter().map(|v| *v as u32).collect())
        }
        Test::NewTicket(by) if by.contains(&NewTicketBy::Anyone) => Kind::Happened(Slot::TicketCreated),
        Test::NewTicket(by) => Kind::Event(Slot::TicketCreated, by.iter().map(|v| *v as u32).collect()),
        Test::NewMessage => Kind::Happened(Slot::Message),
        Test::Action(actions) => {
            Kind::Event(Slot::CustomerActions, actions.iter().map(|v| *v as u32).collect())
        }
        Test::TagAssigned(tags) => Kind::Event(Slot::TagsAssigned, ids(Field::Tag, tags)),
        Test::StatusSet(statuses) => Kind::Event(Slot::StatusSet, ids(Field::Status, statuses)),
        Test::LastCustomerReply(bounds) => {
            Kind::Elapsed { since_created: false, bounds: bounds.clone().into() }
        }
        Test::TicketCreated(bounds) => Kind::Elapsed { since_created: true, bounds: bounds.clone().into() },
        Test::DayOfWeek(days) => {
            let whole = TimeRange { from_minute: 0, to_minute: 1_440 };
            let days = days.iter().map(|day| day.to_monday_zero_offset().unsigned_abs().into());
            Kind::Civil { inside: true, spans: days.flat_map(|day| spans(day, whole)).collect() }
        }
        Test::TimeOfDay(ranges) => {
            let daily = (0..7).flat_map(|day| ranges.iter().flat_map(move |range| spans(day, *range)));
            Kind::Civil { inside: true, spans: daily.collect() }
        }
        Test::WorkingHours(attendances) => {
            let [attendance] = attendances.as_slice() else { return Err("several attendances") };
            let agent_id = attendance.agent_id.as_deref().ok_or("the assigned agent's working hours")?;
            let agent = account.directory.agents.iter().find(|agent| agent.id == agent_id);
            let hours = agent.and_then(|agent| agent.working_hours.as_ref());
            let inside = attendance.presence == Presence::Inside;
            Kind::Civil { inside, spans: hours.map(working_spans).transpose()?.unwrap_or_default() }
        }
        Test::Subject(phrases) => Kind::Text { text: 0, finders: finders(phrases)? },
        Test::CustomerName(phrases) => Kind::Text { text: 1, finders: finders(phrases)? },
        Test::Message(phrases) => Kind::Text { text: 2, finders: finders(phrases)? },
        Test::Unreadable => return Err("an unreadable condition"),
    };
    Ok(Check { negated: condition.negated, kind })
}

fn finders(phrases: &Phrases) -> Result<Box<[Finder<'static>]>, &'static str> {
    let is_plain = phrases.mode == PhraseMode::Contains
        && !phrases.whole_word
        && !phrases.case_sensitive
        && !phrases.accent_sensitive;
    if !is_plain {
        return Err("phrases with options");
    }
    let folded = phrases.phrases.iter().map(|phrase| Folding::default().fold(phrase));
    Ok(folded.map(|phrase| Finder::new(phrase.as_bytes()).into_owned()).collect())
}

fn working_spans(hours: &WorkingHours) -> Result<Box<[(u32, u32)]>, &'static str> {
    if !hours.time_zone.is_empty() || !hours.exceptions.is_empty() {
        return Err("schedules in a zone of their own or with exceptions");
    }
    let spans = hours.weekly.iter().flat_map(|interval| {
        spans(interval.day.to_monday_zero_offset().unsigned_abs().into(), interval.range)
    });
    Ok(spans.collect())
}

/// A span that begins on one day, in minutes of the week; one that runs over the week's end goes on at its beginning.
fn spans(day: u32, range: TimeRange) -> impl Iterator<Item = (u32, u32)> {
    let from = day * MINUTES_OF_DAY + u32::from(range.from_minute);
    let minutes =
        (u32::from(range.to_minute) + MINUTES_OF_DAY - u32::from(range.from_minute)) % MINUTES_OF_DAY;
    let to = from + if minutes == 0 { MINUTES_OF_DAY } else { minutes };
    let carried = to.checked_sub(MINUTES_OF_WEEK).filter(|to| *to > 0).map(|to| (0, to));
    [(from, to.min(MINUTES_OF_WEEK))].into_iter().chain(carried)
}
