//! All phrases of one text field, found in one pass per view in use.
//!
//! A *view* is the text as a group of tests sees it: folded by one of the four [`Folding`]s, and for `whole_word` with its
//! word boundaries marked ([`words`]). Each view in use has an Aho-Corasick automaton of its own. One automaton on fully
//! folded text, with the options verified at each hit, would be smaller but not exact: deleting a mark can let what stands
//! on both sides of it compose across the phrase's edge, so that a stricter test's phrase occurs where the looser one's
//! does not.
//!
//! Every phrase is decided at its first hit, wherever else it occurs: *contains* holds there; *starts with* holds there or
//! nowhere; *ends with* and *equals* depend on the last state alone. A boundary of words is a byte of the view, so `whole_word`
//! needs no verification that could fail at one hit and succeed at another. Hence a scan takes time linear in the text
//! and in the phrases that occur in it, however often they do: a, aa, aaa … on a text of a's included.
//!
//! When *not* to use it: for one phrase on one text, [`PhraseMatcher::holds`] or a plain search is faster than any automaton.

mod set;
#[cfg(test)]
mod tests;
mod view;
mod words;

use std::collections::HashMap;

use crate::definition::{PhraseMode, Phrases};
use crate::fold::Folding;
use set::SparseSet;
use view::{View, ViewBuilder};

/// In place of a number: there is none.
const NONE: u32 = u32::MAX;

/// A place in a list as a number. No list comes near its limit: memory would end first, and automata refuse half of it.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(NONE)
}

/// The entry of a number, if there is one.
fn entry<T>(list: &[T], number: u32) -> Option<&T> {
    list.get(usize::try_from(number).ok()?)
}

/// Collects the phrase tests of one text field.
#[derive(Debug, Default)]
pub(crate) struct PhraseMatcherBuilder {
    numbers: HashMap<Phrases, u32>,
    tests: Vec<Test>,
    /// Tests that hold if the check does.
    checks: Vec<Vec<u32>>,
    views: Vec<ViewBuilder>,
}

/// Finds which phrase tests of one text field hold in a text.
#[derive(Debug)]
pub(crate) struct PhraseMatcher {
    tests: Box<[Test]>,
    /// Where the tests of each check end in `check_tests`; they begin where those of the check before end.
    check_ends: Box<[u32]>,
    check_tests: Box<[u32]>,
    views: Box<[View]>,
}

/// A test.
#[derive(Debug)]
struct Test {
    mode: PhraseMode,
    /// The view that it looks at.
    view: u32,
    /// For each of its phrases the pattern in the view and the check; [`NONE`] for one that folds to nothing, which never matches.
    phrases: Box<[Phrase]>,
}

#[derive(Clone, Copy, Debug)]
struct Phrase {
    pattern: u32,
    /// A check is a pattern of a view in one mode.
    check: u32,
}

/// Memory that scans reuse: folded text, and what was found in it. One per text field and thread.
#[derive(Debug, Default)]
pub(crate) struct PhraseScratch {
    folded: String,
    marked: Vec<u8>,
    /// Patterns that have been dealt with in the view that is being scanned.
    settled: SparseSet,
    /// Checks that hold.
    found: SparseSet,
    /// Tests that hold.
    held: SparseSet,
}

impl PhraseMatcherBuilder {
    /// Adds a test and returns its number: 0, 1, 2 …; an equal test that was added before keeps its number.
    pub(crate) fn add(&mut self, phrases: &Phrases) -> u32 {
        if let Some(number) = self.numbers.get(phrases) {
            return *number;
        }
        let test = number(self.tests.len());
        let folding =
            Folding { case_sensitive: phrases.case_sensitive, accent_sensitive: phrases.accent_sensitive };
        // A whole text begins and ends at word boundaries anyway.
        let marked = phrases.whole_word && phrases.mode != PhraseMode::Equals;
        let index = self.views.iter().position(|view| view.sees(folding, marked)).unwrap_or(self.views.len());
        if index == self.views.len() {
            self.views.push(ViewBuilder::new(folding, marked));
        }
        let mut compiled = Vec::with_capacity(phrases.phrases.len());
        if let Some(view) = self.views.get_mut(index) {
            for phrase in &phrases.phrases {
                let Some(pattern) = view.add(phrase) else {
                    compiled.push(Phrase { pattern: NONE, check: NONE });
                    continue;
                };
                let check = view.check(pattern, phrases.mode, number(self.checks.len()));
                compiled.push(Phrase { pattern, check });
                match usize::try_from(check).ok().and_then(|check| self.checks.get_mut(check)) {
                    // A phrase may stand in its test twice.
                    Some(tests) if tests.last() == Some(&test) => {}
                    Some(tests) => tests.push(test),
                    None => self.checks.push(vec![test]),
                }
            }
        }
        self.tests.push(Test {
            mode: phrases.mode,
            view: number(index),
            phrases: compiled.into_boxed_slice(),
        });
        self.numbers.insert(phrases.clone(), test);
        test
    }

