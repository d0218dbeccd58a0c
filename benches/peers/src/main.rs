//! Question: how does Tamis compare with engines that could be used in its place, on the same workflows and changes?
//!
//! Corpus: workflows of seed 1 and changes of seed 2 with 600 bytes of text in four languages (see `tamis-benches`), 0.6 matches a
//! decision. Workflows with a condition over time (day of the week, time of day, working hours, time since the customer's
//! reply or since the ticket's creation) are left out and others taken in their place, because not every peer can say what
//! they mean; the other 20 kinds of conditions are all there.
//!
//! Every peer is used in its best form: rules compiled once, cheap conditions first, and each change prepared in the peer's own
//! types just before, outside of the time that is measured, its texts already folded (no peer folds). a-tree cannot look for
//! phrases. It takes part twice: with daachorse, which finds them in the time that is measured, and so the event is made in it too,
//! as that says which phrases occur; and alone, told which occur, so that it has less to do than all others. Tamis is
//! given raw strings, folds them and finds the phrases in its time, and tells what the peers tell: which workflows match
//! (`Index::matching`). Its whole decisions, with actions and fire keys, are timed besides. Before anything is timed, all
//! sides decide the same changes and must find the same workflows. Each decision is timed by itself, and medians are compared,
//! of Tamis the median of one before and one after each peer; a slow peer is asked for some seconds, but at least 20 times.
//!
//! Run it with `cargo run --release --manifest-path benches/peers/Cargo.toml`, which prints a table; with `-- --quick` only up
//! to 1,000 workflows, and with parts of names, such as `-- cel zen`, only the peers that have one of them.

mod peer;
mod rules;

use std::hint::black_box;
use std::time::{Duration, Instant};

use peer::CONTESTANTS;
use rules::Corpus;
use tamis_benches::measure::{Figures, Latencies, is_quick};
use tamis_engine::{Index, Request, Scratch, compile};

const CHANGES: usize = 2_000;
/// How long a peer is asked, at most, unless it has not yet been asked often enough.
const PATIENCE: Duration = Duration::from_secs(5);
const CALLS_MIN: usize = 20;

fn main() {
    let mut figures = Figures::of("peers");
    let counts: &[usize] = if is_quick() { &[50, 1_000] } else { &[50, 1_000, 10_000] };
    let mut rows = Vec::new();
    for count in counts {
        rows.extend(compare(*count, &mut figures));
    }
    println!("\n| workflows | engine | p50 | times Tamis |\n|---:|---|---:|---:|");
    for row in rows {
        println!("{row}");
    }
    figures.keep();
}

fn compare(count: usize, figures: &mut Figures) -> Vec<String> {
    let corpus = Corpus::new(count, CHANGES);
    let index = compile(corpus.account.clone(), &corpus.workflows).expect("the workload compiles");
    let wanted = decisions(&corpus, &index);
    let matches: usize = wanted.iter().map(Vec::len).sum();
    println!("peers/{count} workflows: {:.2} matches a decision", matches as f64 / CHANGES as f64);

    let asked: Vec<_> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let is_asked = |name: &str| asked.is_empty() || asked.iter().any(|part| name.contains(part));
    let contestants =
        CONTESTANTS.iter().filter(|contestant| count <= contestant.rules_max && is_asked(contestant.name));
    let mut medians = Vec::new();
    let mut tamis_ns = vec![matching(&corpus, &index)];
    for contestant in contestants {
        let mut peer = (contestant.compile)(&corpus.rules);
        let mut latencies = Latencies::with_capacity(CHANGES);
        let began = Instant::now();
        for (change, (facts, wanted)) in corpus.facts.iter().zip(&wanted).enumerate() {
            if change >= CALLS_MIN && began.elapsed() > PATIENCE {
                break;
            }
            peer.prepare(facts);
            let mut found = peer.decide();
            found.sort_unstable();
            assert_eq!(
                &found, wanted,
                "{} decides change {change} of {count} workflows otherwise",
                contestant.name
            );
        }
        let began = Instant::now();
        for (call, facts) in corpus.facts.iter().cycle().take(4 * CHANGES).enumerate() {
            if call >= CALLS_MIN && began.elapsed() > PATIENCE {
                break;
            }
            peer.prepare(facts);
            latencies.time(|| peer.decide());
        }
        medians.push((contestant.name, latencies.percentile_ns(50)));
        tamis_ns.push(matching(&corpus, &index));
    }
    tamis_ns.sort_by(f64::total_cmp);
    let tamis_ns = tamis_ns[tamis_ns.len() / 2];
    figures.tell(format!("{count} workflows/tamis"), tamis_ns, "ns");
    let mut rows = vec![format!("| {count} | Tamis | {:.2} µs | 1 |", tamis_ns / 1e3)];
    medians.push(("Tamis, actions and fire keys too", deciding(&corpus, &index)));
    for (name, ns) in medians {
        figures.tell(format!("{count} workflows/{name}"), ns, "ns");
        figures.tell(format!("{count} workflows/{name} against tamis"), ns / tamis_ns, "times");
        rows.push(format!("| {count} | {name} | {:.2} µs | {:.1} |", ns / 1e3, ns / tamis_ns));
    }
    rows
}

/// The places of the workflows that match each change, ascending.
fn decisions(corpus: &Corpus, index: &Index) -> Vec<Vec<usize>> {
    let mut scratch = Scratch::default();
    let mut decide = |request| {
        let decision = index.evaluate(request, &mut scratch);
        let places = decision.matches.iter().map(|found| {
            let id = &found.workflow.id;
            corpus.workflows.iter().position(|workflow| workflow.id == *id).expect("the workflow was given")
        });
        places.collect()
    };
    corpus.requests.iter().map(&mut decide).collect()
}

/// The median time in which Tamis tells which workflows match, in nanoseconds.
fn matching(corpus: &Corpus, index: &Index) -> f64 {
    median(corpus, |request, scratch, latencies| {
        latencies.time(|| index.matching(request, scratch).collect::<Vec<_>>());
    })
}

/// The median time of its whole decisions, in nanoseconds.
fn deciding(corpus: &Corpus, index: &Index) -> f64 {
    median(corpus, |request, scratch, latencies| {
        latencies.time(|| index.evaluate(request, scratch));
    })
}

/// The median of what is timed of each change, which was made just before, in nanoseconds.
fn median(corpus: &Corpus, time: impl Fn(&Request<'_>, &mut Scratch, &mut Latencies)) -> f64 {
    let mut scratch = Scratch::default();
    let mut latencies = Latencies::with_capacity(10 * CHANGES);
    for request in corpus.requests.iter().cycle().take(10 * CHANGES) {
        time(&black_box(request.clone()), &mut scratch, &mut latencies);
    }
    latencies.percentile_ns(50)
}
