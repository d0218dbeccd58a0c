//! Word boundaries (Unicode's, UAX #29; a text's beginning and end included), found only where a phrase asks for them.
//!
//! Whether one stands at a place is told by the four characters around it if these are ASCII; otherwise those of the whole
//! text are found once, and kept for the text's other scans.
//!
//! Where many hits have to be decided at once, the boundaries are written into the text instead: it is *marked* by putting
//! [`EDGE`], a byte that UTF-8 never holds, at each of them. A phrase occurs in a text as a whole word, that is between two
//! boundaries, if and only if the marked phrase occurs in the marked text:
//!
//! - If it does, the phrase's outer edges stand at boundaries of the text.
//! - The other way round, the boundaries inside a stretch that lies between two boundaries are those of the stretch
//!   standing alone. A rule can see past the stretch's beginning in three ways only. It skips extending characters: there
//!   is a boundary before one of those only at a line's beginning, where they are not skipped. It looks two characters back
//!   (WB7, WB7c, WB11): then its twin that looks two ahead (WB6, WB7b, WB12) forbids a boundary between the two. It counts
//!   regional indicators (WB15, WB16): an even number of them stands before a boundary. Looking ahead is the same in mirror.

use unicode_segmentation::UnicodeSegmentation;

/// Stands at a word boundary.
pub(super) const EDGE: u8 = 0xff;

/// The word boundaries of one text, as far as they have been asked for.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// The marked text; empty until it is wanted.
    marked: Vec<u8>,
    /// A bit for each place of the text, the boundaries' set; empty until it is wanted.
    edges: Vec<u64>,
}

impl Words {
    /// Forgets the text.
    pub(super) fn clear(&mut self) {
        self.marked.clear();
        self.edges.clear();
    }

    /// The text with its boundaries marked.
    pub(super) fn marked(&mut self, text: &[u8]) -> &[u8] {
        if self.marked.is_empty() {
            mark(text_of(text), &mut self.marked);
        }
        &self.marked
    }

    /// Whether there is a boundary at a place of the text.
    pub(super) fn is_edge(&mut self, text: &[u8], at: usize) -> bool {
        if at == 0 || at == text.len() {
            return true;
        }
        let byte = |place: usize| text.get(place).copied().unwrap_or(0);
        let around = [at.wrapping_sub(2), at - 1, at, at + 1].map(byte);
        if around.is_ascii() {
            let [before, last, next, after] = around;
            return !is_joined(before, last, next, after);
        }
        if self.edges.is_empty() {
            self.edges.resize(text.len() / 64 + 1, 0);
            for (edge, _) in text_of(text).split_word_bound_indices() {
                if let Some(word) = self.edges.get_mut(edge / 64) {
                    *word |= 1 << (edge % 64);
                }
            }
        }
        self.edges.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }
}

/// A folded text with its boundaries marked.
pub(crate) fn marked(folded: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    mark(text_of(folded), &mut out);
    out
}

/// What was folded is UTF-8. To look once more is what safe code costs, and only if words matter.
fn text_of(folded: &[u8]) -> &str {
    std::str::from_utf8(folded).unwrap_or_default()
}

/// Appends the text with its boundaries marked.
pub(super) fn mark(text: &str, out: &mut Vec<u8>) {
    out.reserve(text.len() * 2 + 1);
    out.push(EDGE);
    if text.is_ascii() {
        mark_ascii(text.as_bytes(), out);
    } else {
        for segment in text.split_word_bounds() {
            out.extend_from_slice(segment.as_bytes());
            out.push(EDGE);
        }
    }
}

/// The same for ASCII, where four neighbouring characters tell all.
fn mark_ascii(text: &[u8], out: &mut Vec<u8>) {
    let (mut before, mut last) = (0, 0);
    let mut rest = text;
    while let [next, tail @ ..] = rest {
        if rest.len() < text.len() && !is_joined(before, last, *next, tail.first().copied().unwrap_or(0)) {
            out.push(EDGE);
        }
        out.push(*next);
        (before, last) = (last, *next);
        rest = tail;
    }
    if !text.is_empty() {
        out.push(EDGE);
    }
}

/// Whether there is no boundary between the second and the third of four ASCII characters.
fn is_joined(before: u8, last: u8, next: u8, after: u8) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let joins_letters = |byte| matches!(byte, b'\'' | b'.' | b':');
    let joins_digits = |byte| matches!(byte, b'\'' | b'.' | b',' | b';');
    if is_word(last) && is_word(next) {
        return true;
    }
    match (last, next) {
        (b'\r', b'\n') | (b' ', b' ') => true,
        (b'A'..=b'Z' | b'a'..=b'z', _) => joins_letters(next) && after.is_ascii_alphabetic(),
        (b'0'..=b'9', _) => joins_digits(next) && after.is_ascii_digit(),
        (_, b'A'..=b'Z' | b'a'..=b'z') => joins_letters(last) && before.is_ascii_alphabetic(),
        (_, b'0'..=b'9') => joins_digits(last) && before.is_ascii_digit(),
        _ => false,
    }
}
