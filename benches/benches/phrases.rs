//! Question: what does it cost to find all phrases that occur in a text, by their number and the text's length?
//!
//! Corpus (seed 1): phrases of one to four words in four languages, of some 18 bytes, one in seven with a number. A language's
//! words are those of the package and 5,000 more made of their beginnings and ends; the words of texts follow Zipf's law, and so does one
//! in two of a phrase's words, so that most phrases share a word with a text and few occur in it. Texts (seed 2) are folded, and
//! make a pool of 4 MB that is taken in turn, so that caches are not flattered.
//!
//! Sides: `tamis` as it chooses, and forced: `grams`, `grams portable` (without vectors), `automaton`; against `aho-corasick`'s contiguous
//! NFA and DFA, and `daachorse`, which report overlapping matches, and a `memmem` finder for each phrase. Each side gives the set of phrases that
//! occur; the sets are compared before anything is timed. DFAs and finders stop at 10,000 phrases, and a million phrases are
//! measured if `TAMIS_BENCH_MILLION` is set.
//!
//! The group `phrases/decision` is what a decision pays: a message of 600 bytes, a subject of 40 and a name of 15, each
//! folded and scanned by a matcher of its own with the given number of phrases in all.

use std::collections::HashSet;
use std::hint::black_box;
use std::time::Instant;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use daachorse::{DoubleArrayAhoCorasick, DoubleArrayAhoCorasickBuilder};
use memchr::memmem::Finder;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tamis_benches::Language;
use tamis_engine::definition::Phrases;
use tamis_engine::fold::Folding;
use tamis_engine::phrases::{Folded, PhraseMatcher, PhraseMatcherBuilder, PhraseScratch, PhraseSearch};

/// Bytes of all texts of a length together.
const POOL_BYTES: usize = 4_000_000;

fn bench(criterion: &mut Criterion) {
    let corpus = Corpus::new();
    let million = std::env::var_os("TAMIS_BENCH_MILLION").map(|_| 1_000_000);
    for count in [10usize, 100, 1_000, 10_000, 100_000].into_iter().chain(million) {
        let phrases = corpus.phrases(count);
        for bytes in [600usize, 4_096] {
            let texts = corpus.texts(bytes);
            let mut group = criterion.benchmark_group(format!("phrases/{count}, {bytes} B"));
            group.sample_size(20);
            group.throughput(Throughput::Bytes(
                texts.iter().map(|text| text.len() as u64).sum::<u64>() / texts.len() as u64,
            ));
            sides(&mut group, &phrases, &texts);
            group.finish();
        }
    }
    decision(criterion, &corpus);
}

fn sides(group: &mut BenchmarkGroup<'_, WallTime>, phrases: &[String], texts: &[String]) {
    let searches = [
        ("tamis", PhraseSearch::Measured),
        ("grams", PhraseSearch::Grams),
        ("grams portable", PhraseSearch::GramsPortable),
        ("automaton", PhraseSearch::AhoCorasick),
    ];
    let mut expected = None;
    for (name, search) in searches {
        let (matcher, mut scratch) = (matcher(phrases, search), PhraseScratch::default());
        // Each text is folded before, once and for all.
        let mut folded: Vec<(Folded, &String)> = texts.iter().map(|text| (Folded::default(), text)).collect();
        side(group, name, &mut folded, &mut expected, |(folded, text), found| {
            matcher.scan_shared(text, folded, &mut scratch);
            found.extend_from_slice(scratch.tests());
        });
    }
    let mut texts: Vec<&String> = texts.iter().collect();
    let mut seen = Seen::new(phrases.len());
    let machine = |kind| {
        let mut builder = AhoCorasick::builder();
        builder.kind(Some(kind)).match_kind(MatchKind::Standard).build(phrases)
    };
    let kinds =
        [("aho-corasick NFA", AhoCorasickKind::ContiguousNFA), ("aho-corasick DFA", AhoCorasickKind::DFA)];
    for (name, kind) in kinds.into_iter().take(if phrases.len() <= 10_000 { 2 } else { 1 }) {
        let Ok(machine) = machine(kind) else { continue };
        side(group, name, &mut texts, &mut expected, |text, found| {
            let matches = machine.find_overlapping_iter(text.as_str());
            seen.collect(matches.map(|found| found.pattern().as_u32()), found);
        });
    }
    let machine: Result<DoubleArrayAhoCorasick<u32>, _> = DoubleArrayAhoCorasickBuilder::new().build(phrases);
    if let Ok(machine) = machine {
        side(group, "daachorse", &mut texts, &mut expected, |text, found| {
            seen.collect(machine.find_overlapping_iter(text.as_str()).map(|found| found.value()), found);
        });
    }
    if phrases.len() <= 10_000 {
        let finders: Vec<Finder<'_>> = phrases.iter().map(Finder::new).collect();
        side(group, "memmem each", &mut texts, &mut expected, |text, found| {
            let occurring =
                (0u32..).zip(&finders).filter(|(_, finder)| finder.find(text.as_bytes()).is_some());
            found.extend(occurring.map(|(number, _)| number));
        });
    }
}

