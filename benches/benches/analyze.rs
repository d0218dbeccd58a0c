//! Question: what does it cost to analyse an account's workflows, all of them and one among all others, by their number?
//!
//! Corpus: workflows of two to four conditions over all 25 kinds, 40 % with phrases in four languages (see the package's
//! documentation), seed 1, each with a tag and a message to send; besides, three in ten set one of ten statuses, two in ten assign
//! one of twenty agents, one in fifty stops, and one in a hundred is the one before it once more. One iteration analyses the
//! compiled account: `all` as `AnalyzeWorkflows` and `tamis check` do, `one` as a save does, the workflow in the middle. Each size
//! also tells how many findings there are, which have all been run, and how many more there may be. It ends at 10,000 workflows.

use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tamis_benches::Workload;
use tamis_benches::measure::Figures;
use tamis_engine::analyze::{Scope, analyze};
use tamis_engine::definition::{Action, Workflow};
use tamis_engine::{Index, compile};

const COUNTS: [usize; 2] = [1_000, 10_000];

/// An account whose workflows get in each other's way.
fn account(count: usize) -> Option<Index> {
    let mut workload = Workload::new(1);
    let mut workflows = workload.workflows(count);
    for number in 0..count {
        let again = number.checked_sub(1).filter(|_| number % 100 == 99);
        if let Some(before) = again.and_then(|before| workflows.get(before).cloned())
            && let Some(workflow) = workflows.get_mut(number)
        {
            *workflow = Arc::new(Workflow { id: workflow.id.clone(), ..Workflow::clone(&before) });
            continue;
        }
        let Some(workflow) = workflows.get_mut(number).map(Arc::make_mut) else { continue };
        workflow.stop = number % 50 == 25;
        match number % 10 {
            0 | 3 | 6 => {
                workflow.actions.push(Action::SetStatus { status_id: format!("status-{}", number / 10 % 10) })
            }
            1 | 4 => {
                workflow.actions.push(Action::AssignAgent { agent_id: format!("agent-{}", number / 10 % 20) })
            }
            _ => {}
        }
    }
    compile(workload.account(), &workflows).ok()
}

fn bench(criterion: &mut Criterion) {
    let mut figures = Figures::of("analyze");
    let mut group = criterion.benchmark_group("analyze");
    group.sample_size(10);
    for count in COUNTS {
        let Some(index) = account(count) else { continue };
        let analysis = analyze(&index, Scope::All);
        let left_out: usize = analysis.left_out.iter().map(|(_, count)| count).sum();
        figures.tell(format!("{count} workflows"), analysis.findings.len() as f64, "findings");
        figures.tell(format!("{count} workflows"), left_out as f64, "findings left out");
        let id = format!("workflow-{}", count / 2);
        group.throughput(Throughput::Elements(count as u64));
        group.bench_with_input(BenchmarkId::new("all", count), &index, |bencher, index| {
            bencher.iter(|| analyze(index, Scope::All));
        });
        group.throughput(Throughput::Elements(1));
        group.bench_with_input(BenchmarkId::new("one", count), &index, |bencher, index| {
            bencher.iter(|| analyze(index, Scope::Among(&[&id])));
        });
    }
    group.finish();
    figures.keep();
}

criterion_group!(benches, bench);
criterion_main!(benches);
