//! Filters that tell, for each place of a text, whether a window that is looked for may begin there. Most places are told apart by
//! them alone; what is let through by mistake is sorted out by the hash.

use super::window::{hash, with_width};
use crate::phrases::simd::Kernel;

/// Places that are filtered before those left are looked into: a multiple of 64.
pub(in crate::phrases) const CHUNK: usize = 4096;

/// Room for places that are let through: vectors write beyond the last.
pub(in crate::phrases) const ROOM: usize = CHUNK + 64;

/// Two bytes that follow each other, as far as [`Pairs`] tell them apart: there are so many.
pub(super) const PAIRS: usize = 1 << 10;

#[derive(Debug)]
pub(super) enum Filter {
    /// Pairs, and then bits if much gets through the pairs.
    Pairs(Pairs, Option<Bits>),
    Bits(Bits),
}

/// For the first two bytes of a window, for the second and the third, and so on, a table of the pairs that windows have there. Of each
/// byte its lowest five bits count, which tell letters apart, so that a table has 1,024 bits: two vector registers.
///
/// A window that is looked for has its pairs in all tables. That lets through windows that are made of pieces of others; the fewer
/// windows there are and the more they are alike, the fewer.
#[derive(Debug)]
pub(in crate::phrases) struct Pairs {
    /// By the first byte and the two highest bits of the second, a bit for each of what is left of the second.
    pub(in crate::phrases) tables: Box<[[u8; PAIRS / 8]]>,
}

/// A table with a bit for each hash, by its highest bits.
#[derive(Debug)]
pub(in crate::phrases) struct Bits {
    /// Bytes of a window.
    width: usize,
    words: Box<[u32]>,
    shift: u32,
}

impl Filter {
    /// Writes the places of a text, from one to before another, that a window may begin at into `places`, in any order; returns how
    /// many these are. There may be some beyond the last.
    pub(super) fn places(
        &self,
        kernel: Kernel,
        padded: &[u8],
        range: (usize, usize),
        places: &mut [u32],
    ) -> usize {
        match self {
            Self::Pairs(pairs, bits) => {
                let count = match pairs.tables.len() {
                    1 => kernel.pairs::<1>(pairs, padded, range, places),
                    2 => kernel.pairs::<2>(pairs, padded, range, places),
                    3 => kernel.pairs::<3>(pairs, padded, range, places),
                    4 => kernel.pairs::<4>(pairs, padded, range, places),
                    _ => kernel.pairs::<7>(pairs, padded, range, places),
                };
                bits.as_ref().map_or(count, |bits| {
                    with_width!(bits.width, W => bits.keep::<W>(padded, places.get_mut(..count).unwrap_or_default()))
                })
            }
            Self::Bits(bits) => with_width!(bits.width, W => kernel.bits::<W>(bits, padded, range, places)),
        }
    }

    /// Bytes on the heap.
    pub(super) fn memory_usage(&self) -> usize {
        let (pairs, bits) = match self {
            Self::Pairs(pairs, bits) => (Some(pairs), bits.as_ref()),
            Self::Bits(bits) => (None, Some(bits)),
        };
        pairs.map_or(0, |pairs| size_of_val::<[[u8; PAIRS / 8]]>(&pairs.tables))
            + bits.map_or(0, |bits| size_of_val::<[u32]>(&bits.words))
    }
}

/// The number of two bytes that follow each other, below [`PAIRS`].
pub(super) fn pair(first: u8, second: u8) -> usize {
    usize::from(first & 31) << 5 | usize::from(second & 31)
}

impl Pairs {
    /// The tables for some windows of a width, which is 2, 3, 4, 5 or 8.
    pub(super) fn new(width: usize, windows: &[&[u8]]) -> Self {
        let mut tables = vec![[0; PAIRS / 8]; width - 1].into_boxed_slice();
        for window in windows {
            for (table, [first, second]) in tables.iter_mut().zip(window.array_windows()) {
                let pair = pair(*first, *second);
                if let Some(byte) = table.get_mut(pair / 8) {
                    *byte |= 1 << (pair % 8);
                }
            }
        }
        Self { tables }
    }

    /// See [`Filter::places`]; without vectors.
    pub(in crate::phrases) fn places<const N: usize>(
        &self,
        padded: &[u8],
        (from, to): (usize, usize),
        places: &mut [u32],
    ) -> usize {
        let Some(tables) = self.tables.first_chunk::<N>() else { return 0 };
        let mut count = 0;
        for (place, window) in
            (from as u32..to as u32).zip(padded.get(from..).unwrap_or_default().windows(N + 1))
        {
            let holds = |(table, [first, second]): (&[u8; PAIRS / 8], &[u8; 2])| {
                let pair = pair(*first, *second);
                table.get(pair / 8).is_some_and(|byte| byte >> (pair % 8) & 1 == 1)
            };
            if tables.iter().zip(window.array_windows()).all(holds)
                && let Some(slot) = places.get_mut(count)
            {
                *slot = place;
                count += 1;
            }
        }
        count
    }
}

impl Bits {
    /// A table for the hashes, with at least so many bits for each.
    pub(super) fn new(
        width: usize,
        hashes: impl ExactSizeIterator<Item = u32>,
        bits_per_hash: usize,
    ) -> Self {
        let bits = (hashes.len() * bits_per_hash).next_power_of_two().clamp(64, 1 << 27);
        let mut table =
            Self { width, words: vec![0; bits / 32].into_boxed_slice(), shift: 32 - bits.ilog2() };
        for hash in hashes {
            let place = hash >> table.shift;
            if let Some(word) = table.words.get_mut((place / 32) as usize) {
                *word |= 1 << (place % 32);
            }
        }
        table
    }

    /// Keeps the places at which a window may begin, before all others; returns how many these are.
    fn keep<const W: usize>(&self, padded: &[u8], places: &mut [u32]) -> usize {
        let mut kept = 0;
        for index in 0..places.len() {
            let Some(place) = places.get(index).copied() else { return kept };
            let may = self.has(hash::<W>(padded, place as usize));
            // Written whether or not it counts: a branch that nobody foresees would cost more.
            if let Some(slot) = places.get_mut(kept) {
                *slot = place;
            }
            kept += usize::from(may);
        }
        kept
    }

    fn has(&self, hash: u32) -> bool {
        let hash = hash >> self.shift;
        let word = self.words.get((hash / 32) as usize).copied().unwrap_or(0);
        word >> (hash % 32) & 1 == 1
    }

    /// Its words and by how much a hash is shifted: there are words for all that is left of it then.
    pub(in crate::phrases) fn parts(&self) -> (&[u32], u32) {
        (&self.words, self.shift)
    }

    /// See [`Filter::places`]; without vectors.
    pub(in crate::phrases) fn places<const W: usize>(
        &self,
        padded: &[u8],
        (from, to): (usize, usize),
        places: &mut [u32],
    ) -> usize {
        let mut count = 0;
        for place in from..to {
            let may = self.has(hash::<W>(padded, place));
            if let Some(slot) = places.get_mut(count) {
                *slot = place as u32;
            }
            count += usize::from(may);
        }
        count
    }
}
