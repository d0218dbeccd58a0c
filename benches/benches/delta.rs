//! Questions: what does an edit of one workflow cost by the size of the account; what do decisions cost beside it, and after a
//! merge; what does a merge cost, and what does one that runs cost those who decide meanwhile?
//!
//! Corpus: the workflows of the `compile` bench (seed 1), the same again (seed 3) to write over them, and 4,096 changes of
//! tickets (seed 2) with messages of 600 bytes. `edit` writes one workflow after the other, chosen evenly, into an index that is
//! merged as soon as it wants to be, outside of the measurement; it also prints percentiles, as the median says nothing of the
//! edits that fill a segment. `evaluate` asks the same account in one segment, and in the three levels that 500 edits leave.
//! `beside a merge` decides on one thread while another merges, again and again, or does nothing.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use tamis_benches::Workload;
use tamis_engine::compile::Edit;
use tamis_engine::request::Request;
use tamis_engine::{Index, Scratch, Workflow, compile};

/// Edits that leave a base, a delta and a newest segment.
const EDITS: usize = 500;

/// An account of so many workflows, compiled, and others to write over them.
fn account(count: usize) -> Option<(Index, Vec<Arc<Workflow>>)> {
    let mut workload = Workload::new(1);
    let index = compile(workload.account(), &workload.workflows(count)).ok()?;
    Some((index, Workload::new(3).workflows(count)))
}

/// The workflows to write, one after the other, far from one another.
fn edits(workflows: &[Arc<Workflow>]) -> impl Iterator<Item = [Edit; 1]> + '_ {
    let step = (workflows.len() * 382 / 1_000) | 1;
    let places = (0..workflows.len()).cycle().step_by(step);
    places.filter_map(|place| workflows.get(place)).map(|workflow| [Edit::Put(workflow.clone())])
}

/// The index after so many edits, none of them merged.
fn edited(index: &Index, workflows: &[Arc<Workflow>]) -> Index {
    let mut edits = edits(workflows).take(EDITS);
    edits.try_fold(index.clone(), |index, edit| index.with_edits(&edit)).unwrap_or_else(|_| index.clone())
}

fn percentile(sorted: &[Duration], share: f64) -> f64 {
    let place = ((sorted.len() as f64 * share) as usize).min(sorted.len().saturating_sub(1));
    sorted.get(place).map_or(0.0, |duration| duration.as_secs_f64() * 1e6)
}

fn report(name: &str, mut durations: Vec<Duration>) {
    durations.sort_unstable();
    let [p50, p99, p999, max] = [0.5, 0.99, 0.999, 1.0].map(|share| percentile(&durations, share));
    println!("{name}: {p50:.2} µs p50, {p99:.2} µs p99, {p999:.2} µs p99.9, {max:.2} µs worst");
}

fn edit(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("delta/edit");
    group.sample_size(10);
    for count in [1_000usize, 10_000, 100_000, 1_000_000] {
        let Some((base, workflows)) = account(count) else { continue };
        let mut edits = edits(&workflows);
        let mut index = base.clone();
        let mut step = || {
            let edit = edits.next();
            let start = Instant::now();
            let next = edit.and_then(|edit| index.with_edits(&edit).ok());
            let took = start.elapsed();
            // As large as it ever is before a merge takes effect.
            index = next.filter(|next| !next.wants_merge()).unwrap_or_else(|| base.clone());
            took
        };
        // Up to a thousand workflows are compiled whole, each time alike.
        let steps = if count <= 1_000 { 200 } else { 3_000 };
        report(&format!("delta/edit/{count}"), (0..steps).map(|_| step()).collect());
        group.bench_function(BenchmarkId::from_parameter(count), |bencher| {
            bencher.iter_custom(|iterations| (0..iterations).map(|_| step()).sum());
        });
    }
    group.finish();
}

fn evaluate(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("delta/evaluate");
    for count in [1_000usize, 10_000, 100_000] {
        let Some((base, workflows)) = account(count) else { continue };
        let edited = edited(&base, &workflows);
        let Ok(merged) = edited.merged() else { continue };
        let requests = Workload::new(2).requests(4_096, count, 600);
        for (name, index) in [("in one segment", &merged), ("in levels", &edited)] {
            let mut scratch = Scratch::default();
            let mut turn = requests.iter().cycle();
            group.bench_function(BenchmarkId::new(name, count), |bencher| {
                bencher.iter(|| turn.next().map(|request| index.evaluate(request, &mut scratch)));
            });
        }
    }
    group.finish();
}

fn merge(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("delta/merge");
    group.sample_size(10);
    for count in [10_000usize, 100_000] {
        let Some((base, workflows)) = account(count) else { continue };
        let edited = edited(&base, &workflows);
        group.bench_function(BenchmarkId::from_parameter(count), |bencher| bencher.iter(|| edited.merged()));
        beside_a_merge(&edited, &Workload::new(2).requests(4_096, count, 600), count);
    }
    group.finish();
}

/// How long decisions take on this thread while another one merges, against one that does nothing; in turns, so that what else
/// the machine does meets both.
fn beside_a_merge(index: &Index, requests: &[Request<'_>], count: usize) {
    let mut scratch = Scratch::default();
    let mut durations: [Vec<Duration>; 2] = Default::default();
    let merging = AtomicBool::new(false);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                if merging.load(Ordering::Relaxed) {
                    drop(black_box(index.merged()));
                } else {
                    std::thread::sleep(Duration::from_millis(1));
                }
            }
        });
        for turn in 0..20 {
            merging.store(turn % 2 == 1, Ordering::Relaxed);
            for request in requests.iter().cycle().take(20_000) {
                let start = Instant::now();
                black_box(index.evaluate(request, &mut scratch));
                if let Some(durations) = durations.get_mut(turn % 2) {
                    durations.push(start.elapsed());
                }
            }
        }
        done.store(true, Ordering::Relaxed);
    });
    let [without, beside] = durations;
    report(&format!("delta/evaluate while nothing merges/{count}"), without);
    report(&format!("delta/evaluate beside a merge/{count}"), beside);
}

criterion_group!(benches, edit, evaluate, merge);
criterion_main!(benches);
