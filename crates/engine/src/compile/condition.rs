//! From a defined condition to the index's numbers.

use std::sync::Arc;

use jiff::{SignedDuration, civil};

use super::Compiler;
use crate::definition::{
    Attendance, Condition, ElapsedBound, NewTicketBy, Phrases, Presence, Test, TimeRange,
};
use crate::diagnostic::Diagnostic;
use crate::index::condition::CompiledCondition;
use crate::index::facts::{Dim, TextField, normalised_address, values};
use crate::time::{Atom, Nanos, PatternBuilder, Since, TimeCondition};

impl Compiler {
    /// Compiles a list of conditions; `path` is that of the list.
    pub(super) fn conditions(&mut self, conditions: &[Condition], path: &str) -> Box<[CompiledCondition]> {
        conditions
            .iter()
            .enumerate()
            .filter_map(|(place, condition)| {
                let compiled = self.condition(condition);
                if compiled.is_none() {
                    let path = format!("{path}[{place}]");
                    self.diagnostics.push(Diagnostic::error(
                        "condition_unreadable",
                        path,
                        "a condition is required",
                    ));
                }
                compiled
            })
            .collect()
    }

    fn condition(&mut self, condition: &Condition) -> Option<CompiledCondition> {
        let negated = condition.negated;
        // A state that is absent is not X; a valued event condition presupposes its event.
        let mut state = |dim, names: &[String]| Some(self.named(dim, names, negated, negated));
        match &condition.test {
            Test::Source(names) => state(Dim::Source, names),
            Test::Integration(names) => state(Dim::Integration, names),
            Test::CurrentStatus(names) => state(Dim::CurrentStatus, names),
            Test::Context(names) => state(Dim::Context, names),
            Test::AllegroAccount(names) => state(Dim::AllegroAccount, names),
            Test::Inbox(names) => state(Dim::Inbox, names),
            Test::InboxGroup(names) => state(Dim::InboxGroup, names),
            Test::TicketType(names) => state(Dim::TicketType, names),
            Test::Email(addresses) => {
                let addresses: Vec<_> =
                    addresses.iter().map(|address| normalised_address(address).into_owned()).collect();
                state(Dim::Email, &addresses)
            }
            Test::Sentiment(set) => Some(closed(Dim::Sentiment, set, values::sentiment, negated, negated)),
            Test::ReplyStatus(set) => {
                Some(closed(Dim::ReplyStatus, set, values::reply_status, negated, negated))
            }
            Test::TicketState(set) => {
                Some(closed(Dim::TicketState, set, values::ticket_state, negated, negated))
            }
            Test::TagAssigned(names) => Some(self.named(Dim::TagAssigned, names, negated, false)),
            Test::StatusSet(names) => Some(self.named(Dim::StatusSet, names, negated, false)),
            Test::Action(set) => Some(closed(Dim::Action, set, values::action, negated, false)),
            Test::NewMessage => Some(closed(Dim::NewMessage, &[()], |()| values::MESSAGE, negated, negated)),
            Test::NewTicket(by) => {
                let when_absent = negated && by.contains(&NewTicketBy::Anyone);
                Some(closed(Dim::NewTicket, by, values::new_ticket, negated, when_absent))
            }
            Test::Subject(phrases) => Some(self.text(TextField::Subject, phrases, negated, negated)),
            Test::CustomerName(phrases) => {
                Some(self.text(TextField::CustomerName, phrases, negated, negated))
            }
            Test::Message(phrases) => Some(self.text(TextField::Message, phrases, negated, false)),
            Test::DayOfWeek(days) => Some(self.day_of_week(days, negated)),
            Test::TimeOfDay(ranges) => Some(self.time_of_day(ranges, negated)),
            Test::LastCustomerReply(bounds) => Some(elapsed(Since::LastCustomerReply, bounds, negated)),
            Test::TicketCreated(bounds) => Some(elapsed(Since::Creation, bounds, negated)),
            Test::WorkingHours(attendances) => Some(self.working_hours(attendances, negated)),
            Test::Unreadable => None,
        }
    }

