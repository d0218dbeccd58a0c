//! Clauses that stand in rows: a bit for each, of which every dimension leaves some alive.
//!
//! What a request says in a dimension is a line of bits per block of rows, with absence and negation decided when the index is
//! built. Rows with the same rarest condition stand together, so that most lines are all ones, all zeros or like another:
//! equal lines are kept once. A dimension has one line per block for each of: the request does not speak of it; it says what no
//! condition names; and, where they differ from that, its values. In a large segment a decision first ANDs *summaries*, a bit per
//! block that tells whether anything in it is alive, and looks only at the lines of the blocks that are left.
//!
//! A block has 512 rows, whose bits fill a cache line. Up to so many need no summaries ([`one_block`]); and up to 64 rows, which all of
//! most accounts are, are the bits of one word, which takes an eighth of the space and touches fewer lines of an account that has not
//! been asked for long.
//!
//! When *not* to use it: for a clause with a condition that is seldom met, which costs less under a key ([`super::keys`]).

mod build;
mod one_block;

use super::facts::{Dim, Facts};
use super::keys::Candidate;

pub(crate) use build::RowsBuilder;
pub(super) use build::begins;
use one_block::OneBlock;

/// Words of a line of a block.
const WORDS: usize = 8;
/// From so many blocks on, summaries are looked at first: below, to look at the blocks themselves costs as little.
const SUMMARY_BLOCKS_MIN: usize = 4;
/// The number of the line of zeros.
const DEAD: u32 = 0;

/// All rows of a segment.
#[derive(Debug)]
pub(crate) enum Rows {
    /// Up to 64.
    Narrow(OneBlock<1>),
    /// Up to 512.
    Wide(Box<OneBlock<WORDS>>),
    /// In blocks of 512.
    Many(Blocks),
}

/// Rows in blocks.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    /// The clause in each row.
    clauses: Box<[Candidate]>,
    /// Lines that differ; that of zeros is the first.
    lines: Box<[[u64; WORDS]]>,
    /// Numbers of lines, in stretches of one for each block: all rows; those with a condition over time, which are all that
    /// a timer can fire; and for each dimension in turn, its [`Stretch`]es.
    stretches: Box<[u32]>,
    /// Of the same stretches, a bit for each block that tells whether the line has any row.
    summaries: Box<[u64]>,
    /// Dimensions on which a row has a condition, in the order of [`Dim::ALL`].
    dimensions: Box<[RowDimension]>,
    /// Where the exceptions of each dimension's values begin; one more after those of each dimension.
    begins: Box<[u32]>,
    /// Blocks in which a value does not leave alive what an unnamed one would, by dimension, value and block.
    exceptions: Box<[Exception]>,
}

/// A dimension on which a row has a condition.
#[derive(Clone, Copy, Debug)]
struct RowDimension {
    dim: Dim,
    /// Where its values stand in [`Blocks::begins`], and how many there are.
    first_value: u32,
    values_count: u32,
}

/// What stretches of lines there are of each dimension.
#[derive(Clone, Copy)]
enum Stretch {
    /// The rows that survive if the request does not speak of it.
    Absent,
    /// Those that survive values that no condition names.
    Other,
    /// Those with a condition that wants a value.
    Wanting,
}

/// Stretches before those of the dimensions.
const OWN_STRETCHES: usize = 2;
/// Stretches of a dimension.
const STRETCHES: usize = 3;

/// What a value leaves alive in a block.
#[derive(Clone, Copy, Debug)]
struct Exception {
    block: u32,
    line: u32,
}

/// Memory to work in.
#[derive(Debug, Default)]
pub(crate) struct RowScratch {
    summary: Vec<u64>,
    said: Vec<u64>,
}

/// What a request says in a dimension, on the way through the blocks.
#[derive(Clone, Copy)]
struct Cursor<'r> {
    /// The place of the dimension.
    place: usize,
    stretch: &'r [u32],
    /// The exceptions of the only value.
    exceptions: &'r [Exception],
    /// The values that conditions name, if there are several.
    many: &'r [u32],
}

impl Rows {
    /// Reports the clause of each row that what a request says leaves alive, by row; of a timer only those over time; clocks
    /// count or not.
    pub(crate) fn survivors(
        &self,
        facts: &Facts,
        timer: bool,
        clocks: bool,
        scratch: &mut RowScratch,
        found: impl FnMut(Candidate),
    ) {
        match self {
            Self::Narrow(rows) => rows.survivors(facts, timer, clocks, found),
            Self::Wide(rows) => rows.survivors(facts, timer, clocks, found),
            Self::Many(blocks) => blocks.survivors(facts, timer, clocks, scratch, found),
        }
    }

