//! A filter over windows of the text.
//!
//! Each pattern is filed under one of its own windows (short stretches of 2, 3, 4, 5, 8 or 16 bytes), the rarest; it may lie anywhere
//! in the pattern. A scan looks at every place of the text in three stages, each of which sees only what the one before let through: a
//! [`filter`] that fits registers or the nearest caches and tells most windows apart from those that patterns are filed under; a table by
//! the window's hash, of which each entry has a probe; and the comparison of the pattern itself, which decides.
//!
//! Patterns that are filed under windows of one width share a table and a pass over the text. At most
//! [`LOAD_MAX`] entries share a place of a table, so that a scan takes time linear in the text whatever the text and the patterns are; patterns whose windows are all
//! taken (a, aa, aaa …, or thousands with the same stretch) go to a table of wider windows, and those that are left to
//! an automaton.

mod build;
pub(super) mod filter;
#[cfg(test)]
mod tests;
pub(super) mod window;

use super::Work;
use super::automaton::Automaton;
use super::folded::Text;
use super::hits::Hits;
use super::simd::Kernel;
use filter::{CHUNK, Filter, ROOM};
use window::{hash, with_width};

/// Entries that may share a place of a class's table: as many as a line of a cache holds. Of natural phrases, one in
/// thousands meets a place that has more.
const LOAD_MAX: usize = 8;

/// Places of the text that are looked up before what was found there is verified.
const BATCH: usize = 32;

/// Finds all of some patterns.
#[derive(Debug)]
pub(super) struct Grams {
    kernel: Kernel,
    /// Patterns of one byte.
    letters: Box<[(u8, u32)]>,
    passes: Box<[Pass]>,
    /// Those that cannot be told apart by windows.
    rest: Option<Box<Automaton>>,
}

/// A pass over the text.
#[derive(Debug)]
struct Pass {
    filter: Filter,
    table: Table,
}

/// Patterns that are filed under windows of one width.
#[derive(Debug)]
struct Table {
    /// Bytes of a window.
    width: usize,
    /// Where the entries of each place of the table begin; they end where those of the next begin.
    heads: Box<[u32]>,
    /// By how much a hash is shifted to tell its place in the table.
    shift: u32,
    entries: Box<[Entry]>,
}

/// A pattern under one of its windows.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    pattern: u32,
    /// Where in the pattern the window begins.
    offset: u16,
    /// Where the probe begins, from where the window does.
    probe_offset: i8,
    /// Bits of the probe, less than 32 only if the pattern is shorter.
    probe_bits: u8,
    /// Four bytes of the pattern, beyond the window as far as there are more, from the lowest on.
    probe: u32,
}

impl Entry {
    fn new(number: u32, text: &[u8], width: usize, offset: usize) -> Self {
        let start = match offset.checked_sub(4) {
            Some(before) => before,
            None => (offset + width).min(text.len().saturating_sub(4)),
        };
        let bytes = text.iter().skip(start).take(4);
        Self {
            pattern: number,
            offset: offset as u16,
            // At most four bytes before the window, or as many after it as it is wide.
            probe_offset: (start as i64 - offset as i64) as i8,
            probe_bits: 8 * bytes.len() as u8,
            probe: bytes.rev().fold(0, |word, byte| word << 8 | u32::from(*byte)),
        }
    }

    /// Whether the probe is there if the window begins at a place of the text.
    fn probes(&self, padded: &[u8], place: u32) -> bool {
        let at = place.wrapping_add_signed(i32::from(self.probe_offset)) as usize;
        let bytes = padded.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or_default();
        let differ = u32::from_le_bytes(bytes) ^ self.probe;
        // A pattern has a byte at the least.
        differ << ((32 - u32::from(self.probe_bits)) % 32) == 0
    }
}

