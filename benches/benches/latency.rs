//! Question: how long do single decisions take, half of them and 99 % of them, from 50 to a million workflows; and how does a
//! decision's cost grow while the workflows double?
//!
//! Corpus: as in `evaluate` (workflows of seed 1, changes of seed 2, 600 bytes in four languages, a pool of 4 MiB taken in turn),
//! once with 0.6 matches a decision and once with half a per cent of the workflows, at most 8. A decision is all that
//! `Index::evaluate` does, from raw strings to rendered actions and fire keys, and giving back the memory of the answer.
//! Each call is timed by itself, 20,000 for each size; see `measure::Latencies`. With `--quick` it ends at 80,000 workflows.
//!
//! Sides: a request that was made just before, as one that a service has just decoded is, so that its texts are in the nearest
//! cache; and the same requests where the pool left them (`cold`), which a decision then has to fetch besides: a request of this
//! corpus lies in some forty cache lines. And which workflows match, alone (`matching`), of requests that were just made: what an
//! engine without actions answers. The allocator is the service's.

use tamis_benches::measure::{Figures, Latencies, is_quick, workflow_counts};
use tamis_benches::{MatchRate, MessageLength, Profile, Workload};
use tamis_engine::{Scratch, compile};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CALLS: usize = 20_000;

fn main() {
    let mut figures = Figures::of("latency");
    for (name, matches) in [("few match", MatchRate::Few), ("0.5 % but at most 8 match", MatchRate::Typical)]
    {
        for count in workflow_counts() {
            let Some([mut fresh, mut cold, mut matching]) = measure(*count, matches) else { continue };
            figures.tell(format!("{name}/{count} workflows/p50"), fresh.percentile_ns(50), "ns");
            figures.tell(format!("{name}/{count} workflows/p99"), fresh.percentile_ns(99), "ns");
            figures.tell(format!("{name}/{count} workflows/mean"), fresh.mean_ns(), "ns");
            figures.tell(format!("{name}/{count} workflows/cold/p50"), cold.percentile_ns(50), "ns");
            figures.tell(format!("{name}/{count} workflows/matching/p50"), matching.percentile_ns(50), "ns");
        }
    }
    let doublings = if is_quick() { 3 } else { 7 };
    let mut before = None;
    let mut steepest = 0.0f64;
    for doubling in 0..=doublings {
        let count = (10_000usize << doubling).min(1_000_000);
        let Some([mut fresh, ..]) = measure(count, MatchRate::Few) else { continue };
        let p50_ns = fresh.percentile_ns(50);
        figures.tell(format!("doubling/{count} workflows/p50"), p50_ns, "ns");
        steepest = steepest.max(before.replace(p50_ns).map_or(0.0, |before| p50_ns / before));
    }
    figures.tell("doubling/steepest growth of the p50", steepest, "times");
    figures.keep();
}

/// With requests that were just made, with cold ones, and without actions.
fn measure(count: usize, matches: MatchRate) -> Option<[Latencies; 3]> {
    let profile = Profile { matches, ..Profile::default() };
    let mut workload = Workload::with(1, profile);
    let index = compile(workload.account(), &workload.workflows(count)).ok()?;
    let requests = Workload::with(2, profile).pool(count, MessageLength::Bytes(600));
    let mut scratch = Scratch::default();
    // Once round the pool, so that memory that is kept has grown.
    for request in &requests {
        std::hint::black_box(index.evaluate(request, &mut scratch));
    }
    let mut fresh = Latencies::with_capacity(CALLS);
    for request in requests.iter().cycle().take(CALLS) {
        let request = std::hint::black_box(request.clone());
        fresh.time(|| index.evaluate(&request, &mut scratch));
    }
    let mut cold = Latencies::with_capacity(CALLS);
    for request in requests.iter().cycle().take(CALLS) {
        cold.time(|| index.evaluate(request, &mut scratch));
    }
    let mut matching = Latencies::with_capacity(CALLS);
    let mut found = Vec::with_capacity(count);
    for request in requests.iter().cycle().take(CALLS) {
        let request = std::hint::black_box(request.clone());
        found.clear();
        matching.time(|| found.extend(index.matching(&request, &mut scratch)));
        std::hint::black_box(&found);
    }
    Some([fresh, cold, matching])
}
