//! Kills a process that writes, at random instants, or takes its disk away, and looks for what it had acknowledged.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests, which fail by panicking"
)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use proptest::prelude::Rng as _;
use proptest::test_runner::{RngSeed, TestRunner};
use tamis_store::{Change, Commit, CommitError, Location, RecordedChange, Store};

const ROUNDS: u32 = 40;
/// Each has an account of its own, so that several commits share a flush.
const WRITERS: usize = 4;
const WORKFLOWS: u64 = 7;
/// Names the store to the process that writes, which is this test again.
const STORE: &str = "TAMIS_STORE_TO_CRASH";

#[test]
fn a_killed_writer_loses_nothing_that_it_acknowledged() {
    if let Some(path) = std::env::var_os(STORE) {
        runtime().block_on(write(Path::new(&path)));
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tamis.db");
    let seed = Timestamp::now().as_nanosecond() as u64;
    println!("seed {seed}");
    let mut random = TestRunner::new(proptest::test_runner::Config {
        rng_seed: RngSeed::Fixed(seed),
        ..proptest::test_runner::Config::default()
    });
    let mut acknowledged = [0; WRITERS];
    let mut rounds_with_commits = 0;
    for round in 0..ROUNDS {
        let before = acknowledged;
        // Half of the rounds may be over before the store is open, in the midst of its recovery.
        let from_first_commit = round % 2 == 0;
        let delay = Duration::from_micros(random.rng().next_u64() % 60_000);
        run_and_kill(&path, delay, from_first_commit, &mut acknowledged);
        rounds_with_commits += u32::from(before != acknowledged);
        // In the other rounds the next process finds what this one left.
        if round % 3 != 0 {
            runtime().block_on(look(&path, &mut acknowledged));
            check_integrity(&path);
        }
    }
    runtime().block_on(look(&path, &mut acknowledged));
    runtime().block_on(look_at_the_history(&path, &acknowledged));
    check_integrity(&path);
    println!("{rounds_with_commits} of {ROUNDS} rounds wrote; revisions {acknowledged:?}");
    assert!(rounds_with_commits >= ROUNDS / 2);
}

/// The shell lets the process write files of 1 to 2 MiB only.
#[cfg(unix)]
#[test]
fn a_full_disk_refuses_commits_and_loses_nothing() {
    if let Some(path) = std::env::var_os(STORE) {
        runtime().block_on(write_until_full(Path::new(&path)));
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tamis.db");
    let mut child = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 2048; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "a_full_disk_refuses_commits_and_loses_nothing", "--nocapture"])
        .env(STORE, &path)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut acknowledged = [0; WRITERS];
    lines_of(&mut child).iter().for_each(|line| note(&line, &mut acknowledged));
    assert!(child.wait().unwrap().success());
    let told = acknowledged;
    runtime().block_on(look(&path, &mut acknowledged));
    assert_eq!(told, acknowledged, "what was refused is not there");
    runtime().block_on(look_at_the_history(&path, &acknowledged));
    check_integrity(&path);
    assert!(acknowledged.iter().all(|revision| *revision > 0), "{acknowledged:?}");
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap()
}

fn account_id(writer: usize) -> String {
    format!("account-{writer}")
}

/// The record that a writer writes at a revision: mostly small, at times larger than many pages.
fn record(writer: usize, revision: u64) -> Vec<u8> {
    let repeats = if revision % 16 == 5 { 6_000 } else { revision * 37 % 200 };
    format!("{writer}:{revision};").repeat(1 + repeats as usize).into_bytes()
}

fn workflow_id(revision: u64) -> String {
    format!("w{}", revision % WORKFLOWS)
}

/// Commits for each writer, one after the other, telling each commit only once it is acknowledged, until one is refused.
async fn write(path: &Path) -> (Store, Vec<CommitError>) {
    let store = Store::open(&Location::File(path.to_owned())).await.unwrap();
    let writers: Vec<_> = (0..WRITERS).map(|writer| tokio::spawn(write_one(store.clone(), writer))).collect();
    let mut refusals = Vec::new();
    for writer in writers {
        refusals.push(writer.await.unwrap());
    }
    (store, refusals)
}

async fn write_one(store: Store, writer: usize) -> CommitError {
    let records = store.load(&account_id(writer)).await.unwrap();
    let mut expected_revision = records.map_or(0, |records| records.revision);
    loop {
        let (workflow_id, data) = (workflow_id(expected_revision + 1), record(writer, expected_revision + 1));
        let commit = Commit {
            account_id: account_id(writer),
            expected_revision,
            actor: "writer".into(),
            operation: "write".into(),
            at: Timestamp::UNIX_EPOCH,
            changes: vec![Change::PutSettings(data.clone()), Change::PutWorkflow { workflow_id, data }],
        };
        match store.commit(commit).await {
            Ok(revision) => expected_revision = revision,
            Err(error) => return error,
        }
        // Fails, and ends the process, if the test itself was ended.
        std::io::stderr().write_all(format!("committed {writer} {expected_revision}\n").as_bytes()).unwrap();
    }
}

