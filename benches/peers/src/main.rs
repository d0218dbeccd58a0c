//! Question: how does Tamis compare with engines that could be used in its place, on the same workflows and changes?
//!
//! Corpus: workflows of seed 1 and changes of seed 2 with 600 bytes of text in four languages (see `tamis-benches`), 0.6 matches a
//! decision. Workflows with a condition over time (day of the week, time of day, working hours, time since the customer's
//! reply or since the ticket's creation) are left out and others taken in their place, because not every peer can say what
//! they mean; the other 20 kinds of conditions are all there.
//!
//! Every peer is used in its best form: rules compiled once, cheap conditions first, and each change prepared in the peer's own
//! types outside of the time that is measured, its texts already folded (no peer folds). a-tree cannot look for phrases, and is
//! told which occur. Tamis is given raw strings, and in its time folds, finds the phrases, renders the actions and makes
//! the fire keys. Before anything is timed, all sides decide the same changes and must find the same workflows. Each decision
//! is timed by itself, and medians are compared; a slow peer is asked for some seconds, but at least 20 times.
//!
//! Run it with `cargo run --release --manifest-path benches/peers/Cargo.toml`, which prints a table; with `-- --quick` only up
//! to 1,000 workflows, and with parts of names, such as `-- cel zen`, only the peers that have one of them.

mod peer;
mod rules;

use std::time::{Duration, Instant};

use peer::CONTESTANTS;
use rules::Corpus;
use tamis_benches::measure::{Figures, Latencies, is_quick};
use tamis_engine::{Index, Scratch, compile};

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
    let mut tamis_ns = tamis(&corpus, &index);
    for contestant in contestants {
        let mut peer = (contestant.compile)(&corpus.rules);
        corpus.facts.iter().for_each(|facts| peer.prepare(facts));
        let mut latencies = Latencies::with_capacity(CHANGES);
        let began = Instant::now();
        for (change, wanted) in wanted.iter().enumerate() {
            if change >= CALLS_MIN && began.elapsed() > PATIENCE {
                break;
            }
            let mut found = peer.decide(change);
            found.sort_unstable();
            assert_eq!(
                &found, wanted,
                "{} decides change {change} of {count} workflows otherwise",
                contestant.name
            );
        }
        let began = Instant::now();
        for change in (0..CHANGES).cycle().take(4 * CHANGES) {
            if change >= CALLS_MIN && began.elapsed() > PATIENCE {
                break;
            }
            latencies.time(|| peer.decide(change));
        }
        medians.push((contestant.name, latencies.percentile_ns(50)));
        tamis_ns = tamis_ns.min(tamis(&corpus, &index));
    }
    figures.tell(format!("{count} workflows/tamis"), tamis_ns, "ns");
    let mut rows = vec![format!("| {count} | Tamis | {:.2} µs | 1 |", tamis_ns / 1e3)];
    for (name, ns) in medians {
        figures.tell(format!("{count} workflows/{name}"), ns, "ns");
        figures.tell(format!("{count} workflows/{name} against tamis"), ns / tamis_ns, "times");
        rows.push(format!("| {count} | {name} | {:.2} µs | {:.0} |", ns / 1e3, ns / tamis_ns));
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

/// The median of Tamis's decisions, in nanoseconds.
fn tamis(corpus: &Corpus, index: &Index) -> f64 {
    let mut scratch = Scratch::default();
    let mut latencies = Latencies::with_capacity(10 * CHANGES);
    for request in corpus.requests.iter().cycle().take(10 * CHANGES) {
        latencies.time(|| index.evaluate(request, &mut scratch));
    }
    latencies.percentile_ns(50)
}