impl Grams {
    /// Reports every kind that holds.
    pub(super) fn scan(&self, text: Text<'_>, work: &mut Work, hits: &mut Hits<'_>) {
        for (byte, pattern) in &self.letters {
            for place in memchr::memchr_iter(*byte, text.bytes()) {
                hits.verify(*pattern, place);
                if hits.is_known(*pattern) {
                    break;
                }
            }
        }
        for pass in &self.passes {
            pass.scan(self.kernel, text, work, hits);
        }
        if let Some(rest) = &self.rest {
            rest.scan(&mut work.settled, hits);
        }
    }

    /// Bytes on the heap.
    pub(super) fn memory_usage(&self) -> usize {
        size_of_val::<[(u8, u32)]>(&self.letters)
            + size_of_val::<[Pass]>(&self.passes)
            + self.passes.iter().map(Pass::memory_usage).sum::<usize>()
            + self.rest.as_ref().map_or(0, |rest| size_of::<Automaton>() + rest.memory_usage())
    }
}

impl Pass {
    fn scan(&self, kernel: Kernel, text: Text<'_>, work: &mut Work, hits: &mut Hits<'_>) {
        let Work { places, filed, .. } = work;
        if places.len() < ROOM {
            places.resize(ROOM, 0);
            filed.resize(BATCH * LOAD_MAX + 2, (0, 0));
        }
        let padded = text.padded();
        let end = (text.len() + 1).saturating_sub(self.table.width);
        for from in (0..end).step_by(CHUNK) {
            let range = (from, end.min(from + CHUNK));
            let count = self.filter.places(kernel, padded, range, places);
            for batch in places.get(..count).unwrap_or_default().chunks(BATCH) {
                let filed_count =
                    with_width!(self.table.width, W => self.table.look_up::<W>(padded, batch, filed));
                self.table.verify(padded, filed.get_mut(..filed_count).unwrap_or_default(), hits);
            }
        }
    }

    fn memory_usage(&self) -> usize {
        self.filter.memory_usage()
            + size_of_val::<[u32]>(&self.table.heads)
            + size_of_val::<[Entry]>(&self.table.entries)
    }
}

impl Table {
    /// Finds the entries for the windows of the text that begin at some places: writes their numbers, each with its place,
    /// and returns how many these are.
    ///
    /// Where words of the text are words of phrases too, nobody foresees what a window comes to. So what is found is written
    /// whether or not it counts, without a branch; few windows have more than two entries.
    fn look_up<const W: usize>(&self, padded: &[u8], batch: &[u32], filed: &mut [(u32, u32)]) -> usize {
        let mut count = 0;
        for place in batch {
            let head = hash::<W>(padded, *place as usize) >> self.shift;
            let heads = self.heads.get(head as usize..).and_then(|heads| heads.first_chunk());
            let Some([start, end]) = heads else { continue };
            let Some([first, second]) = filed.get_mut(count..).and_then(|room| room.first_chunk_mut()) else {
                return count;
            };
            (*first, *second) = ((*start, *place), (start + 1, *place));
            count += (end - start).min(2) as usize;
            for entry in start + 2..*end {
                if let Some(slot) = filed.get_mut(count) {
                    *slot = (entry, *place);
                    count += 1;
                }
            }
        }
        count
    }

    /// Verifies the patterns of entries at places of the text, first in a way that tells most apart without a branch.
    fn verify(&self, padded: &[u8], filed: &mut [(u32, u32)], hits: &mut Hits<'_>) {
        let mut count = 0;
        for index in 0..filed.len() {
            let Some((entry, place)) = filed.get(index).copied() else { return };
            let Some(entry) = super::entry(&self.entries, entry) else { continue };
            let probes = entry.probes(padded, place);
            if let Some(slot) = filed.get_mut(count) {
                *slot = (entry.pattern, place.wrapping_sub(u32::from(entry.offset)));
            }
            count += usize::from(probes & !hits.is_known(entry.pattern));
        }
        for (pattern, start) in filed.iter().take(count) {
            hits.verify(*pattern, *start as usize);
        }
    }
}