    /// Bytes on the heap.
    pub(crate) fn memory_usage(&self) -> usize {
        match self {
            Self::Narrow(rows) => rows.memory_usage(),
            Self::Wide(rows) => size_of_val::<OneBlock<WORDS>>(rows) + rows.memory_usage(),
            Self::Many(blocks) => blocks.memory_usage(),
        }
    }
}

impl Blocks {
    fn survivors(
        &self,
        facts: &Facts,
        timer: bool,
        clocks: bool,
        scratch: &mut RowScratch,
        mut found: impl FnMut(Candidate),
    ) {
        let rows = self.stretch(usize::from(timer));
        let asked =
            || self.dimensions.iter().enumerate().filter(|(_, asked)| clocks || !asked.dim.is_clock());
        if rows.len() < SUMMARY_BLOCKS_MIN {
            for (block, line) in rows.iter().enumerate() {
                let lines = asked().map(|(place, dimension)| {
                    self.line_left(place, dimension, facts.of(dimension.dim), block)
                });
                self.block(block, *line, lines, &mut found);
            }
            return;
        }
        let mut cursors = [Cursor { place: 0, stretch: &[], exceptions: &[], many: &[] }; Dim::ALL.len()];
        let made = cursors.iter_mut().zip(asked()).map(|(cursor, (place, dimension))| {
            *cursor = self.cursor(place, dimension, facts.of(dimension.dim));
        });
        let count = made.count();
        let cursors = cursors.get_mut(..count).unwrap_or_default();
        let RowScratch { summary, said } = scratch;
        summary.clear();
        summary.extend_from_slice(self.summary(usize::from(timer)));
        for (place, dimension) in asked() {
            self.summarise(place, dimension, facts.of(dimension.dim), summary, said);
        }
        for (word, mut rest) in summary.iter().copied().enumerate() {
            while rest != 0 {
                let block = word * 64 + rest.trailing_zeros() as usize;
                rest &= rest - 1;
                let line = rows.get(block).copied().unwrap_or(DEAD);
                let lines = cursors.iter_mut().map(|cursor| cursor.line(self, block));
                self.block(block, line, lines, &mut found);
            }
        }
    }

    /// Reports those rows of a block that survive what each dimension leaves alive of it.
    fn block(
        &self,
        block: usize,
        line: u32,
        lines: impl Iterator<Item = [u64; WORDS]>,
        found: &mut impl FnMut(Candidate),
    ) {
        let mut alive = self.line(line);
        for line in lines {
            let mut left = 0;
            for (alive, word) in alive.iter_mut().zip(line) {
                *alive &= word;
                left |= *alive;
            }
            if left == 0 {
                return;
            }
        }
        report(alive, self.clauses.get(block * WORDS * 64..).unwrap_or_default(), found);
    }

    fn line(&self, number: u32) -> [u64; WORDS] {
        self.lines.get(number as usize).copied().unwrap_or([0; WORDS])
    }

    fn blocks_count(&self) -> usize {
        self.clauses.len().div_ceil(WORDS * 64)
    }

    fn stretch(&self, nth: usize) -> &[u32] {
        let count = self.blocks_count();
        self.stretches.get(nth * count..(nth + 1) * count).unwrap_or_default()
    }

    fn summary(&self, nth: usize) -> &[u64] {
        let count = self.blocks_count().div_ceil(64);
        self.summaries.get(nth * count..(nth + 1) * count).unwrap_or_default()
    }

    fn cursor<'r>(&'r self, place: usize, dimension: &RowDimension, said: Option<&'r [u32]>) -> Cursor<'r> {
        let which = if said.is_some() { Stretch::Other } else { Stretch::Absent };
        let stretch = self.stretch(which.of(place));
        match said.unwrap_or_default() {
            [] => Cursor { place, stretch, exceptions: &[], many: &[] },
            [value] => {
                Cursor { place, stretch, exceptions: self.exceptions_of(dimension, *value), many: &[] }
            }
            many => Cursor { place, stretch, exceptions: &[], many },
        }
    }

    fn exceptions_of(&self, dimension: &RowDimension, value: u32) -> &[Exception] {
        let begin = |place: u32| self.begins.get(place as usize).map(|begin| *begin as usize);
        if value >= dimension.values_count {
            return &[];
        }
        let place = dimension.first_value + value;
        let range = begin(place).zip(begin(place + 1));
        range.and_then(|(from, to)| self.exceptions.get(from..to)).unwrap_or_default()
    }

    /// What is left alive in a block by what is said in a dimension.
    fn line_left(
        &self,
        place: usize,
        dimension: &RowDimension,
        said: Option<&[u32]>,
        block: usize,
    ) -> [u64; WORDS] {
        let number = |which: Stretch| {
            let nth = which.of(place) * self.blocks_count() + block;
            self.line(self.stretches.get(nth).copied().unwrap_or(DEAD))
        };
        match said {
            None => number(Stretch::Absent),
            Some([]) => number(Stretch::Other),
            Some([value]) => match exception(&mut self.exceptions_of(dimension, *value), block) {
                Some(exception) => self.line(exception.line),
                None => number(Stretch::Other),
            },
            Some(many) => self.line_of_many(place, many, block),
        }
    }

