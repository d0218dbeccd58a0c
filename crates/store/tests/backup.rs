//! Backups, and stores made of them.

#![expect(clippy::unwrap_used, reason = "helpers of tests, which fail by panicking")]

#[path = "support/postgres.rs"]
mod postgres;

use jiff::Timestamp;
use tamis_store::archive::ArchiveError;
use tamis_store::{Change, Commit, Copied, Location, RestoreError, Store, verify};

async fn write(store: &Store, account_id: &str, expected_revision: u64, changes: Vec<Change>) {
    let commit = Commit {
        account_id: account_id.into(),
        expected_revision,
        actor: format!("łucja {expected_revision}"),
        operation: "test".into(),
        at: Timestamp::new(1_700_000_000 + expected_revision as i64, 123).unwrap(),
        changes,
    };
    store.commit(commit).await.unwrap();
}

/// A store with accounts that live, one that was deleted, and one that was deleted and made anew; with more revisions
/// than are copied at once, and with an order of creation that is not that of ids.
async fn fill(store: &Store) {
    let put = |id: &str, data: &[u8]| Change::PutWorkflow { workflow_id: id.into(), data: data.to_vec() };
    let delete = |id: &str| Change::DeleteWorkflow { workflow_id: id.into() };
    let every_byte: Vec<u8> = (0..=255).collect();
    write(store, "busy", 0, vec![Change::PutSettings(every_byte), put("z", b""), put("a", b"1")]).await;
    for revision in 1..70 {
        let id = format!("w{}", revision % 7);
        write(store, "busy", revision, vec![put(&id, &revision.to_le_bytes())]).await;
    }
    write(store, "busy", 70, vec![delete("z"), put("z", b"again"), Change::PutSettings(b"new".to_vec())])
        .await;
    write(store, "gone", 0, vec![Change::PutSettings(b"1".to_vec()), put("w", b"1")]).await;
    write(store, "gone", 1, vec![Change::DeleteAccount]).await;
    write(store, "anew", 0, vec![Change::PutSettings(b"1".to_vec())]).await;
    write(store, "anew", 1, vec![Change::DeleteAccount, put("v", b"3"), Change::PutSettings(b"2".to_vec())])
        .await;
}

/// All that can be told of a store, but for the order in which accounts were last changed.
async fn told(store: &Store) -> String {
    let mut told = String::new();
    for head in store.accounts().await.unwrap() {
        let records = store.load(&head.account_id).await.unwrap();
        let revisions = store.revisions(&head.account_id, None, u32::MAX).await.unwrap();
        told += &format!("{head:?}\n{records:?}\n{revisions:?}\n");
    }
    told
}

async fn in_memory() -> Store {
    Store::open(&Location::Memory).await.unwrap()
}

async fn backup_of(store: &Store) -> Vec<u8> {
    let mut backup = Vec::new();
    let copied = store.backup(&mut backup).await.unwrap();
    assert_eq!(copied, Copied { accounts: 3, revisions: 75 });
    assert_eq!(verify(backup.as_slice()).unwrap(), copied);
    backup
}

#[tokio::test]
async fn a_restored_store_tells_the_same() {
    let origin = in_memory().await;
    fill(&origin).await;
    let backup = backup_of(&origin).await;
    let restored = in_memory().await;
    restored.restore(backup.as_slice()).await.unwrap();
    assert_eq!(told(&restored).await, told(&origin).await);
    assert_eq!(backup_of(&restored).await, backup);

    let refused = restored.restore(backup.as_slice()).await.unwrap_err();
    assert!(matches!(refused, RestoreError::NotEmpty), "{refused}");
    assert_eq!(told(&restored).await, told(&origin).await);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: TAMIS_TEST_POSTGRES is the URL of a server where databases may be made"]
async fn a_store_moves_from_a_file_to_a_database_and_back() {
    let server = postgres::Server::of_environment();
    let origin = in_memory().await;
    fill(&origin).await;
    let backup = backup_of(&origin).await;
    let database = Store::open(&server.database().await).await.unwrap();
    database.restore(backup.as_slice()).await.unwrap();
    assert_eq!(told(&database).await, told(&origin).await);
    let back = in_memory().await;
    back.restore(backup_of(&database).await.as_slice()).await.unwrap();
    assert_eq!(told(&back).await, told(&origin).await);
    database.close().await.unwrap();
}

/// What is written meanwhile is in it whole or not at all.
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_of_one_instant() {
    let origin = in_memory().await;
    fill(&origin).await;
    let writer = tokio::spawn({
        let origin = origin.clone();
        async move {
            for revision in 71..400 {
                let data = revision.to_string().into_bytes();
                let changes = vec![
                    Change::PutSettings(data.clone()),
                    Change::PutWorkflow { workflow_id: "a".into(), data },
                ];
                write(&origin, "busy", revision, changes).await;
            }
        }
    });
    let mut backups = Vec::new();
    while !writer.is_finished() || backups.is_empty() {
        let mut backup = Vec::new();
        origin.backup(&mut backup).await.unwrap();
        backups.push(backup);
    }
    writer.await.unwrap();
    for backup in backups.into_iter().rev().take(5) {
        let restored = in_memory().await;
        restored.restore(backup.as_slice()).await.unwrap();
        let records = restored.load("busy").await.unwrap().unwrap();
        if records.revision > 71 {
            assert_eq!(records.settings, (records.revision - 1).to_string().into_bytes());
            assert_eq!(records.workflows[0].data, records.settings);
        }
    }
}

#[tokio::test]
async fn a_backup_that_is_not_whole_is_refused() {
    let origin = in_memory().await;
    fill(&origin).await;
    let backup = backup_of(&origin).await;
    for length in (0..backup.len()).step_by(97) {
        let error = verify(&backup[..length]).unwrap_err();
        assert!(matches!(error, ArchiveError::Damaged(_) | ArchiveError::Foreign(_)), "{length}: {error}");
    }
    for at in (0..backup.len()).step_by(89) {
        let mut changed = backup.clone();
        changed[at] ^= 1;
        assert!(verify(changed.as_slice()).is_err(), "byte {at}");
    }
    let doubled = [backup.as_slice(), &backup].concat();
    assert!(verify(doubled.as_slice()).is_err());
    assert!(matches!(verify(&b"accounts:\n  - id: a\n"[..]), Err(ArchiveError::Foreign(_))));
    let empty = in_memory().await;
    assert!(matches!(empty.restore(&backup[..20]).await, Err(RestoreError::Archive(_))));
}
