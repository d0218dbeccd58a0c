//! Files that are not opened, and that are left as they are.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests, which fail by panicking")]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jiff::Timestamp;
use tamis_store::{Change, Commit, Location, OpenError, Store, StoreError};
use tempfile::TempDir;

const PAGE_BYTES: usize = 4096;
/// Names the store to the process that holds it open, which is the test of locks again.
const STORE: &str = "TAMIS_STORE_TO_HOLD";

struct Folder {
    folder: TempDir,
}

impl Folder {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn store(&self) -> PathBuf {
        self.folder.path().join("tamis.db")
    }

    fn wal(&self) -> PathBuf {
        self.folder.path().join("tamis.db-wal")
    }

    /// A folder with a store of several accounts with records of many sizes, closed cleanly.
    async fn with_store() -> Self {
        let folder = Self::new();
        let store = open(&folder.store()).await.unwrap();
        fill(&store).await;
        store.close().await.unwrap();
        folder
    }

    /// A folder with a store as a killed process leaves it: changes wait in the -wal file.
    async fn with_unfinished_store() -> Self {
        let (origin, folder) = (Self::new(), Self::new());
        let store = open(&origin.store()).await.unwrap();
        fill(&store).await;
        std::fs::copy(origin.store(), folder.store()).unwrap();
        std::fs::copy(origin.wal(), folder.wal()).unwrap();
        store.close().await.unwrap();
        assert!(std::fs::metadata(folder.wal()).unwrap().len() > 0);
        folder
    }

    /// Every file with its bytes.
    fn contents(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        entries.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
    }

    /// Opens the store, which must be refused and everything be left as it is. The message must name the file.
    async fn refused(&self) -> OpenError {
        let before = self.contents();
        let error = open(&self.store()).await.expect_err("the store is refused");
        assert!(error.to_string().contains("tamis.db"), "{error}");
        assert!(self.contents() == before, "files were changed: {error}");
        error
    }
}

async fn open(path: &Path) -> Result<Store, OpenError> {
    Store::open(&Location::File(path.to_owned())).await
}

async fn fill(store: &Store) {
    for account in 0..6 {
        let put = |workflow: usize| Change::PutWorkflow {
            workflow_id: format!("w{workflow}"),
            data: vec![b'0' + account; 1 + workflow * 700],
        };
        let mut changes = vec![Change::PutSettings(vec![account; 100])];
        changes.extend((0..20).map(put));
        let commit = Commit {
            account_id: format!("account-{account}"),
            expected_revision: 0,
            actor: "ana".into(),
            operation: "fill".into(),
            at: Timestamp::UNIX_EPOCH,
            changes,
        };
        store.commit(commit).await.unwrap();
    }
}

fn rewrite(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(path).unwrap();
    change(&mut bytes);
    std::fs::write(path, bytes).unwrap();
}

#[tokio::test]
async fn a_sound_store_is_opened_again() {
    for folder in [Folder::with_store().await, Folder::with_unfinished_store().await] {
        let store = open(&folder.store()).await.unwrap();
        assert_eq!(store.accounts().await.unwrap().len(), 6);
        assert_eq!(store.load("account-3").await.unwrap().unwrap().workflows.len(), 20);
        store.close().await.unwrap();
        assert_eq!(folder.contents().len(), 1, "a closed store is one file");
    }
}

#[tokio::test]
async fn a_file_without_bytes_becomes_a_store() {
    let folder = Folder::new();
    std::fs::write(folder.store(), "").unwrap();
    let store = open(&folder.store()).await.unwrap();
    assert_eq!(store.accounts().await.unwrap(), []);
    store.close().await.unwrap();
}

#[tokio::test]
async fn what_is_not_a_store_is_refused() {
    let large_text = "key: value\n".repeat(5_000);
    for content in ["x", "accounts: []\n", &large_text, &"\0".repeat(8_192)] {
        let folder = Folder::new();
        std::fs::write(folder.store(), content).unwrap();
        let error = folder.refused().await;
        assert!(matches!(error, OpenError::NotAStore { .. }), "{error}");
    }
    for journal_mode in ["delete", "wal"] {
        let folder = Folder::new();
        let other = rusqlite::Connection::open(folder.store()).unwrap();
        other.pragma_update_and_check(None, "journal_mode", journal_mode, |_| Ok(())).unwrap();
        other.execute_batch("CREATE TABLE accounts (id); INSERT INTO accounts VALUES (1)").unwrap();
        other.close().unwrap();
        let error = folder.refused().await;
        assert!(matches!(error, OpenError::NotAStore { .. }), "{error}");
    }
}

