//! Which clauses what a request says in one dimension leaves alive, or brings up.
//!
//! Clauses that a request seldom concerns are filed under a *key*: the value of one of their conditions that is seldom said.
//! They come up when it is said, and are verified one by one. The others stand in *rows*, a bit for each: a dimension keeps,
//! over all rows, who survives if the request does not speak of it, who survives a value that no condition names, and per named
//! value who survives it besides (*is*) or does not (*is not*). Absence and negation are thus decided when the index is built.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use roaring::RoaringBitmap;

use super::facts::Dim;

/// Numbers of names. The hash has a fixed seed: only the account's own author puts names in.
pub(crate) type Names<T> = HashMap<Box<str>, T, FixedState>;

/// Rows that live and die together: a cache line of bits.
type Block = [u64; 8];
const BLOCK_ROWS: u32 = 512;

/// A set of rows, a bit for each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bitmap {
    blocks: Box<[Block]>,
}

impl Bitmap {
    /// A set over so many rows, all of them in it or none.
    pub(crate) fn new(rows_count: u32, full: bool) -> Self {
        let blocks = usize::try_from(rows_count.div_ceil(BLOCK_ROWS)).unwrap_or(0);
        let mut bitmap = Self { blocks: vec![[0; 8]; blocks].into_boxed_slice() };
        if full {
            (0..rows_count).for_each(|row| bitmap.set(row, true));
        }
        bitmap
    }

    pub(crate) fn set(&mut self, row: u32, member: bool) {
        if let Some(block) =
            usize::try_from(row / BLOCK_ROWS).ok().and_then(|block| self.blocks.get_mut(block))
        {
            set_bit(block, row % BLOCK_ROWS, member);
        }
    }

    fn block(&self, number: u32) -> Block {
        usize::try_from(number).ok().and_then(|number| self.blocks.get(number)).copied().unwrap_or_default()
    }

    pub(crate) fn memory_usage(&self) -> usize {
        size_of_val::<[Block]>(&self.blocks)
    }
}

/// Sets or clears a row's bit in its block.
fn set_bit(block: &mut Block, row: u32, member: bool) {
    if let Some(word) = usize::try_from(row / u64::BITS).ok().and_then(|word| block.get_mut(word)) {
        let bit = 1 << (row % u64::BITS);
        if member {
            *word |= bit;
        } else {
            *word &= !bit;
        }
    }
}

/// The rows that are still alive: the blocks in which there are any, ascending. Blocks that have died cost nothing more.
#[derive(Debug, Default)]
pub(crate) struct Survivors {
    live: Vec<(u32, Block)>,
}

impl Survivors {
    /// All members of a set are alive.
    pub(crate) fn start(&mut self, all: &Bitmap) {
        self.live.clear();
        self.live.extend((0..).zip(all.blocks.iter().copied()).filter(|(_, block)| *block != [0; 8]));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.live.is_empty()
    }

    /// The rows, ascending.
    pub(crate) fn rows(&self) -> impl Iterator<Item = u32> {
        let words = self
            .live
            .iter()
            .flat_map(|(number, block)| (number * BLOCK_ROWS..).step_by(64).zip(block.iter().copied()));
        words.flat_map(|(first, mut rest)| {
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros();
                (rest != 0).then(|| {
                    rest &= rest - 1;
                    first + bit
                })
            })
        })
    }

    fn keep(&mut self, mut row: impl FnMut(u32) -> Block) {
        self.live.retain_mut(|(number, block)| {
            let mut left = 0;
            for (word, set) in block.iter_mut().zip(row(*number)) {
                *word &= set;
                left |= *word;
            }
            left != 0
        });
    }
}

/// The rows that name one value: a bit for each row while that is small, a compressed set beyond.
///
/// A bitmap over up to 4,096 rows takes 512 bytes, which eight cache lines hold; beyond, a set with fewer than one row in 32
/// takes less space and less time as a roaring bitmap (an entry takes two bytes and touches one word).
#[derive(Debug)]
enum Postings {
    Empty,
    Dense(Bitmap),
    Sparse(RoaringBitmap),
}

const DENSE_ROWS_MAX: u32 = 4_096;
const SPARSE_DIVISOR: u64 = 32;