    /// Compiles what was added.
    ///
    /// # Errors
    /// The automaton would exceed what the library can hold.
    pub(crate) fn build(self) -> Result<PhraseMatcher, String> {
        let mut views = self.views.into_iter().map(ViewBuilder::build).collect::<Result<Vec<_>, _>>()?;
        // Views of one folding share the folded text if they stand side by side, unmarked first.
        let mut order: Vec<_> = (0..views.len()).collect();
        order.sort_by_key(|index| views.get(*index).map(View::order));
        let mut places = vec![NONE; views.len()];
        for (place, index) in order.into_iter().enumerate() {
            if let Some(slot) = places.get_mut(index) {
                *slot = number(place);
            }
        }
        views.sort_by_key(View::order);
        let mut tests = self.tests;
        for test in &mut tests {
            test.view = entry(&places, test.view).copied().unwrap_or(NONE);
        }
        let check_ends = self.checks.iter().scan(0, |end, tests| {
            *end += tests.len();
            Some(number(*end))
        });
        Ok(PhraseMatcher {
            check_ends: check_ends.collect(),
            check_tests: self.checks.iter().flatten().copied().collect(),
            tests: tests.into_boxed_slice(),
            views: views.into_boxed_slice(),
        })
    }
}

impl PhraseMatcher {
    /// Whether there is nothing to look for.
    pub(crate) fn is_empty(&self) -> bool {
        self.check_ends.is_empty()
    }

    /// Finds every phrase that occurs in the text. The numbers of the tests that hold, each once, in no particular
    /// order, are in [`PhraseScratch::tests`] afterwards, until the next scan.
    pub(crate) fn scan(&self, text: &str, scratch: &mut PhraseScratch) {
        scratch.clear();
        if self.is_empty() {
            return;
        }
        let PhraseScratch { folded, marked, settled, found, held } = scratch;
        found.reach(self.check_ends.len());
        held.reach(self.tests.len());
        let mut folded_by = None;
        for view in &self.views {
            if folded_by != Some(view.folding()) {
                folded.clear();
                view.folding().fold_into(text, folded);
                folded_by = Some(view.folding());
            }
            let seen = if view.is_marked() {
                marked.clear();
                words::mark(folded, marked);
                marked.as_slice()
            } else {
                folded.as_bytes()
            };
            view.scan(seen, settled, |check| {
                if found.insert(check) {
                    self.tests_of(check).iter().for_each(|test| {
                        held.insert(*test);
                    });
                }
            });
        }
    }

    /// Whether one test holds in a text, without a scan; for the few texts that no scan has seen (a baseline's).
    pub(crate) fn holds(&self, test: u32, text: &str) -> bool {
        let Some(test) = entry(&self.tests, test) else { return false };
        let Some(view) = entry(&self.views, test.view) else { return false };
        let seen = view.see(text);
        let mut patterns = test.phrases.iter().filter_map(|phrase| view.pattern(phrase.pattern));
        patterns.any(|pattern| match test.mode {
            PhraseMode::Contains => memchr::memmem::find(&seen, pattern).is_some(),
            PhraseMode::Equals => seen == pattern,
            PhraseMode::StartsWith => seen.starts_with(pattern),
            PhraseMode::EndsWith => seen.ends_with(pattern),
        })
    }

    /// Bytes on the heap.
    pub(crate) fn memory_usage(&self) -> usize {
        let phrases = self.tests.iter().map(|test| size_of_val::<[Phrase]>(&test.phrases)).sum::<usize>();
        size_of_val::<[Test]>(&self.tests)
            + phrases
            + size_of_val::<[u32]>(&self.check_ends)
            + size_of_val::<[u32]>(&self.check_tests)
            + size_of_val::<[View]>(&self.views)
            + self.views.iter().map(View::memory_usage).sum::<usize>()
    }

    fn tests_of(&self, check: u32) -> &[u32] {
        let start = check.checked_sub(1).and_then(|before| entry(&self.check_ends, before)).copied();
        let end = entry(&self.check_ends, check).copied().unwrap_or(0);
        let at = |place: u32| usize::try_from(place).unwrap_or(usize::MAX);
        self.check_tests.get(at(start.unwrap_or(0))..at(end)).unwrap_or_default()
    }
}

impl PhraseScratch {
    /// Numbers of the tests that hold in the text scanned last.
    pub(crate) fn tests(&self) -> &[u32] {
        self.held.members()
    }

    /// Whether a test holds in the text scanned last.
    pub(crate) fn holds(&self, test: u32) -> bool {
        self.held.contains(test)
    }

    /// Indexes, ascending, of the phrases of a test that occur in the text scanned last.
    pub(crate) fn phrases_of(&self, matcher: &PhraseMatcher, test: u32) -> impl Iterator<Item = u32> {
        let phrases = entry(&matcher.tests, test).map(|test| test.phrases.iter()).unwrap_or_default();
        (0..).zip(phrases).filter(|(_, phrase)| self.found.contains(phrase.check)).map(|(index, _)| index)
    }

    /// Forgets the last scan: no test holds.
    pub(crate) fn clear(&mut self) {
        self.found.clear();
        self.held.clear();
    }
}