#[tokio::test]
async fn damaged_pages_are_refused() {
    let sound = Folder::with_store().await;
    let pages = std::fs::metadata(sound.store()).unwrap().len() as usize / PAGE_BYTES;
    assert!(pages > 20);
    // Every page that holds what is current, wherever it is: tables, indexes and records.
    let mut refused = 0;
    for page in 1..pages {
        let folder = Folder::new();
        std::fs::copy(sound.store(), folder.store()).unwrap();
        rewrite(&folder.store(), |bytes| bytes[page * PAGE_BYTES..][..PAGE_BYTES].fill(0xA5));
        match open(&folder.store()).await {
            Ok(store) => {
                // The page is of the history's records alone, which are checked when they are read.
                assert_eq!(store.load("account-3").await.unwrap().unwrap().workflows.len(), 20);
                let mut damaged = 0;
                for account in 0..6 {
                    let told = store.revisions(&format!("account-{account}"), None, 10).await;
                    damaged += u32::from(matches!(told, Err(StoreError::Damaged(_))));
                }
                assert_eq!(damaged, 1, "page {page}");
                store.close().await.unwrap();
            }
            Err(OpenError::Damaged { .. }) => refused += 1,
            Err(error) => panic!("page {page}: {error}"),
        }
    }
    assert!(refused * 2 > pages, "{refused} of {pages}");
}

#[tokio::test]
async fn one_changed_byte_of_a_record_is_refused() {
    let folder = Folder::with_store().await;
    rewrite(&folder.store(), |bytes| {
        // The records of this account are runs of the digit 3; the first is in the table of workflows or of changes.
        let runs: Vec<usize> = bytes
            .windows(600)
            .enumerate()
            .filter(|(_, run)| run.iter().all(|byte| *byte == b'3'))
            .map(|(at, _)| at)
            .collect();
        for at in runs.into_iter().step_by(600) {
            bytes[at + 300] = b'4';
        }
    });
    let error = folder.refused().await;
    assert!(matches!(&error, OpenError::Damaged { finding, .. } if finding.contains("account-3")), "{error}");
}

#[tokio::test]
async fn a_truncated_store_is_refused() {
    let sound = Folder::with_store().await;
    let length = std::fs::metadata(sound.store()).unwrap().len();
    for kept in [
        length - 1,
        length - PAGE_BYTES as u64,
        length / 2,
        2 * PAGE_BYTES as u64,
        PAGE_BYTES as u64,
        512,
        100,
        17,
    ] {
        let folder = Folder::new();
        std::fs::copy(sound.store(), folder.store()).unwrap();
        rewrite(&folder.store(), |bytes| bytes.truncate(kept as usize));
        let error = folder.refused().await;
        // What is left of a header may not show any more that it was one.
        let told = matches!(error, OpenError::Damaged { .. })
            || kept <= 512 && matches!(error, OpenError::NotAStore { .. });
        assert!(told, "{kept} bytes: {error}");
    }
}

#[tokio::test]
async fn a_store_that_lost_all_but_its_changes_is_refused() {
    let folder = Folder::with_unfinished_store().await;
    rewrite(&folder.store(), Vec::clear);
    let error = folder.refused().await;
    assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
    std::fs::remove_file(folder.store()).unwrap();
    let error = folder.refused().await;
    assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
}

#[tokio::test]
async fn a_damaged_store_keeps_the_changes_that_wait_beside_it() {
    let folder = Folder::with_unfinished_store().await;
    // Frames of the -wal file have checksums: this one is taken for the end, and pages that it held are missing then.
    rewrite(&folder.store(), |bytes| bytes.truncate(2 * PAGE_BYTES));
    rewrite(&folder.wal(), |bytes| bytes.truncate(40));
    let error = folder.refused().await;
    assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
}

#[tokio::test]
async fn a_newer_format_is_refused() {
    for (folder, closed) in
        [(Folder::with_store().await, true), (Folder::with_unfinished_store().await, false)]
    {
        let later = rusqlite::Connection::open(folder.store()).unwrap();
        let keep = rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
        later.set_db_config(keep, !closed).unwrap();
        later.pragma_update(None, "user_version", 7).unwrap();
        later.close().unwrap();
        std::fs::remove_file(folder.folder.path().join("tamis.db-shm")).ok();
        let error = folder.refused().await;
        assert!(matches!(error, OpenError::NewerFormat { found: 7, known: 2, .. }), "{error}");
        assert!(error.to_string().contains('7') && error.to_string().contains("later"), "{error}");
    }
}