/// Compares what a side finds in all texts with what is expected, and measures it text by text.
fn side<T>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    texts: &mut [T],
    expected: &mut Option<Vec<Vec<u32>>>,
    mut find: impl FnMut(&mut T, &mut Vec<u32>),
) {
    let mut found = Vec::new();
    let all = texts.iter_mut().take(500).map(|text| {
        let mut found = Vec::new();
        find(text, &mut found);
        found.sort_unstable();
        found
    });
    match expected {
        Some(expected) => assert!(all.eq(expected.iter().cloned()), "{name} finds something else"),
        None => {
            let all: Vec<Vec<u32>> = all.collect();
            let count: usize = all.iter().map(Vec::len).sum();
            println!("{:.2} phrases occur in a text", count as f64 / all.len() as f64);
            *expected = Some(all);
        }
    }
    texts.iter_mut().for_each(|text| find(text, &mut found));
    let mut turn = 0;
    group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
        bencher.iter(|| {
            found.clear();
            turn = (turn + 1) % texts.len();
            if let Some(text) = texts.get_mut(turn) {
                find(text, &mut found);
            }
            black_box(found.len())
        });
    });
}

/// Folding and scanning the three texts of a decision.
fn decision(criterion: &mut Criterion, corpus: &Corpus) {
    let mut group = criterion.benchmark_group("phrases/decision");
    let messages = corpus.texts(600);
    let short = corpus.texts(40);
    for count in [10usize, 30, 100, 300, 600] {
        let phrases = corpus.phrases(count);
        let (message, others) = phrases.split_at(count * 6 / 10);
        let (subject, name) = others.split_at(others.len() * 3 / 4);
        let matchers = [message, subject, name].map(|phrases| matcher(phrases, PhraseSearch::Measured));
        let mut scratches = [(); 3].map(|()| PhraseScratch::default());
        let mut turn = 0;
        group.bench_function(BenchmarkId::from_parameter(count), |bencher| {
            bencher.iter(|| {
                turn += 1;
                let message = messages.get(turn % messages.len()).map_or("", String::as_str);
                let subject = short.get(turn % short.len()).map_or("", String::as_str);
                let name = subject.get(..15).unwrap_or(subject);
                for ((matcher, scratch), text) in
                    matchers.iter().zip(&mut scratches).zip([message, subject, name])
                {
                    matcher.scan(black_box(text), scratch);
                }
            });
        });
    }
    group.finish();
}

/// A matcher with a test for each phrase.
fn matcher(phrases: &[String], search: PhraseSearch) -> PhraseMatcher {
    let start = Instant::now();
    let mut builder = PhraseMatcherBuilder::default();
    for phrase in phrases {
        builder.add(&Phrases { phrases: vec![phrase.clone()], ..Phrases::default() });
    }
    let matcher = builder.build_with(search).unwrap_or_else(|error| unreachable!("{error}"));
    if search == PhraseSearch::Measured {
        println!(
            "{} phrases: built in {:.2?}, {} B each",
            phrases.len(),
            start.elapsed(),
            matcher.memory_usage() / phrases.len()
        );
    }
    matcher
}

/// Numbers below a bound, each once.
struct Seen(Vec<bool>);

impl Seen {
    fn new(bound: usize) -> Self {
        Self(vec![false; bound])
    }

    fn collect(&mut self, numbers: impl Iterator<Item = u32>, found: &mut Vec<u32>) {
        for number in numbers {
            if let Some(seen) = self.0.get_mut(number as usize)
                && !std::mem::replace(seen, true)
            {
                found.push(number);
            }
        }
        for number in found.iter() {
            if let Some(seen) = self.0.get_mut(*number as usize) {
                *seen = false;
            }
        }
    }
}

/// The words of four languages, the frequent ones first.
struct Corpus(Vec<Vec<String>>);

impl Corpus {
    fn new() -> Self {
        let languages = [Language::English, Language::French, Language::Polish, Language::German];
        let mut random = ChaCha8Rng::seed_from_u64(0);
        Self(languages.map(|language| vocabulary(language, &mut random)).into())
    }

    /// So many different phrases, folded.
    fn phrases(&self, count: usize) -> Vec<String> {
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

    /// Texts of so many bytes, folded.
    fn texts(&self, bytes: usize) -> Vec<String> {
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

criterion_group!(benches, bench);
criterion_main!(benches);
