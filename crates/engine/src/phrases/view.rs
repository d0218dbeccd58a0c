//! The automaton of one view.

use std::collections::HashMap;

use aho_corasick::automaton::Automaton;
use aho_corasick::{Anchored, MatchKind, StartKind, dfa, nfa};

use super::set::SparseSet;
use super::{NONE, entry, number, words};
use crate::definition::PhraseMode;
use crate::fold::Folding;

/// Bytes up to which a set of phrases gets a DFA: about fifty phrases of usual length. A DFA takes one load per byte of
/// text where the contiguous NFA follows failure links, but only as long as it stays in a core's second-level cache (1 MiB or
/// more on today's servers, shared with everything else that a decision touches); and it is tens of times larger, which
/// a service of many accounts pays for each of them.
const DFA_BYTES_MAX: usize = 256 * 1024;

/// Collects the phrases of one view.
#[derive(Debug)]
pub(super) struct ViewBuilder {
    folding: Folding,
    marked: bool,
    numbers: HashMap<Box<[u8]>, u32>,
    patterns: Vec<Pattern>,
    bytes: Vec<u8>,
}

/// The automaton of one view.
#[derive(Debug)]
pub(super) struct View {
    folding: Folding,
    marked: bool,
    automaton: Machine,
    patterns: Box<[Pattern]>,
    /// What is looked for, one after the other.
    bytes: Box<[u8]>,
}

#[derive(Debug)]
enum Machine {
    Dfa(dfa::DFA),
    Nfa(nfa::contiguous::NFA),
}

/// What is looked for: a phrase as the view sees it.
#[derive(Debug)]
struct Pattern {
    /// Where it stands in the view's bytes.
    start: usize,
    len: u32,
    /// The longest other pattern that it ends with. It occurs wherever this one does, so that the patterns that end at
    /// one place are this one, its `shorter`, that one's, and so on.
    shorter: u32,
    contains: u32,
    equals: u32,
    starts_with: u32,
    ends_with: u32,
}

impl ViewBuilder {
    pub(super) fn new(folding: Folding, marked: bool) -> Self {
        Self { folding, marked, numbers: HashMap::new(), patterns: Vec::new(), bytes: Vec::new() }
    }

    /// Whether it is the view of these options.
    pub(super) fn sees(&self, folding: Folding, marked: bool) -> bool {
        self.folding == folding && self.marked == marked
    }

    /// Adds a phrase and returns the number of its pattern; none if it folds to nothing.
    pub(super) fn add(&mut self, phrase: &str) -> Option<u32> {
        let folded = self.folding.fold(phrase);
        if folded.is_empty() {
            return None;
        }
        let seen = as_seen(folded, self.marked);
        if let Some(pattern) = self.numbers.get(seen.as_slice()) {
            return Some(*pattern);
        }
        let pattern = number(self.patterns.len());
        self.patterns.push(Pattern {
            start: self.bytes.len(),
            len: number(seen.len()),
            shorter: NONE,
            contains: NONE,
            equals: NONE,
            starts_with: NONE,
            ends_with: NONE,
        });
        self.bytes.extend_from_slice(&seen);
        self.numbers.insert(seen.into_boxed_slice(), pattern);
        Some(pattern)
    }

    /// The check of a pattern in a mode: the one that it has, or else `fresh`, which it then has.
    pub(super) fn check(&mut self, pattern: u32, mode: PhraseMode, fresh: u32) -> u32 {
        let pattern = usize::try_from(pattern).ok().and_then(|pattern| self.patterns.get_mut(pattern));
        let Some(pattern) = pattern else { return fresh };
        let check = match mode {
            PhraseMode::Contains => &mut pattern.contains,
            PhraseMode::Equals => &mut pattern.equals,
            PhraseMode::StartsWith => &mut pattern.starts_with,
            PhraseMode::EndsWith => &mut pattern.ends_with,
        };
        if *check == NONE {
            *check = fresh;
        }
        *check
    }

    /// Compiles what was added.
    pub(super) fn build(self) -> Result<View, String> {
        let mut patterns = self.patterns;
        let texts = || patterns.iter().filter_map(|pattern| text_of(&self.bytes, pattern));
        let automaton = Machine::new(&self.bytes, texts)?;
        let shorter: Vec<u32> = texts().map(|text| automaton.shorter(text)).collect();
        for (pattern, shorter) in patterns.iter_mut().zip(shorter) {
            pattern.shorter = shorter;
        }
        Ok(View {
            folding: self.folding,
            marked: self.marked,
            automaton,
            patterns: patterns.into_boxed_slice(),
            bytes: self.bytes.into_boxed_slice(),
        })
    }
}

/// A folded text as a view sees it.
fn as_seen(folded: String, marked: bool) -> Vec<u8> {
    if !marked {
        return folded.into_bytes();
    }
    let mut out = Vec::new();
    words::mark(&folded, &mut out);
    out
}

fn text_of<'b>(bytes: &'b [u8], pattern: &Pattern) -> Option<&'b [u8]> {
    let len = usize::try_from(pattern.len).ok()?;
    bytes.get(pattern.start..)?.get(..len)
}

impl View {
    pub(super) fn folding(&self) -> Folding {
        self.folding
    }

    pub(super) fn is_marked(&self) -> bool {
        self.marked
    }

    /// By what views are sorted: those of one folding stand side by side.
    pub(super) fn order(&self) -> (bool, bool, bool) {
        (self.folding.case_sensitive, self.folding.accent_sensitive, self.marked)
    }

