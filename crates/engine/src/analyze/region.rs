//! The changes for which all of some conditions hold, as a product of sets in independent dimensions.
//!
//! A dimension is what one field of a ticket or of a change may be. What a caller may say in one field does not depend on what it
//! says in the others, but for who created a ticket, what message came and whether a return was created: these are one dimension.
//!
//! A region may be larger than the changes that there are, never smaller; so an empty one has none. Where what is within another
//! region cannot be told exactly, it is taken not to be.

use std::rc::Rc;

use super::phrases::{PhraseTest, Texts};
use super::sets::{Addresses, Ids, Several};
use super::times::{Attendances, Elapsed, Hours, Week};
use crate::definition::{
    Attendance, Condition, CustomerAction, NewTicketBy, Phrases, Presence, ReplyStatus, Sentiment, Test,
    TicketState,
};
use crate::index::CompiledAccount;
use crate::index::facts::{TextField, normalised_address, values};
use crate::request::TicketCreator;
use crate::time::Since;

/// A field with at most one id.
#[derive(Clone, Copy, Debug)]
pub(super) enum Field {
    Source,
    Integration,
    AllegroAccount,
    Inbox,
    TicketType,
    CurrentStatus,
    Context,
    StatusSet,
}

const FIELDS: usize = 8;

/// A field with several ids.
#[derive(Clone, Copy, Debug)]
pub(super) enum ListField {
    InboxGroups,
    TagsAssigned,
}

/// A field with a value of a closed set, absent as the highest bit.
#[derive(Clone, Copy, Debug)]
pub(super) enum ClosedField {
    Sentiment,
    ReplyStatus,
    TicketState,
}

/// In a closed field's set: absent.
const ABSENT: u8 = 1 << 7;

/// Who created a ticket, what message came, and whether a return was created: a point of the 24 that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) created: Option<TicketCreator>,
    pub(super) message: Option<Message>,
    pub(super) has_return: bool,
}

/// A message, as conditions tell messages apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Message {
    /// The customer's first.
    First,
    /// A later one of the customer's.
    Later,
    /// Anybody else's.
    Other,
}

impl Facts {
    /// All points; those in which less happened, and what is usual, first.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let messages = [None, Some(Message::Later), Some(Message::First), Some(Message::Other)];
        let creators = [None, Some(TicketCreator::CustomerMessage), Some(TicketCreator::Agent)];
        [false, true].into_iter().flat_map(move |has_return| {
            creators.into_iter().flat_map(move |created| {
                messages.into_iter().map(move |message| Self { created, message, has_return })
            })
        })
    }

    /// Nothing of the kind.
    pub(super) const NONE: Self = Self { created: None, message: None, has_return: false };

    fn is_by_customer(self) -> bool {
        matches!(self.message, Some(Message::First | Message::Later))
    }

    fn has(self, action: CustomerAction) -> bool {
        match action {
            CustomerAction::FirstCustomerMessage => self.message == Some(Message::First),
            CustomerAction::EveryCustomerMessage => self.is_by_customer(),
            CustomerAction::ReturnCreated => self.has_return,
        }
    }

    fn is_created(self, by: NewTicketBy) -> bool {
        match by {
            NewTicketBy::Anyone => self.created.is_some(),
            NewTicketBy::Agent => self.created == Some(TicketCreator::Agent),
            NewTicketBy::CustomerMessage => self.created == Some(TicketCreator::CustomerMessage),
        }
    }
}

/// A set of points.
fn points(holds: impl Fn(Facts) -> bool) -> u32 {
    (0..).zip(Facts::all()).filter(|(_, point)| holds(*point)).fold(0, |set, (bit, _)| set | 1 << bit)
}

