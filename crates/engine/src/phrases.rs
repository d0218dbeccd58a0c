//! All phrases of one text field, found in one pass over the text for each folding in use.
//!
//! A phrase that folds to the same bytes as another is one *pattern* with it, and each pattern is looked for once, whatever
//! the modes it is wanted in. Patterns of different foldings are searched for apart. One search in fully folded text, with the
//! options verified at each hit, would be smaller but not exact: deleting a mark can let what stands on both sides of it
//! compose across the phrase's edge, so that a stricter test's phrase occurs where the looser one's does not.
//!
//! There are three ways to search, all exact ([`PhraseSearch`]): a substring search for each pattern ([`finders`]), an automaton
//! ([`automaton`]) and a filter over short windows of the text ([`grams`]). All report each pattern and kind once. Where only a few
//! tests matter, their phrases are looked for one by one instead ([`PhraseMatcher::look_for`]), which takes as long however many others
//! there are.
//!
//! When *not* to use it: for one phrase on one text, [`PhraseMatcher::holds`] or a plain search is faster than a matcher.

mod automaton;
mod finders;
mod folded;
mod grams;
mod hits;
mod locate;
mod pattern;
mod set;
mod simd;
#[cfg(test)]
mod tests;
mod words;

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::definition::Phrases;
use crate::fold::Folding;
use automaton::Automaton;
use finders::Finders;
pub use folded::Folded;
pub(crate) use folded::place as folding_place;
use grams::Grams;
use hits::Hits;
pub(crate) use locate::Located;
use pattern::{Kinds, Patterns};
use set::SparseSet;
use simd::Kernel;
pub(crate) use words::marked as marked_words;

/// In place of a number: there is none.
const NONE: u32 = u32::MAX;

/// A place in a list as a number. No list comes near its limit: memory would end first.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(NONE)
}

/// The entry of a number, if there is one.
fn entry<T>(list: &[T], number: u32) -> Option<&T> {
    list.get(usize::try_from(number).ok()?)
}

/// The folding that a test's phrases are compared in.
pub(crate) fn folding_of(phrases: &Phrases) -> Folding {
    Folding { case_sensitive: phrases.case_sensitive, accent_sensitive: phrases.accent_sensitive }
}

/// How the phrases of a text are searched for. What is found does not depend on it; the time does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PhraseSearch {
    /// Whichever is estimated to be the fastest.
    #[default]
    Measured,
    /// A substring search for each phrase.
    Finders,
    /// One automaton.
    AhoCorasick,
    /// A filter over windows of the text, with the widest vectors that the machine has.
    Grams,
    /// The same without vectors.
    GramsPortable,
}

impl PhraseSearch {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Measured, Self::Finders, Self::AhoCorasick, Self::Grams, Self::GramsPortable];
}

/// Collects the phrase tests of one text field.
#[derive(Debug, Default)]
pub struct PhraseMatcherBuilder {
    /// The first test with this hash, for tests that are added again.
    tests_by_hash: HashMap<u64, u32, FixedState>,
    tests: Vec<Test>,
    /// The patterns of all tests' phrases, each with the ordinal of its kind in the lowest three bits.
    phrases: Vec<u32>,
    /// The first pattern with this hash.
    patterns_by_hash: HashMap<u64, u32, FixedState>,
    patterns: Vec<NewPattern>,
    bytes: Vec<u8>,
    /// A phrase while it is added.
    folded: Vec<u8>,
}

/// Finds which phrase tests of one text field hold in a text.
#[derive(Debug)]
pub struct PhraseMatcher {
    patterns: Patterns,
    tests: Box<[Test]>,
    /// The pattern of each phrase of each test; [`NONE`] for one that folds to nothing, which never matches.
    phrases: Box<[u32]>,
    /// Where the tests of each check end in `check_tests`; they begin where those of the check before end.
    check_ends: Box<[u32]>,
    check_tests: Box<[u32]>,
    views: Box<[View]>,
    /// By which a phrase is looked for by itself.
    kernel: Kernel,
    sought_max: usize,
}

#[derive(Clone, Copy, Debug)]
struct Test {
    /// Where its phrases end; they begin where those of the test before end.
    phrases_end: u32,
    /// The number of its folding.
    folding: u8,
    /// The ordinal of its kind.
    kind: u8,
}

