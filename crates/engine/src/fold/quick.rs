//! The quick way: whole blocks of a text at a time, plain characters out of a table; what meets its neighbours goes the exact way,
//! from the last place where the text may be cut to the next.
//!
//! Three forms, from the quickest on. A *run* of ASCII without anything but single spaces between words is only lower-cased. A
//! *block* of 64 bytes is made lower-case with each white space a space, copied piece by piece between its *events*
//! (characters beyond ASCII, spaces too many), which are found without a branch per byte: branches that go now here, now
//! there, as letters with accents come, would cost more than all else. A *stretch* is folded the exact way.

use super::Folding;
use super::general::ends_with_space;
use super::simd;
use super::table::{Class, Entry, Table};

/// Bytes of a run that are folded at once: enough for the sums over them to cost little. On 64 KiB of ASCII, 256 gave 19 GB/s, 512
/// and 1,024 gave 20; but half of a message of 600 bytes is no run of 1,024.
const RUN: usize = 512;
/// Bytes of a block: as many as a word has bits.
const BLOCK: usize = 64;

/// Bytes that are gathered before they are appended: so many that it is done seldom, so few that they are soon made.
const GATHERED: usize = 512;

/// Characters that must be easy in a row for a stretch to end before them, since to begin another costs as much as to go on over
/// a few: with 1, Hangul written letter by letter took 1.8 times as long, with 8 and 16 as long as with 4.
const EASY: usize = 4;

/// One text being folded.
pub(super) struct Quick<'t, 'o> {
    folding: Folding,
    table: &'static Table,
    /// What vectors need; absent if there are none.
    vectors: Option<&'static simd::Tables>,
    text: &'t str,
    out: &'o mut Vec<u8>,
    /// Where in `out` this text begins.
    start: usize,
    /// What comes after `out`, and how much of it there is. A vector would keep its length in memory from piece to piece.
    gathered: [u8; GATHERED],
    gathered_len: usize,
}

impl<'t, 'o> Quick<'t, 'o> {
    /// Folds a text, what has been folded of it standing in `out` since `start`.
    pub(super) fn new(
        folding: Folding,
        (table, vectors): (&'static Table, Option<&'static simd::Tables>),
        text: &'t str,
        out: &'o mut Vec<u8>,
        start: usize,
    ) -> Self {
        Self { vectors, folding, table, text, out, start, gathered: [0; GATHERED], gathered_len: 0 }
    }

    /// Folds the text from a place on, where vectors left it.
    pub(super) fn fold<const LOWER: bool>(mut self, mut at: usize) {
        self.out.reserve(self.text.len() - at);
        // Blocks that are folded before it is tried again to fold more at once.
        let mut patience = RUN / BLOCK;
        while at < self.text.len() {
            let from = at;
            at = match self.vectors {
                Some(tables) => {
                    self.flush();
                    simd::fold(tables, self.text.as_bytes(), at, self.out, self.start)
                }
                None => self.runs::<LOWER>(at),
            };
            patience = if at - from > 2 * BLOCK { 1 } else { (2 * patience).min(RUN / BLOCK) };
            let end = at + BLOCK * patience;
            while at < end.min(self.text.len()) {
                at = self.block::<LOWER>(at);
            }
        }
        self.flush();
    }

    /// Folds runs from a place on, and returns the place after them.
    fn runs<const LOWER: bool>(&mut self, mut at: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut after_space = self.is_after_space();
        while let Some(ahead) = bytes.get(at..).and_then(|rest| rest.first_chunk::<{ RUN + 1 }>())
            && let Some(run) = ahead.first_chunk::<RUN>()
            && is_run(ahead)
            && !(after_space && ahead.first() == Some(&b' '))
        {
            self.flush();
            self.out.extend(run.iter().map(|byte| if LOWER { lowered(*byte) } else { *byte }));
            // A run whose last space is followed by another is none.
            after_space = false;
            at += RUN;
        }
        at
    }

