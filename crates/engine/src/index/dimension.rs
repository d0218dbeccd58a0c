//! Which clauses a request's values in one dimension leave alive.
//!
//! A dimension keeps, over all clauses: who survives if the request does not speak of it, who survives a value that no
//! condition names, and per named value who survives it besides (*is*) or does not (*is not*). Absence and negation are thus
//! decided when the index is built.

use std::collections::HashMap;

use roaring::RoaringBitmap;

use super::facts::Dim;

const WORD_BITS: usize = u64::BITS as usize;

/// A set of clauses, a bit for each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bitmap {
    words: Box<[u64]>,
}

impl Bitmap {
    /// A set over so many clauses, all of them in it or none.
    pub(crate) fn new(clauses_count: usize, full: bool) -> Self {
        let mut words =
            vec![if full { u64::MAX } else { 0 }; clauses_count.div_ceil(WORD_BITS)].into_boxed_slice();
        let rest = clauses_count % WORD_BITS;
        if let Some(last) = words.last_mut().filter(|_| full && rest != 0) {
            *last = (1 << rest) - 1;
        }
        Self { words }
    }

    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }

    pub(crate) fn set(&mut self, clause: u32, member: bool) {
        set_bit(&mut self.words, clause, member);
    }

    pub(crate) fn memory_usage(&self) -> usize {
        size_of_val::<[u64]>(&self.words)
    }
}

fn set_bit(words: &mut [u64], clause: u32, member: bool) {
    let Ok(place) = usize::try_from(clause) else { return };
    if let Some(word) = words.get_mut(place / WORD_BITS) {
        let bit = 1 << (place % WORD_BITS);
        if member {
            *word |= bit;
        } else {
            *word &= !bit;
        }
    }
}

/// The clauses that name one value: a bit for each clause while that is small, a compressed set beyond.
///
/// A bitmap over up to 4,096 clauses takes 512 bytes, which eight cache lines hold; beyond, a set with fewer than one clause
/// in 32 takes less space and less time as a roaring bitmap (an entry takes two bytes and touches one word).
#[derive(Debug)]
enum Postings {
    Empty,
    Dense(Bitmap),
    Sparse(RoaringBitmap),
}

const DENSE_CLAUSES_MAX: usize = 4_096;
const SPARSE_DIVISOR: u64 = 32;

impl Postings {
    fn new(clauses: RoaringBitmap, clauses_count: usize) -> Self {
        if clauses.is_empty() {
            return Self::Empty;
        }
        let count = u64::try_from(clauses_count).unwrap_or(u64::MAX);
        if clauses_count > DENSE_CLAUSES_MAX && clauses.len() < count / SPARSE_DIVISOR {
            return Self::Sparse(clauses);
        }
        let mut bitmap = Bitmap::new(clauses_count, false);
        for clause in clauses {
            bitmap.set(clause, true);
        }
        Self::Dense(bitmap)
    }

    /// Puts the clauses into a row, or takes them out of it.
    fn apply(&self, row: &mut [u64], member: bool) {
        match self {
            Self::Empty => {}
            Self::Dense(bitmap) if member => {
                row.iter_mut().zip(bitmap.words()).for_each(|(word, set)| *word |= set)
            }
            Self::Dense(bitmap) => row.iter_mut().zip(bitmap.words()).for_each(|(word, set)| *word &= !set),
            Self::Sparse(clauses) => clauses.iter().for_each(|clause| set_bit(row, clause, member)),
        }
    }

    fn memory_usage(&self) -> usize {
        match self {
            Self::Empty => 0,
            Self::Dense(bitmap) => bitmap.memory_usage(),
            Self::Sparse(clauses) => clauses.serialized_size(),
        }
    }
}

/// The clauses with a condition on one value.
#[derive(Debug)]
struct ValuePostings {
    wanted: Postings,
    unwanted: Postings,
}

/// What one thing that a request says means to all clauses.
#[derive(Debug)]
pub(crate) struct Dimension {
    pub(crate) dim: Dim,
    /// Numbers of the values that have names.
    pub(crate) names: HashMap<Box<str>, u32>,
    /// Clauses that survive if the request does not speak of it.
    absent: Bitmap,
    /// Clauses that survive values that no condition names.
    other: Bitmap,
    values: Box<[ValuePostings]>,
    /// Clauses with a condition on it.
    constrained: Bitmap,
    is_empty: bool,
}

