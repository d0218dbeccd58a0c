//! What phrase conditions say of one text.
//!
//! One phrase makes sure of another if no text holds the one without the other. That is certain only where both are folded in the
//! same way: a looser folding can let what stands beside a phrase compose with it. Whatever is not certain is taken to be
//! independent.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use memchr::memmem;

use crate::definition::{PhraseMode, Phrases};
use crate::fold::Folding;
use crate::phrases::marked_words;

/// A condition on a text: any of its phrases.
#[derive(Debug)]
pub(super) struct PhraseTest<'a> {
    pub(super) definition: &'a Phrases,
    folding: Folding,
    /// Folded, in order.
    folded: Vec<String>,
    /// The same with the boundaries of words marked; empty where these do not matter.
    marked: Vec<Vec<u8>>,
}

impl PartialEq for PhraseTest<'_> {
    /// Whether they look for the same in the same way, in whatever order.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.definition, other.definition)
            || self.way() == other.way()
                && self.folded.len() == other.folded.len()
                && self.sorted() == other.sorted()
    }
}

impl Eq for PhraseTest<'_> {}

impl Hash for PhraseTest<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.way(), self.sorted()).hash(state);
    }
}

impl<'a> PhraseTest<'a> {
    pub(super) fn new(definition: &'a Phrases) -> Self {
        let folding = Folding {
            case_sensitive: definition.case_sensitive,
            accent_sensitive: definition.accent_sensitive,
        };
        let folded: Vec<String> = definition.phrases.iter().map(|phrase| folding.fold(phrase)).collect();
        let is_by_word = definition.whole_word || definition.mode == PhraseMode::Equals;
        let marked =
            folded.iter().filter(|_| is_by_word).map(|phrase| marked_words(phrase.as_bytes())).collect();
        Self { definition, folding, folded, marked }
    }

    /// How it looks for its phrases.
    fn way(&self) -> (u8, bool, Folding) {
        (self.definition.mode as u8, self.is_by_word(), self.folding)
    }

    fn sorted(&self) -> Vec<&str> {
        let mut sorted: Vec<&str> = self.folded.iter().map(String::as_str).collect();
        sorted.sort_unstable();
        sorted
    }

    /// Whether its phrases must stand between the boundaries of words. A whole text does anyway.
    fn is_by_word(&self) -> bool {
        self.definition.whole_word && self.definition.mode != PhraseMode::Equals
    }

    /// What stands at a place of `folded`, as far as a test like `wanted` looks at it.
    fn seen_by(&self, place: usize, wanted: &PhraseTest<'_>) -> Option<&[u8]> {
        if wanted.is_by_word() {
            self.marked.get(place).map(Vec::as_slice)
        } else {
            self.folded.get(place).map(String::as_bytes)
        }
    }

    /// Whether every text that holds one phrase of this test passes the other test.
    fn phrase_implies(&self, place: usize, other: &PhraseTest<'_>) -> bool {
        use PhraseMode::{Contains, EndsWith, Equals, StartsWith};
        let (mode, wanted) = (self.definition.mode, other.definition.mode);
        let fits = self.folding == other.folding && (wanted == Contains || mode == Equals || mode == wanted);
        let Some(own) = self.seen_by(place, other).filter(|_| fits) else { return false };
        (0..other.folded.len()).filter_map(|place| other.seen_by(place, other)).any(|phrase| match wanted {
            Contains => memmem::find(own, phrase).is_some(),
            StartsWith => own.starts_with(phrase),
            EndsWith => own.ends_with(phrase),
            Equals => own == phrase,
        })
    }

    /// Whether every text that passes this test passes the other one.
    fn implies(&self, other: &PhraseTest<'_>) -> bool {
        (0..self.folded.len()).all(|place| self.phrase_implies(place, other))
    }

    /// The phrases that add nothing, each with another of the list that is held by every text that holds it. Phrases that fold
    /// alike are no finding of this kind.
    pub(super) fn redundant(&self) -> Vec<(usize, usize)> {
        let mode = self.definition.mode;
        if mode == PhraseMode::Equals || self.folded.len() < 2 {
            return Vec::new();
        }
        let seen: Vec<&[u8]> = (0..self.folded.len()).filter_map(|place| self.seen_by(place, self)).collect();
        // Built for a few short texts: whatever takes longer to build would not pay.
        let mut search = AhoCorasick::builder();
        search.kind(Some(AhoCorasickKind::NoncontiguousNFA)).prefilter(false);
        let Ok(search) = search.build(&seen) else { return Vec::new() };
        let contained = |place: usize, phrase: &[u8]| {
            search.find_overlapping_iter(phrase).find_map(|hit| {
                let other = hit.pattern().as_usize();
                let is_shorter = hit.len() < phrase.len();
                let stands = match mode {
                    PhraseMode::StartsWith => hit.start() == 0,
                    PhraseMode::EndsWith => hit.end() == phrase.len(),
                    PhraseMode::Contains | PhraseMode::Equals => true,
                };
                (is_shorter && stands).then_some((place, other))
            })
        };
        seen.iter().enumerate().filter_map(|(place, phrase)| contained(place, phrase)).collect()
    }

