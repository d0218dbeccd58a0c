//! Question: how much memory do an index, a phrase and an account take; does `Index::memory_usage` tell the truth about it; and
//! how often does a decision ask for memory?
//!
//! Corpus: as in `evaluate` (workflows of seed 1, changes of seed 2, 600 bytes in four languages). Phrases: workflows with one
//! phrase of the message each, all different, less the same workflows that ask for any message instead. Accounts: of 50
//! workflows each, seeds 0, 1, 2 …
//!
//! Every allocation of this program is counted. Bytes are those that were asked for; what the allocator adds to each is its own.
//! *Answer apart* means: less the allocations that a copy of the answer makes, which are those that the answer consists of.
//! With `--quick` the largest sizes are left out.

use std::sync::Arc;

use allocation_counter::measure;
use tamis_benches::measure::{Figures, is_quick, workflow_counts};
use tamis_benches::{MatchRate, MessageLength, Profile, Workload};
use tamis_engine::definition::{Condition, Phrases, Test, Workflow};
use tamis_engine::{Decision, Index, Scratch, compile};

fn main() {
    let mut figures = Figures::of("memory");
    // What is made once in a process, such as time zones, is no index's.
    index_of(Workload::new(0).workflows(50));
    indexes(&mut figures);
    phrases(&mut figures);
    accounts(&mut figures);
    for matches in [MatchRate::None, MatchRate::Few, MatchRate::Typical] {
        decisions(matches, &mut figures);
    }
    figures.keep();
}

/// What a call leaves allocated, in bytes.
fn live_bytes(call: impl FnOnce()) -> f64 {
    measure(call).bytes_current as f64
}

fn index_of(workflows: Vec<Arc<Workflow>>) -> Option<(f64, Index)> {
    let account = Workload::new(0).account();
    let mut index = None;
    let bytes = live_bytes(|| index = compile(account, &workflows).ok());
    Some((bytes, std::hint::black_box(index)?))
}

fn indexes(figures: &mut Figures) {
    for count in workflow_counts() {
        let mut workflows = Vec::new();
        let defined = live_bytes(|| workflows = Workload::new(1).workflows(*count));
        let Some((bytes, index)) = index_of(workflows) else { continue };
        let per_workflow = |bytes: f64| bytes / *count as f64;
        figures.tell(format!("{count} workflows/definitions"), per_workflow(defined), "bytes per workflow");
        figures.tell(format!("{count} workflows/index"), per_workflow(bytes), "bytes per workflow");
        let told = index.memory_usage() as f64;
        figures.tell(format!("{count} workflows/memory_usage against the allocator"), told / bytes, "times");
    }
}

fn phrases(figures: &mut Figures) {
    let counts: &[usize] = if is_quick() { &[1_000, 10_000] } else { &[100, 1_000, 10_000, 100_000] };
    for count in counts {
        let phrases = Workload::new(1).distinct_phrases(*count);
        let phrase_bytes: usize = phrases.iter().map(String::len).sum();
        let with = |test: &dyn Fn(&String) -> Test| {
            let workflow = |(number, phrase)| {
                let all = vec![Condition { negated: false, test: test(phrase) }];
                Arc::new(Workflow { id: format!("workflow-{number}"), all, ..Workflow::default() })
            };
            index_of(phrases.iter().enumerate().map(workflow).collect())
        };
        let having =
            with(&|phrase| Test::Message(Phrases { phrases: vec![phrase.clone()], ..Phrases::default() }));
        let (Some((having, _)), Some((without, _))) = (having, with(&|_| Test::NewMessage)) else { continue };
        let per_phrase = (having - without) / *count as f64;
        figures.tell(format!("{count} phrases"), per_phrase, "bytes per phrase");
        figures.tell(
            format!("{count} phrases/text"),
            phrase_bytes as f64 / *count as f64,
            "bytes per phrase",
        );
    }
}

fn accounts(figures: &mut Figures) {
    let count = if is_quick() { 500 } else { 20_000 };
    let defined: Vec<_> = (0..count)
        .map(|seed| {
            let mut workload = Workload::new(seed);
            (workload.account(), workload.workflows(50))
        })
        .collect();
    let mut indexes = Vec::with_capacity(defined.len());
    let bytes = live_bytes(|| {
        indexes.extend(defined.iter().filter_map(|(account, of)| compile(account.clone(), of).ok()));
    });
    let told: usize = indexes.iter().map(Index::memory_usage).sum();
    let inline = size_of::<Index>() as f64;
    let name = format!("{count} accounts of 50");
    figures.tell(format!("{name}/index"), bytes / count as f64 + inline, "bytes per account");
    figures.tell(format!("{name}/memory_usage against the allocator"), told as f64 / bytes, "times");
}

fn decisions(matches: MatchRate, figures: &mut Figures) {
    let profile = Profile { matches, ..Profile::default() };
    for count in workflow_counts().iter().filter(|count| **count <= 100_000) {
        let mut workload = Workload::with(1, profile);
        let Ok(index) = compile(workload.account(), &workload.workflows(*count)) else { continue };
        let requests = Workload::with(2, profile).pool(*count, MessageLength::Bytes(600));
        let mut scratch = Scratch::default();
        // Once round the pool: afterwards all memory that is kept is as large as it will be.
        for request in &requests {
            std::hint::black_box(index.evaluate(request, &mut scratch));
        }
        let (mut all, mut of_answers) = (0, 0);
        for request in &requests {
            let mut decision = Decision::default();
            all += measure(|| decision = index.evaluate(request, &mut scratch)).count_total;
            let mut copy = None;
            of_answers += measure(|| copy = Some(std::hint::black_box(decision.clone()))).count_total;
        }
        let per_decision = |allocations: u64| allocations as f64 / requests.len() as f64;
        let name = format!("{matches:?} match of {count} workflows");
        figures.tell(format!("{name}/allocations"), per_decision(all), "a decision");
        let apart = per_decision(all.saturating_sub(of_answers));
        figures.tell(format!("{name}/allocations, answer apart"), apart, "a decision");
    }
}
