//! The log of decisions: what was asked, what was answered, and by which revision, as JSON lines.
//!
//! Who decides only copies bytes into a queue, and never waits for it: what does not fit is dropped, counted, and told in the
//! log. A thread of its own makes JSON of it ([`writer`]).

pub(crate) mod mask;
pub(crate) mod reader;
mod writer;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tamis_api::wire::Writer;
use tokio::sync::oneshot;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::observe::Rpc;

/// Decisions that wait to be written.
const QUEUE_MAX: usize = 8_192;
/// Bytes of their requests and answers.
const QUEUE_BYTES_MAX: u64 = 64 << 20;

/// What is logged of decisions, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct DecisionLog {
    /// Where to.
    pub to: LogTarget,
    /// The share of tickets whose decisions are logged, 0 to 1.
    pub sample: f64,
    /// Fields of requests whose texts are not to be told. If there are any, no rendered text of an answer is told either, as it
    /// may hold any of them.
    pub mask: Vec<String>,
}

/// Where lines go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogTarget {
    /// Standard output.
    Stdout,
    /// A file, which is added to; if it is moved away, another one is begun.
    File(PathBuf),
}

/// What a change was read from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'m> {
    pub(crate) rpc: Rpc,
    pub(crate) form: Form,
    /// The message as it came.
    pub(crate) bytes: &'m [u8],
}

/// What message a change was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// An `EvaluateRequest`.
    Request,
    /// An `EvaluateStreamRequest`.
    StreamRequest,
}

/// A decision that waits to be written.
#[derive(Debug)]
struct Entry {
    logged_at: Timestamp,
    rpc: Rpc,
    form: Form,
    request: Box<[u8]>,
    /// An `EvaluateResponse`.
    response: Vec<u8>,
}

impl Entry {
    fn bytes(&self) -> u64 {
        u64::try_from(self.request.len() + self.response.len()).unwrap_or(u64::MAX)
    }
}

/// What has become of decisions that were to be logged.
#[derive(Debug, Default)]
pub(super) struct Fates {
    pub(super) written: AtomicU64,
    /// Dropped, as the queue was full.
    pub(super) dropped_full: AtomicU64,
    /// Dropped, as they could not be written.
    pub(super) dropped_failed: AtomicU64,
    /// Bytes that wait.
    pub(super) queue_bytes: AtomicU64,
}

/// Takes decisions to the thread that writes them.
#[derive(Debug)]
pub(crate) struct Log {
    to: LogTarget,
    /// The highest hash of a ticket whose decisions are logged; absent if none is.
    highest: Option<u64>,
    /// Absent once the log has ended.
    sender: Mutex<Option<SyncSender<Entry>>>,
    fates: Arc<Fates>,
    /// Told when everything is written.
    ended: Mutex<Option<oneshot::Receiver<()>>>,
}

impl Log {
    /// Opens the log, and starts its thread. `names` are those of rpcs, by their places.
    ///
    /// # Errors
    /// The file cannot be opened, or the thread cannot be started.
    pub(super) fn start(settings: &DecisionLog, names: Vec<String>, fates: Arc<Fates>) -> io::Result<Self> {
        let (sender, receiver) = sync_channel(QUEUE_MAX);
        let (end, ended) = oneshot::channel();
        let mut writer = writer::Writer::open(settings, names, fates.clone())?;
        std::thread::Builder::new().name("tamis-decisions".to_owned()).spawn(move || {
            writer.run(&receiver);
            // Nobody may be waiting any longer.
            let _ = end.send(());
        })?;
        Ok(Self {
            to: settings.to.clone(),
            highest: highest(settings.sample),
            sender: Mutex::new(Some(sender)),
            fates,
            ended: Mutex::new(Some(ended)),
        })
    }

    /// Whether the decisions about a ticket are logged. It is the same for all decisions about a ticket, at any time and by any
    /// service with the same settings, so that what is logged of a ticket has no gaps.
    pub(crate) fn has(&self, account_id: &str, ticket_id: &str) -> bool {
        let hash = || xxh3_64_with_seed(ticket_id.as_bytes(), xxh3_64(account_id.as_bytes()));
        self.highest.is_some_and(|highest| highest == u64::MAX || hash() <= highest)
    }

    /// The file that it is written to, if it is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        match &self.to {
            LogTarget::File(path) => Some(path),
            LogTarget::Stdout => None,
        }
    }

    /// Has a decision logged; `write` writes the fields of its `EvaluateResponse`.
    pub(crate) fn add(&self, asked: Asked<'_>, write: impl FnOnce(&mut Writer<'_>)) {
        let mut response = Vec::new();
        write(&mut Writer::new(&mut response));
        let Asked { rpc, form, bytes } = asked;
        let entry = Entry { logged_at: Timestamp::now(), rpc, form, request: bytes.into(), response };
        let bytes = entry.bytes();
        let before = self.fates.queue_bytes.fetch_add(bytes, Ordering::Relaxed);
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        let is_queued = before.saturating_add(bytes) <= QUEUE_BYTES_MAX
            && sender.as_ref().is_some_and(|sender| sender.try_send(entry).is_ok());
        if !is_queued {
            self.fates.queue_bytes.fetch_sub(bytes, Ordering::Relaxed);
            self.fates.dropped_full.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Takes no further decisions, and is ready once all that were taken are written.
    pub(super) async fn end(&self) {
        drop(self.sender.lock().unwrap_or_else(PoisonError::into_inner).take());
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(ended) = ended {
            // An error is the end of the thread, too.
            drop(ended.await);
        }
    }
}

/// The highest of all hashes that make up a share of them.
fn highest(share: f64) -> Option<u64> {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast of a double takes the nearest value that there is"
    )]
    let highest = (share * u64::MAX as f64) as u64;
    (share > 0.0).then_some(highest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_tickets_is_always_the_same_one() {
        let folder = tempfile::tempdir().unwrap();
        let log = |sample| {
            let to = LogTarget::File(folder.path().join("decisions.jsonl"));
            Log::start(&DecisionLog { to, sample, mask: Vec::new() }, Vec::new(), Arc::default()).unwrap()
        };
        let logged = |log: &Log, account: &str| -> Vec<u32> {
            (0..10_000).filter(|ticket| log.has(account, &ticket.to_string())).collect()
        };
        let (none, tenth, again, half, all) = (log(0.0), log(0.1), log(0.1), log(0.5), log(1.0));
        assert_eq!((logged(&none, "shop").len(), logged(&all, "shop").len()), (0, 10_000));
        let found = logged(&tenth, "shop");
        assert!((900..1_100).contains(&found.len()), "{}", found.len());
        assert_eq!(logged(&again, "shop"), found);
        assert!(found.iter().all(|ticket| half.has("shop", &ticket.to_string())));
        assert_ne!(logged(&tenth, "other"), found);
    }
}
