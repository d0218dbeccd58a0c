//! Question: how many times faster is the index than a loop over the workflows?
//!
//! Corpus: as in `evaluate` (workflows of seed 1, changes of seed 2, 600 bytes in four languages, a pool of 4 MiB taken in turn),
//! 0.6 matches a decision. Before anything is timed, the loop and the index decide thousands of changes, and must find
//! the same workflows in the same order.
//!
//! Sides: the index, asked which workflows match (`Index::matching`); the loop with conditions as written; the loop with cheap
//! conditions first. The loop's conditions are compiled, its texts folded once per decision (see `PlainLoop`), and as it
//! renders nothing, the index does not either. The index as it is used, actions and fire keys included, is told besides. Each
//! decision is timed by itself, of a request that was made just before, as one that a service has just decoded is; the sides
//! take turns in ten rounds, and medians are compared.

use std::hint::black_box;

use tamis_benches::measure::{Figures, Latencies, is_quick};
use tamis_benches::{MessageLength, Order, PlainLoop, Profile, Workload};
use tamis_engine::{Index, Request, Scratch, compile};

fn main() {
    let mut figures = Figures::of("plain_loop");
    let counts: &[usize] = if is_quick() { &[50, 1_000, 10_000] } else { &[50, 1_000, 10_000, 100_000] };
    for count in counts {
        if let Err(error) = compare(*count, &mut figures) {
            println!("plain_loop/{count}: {error}");
            std::process::exit(1);
        }
    }
    figures.keep();
}

fn compare(count: usize, figures: &mut Figures) -> Result<(), String> {
    let mut workload = Workload::with(1, Profile::default());
    let account = workload.account();
    let workflows = workload.workflows(count);
    let requests = Workload::with(2, Profile::default()).pool(count, MessageLength::Bytes(600));
    let plain = |order| PlainLoop::new(&account, workflows.iter().map(AsRef::as_ref), order);
    let mut as_written = plain(Order::AsWritten)?;
    let mut cheap_first = plain(Order::CheapFirst)?;
    let index = compile(account.clone(), &workflows).map_err(|findings| format!("{findings:?}"))?;
    let checked = requests.len().min(20_000_000 / count);
    check(&index, &mut [&mut as_written, &mut cheap_first], requests.iter().take(checked))?;
    println!("plain_loop/{count} workflows: equal on {checked} changes");

    let mut scratch = Scratch::default();
    let mut matches = Vec::new();
    let mut found = Vec::new();
    // So many decisions a round that each side takes some ten milliseconds, in which the caches become its own.
    let calls = (2_000_000 / count).clamp(20, 2_000);
    let mut sides = [(); 4].map(|()| Latencies::with_capacity(100_000));
    for round in 0..10 {
        let [matching, decided, by_as_written, by_cheap_first] = &mut sides;
        let requests = requests.iter().cycle().skip(round * 2_000 % requests.len());
        for (side, plain) in [(by_as_written, &mut as_written), (by_cheap_first, &mut cheap_first)] {
            for request in requests.clone().take(calls) {
                let request = black_box(request.clone());
                matches.clear();
                side.time(|| plain.evaluate(&request, &mut matches));
                black_box(&matches);
            }
        }
        for request in requests.clone().take(10_000) {
            let request = black_box(request.clone());
            found.clear();
            matching.time(|| found.extend(index.matching(&request, &mut scratch)));
            black_box(&found);
        }
        for request in requests.skip(10_000).take(10_000) {
            let request = black_box(request.clone());
            decided.time(|| index.evaluate(&request, &mut scratch));
        }
    }
    let [matching, decided, as_written, cheap_first] = sides.map(|mut side| side.percentile_ns(50));
    figures.tell(format!("{count} workflows/index, matching only"), matching, "ns");
    figures.tell(format!("{count} workflows/index, actions and fire keys too"), decided, "ns");
    figures.tell(format!("{count} workflows/loop as written"), as_written, "ns");
    figures.tell(format!("{count} workflows/loop, cheap conditions first"), cheap_first, "ns");
    figures.tell(format!("{count} workflows/index against loop as written"), as_written / matching, "times");
    figures.tell(format!("{count} workflows/index against cheap first"), cheap_first / matching, "times");
    Ok(())
}

fn check<'r>(
    index: &Index,
    loops: &mut [&mut PlainLoop],
    requests: impl Iterator<Item = &'r Request<'static>>,
) -> Result<(), String> {
    let mut scratch = Scratch::default();
    let mut found = Vec::new();
    let mut matching = Vec::new();
    let workflows: Vec<_> = index.workflows().collect();
    for request in requests {
        matching.clear();
        matching.extend(index.matching(request, &mut scratch).map(|workflow| &workflow.id));
        for plain in loops.iter_mut() {
            found.clear();
            plain.evaluate(request, &mut found);
            let ids = found.iter().filter_map(|place| workflows.get(usize::try_from(*place).ok()?));
            if !ids.map(|workflow| &workflow.id).eq(matching.iter().copied()) {
                return Err(format!("the loop and the index disagree about {request:?}"));
            }
        }
    }
    Ok(())
}
