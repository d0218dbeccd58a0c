//! Where phrases stand that a scan has found, for people who ask why.

use std::cell::OnceCell;
use std::ops::Range;

use memchr::{memchr_iter, memmem};

use super::folding_of;
use super::pattern::Kinds;
use super::words::{self, EDGE};
use crate::definition::Phrases;
use crate::fold::TracedFold;

/// A text as a folding sees it, in which phrases are located one by one.
#[derive(Debug)]
pub(crate) struct Located {
    folded: TracedFold,
    /// The folded text with its word boundaries marked, once a phrase asks for them.
    marked: OnceCell<Vec<u8>>,
}

impl Located {
    /// The text that phrases of this test are compared with.
    pub(crate) fn new(phrases: &Phrases, text: &str) -> Self {
        Self { folded: folding_of(phrases).fold_traced(text), marked: OnceCell::new() }
    }

    /// The folded text.
    pub(crate) fn folded(&self) -> &str {
        self.folded.folded()
    }

    /// Where a phrase first stands as its test wants it, in characters of the text as it was written; given that it was found
    /// in the text.
    pub(crate) fn find(&self, phrases: &Phrases, phrase: &str) -> Option<Range<u32>> {
        let (text, phrase) = (self.folded().as_bytes(), folding_of(phrases).fold(phrase));
        let kind = Kinds::of(phrases);
        let start = match kind.anywhere() {
            Kinds::STARTS_WITH | Kinds::EQUALS => 0,
            Kinds::ENDS_WITH => text.len().checked_sub(phrase.len())?,
            _ if kind.words().is_empty() => memmem::find(text, phrase.as_bytes())?,
            _ => {
                let marked = self.marked.get_or_init(|| words::marked(text));
                let start = memmem::find(marked, &words::marked(phrase.as_bytes()))?;
                start - memchr_iter(EDGE, marked.get(..start)?).count()
            }
        };
        let end = start + phrase.len();
        let is_there = !phrase.is_empty() && text.get(start..end) == Some(phrase.as_bytes());
        is_there.then(|| self.folded.origin(start..end))
    }
}