/// The changes for which some conditions hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Region<'a> {
    facts: u32,
    ids: [Ids<'a>; FIELDS],
    lists: [Several<'a>; 2],
    closed: [u8; 3],
    addresses: Addresses,
    elapsed: [Option<Elapsed>; 2],
    week: Option<Week>,
    attendances: Attendances,
    texts: [Texts<'a>; 3],
}

impl<'a> Region<'a> {
    /// All changes.
    pub(super) fn all() -> Self {
        Self {
            facts: points(|_| true),
            ids: [const { Ids::ALL }; FIELDS],
            lists: [const { Several::ALL }; 2],
            closed: [u8::MAX; 3],
            addresses: Addresses::default(),
            elapsed: [None, None],
            week: None,
            attendances: Attendances::default(),
            texts: Default::default(),
        }
    }

    /// Those changes for which all of some conditions hold.
    pub(super) fn of(conditions: impl IntoIterator<Item = &'a Condition>, account: &CompiledAccount) -> Self {
        let mut region = Self::all();
        conditions.into_iter().for_each(|condition| region.add(condition, account));
        region
    }

    /// Leaves those of its changes for which a condition holds too.
    pub(super) fn add(&mut self, condition: &'a Condition, account: &CompiledAccount) {
        let negated = condition.negated;
        match &condition.test {
            Test::Source(ids) => self.ids(Field::Source, ids, negated),
            Test::Integration(ids) => self.ids(Field::Integration, ids, negated),
            Test::AllegroAccount(ids) => self.ids(Field::AllegroAccount, ids, negated),
            Test::Inbox(ids) => self.ids(Field::Inbox, ids, negated),
            Test::TicketType(ids) => self.ids(Field::TicketType, ids, negated),
            Test::CurrentStatus(ids) => self.ids(Field::CurrentStatus, ids, negated),
            Test::Context(ids) => self.ids(Field::Context, ids, negated),
            Test::StatusSet(ids) => self.ids(Field::StatusSet, ids, negated),
            Test::InboxGroup(ids) => self.list(ListField::InboxGroups, &Several::of(ids, negated, false)),
            Test::TagAssigned(ids) => self.list(ListField::TagsAssigned, &Several::of(ids, negated, true)),
            Test::Sentiment(set) => self.closed(ClosedField::Sentiment, set, values::sentiment, negated),
            Test::ReplyStatus(set) => {
                self.closed(ClosedField::ReplyStatus, set, values::reply_status, negated)
            }
            Test::TicketState(set) => {
                self.closed(ClosedField::TicketState, set, values::ticket_state, negated)
            }
            Test::Email(entries) => {
                let entries = entries.iter().map(|entry| normalised_address(entry).into_owned()).collect();
                self.addresses.meet(&Addresses::of(entries, negated));
            }
            Test::NewMessage => self.facts &= points(|facts| facts.message.is_some() != negated),
            Test::NewTicket(by) => {
                let presupposes = !negated || !by.contains(&NewTicketBy::Anyone);
                self.facts &= points(|facts| {
                    let is_new = by.iter().any(|by| facts.is_created(*by));
                    (is_new != negated) && (facts.created.is_some() || !presupposes)
                });
            }
            Test::Action(actions) => {
                self.facts &= points(|facts| {
                    let does = actions.iter().any(|action| facts.has(*action));
                    (does != negated) && (facts.is_by_customer() || facts.has_return)
                });
            }
            Test::Subject(phrases) => self.text(TextField::Subject, phrases, negated),
            Test::CustomerName(phrases) => self.text(TextField::CustomerName, phrases, negated),
            Test::Message(phrases) => {
                self.facts &= points(|facts| facts.message.is_some());
                self.text(TextField::Message, phrases, negated);
            }
            Test::DayOfWeek(days) => self.week(Week::of_days(days), negated),
            Test::TimeOfDay(ranges) => self.week(Week::of_times(ranges), negated),
            Test::LastCustomerReply(bounds) => {
                self.elapsed(Since::LastCustomerReply, &Elapsed::of(bounds, negated));
            }
            Test::TicketCreated(bounds) => self.elapsed(Since::Creation, &Elapsed::of(bounds, negated)),
            Test::WorkingHours(attendances) => self.working_hours(attendances, negated, account),
            Test::Unreadable => {}
        }
    }

    fn ids(&mut self, field: Field, ids: &'a [String], negated: bool) {
        if let Some(own) = self.ids.get_mut(field as usize) {
            own.meet(&Ids::of(ids, negated, matches!(field, Field::StatusSet)));
        }
    }

    fn list(&mut self, field: ListField, ids: &Several<'a>) {
        if let Some(own) = self.lists.get_mut(field as usize) {
            own.meet(ids);
        }
    }

    fn closed<T: Copy>(&mut self, field: ClosedField, set: &[T], number: impl Fn(T) -> u32, negated: bool) {
        let set = set.iter().fold(0u8, |set, value| set | 1 << (number(*value) % 7));
        if let Some(own) = self.closed.get_mut(field as usize) {
            *own &= if negated { !set } else { set };
        }
    }

    fn text(&mut self, field: TextField, phrases: &'a Phrases, negated: bool) {
        if let Some(own) = self.texts.get_mut(field.ordinal()) {
            own.add(Rc::new(PhraseTest::new(phrases)), negated);
        }
    }

    fn week(&mut self, week: Week, negated: bool) {
        let week = if negated { week.inverted() } else { week };
        match &mut self.week {
            Some(own) => own.meet(&week),
            None => self.week = Some(week).filter(|week| !week.is_all()),
        }
    }

    fn elapsed(&mut self, since: Since, elapsed: &Elapsed) {
        match self.elapsed.get_mut(since as usize) {
            Some(Some(own)) => own.meet(elapsed),
            Some(own) => *own = Some(elapsed.clone()),
            None => {}
        }
    }

    fn working_hours(&mut self, attendances: &[Attendance], negated: bool, account: &CompiledAccount) {
        if negated {
            // None of them: each is the other way round.
            for attendance in attendances {
                let presence = match attendance.presence {
                    Presence::Inside => Presence::Outside,
                    Presence::Outside => Presence::Inside,
                };
                self.any_attendance(&[Attendance { presence, ..attendance.clone() }], account);
            }
        } else {
            self.any_attendance(attendances, account);
        }
    }

    fn any_attendance(&mut self, attendances: &[Attendance], account: &CompiledAccount) {
        match Hours::of(attendances, account) {
            Hours::Week(week) => self.week(week, false),
            Hours::AnyOf(any_of) => self.attendances.add(any_of),
        }
    }

    /// The changes that both have.
    pub(super) fn meet(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.facts &= other.facts;
        both.ids.iter_mut().zip(&other.ids).for_each(|(own, other)| own.meet(other));
        both.lists.iter_mut().zip(&other.lists).for_each(|(own, other)| own.meet(other));
        both.closed.iter_mut().zip(&other.closed).for_each(|(own, other)| *own &= other);
        both.addresses.meet(&other.addresses);
        for (own, other) in both.elapsed.iter_mut().zip(&other.elapsed) {
            match (own, other) {
                (Some(own), Some(other)) => own.meet(other),
                (own @ None, other) => own.clone_from(other),
                (Some(_), None) => {}
            }
        }
        if let Some(week) = &other.week {
            both.week(week.clone(), false);
        }
        both.attendances.meet(&other.attendances);
        both.texts.iter_mut().zip(&other.texts).for_each(|(own, other)| own.meet(other));
        both
    }

    /// Whether there may be a change that both have.
    pub(super) fn may_meet(&self, other: &Self) -> bool {
        // Most pairs have nothing to do with each other, and need not be put together to see it.
        let is_closed = self.closed.iter().zip(&other.closed).any(|(own, other)| own & other == 0);
        self.facts & other.facts != 0 && !is_closed && !self.meet(other).is_empty()
    }

    /// Whether it is certain that there is no such change.
    pub(super) fn is_empty(&self) -> bool {
        self.facts == 0
            || self.ids.iter().any(Ids::is_empty)
            || self.lists.iter().any(Several::is_empty)
            || self.closed.contains(&0)
            || self.elapsed.iter().flatten().any(Elapsed::is_empty)
            || self.week.as_ref().is_some_and(Week::is_empty)
            || self.attendances.is_empty()
            || self.addresses.is_empty()
            || self.texts.iter().any(Texts::is_empty)
    }

    /// Whether it is certain that all of its changes are among the other's.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        let elapsed = |(own, other): (&Option<Elapsed>, &Option<Elapsed>)| match (own, other) {
            (_, None) => true,
            (Some(own), Some(other)) => own.is_within(other),
            (None, Some(_)) => false,
        };
        self.facts & !other.facts == 0
            && self.closed.iter().zip(&other.closed).all(|(own, other)| own & !other == 0)
            && self.ids.iter().zip(&other.ids).all(|(own, other)| own.is_within(other))
            && self.lists.iter().zip(&other.lists).all(|(own, other)| own.is_within(other))
            && self.elapsed.iter().zip(&other.elapsed).all(elapsed)
            && other
                .week
                .as_ref()
                .is_none_or(|other| self.week.as_ref().is_some_and(|own| own.is_within(other)))
            && self.attendances.is_within(&other.attendances)
            && self.addresses.is_within(&other.addresses)
            && self.texts.iter().zip(&other.texts).all(|(own, other)| own.is_within(other))
    }

    /// Whether it is all changes.
    pub(super) fn is_all(&self) -> bool {
        Self::all().is_within(self)
    }

    /// Whether nothing of what changes about a ticket in its life is in it: it is about what happened and where the ticket came
    /// from alone.
    pub(super) fn is_lasting(&self) -> bool {
        let changing = [Field::CurrentStatus, Field::Context, Field::StatusSet];
        changing.into_iter().all(|field| *self.field(field) == Ids::ALL)
            && *self.list_of(ListField::TagsAssigned) == Several::ALL
            && self.closed == [u8::MAX; 3]
            && self.elapsed == [None, None]
            && self.week.is_none()
            && self.attendances.is_all()
            && self.texts.iter().all(Texts::is_all)
    }

    /// The points that it has, of what happened.
    pub(super) fn facts(&self) -> impl Iterator<Item = Facts> {
        let set = self.facts;
        (0..).zip(Facts::all()).filter(move |(bit, _)| set & 1 << bit != 0).map(|(_, facts)| facts)
    }

    /// Those of its changes in which just this happened.
    pub(super) fn with_facts(mut self, wanted: Facts) -> Self {
        self.facts &= points(|facts| facts == wanted);
        self
    }

    /// The same, whatever happened and whatever the status is: what a ticket keeps while its status and its tags change.
    pub(super) fn without_changes(mut self) -> Self {
        self.facts = points(|_| true);
        for field in [Field::CurrentStatus, Field::StatusSet] {
            if let Some(ids) = self.ids.get_mut(field as usize) {
                *ids = Ids::ALL;
            }
        }
        if let Some(tags) = self.lists.get_mut(ListField::TagsAssigned as usize) {
            *tags = Several::ALL;
        }
        self
    }

    #[expect(clippy::indexing_slicing, reason = "there are as many as fields")]
    pub(super) fn field(&self, field: Field) -> &Ids<'a> {
        &self.ids[field as usize]
    }

    #[expect(clippy::indexing_slicing, reason = "there are as many as fields")]
    pub(super) fn list_of(&self, field: ListField) -> &Several<'a> {
        &self.lists[field as usize]
    }

    pub(super) fn address(&self) -> Option<String> {
        self.addresses.one()
    }

    pub(super) fn elapsed_since(&self, since: Since) -> Option<i64> {
        self.elapsed.get(since as usize)?.as_ref()?.one()
    }

    pub(super) fn text_of(&self, field: TextField) -> Option<String> {
        self.texts.get(field.ordinal())?.one()
    }

    pub(super) fn sentiment(&self) -> Option<Sentiment> {
        let all = [Sentiment::Positive, Sentiment::Neutral, Sentiment::Negative];
        self.closed_one(ClosedField::Sentiment, &all, values::sentiment)
    }

    pub(super) fn reply_status(&self) -> Option<ReplyStatus> {
        let all = [ReplyStatus::Answered, ReplyStatus::Unanswered];
        self.closed_one(ClosedField::ReplyStatus, &all, values::reply_status)
    }

    pub(super) fn ticket_state(&self) -> Option<TicketState> {
        let all = [TicketState::Open, TicketState::Closed];
        self.closed_one(ClosedField::TicketState, &all, values::ticket_state)
    }

    /// A value of a closed field; absent if it may be.
    fn closed_one<T: Copy>(&self, field: ClosedField, all: &[T], number: impl Fn(T) -> u32) -> Option<T> {
        let set = *self.closed.get(field as usize)?;
        let is_in = |value: &T| set & 1 << number(*value) != 0;
        if set & ABSENT != 0 { None } else { all.iter().copied().find(is_in) }
    }
}
