//! An account that is edited decides what one compiled anew decides.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use tamis_engine::compile;
use tamis_engine::compile::{Edit, LevelSizes};
use tamis_engine::definition::{Account, Condition, Test, Workflow};
use tamis_testkit::{generate, laws};

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
        sizes in generate::level_sizes(),
        workflows in generate::workflows(),
        steps in prop::collection::vec((generate::step(), generate::request(false)), 1..16),
    ) {
        laws::edits_decide_as_a_fresh_compilation(account, workflows, sizes, steps)?;
    }
}

/// What keeps an edit from compiling is told by its place among the edits, and the index stays as it is.
fn account() -> Arc<Account> {
    Arc::new(Account {
        id: "acme".to_owned(),
        time_zone: "Europe/Warsaw".to_owned(),
        locale: "pl-PL".to_owned(),
        ..Account::default()
    })
}

fn workflow(id: &str, test: Test) -> Arc<Workflow> {
    let all = vec![Condition { negated: false, test }];
    Arc::new(Workflow { id: id.to_owned(), all, ..Workflow::default() })
}

#[test]
fn each_of_many_workflows_is_found_by_its_id() {
    let count = 2_000;
    let id = |number: usize| format!("workflow-{number}");
    let workflows: Vec<_> = (0..count).map(|number| workflow(&id(number), Test::NewMessage)).collect();
    let index = compile(account(), &workflows).unwrap();
    for number in 0..count {
        let removed = index.with_edits(&[Edit::Remove(id(number))]).unwrap();
        assert_eq!(removed.workflows_count(), count - 1, "{number}");
        assert!(removed.workflows().all(|workflow| workflow.id != id(number)), "{number}");
    }
    for other in ["workflow", "workflow-2000", ""] {
        let same = index.with_edits(&[Edit::Remove(other.to_owned())]).unwrap();
        assert_eq!(same.workflows_count(), count, "{other}");
    }
}

#[test]
fn an_edit_that_does_not_compile_is_named() {
    let sizes = LevelSizes { whole_max: 0, ..LevelSizes::default() };
    let index = compile(account(), &[workflow("a", Test::NewMessage)]).unwrap().with_level_sizes(sizes);
    let edits = [Edit::Put(workflow("b", Test::NewMessage)), Edit::Put(workflow("c", Test::Unreadable))];
    let found = index.with_edits(&edits).unwrap_err();
    assert_eq!(found.iter().map(|finding| &*finding.path).collect::<Vec<_>>(), ["workflows[1].all[0]"]);
    assert_eq!(index.workflows_count(), 1);
}