    fn line_of_many(&self, place: usize, said: &[u32], block: usize) -> [u64; WORDS] {
        let number = |which: Stretch| self.stretch(which.of(place)).get(block).copied().unwrap_or(DEAD);
        let lines = said.iter().map(|value| {
            let exceptions =
                self.dimensions.get(place).map(|dimension| self.exceptions_of(dimension, *value));
            let exception = exception(&mut exceptions.unwrap_or_default(), block);
            self.line(exception.map_or_else(|| number(Stretch::Other), |found| found.line))
        });
        of_many(lines, self.line(number(Stretch::Wanting)))
    }

    /// Clears the bits of blocks in which what is said leaves nothing alive. `any` is memory to work in.
    fn summarise(
        &self,
        place: usize,
        dimension: &RowDimension,
        said: Option<&[u32]>,
        summary: &mut [u64],
        any: &mut Vec<u64>,
    ) {
        let mut keep = |alive: &[u64]| summary.iter_mut().zip(alive).for_each(|(word, alive)| *word &= alive);
        let Some(said) = said else { return keep(self.summary(Stretch::Absent.of(place))) };
        let other = self.summary(Stretch::Other.of(place));
        let exceptions = || said.iter().map(|value| self.exceptions_of(dimension, *value));
        if exceptions().all(<[_]>::is_empty) {
            return keep(other);
        }
        any.clear();
        any.extend_from_slice(other);
        for exception in exceptions().flatten() {
            let bit = 1 << (exception.block % 64);
            let Some(word) = any.get_mut(exception.block as usize / 64) else { continue };
            // Of several values, one that leaves something alive is enough for the block to be looked at.
            if exception.line != DEAD {
                *word |= bit;
            } else if said.len() == 1 {
                *word &= !bit;
            }
        }
        keep(any);
    }

    fn memory_usage(&self) -> usize {
        size_of_val::<[Candidate]>(&self.clauses)
            + size_of_val::<[[u64; WORDS]]>(&self.lines)
            + size_of_val::<[u32]>(&self.stretches)
            + size_of_val::<[u64]>(&self.summaries)
            + size_of_val::<[RowDimension]>(&self.dimensions)
            + size_of_val::<[u32]>(&self.begins)
            + size_of_val::<[Exception]>(&self.exceptions)
    }
}

/// What several values leave alive, given what each of them does: a row that wants values survives if it wants one of those said,
/// another if it survives each of them.
fn of_many<const W: usize>(lines: impl Iterator<Item = [u64; W]>, wanting: [u64; W]) -> [u64; W] {
    let (mut each, mut any) = ([u64::MAX; W], [0; W]);
    for line in lines {
        for ((each, any), word) in each.iter_mut().zip(&mut any).zip(line) {
            *each &= word;
            *any |= word;
        }
    }
    for ((each, any), wanting) in each.iter_mut().zip(any).zip(wanting) {
        *each |= any & wanting;
    }
    each
}

/// Reports the clauses of those rows of a block that are alive.
fn report<const W: usize>(alive: [u64; W], clauses: &[Candidate], found: &mut impl FnMut(Candidate)) {
    for (word, mut rest) in alive.into_iter().enumerate() {
        while rest != 0 {
            let row = word * 64 + rest.trailing_zeros() as usize;
            rest &= rest - 1;
            if let Some(clause) = clauses.get(row) {
                found(*clause);
            }
        }
    }
}

impl Stretch {
    /// Which of all stretches it is, of the dimension at a place.
    fn of(self, place: usize) -> usize {
        OWN_STRETCHES + place * STRETCHES + self as usize
    }
}

impl Cursor<'_> {
    /// What is left alive in a block; blocks come in ascending order.
    fn line(&mut self, blocks: &Blocks, block: usize) -> [u64; WORDS] {
        if !self.many.is_empty() {
            return blocks.line_of_many(self.place, self.many, block);
        }
        blocks.line(match exception(&mut self.exceptions, block) {
            Some(exception) => exception.line,
            None => self.stretch.get(block).copied().unwrap_or(DEAD),
        })
    }
}

/// The exception for a block, if there is one; those before it are passed over for good.
fn exception(exceptions: &mut &[Exception], block: usize) -> Option<Exception> {
    let mut first = exceptions.first()?;
    if (first.block as usize) < block {
        // Either every block comes, and the next is the one; or few do, and most are passed over at once.
        let passed = exceptions.partition_point(|exception| (exception.block as usize) < block);
        *exceptions = exceptions.get(passed..).unwrap_or_default();
        first = exceptions.first()?;
    }
    (first.block as usize == block).then_some(*first)
}