impl Postings {
    fn new(rows: RoaringBitmap, rows_count: u32) -> Self {
        if rows.is_empty() {
            return Self::Empty;
        }
        if rows_count > DENSE_ROWS_MAX && rows.len() < u64::from(rows_count) / SPARSE_DIVISOR {
            return Self::Sparse(rows);
        }
        let mut bitmap = Bitmap::new(rows_count, false);
        rows.iter().for_each(|row| bitmap.set(row, true));
        Self::Dense(bitmap)
    }

    /// Puts the rows into the blocks that belong to the live ones, or takes them out.
    fn apply(&self, live: &[(u32, Block)], blocks: &mut [Block], member: bool) {
        match self {
            Self::Empty => {}
            Self::Dense(bitmap) => {
                for ((number, _), block) in live.iter().zip(blocks) {
                    for (word, set) in block.iter_mut().zip(bitmap.block(*number)) {
                        *word = if member { *word | set } else { *word & !set };
                    }
                }
            }
            // Whichever of the two is shorter leads.
            Self::Sparse(rows) if rows.len() < live.len() as u64 => {
                for row in rows {
                    let place = live.binary_search_by_key(&(row / BLOCK_ROWS), |(number, _)| *number);
                    if let Some(block) = place.ok().and_then(|place| blocks.get_mut(place)) {
                        set_bit(block, row % BLOCK_ROWS, member);
                    }
                }
            }
            Self::Sparse(rows) => {
                for ((number, _), block) in live.iter().zip(blocks) {
                    let first = number * BLOCK_ROWS;
                    rows.range(first..first + BLOCK_ROWS).for_each(|row| set_bit(block, row - first, member));
                }
            }
        }
    }

    fn memory_usage(&self) -> usize {
        match self {
            Self::Empty => 0,
            Self::Dense(bitmap) => bitmap.memory_usage(),
            Self::Sparse(rows) => rows.serialized_size(),
        }
    }
}

/// The rows with a condition on one value.
#[derive(Debug)]
struct ValuePostings {
    wanted: Postings,
    unwanted: Postings,
}

/// What one thing that a request says means to all clauses.
#[derive(Debug)]
pub(crate) struct Dimension {
    pub(crate) dim: Dim,
    /// Whether any condition is about it, so that a request must be read for it.
    pub(crate) is_asked: bool,
    /// Whether a row has a condition on it.
    pub(crate) has_rows: bool,
    /// Numbers of the values that have names.
    pub(crate) names: Names<u32>,
    /// Rows that survive if the request does not speak of it.
    absent: Bitmap,
    /// Rows that survive values that no condition names.
    other: Bitmap,
    values: Box<[ValuePostings]>,
    /// Rows with a condition on it.
    constrained: Bitmap,
    keys: Keys,
}

/// Clauses by the value that they are filed under.
#[derive(Debug, Default)]
struct Keys {
    /// Where each value's clauses begin; one more at the end.
    begins: Box<[u32]>,
    clauses: Box<[u32]>,
}

impl Dimension {
    /// Leaves alive, among the survivors, those rows that survive what the request says. `blocks` is memory to work in.
    pub(crate) fn narrow(&self, said: Option<&[u32]>, survivors: &mut Survivors, blocks: &mut Vec<Block>) {
        let Some(said) = said else { return survivors.keep(|number| self.absent.block(number)) };
        let mut named =
            said.iter().filter_map(|value| self.values.get(usize::try_from(*value).ok()?)).peekable();
        if named.peek().is_none() {
            return survivors.keep(|number| self.other.block(number));
        }
        blocks.clear();
        blocks.extend(survivors.live.iter().map(|(number, _)| self.other.block(*number)));
        let wanted = named.clone();
        named.for_each(|postings| postings.unwanted.apply(&survivors.live, blocks, false));
        wanted.for_each(|postings| postings.wanted.apply(&survivors.live, blocks, true));
        let mut blocks = blocks.iter().copied();
        survivors.keep(|_| blocks.next().unwrap_or_default());
    }

    /// Whether one of the survivors has a condition on it.
    pub(crate) fn concerns(&self, survivors: &Survivors) -> bool {
        survivors.live.iter().any(|(number, block)| {
            block.iter().zip(self.constrained.block(*number)).any(|(word, set)| word & set != 0)
        })
    }

