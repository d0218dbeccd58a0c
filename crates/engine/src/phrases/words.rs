//! Word boundaries, written into the text.
//!
//! A text is *marked* by putting [`EDGE`], a byte that UTF-8 never holds, at each of its Unicode word boundaries (UAX #29),
//! its beginning and end included. A phrase occurs in a text as a whole word, that is between two boundaries, if and only
//! if the marked phrase occurs in the marked text:
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
