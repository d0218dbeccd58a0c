//! Question: how does Tamis's search for phrases compare with Vectorscan (Debian's Hyperscan), on the same phrases and texts?
//!
//! Corpus: [`PhraseCorpus`], as the `phrases` bench has it; texts of 600 bytes and of 4 KiB, folded, taken in turn. Both sides tell which
//! phrases occur in a text. Before they are timed, what they tell is compared, and where it differs, a plain search says who is right: Tamis
//! must always be; Vectorscan 5.4.9 misses a phrase now and then where there are thousands, and how often is told. Vectorscan is compiled for this processor, once so that it
//! reports every occurrence and once so that it reports each phrase once per text, and the faster form counts. Medians of nine passes over all texts,
//! in which the sides take turns.
//!
//! It needs `libvectorscan-dev` and `pkg-config`:
//! `cargo run --release --manifest-path benches/peers/Cargo.toml -p tamis-vectorscan`

use std::hint::black_box;
use std::time::Instant;

use hyperscan::prelude::*;
use hyperscan::{PatternFlags, Patterns};
use tamis_benches::measure::{Figures, is_quick};
use tamis_benches::{PhraseCorpus, phrase_matcher};
use tamis_engine::definition::Phrases;
use tamis_engine::phrases::{Folded, PhraseMatcher, PhraseScratch, PhraseSearch};

const PASSES: usize = 9;

fn main() -> hyperscan::Result<()> {
    let corpus = PhraseCorpus::default();
    let mut figures = Figures::of("vectorscan");
    println!("| phrases | bytes of text | Tamis | Vectorscan | times Tamis |\n|---:|---:|---:|---:|---:|");
    let counts: &[usize] = if is_quick() { &[100, 1_000] } else { &[10, 100, 1_000, 10_000, 100_000] };
    for count in counts {
        let phrases = corpus.phrases(*count);
        let tamis = phrase_matcher(&phrases, &Phrases::default(), PhraseSearch::Measured);
        let vectorscan =
            [PatternFlags::empty(), PatternFlags::SINGLEMATCH].map(|flags| database(&phrases, flags));
        let [all, once] = vectorscan;
        let databases = [all?, once?];
        for bytes in [600, 4_096] {
            let [tamis_us, vectorscan_us] = compare(&tamis, &databases, &corpus.texts(bytes), &phrases)?;
            let times = vectorscan_us / tamis_us;
            println!("| {count} | {bytes} | {tamis_us:.2} µs | {vectorscan_us:.2} µs | {times:.1} |");
            for (side, us) in [("tamis", tamis_us), ("vectorscan", vectorscan_us)] {
                figures.tell(format!("{count} phrases/{bytes} B/{side}"), us * 1e3, "ns");
            }
        }
    }
    figures.keep();
    Ok(())
}

/// The medians of both sides, in microseconds a text.
fn compare(
    tamis: &PhraseMatcher,
    databases: &[BlockDatabase; 2],
    texts: &[String],
    phrases: &[String],
) -> hyperscan::Result<[f64; 2]> {
    let mut scratch = PhraseScratch::default();
    let mut folded: Vec<Folded> = texts.iter().map(|_| Folded::default()).collect();
    let own = [databases[0].alloc_scratch()?, databases[1].alloc_scratch()?];
    let mut seen = vec![u32::MAX; phrases.len()];
    let mut missed = 0u32;
    for (number, (text, folded)) in (0u32..).zip(texts.iter().zip(&mut folded)) {
        tamis.scan_shared(text, folded, &mut scratch);
        let mut wanted = scratch.tests().to_vec();
        wanted.sort_unstable();
        for (database, scratch) in databases.iter().zip(&own) {
            let mut found = Vec::new();
            database.scan(text, scratch, |id, _, _, _| {
                found.push(id);
                Matching::Continue
            })?;
            found.sort_unstable();
            found.dedup();
            let differ = |id: &&u32| found.binary_search(id).is_ok() != wanted.binary_search(id).is_ok();
            for id in wanted.iter().chain(&found).filter(differ) {
                let occurs = text.contains(&phrases[*id as usize]);
                assert_eq!(wanted.contains(id), occurs, "Tamis is wrong about phrase {id} in text {number}");
                missed += 1;
            }
        }
    }
    if missed > 0 {
        println!("Vectorscan tells {missed} times otherwise than a plain search, and Tamis as it");
    }
    let mut times: [Vec<f64>; 3] = Default::default();
    let mut turn = 0u32;
    for _ in 0..PASSES {
        times[0].push(time(texts.len(), || {
            for (text, folded) in texts.iter().zip(&mut folded) {
                tamis.scan_shared(text, folded, &mut scratch);
                black_box(scratch.tests().len());
            }
            Ok(())
        })?);
        for (side, (database, scratch)) in databases.iter().zip(&own).enumerate() {
            times[side + 1].push(time(texts.len(), || {
                for text in texts {
                    // What was found is told apart as cheaply as can be: by the number of the text that it was last found in.
                    turn = turn.wrapping_add(1);
                    let mut found = 0;
                    database.scan(text, scratch, |id, _, _, _| {
                        found += u32::from(std::mem::replace(&mut seen[id as usize], turn) != turn);
                        Matching::Continue
                    })?;
                    black_box(found);
                }
                Ok(())
            })?);
        }
    }
    let [tamis, all, once] = times.map(median);
    Ok([tamis, all.min(once)])
}

/// How long a pass takes, in microseconds a text.
fn time(texts: usize, pass: impl FnOnce() -> hyperscan::Result<()>) -> hyperscan::Result<f64> {
    let began = Instant::now();
    pass()?;
    Ok(began.elapsed().as_secs_f64() * 1e6 / texts as f64)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

fn database(phrases: &[String], flags: PatternFlags) -> hyperscan::Result<BlockDatabase> {
    let pattern = |(id, phrase): (usize, &String)| {
        let literal: String = phrase.bytes().map(|byte| format!("\\x{byte:02x}")).collect();
        Pattern { id: Some(id), ..Pattern::with_flags(literal, flags).expect("a literal is a pattern") }
    };
    let patterns: Patterns = phrases.iter().enumerate().map(pattern).collect();
    patterns.build()
}
