//! Conditions as they are verified one by one: residuals, baselines and explanations.

use super::Index;
use super::facts::{Dim, Facts, TextField};
use crate::phrases::PhraseScratch;
use crate::request::Ticket;
use crate::time::{Instants, Nanos, TimeCondition};

/// A condition in the index's numbers.
#[derive(Debug)]
pub(crate) enum CompiledCondition {
    /// The request's values in a dimension against a set.
    Exact {
        /// The dimension.
        dim: Dim,
        /// The set, ascending.
        values: Box<[u32]>,
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
    /// The hour, or time since an instant of the ticket. Days and times of day are in a dimension as well.
    Time {
        /// The condition.
        condition: TimeCondition,
        /// The dimension, and the values in it, of a day or a time of day.
        indexed: Option<(Dim, Box<[u32]>)>,
    },
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
    pub(crate) index: &'v Index,
    pub(crate) facts: &'v Facts,
    pub(crate) texts: Texts<'v>,
    pub(crate) instants: Instants<'v>,
    pub(crate) now: Nanos,
}

impl CompiledCondition {
    /// Whether the condition holds, negation included.
    pub(crate) fn holds(&self, view: &View<'_>) -> bool {
        match self {
            Self::Exact { dim, values, negated, when_absent } => match view.facts.of(*dim) {
                Some(said) => said.iter().any(|value| values.binary_search(value).is_ok()) != *negated,
                None => *when_absent,
            },
            Self::Text { field, test, negated, when_absent } => match view.phrase_holds(*field, *test) {
                Some(found) => found != *negated,
                None => *when_absent,
            },
            Self::Time { condition, .. } => condition.holds(&view.instants, view.now),
        }
    }

    /// The dimension that decides it; absent if none does.
    pub(crate) fn dim(&self) -> Option<Dim> {
        match self {
            Self::Exact { dim, .. } | Self::Time { indexed: Some((dim, _)), .. } => Some(*dim),
            Self::Text { field, .. } => Some(field.dim()),
            Self::Time { indexed: None, .. } => None,
        }
    }

    /// The text that it looks into, if it looks for phrases.
    pub(crate) fn text_field(&self) -> Option<TextField> {
        match self {
            Self::Text { field, .. } => Some(*field),
            Self::Exact { .. } | Self::Time { .. } => None,
        }
    }

    /// Its values in that dimension.
    pub(crate) fn values(&self) -> &[u32] {
        match self {
            Self::Exact { values, .. } | Self::Time { indexed: Some((_, values)), .. } => values,
            Self::Text { test, .. } => std::slice::from_ref(test),
            Self::Time { indexed: None, .. } => &[],
        }
    }

    /// Whether it is negated, and what it is worth if the request does not speak of its dimension.
    pub(crate) fn when(&self) -> (bool, bool) {
        match self {
            Self::Exact { negated, when_absent, .. } | Self::Text { negated, when_absent, .. } => {
                (*negated, *when_absent)
            }
            Self::Time { condition, .. } => (condition.negated, condition.negated),
        }
    }

    /// The condition over time, if it is one.
    pub(crate) fn time(&self) -> Option<&TimeCondition> {
        match self {
            Self::Time { condition, .. } => Some(condition),
            Self::Exact { .. } | Self::Text { .. } => None,
        }
    }

    /// Bytes, itself included.
    pub(crate) fn memory_usage(&self) -> usize {
        size_of::<Self>()
            + match self {
                Self::Exact { values, .. } => size_of_val::<[u32]>(values),
                Self::Text { .. } => 0,
                Self::Time { condition, indexed } => {
                    condition.memory_usage()
                        + indexed.as_ref().map_or(0, |(_, values)| size_of_val::<[u32]>(values))
                }
            }
    }
}

impl View<'_> {
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
                Some(self.index.matcher(field).holds(test, text))
            }
        }
    }
}