    /// Whether a text passes.
    fn holds(&self, text: &str) -> bool {
        let text = self.folding.fold(text);
        let text = if self.is_by_word() { marked_words(text.as_bytes()) } else { text.into_bytes() };
        (0..self.folded.len()).filter_map(|place| self.seen_by(place, self)).any(|phrase| {
            match self.definition.mode {
                PhraseMode::Contains => memmem::find(&text, phrase).is_some(),
                PhraseMode::StartsWith => text.starts_with(phrase),
                PhraseMode::EndsWith => text.ends_with(phrase),
                PhraseMode::Equals => text == phrase,
            }
        })
    }
}

/// What a text must be: all of some tests hold, and none of others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Texts<'a> {
    positive: Vec<Rc<PhraseTest<'a>>>,
    negative: Vec<Rc<PhraseTest<'a>>>,
}

/// Texts that are tried before it is given up to find one.
const TRIES_MAX: usize = 64;

impl<'a> Texts<'a> {
    pub(super) fn add(&mut self, test: Rc<PhraseTest<'a>>, negated: bool) {
        let tests = if negated { &mut self.negative } else { &mut self.positive };
        if !tests.contains(&test) {
            tests.push(test);
            tests.sort_by(|one, other| order(one, other));
        }
    }

    pub(super) fn meet(&mut self, other: &Self) {
        other.positive.iter().for_each(|test| self.add(test.clone(), false));
        other.negative.iter().for_each(|test| self.add(test.clone(), true));
    }

    pub(super) fn is_all(&self) -> bool {
        self.positive.is_empty() && self.negative.is_empty()
    }

    /// Whether no text fits, as far as that is certain: of one test, every phrase is ruled out by another.
    pub(super) fn is_empty(&self) -> bool {
        self.positive.iter().any(|test| {
            (0..test.folded.len()).all(|place| {
                self.negative.iter().any(|forbidden| test.phrase_implies(place, forbidden))
                    || self.positive.iter().any(|other| excludes(test, place, other))
            })
        })
    }

    /// Whether every text that fits these fits the others, as far as that is certain.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        other.positive.iter().all(|wanted| self.positive.iter().any(|own| own.implies(wanted)))
            && other.negative.iter().all(|forbidden| {
                (0..forbidden.folded.len())
                    .all(|place| self.negative.iter().any(|own| forbidden.phrase_implies(place, own)))
            })
    }

    /// A text that fits, if one is found; absent too if the text may be.
    pub(super) fn one(&self) -> Option<String> {
        let first = self.positive.first()?;
        (0..first.folded.len().min(TRIES_MAX)).map(|place| self.assembled(place)).find(|text| {
            self.positive.iter().all(|test| test.holds(text))
                && !self.negative.iter().any(|test| test.holds(text))
        })
    }

    /// A text with a phrase of each test, of the first one that at a place.
    fn assembled(&self, place: usize) -> String {
        let (mut front, mut middle, mut back) = (Vec::new(), Vec::new(), Vec::new());
        for (number, test) in self.positive.iter().enumerate() {
            let allowed =
                |place: &usize| !self.negative.iter().any(|test_not| test.phrase_implies(*place, test_not));
            let place = if number == 0 { Some(place) } else { (0..test.folded.len()).find(allowed) };
            let Some(phrase) = place.and_then(|place| test.definition.phrases.get(place)) else { continue };
            match test.definition.mode {
                PhraseMode::Equals => return phrase.clone(),
                PhraseMode::StartsWith => front.push(phrase.as_str()),
                PhraseMode::Contains => middle.push(phrase.as_str()),
                PhraseMode::EndsWith => back.push(phrase.as_str()),
            }
        }
        [front, middle, back].concat().join(" ")
    }
}

/// Whether a text that is one phrase of a test fails another test, as far as that is certain.
fn excludes(test: &PhraseTest<'_>, place: usize, other: &PhraseTest<'_>) -> bool {
    test.definition.mode == PhraseMode::Equals
        && test.folding == other.folding
        && !test.phrase_implies(place, other)
}

/// Any order that is always the same.
fn order(one: &PhraseTest<'_>, other: &PhraseTest<'_>) -> Ordering {
    let key = |test: &PhraseTest<'_>| {
        let (mode, is_by_word, Folding { case_sensitive, accent_sensitive }) = test.way();
        (mode, is_by_word, case_sensitive, accent_sensitive)
    };
    key(one).cmp(&key(other)).then_with(|| one.sorted().cmp(&other.sorted()))
}
