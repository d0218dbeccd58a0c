//! Clauses that are filed under a value that is seldom said: the *key*. They come up when it is, and only then.
//!
//! What comes up is mostly ruled out by another condition. So each clause under a key has a record of 32 bytes, half a cache
//! line, with up to three tests against what the request says, one word per dimension: a bit for each of the first 62 values of the
//! dimension, one for any that no condition names, one for none at all. Records that come up together stand together, and
//! are tested without a branch, so that the processor fetches the next ones meanwhile. A dimension with more values shares
//! bits between them; there a test only rules out, and the condition is left to be verified.
//!
//! When *not* to use it: for a clause all of whose conditions are often met. It is cheaper in a row ([`super::rows`]).

use super::facts::{Dim, Facts};
use super::rows::begins;

/// Tests of a record.
pub(crate) const TESTS: usize = 3;

/// Says of a clause that something is left to be verified.
const RESIDUAL: u8 = 1 << 7;
/// Says of a clause that it has a condition over time.
const TIMED: u8 = 1 << 6;

/// Clauses under keys, by dimension and value.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    records: Box<[Record]>,
    /// Dimensions with keys: a bit for each.
    asked: u32,
    /// Per dimension, by its place.
    dimensions: Box<[DimensionKeys]>,
}

/// Records by the value of one dimension that they are filed under.
#[derive(Debug, Default)]
struct DimensionKeys {
    /// Where the entries of each value begin; one more at the end.
    begins: Box<[u32]>,
    records: Box<[u32]>,
}

/// What rules a clause out.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
struct Record {
    masks: [u64; TESTS],
    clause: u32,
    dims: [u8; TESTS],
    /// A bit per test that is negated, [`TIMED`] and [`RESIDUAL`].
    flags: u8,
}

/// A test of one dimension's word: whether it has one of these bits, or, negated, none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeyTest {
    pub(crate) dim: Dim,
    pub(crate) mask: u64,
    pub(crate) negated: bool,
}

/// A clause that came up, or stands in a row, and was not ruled out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    pub(crate) clause: u32,
    /// Whether something is left to be verified.
    pub(crate) residual: bool,
}

impl Keys {
    /// Dimensions, texts apart, under a value of which a clause is filed.
    pub(crate) fn exact(&self) -> impl Iterator<Item = Dim> {
        Dim::members(self.asked).take_while(|dim| !dim.is_text())
    }

    /// Appends the clauses under a value of a dimension that the request does not rule out; of a timer those over time only.
    pub(crate) fn come_up(
        &self,
        dim: Dim,
        values: &[u32],
        facts: &Facts,
        timer: bool,
        candidates: &mut Vec<Candidate>,
    ) {
        let Some(keys) = self.dimensions.get(dim.place()) else { return };
        let wanted = if timer { TIMED } else { 0 };
        for value in values {
            for record in keys.of(*value) {
                let Some(record) = self.records.get(*record as usize) else { continue };
                let passes = record.passes(facts) & (record.flags & wanted == wanted);
                let residual = record.flags & RESIDUAL != 0;
                candidates.push(Candidate { clause: record.clause, residual });
                // Taken back rather than not put in, which would be a branch that nobody can foresee.
                candidates.truncate(candidates.len() - usize::from(!passes));
            }
        }
    }

    /// Bytes on the heap.
    pub(crate) fn memory_usage(&self) -> usize {
        let dimensions = self
            .dimensions
            .iter()
            .map(|keys| size_of_val::<[u32]>(&keys.begins) + size_of_val::<[u32]>(&keys.records));
        size_of_val::<[Record]>(&self.records)
            + size_of_val::<[DimensionKeys]>(&self.dimensions)
            + dimensions.sum::<usize>()
    }
}

impl DimensionKeys {
    fn of(&self, value: u32) -> &[u32] {
        let begin = |value: usize| self.begins.get(value).map(|begin| *begin as usize);
        let value = value as usize;
        let range = begin(value).zip(begin(value + 1));
        range.and_then(|(from, to)| self.records.get(from..to)).unwrap_or_default()
    }
}

impl Record {
    fn passes(&self, facts: &Facts) -> bool {
        let mut passes = true;
        for (nth, (dim, mask)) in self.dims.iter().zip(self.masks).enumerate() {
            passes &= (facts.word(*dim) & mask != 0) != (self.flags >> nth & 1 != 0);
        }
        passes
    }
}

/// Collects clauses under keys.
#[derive(Debug)]
pub(crate) struct KeysBuilder {
    /// With what they are sorted by: the dimension and the first value of their key.
    records: Vec<((u8, u32), Record)>,
    /// Per dimension, values with the records that are filed under them.
    entries: [Vec<(u32, u32)>; Dim::ALL.len()],
}

impl Default for KeysBuilder {
    fn default() -> Self {
        Self { records: Vec::new(), entries: std::array::from_fn(|_| Vec::new()) }
    }
}

impl KeysBuilder {
    /// Files a clause under values of a dimension, with up to [`TESTS`] tests that rule it out.
    pub(crate) fn add(
        &mut self,
        clause: u32,
        dim: Dim,
        values: &[u32],
        tests: &[KeyTest],
        timed: bool,
        residual: bool,
    ) {
        let mut record = Record {
            masks: [u64::MAX; TESTS],
            clause,
            // A test of what is always there passes.
            dims: [Facts::ALWAYS; TESTS],
            flags: if timed { TIMED } else { 0 } | if residual { RESIDUAL } else { 0 },
        };
        for (nth, test) in tests.iter().enumerate() {
            if let (Some(mask), Some(dim)) = (record.masks.get_mut(nth), record.dims.get_mut(nth)) {
                (*mask, *dim) = (test.mask, test.dim.ordinal());
                record.flags |= u8::from(test.negated) << nth;
            }
        }
        let number = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        let first = values.first().copied().unwrap_or(0);
        self.records.push(((dim.ordinal(), first), record));
        if let Some(entries) = self.entries.get_mut(dim.place()) {
            entries.extend(values.iter().map(|value| (*value, number)));
        }
    }

    /// Puts the keys together.
    pub(crate) fn build(self) -> Keys {
        if self.records.is_empty() {
            return Keys::default();
        }
        // Records that come up together stand together.
        let mut order: Vec<((u8, u32), u32)> =
            (0..).zip(&self.records).map(|(number, (key, _))| (*key, number)).collect();
        order.sort_unstable();
        let mut places = vec![0; order.len()];
        for (place, (_, number)) in (0..).zip(&order) {
            if let Some(slot) = places.get_mut(*number as usize) {
                *slot = place;
            }
        }
        let sorted = order.iter().filter_map(|(_, number)| self.records.get(*number as usize));
        let records = sorted.map(|(_, record)| *record).collect();
        let asked = Dim::ALL.into_iter().zip(&self.entries).filter(|(_, entries)| !entries.is_empty());
        let asked = asked.fold(0, |asked, (dim, _)| asked | dim.bit());
        let dimensions = self.entries.into_iter().map(|mut entries| {
            for (_, record) in &mut entries {
                *record = places.get(*record as usize).copied().unwrap_or(u32::MAX);
            }
            entries.sort_unstable();
            entries.dedup();
            DimensionKeys {
                begins: begins(entries.iter().map(|(value, _)| *value)),
                records: entries.into_iter().map(|(_, record)| record).collect(),
            }
        });
        Keys { records, asked, dimensions: dimensions.collect() }
    }
}
