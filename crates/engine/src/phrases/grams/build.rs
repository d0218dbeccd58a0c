//! Which pattern is filed under which of its windows.

use super::filter::{Bits, Filter, PAIRS, Pairs, pair};
use super::window::{frequency, hash_of};
use super::{Entry, Grams, LOAD_MAX, Pass, Table};
use crate::phrases::automaton::Automaton;
use crate::phrases::pattern::Patterns;
use crate::phrases::simd::Kernel;

/// A width of windows.
struct Width {
    width: usize,
    /// Patterns from which on it gains more than a pass over the text costs.
    patterns_min: usize,
    /// Windows up to which their filter begins with [`Pairs`].
    pairs_max: usize,
}

/// The widths of windows, the narrowest first; one that is not used leaves its patterns to the next narrower one.
///
/// Narrow windows have no other filter with vectors but pairs. In 4 KiB of text on an AMD EPYC with AVX-512 (November 2026, the
/// vocabulary of the `phrases` bench) 4,000 patterns took 14.4 µs with pairs first and 17 µs with bits alone; 9,000 of eight bytes
/// or more took 17 µs with pairs first and 15 µs without.
const WIDTHS: [Width; 6] = [
    Width { width: 2, patterns_min: 0, pairs_max: usize::MAX },
    Width { width: 3, patterns_min: 0, pairs_max: usize::MAX },
    Width { width: 4, patterns_min: 32_000, pairs_max: 1_000 },
    Width { width: 5, patterns_min: 0, pairs_max: 2_000 },
    Width { width: 8, patterns_min: 150, pairs_max: 5_000 },
    Width { width: 16, patterns_min: 32_000, pairs_max: 0 },
];

/// Patterns whose windows pairs alone tell apart well enough.
const PAIRS_ALONE_MAX: usize = 64;

/// Patterns up to which a table has sixteen bits for each, as it fits the nearest cache then, or nearly; beyond, it has eight.
const ROOMY_MAX: usize = 60_000;

/// Where windows may begin in a pattern: an entry tells it in 16 bits.
const OFFSETS_MAX: usize = 1 << 16;

impl Grams {
    /// Finds some of the patterns.
    ///
    /// # Errors
    /// What is left for an automaton would exceed what the library can hold.
    pub(in crate::phrases) fn new(
        patterns: &Patterns,
        members: Vec<u32>,
        kernel: Kernel,
    ) -> Result<Self, String> {
        let len = |number: &u32| patterns.text_of(*number).len();
        let (letters, mut left): (Vec<u32>, Vec<u32>) =
            members.into_iter().partition(|number| len(number) == 1);
        let letters =
            letters.iter().filter_map(|number| Some((*patterns.text_of(*number).first()?, *number)));
        let mut passes = Vec::new();
        let mut crowded: Vec<(usize, u32)> = Vec::new();
        let all = left.len();
        for width in WIDTHS.iter().filter(|width| width.patterns_min <= all).rev() {
            let (own, shorter): (Vec<u32>, _) = left.iter().partition(|number| len(number) >= width.width);
            left = shorter;
            Pass::add(&mut passes, &mut crowded, patterns, own, width, kernel);
        }
        // Those that found no room are told apart by windows of another width.
        for width in WIDTHS.iter().skip(1).rev() {
            let fits = |(had, number): &(usize, u32)| *had != width.width && len(number) >= width.width;
            let (again, others): (Vec<_>, _) = crowded.into_iter().partition(fits);
            crowded = others;
            let again = again.into_iter().map(|(_, number)| number).collect();
            Pass::add(&mut passes, &mut crowded, patterns, again, width, kernel);
        }
        let rest: Vec<u32> = crowded.into_iter().map(|(_, number)| number).collect();
        let rest = (!rest.is_empty()).then(|| Automaton::new(patterns, &rest).map(Box::new)).transpose()?;
        Ok(Self { kernel, letters: letters.collect(), passes: passes.into_boxed_slice(), rest })
    }
}

