//! An account that is edited decides what one compiled anew decides.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use tamis_engine::compile;
use tamis_engine::compile::{Edit, LevelSizes};
use tamis_engine::definition::{Account, Workflow};
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
