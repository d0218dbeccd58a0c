//! Folding: what makes `REMBOURSÉ` contain `rembourse`.
//!
//! In this order:
//! 1. default-ignorable code points go (soft hyphen, zero-width space and joiners, byte order mark, variation selectors);
//! 2. compatibility decomposition; unless accents differ, the marks of the five Combining Diacritical Marks blocks go
//!    and letters that Unicode does not take apart lose their stroke;
//! 3. unless case differs, full case folding;
//! 4. composition;
//! 5. every run of white space becomes one space, at the ends too: nothing is trimmed.
//!
//! When *not* to use it: to compare ids, tags or addresses, which are exact; and to show a text, because a folded one
//! is for comparing only. Folding knows no language: a Turkish reader tells `I` from `İ`, a Dane tells `o` from `ø`;
//! here a phrase finds all of them, since nobody can tell from a short text which language it is in.

#[cfg(test)]
mod tests;

use icu_casemap::{CaseMapper, CaseMapperBorrowed};
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::props::DefaultIgnorableCodePoint;
use icu_properties::{CodePointSetData, CodePointSetDataBorrowed};

const CASES: CaseMapperBorrowed<'static> = CaseMapper::new();
const DECOMPOSE: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizerBorrowed::new_nfkd();
const COMPOSE: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfc();
const IGNORABLE: CodePointSetDataBorrowed<'static> = CodePointSetData::new::<DefaultIgnorableCodePoint>();

/// Which differences a condition keeps. The default drops both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Folding {
    /// Upper and lower case differ.
    pub case_sensitive: bool,
    /// Letters with and without accents differ.
    pub accent_sensitive: bool,
}

impl Folding {
    /// Appends the folded text to `out`.
    pub fn fold_into(self, text: &str, out: &mut String) {
        out.reserve(text.len());
        let mut sink = Sink { out, after_space: false };
        let mut rest = text;
        while !rest.is_empty() {
            let (ascii, other) = rest.split_at_checked(ascii_prefix(rest)).unwrap_or((rest, ""));
            self.fold_ascii(ascii, &mut sink);
            let (other, next) = other.split_at_checked(general_prefix(other)).unwrap_or((other, ""));
            self.fold_general(other, &mut sink);
            rest = next;
        }
    }

    /// The folded text.
    pub fn fold(self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        self.fold_into(text, &mut out);
        out
    }

    /// Folds ASCII, of which nothing is ignorable, decomposes or composes.
    fn fold_ascii(self, text: &str, sink: &mut Sink<'_>) {
        let start = sink.out.len();
        // Not `is_ascii_whitespace`, which leaves out the vertical tab.
        for (index, word) in text.split(char::is_whitespace).enumerate() {
            if index > 0 {
                sink.push_space();
            }
            sink.push_word(word);
        }
        if !self.case_sensitive
            && let Some(folded) = sink.out.get_mut(start..)
        {
            folded.make_ascii_lowercase();
        }
    }

    /// Folds any text.
    fn fold_general(self, text: &str, sink: &mut Sink<'_>) {
        let visible = text.chars().filter(|c| *c < '\u{ad}' || !IGNORABLE.contains(*c));
        let bare = DECOMPOSE
            .normalize_iter(visible)
            .filter(|c| self.accent_sensitive || !is_mark(*c))
            .flat_map(|c| if self.accent_sensitive { Letters::One(c) } else { without_stroke(c) })
            .flat_map(|c| if self.case_sensitive { Letters::One(c) } else { without_case(c) });
        for c in COMPOSE.normalize_iter(bare) {
            if c.is_whitespace() {
                sink.push_space();
            } else {
                sink.push(c);
            }
        }
    }
}

/// Bytes at the beginning of the text that fold as ASCII does: all of it, or its ASCII prefix but for the last
/// character, because a mark may follow that composes with it. What stands before an ASCII character never composes
/// with it nor is reordered across it, so that the text may be cut in front of any.
fn ascii_prefix(text: &str) -> usize {
    match text.bytes().position(|byte| !byte.is_ascii()) {
        Some(end) => end.saturating_sub(1),
        None => text.len(),
    }
}

/// Bytes up to the next ASCII character that is not the first; not zero, unless the text is empty. The first may be the one
/// that [`ascii_prefix`] left out.
fn general_prefix(text: &str) -> usize {
    text.bytes().skip(1).position(|byte| byte.is_ascii()).map_or(text.len(), |other| other + 1)
}

/// What has been folded, with white space collapsed.
struct Sink<'o> {
    out: &'o mut String,
    after_space: bool,
}

impl Sink<'_> {
    fn push(&mut self, c: char) {
        self.out.push(c);
        self.after_space = false;
    }

    fn push_word(&mut self, word: &str) {
        self.out.push_str(word);
        self.after_space &= word.is_empty();
    }

    fn push_space(&mut self) {
        if !self.after_space {
            self.out.push(' ');
        }
        self.after_space = true;
    }
}

/// One letter, or two.
#[derive(Clone, Copy)]
enum Letters {
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
fn without_stroke(c: char) -> Letters {
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
fn without_case(c: char) -> Letters {
    match c {
        '\0'..='\u{7f}' => Letters::One(c.to_ascii_lowercase()),
        'ß' | 'ẞ' => Letters::Two('s', 's'),
        _ => Letters::One(CASES.simple_fold(c)),
    }
}
