//! The thread that writes the log of decisions.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use prost::{DecodeError, Message as _};
use serde_json::Value;
use tamis_api::recorded::{DECISION_RECORD_VERSION, DecisionRecord};
use tamis_api::v1;

use crate::observe::decision_log::{DecisionLog, Entry, Fates, Form, LogTarget, mask};

/// Bytes of lines after which they are written, although more are waiting.
const BUFFER_BYTES: usize = 256 << 10;
/// How often it is looked whether the file has been moved away.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);
/// How often it is told that decisions were dropped.
const REPORT_INTERVAL: Duration = Duration::from_secs(10);

/// Writes decisions.
pub(super) struct Writer {
    sink: Sink,
    mask: Vec<String>,
    /// Names of rpcs, by their places.
    names: Vec<String>,
    fates: Arc<Fates>,
    lines: Vec<u8>,
    /// How many lines these are.
    count: u64,
    /// What was dropped when it was told last.
    told: (u64, u64),
    told_at: Instant,
}

impl Writer {
    /// Opens what is written to.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub(super) fn open(settings: &DecisionLog, names: Vec<String>, fates: Arc<Fates>) -> io::Result<Self> {
        Ok(Self {
            sink: Sink::open(&settings.to)?,
            mask: settings.mask.clone(),
            names,
            fates,
            lines: Vec::new(),
            count: 0,
            told: (0, 0),
            told_at: Instant::now(),
        })
    }

    /// Writes until nobody can add anything any longer.
    pub(super) fn run(&mut self, entries: &Receiver<Entry>) {
        loop {
            // What has come is written as soon as nothing more is waiting.
            let next = match entries.try_recv() {
                Ok(entry) => Ok(entry),
                Err(_) => {
                    self.flush();
                    entries.recv_timeout(REPORT_INTERVAL)
                }
            };
            match next {
                Ok(entry) => self.add(&entry),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if self.lines.len() >= BUFFER_BYTES {
                self.flush();
            }
            if self.told_at.elapsed() >= REPORT_INTERVAL {
                self.report();
            }
        }
        self.report();
    }

    fn add(&mut self, entry: &Entry) {
        self.fates.queue_bytes.fetch_sub(entry.bytes(), Ordering::Relaxed);
        let before = self.lines.len();
        match self.line(entry) {
            Ok(()) => self.count += 1,
            Err(error) => {
                self.lines.truncate(before);
                tracing::error!(%error, "a decision cannot be told in the log of decisions");
                self.fates.dropped_failed.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    fn line(&mut self, entry: &Entry) -> Result<(), LineError> {
        let request = match entry.form {
            Form::Request => v1::EvaluateRequest::decode(&*entry.request)?,
            Form::StreamRequest => {
                v1::EvaluateStreamRequest::decode(&*entry.request)?.request.unwrap_or_default()
            }
        };
        let response = v1::EvaluateResponse::decode(&*entry.response)?;
        let record = DecisionRecord {
            version: DECISION_RECORD_VERSION,
            logged_at: entry.logged_at,
            rpc: self.names.get(entry.rpc.0).cloned().unwrap_or_default(),
            account_id: request.account_id.clone(),
            revision: response.revision,
            masked: self.mask.clone(),
            request,
            response,
        };
        if self.mask.is_empty() {
            serde_json::to_writer(&mut self.lines, &record)?;
        } else {
            let record = self.masked(record)?;
            serde_json::to_writer(&mut self.lines, &record)?;
        }
        self.lines.push(b'\n');
        Ok(())
    }

    fn masked(&self, record: DecisionRecord) -> Result<DecisionRecord<Value, Value>, LineError> {
        let DecisionRecord { version, logged_at, rpc, account_id, revision, masked, request, response } =
            record;
        let mut request = serde_json::to_value(request)?;
        let mut response = serde_json::to_value(response)?;
        mask::request(&mut request, &self.mask);
        mask::response(&mut response, &self.mask);
        Ok(DecisionRecord { version, logged_at, rpc, account_id, revision, masked, request, response })
    }

    fn flush(&mut self) {
        if self.lines.is_empty() {
            return;
        }
        let count = std::mem::take(&mut self.count);
        let fate: &AtomicU64 = match self.sink.write(&self.lines) {
            Ok(()) => &self.fates.written,
            Err(error) => {
                tracing::error!(%error, dropped = count, "decisions cannot be written to their log");
                &self.fates.dropped_failed
            }
        };
        fate.fetch_add(count, Ordering::Relaxed);
        self.lines.clear();
        self.lines.shrink_to(BUFFER_BYTES);
    }

    /// Tells what was dropped since it was told last.
    fn report(&mut self) {
        let full = self.fates.dropped_full.load(Ordering::Relaxed);
        let failed = self.fates.dropped_failed.load(Ordering::Relaxed);
        let (queue, write) = (full.saturating_sub(self.told.0), failed.saturating_sub(self.told.1));
        if queue + write > 0 {
            tracing::warn!(queue, write, "decisions were dropped from their log");
        }
        self.told = (full, failed);
        self.told_at = Instant::now();
    }
}

/// Why there is no line.
#[derive(Debug, thiserror::Error)]
enum LineError {
    #[error(transparent)]
    Decode(#[from] DecodeError),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// What lines are written to.
enum Sink {
    Stdout,
    File {
        path: PathBuf,
        file: File,
        looked_at: Instant,
        /// The last line may be without its end.
        is_torn: bool,
    },
}

impl Sink {
    fn open(target: &LogTarget) -> io::Result<Self> {
        Ok(match target {
            LogTarget::Stdout => Self::Stdout,
            LogTarget::File(path) => Self::File {
                path: path.clone(),
                file: open(path)?,
                looked_at: Instant::now(),
                is_torn: false,
            },
        })
    }

    fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        match self {
            Self::Stdout => {
                let mut stdout = io::stdout().lock();
                stdout.write_all(lines)?;
                stdout.flush()
            }
            Self::File { path, file, looked_at, is_torn } => {
                if looked_at.elapsed() >= LOOK_INTERVAL {
                    *looked_at = Instant::now();
                    if !is_at(file, path)? {
                        *file = open(path)?;
                        *is_torn = false;
                    }
                }
                if *is_torn {
                    file.write_all(b"\n")?;
                }
                *is_torn = true;
                file.write_all(lines)?;
                *is_torn = false;
                Ok(())
            }
        }
    }
}

/// Only the service's own user may read what customers wrote.
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).mode(0o600).open(path)
}

/// Whether a file is still the one at a path. Whoever rotates logs moves it away and tells nobody.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let identity = |metadata: Metadata| (metadata.dev(), metadata.ino());
    match std::fs::metadata(path) {
        Ok(there) => Ok(identity(there) == identity(file.metadata()?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
