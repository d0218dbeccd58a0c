//! Tests of the catalog on a store in memory.

use std::sync::mpsc;
use std::time::Duration;

use tamis_engine::definition::{Action, Condition, Example, Test};
use tamis_engine::request::{Change as RequestChange, Ticket};
use tamis_engine::{Account, Workflow};
use tamis_store::Location;

use super::*;
use crate::catalog::plan::Put;

fn account() -> Arc<Account> {
    Arc::new(Account {
        id: "acme".to_owned(),
        display_name: "A shop".to_owned(),
        time_zone: "Europe/Warsaw".to_owned(),
        locale: "pl-PL".to_owned(),
        ..Account::default()
    })
}

fn workflow(id: &str) -> Arc<Workflow> {
    Arc::new(Workflow {
        id: id.to_owned(),
        display_name: id.to_uppercase(),
        position: Some(1),
        all: vec![Condition { negated: false, test: Test::Source(vec!["mail".to_owned()]) }],
        actions: vec![Action::AssignTag { tag_id: "seen".to_owned() }],
        ..Workflow::default()
    })
}

fn write(creates: bool) -> Write {
    Write {
        account_id: "acme".to_owned(),
        access: Access::OPEN,
        actor: "test".to_owned(),
        operation: "Test",
        creates,
        one: None,
    }
}

/// A plan that puts the account with workflows, or only the workflows.
fn put(
    account: Option<Arc<Account>>,
    ids: &[&str],
) -> impl FnOnce(&Current) -> Result<(Plan, ()), Failure> + Send + 'static {
    let workflows = ids.iter().map(|id| workflow(id)).collect();
    move |_| Ok((Plan::Put(Put { account, workflows, ..Put::default() }), ()))
}

async fn loaded(workflows_max: usize) -> (Store, Arc<Catalog>) {
    let store = Store::open(&Location::Memory).await.unwrap();
    let catalog =
        Arc::new(Catalog::with_quotas(store.clone(), Quotas { workflows_max, ..Quotas::default() }));
    catalog.load().await.unwrap();
    (store, catalog)
}

/// Ids of the account's workflows in order, and its revision.
fn served(catalog: &Catalog) -> (Vec<String>, u64) {
    let snapshot = catalog.pin("acme").unwrap();
    (snapshot.in_order().map(|stored| stored.id().to_owned()).collect(), snapshot.revision)
}

/// The same of what another start of the service would find.
async fn stored(store: &Store) -> (Vec<String>, u64) {
    let catalog = Catalog::new(store.clone());
    catalog.load().await.unwrap();
    served(&catalog)
}

#[tokio::test]
async fn a_snapshot_stays_as_it_is_and_shares_what_a_write_leaves_alone() {
    let (_, catalog) = loaded(10).await;
    catalog.write(write(true), put(Some(account()), &["a", "b"])).await.unwrap();
    let before = catalog.pin("acme").unwrap();
    let changed = |_: &Current| {
        let changed = Workflow { stop: true, ..Workflow::clone(&workflow("b")) };
        Ok((Plan::Put(Put { workflows: vec![Arc::new(changed)], ..Put::default() }), ()))
    };
    let written = catalog.write(write(false), changed).await.unwrap();
    let after = written.snapshot.unwrap();
    assert_eq!((before.revision, after.revision, written.revision), (1, 2, 2));
    assert!(!before.workflow("b").unwrap().definition.stop && after.workflow("b").unwrap().definition.stop);
    assert!(Arc::ptr_eq(before.workflow("a").unwrap(), after.workflow("a").unwrap()));
    assert_eq!(after.workflow("b").unwrap().create_time, before.workflow("b").unwrap().create_time);
    assert_eq!((before.index.workflows_count(), after.index.workflows_count()), (2, 2));
}

