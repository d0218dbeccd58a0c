//! Holds that [`Index::memory_usage`] tells what the allocator tells, and that a decision takes no memory but the answer's.
//!
//! Corpus: the workflows of the `compile` bench (seed 1), all of them, those that look for phrases, and those that do not.

#![expect(clippy::unwrap_used, reason = "helpers of tests, which fail by panicking")]

use std::sync::Arc;

use allocation_counter::measure;
use tamis_benches::Workload;
use tamis_engine::compile::Edit;
use tamis_engine::definition::{Account, Test, Workflow};
use tamis_engine::{Decision, Index, Scratch, compile};

/// How far the two may be apart, in hundredths of what the allocator tells.
const TOLERANCE_PERCENT: usize = 10;

fn has_phrases(workflow: &Workflow) -> bool {
    let conditions = workflow.all.iter().chain(&workflow.any);
    conditions
        .map(|condition| &condition.test)
        .any(|test| matches!(test, Test::Subject(_) | Test::CustomerName(_) | Test::Message(_)))
}

/// The account, with so many workflows of a kind.
fn corpus(count: usize, wanted: impl Fn(&Workflow) -> bool) -> (Arc<Account>, Vec<Arc<Workflow>>) {
    let mut workload = Workload::new(1);
    // More than one in three is of either kind.
    let workflows = workload.workflows(count * 4).into_iter().filter(|workflow| wanted(workflow));
    (workload.account(), workflows.take(count).collect())
}

/// Asserts that an index tells the bytes that making it left on the heap.
fn assert_told(name: &str, make: impl Fn() -> Index) {
    // What a library sets up once for all is no part of an index.
    drop(make());
    let mut made = None;
    let allocated = measure(|| made = Some(make()));
    let index = made.unwrap();
    let allocated = usize::try_from(allocated.bytes_current).unwrap();
    let told = index.memory_usage();
    println!("{name}: {told} bytes told, {allocated} allocated");
    assert!(
        told.abs_diff(allocated) * 100 <= allocated * TOLERANCE_PERCENT,
        "{name}: {told} bytes told, {allocated} allocated"
    );
}

#[test]
fn memory_usage_is_what_the_allocator_tells() {
    for count in [50, 1_000, 10_000, 100_000] {
        type Wanted = fn(&Workflow) -> bool;
        for (kind, wanted) in [
            ("of all kinds", (|_| true) as Wanted),
            ("with phrases", has_phrases),
            ("without phrases", |workflow| !has_phrases(workflow)),
        ] {
            let (account, workflows) = corpus(count, wanted);
            assert_eq!(workflows.len(), count);
            let name = format!("{count} workflows {kind}");
            assert_told(&name, || compile(account.clone(), &workflows).unwrap());
        }
    }
}

#[test]
fn an_edit_adds_what_is_not_shared() {
    let (account, workflows) = corpus(10_000, |_| true);
    let base = compile(account, &workflows).unwrap();
    let edits: Vec<_> = Workload::new(3).workflows(500).into_iter().map(Edit::Put).collect();
    let allocated = measure(|| drop(base.with_edits(&edits).unwrap()));
    assert_eq!(allocated.bytes_current, 0);
    let mut edited = None;
    let allocated = measure(|| edited = Some(base.with_edits(&edits).unwrap()));
    let allocated = usize::try_from(allocated.bytes_current).unwrap();
    let told = edited.unwrap().memory_usage() - base.memory_usage();
    assert!(
        told.abs_diff(allocated) * 100 <= allocated * TOLERANCE_PERCENT,
        "{told} bytes told, {allocated} allocated"
    );
}

#[test]
fn a_decision_allocates_nothing_but_its_answer() {
    let mut workload = Workload::new(1);
    for count in [50, 2_000] {
        let index = compile(workload.account(), &workload.workflows(count)).unwrap();
        let requests = Workload::new(2).requests(500, count, 600);
        let mut scratch = Scratch::default();
        // Once through all of them, so that the memory that is kept is as large as it will be.
        requests.iter().for_each(|request| drop(index.evaluate(request, &mut scratch)));
        let mut matched = 0;
        for request in &requests {
            let mut decision = Decision::default();
            let allocated = measure(|| decision = index.evaluate(request, &mut scratch)).count_total;
            let mut copy = None;
            let of_answer = measure(|| copy = Some(decision.clone())).count_total;
            assert!(
                allocated <= of_answer,
                "{allocated} allocations for {of_answer} of the answer, {count}: {request:?}"
            );
            matched += decision.matches.len();
        }
        assert!(matched > 50, "{matched} matches of {count} workflows");
    }
}
