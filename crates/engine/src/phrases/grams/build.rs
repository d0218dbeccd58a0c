//! Which pattern is filed under which of its windows.

use super::filter::{Bits, Filter, Lanes};
use super::window::{hash_of, rarity};
use super::{Entry, Grams, LOAD_MAX, Pass, Table};
use crate::phrases::automaton::Automaton;
use crate::phrases::pattern::Patterns;
use crate::phrases::simd::Kernel;

/// Windows of two or three bytes, and wider ones, that a filter in registers takes: beyond, too much gets through it.
const LANES_SHORT_MAX: usize = 32;
const LANES_MAX: usize = 128;

/// Patterns that one such filter takes if there are long and short ones.
const LANES_TOGETHER_MAX: usize = 48;

/// Patterns up to which there are as many such filters as it takes. In 4 KiB of text on an AMD EPYC with AVX-512 (November 2026, the
/// vocabulary of the `phrases` bench), 200 patterns took 1.4 µs with two filters, 1.7 µs with one and 2.5 µs with a table of bits; 600
/// took 5.6 µs with five filters and 4.8 µs with a table of bits.
const LANES_ALL_MAX: usize = 384;

/// Patterns up to which every fourth, or every second, place of a text is looked at, for four, or two, entries each.
const FOURTH_MAX: usize = 4_000;
const SECOND_MAX: usize = 32_000;

/// Where windows may begin in a pattern: an entry tells it in 16 bits.
const OFFSETS_MAX: usize = 1 << 16;

/// A table that is wanted: patterns of at least so many bytes, which are not long enough for the next.
#[derive(Clone, Copy, Debug)]
struct Plan {
    len_min: usize,
    width: usize,
    step: usize,
}

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
        let mut drafts = Vec::new();
        let mut crowded: Vec<(Plan, u32)> = Vec::new();
        for plan in plans(left.len(), kernel).into_iter().rev() {
            let (own, shorter): (Vec<u32>, _) = left.iter().partition(|number| len(number) >= plan.len_min);
            left = shorter;
            // Wide windows that filters in registers take are divided among as many as it takes.
            let parts = if plan.step == 1 && plan.width == 8 && own.len() <= LANES_ALL_MAX {
                own.len().div_ceil(LANES_MAX).max(1)
            } else {
                1
            };
            for part in own.chunks(own.len().div_ceil(parts).max(1)) {
                Draft::add(&mut drafts, &mut crowded, patterns, part.to_vec(), plan);
            }
        }
        // Those that found no room are told apart by windows of another width, or by all of theirs instead of a few.
        for width in [16, 8, 4, 3] {
            let (again, others): (Vec<_>, _) = crowded
                .into_iter()
                .partition(|(had, number)| (had.width, had.step) != (width, 1) && len(number) >= width);
            crowded = others;
            let again = again.into_iter().map(|(_, number)| number).collect();
            Draft::add(&mut drafts, &mut crowded, patterns, again, Plan { len_min: width, width, step: 1 });
        }
        let rest: Vec<u32> = crowded.into_iter().map(|(_, number)| number).collect();
        let rest = (!rest.is_empty()).then(|| Automaton::new(patterns, &rest).map(Box::new)).transpose()?;
        Ok(Self { kernel, letters: letters.collect(), passes: passes(patterns, drafts), rest })
    }
}

/// The tables for so many patterns, the shortest first.
fn plans(count: usize, kernel: Kernel) -> Vec<Plan> {
    let plan = |width: usize, step: usize| Plan { len_min: width + step - 1, width, step };
    let short = [plan(2, 1), plan(3, 1), plan(4, 1)];
    // Without vectors, to look at every place costs more than all else.
    let lanes_max = if kernel == Kernel::Portable { 0 } else { LANES_ALL_MAX };
    let long: &[Plan] = if count <= lanes_max {
        &[plan(8, 1)]
    } else if count <= FOURTH_MAX {
        &[plan(4, 4), plan(8, 4)]
    } else if count <= SECOND_MAX {
        &[plan(4, 2), plan(8, 2), plan(16, 2)]
    } else {
        &[plan(8, 1), plan(16, 1)]
    };
    short.into_iter().chain(long.iter().copied()).collect()
}

/// A table before it is decided in which pass it is looked up.
struct Draft {
    plan: Plan,
    /// The entries with their hashes.
    filed: Vec<(u32, Entry)>,
    shift: u32,
    slots: usize,
}

impl Draft {
    /// Drafts a table of some patterns, if there are any; those that find no room in it are `crowded` then.
    fn add(
        drafts: &mut Vec<Self>,
        crowded: &mut Vec<(Plan, u32)>,
        patterns: &Patterns,
        members: Vec<u32>,
        plan: Plan,
    ) {
        if members.is_empty() {
            return;
        }
        let Plan { width, step, .. } = plan;
        let slots = (members.len() * step * 3 / 2).next_power_of_two().clamp(16, 1 << 22);
        let shift = 32 - slots.ilog2();
        let mut chooser = Chooser::new(patterns, &members, plan, shift, slots);
        let mut filed: Vec<(u32, Entry)> = Vec::with_capacity(members.len() * step);
        for number in members {
            let text = patterns.text_of(number);
            let Some(offset) = chooser.offset(text) else {
                crowded.push((plan, number));
                continue;
            };
            for offset in offset..offset + step {
                let hash = hash_of(width, text, offset);
                chooser.file(hash >> shift);
                filed.push((hash, Entry::new(number, text, width, offset)));
            }
        }
        if !filed.is_empty() {
            drafts.push(Self { plan, filed, shift, slots });
        }
    }

