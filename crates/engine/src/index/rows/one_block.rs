//! Rows that one block holds: a bit for each, and a line of bits for whatever a request says in a dimension.

use super::{DEAD, of_many, report};
use crate::index::facts::{Code, Dim, Facts};
use crate::index::keys::Candidate;

/// Rows in one block, whose lines have so many words.
#[derive(Debug)]
pub(crate) struct OneBlock<const W: usize> {
    /// The clause in each row.
    pub(super) clauses: Box<[Candidate]>,
    /// All rows.
    pub(super) live: [u64; W],
    /// Those with a condition over time, which are all that a timer can fire.
    pub(super) timed: [u64; W],
    /// Dimensions on which a row has a condition, in the order of [`Dim::ALL`].
    pub(super) dimensions: Box<[OwnDimension<W>]>,
    /// Numbers of lines: for each dimension in turn, one for each [`Code`].
    pub(super) numbers: Box<[u32]>,
    /// Lines that differ; that of zeros is the first.
    pub(super) lines: Box<[[u64; W]]>,
}

/// A dimension on which a row has a condition.
#[derive(Clone, Copy, Debug)]
pub(super) struct OwnDimension<const W: usize> {
    pub(super) dim: Dim,
    /// Where its codes stand in [`OneBlock::numbers`], and how many there are; to those beyond, rows are as to [`Code::OTHER`].
    pub(super) first: usize,
    pub(super) count: usize,
    /// The rows with a condition that wants a value.
    pub(super) wanting: [u64; W],
}

impl<const W: usize> OneBlock<W> {
    /// See [`super::Rows::survivors`].
    pub(super) fn survivors(
        &self,
        facts: &Facts,
        timer: bool,
        clocks: bool,
        mut found: impl FnMut(Candidate),
    ) {
        let mut alive = if timer { self.timed } else { self.live };
        // To go through all of them is cheaper than to ask of each whether anything is left.
        for dimension in self.dimensions.iter().filter(|dimension| clocks || !dimension.dim.is_clock()) {
            let line = match facts.code(dimension.dim) {
                Code::SEVERAL => {
                    let said = facts.of(dimension.dim).unwrap_or_default();
                    of_many(
                        said.iter().map(|value| self.line(dimension, Code::of(*value))),
                        dimension.wanting,
                    )
                }
                code => self.line(dimension, code),
            };
            alive.iter_mut().zip(line).for_each(|(alive, word)| *alive &= word);
        }
        report(alive, &self.clauses, &mut found);
    }

    /// The rows that one value leaves alive, or none.
    fn line(&self, dimension: &OwnDimension<W>, code: Code) -> [u64; W] {
        let place = if code.place() < dimension.count { code } else { Code::OTHER }.place();
        let number = self.numbers.get(dimension.first + place).copied().unwrap_or(DEAD);
        self.lines.get(number as usize).copied().unwrap_or([0; W])
    }

    /// Bytes on the heap.
    pub(super) fn memory_usage(&self) -> usize {
        size_of_val::<[Candidate]>(&self.clauses)
            + size_of_val::<[OwnDimension<W>]>(&self.dimensions)
            + size_of_val::<[u32]>(&self.numbers)
            + size_of_val::<[[u64; W]]>(&self.lines)
    }
}
