//! Question: what does it cost to find all phrases that occur in a text, by their number and the text's length?
//!
//! Corpus: [`PhraseCorpus`], its texts taken in turn, so that caches are not flattered. How many phrases occur in a text is printed.
//!
//! Sides: `tamis` as it chooses, and forced: `grams`, `grams portable` (without vectors), `automaton`; against `aho-corasick`'s contiguous
//! NFA and DFA, and `daachorse`, which report overlapping matches, and a `memmem` finder for each phrase. Each side gives the set of phrases that
//! occur; the sets are compared before anything is timed. DFAs and finders stop at 10,000 phrases, and a million phrases are
//! measured if `TAMIS_BENCH_MILLION` is set. The package of peers has Vectorscan on the same corpus.
//!
//! The group `phrases/decision` is what a decision pays: a message of 600 bytes, a subject of 40 and a name of 15, each
//! folded and scanned by a matcher of its own with the given number of phrases in all.

use std::hint::black_box;
use std::time::Instant;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use daachorse::{DoubleArrayAhoCorasick, DoubleArrayAhoCorasickBuilder};
use memchr::memmem::Finder;
use tamis_benches::measure::is_quick;
use tamis_benches::{PhraseCorpus, phrase_matcher};
use tamis_engine::definition::Phrases;
use tamis_engine::phrases::{Folded, PhraseMatcher, PhraseScratch, PhraseSearch};

fn bench(criterion: &mut Criterion) {
    let corpus = PhraseCorpus::default();
    let million = std::env::var_os("TAMIS_BENCH_MILLION").map(|_| 1_000_000);
    let counts: &[usize] = if is_quick() { &[100, 1_000] } else { &[10, 100, 1_000, 10_000, 100_000] };
    for count in counts.iter().copied().chain(million) {
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
fn decision(criterion: &mut Criterion, corpus: &PhraseCorpus) {
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

/// A matcher with a test for each phrase; the one that chooses for itself tells what it cost.
fn matcher(phrases: &[String], search: PhraseSearch) -> PhraseMatcher {
    let start = Instant::now();
    let matcher = phrase_matcher(phrases, &Phrases::default(), search);
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

criterion_group!(benches, bench);
criterion_main!(benches);
