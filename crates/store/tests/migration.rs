//! Stores of other formats than this version's.

#![expect(clippy::unwrap_used, reason = "helpers of tests, which fail by panicking")]

#[path = "support/postgres.rs"]
mod postgres;

use std::path::Path;

use jiff::Timestamp;
use tamis_store::{
    AccountHead, Change, Commit, CommitError, Heartbeat, Location, Migrated, OpenError, Store,
};

/// The tables as the first version made them.
const SQLITE_FORMAT_1: &str = include_str!("../src/sqlite/1.sql");
const POSTGRES_FORMAT_1: &str = include_str!("../src/postgres/1.sql");

fn commit(account_id: &str, expected_revision: u64) -> Commit {
    Commit {
        account_id: account_id.into(),
        expected_revision,
        actor: "ana".into(),
        operation: "test".into(),
        at: Timestamp::UNIX_EPOCH,
        changes: vec![Change::PutSettings(account_id.as_bytes().to_vec())],
    }
}

fn make_sqlite_of_format_1(path: &Path) {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.execute_batch(SQLITE_FORMAT_1).unwrap();
    connection
        .execute_batch(
            "PRAGMA application_id = 1952542057; PRAGMA user_version = 1;
             INSERT INTO accounts (account_id, revision) VALUES ('b', 4), ('a', 2);
             INSERT INTO revisions VALUES (1, 4, 'ana', 'test', 0, 0), (2, 2, 'ana', 'test', 0, 0);",
        )
        .unwrap();
}

#[tokio::test]
async fn an_older_file_is_migrated_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tamis.db");
    make_sqlite_of_format_1(&path);
    let location = Location::File(path.clone());

    let before = std::fs::read(&path).unwrap();
    let refused = Store::attach(&location, false).await.map(drop).unwrap_err();
    assert!(matches!(refused, OpenError::NotMigrated { found: 1, known: 2, .. }), "{refused}");
    assert!(before == std::fs::read(&path).unwrap(), "the file was changed");

    let (store, migrated) = Store::migrate(&location).await.unwrap();
    assert_eq!(migrated, Migrated { from: 1, to: 2 });
    let head = |id: &str, revision, alive| AccountHead { account_id: id.into(), revision, alive };
    let changed = store.changed_since(0).await.unwrap();
    assert_eq!(changed.accounts, [head("b", 4, false), head("a", 2, false)]);
    store.commit(commit("b", 4)).await.unwrap();
    store.commit(commit("c", 0)).await.unwrap();
    let changed = store.changed_since(changed.sequence).await.unwrap();
    assert_eq!(changed.accounts, [head("b", 5, true), head("c", 1, true)]);
    store.close().await.unwrap();

    let (store, migrated) = Store::migrate(&location).await.unwrap();
    assert_eq!(migrated, Migrated { from: 2, to: 2 });
    store.close().await.unwrap();
}

#[tokio::test]
#[ignore = "needs PostgreSQL: TAMIS_TEST_POSTGRES is the URL of a server where databases may be made"]
async fn a_database_is_made_once_whoever_comes_first() {
    let server = postgres::Server::of_environment();
    let location = server.database().await;
    let (store, _) = Store::attach(&location, false).await.unwrap();
    let refused = store.prepare(false).await.unwrap_err();
    assert!(matches!(refused, OpenError::NotMigrated { found: 0, known: 2, .. }), "{refused}");

    let migrations: Vec<_> = (0..6)
        .map(|_| {
            let location = location.clone();
            tokio::spawn(async move { Store::migrate(&location).await.unwrap().1 })
        })
        .collect();
    let mut made = 0;
    for migration in migrations {
        let migrated = migration.await.unwrap();
        assert_eq!(migrated.to, 2);
        made += u32::from(migrated.from == 0);
    }
    assert_eq!(made, 1);
    store.prepare(false).await.unwrap();
    store.commit(commit("a", 0)).await.unwrap();
    store.close().await.unwrap();
}

