//! From a defined condition to a segment's numbers.

use std::sync::Arc;

use jiff::{SignedDuration, civil};

use super::Compiler;
use crate::definition::{
    Attendance, Condition, ElapsedBound, NewTicketBy, Phrases, Presence, Test, TimeRange,
};
use crate::diagnostic::Diagnostic;
use crate::index::CompiledAccount;
use crate::index::facts::{Dim, TextField, normalised_address, values};
use crate::time::{Atom, Nanos, PatternBuilder, Since, TimeCondition};

/// What tells one condition over time from another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct TimeKey {
    test: TimeTest,
    negated: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum TimeTest {
    Days(Vec<civil::Weekday>),
    Day(Vec<TimeRange>),
    Elapsed(Since, Vec<ElapsedBound>),
    Hours(Vec<Attendance>),
}

/// The dimension of a day or a time of day, and the values in it that are within.
pub(super) type ClockValues = Option<(Dim, Box<[u32]>)>;

impl Compiler<'_> {
    /// Compiles a list of conditions and returns how many there are; `path` tells where it stands.
    pub(super) fn conditions(&mut self, conditions: &[Condition], path: impl Fn() -> String) -> u8 {
        for (place, condition) in conditions.iter().enumerate() {
            if !self.condition(condition) {
                let path = format!("{}[{place}]", path());
                self.diagnostics.push(Diagnostic::error(
                    "condition_unreadable",
                    path,
                    "a condition is required",
                ));
            }
        }
        u8::try_from(conditions.len()).unwrap_or(u8::MAX)
    }

    /// Compiles a condition; whether it can be.
    fn condition(&mut self, condition: &Condition) -> bool {
        let negated = condition.negated;
        // A state that is absent is not X; a valued event condition presupposes its event.
        match &condition.test {
            Test::Source(names) => self.named(Dim::Source, names, negated, negated),
            Test::Integration(names) => self.named(Dim::Integration, names, negated, negated),
            Test::CurrentStatus(names) => self.named(Dim::CurrentStatus, names, negated, negated),
            Test::Context(names) => self.named(Dim::Context, names, negated, negated),
            Test::AllegroAccount(names) => self.named(Dim::AllegroAccount, names, negated, negated),
            Test::Inbox(names) => self.named(Dim::Inbox, names, negated, negated),
            Test::InboxGroup(names) => self.named(Dim::InboxGroup, names, negated, negated),
            Test::TicketType(names) => self.named(Dim::TicketType, names, negated, negated),
            Test::Email(addresses) => {
                let addresses: Vec<_> = addresses.iter().map(|address| normalised_address(address)).collect();
                self.named(Dim::Email, &addresses, negated, negated);
            }
            Test::Sentiment(set) => self.closed(Dim::Sentiment, set, values::sentiment, negated, negated),
            Test::ReplyStatus(set) => {
                self.closed(Dim::ReplyStatus, set, values::reply_status, negated, negated);
            }
            Test::TicketState(set) => {
                self.closed(Dim::TicketState, set, values::ticket_state, negated, negated);
            }
            Test::TagAssigned(names) => self.named(Dim::TagAssigned, names, negated, false),
            Test::StatusSet(names) => self.named(Dim::StatusSet, names, negated, false),
            Test::Action(set) => self.closed(Dim::Action, set, values::action, negated, false),
            Test::NewMessage => {
                self.closed(Dim::NewMessage, &[()], |()| values::MESSAGE, negated, negated);
            }
            Test::NewTicket(by) => {
                let when_absent = negated && by.contains(&NewTicketBy::Anyone);
                self.closed(Dim::NewTicket, by, values::new_ticket, negated, when_absent);
            }
            Test::Subject(phrases) => self.text(TextField::Subject, phrases, negated, negated),
            Test::CustomerName(phrases) => self.text(TextField::CustomerName, phrases, negated, negated),
            Test::Message(phrases) => self.text(TextField::Message, phrases, negated, false),
            Test::DayOfWeek(days) => self.over_time(TimeTest::Days(days.clone()), negated),
            Test::TimeOfDay(ranges) => self.over_time(TimeTest::Day(ranges.clone()), negated),
            Test::LastCustomerReply(bounds) => {
                self.over_time(TimeTest::Elapsed(Since::LastCustomerReply, bounds.clone()), negated);
            }
            Test::TicketCreated(bounds) => {
                self.over_time(TimeTest::Elapsed(Since::Creation, bounds.clone()), negated);
            }
            Test::WorkingHours(attendances) => {
                self.over_time(TimeTest::Hours(attendances.clone()), negated);
            }
            Test::Unreadable => return false,
        }
        true
    }

    fn named<S: AsRef<str>>(&mut self, dim: Dim, names: &[S], negated: bool, when_absent: bool) {
        let Self { names: known, set, .. } = self;
        set.clear();
        set.extend(names.iter().map(|name| known.number(dim, name.as_ref())));
        self.exact(dim, negated, when_absent);
    }

    fn closed<T: Copy>(
        &mut self,
        dim: Dim,
        of: &[T],
        number: impl Fn(T) -> u32,
        negated: bool,
        when_absent: bool,
    ) {
        self.set.clear();
        self.set.extend(of.iter().map(|value| number(*value)));
        self.exact(dim, negated, when_absent);
    }

    /// Adds a condition on the values that have been put into the set.
    fn exact(&mut self, dim: Dim, negated: bool, when_absent: bool) {
        self.asked |= dim.bit();
        self.set.sort_unstable();
        self.set.dedup();
        self.conditions.add_exact(dim, &self.set, negated, when_absent);
    }

    fn text(&mut self, field: TextField, phrases: &Phrases, negated: bool, when_absent: bool) {
        let matcher = self.matchers.get_mut(field.ordinal());
        let test = matcher.map_or(u32::MAX, |matcher| matcher.add(phrases));
        if let Some(chances) = self.phrase_chances.get_mut(field.ordinal())
            && chances.len() <= test as usize
        {
            chances.push(chance_of(phrases));
        }
        self.conditions.add_text(field, test, negated, when_absent);
    }

    fn over_time(&mut self, test: TimeTest, negated: bool) {
        let key = TimeKey { test, negated };
        let number = match self.times.get(&key) {
            Some(number) => *number,
            None => {
                let (condition, clock) = self.time_condition(&key);
                let number = self.conditions.define_time(condition);
                self.clocks.push(clock);
                self.times.insert(key, number);
                number
            }
        };
        let clock = self.clocks.get(number as usize).and_then(Option::as_ref);
        self.asked |= clock.map_or(0, |(dim, _)| dim.bit());
        self.conditions.add_time(number);
    }

    fn time_condition(&self, key: &TimeKey) -> (TimeCondition, ClockValues) {
        let negated = key.negated;
        let (atoms, clock): (Box<[Atom]>, _) = match &key.test {
            TimeTest::Days(days) => self.days(days),
            TimeTest::Day(ranges) => self.times_of_day(ranges),
            TimeTest::Elapsed(since, bounds) => {
                (bounds.iter().map(|bound| elapsed(*since, bound)).collect(), None)
            }
            TimeTest::Hours(attendances) => {
                (attendances.iter().map(|attendance| working_hours(self.account, attendance)).collect(), None)
            }
        };
        (TimeCondition { atoms, negated }, clock)
    }

    fn days(&self, days: &[civil::Weekday]) -> (Box<[Atom]>, ClockValues) {
        let numbers = days.iter().map(|day| u32::from(day.to_monday_zero_offset().unsigned_abs()));
        self.civil(days_pattern(days), Dim::DayOfWeek, numbers.collect())
    }

    fn times_of_day(&self, ranges: &[TimeRange]) -> (Box<[Atom]>, ClockValues) {
        let within = |begin: &u16| {
            ranges.iter().any(|range| match range.from_minute < range.to_minute {
                true => (range.from_minute..range.to_minute).contains(begin),
                false => *begin >= range.from_minute || *begin < range.to_minute,
            })
        };
        let segments = (0u32..).zip(&self.day_segments).filter(|(_, begin)| within(begin));
        self.civil(times_pattern(ranges), Dim::TimeOfDay, segments.map(|(place, _)| place).collect())
    }

    fn civil(&self, pattern: PatternBuilder, dim: Dim, mut values: Vec<u32>) -> (Box<[Atom]>, ClockValues) {
        values.sort_unstable();
        values.dedup();
        let atom = Atom::Civil(Arc::new(pattern.build(self.account.zone.clone())));
        (Box::new([atom]), Some((dim, values.into_boxed_slice())))
    }
}

