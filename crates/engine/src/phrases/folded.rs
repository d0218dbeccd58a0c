//! One text, folded as far as it is looked into.

use super::words::Words;
use crate::fold::Folding;

/// Zero bytes after a folded text, so that searches may load whole vectors wherever they stand in it.
pub(super) const PADDING: usize = 128;

/// A text that several matchers look into, folded once by each folding that one of them wants. One per text field and thread.
///
/// It does not hold the text itself: between two texts it is [cleared](Self::clear).
#[derive(Debug, Default)]
pub struct Folded {
    views: [FoldedView; 4],
}

/// The text as one folding sees it.
#[derive(Debug, Default)]
pub(super) struct FoldedView {
    /// The folded text, then the padding; empty until it is wanted.
    padded: Vec<u8>,
    pub(super) words: Words,
}

impl Folded {
    /// Forgets the text.
    pub fn clear(&mut self) {
        for view in &mut self.views {
            if !view.padded.is_empty() {
                view.padded.clear();
                view.words.clear();
            }
        }
    }

    /// The text as a folding sees it, which is the same text until this is cleared.
    pub(super) fn view(&mut self, folding: Folding, text: &str) -> Option<&mut FoldedView> {
        let view = self.views.get_mut(place(folding))?;
        if view.padded.is_empty() {
            folding.fold_bytes_into(text, &mut view.padded);
            view.padded.extend_from_slice(&[0; PADDING]);
        }
        Some(view)
    }
}

impl FoldedView {
    /// The padded text, and its word boundaries.
    pub(super) fn parts(&mut self) -> (Text<'_>, &mut Words) {
        (Text { padded: &self.padded }, &mut self.words)
    }
}

/// A folded text and its padding.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text<'t> {
    padded: &'t [u8],
}

impl<'t> Text<'t> {
    /// The text alone.
    pub(super) fn bytes(self) -> &'t [u8] {
        self.padded.get(..self.len()).unwrap_or_default()
    }

    pub(super) fn len(self) -> usize {
        self.padded.len().saturating_sub(PADDING)
    }

    /// The text and [`PADDING`] bytes more.
    pub(super) fn padded(self) -> &'t [u8] {
        self.padded
    }
}

/// A number below four for each folding.
pub(crate) fn place(folding: Folding) -> usize {
    usize::from(folding.case_sensitive) | usize::from(folding.accent_sensitive) << 1
}

/// The folding with a number.
pub(super) fn folding(place: usize) -> Folding {
    Folding { case_sensitive: place & 1 != 0, accent_sensitive: place & 2 != 0 }
}
