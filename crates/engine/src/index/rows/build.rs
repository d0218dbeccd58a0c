//! Builds rows, a block at a time.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::one_block::{OneBlock, OwnDimension};
use super::{
    Blocks, Candidate, DEAD, Dim, Exception, OWN_STRETCHES, RowDimension, Rows, STRETCHES, Stretch, WORDS,
};
use crate::index::facts::Code;

/// Collects rows in their order.
#[derive(Debug, Default)]
pub(crate) struct RowsBuilder {
    rows: Vec<(Candidate, bool)>,
    conditions: Vec<RowCondition>,
    values: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct RowCondition {
    dim: Dim,
    row: u32,
    /// Where its values end; they begin where those of the condition before end.
    values_end: usize,
    negated: bool,
    when_absent: bool,
}

impl RowsBuilder {
    /// Adds a row; its conditions are added before the next one is.
    pub(crate) fn add(&mut self, clause: Candidate, timed: bool) {
        self.rows.push((clause, timed));
    }

    /// Adds a condition of the row that was added last, the only one that it has in this dimension.
    pub(crate) fn add_condition(&mut self, dim: Dim, values: &[u32], negated: bool, when_absent: bool) {
        let row = u32::try_from(self.rows.len().saturating_sub(1)).unwrap_or(u32::MAX);
        self.values.extend_from_slice(values);
        let values_end = self.values.len();
        self.conditions.push(RowCondition { dim, row, values_end, negated, when_absent });
    }

    /// Puts the rows together.
    pub(crate) fn build(self) -> Rows {
        let clauses = self.rows.iter().map(|(clause, _)| *clause).collect();
        match self.rows.len() {
            0..=64 => Rows::Narrow(self.made().finish_one(clauses)),
            65..=512 => Rows::Wide(Box::new(self.made().finish_one(clauses))),
            _ => Rows::Many(self.made().finish(clauses)),
        }
    }

    /// All blocks.
    fn made<const W: usize>(&self) -> Making<W> {
        let asked = self.conditions.iter().fold(0, |asked, condition| asked | condition.dim.bit());
        let mut making = Making::<W>::new(Dim::members(asked));
        let mut conditions = self.conditions.as_slice();
        let mut from = 0;
        for (block, rows) in self.rows.chunks(W * 64).enumerate() {
            let end = (block + 1) * W * 64;
            let count = conditions.partition_point(|condition| (condition.row as usize) < end);
            let (own, rest) = conditions.split_at_checked(count).unwrap_or_default();
            conditions = rest;
            making.begin(rows);
            for condition in own {
                let values = self.values.get(from..condition.values_end).unwrap_or_default();
                from = condition.values_end;
                making.condition(*condition, values);
            }
            making.end();
        }
        making
    }
}

/// Blocks being made.
struct Making<const W: usize> {
    lines: Vec<[u64; W]>,
    numbers: HashMap<[u64; W], u32, FixedState>,
    /// As [`Blocks::stretches`], each apart.
    stretches: Vec<Vec<u32>>,
    live: [u64; W],
    timed: [u64; W],
    dimensions: Vec<MakingDimension<W>>,
}

struct MakingDimension<const W: usize> {
    dim: Dim,
    absent: [u64; W],
    other: [u64; W],
    wanting: [u64; W],
    /// Values of the block's conditions, each with the row, and whether it is wanted.
    values: Vec<(u32, u32, bool)>,
    /// Each with its value.
    exceptions: Vec<(u32, Exception)>,
}

fn set<const W: usize>(line: &mut [u64; W], row: u32, member: bool) {
    let row = row as usize % (W * 64);
    if let Some(word) = line.get_mut(row / 64) {
        let bit = 1 << (row % 64);
        *word = if member { *word | bit } else { *word & !bit };
    }
}

impl<const W: usize> Making<W> {
    fn new(dims: impl Iterator<Item = Dim>) -> Self {
        let dimension = |dim| MakingDimension {
            dim,
            absent: [0; W],
            other: [0; W],
            wanting: [0; W],
            values: Vec::new(),
            exceptions: Vec::new(),
        };
        let dimensions: Vec<_> = dims.map(dimension).collect();
        Self {
            // That of zeros is the first.
            lines: vec![[0; W]],
            numbers: HashMap::from_iter([([0; W], DEAD)]),
            stretches: vec![Vec::new(); OWN_STRETCHES + dimensions.len() * STRETCHES],
            live: [0; W],
            timed: [0; W],
            dimensions,
        }
    }

    fn begin(&mut self, rows: &[(Candidate, bool)]) {
        (self.live, self.timed) = ([0; W], [0; W]);
        for (row, (_, timed)) in (0..).zip(rows) {
            set(&mut self.live, row, true);
            set(&mut self.timed, row, *timed);
        }
        for dimension in &mut self.dimensions {
            (dimension.absent, dimension.other, dimension.wanting) = (self.live, self.live, [0; W]);
            dimension.values.clear();
        }
    }

