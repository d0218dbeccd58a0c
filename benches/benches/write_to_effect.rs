//! Question: how long does it take from a request that saves one workflow to a decision by it, by the size of the account; and
//! what do decisions cost meanwhile?
//!
//! Corpus: the workflows of the `compile` bench (seed 1) and 4,096 changes of tickets (seed 2), of those whose decisions match.
//! One iteration is all of an `UpdateWorkflow` but the transport (reading and checking the message, compiling, committing,
//! publishing), and then a decision, which must be by the version that was just acknowledged. The store is in memory, so that
//! no disk is waited for; everything else of it runs. Whoever saves does so on a runtime of one thread, as each of the service's has
//! one, and the allocator is the service's. Merges run in the background as they come. Percentiles are printed, as
//! the goal is about the worst as well.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use tamis_api::v1;
use tamis_api::well_known::FieldMask;
use tamis_benches::Workload;
use tamis_engine::Scratch;
use tamis_engine::request::Request;
use tamis_server::{Catalog, Location, direct};
use tamis_store::Store;
use tokio::runtime::{Builder, Runtime};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ACCOUNT_ID: &str = "bench";

/// A catalog with one account of so many workflows.
fn catalog(runtime: &Runtime, count: usize) -> Option<Arc<Catalog>> {
    let mut workload = Workload::new(1);
    runtime.block_on(async {
        let catalog = Arc::new(Catalog::new(Store::open(&Location::Memory).await.ok()?));
        catalog.load().await.ok()?;
        direct::put(&catalog, workload.account(), workload.workflows(count)).await.ok()?;
        Some(catalog)
    })
}

/// The first workflow that each request matches.
fn matching<'r>(catalog: &Catalog, requests: &'r [Request<'static>]) -> Vec<(&'r Request<'static>, String)> {
    let Some(snapshot) = catalog.pin(ACCOUNT_ID) else { return Vec::new() };
    let mut scratch = Scratch::default();
    let first = |request: &'r Request<'static>| {
        let decision = snapshot.index.evaluate(request, &mut scratch);
        decision.matches.first().map(|found| (request, found.workflow.id.clone()))
    };
    requests.iter().filter_map(first).collect()
}

/// Saves a workflow and decides by it; how long that took, if the decision was by what was saved.
async fn save(
    catalog: &Arc<Catalog>,
    request: &Request<'_>,
    workflow_id: &str,
    nth: usize,
    scratch: &mut Scratch,
) -> Option<Duration> {
    let update = v1::UpdateWorkflowRequest {
        account_id: ACCOUNT_ID.to_owned(),
        workflow: Some(v1::Workflow {
            workflow_id: workflow_id.to_owned(),
            display_name: format!("Saved {nth}"),
            ..v1::Workflow::default()
        }),
        update_mask: Some(FieldMask { paths: vec!["display_name".to_owned()] }),
    };
    let start = Instant::now();
    let saved = direct::update_workflow(catalog, update).await.ok()?;
    let snapshot = catalog.pin(ACCOUNT_ID)?;
    let decision = snapshot.index.evaluate(request, scratch);
    let took = start.elapsed();
    let by_it = |found: &tamis_engine::decision::Match<'_>| {
        found.workflow.id == workflow_id && found.workflow.version == saved.revision
    };
    decision.matches.iter().any(by_it).then_some(took)
}

fn report(name: &str, mut durations: Vec<Duration>) {
    durations.sort_unstable();
    let at = |share: f64| {
        let place = ((durations.len() as f64 * share) as usize).min(durations.len().saturating_sub(1));
        durations.get(place).map_or(0.0, |duration| duration.as_secs_f64() * 1e6)
    };
    let (p50, p99, max) = (at(0.5), at(0.99), at(1.0));
    println!("{name}: {p50:.2} µs p50, {p99:.2} µs p99, {max:.2} µs worst of {}", durations.len());
}

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("write_to_effect");
    group.sample_size(10);
    let Ok(runtime) = Builder::new_current_thread().build() else { return };
    for count in [1_000usize, 10_000, 100_000] {
        let Some(catalog) = catalog(&runtime, count) else { continue };
        let requests = Workload::new(2).requests(4_096, count, 600);
        let matching = matching(&catalog, &requests);
        let mut turn = matching.iter().cycle().enumerate();
        let mut scratch = Scratch::default();
        let mut step = || {
            let (nth, (request, id)) = turn.next()?;
            runtime.block_on(save(&catalog, request, id, nth, &mut scratch))
        };
        // Up to a thousand workflows are compiled whole, each time alike.
        let saves = if count <= 1_000 { 200 } else { 5_000 };
        let saves: Option<Vec<_>> = (0..saves).map(|_| step()).collect();
        match saves {
            Some(saves) => report(&format!("write_to_effect/{count}"), saves),
            None => println!("write_to_effect/{count}: a decision was not by what had been saved"),
        }
        group.bench_function(BenchmarkId::from_parameter(count), |bencher| {
            bencher.iter_custom(|iterations| (0..iterations).filter_map(|_| step()).sum());
        });
        beside_saves(&runtime, &catalog, &requests, &matching, count);
    }
    group.finish();
}

/// How long decisions take on this thread while another one saves without pause, and so has merges run, against one that does
/// nothing; in turns, so that what else the machine does meets both.
fn beside_saves(
    runtime: &Runtime,
    catalog: &Arc<Catalog>,
    requests: &[Request<'static>],
    matching: &[(&Request<'static>, String)],
    count: usize,
) {
    let mut scratch = Scratch::default();
    let mut durations: [Vec<Duration>; 2] = Default::default();
    let saving = AtomicBool::new(false);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut scratch = Scratch::default();
            let mut turn = matching.iter().cycle().enumerate();
            while !done.load(Ordering::Relaxed) {
                match turn.next().filter(|_| saving.load(Ordering::Relaxed)) {
                    Some((nth, (request, id))) => {
                        black_box(runtime.block_on(save(catalog, request, id, nth, &mut scratch)));
                    }
                    None => std::thread::sleep(Duration::from_millis(1)),
                }
            }
        });
        for turn in 0..10 {
            saving.store(turn % 2 == 1, Ordering::Relaxed);
            for request in requests.iter().cycle().take(40_000) {
                let start = Instant::now();
                if let Some(snapshot) = catalog.pin(ACCOUNT_ID) {
                    black_box(snapshot.index.evaluate(request, &mut scratch));
                }
                if let Some(durations) = durations.get_mut(turn % 2) {
                    durations.push(start.elapsed());
                }
            }
        }
        done.store(true, Ordering::Relaxed);
    });
    let [without, beside] = durations;
    report(&format!("write_to_effect/decisions while nobody saves/{count}"), without);
    report(&format!("write_to_effect/decisions while others save and merges run/{count}"), beside);
}

criterion_group!(benches, bench);
criterion_main!(benches);