#[tokio::test]
async fn a_write_that_changes_nothing_makes_no_revision() {
    let (store, catalog) = loaded(10).await;
    catalog.write(write(true), put(Some(account()), &["a"])).await.unwrap();
    let again = catalog.write(write(true), put(Some(account()), &["a"])).await.unwrap();
    assert_eq!((again.revision, again.snapshot.unwrap().revision), (1, 1));
    assert_eq!(store.revisions("acme", None, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_write_whose_caller_goes_away_is_finished() {
    let (store, catalog) = loaded(10).await;
    catalog.write(write(true), put(Some(account()), &[])).await.unwrap();
    let (begun, begins) = tokio::sync::oneshot::channel();
    let (go_on, goes_on) = mpsc::channel::<()>();
    let plan = move |_: &Current| {
        begun.send(()).unwrap();
        goes_on.recv().unwrap();
        Ok((Plan::Put(Put { workflows: vec![workflow("a")], ..Put::default() }), ()))
    };
    let caller = tokio::spawn({
        let catalog = catalog.clone();
        async move { catalog.write(write(false), plan).await.map(drop) }
    });
    begins.await.unwrap();
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    go_on.send(()).unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    assert_eq!(catalog.wait_for("acme", 2, deadline).await.unwrap().revision, 2);
    assert_eq!(served(&catalog), (vec!["a".to_owned()], 2));
    assert_eq!(stored(&store).await, served(&catalog));
}

#[tokio::test]
async fn only_small_writes_are_made_ready_where_they_arrive() {
    let one = |workflow_id: &str, bytes| Some(One { workflow_id: workflow_id.to_owned(), bytes });
    let long = || vec![Action::AiMessage { instructions: "x".repeat(60_000) }];
    let example = || Example {
        name: String::new(),
        matches: false,
        ticket: Ticket::default(),
        change: RequestChange::default(),
        now: Timestamp::UNIX_EPOCH,
        baseline: None,
    };
    let with_long = Workflow { actions: long(), ..Workflow::clone(&workflow("a")) };
    let with_example = Workflow { examples: vec![example()], ..Workflow::clone(&workflow("a")) };
    let plain = Workflow::clone(&workflow("a"));
    let cases = [
        ("one of a few bytes", &plain, one("b", 100), true),
        ("one that is there", &plain, one("a", 0), true),
        ("an import", &plain, None, false),
        ("one that was sent with many bytes", &plain, one("b", 100_000), false),
        ("one that has a long text", &with_long, one("a", 0), false),
        ("one that is compiled with another that has a long text", &with_long, one("b", 0), false),
        ("one that is compiled with another that has an example", &with_example, one("b", 0), false),
    ];
    for (name, there, one, here) in cases {
        let (_, catalog) = loaded(10).await;
        let there = Arc::new(there.clone());
        let made = Put { account: Some(account()), workflows: vec![there], ..Put::default() };
        catalog.write(write(true), move |_: &Current| Ok((Plan::Put(made), ()))).await.unwrap();
        let thread = |_: &Current| {
            let put = Put { workflows: vec![workflow("b")], ..Put::default() };
            Ok((Plan::Put(put), std::thread::current().id()))
        };
        let written = catalog.write(Write { one, ..write(false) }, thread).await.unwrap();
        assert_eq!(written.note == std::thread::current().id(), here, "{name}");
        assert_eq!(served(&catalog), (vec!["a".to_owned(), "b".to_owned()], 2), "{name}");
    }
}

#[tokio::test]
async fn a_refused_write_leaves_no_trace() {
    let (store, catalog) = loaded(2).await;
    let refused = catalog.write(write(false), put(None, &["a"])).await.unwrap_err();
    assert_eq!(refused, Failure::account_not_found("acme"));
    let refused = catalog.write(write(true), put(None, &["a"])).await.unwrap_err();
    assert_eq!(refused, Failure::account_not_found("acme"));
    let refused = catalog.write(write(true), put(Some(account()), &["a", "b", "c"])).await.unwrap_err();
    assert_eq!(refused, Failure::limit_exceeded("workflows_per_account", 2));
    assert!(catalog.accounts.is_empty() && catalog.page(&Accounts::All, None, 10).is_empty());
    assert!(store.accounts().await.unwrap().is_empty());

    catalog.write(write(true), put(Some(account()), &["a", "b"])).await.unwrap();
    let refused = catalog.write(write(false), put(None, &["c"])).await.unwrap_err();
    assert_eq!(refused, Failure::limit_exceeded("workflows_per_account", 2));
    assert_eq!(served(&catalog), (vec!["a".to_owned(), "b".to_owned()], 1));
    assert_eq!(stored(&store).await, served(&catalog));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_place_that_is_given_up_takes_no_write_with_it() {
    for _ in 0..50 {
        let (store, catalog) = loaded(10).await;
        // Each refused write gives the place up, if it is the last one there, while others come for it.
        let writes: Vec<_> = (0..6)
            .map(|nth| {
                let catalog = catalog.clone();
                tokio::spawn(async move {
                    let account = (nth == 3).then(account);
                    catalog.write(write(true), put(account, &["a"])).await.map(|written| written.revision)
                })
            })
            .collect();
        let mut made = 0;
        for written in writes {
            made += u64::from(written.await.unwrap().is_ok());
        }
        assert!(made >= 1, "nobody made the account");
        assert_eq!(served(&catalog).0, ["a"]);
        assert_eq!(stored(&store).await, served(&catalog));
    }
}

#[tokio::test]
async fn what_does_not_compile_is_not_stored_and_is_named_by_id() {
    let (store, catalog) = loaded(10).await;
    catalog.write(write(true), put(Some(account()), &["a"])).await.unwrap();
    let plan = |_: &Current| {
        let unreadable = Condition { negated: false, test: Test::Unreadable };
        let unreadable = Workflow { all: vec![unreadable], ..Workflow::clone(&workflow("b")) };
        Ok((Plan::Put(Put { workflows: vec![Arc::new(unreadable)], ..Put::default() }), ()))
    };
    let refused = catalog.write(write(false), plan).await.map(drop).unwrap_err();
    let Failure::InvalidDefinition(findings) = refused else { panic!("{refused:?}") };
    assert_eq!(findings[0].path, "workflows[\"b\"].all[0]");
    assert_eq!(stored(&store).await, (vec!["a".to_owned()], 1));
    assert_eq!(served(&catalog), stored(&store).await);
}

#[tokio::test]
async fn what_was_stored_under_laxer_rules_keeps_the_service_from_loading() {
    let (store, catalog) = loaded(10).await;
    let plan = |_: &Current| {
        let wrong = Workflow { actions: Vec::new(), ..Workflow::clone(&workflow("odd")) };
        let workflows = vec![workflow("fine"), Arc::new(wrong)];
        Ok((Plan::Put(Put { account: Some(account()), workflows, ..Put::default() }), ()))
    };
    // The checks are the plan's part, and this one has none.
    catalog.write(write(true), plan).await.unwrap();
    let error = Catalog::new(store).load().await.unwrap_err();
    let LoadError::Broken(accounts) = &error else { panic!("{error}") };
    assert_eq!((accounts.len(), accounts[0].findings.len()), (1, 1));
    let told = error.to_string();
    assert!(told.contains("account `acme`: workflows[\"odd\"].actions: "), "{told}");
}

#[tokio::test]
async fn somebody_elses_write_to_the_store_is_read_before_the_next_try() {
    let (store, catalog) = loaded(10).await;
    catalog.write(write(true), put(Some(account()), &["a"])).await.unwrap();
    let other = Arc::new(Catalog::new(store.clone()));
    other.load().await.unwrap();
    other.write(write(false), put(None, &["b"])).await.unwrap();

    let refused = catalog.write(write(false), put(None, &["c"])).await.unwrap_err();
    assert_eq!(refused, Failure::revision_mismatch(2, 1));
    assert_eq!(served(&catalog), (vec!["a".to_owned(), "b".to_owned()], 2));
    catalog.write(write(false), put(None, &["c"])).await.unwrap();
    assert_eq!(served(&catalog), (vec!["a".to_owned(), "b".to_owned(), "c".to_owned()], 3));
    assert_eq!(stored(&store).await, served(&catalog));
}

#[tokio::test]
async fn waiting_ends_with_the_revision_or_the_deadline() {
    let (_, catalog) = loaded(10).await;
    let far = Instant::now() + Duration::from_secs(60);
    assert!(catalog.wait_for("acme", 1, far).await.is_none());
    catalog.write(write(true), put(Some(account()), &[])).await.unwrap();
    assert_eq!(catalog.wait_for("acme", 1, far).await.unwrap().revision, 1);
    assert!(catalog.wait_for("acme", 2, Instant::now()).await.is_none());
    let waiting = tokio::spawn({
        let catalog = catalog.clone();
        async move { catalog.wait_for("acme", 3, far).await.map(|snapshot| snapshot.revision) }
    });
    catalog.write(write(false), put(None, &["a"])).await.unwrap();
    catalog.write(write(false), put(None, &["b"])).await.unwrap();
    assert_eq!(waiting.await.unwrap(), Some(3));
}

#[tokio::test]
async fn nothing_is_written_before_loading_and_after_finishing() {
    let store = Store::open(&Location::Memory).await.unwrap();
    let catalog = Arc::new(Catalog::new(store));
    assert!(!catalog.is_loaded());
    let early = catalog.write(write(true), put(Some(account()), &[])).await.unwrap_err();
    assert_eq!(early, Failure::loading());
    assert_eq!(catalog.load().await.unwrap(), Loaded::default());
    assert!(catalog.is_loaded());
    catalog.write(write(true), put(Some(account()), &[])).await.unwrap();
    catalog.finish_writes().await;
    let late = catalog.write(write(false), put(None, &["a"])).await.unwrap_err();
    assert!(matches!(late, Failure::StoreUnavailable { .. }), "{late:?}");
    assert_eq!(served(&catalog), (vec![], 1));
}

#[tokio::test]
async fn a_store_that_takes_no_writes_is_noticed() {
    let (store, catalog) = loaded(10).await;
    catalog.write(write(true), put(Some(account()), &[])).await.unwrap();
    catalog.probe().await;
    let writable = catalog.writable();
    assert!(*writable.borrow());
    store.close().await.unwrap();
    let refused = catalog.write(write(false), put(None, &["a"])).await.unwrap_err();
    assert!(matches!(refused, Failure::StoreUnavailable { .. }), "{refused:?}");
    assert!(!*writable.borrow());
    catalog.probe().await;
    assert!(!*writable.borrow());
    // Decisions go on.
    assert_eq!(served(&catalog), (vec![], 1));
}

#[tokio::test]
async fn an_account_that_is_edited_much_is_merged_and_stays_the_same() {
    let (store, catalog) = loaded(5_000).await;
    let put = |account, from: u32, to: u32, position: u32, removed: &[u32]| {
        let removed = removed.iter().map(|number| format!("w{number}")).collect();
        let workflows = (from..to)
            .map(|number| {
                let workflow = Workflow::clone(&workflow(&format!("w{number}")));
                Arc::new(Workflow { position: Some(position), ..workflow })
            })
            .collect();
        move |_: &Current| Ok((Plan::Put(Put { account, workflows, removed, ..Put::default() }), ()))
    };
    catalog.write(write(true), put(Some(account()), 0, 1_500, 2, &[])).await.unwrap();
    let before = catalog.pin("acme").unwrap();
    // More than the index keeps beside its oldest segment, so that a merge begins while the next writes come.
    catalog.write(write(false), put(None, 400, 1_600, 1, &[7, 9])).await.unwrap();
    for number in 0..20 {
        let written = put(None, number, number + 1, 3, &[100 + number]);
        catalog.write(write(false), written).await.unwrap();
    }
    let deadline = Instant::now() + Duration::from_secs(60);
    while catalog.pin("acme").unwrap().index.unmerged_count() > 100 {
        assert!(Instant::now() < deadline, "it is not merged");
        tokio::task::yield_now().await;
    }
    let after = catalog.pin("acme").unwrap();
    assert_eq!((before.revision, before.index.workflows_count()), (1, 1_500));
    assert_eq!((after.revision, after.index.workflows_count()), (22, 1_580));
    let decides: Vec<_> = after.index.workflows().map(|workflow| workflow.id.clone()).collect();
    assert_eq!((decides, 22), served(&catalog));
    assert_eq!(served(&catalog), stored(&store).await);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    /// Whatever is written, a restart finds what is served.
    #[test]
    fn the_store_and_the_catalog_stay_the_same(
        writes in proptest::collection::vec((0..6_usize, 0..4_u8), 1..12)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (store, catalog) = loaded(4).await;
            catalog.write(write(true), put(Some(account()), &[])).await.unwrap();
            for (nth, kind) in writes {
                let id = ["a", "b", "c", "d", "e", "f"][nth];
                let plan = move |_: &Current| {
                    let changed = Workflow { position: Some(u32::from(kind)), ..Workflow::clone(&workflow(id)) };
                    let put = match kind {
                        0 => Put { removed: [id.to_owned()].into(), ..Put::default() },
                        _ => Put { workflows: vec![Arc::new(changed)], ..Put::default() },
                    };
                    Ok((Plan::Put(put), ()))
                };
                let before = served(&catalog);
                let full = Failure::limit_exceeded("workflows_per_account", 4);
                match catalog.write(write(false), plan).await {
                    Ok(written) => assert!((before.1..=before.1 + 1).contains(&written.revision)),
                    Err(failure) => assert_eq!((failure, served(&catalog)), (full, before)),
                }
                assert_eq!(stored(&store).await, served(&catalog));
            }
        });
    }
}
