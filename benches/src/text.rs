//! Texts as customers write them, and the phrases that shops look for in them.
//!
//! Words and expressions are drawn by rank, the first the most often, about as often as one over the rank (Zipf's law, with an
//! offset of 8: the most frequent word makes up 2 to 4 % of a text, as it does in customers' mails). An *expression* is what
//! a phrase can be: a topic (`refund`), two or three together (`refund twice card`), or a product (`velmora 340`). There are
//! a million for each language; every fifteenth place of a text is one, and phrases are drawn from the same ranks, so that
//! a few phrases occur in every twentieth message and most of them hardly ever.

mod words;

use std::sync::LazyLock;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use words::Words;

/// Languages of messages, and what is remarkable about folding them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// ASCII.
    English,
    /// An accent in about 20 bytes.
    French,
    /// One in about 10 bytes.
    Polish,
    /// Umlauts and ß.
    German,
    /// Latin with one or two accents on most words, three bytes each.
    Vietnamese,
    /// Cyrillic: two bytes a letter.
    Russian,
    /// Two bytes a letter, some with accents.
    Greek,
    /// Hangul: three bytes a syllable.
    Korean,
    /// Kana and ideographs.
    Japanese,
    /// Ideographs, and punctuation with compatibility decompositions.
    Chinese,
    /// Devanagari: vowels and viramas follow their consonants.
    Hindi,
    /// Vowels that compose with those before them.
    Bengali,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::English,
        Self::French,
        Self::Polish,
        Self::German,
        Self::Vietnamese,
        Self::Russian,
        Self::Greek,
        Self::Korean,
        Self::Japanese,
        Self::Chinese,
        Self::Hindi,
        Self::Bengali,
    ];
    /// English alone.
    pub const ONE: &[Self] = &[Self::English];
    /// English, French, Polish and German.
    pub const FOUR: &[Self] = &[Self::English, Self::French, Self::Polish, Self::German];
    /// These, Vietnamese, Russian, Greek and Korean: four scripts, and words of one to three bytes a letter.
    pub const EIGHT: &[Self] = &[
        Self::English,
        Self::French,
        Self::Polish,
        Self::German,
        Self::Vietnamese,
        Self::Russian,
        Self::Greek,
        Self::Korean,
    ];

    /// A message of about so many bytes in this language, out of a seed: words as often as they are in mails, with capitals,
    /// punctuation, a new line now and then, and expressions among them.
    pub fn message(self, seed: u64, bytes: usize) -> String {
        message(&mut ChaCha8Rng::seed_from_u64(seed), self, bytes)
    }

    fn lexicon(self) -> &'static Lexicon {
        static LEXICONS: LazyLock<[Lexicon; Language::ALL.len()]> =
            LazyLock::new(|| Language::ALL.map(|language| Lexicon::new(&language.words())));
        let place = Self::ALL.iter().position(|language| *language == self).unwrap_or(0);
        LEXICONS.get(place).unwrap_or_else(|| unreachable!("a lexicon for each language"))
    }

    fn words(self) -> Words {
        match self {
            Self::English => words::ENGLISH,
            Self::French => words::FRENCH,
            Self::Polish => words::POLISH,
            Self::German => words::GERMAN,
            Self::Vietnamese => words::VIETNAMESE,
            Self::Russian => words::RUSSIAN,
            Self::Greek => words::GREEK,
            Self::Korean => words::KOREAN,
            Self::Japanese => words::JAPANESE,
            Self::Chinese => words::CHINESE,
            Self::Hindi => words::HINDI,
            Self::Bengali => words::BENGALI,
        }
    }
}

/// The words of one language by rank: common ones first, then topics.
struct Lexicon {
    words: Vec<&'static str>,
    topics: Vec<&'static str>,
}

impl Lexicon {
    fn new(words: &Words) -> Self {
        let topics: Vec<_> = words.topics.split_whitespace().collect();
        Self { words: words.common.split_whitespace().chain(topics.iter().copied()).collect(), topics }
    }
}

/// The offset of ranks: how flat the top of the distribution is.
const OFFSET: usize = 8;
/// Ranks of expressions: eight, doubled so often.
const EXPRESSION_DOUBLINGS: u32 = 17;

/// A rank in `0 .. 8 · 2^doublings - 8`, drawn about as often as one over itself plus 8. Integers alone, because the
/// logarithms of two machines may differ in their last bit.
fn rank(random: &mut ChaCha8Rng, doublings: u32) -> usize {
    let base = OFFSET << random.random_range(0..doublings);
    base + random.random_range(0..base) - OFFSET
}

