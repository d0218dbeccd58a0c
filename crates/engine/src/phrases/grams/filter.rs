//! Filters that tell, for each place of a text, whether a window that is looked for may begin there. Most places are told apart by
//! them alone; what is let through by mistake is sorted out by the hash.

use super::window::{frequency, hash};
use crate::phrases::simd::Kernel;

/// Places that are filtered before those left are looked into: a multiple of 64.
pub(in crate::phrases) const CHUNK: usize = 4096;

/// Room for places that are let through: vectors write beyond the last.
pub(in crate::phrases) const ROOM: usize = CHUNK + 64;

#[derive(Debug)]
pub(super) enum Filter {
    Lanes(Lanes),
    Bits(Bits),
}

/// For each of the first bytes of a window a table of 64 entries, which a vector register holds, by the lowest six bits of the byte.
/// An entry has a bit for each of eight groups of windows: it is set if one of the group's windows has such a byte there, or
/// ends before. The bits that are set for all bytes of a stretch are the groups that it may belong to.
#[derive(Debug)]
pub(in crate::phrases) struct Lanes {
    pub(in crate::phrases) tables: Box<[[u8; 64]]>,
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
    /// Writes the places of a text, from one to before another and at every `step`-th, that a window may begin at into `places`, in any
    /// order; returns how many these are. There may be some beyond the last.
    pub(super) fn places(
        &self,
        kernel: Kernel,
        padded: &[u8],
        range: (usize, usize),
        step: usize,
        places: &mut [u32],
    ) -> usize {
        match self {
            Self::Lanes(lanes) => match lanes.tables.len() {
                2 => kernel.lanes::<2>(lanes, padded, range, places),
                3 => kernel.lanes::<3>(lanes, padded, range, places),
                4 => kernel.lanes::<4>(lanes, padded, range, places),
                _ => kernel.lanes::<8>(lanes, padded, range, places),
            },
            Self::Bits(bits) => match bits.width {
                2 => bits.places_at::<2>(kernel, padded, range, step, places),
                3 => bits.places_at::<3>(kernel, padded, range, step, places),
                4 => bits.places_at::<4>(kernel, padded, range, step, places),
                8 => bits.places_at::<8>(kernel, padded, range, step, places),
                _ => bits.places_at::<16>(kernel, padded, range, step, places),
            },
        }
    }

    /// Bytes on the heap.
    pub(super) fn memory_usage(&self) -> usize {
        match self {
            Self::Lanes(lanes) => size_of_val::<[[u8; 64]]>(&lanes.tables),
            Self::Bits(bits) => size_of_val::<[u32]>(&bits.words),
        }
    }
}

impl Lanes {
    /// So many tables for some windows, by their width: the groups are divided among the widths, and each window goes into the group
    /// whose mistakes it makes the least more frequent.
    pub(super) fn new(tables_count: usize, windows: &[(usize, Vec<&[u8]>)]) -> Self {
        let mut of_entries = [0.0f32; 64];
        for byte in 0..=u8::MAX {
            if let Some(sum) = of_entries.get_mut(usize::from(byte & 63)) {
                *sum += frequency(byte);
            }
        }
        let mut tables = vec![[0u8; 64]; tables_count].into_boxed_slice();
        let all: usize = windows.iter().map(|(_, windows)| windows.len()).sum();
        let mut first_group = 0;
        for (index, (width, own)) in windows.iter().enumerate() {
            // Each width has one group at the least; the last has all that are left.
            let later = windows.len() - 1 - index;
            let share = (own.len() * 8).div_ceil(all.max(1)).clamp(1, 8 - first_group - later);
            let share = if later == 0 { 8 - first_group } else { share };
            let groups = first_group..first_group + share;
            first_group += share;
            for table in tables.iter_mut().skip(*width).flatten() {
                groups.clone().for_each(|group| *table |= 1 << group);
            }
            fill(&mut tables, &of_entries, groups, own);
        }
        Self { tables }
    }

