//! Conditions as they are verified one by one: residuals, baselines and explanations.

use super::facts::{Dim, Facts, TextField};
use super::{CompiledAccount, Segment};
use crate::phrases::PhraseScratch;
use crate::request::Ticket;
use crate::time::{Instants, Nanos, TimeCondition};

/// A condition in a segment's numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CompiledCondition<'s> {
    /// The request's values in a dimension against a set.
    Exact {
        /// The dimension.
        dim: Dim,
        /// The set, ascending.
        values: &'s [u32],
        /// Turns *is* into *is not*.
        negated: bool,
        /// What the condition is worth if the request does not speak of the dimension.
        when_absent: bool,
    },
    /// Phrases in a text.
    Text {
        /// The text.
        field: TextField,
        /// Number of the test in the field's matcher.
        test: u32,
        /// Turns *is* into *is not*.
        negated: bool,
        /// What the condition is worth if there is no such text.
        when_absent: bool,
    },
    /// The hour, or time since an instant of the ticket.
    Time {
        /// The condition.
        condition: &'s TimeCondition,
        /// Its number among those of the segment that differ.
        number: u32,
    },
}

/// All conditions of a segment: eight bytes for each, and what does not fit in there apart.
#[derive(Debug, Default)]
pub(crate) struct Conditions {
    packed: Vec<Packed>,
    /// Sets of several values, one after the other.
    values: Vec<u32>,
    /// Conditions over time that differ: of many, most are like another.
    times: Vec<TimeCondition>,
}

#[derive(Clone, Copy, Debug)]
struct Packed {
    /// What it is, with [`NEGATED`] and [`WHEN_ABSENT`].
    kind: u8,
    /// The ordinal of the dimension or of the text's.
    dim: u8,
    /// How many values there are.
    len: u16,
    /// The only value, where the values begin, the test's number, or the condition's over time.
    argument: u32,
}

const ONE: u8 = 0;
const SET: u8 = 1;
const TEXT: u8 = 2;
const TIME: u8 = 3;
/// What of a kind says which it is.
const WHAT: u8 = 3;
const NEGATED: u8 = 1 << 2;
const WHEN_ABSENT: u8 = 1 << 3;

fn kind(what: u8, negated: bool, when_absent: bool) -> u8 {
    what | if negated { NEGATED } else { 0 } | if when_absent { WHEN_ABSENT } else { 0 }
}

/// The number that the next entry of a list has.
fn next<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

impl Conditions {
    /// The condition with a number.
    pub(crate) fn get(&self, number: u32) -> Option<CompiledCondition<'_>> {
        let packed = self.packed.get(number as usize)?;
        let Packed { kind, dim, len, argument } = packed;
        let (negated, when_absent) = (kind & NEGATED != 0, kind & WHEN_ABSENT != 0);
        let dim = Dim::of_ordinal(*dim)?;
        Some(match kind & WHAT {
            ONE => {
                let values = std::slice::from_ref(argument);
                CompiledCondition::Exact { dim, values, negated, when_absent }
            }
            SET => {
                let values = self.values.get(*argument as usize..)?.get(..usize::from(*len))?;
                CompiledCondition::Exact { dim, values, negated, when_absent }
            }
            TEXT => CompiledCondition::Text { field: dim.text()?, test: *argument, negated, when_absent },
            _ => {
                let condition = self.times.get(*argument as usize)?;
                CompiledCondition::Time { condition, number: *argument }
            }
        })
    }

    /// The number that the next condition gets.
    pub(crate) fn next(&self) -> u32 {
        next(&self.packed)
    }

    /// Adds a condition on a dimension; the values are ascending.
    pub(crate) fn add_exact(&mut self, dim: Dim, values: &[u32], negated: bool, when_absent: bool) {
        let dim = dim.ordinal();
        let (what, argument) = match values {
            [value] => (ONE, *value),
            _ => (SET, next(&self.values)),
        };
        if what == SET {
            self.values.extend_from_slice(values);
        }
        let len = u16::try_from(values.len()).unwrap_or(u16::MAX);
        self.packed.push(Packed { kind: kind(what, negated, when_absent), dim, len, argument });
    }

    /// Adds a condition on a text.
    pub(crate) fn add_text(&mut self, field: TextField, test: u32, negated: bool, when_absent: bool) {
        let dim = field.dim().ordinal();
        self.packed.push(Packed { kind: kind(TEXT, negated, when_absent), dim, len: 0, argument: test });
    }

    /// Adds the condition over time with a number.
    pub(crate) fn add_time(&mut self, number: u32) {
        self.packed.push(Packed { kind: TIME, dim: 0, len: 0, argument: number });
    }

    /// Adds a condition over time to those that differ, and returns its number.
    pub(crate) fn define_time(&mut self, condition: TimeCondition) -> u32 {
        self.times.push(condition);
        next(&self.times) - 1
    }

    /// Gives back the memory that only growing needs.
    pub(crate) fn settle(&mut self) {
        self.packed.shrink_to_fit();
        self.values.shrink_to_fit();
        self.times.shrink_to_fit();
    }

    /// Bytes on the heap.
    pub(crate) fn memory_usage(&self) -> usize {
        self.packed.capacity() * size_of::<Packed>()
            + self.values.capacity() * size_of::<u32>()
            + self.times.capacity() * size_of::<TimeCondition>()
            + self.times.iter().map(TimeCondition::memory_usage).sum::<usize>()
    }
}

