//! Folding that remembers where everything came from, so that people can be shown what was found in their own text.

use std::ops::Range;

use super::Folding;
use super::table::Table;

/// A folded text, and the stretches of the original that its parts were made of.
///
/// When *not* to use it: to compare. It goes the exact way piece by piece, and keeps sixteen bytes for each.
#[derive(Debug)]
pub(crate) struct TracedFold {
    folded: String,
    /// Ascending; each reaches to the next one.
    pieces: Vec<Piece>,
    /// Characters of the original.
    original_chars: u32,
}

/// A stretch of the original that is folded by itself: a character that may be cut off in front, and what follows it up to
/// the next one of those.
#[derive(Clone, Copy, Debug)]
struct Piece {
    /// Where what became of it begins, in bytes of the folded text.
    folded: usize,
    /// Where it begins, in characters of the original.
    from_char: u32,
}

impl Folding {
    /// The folded text, equal to that of [`Folding::fold`], which knows where it came from.
    pub(crate) fn fold_traced(self, text: &str) -> TracedFold {
        let table = Table::of(self);
        let mut folded = Vec::with_capacity(text.len());
        let mut pieces = Vec::new();
        let mut piece_start = 0;
        let mut original_chars = 0;
        for (at, c) in text.char_indices() {
            if at == 0 || table.entry(c).class().begins() {
                self.fold_general(text.get(piece_start..at).unwrap_or_default(), &mut folded, 0);
                pieces.push(Piece { folded: folded.len(), from_char: original_chars });
                piece_start = at;
            }
            original_chars += 1;
        }
        self.fold_general(text.get(piece_start..).unwrap_or_default(), &mut folded, 0);
        let folded = String::from_utf8_lossy(&folded).into_owned();
        TracedFold { folded, pieces, original_chars }
    }
}

impl TracedFold {
    /// The folded text.
    pub(crate) fn folded(&self) -> &str {
        &self.folded
    }

    /// The stretch of the original, in characters, that a stretch of the folded text, in bytes, was made of. A character that
    /// folds to several is in it whole, and so are the marks that follow a letter.
    pub(crate) fn origin(&self, folded: Range<usize>) -> Range<u32> {
        let first = self.pieces.partition_point(|piece| piece.folded <= folded.start).saturating_sub(1);
        let after = self.pieces.partition_point(|piece| piece.folded < folded.end);
        let char_at =
            |piece: usize| self.pieces.get(piece).map_or(self.original_chars, |piece| piece.from_char);
        char_at(first)..char_at(after)
    }
}
