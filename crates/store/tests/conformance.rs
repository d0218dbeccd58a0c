//! What every store does, whatever keeps its records.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests, which fail by panicking"
)]

#[path = "support/postgres.rs"]
mod postgres;

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};
use tamis_store::{
    AccountHead, AccountRecords, Change, Changed, Commit, CommitError, Heartbeat, Location, RecordedChange,
    Replica, Revision, Store, StoreError, WorkflowRecord,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_store_in_a_file_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let made = std::cell::Cell::new(0);
    conforms(async || {
        made.set(made.get() + 1);
        Store::open(&Location::File(folder.path().join(format!("{}.db", made.get())))).await.unwrap()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: TAMIS_TEST_POSTGRES is the URL of a server where databases may be made"]
async fn a_store_in_postgres_conforms() {
    let server = postgres::Server::of_environment();
    conforms(async || Store::open(&server.database().await).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_in_memory_conforms() {
    conforms(async || Store::open(&Location::Memory).await.unwrap()).await;
}

/// The whole suite, over a closure that makes an empty store.
async fn conforms(make: impl AsyncFn() -> Store) {
    begins_empty(make().await).await;
    gives_back_what_was_put(make().await).await;
    keeps_the_order_of_creation(make().await).await;
    keeps_accounts_apart(make().await).await;
    deletes_and_revives_an_account(make().await).await;
    refuses_another_revision(make().await).await;
    refuses_what_makes_no_sense(make().await).await;
    tells_revisions_newest_first(make().await).await;
    tells_an_account_as_it_was(make().await).await;
    tells_what_has_changed(make().await).await;
    misses_no_change_of_many_writers(make().await).await;
    loses_no_update_in_a_race(make().await).await;
    tells_which_replicas_there_are(make().await).await;
    is_closed_for_every_clone(make().await).await;
    agrees_with_a_model(&make).await;
}

fn commit(account_id: &str, expected_revision: u64, changes: Vec<Change>) -> Commit {
    Commit {
        account_id: account_id.into(),
        expected_revision,
        actor: "ana@example.com".into(),
        operation: "test".into(),
        at: Timestamp::UNIX_EPOCH,
        changes,
    }
}

fn settings(data: &[u8]) -> Change {
    Change::PutSettings(data.to_vec())
}

fn put(workflow_id: &str, data: &[u8]) -> Change {
    Change::PutWorkflow { workflow_id: workflow_id.into(), data: data.to_vec() }
}

fn delete(workflow_id: &str) -> Change {
    Change::DeleteWorkflow { workflow_id: workflow_id.into() }
}

async fn workflows(store: &Store, account_id: &str) -> Vec<(String, Vec<u8>)> {
    let records = store.load(account_id).await.unwrap().unwrap();
    records.workflows.into_iter().map(|record| (record.workflow_id, record.data)).collect()
}

async fn begins_empty(store: Store) {
    assert_eq!(store.accounts().await.unwrap(), []);
    assert_eq!(store.load("acme").await.unwrap(), None);
    assert_eq!(store.revisions("acme", None, 10).await.unwrap(), []);
    store.check().await.unwrap();
    store.close().await.unwrap();
}

async fn gives_back_what_was_put(store: Store) {
    let every_byte: Vec<u8> = (0..=255).collect();
    let large = vec![0xA5; 300_000];
    let ids = ["a", "Zażółć gęślą", "x'); DROP TABLE accounts; --", "각", "", "with\nline"];
    let mut changes = vec![settings(&every_byte), put("empty", b""), put("large", &large)];
    changes.extend(ids.iter().map(|id| put(id, id.as_bytes())));
    let wanted: Vec<_> = changes
        .iter()
        .filter_map(|change| match change {
            Change::PutWorkflow { workflow_id, data } => {
                Some(WorkflowRecord { workflow_id: workflow_id.clone(), data: data.clone() })
            }
            _ => None,
        })
        .collect();
    for account_id in ["acme", "łódź:1", "Acme"] {
        assert_eq!(store.commit(commit(account_id, 0, changes.clone())).await.unwrap(), 1);
        let records = AccountRecords { revision: 1, settings: every_byte.clone(), workflows: wanted.clone() };
        assert_eq!(store.load(account_id).await.unwrap(), Some(records));
    }
    store.close().await.unwrap();
}

async fn keeps_the_order_of_creation(store: Store) {
    store.commit(commit("acme", 0, vec![settings(b"s"), put("c", b"1"), put("a", b"1")])).await.unwrap();
    store.commit(commit("other", 0, vec![settings(b"s"), put("a", b"1")])).await.unwrap();
    store.commit(commit("acme", 1, vec![put("b", b"1"), put("c", b"2")])).await.unwrap();
    let named = |records: &[(&str, &[u8])]| {
        records.iter().map(|(id, data)| ((*id).to_owned(), data.to_vec())).collect::<Vec<_>>()
    };
    assert_eq!(workflows(&store, "acme").await, named(&[("c", b"2"), ("a", b"1"), ("b", b"1")]));
    // One that is deleted and put again is a new one.
    store.commit(commit("acme", 2, vec![delete("c"), put("c", b"3"), put("a", b"2")])).await.unwrap();
    assert_eq!(workflows(&store, "acme").await, named(&[("a", b"2"), ("b", b"1"), ("c", b"3")]));
    store.close().await.unwrap();
}

async fn keeps_accounts_apart(store: Store) {
    for account_id in ["b", "a", "A"] {
        let changes = vec![settings(account_id.as_bytes()), put("same", account_id.as_bytes())];
        store.commit(commit(account_id, 0, changes)).await.unwrap();
    }
    store.commit(commit("a", 1, vec![put("same", b"changed"), put("more", b"")])).await.unwrap();
    store.commit(commit("A", 1, vec![Change::DeleteAccount])).await.unwrap();
    assert_eq!(workflows(&store, "b").await, [("same".to_owned(), b"b".to_vec())]);
    assert_eq!(store.load("A").await.unwrap(), None);
    assert_eq!(store.revisions("b", None, 10).await.unwrap().len(), 1);
    assert_eq!(
        store.accounts().await.unwrap(),
        [head("A", 2, false), head("a", 2, true), head("b", 1, true)]
    );
    store.close().await.unwrap();
}

async fn deletes_and_revives_an_account(store: Store) {
    store.commit(commit("acme", 0, vec![settings(b"1"), put("w", b"1")])).await.unwrap();
    assert_eq!(store.commit(commit("acme", 1, vec![Change::DeleteAccount])).await.unwrap(), 2);
    assert_eq!(store.load("acme").await.unwrap(), None);
    let anew = store.commit(commit("acme", 0, vec![settings(b"2")])).await;
    assert!(matches!(anew, Err(CommitError::RevisionMismatch { revision: 2 })), "{anew:?}");
    assert_eq!(store.commit(commit("acme", 2, vec![settings(b"2")])).await.unwrap(), 3);
    let records = AccountRecords { revision: 3, settings: b"2".to_vec(), workflows: vec![] };
    assert_eq!(store.load("acme").await.unwrap(), Some(records));
    // Replaced as a whole, in one revision.
    let replaced = vec![Change::DeleteAccount, put("v", b"3"), settings(b"3")];
    assert_eq!(store.commit(commit("acme", 3, replaced)).await.unwrap(), 4);
    assert_eq!(workflows(&store, "acme").await, [("v".to_owned(), b"3".to_vec())]);
    store.close().await.unwrap();
}

async fn refuses_another_revision(store: Store) {
    let refused = async |account_id: &str, expected_revision, found| {
        let result = store.commit(commit(account_id, expected_revision, vec![settings(b"wrong")])).await;
        assert!(
            matches!(result, Err(CommitError::RevisionMismatch { revision }) if revision == found),
            "{account_id} at {found}, expected {expected_revision}: {result:?}"
        );
    };
    refused("acme", 1, 0).await;
    refused("acme", u64::MAX, 0).await;
    store.commit(commit("acme", 0, vec![settings(b"1")])).await.unwrap();
    for expected_revision in [0, 2, u64::MAX] {
        refused("acme", expected_revision, 1).await;
    }
    assert_eq!(store.load("acme").await.unwrap().unwrap().settings, b"1");
    assert_eq!(store.revisions("acme", None, 10).await.unwrap().len(), 1);
    store.close().await.unwrap();
}

async fn refuses_what_makes_no_sense(store: Store) {
    store.commit(commit("acme", 0, vec![settings(b"1"), put("w", b"1")])).await.unwrap();
    store.commit(commit("dead", 0, vec![settings(b"1"), put("w", b"1")])).await.unwrap();
    store.commit(commit("dead", 1, vec![Change::DeleteAccount])).await.unwrap();
    let accounts = store.accounts().await.unwrap();
    let cases = [
        ("acme", 1, vec![]),
        ("acme", 1, vec![put("v", b"1"), delete("absent")]),
        ("acme", 1, vec![delete("w"), delete("w")]),
        ("acme", 1, vec![Change::DeleteAccount, Change::DeleteAccount]),
        ("acme", 1, vec![Change::DeleteAccount, put("v", b"1")]),
        ("dead", 2, vec![Change::DeleteAccount]),
        ("dead", 2, vec![put("v", b"1")]),
        ("dead", 2, vec![delete("w")]),
        ("new", 0, vec![put("v", b"1")]),
        ("new", 0, vec![Change::DeleteAccount]),
        ("new", 0, vec![]),
        ("new", 0, vec![settings(b"1"), put("w\0", b"1")]),
        ("new\0", 0, vec![settings(b"1")]),
    ];
    for (account_id, expected_revision, changes) in cases {
        let result = store.commit(commit(account_id, expected_revision, changes.clone())).await;
        assert!(matches!(result, Err(CommitError::Invalid(_))), "{account_id} {changes:?}: {result:?}");
    }
    assert_eq!(store.accounts().await.unwrap(), accounts);
    assert_eq!(workflows(&store, "acme").await, [("w".to_owned(), b"1".to_vec())]);
    store.close().await.unwrap();
}

async fn tells_revisions_newest_first(store: Store) {
    let instants = [Timestamp::MIN, Timestamp::new(1_700_000_000, 123_456_789).unwrap(), Timestamp::MAX];
    let steps = [
        vec![settings(b"1"), put("w", b"1")],
        vec![put("w", b"2"), delete("w"), put("v", b"2")],
        vec![Change::DeleteAccount],
    ];
    let workflow = |workflow_id: &str, data: Option<&[u8]>| RecordedChange::Workflow {
        workflow_id: workflow_id.into(),
        data: data.map(<[u8]>::to_vec),
    };
    let recorded = [
        vec![RecordedChange::Settings(Some(b"1".to_vec())), workflow("w", Some(b"1"))],
        vec![workflow("w", Some(b"2")), workflow("w", None), workflow("v", Some(b"2"))],
        vec![RecordedChange::Settings(None)],
    ];
    let mut wanted = Vec::new();
    for (expected_revision, ((at, changes), recorded)) in
        (0..).zip(instants.into_iter().zip(steps).zip(recorded))
    {
        let (actor, operation) = (format!("actor {expected_revision}"), format!("step {expected_revision}"));
        let account_id = "acme".into();
        let commit = Commit {
            account_id,
            expected_revision,
            actor: actor.clone(),
            operation: operation.clone(),
            at,
            changes,
        };
        let revision = store.commit(commit).await.unwrap();
        wanted.insert(0, Revision { revision, actor, operation, at, changes: recorded });
    }
    let cases = [
        (None, 10, 0..3),
        (None, 2, 0..2),
        (Some(3), 10, 1..3),
        (Some(3), 1, 1..2),
        (Some(1), 10, 3..3),
        (Some(0), 10, 3..3),
        (Some(u64::MAX), 1, 0..1),
        (None, 0, 0..0),
    ];
    for (before, limit, range) in cases {
        let found = store.revisions("acme", before, limit).await.unwrap();
        assert_eq!(found, wanted[range], "before {before:?}, at most {limit}");
    }
    store.close().await.unwrap();
}

/// The settings of an account, and its workflows in order of creation.
type Content = (&'static [u8], &'static [(&'static str, &'static [u8])]);

async fn tells_an_account_as_it_was(store: Store) {
    let steps: [(Vec<Change>, Option<Content>); 7] = [
        (vec![settings(b"1"), put("b", b"1"), put("a", b"1")], Some((b"1", &[("b", b"1"), ("a", b"1")]))),
        (vec![put("b", b"2"), settings(b"2")], Some((b"2", &[("b", b"2"), ("a", b"1")]))),
        // One that is deleted and put again is a new one.
        (
            vec![delete("b"), put("b", b"3"), put("c", b"3")],
            Some((b"2", &[("a", b"1"), ("b", b"3"), ("c", b"3")])),
        ),
        (vec![delete("a")], Some((b"2", &[("b", b"3"), ("c", b"3")]))),
        (vec![Change::DeleteAccount], None),
        (vec![settings(b"6"), put("c", b"6"), put("b", b"6")], Some((b"6", &[("c", b"6"), ("b", b"6")]))),
        (
            vec![put("a", b"7"), Change::DeleteAccount, put("a", b"8"), settings(b"7")],
            Some((b"7", &[("a", b"8")])),
        ),
    ];
    store.commit(commit("other", 0, vec![settings(b"other"), put("a", b"other")])).await.unwrap();
    for (expected_revision, (changes, _)) in (0..).zip(&steps) {
        store.commit(commit("acme", expected_revision, changes.clone())).await.unwrap();
    }
    for (revision, (_, wanted)) in (1..).zip(&steps) {
        let wanted = wanted.map(|(settings, workflows)| AccountRecords {
            revision,
            settings: settings.to_vec(),
            workflows: workflows
                .iter()
                .map(|(id, data)| WorkflowRecord { workflow_id: (*id).into(), data: data.to_vec() })
                .collect(),
        });
        assert_eq!(store.load_at("acme", revision).await.unwrap(), wanted, "revision {revision}");
    }
    for (account_id, revision) in [("acme", 0), ("acme", 8), ("acme", u64::MAX), ("never", 1)] {
        assert_eq!(store.load_at(account_id, revision).await.unwrap(), None, "{account_id} at {revision}");
    }
    store.close().await.unwrap();
}

fn head(account_id: &str, revision: u64, alive: bool) -> AccountHead {
    AccountHead { account_id: account_id.into(), revision, alive }
}

async fn tells_what_has_changed(store: Store) {
    assert_eq!(store.changed_since(0).await.unwrap(), Changed { sequence: 0, accounts: vec![] });
    for account_id in ["b", "a", "c"] {
        store.commit(commit(account_id, 0, vec![settings(b"1")])).await.unwrap();
    }
    let all = store.changed_since(0).await.unwrap();
    assert_eq!(all.accounts, [head("b", 1, true), head("a", 1, true), head("c", 1, true)]);
    let nothing = Changed { sequence: all.sequence, accounts: vec![] };
    assert_eq!(store.changed_since(all.sequence).await.unwrap(), nothing);
    assert_eq!(store.changed_since(u64::MAX).await.unwrap(), nothing);
    store.commit(commit("b", 1, vec![Change::DeleteAccount])).await.unwrap();
    // What was refused is no change.
    store.commit(commit("c", 7, vec![settings(b"2")])).await.unwrap_err();
    store.commit(commit("c", 1, vec![delete("absent")])).await.unwrap_err();
    store.commit(commit("a", 1, vec![put("w", b"1")])).await.unwrap();
    store.commit(commit("a", 2, vec![put("w", b"2")])).await.unwrap();
    let later = store.changed_since(all.sequence).await.unwrap();
    assert_eq!(later.accounts, [head("b", 2, false), head("a", 3, true)]);
    assert!(later.sequence > all.sequence);
    for (account_id, wanted) in
        [("a", Some(head("a", 3, true))), ("b", Some(head("b", 2, false))), ("d", None)]
    {
        assert_eq!(store.head(account_id).await.unwrap(), wanted);
    }
    store.close().await.unwrap();
}

/// Whoever reads on from the sequence that it was told before knows of every commit, however many are made at once.
async fn misses_no_change_of_many_writers(store: Store) {
    const WRITERS: usize = 6;
    const COMMITS: u64 = 25;
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                for revision in 0..COMMITS {
                    let commit = commit(&format!("account-{writer}"), revision, vec![settings(b"1")]);
                    store.commit(commit).await.unwrap();
                }
            })
        })
        .collect();
    let mut known: BTreeMap<String, u64> = BTreeMap::new();
    let mut sequence = 0;
    loop {
        // Whether all is written is asked first: a read that begins after that must know it all.
        let written = writers.iter().all(tokio::task::JoinHandle::is_finished);
        let changed = store.changed_since(sequence).await.unwrap();
        assert!(changed.sequence >= sequence);
        sequence = changed.sequence;
        for head in changed.accounts {
            assert!(known.insert(head.account_id, head.revision).is_none_or(|before| before < head.revision));
        }
        if written {
            break;
        }
    }
    assert_eq!(known.len(), WRITERS);
    assert!(known.values().all(|revision| *revision == COMMITS), "{known:?}");
    store.close().await.unwrap();
}

/// Each writer adds its own marks to the one record, and repeats when another came first.
async fn loses_no_update_in_a_race(store: Store) {
    const WRITERS: u8 = 8;
    const MARKS: u8 = 20;
    store.commit(commit("acme", 0, vec![settings(b"")])).await.unwrap();
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut revisions = Vec::new();
                for _ in 0..MARKS {
                    loop {
                        let AccountRecords { revision, mut settings, .. } =
                            store.load("acme").await.unwrap().unwrap();
                        settings.push(writer);
                        match store
                            .commit(commit("acme", revision, vec![Change::PutSettings(settings)]))
                            .await
                        {
                            Ok(made) => {
                                assert_eq!(made, revision + 1);
                                revisions.push(made);
                                break;
                            }
                            Err(CommitError::RevisionMismatch { revision: found }) => {
                                assert!(found > revision)
                            }
                            Err(error) => panic!("{error}"),
                        }
                    }
                }
                revisions
            })
        })
        .collect();
    let mut revisions = vec![1];
    for writer in writers {
        revisions.extend(writer.await.unwrap());
    }
    revisions.sort_unstable();
    let total = u64::from(WRITERS) * u64::from(MARKS) + 1;
    assert_eq!(revisions, (1..=total).collect::<Vec<_>>());
    let records = store.load("acme").await.unwrap().unwrap();
    assert_eq!(records.revision, total);
    for writer in 0..WRITERS {
        assert_eq!(records.settings.iter().filter(|mark| **mark == writer).count(), usize::from(MARKS));
    }
    store.close().await.unwrap();
}

