//! One Aho-Corasick automaton for many patterns.
//!
//! Every pattern is decided at its first hit, wherever else it occurs: *contains* holds there; *starts with* holds there or
//! nowhere; *ends with* and *equals* depend on the last state alone. Hence a scan takes time linear in the text and in the
//! patterns that occur in it, however often they do: a, aa, aaa … on a text of a's included.
//!
//! Patterns that are wanted as words have a second automaton, over the text with its boundaries marked ([`super::words`]), where a
//! boundary is a byte and needs no verification that could fail at one hit and succeed at another. It runs only if one of them
//! occurs at all.

use aho_corasick::automaton::Automaton as _;
use aho_corasick::{Anchored, MatchKind, StartKind, dfa, nfa};

use super::hits::Hits;
use super::pattern::{Kinds, Patterns};
use super::set::SparseSet;
use super::{NONE, entry, number, words};

/// Bytes up to which a set of phrases gets a DFA: a few phrases. It is tens of times larger than the other, which a service of
/// many accounts would pay for each of them.
const DFA_BYTES_MAX: usize = 16 * 1024;

/// Finds all of some patterns.
#[derive(Debug)]
pub(super) struct Automaton {
    plain: States,
    /// Those that are wanted as words.
    marked: Option<States>,
}

#[derive(Debug)]
struct States {
    machine: Machine,
    members: Box<[Member]>,
}

#[derive(Debug)]
enum Machine {
    Dfa(dfa::DFA),
    Nfa(nfa::contiguous::NFA),
}

/// A pattern of an automaton.
#[derive(Clone, Copy, Debug)]
struct Member {
    pattern: u32,
    /// Bytes that it looks for.
    len: u32,
    /// The longest other member that it ends with. It occurs wherever this one does, so that the members that end at one
    /// place are this one, its `shorter`, that one's, and so on.
    shorter: u32,
}

impl Automaton {
    /// The automaton of some of the patterns.
    ///
    /// # Errors
    /// It would exceed what the library can hold.
    pub(super) fn new(patterns: &Patterns, members: &[u32]) -> Result<Self, String> {
        let plain = States::new(members, |number| patterns.text_of(number))?;
        let as_words: Vec<u32> = members
            .iter()
            .copied()
            .filter(|number| patterns.get(*number).is_some_and(|pattern| !pattern.kinds.words().is_empty()))
            .collect();
        let marked = (!as_words.is_empty())
            .then(|| States::new(&as_words, |number| words::marked(patterns.text_of(number))))
            .transpose()?;
        Ok(Self { plain, marked })
    }

    /// Reports every kind that holds; `settled` is memory that is reused.
    pub(super) fn scan(&self, settled: &mut SparseSet, hits: &mut Hits<'_>) {
        let mut words_occur = false;
        self.plain.scan(hits.text(), settled, |number, kinds| {
            if let Some(pattern) = hits.patterns().get(number) {
                words_occur |= !pattern.kinds.words().is_empty();
                hits.report(pattern, pattern.kinds & kinds);
            }
        });
        if let Some(marked) = self.marked.as_ref().filter(|_| words_occur) {
            let text = hits.text();
            let mut words = hits.take_words();
            marked.scan(words.marked(text), settled, |number, kinds| {
                if let Some(pattern) = hits.patterns().get(number) {
                    hits.report(pattern, pattern.kinds & kinds.between_words());
                }
            });
            hits.put_back(words);
        }
    }

    /// Bytes on the heap.
    pub(super) fn memory_usage(&self) -> usize {
        self.plain.memory_usage() + self.marked.as_ref().map_or(0, States::memory_usage)
    }
}

impl States {
    fn new<T: AsRef<[u8]>>(members: &[u32], text: impl Fn(u32) -> T) -> Result<Self, String> {
        let machine = Machine::new(members, &text)?;
        let members = members.iter().map(|pattern| {
            let text = text(*pattern);
            let text = text.as_ref();
            Member { pattern: *pattern, len: number(text.len()), shorter: machine.shorter(text) }
        });
        let members = members.collect();
        Ok(Self { machine, members })
    }

