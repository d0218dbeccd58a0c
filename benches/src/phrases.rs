//! Phrases, and texts to look for them in.

use std::collections::HashSet;

use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tamis_engine::definition::Phrases;
use tamis_engine::fold::Folding;
use tamis_engine::phrases::{PhraseMatcher, PhraseMatcherBuilder, PhraseSearch};

use crate::Language;

/// Bytes of all texts of a length together.
const POOL_BYTES: usize = 4_000_000;

/// Phrases and texts of four languages that share a vocabulary.
///
/// Phrases (seed 1) have one to four words, some 18 bytes, and one in seven a number. A language's words are those of the package
/// and 5,000 more made of their beginnings and ends; the words of texts (seed 2) follow Zipf's law, and so does one in two of a phrase's words, so
/// that most phrases share a word with a text and few occur in it. Both are folded.
#[derive(Debug)]
pub struct PhraseCorpus(Vec<Vec<String>>);

impl Default for PhraseCorpus {
    /// The one that there is.
    fn default() -> Self {
        let languages = [Language::English, Language::French, Language::Polish, Language::German];
        let mut random = ChaCha8Rng::seed_from_u64(0);
        Self(languages.map(|language| vocabulary(language, &mut random)).into())
    }
}

impl PhraseCorpus {
    /// So many different phrases, folded.
    pub fn phrases(&self, count: usize) -> Vec<String> {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let mut known = HashSet::new();
        let mut phrases = Vec::with_capacity(count);
        while phrases.len() < count {
            let Some(words) = self.0.choose(&mut random) else { break };
            let count = [1, 2, 2, 3, 3, 4].choose(&mut random).copied().unwrap_or(1);
            let mut phrase: Vec<&str> = (0..count)
                .map(|_| {
                    if random.random_bool(0.5) {
                        frequent(words, &mut random)
                    } else {
                        any(words, &mut random)
                    }
                })
                .collect();
            let number = random.random_range(100..100_000).to_string();
            if random.random_bool(0.15) {
                phrase.push(&number);
            }
            let phrase = Folding::default().fold(&phrase.join(" "));
            if known.insert(phrase.clone()) {
                phrases.push(phrase);
            }
        }
        phrases
    }

    /// Texts of at least so many bytes, folded: 4 MB of them all, but no more than 20,000.
    pub fn texts(&self, bytes: usize) -> Vec<String> {
        let mut random = ChaCha8Rng::seed_from_u64(2);
        let texts = (0..(POOL_BYTES / bytes).min(20_000)).map(|_| {
            let mut text = String::new();
            let words = self.0.choose(&mut random).map_or(&[][..], Vec::as_slice);
            while text.len() < bytes {
                text.push_str(frequent(words, &mut random));
                text.push_str(if random.random_bool(0.1) { ". " } else { " " });
            }
            Folding::default().fold(&text)
        });
        texts.collect()
    }
}

/// The words of a language, and as many more as make 5,000 with them, each the beginning of one word and the end of another.
fn vocabulary(language: Language, random: &mut ChaCha8Rng) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in language.message(0, 20_000).split([' ', '.']).map(str::to_lowercase) {
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    }
    let own: Vec<Vec<char>> = words.iter().map(|word| word.chars().collect()).collect();
    let mut known: HashSet<String> = words.iter().cloned().collect();
    while words.len() < 5_000 {
        let (Some(one), Some(other)) = (own.choose(random), own.choose(random)) else { break };
        let beginning = one.iter().take(random.random_range(1..=one.len()));
        let word: String = beginning.chain(other.iter().skip(random.random_range(0..other.len()))).collect();
        if (4..=14).contains(&word.chars().count()) && known.insert(word.clone()) {
            words.push(word);
        }
    }
    words
}

/// A word by Zipf's law.
fn frequent<'w>(words: &'w [String], random: &mut ChaCha8Rng) -> &'w str {
    let rank = (words.len() as f64).powf(random.random::<f64>()) - 1.0;
    words.get(rank as usize).map_or("", String::as_str)
}

/// Any word.
fn any<'w>(words: &'w [String], random: &mut ChaCha8Rng) -> &'w str {
    words.choose(random).map_or("", String::as_str)
}

/// A matcher with a test for each phrase, by its number, with the options of `like`.
pub fn phrase_matcher(phrases: &[String], like: &Phrases, search: PhraseSearch) -> PhraseMatcher {
    let mut builder = PhraseMatcherBuilder::default();
    for phrase in phrases {
        builder.add(&Phrases { phrases: vec![phrase.clone()], ..like.clone() });
    }
    builder.build_with(search).unwrap_or_else(|error| unreachable!("{error}"))
}