    /// See [`Filter::places`]; without vectors.
    pub(in crate::phrases) fn places<const W: usize>(
        &self,
        padded: &[u8],
        (from, to): (usize, usize),
        places: &mut [u32],
    ) -> usize {
        let Some(tables) = self.tables.first_chunk::<W>() else { return 0 };
        let stretch = padded.get(from..to + W - 1).unwrap_or_default();
        let mut count = 0;
        for (place, window) in (from as u32..).zip(stretch.array_windows::<W>()) {
            let entries = tables
                .iter()
                .zip(window)
                .map(|(table, byte)| table.get(usize::from(byte & 63)).copied().unwrap_or(0));
            let groups = entries.fold(u8::MAX, |groups, entry| groups & entry);
            if groups != 0
                && let Some(slot) = places.get_mut(count)
            {
                *slot = place;
                count += 1;
            }
        }
        count
    }
}

/// Puts windows into groups of the tables.
fn fill(tables: &mut [[u8; 64]], of_entries: &[f32; 64], groups: std::ops::Range<usize>, windows: &[&[u8]]) {
    // For each group and byte of the window how often a text has a byte that the group has there.
    let mut covered = [[0.0f32; 8]; 8];
    for window in windows {
        let rise = |group: usize, table: &[u8; 64], byte: u8| {
            let entry = usize::from(byte & 63);
            let is_set = table.get(entry).is_some_and(|bits| bits >> group & 1 == 1);
            if is_set { 0.0 } else { of_entries.get(entry).copied().unwrap_or(0.0) }
        };
        let cost = |(group, covered): (usize, &[f32; 8])| {
            let mut before = 1.0;
            let mut after = 1.0;
            for (byte, (table, covered)) in window.iter().zip(tables.iter().zip(covered)) {
                before *= covered;
                after *= covered + rise(group, table, *byte);
            }
            (group, after - before)
        };
        let own = covered.iter().enumerate().take(groups.end).skip(groups.start);
        let cheapest = own.map(cost).min_by(|(_, one), (_, other)| one.total_cmp(other));
        let Some((group, covered)) = cheapest.and_then(|(group, _)| Some((group, covered.get_mut(group)?)))
        else {
            continue;
        };
        for (byte, (table, covered)) in window.iter().zip(tables.iter_mut().zip(covered)) {
            *covered += rise(group, table, *byte);
            if let Some(bits) = table.get_mut(usize::from(byte & 63)) {
                *bits |= 1 << group;
            }
        }
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

    fn places_at<const W: usize>(
        &self,
        kernel: Kernel,
        padded: &[u8],
        range: (usize, usize),
        step: usize,
        places: &mut [u32],
    ) -> usize {
        match step {
            4 => kernel.bits::<W, 4>(self, padded, range, places),
            2 => kernel.bits::<W, 2>(self, padded, range, places),
            _ => kernel.bits::<W, 1>(self, padded, range, places),
        }
    }

    /// Its words and by how much a hash is shifted: there are words for all that is left of it then.
    pub(in crate::phrases) fn parts(&self) -> (&[u32], u32) {
        (&self.words, self.shift)
    }

    /// See [`Filter::places`]; without vectors.
    pub(in crate::phrases) fn places<const W: usize, const STEP: usize>(
        &self,
        padded: &[u8],
        (from, to): (usize, usize),
        places: &mut [u32],
    ) -> usize {
        let mut count = 0;
        for place in (from..to).step_by(STEP) {
            let hash = hash::<W>(padded, place) >> self.shift;
            let word = self.words.get((hash / 32) as usize).copied().unwrap_or(0);
            // Written whether or not it counts: a branch that nobody foresees would cost more.
            if let Some(slot) = places.get_mut(count) {
                *slot = place as u32;
            }
            count += (word >> (hash % 32) & 1) as usize;
        }
        count
    }
}
