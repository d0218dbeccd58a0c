//! Question: what does one decision cost, from the request to the rendered actions, by the number of workflows and the
//! length of the message?
//!
//! Corpus: the workflows of the `compile` bench (seed 1) and 4,096 changes (seed 2), four in five of them a message in one of
//! four languages. The changes are taken in turn: texts of 600 bytes make a pool of some 2 MB, so that they are not all in the
//! nearest cache.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use tamis_benches::Workload;
use tamis_engine::{Scratch, compile};

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("evaluate");
    for (workflows_count, message_bytes) in
        [(50usize, 600usize), (1_000, 600), (10_000, 600), (100_000, 600), (1_000, 60), (1_000, 6_000)]
    {
        let mut workload = Workload::new(1);
        let account = workload.account();
        let Ok(index) = compile(account, &workload.workflows(workflows_count)) else { continue };
        let requests = Workload::new(2).requests(4_096, workflows_count, message_bytes);
        let mut scratch = Scratch::default();
        let matches: usize =
            requests.iter().map(|request| index.evaluate(request, &mut scratch).matches.len()).sum();
        println!(
            "evaluate/{workflows_count}/{message_bytes}: {:.2} matches a decision",
            matches as f64 / 4_096.0
        );
        let mut turn = requests.iter().cycle();
        let parameter = format!("{workflows_count} workflows, {message_bytes} B");
        group.bench_function(BenchmarkId::from_parameter(parameter), |bencher| {
            bencher.iter(|| turn.next().map(|request| index.evaluate(request, &mut scratch)));
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
