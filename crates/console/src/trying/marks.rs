//! Texts in which phrases are marked.

use maud::{Markup, html};
use unicode_segmentation::UnicodeSegmentation as _;

/// Letters of a text without marks that are shown.
const PLAIN_MAX: usize = 200;
/// Letters that are shown before and after a mark.
const AROUND_MAX: usize = 60;

/// A piece of a text.
#[derive(Debug, PartialEq, Eq)]
struct Piece<'t> {
    text: &'t str,
    marked: bool,
}

/// A text with marks at these stretches of characters, which may overlap; what is far from all of them is left out.
pub(crate) fn marked(text: &str, stretches: &[(u32, u32)]) -> Markup {
    let pieces = pieces(text, stretches);
    let last = pieces.len().saturating_sub(1);
    html! {
        @for (place, piece) in pieces.iter().enumerate() {
            @if piece.marked { mark { (piece.text) } }
            @else if last == 0 { (beginning(piece.text, PLAIN_MAX)) }
            @else if place == 0 { (end(piece.text, AROUND_MAX)) }
            @else if place == last { (beginning(piece.text, AROUND_MAX)) }
            @else { (middle(piece.text)) }
        }
    }
}

/// The text cut where marks begin and end.
fn pieces<'t>(text: &'t str, stretches: &[(u32, u32)]) -> Vec<Piece<'t>> {
    let mut sorted = stretches.to_vec();
    sorted.sort_unstable();
    let byte_of = |offset: u32| {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        text.char_indices().nth(offset).map_or(text.len(), |(byte, _)| byte)
    };
    let mut pieces: Vec<Piece<'t>> = Vec::new();
    let mut done = 0;
    let mut put = |from: usize, to: usize, marked: bool| {
        if let Some(text) = text.get(from..to).filter(|text| !text.is_empty()) {
            pieces.push(Piece { text, marked });
        }
    };
    let mut open: Option<(usize, usize)> = None;
    for (from, to) in sorted {
        let (from, to) = (byte_of(from), byte_of(to));
        match &mut open {
            Some((_, until)) if from <= *until => *until = to.max(*until),
            _ => {
                if let Some((begun, until)) = open.replace((from, to)) {
                    put(done, begun, false);
                    put(begun, until, true);
                    done = until;
                }
            }
        }
    }
    if let Some((begun, until)) = open {
        put(done, begun, false);
        put(begun, until, true);
        done = until;
    }
    put(done, text.len(), false);
    pieces
}

/// At most so many letters, marks that belong to them included.
fn beginning(text: &str, most: usize) -> String {
    match text.grapheme_indices(true).nth(most) {
        None => text.to_owned(),
        Some((cut, _)) => format!("{}…", text.get(..cut).unwrap_or_default()),
    }
}

fn end(text: &str, most: usize) -> String {
    match text.grapheme_indices(true).rev().nth(most) {
        None => text.to_owned(),
        Some((at, letter)) => format!("…{}", text.get(at + letter.len()..).unwrap_or_default()),
    }
}

fn middle(text: &str) -> String {
    if text.graphemes(true).count() <= 2 * AROUND_MAX {
        return text.to_owned();
    }
    format!("{} {}", beginning(text, AROUND_MAX), end(text, AROUND_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_count_characters_and_may_overlap() {
        for (text, stretches, shown) in [
            ("An apple", &[(3, 8)][..], "An <mark>apple</mark>"),
            ("An apple", &[], "An apple"),
            ("ab", &[(0, 2)], "<mark>ab</mark>"),
            // Combining marks are characters of their own, and within the stretch.
            ("re\u{301}fund", &[(0, 7)], "<mark>re\u{301}fund</mark>"),
            ("<b> & zażółć", &[(6, 12)], "&lt;b&gt; &amp; <mark>zażółć</mark>"),
            ("где моя посылка", &[(8, 15)], "где моя <mark>посылка</mark>"),
            ("荷物はどこ", &[(0, 2), (3, 5)], "<mark>荷物</mark>は<mark>どこ</mark>"),
            ("السلام عليكم", &[(7, 12)], "السلام <mark>عليكم</mark>"),
            ("👩‍👩‍👧 hi", &[(6, 8)], "👩‍👩‍👧 <mark>hi</mark>"),
            ("abcdef", &[(2, 4), (1, 3), (5, 6)], "a<mark>bcd</mark>e<mark>f</mark>"),
            ("abc", &[(1, 2), (2, 3)], "a<mark>bc</mark>"),
            // What lies beyond the text is none of it.
            ("abc", &[(2, 9), (7, 9)], "ab<mark>c</mark>"),
        ] {
            assert_eq!(marked(text, stretches).into_string(), shown, "{text:?} {stretches:?}");
        }
    }

    #[test]
    fn what_is_far_from_every_mark_is_left_out() {
        let far = "e\u{301}".repeat(100);
        let text = format!("{far}X{far}X{far}");
        let near = "e\u{301}".repeat(AROUND_MAX);
        let shown = marked(&text, &[(200, 201), (401, 402)]).into_string();
        assert_eq!(shown, format!("…{near}<mark>X</mark>{far}<mark>X</mark>{near}…"));
        let shown = marked(&format!("X{far}{far}X"), &[(0, 1), (401, 402)]).into_string();
        assert_eq!(shown, format!("<mark>X</mark>{near}… …{near}<mark>X</mark>"));
        assert_eq!(marked(&"é".repeat(300), &[]).into_string(), format!("{}…", "é".repeat(PLAIN_MAX)));
    }
}