/// One word of a list, by rank.
fn ranked(random: &mut ChaCha8Rng, list: &[&'static str]) -> &'static str {
    let doublings = (list.len() / OFFSET + 1).ilog2().max(1);
    pick(list, rank(random, doublings))
}

fn pick(list: &[&'static str], number: usize) -> &'static str {
    list.get(number % list.len().max(1)).copied().unwrap_or("order")
}

/// Spreads a number over 64 bits (the finalizer of SplitMix64), so that neighbours have nothing in common.
fn spread(number: usize) -> usize {
    let mut bits = (number as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((bits ^ (bits >> 31)) >> 16) as usize
}

/// The expression of a rank: the more frequent, the shorter.
fn expression(language: Language, rank: usize) -> String {
    let topics = &language.lexicon().topics;
    let bits = spread(rank);
    if rank % 2 == 1 {
        return product(bits);
    }
    let words = match rank {
        0..160 => 1,
        160..8_000 => 2,
        _ => 3,
    };
    let first = if words == 1 { rank / 2 } else { bits };
    let mut out = pick(topics, first).to_owned();
    for number in 1..words {
        out.push(' ');
        out.push_str(pick(topics, bits >> (10 * number)));
    }
    out
}

/// The name of a product: two or three syllables, perhaps a second word, perhaps a model.
fn product(bits: usize) -> String {
    static SYLLABLES: LazyLock<Vec<&str>> = LazyLock::new(|| words::SYLLABLES.split_whitespace().collect());
    let syllable = |shift: usize| pick(&SYLLABLES, bits >> shift);
    let mut out = format!("{}{}", syllable(0), syllable(5));
    if bits >> 10 & 1 == 0 {
        out.push_str(syllable(11));
    }
    if bits >> 16 & 1 == 0 {
        out = format!("{out} {}{}", syllable(17), syllable(22));
    }
    if bits >> 27 & 3 != 0 {
        out = format!("{out} {}", 10 + (bits >> 29) % 2_000);
    }
    out
}

/// A phrase, as a shop would look for it.
pub(crate) fn phrase(random: &mut ChaCha8Rng, language: Language) -> String {
    expression(language, rank(random, EXPRESSION_DOUBLINGS))
}

/// A customer's first name or last name.
pub(crate) fn name_part(random: &mut ChaCha8Rng) -> &'static str {
    static NAMES: LazyLock<[Vec<&str>; 2]> = LazyLock::new(|| {
        [words::FIRST_NAMES, words::LAST_NAMES].map(|names| names.split_whitespace().collect())
    });
    let [first, last] = &*NAMES;
    let names = if random.random_bool(0.3) { first } else { last };
    ranked(random, names)
}

/// A customer's name.
pub(crate) fn name(random: &mut ChaCha8Rng) -> String {
    format!("{} {}", name_part(random), name_part(random))
}

/// A subject: an expression among a few words, and a number in every third.
pub(crate) fn subject(random: &mut ChaCha8Rng, language: Language) -> String {
    let words = &language.lexicon().words;
    let before: Vec<_> = (0..random.random_range(0..4)).map(|_| ranked(random, words)).collect();
    let mut out = before.join(" ");
    if !out.is_empty() {
        out.push(' ');
    }
    out.push_str(&phrase(random, language));
    if random.random_bool(0.33) {
        out = format!("{out} #{}", random.random_range(10_000..1_000_000));
    }
    capital(&out)
}

/// A message of about so many bytes: never fewer, and at most an expression more.
pub(crate) fn message(random: &mut ChaCha8Rng, language: Language, bytes: usize) -> String {
    let words = &language.lexicon().words;
    let mut out = String::with_capacity(bytes + 64);
    let mut starts = true;
    while out.len() < bytes {
        let place = random.random_range(0..60);
        let word = match place {
            0..4 => phrase(random, language),
            4 => random.random_range(10_000..1_000_000).to_string(),
            _ => ranked(random, words).to_owned(),
        };
        out.push_str(&if starts { capital(&word) } else { word });
        starts = random.random_bool(0.1);
        out.push_str(match random.random_range(0..16) {
            0 if starts => "!\n\n",
            1..4 if starts => "? ",
            4..6 if starts => ".\n",
            _ if starts => ". ",
            0 => ", ",
            _ => " ",
        });
    }
    out
}

/// The bytes of a customer's message: half of them have 64 to 256, a quarter 128 to 512, and so on; one in a thousand has 64 KiB
/// and more, of mails with the whole thread quoted below.
pub(crate) fn message_bytes(random: &mut ChaCha8Rng) -> usize {
    let doublings = (0..10).take_while(|_| random.random_bool(0.5)).count();
    let base = 64 << doublings;
    base + random.random_range(0..base * 3)
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