impl Test {
    fn kind(self) -> Kinds {
        Kinds::from_ordinal(u32::from(self.kind))
    }
}

#[derive(Debug)]
struct NewPattern {
    start: usize,
    len: u32,
    folding: u8,
    kinds: Kinds,
    /// The next pattern with the same hash.
    next: u32,
}

/// The patterns of one folding.
#[derive(Debug)]
struct View {
    folding: Folding,
    search: Search,
}

#[derive(Debug)]
enum Search {
    Finders(Finders),
    AhoCorasick(Box<Automaton>),
    Grams(Box<Grams>),
}

/// What a scan found, and memory that scans reuse. One per matcher's text field and thread.
#[derive(Debug, Default)]
pub struct PhraseScratch {
    folded: Folded,
    work: Work,
    results: Results,
}

/// Memory that searches reuse.
#[derive(Debug, Default)]
struct Work {
    /// Places where something may have been found.
    places: Vec<u32>,
    /// Entries that may be found, and where.
    filed: Vec<(u32, u32)>,
    /// Patterns that an automaton has dealt with.
    settled: SparseSet,
}

#[derive(Debug, Default)]
struct Results {
    /// Checks that hold.
    found: SparseSet,
    /// Tests that hold.
    held: SparseSet,
}

impl PhraseMatcherBuilder {
    /// Adds a test and returns its number: 0, 1, 2 …; an equal test that was added before keeps its number.
    pub fn add(&mut self, phrases: &Phrases) -> u32 {
        let folding = folding_of(phrases);
        let kind = Kinds::of(phrases);
        let start = self.phrases.len();
        for phrase in &phrases.phrases {
            let pattern = self.pattern(phrase, folding, kind);
            self.phrases.push(if pattern == NONE { NONE } else { pattern << 3 | kind.ordinal() });
        }
        let added = self.phrases.get(start..).unwrap_or_default();
        let hash = foldhash_of(added, folded::place(folding));
        let test = number(self.tests.len());
        let known = *self.tests_by_hash.entry(hash).or_insert(test);
        // Of tests with the same hash, only the first is found again: another would be added twice, which is no harm.
        if known != test && self.phrases_of(known) == Some(added) {
            self.phrases.truncate(start);
            return known;
        }
        let folding = u8::try_from(folded::place(folding)).unwrap_or(0);
        let kind = u8::try_from(kind.ordinal()).unwrap_or(0);
        self.tests.push(Test { phrases_end: number(self.phrases.len()), folding, kind });
        test
    }

    /// The pattern of a phrase, which is wanted in a kind from now on; [`NONE`] if it folds to nothing.
    fn pattern(&mut self, phrase: &str, folding: Folding, kind: Kinds) -> u32 {
        self.folded.clear();
        folding.fold_bytes_into(phrase, &mut self.folded);
        if self.folded.is_empty() {
            return NONE;
        }
        let place = folded::place(folding);
        let fresh = number(self.patterns.len());
        let first = *self.patterns_by_hash.entry(foldhash_of(&self.folded, place)).or_insert(fresh);
        let mut last = first;
        let mut next = first;
        while let Some(pattern) = self.patterns.get_mut(next as usize) {
            let text = self.bytes.get(pattern.start..pattern.start + pattern.len as usize);
            if usize::from(pattern.folding) == place && text == Some(&self.folded) {
                pattern.kinds = pattern.kinds | kind;
                return next;
            }
            last = next;
            next = pattern.next;
        }
        if let Some(last) = self.patterns.get_mut(last as usize) {
            last.next = fresh;
        }
        self.patterns.push(NewPattern {
            start: self.bytes.len(),
            len: number(self.folded.len()),
            folding: u8::try_from(place).unwrap_or(0),
            kinds: kind,
            next: NONE,
        });
        self.bytes.extend_from_slice(&self.folded);
        fresh
    }

    fn phrases_of(&self, test: u32) -> Option<&[u32]> {
        phrases_of(&self.tests, &self.phrases, test)
    }

    /// Compiles what was added.
    ///
    /// # Errors
    /// There is more than can be held.
    pub fn build(self) -> Result<PhraseMatcher, String> {
        self.build_with(PhraseSearch::Measured)
    }