    fn scan(&self, seen: &[u8], settled: &mut SparseSet, found: impl FnMut(u32, Kinds)) {
        settled.clear();
        settled.reach(self.members.len());
        let mut scan = Scan { members: &self.members, settled, found };
        match &self.machine {
            Machine::Dfa(automaton) => scan.run(automaton, seen),
            Machine::Nfa(automaton) => scan.run(automaton, seen),
        }
    }

    fn memory_usage(&self) -> usize {
        let machine = match &self.machine {
            Machine::Dfa(automaton) => automaton.memory_usage(),
            Machine::Nfa(automaton) => automaton.memory_usage(),
        };
        machine + size_of_val::<[Member]>(&self.members)
    }
}

impl Machine {
    /// The automaton of some texts, which are all different.
    fn new<T: AsRef<[u8]>>(members: &[u32], text: impl Fn(u32) -> T) -> Result<Self, String> {
        // The library's prefilters serve its own searches only; scans walk the states themselves.
        let texts = members.iter().map(|pattern| text(*pattern));
        if dfa_bytes(members, &text) <= DFA_BYTES_MAX {
            let mut builder = dfa::DFA::builder();
            builder.match_kind(MatchKind::Standard).start_kind(StartKind::Unanchored).prefilter(false);
            builder.build(texts).map(Self::Dfa)
        } else {
            let mut builder = nfa::contiguous::NFA::builder();
            builder.match_kind(MatchKind::Standard).prefilter(false);
            builder.build(texts).map(Self::Nfa)
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
fn shorter(automaton: &impl aho_corasick::automaton::Automaton, text: &[u8]) -> u32 {
    let Ok(start) = automaton.start_state(Anchored::No) else { return NONE };
    let end = text.iter().fold(start, |state, byte| automaton.next_state(Anchored::No, state, *byte));
    if automaton.is_match(end) && automaton.match_len(end) > 1 {
        automaton.match_pattern(end, 1).as_u32()
    } else {
        NONE
    }
}

/// At most how large the DFA of these texts is: a state for each byte, a row of four-byte cells for each state, a cell for each
/// class of bytes, rounded up to a power of two.
fn dfa_bytes<T: AsRef<[u8]>>(members: &[u32], text: impl Fn(u32) -> T) -> usize {
    let mut used = [false; 256];
    let mut states: usize = 3;
    for member in members {
        let text = text(*member);
        states = states.saturating_add(text.as_ref().len());
        for byte in text.as_ref() {
            if let Some(used) = used.get_mut(usize::from(*byte)) {
                *used = true;
            }
        }
    }
    // Bytes that no pattern tells apart share a class; a class ends before and after each byte that is used.
    let classes = 1 + used.array_windows().filter(|[byte, next]| *byte || *next).count();
    states.saturating_mul(classes.next_power_of_two() * 4)
}

/// One scan in progress.
struct Scan<'v, F> {
    members: &'v [Member],
    settled: &'v mut SparseSet,
    found: F,
}

impl<F: FnMut(u32, Kinds)> Scan<'_, F> {
    fn run(&mut self, automaton: &impl aho_corasick::automaton::Automaton, seen: &[u8]) {
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

    /// Settles the longest member that ends at `end` and all others that do. Those that follow one that has been settled
    /// have been so with it. At the first hit of each, *contains* holds, and *starts with* holds or never will.
    fn hit(&mut self, longest: u32, end: u32) {
        let mut next = longest;
        while self.settled.insert(next) {
            let Some(member) = entry(self.members, next) else { return };
            let starts = if member.len == end { Kinds::STARTS_WITH } else { Kinds::default() };
            (self.found)(member.pattern, Kinds::CONTAINS | starts);
            next = member.shorter;
        }
    }

    /// Reports what depends on the text's end, at which `longest` is the longest member to end.
    fn end(&mut self, longest: u32, len: u32) {
        let mut next = longest;
        while let Some(member) = entry(self.members, next) {
            let equals = if member.len == len { Kinds::EQUALS } else { Kinds::default() };
            (self.found)(member.pattern, Kinds::ENDS_WITH | equals);
            next = member.shorter;
        }
    }
}