    fn named(&mut self, dim: Dim, names: &[String], negated: bool, when_absent: bool) -> CompiledCondition {
        let dimension = self.dimensions.get_mut(dim.place());
        let values = dimension.map(|dimension| names.iter().map(|name| dimension.number(name)).collect());
        exact(dim, values.unwrap_or_default(), negated, when_absent)
    }

    fn text(
        &mut self,
        field: TextField,
        phrases: &Phrases,
        negated: bool,
        when_absent: bool,
    ) -> CompiledCondition {
        let test = self.matchers.get_mut(field.ordinal()).map_or(u32::MAX, |matcher| matcher.add(phrases));
        CompiledCondition::Text { field, test, negated, when_absent }
    }

    fn day_of_week(&self, days: &[civil::Weekday], negated: bool) -> CompiledCondition {
        let mut pattern = PatternBuilder::default();
        let mut numbers = Vec::new();
        for day in days {
            pattern.add_day(*day);
            numbers.push(u32::from(day.to_monday_zero_offset().unsigned_abs()));
        }
        self.civil(pattern, Dim::DayOfWeek, numbers, negated)
    }

    fn time_of_day(&self, ranges: &[TimeRange], negated: bool) -> CompiledCondition {
        let mut pattern = PatternBuilder::default();
        for range in ranges {
            pattern.add_daily(*range);
        }
        let within = |begin: &u16| {
            ranges.iter().any(|range| match range.from_minute < range.to_minute {
                true => (range.from_minute..range.to_minute).contains(begin),
                false => *begin >= range.from_minute || *begin < range.to_minute,
            })
        };
        let segments = (0u32..)
            .zip(&self.day_segments)
            .filter(|(_, begin)| within(begin))
            .map(|(place, _)| place)
            .collect();
        self.civil(pattern, Dim::TimeOfDay, segments, negated)
    }

    fn civil(
        &self,
        pattern: PatternBuilder,
        dim: Dim,
        mut values: Vec<u32>,
        negated: bool,
    ) -> CompiledCondition {
        values.sort_unstable();
        values.dedup();
        let atom = Atom::Civil(Arc::new(pattern.build(self.zone.clone())));
        CompiledCondition::Time {
            condition: TimeCondition { atoms: Box::new([atom]), negated },
            indexed: Some((dim, values.into_boxed_slice())),
        }
    }

    fn working_hours(&self, attendances: &[Attendance], negated: bool) -> CompiledCondition {
        let atom = |attendance: &Attendance| {
            let outside = attendance.presence == Presence::Outside;
            match &attendance.agent_id {
                None => Atom::AssignedHours { outside },
                Some(id) => {
                    let pattern = self.agents.get(id.as_str()).and_then(|(_, hours)| hours.clone());
                    Atom::Hours { pattern, outside }
                }
            }
        };
        let atoms = attendances.iter().map(atom).collect();
        CompiledCondition::Time { condition: TimeCondition { atoms, negated }, indexed: None }
    }
}

fn exact(dim: Dim, mut values: Vec<u32>, negated: bool, when_absent: bool) -> CompiledCondition {
    values.sort_unstable();
    values.dedup();
    CompiledCondition::Exact { dim, values: values.into_boxed_slice(), negated, when_absent }
}

fn closed<T: Copy>(
    dim: Dim,
    set: &[T],
    number: impl Fn(T) -> u32,
    negated: bool,
    when_absent: bool,
) -> CompiledCondition {
    exact(dim, set.iter().map(|value| number(*value)).collect(), negated, when_absent)
}

fn elapsed(since: Since, bounds: &[ElapsedBound], negated: bool) -> CompiledCondition {
    let nanos = |duration: &SignedDuration| Nanos::try_from(duration.as_nanos()).unwrap_or(Nanos::MAX);
    let atom = |bound: &ElapsedBound| match bound {
        ElapsedBound::MoreThan(duration) => Atom::MoreThan(since, nanos(duration)),
        ElapsedBound::LessThan(duration) => Atom::LessThan(since, nanos(duration)),
    };
    let atoms = bounds.iter().map(atom).collect();
    CompiledCondition::Time { condition: TimeCondition { atoms, negated }, indexed: None }
}