/// A condition on the clock as it holds in an account; absent if it is on something else.
pub(crate) fn clock_condition(account: &CompiledAccount, condition: &Condition) -> Option<TimeCondition> {
    let civil = |pattern: PatternBuilder| Atom::Civil(Arc::new(pattern.build(account.zone.clone())));
    let atoms: Box<[Atom]> = match &condition.test {
        Test::DayOfWeek(days) => Box::new([civil(days_pattern(days))]),
        Test::TimeOfDay(ranges) => Box::new([civil(times_pattern(ranges))]),
        Test::WorkingHours(attendances) => {
            attendances.iter().map(|attendance| working_hours(account, attendance)).collect()
        }
        _ => return None,
    };
    Some(TimeCondition { atoms, negated: condition.negated })
}

fn days_pattern(days: &[civil::Weekday]) -> PatternBuilder {
    let mut pattern = PatternBuilder::default();
    days.iter().for_each(|day| pattern.add_day(*day));
    pattern
}

fn times_pattern(ranges: &[TimeRange]) -> PatternBuilder {
    let mut pattern = PatternBuilder::default();
    ranges.iter().for_each(|range| pattern.add_daily(*range));
    pattern
}

fn working_hours(account: &CompiledAccount, attendance: &Attendance) -> Atom {
    let outside = attendance.presence == Presence::Outside;
    match &attendance.agent_id {
        None => Atom::AssignedHours { outside },
        Some(id) => {
            let pattern = account.agents.get(id.as_str()).and_then(|(_, hours)| hours.clone());
            Atom::Hours { pattern, outside }
        }
    }
}

fn elapsed(since: Since, bound: &ElapsedBound) -> Atom {
    let nanos = |duration: &SignedDuration| Nanos::try_from(duration.as_nanos()).unwrap_or(Nanos::MAX);
    match bound {
        ElapsedBound::MoreThan(duration) => Atom::MoreThan(since, nanos(duration)),
        ElapsedBound::LessThan(duration) => Atom::LessThan(since, nanos(duration)),
    }
}

/// The estimated probability that a text holds one of some phrases: one of two letters always, and each letter more, up to
/// twelve, makes it four times rarer.
fn chance_of(phrases: &Phrases) -> f64 {
    let rare =
        |phrase: &String| 0.25_f64.powi(i32::try_from(phrase.chars().take(12).count()).unwrap_or(12) - 2);
    phrases.phrases.iter().map(rare).sum::<f64>().min(1.0)
}