    /// The same, searching in a way of one's own.
    ///
    /// # Errors
    /// There is more than can be held.
    pub fn build_with(mut self, search: PhraseSearch) -> Result<PhraseMatcher, String> {
        let of_each = self.patterns.iter().map(|pattern| (pattern.len, pattern.kinds));
        let patterns = Patterns::new(std::mem::take(&mut self.bytes), of_each)?;
        let mut phrases = std::mem::take(&mut self.phrases);
        for phrase in phrases.iter_mut().filter(|phrase| **phrase != NONE) {
            *phrase >>= 3;
        }
        let kernel = match search {
            PhraseSearch::GramsPortable => Kernel::Portable,
            _ => Kernel::detect(),
        };
        let mut views = Vec::new();
        for place in 0..4u8 {
            let numbered = (0u32..).zip(&self.patterns);
            let members: Vec<u32> =
                numbered.filter(|(_, pattern)| pattern.folding == place).map(|(number, _)| number).collect();
            if !members.is_empty() {
                let folding = folded::folding(usize::from(place));
                views.push(View { folding, search: Search::new(search, &patterns, members, kernel)? });
            }
        }
        // To look for one phrase in 600 bytes takes 25 ns on an AMD EPYC with AVX-512 (November 2026); a scan for 100, 1,000 and 10,000 takes
        // 8, 33 and 107 times as long.
        let sought_max = patterns.count().isqrt();
        let (check_ends, check_tests) = tests_of_checks(&patterns, &self.tests, &phrases);
        Ok(PhraseMatcher {
            patterns,
            tests: self.tests.into_boxed_slice(),
            phrases: phrases.into_boxed_slice(),
            check_ends,
            check_tests,
            views: views.into_boxed_slice(),
            kernel,
            sought_max,
        })
    }
}

fn foldhash_of(what: impl std::hash::Hash, folding: usize) -> u64 {
    std::hash::BuildHasher::hash_one(&FixedState::default(), (what, folding))
}

/// The patterns of a test's phrases.
fn phrases_of<'p>(tests: &[Test], phrases: &'p [u32], test: u32) -> Option<&'p [u32]> {
    let end = entry(tests, test)?.phrases_end as usize;
    let start =
        test.checked_sub(1).and_then(|before| entry(tests, before)).map_or(0, |test| test.phrases_end);
    phrases.get(start as usize..end)
}

/// The checks of a test's phrases.
fn checks_of(
    patterns: &Patterns,
    tests: &[Test],
    phrases: &[u32],
    test: u32,
) -> impl Iterator<Item = u32> + Clone {
    let kind = entry(tests, test).map(|test| test.kind()).unwrap_or_default();
    phrases_of(tests, phrases, test)
        .unwrap_or_default()
        .iter()
        .map(move |phrase| patterns.check(*phrase, kind))
}

/// The tests of each check, one after the other, and where those of each end.
fn tests_of_checks(patterns: &Patterns, tests: &[Test], phrases: &[u32]) -> (Box<[u32]>, Box<[u32]>) {
    // A phrase may stand in its test twice.
    let mut last = vec![NONE; patterns.checks_count as usize];
    let mut ends = vec![0u32; patterns.checks_count as usize];
    let mut pairs = Vec::with_capacity(phrases.len());
    for test in 0..number(tests.len()) {
        for check in checks_of(patterns, tests, phrases, test) {
            let index = check as usize;
            if let (Some(last), Some(count)) = (last.get_mut(index), ends.get_mut(index))
                && std::mem::replace(last, test) != test
            {
                *count += 1;
                pairs.push((check, test));
            }
        }
    }
    let mut sum = 0;
    for end in &mut ends {
        sum += *end;
        *end = sum;
    }
    let mut places = ends.clone();
    let mut check_tests = vec![0; pairs.len()];
    for (check, test) in pairs.into_iter().rev() {
        if let Some(place) = places.get_mut(check as usize) {
            *place -= 1;
            if let Some(slot) = check_tests.get_mut(*place as usize) {
                *slot = test;
            }
        }
    }
    (ends.into_boxed_slice(), check_tests.into_boxed_slice())
}