impl Pass {
    /// Adds a pass for some patterns, if there are any; those that find no room in its table are `crowded` then.
    fn add(
        passes: &mut Vec<Self>,
        crowded: &mut Vec<(usize, u32)>,
        patterns: &Patterns,
        members: Vec<u32>,
        &Width { width, pairs_max, .. }: &Width,
        kernel: Kernel,
    ) {
        let slots = (members.len() * 3 / 2).next_power_of_two().clamp(16, 1 << 22);
        let shift = 32 - slots.ilog2();
        // Without vectors, pairs cost more than bits do: 78 µs in place of 31 µs for 1,000 patterns in 4 KiB.
        let with_pairs = kernel != Kernel::Portable && members.len() <= pairs_max;
        let mut chooser = Chooser::new(patterns, &members, width, with_pairs, shift);
        let mut filed: Vec<(u32, Entry)> = Vec::with_capacity(members.len());
        for number in members {
            let text = patterns.text_of(number);
            match chooser.choose(text) {
                Some(offset) => {
                    filed.push((hash_of(width, text, offset), Entry::new(number, text, width, offset)));
                }
                None => crowded.push((width, number)),
            }
        }
        if filed.is_empty() {
            return;
        }
        let bits = || {
            let bits_per_hash = if filed.len() > ROOMY_MAX { 8 } else { 16 };
            Bits::new(width, filed.iter().map(|(hash, _)| *hash), bits_per_hash)
        };
        let filter = if with_pairs {
            let window = |(_, entry): &(u32, Entry)| {
                patterns.text_of(entry.pattern).get(usize::from(entry.offset)..)?.get(..width)
            };
            let windows: Vec<&[u8]> = filed.iter().filter_map(window).collect();
            Filter::Pairs(Pairs::new(width, &windows), (filed.len() > PAIRS_ALONE_MAX).then(bits))
        } else {
            Filter::Bits(bits())
        };
        let (heads, entries) = table(&filed, shift, slots);
        passes.push(Self { filter, table: Table { width, heads, shift, entries } });
    }
}