/// Every writer is told that the store is not available; what is there can still be read.
async fn write_until_full(path: &Path) {
    let (store, refusals) = write(path).await;
    for refusal in refusals {
        let (CommitError::Unavailable(text) | CommitError::Unknown(text)) = refusal else {
            panic!("{refusal}")
        };
        assert!(text.contains("tamis.db"), "{text}");
    }
    for writer in 0..WRITERS {
        let records = store.load(&account_id(writer)).await.unwrap().unwrap();
        assert_eq!(records.settings, record(writer, records.revision));
    }
}

/// Starts a process that writes, kills it, and notes the last revision that it told for each writer.
fn run_and_kill(path: &Path, delay: Duration, from_first_commit: bool, acknowledged: &mut [u64; WRITERS]) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_killed_writer_loses_nothing_that_it_acknowledged", "--nocapture"])
        .env(STORE, path)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = lines_of(&mut child);
    let mut deadline = (!from_first_commit).then(|| Instant::now() + delay);
    loop {
        let left =
            deadline.map_or(Duration::from_secs(60), |deadline| deadline.duration_since(Instant::now()));
        match lines.recv_timeout(left) {
            Ok(line) => {
                note(&line, acknowledged);
                deadline.get_or_insert_with(|| Instant::now() + delay);
            }
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => panic!("the writer ended by itself"),
        }
    }
    child.kill().unwrap();
    let status = child.wait().unwrap();
    assert!(!status.success());
    lines.iter().for_each(|line| note(&line, acknowledged));
}

/// Notes what a process that writes tells.
fn note(line: &str, acknowledged: &mut [u64; WRITERS]) {
    let parts: Vec<_> = line.split(' ').collect();
    let ["committed", writer, revision] = parts[..] else { panic!("the writer says: {line}") };
    let (writer, revision): (usize, u64) = (writer.parse().unwrap(), revision.parse().unwrap());
    assert!(revision > acknowledged[writer], "writer {writer}: {revision} after {}", acknowledged[writer]);
    acknowledged[writer] = revision;
}

/// The whole lines that a process writes to its standard error.
fn lines_of(child: &mut Child) -> Receiver<String> {
    let (sender, receiver) = channel();
    let mut pipe: BufReader<ChildStderr> = BufReader::new(child.stderr.take().unwrap());
    std::thread::spawn(move || {
        let mut line = String::new();
        while pipe.read_line(&mut line).is_ok_and(|bytes| bytes > 0) {
            if line.pop() == Some('\n') && sender.send(std::mem::take(&mut line)).is_err() {
                return;
            }
        }
    });
    receiver
}

/// Every account is where it was acknowledged, or further by the commit that was under way in each round since.
async fn look(path: &Path, acknowledged: &mut [u64; WRITERS]) {
    let store = Store::open(&Location::File(path.to_owned())).await.unwrap();
    for (writer, acknowledged) in acknowledged.iter_mut().enumerate() {
        let Some(records) = store.load(&account_id(writer)).await.unwrap() else {
            assert_eq!(*acknowledged, 0, "writer {writer}");
            continue;
        };
        let revision = records.revision;
        assert!(
            revision >= *acknowledged,
            "writer {writer}: {acknowledged} was acknowledged, {revision} is there"
        );
        assert_eq!(records.settings, record(writer, revision), "writer {writer} at {revision}");
        assert_eq!(records.workflows.len() as u64, revision.min(WORKFLOWS));
        for last in revision.saturating_sub(WORKFLOWS) + 1..=revision {
            let found =
                records.workflows.iter().find(|found| found.workflow_id == workflow_id(last)).unwrap();
            assert_eq!(found.data, record(writer, last), "writer {writer} at {last}");
        }
        *acknowledged = revision;
    }
    store.close().await.unwrap();
}

/// Every revision is there once, with the records that it wrote.
async fn look_at_the_history(path: &Path, acknowledged: &[u64; WRITERS]) {
    let store = Store::open(&Location::File(path.to_owned())).await.unwrap();
    for (writer, acknowledged) in acknowledged.iter().enumerate() {
        let revisions = store.revisions(&account_id(writer), None, u32::MAX).await.unwrap();
        assert_eq!(revisions.len() as u64, *acknowledged);
        for (found, wanted) in revisions.iter().rev().zip(1..) {
            assert_eq!(found.revision, wanted);
            let (workflow_id, data) = (workflow_id(wanted), Some(record(writer, wanted)));
            let changes =
                [RecordedChange::Settings(data.clone()), RecordedChange::Workflow { workflow_id, data }];
            assert_eq!(found.changes, changes, "writer {writer} at {wanted}");
        }
    }
    store.close().await.unwrap();
}

fn check_integrity(path: &Path) {
    let connection = rusqlite::Connection::open(path).unwrap();
    let verdict: String = connection.query_row("PRAGMA integrity_check", (), |row| row.get(0)).unwrap();
    assert_eq!(verdict, "ok");
    assert!(!connection.prepare("PRAGMA foreign_key_check").unwrap().exists(()).unwrap());
}
