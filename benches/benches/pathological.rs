//! Question: what do the worst texts and phrases cost that somebody may send on purpose, beside ordinary ones of the same length?
//!
//! Corpus: `nested` has the phrases a, aa, aaa … up to a thousand a's, and a text of a's, at each place of which all of them end;
//! `alike` has 4,000 phrases made of two stretches, so that they share all their windows, and a text of such stretches; `token` is one word
//! of 15,000 letters, `marks` an e under 16,384 combining marks, `long` a mail of 1 MB: each of these is looked through for
//! 1,000 ordinary phrases, as whole words. `ordinary` is a text of the seed's words for those phrases. Everything is folded anew each time.
//!
//! All of it takes time linear in the text: throughputs are to be compared, not times.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tamis_benches::{PhraseCorpus, phrase_matcher};
use tamis_engine::definition::Phrases;
use tamis_engine::phrases::{PhraseMatcher, PhraseScratch, PhraseSearch};

const TEXT_BYTES: usize = 64 << 10;

fn bench(criterion: &mut Criterion) {
    let corpus = PhraseCorpus::default();
    let matcher = |phrases: &[String], whole_word| {
        let like = Phrases { whole_word, ..Phrases::default() };
        phrase_matcher(phrases, &like, PhraseSearch::Measured)
    };
    let common = matcher(&corpus.phrases(1_000), true);
    let ordinary = |bytes| corpus.texts(bytes).into_iter().next().unwrap_or_default();
    let nested: Vec<String> = (1..=1_000).map(|len| "a".repeat(len)).collect();
    let stretch = |bit| if bit == 0 { "aaaaaaaa" } else { "abababab" };
    let alike: Vec<String> =
        (0..4_000).map(|number: u32| (0..12).map(|bit| stretch(number >> bit & 1)).collect()).collect();
    let stretches: String =
        (0..TEXT_BYTES as u32 / 8).map(|place| stretch(place.wrapping_mul(0x9e37) >> 7 & 1)).collect();
    let (nested, alike) = (matcher(&nested, false), matcher(&alike, false));
    let cases: [(&str, &PhraseMatcher, String); 6] = [
        ("ordinary", &common, ordinary(TEXT_BYTES)),
        ("nested", &nested, "a".repeat(TEXT_BYTES)),
        ("alike", &alike, stretches),
        ("token", &common, "x".repeat(15_000)),
        ("marks", &common, format!("e{}", "\u{301}".repeat(16_384))),
        ("long", &common, ordinary(1 << 20)),
    ];
    let mut group = criterion.benchmark_group("pathological");
    group.sample_size(20);
    for (name, matcher, text) in &cases {
        let mut scratch = PhraseScratch::default();
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter(|| {
                matcher.scan(text, &mut scratch);
                scratch.tests().len()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
