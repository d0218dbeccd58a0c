//! Question: what does it cost to fold a text before phrases are looked for in it, by its language and length?
//!
//! Corpus: words in any order with capitals and full stops (seeds 0 to 63), for each language of the package, and Korean taken
//! apart into its letters, which has to go the exact way almost everywhere. Texts of 600 bytes make a pool of 64 that are taken
//! in turn, those of 64 KiB stand alone. One iteration folds the whole pool into memory that is reused.
//!
//! Sides: `bytes` is the default folding as a scan uses it, `text` the same into a `String`, and `case`, `accents` and
//! `case+accents` the foldings that keep those differences; `to_lowercase` is the standard library's, which keeps accents, marks and
//! white space, and `icu_casemap` full case folding alone. With `--quick` there are only texts of 600 bytes.

use std::hint::black_box;

use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use icu_casemap::CaseMapper;
use tamis_benches::Language;
use tamis_benches::measure::is_quick;
use tamis_engine::fold::Folding;

fn bench(criterion: &mut Criterion) {
    let lengths: &[(usize, u64)] = if is_quick() { &[(600, 64)] } else { &[(600, 64), (65_536, 1)] };
    for &(bytes, count) in lengths {
        let mut group = criterion.benchmark_group(format!("folding/{bytes} B"));
        group.sample_size(20);
        for language in Language::ALL {
            let texts: Vec<String> = (0..count).map(|seed| language.message(seed, bytes)).collect();
            sides(&mut group, &format!("{language:?}"), &texts);
        }
        let texts: Vec<String> =
            (0..count).map(|seed| apart(&Language::Korean.message(seed, bytes / 3))).collect();
        sides(&mut group, "Korean apart", &texts);
        group.finish();
    }
}

fn sides(group: &mut BenchmarkGroup<'_, criterion::measurement::WallTime>, language: &str, texts: &[String]) {
    group.throughput(Throughput::Bytes(texts.iter().map(|text| text.len() as u64).sum()));
    let foldings = [
        ("bytes", Folding::default()),
        ("case", Folding { case_sensitive: true, accent_sensitive: false }),
        ("accents", Folding { case_sensitive: false, accent_sensitive: true }),
        ("case+accents", Folding { case_sensitive: true, accent_sensitive: true }),
    ];
    for (side, folding) in foldings {
        let mut out = Vec::new();
        group.bench_function(BenchmarkId::new(side, language), |bencher| {
            bencher.iter(|| {
                for text in texts {
                    out.clear();
                    folding.fold_bytes_into(black_box(text), &mut out);
                    black_box(&out);
                }
            });
        });
    }
    let mut out = String::new();
    group.bench_function(BenchmarkId::new("text", language), |bencher| {
        bencher.iter(|| {
            for text in texts {
                out.clear();
                Folding::default().fold_into(black_box(text), &mut out);
                black_box(&out);
            }
        });
    });
    group.bench_function(BenchmarkId::new("to_lowercase", language), |bencher| {
        bencher.iter(|| texts.iter().map(|text| black_box(text.to_lowercase()).len()).sum::<usize>());
    });
    let cases = CaseMapper::new();
    group.bench_function(BenchmarkId::new("icu_casemap", language), |bencher| {
        bencher.iter(|| texts.iter().map(|text| black_box(cases.fold_string(text)).len()).sum::<usize>());
    });
}

/// A text with each syllable of Hangul in its two or three letters, as some systems write it.
fn apart(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3);
    for c in text.chars() {
        let Some(syllable) = u32::from(c).checked_sub(0xac00).filter(|_| c <= '\u{d7a3}') else {
            out.push(c);
            continue;
        };
        let last = syllable % 28;
        let letters = [0x1100 + syllable / 588, 0x1161 + syllable % 588 / 28, 0x11a7 + last];
        let count = if last == 0 { 2 } else { 3 };
        out.extend(letters.into_iter().take(count).filter_map(char::from_u32));
    }
    out
}

criterion_group!(benches, bench);
criterion_main!(benches);