/// The entries in order of their places, and where those of each place begin.
fn table(filed: &[(u32, Entry)], shift: u32, slots: usize) -> (Box<[u32]>, Box<[Entry]>) {
    let mut heads = vec![0u32; slots + 1];
    for (hash, _) in filed {
        if let Some(count) = heads.get_mut((hash >> shift) as usize) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for head in &mut heads {
        sum += *head;
        *head = sum;
    }
    let mut entries = vec![Entry::default(); filed.len()];
    for (hash, entry) in filed.iter().rev() {
        if let Some(head) = heads.get_mut((hash >> shift) as usize) {
            *head -= 1;
            if let Some(slot) = entries.get_mut(*head as usize) {
                *slot = *entry;
            }
        }
    }
    (heads.into_boxed_slice(), entries.into_boxed_slice())
}

/// Chooses windows.
struct Chooser {
    width: usize,
    /// How often windows with a hash occur in the patterns themselves, which are about what the texts are about.
    counts: Vec<u32>,
    counts_shift: u32,
    /// The windows of all patterns together.
    windows_count: f32,
    /// Entries at each place of the table.
    loads: Vec<u8>,
    shift: u32,
    pairs: Option<ChosenPairs>,
}

/// What gets through [`Pairs`] of the windows chosen so far.
struct ChosenPairs {
    /// How often a pair occurs in the patterns, as a share of all pairs.
    shares: Vec<f32>,
    /// Whether a chosen window has a pair, by the pair, and by the place in the window in bits.
    chosen: Vec<u8>,
    /// The shares of the pairs that windows have at a place, summed up.
    covered: [f32; 7],
}

impl Chooser {
    fn new(patterns: &Patterns, members: &[u32], width: usize, with_pairs: bool, shift: u32) -> Self {
        let windows = |text: &[u8]| (text.len() + 1).saturating_sub(width).min(OFFSETS_MAX);
        let all: usize = members.iter().map(|number| windows(patterns.text_of(*number))).sum();
        let places = all.next_power_of_two().clamp(64, 1 << 22);
        let counts_shift = 32 - places.ilog2();
        let mut counts = vec![0u32; places];
        for number in members {
            let text = patterns.text_of(*number);
            for offset in 0..windows(text) {
                if let Some(count) = counts.get_mut((hash_of(width, text, offset) >> counts_shift) as usize) {
                    *count += 1;
                }
            }
        }
        let texts = members.iter().map(|number| patterns.text_of(*number));
        Self {
            width,
            counts,
            counts_shift,
            windows_count: all.max(1) as f32,
            loads: vec![0; 1 << (32 - shift)],
            shift,
            pairs: with_pairs.then(|| ChosenPairs::new(texts)),
        }
    }

    /// Where the window begins that a pattern is filed under: the one for which the least has to be looked up. None if none of the
    /// places in the table has room.
    fn choose(&mut self, text: &[u8]) -> Option<usize> {
        let offsets = (text.len() + 1).checked_sub(self.width)?.min(OFFSETS_MAX);
        let costs = (0..offsets).filter_map(|offset| Some((self.cost(text, offset)?, offset)));
        let (_, offset) = costs.min_by(|(one, _), (other, _)| one.total_cmp(other))?;
        let window = text.get(offset..offset + self.width)?;
        let place = hash_of(self.width, text, offset) >> self.shift;
        if let Some(load) = self.loads.get_mut(place as usize) {
            *load = load.saturating_add(1);
        }
        if let Some(pairs) = &mut self.pairs {
            pairs.choose(window);
        }
        Some(offset)
    }

    /// What a window would cost for each place of a text: how much oftener the pairs would let something through, and how often the
    /// window occurs, as far as the bytes and the other patterns tell.
    fn cost(&self, text: &[u8], offset: usize) -> Option<f32> {
        let window = text.get(offset..offset + self.width)?;
        let hash = hash_of(self.width, text, offset);
        let load = *self.loads.get((hash >> self.shift) as usize)?;
        // All windows of a pattern may have one place.
        if usize::from(load) >= LOAD_MAX {
            return None;
        }
        let count = self.counts.get((hash >> self.counts_shift) as usize).copied().unwrap_or(1);
        let occurs = count.saturating_sub(1) as f32 / self.windows_count + frequency(window);
        let let_through = self.pairs.as_ref().map_or(0.0, |pairs| pairs.rise(window));
        Some(let_through + LOOK_UP_COST * occurs * (1.0 + f32::from(load)))
    }
}

/// What it costs to look up a window, in terms of what it costs to sort out one that pairs let through by mistake.
const LOOK_UP_COST: f32 = 8.0;

impl ChosenPairs {
    fn new<'p>(texts: impl Iterator<Item = &'p [u8]>) -> Self {
        // Every pair may occur in a text.
        let mut shares = vec![1.0f32; PAIRS];
        for [first, second] in texts.flat_map(|text| text.array_windows()) {
            if let Some(share) = shares.get_mut(pair(*first, *second)) {
                *share += 1.0;
            }
        }
        let all: f32 = shares.iter().sum();
        shares.iter_mut().for_each(|share| *share /= all);
        Self { shares, chosen: vec![0; PAIRS], covered: [0.0; 7] }
    }

    /// By how much the share of a text's places that is let through would rise, if pairs occurred independently of each other.
    fn rise(&self, window: &[u8]) -> f32 {
        let (mut before, mut after) = (1.0, 1.0);
        for (place, ([first, second], covered)) in window.array_windows().zip(&self.covered).enumerate() {
            let pair = pair(*first, *second);
            let is_chosen = self.chosen.get(pair).is_some_and(|places| places >> place & 1 == 1);
            let rise = if is_chosen { 0.0 } else { self.shares.get(pair).copied().unwrap_or(0.0) };
            before *= covered;
            after *= covered + rise;
        }
        after - before
    }

    fn choose(&mut self, window: &[u8]) {
        for (place, ([first, second], covered)) in window.array_windows().zip(&mut self.covered).enumerate() {
            let pair = pair(*first, *second);
            if let (Some(places), Some(share)) = (self.chosen.get_mut(pair), self.shares.get(pair))
                && *places >> place & 1 == 0
            {
                *places |= 1 << place;
                *covered += share;
            }
        }
    }
}
