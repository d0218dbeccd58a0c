//! The exact way: every step on its own, one character at a time, whatever the text.

use icu_casemap::{CaseMapper, CaseMapperBorrowed};
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::props::DefaultIgnorableCodePoint;
use icu_properties::{CodePointSetData, CodePointSetDataBorrowed};

use super::Folding;

pub(super) const CASES: CaseMapperBorrowed<'static> = CaseMapper::new();
pub(super) const DECOMPOSE: DecomposingNormalizerBorrowed<'static> =
    DecomposingNormalizerBorrowed::new_nfkd();
pub(super) const COMPOSE: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfc();
const IGNORABLE: CodePointSetDataBorrowed<'static> = CodePointSetData::new::<DefaultIgnorableCodePoint>();

impl Folding {
    /// Appends the folded text to what has been folded of the same text since `start`, from which it is independent: cut where
    /// a character begins that neither composes with what stands before it nor changes places with it.
    pub(super) fn fold_general(self, text: &str, out: &mut Vec<u8>, start: usize) {
        let letters = self.decomposed(text.chars()).flat_map(|c| self.mapped(c));
        for c in COMPOSE.normalize_iter(letters) {
            if c.is_whitespace() {
                push_space(out, start);
            } else {
                let mut bytes = [0; 4];
                let end = out.len() + c.encode_utf8(&mut bytes).len();
                out.extend_from_slice(&bytes);
                out.truncate(end);
            }
        }
    }

    /// What can be seen, taken apart, without the marks that do not matter.
    pub(super) fn decomposed(self, text: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
        let visible = text.filter(|c| *c < '\u{ad}' || !IGNORABLE.contains(*c));
        DECOMPOSE.normalize_iter(visible).filter(move |c| self.accent_sensitive || !is_mark(*c))
    }

    /// A decomposed character without the stroke and the case that do not matter.
    pub(super) fn mapped(self, c: char) -> impl Iterator<Item = char> {
        let plain = if self.accent_sensitive { Letters::One(c) } else { without_stroke(c) };
        plain.flat_map(move |c| if self.case_sensitive { Letters::One(c) } else { without_case(c) })
    }
}

/// Appends a space unless what has been folded since `start` ends with one.
pub(super) fn push_space(out: &mut Vec<u8>, start: usize) {
    if !ends_with_space(out, start) {
        out.push(b' ');
    }
}

/// Whether what has been folded since `start` ends with a space.
pub(super) fn ends_with_space(out: &[u8], start: usize) -> bool {
    out.len() > start && out.last() == Some(&b' ')
}

/// One letter, or two.
#[derive(Clone, Copy)]
pub(super) enum Letters {
    None,
    One(char),
    Two(char, char),
}

impl Iterator for Letters {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        let (first, rest) = match *self {
            Self::None => (None, Self::None),
            Self::One(c) => (Some(c), Self::None),
            Self::Two(c, d) => (Some(c), Self::One(d)),
        };
        *self = rest;
        first
    }
}

/// Whether a character is in one of the Combining Diacritical Marks blocks (the first, Extended, Supplement, for Symbols,
/// and Half Marks). Marks of other blocks are letters to their readers: Indic vowels, Hebrew and Arabic points, Thai
/// tones, kana voicing.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{fe20}'..='\u{fe2f}'
    )
}

/// The letter under a stroke, which Unicode does not count as a mark: the Latin letters that their names call `WITH STROKE`,
/// `BAR`, `MIDDLE TILDE` or alike and that an alphabet uses in both cases, and the two dotless ones.
///
/// Beyond them `œ` and `æ`, which are letters to Unicode: French keyboards have neither, so that customers write `coeur` and
/// `oeuvre` where a phrase has `cœur` and `œuvre`, and the other way round.
pub(super) fn without_stroke(c: char) -> Letters {
    Letters::One(match c {
        '\0'..='\u{bf}' => c,
        'Æ' => return Letters::Two('A', 'E'),
        'æ' => return Letters::Two('a', 'e'),
        'Œ' => return Letters::Two('O', 'E'),
        'œ' => return Letters::Two('o', 'e'),
        'Ⱥ' => 'A',
        'ⱥ' => 'a',
        'Ƀ' => 'B',
        'ƀ' => 'b',
        'Ȼ' => 'C',
        'ȼ' => 'c',
        'Đ' => 'D',
        'đ' => 'd',
        'Ɇ' => 'E',
        'ɇ' => 'e',
        'Ǥ' | 'Ꞡ' => 'G',
        'ǥ' | 'ꞡ' => 'g',
        'Ħ' => 'H',
        'ħ' => 'h',
        'Ɨ' => 'I',
        'ɨ' | 'ı' => 'i',
        'Ɉ' => 'J',
        'ɉ' | 'ȷ' => 'j',
        'Ꝁ' | 'Ꞣ' => 'K',
        'ꝁ' | 'ꞣ' => 'k',
        'Ł' | 'Ƚ' | 'Ⱡ' | 'Ɫ' => 'L',
        'ł' | 'ƚ' | 'ⱡ' | 'ɫ' => 'l',
        'Ꞥ' => 'N',
        'ꞥ' => 'n',
        'Ø' | 'Ɵ' => 'O',
        'ø' | 'ɵ' => 'o',
        'Ᵽ' => 'P',
        'ᵽ' => 'p',
        'Ɍ' | 'Ꞧ' => 'R',
        'ɍ' | 'ꞧ' => 'r',
        'Ꞩ' => 'S',
        'ꞩ' => 's',
        'Ŧ' | 'Ⱦ' => 'T',
        'ŧ' | 'ⱦ' => 't',
        'Ʉ' | 'Ꞹ' => 'U',
        'ʉ' | 'ꞹ' => 'u',
        'Ɏ' => 'Y',
        'ɏ' => 'y',
        'Ƶ' => 'Z',
        'ƶ' => 'z',
        _ => c,
    })
}

/// The full case folding of a character of a decomposed text. All characters that fold to several are decomposed by then,
/// sharp s alone excepted.
pub(super) fn without_case(c: char) -> Letters {
    match c {
        '\0'..='\u{7f}' => Letters::One(c.to_ascii_lowercase()),
        'ß' | 'ẞ' => Letters::Two('s', 's'),
        _ => Letters::One(CASES.simple_fold(c)),
    }
}
