//! What a scan has found so far.

use super::folded::Text;
use super::pattern::{Kinds, Pattern, Patterns};
use super::words::Words;
use super::{PhraseMatcher, Results};
use crate::bytes::is_same;

/// How many occurrences of a phrase are looked at that is looked for by itself: of one that stands within a word a thousand times, each
/// search would begin anew.
const OCCURRENCES_MAX: usize = 16;

/// One text that is searched, and what was found in it.
pub(super) struct Hits<'s> {
    matcher: &'s PhraseMatcher,
    /// The folded text.
    text: &'s [u8],
    words: &'s mut Words,
    results: &'s mut Results,
}

impl<'s> Hits<'s> {
    pub(super) fn new(
        matcher: &'s PhraseMatcher,
        text: &'s [u8],
        words: &'s mut Words,
        results: &'s mut Results,
    ) -> Self {
        Self { matcher, text, words, results }
    }

    pub(super) fn text(&self) -> &'s [u8] {
        self.text
    }

    pub(super) fn patterns(&self) -> &'s Patterns {
        &self.matcher.patterns
    }

    /// The text with its word boundaries marked.
    pub(super) fn marked(&mut self) -> &[u8] {
        self.words.marked(self.text)
    }

    /// The same, out of the way of what is found meanwhile: to be given back by [`Self::put_back`].
    pub(super) fn take_words(&mut self) -> Words {
        std::mem::take(self.words)
    }

    pub(super) fn put_back(&mut self, words: Words) {
        *self.words = words;
    }

    /// Whether one more occurrence of a pattern would tell nothing, as far as that is told at a glance: most patterns are wanted in
    /// one kind, and many a word is met again and again.
    #[inline]
    pub(super) fn is_known(&self, number: u32) -> bool {
        let Some(pattern) = self.matcher.patterns.get(number) else { return true };
        (pattern.kinds == Kinds::CONTAINS) & self.results.found.contains(pattern.first_check)
    }

    /// Looks whether a pattern occurs at a place, unless all that this would tell is known.
    #[inline]
    pub(super) fn verify(&mut self, number: u32, start: usize) {
        if self.is_known(number) {
            return;
        }
        let Some(pattern) = self.matcher.patterns.get(number) else { return };
        let end = start.wrapping_add(pattern.len as usize);
        let stretch = self.text.get(start..end);
        if stretch.is_some_and(|stretch| is_same(stretch, self.matcher.patterns.text(pattern))) {
            self.occurs(pattern, start, end);
        }
    }

    /// Looks for a pattern that is wanted in one kind, with so many tries. Tells whether that has led to an end; see
    /// [`OCCURRENCES_MAX`] and [`Kernel::find`](super::simd::Kernel::find).
    pub(super) fn seek(&mut self, padded: Text<'_>, number: u32, kind: Kinds, tries: &mut usize) -> bool {
        let (matcher, text) = (self.matcher, self.text);
        let Some(pattern) = matcher.patterns.get(number) else { return true };
        let check = pattern.check(kind);
        if self.results.found.contains(check) {
            return true;
        }
        let phrase = matcher.patterns.text(pattern);
        match kind.anywhere() {
            Kinds::CONTAINS => {
                let mut from = 0;
                for _ in 0..OCCURRENCES_MAX {
                    let Some(start) = matcher.kernel.find(padded, from, phrase, tries) else {
                        return *tries > 0;
                    };
                    self.occurs(pattern, start, start + phrase.len());
                    if self.results.found.contains(check) {
                        return true;
                    }
                    from = start + 1;
                }
                return false;
            }
            Kinds::ENDS_WITH if text.ends_with(phrase) => {
                self.occurs(pattern, text.len() - phrase.len(), text.len());
            }
            Kinds::STARTS_WITH if text.starts_with(phrase) => self.occurs(pattern, 0, phrase.len()),
            Kinds::EQUALS if text == phrase => self.occurs(pattern, 0, phrase.len()),
            _ => {}
        }
        true
    }

    /// Notes an occurrence of a pattern.
    fn occurs(&mut self, pattern: &Pattern, start: usize, end: usize) {
        if pattern.kinds == Kinds::CONTAINS {
            self.hold(pattern.first_check);
            return;
        }
        let placed = Kinds::placed(start, end, self.text.len());
        let wanted = self.unknown(pattern, pattern.kinds & (placed | placed.between_words()));
        if wanted.words().is_empty()
            || self.words.is_edge(self.text, start) && self.words.is_edge(self.text, end)
        {
            self.report(pattern, wanted);
        } else {
            self.report(pattern, wanted.plain());
        }
    }

    /// Those of a pattern's kinds that have not been found.
    fn unknown(&self, pattern: &Pattern, kinds: Kinds) -> Kinds {
        let unknown = |kind: &Kinds| !self.results.found.contains(pattern.check(*kind));
        kinds.each().filter(unknown).fold(Kinds::default(), |all, kind| all | kind)
    }

    /// Notes that some kinds of a pattern hold.
    pub(super) fn report(&mut self, pattern: &Pattern, kinds: Kinds) {
        for kind in kinds.each() {
            self.hold(pattern.check(kind));
        }
    }

    /// Notes that a check holds.
    fn hold(&mut self, check: u32) {
        if self.results.found.insert(check) {
            for test in self.matcher.tests_of(check) {
                self.results.held.insert(*test);
            }
        }
    }
}