/// Patterns up to which a substring search for each is the fastest: with vectors, and without. In 4 KiB of text on an AMD EPYC with
/// AVX-512 (November 2026), one, two, three and five of them took 0.11, 0.21, 0.29 and 0.48 µs, the filter 0.30 to 0.39 µs; without
/// vectors the filter takes 8 µs for 50 patterns, but each finder takes 0.6 kB, for each of many accounts.
/// The automaton took 8 µs for one pattern, 24 µs for ten and 31 µs for a thousand (the filter 0.3, 0.4 and 6.4 µs): it is never the
/// fastest.
const FINDERS_MAX: usize = 2;
const FINDERS_MAX_PORTABLE: usize = 16;

/// Places of a text that may be compared with phrases that are looked for one by one: so many, and one for every few bytes.
const TRIES_MIN: usize = 64;
const BYTES_PER_TRY: usize = 2;

impl Search {
    /// A search for some of the patterns.
    fn new(
        wanted: PhraseSearch,
        patterns: &Patterns,
        members: Vec<u32>,
        kernel: Kernel,
    ) -> Result<Self, String> {
        let finders_max = if kernel == Kernel::Portable { FINDERS_MAX_PORTABLE } else { FINDERS_MAX };
        Ok(match wanted {
            PhraseSearch::Measured if members.len() <= finders_max => {
                Self::Finders(Finders::new(patterns, &members))
            }
            PhraseSearch::Measured | PhraseSearch::Grams | PhraseSearch::GramsPortable => {
                Self::Grams(Box::new(Grams::new(patterns, members, kernel)?))
            }
            PhraseSearch::Finders => Self::Finders(Finders::new(patterns, &members)),
            PhraseSearch::AhoCorasick => Self::AhoCorasick(Box::new(Automaton::new(patterns, &members)?)),
        })
    }

    fn memory_usage(&self) -> usize {
        match self {
            Self::Finders(finders) => finders.memory_usage(),
            Self::AhoCorasick(automaton) => size_of::<Automaton>() + automaton.memory_usage(),
            Self::Grams(grams) => size_of::<Grams>() + grams.memory_usage(),
        }
    }
}

