//! Conditions as they are verified one by one: residuals, baselines and explanations.

use std::collections::HashMap;
use std::ops::Deref;

use foldhash::fast::FixedState;

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
        values: Values<'s>,
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

/// A set of values, ascending.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Values<'s> {
    /// Of one.
    One([u32; 1]),
    /// Of any number.
    Several(&'s [u32]),
}

impl Deref for Values<'_> {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        match self {
            Self::One(value) => value,
            Self::Several(values) => values,
        }
    }
}

/// All conditions of a segment: four bytes for each, and what does not fit in there apart.
#[derive(Debug, Default)]
pub(crate) struct Conditions {
    packed: Vec<Packed>,
    /// Sets of several values, one after the other, each behind its length.
    values: Vec<u32>,
    /// Conditions over time that differ: of many, most are like another.
    times: Vec<TimeCondition>,
    /// By the condition's number, arguments from [`ARGUMENTS`] on. No account of a million workflows comes near.
    large: HashMap<u32, u32, FixedState>,
}

/// What a condition is, with [`NEGATED`] and [`WHEN_ABSENT`]; from [`DIM`] on the ordinal of its dimension, or of its text's; and from
/// [`ARGUMENT`] on the only value, where the values stand, the test's number, or that of the condition over time.
#[derive(Clone, Copy, Debug)]
struct Packed(u32);

const ONE: u32 = 0;
const SET: u32 = 1;
const TEXT: u32 = 2;
const TIME: u32 = 3;
/// What says which it is.
const WHAT: u32 = 3;
const NEGATED: u32 = 1 << 2;
const WHEN_ABSENT: u32 = 1 << 3;
/// Bits before the dimension, and before the argument.
const DIM: u32 = 4;
const ARGUMENT: u32 = 9;
/// Arguments that there is room for, less one that says that it is too large.
const ARGUMENTS: u32 = (1 << (u32::BITS - ARGUMENT)) - 1;

const _: () = assert!(Dim::ALL.len() <= 1 << (ARGUMENT - DIM));

/// The number that the next entry of a list has.
fn next<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

impl Conditions {
    /// The condition with a number.
    pub(crate) fn get(&self, number: u32) -> Option<CompiledCondition<'_>> {
        let Packed(packed) = *self.packed.get(number as usize)?;
        let (negated, when_absent) = (packed & NEGATED != 0, packed & WHEN_ABSENT != 0);
        let dim = Dim::of_ordinal((packed >> DIM & ((1 << (ARGUMENT - DIM)) - 1)) as u8)?;
        let argument = match packed >> ARGUMENT {
            ARGUMENTS => *self.large.get(&number)?,
            argument => argument,
        };
        Some(match packed & WHAT {
            ONE => CompiledCondition::Exact { dim, values: Values::One([argument]), negated, when_absent },
            SET => {
                let (len, rest) = self.values.get(argument as usize..)?.split_first()?;
                let values = Values::Several(rest.get(..*len as usize)?);
                CompiledCondition::Exact { dim, values, negated, when_absent }
            }
            TEXT => CompiledCondition::Text { field: dim.text()?, test: argument, negated, when_absent },
            _ => {
                let condition = self.times.get(argument as usize)?;
                CompiledCondition::Time { condition, number: argument }
            }
        })
    }

    /// The number that the next condition gets.
    pub(crate) fn next(&self) -> u32 {
        next(&self.packed)
    }

    /// Adds a condition on a dimension; the values are ascending.
    pub(crate) fn add_exact(&mut self, dim: Dim, values: &[u32], negated: bool, when_absent: bool) {
        if let [value] = values {
            self.add(kind(ONE, dim, negated, when_absent), *value);
            return;
        }
        let at = next(&self.values);
        self.values.push(next(values));
        self.values.extend_from_slice(values);
        self.add(kind(SET, dim, negated, when_absent), at);
    }

    /// Adds a condition on a text.
    pub(crate) fn add_text(&mut self, field: TextField, test: u32, negated: bool, when_absent: bool) {
        self.add(kind(TEXT, field.dim(), negated, when_absent), test);
    }

    /// Adds the condition over time with a number.
    pub(crate) fn add_time(&mut self, number: u32) {
        self.add(TIME, number);
    }

    fn add(&mut self, kind: u32, argument: u32) {
        if argument >= ARGUMENTS {
            self.large.insert(self.next(), argument);
        }
        self.packed.push(Packed(kind | argument.min(ARGUMENTS) << ARGUMENT));
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
            // Each with a byte that tells whether it is there.
            + self.large.capacity() * (size_of::<(u32, u32)>() + 1)
    }
}

fn kind(what: u32, dim: Dim, negated: bool, when_absent: bool) -> u32 {
    what | if negated { NEGATED } else { 0 }
        | if when_absent { WHEN_ABSENT } else { 0 }
        | u32::from(dim.ordinal()) << DIM
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_what_was_added() {
        let sets: [&[u32]; 7] = [&[], &[0], &[7], &[1, 2, 3], &[ARGUMENTS - 1], &[ARGUMENTS], &[5, u32::MAX]];
        let mut conditions = Conditions::default();
        for (dim, set) in Dim::ALL.into_iter().zip(sets.iter().cycle()) {
            conditions.add_exact(dim, set, set.len() != 1, set.len() == 1);
            conditions.add_text(TextField::Message, set.first().copied().unwrap_or(0), true, false);
        }
        conditions.add_exact(Dim::Source, &[u32::MAX], false, true);
        conditions.settle();
        for ((dim, set), number) in Dim::ALL.into_iter().zip(sets.iter().cycle()).zip(0..) {
            let exact = conditions.get(2 * number).unwrap();
            let CompiledCondition::Exact { dim: found, values, negated, when_absent } = exact else {
                panic!("{exact:?}")
            };
            assert_eq!((found, &*values), (dim, *set));
            assert_eq!((negated, when_absent), (set.len() != 1, set.len() == 1));
            let text = conditions.get(2 * number + 1).unwrap();
            let wanted = set.first().copied().unwrap_or(0);
            let is_text = matches!(text, CompiledCondition::Text {
                field: TextField::Message,
                test,
                negated: true,
                when_absent: false,
            } if test == wanted);
            assert!(is_text, "{text:?}");
        }
        let last = conditions.get(conditions.next() - 1).unwrap();
        assert!(matches!(last, CompiledCondition::Exact { values, .. } if *values == [u32::MAX]));
        assert!(conditions.get(conditions.next()).is_none());
    }
}