impl Dimension {
    /// Whether no clause has a condition on it.
    pub(crate) fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// Leaves alive, among the survivors, those clauses that survive what the request says. `row` is memory to work in.
    /// Tells whether anyone is left.
    pub(crate) fn narrow(&self, said: Option<&[u32]>, survivors: &mut [u64], row: &mut Vec<u64>) -> bool {
        let Some(said) = said else { return and(survivors, self.absent.words()) };
        let mut named =
            said.iter().filter_map(|value| self.values.get(usize::try_from(*value).ok()?)).peekable();
        if named.peek().is_none() {
            return and(survivors, self.other.words());
        }
        row.clear();
        row.extend_from_slice(self.other.words());
        let wanted = named.clone();
        named.for_each(|postings| postings.unwanted.apply(row, false));
        wanted.for_each(|postings| postings.wanted.apply(row, true));
        and(survivors, row)
    }

    /// Whether one of the survivors has a condition on it.
    pub(crate) fn concerns(&self, survivors: &[u64]) -> bool {
        survivors.iter().zip(self.constrained.words()).any(|(word, set)| word & set != 0)
    }

    /// Bytes on the heap.
    pub(crate) fn memory_usage(&self) -> usize {
        let names: usize = self.names.keys().map(|name| name.len() + size_of::<(Box<str>, u32)>() + 1).sum();
        let values: usize = self
            .values
            .iter()
            .map(|value| {
                size_of::<ValuePostings>() + value.wanted.memory_usage() + value.unwanted.memory_usage()
            })
            .sum();
        names
            + values
            + self.absent.memory_usage()
            + self.other.memory_usage()
            + self.constrained.memory_usage()
    }
}

fn and(survivors: &mut [u64], row: &[u64]) -> bool {
    let mut left = 0;
    for (word, set) in survivors.iter_mut().zip(row) {
        *word &= set;
        left |= *word;
    }
    left != 0
}

/// Collects the conditions on one dimension.
#[derive(Debug)]
pub(crate) struct DimensionBuilder {
    dim: Dim,
    names: HashMap<Box<str>, u32>,
    conditions: Vec<Indexed>,
    values_count: usize,
}

#[derive(Debug)]
struct Indexed {
    clause: u32,
    values: Box<[u32]>,
    negated: bool,
    when_absent: bool,
}

impl DimensionBuilder {
    pub(crate) fn new(dim: Dim) -> Self {
        Self { dim, names: HashMap::new(), conditions: Vec::new(), values_count: 0 }
    }

    /// The number of a value with this name.
    pub(crate) fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.names.get(name) {
            return *number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.names.insert(name.into(), number);
        number
    }

    /// Adds a clause's condition: the only one that it has here.
    pub(crate) fn add(&mut self, clause: u32, values: &[u32], negated: bool, when_absent: bool) {
        let beyond =
            values.iter().max().map_or(0, |value| usize::try_from(*value).map_or(0, |value| value + 1));
        self.values_count = self.values_count.max(beyond);
        self.conditions.push(Indexed { clause, values: values.into(), negated, when_absent });
    }

    pub(crate) fn build(self, clauses_count: usize) -> Dimension {
        let is_empty = self.conditions.is_empty();
        // A dimension without conditions is never asked, and so takes no space.
        let clauses_count = if is_empty { 0 } else { clauses_count };
        let mut absent = Bitmap::new(clauses_count, true);
        let mut other = Bitmap::new(clauses_count, true);
        let mut constrained = Bitmap::new(clauses_count, false);
        let mut wanted = vec![RoaringBitmap::new(); self.values_count];
        let mut unwanted = wanted.clone();
        for condition in &self.conditions {
            absent.set(condition.clause, condition.when_absent);
            other.set(condition.clause, condition.negated);
            constrained.set(condition.clause, true);
            let postings = if condition.negated { &mut unwanted } else { &mut wanted };
            for value in &condition.values {
                if let Some(clauses) = usize::try_from(*value).ok().and_then(|value| postings.get_mut(value))
                {
                    clauses.insert(condition.clause);
                }
            }
        }
        let values = wanted
            .into_iter()
            .zip(unwanted)
            .map(|(wanted, unwanted)| ValuePostings {
                wanted: Postings::new(wanted, clauses_count),
                unwanted: Postings::new(unwanted, clauses_count),
            })
            .collect();
        Dimension { dim: self.dim, names: self.names, absent, other, values, constrained, is_empty }
    }
}