    fn condition(&mut self, condition: RowCondition, values: &[u32]) {
        let RowCondition { dim, row, negated, when_absent, .. } = condition;
        let Some(dimension) = self.dimensions.iter_mut().find(|dimension| dimension.dim == dim) else {
            return;
        };
        set(&mut dimension.absent, row, when_absent);
        set(&mut dimension.other, row, negated);
        set(&mut dimension.wanting, row, !negated);
        dimension.values.extend(values.iter().map(|value| (*value, row, !negated)));
    }

    fn end(&mut self) {
        let Self { lines, numbers, stretches, live, timed, dimensions } = self;
        let block = stretches.first().map_or(0, Vec::len);
        let block = u32::try_from(block).unwrap_or(u32::MAX);
        let mut number = |line: [u64; W]| {
            *numbers.entry(line).or_insert_with(|| {
                lines.push(line);
                u32::try_from(lines.len() - 1).unwrap_or(u32::MAX)
            })
        };
        let of_dimensions = dimensions.iter().flat_map(|own| [own.absent, own.other, own.wanting]);
        for (stretch, line) in stretches.iter_mut().zip([*live, *timed].into_iter().chain(of_dimensions)) {
            stretch.push(number(line));
        }
        for dimension in dimensions {
            dimension.values.sort_unstable();
            for values in dimension.values.chunk_by(|(value, ..), (next, ..)| value == next) {
                let mut line = dimension.other;
                for (_, row, wanted) in values {
                    set(&mut line, *row, *wanted);
                }
                if let Some((value, ..)) = values.first()
                    && line != dimension.other
                {
                    dimension.exceptions.push((*value, Exception { block, line: number(line) }));
                }
            }
        }
    }

    /// Of the only block, if there is one.
    fn finish_one(self, clauses: Box<[Candidate]>) -> OneBlock<W> {
        let number = |stretch: Stretch, place| {
            let only = self.stretches.get(stretch.of(place)).and_then(|stretch| stretch.first());
            only.copied().unwrap_or(DEAD)
        };
        let mut numbers: Vec<u32> = Vec::new();
        let made = self.dimensions.iter().enumerate().map(|(place, made)| {
            let first = numbers.len();
            let other = number(Stretch::Other, place);
            // In the order of their codes.
            numbers.extend([number(Stretch::Absent, place), other]);
            for (value, exception) in &made.exceptions {
                let at = first + Code::of(*value).place();
                if numbers.len() <= at {
                    numbers.resize(at + 1, other);
                }
                if let Some(slot) = numbers.get_mut(at) {
                    *slot = exception.line;
                }
            }
            OwnDimension { dim: made.dim, first, count: numbers.len() - first, wanting: made.wanting }
        });
        OneBlock {
            clauses,
            live: self.live,
            timed: self.timed,
            dimensions: made.collect(),
            numbers: numbers.into_boxed_slice(),
            lines: self.lines.into_boxed_slice(),
        }
    }
}

impl Making<WORDS> {
    fn finish(self, clauses: Box<[Candidate]>) -> Blocks {
        let mut exceptions = Vec::new();
        let mut all_begins: Vec<u32> = Vec::new();
        let mut dimensions = Vec::with_capacity(self.dimensions.len());
        for mut made in self.dimensions {
            // The sort is stable: blocks of one value stay in their order.
            made.exceptions.sort_by_key(|(value, _)| *value);
            let before = u32::try_from(exceptions.len()).unwrap_or(u32::MAX);
            let begins = begins(made.exceptions.iter().map(|(value, _)| *value));
            dimensions.push(RowDimension {
                dim: made.dim,
                first_value: u32::try_from(all_begins.len()).unwrap_or(u32::MAX),
                values_count: u32::try_from(begins.len().saturating_sub(1)).unwrap_or(u32::MAX),
            });
            all_begins.extend(begins.iter().map(|begin| before + begin));
            exceptions.extend(made.exceptions.into_iter().map(|(_, exception)| exception));
        }
        let summaries = self.stretches.iter().flat_map(|stretch| {
            stretch.chunks(64).map(|blocks| {
                let bits = (0..).zip(blocks).map(|(place, line)| u64::from(*line != DEAD) << place);
                bits.fold(0, |word: u64, bit| word | bit)
            })
        });
        Blocks {
            clauses,
            summaries: summaries.collect(),
            stretches: self.stretches.iter().flatten().copied().collect(),
            lines: self.lines.into_boxed_slice(),
            dimensions: dimensions.into_boxed_slice(),
            begins: all_begins.into_boxed_slice(),
            exceptions: exceptions.into_boxed_slice(),
        }
    }
}

/// Where the entries of each value begin, given the values of the entries in ascending order; one more at the end.
pub(in crate::index) fn begins(values: impl Iterator<Item = u32>) -> Box<[u32]> {
    let mut begins = Vec::new();
    let mut count = 0;
    for value in values {
        let known = usize::try_from(value).unwrap_or(usize::MAX).saturating_add(1);
        if begins.len() < known {
            begins.resize(known, count);
        }
        count += 1;
    }
    begins.push(count);
    begins.into_boxed_slice()
}