    fn windows<'p>(&self, patterns: &'p Patterns) -> Vec<&'p [u8]> {
        let window = |(_, entry): &(u32, Entry)| {
            patterns.text_of(entry.pattern).get(usize::from(entry.offset)..)?.get(..self.plan.width)
        };
        self.filed.iter().filter_map(window).collect()
    }

    fn table(&self) -> Table {
        let (heads, entries) = table(&self.filed, self.shift, self.slots);
        Table { width: self.plan.width, heads, shift: self.shift, entries }
    }
}

/// The passes for some tables: one or two for all small ones, one for each of the others.
fn passes(patterns: &Patterns, drafts: Vec<Draft>) -> Box<[Pass]> {
    let is_small = |draft: &Draft| {
        let max = if draft.plan.width < 4 { LANES_SHORT_MAX } else { LANES_MAX };
        draft.plan.step == 1 && draft.filed.len() <= max
    };
    let (mut small, large): (Vec<Draft>, Vec<Draft>) = drafts.into_iter().partition(is_small);
    small.sort_by_key(|draft| draft.plan.width);
    let all: usize = small.iter().map(|draft| draft.filed.len()).sum();
    let together = if all <= LANES_TOGETHER_MAX {
        small.len()
    } else {
        small.partition_point(|draft| draft.plan.width <= 4)
    };
    let (first, others) = small.split_at(together);
    let groups = std::iter::once(first).chain(others.chunks(1));
    let mut passes: Vec<Pass> = groups.filter_map(|drafts| Pass::of_small(patterns, drafts)).collect();
    passes.extend(large.iter().map(Pass::of_large));
    passes.into_boxed_slice()
}

impl Pass {
    fn of_small(patterns: &Patterns, drafts: &[Draft]) -> Option<Self> {
        let widest = drafts.last()?.plan.width;
        let windows: Vec<_> =
            drafts.iter().map(|draft| (draft.plan.width, draft.windows(patterns))).collect();
        Some(Self {
            filter: Filter::Lanes(Lanes::new(widest.min(8), &windows)),
            step: 1,
            tables: drafts.iter().map(Draft::table).collect(),
        })
    }

    fn of_large(draft: &Draft) -> Self {
        let bits_per_hash = if draft.filed.len() > 60_000 { 8 } else { 16 };
        let hashes = draft.filed.iter().map(|(hash, _)| *hash);
        Self {
            filter: Filter::Bits(Bits::new(draft.plan.width, hashes, bits_per_hash)),
            step: draft.plan.step,
            tables: [draft.table()].into(),
        }
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
    plan: Plan,
    /// How often windows with a hash occur in the patterns themselves.
    counts: Vec<u32>,
    counts_shift: u32,
    /// Entries at each place of the table.
    loads: Vec<u8>,
    shift: u32,
    /// The sums of the rarities of a pattern's first bytes: of none, of one, of two …
    rarities: Vec<u32>,
}

impl Chooser {
    fn new(patterns: &Patterns, members: &[u32], plan: Plan, shift: u32, slots: usize) -> Self {
        let windows = |text: &[u8]| (text.len() + 1).saturating_sub(plan.width).min(OFFSETS_MAX);
        let all: usize = members.iter().map(|number| windows(patterns.text_of(*number))).sum();
        let places = all.next_power_of_two().clamp(64, 1 << 22);
        let counts_shift = 32 - places.ilog2();
        let mut counts = vec![0u32; places];
        for number in members {
            let text = patterns.text_of(*number);
            for offset in 0..windows(text) {
                if let Some(count) =
                    counts.get_mut((hash_of(plan.width, text, offset) >> counts_shift) as usize)
                {
                    *count += 1;
                }
            }
        }
        Self { plan, counts, counts_shift, loads: vec![0; slots], shift, rarities: Vec::new() }
    }

    /// Where the windows begin that a pattern is filed under: those that are met the least often, in texts as far as that can be told
    /// from the bytes, and in the other patterns, which are about what the texts are about. None if none of the
    /// places in the table has room.
    fn offset(&mut self, text: &[u8]) -> Option<usize> {
        let Plan { width, step, .. } = self.plan;
        let offsets = (text.len() + 2).checked_sub(width + step)?.min(OFFSETS_MAX - step);
        self.rarities.clear();
        self.rarities.push(0);
        let mut sum = 0;
        self.rarities.extend(text.iter().map(|byte| {
            sum += rarity(*byte);
            sum
        }));
        let rarity = |offset: usize| {
            let before = self.rarities.get(offset).copied().unwrap_or(0);
            self.rarities.get(offset + width).map_or(0, |all| all - before)
        };
        let cost = |offset: usize| -> Option<u32> {
            let hash = hash_of(width, text, offset);
            let load = u32::from(*self.loads.get((hash >> self.shift) as usize)?);
            // All windows of a pattern may have one place.
            if load as usize + step > LOAD_MAX {
                return None;
            }
            let count = self.counts.get((hash >> self.counts_shift) as usize).copied().unwrap_or(1);
            Some(16 * count.max(1).ilog2() + 24 * load + 2_000 - rarity(offset))
        };
        let worst = |offset: usize| {
            (offset..offset + step).map(cost).try_fold(0, |worst, cost| Some(cost?.max(worst)))
        };
        let costs = (0..offsets).filter_map(|offset| Some((worst(offset)?, offset)));
        costs.min().map(|(_, offset)| offset)
    }

    /// Notes an entry at a place of the table.
    fn file(&mut self, place: u32) {
        if let Some(load) = self.loads.get_mut(place as usize) {
            *load = load.saturating_add(1);
        }
    }
}