    /// A text as this view sees it.
    pub(super) fn see(&self, text: &str) -> Vec<u8> {
        as_seen(self.folding.fold(text), self.marked)
    }

    /// What a pattern looks for.
    pub(super) fn pattern(&self, pattern: u32) -> Option<&[u8]> {
        text_of(&self.bytes, entry(&self.patterns, pattern)?)
    }

    /// Reports every check that holds in a text as this view sees it; `settled` is memory that is reused.
    pub(super) fn scan(&self, seen: &[u8], settled: &mut SparseSet, found: impl FnMut(u32)) {
        settled.clear();
        settled.reach(self.patterns.len());
        let mut scan = Scan { patterns: &self.patterns, settled, found };
        match &self.automaton {
            Machine::Dfa(automaton) => scan.run(automaton, seen),
            Machine::Nfa(automaton) => scan.run(automaton, seen),
        }
    }

    /// Bytes on the heap.
    pub(super) fn memory_usage(&self) -> usize {
        let automaton = match &self.automaton {
            Machine::Dfa(automaton) => automaton.memory_usage(),
            Machine::Nfa(automaton) => automaton.memory_usage(),
        };
        automaton + size_of_val::<[Pattern]>(&self.patterns) + self.bytes.len()
    }
}

impl Machine {
    /// The automaton of some texts, which are all different; `bytes` is all of them together.
    fn new<'b, I: Iterator<Item = &'b [u8]>>(bytes: &[u8], texts: impl Fn() -> I) -> Result<Self, String> {
        // The library's prefilters serve its own searches only; scans walk the states themselves.
        if dfa_bytes(bytes) <= DFA_BYTES_MAX {
            let mut builder = dfa::DFA::builder();
            builder.match_kind(MatchKind::Standard).start_kind(StartKind::Unanchored).prefilter(false);
            builder.build(texts()).map(Self::Dfa)
        } else {
            let mut builder = nfa::contiguous::NFA::builder();
            builder.match_kind(MatchKind::Standard).prefilter(false);
            builder.build(texts()).map(Self::Nfa)
        }
        .map_err(|error| error.to_string())
    }

    /// The number of the longest other text that this one of them ends with.
    fn shorter(&self, text: &[u8]) -> u32 {
        match self {
            Self::Dfa(automaton) => shorter(automaton, text),
            Self::Nfa(automaton) => shorter(automaton, text),
        }
    }
}

/// The automaton lists the patterns that end at a state from the longest to the shortest, since each state's own comes before
/// those that its failure link leads to.
fn shorter(automaton: &impl Automaton, text: &[u8]) -> u32 {
    let Ok(start) = automaton.start_state(Anchored::No) else { return NONE };
    let end = text.iter().fold(start, |state, byte| automaton.next_state(Anchored::No, state, *byte));
    if automaton.is_match(end) && automaton.match_len(end) > 1 {
        automaton.match_pattern(end, 1).as_u32()
    } else {
        NONE
    }
}

/// At most how large the DFA of these bytes is: a state for each, a row of four-byte cells for each state, a cell for each
/// class of bytes, rounded up to a power of two.
fn dfa_bytes(bytes: &[u8]) -> usize {
    let mut used = [false; 256];
    for byte in bytes {
        if let Some(used) = used.get_mut(usize::from(*byte)) {
            *used = true;
        }
    }
    // Bytes that no pattern tells apart share a class; a class ends before and after each byte that is used.
    let classes = 1 + used.array_windows().filter(|[byte, next]| *byte || *next).count();
    bytes.len().saturating_add(3).saturating_mul(classes.next_power_of_two() * 4)
}

/// One scan in progress.
struct Scan<'v, F> {
    patterns: &'v [Pattern],
    settled: &'v mut SparseSet,
    found: F,
}

impl<F: FnMut(u32)> Scan<'_, F> {
    fn run(&mut self, automaton: &impl Automaton, seen: &[u8]) {
        // Automata are built for searches that are not anchored.
        let Ok(mut state) = automaton.start_state(Anchored::No) else { return };
        for (index, byte) in seen.iter().enumerate() {
            state = automaton.next_state(Anchored::No, state, *byte);
            if automaton.is_match(state) {
                self.hit(automaton.match_pattern(state, 0).as_u32(), number(index + 1));
            }
        }
        if automaton.is_match(state) {
            self.end(automaton.match_pattern(state, 0).as_u32(), number(seen.len()));
        }
    }

    /// Settles the longest pattern that ends at `end` and all others that do. Those that follow one that has been settled
    /// have been so with it. At the first hit of each, *contains* holds, and *starts with* holds or never will.
    fn hit(&mut self, longest: u32, end: u32) {
        let mut next = longest;
        while self.settled.insert(next) {
            let Some(pattern) = entry(self.patterns, next) else { return };
            self.report(pattern.contains);
            if pattern.len == end {
                self.report(pattern.starts_with);
            }
            next = pattern.shorter;
        }
    }

    /// Reports what depends on the text's end, at which `longest` is the longest pattern to end.
    fn end(&mut self, longest: u32, len: u32) {
        let mut next = longest;
        while let Some(pattern) = entry(self.patterns, next) {
            self.report(pattern.ends_with);
            if pattern.len == len {
                self.report(pattern.equals);
            }
            next = pattern.shorter;
        }
    }

    fn report(&mut self, check: u32) {
        if check != NONE {
            (self.found)(check);
        }
    }
}