fn heartbeat(replica_id: &str, name: &str) -> Heartbeat {
    Heartbeat {
        replica_id: replica_id.into(),
        name: name.into(),
        version: "1.2.3".into(),
        started: Timestamp::UNIX_EPOCH,
        sequence: 7,
        is_draining: false,
    }
}

fn told(replicas: Vec<Replica>) -> Vec<Heartbeat> {
    replicas.into_iter().map(|replica| replica.told).collect()
}

async fn tells_which_replicas_there_are(store: Store) {
    let before = Timestamp::now().as_second();
    let (first, mut second) = (heartbeat("x", "host:2"), heartbeat("y", "host:1"));
    let alone = store.tell(&first).await.unwrap();
    assert!((before - 60..before + 60).contains(&alone[0].seen.as_second()), "{alone:?}");
    assert_eq!(told(alone), std::slice::from_ref(&first));
    assert_eq!(told(store.tell(&second).await.unwrap()), [second.clone(), first.clone()], "by their names");
    second.sequence = u64::from(u32::MAX) + 1;
    second.is_draining = true;
    // Fractions of seconds are left out.
    let precise = Heartbeat { started: Timestamp::from_millisecond(1_234).unwrap(), ..second.clone() };
    second.started = Timestamp::from_second(1).unwrap();
    let both = store.clone().tell(&precise).await.unwrap();
    assert!(both[0].silent <= both[1].silent, "{both:?}");
    assert_eq!(told(both), [second.clone(), first.clone()]);
    store.forget("x").await.unwrap();
    store.forget("x").await.unwrap();
    assert_eq!(told(store.tell(&second).await.unwrap()), [second]);
    assert_eq!(store.accounts().await.unwrap(), [], "no account has to do with it");
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: TAMIS_TEST_POSTGRES is the URL of a server where databases may be made"]
async fn a_replica_that_says_nothing_is_told_as_silent_and_forgotten_after_an_hour() {
    let server = postgres::Server::of_environment();
    let url = server.database_url().await;
    let store = Store::open(&url.parse().unwrap()).await.unwrap();
    let beside = postgres::connect(&url).await;
    store.tell(&heartbeat("x", "a")).await.unwrap();
    for (ago, silent) in [("20 seconds", Some(20)), ("59 minutes", Some(3_540)), ("1 hour", None)] {
        let older =
            format!("UPDATE tamis.replicas SET seen_at = now() - interval '{ago}' WHERE replica_id = 'x'");
        beside.batch_execute(&older).await.unwrap();
        let replicas = store.tell(&heartbeat("y", "b")).await.unwrap();
        let found = replicas.iter().find(|replica| replica.told.replica_id == "x");
        let is_silent = |secs: u64| found.is_some_and(|x| (secs..secs + 60).contains(&x.silent.as_secs()));
        assert!(silent.map_or(found.is_none(), is_silent), "{ago}: {replicas:?}");
    }
    let left = beside.query_one("SELECT count(*) FROM tamis.replicas", &[]).await.unwrap();
    assert_eq!(left.get::<_, i64>(0), 1);
    store.close().await.unwrap();
}

async fn is_closed_for_every_clone(store: Store) {
    let clone = store.clone();
    store.close().await.unwrap();
    assert!(matches!(clone.check().await, Err(StoreError::Unavailable(_))));
    assert!(matches!(clone.accounts().await, Err(StoreError::Unavailable(_))));
    assert!(matches!(clone.changed_since(0).await, Err(StoreError::Unavailable(_))));
    assert!(matches!(clone.tell(&heartbeat("x", "a")).await, Err(StoreError::Unavailable(_))));
    let refused = clone.commit(commit("acme", 0, vec![settings(b"1")])).await;
    assert!(matches!(refused, Err(CommitError::Unavailable(_))), "{refused:?}");
    assert!(matches!(clone.close().await, Err(StoreError::Unavailable(_))));
}

/// An account as the contract has it.
#[derive(Clone, Debug, Default, PartialEq)]
struct Model {
    revision: u64,
    settings: Option<Vec<u8>>,
    workflows: Vec<(String, Vec<u8>)>,
}

impl Model {
    /// The account after the changes; `None` if they make no sense.
    fn after(&self, changes: &[Change]) -> Option<Self> {
        let mut after = self.clone();
        after.revision += 1;
        for change in changes {
            match change {
                Change::PutSettings(data) => after.settings = Some(data.clone()),
                Change::PutWorkflow { workflow_id, data } => {
                    match after.workflows.iter_mut().find(|(id, _)| id == workflow_id) {
                        Some(found) => found.1.clone_from(data),
                        None => after.workflows.push((workflow_id.clone(), data.clone())),
                    }
                }
                Change::DeleteWorkflow { workflow_id } => {
                    let place = after.workflows.iter().position(|(id, _)| id == workflow_id)?;
                    after.workflows.remove(place);
                }
                Change::DeleteAccount => {
                    after.settings.take()?;
                    after.workflows.clear();
                }
            }
        }
        (!changes.is_empty() && (after.settings.is_some() || after.workflows.is_empty())).then_some(after)
    }

    /// The account as the store tells it.
    fn of(records: AccountRecords) -> Self {
        let AccountRecords { revision, settings, workflows } = records;
        let workflows = workflows.into_iter().map(|record| (record.workflow_id, record.data)).collect();
        Self { revision, settings: Some(settings), workflows }
    }

    /// The account, if there is one.
    fn alive(&self) -> Option<Self> {
        self.settings.is_some().then(|| self.clone())
    }

    /// The account as its revisions tell it.
    fn told_by(revisions: &[Revision]) -> Self {
        let mut told = Self::default();
        for revision in revisions.iter().rev() {
            told.revision = revision.revision;
            for change in &revision.changes {
                match change {
                    RecordedChange::Settings(data) => {
                        told.settings.clone_from(data);
                        if data.is_none() {
                            told.workflows.clear();
                        }
                    }
                    RecordedChange::Workflow { workflow_id, data: None } => {
                        told.workflows.retain(|(id, _)| id != workflow_id);
                    }
                    RecordedChange::Workflow { workflow_id, data: Some(data) } => {
                        match told.workflows.iter_mut().find(|(id, _)| id == workflow_id) {
                            Some(found) => found.1.clone_from(data),
                            None => told.workflows.push((workflow_id.clone(), data.clone())),
                        }
                    }
                }
            }
        }
        told
    }
}

fn any_changes() -> impl Strategy<Value = Vec<Change>> {
    let data = || prop::collection::vec(any::<u8>(), 0..4);
    let change = prop_oneof![
        3 => data().prop_map(Change::PutSettings),
        6 => ("[a-c]", data()).prop_map(|(workflow_id, data)| Change::PutWorkflow { workflow_id, data }),
        2 => "[a-c]".prop_map(|workflow_id| Change::DeleteWorkflow { workflow_id }),
        1 => Just(Change::DeleteAccount),
    ];
    prop::collection::vec(change, 0..5)
}

/// Random commits do what the model says, and the revisions that they leave tell the accounts as they are.
async fn agrees_with_a_model(make: &impl AsyncFn() -> Store) {
    let mut runner = TestRunner::new(Config::with_cases(8));
    for _ in 0..8 {
        let steps = prop::collection::vec(("[xy]", any_changes()), 60);
        let steps = steps.new_tree(&mut runner).unwrap().current();
        let store = make().await;
        let mut models: BTreeMap<String, Model> = BTreeMap::new();
        let mut past: Vec<(String, Model)> = Vec::new();
        for (account_id, changes) in steps {
            let model = models.entry(account_id.clone()).or_default();
            let result = store.commit(commit(&account_id, model.revision, changes.clone())).await;
            match model.after(&changes) {
                Some(after) => {
                    assert_eq!(result.unwrap(), after.revision, "{changes:?} on {model:?}");
                    past.push((account_id, after.clone()));
                    *model = after;
                }
                None => assert!(
                    matches!(result, Err(CommitError::Invalid(_))),
                    "{changes:?} on {model:?}: {result:?}"
                ),
            }
        }
        for (account_id, model) in &models {
            let told = Model::told_by(&store.revisions(account_id, None, u32::MAX).await.unwrap());
            assert_eq!(told, *model);
            assert_eq!(store.load(account_id).await.unwrap().map(Model::of), model.alive());
        }
        for (account_id, model) in past {
            let found = store.load_at(&account_id, model.revision).await.unwrap().map(Model::of);
            assert_eq!(found, model.alive(), "{account_id} at {}", model.revision);
        }
        store.close().await.unwrap();
    }
}