    /// Folds the block that begins at a place, and returns the place after it.
    fn block<const LOWER: bool>(&mut self, at: usize) -> usize {
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        let len = rest.len().min(BLOCK);
        let all;
        let ahead = match rest.first_chunk() {
            Some(ahead) => ahead,
            None => {
                all = padded(rest);
                &all
            }
        };
        let [bytes @ .., _] = ahead;
        // Pieces are copied 64 bytes at a time, wherever they begin.
        let mut pieces = [0; 2 * BLOCK];
        for (tidy, byte) in pieces.iter_mut().zip(bytes) {
            *tidy = tidied::<LOWER>(*byte);
        }
        let within = if len == 0 { 0 } else { u64::MAX >> (BLOCK - len) };
        let mut events = high_bits(bytes);
        let after_space = self.is_after_space();
        if lowest_pair(ahead) <= b' ' || (after_space && pieces.first() == Some(&b' ')) {
            events |= doubled(&pieces, after_space);
        }
        events &= within;
        let mut from = 0;
        let mut gathered_len = self.gathered_len;
        while events != 0 {
            let place = events.trailing_zeros() as usize;
            if from != place {
                self.piece(&pieces, from, place, &mut gathered_len);
            }
            let (entry, width) = self.entry(at + place);
            from = place + width;
            events &= u64::MAX.checked_shl(from as u32).unwrap_or(0);
            if entry.is_plain() {
                self.gather(&entry.bytes(), entry.len(), &mut gathered_len);
            } else {
                self.gathered_len = gathered_len;
                if let Some(next) = self.meet(at + place, entry, width) {
                    return next;
                }
                gathered_len = self.gathered_len;
                if pieces.get(from) == Some(&b' ') && self.is_after_space() {
                    events |= 1u64.checked_shl(from as u32).unwrap_or(0) & within;
                }
            }
        }
        if from < len {
            self.piece(&pieces, from, len, &mut gathered_len);
            from = len;
        }
        self.gathered_len = gathered_len;
        at + from
    }

    /// Gathers a piece of a block.
    fn piece(&mut self, pieces: &[u8; 2 * BLOCK], from: usize, to: usize, gathered_len: &mut usize) {
        if let Some(piece) = pieces.get(from..).and_then(|rest| rest.first_chunk::<BLOCK>()) {
            self.gather(piece, to - from, gathered_len);
        }
    }

    /// Gathers some of the bytes.
    fn gather<const N: usize>(&mut self, bytes: &[u8; N], len: usize, gathered_len: &mut usize) {
        if let Some(free) = self.gathered.get_mut(*gathered_len..).and_then(|free| free.first_chunk_mut()) {
            *free = *bytes;
            *gathered_len += len;
        } else {
            self.gathered_len = *gathered_len;
            self.flush();
            self.out.extend_from_slice(bytes.get(..len).unwrap_or_default());
            *gathered_len = 0;
        }
    }

    /// Appends what was gathered.
    fn flush(&mut self) {
        self.out.extend_from_slice(self.gathered.get(..self.gathered_len).unwrap_or_default());
        self.gathered_len = 0;
    }

    /// Whether what has been folded ends with a space.
    fn is_after_space(&self) -> bool {
        match self.gathered_len.checked_sub(1) {
            Some(last) => self.gathered.get(last) == Some(&b' '),
            None => ends_with_space(self.out, self.start),
        }
    }

    /// The entry of the character at a place, and its bytes.
    fn entry(&self, at: usize) -> (Entry, usize) {
        let bytes = self.text.as_bytes();
        let byte = |at: usize| usize::from(bytes.get(at).copied().unwrap_or(0));
        match byte(at) {
            lead @ 0..0x80 => (self.table.short(lead), 1),
            lead @ 0..0xe0 => (self.table.short(lead << 6 | (byte(at + 1) & 0x3f)), 2),
            _ => {
                let c = self.text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or('\0');
                (self.table.entry(c), c.len_utf8())
            }
        }
    }

    /// Folds a character that is not plain; if it has to go the exact way, returns the place after the stretch.
    fn meet(&mut self, at: usize, entry: Entry, width: usize) -> Option<usize> {
        match entry.class() {
            Class::Nothing => return None,
            Class::Space if self.is_after_space() => return None,
            _ => self.flush(),
        }
        match entry.class() {
            Class::Space => self.out.push(b' '),
            Class::Mark if self.combining_before(at) > entry.combining() => {
                let from = self.take_back(at);
                return Some(self.stretch(from, at + width));
            }
            Class::Bound => {
                let from = self.take_back(at);
                return Some(self.stretch(from, at + width));
            }
            Class::Long => return Some(self.stretch(at, at + width)),
            Class::Plain | Class::Mark | Class::Nothing => {
                self.out.extend_from_slice(entry.bytes().get(..entry.len()).unwrap_or_default());
            }
        }
        None
    }

