//! Texts in several scripts, phrases that occur in them, and templates.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use tamis_engine::definition::{PhraseMode, Phrases};
use tamis_engine::variable::Variable;

use super::some;

/// Words that fold to one another, contain one another, or nearly do.
const WORDS: [&str; 34] = [
    "rembours",
    "REMBOURSÉ",
    "remboursé",
    "rembourse",
    "e\u{301}",
    "é",
    "e",
    "straße",
    "STRASSE",
    "Zażółć",
    "zazolc",
    "ŁÓDŹ",
    "lodz",
    "İstanbul",
    "istanbul",
    "ISTANBUL",
    "ıssız",
    "issiz",
    "ΟΔΟΣ",
    "οδός",
    "οδοσ",
    "각",
    "가",
    "ガ",
    "カ",
    "ﾊﾟ",
    "パ",
    "สวัสดี",
    "مرحبًا",
    "ﬁn",
    "fin",
    "multiple spaces",
    "a",
    "aa",
];

/// What stands between words: spaces of several kinds, nothing visible, and nothing.
const SEPARATORS: [&str; 10] = [" ", " ", "", "  ", "\u{a0}", "\n", "-", "\u{ad}", "\u{200b}", "’"];

fn word() -> BoxedStrategy<String> {
    prop_oneof![12 => select(&WORDS[..]).prop_map(str::to_owned), 1 => letters()].boxed()
}

/// A few letters and marks of scripts that fold in different ways, all of them long in Unicode.
fn letters() -> BoxedStrategy<String> {
    let letter = prop_oneof![
        prop::char::range('!', 'ſ'),
        prop::char::range('ƀ', 'ɏ'),
        prop::char::range('\u{300}', '\u{36f}'),
        prop::char::range('Ά', 'Ώ'),
        prop::char::range('Α', 'Ρ'),
        prop::char::range('Ѐ', 'ӿ'),
        prop::char::range('ก', 'ฺ'),
        prop::char::range('\u{1100}', '\u{1112}'),
        prop::char::range('\u{1161}', '\u{1175}'),
        prop::char::range('\u{11a8}', '\u{11c2}'),
        prop::char::range('Ḁ', 'ỹ'),
        prop::char::range('\u{2000}', '\u{200f}'),
        prop::char::range('ぁ', 'ゖ'),
        prop::char::range('가', '힣'),
        prop::char::range('ﬀ', 'ﬆ'),
        prop::char::range('！', '～'),
    ];
    prop::collection::vec(letter, 1..=4).prop_map(|letters| letters.into_iter().collect()).boxed()
}

/// A text of a few words; sometimes empty.
pub fn text() -> BoxedStrategy<String> {
    prop::collection::vec((word(), select(&SEPARATORS[..])), 0..=8)
        .prop_map(|parts| {
            parts.into_iter().flat_map(|(word, separator)| [word, separator.to_owned()]).collect()
        })
        .boxed()
}

/// Phrases with any of the options. All of them fold to something.
pub fn phrases() -> BoxedStrategy<Phrases> {
    let phrase = prop_oneof![
        8 => select(&WORDS[..]).prop_map(str::to_owned),
        2 => (select(&WORDS[..]), select(&SEPARATORS[..]), select(&WORDS[..]))
            .prop_map(|(first, separator, second)| format!("{first}{separator}{second}")),
        1 => letters().prop_map(|letters| format!("x{letters}")),
    ];
    let option = || prop::bool::weighted(0.25);
    let mode = prop_oneof![
        5 => Just(PhraseMode::Contains),
        1 => Just(PhraseMode::Equals),
        1 => Just(PhraseMode::StartsWith),
        1 => Just(PhraseMode::EndsWith),
    ];
    (some(phrase), mode, option(), option(), option())
        .prop_map(|(phrases, mode, whole_word, case_sensitive, accent_sensitive)| Phrases {
            phrases,
            mode,
            whole_word,
            case_sensitive,
            accent_sensitive,
        })
        .boxed()
}

/// Phrases, and a text that holds one of them, as it is or in capitals, between other words or among their letters.
pub fn phrases_with_text() -> BoxedStrategy<(Phrases, String)> {
    (phrases(), any::<Index>(), any::<bool>(), prop::option::of(text()), prop::option::of(text()))
        .prop_map(|(phrases, index, in_capitals, before, after)| {
            let phrase = index.get(&phrases.phrases);
            let phrase = if in_capitals { phrase.to_uppercase() } else { phrase.clone() };
            let text = [before.unwrap_or_default(), phrase, after.unwrap_or_default()].concat();
            (phrases, text)
        })
        .boxed()
}

/// A template of one line, with variables, fallbacks and letters that HTML escapes.
pub fn template() -> BoxedStrategy<String> {
    let literal = select(&["Hello ", "<b>", " & ", "{ ", " } ", "é", "."][..]).prop_map(str::to_owned);
    let variable = select(&Variable::ALL[..]).prop_map(Variable::name);
    let fallback = select(&["client", "", "<you>", "a }} b", "{{ ticket_id }}"][..]);
    let placeholder = prop_oneof![
        variable.clone().prop_map(|name| format!("{{{{ {name} }}}}")),
        variable.clone().prop_map(|name| format!("{{{{{name}}}}}")),
        (variable, fallback)
            .prop_map(|(name, fallback)| format!("{{{{ {name} | default: \"{fallback}\" }}}}")),
    ];
    prop::collection::vec(prop_oneof![literal, placeholder], 0..=4)
        .prop_map(|parts| format!("Dear {}", parts.concat()))
        .boxed()
}
