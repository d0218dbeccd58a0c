//! Question: how many recorded changes a second does one thread try a draft on?
//!
//! Corpus: that of `latency` (workflows of seed 1, changes of seed 2 with messages of 600 bytes in four languages); the draft
//! puts another tag to every tenth workflow, and leaves another tenth out. One iteration takes one change to its count: it is
//! decided by what is live and by the draft.
//!
//! Sides: `message` has the change as a message; `request` reads it from a line of JSON first; `record` from a line of the log
//! of decisions, which holds the answer too. `tamis simulate` does the last two, by as many threads as there are processors.

use std::error::Error;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jiff::Timestamp;
use tamis_api::recorded::{Change, DECISION_RECORD_VERSION, DecisionRecord, Form};
use tamis_api::v1::{EvaluateRequest, EvaluateResponse};
use tamis_benches::measure::is_quick;
use tamis_benches::{MessageLength, Workload};
use tamis_engine::definition::{Account, Action, Workflow};
use tamis_engine::{Index, compile};
use tamis_server::offline;
use tamis_server::simulate::{Simulator, Worker};

fn bench(criterion: &mut Criterion) {
    let counts: &[usize] = if is_quick() { &[50] } else { &[16, 50, 1_000] };
    for count in counts {
        if let Err(error) = sides(criterion, *count) {
            eprintln!("{count} workflows cannot be measured: {error}");
        }
    }
}

fn sides(criterion: &mut Criterion, count: usize) -> Result<(), Box<dyn Error>> {
    let mut workload = Workload::new(1);
    let account = workload.account();
    let live = workload.workflows(count);
    let index = |workflows: &[Arc<Workflow>]| {
        compile(account.clone(), workflows).map_err(|found| format!("{found:?}"))
    };
    let live_index = index(&live)?;
    let simulator = Simulator::new(live_index.clone(), index(&draft(&live))?, 1, 0);
    let requests = Workload::new(2).pool(count, MessageLength::Bytes(600));
    let requests: Vec<_> =
        requests.iter().map(|request| offline::request_to_wire(request, &account.id)).collect();
    let lines = requests.iter().map(serde_json::to_vec).collect::<Result<Vec<_>, _>>()?;
    let records = requests
        .iter()
        .map(|request| record(&account, &live_index, request))
        .collect::<Result<Vec<_>, _>>()?;

    let mut group = criterion.benchmark_group(format!("simulate/{count}"));
    group.throughput(Throughput::Elements(1));
    let mut worker = Worker::default();
    let mut turn = requests.iter().cycle();
    group.bench_function("message", |bencher| {
        bencher.iter(|| turn.next().map(|request| simulator.judge(request, &mut worker)));
    });
    let mut turn = lines.iter().cycle();
    group.bench_function("request", |bencher| {
        bencher.iter(|| {
            let request: EvaluateRequest = serde_json::from_slice(turn.next()?).ok()?;
            simulator.judge(&request, &mut worker).ok()
        });
    });
    let mut turn = records.iter().cycle();
    group.bench_function("record", |bencher| {
        bencher.iter(|| {
            let change = Change::read(turn.next()?, Form::Record).ok()?;
            simulator.judge(&change.request, &mut worker).ok()
        });
    });
    group.finish();
    Ok(())
}

/// A line of the log of decisions.
fn record(account: &Account, index: &Index, request: &EvaluateRequest) -> Result<Vec<u8>, Box<dyn Error>> {
    let response: EvaluateResponse =
        offline::evaluate(index, request, Timestamp::UNIX_EPOCH).map_err(|error| error.message)?;
    Ok(serde_json::to_vec(&DecisionRecord {
        version: DECISION_RECORD_VERSION,
        logged_at: Timestamp::UNIX_EPOCH,
        rpc: "tamis.v1.DecisionService/Evaluate".to_owned(),
        account_id: account.id.clone(),
        revision: response.revision,
        masked: Vec::new(),
        request: request.clone(),
        response,
    })?)
}

/// What is to take the place of what is live.
fn draft(live: &[Arc<Workflow>]) -> Vec<Arc<Workflow>> {
    let mut draft = Vec::with_capacity(live.len());
    for (number, workflow) in live.iter().enumerate() {
        match number % 10 {
            3 => {}
            7 => {
                let actions = vec![Action::AssignTag { tag_id: "draft".to_owned() }];
                draft.push(Arc::new(Workflow { actions, ..Workflow::clone(workflow) }));
            }
            _ => draft.push(workflow.clone()),
        }
    }
    draft
}

criterion_group!(benches, bench);
criterion_main!(benches);