#[tokio::test]
async fn a_format_that_never_was_is_refused() {
    for format in [0, -1] {
        let folder = Folder::with_store().await;
        let other = rusqlite::Connection::open(folder.store()).unwrap();
        other.pragma_update(None, "user_version", format).unwrap();
        other.close().unwrap();
        let error = folder.refused().await;
        assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_store_without_a_table_is_refused() {
    for table in ["accounts", "workflows", "revisions", "changes"] {
        let folder = Folder::with_store().await;
        let other = rusqlite::Connection::open(folder.store()).unwrap();
        other.execute_batch(&format!("PRAGMA foreign_keys = OFF; DROP TABLE {table}")).unwrap();
        other.close().unwrap();
        let error = folder.refused().await;
        assert!(matches!(error, OpenError::Damaged { .. }), "{table}: {error}");
    }
}

#[tokio::test]
async fn a_store_that_is_in_use_is_refused() {
    if let Some(path) = std::env::var_os(STORE) {
        hold_open(Path::new(&path)).await;
        return;
    }
    let folder = Folder::with_unfinished_store().await;
    let mut holder = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_store_that_is_in_use_is_refused", "--nocapture"])
        .env(STORE, folder.store())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(holder.stderr.take().unwrap());
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    assert_eq!(line, "open\n");
    let error = folder.refused().await;
    assert!(matches!(error, OpenError::Locked { .. }), "{error}");
    // Being refused leaves the lock where it is.
    let error = folder.refused().await;
    assert!(matches!(error, OpenError::Locked { .. }), "{error}");
    drop(holder.stdin.take());
    line.clear();
    said.read_to_string(&mut line).unwrap();
    assert!(holder.wait().unwrap().success(), "{line}");
    open(&folder.store()).await.unwrap().close().await.unwrap();
}

/// Holds a store open until standard input ends, and finds it as it should be.
async fn hold_open(path: &Path) {
    let store = open(path).await.unwrap();
    std::io::stderr().write_all(b"open\n").unwrap();
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    assert_eq!(store.accounts().await.unwrap().len(), 6);
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_store_is_opened_once_within_a_process() {
    let folder = Folder::with_store().await;
    let store = open(&folder.store()).await.unwrap();
    for _ in 0..2 {
        let again = open(&folder.store()).await.map(drop);
        assert!(matches!(again, Err(OpenError::Locked { .. })), "{again:?}");
    }
    store.check().await.unwrap();
    store.close().await.unwrap();
    open(&folder.store()).await.unwrap().close().await.unwrap();
}

#[tokio::test]
async fn a_place_where_no_file_can_be_is_refused() {
    let folder = Folder::new();
    std::fs::create_dir(folder.store()).unwrap();
    for path in [folder.store(), folder.folder.path().join("absent/tamis.db"), PathBuf::new()] {
        let error = open(&path).await.unwrap_err();
        assert!(matches!(error, OpenError::Io { .. }), "{error}");
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
    }
}

#[tokio::test]
async fn a_path_is_only_ever_a_path() {
    let folder = Folder::new();
    for name in ["file:tamis.db?mode=memory", "a b%20c#d", ":memory:"] {
        let path = folder.folder.path().join(name);
        let store = open(&path).await.unwrap();
        fill(&store).await;
        store.close().await.unwrap();
        assert!(std::fs::metadata(&path).unwrap().len() > 0, "{name}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_leads_to_one_store() {
    let folder = Folder::with_unfinished_store().await;
    let link = folder.folder.path().join("link.db");
    std::os::unix::fs::symlink(folder.store(), &link).unwrap();
    let store = open(&link).await.unwrap();
    assert!(matches!(open(&folder.store()).await, Err(OpenError::Locked { .. })));
    assert_eq!(store.accounts().await.unwrap().len(), 6);
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_check_misses_a_file_that_was_removed() {
    let folder = Folder::with_store().await;
    let store = open(&folder.store()).await.unwrap();
    store.check().await.unwrap();
    std::fs::remove_file(folder.store()).unwrap();
    let missed = store.check().await;
    assert!(matches!(&missed, Err(StoreError::Unavailable(text)) if text.contains("tamis.db")), "{missed:?}");
}
