//! Laws that hold of whatever was generated: by chance for the property tests, by what new paths it takes for the fuzzer.
//!
//! What is generated is valid; an input that does not compile breaks the law with what was found.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestCaseResult};
use tamis_engine::compile::{Layout, LevelSizes, compile_with};
use tamis_engine::definition::{Account, Mode, Workflow};
use tamis_engine::phrases::PhraseSearch;
use tamis_engine::request::Request;
use tamis_engine::{Diagnostic, Index, Scratch, compile};

use crate::generate::{Edit, Step};
use crate::reference;

/// Workflows that there are at once, at most, in an account that is edited.
const IDS: usize = 12;

/// The index of an account.
///
/// # Errors
/// It does not compile.
pub fn compiled(account: &Account, workflows: &[Workflow]) -> Result<Index, TestCaseError> {
    let workflows: Vec<_> = workflows.iter().cloned().map(Arc::new).collect();
    sound(compile(Arc::new(account.clone()), &workflows))
}

fn sound(result: Result<Index, Vec<Diagnostic>>) -> Result<Index, TestCaseError> {
    result.map_err(|found| TestCaseError::fail(format!("{found:?}")))
}

/// However an index is laid out, it decides what the reference decides, in every detail.
///
/// # Errors
/// It does not.
pub fn every_layout_is_reference(
    account: &Account,
    workflows: &[Workflow],
    requests: &[Request<'_>],
) -> TestCaseResult {
    let mut scratch = Scratch::default();
    let expected: Vec<_> =
        requests.iter().map(|request| reference::evaluate(account, workflows, request)).collect();
    // All in rows, as much as can be filed by key, and as the cost model has it, with each way to search for phrases.
    let rows = Layout { key_probability_max: 0.0, ..Layout::default() };
    let keys = Layout { key_probability_max: 1.0, alive_before_scan_min: 0.0, ..Layout::default() };
    let searches = PhraseSearch::ALL.map(|phrases| Layout { phrases, ..Layout::default() });
    let shared: Vec<_> = workflows.iter().cloned().map(Arc::new).collect();
    for layout in [rows, keys].into_iter().chain(searches) {
        let index = sound(compile_with(Arc::new(account.clone()), &shared, layout))?;
        for (request, expected) in requests.iter().zip(&expected) {
            let decision = index.evaluate(request, &mut scratch);
            prop_assert_eq!(&decision, expected, "{:?}, request: {:?}", layout, request);
            let decided = |mode| match mode {
                Mode::Live => &expected.matches,
                Mode::Shadow => &expected.shadow_matches,
            };
            for mode in [Mode::Live, Mode::Shadow] {
                let matching = index.matching(request, &mut scratch).filter(|workflow| workflow.mode == mode);
                prop_assert!(matching.eq(decided(mode).iter().map(|found| found.workflow)), "{:?}", request);
            }
        }
    }
    Ok(())
}

/// After every step, an edited index decides and explains what a fresh one and the reference do. Each step comes with the
/// request that is then asked.
///
/// # Errors
/// It does not.
pub fn edits_decide_as_a_fresh_compilation(
    account: Account,
    workflows: Vec<Workflow>,
    sizes: LevelSizes,
    steps: Vec<(Step, Request<'_>)>,
) -> TestCaseResult {
    let account = Arc::new(account);
    let mut workflows: Vec<_> = workflows.into_iter().map(Arc::new).collect();
    let mut index = sound(compile(account.clone(), &workflows))?.with_level_sizes(sizes);
    let mut scratch = Scratch::default();
    let mut merge: Option<(Index, Index)> = None;
    for (step, request) in steps {
        match step {
            Step::Edits(edits) => {
                let edits: Vec<_> = edits.iter().filter_map(|edit| carry_out(&mut workflows, edit)).collect();
                index = sound(index.with_edits(&edits))?;
            }
            Step::Merge => {
                let merged = sound(index.merged())?;
                prop_assert_eq!(merged.unmerged_count(), 0);
                is_as_new(&merged, &account, &workflows, &request, &mut scratch)?;
                merge = Some((index.clone(), merged));
            }
            Step::Merged => {
                let caught_up = merge.take().and_then(|(from, merged)| merged.caught_up(&from, &index));
                index = caught_up.map_or(Ok(index), sound)?;
            }
        }
        let request = Request { with_next_due: true, ..request };
        is_as_new(&index, &account, &workflows, &request, &mut scratch)?;
    }
    Ok(())
}

/// Carries an edit out on the plain list, in order of creation, and tells the index's edit that it is.
fn carry_out(workflows: &mut Vec<Arc<Workflow>>, edit: &Edit) -> Option<compile::Edit> {
    let (Edit::Put(id, _) | Edit::Move(id, _) | Edit::Switch(id) | Edit::Remove(id)) = edit;
    let id = format!("w{}", id.index(IDS));
    let place = workflows.iter().position(|workflow| workflow.id == id);
    let there = place.and_then(|place| workflows.get(place)).map(|workflow| Workflow::clone(workflow));
    let put = match edit {
        Edit::Put(_, workflow) => Workflow { id, ..workflow.clone() },
        Edit::Move(_, position) => Workflow { position: *position, ..there? },
        Edit::Switch(_) => there.map(|workflow| Workflow { enabled: !workflow.enabled, ..workflow })?,
        Edit::Remove(_) => {
            place.map(|place| workflows.remove(place));
            return Some(compile::Edit::Remove(id));
        }
    };
    let put = Arc::new(put);
    match place.and_then(|place| workflows.get_mut(place)) {
        Some(workflow) => *workflow = put.clone(),
        None => workflows.push(put.clone()),
    }
    Some(compile::Edit::Put(put))
}

fn is_as_new(
    index: &Index,
    account: &Arc<Account>,
    workflows: &[Arc<Workflow>],
    request: &Request<'_>,
    scratch: &mut Scratch,
) -> TestCaseResult {
    let fresh = sound(compile(account.clone(), workflows))?;
    prop_assert_eq!(index.workflows_count(), workflows.len());
    prop_assert!(index.workflows().eq(fresh.workflows()));
    let plain: Vec<Workflow> = workflows.iter().map(|workflow| Workflow::clone(workflow)).collect();
    let expected = reference::evaluate(account, &plain, request);
    prop_assert_eq!(index.evaluate(request, scratch), expected);
    prop_assert_eq!(index.explain(request, &[], usize::MAX), fresh.explain(request, &[], usize::MAX));
    Ok(())
}
