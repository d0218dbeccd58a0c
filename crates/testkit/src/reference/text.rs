//! "Phrases": folding, and where a phrase occurs.

use caseless::Caseless;
use tamis_engine::definition::{PhraseMode, Phrases};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// Code points that Unicode calls default-ignorable: soft hyphen, zero-width space and joiners, byte order mark …
const DEFAULT_IGNORABLE: [(u32, u32); 17] = [
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
];

/// The Combining Diacritical Marks blocks: the first, Extended, Supplement, for Symbols, and Half Marks.
const DIACRITICAL_BLOCKS: [(u32, u32); 5] =
    [(0x0300, 0x036F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F)];

/// Letters whose stroke, bar or missing dot is no separate mark, after what they are without it; and the two ligatures
/// that Unicode counts as letters.
const STROKE_LETTERS: [(&str, &str); 44] = [
    ("A", "Ⱥ"),
    ("a", "ⱥ"),
    ("B", "Ƀ"),
    ("b", "ƀ"),
    ("C", "Ȼ"),
    ("c", "ȼ"),
    ("D", "Đ"),
    ("d", "đ"),
    ("E", "Ɇ"),
    ("e", "ɇ"),
    ("G", "ǤꞠ"),
    ("g", "ǥꞡ"),
    ("H", "Ħ"),
    ("h", "ħ"),
    ("I", "Ɨ"),
    ("i", "ɨı"),
    ("J", "Ɉ"),
    ("j", "ɉȷ"),
    ("K", "ꝀꞢ"),
    ("k", "ꝁꞣ"),
    ("L", "ŁȽⱠⱢ"),
    ("l", "łƚⱡɫ"),
    ("N", "Ꞥ"),
    ("n", "ꞥ"),
    ("O", "ØƟ"),
    ("o", "øɵ"),
    ("P", "Ᵽ"),
    ("p", "ᵽ"),
    ("R", "ɌꞦ"),
    ("r", "ɍꞧ"),
    ("S", "Ꞩ"),
    ("s", "ꞩ"),
    ("T", "ŦȾ"),
    ("t", "ŧⱦ"),
    ("U", "ɄꞸ"),
    ("u", "ʉꞹ"),
    ("Y", "Ɏ"),
    ("y", "ɏ"),
    ("Z", "Ƶ"),
    ("z", "ƶ"),
    ("AE", "Æ"),
    ("ae", "æ"),
    ("OE", "Œ"),
    ("oe", "œ"),
];

fn lies_in(blocks: &[(u32, u32)], letter: char) -> bool {
    blocks.iter().any(|&(first, last)| (first..=last).contains(&u32::from(letter)))
}

fn without_stroke(letter: char) -> String {
    let found = STROKE_LETTERS.iter().find(|(_, stroked)| stroked.contains(letter));
    found.map_or(letter.to_string(), |(plain, _)| (*plain).to_owned())
}

/// Folds a text, step by step in the order of the contract.
fn fold(text: &str, case_sensitive: bool, accent_sensitive: bool) -> String {
    let visible: String = text.chars().filter(|&letter| !lies_in(&DEFAULT_IGNORABLE, letter)).collect();
    let decomposed: String = visible.nfkd().collect();
    let plain: String = if accent_sensitive {
        decomposed
    } else {
        decomposed
            .chars()
            .filter(|&letter| !(is_combining_mark(letter) && lies_in(&DIACRITICAL_BLOCKS, letter)))
            .map(without_stroke)
            .collect()
    };
    let caseless: String = if case_sensitive { plain } else { plain.chars().default_case_fold().collect() };
    let composed: String = caseless.nfc().collect();
    let mut spaced = String::new();
    for letter in composed.chars() {
        if !letter.is_whitespace() {
            spaced.push(letter);
        } else if !spaced.ends_with(' ') {
            spaced.push(' ');
        }
    }
    spaced
}

/// Whether one phrase of a condition occurs in a text. Both are folded the same way; word boundaries are those of the
/// folded text.
pub(super) fn occurs(options: &Phrases, phrase: &str, text: &str) -> bool {
    let folded = |text| fold(text, options.case_sensitive, options.accent_sensitive);
    occurs_folded(options, &folded(phrase), &folded(text))
}

/// The same of a phrase and a text that are folded already.
pub fn occurs_folded(options: &Phrases, phrase: &str, text: &str) -> bool {
    let mut boundaries: Vec<usize> = text.split_word_bound_indices().map(|(start, _)| start).collect();
    boundaries.push(text.len());
    text.char_indices().map(|(start, _)| start).any(|start| {
        let end = start + phrase.len();
        let stands_here = text.get(start..end) == Some(phrase);
        let stands_well = match options.mode {
            PhraseMode::Contains => true,
            PhraseMode::Equals => start == 0 && end == text.len(),
            PhraseMode::StartsWith => start == 0,
            PhraseMode::EndsWith => end == text.len(),
        };
        let is_whole = boundaries.contains(&start) && boundaries.contains(&end);
        stands_here && stands_well && (is_whole || !options.whole_word)
    })
}
