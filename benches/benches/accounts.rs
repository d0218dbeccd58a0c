//! Question: what do 20,000 small accounts cost, to build, to keep, and to decide by when each is seldom asked?
//!
//! Corpus: accounts of 50 workflows each (seeds 0, 1, 2 …), two to four conditions over all 25 kinds, 40 % with phrases in four
//! languages; changes of seed 2 with 600 bytes, of which 64 are taken in turn, so that only the account can be cold.
//!
//! Sides: `warm` asks one account again and again; `cold` asks another account every time, each thousands of accounts away from
//! the one before, so that nothing of it is in a cache when it is asked (all of them together take hundreds of megabytes).
//! Each decision is timed by itself. With `--quick` there are 2,000 accounts.

use std::time::Instant;

use tamis_benches::measure::{Figures, Latencies, is_quick};
use tamis_benches::{MessageLength, Profile, Workload};
use tamis_engine::{Index, Scratch, compile};

const WORKFLOWS: usize = 50;
const CALLS: usize = 20_000;

fn main() {
    let mut figures = Figures::of("accounts");
    let count: usize = if is_quick() { 2_000 } else { 20_000 };
    let defined: Vec<_> = (0..count as u64)
        .map(|seed| {
            let mut workload = Workload::new(seed);
            (workload.account(), workload.workflows(WORKFLOWS))
        })
        .collect();
    let began = Instant::now();
    let indexes: Vec<Index> =
        defined.iter().filter_map(|(account, workflows)| compile(account.clone(), workflows).ok()).collect();
    let build_us = began.elapsed().as_secs_f64() * 1e6 / count as f64;
    let bytes: usize = indexes.iter().map(Index::memory_usage).sum();
    figures.tell(format!("{count} accounts/build"), build_us, "us per account");
    figures.tell(format!("{count} accounts/memory_usage"), bytes as f64 / count as f64, "bytes per account");

    let mut workload = Workload::with(2, Profile::default());
    let requests: Vec<_> =
        (0..64).map(|number| workload.request(number, WORKFLOWS, MessageLength::Bytes(600))).collect();
    let mut scratch = Scratch::default();
    let (mut warm, mut cold) = (Latencies::with_capacity(CALLS), Latencies::with_capacity(CALLS));
    for (call, request) in requests.iter().cycle().take(CALLS).enumerate() {
        let neighbour = call / 1_000 % indexes.len();
        if let Some(index) = indexes.get(neighbour) {
            warm.time(|| index.evaluate(request, &mut scratch));
        }
    }
    for (call, request) in requests.iter().cycle().take(CALLS).enumerate() {
        // A stride without a common factor visits every account before the first comes again.
        if let Some(index) = indexes.get(call * 7_919 % indexes.len()) {
            cold.time(|| index.evaluate(request, &mut scratch));
        }
    }
    for (name, mut side) in [("warm", warm), ("cold", cold)] {
        figures.tell(format!("{count} accounts/{name}/p50"), side.percentile_ns(50), "ns");
        figures.tell(format!("{count} accounts/{name}/p99"), side.percentile_ns(99), "ns");
    }
    figures.keep();
}