#[tokio::test]
#[ignore = "needs PostgreSQL: TAMIS_TEST_POSTGRES is the URL of a server where databases may be made"]
async fn an_older_database_is_migrated_and_goes_on() {
    let server = postgres::Server::of_environment();
    let url = server.database_url().await;
    let location: Location = url.parse().unwrap();
    let beside = postgres::connect(&url).await;
    beside.batch_execute(POSTGRES_FORMAT_1).await.unwrap();
    beside
        .batch_execute(
            "INSERT INTO tamis.accounts (account_id, revision, sequence) VALUES ('b', 4, 1);
             UPDATE tamis.store SET sequence = 1;",
        )
        .await
        .unwrap();
    let (store, _) = Store::attach(&location, false).await.unwrap();
    let refused = store.prepare(false).await.unwrap_err();
    assert!(matches!(refused, OpenError::NotMigrated { found: 1, known: 2, .. }), "{refused}");

    assert_eq!(store.prepare(true).await.unwrap(), Migrated { from: 1, to: 2 });
    assert_eq!(store.commit(commit("b", 4)).await.unwrap(), 5);
    let told = Heartbeat {
        replica_id: "r".into(),
        name: "host:1".into(),
        version: "1".into(),
        started: Timestamp::UNIX_EPOCH,
        sequence: 2,
        is_draining: false,
    };
    assert_eq!(store.tell(&told).await.unwrap().len(), 1);
    store.close().await.unwrap();
}

#[tokio::test]
#[ignore = "needs PostgreSQL: TAMIS_TEST_POSTGRES is the URL of a server where databases may be made"]
async fn a_newer_database_is_refused_and_takes_no_write_of_an_older_version() {
    let server = postgres::Server::of_environment();
    let url = server.database_url().await;
    let location: Location = url.parse().unwrap();
    let store = Store::open(&location).await.unwrap();
    store.commit(commit("a", 0)).await.unwrap();

    let beside = postgres::connect(&url).await;
    beside.batch_execute("UPDATE tamis.store SET format = 99").await.unwrap();
    // One that was open already.
    let refused = store.commit(commit("a", 1)).await.unwrap_err();
    assert!(
        matches!(&refused, CommitError::Unavailable(text) if text.contains("later version")),
        "{refused}"
    );
    let refused = store.commit(commit("b", 0)).await.unwrap_err();
    assert!(matches!(refused, CommitError::Unavailable(_)), "{refused}");
    // One that comes anew.
    for may_migrate in [true, false] {
        let (anew, _) = Store::attach(&location, may_migrate).await.unwrap();
        let refused = anew.prepare(may_migrate).await.unwrap_err();
        assert!(matches!(refused, OpenError::NewerFormat { found: 99, known: 2, .. }), "{refused}");
    }
    let left = beside.query_one("SELECT format, sequence FROM tamis.store", &[]).await.unwrap();
    assert_eq!((left.get::<_, i32>(0), left.get::<_, i64>(1)), (99, 1));
    assert_eq!(store.accounts().await.unwrap().len(), 1);
    store.close().await.unwrap();
}

#[tokio::test]
#[ignore = "needs PostgreSQL: TAMIS_TEST_POSTGRES is the URL of a server where databases may be made"]
async fn a_database_that_cannot_be_reached_is_told_from_one_that_is_wrong() {
    let server = postgres::Server::of_environment();
    let url = server.database_url().await;
    let beside = postgres::connect(&url).await;
    beside.batch_execute("CREATE SCHEMA tamis; CREATE TABLE tamis.store (format integer)").await.unwrap();
    let refused = Store::open(&url.parse().unwrap()).await.unwrap_err();
    assert!(matches!(refused, OpenError::Refused { .. }), "{refused}");

    let (without, _) = url.rsplit_once('/').unwrap();
    let refused = Store::open(&format!("{without}/absent").parse().unwrap()).await.unwrap_err();
    assert!(matches!(&refused, OpenError::Refused { reason, .. } if reason.contains("absent")), "{refused}");

    let nobody = Store::open(&"postgres://ana:geheim@127.0.0.1:1/tamis".parse().unwrap()).await.unwrap_err();
    assert!(matches!(nobody, OpenError::Unreachable { .. }), "{nobody}");
    assert!(!nobody.to_string().contains("geheim"), "{nobody}");
}