    /// Folds the exact way from a place to one at or after another where the text may be cut, and returns that one.
    fn stretch(&mut self, from: usize, to: usize) -> usize {
        let mut end = None;
        let mut easy = 0;
        for (more, c) in self.text.get(to..).unwrap_or_default().char_indices() {
            match self.table.entry(c).class() {
                Class::Bound => (end, easy) = (None, 0),
                class if end.is_some() || class.begins() => {
                    end = end.or(Some(to + more));
                    easy += 1;
                }
                _ => {}
            }
            if easy == EASY {
                break;
            }
        }
        let end = end.unwrap_or(self.text.len());
        self.folding.fold_general(self.text.get(from..end).unwrap_or_default(), self.out, self.start);
        end
    }

    /// The characters before a place with their entries, the nearest first.
    fn before(&self, at: usize) -> impl Iterator<Item = (char, Entry)> + use<'t> {
        let table = self.table;
        let before = self.text.get(..at).unwrap_or_default();
        before.chars().rev().map(move |c| (c, table.entry(c)))
    }

    /// The combining class of what stands before a place.
    fn combining_before(&self, at: usize) -> u8 {
        let mut seen = self.before(at).filter(|(_, entry)| entry.class() != Class::Nothing);
        seen.next().map_or(0, |(_, entry)| entry.combining())
    }

    /// Takes back what was folded from the last place on where the text before this one may be cut, and returns that place.
    fn take_back(&mut self, at: usize) -> usize {
        let mut from = at;
        for (c, entry) in self.before(at) {
            if entry.class() == Class::Space {
                break;
            }
            from -= c.len_utf8();
            self.out.truncate(self.out.len().saturating_sub(entry.len()));
            if entry.class().begins() {
                break;
            }
        }
        from
    }
}

/// Whether the bytes but for the last, which is the one after them, are ASCII without control characters, and no two
/// spaces follow each other.
fn is_run(ahead: &[u8; RUN + 1]) -> bool {
    let mut lowest = u8::MAX;
    let mut all = 0;
    for byte in ahead.iter().take(RUN) {
        lowest = lowest.min(*byte);
        all |= byte;
    }
    lowest >= b' ' && all < 0x80 && lowest_pair(ahead) > b' '
}

/// The lowest that the higher of two neighbours is: not above a space if two spaces, or control characters, follow each
/// other.
fn lowest_pair<const N: usize>(ahead: &[u8; N]) -> u8 {
    let pairs = ahead.iter().zip(ahead.iter().skip(1));
    pairs.fold(u8::MAX, |lowest, (byte, next)| lowest.min(*byte.max(next)))
}

/// The bits of the spaces after spaces among tidied bytes.
#[cold]
fn doubled(pieces: &[u8; 2 * BLOCK], after_space: bool) -> u64 {
    let spaces: [u8; BLOCK] = std::array::from_fn(|place| match pieces.get(place) {
        Some(b' ') => 0x80,
        _ => 0,
    });
    let spaces = high_bits(&spaces);
    spaces & (spaces << 1 | u64::from(after_space))
}

/// All of a text, then letters.
fn padded(text: &[u8]) -> [u8; BLOCK + 1] {
    let mut bytes = [b'x'; BLOCK + 1];
    if let Some(of_text) = bytes.get_mut(..text.len()) {
        of_text.copy_from_slice(text);
    }
    bytes
}

/// The lower case of an ASCII character, and any other byte as it is. One comparison does, as there is but one for
/// signed bytes: `A` to `Z` come to stand above all others.
fn lowered(byte: u8) -> u8 {
    let is_upper = byte.wrapping_add(0x7f - b'Z').cast_signed() > (0x7f - 26);
    byte | u8::from(is_upper) << 5
}

/// An ASCII character with each white space a space and, if that is wanted, in lower case; any other byte as it is.
fn tidied<const LOWER: bool>(byte: u8) -> u8 {
    let byte = if LOWER { lowered(byte) } else { byte };
    if (b'\t'..=b'\r').contains(&byte) { b' ' } else { byte }
}

/// The highest bits of all bytes, the first one's as the lowest bit.
fn high_bits(bytes: &[u8; BLOCK]) -> u64 {
    let (words, _) = bytes.as_chunks::<8>();
    words.iter().zip((0..).step_by(8)).fold(0, |bits, (word, place)| {
        let high = (u64::from_le_bytes(*word) >> 7) & 0x0101_0101_0101_0101;
        // Each byte's bit moves to a place of its own in the highest byte of the product.
        bits | (high.wrapping_mul(0x0102_0408_1020_4080) >> 56) << place
    })
}
