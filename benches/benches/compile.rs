//! Question: what does it cost to compile an account's workflows into an index, by their number, in time and in memory?
//!
//! Corpus: workflows of two to four conditions over all 25 kinds, 40 % with phrases in four languages (see the package's
//! documentation), seed 1. One iteration compiles the whole account. Each size also tells the index's
//! bytes per workflow beyond the definitions, as `Index::memory_usage` counts them; the bench `memory` holds that against the
//! allocator. The allocator is the service's. With `--quick` it ends at 10,000 workflows.

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tamis_benches::Workload;
use tamis_benches::measure::{Figures, workflow_counts};
use tamis_engine::compile;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn bench(criterion: &mut Criterion) {
    let mut figures = Figures::of("compile");
    let mut group = criterion.benchmark_group("compile");
    group.sample_size(10);
    for count in workflow_counts() {
        let mut workload = Workload::new(1);
        let account = workload.account();
        let workflows = workload.workflows(*count);
        if let Ok(index) = compile(account.clone(), &workflows) {
            let bytes = index.memory_usage() as f64 / *count as f64;
            figures.tell(format!("{count} workflows"), bytes, "bytes per workflow");
        }
        group.throughput(Throughput::Elements(*count as u64));
        group.bench_with_input(BenchmarkId::from_parameter(count), &workflows, |bencher, workflows| {
            bencher.iter_batched(
                || account.clone(),
                |account| compile(account, workflows),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
    figures.keep();
}

criterion_group!(benches, bench);
criterion_main!(benches);