impl PhraseMatcher {
    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.views.is_empty()
    }

    /// Finds every phrase that occurs in the text. The numbers of the tests that hold, each once, in no particular
    /// order, are in [`PhraseScratch::tests`] afterwards, until the next scan.
    pub fn scan(&self, text: &str, scratch: &mut PhraseScratch) {
        scratch.clear();
        let PhraseScratch { folded, work, results } = scratch;
        self.look_into(text, folded, work, results);
    }

    /// The same in a text that other matchers look into as well: between two calls with the same `folded`, either the text is
    /// the same, or `folded` is cleared.
    pub fn scan_shared(&self, text: &str, folded: &mut Folded, scratch: &mut PhraseScratch) {
        scratch.results.clear();
        self.look_into(text, folded, &mut scratch.work, &mut scratch.results);
    }

    /// The same for some tests alone: whether these hold, and which of their phrases occur, is what a scan would tell; nothing is known
    /// of the others. If they have few of the phrases, at most [`Self::sought_max`], these are looked for one by one, whatever the others
    /// are.
    pub fn look_for(&self, tests: &[u32], text: &str, folded: &mut Folded, scratch: &mut PhraseScratch) {
        let sought = |test: &u32| phrases_of(&self.tests, &self.phrases, *test).map_or(0, <[u32]>::len);
        let is_few = tests.iter().map(sought).sum::<usize>() <= self.sought_max;
        if !is_few || !self.seek(tests, text, folded, &mut scratch.results) {
            self.scan_shared(text, folded, scratch);
        }
    }

    /// Phrases up to which it is faster to look for each of them than for all that there are.
    pub fn sought_max(&self) -> usize {
        self.sought_max
    }

    /// Looks for the phrases of some tests one by one. Tells whether that has led to an end: one that occurs again and again, but never
    /// as it is wanted, is better looked for in another way.
    fn seek(&self, tests: &[u32], text: &str, folded: &mut Folded, results: &mut Results) -> bool {
        results.clear();
        results.found.reach(self.check_ends.len());
        results.held.reach(self.tests.len());
        // An ordinary text is like a phrase in one place of a hundred; one of a single letter would be compared with a long phrase at each.
        let mut tries = TRIES_MIN + text.len() / BYTES_PER_TRY;
        tests.iter().filter_map(|test| Some((*test, entry(&self.tests, *test)?))).all(|(number, test)| {
            let Some(seen) = folded.view(folded::folding(usize::from(test.folding)), text) else {
                return true;
            };
            let (text, words) = seen.parts();
            let mut hits = Hits::new(self, text.bytes(), words, results);
            let patterns = phrases_of(&self.tests, &self.phrases, number).unwrap_or_default();
            patterns.iter().all(|pattern| hits.seek(text, *pattern, test.kind(), &mut tries))
        })
    }

    fn look_into(&self, text: &str, folded: &mut Folded, work: &mut Work, results: &mut Results) {
        if self.is_empty() {
            return;
        }
        results.found.reach(self.check_ends.len());
        results.held.reach(self.tests.len());
        for view in &self.views {
            let Some(seen) = folded.view(view.folding, text) else { continue };
            let (text, words) = seen.parts();
            let mut hits = Hits::new(self, text.bytes(), words, results);
            match &view.search {
                Search::Finders(finders) => finders.scan(&mut hits),
                Search::AhoCorasick(automaton) => automaton.scan(&mut work.settled, &mut hits),
                Search::Grams(grams) => grams.scan(text, work, &mut hits),
            }
        }
    }

    /// Whether one test holds in a text, without a scan; for the few texts that no scan has seen (a baseline's).
    pub fn holds(&self, test: u32, text: &str) -> bool {
        let Some(own) = entry(&self.tests, test) else { return false };
        let mut seen = Vec::new();
        folded::folding(usize::from(own.folding)).fold_bytes_into(text, &mut seen);
        let mut words = words::Words::default();
        let kind = own.kind();
        let patterns = phrases_of(&self.tests, &self.phrases, test).unwrap_or_default();
        patterns.iter().filter_map(|number| self.patterns.get(*number)).any(|pattern| {
            let phrase = self.patterns.text(pattern);
            if kind.words().is_empty() {
                return finders::occurs(kind, &seen, phrase);
            }
            // A phrase that does not occur at all does not occur as a word.
            memchr::memmem::find(&seen, phrase).is_some()
                && finders::occurs(kind.anywhere(), words.marked(&seen), &words::marked(phrase))
        })
    }

    /// How many distinct phrases it looks for.
    pub fn phrases_count(&self) -> usize {
        self.patterns.count()
    }

    /// Bytes on the heap.
    pub fn memory_usage(&self) -> usize {
        self.patterns.memory_usage()
            + size_of_val::<[Test]>(&self.tests)
            + size_of_val::<[u32]>(&self.phrases)
            + size_of_val::<[u32]>(&self.check_ends)
            + size_of_val::<[u32]>(&self.check_tests)
            + size_of_val::<[View]>(&self.views)
            + self.views.iter().map(|view| view.search.memory_usage()).sum::<usize>()
    }

    fn tests_of(&self, check: u32) -> &[u32] {
        let start = check.checked_sub(1).and_then(|before| entry(&self.check_ends, before)).copied();
        let end = entry(&self.check_ends, check).copied().unwrap_or(0);
        self.check_tests.get(start.unwrap_or(0) as usize..end as usize).unwrap_or_default()
    }
}

impl PhraseScratch {
    /// Numbers of the tests that hold in the text scanned last.
    pub fn tests(&self) -> &[u32] {
        self.results.held.members()
    }

    /// Whether a test holds in the text scanned last.
    pub fn holds(&self, test: u32) -> bool {
        self.results.held.contains(test)
    }

    /// Indexes, ascending, of the phrases of a test that occur in the text scanned last.
    pub fn phrases_of(&self, matcher: &PhraseMatcher, test: u32) -> impl Iterator<Item = u32> {
        let checks = checks_of(&matcher.patterns, &matcher.tests, &matcher.phrases, test);
        (0..).zip(checks).filter(|(_, check)| self.results.found.contains(*check)).map(|(index, _)| index)
    }

    /// Forgets the last scan: no test holds.
    pub fn clear(&mut self) {
        self.folded.clear();
        self.results.clear();
    }
}

impl Results {
    fn clear(&mut self) {
        self.found.clear();
        self.held.clear();
    }
}