    /// The clauses that are filed under a value.
    pub(crate) fn keyed(&self, value: u32) -> &[u32] {
        let begin = |value: usize| self.keys.begins.get(value).and_then(|begin| usize::try_from(*begin).ok());
        let range = usize::try_from(value).ok().and_then(|value| Some(begin(value)?..begin(value + 1)?));
        range.and_then(|range| self.keys.clauses.get(range)).unwrap_or_default()
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
            + size_of_val::<[u32]>(&self.keys.begins)
            + size_of_val::<[u32]>(&self.keys.clauses)
    }
}

/// Collects the conditions on one dimension.
#[derive(Debug)]
pub(crate) struct DimensionBuilder {
    dim: Dim,
    is_asked: bool,
    names: Names<u32>,
    conditions: Vec<RowCondition>,
    /// Values with the clauses that are filed under them.
    keys: Vec<(u32, u32)>,
}

#[derive(Debug)]
struct RowCondition {
    row: u32,
    values: Box<[u32]>,
    negated: bool,
    when_absent: bool,
}

impl DimensionBuilder {
    pub(crate) fn new(dim: Dim) -> Self {
        Self { dim, is_asked: false, names: Names::default(), conditions: Vec::new(), keys: Vec::new() }
    }

    /// Notes that a condition is about it.
    pub(crate) fn ask(&mut self) {
        self.is_asked = true;
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

    /// How many values have names.
    pub(crate) fn names_count(&self) -> usize {
        self.names.len()
    }

    /// Adds a row's condition: the only one that it has here.
    pub(crate) fn add_row(&mut self, row: u32, values: &[u32], negated: bool, when_absent: bool) {
        self.conditions.push(RowCondition { row, values: values.into(), negated, when_absent });
    }

    /// Files a clause under values.
    pub(crate) fn add_key(&mut self, clause: u32, values: &[u32]) {
        self.keys.extend(values.iter().map(|value| (*value, clause)));
    }

    pub(crate) fn build(self, rows_count: u32) -> Dimension {
        let has_rows = !self.conditions.is_empty();
        // A dimension on which no row has a condition is never asked about rows, and so takes no space.
        let rows_count = if has_rows { rows_count } else { 0 };
        let mut absent = Bitmap::new(rows_count, true);
        let mut other = absent.clone();
        let mut constrained = Bitmap::new(rows_count, false);
        let values = self.conditions.iter().flat_map(|condition| &condition.values);
        let mut wanted = vec![RoaringBitmap::new(); values_count(values)];
        let mut unwanted = wanted.clone();
        for condition in &self.conditions {
            absent.set(condition.row, condition.when_absent);
            other.set(condition.row, condition.negated);
            constrained.set(condition.row, true);
            let postings = if condition.negated { &mut unwanted } else { &mut wanted };
            for value in &condition.values {
                if let Some(rows) = usize::try_from(*value).ok().and_then(|value| postings.get_mut(value)) {
                    rows.insert(condition.row);
                }
            }
        }
        let values = wanted.into_iter().zip(unwanted).map(|(wanted, unwanted)| ValuePostings {
            wanted: Postings::new(wanted, rows_count),
            unwanted: Postings::new(unwanted, rows_count),
        });
        Dimension {
            dim: self.dim,
            is_asked: self.is_asked,
            has_rows,
            names: self.names,
            absent,
            other,
            values: values.collect(),
            constrained,
            keys: Keys::new(self.keys),
        }
    }
}

impl Keys {
    fn new(mut entries: Vec<(u32, u32)>) -> Self {
        if entries.is_empty() {
            return Self::default();
        }
        entries.sort_unstable();
        entries.dedup();
        let count = values_count(entries.iter().map(|(value, _)| value));
        let begin = |value: usize| {
            let place =
                entries.partition_point(|(key, _)| usize::try_from(*key).is_ok_and(|key| key < value));
            u32::try_from(place).unwrap_or(u32::MAX)
        };
        Self {
            begins: (0..=count).map(begin).collect(),
            clauses: entries.iter().map(|(_, clause)| *clause).collect(),
        }
    }
}

/// How many values there are up to the highest.
fn values_count<'v>(values: impl Iterator<Item = &'v u32>) -> usize {
    values.max().and_then(|value| usize::try_from(*value).ok()).map_or(0, |value| value + 1)
}