/// Where the truth of phrases comes from.
#[derive(Clone, Copy)]
pub(crate) enum Texts<'v> {
    /// The texts that were scanned, in the order of [`TextField::ALL`]; a text that is absent is told apart.
    Scanned { scratches: &'v [PhraseScratch; 3], present: [bool; 3] },
    /// A ticket that no scan has seen.
    Ticket(&'v Ticket<'v>),
}

/// All that a condition is verified against.
#[derive(Clone, Copy)]
pub(crate) struct View<'v> {
    pub(crate) account: &'v CompiledAccount,
    pub(crate) segment: &'v Segment,
    pub(crate) facts: &'v Facts,
    pub(crate) texts: Texts<'v>,
    pub(crate) instants: Instants<'v>,
    pub(crate) now: Nanos,
}

impl<'s> CompiledCondition<'s> {
    /// Whether the condition holds, negation included.
    pub(crate) fn holds(self, view: &View<'_>) -> bool {
        match self {
            Self::Exact { dim, values, negated, when_absent } => match view.facts.of(dim) {
                Some(said) => said.iter().any(|value| values.binary_search(value).is_ok()) != negated,
                None => when_absent,
            },
            Self::Text { field, test, negated, when_absent } => match view.phrase_holds(field, test) {
                Some(found) => found != negated,
                None => when_absent,
            },
            Self::Time { condition, .. } => condition.holds(&view.instants, view.now),
        }
    }

    /// Whether it presupposes an event, so that it fails without.
    pub(crate) fn presupposes_event(self) -> bool {
        match self {
            Self::Exact { dim, when_absent, .. } => dim.event_bit() != 0 && !when_absent,
            Self::Text { field, when_absent, .. } => field.dim().event_bit() != 0 && !when_absent,
            Self::Time { .. } => false,
        }
    }

    /// The condition over time, if it is one.
    pub(crate) fn time(self) -> Option<&'s TimeCondition> {
        match self {
            Self::Time { condition, .. } => Some(condition),
            Self::Exact { .. } | Self::Text { .. } => None,
        }
    }
}

impl View<'_> {
    /// Indexes, ascending, of a test's phrases that occur in the text, if it was scanned.
    pub(crate) fn phrases_found(&self, field: TextField, test: u32) -> Vec<u32> {
        match self.texts {
            Texts::Scanned { scratches, present } if present.get(field.ordinal()) == Some(&true) => {
                let scratch = scratches.get(field.ordinal());
                let found = scratch.map(|scratch| scratch.phrases_of(self.segment.matcher(field), test));
                found.into_iter().flatten().collect()
            }
            Texts::Scanned { .. } | Texts::Ticket(_) => Vec::new(),
        }
    }

    /// Whether a test of phrases holds; absent if there is no such text.
    fn phrase_holds(&self, field: TextField, test: u32) -> Option<bool> {
        match self.texts {
            Texts::Scanned { scratches, present } => {
                let place = field.ordinal();
                present
                    .get(place)
                    .copied()
                    .unwrap_or(false)
                    .then(|| scratches.get(place).is_some_and(|s| s.holds(test)))
            }
            Texts::Ticket(ticket) => {
                let text = match field {
                    TextField::Subject => ticket.subject.as_deref(),
                    TextField::CustomerName => ticket.customer_name.as_deref(),
                    TextField::Message => None,
                }?;
                Some(self.segment.matcher(field).holds(test, text))
            }
        }
    }
}
