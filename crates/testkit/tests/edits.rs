//! An account that is edited decides what one compiled anew decides.
//!
//! Levels are made tiny, so that a few edits go through all of them: into the newest segment, into a new one, into one that
//! takes in others, and through merges that edits overtake.

#![expect(clippy::indexing_slicing, reason = "helpers of tests, which fail by panicking")]

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::Index as Choice;
use proptest::test_runner::{FileFailurePersistence, TestCaseError, TestCaseResult};
use tamis_engine::compile::{Edit, LevelSizes};
use tamis_engine::definition::{Account, Workflow};
use tamis_engine::request::Request;
use tamis_engine::{Diagnostic, Index, Scratch, compile};
use tamis_testkit::{generate, reference};

/// Workflows that there are at once, at most.
const IDS: usize = 12;

/// What happens to an account.
#[derive(Clone, Debug)]
enum Step {
    /// Edits in one go. A workflow of the list is chosen by its id.
    Edits(Vec<Change>),
    /// A merge begins.
    Merge,
    /// The merge that began ends, and takes effect.
    Merged,
}

/// What happens to a workflow, chosen by its id.
#[derive(Clone, Debug)]
enum Change {
    Put(Choice, Workflow),
    /// It moves; nothing happens to one that is not there.
    Move(Choice, Option<u32>),
    /// It is switched on or off; nothing happens to one that is not there.
    Switch(Choice),
    Remove(Choice),
}

fn change() -> impl Strategy<Value = Change> {
    let id = || any::<Choice>();
    prop_oneof![
        4 => (id(), generate::workflow()).prop_map(|(id, workflow)| Change::Put(id, workflow)),
        1 => (id(), prop::option::of(0..3_u32)).prop_map(|(id, position)| Change::Move(id, position)),
        1 => id().prop_map(Change::Switch),
        2 => id().prop_map(Change::Remove),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => change().prop_map(|change| Step::Edits(vec![change])),
        2 => prop::collection::vec(change(), 2..6).prop_map(Step::Edits),
        1 => Just(Step::Merge),
        2 => Just(Step::Merged),
    ]
}

fn sizes() -> impl Strategy<Value = LevelSizes> {
    (0..4_usize, 0..3_usize, 2..6_usize, 2..5_usize).prop_map(
        |(whole_max, newest_max, delta_max, levels_max)| LevelSizes {
            whole_max,
            newest_max,
            delta_max,
            levels_max,
        },
    )
}

/// Carries a change out on the plain list, in order of creation, and tells the edit that it is.
fn edit(workflows: &mut Vec<Arc<Workflow>>, change: &Change) -> Option<Edit> {
    let (Change::Put(id, _) | Change::Move(id, _) | Change::Switch(id) | Change::Remove(id)) = change;
    let id = format!("w{}", id.index(IDS));
    let place = workflows.iter().position(|workflow| workflow.id == id);
    let there = place.map(|place| Workflow::clone(&workflows[place]));
    let put = match change {
        Change::Put(_, workflow) => Workflow { id, ..workflow.clone() },
        Change::Move(_, position) => Workflow { position: *position, ..there? },
        Change::Switch(_) => there.map(|workflow| Workflow { enabled: !workflow.enabled, ..workflow })?,
        Change::Remove(_) => {
            place.map(|place| workflows.remove(place));
            return Some(Edit::Remove(id));
        }
    };
    let put = Arc::new(put);
    match place {
        Some(place) => workflows[place] = put.clone(),
        None => workflows.push(put.clone()),
    }
    Some(Edit::Put(put))
}

/// What is generated is valid; an input that does not compile fails the law with what was found.
fn compiled(result: Result<Index, Vec<Diagnostic>>) -> Result<Index, TestCaseError> {
    result.map_err(|found| TestCaseError::fail(format!("{found:?}")))
}

fn is_as_new(
    index: &Index,
    account: &Arc<Account>,
    workflows: &[Arc<Workflow>],
    request: &Request<'_>,
    scratch: &mut Scratch,
) -> TestCaseResult {
    let fresh = compiled(compile(account.clone(), workflows))?;
    prop_assert_eq!(index.workflows_count(), workflows.len());
    prop_assert!(index.workflows().eq(fresh.workflows()));
    let plain: Vec<Workflow> = workflows.iter().map(|workflow| Workflow::clone(workflow)).collect();
    let expected = reference::evaluate(account, &plain, request);
    prop_assert_eq!(index.evaluate(request, scratch), expected);
    prop_assert_eq!(index.explain(request, &[], usize::MAX), fresh.explain(request, &[], usize::MAX));
    Ok(())
}

fn cases(cases: u32) -> ProptestConfig {
    let default = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { default.cases } else { cases };
    let failure_persistence = Some(Box::new(FileFailurePersistence::WithSource("proptest-regressions")) as _);
    ProptestConfig { cases, failure_persistence, max_shrink_iters: 2_000, ..default }
}

proptest! {
    #![proptest_config(cases(500))]

    /// After every step, an edited index decides and explains what a fresh one and the reference do.
    #[test]
    fn edits_decide_as_a_fresh_compilation(
        account in generate::account(),
        sizes in sizes(),
        mut workflows in generate::workflows().prop_map(|all| all.into_iter().map(Arc::new).collect::<Vec<_>>()),
        steps in prop::collection::vec((step(), generate::request(false)), 1..16),
    ) {
        let account = Arc::new(account);
        let mut index = compiled(compile(account.clone(), &workflows))?.with_level_sizes(sizes);
        let mut scratch = Scratch::default();
        let mut merge: Option<(Index, Index)> = None;
        for (step, request) in steps {
            match step {
                Step::Edits(changes) => {
                    let edits: Vec<_> = changes.iter().filter_map(|change| edit(&mut workflows, change)).collect();
                    index = compiled(index.with_edits(&edits))?;
                }
                Step::Merge => {
                    let merged = compiled(index.merged())?;
                    prop_assert_eq!(merged.unmerged_count(), 0);
                    is_as_new(&merged, &account, &workflows, &request, &mut scratch)?;
                    merge = Some((index.clone(), merged));
                }
                Step::Merged => {
                    let caught_up = merge.take().and_then(|(from, merged)| merged.caught_up(&from, &index));
                    index = caught_up.map_or(Ok(index), compiled)?;
                }
            }
            let request = Request { with_next_due: true, ..request };
            is_as_new(&index, &account, &workflows, &request, &mut scratch)?;
        }
    }
}

/// What keeps an edit from compiling is told by its place among the edits, and the index stays as it is.
#[test]
fn an_edit_that_does_not_compile_is_named() {
    use tamis_engine::definition::{Condition, Test};

    let account = Arc::new(Account {
        id: "acme".to_owned(),
        time_zone: "Europe/Warsaw".to_owned(),
        locale: "pl-PL".to_owned(),
        ..Account::default()
    });
    let workflow = |id: &str, test| {
        let all = vec![Condition { negated: false, test }];
        Arc::new(Workflow { id: id.to_owned(), all, ..Workflow::default() })
    };
    let sizes = LevelSizes { whole_max: 0, ..LevelSizes::default() };
    let index = compile(account, &[workflow("a", Test::NewMessage)]).unwrap().with_level_sizes(sizes);
    let edits = [Edit::Put(workflow("b", Test::NewMessage)), Edit::Put(workflow("c", Test::Unreadable))];
    let found = index.with_edits(&edits).unwrap_err();
    assert_eq!(found.iter().map(|finding| &*finding.path).collect::<Vec<_>>(), ["workflows[1].all[0]"]);
    assert_eq!(index.workflows_count(), 1);
}
