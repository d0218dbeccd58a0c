//! Question: what does it cost to compile an account's workflows into an index, by their number?
//!
//! Corpus: workflows of two to four conditions over all kinds, 40 % with phrases in four languages (see the crate's
//! documentation), seed 1. One iteration compiles the whole account. Each size also prints the index's bytes per workflow.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tamis_benches::Workload;
use tamis_engine::compile;

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("compile");
    group.sample_size(10);
    for count in [50usize, 1_000, 10_000] {
        let mut workload = Workload::new(1);
        let account = workload.account();
        let workflows = workload.workflows(count);
        if let Ok(index) = compile(account.clone(), &workflows) {
            println!(
                "compile/{count}: {} bytes per workflow beyond its definition",
                index.memory_usage() / count
            );
        }
        group.throughput(Throughput::Elements(count as u64));
        group.bench_with_input(BenchmarkId::from_parameter(count), &workflows, |bencher, workflows| {
            bencher.iter(|| compile(account.clone(), workflows));
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
